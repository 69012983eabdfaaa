"""What each event means for the books."""

import math
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InvariantError
from sim.model import events as e
from sim.model.quantities import DAY
from sim.recording.ledger import Ledger, imbalance

NONE = (0,) * 7


def departed(number=7, at=100, load=30.0, side="ua"):
    return e.ConvoyDeparted(number, side, "west", "ford", ("west-mill",), (5000,), at, load, 6)


def fallen(**changes):
    usual = {
        "town": "ford",
        "loser": "ua",
        "winner": "ru",
        "route": "ford-east",
        "retreat": "mill",
        "withdrawn": 940,
        "losses": (60, *NONE[1:]),
        "moved_from": "east",
        "moved_in": 700,
        "stock_lost": 28.0,
        "stock_captured": 20.0,
        "fronts": {"mill-ford": 15.0},
        "how": "assault",
    }
    return e.TownFell(**{**usual, **changes})


def is_balanced(state):
    return not any(found.is_broken for found in imbalance(state).values())


def test_the_story_holds_every_kind_of_event(story):
    assert {type(event) for _, event in story} == set(e.EVENT_TYPES.values())


def test_the_books_balance_after_every_event_of_the_story(books, story):
    for t, event in story:
        books.apply(t, event)
        assert is_balanced(books.state), event
    assert books.state.t == story[-1][0]


def test_a_convoy_under_way_at_the_start_belongs_to_the_initial_supply(books):
    before = books.state.sides["ua"].initial_supply
    books.apply(0, departed(at=-10, load=12.0))
    assert books.state.sides["ua"].initial_supply == before + 12.0
    assert books.state.sides["ua"].entered == 0.0


def test_a_convoy_that_leaves_later_enters(books):
    books.apply(0, departed(at=0, load=12.0))
    assert books.state.sides["ua"].entered == 12.0
    assert books.state.convoys[7].load == 12.0


def test_an_attack_takes_load_vehicles_and_the_soldiers_of_the_garrison_that_drove(books):
    books.apply(100, departed())
    books.apply(200, e.ConvoyAttacked(7, "west-mill", "ford", 5.0, (3, 0, 1, 0, 0, 0, 0)))
    convoy, side = books.state.convoys[7], books.state.sides["ua"]
    assert (convoy.load, convoy.vehicles) == (25.0, 5)
    assert (side.lost, side.losses) == (5.0, [3, 0, 1, 0, 0, 0, 0])
    assert books.state.strength["ford"] == 997


def test_a_lost_convoy_is_gone_with_its_load(books):
    books.apply(100, departed())
    books.apply(200, e.ConvoyLost(7, 30.0, (0, 0, 6, 0, 0, 0, 0)))
    assert books.state.convoys == {}
    assert books.state.sides["ua"].lost == 30.0
    assert books.state.sides["ua"].losses[2] == 6


def test_a_held_convoy_waits_until_it_is_sent_on(books):
    books.apply(100, departed())
    books.apply(200, e.ConvoyHeld(7, "mill"))
    assert books.state.convoys[7].held_at == "mill"
    books.apply(300, e.ConvoyRerouted(7, "mill", "west", ("west-mill",), (900,)))
    convoy = books.state.convoys[7]
    assert (convoy.held_at, convoy.origin, convoy.destination) == (None, "mill", "west")
    assert (convoy.routes, convoy.times) == (("west-mill",), (900,))


def test_supply_is_consumed_town_by_town_for_whoever_holds_it(books):
    books.apply(0, e.SupplyConsumed((1.0, 0.0, 2.0, 4.0, 0.0)))
    assert books.state.stock == {"west": 39.0, "mill": 20.0, "ford": 46.0, "east": 86.0, "far": 30.0}
    assert (books.state.sides["ua"].consumed, books.state.sides["ru"].consumed) == (3.0, 4.0)


def test_plans_update_what_they_name_and_forget_what_became_nothing(books):
    books.apply(0, e.PlanAdopted("ua", {"a": 1.0, "b": 2.0}, {"x": 3.0}, {"x": 2.0}, {"a": 0.5}))
    books.apply(0, e.PlanAdopted("ua", {"b": 0.0, "c": 4.0}, {}, {"x": 3.0}, {}))
    state = books.state
    assert (state.flows, state.demands, state.inflows) == ({"a": 1.0, "c": 4.0}, {"x": 3.0}, {"x": 3.0})
    assert state.prices == {"ua": {}, "ru": {}}


def test_damage_adds_nothing_up_itself_and_a_repair_ends_the_work(books):
    books.apply(0, e.RouteDamaged("mill-ford", None, 0.5, 1.0))
    books.apply(10, e.RepairStarted("mill-ford", "ua", 500))
    assert (books.state.damage, books.state.repairs) == ({"mill-ford": 1.0}, {"mill-ford": 500})
    books.apply(500, e.RouteRepaired("mill-ford", "ua", 0.0))
    assert (books.state.damage, books.state.repairs) == ({}, {})


