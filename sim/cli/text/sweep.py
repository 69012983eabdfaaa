"""Print a sweep: bars drawn with characters, those within noise as dots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.cli.terminal import time_text
from sim.command_line import command_line
from sim.report.text import amount_text, signed_text
from sim.results.sweep_findings import Bar, Effect, MeasureKey, SweepFindings
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.terminal import Terminal

HALF_BAR: Final = 10
"""Characters of the longest bar on either side."""
MAX_BARS: Final = 10
SIGNIFICANT: Final = "█"
NOISE: Final = "·"
AXIS: Final = "│"
FEW: Final = 10
ENOUGH: Final = 30
"""Replications of each change below which effects are easily missed, and those that will usually do."""


def print_sweep(
    terminal: Terminal, found: SweepFindings, folder: Path, seconds: float, top: int | None
) -> None:
    """Print the findings of a sweep, with at most ``top`` bars for each measure."""
    terminal.say(f"{found.title}: {_designs(found)}, seed {found.seed}", bold=True)
    runs = count_of(found.runs, "replication")
    terminal.say(f"{runs} in {time_text(seconds)}, all with the same random numbers")
    for each in found.overrides:
        terminal.say(f"  changed: {each}")
    for measure in found.measures:
        unit = f" {measure.unit}" if measure.unit else ""
        low, high = amount_text(measure.low), amount_text(measure.high)
        terminal.heading(f"{measure.label}: {amount_text(measure.mean)}{unit} unchanged ({low} to {high})")
        if found.kind == "tornado":
            _print_bars(terminal, found, measure, top or MAX_BARS)
        else:
            _print_grid(terminal, found, measure)
    if found.claims:
        _print_claims(terminal, found)
    terminal.say()
    terminal.print_wrapped(
        f"In brackets: {100 * found.level:.0f} % intervals of paired differences. A bar of dots, or an "
        "interval without a figure, is within noise."
    )
    if note := _few_note(found):
        terminal.print_wrapped(note)
    for line in found.left_out:
        terminal.print_wrapped(line)
    terminal.say()
    terminal.saved(folder)
    terminal.hint(f"next: {command_line('report', folder)}")


def _few_note(found: SweepFindings) -> str:
    """Return whether there were too few replications to tell effects from noise, and how many to use."""
    count, more = found.replications, max(ENOUGH, 4 * found.replications)
    runs = count_of(count, "replication")
    parts = [part for bar in found.bars for part in (bar.at_low, bar.at_high)]
    parts += [point.effects for point in found.points]
    if any(effect.is_significant for part in parts for effect in part.values()):
        if count >= FEW:
            return ""
        return f"{runs} can show large effects only: use -n {more} for the others."
    return f"Nothing stands out from noise with {runs}: too few to tell. Use -n {more}."


def _designs(found: SweepFindings) -> str:
    each = count_of(found.replications, "replication")
    return {
        "grid": f"a grid of {count_of(len(found.points), 'point')}, {each} each",
        "tornado": f"each number at its low and its high end, up to {each}",
    }[found.kind]


def _print_bars(terminal: Terminal, found: SweepFindings, measure: MeasureKey, most: int) -> None:
    best = max((bar.replications for bar in found.bars), default=0)
    ranked = [bar for bar in found.ranked(measure.key) if bar.size(measure.key) > 0.0]
    close = [bar for bar in ranked if bar.is_significant(measure.key) or bar.replications == best][:most]
    if not close:
        terminal.say("no number has a significant effect")
        return
    longest = max(bar.size(measure.key) for bar in close)
    for bar in close:
        what = f"{bar.low} to {bar.high}" if bar.low else f"{len(bar.keys)} numbers together"
        low, high = (effect_text(part[measure.key]) or "not run" for part in (bar.at_low, bar.at_high))
        sources = f" [{', '.join(bar.sources)}]" if bar.sources else ""
        terminal.say(f"{drawn(bar, measure.key, longest)}  {bar.label}{sources}: {what}")
        terminal.say(f"{'':{2 * HALF_BAR + 3}}low {low}, high {high}; n = {bar.replications}")


def drawn(bar: Bar, measure: str, longest: float) -> str:
    """Draw a bar: both ends left and right of the unchanged value.

    Examples
    --------
    >>> sure = Effect(value=-2.0, low=-3.0, high=-1.0, pairs=9)
    >>> noise = Effect(value=1.0, low=-1.0, high=3.0, pairs=9)
    >>> drawn(Bar(name="a", label="a", keys=("a",), at_low={"m": sure}, at_high={"m": noise}), "m", 2.0)
    '██████████│·····     '
    """
    left, right = [" "] * HALF_BAR, [" "] * HALF_BAR
    for part in (bar.at_low[measure], bar.at_high[measure]):
        if math.isnan(part.value) or not longest:
            continue
        length = min(HALF_BAR, round(HALF_BAR * abs(part.value) / longest))
        side = left if part.value < 0.0 else right
        for place in range(length):
            at = HALF_BAR - 1 - place if part.value < 0.0 else place
            side[at] = SIGNIFICANT if part.is_significant or side[at] == SIGNIFICANT else NOISE
    return f"{''.join(left)}{AXIS}{''.join(right)}"


def _print_claims(terminal: Terminal, found: SweepFindings) -> None:
    factor = found.claims[0].factor
    what = "half as high" if factor == 0.5 else f"{factor:g} times as high"  # noqa: PLR2004 - a half
    title = f"If every number of a source were {what}, the result would move by"
    rows = []
    for claim in found.claims:
        cells = [effect_text(claim.effects.get(measure.key, Effect())) for measure in found.measures]
        if claim.note:
            cells[0] = "not run"
        source = f"{claim.title}{f' ({claim.grade})' if claim.grade else ''} [{claim.source}]"
        rows.append([source, str(len(claim.keys)), *cells])
    headings = ["Source", "Numbers", *(measure.label for measure in found.measures)]
    terminal.table(headings, rows, right=(1,), title=title)


def _print_grid(terminal: Terminal, found: SweepFindings, measure: MeasureKey) -> None:
    keys = list(found.points[0].settings)
    rows = []
    for point in found.points:
        settings = [point.settings[key] for key in keys]
        mean = point.means[measure.key]
        value = f"{amount_text(mean.value)} ({amount_text(mean.low)} to {amount_text(mean.high)})"
        cells = ["not run", point.note] if point.note else [value, effect_text(point.effects[measure.key])]
        rows.append([*settings, *cells])
    terminal.table([*keys, "Mean", "Minus unchanged"], rows)


def effect_text(effect: Effect) -> str:
    """Format a difference with its interval; within noise, only the interval.

    Examples
    --------
    >>> effect_text(Effect(value=-2.0, low=-3.0, high=-1.0, pairs=9))
    '−2 (−3 to −1)'
    >>> effect_text(Effect(value=1.0, low=-1.0, high=3.0, pairs=9))
    '(−1 to +3)'
    >>> effect_text(Effect(value=0.0, low=0.0, high=0.0, pairs=9)), effect_text(Effect())
    ('0', '')
    """
    if math.isnan(effect.value):
        return ""
    if effect.value == effect.low == effect.high == 0.0:
        return "0"
    ends = f"({signed_text(effect.low)} to {signed_text(effect.high)})"
    return f"{signed_text(effect.value)} {ends}" if effect.is_significant else ends
