"""What happened beside what was simulated: scores against naive forecasts, reliability, and what is wrong."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.analysis.text import CATEGORY_NAMES, MONTHS, date_text, listing
from sim.report.charts import BarRow, Chart, IntervalBar, bar_rows, nice_top, ticked_scale, value_ticks
from sim.report.markup import element, titled
from sim.report.page import Block, Card, Details, Figure, Prose, Section, Table
from sim.report.sections import hindcast_towns
from sim.report.text import amount_text, share_text, signed_text
from sim.results.hindcast_scores import MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.report.subject import Subject
    from sim.results.hindcast_scores import (
        AmountRecord,
        ControlScoresRecord,
        HindcastScores,
        LeadRecord,
        ReliabilityRecord,
    )
    from sim.statistics.intervals import Interval

CALLED: Final = {
    MODEL: "The model",
    "persistence": "Nothing changes",
    "trend": "The front goes on",
    "latest": "As before these months",
}
"""What forecasts are called."""
RIGHT: Final = 0.8
"""Above this probability, the count is written to the left of its dot."""
LARGE: Final = 170.0
SMALL: Final = 92.0
MOST_TICKS: Final = 3
BANDS: Final = "Dark line and band: the mean over runs, and nine in ten of them. Dots: what happened."


def section(subject: Subject) -> Section | None:
    """Return the part on what happened; none where nothing was held against it."""
    found = subject.hindcast
    if found is None:
        return None
    blocks: list[Block] = [
        *hindcast_towns.blocks(subject, found),
        *_scores(found),
        *_leads(found),
        *_reliability(found.first),
        *_amounts(subject, found),
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
    cards = [
        Card(_two(skill.value), f"skill against {_quoted(name)} ({_range(skill)}): 1 is perfect, 0 no better")
        for name, skill in found.first.skill.items()
    ]
    auc = "AUC: how often a case that changed was given more chance than one that did not"
    cards.append(Card(_two(found.first.auc.value), auc))
    for each in found.of("advance"):
        words = f"the front's advance ({_band(each)}), where {each.happened:g} were"
        cards.append(Card(f"{amount_text(each.mean)} m a day", words))
    return cards[:4]


def _lead(subject: Subject, found: HindcastScores) -> str:
    """Return what was compared with what, and what flatters the scores."""
    window = found.window
    lead = (
        f"{found.replications:,} runs of {found.title}, held against {found.truth}: who held which town on "
        f"{len(window.dates)} dates, {date_text(window.first, 0)} to {date_text(window.last, 0)}, "
        f"as reported by {found.first.source}."
    )
    if found.sample is not None:
        lead += f" Each run drew its parameters from {found.sample}."
    calibrated = sum(each.status == "calibrated" for each in subject.scenario.parameters)
    if calibrated:
        lead += f" {calibrated} of its numbers were calibrated: scores for the months used are flattering."
    if subject.is_of_another(found.hash):
        lead += (
            f" It is of {found.scenario} under seed {found.seed}: not the scenario and seed of the runs "
            "above."
        )
    return lead


def _scores(found: HindcastScores) -> list[Block]:
    """Return the scores of who held what, against forecasts that need no model."""
    reading = found.first
    brier, log, skill = reading.brier_intervals, reading.log_score, reading.skill
    words = (
        f"Brier score: the mean squared error of the chances, lower is better; {reading.scored_towns} towns "
        f"on {len(found.window.dates)} dates; {reading.changed} cases were not as at the start. Skill: how "
        f"much of a naive forecast's error is gone; 1 is perfect, 0 no better, below 0 worse. The naive "
        f"forecasts: {listing(list(map(_quoted, skill)))}. Intervals at {share_text(found.level)} resample "
        "neighbourhoods of towns, which fall together."
    )
    rows = [
        BarRow(
            name=f"Against {_quoted(name)}",
            bars=(IntervalBar.of(each),),
            words=(f"{_two(each.value)} ({_range(each)})",),
        )
        for name, each in skill.items()
        if math.isfinite(each.value)
    ]
    table = Table.of(
        "Scores of who held what; of the Brier and the logarithmic score lower is better",
        brier,
        ("Forecast", _called),
        ("Brier score", lambda name: f"{brier[name].value:.3f}"),
        ("interval", lambda name: f"{brier[name].low:.3f} to {brier[name].high:.3f}"),
        ("Log score", lambda name: f"{log[name].value:.3f}" if name in log else "–"),
        ("Model's skill against it", lambda name: _two(skill[name].value) if name in skill else "–"),
        ("interval", lambda name: _range(skill[name]) if name in skill else "–"),
        right=(1, 2, 3, 4, 5),
    )
    heading = Prose(heading="How good the forecast was", paragraphs=(words,))
    if not rows:
        return [heading, table]
    caption = (
        "Skill of the model. Grey: the interval includes zero skill. "
        f"AUC {_two(reading.auc.value)} ({_range(reading.auc)}): how often a case that changed was given a "
        "higher chance than one that did not."
    )
    drawing = bar_rows(rows, ticked_scale(rows, 0.0, 1.0))
    return [heading, Figure(drawing=drawing, table=table, caption=caption)]


def _leads(found: HindcastScores) -> list[Block]:
    """Return the scores of who held what by how long after its beginning a run had come."""
    if not found.leads:
        return []
    first = found.leads[0].scores
    words = (
        f"The same by lead time, each on one date: how well a run knows what is so many months ahead, by "
        f"{first.source}. Intervals are wide, since few towns change hands by one date."
    )
    table = Table.of(
        "Scores of who held what by lead time",
        found.leads,
        ("Months ahead", lambda each: str(each.months)),
        ("Until", lambda each: date_text(each.last, 0)),
        ("Not as at the start", lambda each: str(each.scores.changed)),
        ("Brier score", lambda each: f"{each.scores.brier_intervals[MODEL].value:.3f}"),
        *((f"Skill against {_quoted(name)}", partial(_lead_skill, name)) for name in first.skill),
        right=tuple(range(2, 4 + len(first.skill))),
    )
    return [Prose(heading="Skill by lead time", paragraphs=(words,)), table]


def _lead_skill(name: str, lead: LeadRecord) -> str:
    skill = lead.scores.skill.get(name)
    return (
        "–" if skill is None or not math.isfinite(skill.value) else f"{_two(skill.value)} ({_range(skill)})"
    )


def _reliability(reading: ControlScoresRecord) -> list[Block]:
    """Return the reliability of the forecast probabilities."""
    bins = [
        each
        for each in reading.reliability
        if each.count and math.isfinite(each.forecast) and math.isfinite(each.happened)
    ]
    if not bins:
        return []
    words = (
        "Of the cases that were given about the same chance of not being as at the start, how many were not."
    )
    table = Table.of(
        "Observed frequency by forecast probability",
        bins,
        ("Chance", lambda each: f"{100 * each.begin:.0f} to {100 * each.end:.0f} %"),
        ("Cases", lambda each: str(each.count)),
        ("Mean chance", lambda each: f"{100 * each.forecast:.1f} %"),
        ("Happened", lambda each: f"{100 * each.happened:.1f} %"),
        ("If chances were right", lambda each: f"{100 * each.low:.1f} to {100 * each.high:.1f} %"),
        (
            "Verdict",
            lambda each: (
                ("more often" if each.happened > each.high else "less often") if each.is_off else "in keeping"
            ),
        ),
        right=(1, 2, 3, 4),
    )
    caption = (
        "Across: the chance given. Up: the share that happened. Dots on the dashed line are right; an "
        "upright line is where a dot would lie nine times in ten if the chances were right. Beside each dot: "
        "how many cases it stands for."
    )
    figure = Figure(drawing=_diagram(bins), table=table, caption=caption)
    return [Prose(heading="Are the probabilities reliable?", paragraphs=(words,)), figure]


def _diagram(bins: Sequence[ReliabilityRecord]) -> Markup:
    """Return the reliability diagram."""
    chances, shares = [each.forecast for each in bins], [each.happened for each in bins]
    pairs = zip(chances, shares, strict=True)
    description = "; ".join(f"given {share_text(given)}, happened {share_text(did)}" for given, did in pairs)
    title = "Share that happened over the chance that was given"
    plot = Chart(title=title, description=description, size="large", end=1.0, top=1.0, height=300.0)
    inside = [
        plot.line([0.0, 1.0], [0.0, 1.0], class_="reported"),
        *(plot.line([each.forecast] * 2, [each.low, each.high], class_="usual") for each in bins),
        plot.line(chances, shares, class_="single plain"),
        plot.dots(chances, shares, class_="dot plain"),
    ]
    counts = []
    for each in bins:
        place = {"x": plot.percent(each.forecast), "y": plot.y(each.happened)}
        beside = {"dx": "10", "dy": "-.5em", "class_": "tick halo"}
        if each.forecast > RIGHT:
            beside = {"dx": "-10", "dy": "-.4em", "class_": "tick halo end"}
        counts.append(element("text", f"{each.count:,}", **place, **beside))
    ticks = [(fifth / 5, f"{20 * fifth} %") for fifth in range(6)]
    return element("div", plot.drawn(inside, ticks, counts, ticks), class_="square")


def _amounts(subject: Subject, found: HindcastScores) -> list[Block]:
    """Return the towns held, the front's advance and losses, simulated beside what was reported."""
    made: list[Block] = []
    towns, losses, advance = found.of("towns"), found.of("losses"), found.of("advance")
    if advance or towns:
        made.append(Prose(heading="How far, and how many towns"))
    if towns:
        name = f"Towns held by {subject.side(found.occupier)}"
        chart = _chart(name, towns, subject.scenario.side_index(found.occupier), LARGE)
        table = _amounts_table(f"{name}, by date", towns)
        made.append(Figure(drawing=chart, table=table, caption=f"{name}, by date. {BANDS}"))
    if advance:
        made.append(_amounts_table("The front's advance along contacts, metres a day", advance))
    if losses:
        reported = subject.scenario.reported_losses
        number = 0 if reported is None else subject.scenario.side_index(reported.of)
        words = (
            f"Losses of {subject.scenario.sides[number].name} a day, by month. What was reported is a "
            "belligerent's claim about the other side; the model is set up with the same claims, so this "
            "shows whether it keeps to them, not whether they are true."
        )
        charts = []
        for name in dict.fromkeys(each.name for each in losses):
            own = [each for each in losses if each.name == name]
            title = _category(name)
            charts.append(titled(title, _chart(f"{title} lost a day", own, number, SMALL)))
        drawing = element("div", *charts, class_="charts equipment")
        table = _amounts_table("Losses a day", losses)
        made += [
            Prose(heading="Losses", paragraphs=(words,)),
            Figure(drawing=drawing, table=table, caption=BANDS),
        ]
    return made


