"""Single runs for ensembles: named functions of a replication, so that other processes find them."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

from sim.engine.simulation import simulate
from tests.support.fronts import bundled

if TYPE_CHECKING:
    from sim.model.parameters import Law
    from sim.model.scenario import Scenario

FIRST_DAYS = 5
WEST_BANK = ("zapadne", "novomlynsk", "dvorichna", "holubivka")
"""Towns nearest to the bridgehead."""


@cache
def baseline_under(law: Law) -> Scenario:
    """Return the baseline's first days with one law of attrition for every cause."""
    scenario = bundled("kupiansk", FIRST_DAYS)
    attrition = dataclasses.replace(scenario.attrition, assault_law=law, fires_law=law, interdiction_law=law)
    return dataclasses.replace(scenario, attrition=attrition)


def first_losses(case: tuple[Law, int]) -> dict[str, list[float]]:
    """Return each side's losses a day by category over the first days."""
    law, replication = case
    outcome = simulate(baseline_under(law), 1, replication=replication)
    return {side: [n / FIRST_DAYS for n in books.losses] for side, books in outcome.state.sides.items()}


def control_of(seed: int) -> dict[str, list[int]]:
    """Return which towns changed hands in the baseline, and when."""
    return simulate(bundled("kupiansk"), seed).state.changed_at


@dataclasses.dataclass(frozen=True)
class Course:
    """What became of the towns of one run."""

    changed: tuple[str, ...]
    """Towns that changed hands, in the order in which they first did."""
    retaken: tuple[str, ...]
    """Those that changed hands more than once."""


def course_of(seed: int) -> Course:
    """Return what became of the baseline's towns."""
    changed = control_of(seed)
    first = sorted(changed, key=lambda town: changed[town][0])
    return Course(tuple(first), tuple(town for town in first if len(changed[town]) > 1))
