"""What a report is told about many runs: the laboratory's estimates as plain values for the press."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.experiments.compare import compare
from sim.experiments.ensemble import middle
from sim.experiments.ensemble_summary import summary
from sim.model.quantities import CATEGORIES
from sim.report.findings import ComparisonRow, Findings, ReportedComparison
from sim.report.key_names import input_name
from sim.report.run_summary import summarize_run
from sim.report.text import LOSSES
from sim.scenario_file.read import read_document
from sim.statistics.intervals import CONFIDENCE, Interval
from sim.statistics.survival import holding, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.scenario import Scenario
    from sim.recording.reader import Recording
    from sim.report.run_summary import RunSummary
    from sim.results.reader import Results
    from sim.statistics.differences import Difference

MOST_CHANGES: Final = 2
"""That are told in what a thing is called."""
MOST_TOWNS: Final = 12
"""In each group of differences, the greatest."""
TOWN_MEASURES: Final = (
    ("held", "Held at the end by its first holder", "%"),
    ("held_days", "Held before it is first lost", "days"),
    ("supply_days", "Supply of its first holder's garrison, mean", "days"),
)
"""By group: the laboratory's name for a measure of towns, ours, and its unit."""


def findings_of(results: Results) -> Findings:
    """Return what is known of an ensemble."""
    found = summary(results)
    is_held, lost, ended = results.is_held(), results.first_lost_days(), results.ended_days()
    never, curves = {}, {}
    for number, town in enumerate(results.names.towns):
        times = lost[:, number]
        was_lost = ~np.isnan(times)
        never[town] = holding(is_held[:, number], was_lost).never_lost
        if was_lost.any():
            curves[town] = kaplan_meier(np.where(was_lost, times, ended), was_lost)
    return Findings(
        level=CONFIDENCE,
        held=found.held,
        never_lost=never,
        first_lost=found.first_lost_days,
        curves=curves,
        middle=middle(results),
    )


def ensembles_compared(first: Results, second: Results) -> ReportedComparison:
    """Return how a second ensemble differs from a first: in pairs where they met the same luck.

    Parameters
    ----------
    first, second
        Ensembles of one front with two replications or more in common.

    Raises
    ------
    UsageError
        Where they have no side or hardly any replication in common.
    """
    found = compare(first, second)
    meta = first.meta
    differences: list[ComparisonRow] = []
    for measure, group, unit in TOWN_MEASURES:
        of_towns = [
            _difference(
                group, f"{meta.towns[town]}, {meta.sides[meta.first_holders[town]]}", unit, each[measure]
            )
            for town, each in found.towns.items()
        ]
        differences += sorted(filter(_is_shown, of_towns), key=lambda each: -abs(each.change.value))[
            :MOST_TOWNS
        ]
    losses = [
        _difference(
            "Losses of soldiers" if category == CATEGORIES[0] else "Losses of equipment",
            meta.sides[side] if category == CATEGORIES[0] else f"{LOSSES[category]}, {meta.sides[side]}",
            "a day",
            of_side[category],
        )
        for category in CATEGORIES
        for side, of_side in found.losses.items()
    ]
    differences += filter(_is_shown, losses)
    changes = (("towns", "towns that did"), ("times", "times that towns did"))
    differences += [
        _difference("Towns that changed hands", words, "", found.changes[key]) for key, words in changes
    ]
    scenarios = [read_document(each.meta.scenario) for each in (first, second)]
    names = _labels(
        [
            _Compared(each.meta.title, each.folder.name, each.meta.overrides, scenario)
            for each, scenario in zip((first, second), scenarios, strict=True)
        ]
    )
    return ReportedComparison(
        first=names[0],
        second=names[1],
        changes=_changes(*scenarios),
        differences=tuple(differences),
        pairs=found.replications if found.is_paired else 0,
        replications=(found.replications, found.replications),
        level=CONFIDENCE,
    )


def _difference(group: str, what: str, unit: str, found: Difference) -> ComparisonRow:
    """Return a difference as the press takes it."""
    return ComparisonRow(
        group=group,
        what=what,
        unit=unit,
        first=found.first,
        second=found.second,
        change=found.change,
    )


def _is_shown(each: ComparisonRow) -> bool:
    """Return whether there is a difference at all, sure or not."""
    return math.isfinite(each.change.value) and each.change.value != 0.0


def runs_compared(first: Recording, second: Recording) -> ReportedComparison:
    """Return how a second run differs from a first."""
    a, b = (_run_measures(summarize_run(each)) for each in (first, second))
    differences = [
        ComparisonRow(
            group=group,
            what=what,
            unit=unit,
            first=value,
            second=b[group, what, unit],
            change=Interval(b[group, what, unit] - value),
        )
        for (group, what, unit), value in a.items()
        if (group, what, unit) in b and (value or b[group, what, unit])
    ]
    heads = first.header, second.header
    names = _labels(
        [
            _Compared(
                each.header.title, each.path.name.partition(".")[0], each.header.overrides, each.scenario
            )
            for each in (first, second)
        ],
    )
    same = (heads[0].seed, heads[0].replication) == (heads[1].seed, heads[1].replication)
    return ReportedComparison(
        first=names[0],
        second=names[1],
        changes=_changes(first.scenario, second.scenario),
        differences=tuple(differences),
        pairs=int(same),
        replications=(1, 1),
        level=CONFIDENCE,
    )


def _run_measures(run: RunSummary) -> dict[tuple[str, str, str], float]:
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


def _labels(compared: Sequence[_Compared]) -> tuple[str, str]:
    """Return what to call two things: by their titles, by what was changed in them, or by their files."""
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
    """What two things can be told apart by."""

    title: str
    file: str
    overrides: tuple[str, ...]
    scenario: Scenario


def _changed_text(each: _Compared, common: set[str]) -> str:
    """Return what was changed in one alone, in words; of many changes only how many."""
    own = [text for text in each.overrides if text not in common]
    if not own:
        return "the scenario as it is"
    if len(own) > MOST_CHANGES:
        return f"with {len(own)} changes"
    return "with " + ", ".join(_override_text(each.scenario, text) for text in own)


def _override_text(scenario: Scenario, text: str) -> str:
    """Return one change in words; a file by its name."""
    option, _, changed = text.partition(" ")
    key, is_set, value = changed.partition("=")
    if not is_set:
        return changed
    return f"{input_name(scenario, key)} {'× ' if option == '--scale' else ''}{value}"


def _changes(first: Scenario, second: Scenario) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers in which two scenarios differ."""
    was, now = ({each.key: each.text for each in one.parameters} for one in (first, second))
    default = "by default"
    keys = dict.fromkeys([*was, *now])
    return tuple(
        (key, was.get(key, default), now.get(key, default)) for key in keys if was.get(key) != now.get(key)
    )
