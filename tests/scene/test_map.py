"""The map as shapes: what each mark means, that it lies where it should, and is made only when new."""

import math
from dataclasses import replace

import pytest

from sim.model.quantities import DAY, HOUR
from sim.scene.camera import ZOOMS, panned, projection, zoomed
from sim.scene.layout import Rect, layout
from sim.scene.map import geometry as geometries
from sim.scene.map.front import front_point
from sim.scene.map.geometry import geometry
from sim.scene.map.layers import map_layers, map_projection
from sim.scene.map.roads import convoy_point, flow_layer, road_looks, roads_layer
from sim.scene.map.towns import pulses_layer
from sim.scene.shapes import Arc, Area, Arrowhead, Clip, Disc, Field, Glow, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import THEMES
from sim.scene.view_model import Camera, Frame, Selection, View

SIZES = [(960, 540), (1280, 720), (1920, 1080), (3840, 2160)]


@pytest.fixture
def view(six_days):
    return six_days


MARKS = {"map-flood", "map-marks", "map-headline"}
"""Layers of what happens just now."""


def shown(view, **choices):
    frame = Frame(**({"t": 3 * DAY + HOUR} | choices))
    return frame, geometry(view.scenario, map_projection(view, frame))


def shapes_of(view, name, **choices):
    frame, _ = shown(view, **choices)
    return next(layer for layer in map_layers(view, frame)[0] if layer.name == name).shapes


def changed(view, **books):
    """Return a view whose snapshot differs."""
    state = replace(view.snapshot(3 * DAY + HOUR), **books)
    other = View(view.recording, view.scenario, view.timeline)
    other._snapshots[3 * DAY + HOUR] = state
    return other


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("zoom", [1.0, 3.0])
def test_no_name_is_clipped(view, size, zoom):
    texts = [
        shape
        for shape in shapes_of(view, "map-labels", size=size, camera=Camera(zoom))
        if isinstance(shape, Text)
    ]
    assert texts
    region = layout(size).map
    for text in texts:
        width = text_width(text.text, text.size, text.face, is_bold=text.is_bold, spacing=text.spacing)
        left = text.at[0] - (width if text.anchor == "right" else 0.0)
        assert region.x <= left, text.text
        assert left + width <= region.right + 1, text.text
        assert text.size >= 11.0


def test_routes_that_join_the_same_towns_do_not_hide_each_other(view):
    _, fixed = shown(view)
    for road, rail in (
        ("kharkiv-chuhuiv", "rail-kharkiv-chuhuiv"),
        ("chuhuiv-shevchenkove", "rail-chuhuiv-shevchenkove"),
        ("valuyki-urazovo", "rail-valuyki-urazovo"),
        ("urazovo-troitske", "rail-urazovo-troitske"),
    ):
        one, other = fixed.paths[road], fixed.paths[rail]
        apart = math.dist(one.at(one.length / 2)[:2], other.at(other.length / 2)[:2])
        assert apart > (fixed.widths[road] + fixed.widths[rail]) / 2, road


def test_a_route_is_as_wide_as_its_capacity_says(view):
    _, fixed = shown(view)
    assert fixed.widths["rail-kharkiv-chuhuiv"] == pytest.approx(2.2 + 7.2)
    assert fixed.widths["kharkiv-chuhuiv"] == pytest.approx(2.2 + 7.2 * math.sqrt(400 / 2000))


def test_zooming_keeps_the_place_under_the_pointer(view):
    _, fixed = shown(view)
    camera, at = Camera(), (300.0, 200.0)
    for factor in (1.5, 2.0, 0.5):
        before = projection(view.scenario, fixed.here.region, 1.0, camera)
        middle = (
            fixed.here.region.x + fixed.here.region.width / 2,
            fixed.here.region.y + fixed.here.region.height / 2,
        )
        east, north = before.kilometres(at[0] - middle[0], at[1] - middle[1])
        camera = zoomed(camera, factor, east=east, north=north)
        after = projection(view.scenario, fixed.here.region, 1.0, camera)
        town = view.town("kupiansk").at
        x, y = before.point(town)
        expected = (at[0] + (x - at[0]) * factor, at[1] + (y - at[1]) * factor)
        assert after.point(town) == pytest.approx(expected)
    assert zoomed(camera, 1e9).zoom == ZOOMS[1]


