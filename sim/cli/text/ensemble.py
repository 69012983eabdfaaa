"""Print an ensemble: which towns hold, when they are lost, and losses a day."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.text import CATEGORY_NAMES
from sim.cli.text.run import rate_text
from sim.model.quantities import CATEGORIES, in_days
from sim.statistics.intervals import CONFIDENCE
from sim.statistics.survival import median_text

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.experiments.ensemble_summary import Summary
    from sim.results.meta import EnsembleMeta
    from sim.statistics.intervals import Interval

MAX_TOWNS: Final = 20
ALWAYS: Final = 1.0


def print_ensemble(terminal: Terminal, meta: EnsembleMeta, found: Summary) -> None:
    """Print an ensemble."""
    _print_towns(terminal, meta, found)
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


def share_text(share: Interval) -> tuple[str, str]:
    """Format a share and its interval in whole per cent, 0 % and 100 % only where exact.

    Examples
    --------
    >>> from sim.statistics.intervals import Interval
    >>> share_text(Interval(0.93, 0.886, 0.958)), share_text(Interval(0.999, 0.991, 0.9999))
    (('93 %', '(89 to 96)'), ('>99 %', '(99 to 100)'))
    """
    whole = f"{share.value:.0%}"
    if share.value not in {0.0, 1.0} and whole in {"0%", "100%"}:
        whole = "<1%" if whole == "0%" else ">99%"
    return whole.replace("%", " %"), f"({share.low * 100:.0f} to {share.high * 100:.0f})"


def _print_towns(terminal: Terminal, meta: EnsembleMeta, found: Summary) -> None:
    towns = shown_towns(meta, found)
    end = in_days(meta.horizon)
    terminal.say()
    if not towns:
        terminal.say("No town was lost for good in any replication.", bold=True)
        return
    sides = sorted({meta.first_holders[town] for town in towns}, key=list(meta.sides).index)
    heading = f"Held by {meta.sides[sides[0]]}" if len(sides) == 1 else "Held by its first holder"
    terminal.say(f"{heading} on day {end:g}", bold=True)
    rows = []
    for town in towns:
        first = found.first_lost_days[town]
        row = [meta.towns[town]] + ([meta.sides[meta.first_holders[town]]] if len(sides) > 1 else [])
        rows.append([*row, *share_text(found.held[town]), median_text(first.value, end)])
    headings = ["Town", *(["First held by"] if len(sides) > 1 else []), "Held", "", "First lost, median"]
    terminal.table(headings, rows, right=(len(headings) - 3,))
    more = sum(held.value < ALWAYS for town, held in found.held.items() if town not in towns)
    if more:
        terminal.say(f"and {more} more that were lost in some replications; --json lists all")


def _print_losses(terminal: Terminal, meta: EnsembleMeta, found: Summary) -> None:
    terminal.heading("Losses a day, mean over replications")
    headings = ["Category"]
    for side in meta.sides.values():
        headings += [side, ""] + (["reported"] if found.reported else [])
    rows = []
    for category in CATEGORIES:
        row = [CATEGORY_NAMES[category]]
        for side in meta.sides:
            loss = found.losses_per_day[side][category]
            row += [rate_text(loss.value), _range_text(loss)]
            row += [rate_text(found.reported[side][category])] if found.reported else []
        rows.append(row)
    rows = [row for row in rows if any(cell not in {"0", "(0 to 0)", ""} for cell in row[1:])]
    terminal.table(headings, rows, right=range(1, len(headings)))


def _range_text(loss: Interval) -> str:
    if math.isnan(loss.low):
        return ""
    return f"({rate_text(max(0.0, loss.low))} to {rate_text(loss.high)})"
