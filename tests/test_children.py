"""Processes load nothing from the current folder, note Ctrl-C, and end when they are told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim import children

ROOT = str(Path(sim.__file__).parents[1])
BEGIN = "from sim.__main__ import main\nmain()"
SHORT = ("-d", "2", "--seed", "1", "-q")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent")


@pytest.fixture
def received(tmp_path):
    """A folder from somebody else: whatever module of it is loaded says so."""
    for name in ("selectors", "signal", "struct", "pickle", "numpy", "random", "sitecustomize", "queue"):
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'loaded')!r}, 'a').write('{name} ')\nraise SystemExit(9)\n"
        )
    return tmp_path


def called(folder, *arguments):
    # -P: Python's own -c would look in the current folder; the installed command does not
    command = [sys.executable, "-P", "-c", BEGIN, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": ROOT, "SDL_VIDEODRIVER": "dummy"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ensemble", "two-towns", "-n", "4", "-j", "2", "-o", "e", *SHORT),
        ("compare", "two-towns", "-b", "tempo.variation=0", "-n", "2", "-j", "2", "-o", "c", *SHORT),
        ("sweep", "two-towns", "-p", "tempo.variation=0,1", "-n", "2", "-j", "2", "-o", "s", *SHORT),
        ("verify", "textbook-flow", "starvation", "-j", "2", "-q"),
    ],
)
def test_code_in_the_current_folder_is_not_run(received, arguments):
    said = called(received, *arguments)
    assert (said.returncode, said.stderr, (received / "loaded").exists()) == (0, "", False)


def test_the_environment_is_left_as_it_was(monkeypatch):
    monkeypatch.delenv(children.SAFE_PATH, raising=False)
    with children.Pool(1) as pool:
        assert pool.submit(os.getenv, children.SAFE_PATH).result() == "1"
        assert children.SAFE_PATH not in os.environ
    monkeypatch.setenv(children.SAFE_PATH, "yes")
    with children.Pool(1) as pool:
        pool.submit(os.getpid).result()
    assert os.environ[children.SAFE_PATH] == "yes"


def test_a_process_that_is_stopped_is_killed_in_the_end(monkeypatch):
    monkeypatch.setattr(children, "PATIENCE", 0.1)
    pool = children.Pool(1)
    pid = pool.executor.submit(os.getpid).result()
    os.kill(pid, signal.SIGSTOP)
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_that_was_told_to_stop_says_so_for_a_while():
    with children.Pool(1) as pool:
        pid = pool.submit(os.getpid).result()
        assert not pool.submit(children.was_told_to_stop).result()
        os.kill(pid, signal.SIGINT)
        assert pool.submit(children.was_told_to_stop).result()
        assert pool.submit(os.getpid).result() == pid


def test_a_process_that_begins_notes_ctrl_c_and_watches_its_parent(monkeypatch):
    said, threads = [], []
    parent = SimpleNamespace(join=lambda: said.append("waited"))
    monkeypatch.setattr(children.multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(children.os, "_exit", lambda code: said.append(code))
    monkeypatch.setattr(children.signal, "signal", lambda *given: said.append(given))
    monkeypatch.delattr(children.signal, "pthread_sigmask")
    monkeypatch.setattr(
        children.threading, "Thread", lambda **given: SimpleNamespace(start=lambda: threads.append(given))
    )
    children.begin()
    threads[0]["target"](*threads[0]["args"])
    assert said == [(signal.SIGINT, children._note), "waited", 1]
    monkeypatch.setattr(children._Told, "at", time.monotonic())
    assert children.was_told_to_stop()


STARTS = """
import signal, threading
from multiprocessing import util
from sim.children import SpawnedProcess
from sim.interruption import hold, watch

ends = threading.Event()
other = threading.Thread(target=ends.wait)
really = util.spawnv_passfds

def sends(*given):
    found = really(*given)
    if signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()):
        signal.pthread_kill(other.ident, signal.SIGINT)
        for _ in range(100_000): pass
    return found

watch()
hold()
other.start()
util.spawnv_passfds = sends
process = SpawnedProcess(target=print, args=("whole",))
try:
    process.start()
    while True: pass
except KeyboardInterrupt:
    process.join()
    ends.set()
"""


def test_ctrl_c_in_another_thread_leaves_no_process_half_begun(tmp_path):
    # -c: what a child is sent cannot be a function of this very text, so it is one of Python's
    command = [sys.executable, "-P", "-c", STARTS]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, "whole\n", "")
