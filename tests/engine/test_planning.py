"""Plans are kept while nothing changes, follow what changes, and say which road binds."""

import numpy as np
import pytest

from sim.engine.capture import capture_town
from sim.model import events as e
from sim.model.parameters import Supply
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import ScheduledEvent
from tests.support.fronts import begun, front, go, of_kind, played, road, route, sides, town

FIRST, SECOND, OPEN = 0, 1, 2
BASE, MILL, END, FOE = 0, 1, 2, 3


def plans(told, side="a"):
    return [event for event in of_kind(told, e.PlanAdopted) if event.side == side]


def test_the_first_plan_is_told_whole_at_the_start():
    _, told = begun(road((0, 500, 2000), days=3))
    first = plans(told)[0]
    assert first.flows == {"base-mill": 44.0, "mill-end": 40.0}
    assert first.demands == {"mill": 4.0, "end": 40.0}
    assert first.inflows == {"mill": 4.0, "end": 40.0}
    assert first.prices == {}


def test_a_flow_against_its_routes_direction_is_negative():
    scenario = front(
        [town("end", 40.0, "a", 2000), town("base", 0.0, "a", base=100.0), town("foe", 300.0, "b", 10)],
        [route("end", "base", 20.0), route("end", "foe", 260.0)],
        days=3,
    )
    _, told = begun(scenario)
    assert plans(told)[0].flows == {"end-base": -40.0}


def test_a_plan_is_kept_while_nothing_changes():
    outcome, told = played(road((0, 500, 2000), days=20))
    assert outcome.solves <= 3
    assert len(plans(told)) == 1


def test_plans_of_the_other_side_do_not_change_with_ones_own_roads():
    run, _ = begun(road((0, 500, 2000), days=20))
    go(run, 1.1)
    before = [planner.lp.solves for planner in run.planners]
    run.front.damage_route(SECOND, 0.95, None)
    go(run, 1.3)
    after = [planner.lp.solves for planner in run.planners]
    assert (after[0] - before[0], after[1] - before[1]) == (1, 0)


def test_a_road_that_cannot_carry_what_is_needed_binds_and_starves():
    run, told = begun(road((0, 500, 2000), days=30))
    go(run, 2.1)
    run.front.damage_route(SECOND, 0.95, None)
    go(run, 2.5)
    last = plans(told)[-1]
    assert last.prices == {"mill-end": 1.0}
    assert last.inflows["end"] == pytest.approx(20.0)
    assert run.planners[0].lp.plan.delivered[MILL] == pytest.approx(4.0)


def test_a_garrison_starves_where_a_roads_capacity_is_lowered():
    lowered = ScheduledEvent(id="x", at=2 * DAY, do="set", route="mill-end", key="capacity", value=10.0)
    run, told = begun(road((0, 500, 2000), days=30, events=(lowered,)))
    go(run, 1.9)
    assert run.front.stock[END] > 150.0
    go(run, 20)
    assert run.front.stock[END] < 30.0
    assert run.front.stock[MILL] == pytest.approx(20.0, rel=0.3)
    last = plans(told)[-1]
    assert set(last.prices) == {"mill-end"}
    assert run.planners[0].lp.plan.flow[SECOND] == pytest.approx(10.0)


def test_a_road_carries_both_directions_together():
    scenario = front(
        [
            town("north", 0.0, "a", base=1000.0),
            town("left", 10.0, "a", 5000, stock=0.0),
            town("right", 20.0, "a", 5000, stock=0.0),
            town("foe", 300.0, "b", 10),
        ],
        [route("north", "left", capacity=50.0), route("left", "right", capacity=30.0)],
        days=2,
    )
    run, _ = begun(scenario)
    plan = run.planners[0].lp.plan
    assert abs(plan.flow[0]) == pytest.approx(50.0)
    assert plan.delivered[1] + plan.delivered[2] == pytest.approx(50.0)
    # shared quarter by quarter: both ask for 90 t a day, and each gets a quarter before anyone gets two
    assert min(plan.delivered[1], plan.delivered[2]) >= 22.5 - 1e-6
    assert set(plan.price) == {0}


