"""The timeline: places are times and back, marks keep clear of each other, buttons name commands."""

import itertools
from dataclasses import replace

import pytest

from sim.analysis.event_marks import RANKS, EventMark
from sim.model.quantities import DAY
from sim.scene.layout import layout
from sim.scene.shapes import Area, Disc, Stroke
from sim.scene.view_model import Frame, View
from sim.view.compose import compose
from sim.view.controls.mouse_input import MouseContext, Pointer, press
from sim.view.controls.playback import Playback, RunIndex
from sim.view.timeline.timeline import timeline_layers, timeline_towns
from tests.support.scene_reading import words


def test_a_place_on_the_track_is_a_time_and_back(view):
    regions = layout((1280, 720))
    _, hit_areas = timeline_layers(view, Frame(), regions)
    context = MouseContext(hit_areas, RunIndex(view.end), lambda x, y: (x, y))
    y, middle = regions.track.y + 20, regions.track.x + regions.track.width / 2
    for x, t in ((regions.track.x, 0), (regions.track.right - 1e-6, view.end - 1), (middle, view.end // 2)):
        assert press(Pointer(), Playback(Frame()), context, (x, y))[1].frame.t == pytest.approx(t, abs=1)


def test_the_timeline_can_be_pointed_at_and_its_buttons_name_commands(view):
    _, hit_areas = timeline_layers(view, Frame(), layout((1280, 720)))
    assert hit_areas[0].kind == "timeline"
    assert {each.name for each in hit_areas if each.kind == "button"} == {
        "day_back", "event_back", "play", "event_forward", "day_forward", "slower", "faster",
    }  # fmt: skip
    times = {mark.t for mark in view.timeline.marks}
    assert {int(each.name) for each in hit_areas if each.kind == "event"} <= times


def test_marks_on_the_timeline_keep_clear_of_each_other(view):
    _, hit_areas = timeline_layers(view, Frame(), layout((1280, 720)))
    middles = sorted(each.x + each.width / 2 for each in hit_areas if each.kind == "event")
    assert all(other - one >= 6.99 for one, other in itertools.pairwise(middles))


def test_strips_begin_with_the_focus(view):
    towns = timeline_towns(view)
    assert towns[0] == view.scenario.focus[0]
    assert len(towns) == len(set(towns)) == 4


def test_playing_turns_the_button_into_pause(view):
    still, running = (
        next(layer for layer in compose(view, Frame(playing=playing)).layers if layer.name == "transport")
        for playing in (False, True)
    )
    assert still.shapes != running.shapes


def test_lagging_is_told(view):
    assert "slower than wanted" in words(compose(view, Frame(is_lagging=True)), "transport")


def test_a_marks_kind_is_told_by_its_shape_too(view):
    marks = tuple(
        EventMark(number * DAY, kind, "Something", route="radkivka-kupiansk", side="ua")
        for number, kind in enumerate(RANKS, start=1)
    )
    other = View(view.recording, view.scenario, replace(view.timeline, marks=marks))
    layers, hit_areas = timeline_layers(other, Frame(), layout((1280, 720)))
    assert len([each for each in hit_areas if each.kind == "event"]) == len(RANKS)
    kinds = {type(shape) for shape in layers[0].shapes}
    assert {Area, Disc, Stroke} <= kinds
