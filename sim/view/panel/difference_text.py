"""What differs between two ensembles at a moment, in words: beyond noise, or not told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.analysis.ensemble_difference import EnsembleDifference, Gap
    from sim.model.quantities import Seconds
    from sim.scene.view_model import View

MOST_NAMED: Final = 3
SEEN: Final = 0.005
"""A smaller difference of shares shows in no whole per cent."""
SAME_DAYS: Final = 0.05
ALL_ALIKE: Final = "No town is held otherwise in any run up to here."


def contrast_words(view: View, t: Seconds, town: str) -> tuple[str, ...]:
    """Return what is otherwise in an ensemble than in the one beside it, the town that is looked at first.

    Parameters
    ----------
    view
        A run of the ensemble, with one of the other beside it.
    """
    found = view.contrast()
    if found is None:
        return ()
    gaps = differing(found, t)
    sure = {name: gap for name, gap in gaps.items() if gap.is_significant}
    return (
        held_words(view, found.held(t)[town], town),
        *_supply(view, found, t, town),
        *_beyond_noise(view, sure),
        *(() if len(gaps) == len(sure) else (count_words(gaps),)),
        *losses_words(view, found, t),
    )


def differing(found: EnsembleDifference, t: Seconds) -> Mapping[str, Gap]:
    """Return by town how its share differs, where it does: what is beyond noise first, the greatest first."""
    gaps = {town: gap for town, gap in found.held(t).items() if abs(gap.change.value) >= SEEN}
    return dict(
        sorted(gaps.items(), key=lambda each: (not each[1].is_significant, -abs(each[1].change.value)))
    )


def note(found: EnsembleDifference) -> str:
    """Return what two ensembles are compared by, in a few words."""
    return f"{found.count:,} pairs, same luck" if found.is_paired else f"{found.count:,} runs, own luck"


def points(gap: Gap) -> str:
    """Return a difference of shares, in points of per cent with its sign."""
    return f"{round(100 * gap.change.value):+d} %".replace("-", "−")


def held_words(view: View, gap: Gap, town: str) -> str:
    """Return in how many runs a town's first holder has it, here and there."""
    first = view.scenario.sides[view.scenario.side_index(view.town(town).held_by)].name
    here, there = (f"{100 * share:.0f} %" for share in (gap.here, gap.there))
    begin = f"{first} holds {view.town(town).name} in {here} of runs"
    if abs(gap.change.value) < SEEN:
        return f"{begin} in both."
    low, high = sorted(100 * abs(end) for end in gap.change[1:])
    how = f"beyond noise, by {low:.0f} to {high:.0f} points" if gap.is_significant else "not told apart"
    return f"{begin} instead of {there}: {how}."


def count_words(gaps: Mapping[str, Gap]) -> str:
    """Return how many towns differ beyond noise, and how many are not told apart.

    Parameters
    ----------
    gaps
        By town, where anything differs.
    """
    unsure = [abs(gap.change.value) for gap in gaps.values() if not gap.is_significant]
    sure = len(gaps) - len(unsure)
    if not gaps:
        return ALL_ALIKE
    parts = [f"{sure} {'town' if sure == 1 else 'towns'} beyond noise"] if sure else []
    if unsure:
        parts.append(f"{len(unsure)} not told apart (up to {100 * max(unsure):.0f} %)")
    words = "; ".join(parts)
    return f"{words}."


def _supply(view: View, found: EnsembleDifference, t: Seconds, town: str) -> list[str]:
    """Say how a town's supply differs on average when the day began."""
    gap = found.supply(town, t)
    if gap is None or abs(gap.change.value) < SAME_DAYS:
        return []
    noise = "beyond noise" if gap.is_significant else "not told apart"
    name = view.town(town).name
    return [f"{name}: {gap.here:.1f} days of supply on average instead of {gap.there:.1f}, {noise}."]


def _beyond_noise(view: View, sure: Mapping[str, Gap]) -> list[str]:
    """Name the towns that surely are held in more or fewer runs, the greatest differences first."""
    if not sure:
        return []
    named = [f"{view.town(town).name} {points(gap)}" for town, gap in [*sure.items()][:MOST_NAMED]]
    rest = len(sure) - len(named)
    more = f" and {rest} more" if rest else ""
    return [f"Held in more or fewer runs, beyond noise: {', '.join(named)}{more}."]


def losses_words(view: View, found: EnsembleDifference, t: Seconds) -> list[str]:
    """Return how soldiers lost so far differ on average when the day began."""
    gaps = [(side.name, found.losses(side.id, t)) for side in view.scenario.sides]
    gaps = [(name, gap) for name, gap in gaps if abs(gap.change.value) >= 1.0]
    if not gaps:
        return []
    are_sure = all(gap.is_significant for _, gap in gaps)
    parts = [
        f"{name} {gap.change.value:+,.0f}".replace("-", "−")
        + f"{'' if are_sure else ' beyond noise' if gap.is_significant else ' (not told apart)'}"
        for name, gap in gaps
    ]
    return [f"Soldiers lost: {', '.join(parts)}{', beyond noise' if are_sure else ''}."]
