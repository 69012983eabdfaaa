"""A hindcast scores what it is given: right forecasts well, wrong ones badly, in every reading."""

import json
import math
from datetime import date

import numpy as np
import pytest

from sim.errors import FileError
from sim.experiments.hindcast.control_scores import reliability
from sim.experiments.hindcast.hindcast import hindcast
from sim.experiments.hindcast.naive_forecasts import arrival_days, persistence_forecast, trend_forecast
from sim.experiments.hindcast.neighbourhoods import neighbourhoods
from sim.experiments.hindcast.observations import read_observations
from sim.experiments.hindcast.scoring_period import scoring_period
from sim.experiments.hindcast.trajectories import Trajectories
from sim.model.network import Network
from sim.results.reader import Results
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.statistics.scores import ratio_interval, resampled, roc_auc
from sim.statistics.streams import Streams
from tests.support.past_front import TOWNS, chain, table, trajectories
from tests.support.small_ensembles import ensemble

ROWS = ("2025-01-20,dogwood,not occupied,occupied,Alpha", "2025-02-10,cedar,not occupied,grey,Alpha")
EAST = 1


@pytest.fixture
def front(tmp_path):
    return chain(tmp_path).scenario


def runs(front, fallen, replications=4):
    """Return trajectories in which towns fall on given days, in so many replications of those there are."""
    days = 60
    holders = np.tile(
        [front.side_index(town.held_by) for town in front.towns], (replications, days + 1, 1)
    ).astype(np.int8)
    for town, (day, count) in fallen.items():
        holders[:count, day:, TOWNS.index(town)] = EAST
    losses = np.zeros((replications, days + 1, 2, 7), dtype=int)
    losses[:, :, EAST, 0] = 20 * np.arange(days + 1)
    ground = np.full((replications, days), 0.1)
    return Trajectories(holders, losses, ground, np.ones((replications, days)))


def first_of(runs, count):
    """Return the first so many of some trajectories."""
    return Trajectories(runs.holders[:count], runs.losses[:count], runs.ground[:count], runs.contacts[:count])


def scored(front, tmp_path, fallen, rows=ROWS, advance=0.1, **options):
    truth = read_observations(table(tmp_path, *rows), front)
    window = scoring_period(front, truth, None, date(2025, 2, 28))
    return hindcast(front, truth, window, runs(front, fallen), advance=advance, seed=1, **options)


def test_a_right_forecast_has_a_perfect_score(front, tmp_path):
    found = scored(front, tmp_path, {"dogwood": (20, 4)})
    first = found.readings[0]
    assert (first.source, first.grey, first.changed, first.scored_towns) == ("Alpha", "not occupied", 2, 6)
    assert first.brier["model"] == 0.0
    assert first.skill["persistence"].value == 1.0
    assert first.auc.value == 1.0
    assert first.brier["persistence"] == pytest.approx(2 / 12)


def test_a_doubtful_forecast_scores_between(front, tmp_path):
    found = scored(front, tmp_path, {"dogwood": (20, 2)})
    assert found.readings[0].brier["model"] == pytest.approx(2 * 0.25 / 12)
    assert found.readings[0].skill["persistence"].value == pytest.approx(0.75)
    assert found.readings[0].log_score["model"].value == pytest.approx(2 * math.log(2) / 12)


def test_grey_is_scored_both_ways(front, tmp_path):
    found = scored(front, tmp_path, {"dogwood": (20, 4)})
    assert [reading.grey for reading in found.readings] == ["not occupied", "occupied"]
    assert found.readings[1].brier["model"] == pytest.approx(1 / 12)


def test_readings_in_which_nothing_changed_have_no_skill(front, tmp_path):
    rows = ("2025-01-20,dogwood,not occupied,grey,Alpha", "2025-03-20,dogwood,not occupied,occupied,Beta")
    found = scored(front, tmp_path, {"dogwood": (20, 4)}, rows)
    assert [math.isnan(reading.skill["persistence"].value) for reading in found.readings] == [
        True,
        False,
        True,
    ]


def test_sources_are_scored_apart_and_the_one_asked_for_stands_first(front, tmp_path):
    rows = (*ROWS, "2025-02-01,dogwood,not occupied,occupied,Beta")
    both = scored(front, tmp_path, {"dogwood": (20, 4)}, rows)
    assert [reading.source for reading in both.readings] == ["Alpha", "Alpha", "Beta"]
    beta = scored(front, tmp_path, {"dogwood": (20, 4)}, rows, source="Beta")
    assert beta.readings[0].source == "Beta"
    assert beta.readings[0].brier["model"] == pytest.approx(1 / 12)


def test_towns_that_a_source_has_otherwise_from_the_start_are_named_and_not_scored(front, tmp_path):
    rows = (*ROWS, "2025-02-20,elder,not occupied,occupied,Alpha")
    found = scored(front, tmp_path, {"dogwood": (20, 4)}, rows)
    assert found.opens_otherwise == {"Alpha": {"elder": "not occupied"}}
    assert found.readings[0].scored_towns == 5
    assert found.readings[0].brier["model"] == 0.0


