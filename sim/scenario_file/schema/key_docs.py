"""Every key of a scenario file described, for people and for editors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.errors import UsageError
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.key_types import STATUS, WHAT_IF, Key, Number, Scalar, Table
from sim.scenario_file.schema.sections import SCHEMA, SECTIONS
from sim.scenario_file.syntax.units import MEASURES, UnitForm, format_quantity, format_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

JsonSchema: TypeAlias = dict[str, Any]
_NUMBER: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?"
SCHEMA_ADDRESS: Final = f"urn:frontsim:scenario:{SCHEMA}"
"""Identifies the schema; nothing is fetched from it."""
WHAT_IF_MEANING: Final = "What if this were so: loss coefficients stay those of the rest of the file."
PLACEHOLDERS: Final = frozenset({"ID", "NAME", "MONTH"})
"""What stands for a name of the scenario's own in a described key."""


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


def describe(what: str | None = None) -> list[KeyDoc]:
    """Return every key of a section, a subsection or a single key; of all sections where nothing is named.

    Ids may stand as ID or as they are. `UsageError` where there is no such key.

    Examples
    --------
    >>> [doc.key for doc in describe("tempo")][:2]
    ['tempo.variation', 'tempo.lag_1']
    >>> [doc.key for doc in describe("side.ua.replacements")]
    ['side.ID.replacements']
    """
    if what is None:
        return [doc for name in (*SECTIONS, WHAT_IF) for doc in describe(name)]
    section, *inside = what.strip("[]").split(".")
    if section == WHAT_IF:
        whole = KeyDoc(WHAT_IF, f"{WHAT_IF}.SECTION.KEY", "as that key's", "", "", WHAT_IF_MEANING, False)
        return describe(".".join(inside)) if inside else [whole]
    if section not in SECTIONS:
        advice = did_you_mean(section, SECTIONS) or f"There are {join_words(SECTIONS, 'and')}."
        raise UsageError(f'No section is called "{section}". {advice[0].upper()}{advice[1:]}')
    found = SECTIONS[section]
    docs = list(_docs(section, f"{section}.ID" if found.has_ids else section, found.table))
    named = [doc for doc in docs if is_key_of(doc, [section, "ID", *inside])] if found.has_ids else []
    named = named or [doc for doc in docs if is_key_of(doc, [section, *inside])]
    known = {part for doc in docs for part in doc.key.split(".")[1:]} - PLACEHOLDERS
    nearest = did_you_mean(inside[-1], sorted(known)) if inside and inside[-1] not in known else None
    if not named or (nearest and len(inside) == 1):  # a key misspelt, rather than an id
        advice = nearest or f"see frontsim schema {section}."
        raise UsageError(f'No key is called "{what}". {advice[0].upper()}{advice[1:]}')
    return named


def is_key_of(doc: KeyDoc, parts: Sequence[str]) -> bool:
    """Return whether a key is, or lies below, a dotted key with ids in it."""
    return all(
        part == known or known in PLACEHOLDERS
        for part, known in itertools.zip_longest(parts, doc.key.split(".")[: len(parts)])
    )


def header_of(doc: KeyDoc) -> str:
    """Return the heading of the table in which a key is written: ``[[route]]``, ``[side.ID.doctrine]``."""
    if doc.section == WHAT_IF:
        return f"[{WHAT_IF}.SECTION]"
    section = SECTIONS[doc.section]
    table = doc.key.rpartition(".")[0].replace(f"{doc.section}.ID", doc.section, 1)
    name, closing = section.header().rstrip("]"), "]" * (1 + section.is_listed)
    return f"{name}{table.removeprefix(doc.section)}{closing}"


