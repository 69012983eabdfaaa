"""Losses beside the reported rate: fans over many runs with three single ones on top, a line for one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.analysis.text import CATEGORY_NAMES
from sim.model.quantities import CATEGORIES, DAY
from sim.report.charts import Chart, nice_top, spaced, value_ticks
from sim.report.markup import element, titled
from sim.report.page import Figure, Section, Table
from sim.report.text import amount_text

if TYPE_CHECKING:
    from markupsafe import Markup
    from numpy.typing import NDArray

    from sim.model.quantities import Category
    from sim.report.subject import Subject

POINTS: Final = 37
"""Times at which a fan is drawn, at most."""
FEWER: Final = 19
"""The same for equipment, which has smaller charts."""
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
SINGLE: Final = 3
MANY: Final = 10
"""From here on, losses are written in whole numbers."""
LARGE: Final = 150.0
SMALL: Final = 92.0
TABLE_TIMES: Final = 3
"""Times, evenly apart, that the table has."""


class _Fan(NamedTuple):
    """One category's losses of one side over time."""

    side: int
    category: Category
    times: NDArray[np.float64]
    """Days; shape (times,)."""
    bands: NDArray[np.float64]
    """Shape (quantiles, times); one row where there is one run."""
    runs: NDArray[np.float64]
    """Single runs; shape (runs, times)."""
    rate: float | None
    """Losses a day as reported; none where nothing is."""

    @property
    def middle(self) -> NDArray[np.float64]:
        """The median, or the run itself."""
        return np.asarray(self.bands[len(self.bands) // 2])

    @property
    def top(self) -> float:
        """The greatest value."""
        reported = 0.0 if self.rate is None else self.rate * float(self.times[-1])
        return max(float(np.nanmax(self.bands)), float(np.nanmax(self.runs, initial=0.0)), reported)


def section(subject: Subject) -> Section | None:
    """Return the part on losses, or None if there were none."""
    fans = [fan for fan in _fans(subject) if fan.top > 0.0]
    if not fans:
        return None
    kinds = {
        "personnel": [fan for fan in fans if fan.category == "personnel"],
        "equipment": [fan for fan in fans if fan.category != "personnel"],
    }
    blocks = [_figure(subject, name, found) for name, found in kinds.items() if found]
    lead = "Losses since the start, in this run."
    if subject.ensemble is not None:
        lead = (
            "Losses since the start. Dark band: half of all runs; light band: nine in ten; thick line: the "
            "median; thin lines: three single runs, the first three replications."
        )
    if subject.reported is not None:
        lead += " Dashed: what the reported rate comes to, which the model meets in its opening state only."
    return Section("losses", "Losses", tuple(blocks), lead)


def _fans(subject: Subject) -> list[_Fan]:
    """Return a fan, or a line of a single run, for each category and side."""
    fans = []
    for number, category in enumerate(CATEGORIES):
        for side, of_side in enumerate(subject.scenario.sides):
            if subject.ensemble is not None:
                series = _carried_on(subject.ensemble.results.side_series(f"lost_{category}")[:, :, side])
                days = spaced(series.shape[1], POINTS if category == CATEGORIES[0] else FEWER)
                times, chosen = days.astype(float), series[:, days]
                bands, runs = np.quantile(chosen, QUANTILES, axis=0), chosen[:SINGLE]
            elif subject.run is not None:
                timeline = subject.run.timeline
                points = spaced(len(timeline.times), 2 * POINTS)
                times = np.array([timeline.times[each] / DAY for each in points])
                losses = timeline.losses[of_side.id]
                bands = np.array([[float(losses[each][number]) for each in points]])
                runs = bands[:0]
            else:
                return []
            rate = None if subject.reported is None else subject.reported[side][number]
            if not bands.any() and not runs.any():
                continue  # the scenario has no such losses
            fans.append(_Fan(side, category, times, bands, runs, rate))
    return fans


def _carried_on(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return series in which runs that had ended keep what they had lost by then."""
    return np.asarray(np.fmax.accumulate(series, axis=1))


def _figure(subject: Subject, name: str, fans: list[_Fan]) -> Figure:
    """Return charts of one kind of losses beside one another; the sides share a scale."""
    tops = {
        category: nice_top(max(fan.top for fan in fans if fan.category == category))
        for category in dict.fromkeys(fan.category for fan in fans)
    }
    charts = [_chart(subject, fan, *tops[fan.category]) for fan in fans]
    return Figure(
        drawing=element("div", *charts, class_=f"charts {name}"),
        table=_table(subject, name, fans),
        caption="Both sides are drawn to the same scale." if name == "personnel" else "",
    )


def _chart(subject: Subject, fan: _Fan, top: float, step: float) -> Markup:
    """Return one chart under its name."""
    side = subject.scenario.sides[fan.side]
    is_large = fan.category == "personnel"
    title = f"{CATEGORY_NAMES[fan.category]}, {side.name}"
    description = f"{_count(float(fan.middle[-1]))} by day {fan.times[-1]:g}"
    if fan.rate is not None:
        description += f"; the reported rate comes to {_count(fan.rate * fan.times[-1])}"
    plot = Chart(
        title=f"{title}: lost so far",
        description=description,
        size="small",
        end=float(fan.times[-1]),
        top=top,
        height=LARGE if is_large else SMALL,
    )
    inside, times = [], fan.times.tolist()
    color = f"side{fan.side}"
    if len(fan.bands) > 1:
        inside += [
            plot.band(times, *fan.bands[[0, 4]].tolist(), class_=f"band {color}"),
            plot.band(times, *fan.bands[[1, 3]].tolist(), class_=f"band inner {color}"),
        ]
    inside += [plot.line(times, run, class_=f"single {color}") for run in fan.runs.tolist()]
    if fan.rate is not None:
        inside.append(plot.line([0.0, plot.end], [0.0, fan.rate * plot.end], class_="reported"))
    inside.append(plot.line(times, fan.middle.tolist(), class_=f"line {color}"))
    return titled(title, plot.drawn(inside, value_ticks(top, step)))


def _table(subject: Subject, name: str, fans: list[_Fan]) -> Table:
    """Return the same in numbers, at a few days."""
    is_many = subject.ensemble is not None
    headings: list[str] = ["Category", "Side"]
    places = [round((len(fans[0].times) - 1) * (number + 1) / TABLE_TIMES) for number in range(TABLE_TIMES)]
    for place in places:
        day = f"Day {fans[0].times[place]:.0f}"
        headings += [day, f"{day}, nine in ten"] if is_many else [day]
        headings += [f"{day}, reported"] if subject.reported is not None else []
    rows = []
    for fan in fans:
        row = [CATEGORY_NAMES[fan.category], subject.scenario.sides[fan.side].name]
        for place in places:
            row.append(_count(float(fan.middle[place])))
            if is_many:
                row.append(" to ".join(_count(float(fan.bands[end, place])) for end in (0, 4)))
            if fan.rate is not None:
                row.append(_count(fan.rate * float(fan.times[place])))
        rows.append(tuple(row))
    whose = ": the median over runs" if is_many else ""
    caption = f"Losses of {'soldiers' if name == 'personnel' else name} since the start{whose}"
    right = tuple(range(2, len(headings)))
    return Table(caption=caption, headings=tuple(headings), rows=rows, right=right)


def _count(number: float) -> str:
    """Return how many are lost: whole from ten on, else to a tenth."""
    if number < MANY and number != int(number):
        return f"{number:.1f}"
    return amount_text(round(number) if math.isfinite(number) else number)
