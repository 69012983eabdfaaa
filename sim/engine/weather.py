"""Each day begins with its weather and its tempo; both were drawn before the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.exposure import measure_exposure
from sim.model.events import DayStarted
from sim.model.quantities import DAY

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits


def days(run: Run) -> Waits:
    """Begin each day.

    Emits
    -----
    DayStarted
        Once a day, at midnight; RoutesExposed where weather or fronts changed expected losses; and
        PlanAdopted where the day's supply plan differs.
    """
    world = run.world
    while True:
        yield world.env.timeout(DAY)
        begin_day(run)
        for planner in run.planners:
            planner.renew(asks=True)


def begin_day(run: Run) -> None:
    """Tell the day and measure what its weather and yesterday's fronts do to the roads."""
    world = run.world
    world.set_day(min(world.days - 1, world.now // DAY))
    world.tell(DayStarted, world.day, world.weathers[world.day], round(world.tempos[world.day], 4))
    run.take_coefficients()
    run.measure_force()
    measure_exposure(run, moved=world.roads_moved)
    world.roads_moved = False
