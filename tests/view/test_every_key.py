"""A sitting by posted events: every key of the table, and everything that the mouse does."""

from dataclasses import fields

import pytest

from sim.model.quantities import DAY, HOUR
from sim.scene.camera import front_camera
from sim.scene.layout import layout_of
from sim.scene.shapes import Box, Text
from sim.scene.view_model import Camera, Frame, Selection
from sim.view.background.worker import Request, SimulatedRun, Status
from sim.view.compose import compose
from sim.view.controls.app_state import error_message
from sim.view.keyboard import KEYS, Keyboard
from sim.view.session import LaunchOptions
from sim.view.settings import Remembered, Settings
from tests.support.window_input import SMALL, click, drag, drop, middle, press, pygame, rest, wheel

END = 12 * DAY
NEWS = {"toast", "hover", "clock", "played"}
"""Fields that may change with any key."""


def begun(window):
    """Return the window with the run as each key finds it."""
    there = window.session.playback.at(6 * DAY, window.session.run).at_speed(2, window.session.run)
    window.session.playback = there.showing(
        selection=Selection("town", "kupiansk"), focus=None, camera=Camera(2.0, 5.0, 5.0), scale=1.25,
        follows=False, playing=False, what_if=None, card="none", toast=None, progress=None, panel=True,
        labels="main", theme="dark", reduced_motion=False, veil=True,
        layers=frozenset({"supply", "control"}),
    )  # fmt: skip
    window.session.pointer = type(window.session.pointer)()
    window.step((), 0.0, 1.0)
    return window


def chosen(kind, name):
    there = Selection(kind, name)
    return {"selection": there, "focus": there}


def near(times, t, step):
    """Return the next of some times, or the one before; start or end where there is none."""
    found = [each for each in times if (each > t if step > 0 else each < t)]
    return (min(found) if step > 0 else max(found)) if found else END * (step > 0)


