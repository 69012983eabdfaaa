"""Assaults over contacts, and fires on front garrisons: who may attack whom, how likely, and what it costs.

Targets are weighted once a day, and when control, orders or reinforcements change; losses always depend on
the strengths of the moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.capture import capture_town
from sim.engine.front import FOR_EVER
from sim.engine.poisson import AttackProcess, CompetingClocks
from sim.model.attrition import advanced_front, fire_intensity, is_inside, outcome_costs, success_chance

if TYPE_CHECKING:
    from sim.engine.front import Front, SideState
    from sim.engine.losses import LossModel
    from sim.model.quantities import Kilometres
    from sim.statistics.streams import Stream

MAX_ODDS = 999.0
"""Odds published where nobody defends."""


class EngagementModel:
    """How strongly each side attacks each target; computed again on the first use after a change."""

    def __init__(self, front: Front, losses: LossModel) -> None:
        self.front = front
        self.losses = losses
        scenario, rules = front.scenario, front.scenario.assaults
        self._terrain = [rules.defender_factor * town.terrain for town in scenario.towns]
        """What a defender's strength counts for in each town, and on each route outside."""
        self._route_terrain = [rules.defender_factor * route.terrain for route in scenario.routes]
        self._fortification = [town.fortification for town in scenario.towns]
        """What positions add in each town that has never changed hands."""
        self._crossing = [
            rules.crossing_penalty if route.kind == "crossing" or route.river is not None else 1.0
            for route in scenario.routes
        ]
        self._is_stale = True
        self._assaults: tuple[dict[int, float], dict[int, float]] = ({}, {})
        self._fires: tuple[dict[int, float], dict[int, float]] = ({}, {})

    def mark_stale(self, _: object = None) -> None:
        """Note that strengths, supply, weights or control changed."""
        self._is_stale = True

    def assault_weights(self, side: int) -> dict[int, float]:
        """Return how much a side attacks over each contact, by route: weight × effective strength."""
        if self._is_stale:
            self._refresh()
        return self._assaults[side]

    def fire_weights(self, side: int) -> dict[int, float]:
        """Return how much a side's fires fall on each town: strength × strength facing it."""
        if self._is_stale:
            self._refresh()
        return self._fires[side]

    def _refresh(self) -> None:
        front = self.front
        self._is_stale = False
        self._assaults, self._fires = ({}, {}), ({}, {})
        facing: dict[int, float] = {}
        holder, network = front.holder, front.network
        for e in front.positions:
            u, v = network.start[e], network.end[e]
            for origin, target in ((u, v), (v, u)):
                side = front.sides[holder[origin]]
                facing[target] = facing.get(target, 0.0) + front.firing(origin)
                if e in side.weights:
                    self._assaults[side.number][e] = side.weights[e] * front.effective_strength(origin)
        for town, force in facing.items():
            self._fires[1 - holder[town]][town] = force * front.strength[town]

    def odds(self, route: int, origin: int, target: int, attacker: float, defender: float) -> float:
        """Return the odds by strength, ground, positions and river; infinite where nobody defends."""
        if defender <= 0.0:
            return FOR_EVER
        front, network = self.front, self.front.network
        forth = network.start[route] == origin
        inside = is_inside(front.positions[route], forth=forth, length=network.length[route])
        ground = self._terrain[target] if inside else self._route_terrain[route]
        if target not in front.changed_at:
            ground *= self._fortification[target]
        return attacker / (defender * ground * self._crossing[route])

    def facing(self, town: int) -> tuple[float, float]:
        """Return who faces a town: the effective strength brought to bear on it, and its supply's effect.

        The effect is a mean over those who face it; 1 where nobody does.
        """
        front = self.front
        holder, side = front.holder, front.holder[town]
        bearing = soldiers = supplied = 0.0
        for _, other in front.network.adjacent[town]:
            if holder[other] != side:
                strength = front.strength[other]
                effective = strength * front.combat_effectiveness[other]
                bearing += effective / front.contact_count[other]
                soldiers += strength
                supplied += effective
        return bearing, supplied / (soldiers * front.sides[1 - side].quality) if soldiers else 1.0

    def fires_intensity(self, town: int) -> float:
        """Return the intensity of a fire mission on a garrison.

        Effective strength holds the firers' supply as far as the law asks for those who fire; the rest of
        its effect is added, so that under each law fires go with the firers' supply.
        """
        power = self.losses.fires_exponents[0]
        bearing, supply = self.facing(town)
        intensity = fire_intensity(self.losses.fires_exponents, bearing, self.front.strength[town])
        return intensity if power >= 1.0 else intensity * supply ** (1.0 - power)


