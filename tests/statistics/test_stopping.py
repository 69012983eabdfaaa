"""When there are enough replications: the interval is narrow, and stays so."""

import numpy as np
import pytest

from sim.statistics.intervals import mean_interval, wilson
from sim.statistics.stopping import enough


def generator(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


def halfwidths(values, level=0.9):
    return [mean_interval(values[:count], level).halfwidth for count in range(1, len(values) + 1)]


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_first_count_from_which_the_interval_stays_narrow(seed):
    values = generator(seed).exponential(10.0, 400)
    widths = halfwidths(values)
    found = enough(values, 1.2)
    narrow = [width <= 1.2 for width in widths]
    expected = next(
        count
        for count in range(30, 400)
        if all(narrow[count - 1 : count + 5 * max(count, 100) // 100]) and len(values) > count
    )
    assert found == expected


def test_a_narrow_moment_that_does_not_last_is_passed_over():
    # 32 values that hardly differ, and then one that does
    values = [5.0, 5.1] * 16 + [50.0] + [5.0, 5.1] * 200
    assert enough(values, 0.5, look_ahead=0) == 30
    assert (enough(values, 0.5) or 0) > 33


def test_there_are_never_fewer_than_thirty():
    assert enough([1.0] * 29, 1.0) is None
    assert enough([1.0] * 34, 1.0) is None  # five more are looked at
    assert enough([1.0] * 35, 1.0) == 30
    assert enough([1.0] * 20, 1.0, min_replications=10) == 10


def test_above_a_hundred_one_looks_further_ahead():
    is_narrow_from = 201
    values = generator().normal(0.0, 1.0, 1000)
    halfwidth = halfwidths(values)[is_narrow_from - 1]
    found = enough(values, halfwidth)
    assert found is not None
    assert enough(values[: found + 5 * found // 100 - 1], halfwidth) is None
    assert enough(values[: found + 5 * found // 100], halfwidth) == found


def test_all_measures_have_to_be_known_well_enough():
    narrow, wide = generator(1).normal(0, 1, 300), generator(2).normal(0, 5, 300)
    assert enough(narrow, 0.3) is not None
    assert enough(wide, 0.3) is None
    assert enough(np.stack([narrow, wide], axis=1), 0.3) is None
    assert enough(np.stack([narrow, wide], axis=1), 1.0) == enough(wide, 1.0)


def test_a_share_of_none_is_not_known_at_once():
    none = [0.0] * 200
    assert enough(none, 0.02) == 30
    found = enough(none, 0.02, is_share=True)
    assert found is not None
    assert wilson(0, found).halfwidth <= 0.02 < wilson(0, found - 1).halfwidth


def test_the_published_rule_asks_for_a_share_of_the_mean():
    values = generator().normal(50.0, 10.0, 500)
    assert enough(values, 0.05, is_relative=True) == pytest.approx(enough(values, 2.5), abs=5)


def test_large_values_that_differ_little_keep_their_spread():
    small = generator().normal(0.0, 1.0, 300)
    assert enough(small + 1e9, 0.2) == enough(small, 0.2)
