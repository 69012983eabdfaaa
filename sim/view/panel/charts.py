"""The panel's charts: soldiers lost and a town's supply over the whole run, among many runs, beside another.

The future is faint. Shading holds half and nine tenths of an ensemble's replications.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.model.quantities import DAY, PERSONNEL, Days, Seconds, Share
from sim.model.reported_losses import reported_until
from sim.scene.shapes import Area, Stroke, Text
from sim.scene.text import text_width
from sim.scene.widgets import HEADING, SMALL, side_mark
from sim.view.panel.subject import side_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.analysis.ensemble import Bands, EnsembleAtTime
    from sim.model.scenario import ReportedLosses
    from sim.scene.shapes import Point
    from sim.scene.view_model import View
    from sim.scene.widgets import Column

CHART: Final = 62.0
LOW_CHART: Final = 46.0
FIGURES: Final = 46.0
"""Room for figures at the right of a chart."""
MAX_SUPPLY: Final[Days] = 10.0
"""Days of supply at a chart's upper edge; more are drawn there."""
FANS: Final = ((0, 4, 40), (1, 3, 46))
"""Levels of a band: the lower, the upper, and the alpha of the shading between them."""
FAINT: Final = 90
PLACE: Final = 16.0
"""Height of a line on where a run stands among all."""
DOTTED: Final = 215
"""Alpha of lines of the other run."""
Series: TypeAlias = Sequence[tuple[Seconds, float | None]]


@dataclass(frozen=True, slots=True)
class PanelChart:
    """A chart's place in pixels, and the ends of its axes."""

    left: float
    top: float
    width: float
    height: float
    end: Seconds
    highest: float
    s: float

    @property
    def bottom(self) -> float:
        """Its lower edge; pixels."""
        return self.top + self.height

    def at(self, t: float, value: float) -> Point:
        """Return the pixel of a value at a time."""
        share = min(max(value / self.highest, 0.0), 1.0)
        return self.left + self.width * min(t / max(1, self.end), 1.0), self.bottom - self.height * share

    def grid(self) -> Iterator[Stroke]:
        """Yield lines at the bottom, in the middle and at the top."""
        for share in (0.0, 0.5, 1.0):
            y = self.bottom - self.height * share
            yield Stroke(((self.left, y), (self.left + self.width, y)), "hairline", 1.0)

    def fan(self, bands: Bands, color: str) -> Iterator[Area]:
        """Yield the shading that holds nine tenths and half of the replications."""
        for low, high, alpha in FANS if len(bands.days) > 1 else ():
            outline = (*self._level(bands, high), *reversed(self._level(bands, low)))
            yield Area(outline, color, alpha=alpha)

    def other_fan(self, bands: Bands, color: str) -> Iterator[Stroke]:
        """Yield another ensemble's fan in dots: its median, and the edges of nine tenths of its runs."""
        for level, width in ((0, 1.1), (2, 1.9), (4, 1.1)) if len(bands.days) > 1 else ():
            yield self._dotted(self._level(bands, level), color, width)

    def line(self, series: Series, t: Seconds, color: str) -> Iterator[Stroke]:
        """Yield a line over the run, with the future thin and gaps where there is no number."""
        for part in _parts(series):
            past = [self.at(*each) for each in part if each[0] <= t]
            rest = [self.at(*each) for each in part if each[0] > t]
            if past and rest:
                rest.insert(0, past[-1])
            if len(rest) > 1:
                yield Stroke(tuple(rest), color, 1.2 * self.s, alpha=FAINT)
            if len(past) > 1:
                yield Stroke(tuple(past), color, 2.0 * self.s)

    def other_line(self, series: Series, color: str) -> Iterator[Stroke]:
        """Yield the other run's line, in dots."""
        for part in _parts(series):
            if len(part) > 1:
                yield self._dotted(tuple(self.at(*each) for each in part), color, 1.5)

    def now(self, t: Seconds) -> Stroke:
        """Return the line at a time."""
        x = self.at(t, 0.0)[0]
        return Stroke(((x, self.top), (x, self.bottom)), "ink", 1.0, alpha=150)

    def _level(self, bands: Bands, level: int) -> tuple[Point, ...]:
        pairs = zip(bands.days, bands.levels[level], strict=True)
        return tuple(self.at(day * DAY, value) for day, value in pairs)

    def _dotted(self, points: tuple[Point, ...], color: str, width: float) -> Stroke:
        return Stroke(points, color, width * self.s, (1.6 * self.s, 2.6 * self.s), alpha=DOTTED)


