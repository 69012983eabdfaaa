"""Changes laid over a scenario without touching its file: ``--set``, ``--scale`` and ``--set-file``."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sim.errors import ScenarioError
from sim.scenario_file.addresses import Address, current_number, mark_override, resolve_address
from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.layers import Layer, LayerStack
from sim.scenario_file.schema.key_types import Number
from sim.scenario_file.syntax.positions import Entry, Span
from sim.scenario_file.syntax.toml import MAX_DEPTH, parse, read_text
from sim.scenario_file.syntax.units import InvalidValueError, scale_quantity

if TYPE_CHECKING:
    from sim.scenario_file.diagnostics import KeyPath
    from sim.scenario_file.syntax.toml import TomlTable, TomlValue


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


def apply(override: Override, stack: LayerStack) -> None:
    """Add a layer for one override; an empty one where something is wrong with it."""
    if isinstance(override, SetFile):
        name = str(override.path)
        text = read_text(Path(override.path), name)
        found = parse(text, name)
        if found.pop("extends", None) is not None:
            stack.error("E101", ("extends",), "a file of overrides extends nothing", "remove it")
        stack.add_table(name, text, found, is_override=True)
    else:
        stack.add(_option_layer(override, stack))


def _option_layer(override: SetNumber | ScaleNumber, stack: LayerStack) -> Layer:
    """Return one option as a layer."""
    option = str(override).partition(" ")[0]
    text = " ".join(override.text.splitlines())
    key, equals, written = text.partition("=")
    typed = tuple(part.strip() for part in key.split("."))
    address = resolve_address(typed, stack.tree)
    # A route may be called by its towns in either order: what is shown is as typed, what is meant has its id.
    path = (*address.path, *typed[len(address.path) :])
    layer = Layer(option, text, {}, option=_entries(key, len(text), path), is_override=True)
    if not equals or not key.strip():
        example = "route.a-b.capacity=100 t/d" if option == "--set" else "side.ru.replacements=1.5"
        stack.error("E501", (), f"{option} takes KEY=VALUE", f"write it like {example}")
        return layer
    found: TomlValue = address
    if isinstance(address, Address):
        is_set = isinstance(override, SetNumber)
        found = _set(written, address) if is_set else _scaled(written, address, stack.tree)
    if isinstance(found, Diagnostic):
        stack.diagnostics.append(replace(found, layer=len(stack.layers)))
        return layer
    for part in reversed(address.path):
        found = {part: found}
    return replace(layer, tree=found)


def _set(written: str, address: Address) -> TomlValue:
    """Return what an option sets: one TOML value, else the text itself."""
    value = _toml_value(written.strip())
    is_number = isinstance(address.type, Number) and not isinstance(value, dict)
    # Whoever reads the document later has to see which numbers are not the scenario's own.
    return mark_override(value) if is_number and address.path[0] != "scenario" else value


def _scaled(written: str, address: Address, tree: TomlTable) -> TomlValue:
    """Return a number times a factor, as a file has it, or what is wrong with that."""
    if not isinstance(address.type, Number):
        label = "use --set for this"
        return Diagnostic("E502", address.path, "only numbers can be scaled", label, aim="key")
    try:
        factor = float(written)
    except ValueError:
        factor = math.nan
    if not math.isfinite(factor):
        return Diagnostic("E503", address.path, "the factor is not a number", "write it like 1.5")
    current = current_number(address, tree)
    if current is None:
        message = "there is no number here to scale"
        return Diagnostic("E504", address.path, message, "use --set to give one", aim="key")
    try:
        value = scale_quantity(current, factor, address.type.forms)
    except InvalidValueError:
        return current  # what is wrong with it is said where it is written
    return mark_override(value) if address.path[0] != "scenario" else value


def _toml_value(written: str) -> TomlValue:
    """Return a text parsed as one TOML value, or unchanged if it is not one."""
    try:
        found = parse(f"value = {written}", "")
    except ScenarioError:
        return written
    return found["value"] if found.keys() == {"value"} else written


def _entries(key: str, length: int, path: KeyPath) -> dict[KeyPath, Entry]:
    """Return where the parts of a key stand in an option, and its value after them."""
    whole = Span(1, 1, max(1, length))
    value = Span(1, len(key) + 2, max(1, length - len(key) - 1)) if length > len(key) else whole
    found: dict[KeyPath, Entry] = {(): Entry(whole, whole)}
    begin = 1
    # No key goes deeper; of one typed so, the first parts are enough to show where it went wrong.
    for index, part in enumerate(key.split(".")[:MAX_DEPTH]):
        found[path[: index + 1]] = Entry(Span(1, begin, max(1, len(part))), value)
        begin += len(part) + 1
    return found
