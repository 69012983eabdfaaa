"""What differs from the run beside, or between two ensembles: in words, and as the panel's block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.moment import days_text
from sim.model.quantities import DAY, PERSONNEL, Days, Seconds
from sim.scene.text import wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.analysis.ensemble import EnsembleDifference
    from sim.scene.view_model import View
    from sim.scene.widgets import Column
    from sim.statistics.differences import Difference

MAX_NAMED: Final = 3
MIN_SHARE: Final = 0.005
"""A smaller difference of shares shows in no whole per cent."""
MIN_DAYS: Final[Days] = 0.05
MIN_DAYS_HELD: Final[Days] = 1.0
"""A town that is held for less longer is not named."""
MAX_HELD: Final = 2
NO_DIFFERENCE: Final = "No difference yet: the two runs are the same up to here."
ALL_ALIKE: Final = "So far every town is held by the same side in all runs of both."
LINE: Final = 18.0


def difference_block(column: Column, view: View, t: Seconds, town: str, bottom: float) -> None:
    """Say in sentences what differs from the run beside, or between two ensembles, as far as they fit."""
    found = view.ensemble_difference()
    column.heading("What differs", "" if found is None else comparison_note(found))
    for text in difference_text(view, t, town):
        lines = len(wrap(text, column.width, 13 * column.s, 3))
        if column.y + lines * LINE * column.s > bottom:
            break
        column.paragraph(text, 3, size=13, color="ink", line=LINE)
        column.gap(4)


def difference_text(view: View, t: Seconds, town: str) -> tuple[str, ...]:
    """Return how a run differs from the one beside it, or its ensemble from that one's, `town` first."""
    other, found = view.beside, view.ensemble_difference()
    if found is not None:
        return _ensemble_difference_text(view, found, t, town)
    if other is None:
        return ()
    texts = [*_run_supply(view, other, t, town), *_held(view, other, t), *_run_losses(view, other, t)]
    return tuple(texts) or (NO_DIFFERENCE,)


def _ensemble_difference_text(
    view: View, found: EnsembleDifference, t: Seconds, town: str
) -> tuple[str, ...]:
    gaps = town_differences(found, t)
    sure = {name: gap for name, gap in gaps.items() if gap.is_significant}
    return (
        held_text(view, found.held(t)[town], town),
        *_supply(view, found, t, town),
        *_significant(view, sure),
        *(() if gaps and len(gaps) == len(sure) else (count_text(gaps),)),
        *losses_text(view, found, t),
    )


def town_differences(found: EnsembleDifference, t: Seconds) -> Mapping[str, Difference]:
    """Return by town how its share differs: significant differences first, and the greatest first."""
    gaps = {town: gap for town, gap in found.held(t).items() if abs(gap.change.value) >= MIN_SHARE}
    order = sorted(gaps, key=lambda town: (not gaps[town].is_significant, -abs(gaps[town].change.value)))
    return {town: gaps[town] for town in order}


def comparison_note(found: EnsembleDifference) -> str:
    """Return how many runs two ensembles are compared by."""
    return f"{found.count:,} {'pairs of runs' if found.is_paired else 'runs each'}"


def points_text(gap: Difference) -> str:
    """Return a difference of shares in percentage points."""
    return f"{round(100 * gap.change.value):+d} %".replace("-", "−")


def held_text(view: View, gap: Difference, town: str) -> str:
    """Return in how many runs the first holder of a town has it, here and there."""
    first = view.scenario.sides[view.scenario.side_index(view.town(town).held_by)].name
    here, there = (f"{100 * share:.0f} %" for share in (gap.second, gap.first))
    begin = f"{first} holds {view.town(town).name} in {here} of runs"
    if abs(gap.change.value) < MIN_SHARE:
        return f"{begin} in both."
    low, high = sorted(100 * abs(end) for end in (gap.change.low, gap.change.high))
    how = f"significant, by {low:.0f} to {high:.0f} points" if gap.is_significant else "not significant"
    return f"{begin} instead of {there}: {how}."


def count_text(gaps: Mapping[str, Difference]) -> str:
    """Return how many towns differ significantly, and how many do not."""
    unsure = [abs(gap.change.value) for gap in gaps.values() if not gap.is_significant]
    sure = len(gaps) - len(unsure)
    if not gaps:
        return ALL_ALIKE
    parts = [f"{sure} {'town differs' if sure == 1 else 'towns differ'} significantly"] if sure else []
    if unsure:
        parts.append(f"{len(unsure)} not significantly (up to {100 * max(unsure):.0f} %)")
    return f"{'; '.join(parts)}."


