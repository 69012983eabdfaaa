"""Supply: towns by days of supply over time, roads under most pressure, and what bottlenecks cost."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from sim.analysis.text import percents, route_name
from sim.model.quantities import DAY, in_days
from sim.report.charts import spaced
from sim.report.markup import WIDTH, element, key, rect_sample, row, shades, stretched
from sim.report.page import Block, Figure, Prose, Section, Table
from sim.report.sections.holding import time_axis
from sim.report.text import amount_text, share_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.pressure import Bottleneck
    from sim.report.run_summary import RunSummary
    from sim.report.subject import Ensemble, Subject

Series: TypeAlias = "NDArray[np.float64]"
COLUMNS: Final = 60
"""Pieces of time in a strip, at most."""
GRADES: Final = (1.0, 2.0, 3.0, 5.0, 7.0)
"""Days of supply at which the strip's shade changes."""
MOST_TOWNS: Final = 16
MOST_ROADS: Final = 10
STRIP: Final = 16.0
TABLE_TIMES: Final = 4
LEAST_COST: Final = 0.5
"""Tonnes; a bottleneck that cost less is left out."""


def section(subject: Subject) -> Section | None:
    """Return the part on supply, or None without data."""
    blocks: list[Block] = []
    lead = ""
    found = _strips(subject)
    if found:
        blocks.append(_heat(subject, *found))
        full = subject.scenario.supply.effect_full_at
        whose = "the median over runs" if subject.ensemble is not None else "in this run"
        lead = (
            f"Days of supply in towns with a garrison, {whose}: first the towns in focus, then those with "
            f"the least. Below {full:g} days a garrison fights at less than its full value."
        )
    if subject.run is not None:
        blocks += _roads(subject, subject.run)
    return Section("supply", "Supply", tuple(blocks), lead) if blocks else None


def _strips(subject: Subject) -> tuple[dict[str, Series], Series] | None:
    """Return days of supply of the towns that ran shortest, the focus first, and their times in days."""
    if subject.ensemble is not None:
        times, series = _of_many(subject.ensemble)
    elif subject.run is not None:
        times, series = _of_run(subject, subject.run)
    else:
        return None
    columns = {town.id: series[:, number] for number, town in enumerate(subject.scenario.towns)}
    known = {town: days for town, days in columns.items() if not np.isnan(days).all()}
    least = {town: float(np.nanmean(np.minimum(days, GRADES[-1]))) for town, days in known.items()}
    order = sorted(known, key=lambda town: (town not in subject.scenario.focus, least[town]))
    return ({town: known[town] for town in order[:MOST_TOWNS]}, times) if order else None


