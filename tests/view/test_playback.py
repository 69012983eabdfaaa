"""Playing as values: what commands, time and mouse do to what is shown."""

from dataclasses import replace

import pytest

from sim.model.quantities import DAY, HOUR
from sim.scene.camera import zoomed
from sim.scene.layout import layout_of
from sim.scene.shapes import HitArea
from sim.scene.view_model import Camera, Frame, Selection
from sim.view.controls import mouse_input
from sim.view.controls.commands import apply
from sim.view.controls.mouse_input import MouseContext, Pointer, target_at
from sim.view.controls.playback import Playback, RunIndex, advance, speed_words, start_playback
from sim.view.keyboard import KEYS

RUN = RunIndex(
    180 * DAY,
    events=(2 * DAY, 3 * DAY, 50 * DAY),
    turning_points=(50 * DAY,),
    towns=("a", "b", "c"),
    routes=("a-b", "b-c"),
    positions={"b": (3.0, -2.0)},
)
AT_20 = start_playback(RUN, Frame(t=20 * DAY))
WINDOWS = {
    "quit", "escape", "full_screen", "fit", "text",
    "copy", "screenshot", "screenshot_map", "replication_forward",
    "replication_back", "what_if", "focus_forward", "focus_back",
    "cut", "halve", "adjust", "what_if_from", "what_if_view",
}  # fmt: skip
"""What the window does itself."""


def after(*commands, of=AT_20):
    for command in commands:
        of = apply(of, RUN, command)
    return of


@pytest.mark.parametrize(
    ("command", "t"),
    [
        ("day_back", 19 * DAY),
        ("day_forward", 21 * DAY),
        ("hours_back", 20 * DAY - 6 * HOUR),
        ("hours_forward", 20 * DAY + 6 * HOUR),
        ("days_back", 15 * DAY),
        ("days_forward", 25 * DAY),
        ("event_back", 3 * DAY),
        ("event_forward", 50 * DAY),
        ("turning_back", 0),
        ("turning_forward", 50 * DAY),
        ("start", 0),
        ("end", 180 * DAY),
        ("tenth_0", 0),
        ("tenth_3", 54 * DAY),
        ("tenth_9", 162 * DAY),
    ],
)
def test_a_command_goes_to_its_time(command, t):
    assert after(command).frame.t == t


def test_steps_end_where_the_run_does():
    assert after("start", "days_back").frame.t == 0
    assert after("end", "day_forward", "event_forward").frame.t == RUN.end


@pytest.mark.parametrize("binding", KEYS, ids=lambda binding: binding.command)
def test_every_command_of_the_table_does_something(binding):
    selecting = AT_20.showing(selection=Selection("town", "b"), camera=Camera(2.0, 5.0, 5.0), scale=1.5)
    before = selecting.at_speed(0, RUN)
    assert (after(binding.command, of=before) == before) == (binding.command in WINDOWS)


def test_a_command_that_nobody_knows_changes_nothing():
    assert after("dance") == AT_20


def test_the_run_begins_at_a_speed_that_takes_about_two_minutes():
    assert RUN.normal_speed == 3
    assert start_playback(RunIndex(60 * DAY), Frame()).frame.speed == 4.0
    assert start_playback(RunIndex(1), Frame()).frame.speed == 0.25
    assert start_playback(RUN, Frame(), speed=3.9).doublings == 2


def test_speeds_are_powers_of_two_between_a_quarter_and_64():
    assert after(*["faster"] * 20).frame.speed == 64.0
    slow = after(*["slower"] * 20)
    assert (slow.frame.speed, slow.frame.seconds_per_day) == (0.25, 24.0)
    assert after("normal_speed", of=slow).doublings == RUN.normal_speed
    assert speed_words(-1) == "1 day = 12 s"


def test_playing_goes_on_by_screen_time_and_speed():
    playing = after("play").at_speed(0, RUN)
    assert advance(playing, RUN, 0.06).frame.t == 20 * DAY + 0.01 * DAY
    assert advance(AT_20, RUN, 0.06).frame.t == 20 * DAY


def test_slow_playing_does_not_stand_still():
    playing = after("play").at_speed(-2, RUN)
    for _ in range(100):
        playing = advance(playing, RUN, 0.0001)
    assert playing.frame.t == pytest.approx(20 * DAY + 0.01 / 24 * DAY, abs=1)


