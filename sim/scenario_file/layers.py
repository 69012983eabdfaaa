"""The texts a scenario is made of, laid over each other: the files it extends, the file, overrides.

Tables merge, everything else replaces. Routes, events and periods are keyed by id here, and lists in a file.
A what-if is laid over all else, so that the reference world without it remains: loss coefficients are its.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.scenario_file.diagnostics import Diagnostic, KeyPath, Location
from sim.scenario_file.schema.key_types import REMOVE, UNCERTAIN, WHAT_IF
from sim.scenario_file.schema.sections import LISTED
from sim.scenario_file.syntax.positions import Entry, Span, locate_entries
from sim.scenario_file.syntax.toml import TomlTable, TomlValue
from sim.scenario_file.write import to_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

ASSUMED: Final = ("scenario", "reported_losses", "period", "attrition", "tempo", "line", "source")
"""Sections that are the reference world's whichever way they are given."""
NAMELESS: Final = "#"
"""What the key of a route or event begins with that could not be given one."""


@dataclass(frozen=True)
class Layer:
    """One text with what it holds."""

    name: str
    """What messages call it: the file's path, or ``--set``."""
    text: str | Mapping[str, TomlValue]
    """Of a document, which has none, it is written where a message shows it."""
    tree: TomlTable
    """What it holds, routes and events by id."""
    index: dict[tuple[str, str], int] = field(default_factory=dict)
    """Where a route or event stands in its list: ``("route", "a-b")`` to 3."""
    option: dict[KeyPath, Entry] | None = None
    """Where everything stands in an option, which is not TOML; nothing for a file."""
    is_override: bool = False
    """Whether it is laid over the scenario from outside."""
    is_what_if: bool = False
    """Whether it changes the run alone, and not the reference world."""
    inside: KeyPath = ()
    """Where in the text it stands."""

    def origin(self, path: KeyPath) -> str:
        """Return where a value comes from, for people: ``file:line``, or the option."""
        return self.name if self.option is not None else f"{self.name}:{self.entry(path).value.line}"

    def value(self, path: KeyPath) -> TomlValue:
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
        return self._toml.split("\n")

    @cached_property
    def entries(self) -> dict[KeyPath, Entry]:
        """Where everything in the text stands."""
        return locate_entries(self._toml) if self.option is None else self.option

    @cached_property
    def _toml(self) -> str:
        return self.text if isinstance(self.text, str) else to_toml(self.text)

    def entry(self, path: KeyPath) -> Entry:
        """Return where a path is written, or the nearest thing around it that is."""
        if len(path) > 1 and (path[0], path[1]) in self.index:
            section = str(path[0])
            inside = LISTED[section]
            number = self.index[section, str(path[1])]
            path = (*((inside,) if inside else ()), section, number, *path[2:])
        path = (*self.inside, *path)
        while path and path not in self.entries:
            path = path[:-1]
        return self.entries[path] if path else Entry(Span(1, 1, 1), Span(1, 1, 1))

    def locate(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a diagnostic with where it is written here."""
        entry = self.entry(diagnostic.path)
        span = entry.key if diagnostic.aim == "key" else entry.value
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return replace(diagnostic, location=Location(self.name, span.line, span.column, line, span.width))


@dataclass
class LayerStack:
    """The layers of a scenario, laid over each other as they are added."""

    layers: list[Layer] = field(default_factory=list)
    tree: TomlTable = field(default_factory=dict)
    """What the layers say together, the last one having the last word, and what-ifs before all others."""
    reference: TomlTable = field(default_factory=dict)
    """The same without what-ifs."""
    what_ifs: TomlTable = field(default_factory=dict)
    """What-ifs alone."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What is wrong with them; checks add what is wrong with the tree."""

    def add_table(
        self, name: str, text: str | Mapping[str, TomlValue], table: TomlTable, *, is_override: bool = False
    ) -> None:
        """Add layers of what was read from a text, which is changed: its routes and events get keys."""
        what_if = table.pop(WHAT_IF, {})
        self._add_keyed(Layer(name, text, table, is_override=is_override))
        if not isinstance(what_if, dict):
            self.error("E104", (WHAT_IF,), f'"{WHAT_IF}" is not a table', f"write [{WHAT_IF}.side.ID]")
            return
        # What belongs to the reference world alone is an assumption also here.
        assumed = {key: what_if.pop(key) for key in ASSUMED if key in what_if}
        if assumed:
            self._add_keyed(Layer(name, text, assumed, is_override=is_override, inside=(WHAT_IF,)))
        if what_if:
            layer = Layer(name, text, what_if, is_override=is_override, is_what_if=True, inside=(WHAT_IF,))
            self._add_keyed(layer)

    def _add_keyed(self, layer: Layer) -> None:
        """Add a layer in the shape of a file, whose routes and events get keys."""
        table = layer.tree
        for section, inside in LISTED.items():
            around = table.get(inside) if inside else table
            if not isinstance(around, dict) or section not in around:
                continue
            listed = around.pop(section)
            if isinstance(listed, list):
                table[section] = self._key_by_id(layer, section, listed)
                continue
            path = (inside, section) if inside else (section,)
            label = f"write [[{'.'.join(path)}]]" + ("" if inside else ', and id = "..." inside it')
            self.error("E104", path, f'"{section}" is not a list of tables', label)
            table[section] = {}
        self.add(layer)

    def add(self, layer: Layer) -> None:
        """Add a layer."""
        # The trees of before are not changed: an override may look at them.
        if layer.is_what_if:
            self.what_ifs = self._merge(self.what_ifs, layer.tree, (), removes=False)
            self.tree = self._merge(self.tree, layer.tree, ())
        else:
            self.reference = self.tree = self._merge(self.reference, layer.tree, ())
            self.reference.pop("extends", None)
            if self.what_ifs:
                known = len(self.diagnostics)
                self.tree = self._merge(self.reference, self.what_ifs, ())
                del self.diagnostics[known:]  # they were noted when the what-ifs were added
        self.layers.append(layer)

    def error(self, code: str, path: KeyPath, message: str, label: str, advice: str | None = None) -> None:
        """Note what is wrong with the layer that is being added."""
        aim: Literal["key", "value"] = "key" if code == "E101" else "value"
        self.diagnostics.append(Diagnostic(code, path, message, label, advice, aim, layer=len(self.layers)))

    def only(self, *, overrides: bool = False, what_ifs: bool = False) -> LayerStack:
        """Return a stack of the layers without overrides, or without what-ifs, unless these are asked for."""
        found = LayerStack()
        for layer in self.layers:
            if (overrides or not layer.is_override) and (what_ifs or not layer.is_what_if):
                found.add(layer)
        return found

    def locate(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics with where they are written: those of the file, of its parents, of overrides."""
        last_file = max(n for n, layer in enumerate(self.layers) if not layer.is_override)

        def order(pair: tuple[int, Diagnostic]) -> tuple[int, int, int]:
            number, at = pair[0], pair[1].location
            return last_file - number if number <= last_file else number, at.line, at.column

        numbered = ((self._layer_number(each), each) for each in diagnostics)
        located = [(number, self.layers[number].locate(each)) for number, each in numbered]
        return [each for _, each in sorted(located, key=order)]

    def origins(self) -> dict[str, str]:
        """Return where each value comes from: a dotted key to ``file:line``, or to ``--assume``.

        The keys of what-ifs begin with ``what_if``, as a document has them.
        """
        found = {".".join(path): self._origin(path, False) for path in _value_paths(self.reference)}
        what_ifs = _value_paths(self.what_ifs)
        return found | {".".join((WHAT_IF, *path)): self._origin(path, True) for path in what_ifs}

    def _key_by_id(self, layer: Layer, section: str, listed: list[TomlValue]) -> TomlTable:
        """Return a list of routes, events or periods by id."""
        taken = {event for each in self.layers for kind, event in each.index if kind == "event"}
        keyed: TomlTable = {}
        for index, table in enumerate(listed):
            name = listed_id(section, index, table) if isinstance(table, dict) else None
            if section == "event" and name and "id" not in table:
                # One without an id is always a new one: it must not fall on a parent's that has none either.
                free = (f"event-{count}" for count in itertools.count(index + 1))
                name = next(each for each in free if each not in taken and each not in keyed)
            if name is None or name in keyed:
                nameless = f"{NAMELESS}{len(self.layers)}.{index}"
                if name is not None:
                    self._repeated(section, nameless, name)
                name = nameless
            keyed[name] = table
            layer.index[section, name] = index
        return keyed

    def _repeated(self, section: str, key: str, name: str) -> None:
        """Note two routes or events with one id."""
        label = "if it is a different one, give it its own id"
        advice = "a route without an id is called by its towns, as in from-to" if section == "route" else None
        self.error("E108", (section, key), f'{section} "{name}" is there already', label, advice)

    def _merge(
        self, below: TomlTable, above: TomlTable, path: tuple[str, ...], *, removes: bool = True
    ) -> TomlTable:
        """Return one table laid over another; what it removes is kept as such where it is not carried out."""
        result = dict(below)
        for key, value in above.items():
            here = (*path, key)
            if not isinstance(value, dict):
                result[key] = value
            elif REMOVE in value and removes:
                self._remove(result, value, here)
            elif REMOVE in value:
                result[key] = value
            else:
                below_it = _table_below(result.get(key), value, here)
                result[key] = self._merge(below_it, value, here, removes=removes)
        return result

    def _remove(self, result: TomlTable, value: TomlTable, path: tuple[str, ...]) -> None:
        """Take away what a lower layer holds."""
        others = [name for name in value if name not in {REMOVE, "id", "from", "to"}]
        if value[REMOVE] is not True:
            problem = '"remove" can only be true', "write remove = true, or leave it out"
        elif others:
            problem = f'"remove" and "{others[0]}" cannot go together', "remove it, or change it"
        elif path[-1] not in result:
            problem = f"there is no {'.'.join(path)} to remove", "only what a parent holds can be removed"
        else:
            del result[path[-1]]
            return
        self.error("E107", (*path, REMOVE), *problem)

    def _layer_number(self, diagnostic: Diagnostic) -> int:
        """Return which layer a diagnostic is about: the last one that says something there."""
        if diagnostic.layer is not None:
            return diagnostic.layer
        numbers = self._by_rank()
        files = [
            number
            for number in numbers
            if not (self.layers[number].is_override or self.layers[number].is_what_if)
        ]
        path = diagnostic.path
        while path:
            holding = [number for number in numbers if self.layers[number].holds(path)]
            if holding:
                # What a table lacks is shown in the file that heads it, not beside an override inside it.
                heading = [number for number in holding if number in files]
                is_table = isinstance(self.layers[holding[0]].value(path), dict)
                return heading[0] if is_table and heading else holding[0]
            path = path[:-1]
        return files[0]

    def _origin(self, path: tuple[str, ...], is_what_if: bool) -> str:
        """Return which text a value comes from; of a number with a range around it, its value."""
        # What was written short below may have become part of a table above: look one key further out too.
        candidates = ((*path, "value"), path, path[:-1])
        holding = (
            layer.origin(full)
            for full in candidates
            for layer in reversed(self.layers)
            if layer.is_what_if == is_what_if
            and layer.holds(full)
            and not isinstance(layer.value(full), dict)
        )
        return next(holding, "")

    def _by_rank(self) -> list[int]:
        """Return the numbers of the layers, the one that has the last word first."""
        return sorted(range(len(self.layers)), key=lambda n: (self.layers[n].is_what_if, n), reverse=True)


def document_stack(document: Mapping[str, TomlValue]) -> LayerStack:
    """Return a stack of one document, which is not changed."""
    stack = LayerStack()
    stack.add_table("scenario of the recording", document, copy.deepcopy(dict(document)))
    return stack


def to_document(tree: TomlTable, what_ifs: TomlTable | None = None) -> TomlTable:
    """Return a merged tree in the shape of a file: routes and events as lists, what-ifs in their table."""
    document = dict(tree)
    if what_ifs:
        document[WHAT_IF] = to_document(what_ifs)
    for section, inside in LISTED.items():
        if section in tree:
            listed = [_with_id(section, name, each) for name, each in document.pop(section).items()]
            document |= (
                {inside: {**document.get(inside, {}), section: listed}} if inside else {section: listed}
            )
    return document


def listed_id(section: str, index: int, table: TomlTable) -> str | None:
    """Return the given or default id of a route or event, or None if it cannot be derived."""
    if isinstance(table.get("id"), str):
        return str(table["id"])
    if section == "event":
        return f"event-{index + 1}"
    if section == "period":
        return str(table["from"]) if isinstance(table.get("from"), str) else None
    start, end = table.get("from"), table.get("to")
    return f"{start}-{end}" if isinstance(start, str) and isinstance(end, str) else None


def _table_below(below: TomlValue, above: TomlTable, path: tuple[str, ...]) -> TomlTable:
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


def _with_id(section: str, name: str, table: TomlValue) -> TomlValue:
    """Return a route or event with its id, where that is not what it would be called anyway."""
    if not isinstance(table, dict):
        return table
    bare = {key: value for key, value in table.items() if key != "id"}
    has_default = section != "event" and listed_id(section, 0, bare) == name
    return bare if has_default else {"id": name, **bare}


def _value_paths(document: TomlTable) -> list[tuple[str, ...]]:
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
