"""Interdiction: how far roads lie under attack from day to day, what that costs, and strikes on routes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.poisson import AttackProcess, CompetingClocks
from sim.model.interdiction import exposure, nearest_front
from sim.model.quantities import VEHICLES

if TYPE_CHECKING:
    from sim.engine.front.front import Front
    from sim.engine.front.state import SideState
    from sim.engine.losses import LossModel
    from sim.model.scenario import Scenario
    from sim.statistics.streams import Stream

EXPOSURE_DIGITS: Final = 6
"""Decimals in which exposure is kept, so that the last bits of a machine's exp do not matter."""
DIGITS: Final = 2
"""Decimals in which expected losses are kept."""
CHANGE: Final = 0.015
"""Smallest change of an expected loss that triggers a new plan."""
LEAST_DAMAGE: Final = 1e-4
DAMAGE_DIGITS: Final = 4


class Interdiction:
    """What both sides' attacks on the other's roads can reach, and how often they come."""

    def __init__(self, front: Front, losses: LossModel) -> None:
        self.front = front
        self._losses = losses
        routes = len(front.network.routes)
        self._hours = np.array(front.network.hours)
        self._samples = front.network.samples()
        self._distances = np.zeros(0)
        """From points along routes to the nearest front, as measured at `_measured`."""
        self._measured = -1
        """Front's count of position changes when distances were measured."""
        self.read_numbers()
        self._exposed = np.zeros((2, routes))
        self._traffic = [np.zeros(routes), np.zeros(routes)]
        """What each side's plan brings along every route; t/d."""
        self.risk: list[list[float]] = [[0.0] * routes for _ in front.sides]
        """For each side: attacks to be expected on one of its mean convoys on every route today."""
        self._force = self._measure_force()
        self._first_force = [max(1.0, force) for force in _first_force(front.scenario.fitted)]

    def read_numbers(self, _: object = None) -> None:
        """Read the scenario's numbers, which may have changed."""
        kinds, network = self.front.scenario.strikes.weight, self.front.network
        spans = np.where(np.array(network.kind) == "crossing", 1.0, network.lengths)
        self._strike_weight = spans * np.array([kinds[kind] for kind in network.kind])
        """By route: of its kilometres together; a crossing counts as a whole."""
        self._targets: list[dict[int, float]] | None = None
        """None where exposure, traffic or weights changed since they were weighed."""

    def start_day(self, _: object = None) -> None:
        """Measure each side's strength, which scales its interdiction, and the exposure of all routes."""
        self._force = self._measure_force()
        self.measure()

    def measure(self, _: object = None) -> None:
        """Measure how far routes lie under interdiction, and what that is expected to cost.

        Publishes
        ---------
        RoutesExposed
            Where an expected loss changed.
        """
        front, coefficients = self.front, self._losses.coefficients
        exposed = self.exposure()
        self._exposed, self._targets = exposed, None
        hazards = [
            [coefficients.hazards[side] * self.force_effect(side) / front.calendar.speed] for side in (0, 1)
        ]
        attacks = exposed * self._hours * np.array(hazards)
        today = front.calendar.intensity * front.calendar.loads[VEHICLES]
        self.risk = (attacks * today)[::-1].tolist()
        expected = (-np.expm1(-attacks) * front.scenario.interdiction.vehicles_lost).round(DIGITS)
        shares = np.where(front.is_owned_by[0], expected[1], expected[0])
        shares[front.is_contact] = 0.0
        before = front.expected_loss
        is_small = (np.abs(shares - before) < CHANGE) & (before > 0.0) & ~front.is_contact
        front.set_expected_loss(np.where(is_small, before, shares))

    def exposure(self) -> np.ndarray:
        """Return the exposure of every route to each interdicting side; shape (sides, routes)."""
        reach = [side.reach * self.front.calendar.reach for side in self.front.sides]
        return exposure(self.distances(), reach).round(EXPOSURE_DIGITS)

    def distances(self) -> np.ndarray:
        """Return the distance from points along routes to the nearest front; measured when fronts move."""
        if self._measured != self.front.position_changes:
            self._measured = self.front.position_changes
            self._distances = nearest_front(self._samples, front_points(self.front))
        return self._distances

    def size_effect(self, side: int, vehicles: int) -> float:
        """Return the effect of a convoy's size on its hazard, by the attrition law of interdiction."""
        power = self._losses.interdiction_exponents[1]
        return float((vehicles / self._losses.coefficients.mean_vehicles[side]) ** power) if power else 1.0

    def force_effect(self, side: int) -> float:
        """Return the factor on a side's interdiction by its strength now against that at the start."""
        power = self._losses.interdiction_exponents[0]
        return float((self._force[side] / self._first_force[side]) ** power) if power else 1.0

    def _measure_force(self) -> list[float]:
        force = [0.0, 0.0]
        for holder, strength in zip(self.front.holder, self.front.strength, strict=True):
            force[holder] += strength
        return force

    def note_traffic(self, side: int, tonnes: np.ndarray) -> None:
        """Note what a side's plan brings along every route: strikes go there from now on."""
        self._traffic[side], self._targets = tonnes, None

    @property
    def targets(self) -> list[dict[int, float]]:
        """For each side: how much it strikes each of the other's routes, by exposure, length, kind, traffic.

        Where nothing at all is carried within reach, traffic does not count.
        """
        if self._targets is not None:
            return self._targets
        self._targets = [{}, {}]
        owned = self.front.is_owned_by
        for side in (0, 1):
            weights = np.where(owned[1 - side], self._exposed[side] * self._strike_weight, 0.0)
            used = weights * self._traffic[1 - side]
            weights = used if used.any() else weights
            routes = np.flatnonzero(weights)
            self._targets[side] = dict(zip(routes.tolist(), weights[routes].tolist(), strict=True))
        return self._targets


def _first_force(scenario: Scenario) -> list[float]:
    """Return both sides' soldiers in towns at the start of the world that coefficients are fitted to."""
    return [
        math.fsum(town.garrison.strength for town in scenario.towns if town.held_by == side.id)
        for side in scenario.sides
    ]


def front_points(front: Front) -> np.ndarray:
    """Return where the fronts stand, shape (contacts, 2); km in the network's plane."""
    network, positions = front.network, front.positions
    routes = np.fromiter(positions, dtype=int, count=len(positions))
    share = np.fromiter(positions.values(), dtype=float, count=len(positions)) / network.lengths[routes]
    first, along = network.first_xy[routes], network.along_xy[routes]
    return np.asarray(first + np.minimum(np.maximum(share, 0.0), 1.0)[:, None] * along)


def strike_clocks(interdiction: Interdiction, side: SideState) -> CompetingClocks:
    """Return the clocks of one side's strikes, one for each of the other's routes."""
    front, names = interdiction.front, interdiction.front.network.routes
    return CompetingClocks(
        front,
        AttackProcess(
            rate=lambda: side.strikes,
            weights=lambda: interdiction.targets[side.number],
            rng=lambda route: front.streams[f"strikes/{side.id}/{names[route]}"],
            attack=lambda route, rng: strike(front, side, route, rng),
        ),
    )


def strike(front: Front, side: SideState, route: int, rng: Stream) -> None:
    """Let one strike fall on a route.

    Publishes
    ---------
    RouteDamaged
        Once.
    """
    rules = front.scenario.strikes
    amount = max(LEAST_DAMAGE, round(rng.beta(rules.damage, rules.concentration), DAMAGE_DIGITS))
    front.damage_route(route, amount, side.number)