def json_schema() -> JsonSchema:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    Nothing but ``schema`` is required in it, since a file that extends another may leave out
    anything; the reader names what is missing.
    """
    definitions: JsonSchema = {}
    properties: JsonSchema = {
        "schema": {"const": SCHEMA, "description": "The version of the file format."},
        "extends": {"type": "string", "description": "A bundled scenario's name, or a file beside this one."},
    }
    for section in SECTIONS.values():
        reference = _table_schema(section.table, section.name, definitions)
        table: JsonSchema = {**reference, "description": section.meaning}
        if section.is_listed:
            table = {"type": "array", "items": table}
        elif section.is_named:
            table = {"type": "object", "additionalProperties": table}
        around = definitions[section.inside]["properties"] if section.inside else properties
        around[section.name] = table
    inside = {name: table for name, table in properties.items() if name in SECTIONS}
    properties[WHAT_IF] = {
        "type": "object",
        "properties": inside,
        "additionalProperties": False,
        "description": WHAT_IF_MEANING,
    }
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


def _docs(section: str, prefix: str, table: Table) -> Iterator[KeyDoc]:
    for key in itertools.islice(table.keys.values(), 1 if table.placeholder else None):
        name = f"{prefix}.{table.placeholder or key.name}"
        kind, meaning = key.type, key.meaning
        default = _default_text(key)
        if isinstance(kind, Table):
            if kind.shorthand:
                yield KeyDoc(section, name, "text or table", "", "", key.meaning, key.is_required)
            yield from _docs(section, name, kind)
            if not kind.other_keys or (kind.keys and not kind.other_meaning):
                continue
            meaning = kind.other_meaning or meaning
            name, kind = f"{name}.NAME", kind.other_keys
        unit, allowed = _unit_and_range(kind)
        yield KeyDoc(section, name, unit, default, allowed, meaning, key.is_required)


def _unit_and_range(kind: Number | Scalar) -> tuple[str, str]:
    """Return what a value is written in, and what is allowed."""
    if isinstance(kind, Scalar):
        return kind.unit, kind.allowed
    units = []
    for form in kind.forms:
        measure = MEASURES[form.measure]
        units += ["number"] * measure.is_bare + list(measure.units)
        units[-1] += f" ({measure.note})" if measure.note else ""
    return " or ".join(units), "; ".join(map(format_range, kind.forms))


def _default_text(key: Key) -> str:
    """Return a key's default as a person would write it; empty where it has none."""
    if key.is_required or key.default is None or isinstance(key.type, Table):
        return ""
    if isinstance(key.type, Number):
        return format_quantity(float(key.default), key.type.forms[0].measure)
    return str(key.default).lower() if isinstance(key.default, bool) else str(key.default)


def _table_schema(table: Table, name: str, definitions: JsonSchema) -> JsonSchema:
    """Return a reference to the schema of a table, which joins the definitions with those inside it."""
    others = _number_schema(table.other_keys) if table.other_keys else False
    if not table.keys:
        return {"type": "object", "additionalProperties": others}
    properties: JsonSchema = {}
    for key in table.keys.values():
        inner = f"{name.removesuffix('_table')}_{key.name}_table"
        match key.type:
            case Table():
                found = _table_schema(key.type, inner, definitions)
            case Number():
                found = _number_schema(key.type)
            case Scalar():
                found = key.type.json_schema
        properties[key.name] = {**found, "description": key.meaning}
    properties["remove"] = {"const": True, "description": "Takes away what the extended scenario holds."}
    definitions[name] = {"type": "object", "properties": properties, "additionalProperties": others}
    reference = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [{"type": "string"}, reference]} if table.shorthand else reference


def _number_schema(number: Number) -> JsonSchema:
    plain = [schema for form in number.forms for schema in _form_schemas(form)]
    one: JsonSchema = plain[0] if len(plain) == 1 else {"anyOf": plain}
    source = {"type": "string", "description": "The id of a source."}
    uncertain = {
        "type": "object",
        "description": "The number with its range and where it comes from.",
        "properties": {"value": one, "low": one, "high": one, "source": source, "status": STATUS.json_schema},
        "additionalProperties": False,
    }
    return {"anyOf": [*plain, uncertain]}


def _form_schemas(form: UnitForm) -> list[JsonSchema]:
    measure = MEASURES[form.measure]
    found: list[JsonSchema] = []
    if measure.is_bare:
        kind = "integer" if measure.is_whole else "number"
        found.append({"type": kind, "minimum": form.low, "maximum": form.high})
    if measure.units:
        units = "|".join(unit.replace("/", r"\s*/\s*") for unit in measure.units)
        quantity = rf"{_NUMBER}\s*({units})"
        if form.measure == "moment":
            quantity = rf"(d\s*[0-9]+(\.[0-9]+)?|{quantity})"
        text = {"type": "string", "pattern": rf"^\s*{quantity}\s*$", "examples": [measure.example]}
        found.append({**text, "description": format_range(form)})
    return found
