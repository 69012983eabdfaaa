"""What a scenario makes happen on the way: each action, at its time, or a name for what cannot be."""

import dataclasses

import pytest

from sim.errors import UsageError
from sim.model import events as e
from sim.model.parameters import Repairs
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import PLACES, SETTABLE, ScheduledEvent
from tests.support.fronts import begun, bundled, go, of_kind, played, road, sides, times_of

MILL, END, FOE = 1, 2, 3


def with_events(*what, **others):
    events = tuple(ScheduledEvent(**({"id": f"e{n}", "at": DAY} | each)) for n, each in enumerate(what))
    others.setdefault("sides", sides({"repair_crews": 0}, {"repair_crews": 0}))
    return road((0, 500, 1000), days=4, events=events, **others)


def test_a_route_is_damaged_by_as_much_as_was_written():
    hits = [{"do": "damage", "route": "mill-end", "amount": amount} for amount in (0.3, 0.5, 0.9)]
    outcome, told = played(with_events(*hits))
    found = of_kind(told, e.RouteDamaged)
    assert [(event.amount, event.damage, event.side) for event in found] == [
        (0.3, 0.3, None),
        (0.5, 0.8, None),
        (0.9, 1.0, None),
    ]
    assert times_of(told, e.RouteDamaged) == [DAY] * 3
    assert outcome.state.damage == {"mill-end": 1.0}


@pytest.mark.parametrize(("amount", "left"), [(None, 0.0), (0.25, 0.55), (1.0, 0.0)])
def test_a_route_is_repaired_by_as_much_as_was_written(amount, left):
    hit = {"do": "damage", "route": "mill-end", "amount": 0.8}
    mended = {"at": 2 * DAY, "do": "repair", "route": "mill-end", "amount": amount}
    outcome, told = played(with_events(hit, mended))
    assert of_kind(told, e.RouteRepaired) == [e.RouteRepaired("mill-end", None, left)]
    assert outcome.state.damage.get("mill-end", 0.0) == left


def test_a_repair_of_what_is_whole_changes_nothing():
    outcome, told = played(with_events({"do": "repair", "route": "mill-end"}))
    assert of_kind(told, e.RouteRepaired) == [e.RouteRepaired("mill-end", None, 0.0)]
    assert outcome.state.damage == {}


def test_a_repair_opens_the_road_for_those_who_wait():
    hit = {"at": 60, "do": "damage", "route": "mill-end", "amount": 1.0}
    mended = {"at": 2 * DAY, "do": "repair", "route": "mill-end"}
    scenario = with_events(hit, mended, roads={"speed": 2.0})
    _, told = played(scenario)
    assert of_kind(told, e.ConvoyHeld)
    assert times_of(told, e.ConvoyRerouted) == [2 * DAY] * len(of_kind(told, e.ConvoyHeld))


def test_a_road_whose_capacity_was_taken_and_given_back_is_driven_again():
    closed = {"at": 60, "do": "set", "route": "mill-end", "key": "capacity", "value": 0.0}
    opened = {"at": 2 * DAY, "do": "set", "route": "mill-end", "key": "capacity", "value": 100.0}
    _, told = played(with_events(closed, opened, roads={"speed": 2.0}))
    held = of_kind(told, e.ConvoyHeld)
    assert held
    assert times_of(told, e.ConvoyRerouted) == [2 * DAY] * len(held)


def test_reinforcements_come_when_they_should():
    scenario = with_events({"do": "reinforce", "town": "end", "amount": 70})
    outcome, told = played(scenario)
    assert [(t, event) for t, event in told if isinstance(event, e.ReinforcementsArrived)] == [
        (DAY, e.ReinforcementsArrived("a", "end", 70))
    ]
    assert outcome.state.strength["end"] == 1070


@pytest.mark.parametrize("key", SETTABLE["side"])
def test_each_number_of_a_side_can_be_set(key):
    run, told = begun(with_events({"do": "set", "side": "b", "key": key, "value": 0.75}))
    before = getattr(run.front.sides[0], key)
    go(run, 1.5)
    assert getattr(run.front.sides[1], key) == 0.75
    assert getattr(run.front.sides[0], key) == before
    assert of_kind(told, e.NumberSet) == [e.NumberSet(f"side.b.{key}", 0.75)]


def test_a_routes_capacity_and_a_towns_base_can_be_set():
    outcome, told = played(
        with_events(
            {"do": "set", "route": "mill-end", "key": "capacity", "value": 33.0},
            {"do": "set", "town": "mill", "key": "base", "value": 44.0},
        )
    )
    assert of_kind(told, e.NumberSet) == [
        e.NumberSet("route.mill-end.capacity", 33.0),
        e.NumberSet("town.mill.base", 44.0),
    ]
    assert outcome.state.capacities == {"mill-end": 33.0}
    assert outcome.state.bases == {"mill": 44.0}


