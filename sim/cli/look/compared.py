"""The rows of a comparison, for the report and the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.analysis.text import CATEGORY_NAMES
from sim.model.quantities import CATEGORIES, PERSONNEL
from sim.report.run_summary import summarize_run
from sim.report.subject import ComparisonRow, ReportedComparison
from sim.report.text import input_name
from sim.scenario_file.read import read_document
from sim.statistics.differences import Difference
from sim.statistics.intervals import CONFIDENCE, Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.command_line import StoredOverride
    from sim.experiments.compare import Comparison
    from sim.model.quantities import Category
    from sim.model.scenario import Scenario
    from sim.recording.reader import Recording
    from sim.report.run_summary import RunSummary
    from sim.results.reader import Results

MAX_CHANGES: Final = 2
"""Changes that are spelled out in a label."""
MAX_TOWNS: Final = 12
"""In each group of differences: those in focus first, then those that are significant, then the largest."""
ROUNDING: Final = 1e-9
TOWN_MEASURES: Final = (
    ("held", "Held at the end by its first holder", "%"),
    ("held_days", "Held before it is first lost", "days"),
    ("supply_days", "Supply of its first holder's garrison, mean", "days"),
)
"""Measures of towns: name in a comparison, title of the group, and unit."""


def ensembles_compared(first: Results, second: Results, found: Comparison) -> ReportedComparison:
    """Return how a second ensemble of the same front was found to differ from a first."""
    meta = first.meta
    rows: list[ComparisonRow] = []
    for measure, group, unit in TOWN_MEASURES:
        of_towns = {
            town: ComparisonRow(
                group, f"{meta.towns[town]}, {meta.sides[meta.first_holders[town]]}", unit, each[measure]
            )
            for town, each in found.towns.items()
        }
        different = [(town, each) for town, each in of_towns.items() if _is_different(each)]
        different.sort(key=lambda pair: (pair[0] not in meta.focus, *_rank(pair[1].found)))
        rows += [each for _, each in different[:MAX_TOWNS]]
    losses = [
        ComparisonRow(*_loss_label(category, meta.sides[side]), "a day", of_side[category])
        for category in CATEGORIES
        for side, of_side in found.losses.items()
    ]
    rows += filter(_is_different, losses)
    for key, words in (("towns", "towns that did"), ("times", "times that towns did")):
        rows.append(ComparisonRow("Towns that changed hands", words, "", found.changes[key]))
    scenarios = [read_document(each.meta.scenario) for each in (first, second)]
    return _comparison(
        [
            _Compared(each.meta.title, each.folder.name, each.meta.overrides, scenario)
            for each, scenario in zip((first, second), scenarios, strict=True)
        ],
        rows,
        found.replications if found.is_paired else 0,
        found.replications,
    )


def runs_compared(first: Recording, second: Recording) -> ReportedComparison:
    """Return how a second run differs from a first."""
    a, b = (_run_measures(summarize_run(each)) for each in (first, second))
    rows = [
        ComparisonRow(*key, Difference(value, b[key], Interval(b[key] - value)))
        for key, value in a.items()
        if key in b and (value or b[key])
    ]
    compared = [
        _Compared(each.header.title, each.path.name.partition(".")[0], each.header.overrides, each.scenario)
        for each in (first, second)
    ]
    seeds = {(each.header.seed, each.header.replication) for each in (first, second)}
    return _comparison(compared, rows, int(len(seeds) == 1), 1)


def _comparison(
    compared: list[_Compared], rows: list[ComparisonRow], pairs: int, replications: int
) -> ReportedComparison:
    """Return rows with the names of what is compared and the numbers in which the scenarios differ."""
    first, second = _labels(compared)
    return ReportedComparison(
        first=first,
        second=second,
        changes=_changes(*(each.scenario for each in compared)),
        differences=tuple(rows),
        pairs=pairs,
        replications=(replications, replications),
        level=CONFIDENCE,
    )


def _loss_label(category: Category, side: str) -> tuple[str, str]:
    if category == CATEGORIES[PERSONNEL]:
        return "Losses of soldiers", side
    return "Losses of equipment", f"{CATEGORY_NAMES[category]}, {side}"


def _rank(found: Difference) -> tuple[bool, float]:
    """Return a key to sort differences by: those that are significant first, then the largest."""
    return not found.is_significant, -abs(found.change.value)


def _is_different(each: ComparisonRow) -> bool:
    """Return whether there is a difference, significant or not."""
    return math.isfinite(each.found.change.value) and abs(each.found.change.value) > ROUNDING


def _run_measures(run: RunSummary) -> dict[tuple[str, str, str], float]:
    found: dict[tuple[str, str, str], float] = {}
    scenario, last = run.recording.scenario, run.last
    for side in scenario.sides:
        held = sum(holder == side.id for holder in last.held_by.values())
        found["Towns held at the end", side.name, ""] = float(held)
    for categories in (CATEGORIES[:1], CATEGORIES[1:]):
        for side in scenario.sides:
            for category in categories:
                number = CATEGORIES.index(category)
                if not any(books.losses[number] for books in last.sides.values()):
                    continue
                losses = last.sides[side.id].losses[number]
                found[*_loss_label(category, side.name), ""] = float(losses)
    for side in scenario.sides:
        found["Demand for supply left unmet", side.name, "t"] = run.unmet.get(side.id, 0.0)
    return found


def _labels(compared: Sequence[_Compared]) -> tuple[str, str]:
    """Return labels for two results: their titles, their changes, or their files, whichever differ."""
    common = set(compared[0].overrides).intersection(compared[1].overrides)
    ways = (
        [each.title for each in compared],
        [_changed_text(each, common) for each in compared],
        [each.file for each in compared],
    )
    for first, second in ways:
        if first != second:
            return first, second
    return f"{compared[0].title} (A)", f"{compared[1].title} (B)"


class _Compared(NamedTuple):
    """What distinguishes two results in their labels."""

    title: str
    file: str
    overrides: tuple[StoredOverride, ...]
    scenario: Scenario


def _changed_text(each: _Compared, common: set[StoredOverride]) -> str:
    """Describe the changes of one result alone; of many changes only their number."""
    own = [one for one in each.overrides if one not in common]
    if not own:
        return "the scenario as it is"
    if len(own) > MAX_CHANGES:
        return f"with {len(own)} changes"
    return "with " + ", ".join(_override_text(each.scenario, one) for one in own)


def _override_text(scenario: Scenario, one: StoredOverride) -> str:
    if not one.value:
        return one.key
    return f"{input_name(scenario, one.key)} {'× ' if one.kind == '--scale' else ''}{one.value}"


def _changes(first: Scenario, second: Scenario) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers in which two scenarios differ, and towns that begin with another side."""
    was, now = ({each.key: each.text for each in one.parameters} for one in (first, second))
    keys = dict.fromkeys([*was, *now])
    # an event that one of them lacks is not there; other numbers have a default
    lacks = {key: "not there" if key.startswith("event.") else "by default" for key in keys}
    numbers = [
        (key, was.get(key, lacks[key]), now.get(key, lacks[key]))
        for key in keys
        if was.get(key) != now.get(key)
    ]
    held = {town.id: town.held_by for town in second.towns}
    others = [
        (f"town.{town.id}.held_by", town.held_by, held[town.id])
        for town in first.towns
        if held.get(town.id, town.held_by) != town.held_by
    ]
    return (*numbers, *others)
