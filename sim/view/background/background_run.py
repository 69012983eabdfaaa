"""A simulation that a sitting waits for: begun in another process, followed, and used once it is there."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sim.recording.reader import Recording
from sim.scene.view_model import Progress
from sim.view.background.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.view.background.worker import Request, Simulate
    from sim.view.controls.app_state import AppState

    Then: TypeAlias = Callable[[Recording, float], None]
    """What is done with a recording, and the time; s."""


class BackgroundRun:
    """The one simulation that is waited for; another takes its place.

    Parameters
    ----------
    simulate
        What makes recordings, in a process of its own.
    folder
        Where those go that are made for this sitting only.
    """

    def __init__(self, shown: AppState, simulate: Simulate, folder: str) -> None:
        self.worker = Worker(simulate)
        self._shown = shown
        self._folder = folder
        self._then: Then | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being simulated."""
        return self.worker.is_busy

    def begin(self, request: Request, then: Then) -> None:
        """Begin a simulation; what is open stays open meanwhile.

        Parameters
        ----------
        request
            What is simulated, into a folder of its own: recordings of two scenarios may have one name, and
            one that is open must not be replaced.
        """
        if request.folder or Path(request.source).is_dir():
            request = replace(request, folder=tempfile.mkdtemp(dir=self._folder))
        what = "Simulating " + Path(request.source).name.removesuffix(".jsonl.gz")
        if request.replication is not None:
            what += f", replication {request.replication}"
        self._then = then
        shown = self._shown
        card = "loading" if shown.view is None else shown.frame.card
        shown.playback = shown.playback.showing(progress=Progress(what), card=card)
        self.worker.start(request)

    def listen(self, now: float) -> None:
        """Take in what is heard of the simulation."""
        news = self.worker.heard()
        if news is None:
            return
        shown = self._shown
        progress = shown.frame.progress
        if progress is not None and not news.is_last:
            there = replace(progress, share=news.share, detail=news.words)
            shown.playback = shown.playback.showing(progress=there)
        if news.is_last:
            card = "empty" if shown.frame.card == "loading" else shown.frame.card
            shown.playback = shown.playback.showing(progress=None, card=card)
        if news.problem is not None:
            shown.tell(news.problem, now, is_error=True)
        if news.made is not None and self._then is not None:
            self._then(Recording.open(news.made.path), now)

    def stop(self) -> None:
        """End it, if it goes on."""
        self.worker.stop()
