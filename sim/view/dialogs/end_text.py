"""What the end card says: what happened in this run, and among many runs how usual that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.moment import held_sentence
from sim.analysis.text import listing
from sim.model.quantities import DAY, PERSONNEL, in_days
from sim.view.panel.differences import count_text, held_text, town_differences
from sim.view.panel.panel import charted_town

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.scene.view_model import View

NAMED: Final = 5
ALONE: Final = "One run is one possible path of a simple model: how usual it is, only many replications tell."
Paragraph = tuple[str, str, int]
"""Its colour, its words, and how many lines it may take."""


def end_paragraphs(view: View) -> tuple[str, tuple[Paragraph, ...]]:
    """Return the end card's title and paragraphs."""
    header, ensemble_difference = view.recording.header, view.ensemble_difference()
    usual = ("ink3", ALONE, 2) if view.ensemble is None else ("ink", how_usual(view, view.ensemble), 4)
    losses = " ".join(
        f"{side.name} lost {view.timeline.losses[side.id][-1][PERSONNEL]:,} soldiers."
        for side in view.scenario.sides
    )
    found = [("ink", _changes(view), 3), ("ink", _road(view), 3), ("ink2", losses, 2), usual]
    if ensemble_difference is not None:
        town, gaps = charted_town(view, None), town_differences(ensemble_difference, view.end)
        held = held_text(view, ensemble_difference.held(view.end)[town], town)
        found.append(("ink", f"Beside the other ensemble: {held} {count_text(gaps)}", 3))
    return f"Replication {header.replication} ended on day {in_days(view.end):g}", tuple(found)


def how_usual(view: View, ensemble: EnsembleAtTime) -> str:
    """Return how usual what happened in a run is among many, in words."""
    count = len(view.timeline.changed)
    if count:
        share = f"{100 * ensemble.changed_at_least(count):.0f} %"
        towns = "at least one town" if count == 1 else f"{count} towns or more"
        words = f"In {share} of {ensemble.count} replications {towns} changed hands, as here."
    else:
        share = f"{100 * (1 - ensemble.changed_at_least(1)):.0f} %"
        words = f"In {share} of {ensemble.count} replications no town changed hands, as here."
    places = []
    for side in view.scenario.sides:
        place = ensemble.losses_place(side.id, view.end, view.timeline.losses[side.id][-1][PERSONNEL])
        places.append(f"{side.name} lost more soldiers than in {100 * place:.0f} %")
    return f"{words} {', '.join(places)}. {held_sentence(view.scenario, ensemble)}"


def _changes(view: View) -> str:
    timeline = view.timeline
    if not timeline.changed:
        return "No town changed hands in this run."
    state = view.snapshot(view.end)
    parts = []
    for side in view.scenario.sides:
        gained = [
            f"{view.town(town).name} (day {state.changed_at[town][-1] // DAY})"
            for town in timeline.changed
            if state.held_by[town] == side.id != view.town(town).held_by
        ]
        if gained:
            parts.append(f"now held by {side.name}: {listing(gained, NAMED)}")
    changed = [view.town(town) for town in timeline.changed]
    back = [town.name for town in changed if state.held_by[town.id] == town.held_by]
    if back:
        parts.append(f"lost and retaken: {listing(back, NAMED)}")
    words = "; ".join(parts)
    return f"{words[:1].upper()}{words[1:]}."


def _road(view: View) -> str:
    """Return which road kept garrisons short for longest."""
    timeline = view.timeline
    if not timeline.bottlenecks:
        return "No road kept a garrison short for long: every side's plan met what was asked."
    route = max((each.route for each in timeline.bottlenecks), key=timeline.bottleneck_share)
    ends = view.route(route)
    days = timeline.bottleneck_share(route) * in_days(view.end)
    names = f"{view.town(ends.start).name} – {view.town(ends.end).name}"
    return f"The road that mattered most was {names}: it kept garrisons short on {days:.0f} days."
