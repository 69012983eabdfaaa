"""The graph of towns and routes as GraphML, for Gephi, yEd and networkx: scalars only, each under its key.

References
----------
U. Brandes and others (2002), GraphML progress report, Graph Drawing 2001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.export.rows import Row

HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
TYPES: Final = {bool: "boolean", int: "long", float: "double", str: "string"}
LEFT_OUT: Final = ("feature", "from", "to", "id")
"""Columns that the graph itself says."""


def graphml(towns: Sequence[Row], routes: Sequence[Row]) -> bytes:
    """Return towns and routes as a graph; parallel routes keep their ids, and nothing is directed."""
    # Gephi shows what is called label.
    towns = [{"label": row.get("name", row["id"]), **row} for row in towns]
    keys = {
        ("node", name): (f"n{number}", kind) for number, (name, kind) in enumerate(_columns(towns).items())
    } | {("edge", name): (f"e{number}", kind) for number, (name, kind) in enumerate(_columns(routes).items())}
    parts = [HEAD]
    parts += [
        f'<key id="{key}" for="{whose}" attr.name={quoteattr(name)} attr.type="{kind}"/>\n'
        for (whose, name), (key, kind) in keys.items()
    ]
    parts.append('<graph edgedefault="undirected">\n')
    parts += [
        f"<node id={quoteattr(str(row['id']))}>{''.join(_data(row, 'node', keys))}</node>\n" for row in towns
    ]
    parts += [
        f"<edge id={quoteattr(str(row['id']))} source={quoteattr(str(row['from']))} "
        f"target={quoteattr(str(row['to']))}>{''.join(_data(row, 'edge', keys))}</edge>\n"
        for row in routes
    ]
    parts.append("</graph>\n</graphml>\n")
    return "".join(parts).encode()


def _columns(rows: Sequence[Row]) -> dict[str, str]:
    """Return the columns that hold anything, with the type that holds all of it."""
    found: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            if name in LEFT_OUT or value is None:
                continue
            kind = TYPES[type(value)]
            found[name] = "double" if {found.get(name), kind} == {"long", "double"} else kind
    return found


def _data(row: Row, whose: str, keys: dict[tuple[str, str], tuple[str, str]]) -> Iterator[str]:
    """Yield what is known of a town or a route."""
    for name, value in row.items():
        if value is not None and (whose, name) in keys:
            key, _ = keys[whose, name]
            written = str(value).lower() if isinstance(value, bool) else str(value)
            yield f'<data key="{key}">{escape(written)}</data>'
