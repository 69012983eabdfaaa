"""What always holds, asserted while a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.errors import InvariantError
from sim.model.quantities import DAY, PERSONNEL

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.engine.world import SideState, World

TOLERANCE: Final = 1e-6
"""Tonnes by which the books may differ."""
RELATIVE_TOLERANCE: Final = 1e-9
"""Of a side's turnover: what many additions of large amounts may leave behind."""


def checks(run: Run) -> Waits:
    """Check everything once a day."""
    while True:
        yield run.world.env.timeout(DAY)
        check(run)


def check(run: Run) -> None:
    """Assert what always holds.

    Raises
    ------
    InvariantError
        If tonnes, soldiers, flows or control do not add up.
    """
    world = run.world
    for side in world.sides:
        allowed = TOLERANCE + RELATIVE_TOLERANCE * (side.initial_supply + side.entered + side.captured)
        _require(world, abs(tonnes_missing(world, side)) < allowed, f"tonnes of {side.id} do not balance")
        _require(world, soldiers_missing(world, side) == 0, f"soldiers of {side.id} do not balance")
        _require(world, min(side.losses) >= 0 and side.reserve >= 0, f"a count of {side.id} is below 0")
    _require(world, min(world.strength) >= 0, "a garrison is below 0")
    _require(world, min(world.stock) > -TOLERANCE, "a stock is below 0")
    for e in range(len(world.capacity)):
        _require(world, (e in world.front) == (world.owner(e) < 0), "a contact is not where sides meet")
        _require(world, 0.0 <= world.damage[e] <= 1.0, "damage is outside 0 to 1")
    for planner in run.planners:
        for flow, limit in zip(planner.programme.plan.flow, planner.limits.tolist(), strict=True):
            _require(world, abs(flow) <= limit + TOLERANCE, "a flow is above its capacity")


def tonnes_missing(world: World, side: SideState) -> float:
    """Return what a side's supply books are out by; t."""
    held = 0.0
    for town, holder in enumerate(world.holder):
        if holder == side.number:
            held += world.stock[town]
    for convoy in world.convoys.values():
        if convoy.side == side.number:
            held += convoy.load
    return side.initial_supply + side.entered + side.captured - side.consumed - side.lost - held


def soldiers_missing(world: World, side: SideState) -> int:
    """Return what a side's books of soldiers are out by."""
    present = side.reserve
    for town, holder in enumerate(world.holder):
        if holder == side.number:
            present += world.strength[town]
    return side.initial_soldiers + side.arrived - side.losses[PERSONNEL] - present


def _require(world: World, holds: bool, what: str) -> None:
    if not holds:
        message = f"Day {world.now / DAY:.3f}: {what}. Please report this with the scenario and its seed."
        raise InvariantError(message)
