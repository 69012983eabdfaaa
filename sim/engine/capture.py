"""A town changes hands: the withdrawal, the stock left behind, the garrison that moves in; encirclement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.quantities import round_to_gram

if TYPE_CHECKING:
    from sim.engine.front.front import Front
    from sim.model.events import HowItFell

DEPTH_OF_A_FARM = 0.5
"""Kilometres added to a town's depth when free space is compared, so that the smallest has some."""


def capture_town(front: Front, town: int, route: int, attacker: int, how: HowItFell = "assault") -> None:
    """Let a town fall to the garrison that took it over a contact.

    Its garrison withdraws to the neighbouring town with most space. Stragglers are lost on the way; the whole
    garrison is lost where there is no way out.

    Publishes
    ---------
    TownFell
        Once.
    """
    rules, present, stock = front.scenario.command, front.strength[town], front.stock[town]
    own = [other for _, other in front.network.adjacent[town] if front.holder[other] == front.holder[town]]
    retreat = None
    if own:
        retreat = min(own, key=lambda other: front.strength[other] / (front.depth[other] + DEPTH_OF_A_FARM))
    front.change_hands(
        town,
        route,
        attacker,
        retreat=retreat,
        stragglers=present if retreat is None else round(present * rules.straggler_share),
        moved_in=round(front.strength[attacker] * front.scenario.assaults.move_in_share),
        stock_lost=round_to_gram(stock - round_to_gram(stock * rules.capture_share)),
        how=how,
    )


def give_up(front: Front, town: int, how: HowItFell) -> None:
    """Give up a town in contact to the strongest garrison that faces it, if anybody does.

    Publishes
    ---------
    TownFell
        At most once.
    """
    facing = [(route, other) for route, other in front.contacts_of(town) if front.strength[other] > 0]
    if facing:
        route, other = max(facing, key=lambda contact: front.strength[contact[1]])
        capture_town(front, town, route, other, how)


def update_encirclement(front: Front, _: object = None) -> None:
    """Find out which garrisons have a way to a base of their side; a side without bases has no ways.

    Publishes
    ---------
    TownEncircled, TownRelieved
        For each garrison that lost or found its way.
    """
    for side in front.sides:
        own = front.bases_of(side.number)
        if not own:
            continue
        held = [town for town in own if front.base[town] > 0 and front.holder[town] == side.number]
        supplied = front.network.reachable(held, front.holder)
        for town, holder in enumerate(front.holder):
            is_cut_off = holder == side.number and town not in supplied and front.strength[town] > 0
            front.set_encircled(town, side.number, is_cut_off=is_cut_off)
