"""The screen's clock: the same both ways, slower at falls, faster where little happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.quantities import DAY
from sim.scene.beats.pacing import Pacing

END = 60 * DAY
TIMES = (22 * DAY + 15_660, 41 * DAY)
LIVELY = FALLS = tuple((fall, 1.0) for fall in TIMES)
CLOCK = Pacing(END, 0.75, FALLS, 2.4, LIVELY)


@given(t=st.integers(0, END), speed=st.sampled_from([0.09375, 0.75, 24.0]), slow=st.sampled_from([0.0, 2.4]))
def test_a_time_and_its_clock_are_the_same_both_ways(t, speed, slow):
    clock = Pacing(END, speed, FALLS, slow, LIVELY)
    assert clock.time_at(clock.clock_at(t)) == t


@given(st.integers(0, END - 1))
def test_the_clock_never_stands_while_the_run_goes_on(t):
    assert CLOCK.clock_at(t) < CLOCK.clock_at(t + 1)


def test_a_run_takes_its_days_and_each_fall_its_slow_motion():
    assert CLOCK.length == pytest.approx(60 * 0.75 + 2 * 2.4)
    assert (CLOCK.clock_at(0), CLOCK.time_at(-1.0), CLOCK.time_at(1e9)) == (0.0, 0, END)
    assert Pacing(0, 1.0).length == 0.0


def test_time_slows_down_where_a_town_falls_and_hurries_where_nothing_happens():
    fall, quiet = CLOCK.rate_at(TIMES[0]), CLOCK.rate_at(10 * DAY)
    assert fall > 4 * CLOCK.rate_at(TIMES[0] - DAY) > 4 * quiet
    assert quiet < 0.75 < CLOCK.rate_at(TIMES[0] - DAY)
    assert CLOCK.is_slow_at(TIMES[0])
    assert not CLOCK.is_slow_at(10 * DAY)


def test_slow_motion_can_be_left_out():
    assert not Pacing(END, 0.75, FALLS, 0.0, LIVELY).is_slow_at(TIMES[0])