def test_a_window_that_begins_later_is_held_against_who_knew_how_it_stood(front, tmp_path):
    truth = read_observations(table(tmp_path, *ROWS), front)
    window = scoring_period(front, truth, date(2025, 2, 1), date(2025, 2, 28))
    found = hindcast(front, truth, window, runs(front, {"dogwood": (20, 2)}), advance=None, seed=1)
    reading = found.readings[1]  # cedar, which turned grey on 10 February, counts as occupied
    assert reading.brier["latest"] == pytest.approx(1 / 6)
    assert reading.brier["persistence"] == pytest.approx(2 / 6)
    assert reading.skill["latest"].value == pytest.approx(1 - (1 + 0.25) / 1)
    assert "latest" not in scored(front, tmp_path, {}).readings[0].brier


def test_without_an_advance_there_is_no_trend(front, tmp_path):
    found = scored(front, tmp_path, {}, advance=None)
    assert list(found.forecasts) == ["model", "persistence"]
    assert any("# advance" in note for note in found.notes)
    assert {each.what for each in found.amounts} == {"losses", "towns"}


def test_amounts_are_held_against_what_was_reported(front, tmp_path):
    found = scored(front, tmp_path, {"dogwood": (20, 4)})
    soldiers = [each for each in found.amounts if each.name == "personnel"]
    assert [each.happened for each in soldiers] == pytest.approx([20.0, 20.0])
    assert [each.crps for each in soldiers] == pytest.approx([0.0, 0.0])
    tanks = next(each for each in found.amounts if each.name == "tanks")
    assert (tanks.happened, tanks.crps, tanks.is_off) == (pytest.approx(0.4), pytest.approx(0.4), True)
    (advance,) = (each for each in found.amounts if each.what == "advance")
    assert advance.mean == pytest.approx(100.0)
    assert advance.crps == pytest.approx(0.0)
    held = [each.happened for each in found.amounts if each.what == "towns"]
    assert held == [3.0, 3.0]


def test_the_values_have_what_was_promised(front, tmp_path):
    values = scored(front, tmp_path, {"dogwood": (20, 3)}).values()
    json.dumps(values)
    assert set(values["brier"]) == {"model", "persistence", "trend"}
    for name in ("persistence", "trend"):
        assert set(values["skill"][name]) == {"value", "low", "high"}
    assert values["window"]["dates"] == ["2025-01-31", "2025-02-28"]
    assert values["towns"] == 6
    assert set(values["reliability"][0]) == {
        "from", "to", "count", "towns", "forecast", "happened", "happened_low", "happened_high",
        "low", "high", "is_off",
    }  # fmt: skip
    assert {"what", "mean", "low", "high", "happened", "crps"} < set(values["amounts"][0])


def binned(happened, replications):
    """Return the reliability of towns that are neighbourhoods of their own."""
    groups = np.arange(happened.shape[1])
    return reliability(happened, replications, groups, resampled(tuple(groups), Streams(1)["test"], 400))


def test_a_forecast_that_is_sure_and_wrong_is_off():
    # ten towns change in every second replication, fifty never
    replications = np.zeros((200, 1, 60))
    replications[:, 0, 50:] = (np.arange(10)[None, :] + np.arange(200)[:, None]) % 2
    happened = np.array([[1.0] * 25 + [0.0] * 25 + [1.0] * 5 + [0.0] * 5])
    low, middle = binned(happened, replications)
    assert (low.is_off, middle.is_off) == (True, False)
    assert (low.count, low.towns, middle.happened) == (50, 50, 0.5)
    assert low.happened_low < 0.5 < low.happened_high


def test_a_town_that_stays_fallen_is_not_so_many_cases():
    # each of four towns changes for good in three of ten replications, or anew at each date
    rng = Streams(3)["test"]
    once = np.array(rng.uniforms(400 * 4)).reshape(400, 1, 4) < 0.3
    anew = np.array(rng.uniforms(400 * 32)).reshape(400, 8, 4) < 0.3
    happened = np.zeros((8, 4))
    happened[:, 0] = 1.0
    (lasting,) = binned(happened, np.tile(once, (1, 8, 1)).astype(float))
    (fresh,) = binned(happened, anew.astype(float))
    assert (lasting.count, lasting.towns) == (fresh.count, fresh.towns) == (32, 4)
    # a share of four towns scatters as sqrt(.21/4), of 32 cases as sqrt(.21/32)
    assert lasting.high - lasting.low > 2.0 * (fresh.high - fresh.low)


def test_right_forecasts_are_called_off_as_seldom_as_the_level_says():
    rng = Streams(4)["test"]
    off = 0
    for _ in range(300):
        # how likely each of 40 towns is to change lies near 0; the truth is one more draw
        chances = 0.1 * np.array(rng.uniforms(40)) ** 2
        drawn = (np.array(rng.uniforms(101 * 40)).reshape(101, 1, 40) < chances).astype(float)
        off += binned(drawn[0], drawn[1:])[0].is_off
    assert off / 300 < 0.15


