"""The timeline: places are times, what is to come is veiled, marks keep clear, buttons name commands."""

import itertools
from dataclasses import replace

import pytest

from sim.analysis.event_marks import RANKS, EventMark
from sim.model.quantities import DAY
from sim.scene.beats.pacing import frame_at
from sim.scene.layout import layout
from sim.scene.shapes import Area, Clip, Disc, Stroke, Text
from sim.scene.text import text_width
from sim.scene.view_model import Frame, Selection, View
from sim.view.compose import compose
from sim.view.controls.mouse_input import MouseContext, Pointer, hover, press
from sim.view.controls.playback import Playback, RunIndex
from sim.view.timeline.bars import weather_effect
from sim.view.timeline.series import MARKED, starving_spans, strip_towns, weather_sign, x_at
from sim.view.timeline.timeline import moment_text, timeline_layers
from tests.support.scene_reading import words

LAYOUT = layout((1280, 720))


def layer_of(view, frame, name):
    return next(layer for layer in timeline_layers(view, frame, LAYOUT)[0] if layer.name == name)


def with_marks(view, *marks):
    return View(view.recording, view.scenario, replace(view.timeline, marks=marks))


def test_a_place_on_the_track_is_a_time_and_back(view):
    track = LAYOUT.track
    _, hit_areas = timeline_layers(view, Frame(), LAYOUT)
    context = MouseContext(hit_areas, RunIndex(view.end), lambda x, y: (x, y))
    middle = track.x + track.width / 2
    for x, t in ((track.x, 0), (track.right - 1e-6, view.end - 1), (middle, view.end // 2)):
        assert press(Pointer(), Playback(Frame()), context, (x, track.y + 20))[1].frame.t == pytest.approx(
            t, abs=1
        )
        assert x_at(view, track, t) == pytest.approx(x, abs=0.01)
        told = hover(Pointer((x, track.y + 20)), Playback(Frame()), context, 0.0).frame.hover
        assert (told.kind, int(told.name)) == ("moment", pytest.approx(t, abs=1))


def test_the_timeline_can_be_pointed_at_and_its_buttons_name_commands(view):
    _, hit_areas = timeline_layers(view, Frame(), LAYOUT)
    assert hit_areas[0].kind == "timeline"
    assert {each.name for each in hit_areas if each.kind == "button"} == {
        "turning_back", "play", "turning_forward", "slower", "faster", "veil", "follow",
    }  # fmt: skip
    assert all(each.tip for each in hit_areas if each.kind in {"button", "word", "event"})


def test_only_what_was_played_shows_and_can_be_pointed_at(view):
    marks = tuple(EventMark(day * DAY, "cut", f"Cut on {day}") for day in (3, 9, 12))
    marked, track = with_marks(view, *marks), LAYOUT.track
    for frame, until in (
        (Frame(t=5 * DAY), 5 * DAY),
        (Frame(t=5 * DAY, played=10 * DAY), 10 * DAY),
        (Frame(t=5 * DAY, veil=False), view.end),
    ):
        played = layer_of(marked, frame, "timeline played")
        assert isinstance(played.window, Clip)
        assert played.window.width == pytest.approx(x_at(view, track, until) - track.x, abs=0.5)
        shown = {int(each.name) for each in timeline_layers(marked, frame, LAYOUT)[1] if each.kind == "event"}
        assert shown == {mark.t for mark in marks if mark.t <= until}
    ends = [layer_of(marked, Frame(t=t), "timeline played") for t in (2 * DAY, 7 * DAY)]
    assert ends[0].shapes is ends[1].shapes


def test_the_veil_is_a_button_that_lifts_it_and_lays_it_down_again(view):
    veiled, lifted = Frame(t=DAY), Frame(t=DAY, veil=False)
    assert "not yet played" in words(compose(view, veiled), "veil")
    assert "hide what comes" in words(compose(view, lifted), "veil")
    assert words(compose(view, Frame(t=view.end)), "veil") == ""


def test_a_moment_is_told_in_words_and_the_future_is_not(view):
    state = next(state for state in view.timeline.weather if state != "clear")
    t = DAY * view.timeline.weather.index(state)
    told = moment_text(view, Frame(t=view.end), t)
    assert told.splitlines()[0].startswith(f"Day {t // DAY}, ")
    assert f"{state.capitalize()}: {weather_effect(view.scenario, state)}." in told
    assert weather_effect(view.scenario, "mud") == "roads carry a quarter less"
    assert weather_effect(view.scenario, "clear") == ""
    assert moment_text(view, Frame(t=0), t + DAY).endswith("Not yet played. Click to go there.")
    short = {**view.timeline.missing, "ru": (12.4,) * len(view.timeline.times)}
    lacking = View(view.recording, view.scenario, replace(view.timeline, missing=short))
    assert "Russia: 12 t a day do not arrive." in moment_text(lacking, Frame(t=view.end), t)
    shown = compose(view, Frame(t=view.end, hover=Selection("moment", str(t))))
    assert state.capitalize() in words(shown, "tip")


def test_marks_on_the_timeline_keep_clear_of_each_other(view):
    marks = tuple(EventMark(DAY + hour * 3_600, "fell", "Fell", side="ru") for hour in range(200))
    _, hit_areas = timeline_layers(with_marks(view, *marks), Frame(t=view.end), LAYOUT)
    middles = sorted(each.x + each.width / 2 for each in hit_areas if each.kind == "event")
    assert len(middles) > 5
    assert all(other - one >= 6.99 for one, other in itertools.pairwise(middles))


def test_falls_cuts_and_no_way_out_have_marks_of_their_own(view):
    marks = tuple(
        EventMark(number * DAY, kind, "Something", route="radkivka-kupiansk", side="ua")
        for number, kind in enumerate(RANKS, start=1)
    )
    layers, hit_areas = timeline_layers(with_marks(view, *marks), Frame(t=view.end), LAYOUT)
    assert len([each for each in hit_areas if each.kind == "event"]) == len(MARKED)
    assert {Area, Disc, Stroke} <= {type(shape) for shape in layers[1].shapes}


def test_strips_begin_with_the_focus_and_take_in_towns_as_they_change_hands(view):
    towns = strip_towns(view, 0)
    assert towns[0] == view.scenario.focus[0]
    assert len(towns) == len(set(towns)) == 4
    few = replace(view.scenario, focus=("kupiansk",))
    other = View(view.recording, few, replace(view.timeline, marks=(
        EventMark(3 * DAY, "fell", "Fell", town="synkivka", side="ua"),
    )))  # fmt: skip
    assert "synkivka" not in strip_towns(other, DAY)[:2]
    assert strip_towns(other, 4 * DAY)[:2] == ("kupiansk", "synkivka")


def test_a_strip_is_bright_while_less_than_a_day_is_left(view):
    times = view.timeline.times
    days = {**view.timeline.days, "kupiansk": tuple(0.5 if 4 <= n < 9 else 3.0 for n in range(len(times)))}
    other = View(view.recording, view.scenario, replace(view.timeline, days=days))
    assert starving_spans(other, "kupiansk") == [(times[4], times[9])]


def test_each_weather_has_a_sign_of_its_own():
    signs = {state: weather_sign(state, 0, 0, 60, 8, 1.0) for state in ("clear", "rain", "mud", "frost")}
    assert signs["clear"] == []
    kinds = [tuple(sorted({type(shape).__name__ for shape in sign})) for sign in signs.values()]
    assert len(set(kinds)) == len(kinds)


def test_playing_turns_the_button_into_pause(view):
    still, running = (layer_of(view, Frame(playing=playing), "transport") for playing in (False, True))
    assert still.shapes != running.shapes


def test_lagging_is_told(view):
    assert "falling behind" in words(compose(view, Frame(is_lagging=True, playing=True)), "transport")
    assert "1 day =" in words(compose(view, Frame(is_lagging=True)), "transport")


def test_the_speed_keeps_off_the_buttons_beside_it(view):
    for lagging in (False, True):
        layer = layer_of(view, Frame(is_lagging=lagging, playing=True), "transport")
        (speed,) = (
            each for each in layer.shapes if isinstance(each, Text) and each.text[:3] in {"1 d", "fal"}
        )
        assert text_width(speed.text, speed.size) <= 96


def test_slow_motion_is_told_while_a_town_falls(pressed):
    fall = next(mark.t for mark in pressed.timeline.marks if mark.kind == "fell")
    told = [
        "slow motion" in words(compose(pressed, frame_at(pressed, Frame(playing=True), t)))
        for t in (fall, fall - 3 * DAY)
    ]
    assert told == [True, False]
