"""Print an ensemble."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.cli.text.run import print_losses_table, rate_text
from sim.model.quantities import in_days
from sim.report.text import range_text, share_text
from sim.statistics.intervals import CONFIDENCE, Interval
from sim.statistics.survival import median_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.ensemble import Summary
    from sim.cli.terminal import Terminal
    from sim.results.meta import EnsembleMeta

MAX_TOWNS: Final = 20
ALWAYS: Final = 1.0
MAX_BINS: Final = 12
"""Rows of a distribution."""
BAR: Final = "█"
WIDEST_BAR: Final = 30


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