def assault_clocks(model: EngagementModel, side: SideState) -> CompetingClocks:
    """Return the clocks of one side's assaults, one for each contact."""
    front, names = model.front, model.front.network.routes
    return CompetingClocks(
        front,
        AttackProcess(
            rate=lambda: side.assaults,
            weights=lambda: model.assault_weights(side.number),
            rng=lambda route: front.streams[f"assaults/{side.id}/{names[route]}"],
            attack=lambda route, rng: assault(model, side, route, rng),
        ),
    )


def assault(model: EngagementModel, side: SideState, route: int, rng: Stream) -> None:
    """Fight one assault over a contact: decide, take losses, move the front.

    Publishes
    ---------
    AssaultFought
        Once, unless the attacking garrison is empty; and TownFell where the front reaches the far end.
    """
    front, losses = model.front, model.losses
    origin, target = front.own_end_first(route, side.number)
    if not front.strength[origin]:  # nobody is left there since the clocks were set
        return
    decide, ground = rng.uniform(), _ground_gained(front, side, route)
    rules = front.scenario.assaults
    attacker, defender = front.effective_strength(origin), front.effective_strength(target)
    odds = model.odds(route, origin, target, attacker, defender)
    chance = success_chance(odds, rules.kappa)
    is_success = decide < chance
    fitted = front.scenario.fitted.assaults.failure_cost
    cost = outcome_costs(chance, rules.failure_cost, fitted)[0 if is_success else 1]
    law, coefficients = losses.assault_exponents, losses.coefficients.assault
    on_attacker = fire_intensity(law, front.firing(target), front.exposed(origin))
    on_defender = 0.0
    if front.strength[target]:
        on_defender = fire_intensity(law, front.firing(origin), front.exposed(target))
    drawn = losses.draw(coefficients[side.number], cost * rules.attacker_weight * on_attacker, rng)
    drawn_other = losses.draw(coefficients[1 - side.number], on_defender, rng)
    position, is_taken = None, False
    if is_success:
        start, end = front.network.start[route], front.network.end[route]
        position, is_taken = advanced_front(
            front.positions[route],
            ground,
            forth=start == origin,
            length=front.network.length[route],
            depths=(front.depth[start], front.depth[end]),
        )
    odds = round(min(odds, MAX_ODDS), 3)
    front.resolve_assault(route, origin, target, odds, position, drawn, drawn_other)
    if is_taken:
        capture_town(front, target, route, origin)


def _ground_gained(front: Front, side: SideState, route: int) -> Kilometres:
    """Return the ground that an assault gains if it succeeds.

    Drawn for each, so that the draws of those that follow do not depend on how this one goes.
    """
    rules = front.scenario.assaults
    rng = front.streams[f"advances/{side.id}/{front.network.routes[route]}"]
    return rng.gamma(rules.advance_shape) * rules.advance / rules.advance_shape


def fire_clocks(model: EngagementModel, side: SideState) -> CompetingClocks:
    """Return the clocks of one side's fire missions, one for each of the other's front garrisons."""
    front, names = model.front, model.front.network.towns
    return CompetingClocks(
        front,
        AttackProcess(
            rate=lambda: side.fires,
            weights=lambda: model.fire_weights(side.number),
            rng=lambda town: front.streams[f"fires/{side.id}/{names[town]}"],
            attack=lambda town, rng: fire_mission(model, side, town, rng),
        ),
    )


def fire_mission(model: EngagementModel, side: SideState, town: int, rng: Stream) -> None:
    """Let one fire mission fall on a town.

    Publishes
    ---------
    FiresFell
        Once, unless the garrison is empty.
    """
    front, losses = model.front, model.losses
    if front.strength[town]:
        cause = losses.coefficients.fires[1 - side.number]
        front.apply_fires(side.number, town, losses.draw(cause, model.fires_intensity(town), rng))
