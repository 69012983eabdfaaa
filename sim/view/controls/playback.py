"""Playback: what is shown, and how it advances with time, as pure functions of values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sim.model.quantities import DAY, Seconds
from sim.scene.beats.pacing import Pacing, pacing
from sim.scene.camera import projection
from sim.scene.layout import layout
from sim.scene.map.layers import map_geometry
from sim.scene.view_model import Camera, Frame

if TYPE_CHECKING:
    from sim.scene.camera import Projection
    from sim.scene.view_model import View

Item = TypeVar("Item")
SECONDS_PER_DAY: Final = 6.0
"""Of screen time at speed 1."""
SLOWEST: Final = -2
FASTEST: Final = 6
WHOLE_RUN: Final = 120.0
"""Screen time that a whole run takes at its normal speed, about, without slow motion; s."""
MAX_STEP: Final = 0.1
"""Screen time that one picture may be late before playing lags; s."""


@dataclass(frozen=True, slots=True)
class RunIndex:
    """The times and names of a run that commands go to."""

    end: Seconds
    events: tuple[Seconds, ...] = ()
    """Times of events, ascending; so are turning points."""
    turning_points: tuple[Seconds, ...] = ()
    event_texts: Mapping[Seconds, str] = field(default_factory=dict)
    towns: tuple[str, ...] = ()
    """Ids in the order in which Tab selects them; so are routes."""
    routes: tuple[str, ...] = ()
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By town and route: km east and north of the middle of the whole map."""
    pace: Pacing = field(default=Pacing(0, 1.0))
    """Its clock, at any speed."""
    is_in_sight: Callable[[Frame, str], bool] = lambda _, __: True
    """Whether a frame's map shows a town, or some of a route."""

    def pacing(self, frame: Frame) -> Pacing:
        """Return the clock that a frame goes by."""
        slow = frame.fall_seconds
        return replace(self.pace, end=self.end, seconds_per_day=frame.seconds_per_day, fall_seconds=slow)

    @property
    def normal_speed(self) -> int:
        """The doublings of speed 1 at which the whole run takes about `WHOLE_RUN`."""
        days = max(self.end / DAY, 1 / DAY)
        return min(max(round(math.log2(days * SECONDS_PER_DAY / WHOLE_RUN)), SLOWEST), FASTEST)


@dataclass(frozen=True, slots=True)
class Playback:
    """What is shown, and how it goes on."""

    frame: Frame
    doublings: int = 0
    """Of speed 1: -2 is a quarter, 6 is 64 times."""

    def showing(self, **changes: Any) -> Playback:  # noqa: ANN401 - whatever Frame holds
        """Return the same with fields of the frame changed; what was shown once counts as played."""
        frame = replace(self.frame, **changes)
        return replace(self, frame=replace(frame, played=max(frame.played, frame.t)))

    def at(self, t: float, run: RunIndex) -> Playback:
        """Return the same at another time of the run, at most its end."""
        whole = int(clamped(t, 0.0, float(run.end)))
        card = "none" if self.frame.card in {"title", "end", "text"} else self.frame.card
        return self.showing(t=whole, clock=run.pacing(self.frame).clock_at(whole), card=card)

    def at_speed(self, doublings: int, run: RunIndex) -> Playback:
        """Return the same at another speed, the nearest there is."""
        doublings = min(max(doublings, SLOWEST), FASTEST)
        shown = self.showing(speed=2.0**doublings, seconds_per_day=SECONDS_PER_DAY / 2.0**doublings)
        clock = run.pacing(shown.frame).clock_at(shown.frame.t)
        return replace(shown, doublings=doublings).showing(clock=clock)


def index_run(view: View) -> RunIndex:
    """Return the index of a recording."""
    scenario = view.scenario
    # of several events at a time the heaviest is named: it comes last
    marks = sorted(view.timeline.marks, key=lambda mark: (mark.rank, mark.size))
    focus = [town for town in scenario.focus if any(each.id == town for each in scenario.towns)]
    towns = dict.fromkeys((*focus, *(town.id for town in scenario.towns)))
    regions = layout((1280, 720))
    here = projection(scenario, regions.map, regions.s, Camera())
    positions = {town.id: km_from_middle(here, *here.point(town.at)) for town in scenario.towns}
    for route in scenario.routes:
        (x, y), (other_x, other_y) = positions[route.start], positions[route.end]
        positions[route.id] = (x + other_x) / 2, (y + other_y) / 2
    return RunIndex(
        view.end,
        events=tuple(sorted({mark.t for mark in view.timeline.marks})),
        turning_points=tuple(sorted({mark.t for mark in view.timeline.turning_points})),
        event_texts={mark.t: f"Day {mark.t // DAY}: {mark.text}" for mark in marks},
        towns=tuple(towns),
        routes=tuple(route.id for route in scenario.routes),
        positions=positions,
        pace=pacing(view.timeline, 1.0, 0.0),
        is_in_sight=partial(_is_in_sight, view),
    )


def _is_in_sight(view: View, frame: Frame, name: str) -> bool:
    fixed = map_geometry(view, frame)
    return name in fixed.seen or (name in fixed.points and fixed.here.shows(fixed.points[name]))


def km_from_middle(here: Projection, x: float, y: float) -> tuple[float, float]:
    """Return how far east and north of the middle of the map a pixel lies; km."""
    region = here.region
    return here.kilometres(x - region.x - region.width / 2, y - region.y - region.height / 2)


def start_playback(run: RunIndex, frame: Frame, *, speed: float | None = None) -> Playback:
    """Return a playback at a frame's time, at normal speed or at the power of two nearest to `speed`."""
    doublings = run.normal_speed if speed is None else round(math.log2(speed))
    return Playback(frame).at(frame.t, run).at_speed(doublings, run)


def advance(playback: Playback, run: RunIndex, seconds: float) -> Playback:
    """Return the playback after some seconds of screen time.

    More than `MAX_STEP` counts as that and is shown as a lag, so that a window that was away goes on where it
    was.
    """
    step = min(max(seconds, 0.0), MAX_STEP)
    frame = playback.frame
    if not frame.playing:
        return playback
    clock = frame.clock + step
    pace = run.pacing(frame)
    if clock >= pace.length:
        return playback.at(run.end, run).showing(playing=False, is_lagging=False, card="end")
    # the help may stay open over a run that plays
    return playback.showing(t=pace.time_at(clock), clock=clock, is_lagging=seconds > MAX_STEP)


def speed_words(doublings: int) -> str:
    """Return a speed in words, such as 1 day = 0.75 s."""
    return f"1 day = {SECONDS_PER_DAY / 2.0**doublings:.2g} s"


def clamped(value: float, least: float, most: float) -> float:
    """Return a number within its limits."""
    return min(max(value, least), most)


def cycled(values: Sequence[Item], value: Item | None, step: int = 1) -> Item:
    """Return the value after another, round and round; the first, or going back the last, without another.

    Examples
    --------
    >>> cycled(["a", "b", "c"], "c"), cycled(["a", "b", "c"], None, -1)
    ('a', 'c')
    """
    if value not in values:
        return values[0 if step > 0 else -1]
    return values[(values.index(value) + step) % len(values)]
