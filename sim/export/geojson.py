"""Towns, routes and lines as GeoJSON, for QGIS, kepler.gl and whatever else reads maps.

References
----------
RFC 7946: WGS 84, longitude first, and no other coordinate system.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from sim.export.rows import moment_rows, scenario_rows
from sim.model.quantities import DISCLAIMER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from sim.export.rows import Row
    from sim.model.scenario import Position, Scenario
    from sim.model.state import State


def scenario_geojson(scenario: Scenario, document: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a scenario as the parts of one file: a feature for each town, route, river and border."""
    placed = _placed(scenario, scenario_rows(scenario, "towns"), scenario_rows(scenario, "routes"))
    yield from _collection(document, itertools.chain(placed, _lines(scenario)))


def recording_geojson(
    scenario: Scenario, document: Mapping[str, Any], states: Iterable[State]
) -> Iterator[bytes]:
    """Yield a run as the parts of one file: towns and routes at each moment, with its time."""

    def features() -> Iterator[str]:
        for state in states:
            towns, routes = (moment_rows(scenario, state, table) for table in ("towns", "routes"))
            yield from _placed(scenario, towns, routes)
        yield from _lines(scenario)

    yield from _collection(document, features())


def _collection(document: Mapping[str, Any], features: Iterable[str]) -> Iterator[bytes]:
    """Yield a collection, one feature a line; what is no map stands before them in the scenario itself."""
    head = {"disclaimer": DISCLAIMER, "scenario": document}
    yield f'{{"type":"FeatureCollection","frontsim":{_text(head)},"features":['.encode()
    separator = "\n"
    for feature in features:
        yield f"{separator}{feature}".encode()
        separator = ",\n"
    yield b"\n]}\n"


def _placed(scenario: Scenario, towns: list[Row], routes: list[Row]) -> Iterator[str]:
    places = {town.id: town.at for town in scenario.towns}
    for row in towns:
        yield _feature("Point", _point(places[row["id"]]), row)
    between = {route.id: route.path for route in scenario.routes}
    for row in routes:
        way = (places[row["from"]], *between[row["id"]], places[row["to"]])
        yield _feature("LineString", [_point(at) for at in way], row)


def _lines(scenario: Scenario) -> Iterator[str]:
    for line in scenario.lines:
        row = {"feature": line.kind, "id": line.id, "name": line.name}
        yield _feature("LineString", [_point(at) for at in line.path], row)


def _feature(kind: str, coordinates: list[float] | list[list[float]], row: Row) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    return _text({"type": "Feature", "geometry": geometry, "properties": row})


def _point(at: Position) -> list[float]:
    return [at.lon, at.lat]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
