"""The side panel: what it says of roads, towns and turning points, and that it stands still."""

from dataclasses import replace

import pytest

from sim.analysis.pressure import Split
from sim.analysis.roads import roads
from sim.analysis.supply_trace import Cut, Limit, trace_supply
from sim.model.events import RouteDamaged, TownFell
from sim.model.quantities import DAY
from sim.scene.beats.pacing import frame_at, pacing_of
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.layout import layout
from sim.scene.map.legend import town_sign
from sim.scene.road_looks import RoadLook, road_looks
from sim.scene.shapes import Area, Box, Capsules
from sim.scene.view_model import SNAPSHOTS_KEPT, Camera, Frame, Selection
from sim.scene.widgets import road_bar
from sim.view.compose import compose
from sim.view.panel.panel import panel_layers, panel_time
from sim.view.panel.road import road_figures, road_sentence
from sim.view.panel.short import short_towns, stock_words
from sim.view.panel.town import Leg, leg_words, legs_of, supply_sentence
from tests.support.scene_reading import OURS, SIZES, words

T = 9 * DAY


def panel_words(view, frame):
    return words(compose(view, frame), "panel")


def with_days(view, t, **days):
    """Give towns of a moment so many days of supply."""
    state = view.snapshot(t)
    for town, left in days.items():
        found = trace_supply(view.scenario, state, view.town(town))
        state.stock[town] = found.use * left
    return state


@pytest.mark.parametrize("size", SIZES)
def test_what_matters_most_stands_there_without_a_click(view, size):
    frame = Frame(t=T, size=size)
    shown = panel_words(view, frame)
    assert "THE ROAD THAT MATTERS MOST NOW" in shown
    assert view.road_name(view.route(road_in_focus(view, frame))) in shown
    assert "t a day in use" in shown
    assert "RUNNING SHORT" in shown


def test_the_figures_of_a_road_are_those_of_its_plan(view):
    state, road = view.snapshot(T), roads(view.scenario, view.snapshot(T))[0]
    look = road_looks(view, T)[road.route]
    use, *rest = road_figures(look, road.split, state.weather)
    assert use == (f"{road.flow:.0f}", "t a day in use", "ink")
    assert len(rest) == 2
    mud = replace(road.split, weather=0.25, damage=0.0, spare=0.0)
    assert road_figures(look, mud, "mud")[1][1] == "lost to mud"
    full = replace(look, kind="full", kept_away=12.2)
    assert road_figures(full, replace(mud, weather=0.0, expected_loss=0.0), "clear")[2] == (
        "12", "do not arrive", "full",
    )  # fmt: skip


def test_a_sentence_says_who_lives_on_a_road(view):
    state, road = view.snapshot(T), roads(view.scenario, view.snapshot(T))[0]
    look = road_looks(view, T)[road.route]
    assert road_sentence(view, T, replace(look, kind="idle")) == "It carries nothing now."
    state.repairs[road.route] = T + 2 * DAY
    assert road_sentence(view, T, replace(look, kind="cut")) == "Nothing passes. Repaired in about 2.0 days."
    state.repairs.clear()
    assert "No crew" in road_sentence(view, T, replace(look, kind="cut"))
    told = road_sentence(view, T, replace(look, kind="full", kept_away=9.0))
    assert "soldiers" in told
    assert told.endswith(("full road.", "full roads.", "full crossing.", "full crossings."))
    calm = road_sentence(view, T, replace(look, kind="calm"))
    assert "Nobody it feeds is short." in calm or " left." in calm
    side = view.scenario.sides[look.side]
    brought = sum(flow for town, flow in state.inflows.items() if state.held_by[town] == side.id)
    for share, part in (
        (1.0, "all"),
        (0.97, "nearly all"),
        (0.71, "about seven tenths"),
        (0.06, "about a tenth"),
    ):
        told = road_sentence(view, T, replace(look, kind="calm", flow=share * brought))
        assert told.startswith(f"It carries {part} of what {side.name} sends to this front.")
    assert "It carries" not in road_sentence(view, T, replace(look, kind="calm", flow=0.04 * brought))


