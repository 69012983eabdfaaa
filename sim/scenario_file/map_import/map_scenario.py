"""A scenario to start from, made of map features; what they do not say is assumed, and each assumption noted.

Sides come from the features, else the west is held by one and the east by the other. Each side needs a base,
every town a way to one, and the two a contact; where those are missing, the least that does is added. Where
nothing says how the sides fight, the stronger one attacks. What checks refuse is left out and noted.
A map that we exported holds the scenario that it was; what is on the map as it was is taken from there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.model.scenario import Position, Route, great_circle, route_capacity
from sim.scenario_file.checks.assembly import build_scenario
from sim.scenario_file.layers import document_stack, to_document
from sim.scenario_file.map_import.distances import Distances
from sim.scenario_file.map_import.features import DECIMALS, slug
from sim.scenario_file.map_import.properties import (
    GARRISON_NUMBERS,
    TOWN_NUMBERS,
    listed,
    numbers,
    one_line,
    real,
)
from sim.scenario_file.map_import.road_network import RoadNetwork
from sim.scenario_file.names import count_of, is_id
from sim.scenario_file.schema.key_types import TableReader
from sim.scenario_file.schema.sections import SECTIONS

if TYPE_CHECKING:
    from sim.model.scenario import Town
    from sim.scenario_file.diagnostics import Diagnostic
    from sim.scenario_file.map_import.features import MapFeatures, PointFeature
    from sim.scenario_file.map_import.properties import Json, Notes

BASE: Final = "1000 t/d"
STRENGTH: Final = 500
START: Final = "2025-01-27"
HORIZON: Final = "90 d"
SIDES: Final = (("west", "West", "circle"), ("east", "East", "diamond"))
MIN_TOWNS: Final = 2
ASSAULTS: Final = (2.0, 0.5)
"""Assaults a day and contact of who attacks, and of the other side, where nothing says how they fight."""
SHORT: Final = 15.0
"""How far apart two towns on the front are, that such a rate takes one of them in weeks; km."""
FIRES: Final = 6.0
COEFFICIENT: Final = "0.002 /d"
_MAX_RATE: Final = 1000
_ROUNDS: Final = 50


class MapScenario:
    """A scenario made of map features and assumptions; `FileError` where there is one point only.

    ``document`` has the shape of a scenario file; ``notes`` say in sentences what was assumed or left out.
    """

    def __init__(self, features: MapFeatures, name: str) -> None:
        if len(features.towns) < MIN_TOWNS:
            told = " ".join(features.notes.all())
            raise FileError(
                f"{name} has one point only, and a front needs two towns at least. {told} Add one."
            )
        self._features = features
        self._told: Notes = features.notes
        self._points = list(features.towns.values())
        self._distances = Distances({town.id: town.at for town in self._points})
        self._side_names: Json = {}
        self._holders = self._find_holders()
        self._held: dict[str, list[str]] = {side: [] for side in self._holders.values()}
        for town in features.towns:
            self._held[self._holders[town]].append(town)
        self._towns = {town.id: self._town(town) for town in self._points}
        self._routes = RoadNetwork(features, self._distances, self._holders).build()
        known = self._restore() or {}
        if not known:
            self._arm()
        self._connect()
        document: Json = {
            "schema": 1,
            "scenario": {
                "name": one_line(features.name or name) or "Map",
                "start": START,
                "horizon": HORIZON,
            },
            **known,
            "side": self._make_sides(known.get("side", {})),
            "town": self._towns,
            "route": list(self._routes.values()),
            **({"line": self._make_lines()} if features.lines else {}),
        }
        if not known:
            self._make_fight(document["side"])
        self.document = self._without_refused(document, name)
        self.notes = self._told.all()

    def _restore(self) -> Json | None:
        """Return the scenario that an exported map holds, in the shape of a file, if that is valid.

        What the map says of towns and routes as it was is taken from there, with ranges and sources.
        """
        document = self._features.document
        if not document:
            return None
        stack = document_stack(document)
        was = build_scenario(stack.reference, stack.diagnostics)
        if was is None:
            self._told.add("The scenario that the file holds is not valid: only its map was read.")
            return None
        for section, here, things in (("town", self._towns, was.towns), ("route", self._routes, was.routes)):
            for thing in things:
                alike: tuple[Town | Route, ...] = (thing,)
                if isinstance(thing, Route):
                    alike += (replace(thing, capacity=route_capacity(thing, was.transport)),)
                table, own = here.get(thing.id, {}), stack.reference[section][thing.id]
                changed = {} if _read(section, thing.id, {**own, **table}) in alike else table
                changed = {
                    key: value
                    for key, value in changed.items()
                    if _read(section, thing.id, {**own, key: value}) not in alike
                }
                if table:
                    here[thing.id] = {**({"id": thing.id} if section == "route" else {}), **own, **changed}
        return document

    def _find_holders(self) -> dict[str, str]:
        """Return who holds each town: what the features say, whatever its case, and else as their neighbours.

        Where they name no two sides, the west is held by one and the east by the other.
        """
        said: dict[str, str] = {}
        spellings: dict[str, Counter[str]] = {}
        for town in self._points:
            holder = town.properties.get("held_by")
            if isinstance(holder, bool) or not isinstance(holder, str | int | None):
                self._told.value(town.name, "held_by", holder, "names no side")
            elif holder is not None and one_line(holder):
                folded = one_line(holder).casefold()
                said[town.id] = folded
                spellings.setdefault(folded, Counter())[one_line(holder)] += 1
        common = [folded for folded, _ in Counter(said.values()).most_common(len(SIDES))]
        if len(common) < len(SIDES) and not (common and len(said) < len(self._points)):
            return self._west_and_east(common)
        sides: dict[str, str] = {}
        for folded in common:
            text = spellings[folded].most_common(1)[0][0]
            sides[folded] = text if is_id(text) else slug(text, sides.values(), "side")
            self._side_names[sides[folded]] = one_line(text)
        holders = {town: sides[folded] for town, folded in said.items() if folded in sides}
        missing = [town for town in self._points if town.id not in holders]
        for town in missing:
            if town.id in said:
                why = f"is neither {' nor '.join(sides.values())}, and is left to neighbours"
                self._told.value(town.name, "held_by", town.properties["held_by"], why, "Changed")
        if len(sides) == 1:
            (only,) = sides.values()
            other = next(side for side, _, _ in SIDES if side != only)
            self._told.add(f"held_by names {only} only: the {len(missing)} other towns are held by {other}.")
            return {town.id: holders.get(town.id, other) for town in self._points}
        if missing:
            known = Distances({town: self._features.towns[town].at for town in holders})
            holders |= {town.id: holders[known.nearest_town(town.at)[0]] for town in missing}
            named = listed([f"{town.name} {holders[town.id]}" for town in missing])
            self._told.add(f"Held as the nearest town that says it by held_by: {named}.")
        return {town.id: holders[town.id] for town in self._points}

    def _west_and_east(self, common: list[str]) -> dict[str, str]:
        from_west = sorted(self._points, key=lambda town: (town.at[1], town.at[0], town.id))
        half = len(from_west) // 2
        named = f", but {common[0]} only" if common else ""
        self._told.add(
            f"The places do not name two sides by held_by{named}: the western half of the towns is held by "
            "west, the rest by east."
        )
        return {town.id: SIDES[int(number >= half)][0] for number, town in enumerate(from_west)}

    def _make_sides(self, known: Json) -> Json:
        """Return both sides, in the order in which a scenario or the map names them."""
        names = {side: name for side, name, _ in SIDES} | self._side_names
        for town in self._points:
            if isinstance(town.properties.get("held_by_name"), str):
                names[self._holders[town.id]] = one_line(town.properties["held_by_name"])
        order = [*known, *(side for side, _, _ in SIDES)]
        ids = sorted(self._held, key=lambda side: order.index(side) if side in order else len(order))
        return {
            side: known.get(side) or {"name": names.get(side) or side, "mark": mark}
            for side, (_, _, mark) in zip(ids, SIDES, strict=True)
        }

    def _arm(self) -> None:
        """Give each side a garrison, and a base where it is farthest from the other, if it has none."""
        towns = self._towns
        for side, own in self._held.items():
            if not any(towns[town].get("garrison", {}).get("strength") for town in own):
                note = f"{side} has no soldiers by strength_soldiers: each of its towns has {STRENGTH}."
                self._told.add(note)
                for town in own:
                    towns[town]["garrison"] = {**towns[town].get("garrison", {}), "strength": STRENGTH}
            if not any(_is_base(towns[town]) for town in own):
                others = [town for town in towns if self._holders[town] != side]
                far = self._distances.farthest(own, others)
                towns[far]["base"] = BASE
                note = f"{towns[far]['name']}, far from the other side, takes in {BASE}."
                self._told.add(f"{side} has no base_t_per_d: {note}")

    def _town(self, town: PointFeature) -> Json:
        found = town.properties
        made: Json = {"name": town.name}
        if isinstance(found.get("name_uk"), str) and found["name_uk"].strip() != town.name:
            made["name_uk"] = one_line(found["name_uk"])
        made |= {"at": {"lat": town.at[0], "lon": town.at[1]}, "held_by": self._holders[town.id]}
        made |= numbers(found, TOWN_NUMBERS, "town", town.name, self._told)
        garrison = numbers(found, GARRISON_NUMBERS, "town", town.name, self._told)
        return made | ({"garrison": garrison} if garrison.get("strength") else {})

    def _connect(self) -> None:
        """Add the shortest routes from every town to a base of its side, and one between the sides."""
        before = len(self._routes)
        for own in self._held.values():
            neighbours: dict[str, list[str]] = {town: [] for town in own}
            for route in self._routes.values():
                if route["from"] in neighbours and route["to"] in neighbours:
                    neighbours[route["from"]].append(route["to"])
                    neighbours[route["to"]].append(route["from"])
            bases = [town for town in own if _is_base(self._towns[town])]
            for start, end in self._distances.connecting_routes(own, bases, neighbours):
                self._add_route(start, end)
        routes = self._routes.values()
        if all(self._holders[route["from"]] == self._holders[route["to"]] for route in routes):
            self._add_route(*self._distances.nearest_pair(*self._held.values()))
        if len(self._routes) > before:
            count = count_of(len(self._routes) - before, "straight route")
            self._told.add(
                f"Added: {count}, so that every town has a way to a base of its side and the sides a contact."
            )

    def _add_route(self, start: str, end: str) -> None:
        name = slug(f"{start}-{end}", self._routes, "route")
        self._routes[name] = {"id": name, "from": start, "to": end}

    def _make_lines(self) -> Json:
        lines: Json = {}
        for line in self._features.lines:
            own = line.properties.get("id")
            is_free = isinstance(own, str) and is_id(own) and own not in lines
            key = str(own) if is_free else slug(line.name or line.kind, lines, line.kind)
            path = [(round(lat, DECIMALS), round(lon, DECIMALS)) for lat, lon in line.path]
            path = [at for number, at in enumerate(path) if not number or at != path[number - 1]]
            lines[key] = {"kind": line.kind, "path": [list(at) for at in (path * 2)[: max(2, len(path))]]}
            if line.name and line.name != own:
                lines[key]["name"] = line.name
        return lines

    def _make_fight(self, sides: Json) -> None:
        """Give both sides what makes a front move, where nothing says how they fight."""
        ends = [(route["from"], route["to"]) for route in self._routes.values()]
        contacts = [pair for pair in ends if self._holders[pair[0]] != self._holders[pair[1]]]
        bare = [
            town
            for town in dict.fromkeys(end for pair in contacts for end in pair)
            if "garrison" not in self._towns[town]
            and real(self._features.towns[town].properties.get("strength_soldiers")) is None
        ]
        if bare:
            named = listed([self._towns[town]["name"] for town in bare])
            self._told.add(f"Towns on the front without strength_soldiers have {STRENGTH}: {named}.")
            for town in bare:
                self._towns[town]["garrison"] = {"strength": STRENGTH}
        strength = {
            side: sum(self._towns[town].get("garrison", {}).get("strength", 0) for town in own)
            for side, own in self._held.items()
        }
        # Over a long road the front has farther to go: more assaults bring it as far.
        weight = sum(max(1.0, great_circle(*map(self._position, pair)) / SHORT) for pair in contacts)
        attacker = max(sides, key=lambda side: (strength[side], side == list(sides)[-1]))
        for side, table in sides.items():
            rate = round(ASSAULTS[side != attacker] * weight, 1)
            table["assaults"] = f"{min(_MAX_RATE, rate):g} /d"
            table["fires"] = f"{min(_MAX_RATE, FIRES * len(contacts)):g} /d"
            table["attrition_coefficient"] = COEFFICIENT
        told = ", ".join(f"{side} {table['assaults']}" for side, table in sides.items())
        fires = sides[attacker]["fires"]
        self._told.add(
            f"Nothing says how the sides fight: assaults are {told}, fires {fires} each, and "
            f"attrition_coefficient is {COEFFICIENT}. Change them under [side.ID]."
        )

    def _position(self, town: str) -> Position:
        return Position(*self._features.towns[town].at)

    def _without_refused(self, document: Json, name: str) -> Json:
        """Return a document without what checks refuse, noted; `FileError` where that leaves no scenario."""
        stack = document_stack(document)
        tree = stack.reference
        for _ in range(_ROUNDS):
            diagnostics = list(stack.diagnostics)
            build_scenario(tree, diagnostics)
            errors = [each for each in diagnostics if each.severity == "error"]
            for each in diagnostics:
                if each.code == "W607":
                    # GeoJSON has longitude first, and people write latitude first.
                    self._told.add(f"{each.code}: {each.message}; latitude and longitude look swapped.")
            if not errors:
                return to_document(tree, stack.what_ifs)
            if True not in [self._leave_out(tree, each) for each in errors]:
                break
        raise FileError(f"{name} cannot be made a scenario: {errors[0].message}. {errors[0].label or ''}")

    def _leave_out(self, tree: Json, error: Diagnostic) -> bool:
        """Take out of a tree what an error is about; return whether that was possible."""
        path = list(error.path)
        here: Any = tree
        while len(path) > 1 and isinstance(here.get(path[0]), dict):
            here = here[path.pop(0)]
        if here is tree["route"] and path and path[0] not in here:
            return True  # taken out already
        is_kept = any(here is each for each in (tree, tree["town"], tree["side"]))
        if is_kept or not path or path[0] in {"at", "held_by"} or path[0] not in here:
            return False
        value = here.pop(path[0])
        feature = " ".join(str(part) for part in error.path[: len(error.path) - len(path)]) or "the file"
        self._told.value(feature, str(path[0]), value, f"is refused: {error.message}")
        return True


def _read(section: str, key: str, table: Json) -> Town | Route | None:
    """Return the town or route of a table, if that is valid."""
    reader = TableReader(SECTIONS[section], (section, key))
    fields = {**reader.read(table), "id": key}
    return None if reader.diagnostics else SECTIONS[section].table.make(**fields)


def _is_base(town: Json) -> bool:
    return bool(real(str(town.get("base", "0")).partition(" ")[0]))
