"""Whole ranges at once: Morris's elementary effects and Sobol's indices, by SALib.

Only this module uses SALib, which chooses points in the unit cube and works out indices. What a point means
and what comes of it is up to the caller, so that the same code can be checked on functions whose indices are
known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.errors import MissingPartError
from sim.statistics.intervals import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Evaluate = Callable[[np.ndarray], np.ndarray]
    """Takes points, shape (points, factors), each number from 0 to 1; returns shape (points, measures)."""

LEVELS: Final = 4
"""Of Morris's grid: with four, each step is two thirds of a range."""
INTERVALS: Final[dict[str, Any]] = {"num_resamples": 200, "conf_level": CONFIDENCE}


class Indices(NamedTuple):
    """What one factor does to one measure; `sim.results.sweep_findings.Index` says what each means."""

    first: float
    first_halfwidth: float
    total: float
    total_halfwidth: float
    spread: float = float("nan")


def morris(names: Sequence[str], evaluate: Evaluate, trajectories: int, seed: int) -> list[list[Indices]]:
    """Return Morris's measures of each factor: by measure, then by factor.

    `trajectories`: each takes one point more than there are factors; 10 is usual. Raises MissingPartError
    where SALib is not installed.

    Source: M. D. Morris (1991), Factorial sampling plans for preliminary computational experiments,
    Technometrics 33; F. Campolongo, J. Cariboni and A. Saltelli (2007), Environmental Modelling & Software
    22.
    """
    sample, analyze = _salib("morris")
    problem = _problem(names)
    points = sample.sample(problem, trajectories, num_levels=LEVELS, seed=seed)

    def indices(column: np.ndarray) -> list[Indices]:
        found = analyze.analyze(problem, points, column, num_levels=LEVELS, seed=seed, **INTERVALS)
        columns = found["mu"], np.zeros(len(names)), found["mu_star"], found["mu_star_conf"], found["sigma"]
        return [Indices(*map(float, row)) for row in zip(*columns, strict=True)]

    return [indices(column) for column in np.asarray(evaluate(points), dtype=float).T]


def sobol(names: Sequence[str], evaluate: Evaluate, count: int, seed: int) -> list[list[Indices]]:
    """Return Sobol's first and total indices of each factor: by measure, then by factor.

    `count`: a power of two; so many times as many points as there are factors and two more are evaluated.
    Raises MissingPartError where SALib is not installed.

    Source: I. M. Sobol' (2001), Global sensitivity indices for nonlinear mathematical models and their Monte
    Carlo estimates, Mathematics and Computers in Simulation 55; A. Saltelli et al. (2010), Computer Physics
    Communications 181.
    """
    sample, analyze = _salib("sobol")
    problem = _problem(names)
    points = sample.sample(problem, count, calc_second_order=False, seed=seed)

    def indices(column: np.ndarray) -> list[Indices]:
        if not np.ptp(column) > 0.0:  # what nothing moves has no variance to share out
            return [Indices(0.0, 0.0, 0.0, 0.0) for _ in names]
        found = analyze.analyze(problem, column, calc_second_order=False, seed=seed, **INTERVALS)
        columns = (found[name] for name in ("S1", "S1_conf", "ST", "ST_conf"))
        return [Indices(*map(float, row)) for row in zip(*columns, strict=True)]

    return [indices(column) for column in np.asarray(evaluate(points), dtype=float).T]


def power_of_two(count: int) -> int:
    """Return the lowest power of two from a number up: Sobol's sequence is even only in those.

    Examples
    --------
    >>> power_of_two(64), power_of_two(100)
    (64, 128)
    """
    return 1 << (count - 1).bit_length()


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _salib(method: str) -> tuple[Any, Any]:
    from importlib import import_module  # noqa: PLC0415 - an extra, and slow to load

    try:
        return import_module(f"SALib.sample.{method}"), import_module(f"SALib.analyze.{method}")
    except ImportError as problem:
        raise MissingPartError(
            "SALib is not installed, and --morris and --sobol need it. Install it with: pip install SALib"
        ) from problem
