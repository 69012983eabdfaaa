"""Commands are asked once a day; what can be done of their orders is done, the rest is left undone."""

import dataclasses
import math
import sys
from types import SimpleNamespace

import pytest

from sim.engine import command
from sim.engine.capture import capture_town
from sim.engine.command import find_doctrine, hops_to_front
from sim.engine.simulation import coefficients_of
from sim.errors import DoctrineError, UsageError
from sim.model import events as e
from sim.model.doctrine import DOCTRINES, Orders, Shift, Situation, hold
from sim.model.parameters import Command
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import DoctrineChoice
from tests.support.fronts import (
    begun,
    bundled,
    digest,
    front,
    go,
    of_kind,
    played,
    route,
    sides,
    times_of,
    town,
)
from tests.support.parallel import mean_and_error


def front_of_six(doctrine="hold", **others):
    """Return three towns of a, in a row, before three of b; bases at both ends."""
    own = others.pop(
        "own", {"reserve": 1000, "doctrine": DoctrineChoice(name=doctrine, **others.pop("with_", {}))}
    )
    return front(
        [
            town("a3", -20.0, "a", 500, base=300.0),
            town("a2", -10.0, "a", 600),
            town("a1", 0.0, "a", 1000, **others.pop("first", {})),
            town("b1", 10.0, "b", 2000),
            town("b2", 20.0, "b", 600),
            town("b3", 30.0, "b", 500, base=300.0),
        ],
        [
            route("a3", "a2"),
            route("a2", "a1"),
            route("a1", "b1"),
            route("b1", "b2"),
            route("b2", "b3"),
        ],
        sides=sides(own, {"doctrine": DoctrineChoice(name="hold")}),
        **others,
    )  # fmt: skip


A3, A2, A1, B1, B2, B3 = range(6)
CONTACT = 2


def given(run, told, **orders):
    """Carry out some orders of side a, and return what was told about them."""
    told.clear()
    run.command.execute_orders(run.front.sides[0], Orders(**orders))
    return [event for _, event in told]


# --- who is asked, and when -------------------------------------------------------------------------------


def test_commands_are_asked_at_the_start_and_each_day_at_five():
    _, told = played(front_of_six(days=4))
    assert times_of(told, e.ReserveCommitted) == [0, *(day * DAY + 5 * HOUR for day in range(4))]


def test_an_unknown_doctrine_is_named_with_those_there_are():
    with pytest.raises(UsageError, match='no doctrine is called "charge"') as wrong:
        played(front_of_six("charge"))
    for name in DOCTRINES:
        assert name in str(wrong.value)


def test_a_doctrine_can_come_from_an_entry_point(monkeypatch):
    class Point:
        def __init__(self, name, doctrine):
            self.name = name
            self.load = lambda: doctrine

    def cautious(seen):
        return Orders(weights={contact.route: 0.5 for contact in seen.contacts})

    def points(group):
        assert group == "frontsim.doctrines"
        return [Point("other", hold), Point("cautious", cautious)]

    monkeypatch.setattr("importlib.metadata.entry_points", points)
    assert find_doctrine("cautious")(Situation("ua", 3, 0, (), ())) == cautious(Situation("ua", 3, 0, (), ()))
    _, told = played(front_of_six("cautious", days=1))
    assert of_kind(told, e.OrdersGiven) == [e.OrdersGiven("a", {"a1-b1": 0.5})]


def test_a_doctrine_of_the_house_comes_first(monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: pytest.fail(group))
    for name, doctrine in DOCTRINES.items():
        assert find_doctrine(name) is doctrine


# --- each doctrine ----------------------------------------------------------------------------------------


def test_steady_pressure_attacks_everywhere_by_its_weights():
    _, told = played(front_of_six("steady_pressure", days=1, with_={"axes": {"a1-b1": 2.5}}))
    assert of_kind(told, e.OrdersGiven) == [e.OrdersGiven("a", {"a1-b1": 2.5})]


