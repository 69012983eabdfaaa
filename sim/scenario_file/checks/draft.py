"""A scenario on its way from tables to the domain: what could be read, and what is wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from sim.model.scenario import Line, LossPeriod, Parameter, Position, Route, Side, Source, Town
from sim.scenario_file.diagnostics import MOST_SHOWN, Finding
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.key_types import Key, Section, Table
from sim.scenario_file.schema.scalars import OVERRIDE, Given
from sim.scenario_file.schema.sections import sections
from sim.scenario_file.schema.tables import validated
from sim.scenario_file.syntax import layers

if TYPE_CHECKING:
    from pydantic import BaseModel

    from sim.model.scenario import Status


@dataclass(frozen=True, slots=True)
class Row:
    """A number the scenario gives, with where it stands."""

    path: tuple[str, ...]
    parameter: Parameter
    is_override: bool = False


@dataclass(slots=True)
class Draft:
    """What was read so far; a thing that could not be read is there by name, as nothing."""

    tree: layers.Table
    findings: list[Finding] = field(default_factory=list)
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

    def complain(
        self, code: str, path: tuple[str | int, ...], message: str, label: str, advice: str | None = None
    ) -> None:
        """Note a mistake."""
        self.findings.append(Finding(code, path, message, label, advice))

    def warn(self, code: str, path: tuple[str | int, ...], message: str, label: str) -> None:
        """Note something that may be meant so, but rarely is."""
        self.findings.append(Finding(code, path, message, label, severity="warning"))

    def has_errors_in(self, *names: str) -> bool:
        """Return whether anything is wrong in these sections."""
        return any(
            each.severity == "error" and (not each.path or each.path[0] in names) for each in self.findings
        )


def drafted(tree: layers.Table, findings: list[Finding]) -> Draft:
    """Return what a merged tree holds, section by section.

    Parameters
    ----------
    tree
        Routes and events by id.
    findings
        What is wrong already; what is found here is added.
    """
    draft = Draft(tree, findings)
    known = sections()
    for name in tree:
        if name not in known and name != "schema":
            # Past what is shown nobody reads advice, and to look for it a million times takes long.
            near = did_you_mean(name, [*known, "extends"]) if len(findings) < MOST_SHOWN else None
            label = near or f"known here: {join_words(known, 'and')}"
            findings.append(
                Finding(
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
            _read_section(draft, section)
        elif is_needed:
            draft.complain(
                "E102",
                (),
                f"there is no {section.header()}",
                f"add {section.header()}",
                "frontsim new writes a scenario to start from",
            )
    return draft


def _read_section(draft: Draft, section: Section) -> None:
    """Read every table of a section."""
    found = draft.tree[section.name]
    if not (section.is_named or section.is_listed):
        model, complaints = validated(section, None, found)
        draft.findings += complaints
        if model is not None:
            draft.tables[section.name] = _made(draft, section, None, model)
        return
    if not isinstance(found, dict):
        draft.complain(
            "E104", (section.name,), f'"{section.name}" holds no tables', f"write {section.header()}"
        )
        return
    into: dict[str, Any] = getattr(draft, f"{section.name}s")
    for name, table in found.items():
        model, complaints = validated(section, name, table)
        draft.findings += complaints
        into[name] = None if model is None else _made(draft, section, name, model)


def _made(draft: Draft, section: Section, name: str | None, model: BaseModel) -> Any:  # noqa: ANN401 - whatever the section makes
    """Return the domain's object for a table, noting the numbers it gives."""
    path = (section.name,) if name is None else (section.name, name)
    fields = _fields(draft, section.table, model, path)
    if name is not None and section.name != "event":
        fields["id"] = name
    if section.name == "line":
        fields["path"] = tuple(Position(lat, lon) for lat, lon in fields["path"])
    return section.table.make(**fields)


def _fields(draft: Draft, table: Table, model: BaseModel, path: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that a table gives."""
    fields: dict[str, Any] = {}
    for name in table.keys:
        if name in model.model_fields_set:
            fields.update(_field(draft, table.keys[name], getattr(model, name), (*path, name)))
    for name, given in (model.model_extra or {}).items():
        fields[name] = _number(draft, given, (*path, name))
    return fields


def _field(draft: Draft, key: Key, value: Any, path: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401 - of any shape
    """Return the domain's field for a key."""
    if isinstance(value, Given):
        return {value.quantity.way.field: _number(draft, value, path)}
    if isinstance(key.shape, Table) and isinstance(value, dict):
        return {key.field: {name: _number(draft, each, (*path, name)) for name, each in value.items()}}
    if isinstance(key.shape, Table):
        return {key.field: key.shape.make(**_fields(draft, key.shape, value, path))}
    return {key.field: value}


def _number(draft: Draft, given: Given, path: tuple[str, ...]) -> float:
    """Return a number, and note it."""
    quantity = given.quantity
    if path[0] != "scenario" and quantity.way.measure != "degrees":
        # A number that was overridden is no longer the source's, whatever stands beside it.
        is_override = given.status == OVERRIDE
        parameter = Parameter(
            key=".".join(path),
            value=quantity.value,
            text=quantity.text,
            low=given.low,
            high=given.high,
            status=None if is_override else cast("Status | None", given.status),
            source=None if is_override else given.source,
        )
        draft.rows.append(Row(path, parameter, is_override))
    return quantity.value
