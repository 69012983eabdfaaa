"""Runs tests in a forked process for each mutant, the likeliest to fail first, until one fails.

Packages are imported before the fork, so that a mutant costs only its tests. Limits are in processor time, so
that other work on the machine does no harm.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PRELOADED = ("numpy", "networkx", "highspy", "simpy", "msgspec", "click", "rich", "tree_sitter")
"""Packages that are not mutated, imported once before the forks."""
PATIENCE = 3.0
"""A mutant hangs after so many times the processor time of the unchanged code."""
LEAST_PATIENCE = 8.0
"""Seconds of processor time that tests may always take."""
RANDOM_FRONTS = 40
"""Fronts, beside the bundled scenarios, on which a survivor is run."""
Answer = dict[str, Any]
OPTIONS = (
    "-q",
    "-x",
    "-n",
    "0",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "--no-header",
    "--tb=no",
    "--assert=plain",
)


class OrderedTests:
    """A pytest plugin: orders tests by rank, and notes how long each took and which one failed."""

    def __init__(self, ranks: dict[str, tuple[int, float]]) -> None:
        self.ranks = ranks
        self.took: dict[str, float] = {}
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put those first that caught most, then those that are soon done."""
        items.sort(key=lambda item: self.ranks.get(item.nodeid, (0, 0.0)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one test."""
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid


@dataclass
class Verdict:
    """Whether all tests passed, which one failed first, and how long each took; s."""

    passed: bool
    failed: str = ""
    took: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


class ForkedTests:
    """The tests of a copy of the repository, run against whatever stands in the copy."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self._patience: dict[tuple[str, ...], float] = {}
        self._took: dict[str, float] = {}
        self._caught: Counter[str] = Counter()
        for name in PRELOADED:
            __import__(name)

    def prepare(self, places: Sequence[str]) -> None:
        """Check that tests pass without a change, and note how long they take."""
        if tuple(places) not in self._patience:
            verdict = self._run(places, None)
            if not verdict.passed:
                sys.exit(
                    f"these tests fail without any mutant ({verdict.failed or 'not even collected'}), "
                    f"so they prove nothing: {' '.join(places)}"
                )
            self._patience[tuple(places)] = max(LEAST_PATIENCE, PATIENCE * verdict.seconds)
            self._took |= verdict.took

    def passes(self, places: Sequence[str]) -> bool:
        """Return whether tests pass with what now stands in the copy."""
        verdict = self._run(places, self._patience[tuple(places)])
        self._caught[verdict.failed] += not verdict.passed
        return verdict.passed

    def events_digest(self) -> str:
        """Return a digest of the events of some runs, with what now stands in the copy."""
        answer = self._forked(_events_digest, None)[0]
        return str(answer.get("digest", "the run failed"))

    def _run(self, places: Sequence[str], patience: float | None) -> Verdict:
        """Run tests in a fork; one that hung or crashed counts as failed."""
        ranks = {each: (-self._caught[each], took) for each, took in self._took.items()}
        answer, seconds = self._forked(lambda: _run_tests(places, ranks), patience)
        return Verdict(**answer, seconds=seconds) if answer else Verdict(False, seconds=seconds)

    def _forked(self, action: Callable[[], Answer], patience: float | None) -> tuple[Answer, float]:
        """Call a function in a fork that imports the copy; return its answer, and the processor time in s."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._act(action, patience, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        _, status, used = os.wait4(child, 0)
        return json.loads(answer) if answer and not status else {}, used.ru_utime + used.ru_stime

    def _act(self, action: Callable[[], Answer], patience: float | None, writing: int) -> None:
        """Write the answer of a function to a pipe, and end the process."""
        code = 1
        with contextlib.suppress(BaseException):
            if patience is not None:
                limit = round(patience)
                resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
                signal.alarm(30 * limit)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(nowhere, stream)
            os.chdir(self.copy)
            sys.path[:0] = [str(self.copy)]
            sys.dont_write_bytecode = True
            for name in [name for name in sys.modules if name.partition(".")[0] in {"sim", "tests"}]:
                del sys.modules[name]
            # no shrinking: a failure is enough
            phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
            hypothesis.settings.register_profile(
                "mutation", database=None, derandomize=True, deadline=None, phases=phases
            )
            hypothesis.settings.load_profile("mutation")
            answer = action()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(answer).encode())
            code = 0
        os._exit(code)


def _run_tests(places: Sequence[str], ranks: dict[str, tuple[int, float]]) -> Answer:
    """Run tests in order of rank."""
    plugin = OrderedTests(ranks)
    ended = pytest.main([*OPTIONS, *places], plugins=[plugin])
    return {"passed": ended == pytest.ExitCode.OK, "failed": plugin.failed, "took": plugin.took}


def _events_digest() -> Answer:
    """Run bundled scenarios and random fronts, and return a digest of all their events."""
    from sim.engine.simulation import simulate  # noqa: PLC0415
    from sim.model.quantities import DAY  # noqa: PLC0415
    from sim.recording.records import EventDigest  # noqa: PLC0415 - anew, in the fork
    from sim.scenario_file.bundled import bundled_names  # noqa: PLC0415
    from sim.scenario_file.read import read_scenario  # noqa: PLC0415
    from tests.support.random_fronts import scenarios  # noqa: PLC0415

    digest = EventDigest()
    for name in bundled_names():
        scenario = read_scenario(name).scenario
        simulate(dataclasses.replace(scenario, horizon=min(scenario.horizon, 40 * DAY)), 1, emit=digest.emit)

    @hypothesis.settings(max_examples=RANDOM_FRONTS, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(scenarios(most_towns=15))
    def run(scenario: object) -> None:
        simulate(scenario, 1, emit=digest.emit)

    run()
    return {"digest": digest.hexdigest()}


def elapsed(since: float) -> str:
    """Return the time since then, in minutes."""
    return f"{(time.monotonic() - since) / 60:.1f} min"
