"""A sweep in tables: bars drawn with letters, those within noise in dots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.cli.text.progress import time_text
from sim.model.quantities import DISCLAIMER
from sim.results.sweep_findings import Bar, Claim, Effect, MeasureKey, SweepFindings

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.terminal import Terminal

HALF_BAR: Final = 10
"""Letters of the longest bar on either side."""
MOST_BARS: Final = 10
SURE: Final = "█"
NOISE: Final = "·"
AXIS: Final = "│"
LARGE: Final = 20.0
"""From here on decimals say nothing."""


def tell(terminal: Terminal, found: SweepFindings, folder: Path, seconds: float, top: int | None) -> None:
    """Print what a sweep found.

    Parameters
    ----------
    top
        How many bars to show for each measure; a few where nobody says.
    """
    terminal.say(f"{found.title}: {_designs(found)}, seed {found.seed}", bold=True)
    terminal.say(f"{found.runs:,} replications in {time_text(seconds)}, all under the same luck")
    for line in found.overrides:
        terminal.say(f"  changed: {line}")
    for measure in found.measures:
        _heading(terminal, measure)
        if found.kind == "tornado":
            _tell_bars(terminal, found, measure, top or MOST_BARS)
        else:
            {"grid": _tell_grid}.get(found.kind, _tell_indices)(terminal, found, measure)
    if found.claims:
        _tell_claims(terminal, found)
    terminal.say()
    if found.kind in {"grid", "tornado"}:
        terminal.tell(
            f"In brackets: {found.level:.0%} intervals of paired differences. A bar of dots, or a figure in "
            "brackets only, is within noise."
        )
    for line in found.left_out:
        terminal.tell(line)
    terminal.say()
    terminal.say(f"saved {folder}")
    terminal.say(DISCLAIMER)
    terminal.hint(f"next: frontsim report {folder}")


def _designs(found: SweepFindings) -> str:
    """Return which design it is, in words."""
    count = found.replications
    return {
        "grid": f"a grid of {len(found.points)} places, {count} replications of each",
        "tornado": f"each number at its low and its high end, up to {count} replications",
        "morris": f"Morris's elementary effects, {count} replications of each place",
        "sobol": f"Sobol's indices, {count} replications of each place",
    }[found.kind]


def _heading(terminal: Terminal, measure: MeasureKey) -> None:
    """Print what is measured, and what it is as it is."""
    unit = f" {measure.unit}" if measure.unit else ""
    low, high = amount(measure.low), amount(measure.high)
    terminal.say()
    terminal.say(f"{measure.label}: {amount(measure.mean)}{unit} as it is ({low} to {high})", bold=True)


def _tell_bars(terminal: Terminal, found: SweepFindings, measure: MeasureKey, most: int) -> None:
    """Print the numbers that move a measure most."""
    best = max((bar.replications for bar in found.bars), default=0)
    ranked = [bar for bar in found.ranked(measure.key) if bar.size(measure.key) > 0.0]
    close = [bar for bar in ranked if bar.is_significant(measure.key) or bar.replications == best][:most]
    if not close:
        terminal.say("nothing that was moved surely moves it")
        return
    longest = max(bar.size(measure.key) for bar in close)
    for bar in close:
        what = f"{bar.low} to {bar.high}" if bar.low else f"{len(bar.keys)} numbers together"
        low, high = (effect_text(part[measure.key]) or "not run" for part in (bar.at_low, bar.at_high))
        terminal.say(f"{drawn(bar, measure.key, longest)}  {_name(bar)}: {what}")
        terminal.say(f"{'':{2 * HALF_BAR + 3}}low {low}, high {high}; n = {bar.replications}")


def _name(bar: Bar) -> str:
    """Return what a bar is called, with whose word it rests on."""
    source = f" [{', '.join(bar.sources)}]" if bar.sources else ""
    return f"{bar.label}{source}"


def drawn(bar: Bar, measure: str, longest: float) -> str:
    """Return a bar in letters: both ends left and right of what the measure is as it is.

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
            side[at] = SURE if part.is_significant or side[at] == SURE else NOISE
    return f"{''.join(left)}{AXIS}{''.join(right)}"


