"""Scoring rules: known cases, and that honesty pays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.statistics.scores import brier_scores, crps_ensemble, log_scores, skill_interval

shares = some.floats(0.01, 0.99)


def crps_normal(mean, deviation, happened):
    """Return the CRPS of a normal forecast (Gneiting and others 2005, equation 5)."""
    z = (happened - mean) / deviation
    density = math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)
    return deviation * (z * math.erf(z / math.sqrt(2.0)) + 2.0 * density - 1.0 / math.sqrt(math.pi))


def brier(chances, happened):
    return float(brier_scores(np.array(chances), np.array(happened)).mean())


def log_score(chances, happened, least=0.0):
    return float(log_scores(np.array(chances), np.array(happened), least).mean())


def skill(score, of_reference):
    return skill_interval(np.array([score]), np.array([of_reference]), np.array([[1]])).value


def test_the_brier_score_of_a_known_case():
    assert brier([0.8, 0.3, 0.6], [1, 0, 1]) == pytest.approx(0.29 / 3)


def test_the_scores_of_a_known_ensemble():
    assert crps_ensemble([1, 2, 3, 4], 2.5) == pytest.approx(0.375)
    assert crps_ensemble([4, 2, 1, 3], 2.5, is_fair=True) == pytest.approx(1 / 6)


@pytest.mark.parametrize(("happened", "score"), [(0.0, 0.23369497725510913), (1.0, 0.6024413576276163)])
def test_the_score_of_a_normal_forecast_is_known(happened, score):
    assert crps_normal(0.0, 1.0, happened) == pytest.approx(score, abs=1e-15)
    assert crps_normal(5.0, 3.0, 5.0 + 3.0 * happened) == pytest.approx(3.0 * score)


@given(values=some.lists(some.floats(-100, 100), min_size=2, max_size=12), happened=some.floats(-100, 100))
def test_the_score_of_an_ensemble_is_what_its_definition_says(values, happened):
    count = len(values)
    distance = math.fsum(abs(x - happened) for x in values) / count
    spread = math.fsum(abs(x - y) for x in values for y in values)
    assert crps_ensemble(values, happened) == pytest.approx(distance - spread / (2 * count**2), abs=1e-9)
    fair = distance - spread / (2 * count * (count - 1))
    assert crps_ensemble(values, happened, is_fair=True) == pytest.approx(fair, abs=1e-9)


def test_a_large_ensemble_scores_as_the_distribution_it_is_drawn_from():
    values = np.random.Generator(np.random.PCG64(1)).normal(0.0, 1.0, 40_000)
    assert crps_ensemble(values, 1.0) == pytest.approx(crps_normal(0.0, 1.0, 1.0), abs=0.01)


def test_the_fair_score_does_not_depend_on_the_size_of_the_ensemble():
    values = np.random.Generator(np.random.PCG64(2)).normal(0.0, 1.0, (4000, 10))
    small = [crps_ensemble(row[:3], 0.5, is_fair=True) for row in values]
    plain = [crps_ensemble(row[:3], 0.5) for row in values]
    exact = crps_normal(0.0, 1.0, 0.5)
    assert np.mean(small) == pytest.approx(exact, abs=0.025)
    assert np.mean(plain) > exact + 0.1


@pytest.mark.parametrize(("values", "is_fair"), [([], False), ([1.0], True)])
def test_ensembles_that_are_too_small_have_no_score(values, is_fair):
    with pytest.raises(ValueError, match="too small"):
        crps_ensemble(values, 0.0, is_fair=is_fair)


@given(truth=shares, said=shares)
def test_saying_what_one_believes_scores_best_on_average(truth, said):
    def expected(score, chance):
        return truth * score([chance], [1]) + (1 - truth) * score([chance], [0])

    for score in (brier, log_score):
        assert expected(score, truth) <= expected(score, said) + 1e-12


def test_a_surprise_is_infinitely_bad_unless_chances_are_kept_from_nought():
    assert log_score([0.0, 0.5], [1, 1]) == math.inf
    assert log_score([1.0], [0], least=0.005) == pytest.approx(-math.log(0.005))


def test_skill_is_measured_against_the_naive_forecast():
    assert skill(0.0, 0.2) == 1.0
    assert skill(0.2, 0.2) == 0.0
    assert math.isnan(skill(0.0, 0.0))
    assert math.isnan(skill(0.3, 0.0))
