"""How long towns hold: over many runs the share that still does, over one run who held what and when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.analysis.text import date_text
from sim.model.quantities import DAY, Share, in_days
from sim.report.charts import Chart, staircase, time_ticks
from sim.report.markup import (
    WIDTH,
    axis,
    element,
    key,
    line_sample,
    rect_sample,
    row,
    short,
    stretched,
)
from sim.report.page import Figure, Prose, Section, Table
from sim.report.subject import Ensemble, Subject, focus_town
from sim.report.text import median_text, range_text, share_text
from sim.scenario_file.names import count_of
from sim.statistics.intervals import CONFIDENCE

if TYPE_CHECKING:
    from markupsafe import Markup

    from sim.report.run_summary import RunSummary
    from sim.statistics.survival import Survival

MOST_CURVES: Final = 7
NEARLY_ALWAYS: Final = 0.98
HEIGHT: Final = 300.0
LABEL_ROOM: Final = 17.0
"""Pixels between two labels, one below the other."""
FINE: Final = 180
"""Number of time bins; a staircase has at most one step per bin."""
STRIP: Final = 14.0


def section(subject: Subject) -> Section | None:
    """Return the part on towns, or None if there is nothing to report."""
    if subject.ensemble is not None:
        return _of_ensemble(subject, subject.ensemble)
    return None if subject.run is None else _of_run(subject, subject.run)


class _Curve(NamedTuple):
    """A town that gets a line."""

    town: str
    name: str
    last: Share
    """Of replications in which it was never lost."""
    side: str
    dash: str
    """The classes of its line, which is dashed unlike others of its side."""


def _of_ensemble(subject: Subject, ensemble: Ensemble) -> Section:
    """Return what is known over many runs."""
    curves_of, title = ensemble.summary.curves, "How long towns hold"
    curves = _curves(subject, ensemble)
    if not any(curve.town in curves_of for curve in curves):
        lead = f"No town changed hands in any of {count_of(ensemble.count, 'run')}."
        table = _table_of(subject, ensemble, [curve.town for curve in curves])
        return Section("holding", title, (table,), lead)
    lead = (
        f"Each line is the share of {count_of(ensemble.count, 'run')} in which the town has not changed "
        f"hands yet; the band is an interval at {share_text(CONFIDENCE)} for that many runs."
    )
    caption = (
        "Held at the end and never lost are two things, since a town may be retaken. The table has both."
    )
    marks = key(  # for pages that have no room for names beside the lines
        (
            line_sample(f"line {curve.side} {curve.dash}", f"{curve.name} {share_text(curve.last)}")
            for curve in curves
        ),
        "lines",
    )
    table = _table_of(subject, ensemble, None)
    drawing = _drawn(ensemble, curves, subject.days)
    return Section(
        "holding", title, (Figure(drawing=drawing, table=table, key=marks, caption=caption),), lead
    )


def _curves(subject: Subject, ensemble: Ensemble) -> list[_Curve]:
    """Return the towns that get a line: the first in focus, then those in doubt, nearest to even first."""
    last = {town: float(curve.share[-1]) for town, curve in ensemble.summary.curves.items()}
    drawn = [town for town, share in last.items() if share < NEARLY_ALWAYS]
    first = focus_town(subject)
    focus = [first, *(town for town in subject.scenario.focus if town != first and town in drawn)]
    others = sorted(set(drawn).difference(focus), key=lambda town: (abs(last[town] - 0.5), drawn.index(town)))
    towns = sorted([*focus, *others][:MOST_CURVES], key=lambda town: -last.get(town, 1.0))
    holders = [subject.scenario.side_index(subject.first_holder(town)) for town in towns]
    return [
        _Curve(
            town,
            subject.town(town),
            last.get(town, 1.0),
            f"side{holder}",
            f"dash{holders[:at].count(holder)}",
        )
        for at, (town, holder) in enumerate(zip(towns, holders, strict=True))
    ]


def _drawn(ensemble: Ensemble, curves: list[_Curve], end: float) -> Markup:
    """Return the falling staircases with their bands and labels."""
    title = "Share of runs in which towns have not been lost"
    description = "; ".join(f"{each.name} {share_text(each.last)} by {end:g} days" for each in curves)
    plot = Chart(title=title, description=description, size="large labelled", end=end, top=1.0, height=HEIGHT)
    bands, lines, labels = [], [], []
    ys = _spread([plot.y(each.last) for each in curves], LABEL_ROOM, HEIGHT)
    for each, y in zip(curves, ys, strict=True):
        times, *parts = _thinned(ensemble.summary.curves.get(each.town), end)
        (ends, share), (_, low), (_, high) = (staircase(times, part, end) for part in parts)
        bands.append(plot.band(ends, low, high, class_=f"band {each.side}"))
        lines.append(plot.line(ends, share, class_=f"line {each.side} {each.dash}"))
        name, place = element("tspan", f"{each.name} ", class_="name"), {"x": "100%", "dx": "8", "y": y}
        look = {"dy": ".35em", "class_": f"label {each.side}"}
        labels.append(element("text", name, share_text(each.last), **place, **look))
    ticks = [(share / 4, f"{25 * share} %") for share in range(5)]
    return plot.drawn([*bands, *lines], ticks, labels)


def _thinned(curve: Survival | None, end: float) -> tuple[list[float], ...]:
    """Return a curve's times, shares, and their intervals' ends; steps drawn upon one another are one."""
    if curve is None:
        return [], [], [], []
    piece = (FINE * curve.times / end).astype(int)
    is_last = np.append(piece[1:] > piece[:-1], True)
    return tuple(part[is_last].tolist() for part in (curve.times, curve.share, curve.low, curve.high))


def _spread(ys: list[float], room: float, height: float) -> list[float]:
    """Return heights of labels, moved apart where they would lie over one another; in order from above.

    Examples
    --------
    >>> _spread([10.0, 12.0, 80.0], 16.0, 100.0)
    [3.0, 19.0, 80.0]
    """
    groups: list[list[float]] = []
    for y in ys:
        groups.append([y])
        while len(groups) > 1 and _first(groups[-1], room, height) < _first(
            groups[-2], room, height
        ) + room * len(groups[-2]):
            last = groups.pop()
            groups[-1] += last
    return [_first(group, room, height) + number * room for group in groups for number in range(len(group))]


def _first(group: list[float], room: float, height: float) -> float:
    """Return where the first of labels that stand together lies: round their middle, and all within."""
    long = (len(group) - 1) * room
    return min(max(math.fsum(group) / len(group) - long / 2, 0.0), max(height - long, 0.0))


def _table_of(subject: Subject, ensemble: Ensemble, towns: list[str] | None) -> Table:
    """Return towns with how often they are held, never lost, and when they are lost first."""
    found = ensemble.summary
    listed = found.curves if towns is None else towns
    focus = [town for town in subject.scenario.focus if town not in listed] if towns is None else []
    return Table.of(
        f"Towns lost in some runs, and those in focus; intervals at {share_text(CONFIDENCE)}",
        [*focus, *sorted(listed, key=lambda town: found.held[town].value)],
        ("Town", subject.town),
        ("First held by", lambda town: subject.side(subject.first_holder(town))),
        (f"Held by it on day {subject.days:g}", lambda town: share_text(found.held[town].value)),
        ("Interval, %", lambda town: range_text(found.held[town])),
        ("Never lost", lambda town: share_text(found.never_lost[town].value)),
        ("First lost, median", lambda town: median_text(found.first_lost_days[town].value, subject.days)),
        right=(3, 4, 5),
    )


def _of_run(subject: Subject, run: RunSummary) -> Section:
    """Return who held what in one run."""
    changed = run.timeline.changed
    focus = [town for town in subject.scenario.focus if town not in changed]
    if not changed:
        lead = "No town changed hands in this run."
        return Section("holding", "Who held what", (Prose(paragraphs=(lead,)),))
    lead = (
        f"{len(changed)} {'town' if len(changed) == 1 else 'towns'} changed hands in this run. Full colour: "
        "fought for; pale: quiet. This is one possible course; only many runs show how typical it is."
    )
    sides = key(
        rect_sample(f"fill{number}", f"{side.name}, {'below' if number else 'above'}", str(4 * number), "8")
        for number, side in enumerate(subject.scenario.sides)
    )
    rows = [_strip(subject, run, town) for town in [*focus, *changed]]
    drawing = element("div", *rows, time_axis(run.end), class_="strips")
    table = Table.of(
        "Each time a town changed hands",
        [mark for mark in run.timeline.marks if mark.kind == "fell" and mark.town and mark.side],
        ("Town", lambda mark: subject.town(mark.town or "")),
        ("Day", lambda mark: f"{in_days(mark.t):.1f}"),
        ("Date", lambda mark: date_text(subject.scenario.start, mark.t // DAY * DAY)),
        ("Taken by", lambda mark: subject.side(mark.side or "")),
        right=(1,),
    )
    return Section("holding", "Who held what", (Figure(drawing=drawing, table=table, key=sides),), lead)


def _strip(subject: Subject, run: RunSummary, town: str) -> Markup:
    """Return who held a town over time: full colour while it was fought for, else pale."""
    parts, words, before = [], [], ""
    for span in run.timeline.spans[town]:
        begin, end = (in_days(t) / max(run.end, 1e-9) * WIDTH for t in (span.begin, span.end))
        side = subject.scenario.side_index(span.side)
        top = 0.0 if side == 0 else STRIP * 0.4  # so that the second side is not told by colour alone
        look = f"fill{side}{'' if span.is_contested else ' quiet'}"
        box = {"x": begin, "y": top, "width": max(1.0, end - begin), "height": STRIP * 0.6, "class_": look}
        parts.append(element("rect", **box))
        if span.side != before:
            words.append(f"{subject.side(span.side)} from day {span.begin // DAY}")
            before = span.side
    name = subject.town(town)
    title, description = f"Who held {name}", "; ".join(words)
    return row(name, stretched(*parts, height=STRIP, title=title, description=description))


def time_axis(end: float) -> Markup:
    """Return days below strips of time."""
    ticks = [
        element(
            "text",
            f"{'day ' if not t else ''}{t:g}",
            x=f"{short(100 * t / max(end, 1e-9))}%",
            y="12",
            class_="tick mid" if t else "tick",
        )
        for t in time_ticks(end, 6)
    ]
    return row("", axis(ticks))
