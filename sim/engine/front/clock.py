"""Time: SimPy's environment with whole seconds, and signals that come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import simpy

if TYPE_CHECKING:
    from sim.model.quantities import Seconds


class Clock(simpy.Environment):
    """SimPy's environment, whose time is a whole number of seconds."""

    _now: Seconds

    @property
    def now(self) -> Seconds:
        """Seconds since the scenario began."""
        return self._now


class Signal:
    """A SimPy event that can happen again and again: each time, all who wait for `next` are woken."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.next = env.event()

    def send(self, _: object = None) -> None:
        """Wake all who wait."""
        waiting, self.next = self.next, self._env.event()
        waiting.succeed()
