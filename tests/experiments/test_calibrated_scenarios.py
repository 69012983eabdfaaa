"""The calibrated scenarios buy no ground with losses, and are what the command in them makes."""

import shlex

import numpy as np
import pytest

from sim.engine.simulation import simulate
from sim.model.quantities import CATEGORIES
from sim.model.reported_losses import reported_rates
from sim.results.posterior import changes_to, read_posterior
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_document, read_scenario

DAYS = 5
RUNS = 40
NEAR = 0.05
WORTH = 40
"""Vectors of equal weight that a published sample is worth, at least."""
CALIBRATED = ("kupiansk-calibrated", "kupiansk-calibrated-april")


@pytest.mark.slow
@pytest.mark.parametrize("name", CALIBRATED)
def test_the_first_days_are_within_a_twentieth_or_three_standard_errors_of_all_reported_rates(name):
    reading = read_scenario(name, [SetNumber(f"scenario.horizon={DAYS} d")])
    sample = read_posterior(name)
    rows = []
    for replication in range(RUNS):
        scenario = read_document(reading.document, changes_to(reading.scenario, sample.drawn(1, replication)))
        outcome = simulate(scenario, 1, replication=replication)
        rows.append([outcome.state.sides[side.id].losses for side in scenario.sides])
    daily = np.array(rows) / DAYS
    rates = np.array(reported_rates(reading.scenario))
    mean, error = daily.mean(axis=0), daily.std(axis=0, ddof=1) / np.sqrt(RUNS)
    allowed = np.maximum(NEAR * rates, 3.0 * error)
    off = [
        f"{side.id} {category}: {mean[s, c]:.3f} ± {error[s, c]:.3f} a day, not {rates[s, c]:.3f}"
        for s, side in enumerate(reading.scenario.sides)
        for c, category in enumerate(CATEGORIES)
        if abs(mean[s, c] - rates[s, c]) > allowed[s, c]
    ]
    assert off == []


@pytest.mark.parametrize("name", CALIBRATED)
def test_a_published_scenario_holds_what_its_sample_says_and_the_command_that_made_both(name):
    reading, sample = read_scenario(name), read_posterior(name)
    (made,) = (note for note in sample.notes if note.startswith("Made by: frontsim calibrate "))
    assert f"# {made}\n" in reading.path.read_text("utf-8")
    words = shlex.split(made)
    assert words[words.index("-o") + 1] == f"scenarios/{name}.toml"
    assert words[4] == "kupiansk-reported-months"
    numbers = {each.key: each for each in reading.scenario.parameters if each.source == "calibration"}
    assert set(numbers) == set(sample.keys) > {"command.axis_spread"}
    for key, number in numbers.items():
        assert number.status == "calibrated"
        for share, value in ((0.5, number.value), (0.05, number.low), (0.95, number.high)):
            assert value == pytest.approx(sample.quantile(key, share), rel=1e-3)
    assert 1.0 / (sample.weights**2).sum() > WORTH