def expected(window):
    """Return by command which fields of the frame it changes, to what; those that change none are empty."""
    run, layers = window.session.run, {"supply", "control"}
    place, regions = run.positions["kupiansk"], layout_of(window.session.frame)
    far = Camera(2.0, *run.positions[run.towns[-1]])
    seen = [route for route in run.routes if run.is_in_sight(window.session.frame, route)]
    t = 6 * DAY
    return {
        "play": {"playing": True},
        "day_back": {"t": 5 * DAY}, "day_forward": {"t": 7 * DAY},
        "hours_back": {"t": t - 6 * HOUR}, "hours_forward": {"t": t + 6 * HOUR},
        "days_back": {"t": DAY}, "days_forward": {"t": 11 * DAY},
        "event_back": {"t": near(run.events, t, -1)}, "event_forward": {"t": near(run.events, t, 1)},
        "turning_back": {"t": near(run.turning_points, t, -1)},
        "turning_forward": {"t": near(run.turning_points, t, 1)},
        "start": {"t": 0}, "end": {"t": END},
        **{f"tenth_{n}": {"t": END * n // 10} if n != 5 else {} for n in range(10)},
        "slower": {"speed": 2.0, "seconds_per_day": 3.0}, "faster": {"speed": 8.0, "seconds_per_day": 0.75},
        "normal_speed": {"speed": 0.5, "seconds_per_day": 12.0},
        "replication_forward": {"progress": window.session.frame.progress, "card": "loading"},
        "replication_back": {},
        **{name: {"layers": frozenset(layers - {name})} for name in layers}, "ensemble": {}, "compare": {},
        "what_if": {
            "what_if": window.session.frame.what_if, "focus": Selection("slider", "side.ua.replacements"),
        },
        "cut": {}, "halve": {}, "adjust": {}, "what_if_from": {}, "what_if_view": {},
        "curtain_left": {"curtain": 0.45}, "curtain_right": {"curtain": 0.55},
        "town_forward": chosen("town", run.towns[1]),
        "town_back": {**chosen("town", run.towns[-1]), "camera": far},
        "route_forward": chosen("route", seen[0]), "route_back": chosen("route", seen[-1]),
        "focus_forward": {"focus": Selection("button", "what_if")},
        "focus_back": {"focus": Selection("button", "veil")},
        "center": {"camera": Camera(2.0, *place)},
        "zoom_in": {"camera": Camera(2.5, 5.0, 5.0)}, "zoom_out": {"camera": Camera(1.6, 5.0, 5.0)},
        "pan_left": {"camera": Camera(2.0, -1.0, 5.0)}, "pan_right": {"camera": Camera(2.0, 11.0, 5.0)},
        "pan_up": {"camera": Camera(2.0, 5.0, 11.0)}, "pan_down": {"camera": Camera(2.0, 5.0, -1.0)},
        "fit": {"camera": front_camera(window.session.view.scenario, regions.map, regions.s)},
        "follow": {"camera": Camera(), "follows": True},
        "labels": {"labels": "all"}, "panel": {"panel": False}, "theme": {"theme": "light"},
        "motion": {"reduced_motion": True}, "veil": {"veil": False},
        "text": {"card": "text", "card_text": window.session.frame.card_text}, "copy": {},
        "screenshot": {}, "screenshot_map": {}, "full_screen": {},
        "larger": {"scale": 1.375}, "smaller": {"scale": 1.125}, "usual_size": {"scale": 1.0},
        "help": {"card": "help"}, "escape": {"selection": None}, "quit": {},
    }  # fmt: skip


BESIDE = {
    **dict.fromkeys(
        ("cut", "halve", "adjust"), lambda window, _: "Select a road" in window.session.frame.toast.text
    ),
    "copy": lambda window, _: pygame.scrap.get_text().startswith("Day 6, 2 February 2025"),
    "screenshot": lambda _, folder: (folder / "kupiansk-seed1-d6.png").exists(),
    "screenshot_map": lambda _, folder: (folder / "kupiansk-seed1-d6-map.png").exists(),
    "full_screen": lambda window, _: window.is_full,
    "quit": lambda window, _: window.session.is_over,
    "text": lambda window, _: window.session.frame.card_text.startswith("Day 6, 2 February 2025"),
    "replication_forward": lambda window, _: window.session._background.worker.requests[0].replication == 1,
    "replication_back": lambda window, _: "the first one" in window.session.frame.toast.text,
    "ensemble": lambda window, _: "frontsim ensemble" in window.session.frame.toast.text,
    "compare": lambda window, _: "press X again" in window.session.frame.toast.text,
    "tenth_5": lambda window, _: window.session.frame.t == 6 * DAY,
}
"""What keys do that no field of the frame tells."""


def pressed(window, key):
    """Press a key of the table at the beginning; return the fields that it changed."""
    before = begun(window).session.frame
    press(window, key)
    after = window.session.frame
    names = {field.name for field in fields(Frame)} - NEWS
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


@pytest.mark.parametrize("binding", KEYS, ids=lambda binding: binding.command)
def test_every_key_of_the_table_does_what_it_says_and_nothing_else(opened, tmp_path, binding):
    window = opened()
    for key in binding.keys:
        window.is_full = False
        changed = pressed(window, key)
        if binding.command == "play":
            assert changed.pop("t") > 6 * DAY
        if binding.command == "full_screen":
            changed.pop("size", None)  # the whole screen's, which is another on every machine
        assert changed == expected(window)[binding.command], key
        assert binding.command not in BESIDE or BESIDE[binding.command](window, tmp_path), key
        toast = window.session.frame.toast
        assert toast is None or not toast.is_error, (key, toast)
        window.session._background.worker.requests.clear()


def test_no_key_of_the_table_is_left_out_and_none_is_free_that_is_taken(opened):
    assert set(expected(opened())) == {binding.command for binding in KEYS}
    taken = {key for binding in KEYS for key in binding.keys}
    assert not taken & {"R"}


def test_every_key_may_be_another(opened):
    window = opened(remembered=Remembered(Settings(keys={"theme": ("X",), "quit": ("F12",)})))
    window.session._keyboard = window._keyboard = Keyboard({"theme": ("X",), "day_forward": ("D",)})
    assert pressed(window, "X") == {"theme": "light"}
    assert pressed(window, "D") == {"t": 7 * DAY}
    assert pressed(window, "Right") == {}


def test_whatever_can_be_clicked_is_a_command_with_a_key(opened):
    window = begun(opened())
    seen = {(each.kind, each.name) for each in window.session.hit_areas}
    press(window, "End", "Shift+Left", "Space")
    for _ in range(80):
        window.step((), 0.1, 1.0)
    assert window.session.frame.card == "end"
    seen |= {(each.kind, each.name) for each in window.session.hit_areas}
    empty = opened(LaunchOptions(frame=Frame(size=SMALL)), Remembered(Settings(recent=("a.gz", "b.gz"))))
    seen |= {(each.kind, each.name) for each in empty.session.hit_areas}
    keys = {binding.command for binding in KEYS if binding.keys}
    controls = {name for kind, name in seen if kind == "button"}
    assert {"play", "veil", "slower", "turning_back", "tenth_2"} <= controls <= {*keys, "usual"}
    run = window.session.run
    places = {name for kind, name in seen if kind in {"town", "route"}}
    assert places <= {*run.towns, *run.routes}
    assert {int(name) for kind, name in seen if kind == "event"} <= set(run.events)


def test_the_ring_goes_round_all_controls_and_enter_presses_the_one_in_it(opened):
    window = begun(opened())
    controls = {(each.kind, each.name) for each in window.session.hit_areas if each.kind == "button"}
    seen = []
    for _ in controls:
        press(window, "F6")
        seen.append((window.session.frame.focus.kind, window.session.frame.focus.name))
    assert set(seen) == controls
    press(window, "F6", "F6", "Shift+F6", "Enter")
    assert window.session.frame.what_if is not None
    press(window, "Esc")
    click(window, *middle(window, "button", "veil"))
    assert window.session.frame.focus is None
    press(window, "F6", "Esc", "Enter")
    assert window.session.frame.focus is None


def test_on_a_card_tab_goes_through_what_it_offers(opened):
    window = begun(opened())
    press(window, "End", "Shift+Left", "Space")
    for _ in range(80):
        window.step((), 0.1, 1.0)
    names = []
    for _ in range(4):
        press(window, "Tab")
        names.append(window.session.frame.focus.name)
    assert names == ["what_if", "usual", "play", "what_if"]
    press(window, "Tab", "Enter")
    assert pygame.scrap.get_text().startswith("frontsim ensemble kupiansk ")
    assert pygame.scrap.get_text().endswith("--seed 1 -n 200")
    press(window, "Esc", "Tab")
    assert window.session.frame.focus.kind == "town"


def test_the_mouse_selects_and_empty_ground_deselects(opened):
    window = begun(opened())
    window.session.playback = window.session.playback.showing(
        camera=Camera(), follows=False, selection=None, scale=1.0
    )
    window._window.size = (1280, 720)
    window.step((), 0.0, 1.0)
    region = layout_of(window.session.frame).map
    click(window, *middle(window, "town", "kupiansk"))
    assert window.session.frame.selection == Selection("town", "kupiansk")
    panel = layout_of(window.session.frame).panel
    row = next(each for each in window.session.hit_areas if each.kind == "route" and each.x > panel.x)
    click(window, row.x + 4, row.y + 4)
    assert window.session.frame.selection.name == row.name
    click(window, region.x + 6, region.y + 6)
    assert window.session.frame.selection is None


def test_the_mouse_tells_zooms_and_pans(opened):
    window = begun(opened())
    window.session.playback = window.session.playback.showing(camera=Camera(), follows=False, selection=None)
    window._is_stale = True
    window.step((), 0.0, 1.0)
    at = middle(window, "town", "kupiansk")
    rest(window, at, 2.0)
    assert window.session.frame.hover == Selection("town", "kupiansk")
    wheel(window, 1)
    assert window.session.frame.camera.zoom == 1.25
    assert middle(window, "town", "kupiansk") == pytest.approx(at, abs=1.0)
    wheel(window, -1)
    assert window.session.frame.camera.zoom == 1.0
    drag(window, (at[0], at[1]), (at[0] + 30, at[1]), (at[0] + 60, at[1] + 20))
    assert middle(window, "town", "kupiansk") == pytest.approx((at[0] + 60, at[1] + 20), abs=1.0)
    assert window.session.frame.selection is None
    rest(window, middle(window, "town", "kupiansk"), 4.0)
    press(window, "Right", now=6.0)
    assert window.session.frame.hover is None


def test_the_timeline_is_scrubbed_and_goes_on_playing(opened):
    window = begun(opened())
    press(window, "Space")
    track = layout_of(window.session.frame).track
    y = track.y + 10
    window.step([pygame.event.Event(pygame.MOUSEBUTTONDOWN, {"pos": (track.x, y), "button": 1})], 0.0, 1.0)
    assert (window.session.frame.t, window.session.frame.playing) == (0, False)
    drag(window, (track.x, y), (track.x + track.width / 4, y), (track.x + track.width / 2, y))
    assert window.session.frame.t == pytest.approx(6 * DAY, abs=600)
    rest(window, (track.x + track.width / 4, y), 2.0)
    assert window.session.frame.hover == Selection("moment", str(3 * DAY))


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("veil", {"veil": False}),
        ("help", {"card": "help"}),
        ("play", {"playing": True}),
        ("follow", {"follows": True}),
        ("slower", {"speed": 2.0, "seconds_per_day": 3.0}),
        ("faster", {"speed": 8.0, "seconds_per_day": 0.75}),
    ],
)
def test_buttons_do_what_their_keys_do(opened, button, change):
    window = begun(opened())
    before = window.session.frame
    click(window, *middle(window, "button", button))
    assert {name: getattr(window.session.frame, name) for name in change} == change
    assert all(getattr(before, name) != value for name, value in change.items())


