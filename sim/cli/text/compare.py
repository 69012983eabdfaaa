"""Print a comparison: what differs significantly, and what common random numbers gained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.model.quantities import CATEGORIES, DISCLAIMER, in_days
from sim.statistics.intervals import CONFIDENCE

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.experiments.compare import Comparison
    from sim.results.meta import EnsembleMeta
    from sim.statistics.differences import Difference

MAX_TOWNS: Final = 16
MEASURES: Final = (
    ("held", "Held at the end, %", 100.0, 0),
    ("held_days", "Held for, days", 1.0, 0),
    ("supply_days", "Days of supply", 1.0, 1),
    ("out_days", "Mornings without", 1.0, 0),
)
"""Columns of the table of towns: measure, heading, scale and digits."""
SMALL: Final = 10.0


def print_comparison(terminal: Terminal, a: EnsembleMeta, b: EnsembleMeta, found: Comparison) -> None:
    """Print a comparison."""
    _introduce(terminal, a, b, found)
    _print_towns(terminal, a, found)
    _print_losses(terminal, a, found)
    _print_gain(terminal, found)
    terminal.say()
    terminal.print_wrapped(
        f"In each: A, then B minus A and its {CONFIDENCE * 100:.0f} % interval; a dot where it contains 0. "
        "≈ 0: significant, but too small to show. "
        f"Of measures that do not differ, {100 - CONFIDENCE * 100:.0f} in 100 appear significant by chance."
    )
    terminal.say(DISCLAIMER)


def _introduce(terminal: Terminal, a: EnsembleMeta, b: EnsembleMeta, found: Comparison) -> None:
    for letter, meta in (("A", a), ("B", b)):
        changed = f", with {', '.join(meta.overrides)}" if meta.overrides else ""
        terminal.say(f"{letter}: {meta.title}{changed}", bold=True)
    rng = f"not paired, seeds {a.seed} and {b.seed}"
    if found.is_paired:
        rng = f"paired by the same random numbers, seed {a.seed}"
    days = " and ".join(dict.fromkeys(f"{in_days(meta.horizon):g}" for meta in (a, b)))
    terminal.say(f"{days} days, {found.replications:,} replications of each, {rng}")


def _print_towns(terminal: Terminal, meta: EnsembleMeta, found: Comparison) -> None:
    """Print the towns for which anything differs significantly, those of the focus first."""
    changed = [
        town for town, by in found.towns.items() if any(each.change.is_significant for each in by.values())
    ]
    terminal.say()
    if not changed:
        terminal.say("No town differs significantly.", bold=True)
        return
    terminal.say("Towns", bold=True)
    changed.sort(key=lambda town: (town not in meta.focus, -_weight(found, town)))
    rows = []
    for town in changed[:MAX_TOWNS]:
        cells = [_cells(found.towns[town][name], scale, digits) for name, _, scale, digits in MEASURES]
        rows.append([meta.towns[town], *(cell for pair in cells for cell in pair)])
    headings = ["", *(cell for _, heading, _, _ in MEASURES for cell in ("", heading))]
    terminal.table(headings, rows, right=range(1, 2 * len(MEASURES), 2))
    if len(changed) > MAX_TOWNS:
        terminal.say(f"and {len(changed) - MAX_TOWNS} more that differ significantly; --json lists all")


def _weight(found: Comparison, town: str) -> float:
    changes = {name: each.change for name, each in found.towns[town].items()}
    weights = (("held", 100.0), ("held_days", 1.0), ("supply_days", 5.0), ("out_days", 0.1))
    significant = ((abs(changes[name].value), by) for name, by in weights if changes[name].is_significant)
    return math.fsum(by * size for size, by in significant)


def _print_losses(terminal: Terminal, meta: EnsembleMeta, found: Comparison) -> None:
    """Print losses a day and changes of control, where they differ significantly."""
    from sim.analysis.text import CATEGORY_NAMES

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
    terminal.say()
    if not rows:
        terminal.say("No losses differ significantly.", bold=True)
        return
    terminal.say("Losses a day, and changes of control", bold=True)
    terminal.table(["", "", "", "", "Variance reduced"], rows, right=(2, 4))


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
    """
    if math.isnan(ratio):
        return ""
    return "fully" if math.isinf(ratio) else f"{ratio:.1f} times"


def _cells(difference: Difference, scale: float, digits: int) -> tuple[str, str]:
    """Return A, and how B differs from it if significantly.

    Examples
    --------
    >>> from sim.statistics.differences import paired
    >>> _cells(paired([0.5, 0.7, 0.6], [0.21, 0.39, 0.3]), 100.0, 0)
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