def test_roads_are_called_by_their_number_their_river_or_their_ends(view):
    names = [view.road_name(route) for route in view.scenario.routes]
    assert "H-26" in names
    assert "Oskil crossing" in names
    assert "Radkivka – Kupiansk" in names


def test_the_inset_stays_where_it_is_whatever_stands_above_it(view):
    def place(t):
        areas = compose(view, Frame(t=t)).hit_areas
        return [(each.x, each.y, each.width, each.height) for each in areas if each.name == "inset"]

    assert len({*map(tuple, (place(day * DAY) for day in (0, 5, 9, 11)))}) == 1
    assert place(0)


def test_the_inset_frames_what_the_map_shows(view):
    def frame_of(camera):
        scene = compose(view, Frame(t=T, camera=camera))
        (layer,) = [layer for layer in scene.layers if layer.name == "inset window"]
        return layer.shapes[1]

    plain, near = frame_of(Camera()), frame_of(Camera(zoom=2.0))
    assert near.width == pytest.approx(plain.width / 2, abs=1.1)
    east = frame_of(Camera(zoom=2.0, east=10.0))
    assert east.x > near.x


def test_a_selected_town_tells_its_supply_and_its_way(view):
    shown = panel_words(view, Frame(t=T, selection=Selection("town", "kupiansk")))
    assert "SUPPLY OF | Kupiansk" in shown
    assert "held by Ukraine" in shown
    assert "HOW IT GETS THERE" in shown
    found = trace_supply(view.scenario, view.snapshot(T), view.town("kupiansk"))
    stops = [view.town(town).name for town in found.way]
    assert [name for name in shown.split(" | ") if name in stops][-len(stops) :] == stops
    base = panel_words(view, Frame(t=T, selection=Selection("town", "kharkiv")))
    assert "Supply enters the map here." in base


def test_a_long_way_is_told_with_fewer_stops_where_there_is_less_room(view):
    frame = Frame(t=T, selection=Selection("town", "bridgehead"))
    small, large = (panel_words(view, replace(frame, size=size)) for size in ((960, 540), (1920, 1080)))
    assert large.count(" of ") > small.count(" of ")
    assert "Valuyki" in small


def test_legs_carry_what_the_plan_says_and_the_full_ones_are_loud(view):
    found = trace_supply(view.scenario, view.snapshot(T), view.town("kupiansk"))
    legs = legs_of(view, T, found.way)
    assert len(legs) == len(found.way) - 1
    assert sum(leg.is_narrowest for leg in legs) <= 1
    look = RoadLook("shevchenkove-kupiansk", "full", 0, True, 60.0, 50.0, 0.0, kept_away=5.0)
    assert leg_words(view, Leg((look,))) == "H-26: 50 of 50 t a day, full"
    calm = replace(look, kind="calm", free=10.0)
    assert leg_words(view, Leg((calm, calm))) == "2 roads: 100 of 120 t a day"
    assert leg_words(view, Leg(())) == "no road"


def test_a_town_without_garrison_says_so(view):
    view.snapshot(5 * DAY).strength["shevchenkove"] = 0
    shown = panel_words(view, Frame(t=5 * DAY, selection=Selection("town", "shevchenkove")))
    assert "Nobody is there to be supplied." in shown
    assert "– | days in stock" in shown


def test_a_contact_tells_where_its_front_stands(view):
    route = next(iter(view.snapshot(T).fronts))
    shown = panel_words(view, Frame(t=T, selection=Selection("route", route)))
    assert "FRONT" in shown
    assert "The front stands" in shown


