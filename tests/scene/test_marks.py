"""The marks of what happens: each its own, within its time, where it happens."""

import math
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from sim.model.quantities import DAY
from sim.scene.beats.beats import Beat, beats_of
from sim.scene.beats.pacing import frame_at
from sim.scene.lines import bounds
from sim.scene.map.layers import map_geometry
from sim.scene.map.marks.layers import DRAWN, marks_layers, scars_layer
from sim.scene.map.marks.stage import Stage
from sim.scene.map.marks.town_marks import flood, headline
from sim.scene.shapes import Arc, Clip, Disc, Field, Text
from sim.scene.view_model import Camera, Frame

FRAME = Frame(t=3 * DAY, seconds_per_day=0.75, playing=True)
SHARES = [n / 40 for n in range(40)]


@pytest.fixture
def view(pressed):
    return pressed


def beat_of(view, kind):
    """Return an event of a kind on the first contact, or on the first road, or between two of its towns."""
    contact = view.route(next(iter(view.snapshot(FRAME.t).fronts)))
    road = next(each for each in view.scenario.routes if each.id not in view.snapshot(FRAME.t).fronts)
    route = contact if kind.startswith("assault") else road
    side = view.scenario.sides[0].id
    amount = {"strike": 0.71, "ambush": 15.0, "withdrawal": 579.0}.get(kind, 0.0)
    ends = {"town": route.end, "origin": route.start}
    return Beat(kind, FRAME.t, 1.0, 0.5, 1.5, side, route.id, amount=amount, loser="ru", **ends)


def drawn(view, kind, share, frame=FRAME):
    """Return the shapes of a mark."""
    stage = Stage(view, frame, map_geometry(view, frame), beat_of(view, kind))
    if kind == "fall":
        return [*flood(stage, share), *headline(stage, share)]
    return list(DRAWN[kind](stage, share))


@pytest.mark.parametrize("kind", [*DRAWN, "fall"])
def test_a_mark_shows_from_its_begin_to_its_end_and_moves_most_of_the_time(view, kind):
    pictures = [drawn(view, kind, share) for share in SHARES]
    assert all(pictures[1:])
    assert sum(one != other for one, other in pairwise(pictures)) > len(pictures) / 2


def test_no_two_kinds_of_event_share_a_mark(view):
    looks = {}
    for kind in (*DRAWN, "fall"):
        shapes = drawn(view, kind, 0.6)
        x, y = min(bounds(each)[:2] for each in shapes if not isinstance(each, Text | Clip | Field))
        looks[kind] = frozenset(
            (type(each).__name__, getattr(each, "radius", 0), len(getattr(each, "points", ())))
            for each in shapes
        )
        assert math.isfinite(x + y)
    for one, other in combinations(looks, 2):
        assert looks[one] != looks[other], (one, other)


@pytest.mark.parametrize("kind", [*DRAWN, "fall"])
def test_every_alpha_and_radius_can_be_painted(view, kind):
    for share in SHARES:
        for each in drawn(view, kind, share):
            assert 0 <= getattr(each, "alpha", 255) <= 255
            assert getattr(each, "radius", 1.0) >= 0.0
            assert not isinstance(each, Arc) or each.end > each.begin


def test_a_road_is_hit_at_its_river_where_it_is_a_crossing_and_near_its_middle_elsewhere(view):
    fixed = map_geometry(view, FRAME)
    for route in view.scenario.routes:
        path = fixed.paths[route.id]
        x, y, _ = path.at(fixed.narrow[route.id])
        assert min(math.dist((x, y), path.at(path.length * n / 400)[:2]) for n in range(401)) < 2.0
        if route.id not in fixed.bridges:
            ends = fixed.points[route.start], fixed.points[route.end]
            assert 0.3 < math.dist((x, y), ends[0]) / max(1e-9, math.dist(*ends)) < 0.7


def test_what_happens_is_seen_when_it_happens_and_then_no_more(view):
    beats = beats_of(view, FRAME)
    fixed = map_geometry(view, FRAME)
    strike = next(
        beat for beat in beats.all if beat.kind == "strike" and Stage(view, FRAME, fixed, beat).is_seen
    )
    seen = replace(FRAME, t=strike.t, clock=strike.at + 0.1)
    assert any(isinstance(each, Disc) for each in marks_layers(view, seen, fixed)[1].shapes)
    quiet = next(c for c in (n / 7 for n in range(10_000)) if not beats.active(replace(FRAME, clock=c)))
    assert all(not layer.shapes for layer in marks_layers(view, replace(FRAME, clock=quiet), fixed))


def test_what_happens_beside_the_map_is_neither_drawn_nor_told_at_its_edge(view):
    strike = next(beat for beat in beats_of(view, FRAME).all if beat.kind == "strike")
    seen = replace(FRAME, t=strike.t, clock=strike.at + 0.1, camera=Camera(16.0, 500.0, 500.0))
    assert not marks_layers(view, seen, map_geometry(view, seen))[1].shapes


def test_with_reduced_motion_no_mark_moves_and_none_shines(view):
    calm = replace(FRAME, reduced_motion=True)
    strike = next(beat for beat in beats_of(view, calm).all if beat.kind == "strike")
    fixed = map_geometry(view, calm)
    stills = [
        marks_layers(view, replace(calm, t=strike.t, clock=strike.at + late), fixed)[1].shapes
        for late in (0.0, 0.01)
    ]
    assert stills[0] == stills[1]
    assert not [each for each in stills[0] if type(each).__name__ == "Light"]


def test_a_scar_stays_where_a_town_fell(view):
    fixed = map_geometry(view, FRAME)
    falls = beats_of(view, FRAME).falls
    for fall in falls:
        before, after = (scars_layer(view, frame_at(view, FRAME, t), fixed) for t in (fall.t - 1, fall.t))
        assert len(after.shapes) > len(before.shapes)
        assert str(fall.t // DAY) in [each.text for each in after.shapes if isinstance(each, Text)]


def test_a_town_that_goes_back_to_who_held_it_first_is_retaken(view):
    town = view.scenario.towns[0]
    other = next(side.id for side in view.scenario.sides if side.id != town.held_by)
    assert view.fall_words(town.id, town.held_by) == f"{town.name} retaken"
    assert view.fall_words(town.id, other) == f"{town.name} fell"