def _of_many(ensemble: Ensemble) -> tuple[Series, Series]:
    """Return the median of days of supply over replications, by time and town.

    A town without a garrison in most runs has none.
    """
    blocks = ensemble.results.town_series("days_of_supply")
    days = spaced(blocks.shape[1], COLUMNS)
    chosen = blocks[:, days].astype(float)
    known = ~np.isnan(chosen)
    order = np.sort(chosen, axis=0)  # NaN goes last
    count = known.sum(axis=0)
    middle = np.take_along_axis(order, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    return days.astype(float), np.where(2 * count > len(blocks), middle, np.nan)


def _of_run(subject: Subject, run: RunSummary) -> tuple[Series, Series]:
    timeline = run.timeline
    chosen = spaced(len(timeline.times), COLUMNS)
    days = [timeline.days[town.id] for town in subject.scenario.towns]
    series = np.array([[of_town[each] for each in chosen] for of_town in days], dtype=float).T  # None is NaN
    return np.array([timeline.times[each] / DAY for each in chosen]), series


def _heat(subject: Subject, strips: dict[str, Series], times: Series) -> Figure:
    """Return towns by days, in shades of one colour, dark where a town is short, blank where nobody is."""
    places = [round((len(times) - 1) * number / TABLE_TIMES) for number in range(TABLE_TIMES + 1)]
    rows, cells = [], []
    for town, days in strips.items():
        name, least = subject.town(town), float(np.nanmin(days))
        grades = np.where(np.isnan(days), -1, np.searchsorted(GRADES, days, side="right")).tolist()
        words = f"least {least:.1f} days, at the end {_days(days[-1])} days"
        shaded = element("g", shades(grades, "h", STRIP))
        title = f"Days of supply of {name}"
        rows.append(row(name, stretched(shaded, height=STRIP, title=title, description=words)))
        cells.append((name, *map(_days, (least, *days[places]))))
    between = (f"{low:g} to {high:g}" for low, high in itertools.pairwise(GRADES))
    names = ("under 1 day", *between, "7 or more")
    samples = [rect_sample(f"h{grade}", name) for grade, name in enumerate(names)]
    return Figure(
        drawing=element("div", *rows, time_axis(float(times[-1])), class_="strips heat"),
        key=key([*samples, element("span", "blank: no garrison there")]),
        table=Table(
            caption="Days of supply",
            headings=("Town", "Least", *(f"Day {times[place]:.0f}" for place in places)),
            rows=cells,
            right=tuple(range(1, len(places) + 2)),
        ),
    )


def _days(days: float) -> str:
    """Return days of supply; a dash where nobody uses any."""
    if math.isnan(days):
        return "–"
    return ">60" if days > 60 else f"{days:.1f}"


def _roads(subject: Subject, run: RunSummary) -> list[Block]:
    """Return roads under most pressure, and bottlenecks with what they cost."""
    which = "in this run"
    if subject.ensemble is not None:
        which = f"in replication {run.recording.header.replication}"
    blocks: list[Block] = []
    pressed = sorted(run.splits, key=lambda route: -run.splits[route].pressure)
    pressed = [route for route in pressed if run.splits[route].used > 0.0][:MOST_ROADS]
    if pressed:
        words = f"Mean over the days on which both ends were held by one side, {which}."
        heading = Prose(heading="Roads under most pressure", paragraphs=(words,))
        blocks += [heading, _splits(subject, run, pressed)]
    costly = [each for each in run.bottlenecks if each.cost >= LEAST_COST][:MOST_ROADS]
    if costly:
        costs = _cost_words(subject, run, which)
        heading = Prose(heading="Bottlenecks, and what they cost", paragraphs=costs)
        blocks += [heading, _cost_table(subject, run, costly)]
    return blocks


def _splits(subject: Subject, run: RunSummary, routes: list[str]) -> Figure:
    """Return a bar for each road: what is lost, in use and free."""
    rows, table = [], []
    meaning = {"denied": "lost to damage, weather, ambush", "used": "in use", "spare": "free"}
    for name in routes:
        split, label, parts, at = run.splits[name], _road(subject, name), [], 0.0
        shares = (split.denied, split.used, split.spare)
        for look, share in zip(meaning, shares, strict=True):
            parts.append(element("rect", x=at * WIDTH, width=share * WIDTH, height="16", class_=look))
            at += share
        whole = percents(shares)
        words = "{} % lost, {} % in use, {} % free".format(*whole)
        bar = stretched(element("g", *parts), height=STRIP, title=label, description=words)
        rows.append(row(label, bar))
        inner = [f"{100 * each:.0f}" for each in (split.damage, split.expected_loss, split.weather)]
        table.append((label, *map(str, whole), *inner, f"{run.cut.get(name, 0.0):.1f}"))
    return Figure(
        drawing=element("div", *rows, class_="strips bars"),
        key=key(rect_sample(part, words) for part, words in meaning.items()),
        table=Table(
            caption="Where the capacity of roads went, in per cent",
            headings=("Road", "Lost", "In use", "Free", "Damage", "Ambush", "Weather", "Days cut"),
            rows=table,
            right=(1, 2, 3, 4, 5, 6, 7),
        ),
    )


def _road(subject: Subject, name: str) -> str:
    """Return a road's name; of a road of several pieces, also which."""
    routes = subject.scenario.routes
    route = next(each for each in routes if each.id == name)
    called = route_name(subject.scenario, route)
    if route.name is None or sum(each.name == route.name for each in routes) == 1:
        return called
    return f"{called}: {subject.town(route.start)} to {subject.town(route.end)}"


def _cost_words(subject: Subject, run: RunSummary, which: str) -> tuple[str, ...]:
    """Return what went unmet in all, and what a bottleneck's cost is."""
    unmet = [
        f"{side.name} asked for {amount_text(run.demanded.get(side.id, 0.0))} t and planned to go without "
        f"{amount_text(run.unmet.get(side.id, 0.0))} t "
        f"({share_text(run.unmet.get(side.id, 0.0) / max(run.demanded.get(side.id, 0.0), 1e-9))})"
        for side in subject.scenario.sides
    ]
    return (
        f"{which.capitalize()}: {'; '.join(unmet)}.",
        "A road is a bottleneck while its capacity keeps somebody short. Its cost is the demand that "
        "one more tonne a day of capacity would have met over the whole run.",
    )


def _cost_table(subject: Subject, run: RunSummary, costly: list[Bottleneck]) -> Table:
    lost = {route: f"{100 * split.denied:.0f} %" for route, split in run.splits.items()}
    return Table.of(
        "Bottlenecks, the costliest first",
        costly,
        ("Road", lambda each: _road(subject, each.route)),
        ("Side", lambda each: subject.side(each.side)),
        ("Days as the bottleneck", lambda each: f"{in_days(each.time):.0f}"),
        ("Cost, t", lambda each: f"{each.cost:,.0f}"),
        ("Lost, mean", lambda each: lost.get(each.route, "–")),
        ("Days cut", lambda each: f"{run.cut.get(each.route, 0.0):.1f}"),
        right=(2, 3, 4, 5),
    )
