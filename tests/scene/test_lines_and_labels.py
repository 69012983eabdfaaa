"""The geometry of lines, and where labels stand."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scene.layout import Rect
from sim.scene.lines import (
    Polyline,
    arc_points,
    bounds,
    brake_light,
    capsule_outline,
    dashed,
    hatch_bars,
    outline,
    sharp_turns,
)
from sim.scene.map.label_placement import LabelRequest, RoadDensity
from sim.scene.map.label_placement import place as placed_among
from sim.scene.shapes import Arc, Area, Capsules, Disc, Glow, Hatch, Stroke

REGION = Rect(0.0, 0.0, 400.0, 300.0)
CORNER = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]


def place(labels, marks, roads, region, s, taken=()):
    return placed_among(labels, marks, RoadDensity(roads, region, s), region, s, taken)


def wanted(name, x, y, weight=1.0, **others):
    values = {"radius": 8.0, "width": 60.0, "height": 14.0} | others
    return LabelRequest(name=name, at=(x, y), weight=weight, **values)


def test_a_line_is_as_wide_in_a_bend_as_elsewhere():
    points = outline(CORNER, 2.0)
    assert points[1] == pytest.approx((9.0, 1.0))
    assert points[4] == pytest.approx((11.0, -1.0))


def test_a_line_that_turns_back_has_an_outline():
    assert len(outline([(0.0, 0.0), (5.0, 0.0), (0.0, 0.0)], 2.0)) == 6
    assert len(outline([(1.0, 1.0), (1.0, 1.0)], 2.0)) == 4


def test_only_sharp_turns_are_rounded():
    assert list(sharp_turns(CORNER)) == [(10.0, 0.0)]
    assert list(sharp_turns([(0.0, 0.0), (10.0, 0.0), (20.0, 1.0)])) == []


def test_a_way_is_walked_from_end_to_end():
    path = Polyline(CORNER)
    assert path.length == 20.0
    assert path.at(15.0) == pytest.approx((10.0, 5.0, math.pi / 2))
    assert path.at(-5.0)[:2] == (0.0, 0.0)
    assert path.at(99.0)[:2] == (10.0, 10.0)
    assert path.part(5.0, 15.0) == [(5.0, 0.0), (10.0, 0.0), (10.0, 5.0)]
    assert Polyline([(1.0, 1.0), (1.0, 1.0)]).at(0.0) == (1.0, 1.0, 0.0)


def test_dashes_and_gaps_make_up_the_line():
    assert list(dashed(CORNER, None)) == [CORNER]
    drawn = list(dashed([(0.0, 0.0), (10.0, 0.0)], (3.0, 1.0)))
    assert [(part[0][0], part[-1][0]) for part in drawn] == [(0.0, 3.0), (4.0, 7.0), (8.0, 10.0)]


def test_an_arc_begins_at_twelve_and_goes_clockwise():
    (points,) = arc_points(Arc((0.0, 0.0), 10.0, 0.0, 0.25, "ink"))
    assert points[0] == pytest.approx((0.0, -10.0))
    assert points[-1] == pytest.approx((10.0, 0.0))
    assert len(list(arc_points(Arc((0.0, 0.0), 10.0, 0.0, 1.0, "ink", dashes=(0.05, 0.05))))) == 10


@pytest.mark.parametrize(
    "shape",
    [
        Disc((5.0, 5.0), 4.0, "ink"),
        Arc((5.0, 5.0), 4.0, 0.0, 1.0, "ink"),
        Stroke(((2.0, 2.0), (8.0, 8.0)), "ink", 2.0),
        Area(((2.0, 2.0), (8.0, 2.0), (8.0, 8.0)), "ink", "ink", 1.0),
        Glow(((2.0, 2.0), (8.0, 8.0)), "ink", 2.0, 0.5),
        Capsules(((5.0, 5.0),), 0.7, 6.0, 3.0, "ink"),
        Capsules(((5.0, 5.0),), 0.0, 6.0, 4.0, "ink", "full"),
        Hatch(((2.0, 2.0), (8.0, 8.0)), "ink", 2.0, 2.0, 1.0),
    ],
)
def test_bounds_hold_the_whole_shape(shape):
    left, top, right, bottom = bounds(shape)
    assert left <= 2.0
    assert top <= 2.0
    assert right >= 8.0
    assert bottom >= 8.0


def test_a_label_alone_stands_where_it_likes_best():
    placed = place([wanted("a", 200, 150)], [(200, 150, 8)], [], REGION, 1.0)
    assert placed["a"].x == 208.0
    west = place([wanted("a", 200, 150, prefers=-1)], [(200, 150, 8)], [], REGION, 1.0)
    assert west["a"].x + west["a"].width == 192.0


def test_a_label_avoids_roads_and_what_is_taken():
    road = [(210.0 + 5 * step, 150.0) for step in range(12)]
    placed = place([wanted("a", 200, 150)], [(200, 150, 8)], road, REGION, 1.0)
    assert placed["a"].direction == -1
    taken = place([wanted("a", 200, 150)], [(200, 150, 8)], [], REGION, 1.0, [(201, 100, 400, 200)])
    assert taken["a"].direction == -1


def test_a_label_without_room_is_left_out():
    assert place([wanted("a", 200, 150, width=900.0)], [], [], REGION, 1.0) == {}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(10, 390), st.integers(10, 290), st.integers(0, 9)), min_size=1, max_size=25
    )
)
def test_labels_cover_neither_marks_nor_one_another_nor_the_edge(towns):
    labels = [wanted(f"t{n}", x, y, w, prefers=w % 3 - 1) for n, (x, y, w) in enumerate(towns)]
    marks = [(x, y, 8.0) for x, y, _ in towns]
    placed = place(labels, marks, [], REGION, 1.0)
    for one, other in itertools.combinations(placed.values(), 2):
        assert (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
    for found in placed.values():
        assert found.x >= 0
        assert found.x + found.width <= REGION.width
        for x, y, radius in marks:
            across = max(found.x - x, 0.0, x - found.x - found.width)
            down = max(found.y - y, 0.0, y - found.y - found.height)
            assert math.hypot(across, down) >= radius - 1e-9


def test_a_capsules_nose_points_where_it_goes_and_its_light_is_behind():
    capsule = Capsules(((50.0, 50.0),), math.pi / 2, 12.0, 6.0, "ink", "full")
    assert max(y for _, y in capsule_outline(capsule, (50.0, 50.0))) == pytest.approx(56.0)
    assert all(y < 50.0 for _, y in brake_light(capsule, (50.0, 50.0)))


def test_bars_of_a_hatch_reach_from_side_to_side():
    bars = list(hatch_bars(Hatch(((0.0, 0.0), (40.0, 0.0)), "ink", 8.0, 4.0, 1.0)))
    assert len(bars) == 10
    assert all(abs(one[1] - other[1]) == pytest.approx(8.0) for one, other in bars)
