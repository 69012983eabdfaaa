"""What happened beside what was simulated: scores against naive forecasts, reliability, and what is wrong."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text, listing
from sim.report.charts.bars import BarRow, IntervalBar, bar_rows, ticked_scale
from sim.report.charts.plot import Chart
from sim.report.markup import element
from sim.report.page import Block, Card, Details, Figure, Prose, Section, Table
from sim.report.sections import hindcast_amounts, hindcast_towns
from sim.report.text import amount_text, share_text, signed_text
from sim.results.hindcast_scores import MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from sim.report.subject import Subject
    from sim.results.hindcast_scores import ControlScoresRecord, HindcastScores, ReliabilityRecord
    from sim.statistics.intervals import Interval

CALLED: Final = {
    MODEL: "The model",
    "persistence": "Nothing changes",
    "trend": "The front goes on",
    "latest": "As before these months",
}
"""What forecasts are called."""
HEIGHT: Final = 300.0
RIGHT: Final = 0.8
"""Beyond it, a count stands to the left of its dot."""


def section(subject: Subject) -> Section | None:
    """Return the part on what happened; none where nothing was held against it."""
    found = subject.hindcast
    if found is None:
        return None
    blocks: list[Block] = [
        *hindcast_towns.blocks(subject, found),
        *_scores(found),
        *_reliability(found.first),
        *hindcast_amounts.blocks(subject, found),
        *_wrong(subject, found),
        *_readings(subject, found),
    ]
    return Section(
        "hindcast", "What happened, beside what was simulated", tuple(blocks), _lead(subject, found)
    )


def cards(subject: Subject) -> list[Card]:
    """Return the answers of a page that is of a hindcast alone."""
    found = subject.hindcast
    if found is None:
        return []
    told = []
    for name, skill in found.first.skill.items():
        words = f"skill against “{_called(name).lower()}” ({_range(skill)}): 1 is perfect, 0 no better"
        told.append(Card(_two(skill.value), words))
    told.append(
        Card(
            _two(found.first.auc.value),
            "AUC: how often a case that changed was given more chance than one that did not",
        )
    )
    for each in found.of("advance"):
        band = f"{amount_text(each.low)} to {amount_text(each.high)}"
        told.append(
            Card(
                f"{amount_text(each.mean)} m a day",
                f"the front's advance ({band}), where {each.happened:g} were",
            )
        )
    return told[:4]


def span_text(first: date, last: date) -> str:
    """Return from when to when, in words.

    Examples
    --------
    >>> from datetime import date
    >>> span_text(date(2025, 1, 27), date(2025, 7, 31))
    '27 January 2025 to 31 July 2025'
    """
    return f"{date_text(first, 0)} to {date_text(last, 0)}"


def _lead(subject: Subject, found: HindcastScores) -> str:
    """Return what was held against what, and what flatters it."""
    window = found.window
    told = (
        f"{found.replications:,} runs of {found.title}, held against {found.truth}: who held which town on "
        f"{len(window.dates)} dates, {span_text(window.first, window.last)}, as told by {found.first.source}."
    )
    if found.sample is not None:
        told += f" Each run drew its parameters from {found.sample}."
    calibrated = sum(each.status == "calibrated" for each in subject.scenario.parameters)
    if calibrated:
        told += f" {calibrated} of its numbers were calibrated: on the months used for that, scores flatter."
    if subject.is_of_another(found.hash):
        told += (
            f" It is of {found.scenario} under seed {found.seed}: not the scenario and seed of the runs "
            "above."
        )
    return told


def _scores(found: HindcastScores) -> list[Block]:
    """Return the scores of who held what, against forecasts that need no model."""
    reading = found.first
    naive = [_called(name).lower() for name in reading.skill]
    words = (
        f"Brier score: the mean squared error of the chances, lower is better; {reading.scored_towns} towns "
        f"on {len(found.window.dates)} dates; {reading.changed} cases were not as at the start. Skill: how "
        f"much of a naive forecast's error is gone; 1 is perfect, 0 no better, below 0 worse. Naive are "
        f"{listing([f'“{each}”' for each in naive])}. Intervals at {share_text(found.level)} resample "
        "neighbourhoods of towns, which fall together."
    )
    rows = [
        BarRow(
            name=f"Against “{_called(name).lower()}”",
            bars=(
                IntervalBar(skill.value, skill.low, skill.high, "sure" if skill.is_significant else "unsure"),
            ),
            words=(f"{_two(skill.value)} ({_range(skill)})",),
        )
        for name, skill in reading.skill.items()
        if math.isfinite(skill.value)
    ]
    table = _score_table(reading)
    blocks: list[Block] = [Prose(heading="How good the forecast was", paragraphs=(words,))]
    if not rows:
        return [*blocks, table]
    scale = ticked_scale((*(bar for row in rows for bar in row.bars), IntervalBar(1.0, 1.0, 1.0, "")), 0.0)
    figure = Figure(
        drawing=bar_rows(rows, scale, "moves"),
        table=table,
        caption="Skill of the model. Grey: no skill at all is within the interval. "
        f"AUC {_two(reading.auc.value)} ({_range(reading.auc)}): how often a case that changed was given a "
        "higher chance than one that did not.",
    )
    return [*blocks, figure]


def _score_table(reading: ControlScoresRecord) -> Table:
    """Return the scores of each forecast."""
    rows = []
    for name, brier in reading.brier_intervals.items():
        log, skill = reading.log_score.get(name), reading.skill.get(name)
        rows.append(
            (
                _called(name),
                f"{brier.value:.3f}",
                f"{brier.low:.3f} to {brier.high:.3f}",
                "–" if log is None else f"{log.value:.3f}",
                "–" if skill is None else _two(skill.value),
                "–" if skill is None else _range(skill),
            )
        )
    return Table(
        caption="Scores of who held what; of the Brier and the logarithmic score less is better",
        headings=("Forecast", "Brier score", "interval", "Log score", "Model's skill against it", "interval"),
        rows=rows,
        right=(1, 2, 3, 4, 5),
    )


def _reliability(reading: ControlScoresRecord) -> list[Block]:
    """Return how often what was given so much chance came to pass."""
    bins = [
        each
        for each in reading.reliability
        if each.count and math.isfinite(each.forecast) and math.isfinite(each.happened)
    ]
    if not bins:
        return []
    words = (
        "Of the cases that were given about the same chance of not being as at the start, how many were not. "
        "Dots on the dashed line are right; an upright line is where a dot would lie nine times in ten if "
        "the chances were right. Beside each dot: how many cases it stands for."
    )
    table = Table(
        caption="How often what was given so much chance happened",
        headings=("Chance", "Cases", "Mean chance", "Happened", "If chances were right", "Verdict"),
        rows=[
            (
                f"{100 * each.begin:.0f} to {100 * each.end:.0f} %",
                str(each.count),
                f"{100 * each.forecast:.1f} %",
                f"{100 * each.happened:.1f} %",
                f"{100 * each.low:.1f} to {100 * each.high:.1f} %",
                _judged(each),
            )
            for each in bins
        ],
        right=(1, 2, 3, 4),
    )
    figure = Figure(
        drawing=_diagram(bins), table=table, caption="Across: the chance given. Up: the share that happened."
    )
    return [Prose(heading="Whether chances mean what they say", paragraphs=(words,)), figure]


def _judged(each: ReliabilityRecord) -> str:
    """Return in which way a bin is off."""
    if not each.is_off:
        return "in keeping"
    return "more often" if each.happened > each.high else "less often"


def _diagram(bins: Sequence[ReliabilityRecord]) -> Markup:
    """Return the reliability diagram."""
    told = "; ".join(
        f"given {share_text(each.forecast)}, happened {share_text(each.happened)}" for each in bins
    )
    plot = Chart(
        title="Share that happened over the chance that was given",
        description=told,
        size="large",
        end=1.0,
        top=1.0,
        height=HEIGHT,
    )
    inside = [
        plot.line([0.0, 1.0], [0.0, 1.0], class_="reported"),
        *(plot.line([each.forecast] * 2, [each.low, each.high], class_="usual") for each in bins),
        plot.line([each.forecast for each in bins], [each.happened for each in bins], class_="single plain"),
        plot.dots([each.forecast for each in bins], [each.happened for each in bins], class_="dot plain"),
    ]
    counts = [
        element(
            "text",
            f"{each.count:,}",
            x=plot.percent(each.forecast),
            y=plot.y(each.happened),
            dx="-10" if each.forecast > RIGHT else "10",
            dy="-.5em" if each.forecast <= RIGHT else "-.4em",
            class_="tick halo end" if each.forecast > RIGHT else "tick halo",
        )
        for each in bins
    ]
    shares = [(share / 5, f"{20 * share} %") for share in range(6)]
    return element("div", plot.drawn(inside, shares, counts, shares), class_="square")


def _wrong(subject: Subject, found: HindcastScores) -> list[Block]:
    """Return what the forecast gets wrong, in words."""
    items = [*hindcast_towns.wrong(subject, found)]
    items += [
        f"Of {each.count} cases given {100 * each.begin:.0f} to {100 * each.end:.0f} % chance, "
        f"{100 * each.happened:.1f} % happened; {100 * each.low:.1f} to {100 * each.high:.1f} % would be in "
        "keeping."
        for each in found.first.reliability
        if each.is_off
    ]
    items += hindcast_amounts.wrong(found)
    unsure = [_called(name).lower() for name, skill in found.first.skill.items() if not skill.low > 0.0]
    if unsure:
        names = listing([f"“{each}”" for each in unsure])
        items.append(f"Against {names} no skill at all is within the interval.")
    if not items:
        return []
    return [Prose(heading="What it gets wrong", items=tuple(items))]


def _readings(subject: Subject, found: HindcastScores) -> list[Block]:
    """Return the same scores by other sources, contested places taken either way, and what is not scored."""
    rows = [
        (
            f"{each.source}, contested taken as {each.grey}",
            str(each.scored_towns),
            str(each.changed),
            *(f"{score.value:.3f}" for score in each.brier_intervals.values()),
            *(f"{_two(skill.value)} ({_range(skill)})" for skill in each.skill.values()),
            _two(each.auc.value),
        )
        for each in found.readings
    ]
    names = found.first.brier_intervals
    headings = (
        "Reading",
        "Towns",
        "Changed",
        *(f"Brier, {_called(name).lower()}" for name in names),
        *(f"Skill against “{_called(name).lower()}”" for name in found.first.skill),
        "AUC",
    )
    table = Table(
        caption="The same by every source, with contested places taken as occupied and as not occupied",
        headings=headings,
        rows=rows,
        right=tuple(range(1, len(headings))),
    )
    blocks: list[Block] = [Details(summary=f"By other sources and readings: {len(rows)}", tables=(table,))]
    items = list(found.notes)
    if found.unknown_places:
        named = listing([f"{place} ({count})" for place, count in found.unknown_places.items()])
        items.append(f"Places with changes that the scenario lacks, and that are not scored: {named}.")
    elsewhere = hindcast_towns.not_scored(found)
    if elsewhere:
        named = listing([subject.town(town) for town in elsewhere])
        items.append(
            f"{found.first.source} has these otherwise from the start; they are not scored: {named}."
        )
    return [*blocks, Prose(items=tuple(items))] if items else blocks


def _called(name: str) -> str:
    """Return what a forecast is called."""
    return CALLED.get(name, name)


def _two(value: float) -> str:
    """Return a score to two digits."""
    return signed_text(value).lstrip("+") if not math.isfinite(value) else f"{value:.2f}".replace("-", "−")


def _range(each: Interval) -> str:
    """Return the ends of an interval."""
    return f"{_two(each.low)} to {_two(each.high)}"
