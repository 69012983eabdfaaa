"""What is said of a moment, and why a town is supplied as it is."""

import json
from dataclasses import replace
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import moment as moments
from sim.analysis import supply_trace
from sim.analysis.moment import moment, moment_text
from sim.analysis.text import duration_text, listing, moment_name, percents, route_name
from sim.model.initial_state import opening_state
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import Garrison, Position, Route, Scenario, Side, Town
from sim.model.state import ConvoyOnRoad


def why(scenario, state, town, header=None):
    return supply_trace.why(scenario, state, by_id(scenario, town), header)


def why_text(scenario, state, town, header=None):
    return moments.why_text(scenario, state, by_id(scenario, town), header)


def by_id(scenario, town):
    return next(each for each in scenario.towns if each.id == town)


@pytest.fixture
def early(recording):
    """A little after the road to Brid was damaged."""
    return recording.state_at(7800)


@pytest.fixture
def late(recording):
    """When Brid has fallen."""
    return recording.state_at(9 * DAY)


def test_the_text_of_a_moment(scenario, early, header):
    assert moment_text(scenario, early, header).splitlines() == [
        "Day 0, 27 January 2025, 02:10. Seed 42, replication 3. Weather: frost.",
        "Brid: held by Ukraine, contested. 2.9 days of supply; it fights at full value from 3.0. "
        "Its fullest road: 100 % lost or in use.",
        "  Supply comes from Zakhid by Mlyn. Mlyn to Brid is the bottleneck: "
        "46 % lost (40 % to damage, 3 % to ambush, 3 % to weather), 54 % in use, 0 % free.",
        "Short of supply: Mlyn 2.0 d and Skhid 2.2 d.",
        "Lost by Ukraine so far: 2 soldiers and 2 vehicles.",
        "Lost by Russia so far: nothing.",
    ]


def test_the_text_of_a_moment_names_what_changed_and_what_is_cut(scenario, late):
    late.damage = {"west-mill": 1.0, "east-far": 1.0, "mill-ford": 1.0}
    late.repairs = {"west-mill": late.t + 2 * DAY, "east-far": late.t - 1}
    lines = moment_text(scenario, late).splitlines()
    assert lines[0] == "Day 9, 5 February 2025, 00:00. Weather: mud."
    assert lines[1].startswith("Brid: held by Russia, contested. 1.4 days")
    assert lines[2] == "  It gets no supply."
    assert lines[3] == "Cut: Zakhid to Mlyn, about 2.0 days to repair; Skhid to Daleke, no crew at work."
    assert "Now held by Russia: Brid since 4 February 2025." in lines


def test_a_town_lost_and_retaken_is_said_to_be(scenario, late):
    late.held_by["ford"] = "ua"
    lines = moment_text(scenario, late).splitlines()
    assert "Lost and retaken: Brid." in lines
    assert not any(line.startswith("Now held") for line in lines)


def test_thousands_of_days_of_supply_are_not_counted_out(scenario, early):
    early.strength["ford"] = 1
    assert "Brid: held by Ukraine, contested. more than 60 days of supply" not in moment_text(scenario, early)
    assert "More than 60 days of supply; it fights at full value from 3.0." in moment_text(scenario, early)
    assert "1 soldier with 58.0 t in stock: more than 60 days of supply." in why_text(scenario, early, "ford")


def test_supply_that_only_passes_through_is_said_to(scenario, early):
    early.demands["mill"] = early.inflows["mill"] = 0.0
    text = why_text(scenario, early, "mill")
    assert "Supply for other towns passes through it, coming from Zakhid." in text


def test_more_cuts_than_fit_in_a_line_are_counted(scenario, early):
    roads = tuple(replace(scenario.routes[0], id=f"road-{n}") for n in range(8))
    early.damage = {road.id: 1.0 for road in roads}
    lines = moment_text(replace(scenario, routes=(*scenario.routes, *roads)), early).splitlines()
    cut = next(line for line in lines if line.startswith("Cut"))
    assert cut.count("Zakhid to Mlyn, no crew at work") == 6
    assert cut.endswith("; 2 more.")


