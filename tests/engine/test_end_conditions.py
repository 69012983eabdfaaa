"""When a run ends: at its horizon, or when a town was held for long enough."""

import copy
import pickle

import pytest

from sim.engine.capture import capture_town
from sim.engine.simulation import simulate
from sim.model import events as e
from sim.model.quantities import DAY
from sim.model.scenario import EndCondition
from tests.support.fronts import begun, front, go, of_kind, played, road, route, town

A1, B1, A2 = 0, 1, 2


def contested(*ends, days=30.0):
    return front(
        [town("a1", 0.0, "a", 1000), town("b1", 9.0, "b", 1000), town("a2", -9.0, "a", 10)],
        [route("a1", "b1"), route("a2", "a1")],
        days=days,
        ends=ends,
    )


def taken(scenario, *changes):
    """Let b1 change hands at some days; return the run with what it told."""
    run, told = begun(scenario)
    for day in changes:
        go(run, day)
        to_a = run.front.holder[B1] == 1
        run.front.strength[A1] += 100
        run.front.sides[0].arrived += 100
        capture_town(run.front, B1, 0, A1) if to_a else capture_town(run.front, A1, 0, B1)
    while run.front.over is None:
        run.front.env.step()
    return run, told


def test_an_outcome_goes_to_another_process_as_it_is():
    outcome, _ = played(road(days=3.0))
    assert pickle.loads(pickle.dumps(outcome)) == copy.deepcopy(outcome) == outcome


def test_a_run_ends_at_its_horizon():
    outcome, told = played(road(days=3.25))
    assert (outcome.ended_at, outcome.reason, outcome.note) == (round(3.25 * DAY), "horizon", "")
    assert told[-1] == (round(3.25 * DAY), e.RunEnded("horizon", ""))
    assert outcome.state.t == outcome.ended_at


def test_nothing_else_happens_at_the_horizon():
    _, told = played(road((0, 500, 1000), days=4))
    assert [event for t, event in told if t == 4 * DAY] == [e.RunEnded("horizon", "")]


def test_the_shortest_run_has_a_beginning_and_an_end():
    outcome, told = played(road((0, 500, 1000), days=1 / DAY))
    assert outcome.ended_at == 1
    assert isinstance(told[-1][1], e.RunEnded)
    assert of_kind(told, e.DayStarted) == [e.DayStarted(0, "clear", 1.0)]


def test_a_town_held_from_the_start_counts_from_the_start():
    outcome, told = played(contested(EndCondition("a1", "a", 5 * DAY)))
    assert (outcome.ended_at, outcome.reason) == (5 * DAY, "condition")
    assert outcome.note == "a1 held by a"
    assert told[-1] == (5 * DAY, e.RunEnded("condition", "a1 held by a"))


def test_a_town_held_for_a_second_counts_after_that_second():
    assert played(contested(EndCondition("a1", "a", 1)))[0].ended_at == 1


def test_a_town_that_is_never_held_ends_nothing():
    outcome, _ = played(contested(EndCondition("b1", "a", DAY), days=6))
    assert (outcome.ended_at, outcome.reason) == (6 * DAY, "horizon")


def test_a_town_that_is_taken_counts_from_then_on():
    run, _ = taken(contested(EndCondition("b1", "a", 3 * DAY)), 2.5)
    assert (run.front.now, run.front.over_note) == (round(5.5 * DAY), "b1 held by a")


def test_no_time_at_all_ends_the_run_with_the_fall():
    run, _ = taken(contested(EndCondition("b1", "a", 0)), 2.5)
    assert run.front.now == round(2.5 * DAY)


def test_a_town_that_is_lost_meanwhile_counts_anew_from_when_it_was_retaken():
    scenario = contested(EndCondition("b1", "b", 7 * DAY))
    run, _ = begun(scenario)
    go(run, 1)
    capture_town(run.front, B1, 0, A1)
    go(run, 2)
    run.front.strength[A1] = 0
    run.front.holder[A1] = 1  # as if the other side had come round, to retake what was lost
    capture_town(run.front, B1, 0, A1)
    while run.front.over is None:
        run.front.env.step()
    assert run.front.now == 9 * DAY


def test_the_first_of_several_conditions_ends_the_run():
    first, second = EndCondition("a1", "a", 9 * DAY), EndCondition("b1", "b", 4 * DAY)
    outcome, told = played(contested(first, second))
    assert (outcome.ended_at, outcome.note) == (4 * DAY, "b1 held by b")
    assert len(of_kind(told, e.RunEnded)) == 1


def test_two_conditions_of_one_moment_end_the_run_once():
    ends = (EndCondition("a1", "a", 4 * DAY), EndCondition("b1", "b", 4 * DAY))
    _, told = played(contested(*ends))
    assert [event.note for event in of_kind(told, e.RunEnded)] == ["a1 held by a"]


def test_the_horizon_comes_before_a_condition_of_the_same_moment():
    outcome, told = played(contested(EndCondition("a1", "a", 4 * DAY), days=4))
    assert outcome.reason == "horizon"
    assert len(of_kind(told, e.RunEnded)) == 1


def test_nobody_ends_a_run_twice():
    ends = (EndCondition("a1", "a", 2 * DAY), EndCondition("b1", "b", 3 * DAY))
    run, told = begun(contested(*ends, days=4.25))
    run.front.env.run(until=round(4.4 * DAY))
    assert of_kind(told, e.RunEnded) == [e.RunEnded("condition", "a1 held by a")]


def test_an_outcome_says_how_much_work_it_was():
    outcome = simulate(road((0, 500, 1000), days=3), 1)
    assert outcome.steps > 20
    assert outcome.solves == 2, "one plan of each side, since nothing changes"


@pytest.mark.parametrize("days", [1.0, 2.5])
def test_days_are_counted_until_the_end(days):
    outcome, _ = played(road(days=days))
    assert outcome.state.day == (0 if days == 1.0 else 2)
