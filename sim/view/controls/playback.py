"""Playing a run: what is shown, and how it goes on with time, as pure functions of values.

Knows no window, no key and no wall clock: `advance` takes the seconds that went by; what commands do is in
`sim.view.controls.commands`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sim.model.quantities import DAY, Seconds
from sim.scene.view_model import Frame

if TYPE_CHECKING:
    from sim.scene.view_model import View

SECONDS_PER_DAY: Final = 6.0
"""Of screen time at speed 1."""
SLOWEST: Final = -2
FASTEST: Final = 6
WHOLE_RUN: Final = 90.0
"""Screen time that a whole run takes at the speed with which it begins, about; s."""
LONGEST_STEP: Final = 0.1
"""Screen time that one picture may be late without the run leaping; s."""
_SPEED_WORDS: Final = {-2: "¼×", -1: "½×"}


@dataclass(frozen=True, slots=True)
class Course:
    """What playing needs to know of a run.

    Attributes
    ----------
    end
        When it ended; s.
    events, turning_points
        When something happened; s, ascending.
    towns, routes
        Ids, in the order in which they are selected in turn.
    places
        By town and by route: where it lies; km east and north of the focus' middle.
    """

    end: Seconds
    events: tuple[Seconds, ...] = ()
    turning_points: tuple[Seconds, ...] = ()
    told: Mapping[Seconds, str] = field(default_factory=dict)
    towns: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def normal_speed(self) -> int:
        """The doublings of speed 1 at which the whole run takes about `WHOLE_RUN`."""
        days = max(self.end / DAY, 1 / DAY)
        return min(max(round(math.log2(days * SECONDS_PER_DAY / WHOLE_RUN)), SLOWEST), FASTEST)


@dataclass(frozen=True, slots=True)
class Playback:
    """What is shown, and how it goes on.

    Attributes
    ----------
    exact
        The time in the run to a fraction of a second, so that slow playing does not stand still; s.
    doublings
        Of speed 1: -2 is a quarter, 6 is 64 times.
    """

    frame: Frame
    exact: float = 0.0
    doublings: int = 0

    def showing(self, **changes: Any) -> Playback:  # noqa: ANN401 - whatever Frame holds
        """Return the same with some of what is shown changed.

        Parameters
        ----------
        changes
            Fields of `Frame`.
        """
        return replace(self, frame=replace(self.frame, **changes))

    def at(self, t: float, course: Course) -> Playback:
        """Return the same at another time of the run.

        Parameters
        ----------
        t
            Wanted; s. What is outside the run becomes its beginning or end.
        """
        t = clamped(t, 0.0, float(course.end))
        card = "none" if self.frame.card in {"end", "text"} else self.frame.card
        return replace(self, exact=t).showing(t=int(t), card=card)

    def at_speed(self, doublings: int) -> Playback:
        """Return the same at another speed, the nearest there is."""
        doublings = min(max(doublings, SLOWEST), FASTEST)
        speed = 2.0**doublings
        there = replace(self, doublings=doublings)
        return there.showing(speed=speed, seconds_per_day=SECONDS_PER_DAY / speed)


def course_of(view: View) -> Course:
    """Return what playing needs to know of a recording."""
    scenario = view.scenario
    # Of several at a time the heaviest is told: it comes last.
    marks = sorted(view.timeline.marks, key=lambda mark: (mark.rank, mark.size))
    focus = [town for town in scenario.focus if any(each.id == town for each in scenario.towns)]
    towns = dict.fromkeys((*focus, *(town.id for town in scenario.towns)))
    return Course(
        view.end,
        events=tuple(sorted({mark.t for mark in view.timeline.marks})),
        turning_points=tuple(sorted({mark.t for mark in view.timeline.turning_points})),
        told={mark.t: f"Day {mark.t // DAY}: {mark.text}" for mark in marks},
        towns=tuple(towns),
        routes=tuple(route.id for route in scenario.routes),
    )


def opened(course: Course, frame: Frame, *, speed: float | None = None) -> Playback:
    """Return a run as it is when it is opened: at a frame's time, at normal speed unless another is named.

    Parameters
    ----------
    speed
        Times speed 1; the nearest power of two counts.
    """
    doublings = course.normal_speed if speed is None else round(math.log2(speed))
    return Playback(frame, float(frame.t)).at(frame.t, course).at_speed(doublings)


def advance(playback: Playback, course: Course, seconds: float) -> Playback:
    """Return what is shown after some screen time.

    Parameters
    ----------
    seconds
        Screen time that went by. More than `LONGEST_STEP` counts as that, so that a window which was away
        goes on where it was; what is shown then says that it lags.
    """
    step = min(max(seconds, 0.0), LONGEST_STEP)
    frame = playback.frame
    # Whoever reduces motion wants no running arrowheads either: their clock stands.
    shown = playback.showing(screen_time=frame.screen_time + step * (not frame.is_calm))
    if not frame.playing:
        return shown
    shown = shown.showing(is_lagging=seconds > LONGEST_STEP)
    t = playback.exact + step * DAY / frame.seconds_per_day
    if t >= course.end:
        return shown.at(course.end, course).showing(playing=False, is_lagging=False, card="end")
    # Playing closes nothing but what `at` closes: the help may lie open over a run that goes on.
    return replace(shown, exact=t).showing(t=int(t))


def speed_words(doublings: int) -> str:
    """Return a speed in words.

    Examples
    --------
    >>> speed_words(3), speed_words(-2)
    ('8×, 1 day = 0.75 s', '¼×, 1 day = 24 s')
    """
    times = _SPEED_WORDS.get(doublings) or f"{2**doublings}×"
    return f"{times}, 1 day = {SECONDS_PER_DAY / 2.0**doublings:.2g} s"


def clamped(value: float, least: float, most: float) -> float:
    """Return a number within its limits."""
    return min(max(value, least), most)