def _parts(series: Series) -> list[list[tuple[Seconds, float]]]:
    parts: list[list[tuple[Seconds, float]]] = [[]]
    for t, value in series:
        if value is None:
            parts.append([])
        else:
            parts[-1].append((t, value))
    return [part for part in parts if part]


def _soldiers(view: View, side: str) -> Series:
    rows = view.timeline.losses.get(side, ())
    return [(at, row[PERSONNEL]) for at, row in zip(view.timeline.times, rows, strict=False)]


def loss_chart(column: Column, view: View, t: Seconds) -> None:
    """Draw soldiers lost over the whole run, against reported losses and among many runs."""
    s = column.s
    if not column.draws:
        # the lines of `_loss_places` below it
        lines = 1 if other_ensemble(view) is None else len(view.scenario.sides)
        column.gap(CHART + 10 + (1 + PLACE * lines if view.ensemble is not None else 0.0))
        return
    reported = reported_soldiers(view, view.scenario.reported_losses)
    highest = _highest_loss(view, reported) * 1.06
    width = column.width - FIGURES * s
    chart = PanelChart(column.x, column.y + 4 * s, width, CHART * s, view.end, highest, s)
    column.add(*chart.grid())
    for side in view.scenario.sides:
        _losses_of(column, chart, view, t, side.id)
        points = tuple(chart.at(at, soldiers) for at, soldiers in reported.get(side.id, ()))
        if points:
            column.add(Stroke(points, view.side_color(side.id), 1.0 * s, (4 * s, 4 * s), alpha=200))
    _loss_figures(column, view, chart, t)
    column.add(chart.now(t))
    column.gap(CHART + 10)
    if view.ensemble is not None:
        _loss_places(column, view, view.ensemble, t)


def _highest_loss(view: View, reported: Mapping[str, Sequence[tuple[Seconds, float]]]) -> float:
    runs = [each.timeline for each in (view, view.beside) if each is not None]
    tops = [float(rows[-1][PERSONNEL]) for run in runs for rows in run.losses.values()]
    tops += [*(line[-1][1] for line in reported.values()), 1.0]
    for ensemble in (view.ensemble, other_ensemble(view)):
        if ensemble is not None:
            tops += [ensemble.losses(side.id).levels[-1][-1] for side in view.scenario.sides]
    return max(tops)


def _losses_of(column: Column, chart: PanelChart, view: View, t: Seconds, side: str) -> None:
    color, series = view.side_color(side), _soldiers(view, side)
    split = view.timeline.index_at(t) + 1
    now = (t, series[split - 1][1])
    if view.ensemble is not None:
        column.add(*chart.fan(view.ensemble.losses(side), color))
    elif split > 1:
        past = [chart.at(at, value or 0.0) for at, value in (*series[:split], now)]
        ends = (past[-1][0], chart.bottom), (chart.left, chart.bottom)
        column.add(Area((*past, *ends), color, alpha=34))
    other = other_ensemble(view)
    if other is not None:
        column.add(*chart.other_fan(other.losses(side), view.side_color(side, is_tint=True)))
    elif view.beside is not None:
        column.add(*chart.other_line(_soldiers(view.beside, side), view.side_color(side, is_tint=True)))
    column.add(*chart.line([*series[:split], now, *series[split:]], t, color))
    column.add(side_mark(*chart.at(t, now[1] or 0.0), 3 * column.s, color, is_diamond=side_of(view, side)[1]))


def _loss_figures(column: Column, view: View, chart: PanelChart, t: Seconds) -> None:
    s, number = column.s, view.timeline.index_at(t)
    counts = {side: rows[number][PERSONNEL] for side, rows in view.timeline.losses.items()}
    ends = [(chart.at(t, count)[1], side, count) for side, count in counts.items()]
    lowest = chart.bottom + 4 * s
    for y, side, count in sorted(ends, reverse=True):
        base = min(y + 4 * s, lowest)
        lowest = base - 13 * s
        at, tint = (column.right, base), view.side_color(side, is_tint=True)
        column.add(Text(at, f"{count:,}", 13 * s, tint, "title", is_bold=True, anchor="right"))


