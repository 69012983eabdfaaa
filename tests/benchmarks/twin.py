"""The dynamics of a front, written straightforwardly, for whatever event loop there is.

It shares the laws, the network and the supply programme with the engine, and nothing of how that schedules,
keeps or records. Every process is a generator that yields how long it waits; s. Convoys drive leg by leg.
There are no streams for common random numbers, no events to publish, no starvation, no doctrines.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.model.attrition import advanced_front, binomial_count, fire_intensity, is_inside, success_chance
from sim.model.daily_conditions import tempo_loads
from sim.model.interdiction import attack_chance, load_and_headway
from sim.model.quantities import DAY, HOUR, VEHICLES
from sim.model.supply.flow_decomposition import routes_into, split_paths
from sim.model.supply.supply_lp import NEGLIGIBLE
from sim.model.supply.sustainment import demand
from tests.benchmarks.twin_front import ASSAULTS, FIRES, STRIKES, TwinFront

ALIKE = 0.05
"""Relative change of a line's rate before it is opened anew."""


@dataclass(slots=True)
class Line:
    """What a town is sent: paths with their rates, and the size of a convoy."""

    paths: list
    rate: float
    load: float
    vehicles: int
    backlog: float = 0.0
    is_open: bool = True


@dataclass(slots=True)
class Convoy:
    side: int
    at: int
    goal: int
    ahead: list
    load: float
    vehicles: int


