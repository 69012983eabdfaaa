"""Recordings, and windows on a display that nobody sees."""

import tempfile

import pytest

from sim.cli.look.background_run import simulate_for_window
from sim.cli.record import header_of, record
from sim.recording.reader import Recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scene.theme import THEMES
from sim.scene.view_model import Frame, View
from sim.view import window
from sim.view.paint.painter import Painter
from sim.view.session import LaunchOptions
from sim.view.settings import Remembered, Settings
from sim.view.window import Window, open_display
from tests.support.view_recordings import LITTLE, kept_maps, many_runs, pressed, recorded, six_days
from tests.support.window_input import SMALL, pygame


@pytest.fixture(scope="session", autouse=True)
def log_folder(tmp_path_factory):
    """Let windows that fail on purpose leave their logs where the tests' own files are."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path_factory.mktemp("temporary"))
    yield
    tempfile.tempdir = before


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Return recordings of twelve days of the baseline."""
    folder = tmp_path_factory.mktemp("made")
    reading = read_scenario("kupiansk", [SetNumber("scenario.horizon=12 d")])
    path = folder / "kupiansk.jsonl.gz"
    record(header_of(reading, 1), reading.scenario, path)
    return path


@pytest.fixture(scope="session")
def read_once():
    """Return what windows have made ready to view, by recording, and painters by theme."""
    return {}, {name: Painter(name) for name in THEMES}


@pytest.fixture
def shared(monkeypatch, read_once):
    """Let windows share what comes out the same whichever window makes it: views and painted layers."""
    views, painters = read_once
    of = View.of

    def viewed(recording, ensemble=None, timeline=None):
        if ensemble is not None:
            return of(recording, ensemble, timeline or viewed(recording).timeline)
        key = recording.path, recording.digest
        if key not in views:
            views[key] = of(recording, None, timeline)
        return views[key]

    monkeypatch.setattr(View, "of", viewed)
    monkeypatch.setattr(window, "Painter", painters.__getitem__)


class FakeWorker:
    """What a window was asked to simulate, in this process and at once."""

    def __init__(self):
        self.requests = []
        self.news = []

    def start(self, request):
        self.requests.append(request)

    @property
    def is_busy(self):
        return bool(self.requests) and not self.news

    def poll(self):
        news = self.news.pop(0) if self.news else None
        if news is not None and news.is_last:
            self.requests.clear()
        return news

    def stop(self):
        self.requests.clear()


@pytest.fixture(scope="session")
def recording(made):
    """Return the recording, opened once."""
    return Recording.open(made)


@pytest.fixture
def opened(recording, tmp_path, shared):
    """Return a function that opens a window; all are closed in the end."""
    open_display()
    found = []

    def open_one(opening=None, remembered=None):
        if opening is None:
            opening = LaunchOptions(recording, frame=Frame(size=SMALL), pictures=tmp_path)
        there = Window(opening, simulate_for_window, remembered or Remembered(Settings()))
        there.session._background.worker.stop()
        there.session._background.worker = FakeWorker()
        there.session._what_if.worker = FakeWorker()
        there.step((), 0.0, 0.0)
        found.append(there)
        return there

    yield open_one
    for each in found:
        each.session.close()
        each._window.destroy()
    pygame.display.quit()


@pytest.fixture(scope="session")
def view(tmp_path_factory):
    """Sixteen days of the baseline, in which mud comes and a road is cut."""
    folder = tmp_path_factory.mktemp("panels")
    return recorded(folder, "kupiansk-northern-route-cut", "scenario.horizon=16 d", seed=4)


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """Ten replications of thirty days of the baseline, two of them recorded."""
    return many_runs(tmp_path_factory.mktemp("many") / "many")


@pytest.fixture(scope="session")
def pressed_many(tmp_path_factory):
    """The same replications with few assaults, where the road to Kupiansk carries little."""
    return many_runs(tmp_path_factory.mktemp("many") / "pressed", LITTLE, "side.ru.assaults=1 /d")