def test_without_a_focus_the_contested_towns_with_least_supply_are_named(scenario, early):
    lines = moment_text(replace(scenario, focus=()), early).splitlines()
    named = [line.split(":")[0] for line in lines[1:] if not line.startswith(("  ", "Lost", "Short"))]
    assert named == ["Mlyn", "Skhid", "Brid"]
    assert "Short of supply" not in "".join(lines)


def test_weather_that_is_off_is_not_mentioned(scenario, early):
    off = replace(scenario, weather=replace(scenario.weather, is_on=False))
    assert "Weather" not in moment_text(off, early)


def test_why_says_what_is_needed_what_comes_what_binds_and_what_would_help(scenario, early):
    assert why_text(scenario, early, "ford").splitlines() == [
        "Brid. Day 0, 27 January 2025, 02:10. Held by Ukraine, contested.",
        "998 soldiers with 58.0 t in stock: 2.9 days of supply. "
        "From 3.0 days a garrison fights at full value.",
        "It needs 45.0 t a day: 20.0 to use and 25.0 to refill its stock; "
        "the plan brings 36.0, which is 9.0 t a day short.",
        "Supply comes from Zakhid by Mlyn.",
        "Mlyn to Brid is the bottleneck: "
        "46 % lost (40 % to damage, 3 % to ambush, 3 % to weather), 54 % in use, 0 % free.",
        "  One more tonne of its capacity would meet 0.90 t of demand. "
        "If nothing on it were lost, Brid would get up to 9.0 t a day more.",
        "On the road to it: 1 convoy with 20.0 t; 1 waiting in Mlyn.",
    ]


def test_why_as_plain_values_says_the_same(scenario, early):
    said = why(scenario, early, "ford")
    assert (said["needs"], said["gets"], said["shortage"]) == (45.0, 36.0, 9.0)
    assert said["way"] == ("west", "mill", "ford")
    assert said["limits"][0]["route"] == "mill-ford"
    assert said["limits"][0]["would_bring"] == 9.0
    assert json.loads(msgspec.json.encode(said))["convoys"][0]["held_at"] == "mill"


def test_restoring_a_route_brings_no_more_than_its_price_times_what_is_denied(scenario, early):
    early.demands["ford"] = 500.0
    limit = why(scenario, early, "ford")["limits"][0]
    assert limit["would_bring"] == pytest.approx(0.9 * (limit["nominal"] - limit["available"]))


def test_a_route_that_is_all_there_is_said_to_be(scenario, early):
    early.damage.clear()
    early.expected_loss.clear()
    early.weather = "clear"
    early.flows["mill-ford"] = 40.0
    text = why_text(scenario, early, "ford")
    assert (
        "One more tonne of its capacity would meet 0.90 t of demand. All of its 40.0 t a day are available."
        in text
    )


def test_a_route_that_got_better_since_the_plan_is_said_to_be_free(scenario, early):
    early.damage.clear()
    free = "The plan was made when Mlyn to Brid could carry less; 10.0 t a day are now free."
    early.flows["mill-ford"] = 40 * 0.95 * 0.95 - 10
    assert free in why_text(scenario, early, "ford").splitlines()
    assert free in moment_text(scenario, early)


def test_a_limit_on_the_way_to_a_town_that_has_enough_is_called_the_nearest(scenario, early):
    early.inflows["ford"] = early.demands["ford"]
    assert "Mlyn to Brid is the nearest bottleneck on its way: " in why_text(scenario, early, "ford")


def test_a_town_that_has_enough_is_told_of_its_own_cut_roads_only(scenario, early):
    early.flows["mill-ford"] = 0.0
    early.damage = {"mill-ford": 1.0}
    assert [cut["route"] for cut in why(scenario, early, "mill")["cuts"]] == ["mill-ford"]
    assert why(scenario, early, "mill")["limits"] == ()
    assert why(scenario, early, "west")["cuts"] == ()