def test_every_key_can_be_clicked_in_the_help(opened):
    window = begun(opened())
    click(window, *middle(window, "button", "help"))
    offered = {each.name: each for each in window.session.hit_areas if each.kind == "button"}
    buttons = [each.name for each in window.session.hit_areas if each.kind == "button"]
    assert buttons.count("play") == buttons.count("what_if") == 1
    shown = {binding.command for binding in KEYS if not binding.command.startswith("tenth_")}
    assert shown | {"tenth_0", "tenth_9"} <= offered.keys()
    assert all(each.tip for name, each in offered.items() if name != "help")
    assert not [each for each in window.session.hit_areas if each.kind in {"town", "route", "timeline"}]
    for command in ("supply", "control", "labels", "panel", "theme", "motion", "veil", "follow"):
        before = begun(window).session.frame
        click(window, *middle(window, "button", "help"))
        rest(window, middle(window, "button", command), 2.0)
        assert window.session.frame.hover == Selection("button", command)
        click(window, *middle(window, "button", command))
        after = window.session.frame
        assert after.card == "none"
        changed = {
            each.name for each in fields(Frame) if getattr(before, each.name) != getattr(after, each.name)
        }
        assert changed - NEWS == set(expected(window)[command]), command


def test_a_click_on_the_inset_looks_there(opened):
    window = begun(opened())
    window.session.playback = window.session.playback.showing(scale=1.0, selection=None, follows=True)
    window._window.size = (1280, 720)
    window.step((), 0.0, 1.0)
    camera = window.session.frame.camera
    inset = next(each for each in window.session.hit_areas if each.name == "inset")
    click(window, inset.x + inset.width / 2, inset.y + inset.height / 2)
    middle_of_all = window.session.frame.camera
    click(window, inset.x + inset.width * 0.6, inset.y + inset.height * 0.4)
    there = window.session.frame.camera
    assert (there.zoom, window.session.frame.follows) == (camera.zoom, False)
    assert there.east > middle_of_all.east
    assert there.north > middle_of_all.north


