"""What happens in a run, each event with a least time on the screen: a strike, an assault, a town that falls.

Worked out once for a recording and a playback speed, from the recording's events alone. What would crowd the
screen is left out, the lesser first; what happens again on the same road meanwhile joins what is shown.
"""

from __future__ import annotations

import bisect
import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, assert_never, get_args

from sim.model.events import (
    AssaultFought,
    ConvoyAttacked,
    Event,
    RouteDamaged,
    RouteRepaired,
    TownEncircled,
    TownFell,
    TownRelieved,
)
from sim.model.quantities import DAY, Seconds
from sim.scene.beats.pacing import last_step, pacing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sim.scene.beats.pacing import Pacing
    from sim.scene.view_model import Frame, View

BeatKind: TypeAlias = Literal[
    "strike",
    "repair",
    "ambush",
    "assault_won",
    "assault_repelled",
    "fall",
    "cut_off",
    "relief",
    "withdrawal",
]
Shown: TypeAlias = (
    AssaultFought | ConvoyAttacked | RouteDamaged | RouteRepaired | TownEncircled | TownFell | TownRelieved
)
"""Events that are seen on the map."""
LASTS: Final[dict[BeatKind, float]] = {
    "strike": 1.0,
    "repair": 1.1,
    "ambush": 1.2,
    "assault_won": 1.4,
    "assault_repelled": 1.0,
    "fall": 2.1,
    "cut_off": 1.8,
    "relief": 1.6,
    "withdrawal": 1.7,
}
"""Time on the screen's clock; s."""
DECISIVE: Final = 0.47
"""Share of its time at which an event is decided; before that it approaches."""
REDUCED: Final = 1.5
"""Time for which a mark stands with reduced motion; s."""
LONGEST: Final = 2.5
"""No event is seen for longer, or so long after it happened; s."""
GREAT: Final[frozenset[BeatKind]] = frozenset({"fall", "cut_off", "relief", "withdrawal"})
"""These are always shown, from the time at which they happen."""
WEIGHTS: Final[dict[BeatKind, float]] = {
    "strike": 2.0,
    "repair": 2.0,
    "ambush": 1.7,
    "assault_won": 1.0,
    "assault_repelled": 1.0,
}
"""The heavier are kept where not all find room; amounts come on top."""
LEAST_LOAD: Final = 10.0
"""Load lost from which an attack on a convoy is shown; t."""
MAX_STARTS: Final[tuple[tuple[frozenset[BeatKind], int], ...]] = (
    (frozenset({"strike", "ambush"}), 2),
    (frozenset({"repair"}), 1),
    (frozenset({"assault_won", "assault_repelled"}), 1),
)
"""How many events of some kinds may begin within a second."""
RESERVED: Final = round(0.14 * DAY)
"""Before and after a fall, nothing else that is not of its own begins; s."""
SLOWED: Final = 6.0
"""About how many times longer a day takes where a town falls."""
FASTEST: Final = 1 / 3
"""Screen time of a day below which only great events are shown; s."""
AFTER_FALL: Final = 0.25
"""How much later than a fall the garrison is seen to leave; s."""


@dataclass(frozen=True, slots=True)
class Beat:
    """An event on the screen."""

    kind: BeatKind
    t: Seconds
    """When it happened in the run; s."""
    at: float
    """The screen's clock at that time; s. So are its begin and its end."""
    begin: float
    end: float
    side: str
    """Who struck, attacked, repaired, or holds the town now; of an ambush, whose convoy it was."""
    route: str | None = None
    town: str | None = None
    """The town that is meant: attacked, taken, cut off; of a withdrawal, where it leads."""
    origin: str | None = None
    """The town that an assault or a withdrawal comes from."""
    amount: float = 0.0
    """Share out of use after a strike or a repair; load lost, t; soldiers who withdraw; where the front of an
    assault's contact stands then, km."""
    loser: str | None = None
    """Who held a town that fell."""
    count: int = 1
    """How many such events it stands for."""

    def share(self, frame: Frame) -> float | None:
        """Return how much of it has passed, from 0 to 1; None where it is not seen.

        Stepped to, it shows at its height. With reduced motion it stands as it is then, for a while.
        """
        if frame.reduced_motion:
            return DECISIVE if self.at <= frame.clock < self.at + REDUCED else None
        if self.t == frame.t and not frame.playing:
            return DECISIVE
        share = (frame.clock - self.begin) / (self.end - self.begin)
        return share if 0.0 <= share < 1.0 else None