def test_a_fallen_town_is_held_by_the_winner_with_those_who_moved_in(books):
    books.apply(DAY, e.TownEncircled("ford", "ua"))
    books.apply(DAY, e.RepairStarted("mill-ford", "ua", 2 * DAY))
    books.apply(DAY, fallen())
    state = books.state
    assert state.held_by["ford"] == "ru"
    assert (state.strength["ford"], state.strength["mill"], state.strength["east"]) == (700, 1440, 1300)
    assert state.stock["ford"] == 20.0
    assert state.changed_at == {"ford": [DAY]}
    assert (state.encircled, state.repairs) == ({}, {})
    assert state.fronts == {"mill-east": 14.5, "mill-ford": 15.0}
    assert (state.sides["ua"].lost, state.sides["ru"].captured) == (48.0, 20.0)
    assert is_balanced(state)


def test_a_garrison_with_no_way_out_is_lost_whole(books):
    books.apply(DAY, fallen(retreat=None, withdrawn=0, losses=(1000, *NONE[1:])))
    assert books.state.strength["mill"] == 500
    assert books.state.sides["ua"].losses[0] == 1000
    assert is_balanced(books.state)


def test_a_town_retaken_has_changed_hands_twice(books):
    books.apply(DAY, fallen())
    books.apply(
        2 * DAY,
        e.TownFell(
            "ford",
            "ru",
            "ua",
            "mill-ford",
            "east",
            700,
            NONE,
            "mill",
            500,
            0.0,
            20.0,
            {"ford-east": 0.0},
            "assault",
        ),
    )
    assert books.state.changed_at == {"ford": [DAY, 2 * DAY]}
    assert books.state.fronts == {"mill-east": 14.5, "ford-east": 0.0}
    assert is_balanced(books.state)


def test_orders_and_prices_are_kept_whole_for_each_side(books):
    books.apply(0, e.OrdersGiven("ru", {"ford-east": 2.0}))
    books.apply(0, e.OrdersGiven("ua", {"mill-east": 1.0}))
    books.apply(9, e.OrdersGiven("ru", {}))
    assert books.state.weights == {"ru": {}, "ua": {"mill-east": 1.0}}


def test_reinforcements_go_to_the_reserve_where_no_town_is_named(books):
    books.apply(0, e.ReinforcementsArrived("ua", None, 30))
    books.apply(0, e.ReinforcementsArrived("ua", "mill", 20))
    books.apply(0, e.ReserveCommitted("ua", "ford", 80))
    side = books.state.sides["ua"]
    assert (side.reserve, side.arrived) == (0, 50)
    assert (books.state.strength["mill"], books.state.strength["ford"]) == (520, 1080)


@pytest.mark.parametrize(
    "event",
    [
        e.ConvoyArrived(99, "ford", 1.0),
        e.FiresFell("ru", "nowhere", NONE),
        e.ReserveCommitted("nobody", "ford", 1),
        e.SupplyConsumed((1.0, 2.0)),
        e.FiresFell("ru", "ford", (0, 0, 0, 0, 0, 0, 0, 8)),
        "not an event",
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_that_does_not_fit_is_named(books, event):
    with pytest.raises(InvariantError, match=type(event).__name__):
        books.apply(60, event)


def test_time_never_goes_back(books):
    books.apply(60, e.DayStarted(0, "clear", 1.0))
    with pytest.raises(InvariantError, match="comes after"):
        books.apply(59, e.DayStarted(0, "clear", 1.0))


def test_missing_soldiers_and_tonnes_are_found(opening):
    opening.strength["ford"] -= 3
    opening.stock["far"] += 0.5
    found = imbalance(opening)
    assert (found["ua"].soldiers, found["ua"].tonnes) == (-3, 0.0)
    assert (found["ru"].soldiers, found["ru"].tonnes) == (0, 0.5)
    assert found["ua"].is_broken
    assert found["ru"].is_broken


def test_a_number_that_is_none_never_balances(opening):
    opening.stock["far"] = math.nan
    assert imbalance(opening)["ru"].is_broken


@given(
    loads=st.lists(st.integers(1, 10**8).map(lambda grams: grams / 1e6), max_size=40),
    fates=st.lists(st.sampled_from(["arrives", "lost", "under way"]), min_size=40, max_size=40),
)
def test_tonnes_are_conserved_whatever_becomes_of_convoys(scenario, loads, fates):
    books = Ledger.of(scenario)
    for number, (load, fate) in enumerate(zip(loads, fates, strict=False)):
        books.apply(0, departed(number, load=load))
        if fate == "arrives":
            books.apply(0, e.ConvoyArrived(number, "ford", load))
        elif fate == "lost":
            books.apply(0, e.ConvoyLost(number, load, NONE))
    assert is_balanced(books.state)


def test_folding_does_not_touch_the_events(books, story):
    before = deepcopy(story)
    for t, event in story:
        books.apply(t, event)
    assert story == before
