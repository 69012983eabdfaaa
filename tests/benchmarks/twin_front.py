"""The state of a twin of a front, and what follows from it: the laws of the model, straightforwardly used."""

import math
from collections import Counter
from itertools import accumulate
from random import Random  # noqa: TID251 - a straightforward program has one stream

import numpy as np

from sim.engine.simulation import coefficients_of
from sim.model.attrition import law_exponents, loss_count, share_facing
from sim.model.daily_conditions import mean_tempo, tempo_series, weather_series
from sim.model.initial_state import opening_state
from sim.model.interdiction import exposure, nearest_front
from sim.model.network import Network
from sim.model.quantities import DAY, PERSONNEL, VEHICLES
from sim.model.supply.supply_lp import SupplyLP
from sim.model.supply.sustainment import consumption, days_covered, supply_effect

ASSAULTS, FIRES, STRIKES = range(3)


class TwinFront:
    """A front and its rules; `loop` has the time, `now`, and lets a process begin, `start`."""

    def __init__(self, scenario, seed, loop):
        self.scenario, self.loop, self.random = scenario, loop, Random(seed)
        self.network = network = Network(scenario)
        opening = opening_state(scenario, network)
        self.holder = [scenario.side_index(opening.held_by[town]) for town in network.towns]
        self.strength = [opening.strength[town] for town in network.towns]
        self.establishment = self.strength[:]
        self.stock = [opening.stock[town] for town in network.towns]
        self.coming = [0.0] * len(network.towns)
        self.inflow = [0.0] * len(network.towns)
        self.received = [0.0] * len(network.towns)
        self.front = {network.route[route]: km for route, km in opening.fronts.items()}
        self.damage = [route.damage for route in scenario.routes]
        self.repaired, self.working = set(), [0, 0]
        self.reserve = [side.reserve for side in scenario.sides]
        self.by_day = coefficients_of(scenario)
        self.coefficients = self.by_day[0]
        bases = [town.base or 0.0 for town in scenario.towns]
        self.bases = [[b if h == n else 0.0 for b, h in zip(bases, self.holder, strict=True)] for n in (0, 1)]
        self.programmes = [SupplyLP(network, bases) for bases in self.bases]
        self.demand = [[0.0] * len(network.towns) for _ in (0, 1)]
        self.lines, self.stale = {}, [True, True]
        self.traffic = [np.zeros(len(network.routes)) for _ in (0, 1)]
        days = scenario.horizon // DAY + 1
        self.weathers = weather_series(scenario.weather, scenario.start, days, self.random.random)
        self.tempos = tempo_series(scenario.tempo, days, lambda: self.random.gauss(0.0, 1.0))
        self.mean_tempo = mean_tempo(scenario.weather, scenario.start)
        laws, weight = scenario.attrition, scenario.attrition.helmbold_weight
        self.assault_law = law_exponents(laws.assault_law, weight)
        self.fires_law = law_exponents(laws.fires_law, weight)
        self.done = Counter()
        self.redraw()

    def measure(self):
        """Measure how far each route lies under attack, and what that is expected to cost."""
        scenario, network, coefficients = self.scenario, self.network, self.coefficients
        routes = np.array(list(self.front))
        share = np.array(list(self.front.values())) / network.lengths[routes]
        points = network.first_xy[routes] + np.clip(share, 0.0, 1.0)[:, None] * network.along_xy[routes]
        distances = nearest_front(network.samples(), points)
        self.exposed = exposure(distances, [side.reach * self.reach for side in scenario.sides])
        attacks = self.exposed * network.hours * np.array(coefficients.hazards)[:, None] / self.speed
        self.risk = (attacks * self.intensity * self.loads[VEHICLES])[::-1].tolist()
        lost = (1.0 - np.exp(-attacks)) * scenario.interdiction.vehicles_lost
        self.expected = np.where(np.array(self.owner) == 0, lost[1], lost[0])

    def choose(self):
        """Weigh all targets, until the next day or until a town falls."""
        scenario, network = self.scenario, self.network
        self.able, self.chosen, self.weighed = [0.0, 0.0], {}, [{}, {}]
        assaults, strikes = [{}, {}], [{}, {}]
        self.effects = [self.effect(town) for town in range(len(self.holder))]
        for town, side in enumerate(self.holder):
            if self.enemies[town] and self.strength[town]:
                self.able[side] += self.strength[town] * self.effects[town]
                self.weighed[1 - side][town] = float(self.strength[town])
        for route in self.front:
            for own, enemy in (
                (network.start[route], network.end[route]),
                (network.end[route], network.start[route]),
            ):
                side = self.holder[own]
                axis = scenario.sides[side].doctrine.axes.get(network.routes[route], 1.0)
                weight = axis * self.exposes(own, enemy) * self.effects[own]
                if weight > 0.0:
                    assaults[side][route] = weight
        kinds = scenario.strikes.weight
        for route, owner in enumerate(self.owner):
            if owner >= 0:
                span = 1.0 if network.kind[route] == "crossing" else network.length[route]
                weight = self.exposed[1 - owner][route] * span * kinds[network.kind[route]]
                weight *= self.traffic[owner][route]
                if weight > 0.0:
                    strikes[1 - owner][route] = float(weight)
        for kind, weights in ((ASSAULTS, assaults), (FIRES, self.weighed), (STRIKES, strikes)):
            for side in (0, 1):
                self.chosen[kind, side] = [*weights[side]], [*accumulate(weights[side].values())]

    def activity(self, side):
        return self.able[side] / self.coefficients.reference[side].able

    def rate(self, kind, side):
        numbers = self.scenario.sides[side]
        if kind == STRIKES:
            return numbers.strikes * self.intensity
        return (numbers.assaults, numbers.fires)[kind] * self.activity(side) * self.intensity

    def is_open(self, side, route):
        return self.owner[route] == side and self.damage[route] < 1.0

    def needs(self, town, tempo=1.0):
        return consumption(self.scenario.supply, self.strength[town], bool(self.enemies[town]), tempo)

    def effect(self, town):
        supply = self.scenario.supply
        return supply_effect(
            supply, days_covered(supply, self.stock[town], self.inflow[town], self.needs(town))
        )

    def consume(self, share):
        kept = math.exp(-share / self.scenario.supply.effect_full_at)
        for town in range(len(self.stock)):
            self.inflow[town] = self.inflow[town] * kept + self.received[town] * (1.0 - kept) / share
            self.received[town] = 0.0
            used = min(self.stock[town], share * self.needs(town, self.intensity))
            self.stock[town] -= used
            self.done["consumed"] += used

    def reinforce(self, side):
        """Send replacements where soldiers are missing, and a part of the reserve to the weakest garrison."""
        holder, strength = self.holder, self.strength
        missing = {
            town: meant - strength[town]
            for town, meant in enumerate(self.establishment)
            if holder[town] == side and meant > strength[town]
        }
        wanted = {town: count * self.effect(town) for town, count in missing.items()}
        arriving, total = self.scenario.sides[side].replacements, sum(wanted.values())
        for town, weight in wanted.items():
            strength[town] += min(missing[town], round(arriving * weight / total))
        going = round(0.02 * self.reserve[side])
        near = [town for town in range(len(holder)) if holder[town] == side and self.enemies[town]]
        if going and near:
            weakest = min(
                near, key=lambda town: strength[town] / sum(strength[e] for e in self.enemies[town])
            )
            strength[weakest] += going
            self.establishment[weakest] += going
            self.reserve[side] -= going

    def exposes(self, town, enemy):
        faced = self.enemies[town]
        return self.strength[town] * share_facing([self.strength[e] for e in faced], self.strength[enemy])

    def fires_at(self, town, enemy):
        quality = self.scenario.sides[self.holder[town]].quality
        return self.exposes(town, enemy) * self.effect(town) * quality

    def draw(self, losses, intensity):
        """Draw an event's losses by category."""
        return [
            loss_count(
                self.scenario.attrition.counts, self.random.random(), mean * intensity * load, dispersion
            )
            for mean, load, dispersion in zip(losses.means, self.loads, losses.dispersions, strict=True)
        ]

    def lose(self, town, losses):
        gone = min(self.strength[town], losses[PERSONNEL])
        self.strength[town] -= gone
        self.done["lost"] += gone

    def redraw(self):
        """Find out whose each route is, and who faces whom."""
        network, holder = self.network, self.holder
        ends = zip(network.start, network.end, strict=True)
        self.owner = [holder[u] if holder[u] == holder[v] else -1 for u, v in ends]
        self.enemies = [
            [*dict.fromkeys(other for _, other in near if holder[other] != holder[town])]
            for town, near in enumerate(network.adjacent)
        ]
