"""Far beyond the months that are known the calibrated scenario stays sane."""

import numpy as np
import pytest

from sim.engine.simulation import simulate
from sim.experiments.hindcast.scoring_period import reported_in
from sim.model.quantities import CATEGORIES, PERSONNEL
from sim.results.posterior import changes_to, read_posterior
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_document, read_scenario

DAYS = 600
RUNS = 3
REAR = ("kharkiv", "chuhuiv", "izium", "valuyki", "svatove")
"""Cities and bases, each some 40 km and more behind a front that moves 23 m a day."""


@pytest.mark.slow
def test_six_hundred_days_wear_nobody_out_reach_no_city_and_keep_to_the_rates():
    reading = read_scenario("kupiansk-calibrated", [SetNumber(f"scenario.horizon={DAYS} d")])
    sample = read_posterior("kupiansk-calibrated")
    opening = {town.id: town.held_by for town in reading.scenario.towns}
    lost, left = [], []
    for replication in range(RUNS):
        scenario = read_document(reading.document, changes_to(reading.scenario, sample.drawn(1, replication)))
        strengths = []

        def look(front, strengths=strengths):
            held = list(zip(front.strength, front.holder, strict=True))
            strengths.append(
                [own.reserve + sum(s for s, side in held if side == own.number) for own in front.sides]
            )

        outcome = simulate(scenario, 1, replication=replication, observe=look)
        assert outcome.reason == "horizon"
        assert {town: outcome.state.held_by[town] for town in REAR} == {town: opening[town] for town in REAR}
        left.append(np.array(strengths).min(axis=0) / strengths[0])
        lost.append(outcome.state.sides["ru"].losses / reported_in(scenario, 0, DAYS)[1])
    assert np.min(left) > 0.1
    assert np.mean(left) > 0.5
    shares = np.mean(lost, axis=0)
    assert shares[PERSONNEL] == pytest.approx(1.0, abs=0.25)
    assert [name for name, share in zip(CATEGORIES, shares, strict=True) if not 0.5 < share < 2.0] == []
