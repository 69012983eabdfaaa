"""The lessons: each finding that a file promises is found, with the seed that the file names."""

import shlex
from functools import cache

import click
import numpy as np
import pytest

from sim.cli.main import frontsim
from sim.engine.simulation import expected_losses, simulate
from sim.experiments.running.sampling import Sampler
from sim.scenario_file.bundled import bundled_scenarios, lesson_names, lesson_text
from sim.scenario_file.overrides import AssumeNumber, SetNumber
from sim.scenario_file.read import read_scenario

pytestmark = pytest.mark.untraced

CUT, BALANCE, AVERAGES = "lesson-cut-a-road", "lesson-replacements", "lesson-averages"
RUNS = 4
MANY = 32


@cache
def rows_of(name, count, *changes):
    """Return the rows of so many replications, with the seed that the file names."""
    scenario = read_scenario(name, [SetNumber(change) for change in changes]).scenario
    found = []
    for number in range(count):
        sampler = Sampler(number)
        outcome = simulate(scenario, scenario.seed, replication=number, observe=sampler.look)
        found.append(sampler.rows(outcome))
    return scenario, found


def series(name, town, column, count, *changes):
    """Return a column of a town by replication and day."""
    scenario, found = rows_of(name, count, *changes)
    number = [each.id for each in scenario.towns].index(town)
    return np.array([rows["towns"][column][rows["towns"]["town"] == number] for rows in found])


def supply(town, *changes):
    return series(CUT, town, "days_of_supply", RUNS, *changes).mean(axis=0)


@pytest.mark.parametrize("name", lesson_names())
def test_a_handout_asks_a_question_and_fits_into_45_minutes(name):
    handout = lesson_text(name)
    assert handout.splitlines()[0].endswith("?")
    assert sum(int(line[:2]) for line in handout.splitlines() if line[3:6] == "min") == 45
    assert "\nWhat to observe\n* " in handout
    assert "Not a forecast" in " ".join(handout.split())
    assert "Findings" not in handout
    assert lesson_text(name, is_solution=True).startswith("# Findings")


def test_each_lesson_with_a_scenario_has_a_handout_with_the_same_question():
    lessons = [each for each in bundled_scenarios() if each.name.startswith("lesson-")]
    assert {each.name.removeprefix("lesson-") for each in lessons} <= set(lesson_names())
    for each in lessons:
        handout = lesson_text(each.name.removeprefix("lesson-"))
        assert each.title.startswith("Lesson: ")
        assert each.question.split("?")[0] in handout.splitlines()[0]


STEPS = [
    (name, line.strip())
    for name in lesson_names()
    for line in (lesson_text(name) + lesson_text(name, is_solution=True)).splitlines()
    if line.strip().startswith("frontsim ")
]


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_a_step_of_a_handout_is_a_command_that_is_read_as_it_stands(name, step):
    words = shlex.split(step)[1:]
    root = click.Context(frontsim)
    command = frontsim.get_command(root, words[0])
    context = command.make_context(words[0], words[1:], parent=frontsim.make_context("frontsim", words))
    sets = [SetNumber(each) for option in ("sets", "sets_b") for each in context.params.get(option) or ()]
    named = context.params.get("scenario") or context.params.get("first")
    if named:
        assert read_scenario(named, sets).scenario.towns


def test_the_stock_outlives_its_days_and_is_empty_a_week_after_the_cut():
    kupiansk = supply("kupiansk")
    assert kupiansk[10] == pytest.approx(5.0, abs=0.7)
    empty = int(np.flatnonzero(kupiansk < 0.3)[0])
    assert 16 <= empty <= 19
    assert kupiansk[empty:26].max() < 1.0


def test_places_that_are_not_on_the_road_that_was_cut_go_short_too():
    cut = supply("kindrashivka")
    whole = series("kupiansk", "kindrashivka", "days_of_supply", RUNS, "scenario.horizon=40 d").mean(axis=0)
    assert whole[18:26].min() > 2.0
    assert cut[18:26].max() < 1.0


def test_a_larger_stock_carries_kupiansk_through_and_more_crews_do_not():
    large = supply("kupiansk", "supply.stockage_objective=10 d")
    assert large[:26].min() > 0.5
    crews = series(CUT, "kupiansk", "days_of_supply", RUNS, "side.ua.repair_crews=6")
    as_cut = series(CUT, "kupiansk", "days_of_supply", RUNS)
    assert np.array_equal(crews[:, :26], as_cut[:, :26])  # as long as the road is closed


def test_half_of_the_stock_is_back_ten_days_after_the_road_is_open_and_not_at_once():
    kupiansk = supply("kupiansk")
    assert kupiansk[26] < 2.0
    assert kupiansk[35] > 2.5


def test_both_garrisons_settle_where_losses_equal_replacements():
    for town in ("lypa", "verba"):
        last = series(BALANCE, town, "strength", RUNS)[:, 150:]
        assert last.mean() == pytest.approx(20 / 0.02, rel=0.1)


