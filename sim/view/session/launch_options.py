"""What a sitting at the window begins with, and what it needs of a screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sim.recording.reader import Recording
from sim.scene.view_model import Frame
from sim.view.what_if.replications import Found
from sim.view.what_if.worker import Request

if TYPE_CHECKING:
    from sim.analysis.ensemble_at_time import EnsembleAtTime  # noqa: TC004 - what reads tables is loaded with an ensemble only


class Screen(Protocol):
    """What a sitting needs of a screen."""

    @property
    def is_full(self) -> bool:
        """Whether the window fills the screen."""

    def toggle_full(self) -> None:
        """Fill the screen, or no longer."""

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""

    def picture(self, frame: Frame, notes: Mapping[str, str]) -> bytes:
        """Return what a frame shows as a PNG."""


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What the window opens with.

    Attributes
    ----------
    recording
        What is played; none where something is simulated first, or a file is to be dropped.
    beside
        Another run that is shown with it, or one of another ensemble.
    frame
        What is shown at first: time, size, theme, selection.
    speed
        Times speed 1; none is the usual one for the run's length.
    prepare
        Told the recording once it is open and the frame: returns the frame to begin with.
    """

    recording: Recording | None = None
    chances: EnsembleAtTime | None = None
    beside: Found | None = None
    request: Request | None = None
    frame: Frame = field(default_factory=Frame)
    speed: float | None = None
    pictures: Path = Path()
    prepare: Callable[[Recording, Frame], Frame] = field(default=lambda _, frame: frame)
