"""Supply: towns by days of supply over time, roads under most pressure, and what bottlenecks cost."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.analysis.text import percents, route_name
from sim.model.quantities import DAY, in_days
from sim.report.markup import WIDTH, element, key, rect_sample, row, shades, stretched
from sim.report.page import Block, Figure, Prose, Section, Table
from sim.report.sections.holding import time_axis
from sim.report.text import amount_text, share_text

if TYPE_CHECKING:
    from markupsafe import Markup
    from numpy.typing import NDArray

    from sim.analysis.pressure import Bottleneck
    from sim.report.run_summary import RunSummary
    from sim.report.subject import Ensemble, Subject

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


class _Strip(NamedTuple):
    """A town's days of supply over time; NaN where nobody uses any."""

    town: str
    days: NDArray[np.float64]


def section(subject: Subject) -> Section | None:
    """Return the part on supply, or None without data."""
    blocks: list[Block] = []
    lead = ""
    found = _strips(subject)
    if found:
        blocks.append(_heat(subject, *found))
        lead = _lead(subject)
    if subject.run is not None:
        blocks += _roads(subject, subject.run)
    return Section("supply", "Supply", tuple(blocks), lead) if blocks else None


def _lead(subject: Subject) -> str:
    full = subject.scenario.supply.effect_full_at
    whose = "the median over runs" if subject.ensemble is not None else "this run"
    return (
        f"Days of supply in towns with a garrison, first those in focus, then those with least: {whose}. "
        f"Below {full:g} days a garrison fights at less than its full value."
    )


def _strips(subject: Subject) -> tuple[list[_Strip], NDArray[np.float64]] | None:
    """Return the towns that ran shortest, the focus among them, and the times of the columns in days."""
    if subject.ensemble is not None:
        times, series = _of_many(subject.ensemble)
    elif subject.run is not None:
        times, series = _of_run(subject, subject.run)
    else:
        return None
    towns = [town.id for town in subject.scenario.towns]
    strips = [_Strip(town, series[:, number]) for number, town in enumerate(towns)]
    strips = [strip for strip in strips if not np.isnan(strip.days).all()]
    strips.sort(key=lambda strip: float(np.nanmean(np.minimum(strip.days, GRADES[-1]))))
    focus = [strip for strip in strips if strip.town in subject.scenario.focus]
    chosen = [*focus, *(strip for strip in strips if strip not in focus)][:MOST_TOWNS]
    return (chosen, times) if chosen else None


def _of_many(ensemble: Ensemble) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the median of days of supply over replications, by time and town.

    A town without a garrison in most runs has none.
    """
    blocks = ensemble.results.town_series("days_of_supply")
    days = np.unique(np.linspace(0, blocks.shape[1] - 1, COLUMNS).round().astype(int))
    chosen = blocks[:, days].astype(float)
    known = ~np.isnan(chosen)
    order = np.sort(chosen, axis=0)  # NaN goes last
    count = known.sum(axis=0)
    middle = np.take_along_axis(order, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    return days.astype(float), np.where(2 * count > len(blocks), middle, np.nan)


def _of_run(subject: Subject, run: RunSummary) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    timeline = run.timeline
    chosen = np.unique(np.linspace(0, len(timeline.times) - 1, COLUMNS).round().astype(int))
    days = [timeline.days[town.id] for town in subject.scenario.towns]
    series = np.array([[of_town[each] for each in chosen] for of_town in days], dtype=float).T  # None is NaN
    return np.array([timeline.times[each] / DAY for each in chosen]), series


def _heat(subject: Subject, strips: list[_Strip], times: NDArray[np.float64]) -> Figure:
    """Return towns by days: shades of one colour, dark where a town is short."""
    rows = [row(subject.town(strip.town), _drawn(subject, strip)) for strip in strips]
    drawing = element("div", *rows, time_axis(float(times[-1])), class_="strips heat")
    return Figure(drawing=drawing, table=_heat_table(subject, strips, times), key=_heat_key())


def _drawn(subject: Subject, strip: _Strip) -> Markup:
    """Return one town's strip: a path for each shade."""
    grades = np.where(np.isnan(strip.days), -1, np.searchsorted(GRADES, strip.days, side="right"))
    least = float(np.nanmin(strip.days))
    return stretched(
        element("g", shades(grades.tolist(), "h", STRIP)),
        height=STRIP,
        title=f"Days of supply of {subject.town(strip.town)}",
        description=f"least {least:.1f}, at the end {_days(strip.days[-1])}",
    )


def _days(days: float) -> str:
    """Return days of supply; a dash where nobody uses any."""
    if math.isnan(days):
        return "–"
    return ">60" if days > 60 else f"{days:.1f}"


def _heat_key() -> Markup:
    between = (f"{low:g} to {high:g}" for low, high in itertools.pairwise(GRADES))
    names = ("under 1 day", *between, "7 or more")
    shades = (rect_sample(f"h{grade}", name) for grade, name in enumerate(names))
    return key([*shades, element("span", "blank: no garrison there")])


def _heat_table(subject: Subject, strips: list[_Strip], times: NDArray[np.float64]) -> Table:
    places = [round((len(times) - 1) * number / TABLE_TIMES) for number in range(TABLE_TIMES + 1)]
    rows = [
        (subject.town(town), *map(_days, (float(np.nanmin(days)), *days[places]))) for town, days in strips
    ]
    return Table(
        caption="Days of supply",
        headings=("Town", "Least", *(f"Day {times[place]:.0f}" for place in places)),
        rows=rows,
        right=tuple(range(1, len(places) + 2)),
    )


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
    rows = []
    table = []
    for name in routes:
        split = run.splits[name]
        label = _road(subject, name)
        shares = percents([split.denied, split.used, split.spare])
        rows.append(row(label, _bar(label, (split.denied, split.used, split.spare), shares)))
        inner = [f"{100 * each:.0f}" for each in (split.damage, split.expected_loss, split.weather)]
        table.append((label, *(str(each) for each in shares), *inner, f"{run.cut.get(name, 0.0):.1f}"))
    meaning = {"denied": "lost to damage, weather, ambush", "used": "in use", "spare": "free"}
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


def _bar(label: str, shares: tuple[float, float, float], whole: list[int]) -> Markup:
    parts, at = [], 0.0
    for part, share in zip(("denied", "used", "spare"), shares, strict=True):
        parts.append(element("rect", x=at * WIDTH, width=share * WIDTH, height="16", class_=part))
        at += share
    denied, used, spare = whole
    description = f"{denied} % lost, {used} % in use, {spare} % free"
    return stretched(element("g", *parts), height=STRIP, title=label, description=description)


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
        f"Over the run, {which}: {'; '.join(unmet)}.",
        "A road is a bottleneck while its capacity keeps somebody short. What it cost is the demand that "
        "one more tonne a day of capacity, all along, would have met.",
    )


def _cost_table(subject: Subject, run: RunSummary, costly: list[Bottleneck]) -> Table:
    lost = {route: f"{100 * split.denied:.0f} %" for route, split in run.splits.items()}
    return Table.of(
        "Bottlenecks, the costliest first",
        costly,
        ("Road", lambda each: _road(subject, each.route)),
        ("Side", lambda each: subject.side(each.side)),
        ("Days as the bottleneck", lambda each: f"{in_days(each.time):.0f}"),
        ("Met by one more t a day, t", lambda each: amount_text(each.cost)),
        ("Lost, mean", lambda each: lost.get(each.route, "–")),
        ("Days cut", lambda each: f"{run.cut.get(each.route, 0.0):.1f}"),
        right=(2, 3, 4, 5),
    )
