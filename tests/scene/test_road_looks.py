"""Tests for how roads stand: one class each, and what full ones keep away."""

import itertools
import math

import pytest

from sim.analysis.pressure import is_cut
from sim.model.quantities import DAY
from sim.scene import road_looks as looks_of
from sim.scene.road_looks import NOTHING, road_looks


def test_every_road_has_one_class_that_its_numbers_bear_out(pressed):
    seen = set()
    for day in range(0, 30, 3):
        state = pressed.snapshot(day * DAY)
        for name, look in road_looks(pressed, day * DAY).items():
            seen.add(look.kind)
            assert (look.kind == "contact") == (name in state.fronts)
            if look.kind != "contact":
                assert (look.kind == "cut") == is_cut(pressed.scenario, state, pressed.route(name))
            if look.kind == "full":
                assert look.used == pytest.approx(1.0, abs=0.02)
                assert state.prices[state.held_by[pressed.route(name).start]][name] > 0.5
            assert 0.0 <= look.damage <= 1.0
            assert 0.0 <= look.along <= 1.0
            assert 0.0 <= look.used <= 1.0
    assert {"calm", "idle", "contact", "full"} <= seen


def test_what_towns_lack_is_laid_on_full_roads_once(pressed):
    for day in range(5, 30, 5):
        state, found = pressed.snapshot(day * DAY), road_looks(pressed, day * DAY)
        lacks = math.fsum(max(0.0, state.demands[t] - state.inflows.get(t, 0.0)) for t in state.demands)
        kept = math.fsum(look.kept_away for look in found.values())
        assert kept <= lacks + 0.1
        waiting = math.fsum(look.queue for look in found.values())
        assert waiting <= kept + 0.1


def test_roads_that_feed_a_full_one_queue(pressed):
    found = road_looks(pressed, 20 * DAY)
    full = [look for look in found.values() if look.kind == "full" and look.kept_away > NOTHING]
    assert full
    for look in full:
        route = pressed.route(look.route)
        origin = route.start if look.is_forward else route.end
        feeding = [
            other
            for other in found.values()
            if other.flow > NOTHING
            and other.kind != "full"
            and (pressed.route(other.route).end if other.is_forward else pressed.route(other.route).start)
            == origin
        ]
        assert all(other.queue > 0.0 for other in feeding)


def test_looks_are_kept_until_something_changes(pressed):
    times = looks_of._change_times(pressed)
    between = next(a for a, b in itertools.pairwise(times) if b - a > 10)
    assert road_looks(pressed, between) is road_looks(pressed, between + 9)
