"""The same scenario, seed and replication give the same events, whatever else happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.engine.simulation import simulate
from sim.model.events import DayStarted, FiresFell
from sim.statistics.streams import Streams
from tests.support.folded_events import folded
from tests.support.fronts import bundled, digest, played

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
DIGEST_OF_FIVE_DAYS = """
import dataclasses
from sim.recording.records import EventDigest
from sim.engine.simulation import simulate
from sim.scenario_file.read import read_scenario
lines = EventDigest()
scenario = dataclasses.replace(read_scenario("kupiansk").scenario, horizon=5 * 86_400)
simulate(scenario, 1, emit=lines.emit)
print(lines.hexdigest())
"""


def test_the_same_seed_gives_the_same_events():
    scenario = bundled("kupiansk", 10)
    assert digest(scenario, 1) == digest(scenario, 1)


def test_what_ran_before_does_not_matter():
    scenario = bundled("two-towns", 10)
    alone = digest(scenario, 1)
    digest(bundled("kupiansk", 3), 5)
    assert digest(scenario, 1) == alone


def test_another_seed_gives_other_events():
    scenario = bundled("two-towns", 10)
    assert digest(scenario, 1) != digest(scenario, 2)


def test_another_replication_gives_other_events():
    scenario = bundled("two-towns", 10)
    assert digest(scenario, 1, replication=1) != digest(scenario, 1)
    assert digest(scenario, 1, replication=1) == digest(scenario, 1, replication=1)


def test_the_hash_seed_does_not_matter():
    def elsewhere(hash_seed: str) -> str:
        command = [sys.executable, "-c", DIGEST_OF_FIVE_DAYS]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return told.stdout.strip()

    here = digest(bundled("kupiansk", 5), 1)
    assert [elsewhere("0"), elsewhere("1")] == [here, here]


def test_nothing_depends_on_whether_anybody_listens():
    scenario = bundled("kupiansk", 30)
    outcome, _ = played(scenario, 3, has_checks=False)
    alone = simulate(scenario, 3)
    assert alone == outcome


def test_checks_change_no_event():
    scenario = bundled("kupiansk", 10)
    assert digest(scenario, 2, has_checks=True) == digest(scenario, 2)


def test_streams_given_are_those_that_are_used():
    scenario = bundled("two-towns", 10)
    assert digest(scenario, 1, streams=Streams(7, 3)) == digest(scenario, 7, replication=3)


def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    short, long = bundled("kupiansk", 5), bundled("kupiansk", 8)
    told, more = played(short, 4)[1], played(long, 4)[1]
    assert told[:-1] == more[: len(told) - 1]


def test_time_never_runs_backwards_in_what_is_told():
    _, told = played(bundled("kupiansk", 20), 6)
    times = [t for t, _ in told]
    assert times == sorted(times)
    assert all(isinstance(t, int) for t in times)


def test_the_books_are_those_of_the_events_alone():
    scenario = bundled("kupiansk", 20)
    outcome, told = played(scenario, 9)
    state = folded(scenario, told)
    assert state.held_by == outcome.state.held_by
    assert [event.day for _, event in told if isinstance(event, DayStarted)] == list(range(20))
    lost = [0, 0]
    for _, event in told:
        if isinstance(event, FiresFell):
            lost[event.side == "ua"] += event.losses[0]
    assert 0 < lost[0] <= outcome.state.sides["ua"].losses[0]
    assert 0 < lost[1] <= outcome.state.sides["ru"].losses[0]
