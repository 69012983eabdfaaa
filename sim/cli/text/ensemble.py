"""Print an ensemble, and what differs significantly between two."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.text import CATEGORY_NAMES
from sim.cli.text.run import print_losses_table, rate_text
from sim.model.quantities import CATEGORIES, DISCLAIMER, in_days
from sim.report.text import range_text, share_text
from sim.scenario_file.names import count_of
from sim.statistics.intervals import CONFIDENCE, Interval
from sim.statistics.survival import median_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.terminal import Terminal
    from sim.experiments.compare import Comparison
    from sim.experiments.ensemble import Summary
    from sim.results.meta import EnsembleMeta
    from sim.statistics.differences import Difference

MAX_TOWNS: Final = 20
ALWAYS: Final = 1.0
MAX_BINS: Final = 12
"""Rows of a distribution."""
BAR: Final = "█"
WIDEST_BAR: Final = 30
MANY: Final = 1000.0
"""A ratio from here on is not worth its digits."""


def print_ensemble(terminal: Terminal, meta: EnsembleMeta, found: Summary, *, has_all: bool = False) -> None:
    """Print an ensemble, with the towns that matter most or with all of them."""
    _print_towns(terminal, meta, found, [*found.held] if has_all else shown_towns(meta, found))
    _print_distribution(terminal, found)
    _print_losses(terminal, meta, found)
    terminal.say()
    terminal.print_wrapped(
        f"In brackets: {CONFIDENCE * 100:.0f} % confidence intervals of what the model gives in the long run."
    )


def shown_towns(meta: EnsembleMeta, found: Summary) -> list[str]:
    """Return the towns to print: those in the scenario's focus, then those most often lost."""
    focus = [town for town in meta.focus if town in found.held]
    uncertain = [town for town, held in found.held.items() if held.value < ALWAYS and town not in meta.focus]
    uncertain.sort(key=lambda town: found.held[town].value)
    return [*focus, *uncertain][:MAX_TOWNS]


def _print_towns(terminal: Terminal, meta: EnsembleMeta, found: Summary, towns: Sequence[str]) -> None:
    end = in_days(meta.horizon)
    sides = sorted({meta.first_holders[town] for town in towns}, key=list(meta.sides).index)
    heading = f"Held by {meta.sides[sides[0]]}" if len(sides) == 1 else "Held by its first holder"
    rows = []
    for town in towns:
        first = found.first_lost_days[town]
        row = [meta.towns[town]] + ([meta.sides[meta.first_holders[town]]] if len(sides) > 1 else [])
        rows.append([*row, *_share(found.held[town]), median_text(first.value, end)])
    headings = ["Town", *(["First held by"] if len(sides) > 1 else []), "Held", "", "First lost, median"]
    none = "No town was lost for good in any replication."
    terminal.table(headings, rows, right=(len(headings) - 3,), title=f"{heading} on day {end:g}", none=none)
    more = sum(held.value < ALWAYS for town, held in found.held.items() if town not in towns)
    if more:
        terminal.say(f"and {more} more that were lost in some replications; --json lists all")


def _share(share: Interval) -> tuple[str, str]:
    return share_text(share.value), f"({range_text(share)})"


