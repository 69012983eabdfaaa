"""Two forecasts without a model, for a model to be held against: persistence, and a trend.

Persistence: every town stays with who holds it. Trend: the front goes on at one rate along the same routes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.hindcast.neighbourhoods import distances
from sim.model.initial_state import opening_state
from sim.model.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.quantities import Days, Kilometres
    from sim.model.scenario import Scenario


def persistence_forecast(scenario: Scenario, side: int, dates: int) -> np.ndarray:
    """Return the forecast that no town changes hands.

    Chance that each town is occupied; shape (dates, towns).
    """
    held = [float(scenario.side_index(town.held_by) == side) for town in scenario.towns]
    return np.tile(held, (dates, 1))


def trend_forecast(scenario: Scenario, side: int, rate: Kilometres, days: Sequence[int]) -> np.ndarray:
    """Return the forecast that the front goes on at one rate along every route.

    It crosses what is left of each contact, then the town's built-up ground; from there it goes on along the
    town's other routes. Chance that each town is occupied, 0 or 1; shape (dates, towns).
    """
    arrivals = np.array(arrival_days(scenario, side, rate))
    return (arrivals[None, :] <= np.array(days)[:, None]).astype(float)


def arrival_days(scenario: Scenario, side: int, rate: Kilometres) -> list[Days]:
    """Return when the front has crossed each town; 0 where the side holds it from the start."""
    network = Network(scenario)
    held = [scenario.side_index(town.held_by) == side for town in scenario.towns]
    if rate <= 0.0:
        return [0.0 if is_own else math.inf for is_own in held]
    fronts = {network.route[name]: front for name, front in opening_state(scenario, network).fronts.items()}

    def days(route: int, town: int) -> Days:
        length = network.length[route]
        gone = 0.0
        if route in fronts:
            gone = length - fronts[route] if network.start[route] == town else fronts[route]
        return max(0.0, length - gone + scenario.towns[town].depth) / rate

    return distances(network, [town for town, is_own in enumerate(held) if is_own], days)
