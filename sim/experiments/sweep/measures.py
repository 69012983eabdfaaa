"""What a sweep measures in each replication, by the keys that `compare` has: ``towns.kupiansk.supply_days``.

A measure is one number a replication. It is worked out where the replication runs, from its rows, so that
nothing else of it has to be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import UsageError
from sim.experiments.compare import OUT_OF_SUPPLY_DAYS
from sim.model.quantities import CATEGORIES
from sim.scenario_file.names import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.model.scenario import Scenario
    from sim.results.tables import Columns, TableName

OF_TOWNS: Final = {
    "supply_days": ("days of supply", "d"),
    "held": ("held at the end", ""),
    "held_days": ("days until it is lost", "d"),
    "out_days": ("days with nothing left", "d"),
}
CHANGES: Final = {"towns": "towns changed", "times": "changes of hands"}
LOSSES: Final = {
    "personnel": "soldiers",
    "uas": "UAS",
    "vehicles": "vehicles",
    "artillery": "guns and MLRS",
    "afv": "IFV and APC",
    "tanks": "tanks",
    "special": "special equipment",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One number a replication."""

    key: str
    label: str
    unit: str


def measures_of(scenario: Scenario, keys: Sequence[str] = ()) -> tuple[Measure, ...]:
    """Return the measures that are asked for; else days of supply of the first focus town and towns changed.

    `keys`: such as ``towns.kupiansk.supply_days``, ``losses.ua.personnel`` or ``changes.towns``; each once.
    Raises UsageError where there is no such measure.
    """
    known = all_measures(scenario)
    town = scenario.focus[0] if scenario.focus else scenario.towns[0].id
    wanted = dict.fromkeys(keys or (f"towns.{town}.supply_days", "changes.towns"))
    for key in wanted:
        if key not in known:
            alike = nearest(key, known)
            kinds = [*(f"towns.TOWN.{name}" for name in OF_TOWNS), "losses.SIDE.CATEGORY", "changes.towns"]
            advice = f"Did you mean {alike[0]}?" if alike else f"There are {', '.join(kinds)}."
            raise UsageError(f"--measure: there is no measure {key!r}. {advice}")
    return tuple(known[key] for key in wanted)


def all_measures(scenario: Scenario) -> dict[str, Measure]:
    """Return every measure that a scenario has, by its key."""
    found = [
        Measure(f"towns.{town.id}.{name}", f"{town.name}: {label}", unit)
        for town in scenario.towns
        for name, (label, unit) in OF_TOWNS.items()
    ]
    found += [
        Measure(f"losses.{side.id}.{category}", f"{side.name}: {LOSSES[category]} lost", "/d")
        for side in scenario.sides
        for category in CATEGORIES
    ]
    found += [Measure(f"changes.{name}", label, "") for name, label in CHANGES.items()]
    return {each.key: each for each in found}


def measured(scenario: Scenario, rows: Mapping[TableName, Columns], keys: Sequence[str]) -> list[float]:
    """Return what a replication came to, in the order of the keys; NaN where a town never used any supply."""
    return [_value(scenario, rows, key.split(".")) for key in keys]


def _value(scenario: Scenario, rows: Mapping[TableName, Columns], key: list[str]) -> float:
    """Return one measure."""
    group, *_ = key
    if group == "towns":
        town = [each.id for each in scenario.towns].index(key[1])
        return _of_town(scenario, rows, town, key[2])
    if group == "losses":
        totals = rows["replications"]
        days = float(totals["ended_day"][0])
        return float(totals[f"{key[1]}_lost_{key[2]}"][0]) / (days if days > 0.0 else 1.0)
    changed = rows["changes"]["town"]
    return float(len(np.unique(changed)) if key[1] == "towns" else len(changed))


def _of_town(scenario: Scenario, rows: Mapping[TableName, Columns], town: int, name: str) -> float:
    """Return one measure of a town: its supply counts while its first holder has it."""
    first = [side.id for side in scenario.sides].index(scenario.towns[town].held_by)
    changes = rows["changes"]
    is_its = changes["town"] == town
    if name == "held":
        winners = changes["winner"][is_its]
        return float(not len(winners) or winners[-1] == first)
    if name == "held_days":
        lost = changes["day"][is_its]
        return float(lost[0] if len(lost) else rows["replications"]["ended_day"][0])
    table = rows["towns"]
    supply = table["days_of_supply"][(table["town"] == town) & (table["held_by"] == first)]
    if name == "out_days":
        return float((supply < OUT_OF_SUPPLY_DAYS).sum())
    supply = supply[np.isfinite(supply)]
    return float(supply.mean(dtype=float)) if len(supply) else float("nan")
