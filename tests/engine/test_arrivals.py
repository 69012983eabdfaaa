"""Events of a Poisson process come at the day's rate, and use the same luck at every rate."""

import itertools
import math

import pytest
import simpy

from sim.domain.quantities import DAY
from sim.engine.arrivals import next_arrival
from sim.engine.streams import Streams


class Clock:
    """What a Poisson process needs of a world: the time, and each day's intensity."""

    def __init__(self, intensities):
        self.env = simpy.Environment()
        self.days = len(intensities)
        self.intensities = intensities

    @property
    def now(self):
        return int(self.env.now)


def arrivals(rate, intensities, days=None, seed=1):
    """Return when events happen; `rate` is a number, or a function of the time."""
    world = Clock(intensities)
    env = world.env
    luck = Streams(seed)["fires/a"]
    times = []

    def events():
        while True:
            ask = (lambda: rate(env.now)) if callable(rate) else (lambda: rate)
            yield from next_arrival(world, luck, ask)
            times.append(world.now)

    env.process(events())
    env.run(until=(days or len(intensities)) * DAY)
    return times


def in_day(times, day):
    return sum(t // DAY == day for t in times)


def test_as_many_events_come_as_the_rate_says():
    times = arrivals(7.0, [1.0] * 400)
    assert len(times) == pytest.approx(7 * 400, abs=4 * math.sqrt(7 * 400))
    assert times == sorted(times)


def test_gaps_are_exponential():
    times = arrivals(3.0, [1.0] * 1000)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    for share in (0.5, 1.0, 2.0):
        longer = sum(gap > share * DAY / 3 for gap in gaps) / len(gaps)
        assert longer == pytest.approx(math.exp(-share), abs=4 * 0.5 / math.sqrt(len(gaps)))


def test_each_day_has_its_own_rate():
    intensities = [0.5, 2.0] * 200
    times = arrivals(5.0, intensities)
    for parity, intensity in ((0, 0.5), (1, 2.0)):
        found = sum((t // DAY) % 2 == parity for t in times)
        assert found == pytest.approx(1000 * intensity, abs=4 * math.sqrt(1000 * intensity))


def test_days_without_intensity_have_no_events():
    times = arrivals(50.0, [0.0, 1.0, 0.0, 0.0, 1.0])
    assert {t // DAY for t in times} == {1, 4}


def test_nothing_comes_at_a_rate_of_nothing():
    assert arrivals(0.0, [1.0] * 5) == []


def test_a_rate_counts_from_the_day_on_which_it_changed():
    times = arrivals(lambda t: 0.0 if t < 3 * DAY else 40.0, [1.0] * 6)
    assert [in_day(times, day) > 10 for day in range(6)] == [False] * 3 + [True] * 3


def test_the_last_day_goes_on_where_days_run_out():
    times = arrivals(10.0, [1.0, 3.0], days=60)
    expected = 10 + 59 * 30
    assert len(times) == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_other_rates_meet_the_same_luck_earlier_or_later():
    slow, fast = arrivals(2.0, [1.0] * 60), arrivals(4.0, [1.0] * 60)
    for place, t in enumerate(slow):
        # each wait is rounded to whole seconds, so the roundings before it may add up
        assert abs(t - 2 * fast[place]) <= 2 * (place + 1)


def test_a_wait_over_midnight_keeps_its_luck():
    # twice as much on every day is twice as fast a clock, whatever midnights lie between
    plain, double = arrivals(1.0, [1.0] * 40), arrivals(1.0, [2.0] * 40)
    assert len(double) > len(plain) > 20
    assert all(abs(t - 2 * double[n]) <= 2 * (n + 1) for n, t in enumerate(plain))
