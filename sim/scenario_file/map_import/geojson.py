"""GeoJSON files, whole or a feature a line, to the features of a map.

Reads what `sim.export.geojson` writes, and what OpenStreetMap, QGIS, ogr2ogr and kepler.gl do.

References
----------
RFC 7946, The GeoJSON format. RFC 8142, GeoJSON text sequences.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.scenario_file.map_import.features import (
    MAX_FEATURES,
    MapFeatures,
    read_bytes,
    refuse_other_system,
)
from sim.scenario_file.map_import.properties import name_of, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.scenario_file.map_import.properties import Json

MAX_NESTED: Final = 20
MAX_PARTS: Final = 1000
"""Parts of one line that are looked through for ends that meet."""
_OTHER_FORMATS: Final = {
    b"<kml": "KML",
    b"<osm": "OpenStreetMap XML",
    b"<gpx": "GPX",
    b"<graphml": "GraphML, whose name ends in .graphml",
    b"pk\x03\x04": "a zip archive",
    b"sqlite format": "a GeoPackage or another database",
    b"\x00\x00\x27\x0a": "a shapefile",
    b'"topology"': "TopoJSON",
    b'"elements"': "JSON of Overpass",
    b'"spatialreference"': "JSON of Esri",
}
"""What files hold that are no GeoJSON, by what stands at their beginning, in lower case."""
_BEGINNING: Final = 4000


def read_geojson(path: Path) -> MapFeatures:
    """Return the points and lines of a file; `FileError` where it is missing, too large, or has no point."""
    whole = _read_json(path)
    ours, name, crs = whole.get("frontsim"), whole.get("name"), whole.get("crs")
    document = ours.get("scenario") if isinstance(ours, dict) else None
    found = MapFeatures(
        document if isinstance(document, dict) else {}, name if isinstance(name, str) else None
    )
    named = crs.get("properties") if isinstance(crs, dict) else None
    named = next(iter(named.values()), "") if isinstance(named, dict) else crs
    refuse_other_system(path, named if isinstance(named, str | int) else "")
    number = 0
    for geometry, properties in _geometries(whole):
        for kind, coordinates in _parts(geometry):
            number += 1
            if number > MAX_FEATURES:
                raise FileError(f"{path} has more than {MAX_FEATURES:,} features. Take a part of it.")
            if kind == "Point":
                found.add_point(coordinates, properties)
            elif kind == "LineString":
                found.add_line(coordinates, properties)
            else:
                what = "without a place" if kind == "None" else kind
                found.notes.leave_out(what, name_of(tidy(properties)))
    return found.finish(path)


def _read_json(path: Path) -> Json:
    content = read_bytes(path)
    try:
        whole = json.loads(content)
    except UnicodeDecodeError as problem:
        raise _no_geojson(path, content, "it is not UTF-8 text") from problem
    except (ValueError, RecursionError) as problem:
        whole = _read_lines(path, content, problem)
    if isinstance(whole, list) and whole and all(isinstance(each, dict) for each in whole):
        whole = {"type": "FeatureCollection", "features": whole}
    if not isinstance(whole, dict) or not isinstance(whole.get("type"), str) or whole["type"] == "Topology":
        raise _no_geojson(path, content, "it has no type")
    return whole


def _no_geojson(path: Path, content: bytes, why: str) -> FileError:
    """Return the error of a file that is something else, named by what it is where that is known."""
    beginning = content[:_BEGINNING].lower()
    other = next((name for mark, name in _OTHER_FORMATS.items() if mark in beginning), None)
    said = f"it is {other}" if other else why
    return FileError(f"{path} is not GeoJSON: {said}. Export it again as GeoJSON, in UTF-8.")


def _read_lines(path: Path, content: bytes, problem: Exception) -> Json:
    """Return a collection of a file that has a feature a line; `FileError` where it has not."""
    lines = content.decode("utf-8-sig", "replace").replace("\x1e", "").split("\n")
    features: list[object] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            feature = json.loads(line)
        except (ValueError, RecursionError) as other:
            if not features:
                raise _no_geojson(path, content, str(problem)) from problem
            raise FileError(f"{path}:{number} is not GeoJSON: {other}. Correct that line.") from other
        features += feature if isinstance(feature, list) else [feature]
    if not features:
        raise _no_geojson(path, content, "it is empty") from problem
    return {"type": "FeatureCollection", "features": features}


def _geometries(whole: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each geometry with its properties, of collections in collections too."""
    waiting: list[tuple[Any, int]] = [(whole, 0)]
    while waiting:
        feature, depth = waiting.pop()
        if not isinstance(feature, dict) or depth > MAX_NESTED:
            continue
        inner = feature.get("features") if feature.get("type") == "FeatureCollection" else None
        if isinstance(inner, list):
            waiting += [(each, depth + 1) for each in reversed(inner)]
            continue
        is_feature = feature.get("type") == "Feature" or "properties" in feature
        geometry = feature.get("geometry") if is_feature else feature
        given = feature.get("properties") if is_feature else None
        properties = dict(given) if isinstance(given, dict) else {}
        for key in ("id", "tags"):
            if feature.get(key) is not None:
                properties.setdefault(key, feature[key])
        if not isinstance(geometry, dict):
            # Tables say the place in their columns.
            flat = tidy(properties)
            at = [flat.get("lon"), flat.get("lat")]
            geometry = {} if None in at else {"type": "Point", "coordinates": at}
        inner = geometry.get("geometries")
        if isinstance(inner, list) and inner:
            for each in reversed(inner):
                is_bare = isinstance(each, dict) and each.get("type") not in ["Feature", "FeatureCollection"]
                bare = {"type": "Feature", "geometry": each, "properties": properties}
                waiting.append((bare if is_bare else each, depth + 1))
        else:
            yield geometry, properties


def _parts(geometry: Json) -> Iterator[tuple[str, object]]:
    """Yield the kinds and coordinates of a geometry; several in one are taken apart."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    if kind == "MultiPoint" and isinstance(coordinates, list):
        yield from (("Point", each) for each in coordinates)
    elif kind == "MultiLineString" and isinstance(coordinates, list):
        yield from (("LineString", each) for each in joined(coordinates))
    else:
        yield kind, coordinates


def joined(parts: list[Any]) -> list[Any]:
    """Return the parts of a line, those that meet at their ends made one.

    Examples
    --------
    >>> joined([[[2, 0], [1, 0]], [[5, 0], [6, 0]], [[2, 0], [3, 0]]])
    [[[1, 0], [2, 0], [3, 0]], [[5, 0], [6, 0]]]
    """
    waiting = [part for part in parts if isinstance(part, list) and part]
    lines = [part for part in parts if not (isinstance(part, list) and part)]
    while waiting and len(parts) <= MAX_PARTS:
        line = waiting.pop(0)
        while True:
            meeting = (
                (number, start, each)
                for number, other in enumerate(waiting)
                for start in (line, line[::-1])
                for each in (other, other[::-1])
                if start[-1] == each[0] and each[-1] not in start  # else it leads back where it came from
            )
            number, start, other = next(meeting, (-1, line, []))
            if number < 0:
                break
            line = start + other[1:]
            del waiting[number]
        lines.append(line)
    return lines + waiting
