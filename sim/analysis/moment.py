"""A moment of a run in words: what `show --at`, `why` and the window's T print, and the same as plain values.

Pure functions of a scenario and a state; nothing is simulated, and nobody's prospects are judged.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.pressure import Split, available_capacity, nominal_capacity, pressure
from sim.analysis.supply_trace import SHORT, Cut, Limit, SupplyTrace, cuts, trace_supply
from sim.analysis.text import (
    clock_text,
    date_text,
    duration_text,
    listing,
    losses_text,
    moment_name,
    percents,
    route_name,
    side_name,
    tonnes_text,
)
from sim.model.quantities import CATEGORIES, DAY, Days, Seconds

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.model.scenario import Scenario, Town
    from sim.model.state import State
    from sim.recording.records import Header

LIMITS_NAMED: Final = 3
"""How many bottlenecks are explained in detail, the most costly and nearest first."""
MOST_NAMED: Final = 6
"""Towns or routes named in one line; the rest are counted."""
MANY_DAYS: Final[Days] = 60.0
"""Of supply; more are not counted out, since a handful of soldiers beside a full depot has thousands."""
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
    lines += _cut_line(cuts(scenario, state, scenario.routes, {}), state.t)
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
        f"{found.name}. {moment_name(scenario.start, state.t)}. {_holding(scenario, found)}",
        _garrison_sentence(found),
        _need_sentence(found),
        way_sentence(scenario, found),
        *_cut_line(found.cuts, state.t),
    ]
    for limit in found.limits[:LIMITS_NAMED]:
        lines += _limit_lines(limit, found)
    if others := [limit.name for limit in found.limits[LIMITS_NAMED:]]:
        lines.append(f"Other bottlenecks: {listing(others, MOST_NAMED)}.")
    lines += _other_reasons(scenario, found)
    lines += _convoys_line(scenario, found)
    return "\n".join(lines)


def _in_focus(scenario: Scenario, traces: list[SupplyTrace]) -> list[SupplyTrace]:
    """Return the towns in the scenario's focus; without one, the contested towns with least supply."""
    if scenario.focus:
        return [found for town in scenario.focus for found in traces if found.town == town]
    contested = [found for found in traces if found.is_contested and found.days_of_supply is not None]
    return sorted(contested, key=lambda found: found.days_of_supply or 0.0)[:MOST_NAMED]


def _town_lines(scenario: Scenario, state: State, found: SupplyTrace) -> list[str]:
    sentence = f"{found.name}: {_holding(scenario, found, is_start=False)}"
    if found.days_of_supply is not None:
        days = days_text(found.days_of_supply).capitalize()
        sentence += f" {days} of supply; it fights at full value from {found.days_wanted:.1f}."
    highest = _highest_pressure(scenario, state, found.town)
    if highest is not None:
        sentence += f" Its fullest road: {100 * highest:.0f} % lost or in use."
    second = way_sentence(scenario, found)
    if found.limits:
        second += f" {_limit_sentence(found.limits[0], found)}"
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


def days_text(days: Days) -> str:
    """Return days of supply in words.

    Examples
    --------
    >>> days_text(2.44), days_text(20_000.0)
    ('2.4 days', 'more than 60 days')
    """
    return f"more than {MANY_DAYS:.0f} days" if days > MANY_DAYS else f"{days:.1f} days"


def _holding(scenario: Scenario, found: SupplyTrace, is_start: bool = True) -> str:
    """Return who holds a town, and whether it is contested or cut off."""
    name = side_name(scenario, found.held_by)
    state = ", contested" if found.is_contested else ""
    state += ", with no way to a base" if found.is_encircled else ""
    return f"{'Held' if is_start else 'held'} by {name}{state}."


def _garrison_sentence(found: SupplyTrace) -> str:
    """Return strength and stock in words."""
    if found.days_of_supply is None:
        return f"There is no garrison. {tonnes_text(found.stock)} t are in stock."
    soldiers = "soldier" if found.strength == 1 else "soldiers"
    return (
        f"{found.strength:,} {soldiers} with {tonnes_text(found.stock)} t in stock: "
        f"{days_text(found.days_of_supply)} of supply. "
        f"From {found.days_wanted:.1f} days a garrison fights at full value."
    )


def _need_sentence(found: SupplyTrace) -> str:
    """Return need, planned inflow and the shortage in words."""
    if found.needs < SHORT:
        return "It needs nothing."
    use, needs, refill = tonnes_text(found.use), tonnes_text(found.needs), found.needs - found.use
    need = f"It needs {needs} t a day, all of it to use"
    if refill >= SHORT:
        need = f"It needs {needs} t a day: {use} to use and {tonnes_text(refill)} to refill its stock"
    elif refill <= -SHORT:
        need = f"It needs {needs} t a day; the rest of the {use} that it uses comes from its stock"
    if not found.is_short:
        return f"{need}; the plan brings all of it."
    gets, shortage = tonnes_text(found.gets), tonnes_text(found.shortage)
    return f"{need}; the plan brings {gets}, which is {shortage} t a day short."