def _chart(title: str, amounts: Sequence[AmountRecord], side: int, height: float) -> Markup:
    """Return amounts over time: the mean with its band, and what happened."""
    places = [float(at) for at in range(len(amounts))]
    top, step = nice_top(max(max(each.high, each.happened, each.mean) for each in amounts))
    last = amounts[-1]
    description = f"simulated {amount_text(last.mean)}, reported {amount_text(last.happened)}"
    plot = Chart(
        title=f"{title}, simulated and reported",
        description=f"{_when(last.when)}: {description}",
        size="small",
        begin=-0.5,
        end=len(amounts) - 0.5,
        top=top,
        height=height,
    )
    color = f"side{side}"
    means = [each.mean for each in amounts]
    lows, highs = [each.low for each in amounts], [each.high for each in amounts]
    inside = [
        plot.band(places, lows, highs, class_=f"band inner {color}"),
        plot.line(places, means, class_=f"line {color}"),
        plot.dots(places, [each.happened for each in amounts], class_="dot did"),
    ]
    if len(amounts) == 1:
        inside.append(plot.dots(places, means, class_=f"dot {color}"))
    every = max(1, math.ceil(len(amounts) / (MOST_TICKS if height == SMALL else 3 * MOST_TICKS)))
    months = [
        next((part[:3] for part in _when(each.when).split() if part in MONTHS), each.when) for each in amounts
    ]
    across = list(zip(places, months, strict=True))[::every]
    return plot.drawn(inside, value_ticks(top, step), across=across)


