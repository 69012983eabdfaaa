"""Points and lines of a map as towns, routes, rivers and borders; the rest is named by what it is.

An id is an identity only where the place is the same too: many maps number their features anew in each layer.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.errors import FileError
from sim.files.regular import read_regular
from sim.model.scenario import Position
from sim.scenario_file.checks.front import is_swapped
from sim.scenario_file.map_import.properties import NAMES, Json, Notes, name_of, real, shown, tidy
from sim.scenario_file.names import MAX_ID_LENGTH, count_of, is_id

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path
    from typing import Any

MAX_BYTES: Final = 64 << 20
MAX_FEATURES: Final = 100_000
MAX_TOWNS: Final = 5_000
"""As many as fronts have been simulated with."""
DECIMALS: Final = 3
"""Of positions: about a hundred metres, as scenarios have them."""
FINE: Final = 6
"""Decimals to which ends of lines are compared."""
DEGREES: Final = 360
"""Coordinates beyond are metres."""
KINDS: Final = ("road", "rail", "track", "crossing")
DRAWN: Final = ("river", "border")
"""Lines that are no routes."""
GEOGRAPHIC: Final = ("CRS84", "CRS83", "4326", "4258", "4269", "4979", "4937", "4283", "4617")
"""Reference systems in degrees that differ from WGS 84 by less than positions here can tell."""
_CRS: Final = re.compile(r"(CRS\d+|\d{4,6})\W*$", re.IGNORECASE)
_WORDS: Final = {
    **{word: word for word in (*KINDS, *DRAWN)},
    **dict.fromkeys(("railway", "railroad"), "rail"),
    **dict.fromkeys(("ferry", "bridge", "pontoon"), "crossing"),
    "highway": "road",
    **dict.fromkeys(("canal", "stream", "waterway", "lake centerline"), "river"),
    "boundary": "border",
    **dict.fromkeys(("path", "dirt"), "track"),
}
"""What lines are called elsewhere."""
_NO_ROADS: Final = (
    *("footway", "cycleway", "path", "steps", "bridleway", "pedestrian", "corridor", "proposed"),
    *("construction", "platform", "elevator", "raceway", "abandoned"),
)
_RAILWAYS: Final = ("rail", "narrow_gauge", "light_rail")
_OTHER_LINES: Final = (
    *("power", "man_made", "barrier", "aeroway", "aerialway", "building", "landuse", "natural", "leisure"),
)
_NO_TOWNS: Final = (*_OTHER_LINES, "highway", "railway", "amenity", "traffic_sign", "tourism", "shop")

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
    kind: str = "road"


@dataclass(slots=True)
class MapFeatures:
    """The features of a file."""

    document: Json = field(default_factory=dict)
    """The scenario that our own exports hold beside the map."""
    name: str | None = None
    towns: dict[str, PointFeature] = field(default_factory=dict)
    routes: list[LineFeature] = field(default_factory=list)
    lines: list[LineFeature] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    called: dict[str, str] = field(default_factory=dict)
    """Towns by what the file calls them, in lower case: ids and names; empty where several are called so."""
    _same: dict[tuple[object, Point], str] = field(default_factory=dict)
    _first_lon: float | None = None
    _metres: tuple[float, float] | None = None
    _nameless: list[str] = field(default_factory=list)

    def place(self, coordinates: object) -> Point | None:
        """Return latitude and longitude; none where they are not valid.

        Longitudes go on beyond 180 where a front crosses the date line.
        """
        if not isinstance(coordinates, list | tuple) or len(coordinates) < 2:
            return None
        lon, lat = real(coordinates[0]), real(coordinates[1])
        if lon is None or lat is None or not (abs(lat) <= 90 and abs(lon) <= DEGREES):
            if lon is not None and lat is not None and max(abs(lon), abs(lat)) > DEGREES:
                self._metres = lon, lat
            return None
        if self._first_lon is None:
            self._first_lon = lon
        if abs(lon) <= 180:
            lon += 360 * round((self._first_lon - lon) / 360)
        elif abs(lon - self._first_lon) > 90:
            return None
        return round(lat, FINE), round(lon, FINE)

    def add_point(self, coordinates: object, properties: Mapping[str, Any], *, default: str = "") -> None:
        """Add a town; of one that comes again, as on the next day of a run, only the first counts.

        A node of a graph is one whatever it is tagged, and has a default for its name.
        """
        found = tidy(properties)
        name = name_of(found) or default
        tag = next((f"{key} = {found[key]}" for key in _NO_TOWNS if isinstance(found.get(key), str)), None)
        if tag and not default and not name_of(found, NAMES[:-1]) and not {"osmid", "place"} & found.keys():
            self.notes.leave_out(tag, name)
            return
        fine = self.place(coordinates)
        if fine is None:
            self.notes.leave_out("without a place", f"{name or 'no name'}: {shown(coordinates)}")
            return
        at = round(fine[0], DECIMALS), round(fine[1], DECIMALS)
        own = found.get("id", found.get("osmid"))
        identity = name if own is None else own if isinstance(own, str | int) else str(own)
        if (identity, at) in self._same:
            self.notes.leave_out("the same town again", name)
            return
        if not name:
            name = f"Town {len(self.towns) + 1}"
            self._nameless.append(name)
        key = own if isinstance(own, str) and is_id(own) else slug(name, self.towns)
        if key in self.towns:
            key = slug(name, self.towns)
            self.notes.value(name, "id", own, f"stands for another place too, and is {key} here", "Changed")
        self._same[identity, at] = key
        self.notes.leave_unused(found)
        self.towns[key] = PointFeature(key, name, at, found)
        for called in {str(own).casefold() if own is not None else "", name.casefold()} - {""}:
            self.called[called] = "" if called in self.called else key

    def add_line(self, coordinates: object, properties: Mapping[str, Any]) -> None:
        """Add a route, a river or a border, or name what it is instead."""
        found = tidy(properties)
        name = name_of(found)
        spots = coordinates if isinstance(coordinates, list | tuple) else []
        path: list[Point] = []
        wrong: list[object] = []
        for spot in spots:
            point = self.place(spot)
            if point is None:
                wrong.append(spot)
            elif not path or point != path[-1]:
                path.append(point)
        if wrong:
            label = f"{name or 'no name'}: {shown(wrong[0])}"
            self.notes.leave_out("points of lines without a place", label)
        kind, reason = _line_kind(found, name, self.notes)
        if not reason:
            self.notes.leave_unused(found)
        if reason or len(path) < 2:
            self.notes.leave_out(reason or "lines without a length", name)
        else:
            where = self.lines if kind in DRAWN else self.routes
            where.append(LineFeature(name, tuple(path), found, kind))

    def finish(self, path: Path) -> MapFeatures:
        """Put right what is certainly swapped; `FileError` where there is no town, or too many."""
        if len(self.towns) > MAX_TOWNS:
            raise FileError(f"{path} has more than {MAX_TOWNS:,} points. Take a part of it.")
        if not self.towns and self._metres:
            x, y = self._metres
            raise _other_system(path, f"no degrees ({x:g}, {y:g})")
        if not self.towns:
            told = " ".join(self.notes.all())
            raise FileError(f"{path} has no point, and so no town. {told} Add points with a name.")
        if self._nameless:
            count = count_of(len(self._nameless), "point")
            keys = ", ".join(NAMES)
            self.notes.add(
                f"{count} without a name, looked for in {keys}, name:…: called {self._nameless[0]} and so on."
            )
        middle = Position(*(median(town.at[axis] for town in self.towns.values()) for axis in (0, 1)))
        for key, town in self.towns.items():
            if is_swapped(Position(*town.at), middle):
                lat, lon = town.at
                self.notes.add(
                    f"{town.name} at lat {lat}, lon {lon} looks swapped, far from the others: "
                    "taken the other way round."
                )
                self.towns[key] = replace(town, at=(lon, lat))
        return self


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; `FileError` where it is missing, or too large."""
    try:
        return read_regular(path, MAX_BYTES, is_named=True)
    except OSError as problem:
        raise FileError(f"{path} cannot be read: {problem.strerror or problem}.") from problem


