"""The printed schema, and the one for editors."""

import dataclasses
import json
import re

import pytest

from sim.errors import UsageError
from sim.model import parameters, scenario
from sim.scenario_file.bundled import bundled_scenarios
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scenario_file.schema.key_docs import describe, json_schema
from sim.scenario_file.schema.key_types import Number, Table
from sim.scenario_file.schema.sections import SECTIONS


def numbers():
    """Yield the class, name and metadata of every adjustable number of the domain."""
    for module in (parameters, scenario):
        for kind in vars(module).values():
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__:
                for field in dataclasses.fields(kind):
                    if "measure" in field.metadata:
                        yield kind, field


def test_every_number_of_the_domain_is_described_in_its_own_words():
    meanings = {doc.meaning for doc in describe()}
    missing = {
        (kind.__name__, field.name) for kind, field in numbers() if field.metadata["doc"] not in meanings
    }
    # These four are two keys: a stock in tonnes or days, a front as a share or a distance.
    assert missing == {
        ("Garrison", "stock"),
        ("Garrison", "stock_days"),
        ("Route", "front_share"),
        ("Route", "front_distance"),
    }


def test_every_key_has_a_meaning_and_what_belongs_there():
    docs = describe()
    assert len(docs) > 150
    assert all(doc.meaning and doc.unit for doc in docs)
    assert len({doc.key for doc in docs}) == len(docs)


def test_units_defaults_and_ranges_are_as_a_file_would_have_them():
    docs = {doc.key: doc for doc in describe()}
    load = docs["supply.convoy_load"]
    assert (load.unit, load.default, load.range) == ("t", "30 t", "0.01 to 100000 t")
    assert docs["repairs.time"].default == "36 h"
    assert docs["weather.is_on"].default == "true"
    assert docs["side.ID.name"].is_required
    assert docs["route.ID.kind"].range == "road, rail, track or crossing"
    assert docs["town.ID.garrison.stock"].unit == "t or d or h"
    assert docs["event.ID.at"].unit == "d or h or min (since the start; d10 is 10 d)"
    assert docs["weather.shares.MONTH.mud"].range == "0 to 1"
    assert docs["side.ID.doctrine.axes.NAME"].unit == "number"
    assert docs["scenario.seed"].unit == "whole number"


@pytest.mark.parametrize("name", list(SECTIONS))
def test_one_section_can_be_described_alone(name):
    assert {doc.section for doc in describe(name)} == {name}


def test_an_unknown_section_names_the_nearest():
    with pytest.raises(UsageError, match='Did you mean "supply"'):
        describe("suply")
    with pytest.raises(UsageError, match="There are scenario, side"):
        describe("zzz")


def test_every_default_that_is_described_can_be_set():
    sets = [
        SetNumber(f"{doc.key}={doc.default}")
        for doc in describe()
        if doc.default and "ID" not in doc.key and doc.section != "reported_losses"
    ]
    assert len(sets) > 60
    changed = read_scenario("two-towns", sets).scenario
    plain = read_scenario("two-towns").scenario
    assert dataclasses.replace(changed, parameters=(), reference=None) == dataclasses.replace(
        plain, parameters=()
    )


def test_every_default_lies_in_its_range():
    def check(table):
        for key in table.keys.values():
            if isinstance(key.type, Table):
                check(key.type)
            elif isinstance(key.type, Number) and key.default is not None:
                form = key.type.forms[0]
                assert form.low <= key.default <= form.high, key.name

    for section in SECTIONS.values():
        check(section.table)


def fits(value, schema, root):
    """Return whether a value fits a JSON Schema, as far as ours uses it."""
    if "$ref" in schema and not fits(value, root["$defs"][schema["$ref"].rsplit("/")[-1]], root):
        return False
    if "anyOf" in schema and not any(fits(value, each, root) for each in schema["anyOf"]):
        return False
    kinds = {
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not kinds.get(schema.get("type"), True) or value not in schema.get("enum", [value]):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    if kinds["number"] and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return False
    if isinstance(value, list):
        return all(fits(each, schema.get("items", {}), root) for each in value)
    if isinstance(value, dict):
        rest = schema.get("additionalProperties", True)
        for name, each in value.items():
            inner = schema.get("properties", {}).get(name, rest)
            if inner is False or (isinstance(inner, dict) and not fits(each, inner, root)):
                return False
        return all(name in value for name in schema.get("required", []))
    return True


def test_the_json_schema_is_plain_json_of_the_draft_it_names():
    schema = json_schema()
    assert schema == json.loads(json.dumps(schema))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["schema"]
    at_the_top = {name for name, section in SECTIONS.items() if not section.inside}
    assert {"schema", "extends", "what_if", *at_the_top} == set(schema["properties"])


@pytest.mark.untraced
def test_every_bundled_scenario_fits_the_json_schema():
    schema = json_schema()
    for bundled in bundled_scenarios():
        assert fits(read_scenario(bundled.name).document, schema, schema), bundled.name


@pytest.mark.untraced
@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"suply": {}},
        {"supply": {"convoy_laod": "30 t"}},
        {"supply": {"convoy_load": 30}},
        {"supply": {"convoy_load": "30 km"}},
        {"supply": {"convoy_load": {"value": "30 t", "lo": "3 t"}}},
        {"supply": {"effect": "lineal"}},
        {"transport": {"speed": {"air": "900 km/h"}}},
        {"town": {"lypa": {"remove": False}}},
        {"town": {"lypa": {"at": {"lat": 49.7, "lng": 37.6}}}},
        {"side": {"west": {"doctrine": 3}}},
        {"side": {"west": {"doctrine": {"name": "hold", "patience": "long"}}}},
        {"route": [{"from": "lypa", "too": "verba"}]},
        {"route": {"lypa-verba": {}}},
        {"event": [{"at": "d10h", "do": "damage"}]},
        {"weather": {"shares": {"january": {"clear": 1}}}},
        {"attrition": {"causes": {"tanks": {"assault": 2}}}},
    ],
)
def test_the_json_schema_refuses_what_the_reader_refuses(change):
    schema = json_schema()
    document = {**read_scenario("two-towns").document, **change}
    assert not fits(document, schema, schema)


@pytest.mark.parametrize(
    "change",
    [
        {"extends": "kupiansk"},
        {"town": {"lypa": {"remove": True}}},
        {"supply": {"convoy_load": {"value": "30 t", "low": "3 t", "status": "assumed", "source": "x"}}},
        {"side": {"west": {"doctrine": "hold", "reserve": "3000 soldiers"}}},
        {"side": {"west": {"doctrine": {"axes": {"lypa-verba": 3}, "patience": 2.5}}}},
        {"event": [{"at": "d10", "do": "set", "side": "west", "key": "quality", "value": 2}]},
        {"route": [{"id": "lypa-verba", "front": "0.4 of length"}]},
        {"line": {"border": {"kind": "border", "path": [[49.8, 37.7], [49.7, 37.7]]}}},
    ],
)
def test_the_json_schema_allows_what_a_file_may_hold(change):
    schema = json_schema()
    assert fits({"schema": 1, **change}, schema, schema)
