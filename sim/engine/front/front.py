"""The state of one run. Every change is made by a method of `Front`, which publishes its event.

The front stamps the time and knows no rules of fighting, supply or command: those belong to the processes,
which call its methods and subscribe to the events that concern them.
"""

from __future__ import annotations

from typing import Literal

from sim.engine.front.roads import Roads
from sim.model import events
from sim.model.quantities import DAY, NO_LOSSES, Soldiers, Tonnes


class Front(Roads):
    """All of one run's state, with towns that change hands, days and the end."""

    def start_day(self) -> None:
        """Turn the calendar to the day that begins now."""
        calendar = self.calendar
        calendar.turn_to(self.now // DAY)
        day = calendar.day
        self.publish(events.DayStarted, day, calendar.weathers[day], round(calendar.tempos[day], 4))

    def end(self, reason: Literal["horizon", "condition"], note: str) -> None:
        """End the run, unless it has ended already."""
        if self.over is None:
            self.over, self.over_note = reason, note
            self.publish(events.RunEnded, reason, note)

    def change_hands(
        self,
        town: int,
        route: int,
        attacker: int,
        *,
        retreat: int | None,
        stragglers: Soldiers,
        moved_in: Soldiers,
        stock_lost: Tonnes,
        how: events.HowItFell,
    ) -> None:
        """Give a town to the garrison that took it over a contact, and redraw the contacts around it.

        Its garrison retreats and loses stragglers; all of it is lost where there is nowhere to go.
        """
        loser, winner = self.sides[self.holder[town]], self.sides[self.holder[attacker]]
        losses = self.apply_losses(town, (stragglers, *NO_LOSSES[1:]))
        withdrawn = self.strength[town]
        if retreat is not None:
            self.strength[retreat] += withdrawn
            self.establishment[retreat] += self.establishment[town]
        captured = self.stock[town] - stock_lost
        loser.lost += self.stock[town]
        winner.captured += captured
        self.stock[town] = captured
        # who moves in takes along a share of what has been coming to the garrison that he leaves
        coming = self.inflow[attacker] * moved_in / max(1, self.strength[attacker])
        self.inflow[attacker] -= coming
        self.inflow[town], self.need_met[town] = coming, self.need_met[attacker]
        self.empty_since.pop(town, None)
        self.starving.pop(town, None)
        self.strength[attacker] -= moved_in
        self.strength[town] = moved_in
        self.establishment[town] = moved_in
        self.minimum_garrison[town] = 0
        self.establishment[attacker] = max(0, self.establishment[attacker] - moved_in)
        self.holder[town] = winner.number
        self.changed_at.setdefault(town, []).append(self.now)
        opened = self._redraw_contacts_of(town)
        ids = self.network
        self.publish(
            events.TownFell,
            town=ids.towns[town],
            loser=loser.id,
            winner=winner.id,
            route=ids.routes[route],
            retreat=None if retreat is None or not withdrawn else ids.towns[retreat],
            withdrawn=withdrawn,
            losses=losses,
            moved_from=ids.towns[attacker],
            moved_in=moved_in,
            stock_lost=stock_lost,
            stock_captured=captured,
            fronts=opened,
            how=how,
        )

    def _redraw_contacts_of(self, town: int) -> dict[str, float]:
        """Close the contacts that a town's fall made interior and open those it made; return the opened.

        Repairs on its routes end: none of them lies on ground of the side whose crew was at work any more.
        """
        network = self.network
        around = dict.fromkeys((town, *(other for _, other in network.adjacent[town])))
        self._redraw_contacts(around)
        for near in around:
            self.update_combat_effectiveness(near)
        opened = {}
        for route, other in network.adjacent[town]:
            self.repairs.pop(route, None)
            if self.holder[other] == self.holder[town]:
                self.positions.pop(route, None)
                continue
            self.positions[route] = 0.0 if network.start[route] == town else network.length[route]
            opened[network.routes[route]] = self.positions[route]
        return opened

    def set_encircled(self, town: int, side: int, *, is_cut_off: bool) -> None:
        """Note whether a garrison of a side has no way to a base; a town that fell needs no relief."""
        name, side_id = self.network.towns[town], self.sides[side].id
        if is_cut_off and self.encircled.get(town) != side:
            self.encircled[town] = side
            self.publish(events.TownEncircled, town=name, side=side_id)
        elif not is_cut_off and self.encircled.get(town) == side:
            del self.encircled[town]
            if self.holder[town] == side:
                self.publish(events.TownRelieved, town=name, side=side_id)