def refuse_other_system(path: Path, crs: str | int) -> None:
    """Raise `FileError` where a reference system, named in any of the usual ways, is not in degrees."""
    code = _CRS.search(str(crs))
    if code and code[1].upper() not in GEOGRAPHIC:
        raise _other_system(path, f"EPSG:{code[1]}")


def _other_system(path: Path, name: str) -> FileError:
    return FileError(
        f"{path} cannot be used as it is: its coordinates are {name}; export it as WGS 84 (EPSG:4326)."
    )


def slug(name: str, taken: Container[str], default: str = "town") -> str:
    """Return a free id from a name, or a default: lower case and hyphens, with a number where it is taken.

    Examples
    --------
    >>> slug("Velykyi Burluk", {}), slug("Tébessa", {"tebessa": 1}), slug("!", {})
    ('velykyi-burluk', 'tebessa-2', 'town')
    """
    letters = unicodedata.normalize("NFKC", name).casefold()
    # An accent on a letter from a to z is left out: ids are typed.
    bare = [unicodedata.normalize("NFD", each)[0] for each in letters]
    plain = "".join(base if base.isascii() else each for base, each in zip(bare, letters, strict=True))
    words = re.sub(r"[^\w]+", "-", plain).strip("-_")[: MAX_ID_LENGTH - 8]
    base = words if is_id(words) else default
    if base not in taken:
        return base
    # Thousands may have one name: the first free number is found by bisection.
    counts = range(2, MAX_FEATURES + 3)
    return f"{base}-{counts[bisect(counts, False, key=lambda each: f'{base}-{each}' not in taken)]}"


def _line_kind(found: Json, name: str | None, notes: Notes) -> tuple[str, str]:
    """Return the kind of a line, and why it is none of those, if it is not."""
    tags = {key: _words_of(found.get(key)) for key in ("highway", "railway", "waterway", "route", "boundary")}
    if tags["waterway"] or found.get("water"):
        return "river", ""
    if tags["boundary"] or "admin_level" in found:
        return "border", ""
    if tags["highway"]:
        kind = "track" if "track" in tags["highway"] else "road"
        is_road = tags["highway"][0] not in _NO_ROADS
        return kind, "" if is_road else f"highway = {tags['highway'][0]}"
    if tags["railway"]:
        return "rail", "" if tags["railway"][0] in _RAILWAYS else f"railway = {tags['railway'][0]}"
    if "ferry" in tags["route"]:
        return "crossing", ""
    for key in ("feature", "kind", "fclass", "featurecla", "class", "subtype", "type"):
        value = found.get(key)
        word = _WORDS.get(value.strip().casefold()) if isinstance(value, str) else None
        if word:
            return word, ""
        if key == "kind" and value is not None:
            notes.value(name or "a line", key, value, f"is none of {', '.join((*KINDS, *DRAWN))}")
    other = next((key for key in _OTHER_LINES if found.get(key) not in [None, "no"]), None)
    return "road", f"{other} = {found[other]}" if other else ""


def _words_of(value: object) -> list[str]:
    """Return the words of a tag, which OSMnx writes as lists where ways were joined."""
    words = value if isinstance(value, list) else [value]
    return [
        word for each in words if isinstance(each, str) for word in re.findall("[a-z_]+", each.casefold())
    ]