def test_a_full_base_binds_too():
    scenario = front(
        [town("base", 0.0, "a", base=25.0), town("end", 20.0, "a", 5000), town("foe", 300.0, "b", 10)],
        [route("base", "end", capacity=500.0)],
        days=2,
    )
    run, _ = begun(scenario)
    plan = run.planners[0].lp.plan
    assert plan.delivered[1] == pytest.approx(25.0)
    assert (plan.price, plan.entry_price) == ({}, {0: 1.0})


def test_damage_is_planned_round_within_the_interval():
    run, told = begun(road((0, 500, 2000), days=5, supply=Supply(replan_interval=6 * HOUR)))
    go(run, 1.01)
    run.front.damage_route(SECOND, 0.95, None)
    told.clear()
    go(run, 1.01 + 0.25)
    assert len(plans(told)) == 1
    when = next(t for t, event in told if isinstance(event, e.PlanAdopted))
    assert when == pytest.approx(1.25 * DAY)


def test_a_fallen_town_is_planned_for_no_more_and_at_once():
    run, told = begun(road((0, 500, 2000), days=5))
    go(run, 1.2)
    capture_town(run.front, END, OPEN, FOE)
    last = plans(told)[-1]
    assert last.demands["end"] == 0.0
    assert last.flows == {"base-mill": 4.0, "mill-end": 0.0}
    assert run.planners[0].lines[END].rate == 0.0
    assert run.planners[0].lines[END].backlog == 0.0


def test_closing_one_line_leaves_the_others_as_they_were():
    run, _ = begun(road((0, 500, 2000), days=5))
    go(run, 1.1)
    planner = run.planners[0]
    line = planner.lines[END]
    before = (line.generation, line.backlog, line.rate)
    planner.demand[MILL] = 0.0
    planner.plan(update_demand=False)
    planner.adopt()
    assert planner.lines[MILL].rate == 0.0
    assert (line.generation, line.backlog, line.rate) == before


@pytest.mark.parametrize(("first", "then"), [("low", "high"), ("high", "low")])
def test_a_line_moves_to_another_way_that_carries_as_much(first, then):
    scenario = front(
        [town("base", 0.0, "a", base=1000.0), town("end", 40.0, "a", 2000), town("foe", 400.0, "b", 10)],
        [
            route("base", "end", 40.0, id="low", capacity=400.0),
            route("base", "end", 40.0, id="high", capacity=400.0),
            route("end", "foe", 300.0),
        ],
        days=5,
    )
    run, _ = begun(scenario)
    planner, number = run.planners[0], run.front.network.route
    run.front.damage_route(number[then], 1.0, None)
    planner.plan(update_demand=False)
    planner.adopt()
    (before,) = planner.lines[1].paths
    assert before[0] == (number[first],)
    run.front.repair_route(number[then], 1.0, 0)
    run.front.damage_route(number[first], 1.0, None)
    planner.plan(update_demand=False)
    planner.adopt()
    assert planner.lines[1].paths == [((number[then],), pytest.approx(before[1]))]


def test_needs_that_hardly_change_are_not_asked_anew():
    run, _ = begun(road((0, 500, 2000), days=5))
    planner = run.planners[0]
    before = list(planner.demand)
    run.front.strength[END] = 2080
    planner.plan(update_demand=True)
    assert planner.demand == before
    run.front.strength[END] = 3600
    planner.plan(update_demand=True)
    assert planner.demand[END] > before[END] * 1.8


def test_needs_that_change_in_one_small_town_are_asked_anew_where_they_change_much():
    run, _ = begun(road((0, 20, 2000), days=5))
    planner = run.planners[0]
    run.front.strength[MILL] = 60
    planner.plan(update_demand=True)
    assert planner.demand[MILL] > 0.4


def test_needs_are_told_even_where_the_plan_stays_as_it_is():
    # nothing can be brought, so the plan cannot change; what is asked for still does
    scenario = front(
        [town("island", 0.0, "a", 1000, stock=100.0), town("foe", 300.0, "b", 10)],
        [route("island", "foe", 260.0)],
        days=9,
    )
    outcome, told = played(scenario)
    demands = [event.demands["island"] for event in plans(told)]
    assert len(demands) > 2
    assert outcome.state.demands["island"] == demands[-1]


