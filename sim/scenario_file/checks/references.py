"""Whether everything a scenario names is there: sides, towns, routes, sources, and ids that can be typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.model.scenario import EndCondition
from sim.scenario_file.diagnostics import MAX_SHOWN, UNKNOWN_ID, Diagnostic
from sim.scenario_file.layers import NAMELESS
from sim.scenario_file.names import MAX_ID_LENGTH, did_you_mean, is_id, join_words, route_called
from sim.scenario_file.syntax.units import InvalidValueError, UnitForm, read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model.scenario import Route
    from sim.scenario_file.checks.contents import Contents

_ENDS: Final = re.compile(r"\s*(\S+)\s+held\s+by\s+(\S+)\s+for\s+(\S.*?)\s*")
_SIDES: Final = 2
_FIT_ON_A_LINE: Final = 8


def check_references(contents: Contents) -> None:
    """Note every name that names nothing."""
    _check_ids(contents)
    _check_sides(contents)
    for town, found in contents.towns.items():
        if found and found.held_by not in contents.sides:
            report_unknown(contents, "side", ("town", town, "held_by"), found.held_by)
    for name, route in contents.routes.items():
        if route:
            _check_route(contents, name, route)
    _check_doubled(contents)
    _check_sources(contents)
    losses = contents.tables.get("reported_losses")
    if losses and losses.of not in contents.sides:
        report_unknown(contents, "side", ("reported_losses", "of"), losses.of)
    for index, town in enumerate((contents.tables.get("scenario") or {}).get("focus", ())):
        if town not in contents.towns:
            report_unknown(contents, "town", ("scenario", "focus", index), town)


def report_unknown(
    contents: Contents,
    kind: str,
    path: tuple[str | int, ...],
    name: str,
    aim: Literal["key", "value"] = "value",
) -> None:
    """Note that a name names nothing of its kind."""
    known = [each for each in _all(contents, kind) if not each.startswith(NAMELESS)]
    if not known and kind in {"side", "town"}:
        return  # that there are none at all is said already
    # Past what is shown nobody reads advice, and to look for it among thousands takes long.
    label = did_you_mean(name, known) if len(contents.diagnostics) < MAX_SHOWN else None
    if label is None:
        is_short = 0 < len(known) <= _FIT_ON_A_LINE
        label = f"known: {join_words(known, 'and')}" if is_short else "add it, or name one that is there"
    contents.diagnostics.append(
        Diagnostic(UNKNOWN_ID[kind], path, f'there is no {kind} "{name}"', label, aim=aim)
    )


def find_route(contents: Contents, name: str) -> str | None:
    """Return the id of the route that goes by this name: its id, or its towns in either order."""
    if name in contents.routes:
        return name
    return route_called(
        name, ((route.id, route.start, route.end) for route in contents.routes.values() if route)
    )


def read_end_conditions(contents: Contents) -> tuple[EndCondition, ...]:
    """Return the reasons to stop early, noting those that cannot be read."""
    found = []
    for index, text in enumerate((contents.tables.get("scenario") or {}).get("ends", ())):
        path = ("scenario", "ends", index)
        match = _ENDS.fullmatch(text)
        if not match:
            contents.error(
                "E103", path, "this is no reason to stop", 'write it like "kupiansk held by ru for 7 d"'
            )
            continue
        town, side, time = match.groups()
        try:
            duration = read_quantity(time, [UnitForm("duration", 0, 3660 * 86_400)]).value
        except InvalidValueError as problem:
            contents.error(problem.code, path, f'"{time}" {problem.message}', problem.label)
            continue
        if town not in contents.towns:
            report_unknown(contents, "town", path, town)
        if side not in contents.sides:
            report_unknown(contents, "side", path, side)
        found.append(EndCondition(town, side, int(duration)))
    return tuple(found)


def resolve_axes(contents: Contents, side: str, axes: dict[str, float]) -> dict[str, float]:
    """Return a doctrine's weights by route id, noting routes that are not there."""
    found = {}
    for name, weight in axes.items():
        route = find_route(contents, name)
        if route is None:
            report_unknown(contents, "route", ("side", side, "doctrine", "axes", name), name, "key")
        else:
            found[route] = weight
    return found


def _all(contents: Contents, kind: str) -> Iterable[str]:
    """Return every id of a kind."""
    by_kind: dict[str, dict[str, Any]] = {
        "side": contents.sides,
        "town": contents.towns,
        "route": contents.routes,
        "source": contents.sources,
    }
    return by_kind[kind]


def _check_ids(contents: Contents) -> None:
    """Note ids that could not be typed in a dotted key."""
    for section in ("side", "town", "route", "event", "line", "source"):
        found = contents.tree.get(section)
        for name, table in found.items() if isinstance(found, dict) else ():
            # A route called by its towns is checked with them, and one without a name lacks more than that.
            is_own = section not in {"route", "event"} or (isinstance(table, dict) and "id" in table)
            if is_own and not name.startswith(NAMELESS) and not is_id(name):
                is_key = section not in {"route", "event"}
                path = (section, name) if is_key else (section, name, "id")
                message = f'"{name[:MAX_ID_LENGTH]}" cannot be an id'
                label = f"use letters, digits, - and _, at most {MAX_ID_LENGTH}"
                contents.diagnostics.append(
                    Diagnostic("E105", path, message, label, aim="key" if is_key else "value")
                )


def _check_sides(contents: Contents) -> None:
    """Note any number of sides but two."""
    if len(contents.sides) in {0, _SIDES}:
        return
    names = list(contents.sides)
    path = ("side", names[_SIDES] if len(names) > _SIDES else names[0])
    contents.error(
        "E305", path, f"there are exactly two sides, and here {len(names)}", "two fight; no more, no less"
    )


def _check_route(contents: Contents, name: str, route: Route) -> None:
    """Note a route whose towns are not there, or are one."""
    for key, town in (("from", route.start), ("to", route.end)):
        if town not in contents.towns:
            report_unknown(contents, "town", ("route", name, key), town)
    if route.start == route.end:
        contents.error(
            "E405", ("route", name, "to"), "a route cannot end where it starts", "name another town"
        )


def _check_doubled(contents: Contents) -> None:
    """Note routes that were drawn twice, once in each direction, with no id to tell them apart."""
    drawn: set[tuple[str, str]] = set()
    for name, route in contents.routes.items():
        if route is None or route.start == route.end or name != f"{route.start}-{route.end}":
            continue
        if (route.end, route.start) in drawn:
            contents.error(
                "E108",
                ("route", name),
                f'route "{name}" is "{route.end}-{route.start}" the other way round',
                "routes are driven both ways; give it an id, if it is another one",
            )
        drawn.add((route.start, route.end))


def _check_sources(contents: Contents) -> None:
    """Note numbers that name a source which is not there."""
    for row in contents.rows:
        if row.parameter.source is not None and row.parameter.source not in contents.sources:
            report_unknown(contents, "source", (*row.path, "source"), row.parameter.source)
    losses = contents.tables.get("reported_losses")
    if losses and losses.source is not None and losses.source not in contents.sources:
        report_unknown(contents, "source", ("reported_losses", "source"), losses.source)
    for name, period in contents.periods.items():
        if period and period.source is not None and period.source not in contents.sources:
            report_unknown(contents, "source", ("period", name, "source"), period.source)
