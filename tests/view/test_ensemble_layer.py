"""A run beside its ensemble: rings as shares, charts with bands, words, and flipping through replications."""

from dataclasses import replace

import pytest

from sim.analysis.ensemble import EnsembleAtTime
from sim.cli.look.background_run import simulate_for_window
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scene.view_model import Frame, Selection, View
from sim.view.background.worker import Request, Status
from sim.view.compose import compose
from sim.view.dialogs.end_text import how_usual
from sim.view.session import LaunchOptions
from tests.support.scene_reading import ALL, SIZES, WINDOWS, assert_readable, clipped, read, rings, words
from tests.support.small_ensembles import ensemble as simulate_ensemble
from tests.support.view_recordings import MANY as COUNT
from tests.support.view_recordings import made_by
from tests.support.window_input import SMALL, drop, press

WITH = Frame(t=20 * DAY, layers=ALL, replication_count=COUNT)


@pytest.fixture(scope="module")
def ensemble(many):
    return EnsembleAtTime(many)


@pytest.fixture(scope="module")
def view(ensemble):
    return View.of(Recording.open(ensemble.recordings[3]), ensemble)


def open_town(view, t=20 * DAY):
    """Return a town that some replications hold and others not."""
    towns = [town.id for town in view.scenario.towns]
    return next(town for town in towns if 0.1 < view.ensemble.held(town, t).value < 0.9)


def test_rings_become_shares_and_the_legend_says_so(view):
    town = open_town(view)
    share = view.ensemble.held(town, WITH.t).value
    assert share in {round(ring.end, 2) for ring in rings(view, WITH)}
    assert not rings(view, replace(WITH, layers=ALL - {"ensemble"}))
    assert "share of runs that hold" in words(compose(view, replace(WITH, card="help")), "card")
    told = words(compose(view, replace(WITH, selection=Selection("town", town))), "map-labels")
    assert f"{round(100 * share)} %" in told.replace("%", " %").replace("  ", " ")


def test_without_an_ensemble_the_layer_changes_nothing(view):
    alone = View(view.recording, view.scenario, view.timeline)
    frames = (replace(WITH, replication_count=1), replace(WITH, layers=ALL - {"ensemble"}))
    towns = [
        next(each.shapes for each in compose(alone, frame).layers if each.name == "map-towns")
        for frame in frames
    ]
    assert towns[0] == towns[1]


def test_the_panel_tells_how_usual_it_is(view):
    town = open_town(view)
    found = view.ensemble.held(town, WITH.t)
    shown = words(compose(view, replace(WITH, size=(1920, 1080), selection=Selection("town", town))), "panel")
    assert f"holds it in {round(100 * found.value)} % of runs" in shown
    assert f"({round(100 * found.low)} to {round(100 * found.high)})" in shown


def test_a_town_that_changed_hands_says_who_holds_it_in_the_share(view):
    changed = view.timeline.changed[0]
    state = view.snapshot(view.end)
    town = next(each for each in view.timeline.changed if state.held_by[each] != view.town(each).held_by)
    frame = replace(WITH, t=view.end, selection=Selection("town", town))
    first = {side.id: side.name for side in view.scenario.sides}[view.town(town).held_by]
    assert f"{first} holds it in" in words(compose(view, frame), "panel")
    assert changed in view.timeline.changed


def test_the_end_says_how_usual_that_is(view):
    told = words(compose(view, replace(WITH, t=view.end, card="end")), "card")
    count = len(view.timeline.changed)
    share = f"{100 * view.ensemble.changed_at_least(count):.0f} %"
    assert f"In {share} of {COUNT} replications" in told
    assert "lost more soldiers than in" in told
    assert "In all 10 replications Kupiansk is held by Ukraine" in told.replace(" | ", " ")


def test_one_town_or_none_that_changed_is_told_in_other_words(view):
    marks = [mark for mark in view.timeline.marks if mark.kind == "fell"]
    none = replace(view.timeline, marks=tuple(mark for mark in view.timeline.marks if mark.kind != "fell"))
    one = replace(view.timeline, marks=tuple(sorted([*none.marks, marks[0]], key=lambda mark: mark.t)))
    told = [how_usual(View(view.recording, view.scenario, each), view.ensemble) for each in (none, one)]
    assert "no town changed hands, as here" in told[0]
    assert "at least one town changed hands" in told[1]


