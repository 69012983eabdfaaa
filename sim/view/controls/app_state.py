"""The state of the window: what is open, what the next picture shows of it, and the message over it."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final, Protocol

from sim.errors import SimError
from sim.files.regular import write_log
from sim.scene.view_model import Toast
from sim.view.controls.playback import Playback, RunIndex, index_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.scene.view_model import Frame, View

TOAST: Final = 4.0
"""Seconds for which a message stays; errors stay twice as long."""
MAX_MESSAGE: Final = 200
"""Characters."""


class Screen(Protocol):
    """What a session needs of the window on the screen, as `sim.view.window.Window` has it."""

    is_full: bool

    def toggle_full(self) -> None:
        """Fill the screen, or go back to the size before."""

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""

    def picture(self, frame: Frame, texts: Mapping[str, str]) -> bytes:
        """Return a frame as a PNG with texts in it."""


class AppState:
    """What is open, what the next picture shows of it, and the message over it."""

    def __init__(self, frame: Frame) -> None:
        self.view: View | None = None
        self.run = RunIndex(0)
        self.playback = Playback(frame)
        self.now = 0.0
        """Seconds since the window opened."""
        self._toast_until = 0.0

    @property
    def frame(self) -> Frame:
        """What the next picture shows."""
        return self.playback.frame

    def show(self, **changes: Any) -> None:  # noqa: ANN401 - whatever Frame holds
        """Change fields of the frame."""
        self.playback = self.playback.showing(**changes)

    def set_view(self, view: View) -> None:
        """Show another recording at the same moment."""
        self.view = view
        self.run = index_run(view)
        self.playback = self.playback.at(self.frame.t, self.run)

    def guard(self, action: Callable[[], object]) -> None:
        """Run an action; where it fails, pause and show the error: nothing closes the window."""
        try:
            action()
        except Exception as error:
            self.show_error(error)

    def show_error(self, error: Exception) -> None:
        """Pause and show what went wrong."""
        self.show(playing=False)
        self.show_message(error_message(error), is_error=True)

    def show_message(self, text: str, *, is_error: bool = False) -> None:
        """Show a message for a while."""
        self.show(toast=Toast(text, is_error))
        self.restart_message(is_error=is_error)

    def restart_message(self, *, is_error: bool = False) -> None:
        """Let the present message stay for its whole time from now on."""
        self._toast_until = self.now + TOAST * (1 + is_error)

    def expire_message(self) -> None:
        """Remove a message whose time is over."""
        if self.frame.toast is not None and self.now >= self._toast_until:
            self.show(toast=None)


def error_message(error: Exception) -> str:
    """Return an error in a line; a bug's traceback goes into a file that the line names."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0][:MAX_MESSAGE]
    if isinstance(error, SimError | OSError):
        return line
    log = write_log("".join(traceback.format_exception(error)))
    message = f"This is a bug in frontsim ({line}). Paused; you can go on."
    return message if log is None else f"{message} Details are in {log}."
