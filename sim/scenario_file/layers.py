"""The texts a scenario is made of, laid over each other: the files it extends, the file, overrides.

Tables merge, everything else replaces. Routes, events and periods are keyed by id here, and lists in a file.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.scenario_file.diagnostics import Diagnostic, KeyPath, Location
from sim.scenario_file.schema.key_types import REMOVE, UNCERTAIN
from sim.scenario_file.schema.sections import LISTED
from sim.scenario_file.syntax.positions import Entry, Span, locate_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

Table: TypeAlias = dict[str, Any]
NAMELESS: Final = "#"
"""What the key of a route or event begins with that could not be given one."""


@dataclass(frozen=True)
class Layer:
    """One text with what it holds.

    Attributes
    ----------
    name
        What messages call it: the file's path, or ``--set``.
    tree
        What it holds, routes and events by id.
    index
        Where a route or event stands in its list: ``("route", "a-b")`` to 3.
    option
        Where everything stands in an option, which is not TOML; nothing for a file.
    is_override
        Whether it is laid over the scenario from outside.
    """

    name: str
    text: str
    tree: Table
    index: dict[tuple[str, str], int] = field(default_factory=dict)
    option: dict[KeyPath, Entry] | None = None
    is_override: bool = False

    def origin(self, path: KeyPath) -> str:
        """Return where a value comes from, for people: ``file:line``, or the option."""
        return self.name if self.option is not None else f"{self.name}:{self.entry(path).value.line}"

    def value(self, path: KeyPath) -> Any:  # noqa: ANN401 - whatever TOML holds
        """Return what the text says at this path; nothing where it is silent."""
        here: Any = self.tree
        for part in path:
            if isinstance(here, dict):
                here = here.get(part)
            elif isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
            else:
                return None
        return here

    def holds(self, path: KeyPath) -> bool:
        """Return whether the text says something at this path."""
        return self.value(path) is not None

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line."""
        return self.text.split("\n")

    @cached_property
    def entries(self) -> dict[KeyPath, Entry]:
        """Where everything in the text stands."""
        return locate_entries(self.text) if self.option is None else self.option

    def entry(self, path: KeyPath) -> Entry:
        """Return where a path is written, or the nearest thing around it that is."""
        if len(path) > 1 and (path[0], path[1]) in self.index:
            section = str(path[0])
            inside = LISTED[section]
            number = self.index[section, str(path[1])]
            path = (*((inside,) if inside else ()), section, number, *path[2:])
        while path and path not in self.entries:
            path = path[:-1]
        return self.entries[path] if path else Entry(Span(1, 1, 1), Span(1, 1, 1))

    def locate(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a diagnostic with where it is written here."""
        entry = self.entry(diagnostic.path)
        span = entry.key if diagnostic.aim == "key" else entry.value
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return replace(diagnostic, location=Location(self.name, span.line, span.column, line, span.width))


def make_layer(
    name: str, text: str, found: Table, below: Sequence[Layer], diagnostics: list[Diagnostic]
) -> Layer:
    """Return a layer of what was read from a file, with its routes and events by id.

    Parameters
    ----------
    found
        What the content holds, as JSON has it; it is changed.
    diagnostics
        What is wrong with its lists is added here.
    """
    layer = Layer(name, text, found)
    for section, home in LISTED.items():
        place = found.get(home) if home else found
        if not isinstance(place, dict) or section not in place:
            continue
        listed = place.pop(section)
        if not isinstance(listed, list):
            path = (home, section) if home else (section,)
            message = f'"{section}" is not a list of tables'
            label = f"write [[{'.'.join(path)}]]" + ("" if home else ', and id = "..." inside it')
            diagnostics.append(Diagnostic("E104", path, message, label, layer=len(below)))
            found[section] = {}
        else:
            taken = {event for each in below for kind, event in each.index if kind == "event"}
            found[section] = _key_by_id(layer, section, listed, len(below), taken, diagnostics)
    return layer


def merge_layers(layers: Sequence[Layer], diagnostics: list[Diagnostic]) -> Table:
    """Return what the layers say together, the last one having the last word."""
    tree: Table = {}
    for number, layer in enumerate(layers):
        tree = add_layer(tree, layer, number, diagnostics)
    tree.pop("extends", None)
    return tree


def add_layer(tree: Table, layer: Layer, number: int, diagnostics: list[Diagnostic]) -> Table:
    """Return a merged tree with one more layer over it; the tree itself is not changed."""
    return _merge_tables(tree, layer.tree, (), number, diagnostics)


def to_document(tree: Table) -> Table:
    """Return a merged tree in the shape of a file: routes and events as lists."""
    document = dict(tree)
    for section, home in LISTED.items():
        if section in tree:
            listed = [_with_id(section, name, each) for name, each in document.pop(section).items()]
            if home:
                document[home] = {**document.get(home, {}), section: listed}
            else:
                document[section] = listed
    return document


def listed_id(section: str, index: int, table: Table) -> str | None:
    """Return the id a route or event has, given or by default; none where that cannot be said."""
    if isinstance(table.get("id"), str):
        return str(table["id"])
    if section == "event":
        return f"event-{index + 1}"
    if section == "period":
        return str(table["from"]) if isinstance(table.get("from"), str) else None
    start, end = table.get("from"), table.get("to")
    return f"{start}-{end}" if isinstance(start, str) and isinstance(end, str) else None


def _key_by_id(
    layer: Layer, section: str, listed: list[Any], number: int, taken: set[str], diagnostics: list[Diagnostic]
) -> Table:
    """Return a list of routes, events or periods by id."""
    keyed: Table = {}
    for index, table in enumerate(listed):
        name = listed_id(section, index, table) if isinstance(table, dict) else None
        if section == "event" and name and "id" not in table:
            # One without an id is always a new one: it must not fall on a parent's that has none either.
            free = (f"event-{count}" for count in itertools.count(index + 1))
            name = next(each for each in free if each not in taken and each not in keyed)
        if name is None or name in keyed:
            nameless = f"{NAMELESS}{number}.{index}"
            if name is not None:
                diagnostics.append(_doubled(section, nameless, name, number))
            name = nameless
        keyed[name] = table
        layer.index[section, name] = index
    return keyed


def _doubled(section: str, key: str, name: str, number: int) -> Diagnostic:
    """Return the diagnostic that two routes or events have one id."""
    return Diagnostic(
        "E108",
        (section, key),
        f'{section} "{name}" is there already',
        "give it an id of its own, if it is another one",
        "a route without an id is called by its towns, as in from-to" if section == "route" else None,
        layer=number,
    )


def _merge_tables(
    below: Table, above: Table, path: tuple[str, ...], number: int, diagnostics: list[Diagnostic]
) -> Table:
    """Return one table laid over another."""
    result = dict(below)
    for key, value in above.items():
        here = (*path, key)
        if isinstance(value, dict) and REMOVE in value:
            _remove(result, key, value, here, number, diagnostics)
        elif not isinstance(value, dict):
            result[key] = value
        else:
            result[key] = _merge_tables(
                _table_below(result.get(key), value, here), value, here, number, diagnostics
            )
    return result


def _table_below(below: Any, above: Table, path: tuple[str, ...]) -> Table:  # noqa: ANN401 - whatever TOML holds
    """Return what a table is laid over, where that is written short below.

    A plain number becomes the value of one with a range, a doctrine's name a doctrine.
    """
    if isinstance(below, dict):
        return below
    if isinstance(below, str) and path[0] == "side" and path[2:] == ("doctrine",):
        return {"name": below}
    if below is not None and not isinstance(below, list) and above and set(above) <= set(UNCERTAIN):
        return {"value": below}
    return {}


def _remove(
    result: Table, key: str, value: Table, path: tuple[str, ...], number: int, diagnostics: list[Diagnostic]
) -> None:
    """Take away what a lower layer holds."""
    others = [name for name in value if name not in {REMOVE, "id", "from", "to"}]
    if value[REMOVE] is not True:
        problem = '"remove" can only be true', "write remove = true, or leave it out"
    elif others:
        problem = f'"remove" and "{others[0]}" cannot go together', "remove it, or change it"
    elif key not in result:
        problem = f"there is no {'.'.join(path)} to remove", "only what a parent holds can be removed"
    else:
        del result[key]
        return
    diagnostics.append(Diagnostic("E107", (*path, REMOVE), *problem, layer=number))


def _with_id(section: str, name: str, table: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a route or event with its id, where that is not what it would be called anyway."""
    if not isinstance(table, dict) or (
        section != "event" and listed_id(section, 0, {**table, "id": None}) == name
    ):
        return (
            {key: value for key, value in table.items() if key != "id"} if isinstance(table, dict) else table
        )
    return {"id": name, **{key: value for key, value in table.items() if key != "id"}}


def locate(diagnostics: Sequence[Diagnostic], layers: Sequence[Layer]) -> list[Diagnostic]:
    """Return diagnostics with where they are written: those of the file, of its parents, of overrides."""
    last_file = max((number for number, layer in enumerate(layers) if not layer.is_override), default=0)

    def order(pair: tuple[int, Diagnostic]) -> tuple[int, int, int]:
        number, found = pair
        at = found.location
        return last_file - number if number <= last_file else number, at.line, at.column

    numbered = ((_layer_number(each, layers), each) for each in diagnostics)
    located = [(number, layers[number].locate(each)) for number, each in numbered]
    return [each for _, each in sorted(located, key=order)]


def _layer_number(diagnostic: Diagnostic, layers: Sequence[Layer]) -> int:
    """Return which layer a diagnostic is about: the last one that says something there."""
    if diagnostic.layer is not None:
        return diagnostic.layer
    numbers = range(len(layers) - 1, -1, -1)
    path = diagnostic.path
    while path:
        holding = [number for number in numbers if layers[number].holds(path)]
        if holding:
            # What a table lacks is shown in the file that heads it, not beside an override inside it.
            files = [number for number in holding if not layers[number].is_override]
            is_heading = isinstance(layers[holding[0]].value(path), dict) and files
            return files[0] if is_heading else holding[0]
        path = path[:-1]
    return next(number for number in numbers if not layers[number].is_override)


def origins(tree: Table, layers: Sequence[Layer]) -> dict[str, str]:
    """Return where each value of a merged tree comes from: a dotted key to ``file:line``, or to ``--set``."""
    return {".".join(path): _origin(path, layers) for path in _value_paths(tree)}


def _value_paths(document: Table) -> list[tuple[str, ...]]:
    """Return the path of every value in a merged tree, and of every number that has a range around it."""
    found: list[tuple[str, ...]] = []
    left: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            left.extend(((*path, name), each) for name, each in reversed(value.items()))
        if not isinstance(value, dict) or "value" in value:
            found.append(path)
    return found


def _origin(path: tuple[str, ...], layers: Sequence[Layer]) -> str:
    """Return which text a value comes from; of a number with a range around it, its value."""
    # What was written short below may have become part of a table above: look one key further out too.
    candidates = ((*path, "value"), path, path[:-1])
    holding = (
        layer.origin(full)
        for full in candidates
        for layer in reversed(layers)
        if layer.holds(full) and not isinstance(layer.value(full), dict)
    )
    return next(holding, "")
