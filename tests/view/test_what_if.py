"""Trying out a change: sliders, what they ask for, what is shown and said of it, and what is kept of it."""

import json
import math
import shlex
from dataclasses import replace

import pytest
from click.testing import CliRunner

from sim.analysis.timeline import timeline_of
from sim.cli.look.background_run import simulate_for_window
from sim.cli.main import frontsim
from sim.errors import UsageError
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scenario_file.read import read_scenario
from sim.scene.layout import layout_of
from sim.scene.shapes import Disc, Stroke
from sim.scene.sliders import GO_TO
from sim.scene.view_model import Frame, Selection, View
from sim.view.background.worker import Request, SimulatedRun, Status, Worker, _serve, serve
from sim.view.compose import compose
from sim.view.panel.differences import NO_DIFFERENCE, difference_text
from sim.view.panel.what_if import change_words, town_changes
from sim.view.session import LaunchOptions
from sim.view.timeline.series import x_at
from sim.view.what_if.sliders import adjusted, initial_sliders, next_focus
from sim.view.what_if.what_if_file import command_line, difference, save_scenario
from tests.support.scene_reading import SIZES, WINDOWS, assert_readable, clipped, read, words
from tests.support.view_recordings import made_by
from tests.support.window_input import SMALL, click, drag, events, middle, press, pygame

ROAD = "route.shevchenkove-kupiansk.capacity"
SETTINGS = ("side.ua.replacements=60 soldiers/d", f"{ROAD}=60 t/d")


def again(path, folder, settings=SETTINGS):
    """Return the recording of a changed run."""
    changes = tuple(("sets", setting) for setting in settings)
    return made_by(Request(str(path), str(folder), changes=changes))


@pytest.fixture(scope="module")
def base(made):
    return View.of(Recording.open(made))


@pytest.fixture(scope="module")
def changed(made, tmp_path_factory):
    return again(made, tmp_path_factory.mktemp("changed"))


@pytest.fixture(scope="module")
def pair(base, changed):
    return View.of(Recording.open(changed)).with_beside(base)


@pytest.fixture(scope="module")
def tried(base):
    """Return a frame with sliders turned."""
    frame = Frame(t=10 * DAY, selection=Selection("route", "shevchenkove-kupiansk"))
    sliders = initial_sliders(base, frame)
    sliders = sliders.with_slider(sliders.slider(ROAD).at(60.0))
    sliders = sliders.with_slider(sliders.slider("side.ua.replacements").at(60.0))
    return replace(frame, what_if=sliders, focus=Selection("slider", ROAD))


def test_sliders_are_those_of_both_sides_and_of_what_is_selected(base):
    keys = [slider.key for slider in initial_sliders(base, Frame()).sliders]
    assert len(keys) == 15
    for name in ("replacements", "assaults", "fires", "reach", "strikes", "repair_crews", "quality"):
        assert {f"side.ua.{name}", f"side.ru.{name}"} < set(keys)
    assert keys[-1].startswith("route.")
    kharkiv = initial_sliders(base, Frame(selection=Selection("town", "kharkiv")))
    assert kharkiv.sliders[-1].setting() == "town.kharkiv.base=400 t/d"
    road = initial_sliders(base, Frame(selection=Selection("route", "shevchenkove-kupiansk")))
    assert (road.sliders[-1].key, road.sliders[-1].usual) == (ROAD, 360.0)
    assert road.settings == ()


def test_a_slider_goes_by_round_steps_stops_at_its_ends_and_at_the_usual_one(base):
    slider = initial_sliders(base, Frame()).slider("side.ua.replacements")
    steps = [slider.turned(1), slider.turned(1).turned(1), slider.turned(-1), slider.turned(1).turned(-1)]
    assert [each.value for each in steps] == [35.0, 37.5, 32.5, 34.0]
    assert [slider.turned(999).value, slider.turned(-999).turned(-1).value] == [slider.most, 0.0]
    assert slider.at(34.9) == slider
    assert slider.at(1e9).value == slider.most
    crews = initial_sliders(base, Frame()).slider("side.ru.repair_crews").turned(1)
    assert crews.setting() == "side.ru.repair_crews=4"
    assert crews.setting(60) == "side.ru.repair_crews@d60=4"


