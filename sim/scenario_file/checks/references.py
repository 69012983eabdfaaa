"""Whether everything a scenario names is there: sides, towns, routes, sources, and ids that can be typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sim.model.scenario import EndCondition
from sim.scenario_file.layers import NAMELESS
from sim.scenario_file.names import MAX_ID_LENGTH, is_id
from sim.scenario_file.schema.sections import MAX_DURATION
from sim.scenario_file.syntax.units import InvalidValueError, UnitForm, read_quantity

if TYPE_CHECKING:
    from sim.model.scenario import LossPeriod, Route, Side, Town
    from sim.scenario_file.checks.contents import Contents

_END: Final = re.compile(r"\s*(\S+)\s+held\s+by\s+(\S+)\s+for\s+(\S.*?)\s*")
_SIDES: Final = 2


def check_references(contents: Contents) -> None:
    """Note every name that names nothing."""
    _check_ids(contents)
    _check_sides(contents)
    towns: list[Town] = contents.readable("town")
    for town in towns:
        contents.check_known("side", town.held_by, ("town", town.id, "held_by"))
    _check_routes(contents)
    _check_sources(contents)
    losses = contents.tables.get("reported_losses")
    if losses:
        contents.check_known("side", losses.of, ("reported_losses", "of"))
    for index, name in enumerate(contents.tables.get("scenario", {}).get("focus", ())):
        contents.check_known("town", name, ("scenario", "focus", index))


def read_end_conditions(contents: Contents) -> tuple[EndCondition, ...]:
    """Return the reasons to stop early, noting those that cannot be read."""
    found = []
    for index, text in enumerate(contents.tables.get("scenario", {}).get("ends", ())):
        path = ("scenario", "ends", index)
        match = _END.fullmatch(text)
        if not match:
            label = 'write it like "kupiansk held by ru for 7 d"'
            contents.error("E103", path, "this is not an end condition", label)
            continue
        town, side, time = match.groups()
        try:
            duration = read_quantity(time, [UnitForm("duration", 0, MAX_DURATION)]).value
        except InvalidValueError as problem:
            contents.error(problem.code, path, f'"{time}" {problem.message}', problem.label)
            continue
        contents.check_known("town", town, path)
        contents.check_known("side", side, path)
        found.append(EndCondition(town, side, int(duration)))
    return tuple(found)


def resolve_axes(contents: Contents, side: Side) -> dict[str, float]:
    """Return the weights of a side's doctrine by route id, noting routes that are not there."""
    found = {}
    for name, weight in side.doctrine.axes.items():
        route = contents.find_route(name, ("side", side.id, "doctrine", "axes", name), "key")
        if route is not None:
            found[route] = weight
    return found


def _check_ids(contents: Contents) -> None:
    """Note ids that could not be typed in a dotted key."""
    for section in ("side", "town", "route", "event", "line", "source"):
        found = contents.tree.get(section)
        is_key = section not in {"route", "event"}
        for name, table in found.items() if isinstance(found, dict) else ():
            # A route called by its towns is checked with them, and one without a name lacks more than that.
            is_own = is_key or (isinstance(table, dict) and "id" in table)
            if is_own and not name.startswith(NAMELESS) and not is_id(name):
                path = (section, name) if is_key else (section, name, "id")
                message = f'"{name[:MAX_ID_LENGTH]}" cannot be an id'
                label = f"use letters, digits, - and _, at most {MAX_ID_LENGTH}"
                contents.error("E105", path, message, label, aim="key" if is_key else "value")


def _check_sides(contents: Contents) -> None:
    names = list(contents.named["side"])
    if len(names) not in {0, _SIDES}:
        path = ("side", names[_SIDES] if len(names) > _SIDES else names[0])
        message = f"there are exactly two sides, and here {len(names)}"
        contents.error("E305", path, message, "a scenario has two sides")


def _check_routes(contents: Contents) -> None:
    """Report routes with unknown or identical ends, and duplicate routes."""
    routes: list[Route] = contents.readable("route")
    for route in routes:
        contents.check_known("town", route.start, ("route", route.id, "from"))
        contents.check_known("town", route.end, ("route", route.id, "to"))
        if route.start == route.end:
            path = ("route", route.id, "to")
            contents.error("E405", path, "a route cannot end where it starts", "name another town")
    # Drawn once in each direction, with no id to tell them apart.
    drawn: set[tuple[str, str]] = set()
    for route in routes:
        if route.start == route.end or route.id != f"{route.start}-{route.end}":
            continue
        if (route.end, route.start) in drawn:
            message = f'route "{route.id}" is "{route.end}-{route.start}" the other way round'
            label = "routes are driven both ways; give it an id, if it is another one"
            contents.error("E108", ("route", route.id), message, label)
        drawn.add((route.start, route.end))


def _check_sources(contents: Contents) -> None:
    named = [((*number.path, "source"), number.parameter.source) for number in contents.numbers]
    losses = contents.tables.get("reported_losses")
    if losses:
        named.append((("reported_losses", "source"), losses.source))
    periods: list[LossPeriod] = contents.readable("period")
    named += [(("period", period.id, "source"), period.source) for period in periods]
    for path, source in named:
        if source is not None:
            contents.check_known("source", source, path)
