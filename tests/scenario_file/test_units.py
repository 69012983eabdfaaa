"""Quantities as people write them, and what is said of those that are none."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.quantities import DAY, HOUR
from sim.scenario_file.syntax.units import (
    MEASURES,
    InvalidValueError,
    UnitForm,
    format_number,
    format_quantity,
    read_quantity,
    scale_quantity,
)


def form(measure, low=-1e12, high=1e12):
    return UnitForm(measure, low, high)


@pytest.mark.parametrize(
    ("text", "measure", "inside"),
    [
        ("420 t/d", "tonnes_per_day", 420),
        ("412t", "tonnes", 412),
        ("36 h", "duration", 36 * HOUR),
        ("5 d", "duration", 5 * DAY),
        ("30 min", "duration", 1800),
        ("36 h", "days", 1.5),
        ("d10", "moment", 10 * DAY),
        ("10 d", "moment", 10 * DAY),
        ("d 1.5", "moment", 36 * HOUR),
        ("-0.4 km", "distance", -0.4),
        ("40 km / h", "speed", 40),
        ("12 kg/soldier/d", "kg_per_soldier_per_day", 12),
        ("60 soldiers/d", "soldiers_per_day", 60),
        ("3000 soldiers", "soldiers", 3000),
        (3000, "soldiers", 3000),
        ("6 /d", "per_day", 6),
        ("6/d", "per_day", 6),
        ("0.1 /h", "per_hour", 0.1),
        ("0.8 of length", "share_of_length", 0.8),
        (0.5, "share", 0.5),
        (2, "count", 2),
        ("1e3 t", "tonnes", 1000),
        (".5 km", "distance", 0.5),
        ("500 soldiers", "amount", 500),
        (0.4, "amount", 0.4),
    ],
)
def test_a_quantity_is_read_in_the_measure_used_inside(text, measure, inside):
    assert read_quantity(text, [form(measure)]).value == pytest.approx(inside)


@pytest.mark.parametrize(
    ("text", "measure", "code", "says"),
    [
        (420, "tonnes_per_day", "E201", 'write "420 t/d"'),
        (5, "duration", "E201", 'write "5 d"'),
        ("420", "tonnes_per_day", "E201", 'write "420 t/d"'),
        ("420 t", "tonnes_per_day", "E202", "t/d"),
        ("5 m", "distance", "E202", "km"),
        ("5 m", "duration", "E202", "d or h or min"),
        ("2 months", "duration", "E202", "d or h or min"),
        ("5 s", "duration", "E202", "d or h or min"),
        ("0.5", "share", "E207", "bare number 0.5"),
        ("50 %", "share", "E207", "write 0.5"),
        ("3 km", "factor", "E207", "1.5"),
        ("1,500 t", "tonnes", "E203", "take nothing: 1500"),
        ("1 500 t", "tonnes", "E203", "one piece"),
        ("1_500 t", "tonnes", "E203", "one piece"),
        ("many t", "tonnes", "E203", "412 t"),
        ("", "tonnes", "E203", "412 t"),
        ("t" * 70, "tonnes", "E203", "412 t"),
        (True, "share", "E203", "0.5"),
        ([1], "tonnes", "E203", "412 t"),
        (None, "tonnes", "E203", "412 t"),
        (math.nan, "share", "E205", "allowed"),
        (math.inf, "tonnes", "E205", "412 t"),
        ("nan t", "tonnes", "E205", "412 t"),
        ("-inf km", "distance", "E205", "5 km"),
        ("1e999 t", "tonnes", "E205", "allowed"),
        (10**400, "share", "E204", "allowed"),
        ("1e300 t", "tonnes", "E204", "allowed"),
        ("-1e300 t", "tonnes", "E204", "allowed"),
        (2.5, "count", "E208", "2 or 3"),
        ("2.5 soldiers", "soldiers", "E208", "2 or 3"),
    ],
)
def test_what_is_no_quantity_is_named_with_what_to_write(text, measure, code, says):
    with pytest.raises(InvalidValueError) as caught:
        read_quantity(text, [form(measure)])
    assert caught.value.code == code
    assert says in caught.value.label


def test_m_is_refused_with_the_reason():
    with pytest.raises(InvalidValueError, match="minutes, metres or months"):
        read_quantity("5 m", [form("duration")])


def test_a_unit_chooses_between_two_ways():
    forms = [form("tonnes"), form("days")]
    assert read_quantity("412 t", forms).form.measure == "tonnes"
    assert read_quantity("5 d", forms).form.measure == "days"
    with pytest.raises(InvalidValueError) as caught:
        read_quantity("5 km", forms)
    assert caught.value.label == "write it in t or d or h"


def test_both_ends_of_a_range_are_allowed():
    for value in (0.0, 1.0):
        assert read_quantity(value, [form("share", 0, 1)]).value == value
    for value in (-0.001, 1.001):
        with pytest.raises(InvalidValueError) as caught:
            read_quantity(value, [form("share", 0, 1)])
        assert caught.value.code == "E204"


def test_times_are_whole_seconds():
    value = read_quantity("0.333 h", [form("duration")]).value
    assert isinstance(value, int)
    assert value == 1199


@given(st.sampled_from(sorted(MEASURES)), st.integers(0, 10**6))
def test_what_is_written_reads_back(measure, number):
    value = number / 8
    if MEASURES[measure].is_whole or MEASURES[measure].rounds:
        value = number
    text = format_quantity(value, measure)
    known = MEASURES[measure]
    given_value = text if known.units and " " in text else float(text)
    assert read_quantity(given_value, [form(measure)]).value == pytest.approx(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_plain_number_reads_back_exactly(value):
    assert float(format_number(value)) == value


@given(st.text(max_size=80), st.sampled_from(sorted(MEASURES)))
def test_any_text_is_a_finite_quantity_or_a_named_mistake(text, measure):
    with contextlib.suppress(InvalidValueError):
        assert math.isfinite(read_quantity(text, [form(measure)]).value)


@pytest.mark.parametrize(
    ("value", "factor", "measure", "scaled"),
    [
        ("60 soldiers/d", 1.5, "soldiers_per_day", "90 soldiers/d"),
        ("36 h", 0.5, "duration", "18 h"),
        (0.1, 3, "share", 0.3),
        (3, 1.5, "count", 4),
        (2, 2, "factor", 4),
        ("3001 soldiers", 0.5, "soldiers", "1500 soldiers"),
        ("1 t", 1e308, "tonnes", "1e+308 t"),
    ],
)
def test_a_scaled_quantity_keeps_its_unit(value, factor, measure, scaled):
    assert scale_quantity(value, factor, [form(measure)]) == scaled


def test_a_quantity_that_is_none_cannot_be_scaled():
    with pytest.raises(InvalidValueError):
        scale_quantity("many t", 2, [form("tonnes")])
