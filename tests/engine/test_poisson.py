"""Clocks strike at the day's rate, by weight, and each place keeps its own luck whatever the others do."""

import itertools
import math
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.engine.front.clock import Clock
from sim.engine.poisson import AttackProcess, CompetingClocks, shares
from sim.model.quantities import DAY
from sim.statistics.streams import Streams


class Front:
    """What clocks need of a front: the time and the day's intensity, which is set at each midnight."""

    def __init__(self, rate, weights, intensities, seed=1):
        self.env = Clock()
        self.intensities = intensities
        self.calendar = SimpleNamespace(intensity=intensities[0])
        self.rate, self.weights = rate, weights
        streams = Streams(seed)
        self.struck = []
        self.clocks = CompetingClocks(
            self,
            AttackProcess(
                lambda: self.rate,
                lambda: self.weights,
                lambda place: streams[f"fires/a/{place}"],
                lambda place, rng: self.struck.append((self.now, place)),
            ),
        )

    @property
    def now(self):
        return int(self.env.now)

    def at(self, t, change):
        """Let something change at a time, and tell the clocks."""

        def process():
            yield self.env.timeout(t)
            change(self)
            self.clocks.reschedule()

        self.env.process(process())

    def watch(self, days):
        """Return what was struck when, over so many days."""
        for day in range(days):
            number = min(day, len(self.intensities) - 1)
            self.at(
                day * DAY,
                lambda front, number=number: setattr(front.calendar, "intensity", front.intensities[number]),
            )
        self.env.run(until=days * DAY)
        return self.struck


def struck(rate, weights, intensities=(1.0,), days=100, seed=1, changes=()):
    front = Front(rate, weights, intensities, seed)
    for t, change in changes:
        front.at(t, change)
    return front.watch(days)


def times(*args, **others):
    return [t for t, _ in struck(*args, **others)]


def test_shares_are_parts_of_the_weight():
    assert shares({1: 1.0, 2: 0.0, 3: 3.0}) == {1: 0.25, 3: 0.75}
    assert shares({}) == shares({5: 0.0}) == {}


@given(weights=some.dictionaries(some.integers(0, 127), some.floats(1e-100, 1e100), max_size=40))
def test_shares_add_up_to_one(weights):
    found = shares(weights)
    assert found.keys() == weights.keys()
    assert math.fsum(found.values()) == pytest.approx(1.0 if weights else 0.0)


def test_as_many_strike_as_the_rate_says():
    found = times(7.0, {1: 1.0, 2: 2.5, 3: 4.0}, days=400)
    assert len(found) == pytest.approx(7 * 400, abs=4 * math.sqrt(7 * 400))
    assert found == sorted(found)


def test_places_are_struck_by_their_weights():
    weights = {0: 3.0, 1: 0.5, 2: 0.0, 17: 8.0, 64: 1.0, 126: 2.0, 127: 5.5}
    found = Counter(place for _, place in struck(20.0, weights, days=300))
    assert 2 not in found
    for place, weight in weights.items():
        expected = 300 * weight
        assert found[place] == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_gaps_are_exponential_whatever_the_places():
    found = times(3.0, {1: 1.0, 2: 2.0}, days=1000)
    gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
    for share in (0.5, 1.0, 2.0):
        longer = sum(gap > share * DAY / 3 for gap in gaps) / len(gaps)
        assert longer == pytest.approx(math.exp(-share), abs=4 * 0.5 / math.sqrt(len(gaps)))