def test_twice_the_replacements_settle_at_twice_the_strength_and_in_the_end_cost_twice():
    _, plain = rows_of(BALANCE, RUNS)
    _, double = rows_of(BALANCE, RUNS, "side.west.replacements=40 soldiers/d")
    last = series(BALANCE, "lypa", "strength", RUNS, "side.west.replacements=40 soldiers/d")[:, 150:]
    assert last.mean() == pytest.approx(2000, rel=0.1)
    lost = [
        np.mean([rows["replications"]["west_lost_personnel"] for rows in each]) for each in (plain, double)
    ]
    assert lost[1] > 1.4 * lost[0]
    late = [np.mean([late_losses(rows) for rows in each]) for each in (plain, double)]
    assert late[1] == pytest.approx(2.0 * late[0], rel=0.2)


def late_losses(rows):
    """Return what West lost in the last sixty days."""
    daily = rows["daily"]
    lost = daily["lost_personnel"][daily["side"] == 0]
    return lost[-1] - lost[-61]


def test_under_aimed_fire_nothing_settles_and_the_smaller_fades_away():
    law = "attrition.fires_law=aimed_fire"
    assert series(BALANCE, "verba", "strength", RUNS, law)[:, 60:].max() < 100
    lypa = series(BALANCE, "lypa", "strength", RUNS, law)
    assert (lypa[:, 180] > lypa[:, 120] + 500).all()


def test_under_aimed_fire_and_from_equal_strengths_chance_decides():
    changes = ("attrition.fires_law=aimed_fire", "town.verba.garrison.strength=2000")
    lypa, verba = (series(BALANCE, town, "strength", 8, *changes)[:, 180] for town in ("lypa", "verba"))
    assert 0 < (lypa > verba).sum() < 8


def towns_of_west(count, *changes):
    _, found = rows_of(AVERAGES, count, *changes)
    return np.array([int(rows["replications"]["west_towns"][0]) for rows in found])


def test_the_average_is_the_outcome_of_fewer_than_a_third_of_the_runs():
    towns = towns_of_west(MANY)
    # three standard errors; 240 runs have 0.93
    assert towns.mean() == pytest.approx(0.93, abs=0.48)
    assert (towns == 1).mean() < 1 / 3
    assert (towns == 0).mean() > 0.2
    assert (towns == 2).mean() > 0.2


def test_fewer_than_a_quarter_of_the_runs_end_near_the_average_strength():
    _, found = rows_of(AVERAGES, MANY)
    strength = np.array([int(rows["replications"]["west_strength"][0]) for rows in found])
    assert (np.abs(strength / strength.mean() - 1.0) < 0.1).mean() < 0.25
    assert strength.std() > 0.3 * strength.mean()


def test_one_run_is_a_story_and_no_answer_even_where_days_are_alike():
    alike = towns_of_west(16, "tempo.variation=0")
    assert {0, 2} <= set(alike.tolist())
    assert alike.std() > 0.6


FIRES = "side.ru.fires=18 /d"


def first_day(*changes):
    """Return the soldiers that Ukraine and Russia are expected to lose on day 0."""
    expected = expected_losses(read_scenario("kupiansk", list(changes)).scenario)
    return tuple(of_side[0] for of_side in expected)


def test_a_what_if_raises_the_first_days_losses_by_more_than_half_and_an_assumption_leaves_them():
    plain = first_day()
    assert first_day(SetNumber(FIRES))[0] > 1.5 * plain[0]
    assert first_day(AssumeNumber(FIRES)) == pytest.approx(plain, rel=1e-6)


def test_in_thirty_days_only_the_what_if_changes_how_many_are_lost():
    lost = []
    for changes in ((), (SetNumber(FIRES),), (AssumeNumber(FIRES),)):
        scenario = read_scenario("kupiansk", [SetNumber("scenario.horizon=30 d"), *changes]).scenario
        runs = [simulate(scenario, 1, replication=number) for number in range(4)]
        lost.append(np.array([run.state.sides["ua"].losses[0] for run in runs], dtype=float))
    plain, what_if, assumed = lost
    assert (what_if > 1.2 * plain).all()
    assert abs(assumed.mean() - plain.mean()) < 0.25 * (what_if.mean() - plain.mean())


NARROW = "route.shevchenkove-kupiansk.capacity=100 t/d"


def changed_towns(*changes):
    """Return how many towns have another holder after four months, in two replications."""
    scenario = read_scenario(
        "kupiansk", [SetNumber("scenario.horizon=120 d"), *map(SetNumber, changes)]
    ).scenario
    first = {town.id: town.held_by for town in scenario.towns}
    states = [simulate(scenario, 1, replication=number).state for number in range(2)]
    return np.array([sum(state.held_by[town] != side for town, side in first.items()) for state in states])


def test_a_narrow_road_costs_twice_as_many_towns_and_more_soldiers_do_not_help():
    plain = changed_towns()
    assert (changed_towns(NARROW) >= 2 * plain).all()
    assert (changed_towns(NARROW, "side.ua.replacements=60 soldiers/d") >= 2 * plain).all()
    assert (changed_towns("side.ua.replacements=15 soldiers/d") <= plain + 2).all()