def test_keys_turn_the_slider_with_the_ring_and_move_the_ring(base):
    sliders = initial_sliders(base, Frame())
    first, second = (Selection("slider", slider.key) for slider in sliders.sliders[:2])
    assert adjusted(sliders, first, "hours_forward").sliders[0].value == 45.0
    assert adjusted(sliders, first, "end").sliders[0].value == sliders.sliders[0].most
    turned = adjusted(sliders, first, "start")
    assert turned.sliders[0].value == 0.0
    assert adjusted(turned, first, "normal_speed") == sliders
    assert adjusted(sliders, first, "theme") is None
    assert adjusted(sliders, Selection("button", "copy"), "day_forward") is None
    assert next_focus(sliders, first, "zoom_out") == second
    assert next_focus(sliders, first, "zoom_in") == Selection("button", "what_if")
    assert next_focus(sliders, None, "town_forward") == first
    assert next_focus(sliders, None, "town_back").name == "what_if"
    assert next_focus(sliders, first, "day_forward") is None


def test_a_turned_slider_stays_when_something_else_is_selected(base, tried):
    other = initial_sliders(base, Frame(selection=Selection("town", "izium"))).sliders[-1]
    kept = tried.what_if.with_slider_of(other)
    assert [slider.key for slider in kept.sliders[-2:]] == [ROAD, "town.izium.base"]
    assert [slider.key for slider in initial_sliders(base, Frame()).with_slider_of(other).sliders[14:]] == [
        "town.izium.base"
    ]
    assert kept.with_slider_of(other) == kept


