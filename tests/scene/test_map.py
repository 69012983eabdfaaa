"""The map as shapes: what each mark means, that it lies where it should, and is made only when new."""

import itertools
import math
from dataclasses import replace

import pytest

from sim.model.quantities import DAY, HOUR
from sim.scenario_file.read import read_scenario
from sim.scene.beats.beats import beats_of
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.camera import DEGREE, ZOOMS, panned, projection, zoomed
from sim.scene.layout import Rect, layout
from sim.scene.map import geometry as geometries
from sim.scene.map.front import place_of_front
from sim.scene.map.geometry import RIVER, geometry, main_river, plain_garrison, road_size, town_size
from sim.scene.map.layers import map_layers, map_projection
from sim.scene.map.roads import inside
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Arc, Area, Clip, Disc, Field, Glow, Hatch, Light, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import THEMES
from sim.scene.view_model import Camera, Frame, Selection, View

SIZES = [(960, 540), (1280, 720), (1920, 1080), (3840, 2160)]


@pytest.fixture
def view(six_days):
    return six_days


MARKS = {"map-flood", "map-marks", "map-headline", "map-tags", "map-followed"}
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


@pytest.mark.untraced
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
        assert one is other or one.name in {"map-flow", "map-halo", *MARKS}


@pytest.mark.untraced
@pytest.mark.parametrize(
    "choice",
    [
        {"theme": "light"},
        {"layers": frozenset()},
        {"selection": Selection("town", "kupiansk")},
        {"selection": Selection("route", "shevchenkove-kupiansk")},
        {"hover": Selection("town", "kupiansk")},
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


@pytest.mark.untraced
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
    assert [field.stripes is None for field in fields] == [True, False]
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


def test_names_are_off_when_they_are_switched_off_but_for_the_selected_town(view):
    picked = Selection("town", "kupiansk")
    texts = [
        s.text for s in shapes_of(view, "map-labels", labels="none", selection=picked) if isinstance(s, Text)
    ]
    assert texts[0] == "KUPIANSK"
    assert len(texts) <= 2


def test_what_lies_on_the_map_is_clipped_to_it(view):
    frame, _ = shown(view)
    region = layout(frame.size).map
    for layer in map_layers(view, frame)[0]:
        if layer.name in {"map-ground", "map-roads", "map-flow", "map-front", "map-towns"}:
            assert layer.shapes[0] == Clip(region.x, region.y, region.width, region.height), layer.name


def test_a_selected_route_is_framed(view):
    picked = shapes_of(view, "map-roads", selection=Selection("route", "shevchenkove-kupiansk"))
    assert [s for s in picked if isinstance(s, Stroke) and s.color == "accent"]


def test_routes_that_join_the_same_towns_do_not_hide_each_other(view):
    _, fixed = shown(view)
    for road, rail in (
        ("kharkiv-chuhuiv", "rail-kharkiv-chuhuiv"),
        ("chuhuiv-shevchenkove", "rail-chuhuiv-shevchenkove"),
        ("valuyki-urazovo", "rail-valuyki-urazovo"),
    ):
        one, other = fixed.paths[road], fixed.paths[rail]
        apart = math.dist(one.at(one.length / 2)[:2], other.at(other.length / 2)[:2])
        assert apart > (fixed.widths[road] + fixed.widths[rail]) / 2, road


def test_a_road_keeps_off_the_marks_of_other_towns(view):
    _, fixed = shown(view, size=(1600, 900))
    for route in view.scenario.routes:
        path = fixed.paths[route.id]
        for town in view.scenario.towns:
            if town.id in {route.start, route.end} or town.base is not None:
                continue
            radius = fixed.radius(town.garrison.strength)
            gap = min(
                math.dist(path.at(path.length * n / 40)[:2], fixed.points[town.id]) for n in range(4, 37)
            )
            assert gap > radius * 0.6, (route.id, town.id)


def test_a_path_given_in_the_file_is_drawn(view):
    route = view.scenario.routes[0]
    ends = [view.town(route.start).at, view.town(route.end).at]
    bend = replace(ends[0], lat=ends[0].lat + 0.05), replace(ends[1], lat=ends[1].lat + 0.05)
    bent = replace(view.scenario, routes=(replace(route, path=bend), *view.scenario.routes[1:]))
    _frame, straight = shown(view)
    found = geometry(bent, straight.here)
    assert found.paths[route.id].points[1:-1] == tuple(straight.here.point(at) for at in bend)
    assert found.paths[route.id].length > straight.paths[route.id].length


def test_widths_and_sizes_grow_with_capacity_and_garrison(view):
    assert road_size(400.0) == pytest.approx(16.2)
    assert [road_size(n) for n in (1, 5, 30, 120, 400)] == sorted(road_size(n) for n in (1, 5, 30, 120, 400))
    assert town_size(3000, 3000.0) == pytest.approx(13.8)
    # a garrison of any scenario is seen to shrink
    for name in ("kupiansk", "bastogne-1944", "iwo-jima-1945"):
        scenario = read_scenario(name).scenario
        plain = plain_garrison(scenario)
        largest = max(town.garrison.strength for town in scenario.towns)
        assert town_size(largest, plain) > town_size(0.8 * largest, plain) > town_size(0, plain) == 4.6
    _, fixed = shown(view)
    assert fixed.widths["shevchenkove-kupiansk"] > fixed.widths["kupiansk-kucherivka"]


def test_the_main_river_is_a_band_with_banks_that_leaves_every_town_on_its_side(view):
    _, fixed = shown(view)
    assert main_river(view.scenario) == "Oskil"
    strokes = [s for s in shapes_of(view, "map-water") if isinstance(s, Stroke)]
    colors = [s.color for s in strokes]
    assert {"bank", "water"} <= set(colors)
    assert max(s.width for s in strokes if s.color == "water") == pytest.approx(RIVER * fixed.unit)
    for course in fixed.courses:
        if course.is_main:
            for town in view.scenario.towns:
                gap = min(math.dist(point, fixed.points[town.id]) for point in course.points)
                assert gap > fixed.unit * (town_size(town.garrison.strength, fixed.plain_garrison) + 2.0), (
                    town.id
                )


def test_every_crossing_in_use_has_a_bridge_over_the_water(view):
    _, fixed = shown(view)
    crossings = {route.id for route in view.scenario.routes if route.kind == "crossing"}
    assert crossings <= set(fixed.bridges)
    river = [point for course in fixed.courses if course.is_main for point in course.points]
    for name in ("masiutivka-bridgehead", "kupiansk-podoly"):
        bridge = fixed.bridges[name]
        assert bridge.is_main
        assert min(math.dist(bridge.at, point) for point in river) < 8.0 * fixed.unit


def test_what_is_lost_along_a_road_is_hatched_and_leaves_less_room(view):
    muddy = changed(view, weather="mud")
    assert not [
        s
        for s in shapes_of(changed(view, weather="clear", expected_loss={}), "map-roads")
        if isinstance(s, Hatch) and s.color == "hatch"
    ]
    assert [s for s in shapes_of(muddy, "map-roads") if isinstance(s, Hatch) and s.color == "hatch"]
    _, fixed = shown(view)
    t = 3 * DAY + HOUR
    dry = road_looks(changed(view, weather="clear"), t)["shevchenkove-kupiansk"]
    wet = road_looks(muddy, t)["shevchenkove-kupiansk"]
    assert inside(fixed, wet) < inside(fixed, dry)


def test_damage_is_a_crater_with_a_ring_that_fills_until_it_is_repaired(view):
    route, t = "kindrashivka-kupiansk", 3 * DAY + HOUR
    if route not in {each.id for each in view.scenario.routes}:
        route = next(
            r.id
            for r in view.scenario.routes
            if r.id in shown(view)[1].seen and r.id not in view.snapshot(t).fronts and r.kind == "road"
        )
    whole = shapes_of(changed(view, damage={}, repairs={}), "map-damage")
    hit = shapes_of(changed(view, damage={route: 0.5}, repairs={}), "map-damage")
    waiting = [s for s in hit if isinstance(s, Arc) and s not in whole]
    assert [bool(arc.dashes) for arc in waiting] == [True]
    mending = shapes_of(changed(view, damage={route: 0.5}, repairs={route: t + HOUR}), "map-damage")
    assert [s for s in mending if isinstance(s, Arc) and s.dashes is None and s not in whole]


def test_a_cut_road_has_broken_walls_and_a_cross(view):
    _, fixed = shown(view)
    route = "shevchenkove-kupiansk"
    cut = changed(view, damage={route: 1.0})
    walls = [
        s for s in shapes_of(cut, "map-roads") if isinstance(s, Stroke) and s.dashes and s.color == "full"
    ]
    assert len(walls) >= 2
    at = fixed.paths[route].at(fixed.narrow[route])[:2]
    cross = [s for s in shapes_of(cut, "map-damage") if isinstance(s, Stroke) and s.color == "full"]
    assert any(math.dist(s.points[0], at) < 12 * fixed.unit for s in cross) == fixed.here.shows(at)


def test_a_full_road_has_vivid_walls_and_light(pressed):
    t = 20 * DAY
    full = {name for name, look in road_looks(pressed, t).items() if look.kind == "full"}
    frame = Frame(t=t)
    fixed = geometry(pressed.scenario, map_projection(pressed, frame))
    layers = {layer.name: layer.shapes for layer in map_layers(pressed, frame)[0]}
    assert full & set(fixed.seen)
    glows = [s for s in layers["map-light"] if isinstance(s, Glow)]
    walls = [s for s in layers["map-roads"] if isinstance(s, Stroke) and s.color == "full" and not s.dashes]
    assert len(glows) == len(walls) == len(full & set(fixed.seen))


def test_a_vessel_is_as_full_as_its_supply_and_short_ones_have_rims_of_their_own(view):
    stock = view.snapshot(3 * DAY + HOUR).stock

    def shapes(share):
        return shapes_of(changed(view, stock={town: t * share for town, t in stock.items()}), "map-towns")

    def rims(share):
        return [s for s in shapes(share) if getattr(s, "color", None) == "full"]

    def level(share):
        return [s for s in shapes(share) if isinstance(s, Area) and s.color == "side0"]

    assert not rims(50.0)
    assert rims(0.5)
    assert not [rim for rim in rims(0.5) if rim.dashes]
    assert all(rim.dashes for rim in rims(0.0))
    assert len(level(0.5)) > len(level(0.0)) == 0


def test_the_bar_moves_with_the_front(view):
    route = next(view.route(name) for name in view.snapshot(3 * DAY + HOUR).fronts)
    frame, fixed = shown(view)
    at = place_of_front(view, fixed, route, view.snapshot(frame.t).fronts[route.id])[:2]
    moved = changed(view, fronts={route.id: view.snapshot(frame.t).fronts[route.id] + 0.4})
    then = place_of_front(moved, fixed, route, moved.snapshot(frame.t).fronts[route.id])[:2]
    end = fixed.points[route.end]
    assert math.dist(then, end) < math.dist(at, end)


def test_bases_outside_the_view_are_tabs_with_what_they_send(view):
    frame, fixed = shown(view)
    shapes = shapes_of(view, "map-tabs")
    told = [s.text for s in shapes if isinstance(s, Text)]
    assert "KHARKIV" in told
    tonnes = [int(text.split()[0]) for text in told if text.endswith("t a day")]
    assert all(amount > 0 for amount in tonnes)
    region = fixed.here.region
    for tab in (area for area in map_layers(view, frame)[1] if area.name == "kharkiv"):
        assert region.x <= tab.x
        assert tab.x + tab.width <= region.right
    far = shapes_of(view, "map-tabs", camera=Camera(0.1))
    assert "KHARKIV" not in [s.text for s in far if isinstance(s, Text)]


def test_from_near_more_towns_are_named(view):
    def share(zoom):
        _, fixed = shown(view, camera=Camera(zoom))
        seen = [town for town in view.scenario.towns if fixed.here.shows(fixed.points[town.id], -60.0)]
        names = {town.name.casefold() for town in seen}
        told = {
            s.text.casefold()
            for s in shapes_of(view, "map-labels", camera=Camera(zoom))
            if isinstance(s, Text)
        }
        return len(names & told) / len(names)

    assert share(3.0) > 0.9
    assert share(1.0) < share(3.0)


def test_names_keep_their_side_while_the_camera_pans_a_little(view):
    def places(east):
        _, fixed = shown(view, camera=Camera(1.0, east))
        return {
            s.text: (s.at[0] - fixed.points["kupiansk"][0], s.at[1] - fixed.points["kupiansk"][1])
            for s in shapes_of(view, "map-labels", camera=Camera(1.0, east))
            if isinstance(s, Text)
        }

    before, after = places(0.0), places(0.4)
    both = before.keys() & after.keys()
    assert "KUPIANSK" in both
    for name in both:
        assert after[name] == pytest.approx(before[name], abs=0.01), name


def test_every_town_in_sight_can_be_pointed_at(view):
    frame, fixed = shown(view)
    hit_areas = map_layers(view, frame)[1]
    towns = {target.name for target in hit_areas if target.kind == "town"}
    seen = {town.id for town in view.scenario.towns if fixed.here.shows(fixed.points[town.id])}
    assert seen <= towns
    assert all(view.town(town).base is not None for town in towns - seen)
    kinds = [target.kind for target in hit_areas]
    assert kinds == sorted(kinds)


def test_halos_beat_by_the_clock_and_stand_still_with_reduced_motion(view):
    starving = changed(view, stock=dict.fromkeys(view.snapshot(3 * DAY + HOUR).stock, 0.0))

    def halo(clock, **choices):
        return [s for s in shapes_of(starving, "map-halo", clock=clock, **choices) if isinstance(s, Light)]

    assert halo(0.0)
    assert halo(0.0) != halo(0.5)
    assert halo(0.0, reduced_motion=True) == halo(0.5, reduced_motion=True)


def test_the_road_that_matters_most_has_its_badge_beside_it_unless_something_is_chosen(pressed):
    def badge(frame):
        shapes = next(layer.shapes for layer in map_layers(pressed, frame)[0] if layer.name == "map-badge")
        return next((shape.center for shape in shapes if isinstance(shape, Disc)), None)

    frames = [Frame(t=day * DAY, size=(1600, 900)) for day in range(5, 29, 3)]
    fixed = geometry(pressed.scenario, map_projection(pressed, frames[0]))
    marked = [(frame, at) for frame in frames if (at := badge(frame)) is not None]
    assert marked
    for frame, at in marked:
        path = fixed.paths[road_in_focus(pressed, frame)]
        assert min(math.dist(at, path.at(path.length * n / 400)[:2]) for n in range(401)) < 40.0 * fixed.unit
        assert badge(replace(frame, selection=Selection("town", "kupiansk"))) is None


def test_a_traced_way_tells_tonnes_on_its_legs_and_names_the_narrowest(pressed):
    frame = Frame(t=20 * DAY, selection=Selection("town", "zapadne"), camera=Camera(0.6))
    layers = {layer.name: layer.shapes for layer in map_layers(pressed, frame)[0]}
    told = [s.text for s in layers["map-legs"] if isinstance(s, Text)]
    looks = road_looks(pressed, frame.t)
    assert told.count("the fullest leg") <= 1
    tonnes = {f"{look.flow:.0f} t" for look in looks.values() if look.has_traffic}
    assert {text for text in told if text.endswith(" t")} <= tonnes
    assert len(told) > 2
    assert not [s for s in shapes_of(pressed, "map-legs", t=20 * DAY) if isinstance(s, Text)]


def test_days_of_supply_stand_after_the_names_of_towns(pressed):
    texts = [s for s in shapes_of(pressed, "map-labels", t=20 * DAY) if isinstance(s, Text)]
    assert [text for text in texts if text.text.endswith(" d")]
    for name, days in itertools.pairwise(texts):
        if days.text.endswith(" d"):
            assert name.at[0] < days.at[0], name.text
            assert name.at[1] == days.at[1]


@pytest.mark.parametrize("weather", ["mud", "frost", "rain"])
def test_each_weather_has_signs_of_its_own_on_the_ground(view, weather):
    def signs(state):
        shapes = shapes_of(changed(view, weather=state), "map-weather")
        return {len(s.points) for s in shapes if isinstance(s, Stroke)}, {s.color for s in shapes[1:]}

    assert signs("clear") == (set(), set())
    others = [signs(other) for other in ("mud", "frost", "rain") if other != weather]
    assert signs(weather)[1]
    assert signs(weather) not in others


def test_the_headline_keeps_off_the_town_that_fell(pressed):
    fall = next(iter(beats_of(pressed, Frame()).falls))
    for north in (-7.0, 7.0):
        heart = projection(pressed.scenario, layout((1280, 720)).map, 1.0, Camera())
        at = pressed.town(fall.town).at
        east, up = (at.lon - heart.lon) * heart.degree_east, (at.lat - heart.lat) * DEGREE
        frame, fixed = shown(pressed, t=fall.t, clock=fall.at, camera=Camera(1.0, east, up + north))
        layers = {layer.name: layer.shapes for layer in map_layers(pressed, frame)[0]}
        bands = [s for s in layers["map-headline"] if isinstance(s, Field)]
        y = fixed.points[fall.town][1]
        assert bands
        assert not any(band.y < y < band.y + band.height for band in bands)


def test_a_headline_goes_when_it_is_old_news_and_where_a_run_stands_away_from_the_fall(pressed):
    fall = next(iter(beats_of(pressed, Frame()).falls))

    def words(t, **more):
        frame, _ = shown(pressed, t=t, **more)
        layers = {layer.name: layer.shapes for layer in map_layers(pressed, frame)[0]}
        return [s.text for s in layers["map-headline"] if isinstance(s, Text) and s.alpha > 0]

    assert words(fall.t, clock=fall.at)
    assert words(fall.t + 3 * HOUR, clock=fall.at + 0.5)
    assert not words(fall.t + DAY, clock=fall.at + 0.5)
    assert words(fall.t + DAY, clock=fall.at + 0.5, playing=True)
    assert not words(fall.t + 9 * DAY, clock=fall.at + 0.5, playing=True)