def test_dragging_moves_the_map_with_the_pointer(view):
    _, fixed = shown(view)
    east, north = fixed.here.kilometres(40.0, -25.0)
    camera = panned(Camera(), -east, -north)
    after = projection(view.scenario, fixed.here.region, 1.0, camera)
    x, y = fixed.here.point(view.town("kupiansk").at)
    assert after.point(view.town("kupiansk").at) == pytest.approx((x + 40.0, y - 25.0), abs=0.5)


def test_a_narrow_map_still_shows_the_front(view):
    here = projection(view.scenario, Rect(0.0, 0.0, 300.0, 900.0), 1.0, Camera())
    assert here.shows(here.point(view.town("kupiansk").at))


def test_layers_are_made_once_while_nothing_changes(view):
    frame, _ = shown(view)
    first, _ = map_layers(view, frame)
    second, _ = map_layers(view, replace(frame, clock=5.0))
    for one, other in zip(first, second, strict=True):
        assert one is other or one.name in {"map-flow", "map-pulses", "map-cuts", "map-scale", *MARKS}


@pytest.mark.parametrize(
    "choice",
    [
        {"theme": "light"},
        {"layers": frozenset()},
        {"selection": Selection("town", "kupiansk")},
        {"selection": Selection("route", "shevchenkove-kupiansk")},
        {"hover": Selection("town", "kupiansk")},
        {"road_mode": "lost"},
        {"road_mode": "bottleneck"},
        {"labels": "none"},
        {"camera": Camera(2.0)},
        {"size": (1920, 1080)},
        {"t": 5 * DAY},
    ],
)
def test_layers_of_equal_keys_hold_equal_shapes(view, choice, monkeypatch):
    frame, _ = shown(view)
    plain = {layer.name: layer for layer in map_layers(view, frame)[0]}
    monkeypatch.setattr(geometries, "_KEPT", [])  # nothing that was made before may serve again
    anew = View(view.recording, view.scenario, view.timeline)
    chosen = map_layers(anew, replace(frame, **choice))[0]
    for layer in chosen:
        if layer.key is not None and layer.key == plain[layer.name].key:
            assert layer.shapes == plain[layer.name].shapes, layer.name
    assert any(layer.key != plain[layer.name].key for layer in chosen)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("run", {"selection": Selection("town", "kupiansk")}, {"t": 5 * DAY, "labels": "all"}),
        ("run", {"labels": "none", "layers": frozenset()}, {}),
        ("run", {"t": 3 * DAY, "card": "end"}, {"hover": Selection("town", "dvorichna")}),
        ("pair", {"comparing": "ghost"}, {"comparing": "difference"}),
        ("pair", {"comparing": "difference"}, {"comparing": "ghost", "labels": "all"}),
    ],
    ids=str,
)
def test_a_map_is_the_same_whatever_was_shown_before(view, pressed, monkeypatch, name, before, after):
    def fresh():
        alone = View(view.recording, view.scenario, view.timeline)
        return alone if name == "run" else alone.with_beside(pressed)

    frame, _ = shown(view)
    first = fresh()
    map_layers(first, replace(frame, **before))
    then = map_layers(first, replace(frame, **after))[0]
    monkeypatch.setattr(geometries, "_KEPT", [])
    alone = map_layers(fresh(), replace(frame, **after))[0]
    assert [layer.shapes for layer in then] == [layer.shapes for layer in alone]


def test_control_is_shaded_only_where_wanted_and_never_strongly(view):
    fields = [shape for shape in shapes_of(view, "map-ground", theme="light") if isinstance(shape, Field)]
    assert len(fields) == 1
    alphas = list(fields[0].cells[3::4])
    assert max(alphas) <= round(0.26 * 255)
    assert min(alphas) < 10
    bare = shapes_of(view, "map-ground", theme="light", layers=frozenset({"supply"}))
    assert not [shape for shape in bare if isinstance(shape, Field)]


def test_every_colour_is_in_both_palettes(view):
    for theme in ("dark", "light"):
        for layer in map_layers(view, shown(view, theme=theme)[0])[0]:
            for shape in layer.shapes:
                for name in ("color", "edge", "halo"):
                    value = getattr(shape, name, None)
                    assert value is None or not isinstance(value, str) or value in THEMES[theme].colors


