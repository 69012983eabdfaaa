"""A sweep: a grid or a tornado on a scenario, from what is asked to what was found."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import UsageError
from sim.experiments.sweep.design_points import DesignPoint, Evaluator
from sim.experiments.sweep.factors import Change, Factor, claims_of, factors_of
from sim.experiments.sweep.tornado import (
    SCREENING_REPLICATIONS,
    TOP,
    UNCHANGED,
    claims,
    effects,
    refusals,
    tornado,
)
from sim.results.sweep_findings import Effect, Kind, MeasureKey, Point, SweepFindings, SweepMeta
from sim.scenario_file.overrides import AssumeNumber, SetNumber
from sim.scenario_file.read import LoadedScenario
from sim.statistics.intervals import CONFIDENCE, mean_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_POINTS: Final = 20_000
"""Places of a grid: more would be days of simulation."""
OF_CLAIMS: Final = 40
"""Replications of each source at most."""


@dataclass(frozen=True, slots=True)
class Design:
    """What is asked."""

    kind: Kind
    replications: int
    grid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    factors: tuple[Factor, ...] = ()
    """Numbers of a tornado that were named; none for all that the scenario assumes."""
    top: int = TOP
    """Numbers that are refined for each measure."""
    change: Change = AssumeNumber
    """What it is to move a number; a grid's moves are what-ifs."""


@dataclass(slots=True)
class SweepSetup:
    """What a design works with."""

    reading: LoadedScenario
    evaluator: Evaluator
    measures: tuple[MeasureKey, ...]
    meta: SweepMeta

    @property
    def keys(self) -> list[str]:
        """Keys of what is measured."""
        return [each.key for each in self.measures]


def refuse_far_too_much(reading: LoadedScenario, design: Design) -> None:
    """Raise UsageError where there is nothing to move, or far too much."""
    if design.kind == "tornado":
        _factors(reading, design)
        return
    count = math.prod(len(each) for each in design.grid.values())
    if count > MAX_POINTS:
        raise UsageError(
            f"{count:,} design points exceed the limit of {MAX_POINTS:,}. Use fewer numbers or steps."
        )


def sweep(at: SweepSetup, design: Design) -> SweepFindings:
    """Run a design, and return what it found.

    Raises UsageError where there is far too much, or nothing that shows. Raises KeyboardInterrupt after what
    had been finished was kept.
    """
    return (_grid if design.kind == "grid" else _tornado)(at, design)


def grid_points(grid: Mapping[str, tuple[str, ...]]) -> list[DesignPoint]:
    """Return all design points of a grid, the last key running fastest."""
    return [
        tuple(SetNumber(f"{key}={value}") for key, value in zip(grid, values, strict=True))
        for values in itertools.product(*grid.values())
    ]


def _grid(at: SweepSetup, design: Design) -> SweepFindings:
    points = grid_points(design.grid)
    base, *rows = at.evaluator.values([UNCHANGED, *points], design.replications)
    settings = [
        dict(zip(design.grid, values, strict=True)) for values in itertools.product(*design.grid.values())
    ]
    found = tuple(
        Point(
            settings=setting,
            replications=design.replications,
            means={key: _mean(values[:, column]) for column, key in enumerate(at.keys)},
            effects=effects(at.keys, base, values),
            note=refusals(at.evaluator, point),
        )
        for setting, point, values in zip(settings, points, rows, strict=True)
    )
    return _findings(at, design, base, points=found)


def _tornado(at: SweepSetup, design: Design) -> SweepFindings:
    """Move each number between its ends, and halve what each source says."""
    factors = _factors(at.reading, design)
    bars, refined = tornado(at.evaluator, factors, at.keys, design.replications, design.top)
    is_open = not design.factors and design.change is AssumeNumber
    sources = claims_of(at.reading) if is_open else ()
    halved = claims(at.evaluator, sources, at.keys, min(OF_CLAIMS, design.replications)) if sources else ()
    base = at.evaluator.values([UNCHANGED], design.replications)[0]
    left_out = _left_out(at, factors, refined, design)
    return _findings(at, design, base, bars=bars, claims=halved, left_out=left_out)


def _left_out(
    at: SweepSetup, factors: Sequence[Factor], refined: frozenset[str], design: Design
) -> tuple[str, ...]:
    """Return what was not looked at closely, in words."""
    notes = []
    moved = [each for each in factors if each.name not in refined]
    count = sum(len(each.members) for each in moved)
    total = sum(len(each.members) for each in factors)
    if moved:
        notes.append(
            f"{count} of {total} numbers were looked at with few replications "
            f"({min(SCREENING_REPLICATIONS, design.replications)}, or some more) and dropped: what they do "
            "alone is small beside the others, or was missed."
        )
    several = [each for each in factors if each.is_several]
    if several:
        notes.append(
            f"{sum(len(each.members) for each in several)} numbers of towns and roads were moved together "
            f"by kind ({len(several)}); those of kinds that show were then looked at one by one."
        )
    if not design.factors:
        bare = sum(each.low is None or each.high is None for each in at.reading.scenario.parameters)
        notes.append(f"{bare} numbers have no range and were not varied; neither were laws and doctrines.")
    notes.append("Each number was moved alone: what two do together is not in here (-p KEY=A,B -p KEY=A,B).")
    return tuple(notes)


def _factors(reading: LoadedScenario, design: Design) -> tuple[Factor, ...]:
    found = design.factors or factors_of(reading, design.change)
    if not found:
        raise UsageError(
            f"{reading.name} has no number with a range, so there is nothing to move. "
            "Give ranges: -p KEY=LO..HI, or write { value, low, high } in the file."
        )
    return found


def _findings(at: SweepSetup, design: Design, base: np.ndarray, **parts: object) -> SweepFindings:
    measures = tuple(
        replace(each, mean=mean, low=low, high=high)
        for each, (mean, low, high) in zip(at.measures, map(_mean, base.T), strict=True)
    )
    meta = at.meta
    return SweepFindings(
        kind=design.kind,
        name=meta.name,
        title=meta.title,
        seed=meta.seed,
        overrides=meta.overrides,
        hash=meta.hash,
        replications=design.replications,
        runs=at.evaluator.runs,
        level=CONFIDENCE,
        measures=measures,
        **parts,  # type: ignore[arg-type] # bars, claims, indices, points and what was left out
    )


def _mean(column: np.ndarray) -> Effect:
    known = column[np.isfinite(column)]
    return Effect.of(mean_interval(known), len(known))
