"""What a sweep measures in each replication, by the keys that `compare` has: ``towns.kupiansk.supply_days``.

A measure is one number a replication. It is worked out where the replication runs, from its rows, so that
nothing else of it has to be kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import CATEGORY_WORDS
from sim.errors import UsageError
from sim.experiments.compare import Measured
from sim.model.quantities import CATEGORIES
from sim.results.sweep_findings import MeasureKey
from sim.results.tables import Names
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


def measures_of(scenario: Scenario, keys: Sequence[str] = ()) -> tuple[MeasureKey, ...]:
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


def all_measures(scenario: Scenario) -> dict[str, MeasureKey]:
    """Return every measure that a scenario has, by its key."""
    found = [
        MeasureKey(key=f"towns.{town.id}.{name}", label=f"{town.name}: {label}", unit=unit)
        for town in scenario.towns
        for name, (label, unit) in OF_TOWNS.items()
    ]
    found += [
        MeasureKey(
            key=f"losses.{side.id}.{category}",
            label=f"{side.name}: {CATEGORY_WORDS[category][1]} lost",
            unit="/d",
        )
        for side in scenario.sides
        for category in CATEGORIES
    ]
    found += [MeasureKey(key=f"changes.{name}", label=label) for name, label in CHANGES.items()]
    return {each.key: each for each in found}


def measured(scenario: Scenario, rows: Mapping[TableName, Columns], keys: Sequence[str]) -> list[float]:
    """Return what a replication came to, in the order of the keys; NaN where a town never used any supply."""
    found = Measured(rows, Names.of(scenario), [town.held_by for town in scenario.towns])
    return [float(found[key][0]) for key in keys]