def _supply(view: View, found: EnsembleDifference, t: Seconds, town: str) -> list[str]:
    gap = found.supply(town, t)
    if gap is None or abs(gap.change.value) < MIN_DAYS:
        return []
    verdict = "significant" if gap.is_significant else "not significant"
    name = view.town(town).name
    return [f"{name}: {gap.second:.1f} days of supply on average instead of {gap.first:.1f}, {verdict}."]


def _significant(view: View, sure: Mapping[str, Difference]) -> list[str]:
    if not sure:
        return []
    named = [f"{view.town(town).name} {points_text(gap)}" for town, gap in [*sure.items()][:MAX_NAMED]]
    rest = len(sure) - len(named)
    more = f" and {rest} more" if rest else ""
    return [f"Held in significantly more or fewer runs: {', '.join(named)}{more}."]


def losses_text(view: View, found: EnsembleDifference, t: Seconds) -> list[str]:
    """Return how soldiers lost differ on average at the beginning of the day."""
    gaps = [(side.name, found.losses(side.id, t)) for side in view.scenario.sides]
    gaps = [(name, gap) for name, gap in gaps if abs(gap.change.value) >= 1.0]
    if not gaps:
        return []
    are_sure = all(gap.is_significant for _, gap in gaps)
    parts = [
        f"{name} {gap.change.value:+,.0f}".replace("-", "−")
        + f"{'' if are_sure else ' (significant)' if gap.is_significant else ' (not significant)'}"
        for name, gap in gaps
    ]
    return [f"Soldiers lost: {', '.join(parts)}{' (significant)' if are_sure else ''}."]


def _days(view: View, t: Seconds, town: str) -> Days | None:
    """Return a town's days of supply; None without consumption, or without such a town."""
    series = view.timeline.days.get(town)
    return None if series is None else series[view.timeline.index_at(t)]


def _run_supply(view: View, other: View, t: Seconds, town: str) -> list[str]:
    here, there = _days(view, t, town), _days(other, t, town)
    if here == there or (here is not None and there is not None and abs(here - there) < MIN_DAYS):
        return []
    words, other_words = (
        "nobody to supply" if days is None else f"{days_text(days)} of supply" for days in (here, there)
    )
    if here is not None and there is not None:
        other_words = f"{there:.1f}"
    return [f"{view.town(town).name}: {words} instead of {other_words}."]


def held_for(view: View, town: str, until: Seconds) -> Days:
    """Return for how long the first holder of a town had it, up to a time of the run."""
    first = view.town(town).held_by
    spans = view.timeline.spans.get(town, ())
    return sum(max(0, min(span.end, until) - span.begin) for span in spans if span.side == first) / DAY


def _held(view: View, other: View, t: Seconds) -> list[str]:
    """Say which towns their first holders have had for longer or shorter, the greatest differences first."""
    known = {town.id for town in other.scenario.towns}
    towns = [town for town in view.scenario.towns if town.id in known]
    longer = [(held_for(view, town.id, t) - held_for(other, town.id, t), town) for town in towns]
    longer = [each for each in longer if abs(each[0]) >= MIN_DAYS_HELD]
    longer.sort(key=lambda each: -abs(each[0]))
    if not longer:
        return []
    parts = [f"{longer[0][1].name} held {_time_words(longer[0][0])}"]
    for days, town in longer[1:MAX_HELD]:
        is_alike = (days > 0) == (longer[0][0] > 0)
        parts.append(f"{town.name} {abs(days):.0f}" if is_alike else f"{town.name} {_time_words(days)}")
    rest = len(longer) - MAX_HELD
    more = f"; {rest} more differ{'s' * (rest == 1)}" if rest > 0 else ""
    return [f"{', '.join(parts)}{more}."]


def _time_words(days: Days) -> str:
    count = round(abs(days))
    return f"{count} {'day' if count == 1 else 'days'} {'longer' if days > 0 else 'shorter'}"


def _run_losses(view: View, other: View, t: Seconds) -> list[str]:
    parts = []
    for side in view.scenario.sides:
        runs = [each.timeline for each in (view, other)]
        here, there = (each.losses[side.id][each.index_at(t)][PERSONNEL] for each in runs)
        if here != there:
            parts.append(f"{side.name} {abs(here - there):,} {'more' if here > there else 'fewer'}")
    return [f"Soldiers lost: {', '.join(parts)}."] if parts else []