def way_sentence(scenario: Scenario, found: SupplyTrace) -> str:
    """Return a sentence on the route by which supply comes."""
    names = {town.id: town.name for town in scenario.towns}
    towns = [names[town] for town in found.way]
    if len(towns) == 1:
        if found.gets > SHORT:
            return "Supply enters the map here."
        return "It gets no supply."
    by = f" by {listing(towns[1:-1])}" if towns[1:-1] else ""
    others = [names[inflow.origin] for inflow in found.inflows[1:]]
    verb = "comes" if found.gets > SHORT else "for other towns passes through it, coming"
    return f"Supply {verb} from {towns[0]}{by}{f', and by {listing(others)}' if others else ''}."


def _limit_sentence(limit: Limit, found: SupplyTrace) -> str:
    """Return in words which route is the bottleneck, and how its capacity is split; or that it is no more."""
    if limit.eased:
        free = tonnes_text(limit.eased)
        return f"The plan was made when {limit.name} could carry less; {free} t a day are now free."
    which = "is the nearest bottleneck on its way"
    if found.is_short:
        which = "is the bottleneck" if len(found.limits) == 1 else "is a bottleneck"
    return f"{limit.name} {which}: {_split_text(limit.split)}."


def _limit_lines(limit: Limit, found: SupplyTrace) -> list[str]:
    """Return in words which route is the bottleneck, by how much, and what restoring it would bring."""
    if limit.eased:
        return [_limit_sentence(limit, found)]
    second = f"  One more tonne of its capacity would meet {limit.price:.2f} t of demand."
    if limit.would_bring > SHORT:
        more = f"{tonnes_text(limit.would_bring)} t a day more"
        second += f" If nothing on it were lost, {found.name} would get up to {more}."
    elif limit.split.denied == 0 and limit.before is None:
        second += f" All of its {tonnes_text(limit.nominal)} t a day are available."
    lines = [_limit_sentence(limit, found), second]
    if limit.before is not None:
        lines.append(
            f"  This run sets its capacity to {tonnes_text(limit.nominal)} t a day. With the scenario's"
            f" {tonnes_text(limit.before)}, {found.name} would get up to"
            f" {tonnes_text(limit.unchanged_would_bring)} t a day more."
        )
    return lines


def _split_text(split: Split) -> str:
    """Return a route's split in whole per cent that add up to 100, with each cause of loss."""
    damage, ambush, weather, used, free = percents(
        [split.damage, split.expected_loss, split.weather, split.used, split.spare]
    )
    parts = [
        f"{share} % to {cause}"
        for share, cause in ((damage, "damage"), (ambush, "ambush"), (weather, "weather"))
        if share
    ]
    causes = f" ({', '.join(parts)})" if parts else ""
    return f"{damage + ambush + weather} % lost{causes}, {used} % in use, {free} % free"


def _other_reasons(scenario: Scenario, found: SupplyTrace) -> list[str]:
    """Return what else keeps a town short, in words."""
    if not found.is_short:
        return []
    reasons = []
    if found.is_encircled:
        reasons.append("No road leads from it to a base of its side.")
    names = {town.id: town.name for town in scenario.towns}
    reasons += [f"The base at {names[base]} gives all that can enter there." for base in found.bases_full]
    if not reasons and not found.limits and not found.cuts:
        reasons.append("No road on its way is a bottleneck in the plan as it stands.")
    return reasons


def held_sentence(scenario: Scenario, ensemble: EnsembleAtTime) -> str:
    """Return how often the first focus town (otherwise the first town) is held at the end of a run."""
    names = {town.id: town.name for town in scenario.towns}
    town = next((each for each in scenario.focus if each in names), next(iter(names)))
    share, low, high = (round(100 * each) for each in ensemble.held(town, ensemble.horizon))
    side = side_name(scenario, ensemble.results.meta.first_holders[town])
    return (
        f"In all {ensemble.count} replications {names[town]} is held by {side} on day "
        f"{ensemble.horizon // DAY} in {share} % ({low} to {high})."
    )


def _cut_line(cuts: tuple[Cut, ...], t: Seconds) -> list[str]:
    """Return which routes are cut, and for how long, in one line."""
    if not cuts:
        return []
    named = [
        f"{cut.name}, no crew at work"
        if cut.repair_due is None or cut.repair_due < t
        else f"{cut.name}, about {duration_text(cut.repair_due - t)} to repair"
        for cut in cuts[:MOST_NAMED]
    ]
    more = [f"{len(cuts) - MOST_NAMED} more"] if len(cuts) > MOST_NAMED else []
    return [f"Cut: {'; '.join([*named, *more])}."]


def _convoys_line(scenario: Scenario, found: SupplyTrace) -> list[str]:
    """Return what is on the road to a town, in one line."""
    if not found.convoys:
        return []
    load = tonnes_text(math.fsum(convoy.load for convoy in found.convoys))
    count = len(found.convoys)
    line = f"On the road to it: {count} {'convoy' if count == 1 else 'convoys'} with {load} t"
    due = [convoy.due for convoy in found.convoys if convoy.due is not None and convoy.due >= found.t]
    if due:
        line += f", the next due in {duration_text(min(due) - found.t)}"
    names = {town.id: town.name for town in scenario.towns}
    waiting = [names[convoy.held_at] for convoy in found.convoys if convoy.held_at is not None]
    if waiting:
        line += f"; {len(waiting)} waiting in {listing(list(dict.fromkeys(waiting)), MOST_NAMED)}"
    return [f"{line}."]
