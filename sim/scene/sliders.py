"""Numbers of a scenario that can be turned, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Dial:
    """One number that can be turned.

    Attributes
    ----------
    key
        As ``--set`` takes it.
    side
        0 or 1 where it is a side's; none elsewhere.
    usual, value
        As it is in the run that was opened, and as it is turned.
    most, step
        How far it goes from 0, and by how much a press turns it.
    """

    key: str
    words: str
    unit: str
    measure: str
    side: int | None
    usual: float
    value: float
    most: float
    step: float

    @property
    def is_turned(self) -> bool:
        """Whether it is another than it was."""
        return self.value != self.usual

    @property
    def setting(self) -> str:
        """What ``--set`` takes: its key and its value with the unit."""
        return f"{self.key}={self.value:.10g} {self.unit}".rstrip()

    def turned(self, steps: int) -> Dial:
        """Return it some steps on, or back; from between two to the next, with a stop at the usual one."""
        place = self.value / self.step
        nearest = math.floor(place + 1e-9) if steps > 0 else math.ceil(place - 1e-9)
        value = min(max(round((nearest + steps) * self.step, 9), 0.0), self.most)
        is_past = min(self.value, value) < self.usual < max(self.value, value)
        return replace(self, value=self.usual if is_past else value)

    def at(self, value: float) -> Dial:
        """Return it at a value, within its ends and on a step, or where it usually is."""
        value = min(max(value, 0.0), self.most)
        if abs(value - self.usual) < self.step / 2:
            return replace(self, value=self.usual)
        return replace(self, value=round(round(value / self.step) * self.step, 9))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The dials, as they stand."""

    dials: tuple[Dial, ...]
    is_running: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """What ``--set`` takes of all that are turned."""
        return tuple(dial.setting for dial in self.dials if dial.is_turned)

    def dial(self, key: str) -> Dial | None:
        """Return a dial by its key."""
        return next((dial for dial in self.dials if dial.key == key), None)

    def with_dial(self, turned: Dial) -> WhatIf:
        """Return the same with one dial as it stands now."""
        return replace(self, dials=tuple(turned if dial.key == turned.key else dial for dial in self.dials))

    def with_subject(self, subject: Dial | None) -> WhatIf:
        """Return the same with the dial of what is selected; others like it stay if they are turned."""
        if subject is None or self.dial(subject.key) is not None:
            return self
        kept = tuple(dial for dial in self.dials if dial.side is not None or dial.is_turned)
        return replace(self, dials=(*kept, subject))