def test_files_opened_before_are_opened_by_number_click_and_ring(opened, made, tmp_path):
    remembered = Remembered(Settings(recent=(str(tmp_path / "gone.gz"), str(made))))
    for way in ("2", "click", "ring"):
        window = opened(LaunchOptions(frame=Frame(size=SMALL)), remembered)
        if way == "click":
            click(window, *middle(window, "button", "tenth_2"))
        elif way == "ring":
            press(window, "Tab", "Tab", "Tab", "Enter")
        else:
            press(window, way)
        assert window.session.view.recording.path == made
        assert window.session.frame.t == 0


def test_a_file_that_is_gone_is_told_and_the_window_stays_as_it_was(opened, made, tmp_path):
    window = opened(
        LaunchOptions(frame=Frame(size=SMALL)), Remembered(Settings(recent=(str(tmp_path / "x.gz"),)))
    )
    press(window, "1")
    assert window.session.frame.toast.is_error
    assert window.session.frame.card == "empty"
    card, toast = (
        next(each for each in compose(None, window.session.frame).layers if each.name == name)
        for name in ("card", "toast")
    )
    assert min(box.y for box in toast.shapes if isinstance(box, Box)) > max(
        text.at[1] for text in card.shapes if isinstance(text, Text)
    )
    press(window, "9", "0", "?")
    assert window.session.frame.card == "help"
    press(window, "Esc", "?", "?")
    assert window.session.frame.card == "empty"


