"""Competing Poisson clocks, one for each target (next-reaction method).

Attacks that come at one rate and choose among targets by weight are as many Poisson processes, one for each
target. Each draws from a stream of its own: a changed weight rescales that target's residual time, and no
other target's draws change. Two scenarios under one seed stay alike wherever they are alike.

References
----------
M. A. Gibson and J. Bruck, *Efficient exact stochastic simulation of chemical systems with many species and
many channels*, Journal of Physical Chemistry A 104 (2000).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from sim.model.quantities import DAY, PerDay, Seconds, Share
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    from sim.engine.front.clock import Call
    from sim.engine.front.front import Front


def shares(weights: Mapping[int, float]) -> dict[int, Share]:
    """Return each target's share of all weight; targets without any are left out.

    Examples
    --------
    >>> shares({4: 1.0, 7: 3.0, 9: 0.0})
    {4: 0.25, 7: 0.75}
    """
    total = 0.0
    for weight in weights.values():
        total += weight
    return {target: weight / total for target, weight in weights.items() if weight > 0.0}


@dataclass(frozen=True, slots=True)
class AttackProcess:
    """One kind of attack by one side."""

    rate: Callable[[], PerDay]
    """Attacks a day at tempo 1, on all targets together."""
    weights: Callable[[], Mapping[int, float]]
    """What each target weighs now; the same mapping as before where nothing has changed."""
    rng: Callable[[int], Stream]
    """The stream of a target."""
    attack: Callable[[int, Stream], None]
    """What happens when a target's clock fires, with its stream."""


class CompetingClocks:
    """The clocks of one kind of attack."""

    def __init__(self, front: Front, process: AttackProcess) -> None:
        self._front = front
        self._process = process
        self._weights: Mapping[int, float] = {}
        self._shares: dict[int, Share] = {}
        self._residuals: dict[int, float] = {}
        """What was left of each target's exponential draw when shares were last computed."""
        self._streams: dict[int, Stream] = {}
        self._firing_times: list[tuple[float, int]] = []
        """When each clock fires, counted in expected attacks since then; a heap."""
        self._integrated_rate = 0.0
        """Expected attacks since then, up to the time `_since`."""
        self._since: Seconds = 0
        self._per_second = 0.0
        self._generation = 0
        """Timeouts of an older generation are ignored."""
        self._is_rescheduled = False

    def reschedule(self) -> None:
        """Read weights, rate and intensity again, once everything else due at this moment is done."""
        if not self._is_rescheduled:
            self._is_rescheduled = True
            self._generation += 1
            self._front.env.call_in(0, self._update)

    def _update(self, _: Call) -> None:
        """Go on with the weights, rate and intensity of this moment."""
        now = self._front.env.now
        self._is_rescheduled = False
        self._integrated_rate += (now - self._since) * self._per_second
        self._since = now
        weights = self._process.weights()
        if weights is not self._weights:
            self._share_out(weights)
        self._per_second = self._process.rate() * self._front.calendar.intensity / DAY
        self._wait()

    def _share_out(self, weights: Mapping[int, float]) -> None:
        """Divide attacks among targets; each keeps the rest of its current draw."""
        residuals, elapsed, before = self._residuals, self._integrated_rate, self._shares
        for due, target in self._firing_times:
            residuals[target] = (due - elapsed) * before[target] if due > elapsed else 0.0
        self._weights, self._integrated_rate, self._shares = weights, 0.0, shares(weights)
        self._firing_times = firing_times = []
        for target, share in self._shares.items():
            if target not in residuals:
                self._streams[target] = rng = self._process.rng(target)
                residuals[target] = rng.exponential()
            firing_times.append((residuals[target] / share, target))
        heapify(firing_times)

    def _wait(self) -> None:
        if not self._firing_times or self._per_second <= 0.0:
            return
        self._generation += 1
        wait = round((self._firing_times[0][0] - self._integrated_rate) / self._per_second)
        self._front.env.call_in(wait if wait > 0 else 0, self._fire, turn=self._generation)

    def _fire(self, call: Call) -> None:
        """Let the first clock fire, and draw its next time."""
        if call.turn != self._generation:
            return
        self._since = self._front.env.now
        firing_times = self._firing_times
        self._integrated_rate, target = firing_times[0]
        rng = self._streams[target]
        due = self._integrated_rate + rng.exponential() / self._shares[target]
        heapreplace(firing_times, (due, target))
        self._process.attack(target, rng)
        if not self._is_rescheduled:
            self._wait()
