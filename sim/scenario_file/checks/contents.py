"""What a scenario file holds: every table that could be read, and what is wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.scenario_file.diagnostics import MAX_SHOWN, UNKNOWN_ID, Diagnostic, KeyPath
from sim.scenario_file.layers import NAMELESS
from sim.scenario_file.names import did_you_mean, join_words, route_called
from sim.scenario_file.schema.key_types import GivenNumber, TableReader
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.syntax.toml import TomlTable

if TYPE_CHECKING:
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
