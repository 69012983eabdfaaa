"""Runs that tests of scenes and of the window show; fixtures for the conftest of their folders."""

import pytest

from sim.cli.look.background_run import simulate_for_window
from sim.engine.simulation import simulate
from sim.recording.reader import Recording
from sim.recording.records import Header
from sim.recording.writer import RecordingWriter
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scene import view_model
from sim.scene.map import geometry
from sim.scene.view_model import View
from tests.support.small_ensembles import ensemble

LITTLE = "route.shevchenkove-kupiansk.capacity=100 t/d"
MANY = 10


def recorded(folder, name, *changes, seed):
    """Return a view of a run."""
    path = folder / "run.jsonl.gz"
    reading = read_scenario(name, [SetNumber(change) for change in changes])
    header = Header.of(reading.scenario, reading.document, seed=seed)
    with RecordingWriter(path, header, reading.scenario) as writer:
        simulate(reading.scenario, seed, emit=writer.emit)
        writer.finish()
    return View.of(Recording.open(path))


def made_by(request):
    """Return the path of the recording that a window asks for."""
    return simulate_for_window(request, lambda *_: None).path


def pressed_run(folder):
    """Return thirty days in which the road to Kupiansk carries little."""
    return recorded(folder, "kupiansk", "scenario.horizon=30 d", LITTLE, seed=1)


def many_runs(folder, *changes):
    """Return the folder of an ensemble of thirty days."""
    reading = read_scenario("kupiansk", [SetNumber(each) for each in ("scenario.horizon=30 d", *changes)])
    ensemble(reading, folder, MANY, seed=2).record([3, 4])
    return folder


@pytest.fixture(scope="session", autouse=True)
def kept_maps():
    """Keep more of maps and scenes than a window does: tests show one at many sizes, again and again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geometry, "MAX_CACHED", 40)
        patch.setattr(view_model, "MAX_KEPT", 40)
        yield


@pytest.fixture(scope="session")
def pressed(tmp_path_factory):
    """Thirty days in which the road to Kupiansk carries little: bottlenecks, short towns, cuts, assaults."""
    return pressed_run(tmp_path_factory.mktemp("pressed"))


@pytest.fixture(scope="session")
def six_days(tmp_path_factory):
    """Six days of the baseline."""
    return recorded(tmp_path_factory.mktemp("six"), "kupiansk", "scenario.horizon=6 d", seed=1)
