"""Two runs beside each other: on two maps, as what differs, and as ghosts; with one timeline."""

from dataclasses import replace

import pytest

from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scene.shapes import Arc, Clip, Stroke
from sim.scene.side_by_side import title_of
from sim.scene.view_model import Camera, Frame, Selection, View
from sim.view.background.replications import Opened
from sim.view.background.worker import Request
from sim.view.compose import compose
from sim.view.controls.mouse_input import map_position
from sim.view.session import LaunchOptions
from tests.support.scene_reading import SIZES, WINDOWS, assert_readable, clipped, words
from tests.support.view_recordings import made_by
from tests.support.window_input import SMALL, click, press, wheel

CHANGES = (("sets", "route.shevchenkove-kupiansk.capacity=60 t/d"),)


@pytest.fixture(scope="module")
def other(made, tmp_path_factory):
    request = Request(str(made), str(tmp_path_factory.mktemp("other")), changes=CHANGES)
    return made_by(request)


@pytest.fixture(scope="module")
def pair(made, other):
    return View.of(Recording.open(other)).with_beside(View.of(Recording.open(made)))


SIDE = Frame(t=9 * DAY, comparing="side")
DIFFERENCE = replace(SIDE, comparing="difference")


def layer(scene, name):
    return next(each for each in scene.layers if each.name == name)


def test_two_maps_share_the_room_and_say_which_is_which(pair):
    scene = compose(pair, SIDE)
    left, right = (
        next(shape for shape in layer(scene, name).shapes if isinstance(shape, Clip))
        for name in ("map-towns", "other map-towns")
    )
    assert left.x + left.width == right.x
    assert left.width == right.width
    assert "route.shevchenkove-kupiansk.capacity=60 t/d" in words(scene, "captions")
    assert "As in the scenario" in words(scene, "captions")
    names = [each.name for each in scene.layers]
    assert len(names) == len(set(names))
    assert words(scene, "map-labels") != words(scene, "other map-labels")
    assert "dotted: the other run" in words(scene, "panel")


def test_runs_are_told_apart_by_changes_luck_and_scenario(pair, tmp_path):
    here, base = pair, pair.beside
    lucky = made_by(Request(str(base.recording.path), str(tmp_path), replication=3))
    third = View.of(Recording.open(lucky))
    assert title_of(third, base) == "replication 3"
    assert title_of(base, third) == "replication 0"
    assert title_of(base, base.alone()) == "As in the scenario"
    towns = View.of(Recording.open(made_by(Request("two-towns", str(tmp_path), seed=4))))
    assert title_of(towns, here).endswith("seed 4")


def test_what_differs_is_drawn_with_its_sign(pair):
    scene = compose(pair, DIFFERENCE)
    roads = [each for each in layer(scene, "map-roads").shapes if isinstance(each, Stroke)]
    tokens = {each.color for each in roads}
    assert {"p0", "p4"} & tokens
    assert [each for each in roads if each.dashes == (9.0, 6.0)]
    assert "pressed less here" in words(scene, "map-legend")
    signs = words(scene, "map-labels")
    assert "−" in signs
    arcs = [each for each in layer(scene, "map-towns").shapes if isinstance(each, Arc)]
    assert [each for each in arcs if each.color == "p3" and each.end == 1.0 and each.begin > 0]
    same = compose(pair.beside.with_beside(pair.beside.alone()), DIFFERENCE)
    told = [each for each in layer(same, "map-towns").shapes if isinstance(each, Arc) and each.color == "p3"]
    assert not told
    assert "No difference yet" in words(same, "panel")


@pytest.mark.parametrize("comparing", ["ghost", "difference"])
def test_a_town_of_two_holders_shows_the_other_ones_mark(pair, comparing):
    def marks(base):
        view = pair.alone().with_beside(base)
        shapes = layer(compose(view, replace(SIDE, comparing=comparing)), "map-towns").shapes
        return len([each for each in shapes if getattr(each, "color", "") == "side1"])

    base = pair.beside
    taken = View(base.recording, base.scenario, base.timeline)
    state = base.snapshot(SIDE.t)
    taken._snapshots[SIDE.t] = replace(state, held_by={**state.held_by, "shevchenkove": "ru"})
    assert marks(taken) == marks(base) + 1


@pytest.mark.untraced
@pytest.mark.parametrize(("size", "scale"), WINDOWS)
@pytest.mark.parametrize(
    "frame",
    [
        SIDE,
        replace(SIDE, selection=Selection("town", "kupiansk"), labels="all"),
        replace(SIDE, camera=Camera(3.0, 5.0, 5.0)),
        DIFFERENCE,
        replace(DIFFERENCE, t=3 * DAY, selection=Selection("route", "shevchenkove-kupiansk")),
    ],
    ids=["side", "side all names", "side from near", "difference", "difference of a road"],
)
def test_everything_can_be_read(pair, frame, size, scale):
    assert_readable(compose(pair, replace(frame, size=size, scale=scale)))


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(pair, size):
    for frame in (SIDE, DIFFERENCE):
        assert not clipped(compose(pair, replace(frame, size=size)))


def test_a_point_on_either_map_is_the_same_place(pair):
    box = compose(pair, SIDE).hit_areas
    towns = [each for each in box if (each.kind, each.name) == ("town", "kupiansk")]
    assert len(towns) == 2
    found = [map_position(pair, SIDE, each.x + each.width / 2, each.y + each.height / 2) for each in towns]
    assert found[0] == pytest.approx(found[1])


def test_x_goes_through_the_ways_and_both_maps_can_be_clicked(opened, made, other):
    window = opened(
        LaunchOptions(Recording.open(other), beside=Opened(Recording.open(made)), frame=Frame(size=SMALL))
    )
    session = window.session
    assert session.frame.comparing == "side"
    seen = [each for each in session.hit_areas if (each.kind, each.name) == ("town", "svatove")]
    for each in seen:
        press(window, "Esc")
        click(window, each.x + each.width / 2, each.y + each.height / 2)
        assert session.frame.selection == Selection("town", "svatove")
    wheel(window, 1)
    paths = []
    for _ in range(3):
        press(window, "X")
        paths.append(session.frame.comparing)
    assert paths == ["difference", "ghost", "side"]
    before = session.view
    press(window, "L", "W")
    assert session.frame.what_if is not None
    assert session.frame.t == 5 * DAY
    press(window, "W")
    assert session.view is before


@pytest.mark.untraced
def test_a_run_that_differs_in_its_end_shows_its_last_moment(pair, tmp_path):
    request = Request("kupiansk", str(tmp_path), changes=(("sets", "scenario.horizon=4 d"),))
    short = View.of(Recording.open(made_by(request)))
    for frame in (SIDE, DIFFERENCE, replace(SIDE, comparing="ghost")):
        assert words(compose(pair.with_beside(short), frame), "panel")
