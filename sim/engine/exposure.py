"""How far roads lie under interdiction, from day to day, and what that is expected to cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.domain.events import RoutesExposed
from sim.domain.interdiction import exposure, nearest_front
from sim.domain.quantities import VEHICLES

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import World

EXPOSURE_DIGITS: Final = 6
"""Decimals in which exposure is kept, so that the last bits of a machine's exp do not matter."""
DIGITS: Final = 2
"""Decimals in which expected losses are kept and told."""
CHANGE: Final = 0.015
"""Change of an expected loss that is worth a new plan."""


def measure_exposure(run: Run, *, moved: bool) -> None:
    """Measure how far routes lie under interdiction, and what that is expected to cost.

    Parameters
    ----------
    run
        The run.
    moved
        Whether fronts have moved since the last time, so that distances are taken anew.

    Emits
    -----
    RoutesExposed
        Where an expected loss changed.
    """
    world = run.world
    if moved or run.distances is None:
        run.distances = nearest_front(run.samples, front_points(world))
    weather = world.scenario.weather
    reach = weather.reach[world.weathers[world.day]] if weather.is_on else 1.0
    exposed = np.round(exposure(run.distances, [side.reach * reach for side in world.sides]), EXPOSURE_DIGITS)
    world.exposed_to = exposed.tolist()
    hazards = [[side.hazard * run.force_effect(side.number) / world.speed] for side in world.sides]
    attacks = exposed * run.hours * np.array(hazards)
    world.risk = (attacks * (world.intensity * world.loads[VEHICLES]))[::-1].tolist()
    expected = np.round(-np.expm1(-attacks) * world.scenario.interdiction.vehicles_lost, DIGITS)
    owners = np.array(world.owners)
    shares = np.where(owners == 0, expected[1], np.where(owners == 1, expected[0], 0.0))
    before = world.expected_loss
    is_small = (np.abs(shares - before) < CHANGE) & (before > 0.0) & (owners >= 0)
    shares[is_small] = before[is_small]
    world.expected_loss = shares
    if world.is_heard and (moving := np.flatnonzero(shares != before)).size:
        names = world.network.routes
        world.tell(RoutesExposed, shares={names[e]: float(shares[e]) for e in moving.tolist()})


def front_points(world: World) -> np.ndarray:
    """Return where the fronts stand, shape (contacts, 2); km in the network's plane."""
    network, routes = world.network, list(world.front)
    if not routes:
        return np.zeros((0, 2))
    share = np.array(list(world.front.values())) / np.array(network.length)[routes]
    first = network.xy[np.array(network.start)[routes]]
    last = network.xy[np.array(network.end)[routes]]
    return np.asarray(first + np.clip(share, 0.0, 1.0)[:, None] * (last - first))
