"""Documents written as TOML read back to the same scenario, whatever is in them."""

import json
import tomllib
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_document, read_scenario
from sim.scenario_file.syntax.toml import parse
from sim.scenario_file.write import to_toml

shown = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
names = st.text(shown, min_size=1, max_size=30).filter(str.strip)
notes = st.text(shown | st.sampled_from("\n\t"), max_size=60)


def uncertain(low, high, unit):
    """Return numbers between two ends, plain or with a range around them."""
    values = st.floats(low, high, allow_subnormal=False).map(lambda value: round(value, 6))

    def text(value):
        return f"{value!r} {unit}" if unit else value

    plain_numbers = values.map(text)
    ranges = st.lists(values, min_size=3, max_size=3).map(
        lambda three: dict(zip(("low", "value", "high"), map(text, sorted(three)), strict=True))
    )
    return plain_numbers | ranges | ranges.map(lambda table: {**table, "status": "assumed", "source": "s"})


sides = st.fixed_dictionaries(
    {"name": names},
    optional={
        "mark": st.sampled_from(["circle", "diamond"]),
        "reserve": st.integers(0, 10**6),
        "replacements": uncertain(0, 1000, "soldiers/d"),
        "quality": uncertain(0.05, 20, ""),
        "reach": uncertain(0.1, 500, "km"),
        "doctrine": names
        | st.fixed_dictionaries(
            {"name": names}, optional={"axes": st.just({"a-b": 2}), "push": uncertain(-9, 9, "")}
        ),
    },
)
documents = st.fixed_dictionaries(
    {
        "schema": st.just(1),
        "scenario": st.fixed_dictionaries(
            {
                "name": names,
                "start": st.integers(0, 40_000).map(lambda n: (date(1950, 1, 1) + timedelta(n)).isoformat()),
                "horizon": st.integers(1, 3000).map(lambda days: f"{days} d"),
            },
            optional={
                "summary": notes,
                "seed": st.integers(0, 2**63 - 1),
                "focus": st.sampled_from([[], ["a"], ["b", "a"]]),
                "ends": st.just(["a held by y for 7 d"]),
            },
        ),
        "side": st.fixed_dictionaries({"x": sides, "y": sides}),
        "town": st.just(
            {
                "a": {
                    "name": "A",
                    "at": {"lat": 49.7, "lon": 37},
                    "held_by": "x",
                    "base": "9 t/d",
                    "garrison": {"strength": 9, "stock": "5 d"},
                },
                "b": {
                    "name": "B",
                    "at": {"lat": 49.7, "lon": 37.25},
                    "held_by": "y",
                    "base": "9 t/d",
                    "garrison": {"strength": {"value": 9, "low": 0, "high": 10}},
                },
            }
        ),
        "route": st.sampled_from(
            [
                [{"from": "a", "to": "b", "front": "0.5 of length"}],
                [{"from": "a", "to": "b"}, {"id": "railway", "from": "a", "to": "b", "kind": "rail"}],
            ]
        ),
        "source": st.fixed_dictionaries(
            {
                "s": st.fixed_dictionaries(
                    {
                        "title": names,
                        "publisher": names,
                        "date": st.just("2025-01-31"),
                        "grade": st.just("B2"),
                    },
                    optional={"note": notes, "url": st.just("https://example.org/?a=b#c")},
                )
            }
        ),
    },
    optional={
        "supply": st.fixed_dictionaries(
            {}, optional={"convoy_load": uncertain(1, 100, "t"), "effect": st.just("grace")}
        ),
        "weather": st.just({"is_on": False, "shares": {"jan": {"clear": 0.5, "mud": 0.5}}}),
        "event": st.lists(
            st.fixed_dictionaries(
                {"at": st.just("36 h"), "do": st.just("damage"), "route": st.just("b-a")},
                optional={"note": notes},
            ),
            max_size=3,
        ).map(lambda events: [{"id": f"e{n}", **event} for n, event in enumerate(events)]),
        "line": st.just({"river": {"kind": "river", "path": [[49.8, 37.1], [49, 37.1]]}}),
    },
)


@settings(deadline=None, max_examples=60)
@given(documents)
def test_a_written_document_reads_back_the_same(document):
    text = to_toml(document)
    again = parse(text, "again")
    assert again == {name: each for name, each in document.items() if each != [] or name in again}
    assert read_document(again) == read_document(document)


def test_a_reading_is_written_with_where_each_value_comes_from():
    reading = read_scenario("two-towns", [SetNumber("side.west.quality=2")])
    text = to_toml(reading.document, reading.origins)
    assert read_document(parse(text, "again")) == reading.scenario
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert f'name = "Lypa" # {reading.origins["town.lypa.name"]}' in lines
    assert reading.origins["town.lypa.name"].endswith("two-towns.toml:21")
    assert 'quality = { value = 2, status = "override" } # --set' in lines
    assert "start = 2025-01-27 # " in " ".join(lines)


def test_the_baseline_reads_back_from_what_is_written():
    for name in ("kupiansk", "two-towns"):
        reading = read_scenario(name)
        assert read_document(parse(to_toml(reading.document), "again")) == reading.scenario


def test_anything_json_holds_can_be_written_as_toml():
    odd = {
        "schema": None,
        "town": {"a": 3, "b": {"at": {}}},
        "route": [{"from": 3}, {"id": "x"}],
        "event": [1, {"a": [None, True]}],
        "quoted key": {'"': "\u0000\ud800\U000e0001\\"},
        "list": [],
        "3": 1e300,
    }
    found = tomllib.loads(to_toml(odd))
    assert found["quoted key"] == {'"': "\u0000?\U000e0001\\"}
    assert found["route"] == odd["route"]
    assert json.dumps(found["event"]) == '[1, {"a": ["", true]}]'


@given(names, st.sampled_from(["name", "two words", "Ґ", ""]))
def test_any_text_and_key_survive(text, key):
    assert tomllib.loads(to_toml({"side": {"x": {key: text}}})) == {"side": {"x": {key: text}}}
