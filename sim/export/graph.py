"""Towns and routes as a networkx graph, and as GraphML for Gephi and yEd.

References
----------
U. Brandes and others (2002), GraphML progress report, Graph Drawing 2001.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.export.rows import Row

LEFT_OUT: Final = ("feature", "from", "to", "id")
"""Columns that the graph itself says."""


def graph(towns: Sequence[Row], routes: Sequence[Row]) -> nx.MultiGraph[str]:
    """Return towns as nodes and routes as edges, by their ids; what is not known of one is left out."""
    made: nx.MultiGraph[str] = nx.MultiGraph()
    for row in towns:
        made.add_node(row["id"], **_known(row))
    for row in routes:
        made.add_edge(row["from"], row["to"], key=row["id"], **_known(row))
    return made


def graphml(towns: Sequence[Row], routes: Sequence[Row]) -> bytes:
    """Return the graph as GraphML; a node's name is its label too, which is what Gephi shows."""
    content = BytesIO()
    labelled = [{"label": row.get("name", row["id"]), **row} for row in towns]
    # write_graphml() would take lxml where it is installed, which writes another text.
    nx.write_graphml_xml(graph(labelled, routes), content, infer_numeric_types=True)
    return content.getvalue()


def _known(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None and name not in LEFT_OUT}
