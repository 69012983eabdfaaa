"""The drive of a convoy: leg by leg, under interdiction, to the town that it supplies."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from sim.engine.front.clock import AT_ONCE, Signal
from sim.engine.front.state import RouteCut
from sim.model.attrition import binomial_count
from sim.model.events import NumberSet, RouteRepaired, TownFell
from sim.model.interdiction import attack_chance
from sim.model.quantities import DAY, PERSONNEL, VEHICLES, Seconds

if TYPE_CHECKING:
    from sim.engine.front.clock import Call
    from sim.engine.front.front import Front
    from sim.engine.front.state import Convoy, SideState
    from sim.engine.logistics.interdiction import Interdiction
    from sim.engine.losses import LossModel


class Convoys:
    """How one side's convoys drive."""

    def __init__(self, front: Front, losses: LossModel, interdiction: Interdiction, side: SideState) -> None:
        self._front = front
        self._env = front.env
        self._losses = losses
        self._interdiction = interdiction
        self._side = side
        self._roads_changed = Signal(front.env)
        """Sent when a road opens or control changes, for convoys that wait."""

    def on_roads_changed(self, event: RouteRepaired | NumberSet | TownFell) -> None:
        """Wake convoys that wait: a road may be open to their side."""
        if not isinstance(event, RouteRepaired) or event.side in {None, self._side.id}:
            self._roads_changed.send()

    def start(self, convoy: Convoy, driven: Seconds | None = None) -> None:
        """Let a convoy set out, once whoever sends it is done.

        Most arrive on the day they set out, on open roads and unmolested: one call does for those.

        Parameters
        ----------
        driven
            How long it has been on its leg, if it is under way already.

        Publishes
        ---------
        ConvoyArrived or ConvoyLost
            Once, at the end; before that what happens on the way.
        """
        ahead = convoy.ahead
        if driven is not None:
            self.look_ahead(convoy, driven)
        elif ahead and self._front.is_open(convoy.side, ahead[-1]):
            self.look_ahead(convoy)
            if convoy.attack is None and len(convoy.ends) == len(ahead):
                self._drive_on(convoy)
                return
        self._env.call_in(0, self._set_out, convoy, priority=AT_ONCE)

    def _set_out(self, call: Call) -> None:
        if call.of.ends:
            self._drive_on(call.of)
        else:
            self.drive(call.of)

    def drive(self, convoy: Convoy) -> None:
        """Let a convoy drive on from the town it is in, as far as its road is open and nobody attacks."""
        while convoy.ahead:
            if not convoy.is_held and self._front.is_open(convoy.side, convoy.ahead[-1]):
                self.look_ahead(convoy)
                self._drive_on(convoy)
                return
            if not self._find_path(convoy):
                return
        self._deliver(convoy)

    def look_ahead(self, convoy: Convoy, driven: Seconds = 0) -> None:
        """Note when a convoy comes to the end of each leg that it drives without a halt, and to an attack.

        It drives on until it is attacked, until a leg that is not open now, or until one that it begins on
        another day, with other weather and other risks; one leg at least.

        Parameters
        ----------
        driven
            How long it has been on its first leg.
        """
        front, calendar = self._front, self._front.calendar
        now, midnight = self._env.now, (calendar.day + 1) * DAY
        side, owners, is_cut = convoy.side, front.owners, front.is_cut
        risks, times = self._interdiction.risk[side], calendar.leg_times
        size, uniform = convoy.size_effect, convoy.rng.uniform
        convoy.attack = None
        ends = convoy.ends = []
        due = now - driven
        for leg in reversed(convoy.ahead):
            if ends and (due >= midnight or owners[leg] != side or is_cut[leg]):
                break
            time, risk, drawn = times[leg], risks[leg] * size, uniform()
            ends.append(due + time)
            if drawn < risk and drawn < (chance := attack_chance(risk)):
                attack = due + round(drawn / chance * time)
                if attack >= now:  # else it lies behind already
                    convoy.attack = attack
                    return
            due += time

    def _drive_on(self, convoy: Convoy) -> None:
        """Drive as far as `look_ahead` saw; only to the end of this leg when roads or control change."""
        convoy.warn = self._warned
        convoy.turn += 1
        until = convoy.ends[-1] if convoy.attack is None else convoy.attack
        self._env.call_in(until - self._env.now, self._halt, convoy, convoy.turn)

    def _warned(self, convoy: Convoy) -> None:
        convoy.turn += 1
        self._env.call_in(0, self._halt, convoy, convoy.turn, AT_ONCE)

    def _halt(self, call: Call) -> None:
        """Come to where a convoy drives to, or to the leg on which it is warned."""
        convoy = call.of
        if convoy.turn != call.turn:
            return
        convoy.warn = None
        ends, attack, now = convoy.ends, convoy.attack, self._env.now
        is_there = attack is None and now == ends[-1] and len(ends) == len(convoy.ahead)
        if is_there and self._front.holder[convoy.destination] == convoy.side:
            convoy.at = convoy.destination
            self._front.deliver_convoy(convoy)
            return
        behind = min(bisect_right(ends, now), len(ends) - 1)
        other_end = self._front.network.other_end
        for _ in range(behind):
            convoy.at = other_end(convoy.ahead.pop(), convoy.at)
        del ends[:behind]
        if attack is None or len(ends) > 1:
            self._finish_leg(convoy)
        elif attack > now:
            self._env.call_in(attack - now, self._meet_attack, convoy)
        else:
            self._attack(convoy)

    def _meet_attack(self, call: Call) -> None:
        self._attack(call.of)

    def _finish_leg(self, convoy: Convoy) -> None:
        """Drive to the end of the leg that a convoy is on."""
        left = convoy.ends[0] - self._env.now
        if left > 0:
            self._env.call_in(left, self._come_to_town, convoy)
        else:
            self._enter(convoy)

    def _come_to_town(self, call: Call) -> None:
        self._enter(call.of)

    def _enter(self, convoy: Convoy) -> None:
        """Enter the town at the end of a leg; drive back to the one behind where it fell meanwhile."""
        front, leg = self._front, convoy.ahead[-1]
        town = front.network.other_end(leg, convoy.at)
        if front.holder[town] == convoy.side:
            convoy.at = town
            convoy.ahead.pop()
            self.drive(convoy)
        else:
            self._env.call_in(front.calendar.leg_times[leg], self._come_back, convoy)

    def _come_back(self, call: Call) -> None:
        convoy = call.of
        if self._front.holder[convoy.at] != convoy.side:
            self._front.lose_convoy(convoy)
        else:
            self.drive(convoy)

    def _attack(self, convoy: Convoy) -> None:
        """Let a convoy lose vehicles, the load on them and some who drove them; others drive on."""
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
            self._finish_leg(convoy)
        else:
            front.lose_convoy(convoy)

    def _deliver(self, convoy: Convoy) -> None:
        """Add a convoy's load to the stock of the town it is in, or lose it if that town has fallen."""
        if self._front.holder[convoy.at] == convoy.side:
            self._front.deliver_convoy(convoy)
        else:
            self._front.lose_convoy(convoy)

    def _find_path(self, convoy: Convoy) -> bool:
        """Take another path to a convoy's town or wait for one; unload here where that town has fallen.

        Return whether it can drive on now.
        """
        front, side = self._front, convoy.side
        if front.holder[convoy.at] != side:
            front.lose_convoy(convoy)
            return False
        goal = convoy.destination if front.holder[convoy.destination] == side else convoy.at
        path = front.network.path(convoy.at, goal, front.holder, lambda e: front.is_open(side, e))
        if path is None:
            front.hold_convoy(convoy)
            self._roads_changed.next.callbacks.append(lambda _: self.drive(convoy))
            return False
        front.reroute_convoy(convoy, goal, path)
        return True


def warn_convoys(front: Front, event: RouteCut | TownFell) -> None:
    """Warn convoys on the road that a route ahead is cut; all of them where control changed."""
    route = event.route if isinstance(event, RouteCut) else None
    for convoy in front.convoys.values():
        warn = convoy.warn
        if warn is not None and (route is None or route in convoy.ahead):
            convoy.warn = None
            warn(convoy)