def test_a_window_that_was_away_goes_on_where_it_was():
    there = advance(after("play"), RUN, 60.0)
    assert there.frame.is_lagging
    assert there == replace(advance(after("play"), RUN, 0.1).showing(is_lagging=True))
    assert not advance(there, RUN, 0.02).frame.is_lagging


def test_at_the_end_its_card_comes_and_play_begins_again():
    ended = advance(after("end", "hours_back", "play").at_speed(6, RUN), RUN, 0.1)
    assert (ended.frame.t, ended.frame.playing, ended.frame.card) == (RUN.end, False, "end")
    again = after("play", of=ended)
    assert (again.frame.t, again.frame.playing, again.frame.card) == (0, True, "none")
    assert after("day_back", of=ended).frame.card == "none"


def test_the_clock_stands_while_paused_and_is_the_same_however_a_moment_is_reached():
    paused = after("event_forward")
    assert advance(paused, RUN, 0.05) == paused
    playing = after("start", "play")
    while playing.frame.t < 3 * DAY:
        playing = advance(playing, RUN, 0.05)
    sought = playing.at(playing.frame.t, RUN)
    assert sought.frame.clock == pytest.approx(playing.frame.clock, abs=1e-4)


def test_tab_goes_through_all_towns_and_back():
    names = [after(*["town_forward"] * count).frame.selection.name for count in range(1, 5)]
    assert names == ["a", "b", "c", "a"]
    assert after("town_back").frame.selection.name == "c"
    assert after("town_forward", "route_forward").frame.selection == Selection("route", "a-b")
    nobody = RunIndex(DAY)
    assert apply(start_playback(nobody, Frame()), nobody, "town_forward").frame.selection is None


def test_what_is_chosen_by_key_is_seen_first_or_gone_to():
    run = replace(RUN, is_in_sight=lambda frame, name: (name == "b") == (frame.camera == Camera()))
    first = apply(AT_20, run, "town_forward")
    assert (first.frame.selection.name, first.frame.camera) == ("b", Camera())
    there = apply(first, replace(run, positions={"a": (9.0, 4.0)}), "town_back")
    assert (there.frame.selection.name, there.frame.camera) == ("a", Camera(1.0, 9.0, 4.0))


def test_centring_needs_a_place():
    at_b = after("town_forward", "town_forward", "center")
    assert (at_b.frame.camera.east, at_b.frame.camera.north) == (3.0, -2.0)
    assert after("center") == AT_20


def test_zooming_keeps_a_place_where_it_is():
    camera = zoomed(Camera(), 2.0, east=10.0, north=-4.0)
    assert (camera.zoom, camera.east, camera.north) == (2.0, 5.0, -2.0)
    assert zoomed(Camera(), 1e9).zoom == 16.0


REGIONS = layout_of(AT_20.frame)
TOWN = HitArea(300, 200, 16, 16, "town", "a")
ROAD = HitArea(280, 190, 200, 60, "route", "a-b")
BUTTON = HitArea(90, 590, 30, 30, "button", "play")
EVENT = HitArea(500, 660, 8, 12, "event", str(50 * DAY))
TRACK = HitArea(REGIONS.track.x, REGIONS.track.y, REGIONS.track.width, 100, "timeline", "timeline")
CONTEXT = MouseContext((ROAD, TOWN, TRACK, BUTTON, EVENT), RUN, lambda x, y: (x / 10, -y / 10))


def clicked(at, of=AT_20, context=CONTEXT):
    pointer, playback = mouse_input.press(Pointer(), of, context, at)
    return mouse_input.release(pointer, playback, context)[1:]


def test_a_click_selects_what_is_nearest():
    assert clicked((308, 208))[0].frame.selection == Selection("town", "a")
    assert clicked((400, 220))[0].frame.selection == Selection("route", "a-b")
    assert clicked((400, 256))[0].frame.selection == Selection("route", "a-b")


def test_a_click_beside_everything_deselects_only_where_there_is_a_map():
    chosen = AT_20.showing(selection=Selection("town", "b"))
    assert clicked((700, 400), chosen)[0].frame.selection is None
    assert clicked((700, 400), chosen.showing(card="help"))[0].frame.selection == Selection("town", "b")
    assert clicked((1200, 400), chosen)[0].frame.selection == Selection("town", "b")


def test_buttons_are_commands_and_events_are_times():
    assert clicked((100, 600)) == (AT_20, "play")
    assert clicked((504, 666))[0].frame.t == 50 * DAY


