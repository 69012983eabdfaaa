"""What changes routes, and the convoys on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.front.garrisons import Garrisons
from sim.model import events
from sim.model.quantities import NO_LOSSES, Seconds, Share, round_to_gram
from sim.model.state import ConvoyOnRoad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.front.state import Convoy

DAMAGE_DIGITS: Final = 4
"""Decimals in which damage is kept."""


class Roads(Garrisons):
    """A front whose routes are damaged and repaired, and whose convoys drive."""

    def available(self, side: int) -> np.ndarray:
        """Return what each route carries for a side, less damage, weather and expected loss; t/d."""
        carries = self._undamaged * (1.0 - self.expected_loss) * self.calendar.route_capacity
        return np.where(self.is_owned_by[side], carries, 0.0)

    def set_expected_loss(self, shares: np.ndarray) -> None:
        """Set the share of its loads that each route's owner has to expect to lose on it."""
        before, self.expected_loss = self.expected_loss, shares
        if self.has_listeners(events.RoutesExposed) and (moving := np.flatnonzero(shares != before)).size:
            names = self.network.routes
            self.publish(events.RoutesExposed, shares={names[e]: float(shares[e]) for e in moving.tolist()})

    def damage_route(self, route: int, amount: Share, side: int | None) -> None:
        """Put part of a route's capacity out of use, by a side or the scenario; damages add up to a cut."""
        self.damage[route] = round(min(1.0, self.damage[route] + amount), DAMAGE_DIGITS)
        self.damaged.setdefault(route)
        self._update_route_capacity(route)
        name, by = self.network.routes[route], None if side is None else self.sides[side].id
        self.publish(events.RouteDamaged, name, by, amount, self.damage[route])

    def start_repair(self, route: int, side: int, due: Seconds) -> None:
        """Let a crew begin to work on a route."""
        self.repairs[route] = due
        self.publish(events.RepairStarted, self.network.routes[route], self.sides[side].id, due)

    def repair_route(self, route: int, amount: Share, side: int | None) -> None:
        """Give a route capacity back, by a side's crew or by the scenario; this ends a crew's work on it."""
        self.repairs.pop(route, None)
        if side is not None:
            self.damaged.pop(route, None)
        self.damage[route] = round(max(0.0, self.damage[route] - amount), DAMAGE_DIGITS)
        self._update_route_capacity(route)
        name, by = self.network.routes[route], None if side is None else self.sides[side].id
        self.publish(events.RouteRepaired, name, by, self.damage[route])

    def set_number(self, section: str, name: str, key: str, value: float) -> None:
        """Set a number that `sim.model.scenario.SETTABLE` names; of a side, route or town by its id."""
        if section == "side":
            setattr(self.sides[self.scenario.side_index(name)], key, value)
        elif (section, key) == ("route", "capacity"):
            route = self.network.route[name]
            self.capacity[route] = value
            self.set_capacities[route] = None
            self._update_route_capacity(route)
        elif (section, key) == ("town", "base"):
            town = self.network.town[name]
            self.base[town] = value
            self.set_bases[town] = None
        else:
            place = {"route": self.network.route, "town": self.network.town}.get(section, {}).get(name)
            self.adopt(self.scenario.with_number(section, place, key, value))
        for town in range(len(self.holder)):
            self.update_combat_effectiveness(town)
        self.publish(events.NumberSet, ".".join(filter(None, (section, name, key))), value)

    def add_convoy(self, convoy: Convoy) -> None:
        """Put a convoy on the road; one that departed before the start is under way."""
        side = self.sides[convoy.side]
        self.convoy_count = convoy.number
        self.convoys[convoy.number] = convoy
        if convoy.departed < 0:
            side.initial_supply += convoy.load
        else:
            side.entered += convoy.load
        self.in_transit[convoy.destination] += convoy.load
        if self.has_listeners(events.ConvoyDeparted):
            names = self.network.towns
            self.publish(
                events.ConvoyDeparted, convoy.number, side.id,
                names[convoy.origin], names[convoy.destination], self.network.names(convoy.path),
                self.network.times(convoy.path, convoy.departed, convoy.speed),
                convoy.departed, convoy.load, convoy.vehicles,
            )  # fmt: skip

    def attack_convoy(self, convoy: Convoy, town: int, drawn: Sequence[int], vehicles: int) -> None:
        """Take vehicles and the load on them from a convoy, and those who drove them from a garrison."""
        load = convoy.load
        if vehicles < convoy.vehicles:
            load = round_to_gram(convoy.load * vehicles / convoy.vehicles)
        losses = self.apply_losses(town, drawn, convoy.side)
        convoy.vehicles -= vehicles
        convoy.load -= load
        self.sides[convoy.side].lost += load
        self.in_transit[convoy.destination] -= load
        names = self.network
        route = names.routes[convoy.ahead[-1]]
        self.publish(events.ConvoyAttacked, convoy.number, route, names.towns[town], load, losses)

    def lose_convoy(self, convoy: Convoy) -> None:
        """Take a convoy off the road with what it still carries."""
        self.sides[convoy.side].lost += convoy.load
        self.in_transit[convoy.destination] -= convoy.load
        del self.convoys[convoy.number]
        self.publish(events.ConvoyLost, convoy.number, convoy.load, NO_LOSSES)

    def deliver_convoy(self, convoy: Convoy) -> None:
        """Put a convoy's load into the stock of the town it is in."""
        self.stock[convoy.at] += convoy.load
        self._received[convoy.at] += convoy.load
        self.in_transit[convoy.destination] -= convoy.load
        del self.convoys[convoy.number]
        self.publish(events.ConvoyArrived, convoy.number, self.network.towns[convoy.at], convoy.load)

    def hold_convoy(self, convoy: Convoy) -> None:
        """Let a convoy wait in the town it is in."""
        if not convoy.is_held:
            convoy.is_held = True
            self.publish(events.ConvoyHeld, convoy.number, self.network.towns[convoy.at])

    def reroute_convoy(self, convoy: Convoy, destination: int, path: Sequence[int]) -> None:
        """Send a convoy along another path from the town it is in."""
        self.in_transit[convoy.destination] -= convoy.load
        self.in_transit[destination] += convoy.load
        convoy.origin, convoy.destination, convoy.departed = convoy.at, destination, self.now
        convoy.path, convoy.speed = tuple(path), self.calendar.speed
        convoy.ahead[:] = reversed(path)
        convoy.is_held = False
        road = self.convoy_on_road(convoy)
        self.publish(
            events.ConvoyRerouted, convoy.number, road.origin, road.destination, road.routes, road.times
        )

    def convoy_on_road(self, convoy: Convoy) -> ConvoyOnRoad:
        """Return a convoy by ids."""
        network = self.network
        return ConvoyOnRoad(
            side=self.sides[convoy.side].id,
            origin=network.towns[convoy.origin],
            destination=network.towns[convoy.destination],
            routes=network.names(convoy.path),
            times=network.times(convoy.path, convoy.departed, convoy.speed),
            departed=convoy.departed,
            load=convoy.load,
            vehicles=convoy.vehicles,
            held_at=network.towns[convoy.at] if convoy.is_held else None,
        )