@dataclass(frozen=True)
class Beats:
    """All events of a run on the screen, in the order in which they begin."""

    all: tuple[Beat, ...]
    falls: tuple[Beat, ...]
    """In order of time."""

    @functools.cached_property
    def begins(self) -> list[float]:
        """When they begin; s."""
        return [beat.begin for beat in self.all]

    @functools.cached_property
    def fall_times(self) -> list[Seconds]:
        """When towns fall."""
        return [fall.t for fall in self.falls]

    def active(self, frame: Frame) -> tuple[tuple[Beat, float], ...]:
        """Return the events to be seen in a frame, each with how much of it has passed."""
        first = bisect.bisect_left(self.begins, frame.clock - LONGEST)
        last = bisect.bisect_right(self.begins, frame.clock + LONGEST)
        near = ((beat, beat.share(frame)) for beat in self.all[first:last])
        return tuple((beat, share) for beat, share in near if share is not None)

    def of(self, *kinds: BeatKind) -> tuple[Beat, ...]:
        """Return the events of some kinds."""
        return tuple(beat for beat in self.all if beat.kind in kinds)

    def scars(self, t: Seconds) -> dict[str, Beat]:
        """Return by town its last fall up to a time of the run."""
        return {beat.town: beat for beat in self.falls if beat.t <= t and beat.town is not None}


def beats_of(view: View, frame: Frame) -> Beats:
    """Return the events of a frame's recording at its playback speed."""
    clock = pacing_of(view, frame)
    return view.cached("beats", clock, lambda: _beats(view, clock))


def step_at(
    view: View,
    frame: Frame,
    seconds: float,
    late: float = 0.0,
    others: Callable[[View, Frame, Seconds], Sequence[Seconds]] | None = None,
) -> Seconds:
    """Return the time of the last step, or of the last fall or other change since then.

    A town that falls changes hands with its mark. `others` are times at which what is drawn changes, in
    order, near a time.
    """
    found = last_step(view, frame, seconds, late)
    if not frame.playing:
        return found
    until = frame.t - round(DAY * late / SLOWED / frame.seconds_per_day)
    for times in (beats_of(view, frame).fall_times, others(view, frame, found) if others else ()):
        number = bisect.bisect_right(times, until)
        found = max(found, times[number - 1]) if number else found
    return found


def hits_of(view: View, frame: Frame, _t: Seconds = 0) -> Sequence[Seconds]:
    """Return when strikes and repairs are seen, in order."""
    found = beats_of(view, frame)
    return view.cached(
        "hits", pacing_of(view, frame), lambda: sorted(b.t for b in found.of("strike", "repair"))
    )


def _beats(view: View, clock: Pacing) -> Beats:
    happened = view.cached("shown events", None, lambda: tuple(_shown(view)))
    found = [beat for t, event, side in happened for beat in _of_event(t, event, side, clock)]
    great = [beat for beat in found if beat.kind in GREAT]
    falls = tuple(beat for beat in great if beat.kind == "fall")
    chosen = _thinned([beat for beat in found if beat.kind not in GREAT], falls, clock)
    ordered = sorted((*great, *chosen), key=lambda beat: (beat.begin, beat.t, beat.kind, beat.route or ""))
    return Beats(tuple(ordered), falls)


def _shown(view: View) -> Iterator[tuple[Seconds, Shown, str]]:
    """Yield the events that are seen, with whose they are where they do not say."""
    held = {town.id: town.held_by for town in view.scenario.towns}
    for t, event in view.recording.events_of(*get_args(Shown)):
        if isinstance(event, TownFell):
            held[event.town] = event.winner
        if isinstance(event, ConvoyAttacked) and event.load_lost < LEAST_LOAD:
            continue
        yield t, event, _holder(view, event, held)


