"""Events on the screen: each lasts, none crowds the others, and nothing hangs on how a moment is reached."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from sim.model.events import RouteDamaged, TownFell
from sim.model.quantities import DAY
from sim.scene.beats.beats import DECISIVE, GREAT, LASTS, MAX_STARTS, REDUCED, _weight, beats_of
from sim.scene.beats.pacing import frame_at, pacing_of
from sim.scene.view_model import Frame

SPEEDS = (0.09375, 0.75, 6.0)


@pytest.fixture
def view(pressed):
    return pressed


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_event_lasts_its_time_at_every_speed(view, speed):
    frame = Frame(seconds_per_day=speed)
    clock = pacing_of(view, frame)
    for beat in beats_of(view, frame).all:
        assert beat.end - beat.begin == pytest.approx(LASTS[beat.kind])
        assert beat.at == clock.clock_at(beat.t)
        assert beat.begin <= beat.at + 0.5
        assert beat.end > beat.at


@pytest.mark.parametrize("speed", SPEEDS)
def test_no_second_holds_more_than_can_be_followed(view, speed):
    found = beats_of(view, Frame(seconds_per_day=speed)).all
    for kinds, most in MAX_STARTS:
        begins = [beat.begin for beat in found if beat.kind in kinds]
        assert all(last - first >= 1.0 for first, last in zip(begins, begins[most:], strict=False))


@pytest.mark.parametrize("speed", SPEEDS)
def test_on_one_road_no_two_events_of_a_kind_overlap(view, speed):
    by_road = {}
    for beat in beats_of(view, Frame(seconds_per_day=speed)).all:
        by_road.setdefault((beat.kind, beat.route), []).append(beat)
    for (kind, _), found in by_road.items():
        assert kind in GREAT or all(one.end <= other.begin for one, other in pairwise(found))


def test_where_a_front_stands_makes_no_assault_weigh_more_nor_what_is_left_to_repair(view):
    found = beats_of(view, Frame(seconds_per_day=24.0)).all
    for kind in ("assault_repelled", "repair", "strike"):
        one = next(beat for beat in found if beat.kind == kind)
        weights = {_weight(replace(one, amount=amount), ()) for amount in (-1.0, 0.2, 0.9, 7.0)}
        assert (len(weights) > 1) == (kind == "strike")


def test_slowly_enough_nothing_of_weight_is_left_out(view):
    found = Counter(beat.kind for beat in beats_of(view, Frame(seconds_per_day=24.0)).all)
    happened = Counter(type(event) for _, event in view.recording.events())
    assert found["fall"] == happened[TownFell]
    assert found["strike"] >= 0.9 * happened[RouteDamaged] > 0
    assert {"repair", "ambush", "assault_won", "assault_repelled"} <= set(found)


def test_fast_forward_shows_great_events_only(view):
    frame = Frame(seconds_per_day=0.09375, fall_seconds=0.0)
    assert {beat.kind for beat in beats_of(view, frame).all} <= GREAT


def test_an_event_that_was_stepped_to_shows_at_its_height(view):
    frame = Frame(seconds_per_day=0.75)
    for beat in beats_of(view, frame).all[::7]:
        there = frame_at(view, frame, beat.t)
        assert (beat, DECISIVE) in beats_of(view, there).active(there)


def test_with_reduced_motion_a_mark_stands_still_for_its_time(view):
    frame = Frame(seconds_per_day=0.75, reduced_motion=True, playing=True)
    beat = next(beat for beat in beats_of(view, frame).all if beat.kind == "strike")
    shares = [
        beat.share(replace(frame, clock=beat.at + late))
        for late in (-0.01, 0.0, 0.7, REDUCED - 0.01, REDUCED)
    ]
    assert shares == [None, DECISIVE, DECISIVE, DECISIVE, None]


def test_towns_that_fell_are_remembered_by_their_last_fall(view):
    beats = beats_of(view, Frame())
    assert not beats.scars(-1)
    for t in range(0, view.end + 1, DAY):
        expected = {fall.town: fall.t for fall in beats.falls if fall.t <= t}
        assert {town: beat.t for town, beat in beats.scars(t).items()} == expected
