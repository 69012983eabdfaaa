"""A supply plan taken apart into the paths that convoys drive."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sim.model.supply.supply_lp import NEGLIGIBLE

Routes: TypeAlias = list[list[int]]
"""The routes by which a plan brings anything, by town."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.network import Network
    from sim.model.quantities import TonnesPerDay
    from sim.model.supply.supply_lp import Plan


def single_paths(
    network: Network, plan: Plan, into: Routes, towns: Sequence[int]
) -> dict[int, tuple[int, ...]]:
    """Return, for each of these towns that a plan reaches by one path only, the routes in driving order.

    It is the same for every plan that uses the same roads the same way. What a base gives to its own town
    is a path of no routes.
    """
    known: dict[int, tuple[int, ...] | None] = {}
    paths = ((town, _single_path(network, into, plan.entry, town, known)) for town in towns)
    return {town: path for town, path in paths if path is not None}


def split_paths(
    network: Network, plan: Plan, into: Routes, towns: Sequence[int]
) -> dict[int, list[tuple[tuple[int, ...], TonnesPerDay]]]:
    """Take a plan's flows apart into paths from a base to each of some towns: routes as driven, and t/d.

    Parameters
    ----------
    plan
        Its flows hold no circles, since every cost is positive.
    towns
        Which towns get a share, in the order in which they draw theirs: all, or all that are not reached
        by one path only. What goes along such a path is not taken from what is left: what enters a town of
        that kind leaves it just as the plan has it, so nobody else is given a tonne of it.
    """
    left_flow = {e: abs(flow) for e, flow in enumerate(plan.flow) if flow}
    left_entry = list(plan.entry)
    delivered = plan.delivered
    return {
        town: _take_paths(network, into, left_flow, left_entry, town, delivered[town])
        for town in towns
        if delivered[town] > NEGLIGIBLE
    }


def routes_into(network: Network, plan: Plan) -> Routes:
    """Return, for each town, the routes by which a plan brings anything to it."""
    into: Routes = [[] for _ in network.towns]
    for e, flow in enumerate(plan.flow):
        if flow:
            into[network.end[e] if flow > 0 else network.start[e]].append(e)
    return into


def _single_path(
    network: Network,
    into: Routes,
    entry: Sequence[TonnesPerDay],
    town: int,
    known: dict[int, tuple[int, ...] | None],
) -> tuple[int, ...] | None:
    """Return the only path by which a plan reaches a town; nothing where flows join on it."""
    path = []
    at = town
    while at not in known:
        path.append(at)
        if entry[at] > NEGLIGIBLE:
            known[at] = None if into[at] else ()
        elif len(into[at]) != 1:
            known[at] = None
        else:
            at = network.other_end(into[at][0], at)
    for at in reversed(path):
        if at not in known:
            e = into[at][0]
            before = known[network.other_end(e, at)]
            known[at] = None if before is None else (*before, e)
    return known[town]


def _take_paths(
    network: Network,
    into: Routes,
    left_flow: dict[int, TonnesPerDay],
    left_entry: list[TonnesPerDay],
    town: int,
    amount: TonnesPerDay,
) -> list[tuple[tuple[int, ...], TonnesPerDay]]:
    """Return one town's paths, and take them from what is left."""
    paths: list[tuple[tuple[int, ...], TonnesPerDay]] = []
    start, end = network.start, network.end
    while amount > NEGLIGIBLE:
        path: list[int] = []
        at = town
        share = amount
        while left_entry[at] <= NEGLIGIBLE:
            choices = into[at]
            e = choices[0] if len(choices) == 1 else max(choices, key=left_flow.__getitem__, default=-1)
            if e < 0 or (left := left_flow[e]) <= NEGLIGIBLE:
                return paths
            if left < share:
                share = left
            path.append(e)
            at = start[e] if end[e] == at else end[e]
        share = min(share, left_entry[at])
        left_entry[at] -= share
        for e in path:
            left_flow[e] -= share
        amount -= share
        paths.append((tuple(reversed(path)), share))
    return paths