def _holder(view: View, event: Event, held: dict[str, str]) -> str:
    if isinstance(event, RouteDamaged | RouteRepaired | ConvoyAttacked):
        return held[view.route(event.route).start]
    return ""


def _of_event(t: Seconds, event: Shown, holder: str, clock: Pacing) -> Iterator[Beat]:
    """Yield what is seen of an event."""
    at = clock.clock_at(t)

    def beat(kind: BeatKind, side: str, **more: object) -> Beat:
        begin = at if kind in GREAT else at - DECISIVE * LASTS[kind]
        begin += AFTER_FALL if kind == "withdrawal" else 0.0
        return Beat(kind, t, at, begin, begin + LASTS[kind], side, **more)  # type: ignore[arg-type]

    match event:
        case RouteDamaged(route=route, damage=damage):
            yield beat("strike", event.side or "", route=route, amount=damage)
        case RouteRepaired(route=route, damage=damage):
            yield beat("repair", event.side or holder, route=route, amount=damage)
        case ConvoyAttacked(route=route, load_lost=load):
            yield beat("ambush", holder, route=route, amount=load)
        case AssaultFought():
            kind: BeatKind = "assault_won" if event.succeeded else "assault_repelled"
            ends = {"town": event.target, "origin": event.origin}
            yield beat(kind, event.attacker, route=event.route, amount=event.front, **ends)
        case TownFell(town=town):
            yield beat("fall", event.winner, route=event.route, town=town, loser=event.loser)
            if event.retreat is not None and event.withdrawn:
                left = {"origin": town, "amount": float(event.withdrawn)}
                yield beat("withdrawal", event.loser, town=event.retreat, **left)
        case TownEncircled(town=town):
            yield beat("cut_off", event.side, town=town)
        case TownRelieved(town=town):
            yield beat("relief", event.side, town=town)
        case _:
            assert_never(event)


def _thinned(found: Iterable[Beat], falls: tuple[Beat, ...], clock: Pacing) -> list[Beat]:
    """Return those for which there is room, the heaviest first; others of a kind on a road join them."""
    chosen: list[Beat] = []
    starts: dict[int, list[float]] = {number: [] for number in range(len(MAX_STARTS))}
    own: dict[tuple[str, str | None], list[int]] = {}
    for beat in sorted(found, key=lambda each: (-_weight(each, falls), each.begin, each.route or "")):
        if clock.rate_at(beat.t) < FASTEST or _is_reserved(beat, falls):
            continue
        number = next(n for n, (kinds, _) in enumerate(MAX_STARTS) if beat.kind in kinds)
        same = own.setdefault((beat.kind, beat.route), [])
        over = next((n for n in same if chosen[n].begin < beat.end and beat.begin < chosen[n].end), None)
        if over is not None:
            chosen[over] = replace(chosen[over], count=chosen[over].count + 1)
        elif _has_room(starts[number], beat.begin, MAX_STARTS[number][1]):
            bisect.insort(starts[number], beat.begin)
            same.append(len(chosen))
            chosen.append(beat)
    return chosen


def _weight(beat: Beat, falls: tuple[Beat, ...]) -> float:
    """Return how much an event weighs: the assault by which a town falls is above all."""
    if any(fall.t == beat.t and fall.route == beat.route for fall in falls):
        return math.inf
    extent = {"ambush": beat.amount / LEAST_LOAD / 4, "strike": beat.amount}.get(beat.kind, 0.0)
    return WEIGHTS[beat.kind] + min(extent, 1.0)


def _is_reserved(beat: Beat, falls: tuple[Beat, ...]) -> bool:
    """Return whether an event would disturb a fall that it is no part of."""
    return any(abs(fall.t - beat.t) < RESERVED and fall.route != beat.route for fall in falls)


def _has_room(starts: list[float], begin: float, most: int) -> bool:
    """Return whether one more may begin: no second holds more than `most`."""
    at = bisect.bisect(starts, begin)
    near = [*starts[max(0, at - most) : at], begin, *starts[at : at + most]]
    return all(last - first >= 1.0 for first, last in zip(near, near[most:], strict=False))
