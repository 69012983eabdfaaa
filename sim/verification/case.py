"""What a case of the verification pack is: a claim, whose it is, and what the engine made of it.

Every tolerance is a number of standard errors known beforehand, from theory, or what rounding leaves: it
is never taken from the same random numbers that are judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine.simulation import Simulation
from sim.model.quantities import DAY
from sim.scenario_file.bundled import VERIFICATION
from sim.scenario_file.overrides import AssumeNumber
from sim.scenario_file.read import read_scenario
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.engine.front.state import Emit
    from sim.model.scenario import Scenario

ERRORS: Final = 4.5
"""Standard errors that chance is given: 7 in a million for one number, so about 1 in 1,000 for all."""


@dataclass(frozen=True, slots=True)
class Check:
    """One number held against what it ought to be."""

    what: str
    expected: float
    got: float
    tolerance: float
    why: str

    @property
    def passed(self) -> bool:
        """Whether the number is near enough; one that is no number is not."""
        return abs(self.got - self.expected) <= self.tolerance

    @property
    def distance(self) -> float:
        """How far off it is, in tolerances; infinite where it is no number, or nothing is allowed."""
        off = abs(self.got - self.expected)
        if math.isnan(off):
            return math.inf
        if self.tolerance > 0.0:
            return off / self.tolerance
        return 0.0 if off == 0.0 else math.inf


@dataclass(frozen=True, slots=True)
class Case:
    """A published or exact result that the engine has to give."""

    name: str
    claim: str
    source: str
    scenario: str
    """What is run, as ``frontsim run`` takes it; empty where the case is no run."""
    checks: Callable[[int], list[Check]]
    """Runs it under a seed and returns its checks."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a case."""

    name: str
    claim: str
    source: str
    scenario: str
    checks: tuple[Check, ...]
    """All of them; none where it could not be run."""
    problem: str = ""
    """What kept it from being run to its end; empty where nothing did."""

    @property
    def passed(self) -> bool:
        """Whether every check passed, and there was one."""
        return not self.problem and bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def nearest_to_failing(self) -> Check | None:
        """The check that is furthest off in its own tolerance, which stands for the case."""
        return max(self.checks, key=lambda check: check.distance, default=None)


def within(what: str, expected: float, got: Sequence[float], spread: float, reason: str) -> Check:
    """Return the check of a mean whose spread is known beforehand."""
    error = spread / math.sqrt(len(got))
    why = f"{ERRORS} standard errors of the mean of {len(got):,}, {reason}"
    return Check(what, expected, math.fsum(got) / len(got), ERRORS * error, why)


def within_sample(what: str, expected: float, got: Sequence[float]) -> Check:
    """Return the check of a mean of enough results to estimate their spread."""
    mean = math.fsum(got) / len(got)
    spread = math.sqrt(math.fsum((each - mean) ** 2 for each in got) / (len(got) - 1))
    return within(what, expected, got, spread, "by their own spread")


def exactly(what: str, expected: float, got: float, tolerance: float = 0.0, why: str = "exact") -> Check:
    """Return the check of a number in which there is no chance."""
    return Check(what, expected, got, tolerance, why)


def scenario_of(name: str, *changes: str) -> Scenario:
    """Return a scenario of the pack, with changes as ``--set`` takes them."""
    return read_scenario(name, [AssumeNumber(change) for change in changes]).scenario


def in_pack(name: str) -> str:
    """Return how a scenario of the pack's own is called."""
    return f"{VERIFICATION}/{name}"


def started_run(scenario: Scenario, seed: int, replication: int = 0, emit: Emit | None = None) -> Simulation:
    """Return a run of the engine that has been started; its clock stands at 0."""
    run = Simulation(scenario, Streams(seed, replication), emit)
    run.start()
    return run


def strengths_at(run: Simulation, days: Iterable[float]) -> list[tuple[int, ...]]:
    """Let a run go on, and return the strength in every town after so many days, one tuple for each."""
    strengths = []
    for day in days:
        run.front.env.run(until=round(day * DAY))
        strengths.append(tuple(run.front.strength))
    return strengths
