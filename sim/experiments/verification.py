"""The verification pack: published and exact cases, run through the engine itself.

The cases of each topic stand in a module of its own; here they are gathered and run, on all cores.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.experiments import (
    verification_books,
    verification_chance,
    verification_duels,
    verification_fire,
    verification_reference,
    verification_roads,
    verification_scores,
    verification_supply,
)
from sim.experiments.verification_case import Case, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CASES: Final[tuple[Case, ...]] = (
    *verification_fire.CASES,
    *verification_duels.CASES,
    *verification_reference.CASES,
    *verification_supply.CASES,
    *verification_roads.CASES,
    *verification_chance.CASES,
    *verification_books.CASES,
    *verification_scores.CASES,
)
"""All cases, in the order in which they are told."""
_BY_NAME: Final = {case.name: case for case in CASES}
SEED: Final = 1
"""Where none is chosen; all cases pass under it, so that a failure is news."""


def verdict_of(name: str, seed: int) -> Verdict:
    """Run one case.

    Parameters
    ----------
    name
        Of a case.
    seed
        Its luck.

    Returns
    -------
    Verdict
        What became of it. A case that cannot be run to its end has failed, whatever stopped it.
    """
    case = _BY_NAME[name]
    checks, problem = [], ""
    try:
        checks = case.checks(seed)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    return Verdict(case.name, case.claim, case.source, case.scenario, tuple(checks), problem)


def verify(names: Sequence[str], seed: int = SEED, jobs: int = 1) -> Iterator[Verdict]:
    """Run some cases, and yield what became of each, in their order.

    Parameters
    ----------
    names
        Of cases.
    seed
        Their luck.
    jobs
        How many processes to run them on.
    """
    if jobs == 1 or len(names) == 1:
        yield from (verdict_of(name, seed) for name in names)
        return
    # A fresh process each: a fork of one with threads is not safe, and newer Pythons say so.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(names)), mp_context=context) as pool:
        yield from pool.map(partial(verdict_of, seed=seed), names)