def test_a_town_that_gets_what_it_asks_for_has_no_reasons(scenario, early):
    assert why_text(scenario, early, "west").splitlines()[2:] == [
        "It needs 0.8 t a day, all of it to use; the plan brings all of it.",
        "Supply enters the map here.",
    ]


def test_a_town_that_asks_for_nothing_says_so(scenario, late):
    assert "It needs nothing." in why_text(scenario, late, "ford")


def test_a_town_with_nobody_in_it_has_no_days_of_supply(scenario, early):
    early.strength["mill"] = 0
    assert why(scenario, early, "mill")["days_of_supply"] is None
    assert "There is no garrison. 20.0 t are in stock." in why_text(scenario, early, "mill")
    unfocused = moment_text(replace(scenario, focus=("mill",)), early)
    assert "Mlyn: held by Ukraine, contested. Its fullest road" in unfocused


def test_a_base_that_gives_all_it_has_is_named(scenario, early):
    early.prices = {}
    early.flows = {"west-mill": 99.2, "mill-ford": 86.2}
    assert "The base at Zakhid gives all that can enter there." in why_text(scenario, early, "ford")


def test_a_road_cut_farther_back_is_found_though_nothing_flows(scenario, early):
    early.flows = {}
    early.prices = {"ua": {"west-mill": 1.0}}
    early.damage = {"west-mill": 1.0}
    early.inflows = {"west": 0.8}
    early.repairs = {"west-mill": early.t + 3 * HOUR}
    lines = why_text(scenario, early, "ford").splitlines()
    assert "It gets no supply." in lines
    assert "Zakhid to Mlyn is the bottleneck: 100 % lost (100 % to damage), 0 % in use, 0 % free." in lines
    assert "Cut: Zakhid to Mlyn, about 3.0 hours to repair." in lines


def test_an_encircled_town_is_said_to_have_no_road(scenario, early):
    early.encircled["ford"] = "ua"
    early.prices = {}
    lines = why_text(scenario, early, "ford").splitlines()
    assert lines[0].endswith("Held by Ukraine, contested, with no way to a base.")
    assert "No road leads from it to a base of its side." in lines


def test_where_nothing_binds_that_is_said(scenario, early):
    early.prices = {}
    assert "No road on its way is a bottleneck in the plan as it stands." in why_text(scenario, early, "ford")


def test_convoys_on_the_road_are_counted_with_the_next_to_come(scenario, early):
    for number, due in ((8, early.t + 2 * HOUR), (9, early.t + HOUR), (10, early.t - 1)):
        early.convoys[number] = ConvoyOnRoad("ua", "west", "ford", ("west-mill",), (due,), 0, 10.0, 2)
    early.convoys[11] = ConvoyOnRoad("ru", "far", "ford", (), (), 0, 10.0, 2)
    line = why_text(scenario, early, "ford").splitlines()[-1]
    assert line == "On the road to it: 4 convoys with 50.0 t, the next due in 1.0 hours; 1 waiting in Mlyn."


def test_a_moment_as_plain_values_is_json_with_every_town_and_route(scenario, early, header):
    said = json.loads(msgspec.json.encode(moment(scenario, early, header)))
    assert (said["seed"], said["replication"], said["date"]) == (42, 3, "27 January 2025")
    assert [town["town"] for town in said["towns"]] == [town.id for town in scenario.towns]
    assert [route["route"] for route in said["routes"]] == [route.id for route in scenario.routes]
    assert said["sides"]["ua"]["losses"]["vehicles"] == 2
    assert said["routes"][1]["prices"] == {"ua": 0.9}
    assert moment(scenario, early)["seed"] is None


def test_a_town_with_no_road_inside_its_side_has_no_pressure(scenario, late):
    by_id = {town["town"]: town for town in moment(scenario, late)["towns"]}
    assert by_id["ford"]["pressure"] == pytest.approx(0.2)
    late.held_by["east"] = "ua"
    by_id = {town["town"]: town for town in moment(scenario, late)["towns"]}
    assert by_id["ford"]["pressure"] is None


