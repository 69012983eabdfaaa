"""What an ensemble says of a moment, held against counting by hand over its own tables."""

import numpy as np
import pytest

from sim.analysis.ensemble import EnsembleAtTime
from sim.analysis.moment import moment_text
from sim.errors import FileError, UsageError
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.recording.records import Header
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.reader import Results
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from tests.support.small_ensembles import ensemble, meta_of

COUNT = 12


@pytest.fixture(scope="module")
def reading():
    return read_scenario("kupiansk", [SetNumber("scenario.horizon=30 d")])


@pytest.fixture(scope="module")
def folder(reading, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chances") / "many"
    ensemble(reading, folder, COUNT).record([4])
    return folder


@pytest.fixture(scope="module")
def chances(folder):
    return EnsembleAtTime(folder)


def test_shares_at_days_are_those_of_the_towns_table(folder, chances):
    results = Results.open(folder)
    held = results.town_series("held_by")
    first = [results.names.sides.index(side) for side in results.meta.first_holders.values()]
    open_towns = 0
    for day in (0, 7, 20, 30):
        for number, town in enumerate(results.names.towns):
            count = int((held[:, day, number] == first[number]).sum())
            found = chances.held(town, day * DAY)
            assert found.value == count / COUNT, (day, town)
            assert found.low <= found.value <= found.high
            open_towns += 0 < count < COUNT
    assert open_towns > 3
    assert chances.held("kupiansk", 400 * DAY) == chances.held("kupiansk", 30 * DAY)


def test_a_share_changes_at_the_moment_a_town_does_and_not_when_the_day_ends(folder, chances):
    changes = Results.open(folder).changes()
    row = int(np.argmin(changes["day"]))
    t = float(changes["day"][row]) * DAY
    town = chances.results.names.towns[changes["town"][row]]
    assert chances.held(town, int(t) - 1).value == 1.0
    assert chances.held(town, int(t) + 1).value == 1.0 - 1 / COUNT


def test_a_runs_place_is_the_share_of_the_tables_runs_below_it(folder, chances):
    series = Results.open(folder).side_series("lost_personnel")[:, :, 0]
    side = chances.results.names.sides[0]
    assert chances.losses_place(side, 20 * DAY + 5, series[:, 20].max() + 1) == 1.0
    assert chances.losses_place(side, 20 * DAY, series[:, 20].min() - 1) == 0.0


def test_how_many_towns_changed_is_counted_once_each(folder, chances):
    changes = Results.open(folder).changes()
    towns = [len(set(changes["town"][changes["replication"] == number].tolist())) for number in range(COUNT)]
    for count in (0, 1, 2, 4):
        assert chances.changed_at_least(count) == sum(each >= count for each in towns) / COUNT


def test_its_own_runs_are_told_from_others(reading, chances, folder):
    own = Recording.open(folder / "recordings" / "00004.jsonl.gz")
    assert chances.holds(own.header)
    assert chances.fits(own.scenario)
    other = read_scenario("kupiansk", [SetNumber("scenario.horizon=31 d")])
    assert not chances.holds(Header.of(other.scenario, other.document, seed=3))
    assert not chances.holds(Header.of(reading.scenario, reading.document, seed=4))
    assert chances.fits(other.scenario)
    assert not chances.fits(read_scenario("two-towns").scenario)
    assert chances.numbers == tuple(range(COUNT))
    assert list(chances.recordings) == [4]


def test_a_moment_says_how_usual_it_is(chances, folder):
    own = Recording.open(folder / "recordings" / "00004.jsonl.gz")
    text = moment_text(own.scenario, own.state_at(9 * DAY), own.header, chances)
    low = round(100 * chances.held("kupiansk", 30 * DAY).low)
    expected = f"In all 12 replications Kupiansk is held by Ukraine on day 30 in 100 % ({low} to 100)."
    assert text.splitlines()[-1] == expected
    assert expected not in moment_text(own.scenario, own.state_at(9 * DAY), own.header)


def test_an_ensemble_without_a_replication_says_nothing(reading, tmp_path):
    with EnsembleFolder(tmp_path / "none", meta_of(reading, 5)):
        pass
    with pytest.raises(UsageError, match="holds no replication yet"):
        EnsembleAtTime(tmp_path / "none")
    with pytest.raises(FileError, match="frontsim ensemble"):
        EnsembleAtTime(tmp_path / "nothing")
