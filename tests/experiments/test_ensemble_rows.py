"""An ensemble's rows: what a recording of the same replication says, and nothing is disturbed by looking."""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.analysis.timeline import timeline_of
from sim.engine.simulation import simulate
from sim.experiments.running.sampling import Sampler
from sim.experiments.running.worker import packed_task, run_batch
from sim.model.quantities import CATEGORIES, DAY
from sim.model.scenario import EndCondition
from sim.recording.reader import Recording
from sim.recording.records import EventDigest
from sim.results.reader import Results
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from tests.support.small_ensembles import SEED, content, ensemble, task_of


@pytest.fixture(scope="module")
def pair(reading, tmp_path_factory):
    """Return three recorded replications: the results, and the recordings."""
    folder = tmp_path_factory.mktemp("rows") / "e"
    ensemble(reading, folder, 3, is_recorded=True)
    results = Results.open(folder)
    return results, {number: Recording.open(path) for number, path in results.recordings.items()}


def test_every_day_is_what_the_recording_says_of_it(pair):
    results, recordings = pair
    assert list(recordings) == [0, 1, 2]
    towns = results.names.towns
    held, strength = results.town_series("held_by"), results.town_series("strength")
    for row, recording in enumerate(recordings.values()):
        for day in range(results.days + 1):
            state = recording.state_at(day * DAY)
            assert [results.names.sides[int(side)] for side in held[row, day]] == list(state.held_by.values())
            assert strength[row, day].tolist() == [state.strength[town] for town in towns]


def test_days_of_supply_are_what_the_timeline_shows(pair):
    results, recordings = pair
    lasting = results.town_series("days_of_supply")
    for row, recording in enumerate(recordings.values()):
        timeline = timeline_of(recording)
        for number, town in enumerate(results.names.towns):
            shown = dict(zip(timeline.times, timeline.days[town], strict=True))
            expected = [shown[day * DAY] for day in range(results.days + 1)]
            expected = np.array([math.nan if each is None else each for each in expected])
            np.testing.assert_allclose(lasting[row, :, number], expected, atol=0.000501, rtol=1e-6)


def test_more_fires_from_a_day_on_leave_the_days_of_supply_before_it(reading):
    def lasting(loaded):
        sampler = Sampler(0)
        rows = sampler.rows(simulate(loaded.scenario, SEED, observe=sampler.look))
        return rows["towns"]["days_of_supply"].reshape(-1, len(loaded.scenario.towns))

    key = f"side.{reading.scenario.sides[0].id}.fires@d3"
    was = lasting(reading)
    now = lasting(
        read_scenario(reading.name, [SetNumber("scenario.horizon=10 d"), SetNumber(f"{key}=60 /d")])
    )
    np.testing.assert_array_equal(now[:3], was[:3])
    assert not np.array_equal(now[3:], was[3:], equal_nan=True)


def test_sides_by_day_and_at_the_end_are_what_the_books_say(pair):
    results, recordings = pair
    totals = results.replications()
    for row, recording in enumerate(recordings.values()):
        for day in range(results.days + 1):
            state = recording.state_at(day * DAY)
            for number, side in enumerate(results.names.sides):
                books = state.sides[side]
                own = [town for town, holder in state.held_by.items() if holder == side]
                expected = {
                    "strength": books.reserve + sum(state.strength[town] for town in own),
                    "towns": len(own),
                    "arrived": books.arrived,
                    **{f"lost_{name}": books.losses[i] for i, name in enumerate(CATEGORIES)},
                    "stock": math.fsum(state.stock[town] for town in own),
                    "entered": books.entered + books.captured,
                    "consumed": books.consumed,
                    "supply_lost": books.lost,
                }
                for column, value in expected.items():
                    found = results.side_series(column)[row, day, number]
                    assert found == pytest.approx(value, rel=1e-6), (side, day, column)
                    if day == results.days:
                        assert totals[f"{side}_{column}"][row] == pytest.approx(value, rel=1e-9), column


def test_a_replication_is_what_a_run_of_its_number_is(pair, reading):
    _, recordings = pair
    for number, recording in recordings.items():
        digest = EventDigest()
        simulate(reading.scenario, SEED, replication=number, emit=digest.emit)
        assert recording.digest == digest.hexdigest()
        assert recording.header.replication == number
        recording.check()


@pytest.mark.untraced
def test_being_recorded_changes_no_row(pair, reading, tmp_path):
    results, _ = pair
    ensemble(reading, tmp_path / "e", 3)
    assert content(tmp_path / "e") == content(results.folder)


def test_changes_are_the_towns_that_fell(tmp_path):
    reading = read_scenario("kupiansk", [SetNumber("scenario.horizon=40 d")])
    ensemble(reading, tmp_path / "e", 2, is_recorded=True)
    results = Results.open(tmp_path / "e")
    changes = results.changes()
    assert len(changes["day"]) > 2
    for row, (number, path) in enumerate(results.recordings.items()):
        state = Recording.open(path).state_at(results.meta.horizon)
        here = changes["replication"] == number
        found = {}
        for day, town in zip(changes["day"][here], changes["town"][here], strict=True):
            found.setdefault(results.names.towns[town], []).append(day * DAY)
        assert {town: [round(t) for t in times] for town, times in found.items()} == {
            town: sorted(times) for town, times in state.changed_at.items()
        }
        is_held = [state.held_by[town] == side for town, side in results.meta.first_holders.items()]
        assert results.is_held()[row].tolist() == is_held
        first = [min(state.changed_at.get(town, [math.nan])) / DAY for town in results.names.towns]
        np.testing.assert_allclose(results.first_lost_days()[row], first)


def test_a_run_that_a_condition_ends_has_rows_to_its_last_whole_day(small, tmp_path):
    town = small.scenario.towns[0]
    end = EndCondition(town=town.id, held_by=town.held_by, duration=5 * DAY // 2)
    reading = SimpleNamespace(
        scenario=dataclasses.replace(small.scenario, ends=(end,)), document=small.document
    )
    ensemble(reading, tmp_path / "e", 1)
    results = Results.open(tmp_path / "e")
    assert results.ended_days().tolist() == [2.5]
    assert results.replications()["reason"].tolist() == [1]
    assert results.replications()["note"].tolist() == [f"{town.id} held by {town.held_by}"]
    assert sorted(set(results.daily()["day"].tolist())) == [0, 1, 2]
    series = results.side_series("strength")
    assert np.isnan(series[0, 3:]).all()
    assert not np.isnan(series[0, :3]).any()


def test_a_horizon_at_midnight_is_the_last_row_once(small, tmp_path):
    ensemble(small, tmp_path / "e", 1)
    results = Results.open(tmp_path / "e")
    days = results.daily()["day"].tolist()
    assert days == [day for day in range(results.days + 1) for _ in results.names.sides]


def test_nothing_seen_makes_no_rows(small):
    outcome = simulate(small.scenario, 1)
    with pytest.raises(ValueError, match="nothing was"):
        Sampler(0).rows(outcome)


def test_a_worker_hands_back_one_part_for_each_run_of_numbers(small):
    batch = run_batch(packed_task(task_of(small)), [4, 5, 9])
    assert [shard.name for shard, _ in batch.content.shards] == ["00004-00005.parquet", "00009-00009.parquet"]
    assert (batch.failed, batch.content.recordings, batch.was_stopped) == ({}, {}, False)
