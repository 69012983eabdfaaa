"""Losses a day, the number of towns held and the front's advance, as simulated and as reported."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.text import CATEGORY_NAMES, MONTHS
from sim.report.charts.bars import BarRow, IntervalBar, bar_rows, ticked_scale
from sim.report.charts.plot import Chart, nice_top, value_ticks
from sim.report.markup import element, titled
from sim.report.page import Block, Figure, Prose, Table
from sim.report.text import amount_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.report.subject import Subject
    from sim.results.hindcast_scores import AmountRecord, HindcastScores

LARGE: Final = 170.0
SMALL: Final = 92.0
MOST_TICKS: Final = 3


def blocks(subject: Subject, found: HindcastScores) -> list[Block]:
    """Return the amounts that were simulated beside those that were reported."""
    made: list[Block] = []
    towns, losses, advance = found.of("towns"), found.of("losses"), found.of("advance")
    if advance or towns:
        words = "Dark line and band: the mean over runs, and nine in ten of them. Dots: what happened."
        made.append(Prose(heading="How far, and how many towns", paragraphs=(words,)))
    if towns:
        name = f"Towns held by {subject.side(found.occupier)}"
        chart = _chart(name, towns, subject.scenario.side_index(found.occupier), LARGE)
        table = _table(f"{name}, by date", towns)
        made.append(Figure(drawing=chart, table=table, caption=f"{name}, by date."))
    if advance:
        made.append(_advance(advance))
    return [*made, *_losses(subject, losses)] if losses else made


def wrong(found: HindcastScores) -> list[str]:
    """Return which amounts lie outside the band that was simulated, in words."""
    sentences = []
    kinds = {"losses": "monthly rates of loss", "towns": "counts of towns held", "advance": "advances"}
    for what, named in kinds.items():
        all_of = found.of(what)
        off = [each for each in all_of if each.is_off]
        if off:
            which = ", ".join(f"{_called(each.name).lower()} {_when(each.when)}".strip() for each in off[:8])
            sentences.append(
                f"{len(off)} of {len(all_of)} {named} lie outside the band of nine in ten runs: {which}"
                f"{' and others' if len(off) > 8 else ''}."
            )
    return sentences


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


def _short(text: str) -> str:
    whole = _when(text)
    return whole if whole == text else next(part[:3] for part in whole.split() if part.isalpha())


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
    across = [(place, _short(each.when)) for place, each in zip(places, amounts, strict=True)][::every]
    return plot.drawn(inside, value_ticks(top, step), across=across)


def _band(each: AmountRecord) -> str:
    return f"{amount_text(each.low)} to {amount_text(each.high)}"


def _advance(amounts: Sequence[AmountRecord]) -> Figure:
    """Return the front's advance: one bar beside what was measured."""
    rows = []
    for each in amounts:
        simulated = IntervalBar(each.mean, each.low, each.high, "sure")
        measured = IntervalBar(each.happened, math.nan, math.nan, "unsure")
        for name, bar, words in (
            ("Simulated", simulated, f"{amount_text(each.mean)} ({_band(each)}) {each.measure}"),
            ("Measured", measured, f"{amount_text(each.happened)} {each.measure}"),
        ):
            rows.append(BarRow(name=name, under=_when(each.when), bars=(bar,), words=(words,)))
    return Figure(
        drawing=bar_rows(rows, ticked_scale(rows), "moves"),
        table=_table("The front's advance", amounts),
        caption="The front's advance along contacts, metres a day. Thin line: nine in ten runs.",
    )


def _losses(subject: Subject, losses: Sequence[AmountRecord]) -> list[Block]:
    """Return losses a day by month and category."""
    reported = subject.scenario.reported_losses
    number = 0 if reported is None else subject.scenario.side_index(reported.of)
    charts = []
    for name in dict.fromkeys(each.name for each in losses):
        title = _called(name)
        own = [each for each in losses if each.name == name]
        drawn = _chart(f"{title} lost a day", own, number, SMALL)
        charts.append(titled(title, drawn))
    words = (
        f"Losses of {subject.scenario.sides[number].name} a day, by month. Dots are what was reported, a "
        "belligerent's claim about the other side; the model is set up with the same claims, so this shows "
        "whether it keeps to them, not whether they are true."
    )
    figure = Figure(drawing=element("div", *charts, class_="charts equipment"), table=_matrix(losses))
    return [Prose(heading="Losses", paragraphs=(words,)), figure]


def _matrix(losses: Sequence[AmountRecord]) -> Table:
    """Return losses by category and month: reported, then simulated with its band."""
    months = list(dict.fromkeys(each.when for each in losses))
    rows = []
    for name in dict.fromkeys(each.name for each in losses):
        own = {each.when: each for each in losses if each.name == name}
        crps = math.fsum(each.crps for each in own.values()) / len(own)
        cells = [_pair(own[month]) if month in own else "" for month in months]
        rows.append((_called(name), *cells, amount_text(crps)))
    return Table(
        caption="Losses a day: reported; simulated (nine in ten runs); * where what was reported is outside",
        headings=("Category", *(_when(month) for month in months), "Mean CRPS"),
        rows=rows,
        right=(len(months) + 1,),
    )


def _pair(each: AmountRecord) -> str:
    return f"{amount_text(each.happened)}; {amount_text(each.mean)} ({_band(each)}){'*' * each.is_off}"


def _called(name: str) -> str:
    """Return what the losses of a category are called; another name as it is."""
    return {str(category): words for category, words in CATEGORY_NAMES.items()}.get(name, name)


def _table(caption: str, amounts: Sequence[AmountRecord]) -> Table:
    return Table.of(
        f"{caption}; CRPS: the mean distance of the simulated from what happened, less is better",
        amounts,
        ("What", lambda each: _when(each.when)),
        ("Happened", lambda each: amount_text(each.happened)),
        ("Simulated, mean", lambda each: amount_text(each.mean)),
        ("nine in ten", _band),
        ("CRPS", lambda each: amount_text(each.crps)),
        ("counted in", lambda each: each.measure),
        ("Band", lambda each: "outside" if each.is_off else ""),
        right=(1, 2, 3, 4),
    )
