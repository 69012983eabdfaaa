"""Looking at a run once a day from outside, without events and without touching it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import simpy
from simpy.events import EventPriority

from sim.model.quantities import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.world import World

    Observe = Callable[[World], None]

LAST: Final = EventPriority(9)
"""After everything else that happens in the same instant: SimPy's own events have 0 and 1."""


class _EndOfInstant(simpy.Event):
    """Happens when all else in its instant has happened."""

    def __init__(self, env: simpy.Environment, delay: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, LAST, delay)


def observe_days(world: World, observe: Observe) -> None:
    """Show a world to somebody at its beginning and at the beginning of every day, all events then included.

    What is seen at a day's beginning is what a recording's ``state_at`` gives. The end of a run is not
    shown: it stops the clock in the middle of its instant, and the caller has the outcome.

    Parameters
    ----------
    world
        The run's; the clock has not begun to move.
    observe
        Called with it; it must change nothing.
    """

    def look(_: simpy.Event) -> None:
        observe(world)
        wait(DAY)

    def wait(delay: int) -> None:
        moment = _EndOfInstant(world.env, delay)
        moment.callbacks.append(look)

    wait(0)