def test_goods_on_the_road_count_as_stock():
    run, _ = begun(road((0, 0, 2000), days=5))
    planner, front = run.planners[0], run.front
    use = front.daily_consumption(END)
    before = planner._position(END, use)
    front.in_transit[END] += 12.0
    assert planner._position(END, use) == pytest.approx(before + 12.0)
    planner.lines[END].backlog += 3.0
    assert planner._position(END, use) == pytest.approx(before + 15.0)


def test_goods_on_the_road_count_for_a_garrison_of_less_than_a_tonne_a_day_too():
    run, _ = begun(road((0, 0, 20), days=5, end={"stock": 1.0}))
    planner, front = run.planners[0], run.front
    use, line = front.daily_consumption(END), planner.lines[END]
    assert 0.0 < line.rate < 1.0
    before = planner._position(END, use)
    usual = line.load / 2 + line.rate * line.hours / 24
    assert before == pytest.approx(1.0 + front.in_transit[END] + line.backlog - usual)
    front.in_transit[END] += 0.4
    line.backlog += 0.3
    assert planner._position(END, use) == pytest.approx(before + 0.7)


def test_a_town_without_a_line_counts_its_stock_alone():
    run, _ = begun(road((0, 700, 0), days=5, end={"stock": 7.0}))
    assert run.planners[0]._position(END, 3.0) == 7.0
    assert run.planners[0]._position(MILL, 0.0) == run.front.stock[MILL]


def test_what_is_expected_to_be_lost_leaves_less_to_plan_with():
    run, _ = begun(road((0, 500, 2000), days=5))
    front = run.front
    front.expected_loss[SECOND] = 0.25
    assert front.available(0)[SECOND] == pytest.approx(300.0)
    assert front.available(1).tolist() == [0.0, 0.0, 0.0]
    front.damage_route(SECOND, 0.5, None)
    assert front.available(0)[SECOND] == pytest.approx(150.0)


def test_flows_keep_to_what_roads_can_carry():
    run, _ = begun(road((0, 500, 50_000), days=5))
    for planner in run.planners:
        flows = np.abs(planner.lp.plan.flow)
        assert np.all(flows <= planner.limits + 1e-6)
    assert run.planners[0].lp.plan.flow[FIRST] == pytest.approx(400.0)


def test_a_base_that_opens_later_supplies_from_then_on():
    opening = ScheduledEvent(id="x", at=2 * DAY, do="set", town="mill", key="base", value=300.0)
    scenario = front(
        [town("mill", 20.0, "a"), town("end", 40.0, "a", 800, stock=40.0), town("foe", 300.0, "b", 100)],
        [route("mill", "end", 20.0), route("end", "foe", 260.0)],
        days=12,
        events=(opening,),
    )
    run, told = begun(scenario)
    go(run, 1.9)
    assert run.front.encircled == {}
    assert of_kind(told, e.ConvoyDeparted) == []
    go(run, 11)
    assert run.front.stock[1] == pytest.approx(80.0, rel=0.3)
    assert {event.origin for event in of_kind(told, e.ConvoyDeparted)} == {"mill"}


def test_a_base_that_is_closed_starves_its_side():
    closing = ScheduledEvent(id="x", at=2 * DAY, do="set", town="base", key="base", value=0.0)
    run, told = begun(road((0, 500, 2000), days=12, events=(closing,)))
    go(run, 11)
    assert [event.town for event in of_kind(told, e.TownEncircled)] == ["mill", "end"]
    assert run.front.stock[END] == 0.0
    assert max(event.departed for event in of_kind(told, e.ConvoyDeparted) if event.side == "a") <= 2.3 * DAY


def test_a_captured_base_brings_its_captor_nothing():
    run, told = begun(road((0, 500, 2000), days=12, sides=sides()))
    capture_town(run.front, END, OPEN, FOE)
    capture_town(run.front, MILL, SECOND, END)
    capture_town(run.front, BASE, FIRST, MILL)
    go(run, 11)
    late = [event for event in of_kind(told, e.ConvoyDeparted) if event.departed >= 0]
    assert late == []
    assert run.front.sides[1].entered == 0.0
