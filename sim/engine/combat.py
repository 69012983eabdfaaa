"""Assaults over contacts, and fires on front garrisons: who may attack whom, how likely, and what it costs.

A garrison is shared out over the enemy towns that it faces, by their soldiers, in odds as in losses. How
often a side attacks goes with the soldiers who can, by their supply; what an attack costs makes up for how
often it comes, so that losses a day follow the law of attrition and no town or route that is split changes
them.

Targets are weighted once a day, and when control, orders or reinforcements change; losses always depend on
the strengths of the moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.capture import capture_town
from sim.engine.front.state import FOR_EVER
from sim.engine.poisson import AttackProcess, CompetingClocks
from sim.model.attrition import advanced_front, fire_intensity, is_inside, success_chance

if TYPE_CHECKING:
    from sim.engine.front.front import Front
    from sim.engine.front.state import SideState
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
        self.read_numbers()
        self._assaults: tuple[dict[int, float], dict[int, float]] = ({}, {})
        self._fires: tuple[dict[int, float], dict[int, float]] = ({}, {})
        self._able = [0.0, 0.0]
        """Soldiers of each side in contact, by their supply's effect."""
        self._exposed = [0.0, 0.0]
        """Soldiers under each side's fires."""

    def read_numbers(self, _: object = None) -> None:
        """Read the scenario's numbers, which may have changed."""
        scenario, rules = self.front.scenario, self.front.scenario.assaults
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

    def mark_stale(self, _: object = None) -> None:
        """Note that strengths, supply, weights or control changed."""
        self._is_stale = True

    def assault_weights(self, side: int) -> dict[int, float]:
        """Return how much a side attacks over each contact: weight × soldiers who can attack there."""
        if self._is_stale:
            self._refresh()
        return self._assaults[side]

    def fire_weights(self, side: int) -> dict[int, float]:
        """Return how much a side's fires fall on each town: the soldiers exposed there."""
        if self._is_stale:
            self._refresh()
        return self._fires[side]

    def able(self, side: int) -> float:
        """Return how many of a side's soldiers can attack: those in contact, by their supply's effect."""
        if self._is_stale:
            self._refresh()
        return self._able[side]

    def activity(self, side: int) -> float:
        """Return how often a side attacks, relative to the reference state: as those do who can."""
        reference = self.losses.coefficients.reference[side].able
        return self.able(side) / reference if reference > 0.0 else 1.0

    def _refresh(self) -> None:
        front = self.front
        self._is_stale = False
        self._assaults, self._fires = ({}, {}), ({}, {})
        self._able, self._exposed = [0.0, 0.0], [0.0, 0.0]
        for town, side in enumerate(front.holder):
            strength = front.strength[town]
            if front.is_fighting[town] and strength:
                self._able[side] += strength * front.supplied[town]
                self._exposed[1 - side] += strength
                self._fires[1 - side][town] = float(strength)
        for (side, origin, target), routes in self._contacts_by_pair().items():
            weights, route = front.sides[side].weights, routes[0]
            if len(routes) > 1:
                route = max(
                    routes, key=lambda e: (weights[e] / self._crossing[e], -self._ground_left(e, side))
                )
            soldiers = front.exposed(origin, target) * front.supplied[origin]
            self._assaults[side][route] = weights[route] * soldiers

    def _contacts_by_pair(self) -> dict[tuple[int, int, int], list[int]]:
        """Return contacts that are to be attacked over, by side, own town and enemy town."""
        front, found = self.front, dict[tuple[int, int, int], list[int]]()
        for e in front.positions:
            u, v = front.network.start[e], front.network.end[e]
            for origin, target in ((u, v), (v, u)):
                side = front.holder[origin]
                if e in front.sides[side].weights:
                    found.setdefault((side, origin, target), []).append(e)
        return found

    def _ground_left(self, route: int, side: int) -> Kilometres:
        """Return how far it is from the front to the enemy's town."""
        network, at = self.front.network, self.front.positions[route]
        return network.length[route] - at if self.front.holder[network.start[route]] == side else at

    def assault_odds(self, route: int, origin: int, target: int) -> float:
        """Return the odds of an assault: of what both garrisons have for this contact."""
        front = self.front
        attacker, defender = front.firing(origin, target), front.firing(target, origin)
        return self.odds(route, origin, target, attacker, defender)

    def assault_intensities(self, origin: int, target: int) -> tuple[float, float]:
        """Return the intensity of an assault's losses for attacker and defender.

        Assaults come as often as there are soldiers who can make them, so losses are counted for each of
        these: those of a day then follow the law, however the same soldiers are shared out.
        """
        front, law = self.front, self.losses.assault_exponents
        attackers, defenders = front.exposed(origin, target), front.exposed(target, origin)
        if not attackers:
            return 0.0, 0.0
        quality = front.sides[front.holder[origin]].quality
        on_attacker = fire_intensity(law, front.firing(target, origin), attackers) / attackers
        on_defender = fire_intensity(law, quality * attackers, defenders) / attackers if defenders else 0.0
        return self.front.scenario.assaults.attacker_weight * on_attacker, on_defender

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
        bearing = soldiers = supplied = 0.0
        for other in front.enemies[town]:
            part = front.share_against(other, town)
            share = front.strength[other] * part
            bearing += front.effective_strength(other) * part
            soldiers += share
            supplied += share * front.supplied[other]
        return bearing, supplied / soldiers if soldiers else 1.0

    def fires_intensity(self, town: int) -> float:
        """Return the intensity of a fire mission on a garrison.

        Effective strength holds the firers' supply as far as the law asks for those who fire; the rest of
        its effect is added, so that under each law fires go with the firers' supply. Missions choose by the
        soldiers exposed and come as often as the firers can, so both are taken out of what one costs.
        """
        power = self.losses.fires_exponents[0]
        bearing, supply = self.facing(town)
        intensity = fire_intensity(self.losses.fires_exponents, bearing, self.front.strength[town])
        if power < 1.0:
            intensity *= supply ** (1.0 - power)
        side = 1 - self.front.holder[town]
        weight, often = self.fire_weights(side).get(town, 0.0), self.activity(side)
        return intensity * self._exposed[side] / (weight * often) if weight and often else 0.0


def assault_clocks(model: EngagementModel, side: SideState) -> CompetingClocks:
    """Return the clocks of one side's assaults, one for each contact."""
    front, names = model.front, model.front.network.routes
    return CompetingClocks(
        front,
        AttackProcess(
            rate=lambda: side.assaults * model.activity(side.number),
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
    rules, coefficients = front.scenario.assaults, losses.coefficients.assault
    odds = model.assault_odds(route, origin, target)
    is_success = decide < success_chance(odds, rules.kappa)
    on_attacker, on_defender = model.assault_intensities(origin, target)
    cost = 1.0 if is_success else rules.failure_cost
    drawn = losses.draw(coefficients[side.number], cost * on_attacker, rng)
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
    rng = side.advances.get(route)
    if rng is None:
        rng = front.streams[f"advances/{side.id}/{front.network.routes[route]}"]
        side.advances[route] = rng
    return rng.gamma(rules.advance_shape) * rules.advance / rules.advance_shape


def fire_clocks(model: EngagementModel, side: SideState) -> CompetingClocks:
    """Return the clocks of one side's fire missions, one for each of the other's front garrisons."""
    front, names = model.front, model.front.network.towns
    return CompetingClocks(
        front,
        AttackProcess(
            rate=lambda: side.fires * model.activity(side.number),
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
