"""Plain answers at the top: is the focus held, how short did it run, what else, what it cost in people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.quantities import DAY, PERSONNEL
from sim.report.page import Card
from sim.report.sections import hindcast, sweep
from sim.report.subject import Ensemble, Subject, focus_town
from sim.report.text import amount_text, range_text, share_text
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from sim.report.run_summary import RunSummary

MOST: Final = 4
SHORT: Final = 1.0
"""Days of supply below which a town counts as short here."""


def cards(subject: Subject) -> tuple[Card, ...]:
    """Return up to four answers."""
    found: list[Card] = []
    if subject.ensemble is not None:
        found = _of_many(subject, subject.ensemble)
    elif subject.run is not None:
        found = _of_run(subject, subject.run)
    else:
        return tuple((sweep.cards(subject) + hindcast.cards(subject))[:MOST])
    mover = sweep.card(subject)
    return tuple(found if mover is None else [*found[: MOST - 1], mover])


def _of_many(subject: Subject, ensemble: Ensemble) -> list[Card]:
    """Return what many runs say."""
    town = focus_town(subject)
    name, number = subject.town(town), ensemble.results.names.towns.index(town)
    held = ensemble.summary.held[town]
    holder = f"{subject.side(subject.first_holder(town))} on day {subject.days:g}"
    found = [Card(share_text(held.value), f"of runs: {name} held by {holder} ({range_text(held)} %)")]
    days = ensemble.results.town_series("days_of_supply")[:, :, number].astype(float)
    known = ~np.isnan(days).all(axis=0)
    if known.any():
        medians = np.full(days.shape[1], np.inf)
        medians[known] = np.nanmedian(days[:, known], axis=0)
        when = int(medians.argmin())
        found.append(Card(f"{medians[when]:.1f} days", f"lowest median supply in {name}, day {when}"))
        # the moment at which the run ends is the morning of no day
        short = np.median((np.where(np.isnan(days), np.inf, days) < SHORT)[:, :-1].sum(axis=1))
        words = f"days with less than a day of supply in {name}, median"
        found.append(Card(f"{short:.0f} of {subject.days:g}", words))
    counts = ensemble.summary.changed_towns
    towns = np.repeat([*counts], [*counts.values()])
    low, middle, high = np.quantile(towns, (0.05, 0.5, 0.95))
    words = f"changed hands, median ({low:.0f} to {high:.0f} in nine of ten runs)"
    return [*found, Card(count_of(round(middle), "town"), words)]


def _of_run(subject: Subject, run: RunSummary) -> list[Card]:
    """Return what one run came to."""
    town = focus_town(subject)
    name = subject.town(town)
    holder = subject.side(run.last.held_by[town])
    was = run.timeline.spans[town][0].side
    how = "all along" if len({span.side for span in run.timeline.spans[town]}) == 1 else "at the end"
    found = [Card("Held", f"{name}, by {holder} {how}, on day {run.end:g}")]
    if run.last.held_by[town] != was:
        found = [Card("Lost", f"{name}: held by {holder} on day {run.end:g}")]
    pairs = zip(run.timeline.days[town], run.timeline.times, strict=True)
    days = [(each, t) for each, t in pairs if each is not None]
    if days:
        least, when = min(days)
        found.append(Card(f"{least:.1f} days", f"lowest supply in {name}, day {when // DAY}"))
        short = run.end * sum(each < SHORT for each, _ in days) / len(run.timeline.times)
        words = f"days with less than a day of supply in {name}"
        found.append(Card(f"{short:.0f} of {run.end:.0f}", words))
    lost = {side.name: run.last.sides[side.id].losses[PERSONNEL] for side in subject.scenario.sides}
    words = ", ".join(f"{side} {soldiers:,}" for side, soldiers in lost.items())
    total = amount_text(float(sum(lost.values())))
    return [*found, Card(total, f"soldiers lost: {words}")]
