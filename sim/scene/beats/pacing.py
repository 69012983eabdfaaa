"""The screen's clock of a recording: slower where a town falls, faster where little happens.

It is a function of the recording and the playback speed alone. Whatever moves on the screen goes by it.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.quantities import DAY, MINUTE, Seconds
from sim.scene.view_model import REFRESH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.event_marks import MarkKind
    from sim.analysis.timeline import Timeline
    from sim.scene.view_model import Frame, View

    Times = NDArray[np.float64]

STEP: Final = 15 * MINUTE
"""Between the knots of the clock, which is straight between them."""
HILL: Final = (-0.45, 0.55)
"""Where slow motion begins before a fall, and ends after it; days."""
AGAIN: Final = 0.4
"""How much slow motion a town is worth that fell before, of one that falls for the first time."""
QUIET: Final = 0.45
"""Screen time of a day on which nothing happens, of one that is full of events."""
REACH: Final = 2.5
"""How far from an event a stretch is lively; days."""
NEAR: Final = 1e-6
"""Share of a step by which the clock may fall short of one that it means."""
LIVELY: Final[dict[MarkKind, float]] = {
    "fell": 1.0,
    "encircled": 1.0,
    "relieved": 1.0,
    "changed": 1.0,
    "cut": 0.8,
    "reinforced": 0.6,
    "damaged": 0.4,
}
"""How much each kind of event makes of a full stretch."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """How a run's time and the screen's clock belong together."""

    end: Seconds
    seconds_per_day: float
    """Screen time of a day, on average, without slow motion; s."""
    falls: tuple[tuple[Seconds, float], ...] = ()
    """When towns fall, each with how much slow motion it is worth, 1 at most."""
    fall_seconds: float = 0.0
    """Screen time that slow motion adds for each fall; s."""
    lively: tuple[tuple[Seconds, float], ...] = ()
    """Times of events, each with how much it makes of a full stretch."""

    @property
    def length(self) -> float:
        """Screen time of the whole run; s."""
        return self.clock_at(self.end)

    def clock_at(self, t: Seconds) -> float:
        """Return the screen's clock at a time of the run; s."""
        times, plain, hills = _clocks(self.end, self.falls, self.lively)
        slow = self.fall_seconds * np.interp(t, times, hills)
        return float(self.seconds_per_day * np.interp(t, times, plain) + slow)

    def time_at(self, clock: float) -> Seconds:
        """Return the time of the run at a moment of the screen's clock, from 0 to the run's end; s."""
        times, plain, hills = _clocks(self.end, self.falls, self.lively)
        return round(np.interp(clock, self.seconds_per_day * plain + self.fall_seconds * hills, times))

    def rate_at(self, t: Seconds) -> float:
        """Return the screen time that a day takes around a time of the run; s."""
        first, last = max(0, t - STEP), min(self.end, t + STEP)
        return (self.clock_at(last) - self.clock_at(first)) * DAY / max(1, last - first)

    def is_slow_at(self, t: Seconds) -> bool:
        """Return whether slow motion is felt at a time of the run."""
        near = any(HILL[0] / 2 <= (t - fall) / DAY <= HILL[1] * 0.7 for fall, _ in self.falls)
        return near and self.fall_seconds > 0.0


def pacing(timeline: Timeline, seconds_per_day: float, fall_seconds: float) -> Pacing:
    """Return the clock of a run at a playback speed."""
    fell = [(mark.t, mark.town) for mark in timeline.marks if mark.kind == "fell"]
    known: set[str | None] = set()
    falls = []
    for t, town in fell:
        falls.append((t, AGAIN if town in known else 1.0))
        known.add(town)
    lively = tuple((mark.t, LIVELY[mark.kind]) for mark in timeline.marks if mark.kind in LIVELY)
    return Pacing(timeline.end, seconds_per_day, tuple(falls), fall_seconds, lively)


def pacing_of(view: View, frame: Frame) -> Pacing:
    """Return the clock that a frame goes by."""
    key = frame.seconds_per_day, frame.fall_seconds
    return view.cached("pacing", key, lambda: pacing(view.timeline, *key))


def frame_at(view: View, frame: Frame, t: Seconds) -> Frame:
    """Return a frame at another time of the run, with the clock that belongs to it."""
    return replace(frame, t=t, clock=pacing_of(view, frame).clock_at(t))


def last_step(view: View, frame: Frame, seconds: float, late: float = 0.0) -> Seconds:
    """Return the time of the last refresh of what is drawn in steps while the run plays.

    A step takes so many seconds of the screen, in slow motion too, and is seen `late` seconds late: not all
    need be drawn anew in one picture.
    """
    if not frame.playing:
        return frame.t
    # all stand still for whole steps of one length, so that they often tell of one moment
    ticks = max(1, round(seconds / REFRESH))
    number = max(0, math.floor((frame.clock - late) / REFRESH + NEAR) // ticks * ticks)
    clock = pacing_of(view, frame)
    known = view.cached("steps", clock, dict[int, "Seconds"])
    if number not in known:
        known[number] = clock.time_at(number * REFRESH)
    return known[number]


@functools.lru_cache(maxsize=8)
def _clocks(
    end: Seconds, falls: tuple[tuple[Seconds, float], ...], lively: tuple[tuple[Seconds, float], ...]
) -> tuple[Times, Times, Times]:
    """Return knots: times of the run, screen days before each without slow motion, and falls before each."""
    times = np.append(np.arange(0, end, STEP, dtype=np.float64), float(end))
    middles, lengths = (times[1:] + times[:-1]) / 2, np.diff(times)
    fullness = np.zeros_like(middles)
    for t, weight in lively:
        fullness += weight * np.maximum(0.0, 1.0 - np.abs(middles - t) / (REACH * DAY))
    rates = QUIET + (1.0 - QUIET) * np.minimum(fullness, 1.0)
    plain = np.append(0.0, np.cumsum(rates * lengths))
    plain *= end / DAY / max(plain[-1], 1.0)
    hills = np.zeros_like(times)
    for fall, weight in falls:
        u = np.clip((times - fall - HILL[0] * DAY) / ((HILL[1] - HILL[0]) * DAY), 0.0, 1.0)
        # a hill that rises and falls smoothly: how much of it is passed at each knot
        hills += weight * u**4 * (35.0 - 84.0 * u + 70.0 * u**2 - 20.0 * u**3)
    return times, plain, hills - hills[0]
