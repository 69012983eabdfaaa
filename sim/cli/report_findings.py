"""What a report is told about many runs: the laboratory's estimates as plain values for the press."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.quantities import CATEGORIES
from sim.experiments.ensemble import middle
from sim.experiments.statistics import LEVEL, Interval, paired, unpaired
from sim.experiments.summary import summary
from sim.experiments.survival import holding, kaplan_meier
from sim.report.findings import Comparison, Curve, Difference, Estimate, Findings
from sim.report.story import story
from sim.report.words import LOSSES
from sim.scenario_file.read import read_document

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.archive.recording import Recording
    from sim.archive.results import Results
    from sim.domain.scenario import Scenario
    from sim.report.story import Story

NOT_KNOWN = math.nan


def findings_of(results: Results) -> Findings:
    """Return what is known of an ensemble.

    Parameters
    ----------
    results
        With one replication or more.
    """
    found = summary(results)
    is_held, lost, ended = results.is_held(), results.first_lost_days(), results.ended_days()
    never, curves = {}, {}
    for number, town in enumerate(results.names.towns):
        times = lost[:, number]
        was_lost = ~np.isnan(times)
        never[town] = _estimate(holding(is_held[:, number], was_lost).never_lost)
        if was_lost.any():
            curves[town] = _curve(np.where(was_lost, times, ended), was_lost)
    return Findings(
        level=LEVEL,
        held={town: _estimate(each) for town, each in found.held.items()},
        never_lost=never,
        first_lost={town: _estimate(each) for town, each in found.first_lost_days.items()},
        curves=curves,
        middle=middle(results),
    )


def _estimate(found: Interval) -> Estimate:
    """Return an interval as the press takes it."""
    return Estimate(float(found.value), float(found.low), float(found.high))


def _curve(times: NDArray[np.float64], was_lost: NDArray[np.bool_]) -> Curve:
    """Return a survival curve as the press takes it."""
    found = kaplan_meier(times, was_lost)
    return Curve(*(tuple(each.tolist()) for each in (found.times, found.share, found.low, found.high)))


def ensembles_compared(first: Results, second: Results) -> Comparison:
    """Return how a second ensemble differs from a first: in pairs where they met the same luck.

    Parameters
    ----------
    first, second
        Ensembles on the same towns and sides, or on some of the same.
    """
    both = np.intersect1d(first.numbers, second.numbers)
    is_paired = first.meta.seed == second.meta.seed and len(both) > 1
    rows = [
        np.searchsorted(each.numbers, both) if is_paired else np.arange(len(each.numbers))
        for each in (first, second)
    ]
    differences = []
    measures = [_measures(each) for each in (first, second)]
    for key, one in measures[0].items():
        if key not in measures[1]:
            continue
        a, b = one[rows[0]], measures[1][key][rows[1]]
        if not a.any() and not b.any():
            continue
        group, what, unit = key
        found = paired(a, b) if is_paired else unpaired(a, b)
        change = Estimate(float(found[0]), float(found[1]), float(found[2]))
        differences.append(
            Difference(
                group=group,
                what=what,
                unit=unit,
                first=float(a.mean()),
                second=float(b.mean()),
                change=change,
            )
        )
    names = _labels(
        [(each.meta.title, each.folder.name) for each in (first, second)],
    )
    return Comparison(
        first=names[0],
        second=names[1],
        changes=_changes(*(read_document(each.meta.scenario) for each in (first, second))),
        differences=tuple(_worth_showing(differences)),
        pairs=len(both) if is_paired else 0,
        replications=(len(first.numbers), len(second.numbers)),
        level=LEVEL,
    )


def _measures(results: Results) -> dict[tuple[str, str, str], NDArray[np.float64]]:
    """Return by group, name and unit what each replication came to; shape (replications,)."""
    found: dict[tuple[str, str, str], NDArray[np.float64]] = {}
    is_held = results.is_held()
    meta = results.meta
    for number, (town, name) in enumerate(meta.towns.items()):
        holder = meta.sides[meta.first_holders[town]]
        found["Held at the end", f"{name}, by {holder}", "%"] = is_held[:, number].astype(float)
    totals = results.replications()
    days = np.where(results.ended_days() > 0.0, results.ended_days(), 1.0)
    for side, name in meta.sides.items():
        found["Losses of soldiers", name, "a day"] = totals[f"{side}_lost_personnel"] / days
    for side, name in meta.sides.items():
        for category in CATEGORIES[1:]:
            key = ("Losses of equipment", f"{LOSSES[category]}, {name}", "a day")
            found[key] = totals[f"{side}_lost_{category}"] / days
    for side, name in meta.sides.items():
        found["Supply consumed", name, "t a day"] = totals[f"{side}_consumed"] / days
    return found


def _worth_showing(differences: list[Difference], most: int = 12) -> list[Difference]:
    """Return differences without the towns at which nothing changed, and of these the greatest."""
    towns = [each for each in differences if each.unit == "%"]
    changed = [each for each in towns if each.change.value]
    changed.sort(key=lambda each: -abs(each.change.value))
    return changed[:most] + [each for each in differences if each.unit != "%"]


def runs_compared(first: Recording, second: Recording) -> Comparison:
    """Return how a second run differs from a first.

    Parameters
    ----------
    first, second
        Runs on the same sides.
    """
    a, b = (_run_measures(story(each)) for each in (first, second))
    differences = [
        Difference(
            group=group,
            what=what,
            unit=unit,
            first=value,
            second=b[group, what, unit],
            change=Estimate(b[group, what, unit] - value, NOT_KNOWN, NOT_KNOWN),
        )
        for (group, what, unit), value in a.items()
        if (group, what, unit) in b and (value or b[group, what, unit])
    ]
    heads = first.header, second.header
    names = _labels(
        [(each.header.title, each.path.name.partition(".")[0]) for each in (first, second)],
    )
    same = (heads[0].seed, heads[0].replication) == (heads[1].seed, heads[1].replication)
    return Comparison(
        first=names[0],
        second=names[1],
        changes=_changes(first.scenario, second.scenario),
        differences=tuple(differences),
        pairs=int(same),
        replications=(1, 1),
        level=LEVEL,
    )


def _run_measures(run: Story) -> dict[tuple[str, str, str], float]:
    """Return by group, name and unit what one run came to."""
    found: dict[tuple[str, str, str], float] = {}
    scenario, last = run.recording.scenario, run.last
    for side in scenario.sides:
        held = sum(holder == side.id for holder in last.held_by.values())
        found["Towns held at the end", side.name, ""] = float(held)
    for side in scenario.sides:
        found["Losses of soldiers", side.name, ""] = float(last.sides[side.id].losses[0])
    for side in scenario.sides:
        for number, category in enumerate(CATEGORIES[1:], start=1):
            key = ("Losses of equipment", f"{LOSSES[category]}, {side.name}", "")
            found[key] = float(last.sides[side.id].losses[number])
    for side in scenario.sides:
        found["Demand for supply left unmet", side.name, "t"] = run.unmet.get(side.id, 0.0)
    return found


def _labels(named: list[tuple[str, str]]) -> tuple[str, str]:
    """Return what to call two things: by their titles, or by their files where those are the same."""
    (first, first_file), (second, second_file) = named
    if first != second:
        return first, second
    return (first_file, second_file) if first_file != second_file else (f"{first} (A)", f"{second} (B)")


def _changes(first: Scenario, second: Scenario) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers in which two scenarios differ."""
    was, now = ({each.key: each.text for each in one.parameters} for one in (first, second))
    default = "by default"
    keys = dict.fromkeys([*was, *now])
    return tuple(
        (key, was.get(key, default), now.get(key, default)) for key in keys if was.get(key) != now.get(key)
    )