def _amounts_table(caption: str, amounts: Sequence[AmountRecord]) -> Table:
    return Table.of(
        f"{caption}; CRPS: the mean distance of the simulated from what happened, lower is better",
        amounts,
        ("What", lambda each: ", ".join(filter(None, (_category(each.name), _when(each.when))))),
        ("Happened", lambda each: amount_text(each.happened)),
        ("Simulated, mean", lambda each: amount_text(each.mean)),
        ("nine in ten", _band),
        ("CRPS", lambda each: amount_text(each.crps)),
        ("counted in", lambda each: each.measure),
        ("Band", lambda each: "outside" if each.is_off else ""),
        right=(1, 2, 3, 4),
    )


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
    kinds = {"losses": "monthly rates of loss", "towns": "counts of towns held", "advance": "advances"}
    for what, named in kinds.items():
        all_of = found.of(what)
        off = [each for each in all_of if each.is_off]
        if off:
            which = ", ".join(
                f"{_category(each.name).lower()} {_when(each.when)}".strip() for each in off[:8]
            )
            others = " and others" if len(off) > 8 else ""
            items.append(
                f"{len(off)} of {len(all_of)} {named} lie outside the band of nine in ten runs: "
                f"{which}{others}."
            )
    unsure = [_quoted(name) for name, skill in found.first.skill.items() if not skill.low > 0.0]
    if unsure:
        items.append(f"Against {listing(unsure)} it shows no skill: the interval reaches zero or lies below.")
    return [Prose(heading="What it gets wrong", items=tuple(items))] if items else []


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
        *(f"Skill against {_quoted(name)}" for name in found.first.skill),
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
            f"{found.first.source} has another holder from the start for some towns, which are not scored: "
            f"{named}."
        )
    return [*blocks, Prose(items=tuple(items))] if items else blocks


