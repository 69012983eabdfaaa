"""What a feature of a map says of itself: keys in any case, numbers in texts, and what could not be read.

Knows how OpenStreetMap, QGIS, ogr2ogr, OSMnx and shapefiles write keys, and no geometry.
"""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import suppress
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
_ALIASES: Final = {
    **{name[:10]: name for name, _, _ in _NUMBERS},  # as shapefiles cut keys
    **dict.fromkeys(("side", "holder", "control", "controlled_by", "controlled"), "held_by"),
    **dict.fromkeys(("garrison", "soldiers"), "strength"),
    **dict.fromkeys(("geom", "wkt"), "geometry"),
    "latitude": "lat",
    **dict.fromkeys(("longitude", "lng"), "lon"),
}
_USED: Final = frozenset(
    {name for row in _NUMBERS for name in row[:2]}
    | {"held_by", "held_by_name", "kind", "river", "from", "to", "lat", "lon", "x", "y", "geometry", "place"}
    | {"highway", "railway", "waterway", "route", "boundary", "admin_level", "fclass", "featurecla", "type"}
    | {"osmid", "length", "@id", "water", "class", "subtype", *NAMES}
)
"""Keys that mean something here."""
_HSTORE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_LISTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_BARE: Final = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d{1,3})?|[+-]?\d+\.")
_COMMA: Final = re.compile(r"([+-]?\d+),(\d+)(?!\d|,)")
_SPACE_IN_NUMBER: Final = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
_DECIMAL_COMMA: Final = 3
"""Digits after a comma that may be thousands."""
_METRES: Final = 1000
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
        if key in {"tags", "other_tags"} and isinstance(value, str):
            value = dict(_HSTORE.findall(value)) or _json_table(value)
        if key in {"tags", "other_tags", "properties"} and isinstance(value, dict):
            found = {**tidy(value), **found}
        elif value is not None and value != "":
            found.setdefault(_ALIASES.get(key, key), value)
    if ("osmid" in found or "highway" in found) and "length_km" not in found:
        # OSMnx gives metres, without saying so.
        metres = real(found.get("length"))
        if metres is not None:
            del found["length"]
            found["length_km"] = max(0.05, round(metres / _METRES, 3))
    return found


def _json_table(text: str) -> object:
    """Return the table that a text holds, as newer ogr2ogr writes tags; else the text."""
    with suppress(ValueError, RecursionError):
        return json.loads(text) if text.startswith("{") else text
    return text


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
    if match and (len(match[2]) != _DECIMAL_COMMA or match[1].lstrip("+-") == "0"):
        return f"{match[1]}.{match[2]}{tidied[match.end() :]}"
    return tidied


def one_line(text: object, most: int = MAX_ID_LENGTH) -> str:
    """Return a text on one line in one normal form, with nothing that steers a terminal."""
    return escape_terminal(" ".join(unicodedata.normalize("NFC", str(text)).split()))[:most].strip()


def name_of(properties: Json, keys: Sequence[str] = NAMES) -> str | None:
    """Return the name of a feature on one line, if it has one."""
    others = [key for key in properties if key.startswith("name_")]
    for key in (*keys[:-1], *others, keys[-1]):
        value = properties.get(key)
        if isinstance(value, str) and value.startswith(("['", '["')):
            value = [one or other for one, other in _LISTED.findall(value)]  # as OSMnx writes lists in graphs
        if isinstance(value, list):
            value = ", ".join(each for each in value if isinstance(each, str))
        is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18
        if (isinstance(value, str) or (is_number and key != "id")) and one_line(value):
            return one_line(value)
    return None


@dataclass(slots=True)
class Notes:
    """What was assumed, changed or left out, in sentences; the same of many features is told once."""

    sentences: list[str] = field(default_factory=list)
    _values: dict[str, list[str]] = field(default_factory=dict)
    _skipped: dict[str, list[str]] = field(default_factory=dict)
    _unused: set[str] = field(default_factory=set)

    def add(self, sentence: str) -> None:
        """Note a sentence."""
        self.sentences.append(sentence)

    def value(self, feature: str, key: str, value: object, why: str, what: str = "Left out") -> None:
        """Note a value that is left out or another here, with the feature that has it."""
        self._values.setdefault(f"{what}: {key} {why}", []).append(f"{feature} ({shown(value)})")

    def leave_out(self, what: str, name: str | None = None) -> None:
        """Note a feature that is no part of a scenario, by what it is."""
        self._skipped.setdefault(what, []).append(name or "")

    def leave_unused(self, properties: Json) -> None:
        """Note keys that mean nothing here; those of our own exports are known."""
        if properties.get("feature") not in ["town", "route", "river", "border"]:
            self._unused |= {key for key in properties if key not in _USED and not key.startswith("name_")}

    def all(self) -> list[str]:
        """Return all notes, those that are told once for many at the end."""
        notes = list(dict.fromkeys(self.sentences))
        notes += [f"{why}: {listed(names)}." for why, names in self._values.items()]
        if self._skipped:
            known = {what: [name for name in names if name] for what, names in self._skipped.items()}
            told = (
                f"{what} ({len(self._skipped[what])}{f': {listed(names)}' if names else ''})"
                for what, names in known.items()
            )
            notes.append(f"Left out: {', '.join(told)}.")
        if self._unused:
            notes.append(f"Properties without a use here: {listed(sorted(self._unused), 12)}.")
        return [escape_terminal(note) for note in notes]


def shown(value: object) -> str:
    """Return a value as a note has it."""
    text = f'"{value}"' if isinstance(value, str) else f"{value!r}"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def listed(names: Sequence[str], most: int = MAX_NAMED) -> str:
    """Return the first of some names, each once, and how many more there are."""
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
                notes.value(feature, written, value, f"{problem.message} ({problem.label})")
    return made


def _number(value: object, unit: str, section: str, key: str) -> str | float:
    """Return a number as a scenario writes it, or raise `InvalidValueError`."""
    keys = SECTIONS[section].table.keys
    keys = keys if key in keys else cast("Table", keys["garrison"].type).keys
    if isinstance(value, str):
        text = plain_number(value)
        if _COMMA.match(text):
            label = "a comma before three digits may part decimals or thousands"
            raise InvalidValueError("E203", "may mean two numbers", label)
        if not _BARE.fullmatch(text):
            value = text
        elif unit:
            value = text + unit
        else:
            value = int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool) and unit and real(value) is not None:
        value = f"{value!r}{unit}"
    quantity = read_quantity(value, cast("Number", keys[key].type).forms)
    return quantity.value if quantity.form.measure == "soldiers" else value  # type: ignore[return-value]