def test_discrimination_is_a_half_without_knowledge_and_unknown_without_both():
    assert roc_auc(np.full(8, 0.3), np.array([0, 1] * 4)) == 0.5
    assert math.isnan(roc_auc(np.full(3, 0.3), np.ones(3)))


def test_neighbourhoods_hold_every_town_and_near_ones_together(front):
    assert neighbourhoods(Network(front)) == (0,) * 6
    baseline = Network(read_scenario("kupiansk").scenario)
    groups = neighbourhoods(baseline)
    assert sorted(set(groups)) == list(range(12))
    for group in set(groups):
        own = [town for town, number in enumerate(groups) if number == group]
        reached, waiting = {own[0]}, [own[0]]
        while waiting:
            for _, other in baseline.adjacent[waiting.pop()]:
                if groups[other] == group and other not in reached:
                    reached.add(other)
                    waiting.append(other)
        assert len(reached) == len(own)


def test_resampling_a_ratio_covers_it():
    groups = [0, 0, 1, 2, 3]
    drawn = resampled(groups, Streams(1)["test"], 400)
    assert drawn.sum(axis=1).tolist() == [4] * 400
    found = ratio_interval(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 4.0), drawn)
    assert found.low < found.value == 0.625 < found.high
    assert math.isnan(ratio_interval(np.ones(4), np.zeros(4), drawn).low)


def test_the_front_goes_on_town_by_town(front):
    # the front stands in the middle of the 3 km between dogwood and elder; each town is 1 km deep
    days = arrival_days(front, EAST, 0.1)
    assert days[3:] == pytest.approx([25.0, 0.0, 0.0])
    assert days[2] == pytest.approx(25.0 + 40.0)
    assert arrival_days(front, EAST, 0.0)[3] == math.inf
    assert trend_forecast(front, EAST, 0.1, [24, 26])[:, 3].tolist() == [0.0, 1.0]
    assert persistence_forecast(front, EAST, 2).tolist() == [[0, 0, 0, 0, 1, 1]] * 2


def test_trajectories_count_the_ground_that_fronts_and_falls_gain(front):
    found = trajectories(front, 5, 0, EAST)
    assert found.holders.shape == (1, 61, 6)
    assert (found.holders[0, 0] == [0, 0, 0, 0, 1, 1]).all()
    fallen = int((found.holders[0, -1] == EAST).sum()) - 2
    assert fallen >= 1
    # every town that fell took 3 km of road and 1 km of ground; the first road was half gone at the start
    least = 4.0 * fallen - 1.5
    assert least <= found.ground.sum() + 0.01 < least + 4.0
    assert (np.diff(found.losses, axis=1) >= 0).all()
    other = trajectories(front, 5, 0, 0)
    assert other.ground.tolist() == (-found.ground).tolist()
    assert other.contacts.tolist() == found.contacts.tolist()
    assert (found.contacts[0, :59] >= 1).all()
    assert (found.contacts[0, 59], found.ground[0, 59]) == (0, 0)  # what the last day gains is not seen


def test_a_trajectory_that_ends_early_stays_as_it_ended(tmp_path):
    reading = chain(tmp_path)
    ending = read_scenario(reading.path, [SetNumber('scenario.ends=["dogwood held by east for 1 d"]')])
    early, whole = (trajectories(each.scenario, 5, 0, EAST) for each in (ending, reading))
    assert early.holders.shape == whole.holders.shape
    fell = int(np.argmax(whole.holders[0, :, 3] == EAST))
    assert (early.holders[0, : fell + 1] == whole.holders[0, : fell + 1]).all()
    assert (early.losses[0, -1] == early.losses[0, fell + 3]).all()
    assert early.ground[0, 58:].sum() == early.contacts[0, 58:].sum() == 0.0


def test_the_trajectories_of_an_ensemble_are_those_of_its_replications(tmp_path):
    reading = chain(tmp_path)
    ensemble(reading, tmp_path / "e", 3, seed=5)
    found = Trajectories.of_results(Results.open(tmp_path / "e"), EAST, 60)
    alone = Trajectories.joined([trajectories(reading.scenario, 5, number, EAST) for number in range(3)])
    for name in Trajectories.__slots__:
        assert getattr(found, name).tolist() == getattr(alone, name).tolist(), name


def test_an_ensemble_without_the_ground_gained_is_not_scored(tmp_path, monkeypatch):
    reading = chain(tmp_path)
    ensemble(reading, tmp_path / "e", 1, seed=5)
    results = Results.open(tmp_path / "e")
    daily = results.daily()
    monkeypatch.setattr(results, "daily", lambda: {**daily, "ground": np.nan * daily["ground"]})
    with pytest.raises(FileError, match="does not record the ground gained"):
        Trajectories.of_results(results, EAST, 60)