class Twin(TwinFront):
    """A front with all that happens on it."""

    def begin(self):
        self.start_day(0)
        processes = [self.days(), self.consumption(), self.plans()]
        for side in (0, 1):
            processes += [self.attacks(kind, side) for kind in (ASSAULTS, FIRES, STRIKES)]
        for process in processes:
            self.loop.start(process)

    def days(self):
        for day in range(1, self.scenario.horizon // DAY + 1):
            yield DAY
            self.start_day(day)

    def consumption(self):
        interval = self.scenario.supply.consumption_interval
        while True:
            yield interval
            self.consume(interval / DAY)

    def plans(self):
        while True:
            yield self.scenario.supply.replan_interval
            for side in (0, 1):
                if self.stale[side]:
                    self.plan(side)

    def attacks(self, kind, side):
        act = (self.assault, self.fire, self.strike)[kind]
        while True:
            now, rate = self.loop.now, self.rate(kind, side)
            midnight = (now // DAY + 1) * DAY
            due = now + round(self.random.expovariate(rate) * DAY) if rate > 0.0 else midnight
            yield min(due, midnight) - now
            if due < midnight:
                targets, weights = self.chosen[kind, side]
                if targets:
                    self.done[kind] += 1
                    act(side, self.random.choices(targets, cum_weights=weights)[0])

    def send(self, side, town, line):
        while line.is_open:
            yield max(0, round((line.load - line.backlog) / line.rate * DAY))
            if line.is_open and self.holder[town] == side:
                line.backlog = 0.0
                path = self.random.choices(line.paths, [rate for _, rate in line.paths])[0][0]
                origin = self.network.origin(path, town)
                convoy = Convoy(side, origin, town, [*reversed(path)], line.load, line.vehicles)
                self.coming[town] += line.load
                self.done["convoys"] += 1
                self.loop.start(self.drive(convoy))

    def drive(self, convoy):
        network, side = self.network, convoy.side
        while convoy.ahead:
            leg = convoy.ahead[-1]
            if not self.is_open(side, leg):
                if self.holder[convoy.at] != side:
                    break
                if self.holder[convoy.goal] != side:
                    self.coming[convoy.goal] -= convoy.load
                    convoy.goal = convoy.at
                    self.coming[convoy.goal] += convoy.load
                path = network.path(convoy.at, convoy.goal, self.holder, lambda e: self.is_open(side, e))
                if path is None:
                    yield HOUR
                else:
                    convoy.ahead = [*reversed(path)]
                continue
            time, chance = self.times[leg], attack_chance(self.risk[side][leg])
            drawn = self.random.random()
            if drawn < chance:
                until = round(drawn / chance * time)
                yield until
                self.attack_convoy(convoy)
                if not convoy.vehicles:
                    break
                time -= until
            yield time
            town = network.other_end(leg, convoy.at)
            if self.holder[town] != side:
                yield self.times[leg]
            else:
                convoy.at = town
                convoy.ahead.pop()
        self.coming[convoy.goal] -= convoy.load
        if self.holder[convoy.at] == side and not convoy.ahead:
            self.stock[convoy.at] += convoy.load
            self.received[convoy.at] += convoy.load

    def crew(self, side):
        rules = self.scenario.repairs
        while True:
            waiting = [
                route
                for route, damage in enumerate(self.damage)
                if damage > 0.0 and route not in self.repaired and self.owner[route] == side
            ]
            if not waiting:
                self.working[side] -= 1
                return
            price = self.programmes[side].plan.price
            route = max(waiting, key=lambda route: price.get(route, 0.0))
            self.repaired.add(route)
            drawn = self.random.expovariate(1.0)
            if rules.law != "exponential":
                drawn = math.exp(rules.spread * self.random.gauss(0.0, 1.0))
            yield max(1, round(rules.time * drawn))
            self.repaired.discard(route)
            self.damage[route] = 0.0
            self.stale = [True, True]

    def start_day(self, day):
        scenario, network = self.scenario, self.network
        weather, state, tempo = scenario.weather, self.weathers[day], self.tempos[day]
        self.coefficients = self.by_day.get(day, self.coefficients)
        self.loads = tempo_loads(scenario.tempo, tempo)
        self.intensity, speed, self.reach, self.passable = tempo / self.mean_tempo, 1.0, 1.0, 1.0
        if weather.is_on:
            self.intensity *= weather.tempo[state]
            speed, self.reach, self.passable = (
                weather.speed[state],
                weather.reach[state],
                weather.capacity[state],
            )
        self.times, self.speed = network.times_by(speed), speed
        self.measure()
        for side in (0, 1):
            self.reinforce(side)
        self.choose()
        for side in (0, 1):
            self.ask(side)
            self.plan(side)

    def ask(self, side):
        """Work out what each garrison asks for; where little has changed, it asks for the same."""
        supply, asked = self.scenario.supply, [0.0] * len(self.holder)
        drift = 0.0
        for town, holder in enumerate(self.holder):
            if holder == side and self.strength[town]:
                line, needed = self.lines.get(town), self.needs(town)
                stock = self.stock[town] + self.coming[town]
                if line is not None and line.is_open:
                    hours = sum(rate * self.network.path_hours(path) for path, rate in line.paths)
                    stock -= line.load / 2 + hours / self.speed / 24.0
                asked[town] = demand(supply, stock, needed)
                drift += abs(asked[town] - self.demand[side][town])
        if drift > supply.demand_step * sum(asked):
            self.demand[side] = asked

    def plan(self, side):
        """Bring a side's plan up to date, and let lines follow it."""
        self.stale[side] = False
        owner, damage = np.array(self.owner), np.array(self.damage)
        weather = np.where(np.array(self.network.kind) == "rail", 1.0, self.passable)
        carries = np.array(self.network.capacity) * (1.0 - damage) * (1.0 - self.expected) * weather
        bases = {t: b if self.holder[t] == side else 0.0 for t, b in enumerate(self.bases[side])}
        lp = self.programmes[side]
        if not lp.solve(np.where(owner == side, carries, 0.0), self.demand[side], bases):
            return
        self.done["solves"] += 1
        plan, network = lp.plan, self.network
        self.traffic[side] = np.abs(plan.flow)
        found = split_paths(network, plan, routes_into(network, plan), range(len(network.towns)))
        for town, line in self.lines.items():
            if line.is_open and self.holder[town] == side and town not in found:
                line.is_open = False
        for town, paths in found.items():
            rate, before = sum(rate for _, rate in paths), self.lines.get(town)
            if rate <= NEGLIGIBLE:
                continue
            if before is not None and before.is_open:
                same = [path for path, _ in before.paths] == [path for path, _ in paths]
                if same and abs(rate - before.rate) <= ALIKE * before.rate:
                    continue
                before.is_open = False
            rules = self.scenario.supply
            load, _, vehicles = load_and_headway(
                rate, rules.convoy_load, rules.convoy_interval, rules.vehicle_load
            )
            line = self.lines[town] = Line(paths, rate, load, vehicles, load * self.random.random())
            self.loop.start(self.send(side, town, line))

    def assault(self, side, route):
        network, rules = self.network, self.scenario.assaults
        own, enemy = network.start[route], network.end[route]
        if self.holder[own] != side:
            own, enemy = enemy, own
        attackers, defenders = self.exposes(own, enemy), self.exposes(enemy, own)
        if not attackers:
            return
        forth, length = network.start[route] == own, network.length[route]
        inside = is_inside(self.front[route], forth=forth, length=length)
        place = self.scenario.towns[enemy] if inside else self.scenario.routes[route]
        ground = rules.defender_factor * place.terrain * self.scenario.towns[enemy].fortification
        if network.kind[route] == "crossing" or self.scenario.routes[route].river is not None:
            ground *= rules.crossing_penalty
        against = self.fires_at(enemy, own)
        odds = self.fires_at(own, enemy) / (against * ground) if against else math.inf
        is_won = self.random.random() < success_chance(odds, rules.kappa)
        gained = self.random.gammavariate(rules.advance_shape, rules.advance / rules.advance_shape)
        quality, losses = self.scenario.sides[side].quality, self.coefficients.assault
        cost = rules.attacker_weight * (1.0 if is_won else rules.failure_cost) / attackers
        self.lose(own, self.draw(losses[side], cost * fire_intensity(self.assault_law, against, attackers)))
        if defenders:
            hit = fire_intensity(self.assault_law, quality * attackers, defenders) / attackers
            self.lose(enemy, self.draw(losses[1 - side], hit))
        if is_won:
            towns = self.scenario.towns
            depths = (towns[network.start[route]].depth, towns[network.end[route]].depth)
            self.front[route], falls = advanced_front(
                self.front[route], gained, forth=forth, length=length, depths=depths
            )
            if falls:
                self.capture(enemy, own)

    def fire(self, side, town):
        if not self.strength[town]:
            return
        bearing = sum(self.fires_at(enemy, town) for enemy in self.enemies[town])
        intensity = fire_intensity(self.fires_law, bearing, self.strength[town])
        weights = self.weighed[side]
        intensity *= sum(weights.values()) / (weights[town] * self.activity(side))
        self.lose(town, self.draw(self.coefficients.fires[1 - side], intensity))

    def strike(self, side, route):
        rules, owner = self.scenario.strikes, self.owner[route]
        drawn = self.random.betavariate(
            rules.damage * rules.concentration, (1.0 - rules.damage) * rules.concentration
        )
        self.damage[route] = min(1.0, self.damage[route] + drawn)
        self.stale = [True, True]
        if owner >= 0 and self.working[owner] < self.scenario.sides[owner].repair_crews:
            self.working[owner] += 1
            self.loop.start(self.crew(owner))

    def attack_convoy(self, convoy):
        share = self.scenario.interdiction.vehicles_lost
        lost = binomial_count(self.random.random(), convoy.vehicles, share)
        losses = self.draw(self.coefficients.interdiction[convoy.side], 1.0 / self.loads[VEHICLES])
        if self.holder[convoy.goal] == convoy.side:
            self.lose(convoy.goal, losses)
        load = convoy.load * lost / convoy.vehicles
        self.coming[convoy.goal] -= load
        convoy.load -= load
        convoy.vehicles -= lost
        self.done["ambushes"] += 1

    def capture(self, town, attacker):
        """Let a town fall: its garrison retreats, the attacker moves in, fronts and plans are made anew."""
        rules, loser, strength = self.scenario.command, self.holder[town], self.strength
        self.lose(town, [round(strength[town] * rules.straggler_share)])
        own = [other for _, other in self.network.adjacent[town] if self.holder[other] == loser]
        if own:
            retreat = min(own, key=lambda other: strength[other] / (self.scenario.towns[other].depth + 0.5))
            strength[retreat] += strength[town]
            self.establishment[retreat] += self.establishment[town]
        moved = round(strength[attacker] * self.scenario.assaults.move_in_share)
        strength[attacker] -= moved
        strength[town] = self.establishment[town] = moved
        self.establishment[attacker] = max(0, self.establishment[attacker] - moved)
        self.stock[town] *= rules.capture_share
        self.holder[town] = 1 - loser
        self.demand[loser][town] = 0.0
        if town in self.lines:
            self.lines.pop(town).is_open = False
        self.done["fallen"] += 1
        self.redraw()
        for route, other in self.network.adjacent[town]:
            self.front.pop(route, None)
            if self.holder[other] == loser:
                self.front[route] = 0.0 if self.network.start[route] == town else self.network.length[route]
        self.measure()
        self.choose()
        for side in (0, 1):
            self.plan(side)
