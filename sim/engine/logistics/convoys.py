"""The drive of a convoy: leg by leg, under interdiction, to the town that it supplies."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING

import simpy

from sim.engine.front.clock import Signal
from sim.engine.front.state import RouteCut
from sim.model.attrition import binomial_count
from sim.model.events import NumberSet, RouteRepaired, TownFell
from sim.model.interdiction import attack_chance
from sim.model.quantities import DAY, PERSONNEL, VEHICLES, Seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simpy.events import ProcessGenerator

    from sim.engine.front.front import Front
    from sim.engine.front.state import Convoy, SideState
    from sim.engine.logistics.interdiction import Interdiction
    from sim.engine.losses import LossModel


class Convoys:
    """How one side's convoys drive."""

    def __init__(self, front: Front, losses: LossModel, interdiction: Interdiction, side: SideState) -> None:
        self._front = front
        self._losses = losses
        self._interdiction = interdiction
        self._side = side
        self._roads_changed = Signal(front.env)
        """Sent when a road opens or control changes, for convoys that wait."""

    def on_roads_changed(self, event: RouteRepaired | NumberSet | TownFell) -> None:
        """Wake convoys that wait: a road may be open to their side."""
        if not isinstance(event, RouteRepaired) or event.side in {None, self._side.id}:
            self._roads_changed.send()

    def start(self, convoy: Convoy) -> None:
        """Let a convoy set out; it is a process of its own only where anything can happen on the way.

        Most arrive on the day they set out, on open roads and unmolested. One timeout does for those, which
        makes a run 15 % shorter than a process for each; where roads or control change meanwhile, a process
        takes over.

        Publishes
        ---------
        ConvoyArrived or ConvoyLost
            Once, at the end; before that what happens on the way.
        """
        front, env, ahead = self._front, self._front.env, convoy.ahead
        if not ahead or not front.is_open(convoy.side, ahead[-1]):
            env.process(self.drive(convoy))
            return
        ends, attack = self.look_ahead(convoy)
        if attack is not None or len(ends) < len(ahead):
            env.process(self.drive(convoy, ends, attack))
            return

        def arrive(_: simpy.Event) -> None:
            if convoy.warn is take_over:
                convoy.at = convoy.destination
                self._deliver(convoy)

        def take_over() -> None:
            env.process(self.drive(convoy, ends, is_warned=True))

        convoy.warn = take_over
        env.timeout(ends[-1] - env.now).callbacks.append(arrive)

    def drive(
        self,
        convoy: Convoy,
        ends: Sequence[Seconds] = (),
        attack: Seconds | None = None,
        *,
        is_warned: bool = False,
    ) -> ProcessGenerator:
        """Drive a convoy to its destination, without a halt as far as its road is open and nobody attacks.

        Parameters
        ----------
        ends, attack
            What `look_ahead` has found already.

        Publishes
        ---------
        ConvoyArrived or ConvoyLost
            Once, at the end; before that what happens on the way.
        """
        front = self._front
        if ends:
            yield from self._drive_on(convoy, ends, attack, is_warned=is_warned)
        while convoy.ahead and convoy.number in front.convoys:
            if convoy.is_held or not front.is_open(convoy.side, convoy.ahead[-1]):
                yield from self._find_path(convoy)
            else:
                yield from self._drive_on(convoy, *self.look_ahead(convoy))
        if convoy.number in front.convoys:
            self._deliver(convoy)

    def look_ahead(self, convoy: Convoy, driven: Seconds = 0) -> tuple[list[Seconds], Seconds | None]:
        """Return when a convoy comes to the end of each leg that it drives without a halt, and to an attack.

        It drives on until it is attacked, until a leg that is not open now, or until one that it begins on
        another day, with other weather and other risks; one leg at least.

        Parameters
        ----------
        driven
            How long it has been on its first leg.

        Returns
        -------
        tuple
            Times at which legs end, and the time of an attack on the last of them.
        """
        front, calendar = self._front, self._front.calendar
        now, midnight = front.env.now, (calendar.day + 1) * DAY
        side, owners, is_cut = convoy.side, front.owners, front.is_cut
        risks, times = self._interdiction.risk[side], calendar.leg_times
        size, uniform = convoy.size_effect, convoy.rng.uniform
        ends: list[Seconds] = []
        due = now - driven
        for leg in reversed(convoy.ahead):
            if ends and (due >= midnight or owners[leg] != side or is_cut[leg]):
                break
            time, risk, drawn = times[leg], risks[leg] * size, uniform()
            ends.append(due + time)
            if drawn < risk and drawn < (chance := attack_chance(risk)):
                attack = due + round(drawn / chance * time)
                if attack >= now:  # else it lies behind already
                    return ends, attack
            due += time
        return ends, None

    def _drive_on(
        self,
        convoy: Convoy,
        ends: Sequence[Seconds],
        attack: Seconds | None = None,
        *,
        is_warned: bool = False,
    ) -> ProcessGenerator:
        """Drive as far as `look_ahead` saw; only to the end of this leg when roads or control change."""
        front, env = self._front, self._front.env
        if not is_warned:
            driver = env.active_process
            convoy.warn = None if driver is None else driver.interrupt
            with suppress(simpy.Interrupt):  # by `warn_convoys`
                yield env.timeout((ends[-1] if attack is None else attack) - env.now)
            convoy.warn = None
        now = env.now
        behind = min(bisect_right(ends, now), len(ends) - 1)
        for _ in range(behind):
            convoy.at = front.network.other_end(convoy.ahead.pop(), convoy.at)
        if attack is not None and behind == len(ends) - 1:
            if attack > now:
                yield env.timeout(attack - now)
            self._attack(convoy)
            if not convoy.vehicles:
                return
            now = env.now
        if ends[behind] > now:
            yield env.timeout(ends[behind] - now)
        yield from self._come_to_town(convoy)

    def _come_to_town(self, convoy: Convoy) -> ProcessGenerator:
        """Come to the town at the end of a leg; drive back to the one behind where it fell meanwhile."""
        front = self._front
        town = front.network.other_end(convoy.ahead[-1], convoy.at)
        if front.holder[town] == convoy.side:
            convoy.at = town
            convoy.ahead.pop()
            return
        yield front.env.timeout(front.calendar.leg_times[convoy.ahead[-1]])
        if front.holder[convoy.at] != convoy.side:
            front.lose_convoy(convoy)

    def _attack(self, convoy: Convoy) -> None:
        """Let a convoy lose vehicles, the load on them, and some who drove them."""
        front, losses = self._front, self._losses
        share = front.scenario.interdiction.vehicles_lost
        vehicles = binomial_count(convoy.rng.uniform(), convoy.vehicles, share)
        drawn = losses.draw(
            losses.coefficients.interdiction[convoy.side],
            1.0 / front.calendar.loads[VEHICLES],  # attacks already come as often as vehicles are lost
            front.streams[f"convoy-losses/{self._side.id}"],
        )
        drawn[VEHICLES] = vehicles
        town = convoy.destination
        if front.holder[town] != convoy.side:
            town = convoy.at
            drawn[PERSONNEL] = drawn[PERSONNEL] if front.holder[town] == convoy.side else 0
        front.attack_convoy(convoy, town, drawn, vehicles)
        if convoy.vehicles:
            convoy.size_effect = self._interdiction.size_effect(convoy.side, convoy.vehicles)
        else:
            front.lose_convoy(convoy)

    def _deliver(self, convoy: Convoy) -> None:
        """Add a convoy's load to the stock of the town it is in, or lose it if that town has fallen."""
        if self._front.holder[convoy.at] == convoy.side:
            self._front.deliver_convoy(convoy)
        else:
            self._front.lose_convoy(convoy)

    def _find_path(self, convoy: Convoy) -> ProcessGenerator:
        """Take another path to a convoy's town or wait for one; unload here where that town has fallen."""
        front, side = self._front, convoy.side
        if front.holder[convoy.at] != side:
            front.lose_convoy(convoy)
            return
        goal = convoy.destination if front.holder[convoy.destination] == side else convoy.at
        path = front.network.path(convoy.at, goal, front.holder, lambda e: front.is_open(side, e))
        if path is None:
            front.hold_convoy(convoy)
            yield self._roads_changed.next
        else:
            front.reroute_convoy(convoy, goal, path)


def warn_convoys(front: Front, event: RouteCut | TownFell) -> None:
    """Warn convoys on the road that a route ahead is cut; all of them where control changed."""
    route = event.route if isinstance(event, RouteCut) else None
    for convoy in front.convoys.values():
        warn = convoy.warn
        if warn is not None and (route is None or route in convoy.ahead):
            convoy.warn = None
            warn()