def _print_distribution(terminal: Terminal, found: Summary) -> None:
    """Print how many towns changed hands, and in which share of the replications."""
    counts = found.changed_towns
    mean = math.fsum(number * runs for number, runs in counts.items()) / found.replications
    width = 1 + (max(counts) - min(counts)) // MAX_BINS
    bins = dict.fromkeys(range(min(counts), max(counts) + 1, width), 0)
    for number, runs in counts.items():
        bins[min(counts) + (number - min(counts)) // width * width] += runs
    rows = [
        (
            f"{low} to {low + width - 1}" if width > 1 else str(low),
            share_text(runs / found.replications),
            BAR * round(WIDEST_BAR * runs / max(bins.values())),
        )
        for low, runs in bins.items()
    ]
    title = f"How many towns changed hands: {mean:.1f} on average"
    terminal.table(("Towns", "Runs", ""), rows, right=(0, 1), title=title)


def _print_losses(terminal: Terminal, meta: EnsembleMeta, found: Summary) -> None:
    terminal.heading("Losses a day, mean over replications")
    print_losses_table(
        terminal,
        meta.sides,
        ("", "reported") if found.reported else ("",),
        lambda side, category: [
            rate_text(found.losses_per_day[side][category].value),
            _range_text(found.losses_per_day[side][category]),
            *([rate_text(found.reported[side][category])] if found.reported else []),
        ],
    )


def _range_text(loss: Interval) -> str:
    if math.isnan(loss.low):
        return ""
    return f"({rate_text(max(0.0, loss.low))} to {rate_text(loss.high)})"


MAX_CHANGED: Final = 16
MEASURES: Final = (
    ("held", "Held at the end, %", 100.0, 0),
    ("held_days", "Held for, days", 1.0, 0),
    ("supply_days", "Days of supply", 1.0, 1),
    ("out_days", "Mornings without supply", 1.0, 0),
)
"""Columns of the table of towns: measure, heading, scale and digits."""
SMALL: Final = 10.0


def print_comparison(terminal: Terminal, a: EnsembleMeta, b: EnsembleMeta, found: Comparison) -> None:
    """Print a comparison."""
    _print_pair(terminal, a, b, found)
    _print_changed_towns(terminal, a, found)
    _print_changed_losses(terminal, a, found)
    _print_gain(terminal, found)
    terminal.say()
    terminal.print_wrapped(
        f"In each: A, then B minus A and its {CONFIDENCE * 100:.0f} % interval; a dot where it contains 0. "
        "≈ 0: significant, but too small to show. "
        f"Of measures that do not differ, {100 - CONFIDENCE * 100:.0f} in 100 appear significant by chance."
    )
    terminal.say(DISCLAIMER)


def _print_pair(terminal: Terminal, a: EnsembleMeta, b: EnsembleMeta, found: Comparison) -> None:
    from sim.analysis.first_day import first_day_lines
    from sim.scenario_file.read import read_document

    for letter, meta in (("A", a), ("B", b)):
        changed = f", with {', '.join(map(str, meta.overrides))}" if meta.overrides else ""
        terminal.say(f"{letter}: {meta.title}{changed}", bold=True)
        for line in first_day_lines(read_document(meta.scenario), meta.overrides):
            terminal.print_wrapped(line)
    rng = f"not paired, seeds {a.seed} and {b.seed}"
    if found.is_paired:
        rng = f"paired by the same random numbers, seed {a.seed}"
    days = " and ".join(dict.fromkeys(count_of(in_days(meta.horizon), "day") for meta in (a, b)))
    terminal.say(f"{days}, {count_of(found.replications, 'replication')} of each, {rng}")


def _print_changed_towns(terminal: Terminal, meta: EnsembleMeta, found: Comparison) -> None:
    """Print the towns for which anything differs significantly, those of the focus first."""
    changed = [
        town for town, by in found.towns.items() if any(each.change.is_significant for each in by.values())
    ]
    changed.sort(key=lambda town: (town not in meta.focus, -_weight(found, town)))
    rows = []
    for town in changed[:MAX_CHANGED]:
        cells = [_cells(found.towns[town][name], scale, digits) for name, _, scale, digits in MEASURES]
        rows.append([meta.towns[town], *(cell for pair in cells for cell in pair)])
    headings = ["", *(cell for _, heading, _, _ in MEASURES for cell in ("", heading))]
    right, none = range(1, 2 * len(MEASURES), 2), "No town differs significantly."
    terminal.table(headings, rows, right, title="Towns", none=none)
    if len(changed) > MAX_CHANGED:
        terminal.say(f"and {len(changed) - MAX_CHANGED} more that differ significantly; --json lists all")


def _weight(found: Comparison, town: str) -> float:
    changes = {name: each.change for name, each in found.towns[town].items()}
    weights = (("held", 100.0), ("held_days", 1.0), ("supply_days", 5.0), ("out_days", 0.1))
    significant = ((abs(changes[name].value), by) for name, by in weights if changes[name].is_significant)
    return math.fsum(by * size for size, by in significant)


def _print_changed_losses(terminal: Terminal, meta: EnsembleMeta, found: Comparison) -> None:
    """Print losses a day and changes of control, where they differ significantly."""
    rows = []
    for side, of_side in found.losses.items():
        for category in CATEGORIES:
            each = of_side[category]
            if each.change.is_significant:
                digits = 1 if abs(each.first) >= SMALL else 2
                gain = _times(each.variance_ratio)
                rows.append([meta.sides[side], CATEGORY_NAMES[category], *_cells(each, 1.0, digits), gain])
    for name, what in (("towns", "towns that changed hands"), ("times", "changes of control")):
        if found.changes[name].change.is_significant:
            each = found.changes[name]
            rows.append(["Both", what, *_cells(each, 1.0, 1), _times(each.variance_ratio)])
    title, none = "Losses a day, and changes of control", "No losses differ significantly."
    terminal.table(["", "", "", "", "Variance reduced"], rows, right=(2, 4), title=title, none=none)


def _print_gain(terminal: Terminal, found: Comparison) -> None:
    """Print how far common random numbers reduced the variance."""
    if not found.is_paired:
        return
    gains = (
        ("losses", found.gain("losses.")),
        ("days held", found.gain(".held_days")),
        ("days of supply", found.gain(".supply_days")),
        ("changes of control", found.gain("changes.")),
    )
    factors = ", ".join(f"{name} {_times(gain)}" for name, gain in gains if not math.isnan(gain))
    if factors:
        terminal.say()
        terminal.print_wrapped(
            f"Common random numbers reduce the variance of differences (median): {factors}."
        )


def _times(ratio: float) -> str:
    """Format a ratio of variances; nothing where there is none.

    Examples
    --------
    >>> _times(3.14), _times(float("inf")), _times(float("nan"))
    ('3.1 times', 'fully', '')
    >>> _times(75.7), _times(186082.2)
    ('76 times', 'over 1,000 times')
    """
    if math.isnan(ratio) or math.isinf(ratio):
        return "" if math.isnan(ratio) else "fully"
    if ratio >= MANY:
        return f"over {MANY:,.0f} times"
    return f"{ratio:.1f} times" if ratio < SMALL else f"{ratio:.0f} times"


def _cells(difference: Difference, scale: float, digits: int) -> tuple[str, str]:
    """Return A, and how B differs from it if significantly.

    Examples
    --------
    >>> from sim.statistics.differences import difference
    >>> _cells(difference([0.5, 0.7, 0.6], [0.21, 0.39, 0.3], is_paired=True), 100.0, 0)
    ('60', '−30 (−32 to −28)')
    """
    change = difference.change
    if math.isnan(difference.first):
        return "", ""
    value = f"{difference.first * scale:.{digits}f}"
    if not change.is_significant:
        return value, "·"
    if _rounds_to_0(change.value * scale, digits):
        return value, "≈ 0"
    low, high = (_signed(end * scale, digits) for end in (change.low, change.high))
    return value, f"{_signed(change.value * scale, digits)} ({low} to {high})"


def _signed(amount: float, digits: int) -> str:
    text = f"{amount:+.{digits}f}".replace("-", "−")
    return text[1:] if _rounds_to_0(amount, digits) else text


def _rounds_to_0(amount: float, digits: int) -> bool:
    return float(f"{amount:.{digits}f}") == 0.0