def test_main_effort_attacks_little_elsewhere():
    _, told = played(front_of_six("main_effort", days=1, with_={"options": {"elsewhere": 0.125}}))
    assert of_kind(told, e.OrdersGiven) == [e.OrdersGiven("a", {"a1-b1": 0.125})]


def test_main_effort_goes_on_from_ground_that_was_won():
    run, told = begun(front_of_six("main_effort", days=2))
    capture_town(run.front, B1, CONTACT, A1)
    go(run, 0.5)
    assert of_kind(told, e.OrdersGiven)[-1] == e.OrdersGiven("a", {"b1-b2": 1.0})


def test_holding_attacks_nowhere():
    _, told = played(front_of_six("hold", days=3))
    assert of_kind(told, e.OrdersGiven) == []


def test_a_mobile_defence_attacks_where_the_odds_look_good():
    weak = front_of_six("mobile_defence", days=1)
    _, told = played(weak)
    assert of_kind(told, e.OrdersGiven) == []
    towns = tuple(
        dataclasses.replace(each, garrison=dataclasses.replace(each.garrison, strength=400))
        if each.id == "b1"
        else each
        for each in weak.towns
    )
    _, told = played(dataclasses.replace(weak, towns=towns))
    # 1,020 against 400 × 1.5 of prepared ground: odds of 1.7, over 0.8
    assert of_kind(told, e.OrdersGiven)[0].weights["a1-b1"] == pytest.approx(1000 / 600 / 0.8, rel=0.01)


def test_a_starved_town_is_left():
    starving = front_of_six("withdraw_when_starved", days=2, first={"stock": 0.0})
    _, told = played(starving)
    fallen = of_kind(told, e.TownFell)
    assert [(event.town, event.winner, event.retreat) for event in fallen][:1] == [("a1", "b", "a2")]
    assert times_of(told, e.TownFell)[0] == 0
    _, told = played(front_of_six("withdraw_when_starved", days=2))
    assert of_kind(told, e.TownFell) == []


@pytest.mark.parametrize("doctrine", sorted(DOCTRINES))
def test_every_doctrine_brings_forward_who_is_spare_behind_the_front(doctrine):
    run, told = begun(front_of_six(doctrine, days=2))
    run.front.strength[A3] += 400
    run.front.sides[0].arrived += 400
    told.clear()
    go(run, 0.5)
    assert of_kind(told, e.GarrisonMoved) == [e.GarrisonMoved("a", "a3", "a2", 100)]


# --- what is ordered --------------------------------------------------------------------------------------


def test_orders_are_told_only_when_they_change():
    run, told = begun(front_of_six())
    assert given(run, told, weights={"a1-b1": 1.0}) == [e.OrdersGiven("a", {"a1-b1": 1.0})]
    assert given(run, told, weights={"a1-b1": 1.0}) == []
    assert given(run, told) == [e.OrdersGiven("a", {})]


def test_weights_that_cannot_be_are_left_out():
    run, told = begun(front_of_six())
    weights = {"a1-b1": 2.0, "a2-a1": 5.0, "nowhere": 1.0}
    assert given(run, told, weights=weights) == [e.OrdersGiven("a", {"a1-b1": 2.0})]
    assert given(run, told, weights={"a1-b1": 0.0001}) == [e.OrdersGiven("a", {})]
    assert given(run, told, weights={"a1-b1": -3.0}) == []


def test_the_reserve_is_committed_to_its_own_towns_as_far_as_it_goes():
    run, told = begun(front_of_six())
    reserve, before = run.front.sides[0].reserve, run.front.strength[A1]
    found = given(run, told, commit={"a1": 300, "b1": 50, "nowhere": 50, "a2": 0, "a3": 10_000})
    assert found == [e.ReserveCommitted("a", "a1", 300), e.ReserveCommitted("a", "a3", reserve - 300)]
    assert run.front.sides[0].reserve == 0
    assert run.front.strength[A1] == before + 300
    assert given(run, told, commit={"a1": 5}) == []


def test_no_reserve_reaches_the_encircled():
    run, told = begun(front_of_six())
    run.front.encircled[A1] = 0
    assert given(run, told, commit={"a1": 300}) == []


