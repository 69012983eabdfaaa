"""Changes laid over a scenario without touching its file: ``--set``, ``--scale`` and ``--set-file``."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sim.errors import ScenarioError
from sim.scenario_file.addresses import Address, current_number, mark_override, resolve_address
from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.layers import Layer, Table, add_layer, make_layer
from sim.scenario_file.schema.key_types import Number
from sim.scenario_file.syntax.positions import Entry, Span
from sim.scenario_file.syntax.toml import MAX_DEPTH, parse, read_text, to_plain
from sim.scenario_file.syntax.units import InvalidValueError, scale_quantity

if TYPE_CHECKING:
    from sim.scenario_file.diagnostics import KeyPath


@dataclass(frozen=True, slots=True)
class SetNumber:
    """One value to be set: ``route.a-b.capacity=100 t/d``."""

    text: str

    def __str__(self) -> str:
        return f"--set {self.text}"


@dataclass(frozen=True, slots=True)
class ScaleNumber:
    """One number to be multiplied: ``side.ru.replacements=1.5``."""

    text: str

    def __str__(self) -> str:
        return f"--scale {self.text}"


@dataclass(frozen=True, slots=True)
class SetFile:
    """A file of overrides, laid over a scenario as if it extended it."""

    path: Path | str

    def __str__(self) -> str:
        return f"--set-file {self.path}"


Override: TypeAlias = SetNumber | ScaleNumber | SetFile


def apply(override: Override, tree: Table, layers: list[Layer], diagnostics: list[Diagnostic]) -> Table:
    """Return a merged tree with one override laid over it.

    Parameters
    ----------
    tree
        What all layers say together; it is not changed.
    """
    if isinstance(override, SetFile):
        layer = _file_layer(override, layers, diagnostics)
    else:
        layer = _option_layer(override, tree, len(layers), diagnostics)
    layers.append(layer)
    return add_layer(tree, layer, len(layers) - 1, diagnostics)


def _file_layer(override: SetFile, layers: list[Layer], diagnostics: list[Diagnostic]) -> Layer:
    """Return a file of overrides as a layer."""
    name = str(override.path)
    text = read_text(Path(override.path), name)
    found: Table = to_plain(parse(text, name))
    if found.pop("extends", None) is not None:
        message = "a file of overrides extends nothing"
        diagnostics.append(
            Diagnostic("E101", ("extends",), message, "take it out", aim="key", layer=len(layers))
        )
    return replace(make_layer(name, text, found, layers, diagnostics), is_override=True)


def _option_layer(
    override: SetNumber | ScaleNumber, tree: Table, number: int, diagnostics: list[Diagnostic]
) -> Layer:
    """Return one option as a layer; an empty one where something is wrong with it."""
    name = "--set" if isinstance(override, SetNumber) else "--scale"
    text = " ".join(override.text.splitlines())
    key, equals, written = text.partition("=")
    typed = tuple(part.strip() for part in key.split("."))
    address = resolve_address(typed, tree)
    # A route may be called by its towns in either order: what is shown is as typed, what is meant has its id.
    path = (*address.path, *typed[len(address.path) :])
    layer = Layer(name, text, {}, option=_spans(key, len(text), path), is_override=True)
    if not equals or not key.strip():
        example = "route.a-b.capacity=100 t/d" if name == "--set" else "side.ru.replacements=1.5"
        diagnostics.append(
            Diagnostic("E501", (), f"{name} takes KEY=VALUE", f"write it like {example}", layer=number)
        )
    elif isinstance(address, Diagnostic):
        diagnostics.append(replace(address, layer=number))
    else:
        value = _set(written, address) if name == "--set" else _scaled(written, address, tree)
        if isinstance(value, Diagnostic):
            diagnostics.append(replace(value, layer=number))
        else:
            layer.tree.update(_nested(address.path, value))
    return layer


def _set(written: str, address: Address) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return what an option sets: one TOML value, else the text itself."""
    value = _toml_value(written.strip())
    is_number = isinstance(address.type, Number) and not isinstance(value, dict)
    # Whoever reads the document later has to see which numbers are not the scenario's own.
    return mark_override(value) if is_number and address.path[0] != "scenario" else value


def _scaled(written: str, address: Address, tree: Table) -> Any:  # noqa: ANN401 - a number as a file has it, or what is wrong
    """Return a number times a factor, as a file has it, or what is wrong with that."""
    number = address.type
    if not isinstance(number, Number):
        return Diagnostic("E502", address.path, "only numbers can be scaled", "use --set for this", aim="key")
    try:
        factor = float(written)
    except ValueError:
        factor = math.nan
    if not math.isfinite(factor):
        return Diagnostic("E503", address.path, "the factor is not a number", "write it like 1.5")
    current = current_number(address, tree)
    if current is None:
        return Diagnostic(
            "E504", address.path, "there is no number here to scale", "use --set to give one", aim="key"
        )
    try:
        value = scale_quantity(current, factor, number.forms)
    except InvalidValueError:
        return current  # what is wrong with it is said where it is written
    return mark_override(value) if address.path[0] != "scenario" else value


def _toml_value(written: str) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a text as one TOML value, or as it is where it is none."""
    try:
        found = to_plain(parse(f"value = {written}", ""))
    except ScenarioError:
        return written
    return found["value"] if found.keys() == {"value"} else written


def _nested(path: tuple[str, ...], value: Any) -> Table:  # noqa: ANN401 - whatever TOML holds
    """Return a value inside the tables that lead to it."""
    for part in reversed(path):
        value = {part: value}
    return dict(value)


def _spans(key: str, length: int, path: KeyPath) -> dict[KeyPath, Entry]:
    """Return where the parts of a key stand in an option, and its value after them."""
    value = (
        Span(1, len(key) + 2, max(1, length - len(key) - 1)) if length > len(key) else Span(1, 1, length or 1)
    )
    found: dict[KeyPath, Entry] = {(): Entry(Span(1, 1, max(1, length)), Span(1, 1, max(1, length)))}
    begin = 1
    # No key goes deeper; of one typed so, the first parts are enough to show where it went wrong.
    for index, part in enumerate(key.split(".")[:MAX_DEPTH]):
        found[path[: index + 1]] = Entry(Span(1, begin, max(1, len(part))), value)
        begin += len(part) + 1
    return found
