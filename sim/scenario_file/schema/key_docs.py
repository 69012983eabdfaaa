"""Every key of a scenario file described, for people and for editors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.errors import UsageError
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema import key_types
from sim.scenario_file.schema.json_schema import JsonSchema, default_text, table_schema
from sim.scenario_file.schema.sections import SCHEMA, sections
from sim.scenario_file.syntax.units import MEASURES, format_range

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_ADDRESS: Final = f"https://example.org/frontsim/scenario-{SCHEMA}.schema.json"


@dataclass(frozen=True, slots=True)
class KeyDoc:
    """One key of a scenario file, described."""

    section: str
    key: str
    """Dotted, as overrides take it, with ID where an id stands."""
    unit: str
    """Units that fit, or what else belongs here."""
    default: str
    """As a file would have it; empty where there is none."""
    range: str
    """What is allowed; empty where anything is."""
    meaning: str
    is_required: bool


def describe(section: str | None = None) -> list[KeyDoc]:
    """Return every key of a section, or of all.

    Raises
    ------
    UsageError
        There is no such section.

    Examples
    --------
    >>> [doc.key for doc in describe("tempo")][:2]
    ['tempo.variation', 'tempo.lag_1']
    """
    known = sections()
    if section is None:
        return [doc for name in known for doc in describe(name)]
    if section not in known:
        advice = did_you_mean(section, known) or f"There are {join_words(known, 'and')}."
        raise UsageError(f'no section is called "{section}": {advice}')
    found = known[section]
    prefix = f"{section}.ID" if found.is_named or found.is_listed else section
    return list(_docs(section, prefix, found.table))


def json_schema() -> JsonSchema:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    Nothing but ``schema`` is required in it, since a file that extends another may leave out
    anything; the reader names what is missing.
    """
    definitions: JsonSchema = {}
    properties: JsonSchema = {
        "schema": {"const": SCHEMA, "description": "The version of this shape."},
        "extends": {"type": "string", "description": "A bundled scenario's name, or a file beside this one."},
    }
    for section in sections().values():
        reference = table_schema(section.table, section.name, definitions)
        table: JsonSchema = {**reference, "description": section.meaning}
        if section.is_listed:
            table = {"type": "array", "items": table}
        elif section.is_named:
            table = {"type": "object", "additionalProperties": table}
        home = definitions[section.inside]["properties"] if section.inside else properties
        home[section.name] = table
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ADDRESS,
        "title": "frontsim scenario",
        "type": "object",
        "properties": properties,
        "required": ["schema"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _docs(section: str, prefix: str, table: key_types.Table) -> Iterator[KeyDoc]:
    """Yield the keys of a table, with those of tables inside it."""
    for key in itertools.islice(table.keys.values(), 1 if table.alike else None):
        name = f"{prefix}.{table.alike or key.name}"
        if isinstance(key.shape, key_types.Table) and key.shape.keys:
            if key.shape.shorthand:
                yield KeyDoc(section, name, "text or table", "", "", key.meaning, key.is_required)
            yield from _docs(section, name, key.shape)
        elif isinstance(key.shape, key_types.Table):
            unit, allowed = _unit_and_range(key.shape.others or key.shape)
            yield KeyDoc(section, f"{name}.NAME", unit, "", allowed, key.meaning, key.is_required)
        else:
            unit, allowed = _unit_and_range(key.shape)
            yield KeyDoc(section, name, unit, default_text(key), allowed, key.meaning, key.is_required)


def _unit_and_range(shape: key_types.Shape) -> tuple[str, str]:
    """Return what a value is written in, and what is allowed."""
    if isinstance(shape, key_types.Number):
        units = []
        for form in shape.forms:
            measure = MEASURES[form.measure]
            units += ["number"] if measure.is_bare else []
            units += list(measure.units)
            units[-1] += f" ({measure.note})" if measure.note else ""
        return " or ".join(units), "; ".join(format_range(form) for form in shape.forms)
    if isinstance(shape, key_types.Choice):
        return "text", join_words(shape.options)
    names = {
        key_types.Whole: "whole number",
        key_types.Flag: "true or false",
        key_types.Day: "date",
        key_types.Texts: "list of texts",
        key_types.Points: "list of [lat, lon]",
    }
    return names.get(type(shape), "text"), ""
