"""Time: SimPy's environment with whole seconds, calls at a time, and signals that come again."""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING, Any, Final

import simpy
from simpy.events import EventPriority

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.model.quantities import Seconds

AT_ONCE: Final = EventPriority(0)
"""Before all else that is due in the same instant, as a process begins and is interrupted."""
IN_TURN: Final = EventPriority(1)
"""As timeouts come: in the order in which they were asked for."""


class Call:
    """A function that is called at a time, with this as its argument: all that it needs is `of` and `turn`.

    To SimPy it is an event that has succeeded. Nobody can wait for it, so it costs half as much as a timeout
    with a callback, and a sixth of a process.
    """

    __slots__ = ("callbacks", "of", "turn")
    _ok = True

    def __init__(self, function: Callable[[Call], None], of: Any, turn: int) -> None:  # noqa: ANN401 - whatever the function works on
        self.callbacks = (function,)
        self.of = of
        self.turn = turn


class Clock(simpy.Environment):
    """SimPy's environment, whose time is a whole number of seconds."""

    _now: Seconds

    @property
    def now(self) -> Seconds:
        """Seconds since the scenario began."""
        return self._now

    def call_in(
        self,
        delay: Seconds,
        function: Callable[[Call], None],
        of: Any = None,  # noqa: ANN401 - whatever the function works on
        turn: int = 0,
        priority: EventPriority = IN_TURN,
    ) -> None:
        """Call a function after a delay."""
        due: Any = Call(function, of, turn)
        heappush(self._queue, (self._now + delay, priority, next(self._eid), due))


class Signal:
    """A SimPy event that can happen again and again: each time, all who wait for `next` are woken."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.next = env.event()

    def send(self, _: object = None) -> None:
        """Wake all who wait."""
        if self.next.callbacks:
            waiting, self.next = self.next, self._env.event()
            waiting.succeed()
