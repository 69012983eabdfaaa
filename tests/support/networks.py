"""Small scenarios and random networks that the tests of the ground floor share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import settings

from sim.model.quantities import DAY
from sim.model.scenario import Route, Scenario, Side, Town

if TYPE_CHECKING:
    from collections.abc import Sequence

seeded = settings(derandomize=True, deadline=None)
"""Decorates a property so that it is tried on the same examples each time, however slow the machine."""
START = date(2025, 1, 27)
SIDES = (Side(id="a", name="A"), Side(id="b", name="B"))


def chance(seed: int) -> np.random.Generator:
    """Return a generator that depends on nothing but its seed."""
    return np.random.Generator(np.random.PCG64(seed))


def scenario_of(towns: Sequence[Town], routes: Sequence[Route], **others) -> Scenario:
    """Return a scenario of ten days around these towns and routes."""
    return Scenario(
        name="test",
        start=START,
        horizon=10 * DAY,
        sides=others.pop("sides", SIDES),
        towns=tuple(towns),
        routes=tuple(routes),
        **others,
    )