def test_a_ring_of_supply_is_full_at_seven_days(view):
    use = {town.id: 0.0 for town in view.scenario.towns}
    empty = changed(view, stock=use)
    arcs = [s for s in shapes_of(empty, "map-towns") if isinstance(s, Arc) and not s.dashes]
    assert all(arc.color == "hairline" for arc in arcs)
    rich = changed(view, stock=dict.fromkeys(use, 1e6))
    full = [
        s for s in shapes_of(rich, "map-towns") if isinstance(s, Arc) and s.color == "ink" and not s.dashes
    ]
    assert full
    assert all(arc.end == 1.0 for arc in full)


def test_a_cut_has_a_badge_with_the_time_to_its_repair(view):
    t = 3 * DAY + HOUR
    cut = changed(view, damage={"shevchenkove-kupiansk": 1.0}, repairs={"shevchenkove-kupiansk": t + 2 * DAY})
    frame, fixed = shown(cut)

    def told(view):
        assert [isinstance(s, Disc) for s in shapes_of(view, "map-badges")].count(True) == 3
        labels = shapes_of(view, "map-labels")
        return [s.text for s in labels if isinstance(s, Text) and s.text.startswith("cut")]

    assert told(cut) == ["cut, 2.0 days"]
    dashes = [
        s
        for s in roads_layer(cut, frame, fixed, road_looks(cut, frame)).shapes
        if isinstance(s, Stroke) and s.dashes == (6.0, 5.0)
    ]
    assert len(dashes) == 1
    unattended = changed(view, damage={"shevchenkove-kupiansk": 1.0}, repairs={})
    assert told(unattended) == ["cut"]


def test_a_bottleneck_runs_between_two_lines(view):
    bound = changed(view, prices={"ua": {"shevchenkove-kupiansk": 1.0}, "ru": {}})
    frame, fixed = shown(bound)
    path = fixed.paths["shevchenkove-kupiansk"].points
    strokes = [
        s
        for s in roads_layer(bound, frame, fixed, road_looks(bound, frame)).shapes
        if isinstance(s, Stroke) and s.points == path
    ]
    assert [stroke.color for stroke in strokes][:2] == ["ink", "deep"]
    assert strokes[0].width > strokes[1].width > strokes[-1].width


def test_only_roads_that_carry_have_arrowheads_and_they_point_with_the_flow(view):
    one_way = changed(view, flows={"shevchenkove-kupiansk": 100.0}, convoys={})
    frame, fixed = shown(one_way)
    there = [s for s in flow_layer(one_way, frame, fixed).shapes if isinstance(s, Arrowhead)]
    back_view = changed(view, flows={"shevchenkove-kupiansk": -100.0}, convoys={})
    back = [s for s in flow_layer(back_view, frame, fixed).shapes if isinstance(s, Arrowhead)]
    assert len(there) == len(back) > 0
    assert abs(there[0].turn) < 0.5
    assert abs(back[0].turn - math.pi) < 0.5
    none = changed(view, flows={}, convoys={})
    assert not [s for s in flow_layer(none, frame, fixed).shapes if isinstance(s, Arrowhead)]


def test_more_flow_has_more_arrowheads(view):
    def count(flow):
        frame, fixed = shown(changed(view, flows={"shevchenkove-kupiansk": flow}, convoys={}))
        other = changed(view, flows={"shevchenkove-kupiansk": flow}, convoys={})
        return sum(isinstance(s, Arrowhead) for s in flow_layer(other, frame, fixed).shapes)

    assert count(10.0) < count(120.0) < count(360.0)


def test_arrowheads_stand_still_with_reduced_motion(view):
    frame, fixed = shown(view, reduced_motion=True)
    calm = flow_layer(view, frame, fixed).shapes
    assert calm == flow_layer(view, replace(frame, clock=3.7), fixed).shapes
    moving = replace(frame, reduced_motion=False)
    assert (
        flow_layer(view, moving, fixed).shapes != flow_layer(view, replace(moving, clock=3.7), fixed).shapes
    )


