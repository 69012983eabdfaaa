"""Ways to read and to import what a test writes."""

import json

import pytest

from sim.scenario_file.map_import.geojson import read_geojson
from sim.scenario_file.map_import.map_scenario import MapScenario
from sim.scenario_file.read import read_document, read_scenario
from sim.scenario_file.write import to_toml


@pytest.fixture
def read(tmp_path):
    """Read a scenario that extends the two towns, or stands alone where it says so itself."""

    def read_text(text, *overrides, name="mine.toml", head='schema = 1\nextends = "two-towns"\n\n'):
        path = tmp_path / name
        path.write_text(head + text, encoding="utf-8")
        return read_scenario(path, overrides)

    return read_text


@pytest.fixture
def made(tmp_path):
    """Return a function that imports features, and reads what is written as `check` does."""

    def make(*features, name="map.geojson", **head):
        path = tmp_path / name
        whole = {"type": "FeatureCollection", "features": list(features), **head}
        path.write_text(json.dumps(whole), encoding="utf-8")
        found = MapScenario(read_geojson(path), "Map")
        written = tmp_path / "map.toml"
        written.write_text(to_toml(found.document), encoding="utf-8")
        scenario = read_scenario(written).scenario
        assert scenario == read_document(found.document)
        return scenario, " ".join(found.notes)

    return make
