"""Convoys on the roads: they go by the clock alone, bunch where a road is full, and one can be followed."""

import itertools
import math
from dataclasses import dataclass, replace

import pytest

from sim.model.quantities import DAY, HOUR
from sim.scene.beats.pacing import frame_at, pacing_of
from sim.scene.map.geometry import geometry
from sim.scene.map.layers import map_layers, map_projection
from sim.scene.map.traffic import (
    FOLLOWED,
    PACKED,
    SPARSEST,
    SPEED,
    Traffic,
    journeys_to,
    lane,
    queue_squares,
    spacing_and_rate,
)
from sim.scene.road_looks import RoadLook, road_looks
from sim.scene.shapes import Capsules, Disc, Text
from sim.scene.view_model import Camera, Frame, Selection, View

LOOK = RoadLook("shevchenkove-kupiansk", "calm", 0, True, 400.0, 100.0, 300.0, used=0.25)


@dataclass(frozen=True)
class One:
    """A capsule by itself."""

    at: tuple[float, float]
    turn: float
    brakes: str | None


def singly(rows):
    """Return capsules one by one."""
    return [One(at, row.turn, row.brakes) for row in rows for at in row.at]


def fixed_of(view, **choices):
    frame = Frame(**choices)
    return geometry(view.scenario, map_projection(view, frame))


def moving(view, frame):
    shapes = next(layer for layer in map_layers(view, frame)[0] if layer.name == "map-flow").shapes
    return singly(shape for shape in shapes if isinstance(shape, Capsules))


def drawn(view, look, **traffic):
    spacing, _ = spacing_and_rate(look)
    values = {"passed": 40.3, "spacing": spacing, "full": 0.0, "queued": 0.0} | traffic
    fixed = fixed_of(view, camera=Camera(0.5))
    return fixed, singly(lane(fixed, look, "side0_tint").capsules(Traffic(**values)))


def test_the_fuller_a_road_the_denser_its_convoys_and_none_is_faster_for_it():
    found = [spacing_and_rate(replace(LOOK, used=used)) for used in (0.01, 0.1, 0.3, 0.6, 0.9, 1.0)]
    spacings = [spacing for spacing, _ in found]
    speeds = [spacing * rate for spacing, rate in found]
    assert spacings == sorted(spacings, reverse=True)
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[0] == pytest.approx(SPEED)
    assert (spacings[0], spacings[-1]) == (SPARSEST, PACKED)
    full = spacing_and_rate(replace(LOOK, used=1.0, kind="full"))
    assert full[1] < found[-1][1]
    assert spacing_and_rate(replace(LOOK, kind="idle")) == (SPARSEST, 0.0)


def test_convoys_point_with_the_flow(six_days):
    fixed, forth = drawn(six_days, LOOK)
    _, back = drawn(six_days, replace(LOOK, is_forward=False))
    heading = fixed.paths[LOOK.route].at(1.0)[2]
    assert all(math.cos(each.turn - heading) > 0.9 for each in forth)
    assert all(math.cos(each.turn - heading) < -0.9 for each in back)


def test_a_full_road_is_packed_before_its_narrow_place_and_thin_behind(six_days):
    full = replace(LOOK, kind="full", used=1.0)
    fixed, found = drawn(six_days, full, full=1.0)
    start = fixed.points["shevchenkove"]
    places = sorted((math.dist(start, each.at) / fixed.unit, each.brakes) for each in found)
    narrow = fixed.narrow[LOOK.route] / fixed.unit
    before = [b - a for (a, _), (b, _) in itertools.pairwise(places) if b < narrow - 10]
    behind = [b - a for (a, _), (b, _) in itertools.pairwise(places) if a > narrow + 10]
    assert before == pytest.approx([PACKED] * len(before), abs=0.5)
    assert all(gap > 3 * PACKED for gap in behind)
    assert all(brake == "full" for at, brake in places if at < narrow - 10)
    assert all(brake is None for at, brake in places if at > narrow + 10)


def test_a_road_that_feeds_a_full_one_is_packed_at_its_end_with_squares_beside(six_days):
    feeding = replace(LOOK, queue=42.0)
    fixed, found = drawn(six_days, feeding, queued=1.0)
    end = fixed.points["kupiansk"]
    off = sorted(math.dist(end, each.at) / fixed.unit for each in found)
    assert [b - a for a, b in itertools.pairwise(off[:4])] == pytest.approx([PACKED] * 3, abs=0.5)
    assert sum(each.brakes is not None for each in found) >= 4
    assert len([box for box in queue_squares(fixed, feeding) if box.color == "full"]) == 4
    assert not list(queue_squares(fixed, LOOK))


def test_seeking_to_a_moment_and_playing_up_to_it_give_the_same_traffic(six_days, monkeypatch):
    def fresh():
        return View(six_days.recording, six_days.scenario, six_days.timeline)

    played = fresh()
    for hour in range(0, 60, 5):
        moving(played, frame_at(played, Frame(), hour * HOUR))
    at = 2 * DAY + 11 * HOUR
    sought = fresh()
    here, there = (moving(view, frame_at(view, Frame(), at)) for view in (played, sought))
    assert here
    assert here == there


def test_traffic_stands_while_the_clock_does_and_runs_with_it(six_days):
    frame = frame_at(six_days, Frame(playing=True), 2 * DAY)
    first = moving(six_days, frame)
    assert moving(six_days, frame) == first
    later = moving(six_days, replace(frame, clock=frame.clock + 0.05))
    assert later != first
    unit = fixed_of(six_days).unit
    steps = [min(math.dist(each.at, other.at) for other in first) for each in later]
    assert sorted(steps)[len(steps) // 2] <= SPEED * unit * 0.06


def test_the_convoy_to_a_selected_town_takes_its_time_from_base_to_town(six_days):
    frame = Frame(selection=Selection("town", "kupiansk"), camera=Camera(0.15), seconds_per_day=2.0)
    journeys = journeys_to(six_days, frame, "kupiansk")
    assert len(journeys) > 3
    assert all(each.end - each.begin >= FOLLOWED - 1e-9 for each in journeys)
    assert all(a.end <= b.begin for a, b in itertools.pairwise(journeys))
    pacing = pacing_of(six_days, frame)
    journey = journeys[1]
    fixed = geometry(six_days.scenario, map_projection(six_days, frame))
    off = []
    for share in (0.001, 0.25, 0.5, 0.75, 0.98):
        clock = journey.begin + (journey.end - journey.begin) * share
        now = replace(frame, t=pacing.time_at(clock), clock=clock)
        shapes = next(layer for layer in map_layers(six_days, now)[0] if layer.name == "map-followed").shapes
        ring = next(shape for shape in shapes if isinstance(shape, Disc))
        off.append(math.dist(ring.center, fixed.points["kupiansk"]))
        assert next(shape.text for shape in shapes if isinstance(shape, Text)).endswith(" t")
    assert off == sorted(off, reverse=True)
    assert off[-1] < 0.1 * off[0]


def test_no_road_without_flow_has_traffic(six_days):
    looks = road_looks(six_days, 3 * DAY)
    fixed = fixed_of(six_days)
    idle = next(look for look in looks.values() if look.kind == "idle" and look.route in fixed.seen)
    frame = frame_at(six_days, Frame(), 3 * DAY)
    path = fixed.paths[idle.route]
    middle = path.at(path.length / 2)[:2]
    assert min(math.dist(each.at, middle) for each in moving(six_days, frame)) > 2.0
