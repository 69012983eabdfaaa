"""Changes laid over a scenario without touching its file: what-ifs and assumptions.

A what-if changes the run and leaves loss coefficients as they are; to an assumption they are fitted anew.
"""

from __future__ import annotations

import contextlib
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.command_line import joined
from sim.errors import ScenarioError
from sim.model.scenario import PLACES, is_settable
from sim.scenario_file.addresses import Address, current_number, mark_override, resolve_address
from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.layers import ASSUMED, Layer, LayerStack
from sim.scenario_file.schema.key_types import Number
from sim.scenario_file.syntax.positions import Entry, Span
from sim.scenario_file.syntax.toml import MAX_DEPTH, parse, read_text
from sim.scenario_file.syntax.units import InvalidValueError, scale_quantity

if TYPE_CHECKING:
    from sim.scenario_file.diagnostics import KeyPath
    from sim.scenario_file.syntax.toml import TomlTable, TomlValue

EXAMPLES: Final = {
    "--set": "route.a-b.capacity=100 t/d",
    "--assume": "side.ru.fires=8 /d",
    "--scale": "side.ru.replacements=1.5",
}
_MOMENT: Final = re.compile(r"d?\s*(?P<day>\d+(?:\.\d+)?)(?:\s+(?P<clock>\d\d):00)?")


@dataclass(frozen=True, slots=True)
class SetNumber:
    """One value of a what-if, ``side.ru.fires=20 /d``, or from a day on: ``side.ru.fires@d60=20 /d``."""

    text: str

    def __str__(self) -> str:
        return f"--set {self.text}"


@dataclass(frozen=True, slots=True)
class AssumeNumber:
    """One value that is assumed, to which the loss coefficients are fitted anew."""

    text: str

    def __str__(self) -> str:
        return f"--assume {self.text}"


@dataclass(frozen=True, slots=True)
class ScaleNumber:
    """One number to be multiplied, as a what-if unless it is assumed: ``side.ru.replacements=1.5``."""

    text: str
    is_assumed: bool = False

    def __str__(self) -> str:
        return f"--scale {self.text}"


@dataclass(frozen=True, slots=True)
class SetFile:
    """A file of overrides, laid over a scenario as if it extended it."""

    path: Path | str

    def __str__(self) -> str:
        return f"--set-file {self.path}"


Override: TypeAlias = SetNumber | AssumeNumber | ScaleNumber | SetFile


def assumed(override: Override) -> Override:
    """Return an override as an assumption, for what always fits the coefficients anew."""
    match override:
        case SetNumber():
            return AssumeNumber(override.text)
        case ScaleNumber():
            return replace(override, is_assumed=True)
        case _:
            return override


def is_assumed(override: Override) -> bool:
    """Return whether an override belongs to the reference world; of a file, some of it may not."""
    key = getattr(override, "text", "").partition("=")[0]
    kind = isinstance(override, AssumeNumber | SetFile) or getattr(override, "is_assumed", False)
    return bool(kind or key.partition(".")[0].strip() in ASSUMED)


def apply(override: Override, stack: LayerStack) -> None:
    """Add layers for one override; empty ones where something is wrong with it."""
    if isinstance(override, SetFile):
        name = str(override.path)
        text = read_text(Path(override.path), name)
        found = parse(text, name)
        if found.pop("extends", None) is not None:
            stack.error("E101", ("extends",), "a file of overrides extends nothing", "remove it")
        stack.add_table(name, text, found, is_override=True)
    else:
        stack.add(_option_layer(override, stack))


def _option_layer(override: SetNumber | AssumeNumber | ScaleNumber, stack: LayerStack) -> Layer:
    """Return one option as a layer."""
    option = str(override).partition(" ")[0]
    text = " ".join(override.text.splitlines())
    written_key, equals, written = text.partition("=")
    key, has_day, day = written_key.partition("@")
    typed = tuple(part.strip() for part in key.split("."))
    tree = stack.reference if is_assumed(override) else stack.tree
    address = resolve_address(typed, tree)
    # A route may be called by its towns in either order: what is shown is as typed, what is meant has its id.
    path = (*address.path, *typed[len(address.path) :])
    places = _entries(key, len(written_key), len(text), path)
    layer = Layer(option, text, {}, option=places, is_override=True, is_what_if=not is_assumed(override))
    if not equals or not key.strip():
        stack.error(
            "E501", (), f"{option} takes KEY=VALUE", f"write it like {joined([option, EXAMPLES[option]])}"
        )
        return layer
    found: TomlValue | Diagnostic = address
    if isinstance(address, Address):
        if has_day and not (address.path[0] not in PLACES and _event_time(day.strip(), tree) == "d0"):
            return _from_day(layer, address, day.strip(), _toml_value(written.strip()), stack)
        is_scale = isinstance(override, ScaleNumber)
        found = _scaled(written, address, tree) if is_scale else _set(written, address)
    if isinstance(found, Diagnostic):
        stack.diagnostics.append(replace(found, layer=len(stack.layers)))
        return layer
    for part in reversed(address.path):
        found = {part: found}
    return replace(layer, tree=found)


def _from_day(layer: Layer, address: Address, day: str, value: TomlValue, stack: LayerStack) -> Layer:
    """Return the layer of an option that sets a number from a day on: a scheduled event."""
    problem = None
    if layer.name != "--set":
        problem = "only --set takes a day, and no assumption does", "leave out @DAY"
    elif not is_settable(address.path):
        problem = f"{'.'.join(address.path)} holds for the whole run, not from a day on", "leave out @DAY"
    if problem:
        stack.diagnostics.append(
            Diagnostic("E505", address.path, *problem, aim="key", layer=len(stack.layers))
        )
        return layer
    path = address.path
    target = {path[0]: path[1], "key": path[2]} if path[0] in PLACES else {"key": ".".join(path)}
    event = {"at": _event_time(day, stack.tree), "do": "set", **target, "value": value}
    id_ = re.sub(r"\W+", "-", f"{'.'.join(path)}-{event['at']}").strip("-")
    here = layer.entries[path]
    places: dict[KeyPath, Entry] = {(): layer.entries[()], ("event",): here, ("event", id_): here}
    places |= {("event", id_, part): here for part in event}
    at = Span(1, layer.lines[0].index("@") + 2, max(1, len(day)))
    return replace(
        layer, tree={"event": {id_: event}}, option={**places, ("event", id_, "at"): Entry(at, at)}
    )


def _event_time(day: str, tree: TomlTable) -> str:
    """Return a day as an event has it: also one that was written as 60, "d60 06:00" or a date."""
    moment = _MOMENT.fullmatch(day)
    if moment and moment["clock"]:
        return f"{24 * int(moment['day']) + int(moment['clock'])} h"
    if moment:
        return f"d{moment['day']}"
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return f"d{(date.fromisoformat(day) - date.fromisoformat(tree['scenario']['start'])).days}"
    return day


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


def _entries(key: str, before: int, length: int, path: KeyPath) -> dict[KeyPath, Entry]:
    """Return where the parts of a key stand in an option, and its value after so many characters."""
    whole = Span(1, 1, max(1, length))
    value = Span(1, before + 2, max(1, length - before - 1)) if length > before else whole
    found: dict[KeyPath, Entry] = {(): Entry(whole, whole)}
    begin = 1
    # No key goes deeper; of one typed so, the first parts are enough to show where it went wrong.
    for index, part in enumerate(key.split(".")[:MAX_DEPTH]):
        found[path[: index + 1]] = Entry(Span(1, begin, max(1, len(part))), value)
        begin += len(part) + 1
    return found
