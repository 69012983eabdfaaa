"""The road that matters most: it stays for days and for seconds of the screen.

The run is cut into stretches that are long enough for both; each has the road that matters most in it, unless
that of the stretch before matters nearly as much.
"""

from __future__ import annotations

import bisect
import math
from typing import TYPE_CHECKING, Final

from sim.analysis.towns import contested_towns
from sim.model.quantities import DAY, Seconds, TonnesPerDay
from sim.scene.road_looks import capacity_changes, road_looks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scene.road_looks import RoadLook
    from sim.scene.view_model import Frame, View

LEAST_TIME: Final = 3 * DAY
"""For which a road stays the one that matters most, at least; s."""
LEAST_CLOCK: Final = 2.0
"""The same on the screen; s."""
LOOKED_AT: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where in a stretch roads are looked at; shares of it."""
KEPT_AWAY: Final = 10.0
"""A tonne that does not arrive for a road's sake weighs as much as so many that it carries in full."""
ELSEWHERE: Final = (0.4, 0.15)
"""What does not arrive for its sake, and what it carries, count so much where a road leads to no focus."""
MISSED: Final = 6 * DAY
"""How long a road that was cut matters for what it carried before; s."""
LOYALTY: Final = 0.75
"""A road stays as long as it matters so much of what the foremost does."""

Weights = dict[str, TonnesPerDay]


def road_in_focus(view: View, frame: Frame, t: Seconds | None = None, side: int | None = None) -> str | None:
    """Return the road that matters most at a time, the frame's by default, to a side or at all.

    None where none carries.
    """
    t = frame.t if t is None else t
    number = min(max(t, 0), view.end) // _stretch(frame)
    now, before = (_weights(view, frame, n) for n in (number, max(0, number - 1)))
    looks = road_looks(view, t)
    now = {
        road: weight
        for road, weight in now.items()
        if looks[road].kind not in {"contact", "idle"} and side in {None, looks[road].side}
    }
    before = {road: weight for road, weight in before.items() if side in {None, looks[road].side}}
    if not now:
        return None
    first, earlier = max(now, key=now.__getitem__), max(before, key=before.__getitem__, default=None)
    return earlier if earlier is not None and now.get(earlier, 0.0) >= LOYALTY * now[first] else first


def told_changes(view: View, frame: Frame, t: Seconds) -> Sequence[Seconds]:
    """Return when the capacity changes of the road whose figures are told: the selected one, or this one."""
    chosen = frame.selection
    if chosen is not None and chosen.kind != "route":
        return ()
    route = chosen.name if chosen is not None else road_in_focus(view, frame, t)
    return capacity_changes(view, route) if route is not None else ()


def _stretch(frame: Frame) -> Seconds:
    """Return the length of a stretch in the run; s."""
    return max(LEAST_TIME, math.ceil(LEAST_CLOCK / frame.seconds_per_day * DAY))


def _weights(view: View, frame: Frame, number: int) -> Weights:
    """Return how much each road matters in a stretch; worked out once."""
    length = _stretch(frame)
    known: dict[int, Weights] = view.cached("weights of roads", length, dict)
    if number not in known:
        times = (min(view.end, round((number + share) * length)) for share in LOOKED_AT)
        looks = [_weights_at(view, t) for t in times]
        roads = dict.fromkeys(road for each in looks for road in each)
        known[number] = {road: math.fsum(each.get(road, 0.0) for each in looks) for road in roads}
    return known[number]


def _weights_at(view: View, t: Seconds) -> Mapping[str, float]:
    """Return how much roads in use matter at a time: what they keep away, and what they carry."""
    state = view.snapshot(t)
    near = set(view.scenario.focus) or contested_towns(view.scenario, state)
    looks = road_looks(view, t)
    short = [math.fsum(look.kept_away for look in looks.values() if look.side == side) for side in (0, 1)]
    found = {}
    for road, now in looks.items():
        # a road that was in use is missed for the capacity that it lost, as far as anything does not arrive
        look = _before_cut(view, road, t) if now.kind == "cut" else now
        if look is not None and look.kind not in {"contact", "idle"}:
            lost = 1.0 if now.kind == "cut" else look.damage if look.kind == "full" else 0.0
            kept_away = max(look.kept_away, min(look.nominal * lost, short[look.side]))
            route = view.route(road)
            away, carried = ELSEWHERE if near.isdisjoint((route.start, route.end)) else (1.0, 1.0)
            found[road] = away * KEPT_AWAY * kept_away + carried * look.flow * (1.0 + look.used)
    return found


def _before_cut(view: View, road: str, t: Seconds) -> RoadLook | None:
    """Return how a road stood that is cut, before it was; none where that was too long ago."""
    changes = capacity_changes(view, road)
    for number in range(bisect.bisect_right(changes, t) - 1, -1, -1):
        if changes[number] <= t - MISSED:
            return None
        before = road_looks(view, changes[number] - 1)[road]
        if before.kind != "cut":
            return before
    return None