@pytest.mark.parametrize(
    ("section", "key"),
    [(section, key) for section, keys in SETTABLE.items() if section not in PLACES for key in keys],
)
def test_each_number_of_the_model_can_be_set_and_coefficients_stay(section, key):
    inner = {"weight": ".road"}.get(key, ".mud" if section == "weather" else "")
    run, told = begun(with_events({"do": "set", "key": f"{section}.{key}{inner}", "value": 0.75}))
    before = run.front.scenario
    go(run, 1.5)
    found = getattr(getattr(run.front.scenario, section), key)
    assert (found[inner[1:]] if inner else found) == 0.75
    assert run.front.scenario.fitted is before
    assert of_kind(told, e.NumberSet) == [e.NumberSet(f"{section}.{key}{inner}", 0.75)]


@pytest.mark.parametrize(
    "change",
    [
        {"key": "assaults.defender_factor", "value": 3.0},
        {"town": "foe", "key": "fortification", "value": 2.0},
        {"route": "end-foe", "key": "terrain", "value": 2.0},
    ],
)
def test_twice_the_ground_halves_the_odds_at_once(change):
    run, _ = begun(with_events({"do": "set"} | change, foe=500))
    contact, foe = run.front.network.route["end-foe"], run.front.network.town["foe"]
    go(run, 0.99)
    odds = run.engagement.assault_odds(contact, END, foe)
    run.front.env.run(until=DAY + 1)
    assert run.engagement.assault_odds(contact, END, foe) == pytest.approx(odds / 2, rel=0.01)


def test_a_quality_that_was_set_counts_at_once():
    run, _ = begun(with_events({"do": "set", "side": "a", "key": "quality", "value": 3.0}))
    go(run, 0.99)
    before = run.front.effective_strength(END)
    run.front.env.run(until=DAY + 1)
    assert run.front.effective_strength(END) == pytest.approx(3.0 * before, rel=0.01)


def test_a_rate_that_was_set_counts_from_the_next_day_at_the_latest():
    _, told = played(with_events({"do": "set", "side": "b", "key": "fires", "value": 200.0}))
    assert of_kind(told, e.FiresFell)
    assert min(times_of(told, e.FiresFell)) > DAY
    assert sum(t >= 2 * DAY for t in times_of(told, e.FiresFell)) > 300


def test_a_number_without_a_value_becomes_0():
    run, _ = begun(with_events({"do": "set", "side": "a", "key": "reach"}))
    run.front.env.run(until=DAY + 60)
    assert run.front.sides[0].reach == 0.0


@pytest.mark.parametrize(
    "place",
    [
        {"side": "a", "key": "reserve"},
        {"side": "a", "key": "id"},
        {"route": "mill-end", "key": "speed"},
        {"town": "mill", "key": "name"},
        {"key": "tempo.variation"},
        {"key": "supply.convoy_load"},
        {"key": "fires"},
        {"side": "a"},
    ],
)
def test_what_cannot_be_set_is_named(place):
    with pytest.raises(UsageError, match=r'event "e0" cannot set ".*" during the run') as wrong:
        played(with_events({"do": "set", "value": 1.0} | place))
    assert "quality" in str(wrong.value)


def test_an_action_without_a_route_is_no_action():
    # the reader of scenarios does not let this through; a hand-made one does no harm
    _, told = played(with_events({"do": "damage", "amount": 0.5}, {"do": "repair"}))
    assert of_kind(told, e.RouteDamaged, e.RouteRepaired) == []


def test_events_of_one_moment_happen_in_the_order_of_the_scenario():
    amounts = (0.1, 0.2, 0.05)
    hits = [{"do": "damage", "route": "mill-end", "amount": amount} for amount in amounts]
    _, told = played(with_events(*hits))
    assert [event.amount for event in of_kind(told, e.RouteDamaged)] == list(amounts)


def test_an_event_at_the_start_happens_before_anything_is_driven():
    hit = {"at": 0, "do": "damage", "route": "base-mill", "amount": 1.0}
    _, told = played(with_events(hit, repairs=Repairs(time=365 * DAY)))
    assert times_of(told, e.RouteDamaged) == [0]
    late = [event for event in of_kind(told, e.ConvoyDeparted) if event.departed > DAY // 2]
    assert [event for event in late if "base-mill" in event.routes] == []


def test_an_event_after_the_end_does_not_happen():
    _, told = played(with_events({"at": 4 * DAY, "do": "damage", "route": "mill-end", "amount": 1.0}))
    assert of_kind(told, e.RouteDamaged) == []


@pytest.mark.untraced
@pytest.mark.parametrize("name", ["kupiansk-northern-route-cut", "kupiansk-crossing-lost"])
def test_the_events_of_bundled_scenarios_are_told_at_their_time(name):
    scenario = bundled(name, 11)
    assert scenario.events
    assert all(event.at == 10 * DAY for event in scenario.events)
    _, told = played(scenario)
    assert times_of(told, e.NumberSet) == [10 * DAY] * len(scenario.events)
    fewer = dataclasses.replace(scenario, events=())
    _, plain = played(fewer)
    before = [each for each in told if each[0] < 10 * DAY]
    assert before == plain[: len(before)]
    assert before[-1][0] > 10 * DAY - HOUR