def test_a_dropped_file_takes_the_place_of_what_is_open_or_is_refused(opened, made, tmp_path):
    window = begun(opened())
    junk = tmp_path / "notes.txt"
    junk.write_text("not a recording", encoding="utf-8")
    drop(window, junk)
    assert window.session.frame.toast.is_error
    assert (window.session.frame.t, window.session.frame.selection.name) == (6 * DAY, "kupiansk")
    press(window, "E")
    drop(window, made)
    frame = window.session.frame
    assert (frame.t, frame.selection, frame.card, frame.progress) == (0, None, "title", None)
    assert frame.toast is None
    assert not window.session._background.worker.is_busy


def test_a_bug_is_told_even_where_nothing_can_be_written(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert str(tmp_path) in error_message(ZeroDivisionError("seven"))
    (log,) = tmp_path.glob("frontsim-*.log")
    assert "seven" in log.read_text(encoding="utf-8")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert error_message(ZeroDivisionError("seven")).endswith("Paused; you can go on.")


def test_a_run_that_was_simulated_first_is_shown_with_what_was_wrong_with_settings(opened, made):
    opening = LaunchOptions(Request("kupiansk", ""), frame=Frame(size=SMALL))
    window = opened(opening, Remembered(Settings(keys={"dance": ("X",)}), ("Settings: one.",)))
    assert window.session.frame.toast.text.startswith("Settings: one. Settings: there is no command")
    assert window.session.frame.card == "loading"
    window.session._background.worker.news = [
        Status(0.5, "day 6 of 12"),
        Status(run=SimulatedRun(str(made))),
    ]
    window.step((), 0.0, 1.0)
    assert window.session.frame.progress.share == 0.5
    window.step((), 0.0, 1.0)
    assert window.session.view.recording.path == made
    assert window.session.frame.progress is None


def test_a_moment_that_the_run_does_not_have_is_told_and_the_run_plays(opened, made):
    def refuse(*_):
        raise OSError("no such moment")

    window = opened(LaunchOptions(frame=Frame(size=SMALL), prepare=refuse))
    drop(window, made)
    assert window.session.frame.toast.text == "no such moment"
    assert window.session.frame.card == "none"
    press(window, "Right")
    assert window.session.frame.t == DAY
