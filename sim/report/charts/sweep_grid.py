"""A grid of changed numbers: the measure over the value as line charts, or bars where it is no number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.report.charts.bars import BarRow, IntervalBar, bar_rows, ticked_scale
from sim.report.charts.plot import Chart, nice_top, value_ticks
from sim.report.markup import key, line_sample
from sim.report.page import Block, Figure, Prose, Table
from sim.report.text import input_name
from sim.results.sweep_findings import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.model.scenario import Scenario
    from sim.report.text import MeasureText
    from sim.results.sweep_findings import Point, SweepFindings

HEIGHT: Final = 190.0
MOST_LINES: Final = 6
"""As many ways of dashing a line are told apart."""
MOST_BARS: Final = 24
MOST_TICKS: Final = 7
GREY: Final = "unsure"


class _Line(NamedTuple):
    """The places of a grid that differ in one number only, in its order."""

    name: str
    places: tuple[Point, ...]
    values: tuple[float, ...]


def bar_of(effect: Effect | None, measure: MeasureText, look: str) -> IntervalBar:
    """Return a bar from what a measure is to what it becomes, which may be unknown; grey within noise."""
    effect = effect or Effect()
    ends = (effect.value, effect.low, effect.high)
    value, low, high = (measure.drawn(measure.of.mean + end) for end in ends)
    return IntervalBar(value, low, high, look if effect.is_significant else GREY)


def grid(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return one measure over a grid."""
    heading = Prose(heading=measure.label, paragraphs=(f"{measure.as_it_is()} as it is.",))
    across = _across(found)
    lines = _lines(scenario, found, across) if across else []
    if 0 < len(lines) <= MOST_LINES:
        return [heading, _chart(scenario, found, measure, across, lines)]
    return [heading, _bars(scenario, found, measure)]


def _number(text: str) -> float:
    """Return the number that a value begins with; NaN where it is none."""
    try:
        return float(text.split(" ")[0].replace("_", ""))
    except ValueError:
        return math.nan


def _across(found: SweepFindings) -> str:
    """Return the key that goes from left to right: of those that are numbers the one with most values."""
    values = {key: dict.fromkeys(point.settings[key] for point in found.points) for key in _keys(found)}
    numbers = [
        key
        for key, texts in values.items()
        if len(texts) > 1 and all(math.isfinite(_number(each)) for each in texts)
    ]
    return max(numbers, key=lambda key: len(values[key]), default="")


def _keys(found: SweepFindings) -> list[str]:
    return list(found.points[0].settings) if found.points else []


def _setting_text(scenario: Scenario, settings: dict[str, str]) -> str:
    return "; ".join(f"{input_name(scenario, key)} {value}" for key, value in settings.items())


def _lines(scenario: Scenario, found: SweepFindings, across: str) -> list[_Line]:
    groups: dict[str, list[Point]] = {}
    for point in found.points:
        others = {key: value for key, value in point.settings.items() if key != across}
        groups.setdefault(_setting_text(scenario, others), []).append(point)
    lines = []
    for name, points in groups.items():
        ordered = sorted(points, key=lambda point: _number(point.settings[across]))
        lines.append(_Line(name, tuple(ordered), tuple(_number(each.settings[across]) for each in ordered)))
    return lines


