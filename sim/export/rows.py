"""A scenario's or a run's towns, routes and sides as rows for other tools: flat, with units in their names.

Every row of a table has the same columns in the same order; what is not known is none.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.analysis.pressure import available_capacity, is_bottleneck, is_cut, nominal_capacity, pressure
from sim.analysis.text import side_name
from sim.analysis.towns import contested_towns, town_days
from sim.model.quantities import CATEGORIES, DAY, Seconds, in_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.scenario import Route, Scenario, Side, Town
    from sim.model.state import State
    from sim.recording.reader import Recording

Row: TypeAlias = dict[str, Any]
TABLES: Final = ("towns", "routes", "sides")
DIGITS: Final = 6
"""Decimals that amounts keep."""


def scenario_rows(scenario: Scenario, table: str) -> list[Row]:
    """Return one of the `TABLES` of a scenario."""
    if table == "towns":
        return [_town(scenario, town) for town in scenario.towns]
    if table == "routes":
        return [_route(scenario, route) for route in scenario.routes]
    return [_side(side) for side in scenario.sides]


def _town(scenario: Scenario, town: Town) -> Row:
    return {
        "feature": "town",
        "id": town.id,
        "name": town.name,
        "name_uk": town.name_uk,
        "lat": town.at.lat,
        "lon": town.at.lon,
        "held_by": town.held_by,
        "held_by_name": side_name(scenario, town.held_by),
        "base_t_per_d": town.base,
        "depth_km": town.depth,
        "terrain": town.terrain,
        "fortification": town.fortification,
        "strength_soldiers": town.garrison.strength,
        "stock_t": town.garrison.stock,
        "stock_days": town.garrison.stock_days,
    }


def _route(scenario: Scenario, route: Route) -> Row:
    return {
        "feature": "route",
        "id": route.id,
        "name": route.name,
        "from": route.start,
        "to": route.end,
        "kind": route.kind,
        "river": route.river,
        "length_km": route.length,
        "capacity_t_per_d": nominal_capacity(scenario, route),
        "speed_km_per_h": route.speed,
        "terrain": route.terrain,
        "front_share": route.front_share,
        "front_km": route.front_distance,
        "damage_share": route.damage,
    }


def _side(side: Side) -> Row:
    return {
        "id": side.id,
        "name": side.name,
        "mark": side.mark,
        "reserve_soldiers": side.reserve,
        "replacements_soldiers_per_d": side.replacements,
        "quality": side.quality,
        "assaults_per_d": side.assaults,
        "fires_per_d": side.fires,
        "strikes_per_d": side.strikes,
        "reach_km": side.reach,
        "repair_crews": side.repair_crews,
    }


def moments(recording: Recording, every: int, at: Seconds | None = None) -> Iterator[State]:
    """Yield the front every so many days and at the end, or at one moment only."""
    if at is not None:
        yield recording.state_at(at)
        return
    for t in range(0, recording.end, every * DAY):
        yield recording.state_at(t)
    yield recording.state_at(recording.end)


def moment_rows(scenario: Scenario, state: State, table: str) -> list[Row]:
    """Return one of the `TABLES` of a moment of a run."""
    when = {"time": moment_text(scenario, state.t), "day": round(in_days(state.t), DIGITS)}
    if table == "towns":
        return [{**when, **_town_now(scenario, state, town)} for town in scenario.towns]
    if table == "routes":
        return [{**when, **_route_now(scenario, state, route)} for route in scenario.routes]
    return [{**when, **each} for each in _sides_now(scenario, state)]


def moment_text(scenario: Scenario, t: Seconds) -> str:
    """Return a time as ISO text, without a zone: the model's days begin at midnight of none."""
    return (datetime.combine(scenario.start, time()) + timedelta(seconds=t)).isoformat()


def _town_now(scenario: Scenario, state: State, town: Town) -> Row:
    days = town_days(scenario, state, town.id)
    held = state.held_by[town.id]
    return {
        "feature": "town",
        "id": town.id,
        "name": town.name,
        "lat": town.at.lat,
        "lon": town.at.lon,
        "held_by": held,
        "held_by_name": side_name(scenario, held),
        "is_contested": town.id in contested_towns(scenario, state),
        "is_encircled": town.id in state.encircled,
        "strength_soldiers": state.strength[town.id],
        "stock_t": round(state.stock[town.id], DIGITS),
        "supply_days": None if days is None else round(days, DIGITS),
        "demand_t_per_d": round(state.demands.get(town.id, 0.0), DIGITS),
        "inflow_t_per_d": round(state.inflows.get(town.id, 0.0), DIGITS),
    }


def _route_now(scenario: Scenario, state: State, route: Route) -> Row:
    split = pressure(scenario, state, route)
    is_contact = route.id in state.fronts
    return {
        "feature": "route",
        "id": route.id,
        "name": route.name,
        "from": route.start,
        "to": route.end,
        "kind": route.kind,
        "is_contact": is_contact,
        "front_km": round(state.fronts[route.id], DIGITS) if is_contact else None,
        "is_cut": is_cut(scenario, state, route),
        "capacity_t_per_d": nominal_capacity(scenario, route),
        "available_t_per_d": round(available_capacity(scenario, state, route), DIGITS),
        "flow_t_per_d": round(state.flows.get(route.id, 0.0), DIGITS),
        "pressure_share": None if is_contact else round(split.pressure, DIGITS),
        "lost_share": None if is_contact else round(split.denied, DIGITS),
        "in_use_share": None if is_contact else round(split.used, DIGITS),
        "free_share": None if is_contact else round(split.spare, DIGITS),
        "is_bottleneck": is_bottleneck(state, route.id),
    }


def _sides_now(scenario: Scenario, state: State) -> Iterator[Row]:
    """Yield both sides at a moment."""
    for side in scenario.sides:
        books = state.sides[side.id]
        held = [town.id for town in scenario.towns if state.held_by[town.id] == side.id]
        yield {
            "id": side.id,
            "name": side.name,
            "towns_held": len(held),
            "strength_soldiers": sum(state.strength[town] for town in held),
            "reserve_soldiers": books.reserve,
            "arrived_soldiers": books.arrived,
            "entered_t": round(books.entered, DIGITS),
            "consumed_t": round(books.consumed, DIGITS),
            "supply_lost_t": round(books.lost, DIGITS),
            **{f"lost_{category}": lost for category, lost in zip(CATEGORIES, books.losses, strict=True)},
        }
