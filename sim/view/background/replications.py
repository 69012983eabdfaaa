"""Recordings and ensembles that are opened, and the way from one replication to the next, recorded or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sim.recording.reader import Recording
from sim.scene.side_by_side import front_of
from sim.view.background.worker import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.ensemble import EnsembleAtTime
    from sim.scene.view_model import View

FIRST: Final = "This is run 1, the first one."
LAST: Final = "The ensemble holds no run beyond this one."
OTHER_FRONT: Final = "The ensemble has other towns or another first day than this run; it is not shown."
NOTHING_BESIDE: Final = (
    "There is no other run to compare with. Try a change with W, or open another run or ensemble of this "
    "front and press X again."
)
NO_ENSEMBLE: Final = (
    "There is no ensemble for this run. Make one with frontsim ensemble, and open its folder."
)


class Opened(NamedTuple):
    """What a file or a folder is opened with."""

    run: Recording | Request
    """A request where the run has yet to be simulated."""
    ensemble: EnsembleAtTime | None = None

    @property
    def number(self) -> int | None:
        """Its replication; None where its scenario says."""
        return self.run.header.replication if isinstance(self.run, Recording) else self.run.replication

    @property
    def front(self) -> tuple[list[str], list[str], str] | None:
        """Towns, sides and first day, which two runs to compare share; None where not known yet."""
        known = self.ensemble or (self.run if isinstance(self.run, Recording) else None)
        return None if known is None else front_of(known)


def open_path(path: str | Path, folder: str, *, wanted: int | None = None) -> Opened:
    """Open a recording, or an ensemble with a replication: the wanted one where it holds that."""
    if not Path(path).is_dir():
        return Opened(Recording.open(path))
    from sim.analysis.ensemble import EnsembleAtTime  # noqa: PLC0415 - what reads tables is loaded with an ensemble only

    ensemble = EnsembleAtTime(path)
    return Opened(open_replication(ensemble, folder, wanted=wanted), ensemble)


def open_replication(
    ensemble: EnsembleAtTime, folder: str, *, wanted: int | None = None
) -> Recording | Request:
    """Return the wanted replication of an ensemble where it holds that, else its first recorded one."""
    recorded = ensemble.recordings
    number = wanted if wanted in ensemble.numbers else min(recorded, default=ensemble.numbers[0])
    if number in recorded:
        return Recording.open(recorded[number])
    return Request(str(ensemble.results.folder), folder, replication=number)


def shared_replication(here: EnsembleAtTime, there: EnsembleAtTime) -> int | None:
    """Return a replication that two ensembles have in common, at best one recorded in both."""
    return min(
        set(here.numbers) & set(there.numbers),
        key=lambda each: ((each not in here.recordings) + (each not in there.recordings), each),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class _Replications:
    """The replications of one scenario and seed."""

    paths: dict[int, Path]
    """Those that are recorded."""
    numbers: frozenset[int] | None
    """Those of the ensemble that the run is part of; None where every number can be simulated."""

    @classmethod
    def of(cls, view: View) -> _Replications:
        """Return those of a run; an ensemble beside it counts only where the run is part of it."""
        header = view.recording.header
        own = view.ensemble if view.ensemble is not None and view.ensemble.holds(header) else None
        paths = {**(own.recordings if own else {}), header.replication: view.recording.path}
        return cls(paths, frozenset(own.numbers) if own else None)

    def open(self, number: int, like: Recording, folder: str) -> Recording | Request:
        """Return a replication of the scenario and seed of a recording."""
        if number in self.paths:
            return Recording.open(self.paths[number])
        return Request(str(like.path), folder, replication=number)


Step: TypeAlias = Request | tuple[Recording, ...] | str
"""What has to be simulated first, or the recordings once all are there, or why there are none."""


class ReplicationBrowser:
    """Goes from replication to replication, in the open run and in the one beside it at once.

    The run beside it follows where it is the same replication: another scenario with the same random numbers.
    Another replication stays, since it is there to be compared with.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._known: list[_Replications] = []
        self._wanted: list[Recording | Request] = []

    @property
    def count(self) -> int:
        """How many the ensemble of the open run has; 1 where it is part of none."""
        numbers = self._known[0].numbers if self._known else None
        return len(numbers) if numbers is not None else 1

    def begin(self, view: View) -> None:
        """Forget the replications of other scenarios."""
        self._known = [_Replications.of(each) for each in (view, view.beside) if each is not None]

    def step(self, view: View, step: int) -> Step:
        """Go to the next replication (1), or to the one before (-1)."""
        number = view.recording.header.replication
        recordings = [view.recording]
        if view.beside is not None and view.beside.recording.header.replication == number:
            recordings.append(view.beside.recording)
        known = self._known[: len(recordings)]
        wanted = _next(number, step, [each.numbers for each in known if each.numbers is not None])
        if wanted is None:
            return FIRST if step < 0 else LAST
        self._wanted = [
            each.open(wanted, like, self._folder) for each, like in zip(known, recordings, strict=True)
        ]
        return self._remaining()

    def add(self, recording: Recording) -> Step:
        """Take in the recording of the request that the last step returned."""
        first = next(number for number, each in enumerate(self._wanted) if isinstance(each, Request))
        self._wanted[first] = recording
        self._known[first].paths[recording.header.replication] = recording.path
        return self._remaining()

    def _remaining(self) -> Step:
        there = tuple(each for each in self._wanted if isinstance(each, Recording))
        return next((each for each in self._wanted if isinstance(each, Request)), there)


def _next(number: int, step: int, known: Sequence[frozenset[int]]) -> int | None:
    """Return the nearest number in a direction that all ensembles hold; None where there is none."""
    if not known:
        return number + step if number + step >= 0 else None
    others = [each for each in frozenset.intersection(*known) if (each - number) * step > 0]
    return min(others, key=lambda each: abs(each - number), default=None)
