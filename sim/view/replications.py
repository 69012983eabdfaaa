"""Other replications of what is open: which of them are there already, and how to get the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.archive.recording import Recording
from sim.view.worker import Request

if TYPE_CHECKING:
    from pathlib import Path

FIRST: Final = "This is replication 0, the first one."


class Replications:
    """The replications of one scenario and seed.

    Parameters
    ----------
    folder
        Where those go that are made for this sitting only.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._paths: dict[int, Path] = {}

    def begin(self, recording: Recording) -> None:
        """Forget those of another scenario: this is what is open now.

        Parameters
        ----------
        recording
            What is open.
        """
        self._paths = {}
        self.keep(recording)

    def keep(self, recording: Recording) -> None:
        """Note one that is there."""
        self._paths[recording.header.replication] = recording.path

    def beside(self, recording: Recording, step: int) -> Recording | Request | None:
        """Return another replication, or what is to be simulated to have it; none before the first.

        Parameters
        ----------
        recording
            What is open.
        step
            How many replications on, or back.
        """
        wanted = recording.header.replication + step
        if wanted < 0:
            return None
        if wanted in self._paths:
            return Recording.open(self._paths[wanted])
        return Request(str(recording.path), self._folder, replication=wanted)
