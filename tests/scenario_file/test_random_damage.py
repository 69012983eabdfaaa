"""Texts that were damaged at random never raise anything but our own errors."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.overrides import ScaleNumber, SetNumber
from sim.scenario_file.read import read_document, read_scenario

pytestmark = pytest.mark.untraced

TEXT = (scenario_folder() / "two-towns.toml").read_text(encoding="utf-8")
LINES = TEXT.splitlines()
PIECES = st.sampled_from(
    [
        '"',
        "'",
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        ".",
        ",",
        "#",
        "\n",
        " ",
        "-",
        '"""',
        "\\",
        "\\u0000",
        "t/d",
        "9",
        "nan",
        "inf",
        "1e999",
        "true",
        "0x10",
        "2025-01-27",
        "\x00",
        "\x1b",
        "é",
        "Ґ",
        "id = 3",
        "[side.x]",
        "remove = true",
        "extends = 3",
        'status = "override"',
        "value = 3",
        "low = 3",
        "[route]",
        "[[route]]",
        "[[event]]",
        "[town]",
        "[town.lypa]",
        "[reported_losses]",
        "[attrition.causes.tanks]",
    ]
)
KEYS = st.sampled_from(
    [
        "side",
        "west",
        "route",
        "lypa-verba",
        "verba-lypa",
        "reach",
        "town",
        "lypa",
        "garrison",
        "value",
        "low",
        "event",
        "supply",
        "doctrine",
        "axes",
        "at",
        "lat",
        "scenario",
        "name",
        "causes",
        "attrition",
        "remove",
    ]
)
VALUES = st.sampled_from(["3", "3 km", "{ value = 3 }", "true", "nan", "1e400", "[" * 2000])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("3 km"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "low", "name", "at", "lat", "from", "to", "id", "remove", "status", "axes"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "two-towns.toml"


def read_quietly(path, content):
    path.write_bytes(content)
    with contextlib.suppress(SimError):
        reading = read_scenario(path)
        assert read_document(reading.document) == reading.scenario
        assert all(reading.origins.values())
        assert all(warning.text() for warning in reading.warnings)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_text_with_pieces_put_in_or_cut_out_is_read_or_refused(path, data):
    text = TEXT
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(PIECES) + text[at + cut :]
    read_quietly(path, text.encode())


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_text_with_lines_left_out_doubled_or_put_in_is_read_or_refused(path, data):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(lines)))
        cut = data.draw(st.integers(0, 2))
        lines[at : at + cut] = data.draw(st.lists(st.sampled_from(LINES) | PIECES, max_size=2))
    read_quietly(path, "\n".join(lines).encode())


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(path, content):
    read_quietly(path, content)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_document_with_anything_anywhere_is_read_or_refused(data):
    document = read_scenario("two-towns").document
    here = document
    while isinstance(here, dict | list) and here:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(here[key], dict | list):
            here[key] = data.draw(ANYTHING)
            break
        here = here[key]
    with contextlib.suppress(SimError):
        read_document(document)


@settings(deadline=None, max_examples=150)
@given(st.lists(KEYS | st.text(max_size=5), max_size=6), VALUES | st.text(max_size=12))
def test_any_option_is_applied_or_refused(keys, value):
    option = f"{'.'.join(keys)}={value}"
    for kind in (SetNumber, ScaleNumber):
        with contextlib.suppress(SimError):
            reading = read_scenario("two-towns", [kind(option)])
            assert read_document(reading.document) == reading.scenario
            assert all(reading.origins.values())
