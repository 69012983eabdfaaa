"""Where replications are run: in this process, in processes of this machine, or on a Dask cluster.

All of them are `concurrent.futures` executors, and any other will do. What differs is kept here: how many
tasks to hand out, how to begin again after a worker died, and how to make workers hand back what they have.
"""

from __future__ import annotations

import ast
import contextlib
import logging
import math
import os
import signal
import socket
import sys
import time
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sim.children import Pool
from sim.errors import MissingPartError, UsageError
from sim.files.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SCRIPT: Final = 4 << 20
PATIENCE: Final = 10.0
"""Seconds of wall time that interrupted workers have to hand back what they have finished."""
PULSE: Final = 1.0
RETURNING: Final = 6.0
"""Seconds of wall time for which a cluster may be without a scheduler or a worker."""
WHAT: Final = {True: "last worker", False: "scheduler"}
CONNECTING: Final = 10.0
"""Seconds of wall time after which a scheduler counts as not there."""


class Workers:
    """An executor, and what an ensemble has to know about it."""

    patience = 0.0
    """How long to wait, after an interruption, for what workers had finished; s of wall time."""
    pulse: float | None = None
    """After how long without a result to ask whether any will come; s of wall time, none for never."""
    is_here = False
    """Whether tasks are run in this very process, so that an interruption of theirs is this one's."""

    def __init__(self, executor: Executor, count: int) -> None:
        self._executor = executor
        self.count = count
        self.depth = 2 * count
        """How many tasks to hand out at most, so that nobody waits for the next."""
        self.generation = 0
        """How often it was restarted."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Hand out a task."""
        return self._executor.submit(function, *arguments)

    def renew(self) -> None:
        """Restart the executor after it broke; does nothing for one created elsewhere."""

    def refuse_lost(self) -> None:
        """Raise where nothing comes of what was handed out any more; asked when nothing came for `pulse`."""

    def interrupt(self) -> None:
        """Ask those at work to hand back what they have finished; those that cannot be asked go on."""

    def close(self) -> None:
        """Release the executor; its creator shuts it down."""


class HereExecutor(Executor):
    """Runs each task at once, where it is asked for."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as the base class has it
        """Run a task and return what came of it."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:  # it is the caller who asks the future
            future.set_exception(problem)
        return future


class Here(Workers):
    """The process that asks, alone."""

    is_here = True

    def __init__(self) -> None:
        super().__init__(HereExecutor(), 1)
        self.depth = 1


class LocalProcesses(Workers):
    """Local processes."""

    patience = PATIENCE

    def __init__(self, count: int) -> None:
        self._pool = Pool(count)
        super().__init__(self._pool.executor, count)

    def renew(self) -> None:
        """Begin new processes after one died: the executor gives up all of them then."""
        self.generation += 1
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._pool.renew()
        self._executor = self._pool.executor

    def interrupt(self) -> None:
        """Ask those at work to hand back what they have finished, and to begin nothing."""
        for child in self._pool.processes():
            if child.pid is not None:
                with contextlib.suppress(OSError):
                    os.kill(child.pid, signal.SIGINT)

    def close(self) -> None:
        """End the processes; those that are at work are not waited for."""
        self._pool.close()


class DaskCluster(Workers):
    """The workers of a Dask cluster, which reruns the tasks of a lost worker elsewhere.

    `address`: of its scheduler, such as ``tcp://host:8786``. Raises MissingPartError where Dask is not
    installed. Raises UsageError where there is no scheduler at that address, or it has no workers; later
    too, where it has lost them for longer than one takes to come back.
    """

    pulse = PULSE

    def __init__(self, address: str) -> None:
        self._address = address
        self._lost_at = math.inf
        try:
            from distributed import Client  # noqa: PLC0415 - an extra, and slow to load
        except ImportError as problem:
            raise MissingPartError(
                "Dask is not installed, and --scheduler needs it. Install it with: pip install distributed"
            ) from problem
        # what happens to the connection is said in one sentence, not in tracebacks
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        advice = "Start one with: dask scheduler, and name what it prints, such as tcp://host:8786."
        try:
            _knock(address)
            self._client = Client(address, timeout=CONNECTING, set_as_default=False)
        except Exception as problem:  # each of its transports has errors of its own
            raise UsageError(f"No Dask scheduler answers at {address}. {advice}") from problem
        count = len(self._client.nthreads())
        if not count:
            self._client.close()
            raise UsageError(
                f"The Dask scheduler at {address} has no workers. Start some with: dask worker {address}"
            )
        super().__init__(self._client.get_executor(pure=False), count)

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Hand out a task, to a cluster that is there."""
        while self._client.status != "running":
            self.refuse_lost()
            time.sleep(PULSE)
        return super().submit(function, *arguments)

    def refuse_lost(self) -> None:
        """Raise UsageError where the scheduler or the last worker is gone, and was for a while."""
        lost = self._lost()
        self._lost_at = min(self._lost_at, time.monotonic()) if lost else math.inf
        if time.monotonic() - self._lost_at >= RETURNING:
            raise UsageError(
                f"The Dask cluster at {self._address} has lost its {lost}. What was finished is kept: "
                "start the cluster again, and repeat the command with --resume."
            )

    def _lost(self) -> str:
        """Return what of the cluster does not answer; empty where all is well."""
        try:
            is_there = self._client.status == "running"
            ask = self._client.scheduler.ncores
            return "" if is_there and self._client.sync(ask, callback_timeout=PULSE) else WHAT[is_there]
        except (OSError, TimeoutError):
            return WHAT[False]

    def close(self) -> None:
        """Leave the cluster; tasks at work are given up."""
        self._executor.shutdown(wait=False)
        self._client.close(timeout=PULSE)


def _knock(address: str) -> None:
    """Raise `OSError` or `ValueError` where no scheduler is, for which Dask itself would wait for ever.

    A scheduler greets whoever calls; a web server, such as its own dashboard, waits to be asked.
    """
    found = urlsplit(address if "://" in address else f"tcp://{address}")
    if found.scheme not in {"tcp", "tls", "ws", "wss", "ucx"} or not found.hostname or not found.port:
        raise ValueError("no address of a scheduler")
    with socket.create_connection((found.hostname, found.port), CONNECTING) as call:
        if found.scheme == "tcp" and not call.recv(1):
            raise ConnectionError("nobody greets")


def cores() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def local_workers(count: int) -> Workers:
    """Return so many workers on this machine; a single one is this process."""
    return Here() if count == 1 else LocalProcesses(count)


def refuse_unguarded() -> None:
    """Raise UsageError where the script that runs has no guard, and new processes would run it again."""
    path = getattr(sys.modules["__main__"], "__file__", None)
    frame = sys._getframe()  # noqa: SLF001 - the only way to the line of the script that calls
    while frame.f_back is not None and frame.f_code.co_filename != path:
        frame = frame.f_back
    if path is None or frame.f_code.co_filename != path:
        return
    while frame.f_code.co_name != "<module>" and frame.f_back is not None:
        frame = frame.f_back
    with contextlib.suppress(OSError, SyntaxError):
        for node in ast.parse(read_regular(path, MAX_SCRIPT, is_named=True)).body:
            is_here = node.lineno <= frame.f_lineno <= (node.end_lineno or node.lineno)
            if is_here and not (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)):
                raise UsageError(
                    f"{path} would be run again by each new process. Put the call of sim.ensemble under "
                    'if __name__ == "__main__": or pass jobs=1.'
                )
