"""How far roads lie under interdiction, from day to day, and what that is expected to cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.domain.events import RoutesExposed
from sim.domain.interdiction import attack_chance, exposure, nearest_front

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import World

EXPOSURE_DIGITS: Final = 6
"""Decimals in which exposure is kept, so that the last bits of a machine's exp do not matter."""
DIGITS: Final = 3
"""Decimals in which expected losses are kept and told."""


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
    for side in world.sides:
        exposed = np.round(exposure(run.distances, side.reach * reach), EXPOSURE_DIGITS)
        world.exposed_to[side.number] = exposed.tolist()
        hazard = side.hazard * run.force_effect(side.number) / world.speed
        attacks = exposed * np.array(world.network.hours) * hazard
        world.expected_attacks[1 - side.number] = attacks.tolist()
        world.risk[1 - side.number] = (attacks * world.intensity).tolist()
    changed = {}
    vehicles_lost = world.scenario.interdiction.vehicles_lost
    for e, before in enumerate(world.expected_loss):
        owner = world.owner(e)
        share = 0.0
        if owner >= 0:
            share = round(attack_chance(world.expected_attacks[owner][e]) * vehicles_lost, DIGITS)
        if share != before:
            world.expected_loss[e] = share
            changed[world.network.routes[e]] = share
    if changed:
        world.tell(RoutesExposed, shares=changed)


def front_points(world: World) -> np.ndarray:
    """Return where the fronts stand, shape (contacts, 2); km in the network's plane."""
    network = world.network
    routes = list(world.front)
    share = np.array([min(1.0, max(0.0, world.front[e] / network.length[e])) for e in routes])
    first = network.xy[[network.start[e] for e in routes]]
    last = network.xy[[network.end[e] for e in routes]]
    return np.asarray(first + share[:, None] * (last - first)) if routes else np.zeros((0, 2))
