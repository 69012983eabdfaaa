"""Tonnes and soldiers balance, and the events alone give the engine's own books: on every front there is."""

import pytest
from hypothesis import HealthCheck, given, settings

from sim.engine.front.front import Front
from sim.errors import InvariantError
from sim.recording.ledger import imbalance
from sim.scenario_file.bundled import bundled_scenarios
from tests.support.books import differences
from tests.support.folded_events import folded
from tests.support.fronts import bundled, played
from tests.support.random_fronts import scenarios

NAMES = tuple(each.name for each in bundled_scenarios())
RANDOM = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def books_agree(scenario, seed=1):
    """Play a scenario with every invariant checked daily; then hold both books against each other."""
    outcome, told = played(scenario, seed)
    state = folded(scenario, told)
    assert differences(outcome.state, state) == []
    assert not any(each.is_broken for each in imbalance(state).values())


@pytest.mark.untraced
@pytest.mark.parametrize("name", NAMES)
def test_the_books_of_bundled_scenarios_balance_over_the_first_days(name):
    books_agree(bundled(name, 11.3), 2)


@pytest.mark.untraced
@settings(RANDOM, max_examples=30)
@given(scenarios())
def test_the_books_of_random_fronts_balance(scenario):
    books_agree(scenario)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_books_of_bundled_scenarios_balance_to_the_end(name):
    books_agree(bundled(name), 3)


@pytest.mark.slow
@settings(RANDOM, max_examples=100)
@given(scenarios())
def test_the_books_of_many_random_fronts_balance(scenario):
    books_agree(scenario, 2)


@pytest.mark.untraced
def test_one_convoys_lost_tonnes_forgotten(monkeypatch):
    attack_convoy, forgotten = Front.attack_convoy, []

    def forgetful(front, convoy, *others):
        side = front.sides[convoy.side]
        lost = side.lost
        attack_convoy(front, convoy, *others)
        if not forgotten and side.lost > lost:
            forgotten.append(side.lost - lost)
            side.lost = lost

    monkeypatch.setattr(Front, "attack_convoy", forgetful)
    with pytest.raises(InvariantError, match="tonnes of ru do not balance"):
        played(bundled("kupiansk", 2), 1)
    assert len(forgotten) == 1
