"""Points and lines of a GeoJSON file as towns, routes, rivers and borders; the rest is counted and named.

Reads what `sim.export.geojson` writes, and whatever else has points with names.

References
----------
RFC 7946, The GeoJSON format.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.scenario_file.names import MAX_ID_LENGTH, escape_terminal, is_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 64 << 20
MAX_FEATURES: Final = 100_000
MAX_TOWNS: Final = 5_000
"""As many as fronts have been simulated with."""
DECIMALS: Final = 3
"""Of positions: about a hundred metres, as scenarios have them."""
LINES: Final = {"river": "river", "border": "border"}
NAMES: Final = ("name", "name:en", "title", "label", "id")

Point = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the file."""

    id: str
    name: str
    at: Point
    found: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Track:
    """A line of the file."""

    name: str | None
    path: tuple[Point, ...]
    found: dict[str, Any]


@dataclass(slots=True)
class Places:
    """All of a file.

    Attributes
    ----------
    left_out
        What is neither a point nor a line: how often, by what it is.
    """

    head: dict[str, Any] = field(default_factory=dict)
    towns: list[Place] = field(default_factory=list)
    ids: dict[str, None] = field(default_factory=dict)
    routes: list[Track] = field(default_factory=list)
    lines: list[Track] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def read_places(path: Path) -> Places:
    """Return the points and lines of a file.

    Raises
    ------
    FileError
        Where it is missing, too large or no GeoJSON, or has no point.
    """
    places = Places()
    document = _document(path)
    head = document.get("frontsim")
    places.head = head if isinstance(head, dict) else {}
    for number, (geometry, found) in enumerate(_features(document)):
        if number >= MAX_FEATURES:
            raise FileError(f"{path} has more than {MAX_FEATURES:,} features. Take a part of it.")
        _sort(places, geometry, found)
    if len(places.towns) > MAX_TOWNS:
        raise FileError(f"{path} has more than {MAX_TOWNS:,} points. Take a part of it.")
    if not places.towns:
        raise FileError(f"{path} has no point, and so no town. Add points with a name.")
    return places


def slug(name: str, taken: dict[str, Any], kind: str = "town") -> str:
    """Return an id from a name: small letters and hyphens, another number where it is taken.

    Parameters
    ----------
    kind
        What it is called where no letter is left.

    Examples
    --------
    >>> slug("Velykyi Burluk", {}), slug("Lypa", {"lypa": 1}), slug("!", {})
    ('velykyi-burluk', 'lypa-2', 'town')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.sub(r"[^\w]+", "-", plain).strip("-_")[: MAX_ID_LENGTH - 8]
    base = words if is_id(words) else kind
    if base not in taken:
        return base
    # thousands may have one name: the first free number is sought by halves
    last, free = 1, 2
    while f"{base}-{free}" in taken:
        last, free = free, 2 * free
    while free - last > 1:
        middle = (last + free) // 2
        last, free = (middle, free) if f"{base}-{middle}" in taken else (last, middle)
    return f"{base}-{free}"


def _document(path: Path) -> dict[str, Any]:
    """Return a file's content."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(f"{path} is larger than 64 MiB. Take a part of it.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise FileError(f"{path} cannot be read: {problem.strerror or problem}.") from problem
    except UnicodeDecodeError as problem:
        raise FileError(f"{path} is no text in UTF-8, and so no GeoJSON. Save it as such.") from problem
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise FileError(f"{path} is no GeoJSON: {problem}. Export it again as GeoJSON.") from problem
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise FileError(f"{path} is no GeoJSON: it has no type. Export it again as GeoJSON.")
    return document


def _features(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield geometries with their properties; several in one are taken apart."""
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    for feature in features if isinstance(features, list) else []:
        if not isinstance(feature, dict):
            continue
        is_feature = feature.get("type") == "Feature"
        geometry = feature.get("geometry") if is_feature else feature
        found = feature.get("properties") if is_feature else {}
        properties = dict(found) if isinstance(found, dict) else {}
        if "id" not in properties and isinstance(feature.get("id"), str):
            properties["id"] = feature["id"]
        yield from _parts(geometry if isinstance(geometry, dict) else {}, properties)


def _parts(
    geometry: dict[str, Any], found: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield a geometry's parts."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    if kind in {"MultiPoint", "MultiLineString"} and isinstance(coordinates, list):
        for part in coordinates:
            yield {"type": kind.removeprefix("Multi"), "coordinates": part}, found
    else:
        yield geometry, found


def _sort(places: Places, geometry: dict[str, Any], found: dict[str, Any]) -> None:
    """Put one geometry where it belongs."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    point = _point(coordinates) if kind == "Point" else None
    path = _path(coordinates) if kind == "LineString" else ()
    if point is not None:
        _add_town(places, point, found)
    elif len(path) > 1:
        track = Track(_name(found), path, found)
        (places.lines if found.get("feature") in list(LINES) else places.routes).append(track)
    else:
        named = kind if kind not in {"Point", "LineString", "None"} else "without a place"
        places.left_out[escape_terminal(named)] = places.left_out.get(escape_terminal(named), 0) + 1


def _add_town(places: Places, at: Point, found: dict[str, Any]) -> None:
    """Add a town; of one that comes again, as on the next day of a run, only the first counts."""
    taken = places.ids
    own = found.get("id")
    name = _name(found) or f"Town {len(places.towns) + 1}"
    if isinstance(own, str) and is_id(own):
        if own in taken:
            again = "the same town again"
            places.left_out[again] = places.left_out.get(again, 0) + 1
            return
    else:
        own = slug(name, taken)
    taken[own] = None
    places.towns.append(Place(own, name, at, found))


def _name(found: dict[str, Any]) -> str | None:
    """Return what something is called."""
    for key in NAMES:
        value = found.get(key)
        if isinstance(value, str) and value.strip():
            return escape_terminal(" ".join(value.split()))[:MAX_ID_LENGTH]
    return None


def _path(coordinates: object) -> tuple[Point, ...]:
    """Return a line's points; those that are none are left out."""
    if not isinstance(coordinates, list):
        return ()
    found = [point for each in coordinates if (point := _point(each)) is not None]
    return tuple(point for number, point in enumerate(found) if not number or point != found[number - 1])


def _point(coordinates: object) -> Point | None:
    """Return latitude and longitude, coarse enough; none where they are none."""
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    lon, lat = coordinates[:2]
    # the comparison tells NaN and whole numbers that no float can hold, too
    if not all(isinstance(each, int | float) for each in (lon, lat)):
        return None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return round(float(lat), DECIMALS), round(float(lon), DECIMALS)
