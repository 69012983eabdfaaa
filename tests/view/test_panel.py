"""The side panel: what it says, what it leaves out, and that the map marks what it names."""

from dataclasses import replace

import pytest

from sim.analysis.roads import dependence, roads
from sim.model.quantities import DAY
from sim.scene.layout import layout
from sim.scene.map.notes import leading_road
from sim.scene.view_model import Camera, Frame, Selection
from sim.view.compose import compose
from sim.view.panel.panel import panel_layers, panel_time
from sim.view.panel.subject import road_reason
from tests.support.scene_reading import OURS, SIZES, texts, words


@pytest.mark.parametrize("size", SIZES)
def test_what_matters_most_stands_there_without_a_click(view, size):
    shown = words(compose(view, Frame(t=9 * DAY, size=size)), "panel")
    assert "THE ROAD THAT MATTERS MOST NOW" in shown
    assert {"lost", "in use", "free"} <= set(shown.split(" | "))
    assert "DAYS OF SUPPLY" in shown
    assert "MOST PRESSED ROADS" in shown


def test_a_larger_window_tells_more(view):
    small, large = (
        words(compose(view, Frame(t=9 * DAY, size=size)), "panel") for size in (SIZES[0], SIZES[2])
    )
    assert "LAST EVENTS" not in small
    assert "LAST EVENTS" in large
    assert "LOSSES SO FAR" in large


def chips(scene):
    return [text for text in texts(scene, "map-labels") if text.text.endswith("% free")]


def test_the_map_marks_the_road_that_the_panel_names(view):
    frame = Frame(t=9 * DAY)
    road = leading_road(view, frame)
    assert road == roads(view.scenario, view.snapshot(frame.t))[0]
    scene = compose(view, frame)
    assert [text.text for text in texts(scene, "map-badges")] == ["1"]
    assert "1" in words(scene, "panel").split(" | ")
    assert len(chips(scene)) == 1
    chosen = replace(frame, selection=Selection("town", "kupiansk"))
    assert leading_road(view, chosen) is None
    assert not chips(compose(view, chosen))


def test_a_selected_town_tells_its_supply_and_its_limit(view):
    shown = words(compose(view, Frame(t=9 * DAY, selection=Selection("town", "kupiansk"))), "panel")
    assert "Kupiansk" in shown
    assert "held by Ukraine from the start" in shown
    assert "days of supply" in shown
    assert "soldiers" in shown
    assert " % lost, " in shown


def test_a_town_without_garrison_or_need_says_so(view):
    state = view.snapshot(5 * DAY)
    state.strength["shevchenkove"] = 0
    state.demands["shevchenkove"] = 0.0
    shown = words(compose(view, Frame(t=5 * DAY, selection=Selection("town", "shevchenkove"))), "panel")
    assert "nobody there" in shown
    assert "asks for nothing now" in shown


def test_a_contact_tells_where_its_front_stands(view):
    route = next(iter(view.snapshot(9 * DAY).fronts))
    shown = words(compose(view, Frame(t=9 * DAY, selection=Selection("route", route))), "panel")
    assert "contact" in shown
    assert "The front stands" in shown


def test_a_cut_road_tells_its_repair(view):
    state = view.snapshot(6 * DAY)
    route = roads(view.scenario, state)[0].route
    state.damage[route] = 1.0
    state.repairs[route] = 8 * DAY
    scene = compose(view, Frame(t=6 * DAY, selection=Selection("route", route), size=(1920, 1080)))
    assert "cut" in words(scene, "panel").split(" | ")
    assert "Repaired in" in words(scene, "panel")


def test_the_reason_for_a_road_fits_what_it_does(view):
    state = view.snapshot(9 * DAY)
    road = roads(view.scenario, state)[0]
    lives = dependence(view.scenario, state, road)
    free = replace(road, price=0.0, flow=30.0)
    assert "keeps garrisons short" in road_reason(view, replace(free, price=0.5), lives)
    full = replace(free, split=replace(road.split, used=1.0 - road.split.denied, spare=0.0))
    assert "Of those nearly full" in road_reason(view, full, lives)
    assert "the fullest" in road_reason(view, replace(free, split=replace(road.split, used=0.0)), lives)
    assert road_reason(view, full, lives, is_first=False).startswith("It keeps nobody short.")
    assert road_reason(view, replace(free, flow=0.0), lives) == "It carries nothing now."
    assert "Least supply" not in road_reason(view, free, replace(lives, shortest=None))
    wet = replace(free, split=replace(road.split, weather=0.25))
    assert "weather denies 25 %" in road_reason(view, wet, lives)


def test_figures_stand_still_for_a_moment_while_the_run_plays():
    frame = Frame(t=100_000, playing=True, seconds_per_day=1.0)
    assert panel_time(frame) == 2 * 43_200
    assert panel_time(replace(frame, playing=False)) == 100_000


def test_the_panel_is_made_once_for_equal_frames(view):
    frame = Frame(t=9 * DAY)
    regions = layout(frame.size)
    first, _ = panel_layers(view, frame, regions)
    again, _ = panel_layers(view, replace(frame, clock=3.0), regions)
    later, _ = panel_layers(view, replace(frame, t=10 * DAY), regions)
    assert again[1] is first[1]
    assert later[1].key != first[1].key


def test_equal_keys_mean_equal_shapes(view):
    kept = {}
    for t in (0, 3 * DAY, 9 * DAY, 3 * DAY):
        for hover in (None, Selection("chip", "supply")):
            for layer in compose(view, Frame(t=t, hover=hover)).layers:
                if layer.name in OURS and layer.key is not None:
                    assert kept.setdefault((layer.name, layer.key), layer.shapes) == layer.shapes


def test_a_view_gives_the_same_snapshot_again_and_forgets_old_ones(view):
    first = view.snapshot(DAY)
    assert view.snapshot(DAY) is first
    assert view.snapshot(-5).t == 0
    assert view.snapshot(10**9).t == view.end
    for hour in range(12):
        view.snapshot(2 * DAY + hour)
    assert view.snapshot(DAY) is not first
    assert view.side_color("ua") == "side0"
    assert view.side_color("ru", is_tint=True) == "side1_tint"


def test_a_road_that_is_off_the_map_is_not_marked(view):
    away = Frame(t=9 * DAY, camera=Camera(zoom=1.0, east=4000.0))
    assert not texts(compose(view, away), "map-badges")


def test_a_side_without_garrisons_says_so(view):
    state = view.snapshot(4 * DAY)
    for town, side in state.held_by.items():
        if side == "ru":
            state.strength[town] = 0
    assert "nobody there" in words(compose(view, Frame(t=4 * DAY)), "panel")
