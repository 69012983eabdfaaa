"""When there are enough replications: the intervals of shares are narrow, and stay so."""

import numpy as np
import pytest

from sim.statistics.intervals import wilson
from sim.statistics.stopping import enough


def fates(seed, chance, count=600):
    return np.random.Generator(np.random.PCG64(seed)).random((count, 1)) < chance


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_first_count_from_which_the_interval_stays_narrow(seed):
    happened = fates(seed, 0.3)
    widths = [wilson(int(happened[:count].sum()), count).halfwidth for count in range(1, 601)]
    narrow = [width <= 0.05 for width in widths]
    expected = next(
        count for count in range(30, 600) if all(narrow[count - 1 : count + 5 * max(count, 100) // 100])
    )
    assert enough(happened, 0.05) == expected


def test_a_narrow_moment_that_does_not_last_is_passed_over():
    found = enough([*[[True]] * 40, [False], *[[True]] * 400], 0.0335)
    assert wilson(38, 38).halfwidth <= 0.0335 < wilson(40, 41).halfwidth
    assert found is not None
    assert found > 41


def test_there_are_never_fewer_than_thirty():
    assert enough([[True]] * 34, 0.4) is None  # five more are looked at
    assert enough([[True]] * 35, 0.4) == 30


def test_above_a_hundred_one_looks_further_ahead():
    happened = fates(1, 0.5, 1000)
    found = enough(happened, 0.05)
    assert found is not None
    assert found > 200
    assert enough(happened[: found + 5 * found // 100 - 1], 0.05) is None
    assert enough(happened[: found + 5 * found // 100], 0.05) == found


def test_all_measures_have_to_be_known_well_enough():
    narrow, wide = fates(1, 0.02), fates(2, 0.5)
    assert (enough(narrow, 0.05) or 0) < (enough(wide, 0.05) or 0)
    assert enough(np.hstack([narrow, wide]), 0.05) == enough(wide, 0.05)


def test_a_share_of_none_is_not_known_at_once():
    found = enough([[False]] * 200, 0.02)
    assert found is not None
    assert wilson(0, found).halfwidth <= 0.02 < wilson(0, found - 1).halfwidth
