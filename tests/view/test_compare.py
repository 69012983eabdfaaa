"""Two runs beside each other: on one map with a curtain, as what differs, and as ghosts."""

from dataclasses import replace

import pytest

from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scene.layout import layout_of
from sim.scene.shapes import Clip, Text, bundled
from sim.scene.side_by_side import setting_words, title_of, uncut
from sim.scene.view_model import Camera, Frame, Selection, View
from sim.view.background.replications import Opened
from sim.view.background.worker import Request
from sim.view.compose import compose
from sim.view.session import LaunchOptions
from tests.support.scene_reading import SIZES, WINDOWS, assert_readable, clipped, words
from tests.support.view_recordings import made_by
from tests.support.window_input import SMALL, drag, press

CHANGES = (("sets", "route.shevchenkove-kupiansk.capacity=60 t/d"),)


@pytest.fixture(scope="module")
def other(made, tmp_path_factory):
    request = Request(str(made), str(tmp_path_factory.mktemp("other")), changes=CHANGES)
    return made_by(request)


@pytest.fixture(scope="module")
def pair(made, other):
    return View.of(Recording.open(other)).with_beside(View.of(Recording.open(made)))


CURTAIN = Frame(t=9 * DAY, comparing="curtain")
DIFFERENCE = replace(CURTAIN, comparing="difference")


def layer(scene, name):
    return next(each for each in scene.layers if each.name == name)


def test_each_run_shows_on_its_side_of_the_curtain(pair):
    scene = compose(pair, replace(CURTAIN, curtain=0.25))
    region = layout_of(CURTAIN).map
    x = region.x + round(region.width * 0.25)
    left, right = (layer(scene, name).window for name in ("map-towns", "other map-towns"))
    assert (left.x, left.x + left.width) == (region.x, x)
    assert (right.x, right.x + right.width) == (x, region.right)
    names = [each.name for each in scene.layers]
    assert len(names) == len(set(names))
    assert words(scene, "map-labels") != words(scene, "other map-labels")
    wide = compose(pair, CURTAIN)
    assert words(wide, "curtain") == "H-26: capacity 60 t/d | As in the scenario"
    for frame, other in ((CURTAIN, "left"), (replace(CURTAIN, curtain=0.02), "right")):
        shapes = layer(compose(pair, frame), "map-towns").shapes
        assert shapes == layer(wide, "map-towns").shapes, other


def test_marks_can_be_pointed_at_on_the_side_on_which_they_show(pair):
    for curtain in (0.0, 0.5, 1.0):
        scene = compose(pair, replace(CURTAIN, curtain=curtain))
        towns = [each for each in scene.hit_areas if (each.kind, each.name) == ("town", "kupiansk")]
        assert len([each for each in towns if layout_of(CURTAIN).map.holds(each.x, each.y)]) == 1
        assert [each for each in scene.hit_areas if each.kind == "curtain"]


def test_runs_are_told_apart_by_changes_luck_and_scenario(pair, tmp_path):
    here, base = pair, pair.beside
    lucky = made_by(Request(str(base.recording.path), str(tmp_path), replication=3))
    third = View.of(Recording.open(lucky))
    assert title_of(third, base) == "run 4"
    assert title_of(base, third) == "run 1"
    assert title_of(base, base.alone()) == "As in the scenario"
    towns = View.of(Recording.open(made_by(Request("two-towns", str(tmp_path), seed=4))))
    assert title_of(towns, here).endswith("seed 4")


def test_changes_are_told_in_words(pair):
    assert setting_words(pair, "side.ua.repair_crews@d60=4") == "Ukraine: repair crews 4 from day 60"
    assert setting_words(pair, "town.kharkiv.base=9 t/d") == "Kharkiv: base 9 t/d"
    assert setting_words(pair, "weather.on=false") == "weather.on=false"


@pytest.mark.untraced
@pytest.mark.parametrize(("size", "scale"), WINDOWS)
@pytest.mark.parametrize(
    "frame",
    [
        CURTAIN,
        replace(CURTAIN, selection=Selection("town", "kupiansk"), labels="all"),
        replace(CURTAIN, camera=Camera(3.0, 5.0, 5.0)),
        DIFFERENCE,
        replace(DIFFERENCE, t=3 * DAY, selection=Selection("route", "shevchenkove-kupiansk")),
    ],
    ids=["curtain", "curtain all names", "curtain from near", "difference", "difference of a road"],
)
def test_everything_can_be_read(pair, frame, size, scale):
    assert_readable(compose(pair, replace(frame, size=size, scale=scale)), beside_map=True)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(pair, size):
    for frame in (CURTAIN, DIFFERENCE):
        assert not clipped(compose(pair, replace(frame, size=size)))


def test_the_curtain_is_drawn_by_mouse_and_keys(opened, made, other):
    window = opened(
        LaunchOptions(Recording.open(other), beside=Opened(Recording.open(made)), frame=Frame(size=SMALL))
    )
    session = window.session
    assert session.frame.comparing == "curtain"
    region = layout_of(session.frame).map
    y, middle = region.y + region.height * 0.3, region.x + region.width / 2
    drag(window, (middle, y), (region.x + region.width * 0.4, y), (region.x + region.width * 0.25, y))
    assert session.frame.curtain == pytest.approx(0.25, abs=0.01)
    press(window, "<", "<", ">")
    assert session.frame.curtain == pytest.approx(0.2, abs=0.01)
    drag(window, (region.x + region.width * 0.2, y), (region.x - 500, y))
    assert session.frame.curtain == 0.0
    paths = []
    for _ in range(3):
        press(window, "X")
        paths.append(session.frame.comparing)
    assert paths == ["difference", "ghost", "curtain"]
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
    for frame in (CURTAIN, DIFFERENCE, replace(CURTAIN, comparing="ghost")):
        assert words(compose(pair.with_beside(short), frame), "panel")


def test_the_curtain_leaves_out_names_that_it_would_cut_in_two():
    clip = Clip(0.0, 0.0, 400.0, 200.0)
    left, cut = ((Text((x, 50.0), "Dvorichna", 14.0, "ink"),) for x in (20.0, 180.0))
    layer = bundled("map-labels", "key", clip, [left, cut])
    assert uncut(layer, 200.0).bundles == (left,)
    assert uncut(layer, 200.0).key != layer.key
    assert uncut(layer, 150.0) is layer
    assert uncut(replace(layer, name="map-roads"), 200.0).bundles == (left, cut)
