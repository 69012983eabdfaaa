"""What is shown at a sitting, and the messages that lie over it for a while."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from sim.scene.view_model import Toast
from sim.view.controls.mouse_input import places
from sim.view.controls.playback import Course, Playback, course_of
from sim.view.errors import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.scene.view_model import Frame, View

TOAST: Final = 4.0
"""Seconds for which a message stays."""
NOTHING: Final = Course(0)


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


class AppState:
    """What is open, what the next picture shows of it, and what is told."""

    def __init__(self, frame: Frame) -> None:
        self.view: View | None = None
        self.course = NOTHING
        self.playback = Playback(frame)
        self._toast_until = 0.0

    @property
    def frame(self) -> Frame:
        """What the next picture shows."""
        return self.playback.frame

    def take(self, view: View) -> None:
        """Make a recording the one that is seen, at the same moment."""
        self.view = view
        self.course = replace(course_of(view), places=places(view))
        self.playback = self.playback.at(self.playback.exact, self.course)

    def guard(self, action: Callable[[], object], now: float) -> None:
        """Do something; where it goes wrong, pause and say so."""
        try:
            action()
        except Exception as problem:
            # Nothing closes the window. The run stands still, so that nobody misses what is told.
            self.playback = self.playback.showing(playing=False)
            self.tell(words_of(problem), now, is_error=True)

    def tell(self, text: str, now: float, *, is_error: bool = False) -> None:
        """Show a message for a while.

        Parameters
        ----------
        is_error
            Whether something went wrong; it then stays longer.
        """
        self.playback = self.playback.showing(toast=Toast(text, is_error))
        self.told(now, is_error=is_error)

    def told(self, now: float, *, is_error: bool = False) -> None:
        """Let the message that is there stay for its time from now."""
        self._toast_until = now + TOAST * (1 + is_error)

    def forget(self, now: float) -> None:
        """Take a message away whose time is over."""
        if self.frame.toast is not None and now >= self._toast_until:
            self.playback = self.playback.showing(toast=None)
