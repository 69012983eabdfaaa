"""Steps from the last answer come to the answer that HiGHS gives, however far away it lies."""

import numpy as np
import pytest

from sim.model.supply import dual_simplex, supply_lp
from tests.support.networks import chance
from tests.support.supply_questions import random_question


def walk(seed, few_towns, monkeypatch):
    """Return the plans of one side whose limits are all drawn anew, again and again."""
    monkeypatch.setattr(supply_lp, "FEW_TOWNS", few_towns)
    case, rng, found = random_question(seed, whole=False), chance(seed), []
    lp = case.lp()
    for _ in range(12):
        capacity = case.capacity * rng.choice([0.0, 0.3, 0.9, 1.0, 1.4], size=len(case.capacity))
        demand = [round(need * rng.uniform(0.2, 2.0), 3) for need in case.demand]
        lp.solve(capacity, demand, case.bases)
        found.append(lp.plan.amounts)
    return np.array(found)


@pytest.mark.parametrize("most_steps", [0, 2, 40])
def test_an_answer_found_by_steps_is_that_of_highs(most_steps, monkeypatch):
    asked = []
    ask = supply_lp.Subnetwork._ask
    monkeypatch.setattr(supply_lp.Subnetwork, "_ask", lambda *lp: (asked.append(lp), ask(*lp))[1])
    monkeypatch.setattr(dual_simplex, "MOST_STEPS", most_steps)
    for seed in range(12):
        stepped = walk(seed, 1000, monkeypatch)
        few = len(asked)
        assert stepped == pytest.approx(walk(seed, 0, monkeypatch), abs=1e-6), seed
        assert few < len(asked) or not most_steps
        asked.clear()
