"""What a feature of a map says of itself: keys in any case, numbers in texts, and what could not be read.

Knows how OpenStreetMap, QGIS, ogr2ogr, OSMnx and shapefiles write keys, and no geometry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from sim.scenario_file.names import MAX_ID_LENGTH, escape_terminal
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.syntax.units import InvalidValueError, read_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario_file.schema.key_types import Number, Table

Json: TypeAlias = dict[str, Any]

NAMES: Final = (
    *("name", "name_en", "int_name", "title", "label", "asciiname", "official_name", "placename"),
    *("toponym", "nam", "ref", "id"),
)
"""Keys that may hold a name, best first; after them any of the form ``name:uk``."""
TOWN_NUMBERS: Final = (
    ("base_t_per_d", "base", " t/d"),
    ("depth_km", "depth", " km"),
    ("terrain", "terrain", ""),
    ("fortification", "fortification", ""),
)
GARRISON_NUMBERS: Final = (
    ("strength_soldiers", "strength", ""),
    ("stock_t", "stock", " t"),
    ("stock_days", "stock", " d"),
)
ROUTE_NUMBERS: Final = (
    ("length_km", "length", " km"),
    ("capacity_t_per_d", "capacity", " t/d"),
    ("speed_km_per_h", "speed", " km/h"),
    ("terrain", "terrain", ""),
    ("damage_share", "damage", ""),
)
FRONT_NUMBERS: Final = (("front_share", "front", " of length"), ("front_km", "front", " km"))
_NUMBERS: Final = (*TOWN_NUMBERS, *GARRISON_NUMBERS, *ROUTE_NUMBERS, *FRONT_NUMBERS)
_CUT: Final = {name[:10]: name for name, _, _ in _NUMBERS}
"""Keys as shapefiles cut them."""
_ALIASES: Final = {
    "side": "held_by",
    "holder": "held_by",
    "control": "held_by",
    "controlled_by": "held_by",
    "garrison": "strength",
    "soldiers": "strength",
    "latitude": "lat",
    "longitude": "lon",
    "geom": "geometry",
    "wkt": "geometry",
}
_HSTORE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_BARE: Final = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d{1,3})?|[+-]?\d+\.")
_COMMA: Final = re.compile(r"([+-]?\d+),(\d+)(?!\d|,)")
_SPACE_IN_NUMBER: Final = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
MAX_NAMED: Final = 5
MAX_SHOWN: Final = 40


def tidy(properties: Mapping[str, Any]) -> Json:
    """Return properties by plain keys: in lower case, with underscores; nested tags stand beside the rest.

    Examples
    --------
    >>> tidy({"NAME": "Lypa", "tags": {"name:uk": "Липа"}, "other_tags": '"place"=>"town"'})
    {'place': 'town', 'name_uk': 'Липа', 'name': 'Lypa'}
    """
    found: Json = {}
    for name, value in properties.items():
        key = re.sub(r"[\s:.\-]+", "_", str(name).strip().casefold())
        if key == "tags" and isinstance(value, dict):
            found = {**tidy(value), **found}
        elif key in {"tags", "other_tags"} and isinstance(value, str) and "=>" in value:
            found = {**tidy(dict(_HSTORE.findall(value))), **found}
        elif value is not None and value != "":
            key = _ALIASES.get(key, _CUT.get(key, key))
            found.setdefault(key, value)
    if ("osmid" in found or "highway" in found) and "length_km" not in found:
        # OSMnx gives metres, without saying so.
        metres = real(found.get("length"))
        if metres is not None:
            del found["length"]
            found["length_km"] = max(0.05, round(metres / 1000, 3))
    return found


USED: Final = frozenset(
    {name for row in _NUMBERS for name in row[:2]}
    | {"held_by", "held_by_name", "kind", "river", "from", "to", "lat", "lon", "x", "y", "geometry", "place"}
    | {"highway", "railway", "waterway", "route", "boundary", "admin_level", "fclass", "featurecla", "type"}
    | {"osmid", "length", "@id", *NAMES}
)
"""Keys that mean something here."""


def unused(properties: Json) -> list[str]:
    """Return the keys that mean nothing here; those of our own exports are known."""
    if properties.get("feature") in ["town", "route", "river", "border"]:
        return []
    return [key for key in properties if key not in USED and not key.startswith("name_")]


def real(value: object) -> float | None:
    """Return a finite number, also from a text; none where it is not one.

    Examples
    --------
    >>> real("20,5"), real("1 200"), real(True), real("many")
    (20.5, 1200.0, None, None)
    """
    if isinstance(value, str):
        text = plain_number(value)
        value = float(text) if _BARE.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Not so for what is not a number, infinite, or too long for a float.
    return float(value) if abs(value) < 1e300 else None  # noqa: PLR2004 - far beyond all that is measured


def plain_number(text: str) -> str:
    """Return a text with its number as programmes write it: a decimal point, and nothing between thousands.

    A comma before exactly three digits may be either, and stays, unless the number begins with 0.
    """
    tidied = _SPACE_IN_NUMBER.sub("", text.strip())
    match = _COMMA.match(tidied)
    if match and (len(match[2]) != 3 or match[1].lstrip("+-") == "0"):
        return f"{match[1]}.{match[2]}{tidied[match.end() :]}"
    return tidied


@dataclass(slots=True)
class Notes:
    """What was assumed, changed or left out, in sentences; the same of many features is told once."""

    sentences: list[str] = field(default_factory=list)
    _values: dict[str, list[str]] = field(default_factory=dict)
    _skipped: dict[str, list[str]] = field(default_factory=dict)
    _unused: dict[str, None] = field(default_factory=dict)

    def add(self, sentence: str) -> None:
        """Note a sentence."""
        self.sentences.append(escape_terminal(sentence))

    def leave_out_value(self, feature: str, key: str, value: object, why: str) -> None:
        """Note a value that could not be read, with the feature that has it."""
        self.change_value(feature, key, value, why, "Left out")

    def change_value(self, feature: str, key: str, value: object, why: str, what: str = "Changed") -> None:
        """Note a value that is another here, with the feature that has it."""
        self._values.setdefault(f"{what}: {key} {why}", []).append(f"{feature} ({shown(value)})")

    def leave_out(self, what: str, name: str | None = None) -> None:
        """Note a feature that is no part of a scenario, by what it is."""
        self._skipped.setdefault(escape_terminal(what), []).append(name or "")

    def leave_unused(self, keys: Sequence[str]) -> None:
        """Note keys that mean nothing here."""
        self._unused.update(dict.fromkeys(keys))

    def all(self) -> list[str]:
        """Return all notes, those that are told once for many at the end."""
        notes = list(dict.fromkeys(self.sentences))
        notes += [f"{why}: {_named(names)}." for why, names in self._values.items()]
        if self._skipped:
            told = []
            for what, names in self._skipped.items():
                known = [name for name in names if name]
                told.append(f"{len(names)} {what}" + (f" ({_named(known)})" if known else ""))
            notes.append(f"Left out: {', '.join(told)}.")
        if self._unused:
            notes.append(f"Properties without a use here: {_named(sorted(self._unused), 12)}.")
        return [escape_terminal(note) for note in notes]


def shown(value: object) -> str:
    """Return a value as a note has it."""
    text = f'"{value}"' if isinstance(value, str) else f"{value!r}"
    return escape_terminal(text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…")


def _named(names: Sequence[str], most: int = MAX_NAMED) -> str:
    unlike = list(dict.fromkeys(names))
    others = len(unlike) - most
    return ", ".join(unlike[:most]) + (f" and {others} more" if others > 0 else "")


def numbers(
    properties: Json, wanted: Sequence[tuple[str, str, str]], section: str, feature: str, notes: Notes
) -> Json:
    """Return the numbers that are there and allowed, each with its unit; of two for one key the first."""
    made: Json = {}
    for name, key, unit in wanted:
        for written, own_unit in ({name: unit} | ({key: ""} if key != name else {})).items():
            if key in made or written not in properties:
                continue
            value = properties[written]
            try:
                made[key] = _number(value, own_unit, section, key)
            except InvalidValueError as problem:
                notes.leave_out_value(feature, written, value, f"{problem.message} ({problem.label})")
    return made


def _number(value: object, unit: str, section: str, key: str) -> str | float:
    """Return a number as a scenario writes it, or raise `InvalidValueError`."""
    keys = SECTIONS[section].table.keys
    if key not in keys:
        keys = cast("Table", keys["garrison"].type).keys
    found = cast("Number", keys[key].type)
    if isinstance(value, str):
        text = plain_number(value)
        if _COMMA.match(text):
            label = "a comma before three digits may part decimals or thousands"
            raise InvalidValueError("E203", "may mean two numbers", label)
        value = text + unit if _BARE.fullmatch(text) and unit else text
        if _BARE.fullmatch(text) and not unit:
            value = int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = real(value)
        if number is None:
            raise InvalidValueError("E205", "is not a finite number", "left out")
        value = f"{value!r}{unit}" if unit else value
    quantity = read_quantity(value, found.forms)
    if quantity.form.measure == "soldiers":
        return quantity.value
    return value  # type: ignore[return-value]


def name_of(properties: Json, keys: Sequence[str] = NAMES) -> str | None:
    """Return the name of a feature on one line, if it has one."""
    others = [key for key in properties if key.startswith("name_")]
    for key in (*keys[:-1], *others, keys[-1]):
        value = properties.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 and key != "id":
            value = str(value)
        if isinstance(value, str) and value.strip():
            return escape_terminal(" ".join(value.split()))[:MAX_ID_LENGTH]
    return None
