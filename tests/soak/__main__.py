"""Many random fronts with every invariant asserted, and years of the baseline without growth in memory.

    python -m tests.soak --scenarios 10000
    python -m tests.soak --years 24

Run from the folder of the repository. Seeded: the same numbers give the same fronts. A front that breaks
something is printed, made as small as it will go; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from sim.engine.invariants import check
from sim.engine.simulation import simulate
from sim.model.quantities import DAY, Seconds
from sim.recording.ledger import imbalance
from sim.scenario_file.read import read_scenario
from sim.verification.case import started_run
from tests.support.books import differences
from tests.support.folded_events import folded
from tests.support.random_fronts import scenarios

if TYPE_CHECKING:
    from sim.model.events import Event
    from sim.model.scenario import Scenario

AT_ONCE = 50
"""Fronts drawn under one seed."""
SIZES = (5, 25, 5, 25, 5, 25, 200)
"""Towns up to which fronts are drawn, in turn: most that goes wrong goes wrong among few."""
TOLD_EVERY = 1000
"""Fronts after which it is said how far this has come."""
YEAR = 365
GROWTH = 5.0
"""Megabytes a year by which memory may creep: what an allocator does of itself."""
QUIET = settings(
    max_examples=AT_ONCE,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def tried(scenario: Scenario, rng: int, counts: Counter[str]) -> None:
    """Simulate a front with every invariant checked daily; hold both books against each other."""
    told: list[tuple[Seconds, Event]] = []
    outcome = simulate(scenario, rng, emit=lambda t, event: told.append((t, event)), has_checks=True)
    state = folded(scenario, told)
    apart = differences(outcome.state, state)
    assert apart == [], apart[:3]
    assert not any(side.is_broken for side in imbalance(state).values())
    counts["fronts"] += 1
    counts["towns"] += len(scenario.towns)
    counts["days"] += -(-outcome.ended_at // DAY)
    counts["events"] += len(told)
    counts["towns that changed hands"] += len(outcome.state.changed_at)
    for limit in (10, 50, 100):
        counts[f"fronts of more than {limit} towns"] += len(scenario.towns) > limit


def soak(wanted: int, first: int, minutes: float) -> Counter[str]:
    """Try so many random fronts, or as many as fit into some minutes."""
    counts: Counter[str] = Counter()
    until = time.monotonic() + 60 * minutes
    number = first
    while counts["fronts"] < wanted and time.monotonic() < until:
        before = counts["fronts"]
        try_some(number, counts)
        number += 1
        if counts["fronts"] // TOLD_EVERY > before // TOLD_EVERY:
            print(f"  {counts['fronts']:,} fronts; what follows is --seed {number}", flush=True)
    return counts


def try_some(number: int, counts: Counter[str]) -> None:
    """Try the fronts that are drawn under one seed."""

    @seed(number)
    @QUIET
    @given(scenarios(most_towns=SIZES[number % len(SIZES)]))
    def one(scenario: Scenario) -> None:
        tried(scenario, number, counts)

    one()


def resident() -> float:
    """Return this process's memory now; MB."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def grown(years: int, name: str) -> list[float]:
    """Return memory after each year of a long run of a bundled scenario; MB."""
    scenario = read_scenario(name).scenario
    run = started_run(dataclasses.replace(scenario, horizon=(years * YEAR + 1) * DAY, ends=()), 1)
    memory = []
    for year in range(1, years + 1):
        run.front.env.run(until=year * YEAR * DAY)
        check(run.front, run.planners)
        memory.append(resident())
    return memory


def main() -> int:
    """Read the command line and soak."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--scenarios", type=int, default=0, help="how many random fronts")
    parser.add_argument("--minutes", type=float, default=1e9, help="at most so long")
    parser.add_argument("--seed", type=int, default=1, help="other fronts")
    parser.add_argument("--years", type=int, default=0, help="years of the baseline")
    parser.add_argument("--name", default="kupiansk", help="the scenario to run for years")
    asked = parser.parse_args()
    if asked.scenarios:
        began = time.monotonic()
        counts = soak(asked.scenarios, asked.seed, asked.minutes)
        for what, count in counts.items():
            print(f"{what:<32}{count:>12,}")
        print(f"{'minutes':<32}{(time.monotonic() - began) / 60:>12.1f}")
        print("Every invariant held, each day and at the end; events alone gave the engine's books.")
    if asked.years:
        memory = grown(asked.years, asked.name)
        print("year  MB")
        for year, megabytes in enumerate(memory, 1):
            print(f"{year:>4}  {megabytes:.1f}")
        a_year = (memory[-1] - memory[0]) / max(1, len(memory) - 1)
        print(f"{a_year:.2f} MB more a year, on average after the first")
        return int(a_year > GROWTH)
    return 0


if __name__ == "__main__":
    sys.exit(main())
