"""Numbers of a scenario that can be turned, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

GO_TO: Final = "go to "
"""Begins the command that moves the focus to a slider, before its key."""


@dataclass(frozen=True, slots=True)
class Slider:
    """One number that can be turned."""

    key: str
    """As ``--set`` takes it."""
    words: str
    unit: str
    measure: str
    side: int | None
    """0 or 1 where it is a side's; none elsewhere."""
    usual: float
    value: float
    """As it is in the run that was opened, and as it is turned."""
    most: float
    step: float
    """How far it goes from 0, and by how much a press turns it."""

    @property
    def is_turned(self) -> bool:
        """Whether it is another than it was."""
        return self.value != self.usual

    def setting(self, since: int | None = None) -> str:
        """Return what ``--set`` takes: its key, from a day on where one is given, and its value."""
        day = "" if since is None else f"@d{since}"
        return f"{self.key}{day}={self.value:.10g} {self.unit}".rstrip()

    def turned(self, steps: int) -> Slider:
        """Return it some steps on, or back; from between two to the next, with a stop at the usual one."""
        place = self.value / self.step
        nearest = math.floor(place + 1e-9) if steps > 0 else math.ceil(place - 1e-9)
        value = min(max(round((nearest + steps) * self.step, 9), 0.0), self.most)
        is_past = min(self.value, value) < self.usual < max(self.value, value)
        return replace(self, value=self.usual if is_past else value)

    def at(self, value: float) -> Slider:
        """Return it at a value, within its ends and on a step, or where it usually is."""
        value = min(max(value, 0.0), self.most)
        if abs(value - self.usual) < self.step / 2:
            return replace(self, value=self.usual)
        return replace(self, value=round(round(value / self.step) * self.step, 9))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The sliders, as they stand."""

    sliders: tuple[Slider, ...]
    is_running: bool = False
    since: int | None = None
    """The day from which the changes hold; None is from the start."""
    day: int = 0
    """The day on which it was asked, which ``since`` goes back to."""
    shows_numbers: bool = True
    """Whether the sliders are shown, or what differs."""

    @property
    def settings(self) -> tuple[str, ...]:
        """What ``--set`` takes of all that are turned."""
        return tuple(slider.setting(self.since) for slider in self.turned)

    @property
    def turned(self) -> tuple[Slider, ...]:
        """The sliders that are turned."""
        return tuple(slider for slider in self.sliders if slider.is_turned)

    def slider(self, key: str) -> Slider | None:
        """Return a slider by its key."""
        return next((slider for slider in self.sliders if slider.key == key), None)

    def with_slider(self, turned: Slider) -> WhatIf:
        """Return the same with one slider as it stands now."""
        return replace(
            self, sliders=tuple(turned if slider.key == turned.key else slider for slider in self.sliders)
        )

    def with_slider_of(self, subject: Slider | None) -> WhatIf:
        """Return the same with the slider of what is selected; others like it stay if they are turned."""
        if subject is None or self.slider(subject.key) is not None:
            return self
        kept = tuple(slider for slider in self.sliders if slider.side is not None or slider.is_turned)
        return replace(self, sliders=(*kept, subject))
