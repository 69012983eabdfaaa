"""The verification pack: published and exact cases, run through the engine itself.

The cases of each topic stand in a module of its own; here they are gathered and run, on all cores.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from sim.children import Pool
from sim.verification import (
    attrition_laws,
    duels,
    reference_state,
    roads,
    textbook_flow,
    thin_supply,
)
from sim.verification.case import Case, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CASES: Final[tuple[Case, ...]] = (
    *attrition_laws.CASES,
    *duels.CASES,
    *reference_state.CASES,
    *textbook_flow.CASES,
    *thin_supply.CASES,
    *roads.CASES,
)
"""All cases, in the order in which they are printed."""
SEED: Final = 1
"""Where none is chosen; all cases pass under it, so that a failure is news."""


def verdict_of(name: str, seed: int) -> Verdict:
    """Run one case; one that cannot be run to its end has failed, whatever stopped it."""
    case = next(each for each in CASES if each.name == name)
    checks, problem = [], ""
    try:
        checks = case.checks(seed)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    return Verdict(case.name, case.claim, case.source, case.scenario, tuple(checks), problem)


def verify(names: Sequence[str], seed: int = SEED, jobs: int = 1) -> Iterator[Verdict]:
    """Run some cases, and yield the verdict of each, in their order."""
    if jobs == 1 or len(names) == 1:
        yield from (verdict_of(name, seed) for name in names)
        return
    with Pool(min(jobs, len(names))) as pool:
        yield from pool.map(partial(verdict_of, seed=seed), names)
