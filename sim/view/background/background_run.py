"""A simulation that the window waits for, with its progress on the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sim.recording.reader import Recording
from sim.scene.view_model import Progress
from sim.view.background.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.files.folder import TemporaryFolder
    from sim.scene.view_model import Card
    from sim.view.background.worker import Request, Simulate
    from sim.view.controls.app_state import AppState

    UseRecording: TypeAlias = Callable[[Recording], None]


class BackgroundRun:
    """The one simulation that is waited for; another takes its place. Its recording goes into `folder`."""

    def __init__(self, app: AppState, simulate: Simulate, folder: TemporaryFolder) -> None:
        self.worker = Worker(simulate)
        self._app = app
        self._folder = folder
        self._use: UseRecording | None = None

    def start(self, request: Request, use: UseRecording) -> None:
        """Simulate a request and use its recording; what is open stays open meanwhile."""
        if request.folder or Path(request.source).is_dir():
            # recordings of two scenarios may have one name, and an open one must not be replaced
            request = replace(request, folder=str(self._folder.fresh()))
        title = "Simulating " + Path(request.source).name.removesuffix(".jsonl.gz")
        if request.replication is not None:
            title += f", run {request.replication + 1}"
        self._use = use
        self._app.show(progress=Progress(title), card="loading")
        self.worker.stop()
        self.worker.start(request)

    def close_card(self) -> None:
        """Take the progress off the screen."""
        under: Card = "empty" if self._app.view is None else "none"
        self._app.show(
            progress=None, card=under if self._app.frame.card == "loading" else self._app.frame.card
        )

    def update(self) -> None:
        """Take in how far the simulation is."""
        status, frame = self.worker.poll(), self._app.frame
        if status is None:
            return
        if not status.is_last:
            if frame.progress is not None:
                self._app.show(progress=replace(frame.progress, share=status.share, detail=status.words))
            return
        self.worker.stop()
        self.close_card()
        if status.problem is not None:
            self._app.show_message(status.problem, is_error=True)
        if status.run is not None and self._use is not None:
            self._use(Recording.open(status.run.path))