def diamond():
    """Two ways from a base to a town, and a third town beside them that is fed by the same base."""
    at = Position(49.0, 37.0)
    towns = tuple(
        Town(id=name, name=name.upper(), at=at, held_by="ua", base=base, garrison=Garrison(strength=100))
        for name, base in (("base", 90.0), ("north", None), ("south", None), ("goal", None), ("beside", None))
    )
    pairs = ("base-north", "base-south", "north-goal", "goal-south", "base-beside")
    routes = tuple(
        Route(id=pair, start=pair.split("-")[0], end=pair.split("-")[1], capacity=20.0) for pair in pairs
    )
    sides = (Side(id="ua", name="Ukraine"), Side(id="ru", name="Russia"))
    return Scenario(
        name="Diamond", start=date(2025, 1, 27), horizon=DAY, sides=sides, towns=towns, routes=routes
    )


@pytest.fixture
def two_ways():
    scenario = diamond()
    state = opening_state(scenario)
    state.flows = {
        "base-north": 12.0,
        "north-goal": 10.0,
        "base-south": 20.0,
        "goal-south": -18.0,
        "base-beside": 20.0,
    }
    state.demands, state.inflows = {"goal": 40.0, "beside": 30.0}, {"goal": 28.0, "beside": 20.0}
    state.prices = {"ua": {"base-south": 0.5, "base-beside": 1.0}}
    return scenario, state


def test_supply_by_two_ways_is_told_by_the_greater_first(two_ways):
    text = why_text(*two_ways, "goal")
    assert "Supply comes from BASE by SOUTH, and by NORTH." in text


def test_a_route_that_binds_on_the_way_to_another_town_is_no_limit_here(two_ways):
    assert [limit["route"] for limit in why(*two_ways, "goal")["limits"]] == ["base-south"]
    assert [limit["route"] for limit in why(*two_ways, "beside")["limits"]] == ["base-beside"]


def test_a_flow_in_a_circle_ends(two_ways):
    scenario, state = two_ways
    state.flows = {"base-north": 5.0, "north-goal": 5.0, "goal-south": 5.0, "base-south": -5.0}
    assert why(scenario, state, "goal")["way"] == ("south", "base", "north", "goal")


def test_a_route_is_named_in_the_direction_of_its_flow(scenario):
    road = scenario.routes[0]
    assert route_name(scenario, road) == "Zakhid to Mlyn"
    assert route_name(scenario, road, -1.0) == "Mlyn to Zakhid"
    assert route_name(scenario, replace(road, name="M03"), -1.0) == "M03"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8).filter(any))
def test_whole_per_cent_add_up(parts):
    total = sum(parts)
    found = percents([part / total for part in parts])
    assert sum(found) == 100
    assert all(abs(whole - 100 * part / total) < 1 + 1e-9 for whole, part in zip(found, parts, strict=True))


def test_words_for_times_and_lists():
    assert moment_name(date(2025, 1, 27), 180 * DAY) == "Day 180, 26 July 2025, 00:00"
    assert duration_text(DAY) == "1.0 days"
    assert duration_text(61) == "2 minutes"
    assert listing(["A"]) == "A"
    assert listing(["A", "B", "C", "D"], 2) == "A, B and 2 more"


def test_why_says_what_the_run_itself_took_from_a_capacity(scenario, opening, header):
    before = replace(header, before={"route.mill-ford.capacity": 90.0})
    opening.demands, opening.inflows = {"ford": 60.0}, {"ford": 40.0}
    opening.flows, opening.prices = {"west-mill": 40.0, "mill-ford": 40.0}, {"ua": {"mill-ford": 1.0}}
    lines = why_text(scenario, opening, "ford", before).splitlines()
    assert (
        "  This run sets its capacity to 40.0 t a day. With the scenario's 90.0,"
        " Brid would get up to 20.0 t a day more." in lines
    )
    assert why(scenario, opening, "ford", before)["limits"][0]["unchanged_would_bring"] == 20.0
    assert why(scenario, opening, "ford")["limits"][0]["before"] is None