def test_a_convoy_goes_from_its_base_to_its_town(view):
    t = next(t for t in range(0, 6 * DAY, HOUR) if view.snapshot(t).convoys)
    frame, fixed = shown(view, t=t)
    convoy = next(iter(view.snapshot(t).convoys.values()))
    started = convoy_point(view, fixed, convoy, convoy.departed)
    assert math.dist(started, fixed.points[convoy.origin]) < 1.0
    assert convoy_point(view, fixed, convoy, convoy.times[-1]) == fixed.points[convoy.destination]
    held = replace(convoy, held_at="kupiansk")
    assert convoy_point(view, fixed, held, t) == fixed.points["kupiansk"]
    assert any(isinstance(s, Disc) for s in flow_layer(view, frame, fixed).shapes)


def test_the_tick_moves_with_the_front(view):
    name = "petropavlivka-synkivka"
    route = view.route(name)
    frame, fixed = shown(view)
    start = fixed.points[route.start]

    def away(front):
        other = changed(view, fronts={name: front})
        return math.dist(front_point(other, frame, fixed, route)[:2], start)

    assert away(-1.0) < away(1.0) < away(4.0)


def test_pulses_are_few_and_only_while_playing(view):
    mark = next(mark for mark in view.timeline.marks if mark.town or mark.route)
    frame, fixed = shown(view, t=mark.t + HOUR, playing=True, seconds_per_day=0.5)
    pulses = [s for s in pulses_layer(view, frame, fixed).shapes if isinstance(s, Disc)]
    assert 1 <= len(pulses) <= 2
    for quiet in (replace(frame, playing=False), replace(frame, reduced_motion=True)):
        assert pulses_layer(view, quiet, fixed).shapes == ()


def test_the_most_pressed_roads_and_contacts_glow(view):
    assert [shape for shape in shapes_of(view, "map-light") if isinstance(shape, Glow)]


def test_names_are_off_when_they_are_switched_off_but_for_the_selected_town(view):
    picked = Selection("town", "kupiansk")
    texts = [
        s.text for s in shapes_of(view, "map-labels", labels="none", selection=picked) if isinstance(s, Text)
    ]
    assert texts[0] == "KUPIANSK"
    assert len(texts) <= 2


def test_from_near_more_towns_are_named(view):
    def share(zoom):
        _, fixed = shown(view, camera=Camera(zoom))
        seen = [town for town in view.scenario.towns if fixed.here.shows(fixed.points[town.id], -20.0)]
        names = {town.name.casefold() for town in seen if town.id not in fixed.tabs}
        told = {
            s.text.casefold()
            for s in shapes_of(view, "map-labels", camera=Camera(zoom))
            if isinstance(s, Text)
        }
        return len(names & told) / len(names)

    assert share(3.0) > 0.9
    assert share(1.0) < share(3.0)


def test_every_town_in_sight_can_be_pointed_at(view):
    frame, fixed = shown(view)
    hit_areas = map_layers(view, frame)[1]
    towns = {target.name for target in hit_areas if target.kind == "town"}
    assert towns == {
        town.id
        for town in view.scenario.towns
        if town.id in fixed.tabs or fixed.here.shows(fixed.points[town.id])
    }
    kinds = [target.kind for target in hit_areas]
    assert kinds == sorted(kinds)


def test_what_lies_on_the_map_is_clipped_to_it(view):
    frame, _ = shown(view)
    region = layout(frame.size).map
    for layer in map_layers(view, frame)[0]:
        if layer.name in {"map-ground", "map-roads", "map-flow", "map-front", "map-towns"}:
            assert layer.shapes[0] == Clip(region.x, region.y, region.width, region.height), layer.name


def test_an_assault_in_progress_is_an_arrow_in_the_attackers_colour(view):
    assault = next(a for a in view.timeline.assaults if 0 < a.began < a.decided)
    t = (assault.began + assault.decided) // 2
    areas = [s for s in shapes_of(view, "map-front", t=t) if isinstance(s, Area)]
    assert f"side{view.scenario.side_index(assault.attacker)}" in {area.color for area in areas}
    assert len(areas) == len({a.route for a in view.timeline.assaults_at(t)})


def test_a_selected_route_is_framed(view):
    picked = shapes_of(view, "map-roads", selection=Selection("route", "shevchenkove-kupiansk"))
    assert [s for s in picked if isinstance(s, Stroke) and s.color == "accent"]
