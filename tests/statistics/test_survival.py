"""Kaplan and Meier's curve: Freireich's patients, exact cases, and how often its intervals cover."""

import math

import numpy as np
import pytest

from sim.statistics.survival import kaplan_meier, median_text

WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
"""Remissions under 6-mercaptopurine, Freireich and others (1963), as in every textbook."""


def generator(seed):
    return np.random.Generator(np.random.PCG64(seed))


def test_the_curve_of_freireichs_patients_is_the_published_one():
    curve = kaplan_meier(WEEKS, RELAPSED, 0.95)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.share == pytest.approx(published, abs=5e-4)
    # the log-log limits that R's survival prints for them
    assert curve.low[[0, -1]] == pytest.approx([0.620, 0.188], abs=5e-4)
    assert curve.high[[0, -1]] == pytest.approx([0.952, 0.680], abs=5e-4)
    median = curve.median()
    assert (median.value, median.low) == (23.0, 13.0)
    assert math.isinf(median.high)


def test_without_censoring_the_curve_is_the_share_still_held():
    times = generator(1).integers(1, 20, 200)
    curve = kaplan_meier(times, np.ones(200, dtype=bool))
    for time in range(25):
        assert curve.at(time).value == pytest.approx((times > time).mean())


def test_what_happens_at_the_very_time_counts():
    curve = kaplan_meier([2.0, 4.0, 9.0, 9.0], [1, 1, 0, 0])
    assert tuple(curve.at(0.0)) == (1.0, 1.0, 1.0)
    assert curve.at(1.999).value == 1.0
    assert curve.at(2.0).value == 0.75
    assert curve.at(9.0).value == 0.5


def test_a_censored_town_was_still_watched_when_another_was_lost_in_that_instant():
    assert kaplan_meier([5.0, 5.0], [True, False]).share.tolist() == [0.5]


def test_where_nothing_is_lost_there_are_no_steps_and_the_median_is_after_the_end():
    curve = kaplan_meier([180.0] * 40, [False] * 40)
    assert curve.times.size == 0
    assert tuple(curve.at(180.0)) == (1.0, 1.0, 1.0)
    assert tuple(curve.median()) == (math.inf, math.inf, math.inf)
    assert median_text(curve.median().value, 180.0) == "after day 180"


def test_where_all_is_lost_the_curve_ends_at_nothing_and_its_interval_does_not():
    curve = kaplan_meier([1.0, 2.0, 3.0], [1, 1, 1])
    assert curve.share.tolist() == pytest.approx([2 / 3, 1 / 3, 0.0])
    assert curve.low[-1] == 0.0
    assert curve.high[-1] == curve.high[-2]
    lonely = kaplan_meier([1.0], [1])
    assert (lonely.share[0], lonely.low[0], lonely.high[0]) == (0.0, 0.0, 1.0)


def test_curves_fall_and_stay_within_their_intervals():
    rng = generator(2)
    curve = kaplan_meier(rng.exponential(50.0, 300), rng.random(300) < 0.6)
    assert (np.diff(curve.share) < 0).all()
    assert (curve.low <= curve.share).all()
    assert (curve.share <= curve.high).all()
    assert (curve.low >= 0).all()
    assert (curve.high <= 1).all()


def test_intervals_of_the_curve_cover_the_truth_as_often_as_they_claim():
    # exponential with mean 50, watched for a time of chance: about a third are censored
    rng, covered, tries = generator(3), 0, 1500
    for _ in range(tries):
        lost, watched = rng.exponential(50.0, 60), rng.exponential(100.0, 60)
        curve = kaplan_meier(np.minimum(lost, watched), lost <= watched)
        _, low, high = curve.at(50.0)
        covered += low <= math.exp(-1.0) <= high
    assert abs(covered / tries - 0.9) < 0.01 + 3.5 * math.sqrt(0.09 / tries)


@pytest.mark.parametrize(("times", "fates"), [([], []), ([1.0], [True, False])])
def test_no_replications_make_no_curve(times, fates):
    with pytest.raises(ValueError, match="make no curve"):
        kaplan_meier(times, fates)