def test_who_is_committed_is_meant_to_stay():
    run, told = begun(front_of_six())
    before = run.front.establishment[A1]
    given(run, told, commit={"a1": 300})
    assert run.front.establishment[A1] == before + 300


def test_soldiers_are_shifted_between_neighbours():
    run, told = begun(front_of_six())
    before = list(run.front.establishment)
    assert given(run, told, shifts=(Shift("a2", "a1", 250),)) == [e.GarrisonMoved("a", "a2", "a1", 250)]
    assert run.front.strength[A2] == 350
    assert run.front.establishment[A2] == before[A2] - 250
    assert run.front.establishment[A1] == before[A1] + 250


def test_no_more_are_shifted_than_are_there():
    run, told = begun(front_of_six())
    assert given(run, told, shifts=(Shift("a2", "a1", 9999),)) == [e.GarrisonMoved("a", "a2", "a1", 600)]
    assert given(run, told, shifts=(Shift("a2", "a1", 1),)) == []
    assert run.front.establishment[A2] == 0


def test_soldiers_are_whole_whatever_a_doctrine_from_outside_orders():
    run, told = begun(front_of_six())
    found = given(run, told, commit={"a1": 20.9, "a2": 0.5}, shifts=(Shift("a2", "a1", 10.7),))
    assert found == [e.ReserveCommitted("a", "a1", 20), e.GarrisonMoved("a", "a2", "a1", 10)]
    assert all(isinstance(strength, int) for strength in run.front.strength)


@pytest.mark.parametrize(
    "shift",
    [
        Shift("a3", "a1", 10),
        Shift("a1", "b1", 10),
        Shift("b1", "a1", 10),
        Shift("nowhere", "a1", 10),
        Shift("a1", "nowhere", 10),
        Shift("a2", "a1", 0),
        Shift("a2", "a1", -5),
    ],
)
def test_shifts_that_cannot_be_are_left_undone(shift):
    run, told = begun(front_of_six())
    before = list(run.front.strength)
    assert given(run, told, shifts=(shift,)) == []
    assert run.front.strength == before


def test_a_town_is_given_up_to_the_strongest_that_faces_it():
    scenario = front(
        [
            town("a1", 0.0, "a", 1000),
            town("a2", -10.0, "a"),
            town("b1", 5.0, "b", 100),
            town("b2", 5.0, "b", 900, north=5.0),
            town("b3", 5.0, "b", 0, north=-5.0),
        ],
        [route("a1", "a2"), route("a1", "b1"), route("a1", "b2"), route("b3", "a1")],
    )
    run, told = begun(scenario)
    (fell,) = [event for event in given(run, told, withdraw=("a1",)) if isinstance(event, e.TownFell)]
    assert (fell.moved_from, fell.route, fell.winner) == ("b2", "a1-b2", "b")


def test_only_own_towns_that_somebody_faces_are_given_up():
    run, told = begun(front_of_six())
    assert given(run, told, withdraw=("a2", "b1", "nowhere")) == []
    run.front.strength[B1] = 0
    assert given(run, told, withdraw=("a1",)) == []


def test_a_town_is_given_up_to_a_single_soldier_who_faces_it():
    run, told = begun(front_of_six())
    run.front.strength[B1] = 1
    fallen = [event for event in given(run, told, withdraw=("a1",)) if isinstance(event, e.TownFell)]
    assert [(event.town, event.moved_from) for event in fallen] == [("a1", "b1")]


# --- what is known ----------------------------------------------------------------------------------------


def test_a_command_knows_its_own_side_and_its_contacts():
    run, _ = begun(front_of_six(with_={"axes": {"a1-b1": 2.0}, "options": {"odds": 3.0}}))
    seen = run.command.situation(run.front.sides[0])
    assert (seen.side, seen.day, seen.reserve) == ("a", 0, 980)
    (contact,) = seen.contacts
    assert (contact.route, contact.own, contact.enemy) == ("a1-b1", "a1", "b1")
    assert (contact.strength, contact.enemy_estimate, contact.is_won) == (1020, 2000.0, False)
    assert contact.attack_odds == pytest.approx(1020 / (2000 * 1.5))
    assert (seen.axes, seen.options) == ({"a1-b1": 2.0}, {"odds": 3.0})
    (own,) = seen.towns
    assert (own.town, own.to_front, own.neighbours, own.is_supplied) == ("a1", 0, ("a2",), True)
    assert own.spare == 1020 - 200


