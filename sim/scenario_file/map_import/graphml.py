"""GraphML files to the features of a map: those of `sim.export.graphml`, of Gephi and of OSMnx.

References
----------
U. Brandes and others (2002), GraphML progress report, Graph Drawing 2001.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from sim.errors import FileError
from sim.scenario_file.map_import.features import (
    MAX_FEATURES,
    MapFeatures,
    read_bytes,
    refuse_other_system,
)
from sim.scenario_file.map_import.properties import real, tidy

if TYPE_CHECKING:
    from pathlib import Path

    from sim.scenario_file.map_import.properties import Json

_WKT: Final = re.compile(r"\s*(?:LINESTRING|POINT)\s*Z?\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_NUMBER_TYPES: Final = ("int", "long", "float", "double")


def read_graphml(path: Path) -> MapFeatures:
    """Return the nodes and edges of a file as points and lines; errors are those of `read_geojson`.

    Nodes need ``lat`` and ``lon``, or ``y`` and ``x`` in degrees.
    """
    content = read_bytes(path)
    if b"<!ENTITY" in content:
        raise FileError(f"{path} defines entities, which no graph needs. Export it again as GraphML.")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        raise FileError(f"{path} is not GraphML: {problem}. Export it again as GraphML.") from problem
    graph = next((each for each in root if _tag(each) == "graph"), None)
    if _tag(root) != "graphml" or graph is None:
        raise FileError(f"{path} is not GraphML: it has no graph. Export it again as GraphML.")
    keys = {each.get("id", ""): each for each in root if _tag(each) == "key"}
    refuse_other_system(path, str(_data(graph, keys).get("crs", "")))
    nodes = [each for each in graph.iter() if _tag(each) == "node"]
    edges = [each for each in graph.iter() if _tag(each) == "edge"]
    if len(nodes) + len(edges) > MAX_FEATURES:
        raise FileError(f"{path} has more than {MAX_FEATURES:,} nodes and edges. Take a part of it.")
    found = MapFeatures()
    places: dict[str, list[object]] = {}
    for node in nodes:
        properties, own = _data(node, keys), node.get("id", "")
        at = _node_place(properties)
        if at is not None and found.place(at) is not None:
            places[own] = at
        found.add_point(at, {"id": own, **properties}, default=own)
    for edge in edges:
        properties = _data(edge, keys)
        ends = [edge.get("source", ""), edge.get("target", "")]
        line = _wkt(properties.get("geometry")) or [places[end] for end in ends if end in places]
        # Numbers are how networkx and Gephi count edges, and no ids.
        own = edge.get("id", "")
        own_id = {"id": own} if own and not own.isdigit() else {}
        found.add_line(line, {**own_id, **properties, "from": ends[0], "to": ends[1]})
    return found.finish(path)


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _data(element: ElementTree.Element, keys: dict[str, ElementTree.Element]) -> Json:
    """Return what is known of a node, an edge or the graph, by plain keys; numbers stay texts."""
    found: Json = {}
    if element.get("label"):
        found["label"] = element.get("label")
    for each in element:
        key = keys.get(each.get("key", "")) if _tag(each) == "data" else None
        text = (each.text or "").strip()
        if key is not None and text:
            is_number = key.get("attr.type") in _NUMBER_TYPES and real(text) is not None
            found[key.get("attr.name") or ""] = float(text) if is_number and "." in text else text
    return tidy(found)


def _node_place(properties: Json) -> list[object] | None:
    for lon, lat in (("lon", "lat"), ("x", "y")):
        if lon in properties and lat in properties:
            return [properties[lon], properties[lat]]
    return next(iter(_wkt(properties.get("geometry"))), None)


def _wkt(text: object) -> list[list[object]]:
    """Return the points of a text like ``LINESTRING (37.5 49.7, 37.6 49.8)``; none where it is another."""
    match = _WKT.fullmatch(text) if isinstance(text, str) else None
    return [list(pair.split()) for pair in match[1].split(",")] if match else []
