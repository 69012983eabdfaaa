"""The pydantic models of a scenario file's tables, made from its keys, and their complaints in our words."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    create_model,
)
from pydantic_core import ErrorDetails, ValidationError

from sim.scenario_file.diagnostics import MOST_SHOWN, Finding
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.json_schema import leaf_schema
from sim.scenario_file.schema.key_types import UNCERTAIN, Key, Section, Shape, Table
from sim.scenario_file.schema.scalars import reader
from sim.scenario_file.schema.sections import DOCTRINE_OPTION, sections

if TYPE_CHECKING:
    from sim.scenario_file.syntax.layers import KeyPath

Validated: TypeAlias = Any
"""A model instance, a mapping of them, or what a leaf was read as."""


Option = Annotated[Any, PlainValidator(reader(DOCTRINE_OPTION)), WithJsonSchema(leaf_schema(DOCTRINE_OPTION))]


class Strict(BaseModel):
    """A table in which every unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())


class Open(BaseModel):
    """A table in which unknown keys are numbers: a doctrine with its options."""

    model_config = ConfigDict(extra="allow", arbitrary_types_allowed=True, protected_namespaces=())
    __pydantic_extra__: dict[str, Option]


@cache
def model_of(name: str) -> type[BaseModel]:
    """Return the model of one table of a section."""
    section = sections()[name]
    return _model(section.table, name)


def validated(section: Section, name: str | None, value: Any) -> tuple[Validated, list[Finding]]:  # noqa: ANN401 - whatever TOML holds
    """Return a table as its model, with nothing left to complain of; or nothing, with the complaints.

    Parameters
    ----------
    name
        Its id, where there are several.
    """
    try:
        return model_of(section.name).model_validate(value), []
    except ValidationError as problem:
        path = (section.name,) if name is None else (section.name, name)
        complaints = problem.errors(include_url=False, include_input=False)
        # Past what is shown nobody reads advice, and to look for it a million times takes long.
        return None, [
            _finding(section, name, path, each, advises=number < MOST_SHOWN)
            for number, each in enumerate(complaints)
        ]


def _model(table: Table, name: str) -> type[BaseModel]:
    """Return the model of a table."""
    fields: dict[str, Any] = {
        key.name: (_annotation(key, name), Field(... if key.is_required else None, description=key.meaning))
        for key in table.keys.values()
    }
    base = Open if table.others else Strict
    return create_model(f"{name}_table", __base__=base, **fields)


def _annotation(key: Key, name: str) -> Any:  # noqa: ANN401 - a type
    """Return what pydantic is told about one key."""
    shape = key.shape
    if not isinstance(shape, Table):
        return _leaf(shape)
    if not shape.keys and shape.others:
        option = _leaf(shape.others)
        return dict[str, option]  # type: ignore[valid-type] # a type made at run time
    model: Any = _model(shape, f"{name}_{key.name}")
    if shape.shorthand:
        written_out = partial(_written_out, shape.shorthand)
        return Annotated[model, BeforeValidator(written_out, json_schema_input_type=str | model)]
    return model


def _leaf(shape: Shape) -> Any:  # noqa: ANN401 - a type
    """Return what pydantic is told about a single value."""
    return Annotated[Any, PlainValidator(reader(shape)), WithJsonSchema(leaf_schema(shape))]


def _written_out(shorthand: str, value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a bare text as the table it is short for."""
    return {shorthand: value} if isinstance(value, str) else value


def _finding(
    section: Section, name: str | None, path: KeyPath, complaint: ErrorDetails, *, advises: bool
) -> Finding:
    """Return one of pydantic's complaints in our own words."""
    loc = complaint["loc"]
    kind, context = complaint["type"], complaint.get("ctx", {})
    header = section.header(name)
    named = loc[:-1] if len(loc) > 1 and loc[-1] == "value" else loc
    key = ".".join(str(part) for part in named)
    more = f"frontsim schema {section.name} lists every key"
    if kind == "extra_forbidden":
        known = _known(section.table, loc[:-1])
        near = did_you_mean(str(loc[-1]), known) if advises else None
        label = near or f"known here: {join_words(known, 'and')}"
        return Finding(
            "E101", path + loc, f'unknown key "{loc[-1]}" in {_inside(header, loc)}', label, more, "key"
        )
    if kind == "missing":
        place = path + loc[:-1]
        return Finding(
            "E102", place, f'"{loc[-1]}" is missing in {_inside(header, loc)}', f'add "{loc[-1]}"', more
        )
    if kind.startswith("E"):
        return Finding(kind, path + loc, f'"{key}" in {header} {context["message"]}', context["label"])
    due = "true or false" if kind.startswith("bool") else "a table"
    what = f'"{key}" in {header}' if loc else header
    return Finding("E104", path + loc, f"{what} is not {due}", f"{due} belongs here", more)


def _inside(header: str, loc: KeyPath) -> str:
    """Return which table a key is in, as a file would name it."""
    inner = ".".join(str(part) for part in loc[:-1])
    return f'"{inner}" of {header}' if inner else header


def _known(table: Table, path: KeyPath) -> tuple[str, ...]:
    """Return the names that are known at a path inside a table."""
    here: Shape | None = table
    for part in path:
        key = here.keys.get(str(part)) if isinstance(here, Table) else None
        here = key.shape if key else None
    return tuple(here.keys) if isinstance(here, Table) else UNCERTAIN