def test_a_command_knows_who_is_spare_behind_its_front():
    run, _ = begun(front_of_six())
    assert [each.town for each in run.command.situation(run.front.sides[0]).towns] == ["a1"]
    run.front.strength[A3] += 40
    towns = {each.town: each for each in run.command.situation(run.front.sides[0]).towns}
    assert (towns["a3"].spare, towns["a3"].to_front) == (40, 2)
    # the town on their way is told too, though nobody is spare in it
    assert (towns["a2"].spare, towns["a2"].to_front) == (0, 1)


def test_nobody_knows_what_lies_behind_the_other_sides_front():
    run, _ = begun(front_of_six())
    seen = run.command.situation(run.front.sides[0])
    named = {each.town for each in seen.towns} | {each.enemy for each in seen.contacts}
    assert named <= {"a1", "a2", "a3", "b1"}


def test_estimates_err_around_the_truth():
    scenario = dataclasses.replace(front_of_six(), command=Command(estimate_error=0.25), horizon=4000 * DAY)
    run, _ = begun(scenario)
    side, estimates = run.front.sides[0], []
    for run.front.calendar.day in range(4000):
        estimates.append(run.command.situation(side).contacts[0].enemy_estimate)
    mean, error = mean_and_error(estimates)
    assert abs(mean - 2000) < 3.5 * error
    spread = mean_and_error([math.log(estimate) for estimate in estimates])[1] * math.sqrt(4000)
    assert spread == pytest.approx(0.25, rel=0.05)


@pytest.mark.untraced
def test_axes_are_pressed_more_or_less_around_the_doctrines_weight_whole_runs_long():
    scenario = dataclasses.replace(
        front_of_six("steady_pressure", days=3, with_={"axes": {"a1-b1": 100.0}}),
        command=Command(estimate_error=0.0, axis_spread=0.8),
    )
    weights = []
    for seed in range(500):
        run, _ = begun(scenario, seed=seed)
        weights.append(run.front.sides[0].weights[CONTACT] / 100.0)
    # orders are told where they change, and these do not until the run ends
    assert len(of_kind(played(scenario)[1], e.OrdersGiven)) == 1
    mean, error = mean_and_error(weights)
    assert abs(mean - 1.0) < 3.5 * error
    logs = [math.log(weight) for weight in weights]
    assert mean_and_error(logs)[1] * math.sqrt(500) == pytest.approx(0.8, rel=0.06)


def test_each_side_and_contact_has_luck_of_its_own_in_what_is_pressed():
    scenario = dataclasses.replace(bundled("kupiansk", 1), command=Command(axis_spread=1.0))
    run, _ = begun(scenario)
    axis_bias = [bias for by_contact in run.command._axis_bias for bias in by_contact.values()]
    assert len(axis_bias) == 20
    assert len(set(axis_bias)) == len(axis_bias)


@pytest.mark.untraced
def test_what_is_pressed_changes_neither_coefficients_nor_a_run_that_attacks_nowhere():
    still = dataclasses.replace(bundled("kupiansk", 5), sides=tuple(
        dataclasses.replace(side, doctrine=DoctrineChoice(name="hold")) for side in bundled("kupiansk").sides
    ))  # fmt: skip
    pressing = dataclasses.replace(still, command=dataclasses.replace(still.command, axis_spread=1.0))
    assert digest(still) == digest(pressing)
    baseline = bundled("kupiansk", 5)
    leaning = dataclasses.replace(baseline, command=dataclasses.replace(baseline.command, axis_spread=1.0))
    assert coefficients_of(leaning) == coefficients_of(baseline)


