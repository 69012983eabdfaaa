"""Repair crews: the route that holds back most supply first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.front.clock import Signal

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.front.front import Front
    from sim.engine.logistics.planning import Planner
    from sim.model.events import NumberSet, RouteDamaged, RouteRepaired


class RepairCrews:
    """One side's crews."""

    def __init__(self, front: Front, planner: Planner) -> None:
        self._front = front
        self._planner = planner
        self._side = planner.side
        self.called = Signal(front.env)
        """Wakes crews that wait."""
        self._crews = self._working = 0
        """How many crews there have been, and how many are repairing."""

    def start(self) -> None:
        """Let as many crews work as the side has now."""
        while self._crews < self._side.repair_crews:
            self._crews += 1
            self._front.env.process(self.crew())
        self.called.send()

    def on_number_set(self, event: NumberSet) -> None:
        """Follow a change of the number of crews; those at work finish what they have begun."""
        if event.key == f"side.{self._side.id}.repair_crews" and self._front.now:
            self.start()

    def on_damage(self, event: RouteDamaged | RouteRepaired) -> None:
        """Call the crews where a route of their side is damaged, by a strike or still after a repair."""
        if event.damage > 0.0:
            self.call(self._front.network.route[event.route])

    def call(self, route: int) -> None:
        """Wake crews that wait, and have the side plan anew, if the damaged route is theirs."""
        if self._front.owners[route] == self._side.number:
            self._planner.is_stale = True
            self.called.send()

    def crew(self) -> ProcessGenerator:
        """Let one crew repair its side's routes, most urgent first, until the run ends.

        The most pressing route is chosen when a crew is free, since a route can become a bottleneck while
        it waits.

        Publishes
        ---------
        RepairStarted, RouteRepaired
            Once each for every repair; no second one where a town at the route fell meanwhile, or the
            scenario repaired it.
        """
        front, side = self._front, self._side
        rules = front.scenario.repairs
        while True:
            route = self.most_pressing()
            if route is None or self._working >= side.repair_crews:
                yield self.called.next
                continue
            rng = front.streams[f"repairs/{side.id}/{front.network.routes[route]}"]
            draw = rng.exponential() if rules.law == "exponential" else math.exp(rules.spread * rng.normal())
            due = front.now + max(1, round(rules.time * draw))
            front.start_repair(route, side.number, due)
            self._working += 1
            yield front.env.timeout(due - front.now)
            self._working -= 1
            if front.repairs.get(route) == due:
                front.repair_route(route, 1.0, side.number)

    def most_pressing(self) -> int | None:
        """Return the damaged route, not yet worked on, with the highest shadow price; the oldest first."""
        front = self._front
        own = [route for route in front.damaged if front.owners[route] == self._side.number]
        waiting = [route for route in own if route not in front.repairs and front.damage[route] > 0.0]
        if len(waiting) < 2:
            return waiting[0] if waiting else None
        price = self._planner.lp.plan.price
        return max(waiting, key=lambda route: price.get(route, 0.0))
