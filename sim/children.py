"""The one gate for other processes: how they begin and how they end.

Each is a fresh Python in safe-path mode, which loads nothing from the current folder: what lies there may be
somebody else's. Each ends when its parent does.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import multiprocessing.context
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, Final

from sim.interruption import atomic, hold, release, watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.process import BaseProcess
    from types import FrameType

SAFE_PATH: Final = "PYTHONSAFEPATH"
PATIENCE: Final = 3.0
"""Seconds of wall time that processes have to end when they are told to."""


class SpawnedProcess(multiprocessing.context.SpawnProcess):
    """A process that is spawned, not forked, so that it inherits no threads."""

    @atomic
    def start(self) -> None:
        """Start it; Ctrl-C waits for that moment, also where another thread takes it."""
        with _safe_path():
            _begin_tracker()  # which would let Ctrl-C through again
            with _interrupts_later():
                super().start()


class _Context(multiprocessing.context.SpawnContext):
    Process = SpawnedProcess


CONTEXT: Final = _Context()


class Pool:
    """An executor of so many processes, begun when they are needed and ended with it."""

    def __init__(self, count: int) -> None:
        hold()
        self._others = {child.pid for child in multiprocessing.active_children()}
        self._count = count
        self.renew()

    def __enter__(self) -> ProcessPoolExecutor:
        return self.executor

    def __exit__(self, *_: object) -> None:
        self.close()

    def renew(self) -> None:
        """Take a new executor: one that lost a process gives up all of them."""
        with _safe_path():
            _begin_tracker()
            self.executor = ProcessPoolExecutor(self._count, mp_context=CONTEXT, initializer=begin)

    def processes(self) -> list[BaseProcess]:
        """Return the processes there are."""
        return [child for child in multiprocessing.active_children() if child.pid not in self._others]

    @atomic
    def close(self) -> None:
        """End the processes; those that are at work are not waited for."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        end(self.processes())
        release()


class _Told:
    """When this process was told to stop, by Ctrl-C; s of its own clock."""

    at = -math.inf


def was_told_to_stop() -> bool:
    """Return whether this process was told so a short while ago: it begins nothing new, and will be ended."""
    return time.monotonic() - _Told.at < PATIENCE


def begin(*, unwinds: bool = False) -> None:
    """Make a new process note Ctrl-C, which a terminal sends to all, and end when its parent ends.

    `unwinds`: whether SIGTERM raises KeyboardInterrupt where something is held, so that no file is left half.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN if unwinds else _note)
    if unwinds:
        watch()
    if hasattr(signal, "pthread_sigmask"):  # not on every system
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C stop what a process runs in here that notes it elsewhere."""
    if multiprocessing.parent_process() is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        _note(number, frame)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _note(_: int, __: FrameType | None) -> None:
    _Told.at = time.monotonic()


def end(processes: Iterable[BaseProcess]) -> None:
    """End processes: told to, waited for, and killed where that does not help, as with stopped ones."""
    those = list(processes)
    until = time.monotonic() + PATIENCE
    for each in those:
        each.terminate()
    for each in those:
        each.join(max(0.0, until - time.monotonic()))
        if each.is_alive():
            each.kill()
            each.join()


def _wait_and_end(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _begin_tracker() -> None:
    """Begin the process that Python's own pools need, where they do."""
    if os.name == "posix":
        resource_tracker.ensure_running()


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Let processes that are started meanwhile not look for modules in the current folder."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


@contextlib.contextmanager
def _interrupts_later() -> Iterator[None]:
    """Block Ctrl-C for a moment; processes started meanwhile block it until they are ready."""
    if not hasattr(signal, "pthread_sigmask"):  # not on every system
        yield
        return
    before: Any = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
