"""Replacements and reinforcements: as many as were meant, where they are missing and can be reached."""

import dataclasses

import pytest

from sim.engine.capture import capture_town
from sim.engine.personnel import ARRIVE_AT
from sim.model import events as e
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import ScheduledEvent
from tests.support.fronts import (
    begun,
    bundled,
    front,
    go,
    of_kind,
    played,
    road,
    route,
    sides,
    times_of,
    town,
)

MILL, END, FOE = 1, 2, 3


def with_replacements(rate, **others):
    return road((0, 500, 1000), sides=sides({"replacements": rate}), **others)


def arrived(told):
    return [sum(event.towns.values()) + event.reserve for event in of_kind(told, e.ReplacementsArrived)]


@pytest.mark.parametrize("rate", [0.3, 3.3, 12.0, 250.5])
def test_all_replacements_arrive(rate):
    outcome, told = played(with_replacements(rate, days=20))
    assert sum(arrived(told)) == int(20 * rate + 1e-6)
    assert outcome.state.sides["a"].arrived == sum(arrived(told))


def test_they_come_once_a_day():
    _, told = played(with_replacements(7.0, days=5))
    assert times_of(told, e.ReplacementsArrived) == [day * DAY + ARRIVE_AT for day in range(5)]


def test_nothing_is_told_where_nobody_comes():
    assert arrived(played(with_replacements(0.0, days=5))[1]) == []
    assert len(arrived(played(with_replacements(0.5, days=8))[1])) == 4


def test_who_is_not_missing_goes_to_the_reserve():
    outcome, told = played(with_replacements(30.0, days=4))
    assert [event.towns for event in of_kind(told, e.ReplacementsArrived)] == [{}] * 4
    arrivals = sum(event.reserve for event in of_kind(told, e.ReplacementsArrived))
    committed = sum(event.soldiers for event in of_kind(told, e.ReserveCommitted))
    assert arrivals == 120
    assert outcome.state.sides["a"].reserve == arrivals - committed


def missing(run, mill, end):
    """Take soldiers from two garrisons, as losses would."""
    run.front.apply_losses(MILL, [mill, *[0] * 6])
    run.front.apply_losses(END, [end, *[0] * 6])


def test_they_go_where_soldiers_are_missing():
    run, told = begun(with_replacements(100.0, days=5))
    missing(run, 100, 300)
    go(run, 0.5)
    assert of_kind(told, e.ReplacementsArrived) == [
        # twice as many for each who is missing where an attack is ordered
        e.ReplacementsArrived("a", {"mill": 14, "end": 86}, 0),
    ]
    assert run.front.strength[MILL] == 414
    assert run.front.strength[END] == 786


def test_nobody_gets_more_than_is_missing():
    run, told = begun(with_replacements(100.0, days=5))
    missing(run, 3, 40)
    go(run, 0.5)
    assert of_kind(told, e.ReplacementsArrived) == [e.ReplacementsArrived("a", {"mill": 3, "end": 40}, 57)]


def test_garrisons_without_supply_get_fewer():
    run, told = begun(with_replacements(100.0, days=5))
    missing(run, 300, 300)
    run.front.stock[END] = run.front.inflow[END] = 0.0
    go(run, 0.2)
    event = of_kind(told, e.ReplacementsArrived)[0]
    # the floor of the effect of supply is 0.35, and an attack is ordered: shares of 100 by 1 and 2 × 0.35
    assert event.towns == {"mill": 58, "end": 42}


def test_the_encircled_get_none():
    scenario = front(
        [
            town("base", 0.0, "a", 1000, base=100.0),
            town("pocket", 10.0, "a", 1000),
            town("foe", 20.0, "b", 100),
        ],
        [route("base", "foe"), route("pocket", "foe")],
        days=3,
        sides=sides({"replacements": 100.0}),
    )
    run, told = begun(scenario)
    assert run.front.encircled == {1: 0}
    run.front.apply_losses(0, [200, *[0] * 6])
    run.front.apply_losses(1, [600, *[0] * 6])
    go(run, 1)
    assert of_kind(told, e.ReplacementsArrived) == [e.ReplacementsArrived("a", {"base": 100}, 0)]


