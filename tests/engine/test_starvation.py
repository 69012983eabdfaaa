"""Garrisons that get too little for too long: they shrink, are not filled up, and give up their towns."""

from __future__ import annotations

import dataclasses

import pytest

from sim.model import events as e
from sim.model.doctrine import DOCTRINES
from sim.model.parameters import Supply
from sim.model.quantities import DAY, PERSONNEL
from sim.model.scenario import DoctrineChoice, ScheduledEvent
from tests.support.fronts import begun, front, go, of_kind, played, road, route, sides, times_of, town

END = 2
CUT = (ScheduledEvent(id="cut", at=DAY, do="set", route="mill-end", key="capacity", value=0.0),)
"""The road to the end of it closes on day 1; what is there lasts until day 5."""


def cut_off(days=60.0, own=None, **others):
    events = others.pop("events", CUT)
    return road((0, 0, 1000), days=days, sides=sides(own), events=events, **others)


def test_a_garrison_starves_once_its_stock_is_gone_for_some_days():
    _, told = played(cut_off(days=20.0))
    (began,) = of_kind(told, e.StarvationBegan)
    assert (began.town, began.side) == ("end", "a")
    assert began.met < Supply().starvation_share
    assert 6 * DAY < times_of(told, e.StarvationBegan)[0] < 9 * DAY


def test_nobody_leaves_before_that():
    _, told = played(cut_off(days=20.0))
    assert min(times_of(told, e.SoldiersLeft)) >= times_of(told, e.StarvationBegan)[0]


def test_soldiers_leave_for_the_reserve_and_none_are_lost():
    outcome, told = played(cut_off(days=20.0))
    left = of_kind(told, e.SoldiersLeft)
    assert sum(event.withdrawn for event in left) == 1000 - outcome.state.strength["end"]
    assert outcome.state.sides["a"].losses[PERSONNEL] == 0
    assert outcome.state.sides["a"].reserve == 1000 - outcome.state.strength["end"]


def test_those_who_have_no_way_out_are_lost():
    pocket = front(
        [
            town("base", 0.0, "a", 500, base=50.0),
            town("pocket", 20.0, "a", 1000),
            town("foe", 30.0, "b", 100),
        ],
        [route("base", "foe"), route("pocket", "foe")],
        days=20.0,
    )
    outcome, told = played(pocket)
    left = of_kind(told, e.SoldiersLeft)
    assert left
    assert {event.withdrawn for event in left} == {0}
    assert outcome.state.sides["a"].losses[PERSONNEL] == sum(event.losses[PERSONNEL] for event in left)


@pytest.mark.parametrize("doctrine", sorted(set(DOCTRINES) - {"withdraw_when_starved"}))
def test_it_gives_up_below_half_of_its_establishment_under_any_doctrine(doctrine):
    _, told = played(cut_off(own={"doctrine": DoctrineChoice(name=doctrine)}))
    fell = of_kind(told, e.TownFell)[0]
    assert (fell.town, fell.how) == ("end", "starved")
    assert fell.withdrawn + fell.losses[PERSONNEL] == pytest.approx(500, abs=25)
    assert 20 * DAY < times_of(told, e.TownFell)[0] < 40 * DAY


def test_a_part_of_the_need_makes_it_slower():
    def ends(tonnes):
        event = ScheduledEvent(id="thin", at=DAY, do="set", route="mill-end", key="capacity", value=tonnes)
        return times_of(played(cut_off(days=300.0, events=(event,)))[1], e.TownFell)[0]

    assert ends(0.0) < ends(2.0) < ends(4.0)


def test_what_comes_in_is_enough_for_those_who_stay():
    # 8 t a day are two thirds of what 615 need: so many stay, and that is more than half of a thousand
    event = ScheduledEvent(id="thin", at=DAY, do="set", route="mill-end", key="capacity", value=8.0)
    stay = DoctrineChoice(name="hold", options={"reserve_rate": 0.0})
    outcome, told = played(cut_off(days=400.0, events=(event,), own={"doctrine": stay}))
    assert of_kind(told, e.TownFell) == []
    assert outcome.state.strength["end"] == pytest.approx(615, abs=40)


def test_two_thirds_of_the_need_are_enough_to_hold():
    event = ScheduledEvent(id="thin", at=DAY, do="set", route="mill-end", key="capacity", value=16.0)
    _, told = played(cut_off(days=120.0, events=(event,)))
    assert of_kind(told, e.StarvationBegan, e.SoldiersLeft, e.TownFell) == []


def test_no_replacements_and_no_reserve_go_to_who_starves():
    run, told = begun(cut_off(own={"replacements": 50.0, "reserve": 1000}))
    go(run, 15)
    began = times_of(told, e.StarvationBegan)[0]
    for t, event in told:
        if t > began and isinstance(event, e.ReplacementsArrived):
            assert event.towns == {}
        assert t <= began or not isinstance(event, e.ReserveCommitted)


def test_it_ends_when_enough_comes_again():
    again = ScheduledEvent(id="again", at=10 * DAY, do="set", route="mill-end", key="capacity", value=400.0)
    run, told = begun(cut_off(events=(*CUT, again)))
    go(run, 30)
    assert [event.town for event in of_kind(told, e.StarvationEnded)] == ["end"]
    assert END not in run.front.starving
    assert max(times_of(told, e.SoldiersLeft)) <= times_of(told, e.StarvationEnded)[0]


def test_who_leaves_and_is_sent_elsewhere_is_meant_to_be_in_one_place_only():
    front = begun(cut_off(own={"reserve": 100}))[0].front
    meant = sum(front.establishment) + front.sides[0].reserve
    front.leave(END, 60)
    front.commit_reserve(0, front.network.town["mill"], 90)
    assert front.sides[0].away == 0
    assert sum(front.establishment) + front.sides[0].reserve == meant
    front.leave(END, 20)
    front.commit_reserve(0, front.network.town["mill"], 10)
    assert sum(front.establishment) + front.sides[0].reserve - front.sides[0].away == meant


@pytest.mark.parametrize("rules", [{"starvation_rate": 0.0}, {"starvation_share": 0.0}])
def test_nobody_starves_where_the_scenario_says_so(rules):
    _, told = played(cut_off(supply=Supply(**rules)))
    assert of_kind(told, e.StarvationBegan, e.SoldiersLeft, e.TownFell) == []


def test_a_side_without_any_base_does_not_starve():
    _, told = played(road((0, 0, 10), days=60.0, foe=1000))
    assert of_kind(told, e.StarvationBegan) == []


def test_it_starves_alike_whether_a_what_if_or_an_event_closes_its_bases():
    closed = ScheduledEvent(id="close", at=0, do="set", town="base", key="base", value=0.0)
    by_event = cut_off(events=(closed,))
    before = cut_off(events=())
    towns = tuple(dataclasses.replace(each, base=each.base and 0.0) for each in before.towns)
    by_what_if = dataclasses.replace(before, towns=towns, reference=before)
    told = [of_kind(played(each)[1], e.StarvationBegan, e.SoldiersLeft) for each in (by_event, by_what_if)]
    assert told[0] == told[1] != []


def test_who_takes_the_town_does_not_starve_for_those_before():
    run, told = begun(
        cut_off(towns=(town("near", 60.0, "b", 800, base=100.0),), routes=(route("end", "near"),))
    )
    go(run, 45)
    fell = of_kind(told, e.TownFell)[0]
    assert (fell.winner, fell.how) == ("b", "starved")
    assert run.front.need_met[END] > 0.9
    assert END not in run.front.starving