def test_the_command_gives_the_identical_events(pair, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = command_line(pair.beside.recording.header, SETTINGS)
    assert line.startswith('frontsim run kupiansk --set "scenario.horizon=12 d" -s ')
    result = CliRunner().invoke(frontsim, [*shlex.split(line)[1:], "--json"])
    assert json.loads(result.stdout)["sha256"] == pair.recording.digest
    assert pair.recording.digest != pair.beside.recording.digest


def test_the_saved_scenario_extends_the_one_it_came_from_and_gives_the_identical_events(pair, tmp_path):
    path = save_scenario(pair.beside.recording.header, SETTINGS, tmp_path)
    second = save_scenario(pair.beside.recording.header, SETTINGS, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path.name == "kupiansk-what-if.toml"
    assert second != path
    assert 'extends = "kupiansk"' in text
    assert len(text.splitlines()) < 30
    made = made_by(Request(str(path), str(tmp_path), seed=1))
    assert Recording.open(made).digest == pair.recording.digest


def test_what_cannot_be_told_as_a_difference_is_written_whole(pair, tmp_path, monkeypatch):
    header = replace(pair.beside.recording.header, name="of-my-own", replication=3)
    assert "--replication 3" in command_line(header, ())
    path = save_scenario(header, SETTINGS, tmp_path)
    assert "extends" not in path.read_text(encoding="utf-8")
    whole = read_scenario(path).scenario
    assert whole.routes == pair.scenario.routes
    monkeypatch.chdir(tmp_path)
    for text in ('schema = 1\nextends = "two-towns"\n', "no scenario any more"):
        (tmp_path / "of-my-own.toml").write_text(text, encoding="utf-8")
        other = save_scenario(header, SETTINGS, tmp_path)
        assert read_scenario(other).scenario.routes == pair.scenario.routes


def test_differences_of_documents_name_the_tables_they_are_in():
    one = {"route": [{"from": "a", "to": "b", "capacity": 1, "kind": "road"}], "x": 1, "n": {"value": 1}}
    other = {"route": [{"from": "a", "to": "b", "capacity": 2, "kind": "road"}, {"id": "new"}], "x": 1}
    other["n"] = {"value": 2, "status": "override"}
    assert difference(one, other) == {
        "route": [{"from": "a", "to": "b", "capacity": 2}, {"id": "new"}],
        "n": {"value": 2, "status": "override"},
    }


def test_the_difference_is_told_in_words(pair, base):
    told = difference_text(pair, 10 * DAY, "kupiansk")
    here, there = (each.timeline.days["kupiansk"][each.timeline.index_at(10 * DAY)] for each in (pair, base))
    assert told[0] == f"Kupiansk: {here:.1f} days of supply instead of {there:.1f}."
    assert difference_text(base, 10 * DAY, "kupiansk") == ()
    assert difference_text(base.with_beside(base), 10 * DAY, "kupiansk") == (NO_DIFFERENCE,)
    none = replace(base.timeline, days={**base.timeline.days, "kupiansk": (None,) * len(base.timeline.times)})
    emptied = View(base.recording, base.scenario, none).with_beside(base)
    assert difference_text(emptied, 0, "kupiansk")[0].startswith("Kupiansk: nobody to supply instead of")
    assert difference_text(emptied.with_beside(emptied.alone()), 0, "kupiansk") == (NO_DIFFERENCE,)


def test_towns_that_are_held_for_longer_are_named_and_the_rest_counted(base):
    def with_held(days):
        spans = {
            town: tuple(replace(span, end=min(span.end, round(days * DAY))) for span in found[:1])
            for town, found in base.timeline.spans.items()
        }
        return View(base.recording, base.scenario, replace(base.timeline, spans=spans))

    longer = with_held(3).with_beside(with_held(1))
    told = " ".join(difference_text(longer, 4 * DAY, "kupiansk"))
    assert "held 2 days longer" in told
    # nothing is told of what comes later
    assert "held 1 day longer" in " ".join(difference_text(longer, 2 * DAY, "kupiansk"))
    assert "held" not in " ".join(difference_text(longer, DAY, "kupiansk"))
    assert "more differ." in told
    assert told.count("longer") == 1
    assert "shorter" in " ".join(difference_text(with_held(1).with_beside(with_held(2)), 2 * DAY, "kupiansk"))


def test_the_other_run_lies_beside_as_dashes_on_the_timeline(pair, tried):
    scene = compose(pair, tried)
    curves = next(each for each in scene.layers if each.name == "timeline played").shapes
    dashed = [each for each in curves if isinstance(each, Stroke) and each.dashes and each.color == "ink"]
    assert len(dashed) == 2
    # before the change both runs are the same
    series = zip(pair.timeline.missing["ua"], pair.beside.timeline.missing["ua"], strict=True)
    alike = next(number for number, (one, other) in enumerate(series) if one != other)
    begin = x_at(pair, layout_of(tried).track, pair.timeline.times[alike])
    assert dashed[0].points[0][0] == pytest.approx(begin)
    assert [each for each in scene.layers if each.name == "change flag"]


@pytest.mark.untraced
@pytest.mark.parametrize(("size", "scale"), WINDOWS)
@pytest.mark.parametrize("changes", [{}, {"t": 3 * DAY, "labels": "all"}, {"what_if": None}], ids=str)
def test_everything_can_be_read(pair, tried, changes, size, scale):
    scene = compose(pair, replace(tried, size=size, scale=scale, **changes))
    assert_readable(scene, beside_map=True)


@pytest.mark.untraced
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(pair, tried, size):
    for selection in (tried.selection, Selection("town", "kupiansk"), None):
        scene = compose(pair, replace(tried, size=size, selection=selection))
        assert not clipped(scene)
        shown = {each.name for each in scene.hit_areas if each.kind == "slider"}
        assert ROAD in shown
        assert shown == {slider.key for slider in tried.what_if.sliders} or size == SIZES[0]
        assert not [each for each in read(scene) if each.layer == "panel" and each.text.startswith("…")]


@pytest.fixture
def trying(opened, made, tmp_path):
    """Return a window with the sliders open, and what was asked of the other process."""
    window = opened(LaunchOptions(Recording.open(made), frame=Frame(size=SMALL), pictures=tmp_path))
    told = type(window.session._background.worker)()
    window.session._what_if.worker = told
    press(window, "L", "W")
    return window, told


def test_letting_a_key_go_simulates_with_the_same_luck_and_shows_both(trying, changed):
    window, told = trying
    (warm,) = told.requests
    assert warm.changes == ()
    down, up = events("Right")
    told.requests.clear()
    window.step([down, down], 0.0, 1.0)  # the desktop's own repeats count for nothing
    window.step((), 0.0, 1.45)
    assert not told.requests
    assert window.session.frame.t == 5 * DAY
    window.step([up], 0.0, 1.46)
    (request,) = told.requests
    assert request.changes == (("sets", "side.ua.replacements@d5=37.5 soldiers/d"),)
    assert (request.seed, request.replication) == (1, 0)
    assert window.session.frame.what_if.is_running
    before = window.session.view
    told.news = [Status(0.5, "day 6"), Status(run=SimulatedRun(changed))]
    window.step((), 0.0, 1.5)
    window.step((), 0.0, 1.6)
    assert window.session.view.beside is before
    assert window.session.frame.t == 5 * DAY
    assert not window.session.frame.what_if.is_running
    press(window, "Backspace")
    assert window.session.view is before
    press(window, "W")
    assert window.session.frame.what_if is None


def test_the_map_stays_and_keeps_its_curtain_while_a_change_is_tried(trying, changed):
    """In the changed run the camera would be where other towns fall."""
    window, told = trying
    session = window.session
    camera = session.frame.camera
    assert not session.frame.follows
    for number in range(2):
        press(window, "Right")
        told.news = [Status(run=SimulatedRun(changed))]
        window.step((), 0.0, 9.0 + number)
        if session.frame.comparing == "ghost":
            press(window, "X")
    assert session.view.beside is not None
    assert session.view.ensemble is None
    assert (session.frame.camera, session.frame.comparing) == (camera, "curtain")
    press(window, "W")
    assert session.frame.follows


def test_what_was_closed_is_said_and_comes_back(trying):
    window, told = trying
    press(window, "Right", "Esc")
    assert window.session.frame.what_if is None
    assert window.session.frame.toast.text == "What-if closed. W brings it back."
    told.requests.clear()
    press(window, "W")
    changes = (("sets", "side.ua.replacements@d5=35 soldiers/d"),)
    assert [each.changes for each in told.requests] == [changes]


def test_the_mouse_turns_a_slider_and_lets_it_go(trying):
    window, told = trying
    told.requests.clear()
    press(window, *["Tab"] * 6)
    assert window.session.frame.focus.name == "side.ua.strikes"
    told.requests.clear()
    x, y = middle(window, "slider", "side.ua.strikes")
    drag(window, (x, y), (x + 10, y), (x + 20, y))
    (request,) = told.requests
    ((kind, setting),) = request.changes
    assert kind == "sets"
    assert setting.startswith("side.ua.strikes@d5=")
    assert window.session.frame.focus == Selection("slider", "side.ua.strikes")


def test_the_change_is_saved_and_copied(trying, tmp_path):
    window, _ = trying
    press(window, "S")
    assert "move a slider first" in window.session.frame.toast.text
    press(window, "Right", "S")
    assert (tmp_path / "kupiansk-what-if.toml").exists()
    press(window, "Ctrl+C")
    assert '-s "side.ua.replacements@d5=35 soldiers/d" --seed 1' in pygame.scrap.get_text()
    press(window, "B", "Ctrl+C")
    assert '-s "side.ua.replacements=35 soldiers/d" --seed 1' in pygame.scrap.get_text()


def test_keys_reach_every_slider_and_button_and_what_is_selected_gets_a_dial(trying):
    window, told = trying
    seen = []
    for _ in range(20):
        seen.append(window.session.frame.focus.name)
        kind = window.session.frame.focus.kind
        assert (kind, seen[-1]) in {(each.kind, each.name) for each in window.session.hit_areas}
        press(window, "Tab")
    assert len(set(seen)) == 20
    press(window, "N", "N")
    route = window.session.frame.selection.name
    window.step((), 0.0, 2.0)
    assert window.session.frame.focus == Selection("slider", f"route.{route}.capacity")
    told.requests.clear()
    press(window, "Right", "Enter")
    assert len(told.requests) == 1
    press(window, "Up", "Esc")
    assert window.session.frame.what_if is None


def test_what_goes_wrong_is_told_and_other_runs_close_the_dials(trying, made):
    window, told = trying
    press(window, "Right")
    told.news = [Status(problem="The road is gone.")]
    window.step((), 0.0, 1.0)
    assert window.session.frame.toast.text == "The road is gone."
    window.session.open(str(made))
    assert window.session.frame.what_if is None
    press(window, "W", "E")
    assert window.session.frame.what_if is None


def on_road(window, route="shevchenkove-kupiansk"):
    """Return a pixel in the middle of a road on the map."""
    region = layout_of(window.session.frame).map
    areas = [each for each in window.session.hit_areas if (each.kind, each.name) == ("route", route)]
    on_map = [each for each in areas if region.holds(each.x, each.y)]
    area = on_map[len(on_map) // 2]
    return area.x + area.width / 2, area.y + area.height / 2


def test_a_selected_road_offers_to_be_cut_from_here_on(opened, made, tmp_path):
    window = opened(LaunchOptions(Recording.open(made), frame=Frame(size=(1280, 720)), pictures=tmp_path))
    told = window.session._what_if.worker
    press(window, "L")
    click(window, *on_road(window))
    assert "Cut it from here, day 5" in words(compose(window.session.view, window.session.frame), "scissors")
    click(window, *middle(window, "button", "cut"))
    assert told.requests[-1].changes == (("sets", f"{ROAD}@d5=0 t/d"),)
    assert "H-26 is cut | from day 5 on" in words(compose(window.session.view, window.session.frame), "panel")
    press(window, "Right")  # no slider is seen: keys go on being for the time
    assert window.session.frame.t == 6 * DAY
    assert window.session.frame.what_if.settings == (f"{ROAD}@d5=0 t/d",)
    press(window, "Shift+W")
    assert window.session.frame.focus == Selection("slider", ROAD)
    press(window, "Shift+W")
    assert window.session.frame.focus is None
    press(window, "Left")
    for button, capacity in (("halve", 180), ("adjust", None)):
        press(window, "Esc")
        click(window, *on_road(window))
        told.requests.clear()
        click(window, *middle(window, "button", button))
        assert window.session.frame.what_if is not None, (button, window.session.frame.selection)
        changes = told.requests[-1].changes
        assert changes == ((("sets", f"{ROAD}@d5={capacity} t/d"),) if capacity else ())
    assert window.session.frame.focus == Selection("slider", ROAD)
    assert window.session.frame.what_if.shows_numbers


def test_scissors_need_a_road_that_carries_and_show_under_the_mouse(base, opened, made):
    hovered = compose(base, Frame(t=5 * DAY, hover=Selection("route", "shevchenkove-kupiansk")))
    (layer,) = [layer for layer in hovered.layers if layer.name == "scissors"]
    assert not [each for each in hovered.hit_areas if each.name == "cut"]
    assert any(isinstance(shape, Disc) and shape.color == "accent" for shape in layer.shapes)
    contact = next(iter(base.snapshot(5 * DAY).fronts))
    for frame in (Frame(t=5 * DAY, hover=Selection("route", contact)), Frame(t=5 * DAY)):
        assert not [layer for layer in compose(base, frame).layers if layer.name == "scissors"]
    window = opened()
    press(window, "Delete")
    assert "Select a road first" in window.session.frame.toast.text
    assert window.session.frame.what_if is None


def test_the_panel_says_what_differs_town_by_town(pair, base, tried):
    what_if = replace(tried.what_if, shows_numbers=False, since=None, day=10)
    shown = words(compose(pair, replace(tried, what_if=what_if, size=(1920, 1080))), "panel")
    assert "2 numbers changed" in shown
    assert "10 DAYS LATER" in shown
    changes = town_changes(pair, base, 10 * DAY)
    assert changes
    _, told = changes[0]
    assert f"{told} | " in f"{shown} | "
    state = pair.snapshot(10 * DAY)
    before = state.held_by["zapadne"]
    state.held_by["zapadne"], state.changed_at["zapadne"] = "ru", [7 * DAY]
    assert town_changes(pair, base, 10 * DAY)[0] == ("zapadne", "fell on day 7, was held")
    state.held_by["zapadne"] = before
    state.changed_at.pop("zapadne")
    usual, state.stock["zapadne"] = state.stock["zapadne"], 1e6
    assert dict(town_changes(pair, base, 10 * DAY))["zapadne"].startswith("60+ d, was ")
    state.stock["zapadne"] = usual
    early = replace(tried, what_if=replace(what_if, since=10), t=10 * DAY)
    assert "It begins on day 10." in words(compose(pair, early), "panel").replace(" | ", " ")
    none = replace(tried, what_if=replace(initial_sliders(base, Frame()), shows_numbers=False))
    assert "Nothing changed yet" in words(compose(base, none), "panel")


def test_a_change_is_called_by_what_it_does(base):
    sliders = initial_sliders(base, Frame(selection=Selection("route", "shevchenkove-kupiansk")))
    road = sliders.slider(ROAD)
    assert change_words((road.at(0.0),)) == "H-26 is cut"
    assert change_words((replace(road, value=180.0),)) == "H-26 at half"
    assert change_words((road.at(300.0),)) == "H-26: 300"
    assert change_words((road.at(0.0), sliders.sliders[0].at(0.0))) == "2 numbers changed"
    assert change_words(()) == "Nothing changed yet"


def test_a_change_from_a_day_on_is_saved_and_gives_the_identical_events(made, tmp_path):
    settings = (f"{ROAD}@d4=0 t/d",)
    changed = Recording.open(again(made, tmp_path, settings))
    base = Recording.open(made)
    assert changed.digest != base.digest
    assert changed.state_at(4 * DAY - 1).stock == base.state_at(4 * DAY - 1).stock
    path = save_scenario(base.header, settings, tmp_path)
    assert Recording.open(made_by(Request(str(path), str(tmp_path), seed=1))).digest == changed.digest


def test_w_does_nothing_while_nothing_is_open(opened):
    window = opened(LaunchOptions(frame=Frame(size=SMALL)))
    press(window, "W")
    assert window.session.frame.what_if is None


def echo(request, tell):
    """Stand in for a simulation in the other process."""
    tell(0.5, "half")
    if request.source == "wrong":
        raise ZeroDivisionError("seven")
    if request.source == "missing":
        raise FileNotFoundError(request.source)
    return SimulatedRun(request.source)


def test_a_warm_worker_answers_what_was_asked_last():
    worker = Worker(echo)
    assert worker.poll() is None
    worker.start(Request("first", ""))
    worker.start(Request("second", ""))
    heard = []
    while worker.is_busy:
        heard.append(worker.poll(20.0))
    assert heard[-1].run.path == "second"
    worker.start(Request("wrong", ""))
    while worker.is_busy:
        news = worker.poll(20.0)
    assert "seven" in news.problem
    worker.stop()
    assert not worker.is_busy


class Line:
    """Stands in for a line to the window."""

    def __init__(self, *asked, waiting=False):
        self.asked, self.told, self.waiting = list(asked), [], waiting

    def recv(self):
        if not self.asked:
            raise EOFError
        return self.asked.pop(0)

    def send(self, told):
        self.told.append(told)

    def poll(self):
        return self.waiting


def test_the_other_process_gives_up_what_is_overtaken_and_ends_with_the_window():
    def refuse(request, _):
        raise UsageError("no such road")

    line = Line((1, Request("a", "")), (2, Request("wrong", "")))
    serve(echo, line)
    assert [number for number, news in line.told if news.is_last] == [1, 2]
    overtaken = Line((1, Request("a", "")), waiting=True)
    serve(echo, overtaken)
    assert overtaken.told == []
    refused = Line((1, Request("a", "")))
    serve(refuse, refused)
    assert refused.told[0][1].problem == "no such road"


def test_the_other_process_ends_in_silence_where_the_window_was_closed_meanwhile(monkeypatch):
    for name in ("begin", "ignore_signals"):
        monkeypatch.setattr(f"sim.view.background.worker.{name}", lambda **_: None)
    line = Line((1, Request("a", "")))
    asked = iter([BrokenPipeError])

    def closed(_):
        raise next(asked)

    monkeypatch.setattr(line, "send", closed)
    _serve(lambda *_: SimulatedRun("a"), line)
    assert next(asked, None) is None


def test_a_worker_that_is_gone_is_told_of():
    worker = Worker(echo)
    worker._connection, worker._requested, worker.is_busy = Gone(), 1, True
    assert "stopped without an error message" in worker.poll().problem
    assert not worker.is_busy


class Gone:
    """A line whose other end is gone."""

    def poll(self, _):
        return True

    def recv(self):
        raise EOFError

    def close(self):
        pass


def test_what_a_window_needs_of_a_changed_run_is_gathered_while_it_is_made(made, tmp_path):
    changes = tuple(("sets", setting) for setting in SETTINGS)
    path, timeline = simulate_for_window(Request(str(made), str(tmp_path), changes=changes), lambda *_: None)
    assert timeline == timeline_of(Recording.open(path))
    assert View.of(Recording.open(path), timeline=timeline).timeline is timeline


def test_a_run_that_a_condition_ends_is_read_again(tmp_path):
    first = made_by(Request("two-towns", str(tmp_path), changes=(("sets", "scenario.horizon=20 d"),)))
    ends = (("sets", 'scenario.ends=["lypa held by east for 1 h"]'),)
    path, timeline = simulate_for_window(Request(first, str(tmp_path), changes=ends), lambda *_: None)
    assert Recording.open(path).end < 20 * DAY
    assert timeline is None


def test_steps_are_round_numbers_whatever_the_measure(base):
    for slider in initial_sliders(base, Frame()).sliders:
        power = 10 ** math.floor(math.log10(slider.step))
        assert round(slider.step / power, 6) in {1.0, 2.0, 2.5, 5.0}


def test_a_tooltip_never_lies_over_the_scissors_or_what_they_offer(base):
    road = Selection("route", "shevchenkove-kupiansk")
    hovered = compose(base, Frame(t=5 * DAY, hover=road))
    badge = next(shape for each in hovered.layers if each.name == "scissors" for shape in each.shapes[1:])
    (tip,) = [each for each in hovered.layers if each.name == "tip"]
    top, foot = badge.center[1] - badge.radius, badge.center[1] + badge.radius
    assert tip.shapes[0].y > foot or tip.shapes[0].y + tip.shapes[0].height < top
    assert not [
        each
        for each in compose(base, Frame(t=5 * DAY, hover=road, selection=road)).layers
        if each.name == "tip"
    ]


def test_sliders_without_room_are_reached_by_a_click(opened, made, tmp_path):
    frame = Frame(size=(2560, 1440), scale=2.0)
    window = opened(LaunchOptions(Recording.open(made), frame=frame, pictures=tmp_path))
    window.session._what_if.worker = type(window.session._background.worker)()
    press(window, "L", "W")
    frame, seen = window.session.frame, set()
    for second in range(4):
        areas = compose(window.session.view, window.session.frame).hit_areas
        seen |= {each.name for each in areas if each.kind == "slider"}
        more = next(each.name for each in areas if each.name.startswith(GO_TO))
        click(window, *middle(window, "button", more), now=second)
    assert seen == {each.key for each in frame.what_if.sliders}
