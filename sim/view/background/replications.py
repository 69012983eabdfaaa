"""What stands beside the run that is open: its ensemble, and other replications, there or to be simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sim.recording.reader import Recording
from sim.scene.side_by_side import front_of
from sim.view.background.worker import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.analysis.ensemble_at_time import EnsembleAtTime
    from sim.scene.view_model import View

FIRST: Final = "This is replication 0, the first one."
LAST: Final = "The ensemble holds no replication beyond this one."
OTHER_FRONT: Final = "The ensemble is of other towns or another first day than this run: it is left out."
NOTHING_BESIDE: Final = (
    "No other run lies beside this one. Try a change with W, or open another run or ensemble of this front "
    "and press X again."
)
NO_ENSEMBLE: Final = (
    "No ensemble lies beside this run. Make one with frontsim ensemble, and open its folder, "
    "or the run with --ensemble."
)


class Found(NamedTuple):
    """What a file or a folder is opened with.

    Attributes
    ----------
    run
        A recording, or what is to be simulated to have one.
    chances
        The ensemble that a folder holds; none where it is a file.
    """

    run: Recording | Request
    chances: EnsembleAtTime | None = None

    @property
    def recording(self) -> Recording | None:
        """The recording, where it is there."""
        return self.run if isinstance(self.run, Recording) else None

    @property
    def request(self) -> Request | None:
        """What is to be simulated, where the recording is not there."""
        return self.run if isinstance(self.run, Request) else None

    @property
    def number(self) -> int | None:
        """Which replication it is; none where its scenario says."""
        return self.run.header.replication if isinstance(self.run, Recording) else self.run.replication

    @property
    def front(self) -> tuple[list[str], list[str], str] | None:
        """What it must have in common with what it is compared with; none where that is not known yet."""
        known = self.chances or self.recording
        return None if known is None else front_of(known)


def opened_at(path: str | Path, folder: str, *, wanted: int | None = None) -> Found:
    """Return what a file or a folder is opened with.

    Parameters
    ----------
    wanted
        Which replication of an ensemble, where it holds that one.

    Raises
    ------
    SimError
        Where it is neither.
    """
    if not Path(path).is_dir():
        return Found(Recording.open(path))
    from sim.analysis.ensemble_at_time import EnsembleAtTime  # noqa: PLC0415 - what reads tables is loaded with an ensemble only

    chances = EnsembleAtTime.open(path)
    return Found(opened_with(chances, folder, wanted=wanted), chances)


def opened_with(chances: EnsembleAtTime, folder: str, *, wanted: int | None = None) -> Recording | Request:
    """Return what an ensemble is opened with: the replication that is wanted, else the first recorded one.

    Parameters
    ----------
    wanted
        Which replication, where the ensemble holds that one.
    """
    recorded = chances.recordings
    number = min(recorded, default=chances.numbers[0])
    if wanted is not None and wanted in chances.numbers:
        number = wanted
    if number in recorded:
        return Recording.open(recorded[number])
    return Request(str(chances.results.folder), folder, replication=number)


def number_for_both(here: EnsembleAtTime, there: EnsembleAtTime) -> int | None:
    """Return the replication that two ensembles are opened with: recorded in both, in one, or in none.

    Returns
    -------
    int or None
        None where they have none in common.
    """
    both = set(here.numbers) & set(there.numbers)
    return min(
        both,
        key=lambda each: ((each not in here.recordings) + (each not in there.recordings), each),
        default=None,
    )


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
        self._own: EnsembleAtTime | None = None

    @property
    def count(self) -> int:
        """How many there are, or may be: those of the ensemble that the run is one of."""
        return self._own.count if self._own is not None else 1

    def begin(self, recording: Recording, chances: EnsembleAtTime | None = None) -> None:
        """Forget those of another scenario: this is what is open now.

        Parameters
        ----------
        chances
            The ensemble beside it; its replications are taken only where the run is one of them.
        """
        self._own = chances if chances is not None and chances.holds(recording.header) else None
        self._paths = dict(self._own.recordings) if self._own is not None else {}
        self.keep(recording)

    def keep(self, recording: Recording) -> None:
        """Note one that is there."""
        self._paths[recording.header.replication] = recording.path

    @property
    def numbers(self) -> frozenset[int] | None:
        """Those that there are; none where there is no end of them."""
        return frozenset(self._own.numbers) if self._own is not None else None

    def at(self, recording: Recording, number: int) -> Recording | Request:
        """Return a replication, or what is to be simulated to have it."""
        if number in self._paths:
            return Recording.open(self._paths[number])
        return Request(str(recording.path), self._folder, replication=number)


Turn: TypeAlias = Request | tuple[Recording, ...] | str
"""What is to be simulated next, or the recordings once all are there, or why there are none."""


class Flipping:
    """Goes from replication to replication: in the run that is open, and in the one beside it at once.

    The one beside it follows where it is the same replication: another scenario with the same luck. Another
    replication stays, since it is there to be compared with.

    Parameters
    ----------
    folder
        Where those go that are made for this sitting only.
    """

    def __init__(self, folder: str) -> None:
        self._here, self._there = Replications(folder), Replications(folder)
        self._turn: list[Recording | Request] = []

    @property
    def count(self) -> int:
        """How many there are, or may be, of the run that is open."""
        return self._here.count

    def begin(self, view: View) -> None:
        """Forget those of other scenarios."""
        self._here.begin(view.recording, view.chances)
        if view.beside is not None:
            self._there.begin(view.beside.recording, view.beside.chances)

    def step(self, view: View, step: int) -> Turn:
        """Return the next replication.

        Parameters
        ----------
        step
            1 is the next one, -1 the one before.
        """
        number, beside = view.recording.header.replication, view.beside
        if beside is not None and beside.recording.header.replication != number:
            beside = None
        known = [each.numbers for each in (self._here, self._there)[: 1 + (beside is not None)]]
        wanted = _next(number, step, [numbers for numbers in known if numbers is not None])
        if wanted is None:
            return FIRST if step < 0 else LAST
        self._turn = [self._here.at(view.recording, wanted)]
        if beside is not None:
            self._turn.append(self._there.at(beside.recording, wanted))
        return self._left()

    def made(self, recording: Recording) -> Turn:
        """Return what is to be done next, once a recording is there that was to be simulated."""
        first = next(number for number, each in enumerate(self._turn) if isinstance(each, Request))
        self._turn[first] = recording
        (self._here, self._there)[first].keep(recording)
        return self._left()

    def _left(self) -> Turn:
        """Return what is still to be simulated, else what there is."""
        there = tuple(each for each in self._turn if isinstance(each, Recording))
        return next((each for each in self._turn if isinstance(each, Request)), there)


def _next(number: int, step: int, known: Iterable[frozenset[int]]) -> int | None:
    """Return the number of the next replication that all ensembles hold; none where there is none."""
    numbers: frozenset[int] | None = None
    for each in known:
        numbers = each if numbers is None else numbers & each
    if numbers is None:
        return number + step if number + step >= 0 else None
    others = [each for each in numbers if (each - number) * step > 0]
    return min(others, key=lambda each: abs(each - number), default=None)
