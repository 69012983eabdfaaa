"""An ensemble in words and columns: which towns hold, when they are lost, and what each day costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.cli.text.run import LOSSES, rate_text
from sim.model.quantities import CATEGORIES, in_days
from sim.statistics.stopping import CONFIDENCE
from sim.statistics.survival import median_text

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.experiments.ensemble_summary import Summary
    from sim.results.meta import Meta
    from sim.statistics.stopping import Interval

MOST_TOWNS: Final = 20
ALWAYS: Final = 1.0


def tell(terminal: Terminal, meta: Meta, found: Summary) -> None:
    """Print an ensemble."""
    _tell_towns(terminal, meta, found)
    _tell_losses(terminal, meta, found)
    terminal.say()
    terminal.tell(
        "In brackets: intervals that hold what this model gives on the whole in "
        f"{CONFIDENCE * 100:.0f} of 100 such ensembles."
    )


def shown_towns(meta: Meta, found: Summary) -> list[str]:
    """Return the towns that are worth a row: those in the scenario's focus, then those most often lost.

    Parameters
    ----------
    meta, found
        As `tell` takes them.
    """
    focus = [town for town in meta.focus if town in found.held]
    uncertain = [town for town, held in found.held.items() if held.value < ALWAYS and town not in meta.focus]
    uncertain.sort(key=lambda town: found.held[town].value)
    return [*focus, *uncertain][:MOST_TOWNS]


def share_text(share: Interval) -> tuple[str, str]:
    """Return a share and its interval in whole hundredths, never more certain than it is.

    Examples
    --------
    >>> from sim.statistics.stopping import Interval
    >>> share_text(Interval(0.93, 0.886, 0.958)), share_text(Interval(0.999, 0.991, 0.9999))
    (('93 %', '(89 to 96)'), ('>99 %', '(99 to 100)'))
    """
    whole = f"{share.value:.0%}"
    if share.value not in {0.0, 1.0} and whole in {"0%", "100%"}:
        whole = "<1%" if whole == "0%" else ">99%"
    return whole.replace("%", " %"), f"({share.low * 100:.0f} to {share.high * 100:.0f})"


def _tell_towns(terminal: Terminal, meta: Meta, found: Summary) -> None:
    """Print how often towns are held, and when they are lost."""
    towns = shown_towns(meta, found)
    end = in_days(meta.horizon)
    terminal.say()
    if not towns:
        terminal.say("No town was ever lost for good.", bold=True)
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
        terminal.say(f"and {more} more that were lost in some replications; --json names all")


def _tell_losses(terminal: Terminal, meta: Meta, found: Summary) -> None:
    """Print the mean losses of a day, beside what the reported rate gives."""
    terminal.say()
    terminal.say("Losses a day, mean over replications", bold=True)
    headings = ["Category"]
    for side in meta.sides.values():
        headings += [side, ""] + (["by report"] if found.reported else [])
    rows = []
    for category in CATEGORIES:
        row = [LOSSES[category]]
        for side in meta.sides:
            loss = found.losses_per_day[side][category]
            row += [rate_text(loss.value), _range_text(loss)]
            row += [rate_text(found.reported[side][category])] if found.reported else []
        rows.append(row)
    rows = [row for row in rows if any(cell not in {"0", "(0 to 0)", ""} for cell in row[1:])]
    terminal.table(headings, rows, right=range(1, len(headings)))


def _range_text(loss: Interval) -> str:
    """Return the ends of an interval of a rate; nothing where there is none."""
    if math.isnan(loss.low):
        return ""
    return f"({rate_text(max(0.0, loss.low))} to {rate_text(loss.high)})"
