"""Trying out a change at a sitting: dials are turned, another process simulates, both runs are shown.

The changed run is the one that is seen; the one that was open lies beside it, until the panel is closed.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.recording.reader import Recording
from sim.scene.view_model import Selection, View
from sim.view.background.worker import Request, WarmWorker
from sim.view.what_if.sliders import begun, moved, pressed, subject_dial
from sim.view.what_if.what_if_file import command_line, save_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from sim.view.background.worker import Simulate
    from sim.view.controls.app_state import AppState, Screen

NOTHING_TURNED: Final = "Nothing is changed yet: turn a dial first."


class WhatIfRun:
    """What is tried out at a sitting.

    Parameters
    ----------
    simulate
        What makes recordings, in a process of its own.
    folder
        Where those go that are made for this sitting only.
    """

    def __init__(self, shown: AppState, simulate: Simulate, folder: str) -> None:
        self._shown = shown
        self._worker = WarmWorker(simulate)
        self._folder = tempfile.mkdtemp(dir=folder)
        self._base: View | None = None
        self._asked: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether dials are shown."""
        return self._base is not None

    @property
    def is_busy(self) -> bool:
        """Whether a changed run is being simulated."""
        return self._worker.is_busy

    def toggle(self) -> None:
        """Show the dials, or close them and go back to the run that was open."""
        shown, view = self._shown, self._shown.view
        if view is None:
            return
        if self.is_open:
            self.close()
            return
        self._base, self._asked = view, ()
        what_if = begun(view, shown.frame)
        ring = Selection("slider", what_if.dials[0].key)
        shown.playback = shown.playback.showing(what_if=what_if, focus=ring, panel=True, card="none")
        # Once without a change, so that the other process has loaded everything when a dial is let go.
        self._worker.start(Request(str(view.recording.path), self._folder))

    def close(self) -> None:
        """Show the run again that was open before, and it alone."""
        if self._base is not None:
            base, self._base = self._base, None
            self._shown.take(base)
            self._shown.playback = self._shown.playback.showing(what_if=None, focus=None)

    def stop(self) -> None:
        """End what goes on beside."""
        self._worker.stop()

    def command(self, command: str, screen: Screen, folder: Path, now: float) -> bool:
        """Do what a command says while dials are shown; return whether it was for them."""
        frame, base = self._shown.frame, self._base
        if base is None or frame.what_if is None:
            return False
        turned = pressed(frame.what_if, frame.focus, command)
        if turned is not None:
            self._shown.playback = self._shown.playback.showing(what_if=turned)
            return True
        ring = moved(frame.what_if, frame.focus, command) if self._is_on_ring(command) else None
        if ring is not None:
            self._shown.playback = self._shown.playback.showing(focus=ring)
            return True
        if command == "center" and frame.focus is not None and frame.focus.kind == "slider":
            self.let_go()
            return True
        if command in {"screenshot", "copy"}:
            self._keep(base, frame.what_if.settings, screen if command == "copy" else None, folder, now)
            return True
        return False

    def let_go(self) -> None:
        """Simulate with the dials as they stand, where they stand otherwise than before."""
        what_if = self._shown.frame.what_if
        if self._base is None or what_if is None or what_if.settings == self._asked:
            return
        self._asked = what_if.settings
        if not self._asked:
            self._shown.take(self._base)
            self._showing(is_running=False)
            return
        changes = tuple(("sets", setting) for setting in self._asked)
        header = self._base.recording.header
        request = Request(
            str(self._base.recording.path), self._folder, header.seed, header.replication, changes
        )
        self._worker.start(request)
        self._showing(is_running=True)

    def listen(self, now: float) -> None:
        """Take in what is heard of the changed run, and keep a dial for what is selected."""
        news = self._worker.heard()
        what_if = self._shown.frame.what_if
        if self._base is None or what_if is None:
            return
        subject = subject_dial(self._base, self._shown.frame) if self._shown.frame.selection else None
        if subject is not None and what_if.dial(subject.key) is None:
            self._shown.playback = self._shown.playback.showing(
                what_if=what_if.with_subject(subject), focus=Selection("slider", subject.key)
            )
        if news is None or not self._asked or not news.is_last:
            return
        self._showing(is_running=False)
        if news.problem is not None:
            self._shown.tell(news.problem, now, is_error=True)
        elif news.made is not None:
            path, timeline = news.made
            changed = View.of(Recording.open(path), self._base.chances, timeline)
            self._shown.take(changed.with_beside(self._base))

    def _showing(self, *, is_running: bool) -> None:
        """Show whether something is being simulated."""
        what_if = self._shown.frame.what_if
        if what_if is not None:
            self._shown.playback = self._shown.playback.showing(
                what_if=replace(what_if, is_running=is_running)
            )

    def _is_on_ring(self, command: str) -> bool:
        """Return whether a command moves the ring: arrows only while it stands round a dial or button."""
        focus = self._shown.frame.focus
        return command.startswith("town") or (focus is not None and focus.kind in {"slider", "button"})

    def _keep(
        self, base: View, settings: tuple[str, ...], screen: Screen | None, folder: Path, now: float
    ) -> None:
        """Put the change on the clipboard as a command, or write it as a scenario."""
        header = base.recording.header
        if not settings:
            self._shown.tell(NOTHING_TURNED, now)
        elif screen is not None:
            line = command_line(header, settings)
            screen.copy(line)
            self._shown.tell(f"On the clipboard: {line}", now)
        else:
            path = save_scenario(header, settings, folder)
            self._shown.tell(f"Saved {path.name} in {path.parent.resolve()}", now)