def test_a_fall_is_told_for_half_a_day_and_then_no_more(view):
    event = TownFell(
        "dvorichna", "ua", "ru", "x", "kupiansk", 500, (0,) * 7, "synkivka", 900, 0.0, 0.0, {}, "assault"
    )
    view._kept["falls"] = [(None, ((8 * DAY, event),))]
    try:
        shown = panel_words(view, Frame(t=8 * DAY + 3600))
        assert "TURNING POINT | Dvorichna fell | day 8, 00:00 | 500 | withdrew | 900 | moved in" in shown
        assert "The garrison went to Kupiansk." in shown.replace(" | ", " ")
        assert "THE ROAD THAT MATTERS" in panel_words(view, Frame(t=T))
        lost = replace_event(event, retreat=None)
        view._kept["falls"] = [(None, ((8 * DAY, lost),))]
        for name in ("panel", "panel text"):
            view._kept.pop(name)
        assert "no way out" in panel_words(view, Frame(t=8 * DAY + 3600)).replace(" | ", " ")
    finally:
        view._kept.pop("falls")


def replace_event(event, **changes):
    return type(event)(**{**{name: getattr(event, name) for name in event.__struct_fields__}, **changes})


def test_who_runs_short_is_listed_the_shortest_first_and_the_rest_counted(view):
    t = 10 * DAY
    with_days(view, t, kupiansk=0.02, dvorichna=0.6, podoly=2.2)
    found = [town for _, town in short_towns(view, t)]
    assert found[:2] == ["kupiansk", "dvorichna"]
    assert "podoly" in found
    shown = panel_words(view, Frame(t=t, size=(1920, 1080)))
    assert "Kupiansk | empty | Dvorichna | 0.6 days" in shown
    assert "Podoly | 2.2 days" in shown
    assert "three days" in shown
    assert "less than three days." in panel_words(view, Frame(t=t, size=(960, 540)))
    assert stock_words(None) == "nobody there"


def test_what_is_short_is_never_written_as_three_days(view):
    t = 12 * DAY
    with_days(view, t, kupiansk=2.97, dvorichna=9.0, podoly=9.0)
    shown = panel_words(view, Frame(t=t, size=(1920, 1600)))
    assert "Kupiansk | 2.9 days" in shown
    assert "KUPIANSK | 2.9 d" in words(compose(view, Frame(t=t)), "map-labels")


def test_a_bar_is_hatched_for_what_is_lost_and_filled_for_what_is_in_use():
    def capsules(used):
        shapes = road_bar((0, 0, 206, 24), 0.25, used, "ink", 1.0, is_full=False)
        assert isinstance(shapes[0], Box)
        return [at for shape in shapes if isinstance(shape, Capsules) for at in shape.at]

    assert len(capsules(0.75)) > len(capsules(0.4)) > len(capsules(0.0)) == 0
    assert all(x >= 3 + 50 for x, _ in capsules(0.75))


@pytest.mark.parametrize("is_diamond", [True, False])
def test_a_vessel_is_as_full_as_its_days_and_its_rim_tells_shortage(is_diamond):
    def level(days):
        filled = [
            shape
            for shape in town_sign((0, 0), 1.0, days, 1, is_diamond=is_diamond)[3:]
            if isinstance(shape, Area) and shape.color == "side1"
        ]
        return max((point[1] for shape in filled for point in shape.points), default=0) - min(
            (point[1] for shape in filled for point in shape.points), default=0
        )

    assert level(0.0) == 0
    assert level(2.0) == pytest.approx(2 * level(1.0), rel=0.05)
    rims = [town_sign((0, 0), 1.0, days, 1, is_diamond=is_diamond)[-1] for days in (2.0, 0.5)]
    assert [rim.color for rim in rims] == ["full", "full"]
    assert [rim.dashes is not None for rim in rims] == [False, True]
    assert "full" not in {shape.color for shape in town_sign((0, 0), 1.0, 4.0, 1, is_diamond=is_diamond)}


def test_figures_stand_still_for_a_moment_while_the_run_plays(view):
    frame = Frame(playing=True, seconds_per_day=1.0, selection=Selection("town", "kupiansk"))
    clock = pacing_of(view, frame)
    shown = [replace(frame, t=clock.time_at(at), clock=at) for at in (2.6, 2.75, 3.0, 3.1)]
    assert [panel_time(view, each) for each in shown] == [clock.time_at(at) for at in (2.5, 2.5, 2.5, 3.0)]
    assert panel_time(view, replace(shown[0], playing=False)) == shown[0].t


