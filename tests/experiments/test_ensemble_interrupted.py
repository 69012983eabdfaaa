"""Real processes, killed and interrupted: gone on with, an ensemble holds the rows of an undisturbed one."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.results.reader import Results, shards_in
from tests.support.small_ensembles import content

COUNT = 120
MOMENTS = (0.0, 0.013, 0.031, 0.002, 0.047, 0.008, 0.061, 0.023, 0.0, 0.017)
"""Seconds after the first part of each attempt at which it is killed."""
HUNG = 120.0
ROOT = Path(sim.__file__).parents[1]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent")


def begin(folder, *options):
    """Begin an ensemble in a process of its own, which leads a group as one begun in a terminal does."""
    arguments = ["ensemble", "two-towns", "--days", "30", "-n", COUNT, "-o", folder, "--seed", 3, *options]
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *(str(each) for each in arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_a_part(process, folder):
    """Wait until an ensemble has written a part more, or has ended."""
    there = len(shards_in(folder))
    while process.poll() is None and len(shards_in(folder)) == there:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.005)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the rows of the same ensemble, made in one go by one process."""
    folder = tmp_path_factory.mktemp("whole") / "e"
    process = begin(folder, "-j", 1, "-q")
    _, stderr = process.communicate(timeout=HUNG)
    assert (process.returncode, stderr) == (0, "")
    return content(folder)


@pytest.mark.slow
def test_killed_ten_times_it_goes_on_and_loses_and_doubles_nothing(tmp_path, whole):
    folder = tmp_path / "e"
    finished = []
    for moment, jobs in zip(MOMENTS, itertools.cycle((2, 1, 3)), strict=False):
        process = begin(folder, "--resume", "-j", jobs, "-q")
        wait_for_a_part(process, folder)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        process.kill()
        # the workers hold the other ends of these pipes: they are read to their end once all have gone
        process.communicate(timeout=HUNG)
        finished.append(len(Results.open(folder).numbers))
    assert finished == sorted(finished)
    assert 0 < finished[0] < COUNT
    last = begin(folder, "--resume", "-j", 2, "-q")
    _, stderr = last.communicate(timeout=HUNG)
    assert (last.returncode, stderr) == (0, "")
    assert content(folder) == whole


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("is_from_terminal", [False, True])
def test_ctrl_c_keeps_what_was_finished_and_says_how_to_go_on(tmp_path, whole, jobs, is_from_terminal):
    folder = tmp_path / "e"
    process = begin(folder, "-j", jobs, "-q")
    wait_for_a_part(process, folder)
    if is_from_terminal:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=HUNG)
    kept = len(Results.open(folder).numbers)
    assert process.returncode == 130, stderr
    assert 0 < kept < COUNT
    assert stderr == (
        f"stopped. {kept} finished replications are kept in {folder}.\n"
        f"Continue with the same command and --resume.\n"
    )
    assert "done" not in stdout
    again = begin(folder, "--resume", "-j", jobs, "-q")
    assert again.communicate(timeout=HUNG)[1] == ""
    assert content(folder) == whole


@pytest.mark.slow
def test_a_killed_process_of_a_pool_loses_nothing(tmp_path, whole):
    folder = tmp_path / "e"
    process = begin(folder, "-j", 2, "-q")
    wait_for_a_part(process, folder)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.communicate(timeout=HUNG)
        pytest.skip("this system does not list the children of a process")
    workers = [
        int(child)
        for child in children.read_text().split()
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    os.kill(workers[0], signal.SIGKILL)
    _, stderr = process.communicate(timeout=HUNG)
    assert (process.returncode, stderr) == (0, "")
    assert content(folder) == whole
