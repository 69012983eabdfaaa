"""What if, from letting a dial go to seeing the changed run of the baseline, in parts; asserts no time."""

import os
import sys
import time
from pathlib import Path
from statistics import median

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from sim.cli.look.background_run import simulate_for_window
from sim.cli.record import header_of, record
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scene.view_model import Frame
from sim.view.session import LaunchOptions
from sim.view.settings import Remembered, Settings
from sim.view.window import WAITING, Window, open_display

SEED, SIZE, TURNS = 1, (1920, 1080), 7
PARTS = ("simulated and recorded", "taken over", "seen")


def of_baseline(path, *changes):
    reading = read_scenario("kupiansk", [SetNumber(change) for change in changes])
    return record(header_of(reading, SEED), reading.scenario, path, force=True).receipt


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    path = tmp_path_factory.mktemp("baseline") / "run.jsonl.gz"
    of_baseline(path)
    return path


@pytest.fixture
def window(baseline):
    """Return a window in which the dials of the baseline are open and the other process is warm."""
    open_display()
    frame = Frame(t=60 * DAY, size=SIZE)
    there = Window(
        LaunchOptions(Recording.open(baseline), frame=frame, prepare=lambda _, frame: frame),
        simulate_for_window,
        Remembered(Settings()),
    )
    there.step((), 0.0, 0.0)
    there.session.do("what_if")
    while there.session.is_waiting:
        wait(there)
        there.step((), 0.0, 0.0)
    yield there
    there.session.close()
    there._window.destroy()


def wait(window):
    """Wait as long as a window does for events, or until there is news."""
    window.session._what_if.worker._connection.poll(WAITING / 1000)


def turned(window):
    """Turn a dial by a step, let it go, and return how long each part took until the change was seen; s."""
    session = window.session
    session.do("day_forward")
    window.step((), 0.0, 0.0)
    before, begin = session.view, time.perf_counter()
    session.let_go()
    window.step((), 0.0, 0.0)
    while session.view is before:
        wait(window)
        heard = time.perf_counter()
        session.advance(0.0)
    taken = time.perf_counter()
    window._is_stale = True  # as `step` has it, once what has passed is another picture
    window.step((), 0.0, 0.0)
    seen = time.perf_counter()
    return heard - begin, taken - heard, seen - taken


def test_a_change_is_seen_as_run_would_have_simulated_it(window, tmp_path, capsys):
    took = [turned(window) for _ in range(TURNS)]
    whole = [sum(parts) for parts in took]
    told = ", ".join(
        f"{part} {1000 * median(each):.0f}" for part, each in zip(PARTS, zip(*took, strict=True), strict=True)
    )
    with capsys.disabled():
        sys.stdout.write(
            f"\nwhat if at {SIZE[0]}×{SIZE[1]}, median of {TURNS}: {1000 * median(whole):.0f} ms ({told})\n"
        )
    session = window.session
    settings = session.frame.what_if.settings
    run = of_baseline(Path(tmp_path) / "run.jsonl.gz", *settings)
    assert settings
    assert session.view.recording.digest == run.sha256
    assert session.view.beside.recording.digest != run.sha256
    assert session.frame.what_if.is_running is False
