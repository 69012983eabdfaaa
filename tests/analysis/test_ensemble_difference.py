"""How two ensembles differ at a moment: what is told of the end elsewhere, and what counts by hand give."""

import numpy as np
import pytest

from sim.analysis.ensemble import EnsembleAtTime, difference_between
from sim.experiments.compare import compare
from sim.model.quantities import DAY
from sim.results.reader import Results
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from tests.support.small_ensembles import ensemble

COUNT = 20
END = 20 * DAY


def made(folder, *changes, count=COUNT, seed=3):
    reading = read_scenario("two-towns", [SetNumber(each) for each in ("scenario.horizon=20 d", *changes)])
    ensemble(reading, folder, count, seed=seed)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contrast")
    fewer = "side.east.assaults=1 /d"
    return (
        made(folder / "a"),
        made(folder / "b", fewer),
        made(folder / "other", fewer, seed=8),
        made(folder / "few", fewer, count=1),
    )


def opened(*folders):
    return difference_between(*(EnsembleAtTime(folder) for folder in folders))


def test_at_the_end_it_is_what_compare_says(folders):
    told = compare(Results.open(folders[1]), Results.open(folders[0]))
    found = opened(*folders[:2])
    assert found.is_paired
    assert found.count == COUNT
    for town, gap in found.held(END).items():
        expected = told.towns[town]["held"]
        assert (gap.first, gap.second) == (expected.first, expected.second)
        assert tuple(gap.change) == pytest.approx(tuple(expected.change))
        assert gap.is_significant is expected.change.is_significant
    assert found.held(END)["lypa"].is_significant


def test_with_other_luck_intervals_are_those_of_compare_too(folders):
    told = compare(Results.open(folders[2]), Results.open(folders[0]))
    found = opened(folders[0], folders[2])
    assert not found.is_paired
    for town, gap in found.held(END).items():
        assert tuple(gap.change) == pytest.approx(tuple(told.towns[town]["held"].change))


def test_before_the_end_shares_and_means_are_counted(folders):
    one, other = (EnsembleAtTime(folder) for folder in folders[:2])
    found = difference_between(one, other)
    for day in (0, 4, 9.5, 15):
        t = round(day * DAY)
        gap = found.held(t)["lypa"]
        assert gap.second == one.held("lypa", t).value
        assert gap.first == other.held("lypa", t).value
        assert gap.change.value == pytest.approx(gap.second - gap.first)
    gap = found.losses("west", 12 * DAY + 5)
    assert (gap.second, gap.first) == tuple(each.losses_at("west", 12 * DAY).mean() for each in (one, other))
    assert gap.change.low < gap.change.value < gap.change.high


def test_the_same_luck_and_the_same_outcome_is_no_difference_at_all(folders):
    found = opened(folders[0], folders[0])
    for gap in (*found.held(END).values(), found.losses("west", END), found.supply("lypa", 3 * DAY)):
        assert tuple(gap.change) == (0.0, 0.0, 0.0)
        assert not gap.is_significant


def test_supply_is_told_of_where_runs_say_so(folders):
    one, other = (EnsembleAtTime(folder) for folder in folders[:2])
    for chances, known in ((one, range(5)), (other, range(3, 20))):
        block = chances._supply.copy()
        block[:, 6, 0] = np.nan
        block[known, 6, 0] = np.arange(len(known), dtype=float)
        chances._supply = block
    gap = difference_between(one, other).supply("lypa", 6 * DAY)
    assert (gap.second, gap.first) == (3.5, 0.5)  # only two pairs know both
    one._supply[1:, 6, 0] = np.nan
    assert difference_between(one, other).supply("lypa", 6 * DAY) is None


def test_two_are_needed_with_runs_in_common(folders):
    one = EnsembleAtTime(folders[0])
    assert difference_between(one, one) is None
    assert difference_between(one, None) is None
    assert difference_between(None, one) is None
    assert opened(folders[0], folders[3]) is None
