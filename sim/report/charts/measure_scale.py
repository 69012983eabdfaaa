"""A measure of a sweep in words and on a scale: its values, how far they move, their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from sim.report.text import MINUS, amount_text, share_text, signed_text
from sim.results.sweep_findings import Effect, MeasureKey

TEN: Final = 10.0
HUNDRED: Final = 100.0


@dataclass(frozen=True, slots=True)
class MeasureText:
    """A measure; shares are told in hundredths."""

    of: MeasureKey

    @property
    def key(self) -> str:
        """As ``--measure`` takes it."""
        return self.of.key

    @property
    def label(self) -> str:
        """In words."""
        return self.of.label[:1].upper() + self.of.label[1:]

    @property
    def is_share(self) -> bool:
        """Whether each replication has 0 or 1."""
        return self.key.endswith(".held")

    @property
    def unit(self) -> str:
        """What it is counted in, in words; nothing where the label says it."""
        if self.is_share:
            return "% of runs"
        return {"d": "days", "/d": "a day"}.get(self.of.unit, self.of.unit)

    def drawn(self, value: float) -> float:
        """Return a value as a scale has it."""
        return 100.0 * value if self.is_share else value

    def value(self, value: float) -> str:
        """Return a value with its unit."""
        if not math.isfinite(value):
            return "not known"
        return share_text(value) if self.is_share else f"{self.amount(value)} {self.unit}".rstrip()

    def amount(self, value: float) -> str:
        """Return a value as a number, with as many digits as others of its size."""
        size = abs(value)
        if self.is_share or not math.isfinite(value) or size >= HUNDRED:
            return amount_text(self.drawn(value))
        words = f"{size:.1f}" if size >= TEN else f"{size:.2f}"
        return f"{MINUS}{words}" if value < 0.0 and float(words) else words

    def as_it_is(self) -> str:
        """Return what it is in the scenario as it is, with its interval."""
        low, high = (self.amount(end) for end in (self.of.low, self.of.high))
        return f"{self.value(self.of.mean)} ({low} to {high})"

    def change(self, change: float) -> str:
        """Return how far it moves, with its sign."""
        if self.is_share and math.isfinite(change):
            return signed_text(round(100.0 * change))
        words = self.amount(change)
        return f"+{words}" if change > 0.0 and float(words.replace(",", "")) else words

    def change_text(self, effect: Effect | None) -> str:
        """Return how far it moves, with its interval."""
        if effect is None or not math.isfinite(effect.value):
            return "not run"
        if effect.value == effect.low == effect.high == 0.0:
            return "0"
        words = f"{self.change(effect.value)}{' points' if self.is_share else ''}"
        if not math.isfinite(effect.low):
            return words
        return f"{words} ({self.change(effect.low)} to {self.change(effect.high)})"
