"""One convoy alone on a road of two legs: what its tests share."""

from __future__ import annotations

from sim.engine.invariants import check
from sim.engine.logistics.supply import SupplyLine, load_convoy
from tests.support.fronts import begun, road

LEG = 2057
"""Seconds for 20 km at 35 km/h."""
MILL, END, FOE = 1, 2, 3
FIRST, SECOND, OPEN = 0, 1, 2
"""Routes: base to mill, mill to end, end to foe."""


def quiet(**others):
    """Return a road on which nobody needs anything, so that only the convoy of the test drives."""
    run, told = begun(road((0, 0, 0), days=20, **others))
    assert run.front.convoys == {}
    told.clear()
    return run, told


def send(run, way=(FIRST, SECOND), goal=END, load=30.0, vehicles=6):
    """Send one convoy now, and return it."""
    front = run.front
    line = SupplyLine(goal, 0, front.streams["convoys/end"], load=load, vehicles=vehicles)
    convoy = load_convoy(front, line, front.now, tuple(way))
    run.convoys[0].start(convoy)
    return convoy


def until(run, seconds):
    """Let the run go on, and check that the books balance."""
    run.front.env.run(until=seconds)
    check(run.front, run.planners)


def of_convoys(told):
    return [(t, type(event)) for t, event in told if type(event).__name__.startswith("Convoy")]
