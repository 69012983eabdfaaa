"""A scenario that begins on a later day, with the map of that day and the losses that were reported by then.

The map is that of the observations as the day begins; a contested town is with who held it before, and one
that no row names is as in the scenario. A town that was held by the other side gets its garrison as after a
capture: the new holder's nearest town by road sends `assaults.move_in_share` of its soldiers there, shared
among all that it supplies, and the soldiers of before join their side's nearest town; no side has more or
fewer soldiers than in the scenario. Prepared positions and a base there end. A contact that is new has its
front at the edge of the town that changed hands; others keep theirs.

Known are the losses of periods that were over; later ones are not, and the last is never. What is scheduled
for an earlier day happens as the run begins. All other numbers are the scenario's, whoever knew them when.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import UsageError
from sim.experiments.hindcast.neighbourhoods import distances
from sim.experiments.hindcast.observations import GREY
from sim.experiments.hindcast.scoring_period import last_day
from sim.model.network import Network
from sim.model.quantities import DAY, HOUR

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.model.scenario import Scenario
    from sim.scenario_file.read import LoadedScenario
    from sim.scenario_file.syntax.toml import TomlTable


def opened_on(
    reading: LoadedScenario, observations: Observations, origin: date, source: str | None = None
) -> LoadedScenario:
    """Return a scenario that begins on a later day, with the map and the reported losses of that day.

    `source`: whose map it is; by default that of the source with most entries. Raises UsageError where the
    day is not in the run, what happened is not known so late, or no losses had been reported.
    """
    scenario = reading.scenario
    last = last_day(scenario, observations)
    if not scenario.start <= origin <= last:
        raise UsageError(
            f"--origin {origin} is outside the days that can be scored, {scenario.start} to {last}. "
            "Name one of them."
        )
    changed = _changed(scenario, observations, origin, source or observations.sources[0])
    days = (origin - scenario.start).days
    table: dict[str, Any] = {
        "scenario": {"start": origin.isoformat(), "horizon": f"{(scenario.horizon / DAY - days):g} d"},
        "town": _towns(scenario, changed),
        "route": _routes(scenario, changed),
        **_known_losses(scenario, origin),
    }
    if scenario.events:
        moments = {event.id: max(0.0, (event.at - days * DAY) / HOUR) for event in scenario.events}
        table["event"] = [{"id": name, "at": f"{hours:g} h"} for name, hours in moments.items()]
    return reading.changed_by(f"--origin {origin}", table)


def _changed(scenario: Scenario, observations: Observations, origin: date, source: str) -> dict[int, str]:
    """Return the towns that were not held as in the scenario, by number, with who held them."""
    days = [scenario.start + timedelta(days=day) for day in range(-1, (origin - scenario.start).days)]
    opening = observations.opening(scenario)
    held = opening
    for states in observations.states(scenario, source, days):
        held = np.where(states == GREY, held, states)
    occupier, other = scenario.sides[observations.side].id, scenario.sides[1 - observations.side].id
    return {int(town): occupier if held[town] else other for town in np.flatnonzero(held != opening)}


def _towns(scenario: Scenario, changed: dict[int, str]) -> TomlTable:
    network, towns = Network(scenario), scenario.towns
    strength = {number: town.garrison.strength for number, town in enumerate(towns)}
    suppliers: dict[int, list[int]] = {}
    for number, holder in changed.items():
        far = distances(network, [number])
        own, others = (
            [near for near, town in enumerate(towns) if near not in changed and town.held_by == side]
            for side in (holder, towns[number].held_by)
        )
        if others:
            strength[min(others, key=far.__getitem__)] += towns[number].garrison.strength
        strength[number] = 0
        if own:
            suppliers.setdefault(min(own, key=far.__getitem__), []).append(number)
    for supplier, supplied in suppliers.items():
        each = round(towns[supplier].garrison.strength * scenario.assaults.move_in_share) // len(supplied)
        strength[supplier] -= each * len(supplied)
        strength.update(dict.fromkeys(supplied, each))
    table: TomlTable = {
        town.id: {"garrison": {"strength": strength[number]}}
        for number, town in enumerate(towns)
        if strength[number] != town.garrison.strength or number in changed
    }
    for number, holder in changed.items():
        base = {} if towns[number].base is None else {"base": {"remove": True}}
        table[towns[number].id] |= {"held_by": holder, "fortification": 1.0, **base}
    return table


def _routes(scenario: Scenario, changed: dict[int, str]) -> list[TomlTable]:
    """Return the routes on which the front is not as in the scenario."""
    network = Network(scenario)
    held = [changed.get(number, town.held_by) for number, town in enumerate(scenario.towns)]
    table: list[TomlTable] = []
    for number, route in enumerate(scenario.routes):
        start, end = network.start[number], network.end[number]
        is_given = route.front_share is not None or route.front_distance is not None
        if held[start] == held[end]:
            table += [{"id": route.id, "front": {"remove": True}}] * is_given
        elif (start in changed) != (end in changed):
            table.append({"id": route.id, "front": f"{int(end in changed)} of length"})
    return table


def _known_losses(scenario: Scenario, origin: date) -> TomlTable:
    """Return the losses a day that were known by a day: of the last period that was over, else the claim."""
    reported = scenario.reported_losses
    if reported is None:
        return {}
    if reported.date > origin:
        raise UsageError(
            f"--origin {origin}: the first losses that {scenario.name} reports are of {reported.date}. "
            "Name that day or a later one."
        )
    ends = [later.begins for later in reported.periods[1:]]
    known = [period for period, end in zip(reported.periods, ends, strict=False) if end <= origin]
    table: TomlTable = {
        "period": [{"from": period.id, "remove": True} for period in reported.periods],
    }
    if known:
        latest = known[-1]
        table |= {"date": latest.begins.isoformat(), "per_day": dict(reported.per_day_from(latest))}
        table |= {"source": latest.source} if latest.source else {}
    return {"reported_losses": table}
