"""How far roads lie under interdiction, from day to day, and what that is expected to cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.events import RoutesExposed
from sim.model.interdiction import exposure, nearest_front
from sim.model.quantities import VEHICLES

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
    exposed = exposure(run.distances, [side.reach * reach for side in world.sides]).round(EXPOSURE_DIGITS)
    world.exposed_to = exposed.tolist()
    _aim(world, exposed)
    run.set_clocks()
    hazards = [[side.hazard * run.force_effect(side.number) / world.speed] for side in world.sides]
    attacks = exposed * run.hours * np.array(hazards)
    world.risk = (attacks * (world.intensity * world.loads[VEHICLES]))[::-1].tolist()
    expected = (-np.expm1(-attacks) * world.scenario.interdiction.vehicles_lost).round(DIGITS)
    shares = np.where(world.is_of[0], expected[1], expected[0])
    shares[world.is_contact] = 0.0
    before = world.expected_loss
    is_small = (np.abs(shares - before) < CHANGE) & (before > 0.0) & ~world.is_contact
    world.expected_loss = shares = np.where(is_small, before, shares)
    if world.has_listeners and (moving := np.flatnonzero(shares != before)).size:
        names = world.network.routes
        world.tell(RoutesExposed, shares={names[e]: float(shares[e]) for e in moving.tolist()})


def _aim(world: World, exposed: np.ndarray) -> None:
    """Set how much each side strikes each of the other's routes."""
    for side in world.sides:
        weights = np.where(world.is_of[1 - side.number], exposed[side.number] * world.strike_weight, 0.0)
        routes = np.flatnonzero(weights)
        world.targets[side.number] = dict(zip(routes.tolist(), weights[routes].tolist(), strict=True))


def front_points(world: World) -> np.ndarray:
    """Return where the fronts stand, shape (contacts, 2); km in the network's plane."""
    network, front = world.network, world.front
    routes = np.fromiter(front, dtype=int, count=len(front))
    share = np.fromiter(front.values(), dtype=float, count=len(front)) / network.lengths[routes]
    first, along = network.first_xy[routes], network.along_xy[routes]
    return np.asarray(first + np.minimum(np.maximum(share, 0.0), 1.0)[:, None] * along)
