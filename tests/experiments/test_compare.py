"""Comparisons: what surely differs is found, under common luck with less variance, and told by key."""

import dataclasses
import math

import numpy as np
import pytest

from sim.errors import UsageError
from sim.experiments.compare import compare
from sim.results.reader import Results
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.statistics.intervals import Interval
from tests.support.small_ensembles import ensemble

COUNT = 40


def two_towns(*changes):
    return read_scenario("two-towns", [SetNumber(each) for each in ("scenario.horizon=8 d", *changes)])


def made(folder, count, *changes, seed=3):
    ensemble(two_towns(*changes), folder, count, seed=seed)
    return Results.open(folder)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Return two towns as they are, and the same where the road carries a third."""
    folder = tmp_path_factory.mktemp("pair")
    thin = "route.lypa-verba.capacity=50 t/d"
    return made(folder / "a", COUNT), made(
        folder / "b", COUNT, thin, "side.east.attrition_coefficient=0.01 /d"
    )


def test_fires_that_cost_more_surely_do_so_and_common_luck_helps(pair):
    found = compare(*pair)
    assert found.is_paired
    assert found.replications == COUNT
    more = found.losses["west"]["personnel"]
    assert more.change.is_significant
    assert 0.0 < more.change.low < more.change.value == pytest.approx(more.second - more.first)
    assert found.gain("losses.") > 1.0


def test_the_measures_are_those_of_the_tables(pair):
    found = compare(*pair)
    a, _ = pair
    totals = a.replications()
    assert found.losses["west"]["uas"].first == pytest.approx(
        np.mean(totals["west_lost_uas"] / totals["ended_day"])
    )
    assert found.towns["lypa"]["held"].first == a.is_held()[:, 0].mean()
    lost = a.first_lost_days()
    assert found.changes["towns"].first == pytest.approx((~np.isnan(lost)).sum(axis=1).mean())
    assert found.changes["times"].first == pytest.approx(len(a.changes()["day"]) / COUNT)
    held = np.where(np.isnan(lost[:, 1]), a.ended_days(), lost[:, 1])
    assert found.towns["verba"]["held_days"].first == pytest.approx(held.mean())


def test_supply_is_that_of_the_mornings_on_which_the_first_holder_is_there(pair):
    a, _ = pair
    supply, holder = a.town_series("days_of_supply")[:, :, 0], a.town_series("held_by")[:, :, 0]
    mine = holder == a.names.sides.index(a.meta.first_holders["lypa"])
    mean = [row[own & np.isfinite(row)].mean() for row, own in zip(supply, mine, strict=True)]
    out = [(row[own] < 0.1).sum() for row, own in zip(supply, mine, strict=True)]
    found = compare(*pair).towns["lypa"]
    assert found["supply_days"].first == pytest.approx(np.mean(mean), rel=1e-6)
    assert found["out_days"].first == pytest.approx(np.mean(out))


def test_a_town_that_begins_with_another_side_in_b_is_measured_for_the_same_side_in_both(pair, tmp_path):
    other = made(tmp_path / "swapped", 10, "town.lypa.held_by=east", "town.verba.held_by=west")
    assert other.meta.first_holders == {"lypa": "east", "verba": "west"}
    found = compare(pair[0], other).towns["lypa"]
    west = other.town_series("held_by")[:, -1, 0] == other.names.sides.index("west")
    assert found["held"].second == west.mean()
    assert found["held_days"].second == 0.0


def test_an_ensemble_does_not_differ_from_itself(pair):
    found = compare(pair[0], pair[0])
    for _, each in found.by_key():
        assert each.change.value == 0.0
        assert not each.change.is_significant
        assert not each.exceeds(0.0)
    assert found.gain() == math.inf


def test_ensembles_of_other_luck_are_compared_without_pairs(pair, tmp_path):
    other = made(tmp_path / "other", COUNT, seed=4)
    found = compare(pair[0], other)
    assert not found.is_paired
    assert math.isnan(found.gain())
    losses = found.losses["west"]["personnel"]
    assert losses.change.low < losses.change.value < losses.change.high
    assert losses.pairs == COUNT


def test_as_many_are_taken_as_are_asked_for_and_both_have(pair, tmp_path):
    few = made(tmp_path / "few", 10)
    assert compare(pair[0], few).replications == 10
    assert compare(*pair, most=25).replications == 25


def test_bounds_are_exceeded_where_the_whole_interval_lies_beyond_them(pair):
    each = compare(*pair).losses["west"]["personnel"]
    assert each.exceeds(each.change.low - 1e-9)
    assert not each.exceeds(each.change.low)
    less = dataclasses.replace(each, change=Interval(-4.0, -5.0, -3.0))
    assert less.exceeds(2.9)
    assert not less.exceeds(3.0)


def test_every_measure_has_a_key_and_plain_values(pair):
    found = compare(*pair)
    keys = [key for key, _ in found.by_key()]
    assert len(keys) == len(set(keys)) == 2 * 4 + 2 * 7 + 2
    assert "towns.lypa.held" in keys
    values = found.values()
    assert values["towns"]["lypa"]["held"].keys() == {
        "a", "b", "difference", "low", "high", "is_sure", "variance_ratio", "pairs",
    }  # fmt: skip
    assert values["losses_per_day"]["east"]["tanks"]["pairs"] == COUNT
    assert values["changes"].keys() == {"towns", "times"}


def test_what_is_known_in_too_few_pairs_has_no_interval(pair):
    found = compare(*pair, most=2)
    assert found.replications == 2
    with pytest.raises(UsageError, match="have 1 replications in common, and 2 at least"):
        compare(*pair, most=1)


def test_fronts_without_a_side_in_common_are_not_compared(pair, tmp_path):
    strange = read_scenario("iwo-jima-1945", [SetNumber("scenario.horizon=2 d")])
    ensemble(strange, tmp_path / "strange", 2)
    with pytest.raises(UsageError, match="no side in common"):
        compare(pair[0], Results.open(tmp_path / "strange"))