def test_each_day_has_its_own_rate():
    found = times(5.0, {1: 1.0}, [0.5, 2.0] * 200, days=400)
    for parity, intensity in ((0, 0.5), (1, 2.0)):
        count = sum((t // DAY) % 2 == parity for t in found)
        assert count == pytest.approx(1000 * intensity, abs=4 * math.sqrt(1000 * intensity))


def test_days_without_intensity_have_no_strikes():
    assert {t // DAY for t in times(50.0, {1: 1.0}, [0.0, 1.0, 0.0, 0.0, 1.0], days=5)} == {1, 4}


def test_nothing_is_struck_at_no_rate_or_where_there_is_nothing():
    assert times(0.0, {1: 1.0}, days=5) == times(9.0, {}, days=5) == times(9.0, {1: 0.0}, days=5) == []


def test_a_rate_counts_from_when_it_changed():
    found = times(
        0.0, {1: 1.0}, days=6, changes=[(3 * DAY + 100, lambda front: setattr(front, "rate", 40.0))]
    )
    assert min(found) > 3 * DAY + 100
    assert all(sum(t // DAY == day for t in found) > 10 for day in (3, 4, 5))


def test_other_rates_meet_the_same_luck_earlier_or_later():
    slow, fast = times(2.0, {1: 1.0}, days=60), times(4.0, {1: 1.0}, days=60)
    for place, t in enumerate(slow):
        # each wait is rounded to whole seconds, so the roundings before it may add up
        assert abs(t - 2 * fast[place]) <= 2 * (place + 1)


def test_being_told_of_no_change_changes_nothing():
    often = [
        (t, lambda front: setattr(front, "weights", dict(front.weights))) for t in range(500, 40 * DAY, 7919)
    ]
    plain = struck(3.0, {1: 1.0, 2: 3.0}, days=40)
    told = struck(3.0, {1: 1.0, 2: 3.0}, days=40, changes=often)
    assert [place for _, place in told] == [place for _, place in plain]
    assert all(abs(t - was) <= 1 + n for n, ((t, _), (was, _)) in enumerate(zip(told, plain, strict=True)))


def test_a_place_that_weighs_as_much_is_struck_at_the_same_times_whatever_comes_and_goes_elsewhere():
    def at_first(weights, rate, changes=()):
        return [t for t, place in struck(rate, weights, days=200, changes=changes) if place == 1]

    alone = at_first({1: 1.0}, 2.0)
    beside = at_first({1: 1.0, 2: 3.0, 3: 4.0}, 16.0)
    swept = at_first(
        {1: 1.0, 2: 1.0},
        4.0,
        [
            (50 * DAY, lambda front: (setattr(front, "weights", {1: 1.0}), setattr(front, "rate", 2.0))),
            (
                90 * DAY,
                lambda front: (setattr(front, "weights", {1: 2.0, 2: 2.0}), setattr(front, "rate", 4.0)),
            ),
        ],
    )
    assert len(alone) > 300
    for other in (beside, swept):
        assert len(other) == pytest.approx(len(alone), abs=2)
        # rounded to whole seconds at every strike, the drift is a random walk of hundreds of halves
        assert all(abs(t - was) <= 60 for t, was in zip(other, alone, strict=False))


def test_a_place_that_is_gone_for_a_while_goes_on_with_its_luck():
    def gone(front):
        front.weights = {2: 1.0}
        front.rate = 1.0

    def back(front):
        front.weights = {1: 1.0, 2: 1.0}
        front.rate = 2.0

    always = [t for t, place in struck(2.0, {1: 1.0, 2: 1.0}, days=300) if place == 1]
    found = struck(2.0, {1: 1.0, 2: 1.0}, days=300, changes=[(100 * DAY, gone), (150 * DAY, back)])
    found = [t for t, place in found if place == 1]
    assert not [t for t in found if 100 * DAY <= t < 150 * DAY]
    moved = [t if t < 100 * DAY else t - 50 * DAY for t in found]
    assert all(abs(t - was) <= 60 for t, was in zip(moved, always, strict=False))


def test_clocks_that_hear_of_a_change_while_they_strike_go_on():
    front = Front(20.0, {1: 1.0}, [1.0])
    plain = Front(20.0, {1: 1.0}, [1.0]).watch(20)
    strike = front.struck.append
    front.clocks._process = AttackProcess(
        lambda: front.rate,
        lambda: front.weights,
        front.clocks._process.rng,
        lambda place, rng: (strike((front.now, place)), front.clocks.reschedule()),
    )
    found = front.watch(20)
    assert len(found) == len(plain)
    assert all(abs(t - was) <= 1 for (t, _), (was, _) in zip(found, plain, strict=True))
