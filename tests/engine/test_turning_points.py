"""What happens just where one thing turns into another: cut, empty, mended, changed enough.

Mutants lived on these edges: each test here catches one that no other test did.
"""

import math
import statistics

import numpy as np
import pytest

from sim.engine import coefficients
from sim.engine.capture import capture_town, give_up
from sim.engine.logistics import planning
from sim.engine.logistics.planning import FAR, _is_alike
from sim.engine.simulation import Simulation
from sim.model import events as e
from sim.model.doctrine import Orders, Shift
from sim.model.parameters import Command, Supply
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import ScheduledEvent
from sim.statistics.streams import Streams
from tests.support.fronts import begun, duel, front, go, of_kind, played, road, route, sides, town

MILL, END, FOE = 1, 2, 3
NEAR = route("end", "near", 10.0)
SECOND, OPEN = 1, 2
WIDTHS = [
    ScheduledEvent(id=f"x{day}", at=day * DAY, do="set", route="mill-end", key="capacity", value=20.0 + day)
    for day in range(1, 7)
]


@pytest.mark.parametrize(("share", "is_cut"), [(0.999, False), (1.0, True)])
def test_a_road_is_cut_by_damage_that_leaves_nothing_and_by_no_less(share, is_cut):
    run, _ = begun(road((0, 500, 2000), days=3))
    run.front.damage_route(SECOND, share, None)
    assert run.front.is_cut[SECOND] is is_cut


@pytest.mark.parametrize(("capacity", "is_cut"), [(0.001, False), (0.0, True)])
def test_a_road_is_cut_where_it_can_carry_nothing(capacity, is_cut):
    run, _ = begun(road((0, 500, 2000), days=3))
    run.front.set_number("route", run.front.network.routes[SECOND], "capacity", capacity)
    assert run.front.is_cut[SECOND] is is_cut


def starving(**supply):
    scenario = front(
        [town("here", 0.0, "a", 1000, stock=17.0), town("there", 10.0, "b", 100)],
        [route("here", "there", 10.0)],
        days=9,
        supply=Supply(**supply),
    )
    return begun(scenario)[0]


