"""Where in a TOML text each key and value stands; asked only when there is something to show."""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    r"""Return where everything in a TOML text stands, by path.

    Parameters
    ----------
    text
        TOML that has been read without a mistake of syntax.

    Examples
    --------
    >>> locate_entries('[town.a]\nname = "A"')[("town", "a", "name")].value
    Span(line=2, column=8, width=3)
    """
    import tree_sitter_toml  # noqa: PLC0415 - most scenarios have no mistake to show
    from tree_sitter import Language, Parser  # noqa: PLC0415 - as above

    content = text.encode()
    root = Parser(Language(tree_sitter_toml.language())).parse(content).root_node
    return _Walk(content).of(root)


class _Walk:
    """One walk through a parsed text."""

    def __init__(self, content: bytes) -> None:
        self.lines = content.split(b"\n")
        self.found: dict[KeyPath, Entry] = {}
        self.counts: dict[KeyPath, int] = {}

    def of(self, root: Node) -> dict[KeyPath, Entry]:
        """Return every place in this document."""
        for node in root.children:
            if node.type == "pair":
                self.pair(node, ())
            elif node.type == "table":
                self.table(node, is_listed=False)
            elif node.type == "table_array_element":
                self.table(node, is_listed=True)
        return self.found

    def table(self, node: Node, *, is_listed: bool) -> None:
        """Note a table's header and its pairs."""
        path: KeyPath = ()
        whole = self.span(node.children[0], node.children[:3][-1])
        headers = [child for child in node.children if child.type in _KEYS]
        names = list(itertools.islice(self.names(headers[0]), MAX_DEPTH)) if headers else []
        for index, (name, span) in enumerate(names):
            path = (*path, name)
            is_last = index == len(names) - 1
            self.note(path, Entry(span, whole))
            if is_last and is_listed:
                count = self.counts[path] = self.counts.get(path, 0) + 1
                path = (*path, count - 1)
                self.found[path] = Entry(whole, whole)
            elif is_last:
                self.found[path] = Entry(span, whole)
            elif path in self.counts:
                path = (*path, self.counts[path] - 1)
        for child in node.children:
            if child.type == "pair":
                self.pair(child, path)

    def pair(self, node: Node, path: KeyPath) -> None:
        """Note a key, its value, and what is inside that."""
        # Walked with a list of what is left to do: a text may be nested deeper than Python's stack.
        left: list[tuple[Node, KeyPath]] = [(node, path)]
        while left:
            pair, here = left.pop()
            parts = [child for child in pair.children if child.is_named and child.type not in _NOISE]
            if len(parts) != _KEY_AND_VALUE:
                continue  # tree-sitter stumbles over a few texts that are TOML all the same
            key, value = parts
            for name, span in itertools.islice(self.names(key), MAX_DEPTH):
                here = (*here, name)
                self.note(here, Entry(span, self.span(value, value)))
            if len(here) < MAX_DEPTH:
                self.inside(value, here, left)

    def inside(self, value: Node, path: KeyPath, left: list[tuple[Node, KeyPath]]) -> None:
        """Note what an inline table or a list holds; pairs are put off."""
        lists = [(value, path)]
        while lists:
            node, here = lists.pop()
            if node.type == "inline_table":
                left.extend((child, here) for child in node.children if child.type == "pair")
            elif node.type == "array" and len(here) < MAX_DEPTH:
                items = [child for child in node.children if child.is_named and child.type != "comment"]
                for index, item in enumerate(items):
                    span = self.span(item, item)
                    self.note((*here, index), Entry(span, span))
                    lists.append((item, (*here, index)))

    def note(self, path: KeyPath, entry: Entry) -> None:
        """Keep the first place where a path is named."""
        self.found.setdefault(path, entry)

    def names(self, node: Node) -> Iterator[tuple[str, Span]]:
        """Yield each part of a key with where it stands."""
        parts = [node]
        while parts[0].type == "dotted_key":
            first, *rest = [child for child in parts[0].children if child.type in _KEYS]
            parts = [first, *rest, *parts[1:]]
        for part in parts:
            written = (part.text or b"").decode()
            yield _unquoted(written), self.span(part, part)

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
