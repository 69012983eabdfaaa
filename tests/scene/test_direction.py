"""The camera that follows what happens, and the road that matters most: from the recording alone."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from sim.model.quantities import DAY, HOUR
from sim.scene.beats.beats import beats_of
from sim.scene.beats.direction import OPENING, camera_at, directed
from sim.scene.beats.pacing import frame_at, pacing_of
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.camera import front_camera, projection, within_heart
from sim.scene.layout import layout
from sim.scene.map.layers import map_projection
from sim.scene.view_model import Camera, Frame, View
from tests.support.view_recordings import recorded

FRAME = Frame(seconds_per_day=0.75, playing=True)


@pytest.fixture
def view(pressed):
    return pressed


def frames(view, step=0.05):
    """Return the frames of the whole run, as the window plays them."""
    clock = pacing_of(view, FRAME)
    count = int(clock.length / step)
    return [directed(view, replace(FRAME, t=clock.time_at(n * step), clock=n * step)) for n in range(count)]


def test_it_begins_with_the_whole_front_and_goes_on_at_the_heart(view):
    regions = layout(FRAME.size)
    assert camera_at(view, FRAME) == front_camera(view.scenario, regions.map, regions.s)
    assert camera_at(view, replace(FRAME, clock=OPENING + 2.0)) == Camera()


def test_a_fall_is_seen_close_by_and_well_inside(view):
    falls = beats_of(view, FRAME).falls
    assert falls
    for fall in {fall.town: fall for fall in reversed(falls)}.values():
        there = directed(view, frame_at(view, FRAME, fall.t))
        here = map_projection(view, there)
        assert here.shows(here.point(view.town(fall.town).at), -60.0)
        assert there.camera.zoom > 1.5


def test_close_by_nothing_outside_the_heart_is_seen_but_of_a_fall_outside(view):
    regions = layout(FRAME.size)
    heart = projection(view.scenario, regions.map, regions.s, Camera())
    wide, tall = (each / heart.ppk / 2 for each in (regions.map.width, regions.map.height))
    for east, north in ((0.0, 0.0), (wide - 2.0, 2.0 - tall), (2.0 - wide, tall - 2.0)):
        seen = within_heart(Camera(4.0, east, north), view.scenario, regions.map, regions.s)
        assert abs(seen.east) + wide / 4.0 <= wide + 1e-9
        assert abs(seen.north) + tall / 4.0 <= tall + 1e-9
    outside = Camera(4.0, wide + 1.0, 0.0)
    assert within_heart(outside, view.scenario, regions.map, regions.s) == outside


def test_it_moves_smoothly_and_seldom(view):
    cameras = [frame.camera for frame in frames(view)]
    for one, other in pairwise(cameras):
        assert abs(math.log2(other.zoom / one.zoom)) < 0.35
        assert math.dist((one.east, one.north), (other.east, other.north)) * min(one.zoom, other.zoom) < 12
    begins = [
        n for n, (a, b, c) in enumerate(zip(cameras, cameras[1:], cameras[2:], strict=False)) if a == b != c
    ]
    assert all(later - earlier >= 4.0 / 0.05 - 2 for earlier, later in pairwise(begins))


def test_who_moves_the_map_or_reduces_motion_is_left_alone(view):
    mine = replace(FRAME, follows=False, camera=Camera(3.0, 1.0, 2.0))
    assert directed(view, mine) is mine
    calm = replace(FRAME, reduced_motion=True)
    assert {directed(view, frame_at(view, calm, t)).camera for t in range(0, view.end, DAY)} == {Camera()}


def test_seeking_a_moment_and_playing_up_to_it_show_the_same(view):
    played = frames(view)[::97]
    fresh = View(view.recording, view.scenario, view.timeline)
    for frame in reversed(played):
        sought = directed(fresh, replace(FRAME, t=frame.t, clock=frame.clock))
        assert sought == frame
        assert beats_of(fresh, sought).active(sought) == beats_of(view, frame).active(frame)
        assert road_in_focus(fresh, sought) == road_in_focus(view, frame)


@pytest.mark.untraced
@pytest.mark.parametrize("speed", [0.09375, 0.75, 6.0])
def test_the_road_that_matters_most_stays_for_days_and_seconds(view, speed):
    frame = Frame(seconds_per_day=speed)
    roads = [road_in_focus(view, replace(frame, t=hours * 3600)) for hours in range(view.end // 3600)]
    assert all(roads)
    changes = [n for n, (one, other) in enumerate(pairwise(roads), start=1) if one != other]
    least = max(72, 2.0 / speed * 24)
    assert all(later - earlier >= least for earlier, later in pairwise([0, *changes]))


def test_a_much_used_road_that_is_cut_matters_most_for_days_and_then_no_more(tmp_path):
    """What others keep away in its stead is for its sake; in time all is planned without it."""
    changes = "scenario.horizon=24 d", "route.shevchenkove-kupiansk.capacity@d12=0 t/d"
    view = recorded(tmp_path, "kupiansk", *changes, seed=1)
    frame = Frame(seconds_per_day=0.75)
    for hours in range(12 * 24, 18 * 24):
        assert road_in_focus(view, frame, hours * HOUR) == "shevchenkove-kupiansk"
    for hours in range(21 * 24, 24 * 24):
        assert road_in_focus(view, frame, hours * HOUR) not in {None, "shevchenkove-kupiansk"}
