"""Conservation checks: what always holds, asserted once a day while a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.errors import InvariantError
from sim.model.quantities import DAY, PERSONNEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simpy.events import ProcessGenerator

    from sim.engine.front.front import Front
    from sim.engine.front.state import SideState
    from sim.engine.logistics.planning import Planner

TOLERANCE: Final = 1e-6
"""Tonnes by which balances may differ."""
RELATIVE_TOLERANCE: Final = 1e-9
"""Tolerance for rounding errors of many large additions, as a share of a side's turnover."""


def daily_checks(front: Front, planners: Sequence[Planner]) -> ProcessGenerator:
    """Check everything once a day."""
    while True:
        yield front.env.timeout(DAY)
        check(front, planners)


def check(front: Front, planners: Sequence[Planner]) -> None:
    """Assert what always holds.

    Raises
    ------
    InvariantError
        If tonnes, soldiers, flows or control do not add up.
    """
    for side in front.sides:
        allowed = TOLERANCE + RELATIVE_TOLERANCE * (side.initial_supply + side.entered + side.captured)
        _require(front, abs(tonnes_missing(front, side)) < allowed, f"tonnes of {side.id} do not balance")
        _require(front, soldiers_missing(front, side) == 0, f"soldiers of {side.id} do not balance")
        _require(front, min(side.losses) >= 0 and side.reserve >= 0, f"a count of {side.id} is below 0")
    _require(front, min(front.strength) >= 0, "a garrison is below 0")
    _require(front, min(front.stock) > -TOLERANCE, "a stock is below 0")
    for e in range(len(front.capacity)):
        _require(front, (e in front.positions) == (front.owners[e] < 0), "a contact is not where sides meet")
        _require(front, 0.0 <= front.damage[e] <= 1.0, "damage is outside 0 to 1")
    for planner in planners:
        for flow, limit in zip(planner.lp.plan.flow, planner.limits.tolist(), strict=True):
            _require(front, abs(flow) <= limit + TOLERANCE, "a flow is above its capacity")


def tonnes_missing(front: Front, side: SideState) -> float:
    """Return by how much a side's supply does not balance; t."""
    held = 0.0
    for town, holder in enumerate(front.holder):
        if holder == side.number:
            held += front.stock[town]
    for convoy in front.convoys.values():
        if convoy.side == side.number:
            held += convoy.load
    return side.initial_supply + side.entered + side.captured - side.consumed - side.lost - held


def soldiers_missing(front: Front, side: SideState) -> int:
    """Return by how many a side's soldiers do not balance."""
    present = side.reserve
    for town, holder in enumerate(front.holder):
        if holder == side.number:
            present += front.strength[town]
    return side.initial_soldiers + side.arrived - side.losses[PERSONNEL] - present


def _require(front: Front, holds: bool, what: str) -> None:
    if not holds:
        message = f"Day {front.now / DAY:.3f}: {what}. Please report this with the scenario and its seed."
        raise InvariantError(message)
