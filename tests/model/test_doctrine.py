"""What each doctrine orders in small situations."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.doctrine import (
    DOCTRINES,
    ContactView,
    Orders,
    Shift,
    Situation,
    TownView,
    bring_forward,
    hold,
    main_effort,
    mobile_defence,
    reserve_to_weakest,
    steady_pressure,
    withdraw_when_starved,
)
from tests.support.networks import seeded


def contact(route: str, own: str, **others) -> ContactView:
    told = {"enemy": "e", "strength": 1000, "enemy_estimate": 1000.0, "attack_odds": 1.0, "is_won": False}
    return ContactView(route=route, own=own, **{**told, **others})


def town(name: str, **others) -> TownView:
    told = {"strength": 1000, "days": 5.0, "is_supplied": True, "spare": 0, "to_front": 0, "neighbours": ()}
    return TownView(town=name, **{**told, **others})


def situation(*contacts: ContactView, towns: tuple[TownView, ...] = (), **others) -> Situation:
    return Situation(side="a", day=3, contacts=contacts, towns=towns, **{"reserve": 0, **others})


def test_every_doctrine_is_found_by_its_own_name():
    assert {name: doctrine.__name__ for name, doctrine in DOCTRINES.items()} == {
        name: name for name in DOCTRINES
    }
    assert len(DOCTRINES) == 5


@pytest.mark.parametrize("doctrine", DOCTRINES.values(), ids=DOCTRINES)
def test_with_nothing_to_command_nothing_is_ordered(doctrine):
    assert doctrine(situation()) == Orders()


def test_orders_want_nothing_unless_told():
    assert Orders() == Orders(weights={}, commit={}, shifts=(), withdraw=())


# where to attack


def test_steady_pressure_attacks_everywhere_by_the_scenarios_weights():
    orders = steady_pressure(situation(contact("p", "x"), contact("q", "y"), axes={"q": 2.5, "other": 9.0}))
    assert orders.weights == {"p": 1.0, "q": 2.5}


def test_main_effort_goes_along_the_axes_and_on_from_ground_that_was_won():
    contacts = (contact("axis", "x"), contact("onward", "y", is_won=True), contact("quiet", "z"))
    plain = main_effort(situation(*contacts, axes={"axis": 3.0}))
    assert plain.weights == {"axis": 3.0, "onward": 1.0, "quiet": 0.3}
    told = main_effort(situation(*contacts, axes={"axis": 3.0}, options={"elsewhere": 0.0, "onward": 2.0}))
    assert told.weights == {"axis": 3.0, "onward": 2.0, "quiet": 0.0}


def test_an_axis_keeps_its_weight_when_its_town_was_won():
    orders = main_effort(situation(contact("axis", "x", is_won=True), axes={"axis": 3.0}))
    assert orders.weights == {"axis": 3.0}


@pytest.mark.parametrize("doctrine", [hold, withdraw_when_starved])
def test_those_who_hold_attack_nowhere(doctrine):
    assert doctrine(situation(contact("p", "x", attack_odds=50.0), axes={"p": 5.0})).weights == {}


def test_a_mobile_defence_attacks_only_at_good_odds_and_harder_the_better_they_are():
    contacts = (
        contact("poor", "x", attack_odds=0.79),
        contact("fair", "x", attack_odds=0.8),
        contact("good", "y", attack_odds=1.6),
        contact("open", "y", attack_odds=math.inf),
    )
    orders = mobile_defence(situation(*contacts, axes={"good": 0.5}))
    assert orders.weights == pytest.approx({"fair": 1.0, "good": 1.0, "open": 4.0})


def test_a_mobile_defence_can_be_told_its_odds():
    contacts = (contact("p", "x", attack_odds=1.6), contact("q", "x", attack_odds=3.0))
    assert mobile_defence(situation(*contacts, options={"odds": 2.0})).weights == {"q": 1.5}
    assert mobile_defence(situation(*contacts, options={"odds": 0.0})).weights == {"p": 4.0, "q": 4.0}


# where to leave


def test_a_starved_front_town_is_left_and_no_other():
    towns = (
        town("starved", days=0.2),
        town("hungry", days=0.25),
        town("behind", days=0.0, to_front=1),
        town("empty", days=0.0, strength=0),
        town("gone", days=0.0),
    )
    assert withdraw_when_starved(situation(towns=towns)).withdraw == ("starved", "gone")
    assert withdraw_when_starved(situation(towns=towns, options={"days": 0.0})).withdraw == ()


@pytest.mark.parametrize("name", [name for name in DOCTRINES if name != "withdraw_when_starved"])
def test_no_other_doctrine_leaves_a_town(name):
    assert DOCTRINES[name](situation(contact("p", "x"), towns=(town("x", days=0.0),))).withdraw == ()


# who is sent


def test_the_reserve_goes_a_part_a_day_to_the_most_outnumbered_town():
    contacts = (
        contact("p", "x", strength=1000, enemy_estimate=1500.0),
        contact("q", "y", strength=1000, enemy_estimate=1000.0),
        contact("r", "y", strength=1000, enemy_estimate=900.0),
    )
    where = situation(*contacts, towns=(town("x"), town("y")), reserve=1000)
    # y faces 1,900 over two contacts, x 1,500 over one
    assert reserve_to_weakest(where) == {"y": 20}


def test_of_two_towns_before_the_same_enemy_the_weaker_gets_the_reserve():
    contacts = (contact("p", "x", strength=3000, enemy_estimate=1100.0), contact("q", "y", strength=500))
    assert reserve_to_weakest(situation(*contacts, towns=(town("x"), town("y")), reserve=1000)) == {"y": 20}


def test_the_reserve_can_be_told_its_rate():
    where = situation(contact("p", "x"), towns=(town("x"),), reserve=1000, options={"reserve_rate": 0.5})
    assert reserve_to_weakest(where) == {"x": 500}


def test_the_reserve_does_not_go_where_no_supply_goes():
    worse = contact("p", "x", enemy_estimate=9000.0)
    better = contact("q", "y", enemy_estimate=10.0)
    towns = (town("x", is_supplied=False), town("y"))
    assert reserve_to_weakest(situation(worse, better, towns=towns, reserve=500)) == {"y": 10}
    assert reserve_to_weakest(situation(worse, towns=towns, reserve=500)) == {}


def test_an_empty_reserve_sends_nobody():
    assert reserve_to_weakest(situation(contact("p", "x"), towns=(town("x"),), reserve=0)) == {}
    assert reserve_to_weakest(situation(contact("p", "x"), towns=(town("x"),), reserve=20)) == {}


def test_a_front_town_without_a_garrison_is_the_first_to_get_one():
    contacts = (contact("p", "x", strength=0), contact("q", "y"))
    where = situation(*contacts, towns=(town("x", strength=0), town("y")), reserve=100)
    assert reserve_to_weakest(where) == {"x": 2}


def test_soldiers_to_spare_go_one_route_nearer_to_the_front():
    towns = (
        town("front", spare=800, neighbours=("near",)),
        town("near", spare=400, to_front=1, neighbours=("far", "front")),
        town("far", spare=40, to_front=2, neighbours=("other", "near")),
        town("other", spare=100, to_front=2, neighbours=("far",)),
        town("nobody", spare=0, to_front=1, neighbours=("front",)),
        town("island", spare=500, to_front=-1, neighbours=("front",)),
    )
    assert bring_forward(situation(towns=towns)) == (Shift("near", "front", 100), Shift("far", "near", 10))
    told = bring_forward(situation(towns=towns, options={"forward_rate": 1.0}))
    assert told == (Shift("near", "front", 400), Shift("far", "near", 40))


def test_nobody_goes_to_a_neighbour_that_is_not_told_of():
    for to_front in (1, 2, 5):
        towns = (town("near", spare=400, to_front=to_front, neighbours=("unseen",)),)
        assert bring_forward(situation(towns=towns)) == ()


views = st.tuples(
    st.lists(
        st.builds(
            contact,
            st.sampled_from(["p", "q", "r"]),
            st.sampled_from(["x", "y"]),
            strength=st.integers(0, 10_000),
            enemy_estimate=st.floats(0.0, 1e5),
            attack_odds=st.floats(0.0, math.inf),
            is_won=st.booleans(),
        ),
        max_size=4,
    ),
    st.lists(
        st.builds(
            town,
            st.sampled_from(["x", "y"]),
            strength=st.integers(0, 10_000),
            days=st.floats(0.0, math.inf),
            is_supplied=st.booleans(),
            spare=st.integers(0, 10_000),
            to_front=st.integers(-1, 4),
            neighbours=st.just(("x", "y")),
        ),
        max_size=2,
        unique_by=lambda view: view.town,
    ),
)


@pytest.mark.untraced
@pytest.mark.parametrize("doctrine", DOCTRINES.values(), ids=DOCTRINES)
@seeded
@given(views, st.integers(0, 10_000))
def test_whatever_it_sees_a_doctrine_orders_what_can_be_weighed_and_counted(doctrine, seen, reserve):
    contacts, towns = seen
    where = situation(*contacts, towns=tuple(towns), reserve=reserve)
    orders = doctrine(where)
    assert all(0.0 <= weight <= 4.0 for weight in orders.weights.values())
    assert all(0 < soldiers <= reserve for soldiers in orders.commit.values())
    spare = {view.town: view.spare for view in towns}
    assert all(0 < shift.soldiers <= spare[shift.origin] for shift in orders.shifts)
    assert doctrine(where) == orders
