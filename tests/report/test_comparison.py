"""Differences: drawn to one scale, with their signs, and grey where they are not sure."""

import dataclasses
import math
import re

import pytest

from sim.report.report import page_of
from sim.report.sections import comparison
from sim.report.subject import ComparisonRow, ReportedComparison
from sim.report.text import range_text
from sim.statistics.differences import Difference
from sim.statistics.intervals import Interval


def difference(value, low, high, unit="a day", what="Lypa"):
    return ComparisonRow("Measures", what, unit, Difference(1.0, 1.0 + value, Interval(value, low, high), 9))


def compared(*differences, second="other", pairs=9, replications=(9, 9)):
    return ReportedComparison(
        first="one",
        second=second,
        changes=(),
        differences=differences,
        pairs=pairs,
        replications=replications,
        level=0.9,
    )


def part(*differences, **others):
    return comparison.section(compared(*differences, **others))


@pytest.mark.parametrize(
    ("second", "title"), [("other", "{}: other, against one"), (None, "{}, against one")]
)
def test_a_page_of_two_is_called_by_what_differs_and_says_it_once(small, second, title):
    pair = compared(difference(1.0, 0.0, 2.0), second=second or small.title)
    assert page_of(dataclasses.replace(small, comparison=pair)).title == title.format(small.title)


def test_what_is_not_sure_is_grey(small):
    figure = part(difference(2.0, 1.0, 3.0), difference(1.0, -1.0, 3.0)).blocks[2]
    assert re.findall(r'class="(sure|unsure)"', figure.drawing) == ["sure", "unsure"]


def test_bars_of_a_group_have_one_scale_and_stay_within(small):
    figure = part(difference(2.0, 1.0, 4.0), difference(-1.0, -2.0, -0.5)).blocks[2]
    first, second = re.findall(r'<rect x="([\d.]+)" y="4" width="([\d.]+)"', figure.drawing)
    assert float(first[1]) == pytest.approx(2 * float(second[1]), abs=0.2)
    assert float(first[0]) == pytest.approx(500.0)
    assert float(second[0]) + float(second[1]) == pytest.approx(500.0)


def test_signs_and_points_are_written_out(small):
    figure = part(difference(0.123, 0.0612, 0.2, unit="%"), difference(-3.0, -4.0, -2.0)).blocks[2]
    assert figure.table.rows[0][1:] == ("100 %", "112 %", "+12", "+6", "+20", "yes")
    assert figure.table.rows[1][3:] == ("−3", "−4", "−2", "yes")


def test_single_runs_have_no_whiskers(small):
    figure = part(difference(2.0, math.nan, math.nan), pairs=0, replications=(1, 1)).blocks[2]
    assert "whisker" not in figure.drawing
    assert figure.table.rows[0][4:] == ("–", "–", "–")


def test_whether_random_numbers_are_shared_is_told(small):
    assert "under random numbers of its own" in part(pairs=0, replications=(1, 1)).lead
    assert "in 9 pairs" in part().lead


def test_an_interval_without_ends_is_not_written():
    assert range_text(Interval(0.5, math.nan, math.nan)) == ""


def test_small_differences_are_told_to_two_digits(small):
    figure = part(difference(-0.00432, -0.0061, 0.0)).blocks[2]
    assert figure.table.rows[0][3:] == ("−0.0043", "−0.0061", "0", "no")
