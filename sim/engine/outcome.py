"""How a run ended: what callers, notebooks and other processes get of it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.quantities import Seconds, in_days
from sim.model.state import State


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    ended_at
        When; s.
    reason
        ``horizon``, or ``condition`` where an end of the scenario's was met.
    """

    state: State
    ended_at: Seconds
    reason: str
    note: str
    steps: int
    solves: int

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from sim.html_table import html_table  # noqa: PLC0415 - for notebooks only

        state = self.state
        rows = [
            (town, side, f"{state.strength[town]:,}", f"{state.stock[town]:,.0f} t")
            for town, side in state.held_by.items()
        ]
        why = f": {self.note}" if self.note else ""
        return html_table(
            f"Ended on day {in_days(self.ended_at):g} ({self.reason}{why})",
            ("Town", "Held by", "Soldiers", "Stock"),
            rows,
        )
