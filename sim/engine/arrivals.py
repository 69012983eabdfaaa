"""Waiting for the next event of a Poisson process whose rate goes with the day."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import simpy

from sim.domain.quantities import DAY, PerDay

if TYPE_CHECKING:
    from sim.engine.streams import Stream
    from sim.engine.world import World

Waits = Generator[simpy.Event, object, None]


def next_arrival(world: World, luck: Stream, rate: Callable[[], PerDay]) -> Waits:
    """Wait until the next event of a Poisson process.

    One exponential draw is used up at the day's rate, day by day, so that runs with other rates meet the
    same luck a little earlier or later.

    Parameters
    ----------
    world
        Whose clock and tempo.
    luck
        The process's own stream.
    rate
        Events a day at tempo 1, asked anew each day.
    """
    left = luck.exponential()
    while True:
        day, into_day = divmod(world.now, DAY)
        until_midnight = DAY - into_day
        per_second = rate() * world.intensities[min(day, world.days - 1)] / DAY
        wait = left / per_second if per_second > 0.0 else float("inf")
        if wait < until_midnight:
            yield world.env.timeout(round(wait))
            return
        left -= until_midnight * per_second
        yield world.env.timeout(until_midnight)
