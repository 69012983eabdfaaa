"""What stands beside the run that is open: its ensemble, and other replications, there or to be simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.archive.recording import Recording
from sim.view.worker import Request

if TYPE_CHECKING:
    from sim.archive.chances import Chances

FIRST: Final = "This is replication 0, the first one."
LAST: Final = "The ensemble holds no replication beyond this one."
OTHER_FRONT: Final = "The ensemble is of other towns or another first day than this run: it is left out."
NOTHING_BESIDE: Final = (
    "No other run lies beside this one. Try a change with W, or open two: frontsim play A --compare B"
)
NO_ENSEMBLE: Final = (
    "No ensemble lies beside this run. Make one with frontsim ensemble, and open its folder, "
    "or the run with --ensemble."
)


def opened_at(path: str, folder: str) -> tuple[Recording | Request, Chances | None]:
    """Return what a file or a folder is opened with, and the ensemble that a folder holds.

    Parameters
    ----------
    path
        Of a recording, or of an ensemble's folder.
    folder
        Where a new recording goes.

    Raises
    ------
    SimError
        Where it is neither.
    """
    if not Path(path).is_dir():
        return Recording.open(path), None
    from sim.archive.chances import Chances  # noqa: PLC0415 - what reads tables is loaded with an ensemble only

    chances = Chances.open(path)
    return opened_with(chances, folder), chances


def opened_with(chances: Chances, folder: str) -> Recording | Request:
    """Return what an ensemble is opened with: its first recorded replication, else what is to be simulated.

    Parameters
    ----------
    chances
        The ensemble.
    folder
        Where a new recording goes.
    """
    recorded = chances.recordings
    if recorded:
        return Recording.open(recorded[min(recorded)])
    return Request(str(chances.results.folder), folder, replication=chances.numbers[0])


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
        self._own: Chances | None = None

    @property
    def count(self) -> int:
        """How many there are, or may be: those of the ensemble that the run is one of."""
        return self._own.count if self._own is not None else 1

    def begin(self, recording: Recording, chances: Chances | None = None) -> None:
        """Forget those of another scenario: this is what is open now.

        Parameters
        ----------
        recording
            What is open.
        chances
            The ensemble beside it; its replications are taken only where the run is one of them.
        """
        self._own = chances if chances is not None and chances.holds(recording.header) else None
        self._paths = dict(self._own.recordings) if self._own is not None else {}
        self.keep(recording)

    def keep(self, recording: Recording) -> None:
        """Note one that is there."""
        self._paths[recording.header.replication] = recording.path

    def beside(self, recording: Recording, step: int) -> Recording | Request | str:
        """Return another replication, what is to be simulated to have it, or why there is none.

        Parameters
        ----------
        recording
            What is open.
        step
            1 is the next one, -1 the one before.
        """
        wanted = self._wanted(recording.header.replication, step)
        if wanted is None:
            return FIRST if step < 0 else LAST
        if wanted in self._paths:
            return Recording.open(self._paths[wanted])
        return Request(str(recording.path), self._folder, replication=wanted)

    def _wanted(self, number: int, step: int) -> int | None:
        """Return the number of another replication."""
        if self._own is None:
            return number + step if number + step >= 0 else None
        others = [each for each in self._own.numbers if (each - number) * step > 0]
        return min(others, key=lambda each: abs(each - number), default=None)
