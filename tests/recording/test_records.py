"""Events and headers as lines of JSON, and back."""

import functools
import hashlib
import json
import typing
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import events as e
from sim.model.quantities import CATEGORIES, DISCLAIMER
from sim.recording import records
from sim.recording.records import EventDigest, Header, event_line, line_of, made_with, read_event, read_line

SIMPLE = {
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(st.sampled_from('az09-ї𝛑 \u2028\n\r\0"\\{}'), max_size=12),
    bool: st.booleans(),
    type(None): st.none(),
}


def values(hint):
    """Return everything that a field of an event may hold."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=8).map(tuple)
    if origin is Mapping:
        return st.dictionaries(SIMPLE[str], values(inner[1]), max_size=5)
    return st.one_of([values(each) for each in inner])


@functools.cache
def events_of(kind):
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: values(hints[name]) for name in kind.__struct_fields__})


any_event = st.sampled_from(list(e.EVENT_TYPES.values())).flatmap(events_of)
times = st.integers(0, 10**12)


@given(t=times, event=any_event)
def test_an_event_comes_back_as_it_was(t, event):
    line = event_line(t, event)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert read_event(line) == (t, event)


@given(t=times, event=any_event)
def test_every_line_is_json_for_anyone(t, event):
    said = json.loads(event_line(t, event))
    assert (said["t"], said["event"]) == (t, type(event).__name__)
    assert list(said)[2:] == list(event.__struct_fields__)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b'{"event":"RunEnded","t":1,"reason":"horizon","note":""}',
        b'{"t":1,"event":"TownBuilt","town":"ford"}',
        b'{"t":1,"event":"TownRelieved","town":"ford"}',
        b'{"t":1,"event":"TownRelieved","town":"ford","side":7}',
        b'{"t":1,"event":"TownRelieved","town":"ford","side":"ua"',
        b'{"t":1,"event":"ConvoyArrived","convoy":1,"town":"ford","load":null}',
        b'{"t":99999999999999999999,"event":"TownRelieved","town":"ford","side":"ua"}',
        b'{"t":1,"event":"TownRelieved","town":"\xff","side":"ua"}',
    ],
)
def test_anything_else_is_refused_as_a_value(line):
    with pytest.raises(ValueError, match=r"."):
        read_event(line)


def test_deep_nesting_is_refused_as_a_value():
    with pytest.raises(ValueError, match="nested"):
        read_line(b'{"scenario":{"deep":' + b"[" * 100_000, Header)


def test_a_header_comes_back_as_it_was(header):
    assert read_line(line_of(header), Header) == header


def test_a_header_says_what_it_is_before_all_else(header):
    said = json.loads(line_of(header))
    assert list(said)[:3] == ["format", "version", "disclaimer"]
    assert list(said)[-1] == "scenario"
    assert said["disclaimer"] == DISCLAIMER
    assert (said["seed"], said["replication"], said["start"]) == (42, 3, "2025-01-27")
    assert tuple(said["categories"]) == CATEGORIES
    assert said["routes"]["ford-east"] == ["ford", "east"]


def test_a_header_without_a_name_takes_the_scenarios_title(scenario):
    assert Header.of(scenario, {}, seed=1).name == scenario.name


def test_the_digest_is_that_of_the_lines(story):
    digest = EventDigest()
    for t, event in story:
        digest.emit(t, event)
    text = b"".join(event_line(t, event) for t, event in story)
    assert digest.hexdigest() == hashlib.sha256(text).hexdigest()
    assert digest.events == len(story)


def test_the_digest_of_the_story_is_the_same_on_every_python(story):
    digest = EventDigest()
    for t, event in story:
        digest.emit(t, event)
    assert digest.hexdigest() == "a2516d791fad4463df04a12397fc98e35f0c4015884bd72fc2f3507b93ac6c60"


def test_numbers_of_other_libraries_are_refused_rather_than_written():
    with pytest.raises(TypeError, match=r"numpy\.float64"):
        event_line(0, e.ConvoyArrived(1, "ford", np.float64(1.5)))


def test_a_package_that_is_not_there_is_said_to_be_missing(monkeypatch):
    monkeypatch.setattr(records, "PACKAGES", ("numpy", "no-such-package-anywhere"))
    found = made_with()
    assert found["no-such-package-anywhere"] == "not installed"
    assert found["numpy"][0].isdigit()
    assert found["python"].startswith("3.")