def _when(text: str) -> str:
    """Return a month or a date in words; other text as it is.

    Examples
    --------
    >>> _when("2025-03"), _when("2025-07-31"), _when("2025-01-27 to 2025-07-31")
    ('March 2025', '31 July 2025', '27 January 2025 to 31 July 2025')
    """
    if " to " in text:
        return " to ".join(_when(part) for part in text.split(" to "))
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in {2, 3} or not 1 <= int(parts[1]) <= 12:
        return text
    day = f"{int(parts[2])} " if len(parts) == 3 else ""
    return f"{day}{MONTHS[int(parts[1]) - 1]} {parts[0]}"


def _called(name: str) -> str:
    return CALLED.get(name, name)


def _quoted(name: str) -> str:
    return f"“{_called(name).lower()}”"


def _category(name: str) -> str:
    """Return what the losses of a category are called; another name as it is."""
    return {str(category): words for category, words in CATEGORY_NAMES.items()}.get(name, name)


def _two(value: float) -> str:
    return signed_text(value).lstrip("+") if not math.isfinite(value) else f"{value:.2f}".replace("-", "−")


def _range(each: Interval) -> str:
    return f"{_two(each.low)} to {_two(each.high)}"


def _band(each: AmountRecord) -> str:
    return f"{amount_text(each.low)} to {amount_text(each.high)}"