def test_supply_is_told_in_days_up_to_a_year():
    run, _ = begun(front_of_six(first={"stock": 10_000.0}))
    run.front.strength[A3] += 1
    towns = {each.town: each for each in run.command.situation(run.front.sides[0]).towns}
    assert towns["a1"].days == 365.0
    assert towns["a3"].days == pytest.approx(5.0, rel=0.05)


def test_routes_to_the_front_are_counted_over_own_ground():
    run, _ = begun(front_of_six())
    assert hops_to_front(run.front, 0) == [2, 1, 0, -1, -1, -1]
    assert hops_to_front(run.front, 1) == [-1, -1, -1, 0, 1, 2]


def test_a_pocket_without_a_front_has_no_way_to_it():
    towns = [town("a1", 0.0, "a", 10), town("a2", 9.0, "a", 10), town("b1", 5.0, "b")]
    run, _ = begun(front(towns, [route("a1", "b1")]))
    assert hops_to_front(run.front, 0) == [0, -1, -1]


def test_the_lie_of_the_land_follows_control():
    run, _ = begun(front_of_six())
    before = run.command.rear_area(0)
    assert run.command.rear_area(0) is before
    capture_town(run.front, B1, CONTACT, A1)
    assert [place for place, _, _ in run.command.rear_area(0)] == [A3, A2, A1, B1]


def test_neither_command_sees_what_the_other_is_about_to_do():
    # both commit their reserve at the same moment, and each estimates the other as it was before
    seen = {}

    def watching(name):
        def doctrine(situation_seen):
            seen.setdefault(name, []).append(situation_seen.contacts[0].enemy_estimate)
            return Orders(commit={situation_seen.contacts[0].own: 500})

        return doctrine

    run, _ = begun(front_of_six(own={"reserve": 1000}))
    run.command.doctrines = [watching("a"), watching("b")]
    run.front.sides[1].reserve += 1000
    run.front.sides[1].arrived += 1000
    own, other = run.front.strength[A1], run.front.strength[B1]
    go(run, 0.5)
    assert seen == {"a": [other], "b": [own]}


def test_the_baselines_doctrines_are_known():
    for side in bundled("kupiansk").sides:
        assert find_doctrine(side.doctrine.name) in DOCTRINES.values()


def points_of(doctrine):
    return lambda group: [SimpleNamespace(name="mine", load=lambda: doctrine)]


def ends(situation):
    raise SystemExit(0)


def fails(situation):
    return 1 / 0


def gives_nothing(situation):
    sys.stdout.write("no orders today")


def throws_what_is_no_error(situation):
    raise GeneratorExit


@pytest.mark.parametrize(
    "doctrine",
    [
        *(ends, fails, gives_nothing, throws_what_is_no_error),
        lambda _: Orders(weights={"a-b": math.nan}),
        lambda _: Orders(weights=("a-b",)),
        lambda _: Orders(commit={"a": math.inf}),
        lambda _: Orders(shifts=("ab",)),
        lambda _: Orders(withdraw=None),
    ],
)
def test_a_failing_doctrine_from_outside_is_named_and_its_output_is_no_result(monkeypatch, capsys, doctrine):
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: [SimpleNamespace(name="mine", load=lambda: doctrine)]
    )
    decide = command.find_doctrine("mine")
    with pytest.raises(DoctrineError, match='the doctrine "mine"'):
        decide(Situation("ua", 3, 0, (), ()))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("load", [ends, fails, throws_what_is_no_error])
def test_a_doctrine_that_cannot_be_loaded_is_named(monkeypatch, load):
    point = SimpleNamespace(name="mine", load=lambda: load(None))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    with pytest.raises(DoctrineError, match='the doctrine "mine" cannot be loaded'):
        command.find_doctrine("mine")


def test_what_a_doctrine_does_to_its_situation_stays_there(monkeypatch):
    def clears(situation):
        situation.axes.clear()
        return Orders()

    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: [SimpleNamespace(name="mine", load=lambda: clears)]
    )
    axes = {"a-b": 1.0}
    assert command.find_doctrine("mine")(Situation("ua", 3, 0, (), (), axes)) == Orders()
    assert axes == {"a-b": 1.0}
