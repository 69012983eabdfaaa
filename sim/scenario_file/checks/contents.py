"""What a scenario file holds: the tables that could be read, and whether everything they name is there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.model.scenario import EndCondition
from sim.scenario_file.diagnostics import MAX_SHOWN, UNKNOWN_ID, Diagnostic, KeyPath
from sim.scenario_file.layers import NAMELESS
from sim.scenario_file.names import MAX_ID_LENGTH, did_you_mean, is_id, join_words, route_called
from sim.scenario_file.schema.key_types import GivenNumber, TableReader
from sim.scenario_file.schema.sections import MAX_DURATION, SECTIONS
from sim.scenario_file.syntax.toml import TomlTable
from sim.scenario_file.syntax.units import InvalidValueError, UnitForm, read_quantity

if TYPE_CHECKING:
    from sim.model.scenario import LossPeriod, Route, Side, Town
    from sim.scenario_file.schema.key_types import Section
    from sim.scenario_file.syntax.toml import TomlValue

_NEEDED: Final = ("scenario", "side", "town")
_FIT_ON_A_LINE: Final = 8


@dataclass(slots=True)
class Contents:
    """What could be read so far."""

    tree: TomlTable
    """The merged tree that is read, routes and events by id."""
    diagnostics: list[Diagnostic]
    tables: dict[str, Any] = field(default_factory=dict)
    """The sections of which there is one, by name; those that could not be read are left out."""
    named: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {name: {} for name, each in SECTIONS.items() if each.has_ids}
    )
    """All others, by section and id; a table that could not be read is there as None."""
    numbers: list[GivenNumber] = field(default_factory=list)
    """The numbers that the tables give."""

    def readable(self, section: str) -> list[Any]:
        """Return the tables of a section that could be read."""
        return [each for each in self.named[section].values() if each is not None]

    def error(
        self,
        code: str,
        path: KeyPath,
        message: str,
        label: str,
        advice: str | None = None,
        aim: Literal["key", "value"] = "value",
    ) -> None:
        """Note an error."""
        self.diagnostics.append(Diagnostic(code, path, message, label, advice, aim))

    def warn(self, code: str, path: KeyPath, message: str, label: str) -> None:
        """Note something that may be meant so, but rarely is."""
        self.diagnostics.append(Diagnostic(code, path, message, label, severity="warning"))

    def has_errors_in(self, *names: str) -> bool:
        """Return whether anything is wrong in these sections, or in none."""
        errors = (each for each in self.diagnostics if each.severity == "error")
        return any(not each.path or each.path[0] in names for each in errors)

    def check_known(self, section: str, name: str, path: KeyPath) -> None:
        """Note a name, written at a path, that names nothing of a section."""
        if name not in self.named[section]:
            self.unknown(section, name, path)

    def unknown(self, section: str, name: str, path: KeyPath, aim: Literal["key", "value"] = "value") -> None:
        """Note that a name names nothing of a section."""
        known = [each for each in self.named[section] if not each.startswith(NAMELESS)]
        if not known and section in _NEEDED:
            return  # that there are none at all is said already
        # Past what is shown nobody reads advice, and to look for it among thousands takes long.
        label = did_you_mean(name, known) if len(self.diagnostics) < MAX_SHOWN else None
        if label is None:
            is_short = 0 < len(known) <= _FIT_ON_A_LINE
            label = f"known: {join_words(known, 'and')}" if is_short else "define it, or name an existing one"
        self.error(UNKNOWN_ID[section], path, f'there is no {section} "{name}"', label, aim=aim)

    def find_route(self, name: str, path: KeyPath, aim: Literal["key", "value"] = "value") -> str | None:
        """Return the id of the route called by its id or its towns in either order, or note its absence."""
        if name in self.named["route"]:
            return name
        routes = ((route.id, route.start, route.end) for route in self.readable("route"))
        found = route_called(name, routes)
        if found is None:
            self.unknown("route", name, path, aim)
        return found


def read_contents(tree: TomlTable, diagnostics: list[Diagnostic]) -> Contents:
    """Return what a merged tree holds, section by section, adding what is wrong with it."""
    contents = Contents(tree, diagnostics)
    for name in tree:
        if name not in SECTIONS and name != "schema":
            # Past what is shown nobody reads advice, and to look for it a million times takes long.
            near = did_you_mean(name, [*SECTIONS, "extends"]) if len(diagnostics) < MAX_SHOWN else None
            label = near or f"known here: {join_words(SECTIONS, 'and')}"
            message, advice = f'unknown key "{name}" at the top', "frontsim schema lists every section"
            contents.error("E101", (name,), message, label, advice, "key")
    for name, section in SECTIONS.items():
        if name in tree and not (name in _NEEDED and tree[name] == {}):
            _read_section(contents, section, tree[name])
        elif name in _NEEDED:
            header, advice = section.header(), "frontsim new writes a scenario to start from"
            contents.error("E102", (), f"there is no {header}", f"add {header}", advice)
    return contents


def _read_section(contents: Contents, section: Section, found: TomlValue) -> None:
    name = section.name
    if name not in contents.named:
        made = _read_table(contents, section, (name,), found)
        if made is not None:
            contents.tables[name] = made
    elif isinstance(found, dict):
        for key, table in found.items():
            contents.named[name][key] = _read_table(contents, section, (name, key), table)
    else:
        contents.error("E104", (name,), f'"{name}" holds no tables', f"write {section.header()}")


def _read_table(contents: Contents, section: Section, path: tuple[str, ...], value: TomlValue) -> Any:  # noqa: ANN401 - whatever the section makes
    """Return the model's object for a table, noting its numbers; nothing where it has errors."""
    reader = TableReader(section, path)
    fields = reader.read(value)
    contents.diagnostics += reader.diagnostics
    if reader.diagnostics:
        return None
    contents.numbers += reader.numbers
    if len(path) > 1:
        fields["id"] = path[1]
    return section.table.make(**fields)


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