def test_figures_of_a_struck_road_change_with_its_mark_and_are_what_still_passes(view):
    hits = view.recording.events_of(RouteDamaged)
    t, hit = next((t, hit) for t, hit in hits if hit.damage > 0.9 and view.snapshot(t).flows[hit.route])
    chosen = Selection("route", hit.route)
    frame = frame_at(view, Frame(playing=True, seconds_per_day=0.75, selection=chosen), t + 1800)
    assert panel_time(view, frame) == t
    look = road_looks(view, panel_time(view, frame))[hit.route]
    assert look.flow <= look.nominal * (1.0 - hit.damage) + 0.1
    assert f"{look.flow:.0f}" in panel_words(view, frame)


def test_the_panel_is_made_once_for_equal_frames(view):
    frame = Frame(t=T)
    regions = layout(frame.size)
    first, _ = panel_layers(view, frame, regions)
    again, _ = panel_layers(view, replace(frame, clock=3.0), regions)
    later, _ = panel_layers(view, replace(frame, t=10 * DAY), regions)
    assert again[1] is first[1]
    assert later[1].key != first[1].key


def test_equal_keys_mean_equal_shapes(view):
    kept = {}
    for t in (0, 3 * DAY, T, 3 * DAY):
        for hover in (None, Selection("button", "play")):
            for layer in compose(view, Frame(t=t, hover=hover)).layers:
                if layer.name in OURS and layer.key is not None:
                    assert kept.setdefault((layer.name, layer.key), layer.shapes) == layer.shapes


def test_a_view_gives_the_same_snapshot_again_and_forgets_old_ones(view):
    first = view.snapshot(DAY)
    assert view.snapshot(DAY) is first
    assert view.snapshot(-5).t == 0
    assert view.snapshot(10**9).t == view.end
    for hour in range(SNAPSHOTS_KEPT):
        view.snapshot(2 * DAY + hour)
    assert view.snapshot(DAY) is not first
    assert view.side_color("ua") == "side0"
    assert view.side_color("ru", is_tint=True) == "side1_tint"


def test_a_short_town_s_panel_names_the_road_that_was_cut_or_lost_most(view):
    found = trace_supply(view.scenario, view.snapshot(T), view.town("kupiansk"), view.recording.header)
    whole = Split(0.0, 0.0, 0.0, 1.0, 0.0)
    full, struck = (
        Limit(route, "", 1.0, 100.0, 100.0, split, 0.0, brings)
        for route, split, brings in (
            ("rail-velykyi-burluk-kupiansk", whole, 0.3),
            ("shevchenkove-kupiansk", Split(0.95, 0.0, 0.0, 0.05, 0.0), 20.0),
        )
    )
    short = replace(found, is_encircled=False, needs=30.0, gets=10.0, shortage=20.0, cuts=(), limits=(full,))
    assert supply_sentence(view, short) == "Velykyi Burluk – Kupiansk is full: 20 t a day do not arrive."
    struck_too = replace(short, limits=(full, struck))
    assert supply_sentence(view, struck_too) == "H-26 has lost 95 %: 20 t a day do not arrive."
    cut = replace(struck_too, cuts=(Cut("shevchenkove-kupiansk", "", None),))
    assert supply_sentence(view, cut) == "H-26 is cut: 20 t a day do not arrive."
    elsewhere = replace(short, cuts=(Cut("chuhuiv-shevchenkove", "", None),))
    assert "is full" in supply_sentence(view, elsewhere)


def test_the_cuts_of_a_town_begin_with_the_roads_that_lead_to_it(view):
    for t in range(0, view.end, 5 * DAY):
        state = view.snapshot(t)
        for town in view.scenario.towns:
            cuts = [view.route(cut.route) for cut in trace_supply(view.scenario, state, town).cuts]
            here = [town.id in {cut.start, cut.end} for cut in cuts]
            assert here == sorted(here, reverse=True)
