"""Tests for the map's one scale: its views, and what they frame."""

import itertools
import math

import pytest

from sim.scene.camera import (
    CLOSE,
    MARK_SIZES,
    close_camera,
    front_camera,
    projection,
    whole_projection,
)
from sim.scene.layout import Rect
from sim.scene.view_model import Camera

ROOM = Rect(0.0, 44.0, 1263.0, 648.0)


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north(pressed):
    here = projection(pressed.scenario, ROOM, 1.0, Camera())
    towns = pressed.scenario.towns
    for one, other in itertools.pairwise(towns):
        (x, y), (u, v) = here.point(one.at), here.point(other.at)
        east, north = here.kilometres(u - x, v - y)
        assert math.hypot(u - x, v - y) == pytest.approx(here.ppk * math.hypot(east, north))


@pytest.mark.parametrize("room", [ROOM, Rect(0.0, 0.0, 300.0, 900.0), Rect(5.0, 5.0, 936.0, 500.0)])
def test_the_heart_shows_the_focus_and_the_front_shows_every_contact(pressed, room):
    heart = projection(pressed.scenario, room, 1.0, Camera())
    front = projection(pressed.scenario, room, 1.0, front_camera(pressed.scenario, room, 1.0))
    held = {town.id: town.held_by for town in pressed.scenario.towns}
    contacts = {
        end
        for route in pressed.scenario.routes
        if held[route.start] != held[route.end]
        for end in (route.start, route.end)
    }
    assert all(heart.shows(heart.point(pressed.town(town).at), -20.0) for town in pressed.scenario.focus)
    assert all(front.shows(front.point(pressed.town(town).at), -20.0) for town in contacts)
    assert front.ppk < heart.ppk
    whole = whole_projection(pressed.scenario, room, 1.0)
    assert all(whole.shows(whole.point(town.at)) for town in pressed.scenario.towns)


def test_the_close_view_has_its_place_in_the_middle(pressed):
    town = pressed.town("zapadne")
    here = projection(pressed.scenario, ROOM, 1.25, close_camera(pressed.scenario, ROOM, 1.25, town.at))
    assert here.point(town.at) == pytest.approx((ROOM.width / 2, ROOM.y + ROOM.height / 2))
    assert here.ppk == pytest.approx(CLOSE * 1.25)


def test_marks_grow_slower_than_the_ground_and_within_limits(pressed):
    sizes = [projection(pressed.scenario, ROOM, 1.0, Camera(zoom)).m for zoom in (0.1, 0.5, 1.0, 2.0, 16.0)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == MARK_SIZES
    assert sizes[3] / sizes[2] < 2.0