@pytest.mark.untraced
@pytest.mark.parametrize(("size", "scale"), WINDOWS[::2])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"t": 29 * DAY, "labels": "all"},
        {"selection": Selection("town", "kupiansk")},
        {"selection": Selection("town", "dvorichna"), "hover": Selection("town", "zapadne")},
        {"card": "end", "t": 30 * DAY},
        {"panel": False},
        {"layers": frozenset({"ensemble"})},
    ],
    ids=str,
)
def test_no_text_lies_over_another(view, changes, size, scale):
    assert_readable(compose(view, replace(WITH, size=size, scale=scale, **changes)), beside_map=True)


@pytest.mark.untraced
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(view, size):
    for changes in ({}, {"selection": Selection("town", "kupiansk")}, {"card": "end"}):
        scene = compose(view, replace(WITH, size=size, **changes))
        assert not clipped(scene)
        assert not [each for each in read(scene) if each.layer == "panel" and "of r…" in each.text]


def test_u_needs_an_ensemble_and_switches_its_rings(opened, ensemble):
    window = opened(LaunchOptions(Recording.open(ensemble.recordings[3]), ensemble, frame=Frame(size=SMALL)))
    press(window, "U")
    assert "ensemble" in window.session.frame.layers
    assert window.session.frame.replication_count == COUNT
    press(window, "U")
    assert "ensemble" not in window.session.frame.layers
    press(window, "T")
    assert "In all 10 replications" in window.session.frame.card_text


def test_e_goes_through_recorded_replications_and_simulates_the_others(opened, ensemble):
    window = opened(LaunchOptions(Recording.open(ensemble.recordings[3]), ensemble, frame=Frame(size=SMALL)))
    press(window, "L", "E")
    assert window.session.view.recording.header.replication == 4
    assert window.session.view.ensemble is ensemble
    assert window.session.frame.t == 5 * DAY
    press(window, "Shift+E", "Shift+E")
    (request,) = window.session._background.worker.requests
    assert request.replication == 2
    frame = window.session.frame
    assert (frame.card, frame.progress.title.endswith(", run 3")) == ("loading", True)
    press(window, "Esc")
    assert (window.session.frame.card, window.session.frame.progress) == ("none", None)
    assert window.session.view.recording.header.replication == 3
    window.session._background.worker.requests.clear()
    press(window, "Shift+E")
    (request,) = window.session._background.worker.requests
    window.session._background.worker.news = [Status(run=simulate_for_window(request, lambda *_: None))]
    window.step((), 0.0, 2.0)
    header = window.session.view.recording.header
    assert header.replication == 2
    assert ensemble.holds(header)
    assert window.session.frame.t == 5 * DAY


def test_e_ends_where_the_ensemble_does(opened, ensemble, many, tmp_path):
    request = Request(str(many), str(tmp_path), replication=COUNT - 1)
    last = made_by(request)
    window = opened(LaunchOptions(Recording.open(last), ensemble, frame=Frame(size=SMALL)))
    press(window, "E")
    assert "no run beyond" in window.session.frame.toast.text
    assert not window.session._background.worker.requests


def test_a_folder_may_be_dropped_and_a_run_of_another_front_is_shown_without_it(opened, many, tmp_path):
    window = opened(LaunchOptions(frame=Frame(size=SMALL)))
    drop(window, many)
    assert window.session.view.recording.header.replication == 3
    assert window.session.view.ensemble.count == COUNT
    other = made_by(Request("two-towns", str(tmp_path)))
    drop(window, other)
    assert window.session.view.ensemble is None
    assert window.session.frame.replication_count == 1
    press(window, "U")
    assert "ensemble" not in window.session.frame.layers


def test_what_nobody_recorded_is_simulated_with_the_ensembles_scenario_and_seed(opened, tmp_path):
    reading = read_scenario("two-towns", [SetNumber("scenario.horizon=3 d")])
    simulate_ensemble(reading, tmp_path / "few", 3, seed=5)
    window = opened(LaunchOptions(frame=Frame(size=SMALL)))
    drop(window, tmp_path / "few")
    (request,) = window.session._background.worker.requests
    assert request.folder.startswith(str(window.session._folder.path))
    window.session._background.worker.news = [Status(run=simulate_for_window(request, lambda *_: None))]
    window.step((), 0.0, 2.0)
    view = window.session.view
    assert view.ensemble.holds(view.recording.header)
    assert (view.recording.header.seed, view.recording.end) == (5, 3 * DAY)


def test_a_run_of_another_scenario_keeps_its_own_replications(opened, ensemble, made):
    window = opened(LaunchOptions(Recording.open(made), ensemble, frame=Frame(size=SMALL)))
    assert window.session.view.ensemble is ensemble
    assert window.session.frame.replication_count == 1
    press(window, "E")
    (request,) = window.session._background.worker.requests
    assert (request.source, request.replication) == (str(made), 1)
