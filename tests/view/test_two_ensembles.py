"""Two ensembles beside each other: rings and fans of both, what is significant, and flipping in both."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from sim.analysis.ensemble import EnsembleAtTime
from sim.cli.look.background_run import simulate_for_window
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scene.map.town_looks import town_looks
from sim.scene.shapes import Arc
from sim.scene.view_model import Frame, Selection, View
from sim.view.background.replications import (
    FIRST,
    LAST,
    Opened,
    ReplicationBrowser,
    open_path,
    shared_replication,
)
from sim.view.background.worker import Request, Status
from sim.view.compose import compose
from sim.view.panel.differences import count_text, difference_text, held_text, town_differences
from sim.view.screenshot import moment
from sim.view.session import LaunchOptions
from tests.support.scene_reading import ALL, SIZES, WINDOWS, assert_readable, clipped, rings, texts, words
from tests.support.small_ensembles import ensemble
from tests.support.view_recordings import MANY as COUNT
from tests.support.view_recordings import made_by
from tests.support.window_input import SMALL, drop, press

DIFFERENCE = Frame(t=26 * DAY, layers=ALL, comparing="difference")
LARGE = replace(DIFFERENCE, size=(1920, 1080))


@pytest.fixture(scope="module")
def pair(many, pressed_many):
    """Return the pressed ensemble's run with the baseline's beside it, both with the same random numbers."""
    here, there = (EnsembleAtTime(folder) for folder in (pressed_many, many))
    return View.of(Recording.open(here.recordings[3]), here).with_beside(
        View.of(Recording.open(there.recordings[3]), there)
    )


def sure_and_unsure(view, t=DIFFERENCE.t):
    gaps = town_differences(view.ensemble_difference(), t)
    sure = [town for town, gap in gaps.items() if gap.is_significant]
    return gaps, sure, [town for town in gaps if town not in sure]


def layer(view, frame, name):
    return next(each for each in compose(view, frame).layers if each.name == name)


def test_on_each_side_of_the_curtain_lie_the_rings_of_its_own_ensemble(pair):
    side = replace(DIFFERENCE, comparing="curtain")
    scene = compose(pair, side)
    told = words(scene, "curtain")
    assert told.count(f"{COUNT} runs") == 2
    ends = [
        {
            round(ring.end, 2)
            for ring in shapes.shapes
            if isinstance(ring, Arc) and ring.color.endswith("_tint")
        }
        for shapes in scene.layers
        if shapes.name in {"map-towns", "other map-towns"}
    ]
    for view, found in zip((pair, pair.beside), ends, strict=True):
        shares = {round(view.ensemble.held(town.id, side.t).value, 2) for town in view.scenario.towns}
        assert found == shares - {0.0}
    assert ends[0] != ends[1]


def test_what_is_beyond_noise_is_a_whole_ring_and_the_rest_a_dotted_one(pair):
    gaps, sure, unsure = sure_and_unsure(pair)
    assert sure
    assert unsure
    looks = town_looks(pair, DIFFERENCE)
    assert {town for town, look in looks.items() if look.share_change and look.is_change_significant} == set(
        sure
    )
    lengths = {round(ring.end - ring.begin, 2) for ring in rings(pair, DIFFERENCE)}
    assert lengths == {abs(round(gaps[town].change.value, 2)) for town in sure}
    shapes = layer(pair, DIFFERENCE, "map-towns").shapes
    dotted = [each for each in shapes if isinstance(each, Arc) and each.color == "ink3" and each.dashes]
    assert len(dotted) == len(unsure)
    legend = words(compose(pair, replace(DIFFERENCE, card="help")), "card")
    assert "held in more runs, or fewer" in legend
    assert "not significant" in legend


def test_less_goes_leftwards_in_the_other_sides_colour(pair):
    turned = pair.beside.with_beside(pair.alone())
    gaps, sure, _ = sure_and_unsure(pair)
    town = sure[0]
    first = pair.scenario.side_index(pair.town(town).held_by)
    share = abs(gaps[town].change.value)
    more, less = (
        [each for each in rings(view, DIFFERENCE) if each.end - each.begin == pytest.approx(share, abs=0.006)]
        for view in (pair, turned)
    )
    begins = {each.begin for each in more} | {each.begin for each in less}
    assert 0.0 in begins
    assert any(begin > 0.0 for begin in begins)
    colors = {each.color for each in (*more, *less)}
    assert {f"side{first}_tint", f"side{1 - first}_tint"} <= colors


def test_as_ghosts_the_other_ensembles_shares_are_dotted(pair):
    ghosts = replace(DIFFERENCE, comparing="ghost")
    dotted = [ring for ring in rings(pair, ghosts) if ring.dashes]
    _, sure, _ = sure_and_unsure(pair)
    there = round(pair.ensemble_difference().held(ghosts.t)[sure[0]].first, 2)
    assert there == 0.0 or there in {round(ring.end, 2) for ring in dotted}


def test_names_tell_by_how_much_where_it_is_beyond_noise(pair):
    gaps, sure, unsure = sure_and_unsure(pair)
    near = replace(DIFFERENCE, size=(3840, 2160), labels="all")
    told = [text.text for text in texts(compose(pair, near), "map-labels")]
    signed = {f"{round(100 * gaps[town].change.value):+d} %".replace("-", "−") for town in sure}
    assert signed & set(told)
    named = next(town for town in sure if pair.town(town).name in told)  # what finds no place is left out
    for town, expected in ((named, "of runs"), (unsure[0], "not significant"), ("izium", "")):
        frame = replace(near, selection=Selection("town", town))
        assert expected in words(compose(pair, frame), "map-labels")
    same = next(
        town.id
        for town in pair.scenario.towns
        if town.id not in gaps and town.base is None and town.name in told
    )
    assert "no difference" in words(
        compose(pair, replace(near, selection=Selection("town", same))), "map-labels"
    )


def test_the_panel_says_in_words_what_differs(pair):
    _, sure, unsure = sure_and_unsure(pair)
    shown = words(compose(pair, LARGE), "panel")
    assert f"{COUNT} pairs of runs" in shown
    assert "significantly" in shown
    assert f"{len(sure)} town" in shown
    assert f"{len(unsure)} not significantly" in shown.replace(" | ", " ")
    assert "Soldiers lost:" in shown


def test_words_say_how_a_town_is_held_and_whether_that_is_noise(pair):
    held = pair.ensemble_difference().held(DIFFERENCE.t)
    gaps, sure, unsure = sure_and_unsure(pair)
    assert "significant, by" in held_text(pair, held[sure[0]], sure[0])
    assert "instead of" in held_text(pair, held[unsure[0]], unsure[0])
    assert "not significant" in held_text(pair, held[unsure[0]], unsure[0])
    same = next(town for town in held if town not in gaps)
    assert held_text(pair, held[same], same).endswith("in both.")
    assert count_text({}) == "So far every town is held by the same side in all runs of both."
    told = difference_text(pair, DIFFERENCE.t, sure[0])
    assert any(
        "days of supply on average" in each for each in difference_text(pair, DIFFERENCE.t, "kupiansk")
    )
    assert any(each.startswith("Held in significantly more or fewer runs") for each in told)
    assert difference_text(pair.alone(), DIFFERENCE.t, "kupiansk") == ()


def test_of_ensembles_that_are_the_same_nothing_differs(many):
    one, other = EnsembleAtTime(many), EnsembleAtTime(many)
    run = Recording.open(one.recordings[3])
    view = View.of(run, one).with_beside(View.of(run, other))
    shown = words(compose(view, LARGE), "panel")
    assert "So far every town is held by the same side in all runs of both." in shown.replace(" | ", " ")
    assert "Soldiers lost" not in shown
    assert not rings(view, DIFFERENCE)


def test_the_end_a_tip_and_the_text_tell_of_both(pair):
    _, sure, _ = sure_and_unsure(pair)
    frame = replace(DIFFERENCE, selection=Selection("town", sure[0]), hover=Selection("town", sure[0]))
    assert "% in the other ensemble" in words(compose(pair, frame), "tip").replace(" | ", " ")
    assert "(other: " in words(compose(pair, replace(frame, size=(1920, 1080))), "panel")
    end = words(compose(pair, replace(DIFFERENCE, t=pair.end, card="end")), "card")
    assert "Beside the other ensemble:" in end
    assert "significant" in moment(pair, frame)
    assert "\nBeside " in moment(pair.beside.with_beside(None).with_beside(pair.alone()), frame)
    assert "\nBeside " not in moment(pair.alone(), frame)


@pytest.mark.untraced
@pytest.mark.parametrize(("size", "scale"), WINDOWS[::2])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"comparing": "curtain"},
        {"comparing": "ghost", "selection": Selection("town", "kupiansk")},
        {"t": 30 * DAY, "card": "end"},
        {"t": 3 * DAY, "labels": "all"},
    ],
    ids=str,
)
def test_no_text_lies_over_another(pair, changes, size, scale):
    scene = compose(pair, replace(DIFFERENCE, size=size, scale=scale, **changes))
    assert_readable(scene, beside_map=True)


@pytest.mark.untraced
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(pair, size):
    for changes in ({}, {"selection": Selection("town", "kupiansk")}, {"comparing": "curtain"}):
        assert not clipped(compose(pair, replace(DIFFERENCE, size=size, **changes)))


def beside(folder, wanted=None):
    return Opened(*open_path(folder, "", wanted=wanted))


@pytest.mark.untraced
def test_two_ensembles_open_side_by_side_with_their_rings_and_e_flips_both(opened, many, pressed_many):
    ensemble = EnsembleAtTime(pressed_many)
    window = opened(
        LaunchOptions(
            Recording.open(ensemble.recordings[3]),
            ensemble,
            beside(many, 3),
            frame=Frame(size=SMALL),
            speed=1.0,
        )
    )
    session = window.session
    assert session.frame.comparing == "curtain"
    assert "ensemble" in session.frame.layers
    press(window, "L", "E")
    assert [each.recording.header.replication for each in (session.view, session.view.beside)] == [4, 4]
    assert session.view.ensemble_difference().count == COUNT
    assert session.frame.t == 5 * DAY
    assert "Run 5 of both" in session.frame.toast.text
    press(window, "E")
    folders = set()
    for view in (session.view, session.view.beside):  # neither has a fifth one recorded: one after the other
        (request,) = session._background.worker.requests
        assert (request.source, request.replication) == (str(view.recording.path), 5)
        folders.add(request.folder)
        session._background.worker.news = [Status(run=simulate_for_window(request, lambda *_: None))]
        window.step((), 0.0, 2.0)
    assert len(folders) == 2
    assert [each.recording.header.replication for each in (session.view, session.view.beside)] == [5, 5]
    assert session.view.recording.digest != session.view.beside.recording.digest
    press(window, "Shift+E", "Shift+E")
    assert session.view.recording.header.replication == 3


def test_e_ends_where_one_of_both_ensembles_does(pair, tmp_path):
    browser = ReplicationBrowser(str(tmp_path))
    for number, step, expected in ((0, -1, FIRST), (COUNT - 1, 1, LAST)):
        moved = [replication_of(each, number) for each in (pair, pair.beside)]
        browser.begin(moved[0].with_beside(moved[1]))
        assert browser.step(moved[0].with_beside(moved[1]), step) == expected
        moved[0].ensemble = None  # a run without an ensemble has no last replication, and the other one has
        browser.begin(moved[0].with_beside(moved[1]))
        assert browser.step(moved[0].with_beside(moved[1]), step) == expected


def replication_of(view, number):
    """Return a view whose recording says that it is another replication."""
    old = view.recording
    recording = SimpleNamespace(header=replace(old.header, replication=number), path=old.path)
    return View(recording, view.scenario, view.timeline, view.ensemble)


def test_an_ensemble_whose_run_is_not_there_is_simulated_and_laid_beside(opening_beside, many):
    window, found = opening_beside
    session = window.session
    assert session.view.beside is None
    (asked,) = session._background.worker.requests
    assert asked.source == str(many)
    assert asked.folder.startswith(str(session._folder.path))
    session._background.worker.news = [Status(run=simulate_for_window(asked, lambda *_: None))]
    window.step((), 0.0, 2.0)
    assert session.view.beside.ensemble is found.ensemble
    assert session.frame.comparing == "curtain"


@pytest.fixture
def opening_beside(opened, many, pressed_many):
    """Return a window in which what lies beside is still to be simulated, and what that is."""
    ensemble = EnsembleAtTime(pressed_many)
    found = Opened(Request(str(many), "", replication=5), EnsembleAtTime(many))
    window = opened(
        LaunchOptions(Recording.open(ensemble.recordings[3]), ensemble, found, frame=Frame(size=SMALL))
    )
    window.session._open_beside()  # again: the fixture has replaced the worker that was asked first
    return window, found


def test_what_was_open_before_is_laid_beside_what_was_dropped(opened, many, pressed_many, made):
    window = opened(LaunchOptions(frame=Frame(size=SMALL)))
    drop(window, many)
    press(window, "X")
    assert "press X again" in window.session.frame.toast.text
    drop(window, pressed_many)
    assert window.session.view.beside is None
    press(window, "X")
    view = window.session.view
    assert view.ensemble_difference().is_paired
    assert view.recording.header.replication == view.beside.recording.header.replication
    assert "was open before" in window.session.frame.toast.text
    press(window, "X")
    assert window.session.frame.comparing == "difference"
    drop(window, made)  # without an ensemble of its own it keeps the one that fits
    press(window, "X")
    assert window.session.view.beside.recording.digest == view.recording.digest


def test_another_front_is_not_laid_beside(opened, made, tmp_path):
    window = opened()
    drop(window, made_by(Request("two-towns", str(tmp_path), seed=1)))
    press(window, "X")
    assert window.session.view.beside is None


def test_another_replication_of_the_same_run_stays_where_it_is_compared_with(opened, chances_run):
    here, there = chances_run
    window = opened(LaunchOptions(here, beside=Opened(there), frame=Frame(size=SMALL)))
    press(window, "E")
    (request,) = window.session._background.worker.requests
    window.session._background.worker.news = [Status(run=simulate_for_window(request, lambda *_: None))]
    window.step((), 0.0, 2.0)
    view = window.session.view
    assert (view.recording.header.replication, view.beside.recording.digest) == (4, there.digest)


@pytest.fixture
def chances_run(many):
    recordings = EnsembleAtTime(many).recordings
    return Recording.open(recordings[3]), Recording.open(recordings[4])


def test_both_are_opened_with_a_replication_that_most_is_recorded_of(many, pressed_many):
    here, there = EnsembleAtTime(many), EnsembleAtTime(pressed_many)
    assert shared_replication(here, there) == 3
    assert open_path(many, "", wanted=4).run.header.replication == 4
    assert open_path(many, "", wanted=99).run.header.replication == 3
    found = open_path(many, "x", wanted=7)
    assert (type(found.run), found.run.replication, found.number) == (Request, 7, 7)
    assert found.front == open_path(pressed_many, "").front
    assert Opened(Request("kupiansk", "")).front is None


def test_what_is_simulated_replaces_nothing_that_is_open(opened, tmp_path):
    window = opened(LaunchOptions(frame=Frame(size=SMALL)))
    for name, change in (("a", "side.east.fires=10 /d"), ("b", "side.east.fires=30 /d")):
        reading = read_scenario("two-towns", [SetNumber("scenario.horizon=6 d"), SetNumber(change)])
        ensemble(reading, tmp_path / name, 2, seed=5)
        drop(window, tmp_path / name)
        (request,) = window.session._background.worker.requests
        window.session._background.worker.news = [Status(run=simulate_for_window(request, lambda *_: None))]
        window.step((), 0.0, 2.0)
    press(window, "X", "End")
    view = window.session.view
    assert view.recording.path.name == view.beside.recording.path.name
    assert view.recording.digest != view.beside.recording.digest
    assert window.session.frame.toast is None or not window.session.frame.toast.is_error
    press(window, "W")
    (warm,) = window.session._what_if.worker.requests
    simulate_for_window(warm, lambda *_: None)
    press(window, "W", "Home")
    assert window.session.frame.toast is None or not window.session.frame.toast.is_error
    assert not window._has_failed
