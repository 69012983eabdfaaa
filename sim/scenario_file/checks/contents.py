"""A scenario on its way from tables to the domain: what could be read, and what is wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.model.scenario import Line, LossPeriod, Route, Side, Source, Town
from sim.scenario_file.diagnostics import MAX_SHOWN, Diagnostic
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.schema.tables import Row, TableReader
from sim.scenario_file.syntax.toml import TomlTable

if TYPE_CHECKING:
    from sim.scenario_file.schema.key_types import Section


@dataclass(slots=True)
class Contents:
    """What was read so far; a thing that could not be read is there by name, as nothing."""

    tree: TomlTable
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sides: dict[str, Side | None] = field(default_factory=dict)
    towns: dict[str, Town | None] = field(default_factory=dict)
    routes: dict[str, Route | None] = field(default_factory=dict)
    events: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    lines: dict[str, Line | None] = field(default_factory=dict)
    sources: dict[str, Source | None] = field(default_factory=dict)
    periods: dict[str, LossPeriod | None] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    """The sections of which there is one, by name."""
    rows: list[Row] = field(default_factory=list)

    def error(
        self, code: str, path: tuple[str | int, ...], message: str, label: str, advice: str | None = None
    ) -> None:
        """Note a mistake."""
        self.diagnostics.append(Diagnostic(code, path, message, label, advice))

    def warn(self, code: str, path: tuple[str | int, ...], message: str, label: str) -> None:
        """Note something that may be meant so, but rarely is."""
        self.diagnostics.append(Diagnostic(code, path, message, label, severity="warning"))

    def has_errors_in(self, *names: str) -> bool:
        """Return whether anything is wrong in these sections."""
        return any(
            each.severity == "error" and (not each.path or each.path[0] in names) for each in self.diagnostics
        )


def read_sections(tree: TomlTable, diagnostics: list[Diagnostic]) -> Contents:
    """Return what a merged tree holds, section by section.

    Parameters
    ----------
    tree
        Routes and events by id.
    diagnostics
        What is wrong already; what is found here is added.
    """
    contents = Contents(tree, diagnostics)
    known = SECTIONS
    for name in tree:
        if name not in known and name != "schema":
            # Past what is shown nobody reads advice, and to look for it a million times takes long.
            near = did_you_mean(name, [*known, "extends"]) if len(diagnostics) < MAX_SHOWN else None
            label = near or f"known here: {join_words(known, 'and')}"
            diagnostics.append(
                Diagnostic(
                    "E101",
                    (name,),
                    f'unknown key "{name}" at the top',
                    label,
                    "frontsim schema lists every section",
                    "key",
                )
            )
    for section in known.values():
        is_needed = section.name in {"scenario", "side", "town"}
        if section.name in tree and not (is_needed and tree[section.name] == {}):
            _read_section(contents, section)
        elif is_needed:
            contents.error(
                "E102",
                (),
                f"there is no {section.header()}",
                f"add {section.header()}",
                "frontsim new writes a scenario to start from",
            )
    return contents


def _read_section(contents: Contents, section: Section) -> None:
    """Read every table of a section."""
    found = contents.tree[section.name]
    if not (section.is_named or section.is_listed):
        made = _read_table(contents, section, (section.name,), found)
        if made is not None:
            contents.tables[section.name] = made
        return
    if not isinstance(found, dict):
        contents.error(
            "E104", (section.name,), f'"{section.name}" holds no tables', f"write {section.header()}"
        )
        return
    into: dict[str, Any] = getattr(contents, f"{section.name}s")
    for name, table in found.items():
        into[name] = _read_table(contents, section, (section.name, name), table)


def _read_table(contents: Contents, section: Section, path: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401 - whatever the section makes
    """Return the model's object for a table, noting its numbers; nothing where it has mistakes."""
    reader = TableReader(section, path)
    fields = reader.read(value)
    contents.diagnostics += reader.diagnostics
    if reader.diagnostics:
        return None
    contents.rows += reader.rows
    if len(path) > 1 and section.name != "event":
        fields["id"] = path[1]
    return section.table.make(**fields)