def test_a_garrison_is_empty_from_when_it_needed_more_than_there_was():
    run = starving(consumption_interval=6 * HOUR)
    needed = 1000 * run.front.rations(1.0)[True] / 4
    lasts = int(17.0 // needed)
    assert lasts > 1
    go(run, (lasts + 0.5) / 4)
    assert 0 not in run.front.empty_since
    go(run, (lasts + 1.5) / 4)
    assert run.front.stock[0] == 0.0
    assert run.front.empty_since[0] == (lasts + 1) * 6 * HOUR
    go(run, 8)
    assert run.front.empty_since[0] == (lasts + 1) * 6 * HOUR


def test_a_garrison_that_needs_nothing_is_never_empty():
    run = starving(consumption_idle=0.0, consumption_fighting=0.0)
    run.front.stock[0] = 0.0
    go(run, 3)
    assert run.front.empty_since == {}


@pytest.mark.parametrize(("amount", "starts"), [(0.3, 2), (None, 1)])
def test_crews_are_called_again_where_a_repair_leaves_damage_and_else_not(amount, starts):
    found = (
        ScheduledEvent(id="hit", at=DAY, do="damage", route="mill-end", amount=0.8),
        ScheduledEvent(id="mend", at=DAY + 60, do="repair", route="mill-end", amount=amount),
    )
    _, told = played(road((0, 500, 1000), days=3, events=found, sides=sides({"repair_crews": 2})))
    assert len(of_kind(told, e.RepairStarted)) == starts


def test_a_side_that_begins_without_soldiers_interdicts_as_if_it_had_one():
    run, _ = begun(road((0, 0, 1000), days=3, foe=0))
    assert run.interdiction._first_force == [1000.0, 1.0]


def test_plans_are_told_in_kilograms():
    run, told = begun(road((0, 123, 777), days=3))
    planner = run.planners[0]
    planner.demand = [0.0, 1.23456, 2.0]
    planner.demand.append(0.0)
    told.clear()
    planner.publish()
    assert of_kind(told, e.PlanAdopted)[0].demands["mill"] == 1.235
    planner._update_demand()
    assert all(round(tonnes, 3) == tonnes for tonnes in planner.demand)


@pytest.mark.parametrize(("number", "name", "foe"), [(0, "a1", "b1"), (1, "b1", "a1")])
def test_either_side_gives_a_town_up_to_an_enemy_though_a_friend_beside_it_is_stronger(number, name, foe):
    scenario = front(
        [
            town("a2", -10.0, "a", 900),
            town("a1", 0.0, "a", 90),
            town("b1", 10.0, "b", 90),
            town("b2", 20.0, "b", 900),
        ],
        [route("a2", "a1"), route("a1", "b1"), route("b1", "b2")],
    )
    run, told = begun(scenario)
    give_up(run.front, run.front.network.town[name], "ordered")
    (fell,) = of_kind(told, e.TownFell)
    assert (fell.town, fell.moved_from, fell.route) == (name, foe, "a1-b1")


def facing():
    """Return a run in which the first town and the first route of all could be taken for unknown ones."""
    scenario = front(
        [
            town("a1", 0.0, "a", 90),
            town("a2", -10.0, "a", 900),
            town("a3", -20.0, "a", 50),
            town("b1", 9.0, "b", 90),
        ],
        [route("a1", "b1"), route("a2", "a1"), route("a3", "a2")],
    )
    return begun(scenario)


@pytest.mark.parametrize(
    "orders",
    [
        Orders(weights={"nowhere": 2.0}),
        Orders(commit={"nowhere": 5.0}),
        Orders(shifts=(Shift("nowhere", "a2", 5),)),
        Orders(shifts=(Shift("a2", "nowhere", 5),)),
        Orders(shifts=(Shift("a3", "a1", 5),)),
        Orders(shifts=(Shift("a1", "a3", 5),)),
        Orders(withdraw=("nowhere",)),
    ],
)
def test_orders_for_places_that_are_not_there_or_not_beside_each_other_do_nothing(orders):
    run, told = facing()
    run.front.sides[0].reserve = 100
    run.front.sides[0].weights = {}
    told.clear()
    before = (list(run.front.strength), list(run.front.holder))
    run.command.execute_orders(run.front.sides[0], orders)
    assert told == []
    assert (run.front.strength, run.front.holder) == before


def test_a_garrison_that_withdraws_leaves_nobody():
    run, told = begun(road((0, 500, 1000), days=3))
    run.front.strength[FOE] = 0
    capture_town(run.front, END, OPEN, FOE)
    (fell,) = of_kind(told, e.TownFell)
    assert (fell.retreat, run.front.strength[END]) == ("mill", 0)
    assert run.front.strength[MILL] == 500 + fell.withdrawn
    assert fell.withdrawn + fell.losses[0] == 1000


def test_each_side_knows_its_own_towns_and_contacts():
    run, _ = facing()
    first, second = (run.command.situation(side) for side in run.front.sides)
    assert [each.town for each in first.towns] == ["a1"]
    assert [each.town for each in second.towns] == ["b1"]
    assert [(each.own, each.enemy) for each in first.contacts] == [("a1", "b1")]
    assert [(each.own, each.enemy) for each in second.contacts] == [("b1", "a1")]


def test_a_contact_carries_nothing_for_either_side():
    run, _ = facing()
    front = run.front
    assert front.available(0)[0] == front.available(1)[0] == 0.0
    assert front.available(0)[1] > 0.0


def test_the_programmes_that_both_sides_solved_are_counted():
    scenario = road((0, 500, 2000), days=9, events=tuple(WIDTHS))
    outcome, _ = played(scenario)
    run, _ = begun(scenario)
    run.front.env.run(until=9 * DAY - 1)
    first, second = (planner.lp.solves for planner in run.planners)
    assert first > second > 0
    assert outcome.solves >= first + second > 2 * second
    assert outcome.solves < 2 * first


def test_no_fires_fall_where_nobody_is_left_since_targets_were_weighed():
    run, told = begun(duel(1000, 1000, (0.01, 0.01), fires=40.0, days=2))
    go(run, 0.5)
    run.front.strength[1] = 0
    told.clear()
    run.front.env.run(until=DAY - 1)
    assert {event.town for event in of_kind(told, e.FiresFell)} <= {"west"}


def test_estimates_are_wrong_by_as_much_as_the_scenario_says_and_right_on_average():
    error = 0.8
    run, _ = begun(road((0, 0, 100), days=1000, command=Command(estimate_error=error)))
    side, front, logs = run.front.sides[0], run.front, []
    for day in range(1000):
        front.calendar.turn_to(day)
        (contact,) = run.command.situation(side).contacts
        present = front.strength[front.network.town[contact.enemy]]
        logs.append(math.log(contact.enemy_estimate / present))
    assert len(logs) >= 1000
    assert statistics.fmean(logs) == pytest.approx(-(error**2) / 2, abs=4 * error / math.sqrt(len(logs)))
    assert statistics.stdev(logs) == pytest.approx(error, rel=0.1)


def test_a_side_leans_to_a_contact_by_as_much_as_the_scenario_says_and_not_at_all_on_average():
    scenario = road((0, 0, 100), days=1, command=Command(axis_spread=0.8))
    logs = []
    for seed in range(400):
        run = Simulation(scenario, Streams(seed))
        logs.append(math.log(run.command.axis_bias(run.front.sides[0], OPEN)))
    assert statistics.fmean(logs) == pytest.approx(-(0.8**2) / 2, abs=4 * 0.8 / 20)
    assert statistics.stdev(logs) == pytest.approx(0.8, rel=0.15)


def test_a_leg_lies_under_interdiction_for_as_long_as_it_is_driven(monkeypatch):
    run, _ = begun(road((0, 500, 2000), days=3))
    monkeypatch.setattr(coefficients, "exposure", lambda distances, reach: np.full(len(distances), 0.25))
    state = coefficients._ReferenceState(run.engagement, run.interdiction, run.planners)
    paths = state._paths(run.front.sides[0])
    hours = run.front.network.hours
    assert sorted(len(path.exposures[0]) for path in paths) == [1, 2]
    for path in paths:
        for legs in path.exposures:
            assert legs == pytest.approx([0.25 * hours[leg] for leg in range(len(legs))])


def test_a_fifth_of_a_garrison_in_contact_is_meant_to_stay_and_all_of_any_other():
    run, _ = begun(road((0, 503, 2003), days=3, towns=[town("near", 60.0, "b", 40)], routes=[NEAR]))
    assert run.front.minimum_garrison[MILL] == 503
    assert run.front.minimum_garrison[END] == round(0.2 * 2003)


def asking(monkeypatch, uses, needs, before):
    """Return what a side asks for where garrisons use and need so much, and asked for that before."""
    run, _ = begun(road((0, 500, 2000), days=3))
    planner, front = run.planners[0], run.front
    by_town = {MILL: 0, END: 1}
    monkeypatch.setattr(type(front), "daily_consumption", lambda _, place: uses[by_town[place]])
    monkeypatch.setattr(type(planner), "_position", lambda _, place, use: by_town[place])
    monkeypatch.setattr(planning, "demand", lambda supply, position, use: needs[position])
    planner.demand = [0.0, *before, 0.0]
    planner._update_demand()
    return planner.demand[MILL : END + 1]


STEP = Supply().demand_step


@pytest.mark.parametrize(("more", "is_asked"), [(0.95, False), (1.05, True)])
def test_needs_are_asked_anew_where_together_they_differ_by_more_than_a_step(monkeypatch, more, is_asked):
    needs = [4.0, 4.0]
    before = [4.0 * (1.0 - more * STEP), 4.0 * (1.0 + more * STEP)]
    # neither has changed by twice a step of its own, and what one asks less does not make up for the other
    assert asking(monkeypatch, [4.0, 4.0], needs, before) == (needs if is_asked else before)


@pytest.mark.parametrize(("more", "is_asked"), [(0.95, False), (1.05, True)])
def test_needs_are_asked_anew_where_one_of_them_differs_by_more_than_two_steps(monkeypatch, more, is_asked):
    needs, before = [1.0, 100.0], [1.0 - more * FAR * STEP, 100.0]
    assert asking(monkeypatch, [1.0, 100.0], needs, before) == (needs if is_asked else before)


@pytest.mark.parametrize("large", ["need", "before", "use"])
def test_a_change_counts_against_the_largest_of_need_use_and_what_was_asked(monkeypatch, large):
    # ten times the change: far for a town of one tonne, and not for one of which anything is ten
    change, tonnes = 1.05 * FAR * STEP, 10.0
    uses = {"need": 1.0, "before": 1.0, "use": tonnes}[large]
    need = {"need": tonnes, "before": tonnes - change, "use": 1.0}[large]
    before = {"need": tonnes - change, "before": tonnes, "use": 1.0 + change}[large]
    asked = asking(monkeypatch, [uses, 500.0], [need, 500.0], [before, 500.0])
    assert asked == [before, 500.0]


@pytest.mark.parametrize(
    ("now", "is_alike"),
    [
        ([((1, 2), 10.4), ((3,), 5.0)], True),
        ([((1, 2), 9.6), ((3,), 5.0)], True),
        ([((1, 2), 10.6), ((3,), 5.0)], False),
        ([((1, 2), 9.4), ((3,), 5.0)], False),
        ([((2, 1), 10.0), ((3,), 5.0)], False),
        ([((1, 2), 10.0)], False),
    ],
)
def test_a_line_is_kept_whose_ways_are_the_same_and_whose_rates_hardly_differ(now, is_alike):
    assert _is_alike([((1, 2), 10.0), ((3,), 5.0)], now) is is_alike
