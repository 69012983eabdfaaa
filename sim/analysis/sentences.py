"""Sentences on a town's supply and its roads, each from a `SupplyTrace`; put together in `moment`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.supply_trace import SHORT, Cut, SupplyTrace
from sim.analysis.text import duration_text, listing, percents, tonnes_text
from sim.model.quantities import DAY

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.analysis.pressure import Split
    from sim.analysis.supply_trace import Limit
    from sim.model.quantities import Days, Seconds
    from sim.model.scenario import Scenario

LIMITS_NAMED: Final = 3
"""How many bottlenecks are explained in detail, the most costly and nearest first."""
MOST_NAMED: Final = 6
"""Towns or routes named in one line; the rest are counted."""
MANY_DAYS: Final[Days] = 60.0
"""Of supply; more are not counted out, since a handful of soldiers beside a full depot has thousands."""


def side_name(scenario: Scenario, side: str) -> str:
    """Return a side's name."""
    return scenario.sides[scenario.side_index(side)].name


def days_text(days: Days) -> str:
    """Return days of supply in words.

    Examples
    --------
    >>> days_text(2.44), days_text(20_000.0)
    ('2.4 days', 'more than 60 days')
    """
    return f"more than {MANY_DAYS:.0f} days" if days > MANY_DAYS else f"{days:.1f} days"


def holding(scenario: Scenario, found: SupplyTrace, is_start: bool = True) -> str:
    """Return who holds a town, and whether it is contested or cut off."""
    name = side_name(scenario, found.held_by)
    state = ", contested" if found.is_contested else ""
    state += ", with no way to a base" if found.is_encircled else ""
    return f"{'Held' if is_start else 'held'} by {name}{state}."


def garrison_sentence(found: SupplyTrace) -> str:
    """Return strength and stock in words."""
    if found.days_of_supply is None:
        return f"There is no garrison. {tonnes_text(found.stock)} t are in stock."
    soldiers = "soldier" if found.strength == 1 else "soldiers"
    return (
        f"{found.strength:,} {soldiers} with {tonnes_text(found.stock)} t in stock: "
        f"{days_text(found.days_of_supply)} of supply. "
        f"From {found.days_wanted:.1f} days a garrison fights at full value."
    )


def need_sentence(found: SupplyTrace) -> str:
    """Return need, planned inflow and the shortage in words."""
    if found.needs < SHORT:
        return "It needs nothing."
    need = f"It uses {tonnes_text(found.use)} t a day and needs {tonnes_text(found.needs)}"
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


def limit_sentence(limit: Limit, found: SupplyTrace) -> str:
    """Return in words which route is the bottleneck, and how its capacity is split; or that it is no more."""
    if limit.eased:
        free = tonnes_text(limit.eased)
        return f"The plan was made when {limit.name} could carry less; {free} t a day are now free."
    which = "is the bottleneck" if found.is_short else "is the nearest bottleneck on its way"
    return f"{limit.name} {which}: {_split_text(limit.split)}."


def limit_lines(limit: Limit, found: SupplyTrace) -> list[str]:
    """Return in words which route is the bottleneck, by how much, and what restoring it would bring."""
    if limit.eased:
        return [limit_sentence(limit, found)]
    second = f"  One more tonne of its capacity would meet {limit.price:.2f} t of demand."
    if limit.would_bring > SHORT:
        second += (
            f" Restoring it would bring {found.name} up to {tonnes_text(limit.would_bring)} t a day more."
        )
    elif limit.split.denied == 0 and limit.before is None:
        second += f" All of its {tonnes_text(limit.nominal)} t a day are available."
    lines = [limit_sentence(limit, found), second]
    if limit.before is not None:
        lines.append(
            f"  This run set its capacity to {tonnes_text(limit.nominal)} t a day; it is"
            f" {tonnes_text(limit.before)} in the scenario. Restoring that would bring {found.name}"
            f" up to {tonnes_text(limit.unchanged_would_bring)} t a day more."
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


def other_reasons(scenario: Scenario, found: SupplyTrace) -> list[str]:
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


def cut_line(cuts: tuple[Cut, ...], t: Seconds) -> list[str]:
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


def convoys_line(scenario: Scenario, found: SupplyTrace) -> list[str]:
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
