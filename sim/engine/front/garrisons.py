"""What changes garrisons and reserves: losses, supply, replacements and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.front.state import FrontState
from sim.model import events
from sim.model.quantities import GRAMS, NO_LOSSES, PERSONNEL, Losses, Soldiers, TonnesPerDay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHARE_DIGITS: Final = 3
"""Decimals in which the share of need met is published."""


class Garrisons(FrontState):
    """A front whose garrisons take losses, use supply, are filled up and moved."""

    def apply_losses(self, town: int, drawn: Sequence[int], of: int | None = None) -> Losses:
        """Take losses from a garrison, never more soldiers than are there; part of a larger event.

        They are booked to the holder, unless `of` names another side.
        """
        side = self.sides[self.holder[town] if of is None else of]
        present, soldiers = self.strength[town], drawn[PERSONNEL]
        if soldiers > present:
            soldiers = present
        self.strength[town] = present - soldiers
        losses = (soldiers, *drawn[1:])
        if any(losses):
            for category, count in enumerate(losses):
                if count:
                    side.losses[category] += count
        return losses

    def resolve_assault(
        self, route: int, origin: int, target: int, odds: float, position: float | None, *drawn: Sequence[int]
    ) -> None:
        """Apply an assault's losses to both garrisons, and move the front where it succeeded.

        No position is given where it failed; losses drawn are the attacker's and the defender's.
        """
        own, other = self.apply_losses(origin, drawn[0]), self.apply_losses(target, drawn[1])
        if position is not None:
            self.positions[route] = position
            self.position_changes += 1
        if self.has_listeners(events.AssaultFought):
            ids = self.network
            self.publish(
                events.AssaultFought,
                route=ids.routes[route],
                attacker=self.sides[self.holder[origin]].id,
                origin=ids.towns[origin],
                target=ids.towns[target],
                began=self.now - self.scenario.assaults.duration,
                odds=odds,
                succeeded=position is not None,
                front=self.positions[route],
                attacker_losses=own,
                defender_losses=other,
            )

    def apply_fires(self, side: int, town: int, drawn: Sequence[int]) -> None:
        """Apply the losses of a fire mission of one side on a garrison of the other."""
        lost = self.apply_losses(town, drawn)
        self.publish(events.FiresFell, self.sides[side].id, self.network.towns[town], lost)

    def expect_inflows(self, delivered: Mapping[int, TonnesPerDay]) -> None:
        """Let garrisons have been getting what a plan brings them, before the clock runs."""
        for town, tonnes in delivered.items():
            self.inflow[town] = tonnes
            self.update_combat_effectiveness(town)

    def set_ammunition(self, side: int, factor: float) -> None:
        """Set what a side's front garrisons fire, relative to the reference state."""
        self.ammunition[side] = factor
        rations = self.rations(1.0, factor)
        if rations != self.side_rations[side]:
            self.side_rations[side] = rations
            self.set_rations[side] = None
            self.publish(events.RationsSet, self.sides[side].id, *rations)
        for town, holder in enumerate(self.holder):
            if holder == side:
                self.update_combat_effectiveness(town)

    def consume(self, share: float, tempo: float) -> None:
        """Reduce every garrison's stock by so large a share of what it needs in a day of this tempo."""
        amounts = [0.0] * len(self.holder)
        sides, holder, empty_since = self.sides, self.holder, self.empty_since
        stocks, fighting, now = self.stock, self.is_fighting, self.now
        rations = [[share * each for each in self.rations(tempo, factor)] for factor in self.ammunition]
        inflow, received, need_met = self.inflow, self._received, self.need_met
        inflow_kept, met_kept = self._inflow_kept, self._met_kept
        for town, strength in enumerate(self.strength):
            inflow[town] = inflow[town] * inflow_kept + received[town] * (1.0 - inflow_kept) / share
            received[town] = 0.0
            if not strength:
                continue
            stock, fights = stocks[town], fighting[town]
            needed = strength * rations[holder[town]][fights]
            if needed < stock:
                used = round(needed, GRAMS)
                if town in empty_since:
                    del empty_since[town]
            else:
                used = stock
                if needed > 0.0:
                    empty_since.setdefault(town, now)
            stocks[town] = stock - used
            amounts[town] = used
            had = used / needed if used < needed else 1.0
            need_met[town] = need_met[town] * met_kept + had * (1.0 - met_kept)
            sides[holder[town]].consumed += used
            if fights:
                self.update_combat_effectiveness(town)
        self.publish(events.SupplyConsumed, tuple(amounts))

    def add_replacements(self, side: int, towns: Mapping[int, Soldiers], reserve: Soldiers) -> None:
        """Let the day's replacements join garrisons and the reserve."""
        ledger, names = self.sides[side], self.network.towns
        for town, soldiers in towns.items():
            self.strength[town] += soldiers
        ledger.reserve += reserve
        ledger.arrived += sum(towns.values()) + reserve
        by_name = {names[town]: soldiers for town, soldiers in towns.items()}
        self.publish(events.ReplacementsArrived, ledger.id, by_name, reserve)

    def reinforce(self, side: int, town: int | None, soldiers: Soldiers) -> None:
        """Let reinforcements join a garrison, or the reserve where no town of their side is named."""
        ledger, name = self.sides[side], None
        if town is not None and self.holder[town] == side:
            self.strength[town] += soldiers
            self.establishment[town] += soldiers
            name = self.network.towns[town]
        else:
            ledger.reserve += soldiers
        ledger.arrived += soldiers
        self.publish(events.ReinforcementsArrived, ledger.id, name, soldiers)

    def set_starving(self, town: int, *, is_starving: bool) -> None:
        """Note that a garrison begins or ceases to starve."""
        name, side = self.network.towns[town], self.sides[self.holder[town]].id
        if is_starving:
            self.starving[town] = None
            self.publish(events.StarvationBegan, name, side, round(self.need_met[town], SHARE_DIGITS))
        else:
            del self.starving[town]
            self.publish(events.StarvationEnded, name, side)

    def leave(self, town: int, soldiers: Soldiers) -> None:
        """Let soldiers leave a starving garrison: for the reserve, or lost where there is no way out."""
        side = self.sides[self.holder[town]]
        losses = NO_LOSSES
        if town in self.encircled:
            losses = self.apply_losses(town, (soldiers, *NO_LOSSES[1:]))
        else:
            self.strength[town] -= soldiers
            side.reserve += soldiers
            side.away += soldiers
        withdrawn = soldiers - losses[PERSONNEL]
        self.publish(events.SoldiersLeft, self.network.towns[town], side.id, withdrawn, losses)

    def commit_reserve(self, side: int, town: int, soldiers: Soldiers) -> None:
        """Move soldiers from the reserve to a garrison."""
        ledger = self.sides[side]
        away = min(soldiers, ledger.away)
        ledger.reserve -= soldiers
        ledger.away -= away
        self.strength[town] += soldiers
        self.establishment[town] += soldiers - away
        self.publish(events.ReserveCommitted, ledger.id, self.network.towns[town], soldiers)

    def transfer(self, origin: int, destination: int, soldiers: Soldiers) -> None:
        """Move soldiers between two garrisons of a side."""
        self.strength[origin] -= soldiers
        self.strength[destination] += soldiers
        leaving = min(soldiers, self.establishment[origin])
        self.establishment[origin] -= leaving
        self.establishment[destination] += leaving
        side, names = self.sides[self.holder[origin]].id, self.network.towns
        self.publish(events.GarrisonMoved, side, names[origin], names[destination], soldiers)

    def set_weights(self, side: int, weights: dict[int, float]) -> None:
        """Set where a side attacks."""
        if weights != self.sides[side].weights:
            self.sides[side].weights = weights
            names = self.network.routes
            by_name = {names[route]: weight for route, weight in weights.items()}
            self.publish(events.OrdersGiven, self.sides[side].id, by_name)
