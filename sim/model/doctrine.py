"""Doctrines: plain functions from what a command knows to what it orders, once a day.

A user can add one: a function `Situation -> Orders`, named by an entry point in the group
``frontsim.doctrines``. A doctrine sees its own side, its contacts and estimates of the enemy; nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, SupportsFloat, SupportsInt, TypeAlias

from sim.model.quantities import Days, Soldiers


class ContactView(NamedTuple):
    """A contact as one command sees it."""

    route: str
    own: str
    """Its town on this side of the contact."""
    enemy: str
    strength: Soldiers
    """Present in its own town."""
    enemy_estimate: float
    """Estimated soldiers in the other town."""
    attack_odds: float
    """Odds of an attack from its own town, by that estimate."""
    is_won: bool
    """Whether its own town was taken in this run."""


class TownView(NamedTuple):
    """A town of its own, as one command sees it."""

    town: str
    strength: Soldiers
    days: Days
    """Days of supply."""
    is_supplied: bool
    """Whether there is a way to a base."""
    spare: Soldiers
    """Present beyond those who are meant to stay."""
    to_front: int
    """Routes to the nearest town in contact; 0 where it is itself; -1 where there is no way."""
    neighbours: tuple[str, ...]
    """Own towns at the other ends of its routes."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a command knows when it is asked."""

    side: str
    day: int
    reserve: Soldiers
    contacts: tuple[ContactView, ...]
    towns: tuple[TownView, ...]
    """Its garrisons in contact, and those behind the front with soldiers to spare."""
    axes: Mapping[str, float] = field(default_factory=dict)
    """Weights of contacts, from the scenario, by route id."""
    options: Mapping[str, float] = field(default_factory=dict)
    """Numbers for this doctrine, from the scenario."""


class Shift(NamedTuple):
    """Move soldiers from one own town to a neighbouring one."""

    origin: str
    destination: str
    soldiers: SupportsInt
    """Whole ones; a part of one stays."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a command wants done, in any numbers (numpy's too); what cannot be done is left undone."""

    weights: Mapping[str, SupportsFloat] = field(default_factory=dict)
    """Weight of an attack over each contact; contacts not named are not attacked."""
    commit: Mapping[str, SupportsInt] = field(default_factory=dict)
    """Soldiers from the reserve, by town; whole ones, a part of one stays."""
    shifts: tuple[Shift, ...] = ()
    withdraw: tuple[str, ...] = ()
    """Towns in contact to give up."""


Doctrine: TypeAlias = Callable[[Situation], Orders]

LEAST_ODDS: Final = 1e-6
"""Odds below this are none."""


def steady_pressure(situation: Situation) -> Orders:
    """Attack everywhere by the scenario's weights; the reserve goes to where the front is thin."""
    return Orders(
        weights={c.route: situation.axes.get(c.route, 1.0) for c in situation.contacts},
        commit=reserve_to_weakest(situation),
        shifts=bring_forward(situation),
    )


def main_effort(situation: Situation) -> Orders:
    """Attack along the named axes and onward from ground that was won, elsewhere little.

    Options: ``elsewhere``, the weight of a contact that is no axis (0.3); ``onward``, of one that leads on
    from a town taken in this run (1.0).
    """
    elsewhere = situation.options.get("elsewhere", 0.3)
    onward = situation.options.get("onward", 1.0)
    weights = {
        c.route: situation.axes.get(c.route, onward if c.is_won else elsewhere) for c in situation.contacts
    }
    return Orders(weights, reserve_to_weakest(situation, weights), bring_forward(situation))


def hold(situation: Situation) -> Orders:
    """Attack nowhere; the reserve to where the front is thin."""
    return Orders(commit=reserve_to_weakest(situation), shifts=bring_forward(situation))


def mobile_defence(situation: Situation) -> Orders:
    """Hold, and counter-attack where the odds look good.

    Options: ``odds``, from which a contact is attacked (0.8); a contact's weight is its odds over that,
    at most 4, times the scenario's weight.
    """
    least = max(LEAST_ODDS, situation.options.get("odds", 0.8))
    return Orders(
        weights={
            c.route: situation.axes.get(c.route, 1.0) * min(4.0, c.attack_odds / least)
            for c in situation.contacts
            if c.attack_odds >= least
        },
        commit=reserve_to_weakest(situation),
        shifts=bring_forward(situation),
    )


def withdraw_when_starved(situation: Situation) -> Orders:
    """Hold, but leave towns in contact whose supply has run out.

    Options: ``days``, of supply below which a town is left (0.25).
    """
    least = situation.options.get("days", 0.25)
    kept = hold(situation)
    in_contact = [town for town in situation.towns if town.to_front == 0 and town.strength > 0]
    return replace(kept, withdraw=tuple(town.town for town in in_contact if town.days < least))


def reserve_to_weakest(
    situation: Situation, weights: Mapping[str, float] | None = None
) -> dict[str, Soldiers]:
    """Return a day's part of the reserve for the supplied front town that is most outnumbered.

    Where contacts have weights, each counts by its own: a reserve goes to the axes first.
    Options: ``reserve_rate``, the part of the reserve that goes in a day (0.02).
    """
    due = round(situation.reserve * situation.options.get("reserve_rate", 0.02))
    supplied = {town.town for town in situation.towns if town.is_supplied}
    threat: dict[str, float] = {}
    for contact in situation.contacts:
        if contact.own in supplied:
            odds = contact.enemy_estimate / (contact.strength + 1)
            weight = 1.0 if weights is None else weights[contact.route]
            threat[contact.own] = threat.get(contact.own, 0.0) + weight * odds
    return {max(threat, key=lambda town: threat[town]): due} if due > 0 and threat else {}


def bring_forward(situation: Situation) -> tuple[Shift, ...]:
    """Return moves of soldiers to spare behind the front, one route nearer to it.

    Options: ``forward_rate``, the part of them that moves in a day (0.25).
    """
    rate = situation.options.get("forward_rate", 0.25)
    nearness = {town.town: town.to_front for town in situation.towns}
    shifts = []
    for town in situation.towns:
        moving = round(town.spare * rate)
        if town.to_front <= 0 or moving <= 0:
            continue
        nearer = [n for n in town.neighbours if 0 <= nearness.get(n, -1) < town.to_front]
        if nearer:
            shifts.append(Shift(town.town, nearer[0], moving))
    return tuple(shifts)


DOCTRINES: Final[Mapping[str, Doctrine]] = {
    "steady_pressure": steady_pressure,
    "main_effort": main_effort,
    "hold": hold,
    "mobile_defence": mobile_defence,
    "withdraw_when_starved": withdraw_when_starved,
}
"""The bundled doctrines, by name."""