def test_what_lies_under_a_card_cannot_be_pointed_at():
    reading = AT_20.showing(card="help")
    assert clicked((308, 208), reading)[0].frame.selection is None
    assert clicked((100, 600), reading)[1] == "play"
    pointer, _ = mouse_input.move(Pointer(), reading, CONTEXT, (308, 208), 5.0)
    assert mouse_input.hover(pointer, reading, CONTEXT, 6.0).frame.hover is None


def test_dragging_the_time_scrubs_and_goes_back_to_playing():
    playing = after("play")
    middle = (REGIONS.track.x + REGIONS.track.width / 2, 640.0)
    pointer, held = mouse_input.press(Pointer(), playing, CONTEXT, middle)
    assert (held.frame.t, held.frame.playing) == (90 * DAY, False)
    pointer, held = mouse_input.move(pointer, held, CONTEXT, (REGIONS.track.x - 50, 640.0), 1.0)
    assert held.frame.t == 0
    _, let_go, command = mouse_input.release(pointer, held, CONTEXT)
    assert (let_go.frame.playing, command) == (True, "")


def test_dragging_the_map_moves_it_and_is_no_click():
    chosen = AT_20.showing(selection=Selection("town", "b"))
    pointer, playback = mouse_input.press(Pointer(), chosen, CONTEXT, (600.0, 400.0))
    pointer, playback = mouse_input.move(pointer, playback, CONTEXT, (602.0, 400.0), 0.0)
    assert playback.frame.camera == Camera()
    pointer, playback = mouse_input.move(pointer, playback, CONTEXT, (632.0, 400.0), 0.1)
    assert playback.frame.camera.east == pytest.approx(-3.0)
    assert mouse_input.release(pointer, playback, CONTEXT)[1].frame.selection == Selection("town", "b")


def test_the_mouse_tells_once_it_rests():
    pointer, _ = mouse_input.move(Pointer(), AT_20, CONTEXT, (308, 208), 5.0)
    assert mouse_input.hover(pointer, AT_20, CONTEXT, 5.1).frame.hover is None
    shown = mouse_input.hover(pointer, AT_20, CONTEXT, 5.16)
    assert shown.frame.hover == Selection("town", "a")
    assert mouse_input.hover(pointer, shown, CONTEXT, 6.0) == shown
    pointer, shown = mouse_input.move(pointer, shown, CONTEXT, (700, 400), 7.0)
    assert mouse_input.hover(pointer, shown, CONTEXT, 7.0).frame.hover is None
    assert mouse_input.hover(Pointer(), shown, CONTEXT, 7.0).frame.hover is None


def test_the_wheel_zooms_over_the_map_and_scrolls_a_text():
    assert mouse_input.scroll(AT_20, CONTEXT, (600, 300), 1.0).frame.camera.zoom == 1.25
    assert mouse_input.scroll(AT_20, CONTEXT, (1200, 300), 1.0) == AT_20
    reading = AT_20.showing(card="text", card_text="\n".join("line" for _ in range(100)))
    assert mouse_input.scroll(reading, CONTEXT, (600, 300), -2.0).frame.card_scroll == 4
    assert mouse_input.scroll(reading, CONTEXT, (600, 300), 2.0).frame.card_scroll == 0
    # no farther than to its end, and a short one not at all
    far = mouse_input.scroll(reading, CONTEXT, (600, 300), -500.0)
    assert 0 < far.frame.card_scroll < 100
    assert apply(far, CONTEXT.run, "turning_forward").frame.card_scroll == far.frame.card_scroll
    short = AT_20.showing(card="text", card_text="one line")
    assert mouse_input.scroll(short, CONTEXT, (600, 300), -2.0).frame.card_scroll == 0
    helping = AT_20.showing(card="help")
    assert mouse_input.scroll(helping, CONTEXT, (600, 300), -2.0) == helping


def test_the_smallest_thing_under_the_mouse_is_meant():
    assert target_at(CONTEXT.hit_areas, 308, 208, 8.0) == TOWN
    assert target_at(CONTEXT.hit_areas, 504, 666, 8.0) == EVENT
    assert target_at(CONTEXT.hit_areas, 520, 640, 8.0) == TRACK
    assert target_at((), 1.0, 1.0, 8.0) is None


def test_nothing_open_is_nowhere():
    assert mouse_input.map_position(None, Frame(), 5.0, 5.0) == (0.0, 0.0)
    assert Playback(Frame()).at(5.0, RunIndex(0)).frame.t == 0
