"""Points and lines of a GeoJSON file as towns, routes, rivers and borders; the rest is counted.

Reads what `sim.export.geojson` writes, and whatever else has points with names.

References
----------
RFC 7946, The GeoJSON format.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.errors import FileError
from sim.files.regular import read_regular
from sim.scenario_file.names import MAX_ID_LENGTH, escape_terminal, is_id

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

MAX_BYTES: Final = 64 << 20
MAX_FEATURES: Final = 100_000
MAX_TOWNS: Final = 5_000
"""As many as fronts have been simulated with."""
DECIMALS: Final = 3
"""Of positions: about a hundred metres, as scenarios have them."""
DRAWN: Final = ("river", "border")
"""Lines that are no routes."""
NAMES: Final = ("name", "name:en", "title", "label", "id")

Json: TypeAlias = dict[str, Any]
Point: TypeAlias = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class PointFeature:
    """A point with a name."""

    id: str
    name: str
    at: Point
    properties: Json


@dataclass(frozen=True, slots=True)
class LineFeature:
    """A line of at least two points."""

    name: str | None
    path: tuple[Point, ...]
    properties: Json


@dataclass(slots=True)
class MapFeatures:
    """The features of a file."""

    head: Json = field(default_factory=dict)
    """What `sim.export.geojson` says of the scenario as a whole."""
    towns: dict[str, PointFeature] = field(default_factory=dict)
    routes: list[LineFeature] = field(default_factory=list)
    lines: list[LineFeature] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """How often there was something that is neither a point nor a line, by what it is."""


def read_geojson(path: Path) -> MapFeatures:
    """Return the points and lines of a file; `FileError` where it is missing, too large, or has no point."""
    document = _read_json(path)
    head = document.get("frontsim")
    found = MapFeatures(head if isinstance(head, dict) else {})
    for number, (geometry, properties) in enumerate(_geometries(document)):
        if number >= MAX_FEATURES:
            raise FileError(f"{path} has more than {MAX_FEATURES:,} features. Take a part of it.")
        _add(found, geometry, properties)
    if len(found.towns) > MAX_TOWNS:
        raise FileError(f"{path} has more than {MAX_TOWNS:,} points. Take a part of it.")
    if not found.towns:
        raise FileError(f"{path} has no point, and so no town. Add points with a name.")
    return found


def slug(name: str, taken: Container[str], default: str = "town") -> str:
    """Return a free id from a name, or a default: lower case and hyphens, with a number where it is taken.

    Examples
    --------
    >>> slug("Velykyi Burluk", {}), slug("Lypa", {"lypa": 1}), slug("!", {})
    ('velykyi-burluk', 'lypa-2', 'town')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.sub(r"[^\w]+", "-", plain).strip("-_")[: MAX_ID_LENGTH - 8]
    base = words if is_id(words) else default
    if base not in taken:
        return base
    # Thousands may have one name: the first free number is found by bisection.
    numbers = range(2, MAX_FEATURES + 3)
    return f"{base}-{numbers[bisect(numbers, False, key=lambda each: f'{base}-{each}' not in taken)]}"


def _read_json(path: Path) -> Json:
    try:
        document = json.loads(read_regular(path, MAX_BYTES, is_named=True).decode("utf-8-sig"))
    except OSError as problem:
        raise FileError(f"{path} cannot be read: {problem.strerror or problem}.") from problem
    except UnicodeDecodeError as problem:
        raise FileError(f"{path} is not UTF-8 text. Save it as UTF-8.") from problem
    except (ValueError, RecursionError) as problem:
        raise FileError(f"{path} is not GeoJSON: {problem}. Export it again as GeoJSON.") from problem
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise FileError(f"{path} is not GeoJSON: it has no type. Export it again as GeoJSON.")
    return document


def _geometries(document: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each geometry with its properties; several in one are taken apart."""
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    for feature in features if isinstance(features, list) else []:
        if not isinstance(feature, dict):
            continue
        is_feature = feature.get("type") == "Feature"
        geometry, properties = (
            (feature.get("geometry"), feature.get("properties")) if is_feature else (feature, {})
        )
        properties = dict(properties) if isinstance(properties, dict) else {}
        if isinstance(feature.get("id"), str):
            properties.setdefault("id", feature["id"])
        geometry = geometry if isinstance(geometry, dict) else {}
        kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
        if kind in {"MultiPoint", "MultiLineString"} and isinstance(coordinates, list):
            for part in coordinates:
                yield {"type": kind.removeprefix("Multi"), "coordinates": part}, properties
        else:
            yield geometry, properties


def _add(found: MapFeatures, geometry: Json, properties: Json) -> None:
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    point = _point(coordinates) if kind == "Point" else None
    path = _path(coordinates) if kind == "LineString" else ()
    if point is not None:
        _add_town(found, point, properties)
    elif len(path) > 1:
        lines = found.lines if properties.get("feature") in list(DRAWN) else found.routes
        lines.append(LineFeature(_name(properties), path, properties))
    else:
        is_empty = kind in {"Point", "LineString", "None"}
        found.skipped["without a place" if is_empty else escape_terminal(kind)] += 1


def _add_town(found: MapFeatures, at: Point, properties: Json) -> None:
    """Add a town; of one that comes again, as on the next day of a run, only the first counts."""
    name = _name(properties) or f"Town {len(found.towns) + 1}"
    own = properties.get("id")
    key = own if isinstance(own, str) and is_id(own) else slug(name, found.towns)
    if key in found.towns:
        found.skipped["the same town again"] += 1
    else:
        found.towns[key] = PointFeature(key, name, at, properties)


def _name(properties: Json) -> str | None:
    for key in NAMES:
        value = properties.get(key)
        if isinstance(value, str) and value.strip():
            return escape_terminal(" ".join(value.split()))[:MAX_ID_LENGTH]
    return None


def _path(coordinates: object) -> tuple[Point, ...]:
    """Return a line's points, without invalid and repeated ones."""
    points = [_point(each) for each in coordinates] if isinstance(coordinates, list) else []
    found = [point for point in points if point is not None]
    return tuple(point for number, point in enumerate(found) if not number or point != found[number - 1])


def _point(coordinates: object) -> Point | None:
    """Return latitude and longitude, rounded; nothing where they are not valid."""
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    lon, lat = coordinates[:2]
    # The comparison refuses NaN and whole numbers that no float can hold, too.
    if not all(isinstance(each, int | float) for each in (lon, lat)):
        return None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return round(float(lat), DECIMALS), round(float(lon), DECIMALS)
