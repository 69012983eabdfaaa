"""``frontsim play``: what the window is opened with."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pygame
import pytest

from sim.cli.look import play as look
from sim.cli.look.background_run import simulate_for_window
from sim.cli.look.play import require_pygame, settings_file
from sim.errors import MissingPartError
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.view import window
from sim.view.background.worker import Request
from sim.view.settings import Settings, load, save
from tests.support.small_ensembles import ensemble


@pytest.fixture
def no_display(monkeypatch, tmp_path):
    """Leave no display to open, nor one that an earlier test left open: nobody would close its window."""
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "nosuch")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def openings(monkeypatch, tmp_path):
    """Return what windows were opened with; none opens."""
    found = []

    def play(opening, simulate, settings):
        found.append((opening, simulate, settings))
        return "Settings could not be saved." if len(found) > 1 else None

    monkeypatch.setattr(window, "play", play)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "config"))
    return found


def test_a_recording_is_opened_at_a_moment(frontsim, kupiansk, openings):
    options = ("--at", "d6", "--paused", "--select", "kupiansk", "--size", "1920x1080", "--theme", "light")
    result = frontsim("play", kupiansk, *options, "--motion", "reduced", "--speed", "2")
    assert result.exit_code == 0, result.stderr
    ((opening, simulate, settings),) = openings
    frame = opening.frame
    assert (frame.t, frame.playing, frame.selection.name) == (6 * DAY, False, "kupiansk")
    assert (frame.size, frame.theme, frame.reduced_motion, opening.speed) == (
        (1920, 1080),
        "light",
        True,
        2.0,
    )
    assert opening.run.path == kupiansk
    assert simulate is simulate_for_window
    assert settings.name == "window.toml"
    assert "could not be saved" in frontsim("play", kupiansk).stderr


def test_a_run_may_be_played_once_it_is_done(frontsim, openings, folder):
    result = frontsim("run", "two-towns", "--days", "2", "--play")
    assert result.exit_code == 0, result.stderr
    ((opening, _, _),) = openings
    assert opening.run.end == 2 * DAY
    assert opening.frame.playing
    assert "frontsim play" not in result.stderr
    assert "frontsim play runs/" in frontsim("run", "two-towns", "--days", "2").stderr
    assert frontsim("run", "two-towns", "--days", "2", "--play", "--dry-run").exit_code == 0
    assert len(openings) == 1


@pytest.mark.usefixtures("no_display")
def test_a_run_that_cannot_be_shown_is_kept(frontsim, folder):
    result = frontsim("run", "two-towns", "--days", "2", "-o", "a.jsonl.gz", "--play")
    assert (result.exit_code, "picture: " in result.stdout) == (0, True)
    assert Recording.open(folder / "a.jsonl.gz").end == 2 * DAY


def test_without_anything_the_baseline_is_simulated_first(frontsim, openings):
    assert frontsim("play").exit_code == 0
    opening = openings[0][0]
    assert (type(opening.run), opening.run.source, opening.run.changes) == (Request, "kupiansk", ())


def test_a_scenario_is_simulated_with_its_changes(frontsim, openings, folder):
    arguments = ("-s", "scenario.horizon=2 d", "--scale", "side.west.fires=1.5", "--seed", "7")
    result = frontsim("play", "two-towns", *arguments, "--replication", "3")
    assert result.exit_code == 0, result.stderr
    request = openings[0][0].run
    assert request.changes == (("sets", "scenario.horizon=2 d"), ("scales", "side.west.fires=1.5"))
    told = []
    path = simulate_for_window(request, lambda *told_now: told.append(told_now)).path
    assert path.startswith("runs/two-towns-seed7-r3")
    opening = openings[0][0]
    assert opening.prepare(Recording.open(path), opening.frame).playing


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("KUPIANSK", "--seed", "3"), 2, "are for scenarios"),
        (("KUPIANSK", "--at", "d99"), 2, "after the run"),
        (("KUPIANSK", "--select", "x"), 2, "has no town"),
        (("KUPIANSK", "--json"), 2, "A window cannot be JSON"),
        (("KUPIANSK", "--speed", "900"), 2, "from 0.25 to 64"),
        (("nosuch",), 4, "nosuch"),
        (("two-towns", "-s", "no.such=1"), 3, "no.such"),
    ],
)
def test_what_cannot_be_played_is_said(frontsim, kupiansk, openings, arguments, code, words):
    result = frontsim("play", *(kupiansk if each == "KUPIANSK" else each for each in arguments))
    assert result.exit_code == code
    assert words in result.stderr
    assert openings == []


@pytest.mark.usefixtures("no_display")
def test_without_a_display_a_recording_and_a_picture_are_made(frontsim, folder, two_towns, monkeypatch):
    monkeypatch.setattr(look, "find_spec", lambda _: None)
    result = frontsim("play", "two-towns", "-s", "scenario.horizon=2 d")
    assert result.exit_code == 0, result.stderr
    recording, picture = (
        folder / line.split(": ")[1].split(" (")[0].strip() for line in result.stdout.splitlines()[:2]
    )
    assert Recording.open(recording).end == 2 * DAY
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "day 1 of 2" in result.stderr
    assert "film.mp4 (needs: pip install imageio-ffmpeg)" in result.stderr
    shutil.copy(two_towns, folder / "mine.jsonl.gz")
    result = frontsim("play", "mine.jsonl.gz", "--at", "d3")
    assert (result.exit_code, "(day 3)" in result.stdout) == (0, True)


def test_the_pygame_that_is_not_ours_is_told_apart(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygame", SimpleNamespace())
    with pytest.raises(MissingPartError, match="pip uninstall pygame"):
        require_pygame()
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(MissingPartError, match="pip install pygame-ce"):
        require_pygame()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Return the folder of an ensemble of two days, in which one replication is recorded."""
    folder = tmp_path_factory.mktemp("ensembles") / "many"
    reading = read_scenario("kupiansk", [SetNumber("scenario.horizon=2 d")])
    ensemble(reading, folder, 3, seed=1).record([1])
    return folder


