"""Drawings: paths that are short and true, labels that do not lie over one another, names that have room."""

import itertools
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.charts import (
    BarRow,
    Chart,
    IntervalBar,
    nice_top,
    staircase,
    ticked_scale,
    time_ticks,
    value_ticks,
)
from sim.report.markup import element, path, text
from sim.report.sections import holding

numbers = st.floats(-2000, 2000, allow_nan=False)


def followed(d):
    """Return the points that a path goes through."""
    points, x, y = [], 0.0, 0.0
    d = d.partition('d="')[2].partition('"')[0] or d
    for step, rest in re.findall(r"([Mlhv])([^Mlhvz]*)", d):
        found = [float(each) for each in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if step == "M":
            x, y = found
        elif step == "l":
            x, y = x + found[0], y + found[1]
        elif step == "h":
            x += found[0]
        else:
            y += found[0]
        points.append((x, y))
    return points


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
def test_a_path_ends_where_its_points_do(points):
    x, y = followed(path(points))[-1]
    assert math.isclose(x, points[-1][0], abs_tol=0.051)
    assert math.isclose(y, points[-1][1], abs_tol=0.051)


def test_an_empty_path_draws_nothing():
    assert path([]) == "M0 0"


@given(st.floats(0, 1e7))
def test_the_top_of_a_chart_is_above_its_values_and_its_ticks_end_there(value):
    top, step = nice_top(value)
    assert top >= value * (1 - 1e-9)
    ticks = value_ticks(top, step)
    assert 2 <= len(ticks) <= 5
    assert math.isclose(ticks[-1][0], top)


@given(st.floats(0.1, 5000), st.integers(3, 8))
def test_ticks_of_time_are_few_and_within(end, most):
    ticks = time_ticks(end, most)
    assert ticks[0] == 0.0
    assert len(ticks) <= most + 1
    assert ticks[-1] <= end * (1 + 1e-6)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_labels_keep_apart_and_within(ys):
    placed = holding._spread(sorted(ys), 17.0, 300.0)
    assert len(placed) == len(ys)
    assert all(b - a >= 17.0 - 1e-6 for a, b in itertools.pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] <= 300.0 + 1e-6


def test_a_staircase_without_steps_is_level():
    assert staircase((), (), 9.0) == ([0.0, 9.0], [1.0, 1.0])


def test_what_is_not_known_is_not_drawn():
    plot = Chart(title="t", description="d", size="small", end=10.0, top=1.0, height=100.0)
    line = plot.line([0.0, 5.0, 10.0], [0.0, 0.5, math.nan])
    assert len(followed(line)) == 2
    assert Chart(title="t", description="d", size="small", end=0.0, top=0.0, height=9.0).y(3.0) == 9.0


def test_attributes_that_are_none_are_left_out():
    assert element("use", href="#a", class_=None) == '<use href="#a"/>'


def test_text_cannot_hide():
    assert text("a\x00\x1b[2Jb") == "a[2Jb"


@pytest.mark.parametrize("value", [0.0, math.inf, math.nan, -3.0])
def test_no_chart_fails_over_a_strange_value(value):
    assert nice_top(value) == (1.0, 1.0)


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308, math.nan])
def test_a_value_that_is_no_measure_of_a_front_is_drawn_nowhere_or_at_the_edge(value):
    plot = Chart(title="t", description="d", size="small", end=2.0, top=1.0, height=100.0)
    for drawn in (
        plot.line([0.0, 1.0], [0.5, value]),
        plot.band([0.0, 1.0], [0.1, 0.1], [0.5, value]),
        plot.dots([0.0, 1.0], [0.5, value]),
    ):
        assert "nan" not in drawn
        assert "inf" not in drawn
    bars = (IntervalBar(value, value, value, "sure"), IntervalBar(1.0, 0.5, 2.0, "sure"))
    scale = ticked_scale([BarRow(name="a", bars=bars, words=())], value)
    assert 0.0 <= scale.low + 1.0 < scale.high < 3.0
