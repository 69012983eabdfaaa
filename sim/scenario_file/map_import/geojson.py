"""GeoJSON files, whole or a feature a line, to the features of a map.

Reads what `sim.export.geojson` writes, and what OpenStreetMap, QGIS, ogr2ogr and kepler.gl do.

References
----------
RFC 7946, The GeoJSON format. RFC 8142, GeoJSON text sequences.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.files.regular import read_regular
from sim.scenario_file.map_import.features import MAX_BYTES, MAX_FEATURES, MapFeatures
from sim.scenario_file.map_import.properties import name_of, real, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.scenario_file.map_import.properties import Json

GEOGRAPHIC: Final = ("CRS84", "CRS83", "4326", "4258", "4269", "4979", "4937", "4283", "4617")
"""Reference systems in degrees that differ from WGS 84 by less than positions here can tell."""
DEGREES: Final = 360
"""Coordinates beyond are metres."""
MAX_NESTED: Final = 20
MAX_PARTS: Final = 1000
"""Parts of one line that are looked through for ends that meet."""
_CRS: Final = re.compile(r"(?:EPSG|OGC)[:/0-9.]*?[:/]?(CRS\d+|\d{4,6})\W*$", re.IGNORECASE)


def read_geojson(path: Path) -> MapFeatures:
    """Return the points and lines of a file; `FileError` where it is missing, too large, or has no point."""
    document = _read_json(path)
    head = document.get("frontsim")
    found = MapFeatures(head if isinstance(head, dict) else {})
    named = document.get("name")
    if isinstance(named, str):
        found.head.setdefault("name", named)
    geometries = list(_geometries(document))
    _check_reference_system(document, geometries, path)
    number = 0
    for geometry, properties in geometries:
        for kind, coordinates in _parts(geometry):
            number += 1
            if number > MAX_FEATURES:
                raise FileError(f"{path} has more than {MAX_FEATURES:,} features. Take a part of it.")
            _add(found, kind, coordinates, properties)
    found.finish(path)
    return found


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; `FileError` where it is missing, or too large."""
    try:
        return read_regular(path, MAX_BYTES, is_named=True)
    except OSError as problem:
        raise FileError(f"{path} cannot be read: {problem.strerror or problem}.") from problem


def refuse_reference_system(path: Path, name: str) -> FileError:
    """Return the error of a file in metres, or another system."""
    return FileError(
        f"{path} cannot be used as it is: its coordinates are {name}; export it as WGS 84 (EPSG:4326)."
    )


def _read_json(path: Path) -> Json:
    content = read_bytes(path)
    try:
        document = json.loads(content)
    except UnicodeDecodeError as problem:
        raise FileError(f"{path} is not UTF-8 text. Save it as UTF-8.") from problem
    except (ValueError, RecursionError) as problem:
        document = _read_lines(path, content, problem)
    if isinstance(document, list) and document and all(isinstance(each, dict) for each in document):
        document = {"type": "FeatureCollection", "features": document}
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise FileError(f"{path} is not GeoJSON: it has no type. Export it again as GeoJSON.")
    return document


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
                raise FileError(f"{path} is not GeoJSON: {problem}. Export it again as GeoJSON.") from problem
            raise FileError(f"{path}:{number} is not GeoJSON: {other}. Correct that line.") from other
        features += feature if isinstance(feature, list) else [feature]
    if not features:
        raise FileError(f"{path} is not GeoJSON: it is empty. Export it again as GeoJSON.") from problem
    return {"type": "FeatureCollection", "features": features}


def _geometries(document: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each geometry with its properties, of collections in collections too."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        feature, depth = waiting.pop()
        if not isinstance(feature, dict) or depth > MAX_NESTED:
            continue
        inner = feature.get("features") if feature.get("type") == "FeatureCollection" else None
        if isinstance(inner, list):
            waiting += [(each, depth + 1) for each in reversed(inner)]
            continue
        is_feature = feature.get("type") == "Feature" or "properties" in feature
        geometry, properties = (
            (feature.get("geometry"), feature.get("properties")) if is_feature else (feature, {})
        )
        properties = dict(properties) if isinstance(properties, dict) else {}
        for key in ("id", "tags"):
            if feature.get(key) is not None:
                properties.setdefault(key, feature[key])
        yield geometry if isinstance(geometry, dict) else _place_of(properties), properties


def _place_of(properties: Json) -> Json:
    """Return the point of a feature that says its place in its properties, as tables do."""
    found = tidy(properties)
    if real(found.get("lat")) is None or real(found.get("lon")) is None:
        return {}
    return {"type": "Point", "coordinates": [found["lon"], found["lat"]]}


def _parts(geometry: Json, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield the kinds and coordinates of a geometry; several in one are taken apart."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    inner = geometry.get("geometries")
    if kind == "GeometryCollection" and isinstance(inner, list) and depth < MAX_NESTED:
        for each in inner:
            yield from _parts(each if isinstance(each, dict) else {}, depth + 1)
    elif kind == "MultiPoint" and isinstance(coordinates, list):
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
    if len(parts) > MAX_PARTS:
        return parts
    lines: list[Any] = []
    waiting = list(parts)
    while waiting:
        line = waiting.pop(0)
        is_longer = isinstance(line, list) and len(line) > 1
        while is_longer:
            is_longer = False
            for number, other in enumerate(waiting):
                if not isinstance(other, list) or len(other) < 2:
                    continue
                if line[0] in (other[0], other[-1]):
                    line = line[::-1]
                if line[-1] in (other[0], other[-1]):
                    line = line + (other if line[-1] == other[0] else other[::-1])[1:]
                    del waiting[number]
                    is_longer = True
                    break
        lines.append(line)
    return lines


def _check_reference_system(document: Json, geometries: list[tuple[Json, Json]], path: Path) -> None:
    """Raise `FileError` where coordinates are not degrees."""
    crs = document.get("crs")
    named = crs.get("properties") if isinstance(crs, dict) else None
    given = str(next(iter(named.values()), "")) if isinstance(named, dict) else ""
    code = _CRS.search(f"EPSG:{given}" if given.isdigit() else given)
    if code and code[1].upper() not in GEOGRAPHIC:
        raise refuse_reference_system(path, f"EPSG:{code[1]}")
    points = [
        part
        for geometry, _ in geometries
        for kind, part in _parts(geometry)
        if kind == "Point" and isinstance(part, list)
    ]
    pairs = [(real(point[0]), real(point[1])) for point in points if len(point) > 1]
    known = [(x, y) for x, y in pairs if x is not None and y is not None]
    if known and all(max(abs(x), abs(y)) > DEGREES for x, y in known):
        x, y = known[0]
        raise refuse_reference_system(path, f"no degrees ({x:g}, {y:g})")


def _add(found: MapFeatures, kind: str, coordinates: object, properties: Json) -> None:
    if kind == "Point":
        found.add_point(coordinates, properties)
    elif kind == "LineString":
        found.add_line(coordinates, properties)
    else:
        name = name_of(tidy(properties))
        found.notes.leave_out("without a place" if kind == "None" else kind, name)