def test_a_garrison_that_fell_gets_none():
    run, told = begun(with_replacements(100.0, days=3))
    capture_town(run.front, END, 2, FOE)
    missing(run, 100, 0)
    go(run, 0.5)
    assert set(of_kind(told, e.ReplacementsArrived)[0].towns) == {"mill"}


def test_their_rate_can_change_on_the_way():
    change = ScheduledEvent(id="x", at=2 * DAY, do="set", side="a", key="replacements", value=50.0)
    _, told = played(with_replacements(10.0, days=4, events=(change,)))
    assert arrived(told) == [10, 10, 50, 50]


def test_the_baselines_replacements_add_up():
    scenario = bundled("kupiansk", 15)
    _, told = played(scenario)
    for side in scenario.sides:
        came = sum(
            sum(event.towns.values()) + event.reserve
            for event in of_kind(told, e.ReplacementsArrived)
            if event.side == side.id
        )
        assert came == pytest.approx(15 * side.replacements, abs=1)


# --- reinforcements ---------------------------------------------------------------------------------------


def reinforced(**what):
    event = ScheduledEvent(**({"id": "help", "at": DAY, "do": "reinforce", "amount": 1000} | what))
    return played(road((0, 500, 1000), days=4, events=(event,)))


def test_reinforcements_come_at_once_where_no_time_is_given():
    outcome, told = reinforced(town="end")
    assert of_kind(told, e.ReinforcementsArrived) == [e.ReinforcementsArrived("a", "end", 1000)]
    assert times_of(told, e.ReinforcementsArrived) == [DAY]
    assert outcome.state.strength["end"] == 2000
    assert outcome.state.sides["a"].arrived == 1000


def test_reinforcements_come_hour_by_hour_with_their_mean_in_the_middle():
    _, told = reinforced(town="mill", over=10 * HOUR)
    found = [(t, event.soldiers) for t, event in told if isinstance(event, e.ReinforcementsArrived)]
    assert [t for t, _ in found] == [DAY + hour * HOUR for hour in range(11)]
    assert [soldiers for _, soldiers in found] == [50, *[100] * 9, 50]
    mean = sum(t * soldiers for t, soldiers in found) / 1000
    assert mean == DAY + 5 * HOUR


@pytest.mark.parametrize("amount", [1, 7, 999, 54_000])
def test_every_reinforcement_arrives(amount):
    outcome, told = reinforced(town="end", over=7 * HOUR, amount=amount)
    assert sum(event.soldiers for event in of_kind(told, e.ReinforcementsArrived)) == amount
    assert outcome.state.strength["end"] == 1000 + amount


def test_reinforcements_without_a_town_join_the_reserve():
    _, told = reinforced(side="b")
    assert of_kind(told, e.ReinforcementsArrived) == [e.ReinforcementsArrived("b", None, 1000)]
    assert {event.side for event in of_kind(told, e.ReserveCommitted)} == {"b"}


def test_reinforcements_for_a_town_of_the_other_side_join_the_reserve():
    outcome, told = reinforced(side="b", town="mill")
    assert of_kind(told, e.ReinforcementsArrived) == [e.ReinforcementsArrived("b", None, 1000)]
    assert outcome.state.strength["mill"] == 500


def test_reinforcements_for_a_town_that_falls_meanwhile_join_the_reserve():
    event = ScheduledEvent(id="help", at=0, do="reinforce", town="end", amount=1000, over=10 * HOUR)
    run, told = begun(road((0, 500, 1000), days=4, events=(event,)))
    run.front.env.run(until=4 * HOUR + 60)
    capture_town(run.front, END, 2, FOE)
    run.front.env.run(until=DAY)
    where = [event.town for event in of_kind(told, e.ReinforcementsArrived)]
    assert where == ["end"] * 5 + [None] * 6
    assert {event.side for event in of_kind(told, e.ReinforcementsArrived)} == {"a"}


def test_reinforcements_raise_what_a_garrison_is_meant_to_have():
    run, _ = begun(road((0, 500, 1000), days=4))
    before = list(run.front.establishment)
    event = ScheduledEvent(id="help", at=DAY, do="reinforce", town="end", amount=300)
    more = dataclasses.replace(run.front.scenario, events=(event,))
    later, _ = begun(more)
    go(later, 2)
    assert later.front.establishment[END] == before[END] + 300