def _loss_places(column: Column, view: View, ensemble: EnsembleAtTime, t: Seconds) -> None:
    """Write beneath the chart where this run stands among all."""
    s = column.s
    begin = ensemble.day(t) * DAY
    number, other = view.timeline.index_at(begin), other_ensemble(view)
    column.text("above", down=11, size=SMALL, color="ink3")
    x = column.x + text_width("above", SMALL * s) + 14 * s
    for side in view.scenario.sides:
        lost = view.timeline.losses[side.id][number][PERSONNEL]
        place = ensemble.losses_place(side.id, begin, lost)
        color, is_diamond = side_of(view, side.id)
        column.add(side_mark(x, column.y + 7 * s, 4 * s, color, is_diamond=is_diamond))
        words = f"{percent(place)} of runs"
        if other is not None:
            words = f"{percent(place)} here, {percent(other.losses_place(side.id, begin, lost))} there"
        column.add(Text((x + 10 * s, column.y + 11 * s), words, SMALL * s, "ink2", is_bold=True))
        if other is None:
            x += text_width("100 % of runs", SMALL * s, is_bold=True) + 30 * s
        else:
            column.gap(PLACE)
    column.gap(PLACE + 1 if other is None else 1)


def other_ensemble(view: View) -> EnsembleAtTime | None:
    """Return the ensemble of the run beside, where two ensembles are compared."""
    return view.beside.ensemble if view.beside is not None and view.ensemble is not None else None


def percent(share: Share) -> str:
    """Return a share in whole per cent: 62 %."""
    return f"{round(100 * share)} %"


def reported_soldiers(view: View, reported: ReportedLosses | None) -> dict[str, list[tuple[Seconds, float]]]:
    """Return by side the soldiers that reported losses come to on this front, by time."""
    periods = () if reported is None else (None, *reported.periods)
    if reported is None or not any("personnel" in reported.per_day_from(each) for each in periods):
        return {}
    scenario = view.scenario
    begins = [(period.begins - scenario.start).days * DAY for period in reported.periods]
    times = [0, *(at for at in begins if 0 < at < view.end), view.end]
    totals = [reported_until(scenario, at) for at in times]
    return {
        side.id: [(at, total[number][PERSONNEL]) for at, total in zip(times, totals, strict=True)]
        for number, side in enumerate(scenario.sides)
    }


def charted_town(view: View, selected: str | None) -> str:
    """Return the town whose supply is drawn: the selected one, else the first in focus."""
    return selected or next(iter(view.scenario.focus), view.scenario.towns[0].id)


def supply_block(column: Column, view: View, t: Seconds, town: str) -> None:
    """Draw a town's days of supply over the whole run, among many runs and beside another."""
    if not column.draws:
        column.gap(HEADING + LOW_CHART + 8)
        return
    s, ensemble = column.s, view.ensemble
    wanted = view.scenario.supply.effect_full_at
    column.heading(f"{view.town(town).name}: supply", _supply_place(view, t, town))
    width, highest = column.width - FIGURES * s, max(MAX_SUPPLY, wanted)
    chart = PanelChart(column.x, column.y + 4 * s, width, LOW_CHART * s, view.end, highest, s)
    column.add(*chart.grid())
    if ensemble is not None:
        column.add(*chart.fan(ensemble.supply(town), "ink2"))
    level = chart.at(0, wanted)[1]
    line = ((chart.left, level), (chart.left + chart.width, level))
    column.add(Stroke(line, "ink3", 1.0 * s, (4 * s, 4 * s)))
    other = other_ensemble(view)
    if other is not None:
        column.add(*chart.other_fan(other.supply(town), "ink"))
    elif view.beside is not None:
        column.add(*chart.other_line(_supply(view.beside, town), "ink2"))
    column.add(*chart.line(_supply(view, town), t, "p3"), chart.now(t))
    for days, y in ((highest, chart.top + 3 * s), (wanted, level)):
        column.add(Text((column.right, y + 4 * s), f"{days:g} d", SMALL * s, "ink3", anchor="right"))
    column.gap(LOW_CHART + 8)


def _supply(view: View, town: str) -> Series:
    return list(zip(view.timeline.times, view.timeline.days.get(town, ()), strict=False))


def _supply_place(view: View, t: Seconds, town: str) -> str:
    if view.ensemble is None:
        return "dotted: the other run" if view.beside is not None else ""
    begin = view.ensemble.day(t) * DAY
    days = view.timeline.days[town][view.timeline.index_at(begin)]
    place, other = _place(view.ensemble, town, begin, days), other_ensemble(view)
    there = "" if other is None else _place(other, town, begin, days)
    return place and (f"above {place} here, {there} there" if there else f"above {place} of runs")


def _place(ensemble: EnsembleAtTime, town: str, begin: Seconds, days: Days | None) -> str:
    """Return the share of an ensemble's runs with fewer days of supply, in words; empty where unknown."""
    place = math.nan if days is None else ensemble.supply_place(town, begin, days)
    return "" if math.isnan(place) else percent(place)
