"""Single values of a scenario file in JSON Schema, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.scenario_file.schema import key_types
from sim.scenario_file.schema.scalars import STATUSES
from sim.scenario_file.syntax.units import MEASURES, UnitForm, format_quantity, format_range

if TYPE_CHECKING:
    from collections.abc import Callable

JsonSchema = dict[str, Any]
_REMOVE: Final = {"const": True, "description": "Takes away what the extended scenario holds."}
_NUMBER: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?"


def table_schema(table: key_types.Table, name: str, definitions: JsonSchema) -> JsonSchema:
    """Return a reference to the JSON Schema of a table, which joins the definitions with those inside it."""
    if not table.keys and table.others:
        return {"type": "object", "additionalProperties": _number(table.others)}
    properties: JsonSchema = {}
    for key in table.keys.values():
        if isinstance(key.shape, key_types.Table):
            found = table_schema(key.shape, f"{name.removesuffix('_table')}_{key.name}_table", definitions)
        else:
            found = _SCHEMAS[type(key.shape)](key.shape)
        properties[key.name] = {**found, "description": key.meaning}
    properties["remove"] = _REMOVE
    definitions[name] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": _number(table.others) if table.others else False,
    }
    reference = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [{"type": "string"}, reference]} if table.shorthand else reference


def _number(shape: key_types.Number) -> JsonSchema:
    """Return the schema of a number, plain or with its range and source."""
    plain = [schema for form in shape.forms for schema in _form_schemas(form)]
    one: JsonSchema = plain[0] if len(plain) == 1 else {"anyOf": plain}
    uncertain = {
        "type": "object",
        "description": "The number with its range and where it comes from.",
        "properties": {
            "value": one,
            "low": one,
            "high": one,
            "source": {"type": "string", "description": "The id of a source."},
            "status": {"enum": list(STATUSES)},
        },
        "additionalProperties": False,
    }
    return {"anyOf": [*plain, uncertain]}


def _form_schemas(form: UnitForm) -> list[JsonSchema]:
    """Return the schemas of one way to write a number: bare, or with a unit."""
    measure = MEASURES[form.measure]
    found: list[JsonSchema] = []
    if measure.is_bare:
        kind = "integer" if measure.is_whole else "number"
        found.append({"type": kind, "minimum": form.low, "maximum": form.high})
    if measure.units:
        units = "|".join(unit.replace("/", r"\s*/\s*") for unit in measure.units)
        pattern = rf"^\s*{_NUMBER}\s*({units})\s*$"
        if form.measure == "moment":
            pattern = rf"^\s*(d\s*[0-9]+(\.[0-9]+)?|{_NUMBER}\s*({units}))\s*$"
        described = f"{format_range(form)}"
        found.append(
            {"type": "string", "pattern": pattern, "examples": [measure.example], "description": described}
        )
    return found


def _text(shape: key_types.Text) -> JsonSchema:
    found: JsonSchema = {"type": "string"}
    if shape.pattern:
        found["pattern"] = f"^{shape.pattern}$"
    return {"anyOf": [found, {"type": "number"}]} if shape.may_be_number else found


def _points(_shape: key_types.Points) -> JsonSchema:
    degree = {"type": "number", "minimum": -180, "maximum": 180}
    pair = {"type": "array", "items": degree, "minItems": 2, "maxItems": 2}
    return {"type": "array", "items": pair, "minItems": 2}


_SCHEMAS: dict[type, Callable[[Any], JsonSchema]] = {
    key_types.Number: _number,
    key_types.Text: _text,
    key_types.Points: _points,
    key_types.Whole: lambda shape: {"type": "integer", "minimum": shape.low, "maximum": shape.high},
    key_types.Choice: lambda shape: {"enum": list(shape.options)},
    key_types.Flag: lambda _: {"type": "boolean"},
    # TOML's own dates reach a JSON Schema as texts: editors hand them over in ISO form.
    key_types.Day: lambda _: {"type": "string", "format": "date"},
    key_types.Texts: lambda _: {"type": "array", "items": {"type": "string"}},
}


def default_text(key: key_types.Key) -> str:
    """Return a key's default as a person would write it; empty where it has none."""
    if key.is_required or key.default is None or isinstance(key.shape, key_types.Table):
        return ""
    if isinstance(key.shape, key_types.Number):
        return format_quantity(float(key.default), key.shape.forms[0].measure)
    if isinstance(key.default, bool):
        return "true" if key.default else "false"
    return str(key.default)
