"""Where in a TOML text each key and value stands; asked only when there is something to show."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node

    from sim.scenario_file.diagnostics import KeyPath

MAX_DEPTH: Final = 20
"""Nothing in a scenario is nested deeper; what is, has no place of its own."""
_KEY_AND_VALUE: Final = 2
_NOISE: Final = {"comment", "ERROR"}
_KEYS: Final = {"bare_key", "quoted_key", "dotted_key"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line; line and column are counted from 1, in characters."""

    line: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a key is named, and where its value stands."""

    key: Span
    value: Span


def locate_entries(text: str) -> dict[KeyPath, Entry]:
    r"""Return where everything in a TOML text stands, by path; the text has no mistake of syntax.

    Examples
    --------
    >>> locate_entries('[town.a]\nname = "A"')[("town", "a", "name")].value
    Span(line=2, column=8, width=3)
    """
    import tree_sitter_toml  # noqa: PLC0415 - most scenarios have no mistake to show
    from tree_sitter import Language, Parser  # noqa: PLC0415 - as above

    content = text.encode()
    root = Parser(Language(tree_sitter_toml.language())).parse(content).root_node
    walk = _Walk(content)
    walk.pairs(root, ())
    for node in root.children:
        if node.type in {"table", "table_array_element"}:
            walk.table(node)
    return walk.found


class _Walk:
    """One walk through a parsed text; it goes no deeper than `MAX_DEPTH` keys."""

    def __init__(self, content: bytes) -> None:
        self.lines = content.split(b"\n")
        self.found: dict[KeyPath, Entry] = {}
        self.counts: dict[KeyPath, int] = {}

    def table(self, node: Node) -> None:
        """Note a table's header and its pairs."""
        path: KeyPath = ()
        whole = self.span(node.children[0], node.children[:3][-1])
        headers = [child for child in node.children if child.type in _KEYS]
        names = self.names(headers[0]) if headers else []
        for left, (name, span) in zip(range(len(names) - 1, -1, -1), names, strict=True):
            path = (*path, name)
            self.found.setdefault(path, Entry(span, whole))
            if not left and node.type == "table_array_element":
                count = self.counts[path] = self.counts.get(path, 0) + 1
                path = (*path, count - 1)
                self.found[path] = Entry(whole, whole)
            elif not left:
                self.found[path] = Entry(span, whole)
            elif path in self.counts:
                path = (*path, self.counts[path] - 1)
        self.pairs(node, path)

    def pairs(self, node: Node, path: KeyPath) -> None:
        """Note the keys and values of a document, a table or an inline table."""
        for pair in [child for child in node.children if child.type == "pair"]:
            parts = [child for child in pair.children if child.is_named and child.type not in _NOISE]
            if len(parts) != _KEY_AND_VALUE:
                continue  # tree-sitter stumbles over a few texts that are TOML all the same
            here = path
            for name, span in self.names(parts[0]):
                here = (*here, name)
                self.found.setdefault(here, Entry(span, self.span(parts[1], parts[1])))
            self.inside(parts[1], here)

    def inside(self, value: Node, path: KeyPath) -> None:
        """Note what an inline table or a list holds."""
        if len(path) >= MAX_DEPTH:
            return
        if value.type == "inline_table":
            self.pairs(value, path)
        elif value.type == "array":
            items = [child for child in value.children if child.is_named and child.type != "comment"]
            for index, item in enumerate(items):
                span = self.span(item, item)
                self.found.setdefault((*path, index), Entry(span, span))
                self.inside(item, (*path, index))

    def names(self, node: Node) -> list[tuple[str, Span]]:
        """Return the first parts of a key, each with where it stands."""
        parts = [node]
        while parts[0].type == "dotted_key":
            parts = [*(child for child in parts[0].children if child.type in _KEYS), *parts[1:]]
        return [(_unquoted((part.text or b"").decode()), self.span(part, part)) for part in parts[:MAX_DEPTH]]

    def span(self, first: Node, last: Node) -> Span:
        """Return the stretch from one node to another, up to the end of the first line."""
        row, begin = first.start_point
        line = self.lines[row].rstrip(b"\r")
        end = last.end_point.column if last.end_point.row == row else len(line)
        width = len(line[begin:end].decode())
        return Span(row + 1, len(line[:begin].decode()) + 1, max(1, width))


def _unquoted(written: str) -> str:
    if written[:1] not in {'"', "'"}:
        return written
    return next(iter(tomllib.loads(f"{written} = 0")))
