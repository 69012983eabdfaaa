"""The method that fits parameters is right in itself: on models whose answer is known."""

import math

import numpy as np
import pytest

from sim.statistics.approximate_bayes import population_monte_carlo
from sim.statistics.streams import Streams
from tests.support.ranks import rank

SPREAD = 0.1


def fitted(truth_seen, seed, vectors=120, generations=5, **options):
    """Fit where a uniform parameter was seen with a normal error."""
    noise = Streams(seed)["noise"]

    def distances(cube):
        seen = cube[:, 0] + SPREAD * np.array(noise.normals(len(cube)))
        return np.abs(seen - truth_seen)

    return population_monte_carlo(
        1, distances, Streams(seed)["vectors"], vectors=vectors, generations=generations, **options
    )


def test_the_sample_is_the_posterior():
    found = fitted(0.5, 1, vectors=1200)
    mean = float(found.weights @ found.vectors[:, 0])
    spread = math.sqrt(float(found.weights @ (found.vectors[:, 0] - mean) ** 2))
    assert mean == pytest.approx(0.5, abs=0.015)
    # the tolerance adds a little to the spread
    assert spread == pytest.approx(SPREAD, rel=0.15)
    assert found.weights.sum() == pytest.approx(1.0)
    assert 100 < found.effective <= len(found.weights) == 600


def test_tolerances_shrink_and_vectors_stay_in_the_cube():
    found = fitted(0.97, 2)
    assert list(found.tolerances) == sorted(found.tolerances, reverse=True)
    assert found.tolerances[-1] < 0.5 * found.tolerances[0]
    assert ((found.vectors >= 0.0) & (found.vectors <= 1.0)).all()
    assert (np.diff(found.distances) >= 0.0).all()


@pytest.mark.untraced
def test_near_the_edge_weights_undo_what_proposals_prefer():
    # seen at the edge of the prior, the posterior is half of a normal: its mean is known
    found = fitted(0.0, 3, vectors=1600, generations=8)
    mean = float(found.weights @ found.vectors[:, 0])
    assert mean == pytest.approx(SPREAD * math.sqrt(2.0 / math.pi), abs=0.012)


def test_it_is_told_after_each_generation_and_stops_when_nothing_passes():
    told = []
    found = population_monte_carlo(
        2,
        lambda cube: np.where(cube[:, 0] < 0.5, 0.0, math.inf),
        Streams(4)["vectors"],
        vectors=40,
        generations=9,
        report_progress=lambda *each: told.append(each),
    )
    # all that is kept is as near as can be, so no new vector can be nearer
    assert [each[:2] for each in told] == [(1, 40)]
    assert found.tried == 60


def test_the_same_luck_gives_the_same_sample():
    one, other = fitted(0.4, 5), fitted(0.4, 5)
    assert one.vectors.tolist() == other.vectors.tolist()
    assert one.weights.tolist() == other.weights.tolist()


@pytest.mark.untraced
def test_ranks_of_truths_from_the_prior_are_even():
    """Simulation-based calibration (Talts and others 2018): the method finds what the prior gives."""
    draws, cases, bins = 19, 240, 5
    rng = Streams(11)["truths"]
    ranks = []
    for case in range(cases):
        truth = rng.uniform()
        found = fitted(truth + SPREAD * rng.normal(), 1000 + case, vectors=80, generations=4)
        ranks.append(rank(truth, found.vectors[:, 0], found.weights, draws, rng))
    counts = np.bincount(np.array(ranks) * bins // (draws + 1), minlength=bins)
    expected = cases / bins
    statistic = float(((counts - expected) ** 2 / expected).sum())
    assert statistic < 13.28  # of chi-square with 4 degrees, passed by luck once in a hundred


def test_ranks_show_a_sample_that_is_too_narrow():
    rng = Streams(12)["truths"]
    ranks = []
    for case in range(240):
        truth = rng.uniform()
        found = fitted(truth + SPREAD * rng.normal(), 2000 + case, vectors=40, generations=2)
        middle = float(found.weights @ found.vectors[:, 0])
        narrow = middle + 0.2 * (found.vectors[:, 0] - middle)
        ranks.append(rank(truth, narrow, found.weights, 19, rng))
    counts = np.bincount(np.array(ranks) // 4, minlength=5)
    assert float(((counts - 48.0) ** 2 / 48.0).sum()) > 13.28
