"""Scenarios short enough to be run many times."""

import pytest

from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from tests.support.front_with_ranges import TEXT


@pytest.fixture(scope="session")
def reading():
    """Return ten days of the baseline."""
    return read_scenario("kupiansk", [SetNumber("scenario.horizon=10 d")])


@pytest.fixture(scope="session")
def small():
    """Return two towns, of which each run takes milliseconds."""
    return read_scenario("two-towns", [SetNumber("scenario.horizon=8 d")])


@pytest.fixture
def front(tmp_path):
    """Return two towns with a third, and numbers with ranges and sources."""
    path = tmp_path / "front.toml"
    path.write_text(TEXT, encoding="utf-8")
    return read_scenario(path)
