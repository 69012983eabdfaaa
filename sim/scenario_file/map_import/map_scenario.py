"""A scenario to start from, made of map features; what they do not say is assumed, and each assumption noted.

Sides come from the features, else the west is held by one and the east by the other. Each side needs a base,
every town a way to one, and the two a contact; where those are missing, the least that does is added. Where
nothing says how the sides fight, the stronger one attacks. What checks refuse is left out and noted.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.scenario_file.checks.assembly import build_scenario
from sim.scenario_file.layers import document_stack
from sim.scenario_file.map_import.distances import Distances
from sim.scenario_file.map_import.features import DECIMALS, slug
from sim.scenario_file.map_import.properties import GARRISON_NUMBERS, TOWN_NUMBERS, numbers, real
from sim.scenario_file.map_import.road_network import RoadNetwork
from sim.scenario_file.names import escape_terminal, is_id

if TYPE_CHECKING:
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
        self._routes = RoadNetwork(features, self._distances, self._holders).build()
        self._towns = self._make_towns()
        self._connect()
        self.document: Json = {
            "schema": 1,
            "scenario": self._make_scenario(name),
            "side": self._make_sides(),
            "town": self._towns,
            "route": list(self._routes.values()),
        }
        if features.lines:
            self.document["line"] = self._make_lines()
        if not self._add_head():
            self._make_fight()
        self._leave_out_refused(name)
        self.notes = self._told.all()

    def _make_scenario(self, name: str) -> Json:
        """Return what is simulated, from when and for how long; what the file says of it may be invalid."""
        head = self._features.head
        start, days = head.get("start"), real(head.get("horizon_days"))
        try:
            date.fromisoformat(str(start))
        except ValueError:
            if start is not None:
                self._told.leave_out_value("the file", "start", start, "is no date")
            start = START
        if days is None or not 0.001 < days <= 3660:  # noqa: PLR2004 - as schema scenario has it
            if head.get("horizon_days") is not None:
                self._told.leave_out_value("the file", "horizon_days", head["horizon_days"], "is no time")
            days = None
        named = escape_terminal(" ".join(str(head.get("name") or name).split()))[:80]
        return {"name": named or "Map", "start": start, "horizon": f"{days:g} d" if days else HORIZON}

    def _find_holders(self) -> dict[str, str]:
        """Return who holds each town: what the features say, whatever its case, and else as their neighbours.

        Where they name no two sides, the west is held by one and the east by the other.
        """
        said: dict[str, str] = {}
        spellings: dict[str, Counter[str]] = {}
        for town in self._points:
            holder = town.properties.get("held_by")
            holder = str(holder) if isinstance(holder, int) and not isinstance(holder, bool) else holder
            if isinstance(holder, str) and holder.strip():
                folded = " ".join(holder.casefold().split())
                said[town.id] = folded
                spellings.setdefault(folded, Counter())[" ".join(holder.split())] += 1
        common = [folded for folded, _ in Counter(said.values()).most_common(len(SIDES))]
        if len(common) < len(SIDES) and not (common and len(said) < len(self._points)):
            return self._west_and_east(common)
        sides: dict[str, str] = {}
        for folded in common:
            text = spellings[folded].most_common(1)[0][0]
            sides[folded] = text if is_id(text) else slug(text, sides.values(), "side")
            self._side_names[sides[folded]] = escape_terminal(text)[:80]
        holders = {town: sides[folded] for town, folded in said.items() if folded in sides}
        missing = [town for town in self._points if town.id not in holders]
        for town in missing:
            if town.id in said:
                held_by = town.properties["held_by"]
                why = f"is neither {' nor '.join(sides.values())}, and is left to neighbours"
                self._told.change_value(town.name, "held_by", held_by, why)
        if len(sides) == 1:
            (only,) = sides.values()
            other = next(side for side, _, _ in SIDES if side != only)
            self._told.add(f"held_by names {only} only: the {len(missing)} other towns are held by {other}.")
            return {town.id: holders.get(town.id, other) for town in self._points}
        if missing:
            known = Distances({town: self._features.towns[town].at for town in holders})
            holders |= {town.id: holders[known.nearest_town(town.at)[0]] for town in missing}
            named = ", ".join(f"{town.name} {holders[town.id]}" for town in missing[:5])
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            self._told.add(f"Held as the nearest town that says it by held_by: {named}{more}.")
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

    def _listed_sides(self) -> list[Json]:
        listed = self._features.head.get("sides")
        return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []

    def _make_sides(self) -> Json:
        """Return both sides, in the order in which the file names them."""
        listed = self._listed_sides()
        names: Json = dict(self._side_names)
        for town in self._points:
            named = town.properties.get("held_by_name")
            if isinstance(named, str) and named.strip():
                names[self._holders[town.id]] = named
        names |= {str(each.get("id")): each["name"] for each in listed if isinstance(each.get("name"), str)}
        order = [str(each.get("id")) for each in listed] + [side for side, _, _ in SIDES]
        names = {side: name for side, name, _ in SIDES if side not in names} | names
        ids = sorted(self._held, key=lambda side: order.index(side) if side in order else len(order))
        return {
            side: {"name": escape_terminal(" ".join(str(names.get(side) or side).split()))[:80], "mark": mark}
            for side, (_, _, mark) in zip(ids, SIDES, strict=True)
        }

    def _make_towns(self) -> Json:
        """Return the towns; each side has a garrison, and a base where it is farthest from the other."""
        towns = {town.id: self._town(town) for town in self._points}
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
        return towns

    def _town(self, town: PointFeature) -> Json:
        found = town.properties
        made: Json = {"name": town.name}
        if isinstance(found.get("name_uk"), str) and found["name_uk"].strip() != town.name:
            made["name_uk"] = escape_terminal(" ".join(found["name_uk"].split()))[:80]
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
            count = len(self._routes) - before
            were = "routes were" if count > 1 else "route was"
            self._told.add(
                f"{count} straight {were} added, so that every town has a way to a base of its side and the "
                "sides a contact."
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

    def _add_head(self) -> bool:
        """Add what an exported scenario says beside its map; return whether there was any."""
        head, given = self._features.head, self._features.head.get("numbers")
        for each in self._listed_sides():
            side = self.document["side"].get(str(each.get("id")))
            if side is not None and isinstance(each.get("doctrine"), str):
                side["doctrine"] = {"name": each["doctrine"]}
        losses = head.get("reported_losses")
        if isinstance(losses, dict):
            self.document["reported_losses"] = {key: losses[key] for key in ("of", "date") if key in losses}
        if not isinstance(given, dict):
            return False
        for key, text in given.items():
            *parents, last = str(key).split(".")
            here: Any = self.document if parents and parents[0] not in {"town", "route", "schema"} else None
            for part in parents:
                here = here.setdefault(part, {}) if isinstance(here, dict) else None
            if isinstance(here, dict) and isinstance(text, str | int | float):
                value = real(text)
                whole = value is not None and value == int(value)
                here[last] = text if value is None else int(value) if whole else value
        return True

    def _make_fight(self) -> None:
        """Give both sides what makes a front move, where nothing says how they fight."""
        contacts = [
            route
            for route in self._routes.values()
            if self._holders[route["from"]] != self._holders[route["to"]]
        ]
        bare = [
            town
            for town in dict.fromkeys(end for route in contacts for end in (route["from"], route["to"]))
            if "garrison" not in self._towns[town]
            and real(self._features.towns[town].properties.get("strength_soldiers")) is None
        ]
        if bare:
            named = ", ".join(self._towns[town]["name"] for town in bare[:5]) + " and others" * (
                len(bare) > 5
            )
            self._told.add(f"Towns on the front without strength_soldiers have {STRENGTH}: {named}.")
            for town in bare:
                self._towns[town]["garrison"] = {"strength": STRENGTH}
        strength = {
            side: sum(self._towns[town].get("garrison", {}).get("strength", 0) for town in own)
            for side, own in self._held.items()
        }
        sides: Json = self.document["side"]
        attacker = max(sides, key=lambda side: (strength[side], side == list(sides)[-1]))
        for side, table in sides.items():
            rate = ASSAULTS[side != attacker] * len(contacts)
            table["assaults"] = f"{min(_MAX_RATE, rate):g} /d"
            table["fires"] = f"{min(_MAX_RATE, FIRES * len(contacts)):g} /d"
            table["attrition_coefficient"] = COEFFICIENT
        told = ", ".join(f"{side} {table['assaults']}" for side, table in sides.items())
        fires = sides[attacker]["fires"]
        self._told.add(
            f"Nothing says how the sides fight: assaults are {told}, fires {fires} each, and "
            f"attrition_coefficient is {COEFFICIENT}. Change them under [side.ID]."
        )

    def _leave_out_refused(self, name: str) -> None:
        """Leave out whatever checks refuse, and note it; `FileError` where that leaves no scenario."""
        for _ in range(_ROUNDS):
            stack = document_stack(self.document)
            build_scenario(stack.tree, stack.diagnostics)
            errors = [each for each in stack.diagnostics if each.severity == "error"]
            for each in stack.diagnostics:
                if each.code == "W607":
                    # GeoJSON has longitude first, and people write latitude first.
                    self._told.add(f"{each.code}: {each.message}; latitude and longitude look swapped.")
            if not errors:
                return
            done = [self._leave_out(each) for each in errors]
            if not any(done):
                break
        raise FileError(f"{name} cannot be made a scenario: {errors[0].message}. {errors[0].label or ''}")

    def _leave_out(self, error: Diagnostic) -> bool:
        """Take out of the document what an error is about; return whether that was possible."""
        path = list(error.path)
        here: Any = self.document
        if path[:1] == ["route"] and len(path) > 1:
            if path[1] not in self._routes:
                return True  # taken out already
            here, path = self._routes, path[1:]
        while len(path) > 1 and isinstance(here, dict) and isinstance(here.get(path[0]), dict):
            here = here[path.pop(0)]
        if not path or not isinstance(here, dict) or path[0] not in here or here is self.document:
            return False
        if here is self.document["town"] or here is self.document["side"] or path[0] in {"at", "held_by"}:
            return False
        value = here.pop(path[0])
        self.document["route"] = list(self._routes.values())
        feature = " ".join(str(part) for part in error.path[: len(error.path) - len(path)]) or "the file"
        self._told.leave_out_value(feature, str(path[0]), value, f"is refused: {error.message}")
        return True


def _is_base(town: Json) -> bool:
    return bool(real(str(town.get("base", "0")).partition(" ")[0]))