def _tell_claims(terminal: Terminal, found: SweepFindings) -> None:
    """Print what hangs on each source."""
    terminal.say()
    factor = found.claims[0].factor
    what = "half as high" if factor == 0.5 else f"{factor:g} times as high"  # noqa: PLR2004 - a half
    terminal.say(f"If all that a source says were {what}, the answer would move by", bold=True)
    rows = []
    for claim in found.claims:
        cells = [effect_text(claim.effects.get(measure.key, Effect())) for measure in found.measures]
        rows.append(
            [_whose(claim), str(len(claim.keys)), *(cells if not claim.note else ["not run", *cells[1:]])]
        )
    headings = ["Source", "Numbers", *(measure.label for measure in found.measures)]
    terminal.table(headings, rows, right=(1,))


def _whose(claim: Claim) -> str:
    """Return a source with its grade."""
    grade = f" ({claim.grade})" if claim.grade else ""
    return f"{claim.title}{grade} [{claim.source}]"


def _tell_indices(terminal: Terminal, found: SweepFindings, measure: MeasureKey) -> None:
    """Print Morris's or Sobol's indices of a measure."""
    is_sobol = found.kind == "sobol"
    rows = []
    for each in found.indices:
        if each.measure != measure.key:
            continue
        total = f"{each.total:.2f} ± {each.total_halfwidth:.2f}" + (
            "" if each.is_significant else "  within noise"
        )
        first = f"{each.first:.2f} ± {each.first_halfwidth:.2f}" if is_sobol else f"{each.first:+.2f}"
        rows.append([each.label, total, first, *([] if is_sobol else [f"{each.spread:.2f}"])])
    headings = (
        ["Number", "Share of the variance, with all it does", "Alone"]
        if is_sobol
        else ["Number", "Mean amount over its range", "Mean", "Spread"]
    )
    terminal.table(headings, rows)


def _tell_grid(terminal: Terminal, found: SweepFindings, measure: MeasureKey) -> None:
    """Print what a measure is at every place of a grid."""
    keys = list(found.points[0].settings)
    rows = []
    for point in found.points:
        settings = [point.settings[key] for key in keys]
        mean = point.means[measure.key]
        told = f"{amount(mean.value)} ({amount(mean.low)} to {amount(mean.high)})"
        cells = ["not run", point.note] if point.note else [told, effect_text(point.effects[measure.key])]
        rows.append([*settings, *cells])
    terminal.table([*keys, "Mean", "Less as it is"], rows)


def effect_text(effect: Effect) -> str:
    """Return a difference with its interval; only that, in brackets, where it is within noise.

    Examples
    --------
    >>> effect_text(Effect(value=-2.0, low=-3.0, high=-1.0, pairs=9))
    '−2.00 (−3.00 to −1.00)'
    >>> effect_text(Effect(value=1.0, low=-1.0, high=3.0, pairs=9))
    '(−1.00 to +3.00)'
    >>> effect_text(Effect(value=0.0, low=0.0, high=0.0, pairs=9)), effect_text(Effect())
    ('0', '')
    """
    if math.isnan(effect.value):
        return ""
    if effect.value == effect.low == effect.high == 0.0:
        return "0"
    ends = f"({_signed(effect.low)} to {_signed(effect.high)})"
    return f"{_signed(effect.value)} {ends}" if effect.is_significant else ends


def amount(value: float) -> str:
    """Return an amount with as many decimals as say anything."""
    if math.isnan(value):
        return "?"
    return f"{value:.1f}" if abs(value) >= LARGE else f"{value:.2f}"


def _signed(value: float) -> str:
    """Return an amount with its sign."""
    if math.isnan(value):
        return "?"
    return ("−" if value < 0.0 else "+") + amount(abs(value))
