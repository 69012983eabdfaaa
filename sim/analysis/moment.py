"""A moment of a run in words: what `show --at`, `why` and the window's T print, and the same as plain values.

Pure functions of a scenario and a state; nothing is simulated, and nobody's prospects are judged.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.pressure import available_capacity, nominal_capacity, pressure
from sim.analysis.sentences import (
    LIMITS_NAMED,
    MOST_NAMED,
    convoys_line,
    cut_line,
    days_text,
    garrison_sentence,
    held_sentence,
    holding,
    limit_lines,
    limit_sentence,
    need_sentence,
    other_reasons,
    way_sentence,
)
from sim.analysis.supply_trace import SupplyTrace, cuts, trace_supply
from sim.analysis.text import clock_text, date_text, listing, losses_text, moment_name, route_name
from sim.model.quantities import CATEGORIES

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.model.scenario import Scenario, Town
    from sim.model.state import State
    from sim.recording.records import Header


OF_TOWN: Final = (
    *("town", "name", "held_by", "is_contested", "is_encircled", "strength", "stock"),
    *("days_of_supply", "days_wanted", "use", "needs", "gets"),
)
"""What `moment` takes from each town's `SupplyTrace`."""


def moment(scenario: Scenario, state: State, header: Header | None = None) -> dict[str, Any]:
    """Return a moment as plain values: every town, every route and both sides."""
    return {
        "t": state.t,
        "date": date_text(scenario.start, state.t),
        "time": clock_text(state.t),
        "day": state.day,
        "seed": header.seed if header else None,
        "replication": header.replication if header else None,
        "weather": state.weather,
        "tempo": state.tempo,
        "sides": {
            side.id: {"name": side.name, **dataclasses.asdict(state.sides[side.id])}
            | {"losses": dict(zip(CATEGORIES, state.sides[side.id].losses, strict=True))}
            for side in scenario.sides
        },
        "towns": [_town(scenario, state, town) for town in scenario.towns],
        "routes": [
            {
                "route": route.id,
                "name": route_name(scenario, route, state.flows.get(route.id, 0.0)),
                "nominal": nominal_capacity(scenario, route),
                "available": available_capacity(scenario, state, route),
                "flow": state.flows.get(route.id, 0.0),
                "split": dataclasses.asdict(pressure(scenario, state, route)),
                "prices": {
                    side: prices[route.id] for side, prices in state.prices.items() if route.id in prices
                },
                "front": state.fronts.get(route.id),
                "repair_due": state.repairs.get(route.id),
            }
            for route in scenario.routes
        ],
    }


def _town(scenario: Scenario, state: State, town: Town) -> dict[str, Any]:
    """Return what can be said of a town's supply, with its pressure and changes, but nothing of its roads."""
    found = trace_supply(scenario, state, town)
    return {name: getattr(found, name) for name in OF_TOWN} | {
        "pressure": _highest_pressure(scenario, state, town.id),
        "changed_at": list(state.changed_at.get(town.id, ())),
    }


def moment_text(
    scenario: Scenario, state: State, header: Header | None = None, ensemble: EnsembleAtTime | None = None
) -> str:
    """Return a moment in words: the towns in focus, what is cut, who is short, what changed, what was lost.

    An ensemble adds how usual that is.
    """
    first = f"{moment_name(scenario.start, state.t)}."
    if header is not None:
        first += f" Seed {header.seed}, replication {header.replication}."
    if scenario.weather.is_on:
        first += f" Weather: {state.weather}."
    traces = [trace_supply(scenario, state, town) for town in scenario.towns]
    named = _in_focus(scenario, traces)
    lines = [first]
    for found in named:
        lines += _town_lines(scenario, state, found)
    lines += cut_line(cuts(scenario, state, scenario.routes, {}), state.t)
    lines += _short_line([found for found in traces if found not in named])
    lines += _changes_lines(scenario, state)
    lines += [
        f"Lost by {side.name} so far: {losses_text(state.sides[side.id].losses)}." for side in scenario.sides
    ]
    if ensemble is not None:
        lines.append(held_sentence(scenario, ensemble))
    return "\n".join(lines)


def why_text(scenario: Scenario, state: State, town: Town, header: Header | None = None) -> str:
    """Explain a town's supply in words; takes the arguments of `trace_supply`."""
    found = trace_supply(scenario, state, town, header)
    lines = [
        f"{found.name}. {moment_name(scenario.start, state.t)}. {holding(scenario, found)}",
        garrison_sentence(found),
        need_sentence(found),
        way_sentence(scenario, found),
    ]
    for limit in found.limits[:LIMITS_NAMED]:
        lines += limit_lines(limit, found)
    if others := [limit.name for limit in found.limits[LIMITS_NAMED:]]:
        lines.append(f"Other bottlenecks: {listing(others, MOST_NAMED)}.")
    lines += other_reasons(scenario, found)
    lines += cut_line(found.cuts, state.t)
    lines += convoys_line(scenario, found)
    return "\n".join(lines)


def _in_focus(scenario: Scenario, traces: list[SupplyTrace]) -> list[SupplyTrace]:
    """Return the towns in the scenario's focus; without one, the contested towns with least supply."""
    if scenario.focus:
        return [found for town in scenario.focus for found in traces if found.town == town]
    contested = [found for found in traces if found.is_contested and found.days_of_supply is not None]
    return sorted(contested, key=lambda found: found.days_of_supply or 0.0)[:MOST_NAMED]


def _town_lines(scenario: Scenario, state: State, found: SupplyTrace) -> list[str]:
    sentence = f"{found.name}: {holding(scenario, found, is_start=False)}"
    if found.days_of_supply is not None:
        sentence += (
            f" {days_text(found.days_of_supply).capitalize()} of supply, needs {found.days_wanted:.1f}."
        )
    highest = _highest_pressure(scenario, state, found.town)
    if highest is not None:
        sentence += f" Pressure on its roads up to {highest:.2f}."
    second = way_sentence(scenario, found)
    if found.limits:
        second += f" {limit_sentence(found.limits[0], found)}"
    return [sentence, f"  {second}"]


def _highest_pressure(scenario: Scenario, state: State, town: str) -> float | None:
    """Return the highest pressure on a town's roads within its side, or None if it has none left."""
    return max(
        (
            pressure(scenario, state, route).pressure
            for route in scenario.routes
            if town in {route.start, route.end} and state.held_by[route.start] == state.held_by[route.end]
        ),
        default=None,
    )


def _short_line(others: list[SupplyTrace]) -> list[str]:
    """Return which other garrisons are short of supply, the shortest first, in one line."""
    short = [
        (found.days_of_supply, found.name)
        for found in others
        if found.days_of_supply is not None and found.days_of_supply < found.days_wanted
    ]
    named = [f"{name} {days:.1f} d" for days, name in sorted(short)]
    return [f"Short of supply: {listing(named, MOST_NAMED)}."] if named else []


def _changes_lines(scenario: Scenario, state: State) -> list[str]:
    """Return which towns are held by another side than at the start, and which were lost and retaken."""
    changed = [town for town in scenario.towns if state.changed_at.get(town.id)]
    lines = []
    for side in scenario.sides:
        taken = [
            f"{town.name} since {date_text(scenario.start, state.changed_at[town.id][-1])}"
            for town in changed
            if state.held_by[town.id] == side.id != town.held_by
        ]
        if taken:
            lines.append(f"Now held by {side.name}: {listing(taken)}.")
    retaken = [town.name for town in changed if state.held_by[town.id] == town.held_by]
    if retaken:
        lines.append(f"Lost and retaken: {listing(retaken)}.")
    return lines