def _chart(
    scenario: Scenario, found: SweepFindings, measure: MeasureText, across: str, lines: Sequence[_Line]
) -> Figure:
    """Return the measure over one number, a line for each setting of the others."""
    values = sorted({value for line in lines for value in line.values})
    ends = [
        measure.drawn(mean.high if math.isfinite(mean.high) else mean.value)
        for point in found.points
        for mean in (point.means.get(measure.key),)
        if mean is not None and math.isfinite(mean.value)
    ]
    now = measure.drawn(measure.of.mean)
    top, step = nice_top(max([now, *ends]) if math.isfinite(now) else max(ends, default=1.0))
    unit = found.points[0].settings[across].partition(" ")[2]
    name = input_name(scenario, across)
    plot = Chart(
        title=f"{measure.label} over {name}",
        description=_described(measure, across, lines),
        size="large",
        begin=values[0],
        end=values[-1],
        top=top,
        height=HEIGHT,
    )
    inside = [plot.line([plot.begin, plot.end], [now, now], class_="reported")]
    for place, line in enumerate(lines):
        means, lows, highs = _series(measure, line)
        inside += [
            plot.band(line.values, lows, highs, class_="band plain"),
            plot.line(line.values, means, class_=f"line plain {_dash(place)}"),
            plot.dots(line.values, means, class_="dot plain"),
        ]
    texts = {_number(point.settings[across]): point.settings[across].split(" ")[0] for point in found.points}
    every = max(1, math.ceil((len(values) - 1) / (MOST_TICKS - 1)))
    ticks = [(value, texts[value]) for value in values[::every]]
    return Figure(
        drawing=plot.drawn(inside, value_ticks(top, step), across=ticks),
        key=_key(lines),
        table=_table(scenario, found, measure),
        caption=f"Across: {name}{f', {unit}' if unit else ''}. Up: {measure.label}"
        f"{f', {measure.unit}' if measure.unit else ''}. Bands: intervals of the mean.",
    )


def _dash(place: int) -> str:
    """Return how a line is dashed: none as that of the scenario as it is."""
    return f"dash{place + 1 if place else 0}"


def _series(measure: MeasureText, line: _Line) -> tuple[list[float], list[float], list[float]]:
    """Return means and their intervals' ends along a line; NaN where a place could not be run."""
    found = [point.means.get(measure.key) or Effect() for point in line.places]
    return (
        [measure.drawn(each.value) for each in found],
        [measure.drawn(each.low) for each in found],
        [measure.drawn(each.high) for each in found],
    )


def _described(measure: MeasureText, across: str, lines: Sequence[_Line]) -> str:
    """Return the first and the last value of each line in words."""
    parts = []
    for line in lines:
        ends = [
            f"{measure.value(point.means[measure.key].value)} at {point.settings[across]}"
            for point in (line.places[0], line.places[-1])
            if measure.key in point.means
        ]
        parts.append(f"{f'{line.name}: ' if line.name else ''}{', '.join(ends)}")
    return "; ".join(parts)


def _key(lines: Sequence[_Line]) -> Markup:
    named = [(f"line plain {_dash(place)}", line.name or "the mean") for place, line in enumerate(lines)]
    named.append(("reported", "the scenario as it is"))
    return key(line_sample(look, name) for look, name in named)


def _bars(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> Figure:
    """Return a bar for each place, where no number goes across or too many lines would."""
    shown = found.points[:MOST_BARS]
    effects = [point.effects.get(measure.key) for point in shown]
    rows = [
        BarRow(
            name=_setting_text(scenario, dict(point.settings)),
            bars=(bar_of(effect, measure, "sure"),),
            words=(point.note or measure.change_text(effect),),
        )
        for point, effect in zip(shown, effects, strict=True)
    ]
    is_cut = len(shown) < len(found.points)
    more = f" The first {MOST_BARS} of {len(found.points)}; the table has all." if is_cut else ""
    return Figure(
        drawing=bar_rows(rows, ticked_scale(rows, measure.drawn(measure.of.mean)), "moves"),
        table=_table(scenario, found, measure),
        caption=f"The scale: {measure.label}; bars begin at what it is now. Grey: within noise.{more}",
    )


def _table(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> Table:
    """Return every place in numbers."""
    keys = _keys(found)
    rows = []
    for point in found.points:
        mean = point.means.get(measure.key)
        items = ["not run", point.note]
        if mean is not None and not point.note:
            items = [
                f"{measure.value(mean.value)} ({measure.amount(mean.low)} to {measure.amount(mean.high)})",
                measure.change_text(point.effects.get(measure.key)),
            ]
        rows.append((*(point.settings[key] for key in keys), *items))
    return Table(
        caption=f"{measure.label}, mean over {found.replications} replications",
        headings=(*(input_name(scenario, key) for key in keys), "Mean", "Less as it is"),
        rows=rows,
    )
