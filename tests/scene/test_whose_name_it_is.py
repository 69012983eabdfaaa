"""Names on the map are taken for no other town's; each place outside has one tab, where its road leaves."""

import itertools
import math
from dataclasses import replace

import pytest

from sim.model.quantities import DAY
from sim.scene.map.edge_tabs import FARTHEST, LEAST, edge_tabs
from sim.scene.map.geometry import geometry
from sim.scene.map.label_placement import line_to
from sim.scene.map.labels import labels_layer
from sim.scene.map.layers import map_layers, map_projection
from sim.scene.map.town_looks import town_looks
from sim.scene.road_looks import road_ends, road_looks
from sim.scene.shapes import Text
from sim.scene.view_model import Camera, Frame, View
from tests.support.view_recordings import recorded

SIZES = [((960, 540), 1.0), ((1280, 720), 1.0), ((2560, 1440), 2.0)]
SHOWN = ("kupiansk", "kupiansk-northern-route-cut", "bastogne-1944", "two-towns", "iwo-jima-1945")
OTHERS = (
    "kupiansk-calibrated",
    "kupiansk-calibrated-april",
    "kupiansk-crossing-lost",
    "kupiansk-mean-losses",
    "kupiansk-reported-months",
    "lesson-averages",
    "lesson-cut-a-road",
    "lesson-replacements",
)
DAYS = 4


@pytest.fixture(
    scope="module", params=[*SHOWN, *(pytest.param(each, marks=pytest.mark.slow) for each in OTHERS)]
)
def run(request, tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("run"), request.param, seed=1)


def moments(view):
    """Yield frames and maps through a run, at every size, from near and from afar."""
    for day, (size, scale), zoom in itertools.product(range(DAYS), SIZES, (1.0, 0.4)):
        t = view.end * day // (DAYS - 1)
        frame = Frame(t=t, size=size, scale=scale, camera=Camera(zoom), played=t)
        yield frame, geometry(view.scenario, map_projection(view, frame))


def gap(place, at):
    """Return how far a point lies from a rectangle."""
    across = max(place.x - at[0], 0.0, at[0] - place.right)
    return math.hypot(across, max(place.y - at[1], 0.0, at[1] - place.bottom))


@pytest.mark.untraced
def test_a_name_is_nearest_to_its_own_town_or_has_a_line_to_it_and_each_tab_stands_at_its_road(run):
    named = 0
    for frame, fixed in moments(run):
        looks = road_looks(run, frame.t)
        tabs = edge_tabs(run, fixed, looks)
        _, names = labels_layer(run, frame, fixed, town_looks(run, frame), tabs)
        named += len(names)
        for name in names:
            off = {town: gap(name, at) - fixed.radii[town] for town, at in fixed.points.items()}
            assert name.has_line or min(off, key=off.get) == name.name, (name, frame)
            spots = line_to(name, fixed.points[name.name])
            assert not any(spot.meets(other) for spot in spots for other in (*tabs, *names) if other != name)
        check_tabs(run, fixed, looks, tabs)
    assert named > 2 * DAYS * len(SIZES)


def check_tabs(view, fixed, looks, tabs):
    """Check that each base has one tab at most, near where a road comes in that carries what it sends."""
    region, s = fixed.here.region, fixed.here.s
    assert len({tab.base for tab in tabs}) == len(tabs)
    coming = 0.0
    for look in looks.values():
        origin, goal = road_ends(view, look)
        is_in = fixed.here.shows(fixed.points[goal], 120.0 * s) and not fixed.here.shows(fixed.points[origin])
        coming += look.flow * (look.has_traffic and is_in)
    assert sum(tab.tonnes for tab in tabs) <= coming + len(tabs) * LEAST
    for tab in tabs:
        assert not fixed.here.shows(fixed.points[tab.base])
        assert region.holds(tab.x, tab.y)
        assert region.holds(tab.right, tab.bottom)
        # where some road comes in on which it can be reached
        ends = [at for route in fixed.seen for at in crossings(fixed, route)]
        assert min(gap(tab, at) for at in ends) <= FARTHEST * s
    for one, other in itertools.combinations(tabs, 2):
        assert not one.meets(other)


def crossings(fixed, route):
    """Return where a road crosses the edge of the map."""
    path = fixed.paths[route]
    points = [path.at(path.length * n / 200)[:2] for n in range(201)]
    return [b for a, b in itertools.pairwise(points) if fixed.here.shows(a) != fixed.here.shows(b)]


def test_a_base_whose_road_is_cut_keeps_its_tab_with_nothing_on_it(six_days):
    t = 3 * DAY
    whole = six_days.snapshot(t)
    for damage, told in (({"shevchenkove-kupiansk": 1.0}, {"0 t a day"}), ({}, set())):
        cut = View(six_days.recording, six_days.scenario, six_days.timeline)
        cut._snapshots[t] = replace(whole, flows={}, damage=damage)
        layers = map_layers(cut, Frame(t=t))[0]
        shapes = next(layer for layer in layers if layer.name == "map-tabs").shapes
        texts = [shape.text for shape in shapes if isinstance(shape, Text)]
        assert {text for text in texts if text.endswith("t a day")} == told
        assert ("KHARKIV" in texts) == bool(told)


def test_a_base_has_one_tab_with_what_all_its_roads_bring(six_days):
    frame = Frame(t=3 * DAY)
    fixed = geometry(six_days.scenario, map_projection(six_days, frame))
    looks = road_looks(six_days, frame.t)
    kharkiv = next(tab for tab in edge_tabs(six_days, fixed, looks) if tab.base == "kharkiv")
    roads = [each for each in looks.values() if each.has_traffic and each.side == kharkiv.side]
    into = [each for each in roads if not fixed.here.shows(fixed.points[road_ends(six_days, each)[0]])]
    into = [each for each in into if fixed.here.shows(fixed.points[road_ends(six_days, each)[1]])]
    assert len(into) > 1
    assert max(each.flow for each in into) < kharkiv.tonnes
