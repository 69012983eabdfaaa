"""What differs between two runs of the same front at a moment, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.sentences import days_text
from sim.model.quantities import DAY, PERSONNEL, Days, Seconds

if TYPE_CHECKING:
    from sim.scene.view_model import View

SAME_DAYS: Final[Days] = 0.05
LEAST_HELD: Final[Days] = 1.0
"""A town that is held for less longer is not told of."""
MOST_HELD: Final = 2
NONE: Final = "No difference yet: the two runs are the same up to here."


def difference_words(view: View, t: Seconds, town: str) -> tuple[str, ...]:
    """Return what is otherwise in a run than in the one beside it, the town that is looked at first."""
    other = view.beside
    if other is None:
        return ()
    found = [*_supply(view, other, t, town), *_held(view, other), *_losses(view, other, t)]
    return tuple(found) or (NONE,)


def _days(view: View, t: Seconds, town: str) -> Days | None:
    """Return a town's days of supply at a moment; none where nobody uses any, or there is no such town."""
    series = view.timeline.days.get(town)
    return None if series is None else series[view.timeline.index_at(t)]


def _supply(view: View, other: View, t: Seconds, town: str) -> list[str]:
    """Say how a town's supply differs."""
    here, there = _days(view, t, town), _days(other, t, town)
    name = view.town(town).name
    if here is None or there is None:
        if here == there:
            return []
        return [f"{name}: {_supply_words(here)} instead of {_supply_words(there)}."]
    if abs(here - there) < SAME_DAYS:
        return []
    return [f"{name}: {days_text(here)} of supply instead of {there:.1f}."]


def _supply_words(days: Days | None) -> str:
    return "nobody to supply" if days is None else f"{days_text(days)} of supply"


def held_for(view: View, town: str) -> Days:
    """Return for how long a town's first holder had it, over the whole run."""
    first = view.town(town).held_by
    spans = view.timeline.spans.get(town, ())
    return sum(span.end - span.begin for span in spans if span.side == first) / DAY


def _held(view: View, other: View) -> list[str]:
    """Say which towns their first holders have for longer or for less long, the greatest differences."""
    known = {town.id for town in other.scenario.towns}
    longer = [
        (held_for(view, town.id) - held_for(other, town.id), town)
        for town in view.scenario.towns
        if town.id in known
    ]
    longer = [each for each in longer if abs(each[0]) >= LEAST_HELD]
    longer.sort(key=lambda each: -abs(each[0]))
    if not longer:
        return []
    parts = [f"{longer[0][1].name} held {_time_words(longer[0][0])}"]
    for days, town in longer[1:MOST_HELD]:
        is_alike = (days > 0) == (longer[0][0] > 0)
        parts.append(f"{town.name} {abs(days):.0f}" if is_alike else f"{town.name} {_time_words(days)}")
    rest = len(longer) - MOST_HELD
    more = f"; {rest} more differ{'s' * (rest == 1)}" if rest > 0 else ""
    return [f"{', '.join(parts)}{more}."]


def _time_words(days: Days) -> str:
    """Return for how much longer or shorter, in words.

    Examples
    --------
    >>> _time_words(14.2), _time_words(-1.0)
    ('14 days longer', '1 day shorter')
    """
    count = round(abs(days))
    return f"{count} {'day' if count == 1 else 'days'} {'longer' if days > 0 else 'shorter'}"


def _losses(view: View, other: View, t: Seconds) -> list[str]:
    """Say how soldiers lost so far differ."""
    parts = []
    for side in view.scenario.sides:
        here, there = (
            each.timeline.losses[side.id][each.timeline.index_at(t)][PERSONNEL]
            for each in (view, other)
            if side.id in each.timeline.losses
        )
        if here != there:
            parts.append(f"{side.name} {abs(here - there):,} {'more' if here > there else 'fewer'}")
    return [f"Soldiers lost: {', '.join(parts)}."] if parts else []
