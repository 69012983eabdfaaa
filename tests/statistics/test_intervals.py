"""Intervals, bands and paired differences give what is published, or what can be worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.statistics import intervals
from sim.statistics.differences import difference
from sim.statistics.student import incomplete_beta, t_chance, t_quantile

NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
"""Of table I of Newcombe (1998), Two-sided confidence intervals for the single proportion."""
T_TABLE = [
    (0.95, 1, 6.3138),
    (0.95, 2, 2.9200),
    (0.95, 10, 1.8125),
    (0.975, 4, 2.7764),
    (0.975, 30, 2.0423),
    (0.995, 3, 5.8409),
    (0.995, 120, 2.6174),
]


def generator(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.parametrize(("successes", "trials", "low", "high"), NEWCOMBE)
def test_wilsons_interval_is_the_published_one(successes, trials, low, high):
    found = intervals.wilson(successes, trials, 0.95)
    assert tuple(found) == pytest.approx((successes / trials, low, high), abs=5e-5)


@given(trials=some.integers(1, 500), data=some.data(), level=some.floats(0.5, 0.999))
def test_wilsons_interval_holds_the_share_and_is_mirrored(trials, data, level):
    successes = data.draw(some.integers(0, trials))
    found = intervals.wilson(successes, trials, level)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    other = intervals.wilson(trials - successes, trials, level)
    assert (1.0 - other.high, 1.0 - other.low) == pytest.approx((found.low, found.high), abs=1e-12)


def test_no_trials_say_nothing():
    found = intervals.wilson(0, 0)
    assert math.isnan(found.value)
    assert (found.low, found.high, found.halfwidth) == (0.0, 1.0, 0.5)


@pytest.mark.parametrize(("successes", "trials"), [(3, 2), (-1, 5)])
def test_more_than_all_or_fewer_than_none_cannot_succeed(successes, trials):
    with pytest.raises(ValueError, match=f"{successes} of {trials}"):
        intervals.wilson(successes, trials)


@pytest.mark.parametrize(("u", "degrees", "t"), T_TABLE)
def test_students_quantiles_are_those_of_the_tables(u, degrees, t):
    assert t_quantile(u, degrees) == pytest.approx(t, abs=5e-5)


@given(u=some.floats(1e-6, 1 - 1e-6), degrees=some.floats(0.5, 1e5))
def test_students_quantile_undoes_its_chance(u, degrees):
    assert t_chance(t_quantile(u, degrees), degrees) == pytest.approx(u, rel=1e-9, abs=1e-12)


@given(u=some.floats(0.001, 0.999))
def test_students_quantile_has_its_closed_forms(u):
    assert t_quantile(u, 1) == pytest.approx(math.tan(math.pi * (u - 0.5)), rel=1e-9, abs=1e-12)
    two = (2 * u - 1) / math.sqrt(2 * u * (1 - u))
    assert t_quantile(u, 2) == pytest.approx(two, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("u", "degrees"), [(0.0, 5), (1.0, 5), (0.9, 0)])
def test_quantiles_that_do_not_exist_are_refused(u, degrees):
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(u, degrees)


@given(a=some.integers(1, 12), b=some.integers(1, 12), x=some.floats(0, 1))
def test_the_incomplete_beta_is_a_binomial_tail(a, b, x):
    n = a + b - 1
    tail = math.fsum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert incomplete_beta(a, b, x) == pytest.approx(tail, abs=1e-12)


def test_the_mean_of_few_has_no_interval():
    assert all(math.isnan(end) for end in intervals.mean_interval([]))
    one = intervals.mean_interval([3.0])
    assert one.value == 3.0
    assert math.isnan(one.low)
    assert math.isnan(one.high)


def test_the_interval_of_a_mean_is_the_one_worked_out_by_hand():
    # mean 5, deviation √2.5, n = 5, t(0.95; 4) = 2.13185
    spread = 2.131847 * math.sqrt(2.5 / 5)
    found = intervals.mean_interval([3, 4, 5, 6, 7])
    assert tuple(found) == pytest.approx((5, 5 - spread, 5 + spread), abs=1e-5)


def test_intervals_of_means_cover_the_truth_as_often_as_they_claim():
    values = generator().normal(3.0, 2.0, (2000, 8))
    covered = 0
    for row in values:
        found = intervals.mean_interval(row, 0.9)
        covered += found.low <= 3.0 <= found.high
    assert abs(covered / 2000 - 0.9) < 3.5 * math.sqrt(0.09 / 2000)


def test_a_run_stands_where_half_of_its_equals_are_below_it():
    assert intervals.percentile(5.0, [5.0, 5.0, 5.0]) == 0.5
    assert intervals.percentile(0.0, [5.0, 6.0]) == 0.0
    assert intervals.percentile(5.5, [5.0, 6.0]) == 0.5
    assert math.isnan(intervals.percentile(1.0, []))


def test_pairs_find_a_small_difference_that_is_hidden_in_common_luck():
    rng, own = generator(1).normal(0, 10, 60), generator(2).normal(0, 0.5, (2, 60))
    first, second = rng + own[0], rng + own[1] + 1.0
    found = difference(first, second, is_paired=True)
    assert found.change.low < 1.0 < found.change.high
    assert found.is_significant
    assert found.pairs == 60
    # 2 × 10² of common luck over 2 × 0.5²
    assert 100 < found.variance_ratio < 1000
    apart = difference(first, second, is_paired=False).change
    assert apart.value == pytest.approx(found.change.value)
    assert apart.low < 0.0 < apart.high
    assert (apart.halfwidth / found.change.halfwidth) ** 2 == pytest.approx(found.variance_ratio, rel=0.1)


def test_the_gain_of_pairs_is_named_where_it_has_no_number():
    assert difference([1.0, 2.0], [2.0, 3.0], is_paired=True).variance_ratio == math.inf
    assert math.isnan(difference([1.0, 1.0], [2.0, 2.0], is_paired=True).variance_ratio)
    assert math.isnan(difference([1.0], [2.0], is_paired=True).variance_ratio)


def test_no_difference_at_all_is_not_sure():
    found = difference([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], is_paired=True)
    assert (*found.change, found.is_significant) == (0.0, 0.0, 0.0, False)


@pytest.mark.parametrize(("count", "is_enough"), [(2, False), (4, False), (5, True)])
def test_too_few_replications_make_nothing_significant(count, is_enough):
    found = difference([2.0] * count, [1.0] * count, is_paired=True)
    assert (found.is_significant, found.exceeds(0.5)) == (is_enough, is_enough)


def test_unpaired_ensembles_differ_as_welch_says():
    # Welch's t with variances 2.5 and 10, n 5 and 4: 5.0 degrees of freedom or so
    a, b = [3.0, 4.0, 5.0, 6.0, 7.0], [6.0, 8.0, 10.0, 12.0]
    variance = 2.5 / 5 + (20 / 3) / 4
    degrees = variance**2 / (0.5**2 / 4 + (5 / 3) ** 2 / 3)
    spread = t_quantile(0.95, degrees) * math.sqrt(variance)
    assert tuple(difference(a, b, is_paired=False).change) == pytest.approx((4.0, 4.0 - spread, 4.0 + spread))


def test_unpaired_ensembles_of_few_or_of_equals_have_their_answer():
    assert tuple(difference([1.0, 1.0], [3.0, 3.0], is_paired=False).change) == (2.0, 2.0, 2.0)
    lonely = difference([1.0], [3.0, 4.0], is_paired=False).change
    assert lonely.value == 2.5
    assert math.isnan(lonely.low)
    assert math.isnan(difference([], [3.0], is_paired=False).change.value)