def test_an_ensemble_is_opened_by_a_recorded_replication_or_the_one_that_is_named(frontsim, openings, many):
    for options in ((), ("--replication", "1"), ("--replication", "2", "--at", "d1")):
        assert frontsim("play", many, *options).exit_code == 0
    first, second, third = (opening for opening, _, _ in openings)
    assert first.run.header.replication == second.run.header.replication == 1
    assert first.ensemble.count == 3
    assert (type(third.run), third.run.replication, third.run.source) == (Request, 2, str(many))
    assert "--seed" in frontsim("play", many, "--seed", "4").stderr


def test_two_runs_of_the_same_front_are_opened_beside_each_other(frontsim, openings, kupiansk, tmp_path):
    assert frontsim("play", kupiansk, "--compare", kupiansk).exit_code == 0
    ((opening, _, _),) = openings
    assert opening.beside.run.path == kupiansk
    assert "two recordings or two ensembles" in frontsim("play", "kupiansk", "--compare", kupiansk).stderr
    other = tmp_path / "two.jsonl.gz"
    assert frontsim("run", "two-towns", "--days", "1", "-o", other).exit_code == 0
    assert "same front" in frontsim("play", kupiansk, "--compare", other).stderr


def test_two_ensembles_are_opened_with_the_same_replication_of_both(frontsim, openings, many, kupiansk):
    assert frontsim("play", many, "--compare", many).exit_code == 0
    assert frontsim("play", many, "--replication", "2", "--compare", many).exit_code == 0
    assert frontsim("play", kupiansk, "--compare", many).exit_code == 0
    first, second, third = (opening for opening, _, _ in openings)
    assert first.run.header.replication == first.beside.number == 1
    assert first.ensemble is not first.beside.ensemble
    assert second.run.replication == second.beside.run.replication == 2
    assert third.run.header.replication == third.beside.run.replication == 0
    refused = frontsim("play", many, "--compare", many.parent)
    assert "holds no ensemble" in refused.stderr


def test_the_folder_of_a_comparison_names_its_two_ensembles(frontsim, many, tmp_path):
    for half in ("a", "b"):
        shutil.copytree(many, tmp_path / half)
    refused = frontsim("play", tmp_path)
    assert refused.exit_code == 4
    assert f"holds two ensembles. Name one of them: {tmp_path / 'a'} or {tmp_path / 'b'}." in refused.stderr


def test_whom_the_system_does_not_know_plays_without_settings(monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", unknown)
    path = settings_file()
    assert load(path).settings == Settings()
    assert "could not be saved" in str(save(path, load(path)))
