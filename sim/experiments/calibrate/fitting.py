"""Calibration of a front's assumed parameters to what happened, by approximate Bayesian computation (ABC).

A particle, which is a vector of parameters, is evaluated with a few runs, of which `target` says how far
they are from what happened. Each is kept as soon as it is known, so that a calibration can be resumed::

    meta.json                  what it is of
    values/00000.parquet       one row a particle: its distances, and which towns were occupied in its runs
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from sim.errors import FileError, UsageError
from sim.experiments.calibrate.target import ADVANCE_WEIGHT, CalibrationTarget
from sim.experiments.hindcast.trajectories import Trajectories
from sim.experiments.running.executors import Workers
from sim.experiments.running.sampling import simulate_rows
from sim.experiments.running.scheduler import Job, Progress, run_jobs
from sim.experiments.running.worker import Task, packed_task
from sim.files.folder import FolderLock, remove
from sim.files.versioned_json import Description
from sim.model.quantities import DAY
from sim.model.scenario import Parameter, Scenario
from sim.recording.records import made_with
from sim.results.meta import Meta, hash_of
from sim.results.posterior import Posterior, changes_to
from sim.results.store import RowFolder
from sim.scenario_file.overrides import ScaleNumber
from sim.scenario_file.read import changed_document
from sim.statistics.approximate_bayes import Population, planned, population_monte_carlo
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self


RUNS: Final = 2
"""Of each particle: two tell a forecast that is unsure from one that is wrong."""
ENDING: Final = ".unfinished"
"""Of the folder of a calibration that is under way."""
USUAL: Final = (
    "assaults.advance",
    "assaults.kappa",
    "assaults.defender_factor",
    "assaults.crossing_penalty",
    "command.axis_spread",
)
USUAL_OF_SIDES: Final = ("assaults", "replacements")


@dataclass(frozen=True)
class TrajectoryTask(Task):
    """Runs of a front whose trajectories are kept."""

    scenario: Scenario
    document: Mapping[str, Any]
    """The scenario as plain values, for changes to be laid over it."""
    seed: int
    side: int
    """Whose ground is counted."""
    changes: tuple[str, ...] = ()
    """Parameters of these runs, as `--scale` takes them; none where they are the scenario's."""

    @functools.cached_property
    def changed(self) -> Scenario:
        """The scenario with these parameters."""
        if not self.changes:
            return self.scenario
        return changed_document(
            self.document, [ScaleNumber(change, is_assumed=True) for change in self.changes]
        )[0]

    def run(self, number: int) -> Trajectories:
        """Return the trajectory of one run."""
        sides = [side.id for side in self.scenario.sides]
        rows = simulate_rows(self.changed, self.seed, number)
        return Trajectories.of_tables(rows, sides, self.side, -(-self.scenario.horizon // DAY))


@dataclass(frozen=True, slots=True)
class Space:
    """The parameters that are fitted."""

    parameters: tuple[Parameter, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(each.key for each in self.parameters)

    def values(self, vectors: np.ndarray) -> np.ndarray:
        """Return parameters from vectors of the unit cube; even in ratios where the range is above 0.

        `vectors`: shape (particles, parameters).
        """
        columns = []
        for parameter, u in zip(self.parameters, vectors.T, strict=True):
            low, high = _range(parameter)
            columns.append(low * (high / low) ** u if low > 0.0 else low + (high - low) * u)
        return np.array(columns).T


def _range(parameter: Parameter) -> tuple[float, float]:
    low = parameter.value if parameter.low is None else parameter.low
    high = parameter.value if parameter.high is None else parameter.high
    return low, high


def is_free(parameter: Parameter) -> bool:
    """Return whether a number may be calibrated: it is assumed, and its range says how far it may go."""
    low, high = _range(parameter)
    return parameter.status == "assumed" and low < high and parameter.value != 0.0


def space_of(scenario: Scenario, keys: Sequence[str]) -> Space:
    """Return the parameters to be fitted.

    Where none are named: those of assaults and of both sides that matter most. Raises
    UsageError where one of them is not assumed with a range, or none is left.
    """
    given = {each.key: each for each in scenario.parameters}
    if not keys:
        of_sides = [f"side.{side.id}.{name}" for side in scenario.sides for name in USUAL_OF_SIDES]
        keys = [key for key in (*USUAL, *of_sides) if key in given and is_free(given[key])]
    for key in keys:
        if key not in given:
            raise UsageError(f"{scenario.name} has no number {key}. frontsim check -v lists those it has.")
        if not is_free(given[key]):
            raise UsageError(
                f"{key} is not free: only a number that is marked assumed and has a low and a high can be "
                f"calibrated. Its status is {given[key].status or 'not given'}."
            )
    if not keys:
        raise UsageError(
            f"{scenario.name} has none of the parameters that are calibrated by default. "
            f"Name some with -p KEY: each has to be assumed, with a low and a high."
        )
    return Space(tuple(given[key] for key in dict.fromkeys(keys)))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Where a particle led."""

    control: float
    """How far its runs are from who held what."""
    rest: float
    """How far they are from all else that counts."""
    occupied: np.ndarray
    """Which towns were; shape (runs, dates, towns)."""

    @property
    def distance(self) -> float:
        """How far its runs are from what happened, in all."""
        return self.control + self.rest

    def row(self) -> tuple[float, float, str]:
        """Return it as a row of the folder."""
        return self.control, self.rest, np.packbits(self.occupied).tobytes().hex()

    @classmethod
    def of_row(cls, row: tuple[Any, ...], shape: tuple[int, int, int]) -> Evaluation:
        """Return it from a row of the folder."""
        control, rest, text = row
        bits = np.frombuffer(bytes.fromhex(text), dtype=np.uint8)
        return cls(control, rest, np.unpackbits(bits, count=int(np.prod(shape))).reshape(shape).astype(bool))


@dataclass(frozen=True, kw_only=True)
class CalibrationMeta(Meta):
    """What a calibration is of; its hash is of the target, the parameters and the number of particles too."""

    format: str = "frontsim calibration"
    version: int = 2

    def other_than(self, there: Self) -> str:
        """Return in words what a folder's rows are of, if not of this; empty where they are."""
        if there.hash == self.hash:
            return ""
        return (
            "another calibration: another scenario, truth, period, seed, set of parameters or number of "
            "particles"
        )


class CalibrationFolder(RowFolder[CalibrationMeta]):
    """A calibration's particles while it is running; there is no folder when none was evaluated."""

    description = Description(
        CalibrationMeta,
        CalibrationMeta.format,
        CalibrationMeta.version,
        "a calibration",
        "Name another --out.",
        "Start over with --force.",
    )
    tables = ("values",)
    rows_each = 1
    keys: ClassVar = {"particle": np.dtype(np.int32)}

    def columns(self) -> dict[str, np.dtype[Any]]:
        """Return the columns of `Evaluation.row`."""
        number = np.dtype(np.float64)
        return {"control": number, "rest": number, "occupied": np.dtype(object)}

    def __exit__(self, *_: object) -> None:
        if not self.rows:
            self.throw_away()
        super().__exit__()

    def throw_away(self) -> None:
        """Remove the folder: the calibration is finished."""
        with suppress(OSError, FileError):  # another has begun there since
            lock = self._lock or FolderLock(self.folder)
            remove(self.folder)
            lock.close()


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a calibration came to."""

    posterior: Posterior
    space: Space
    population: Population
    """The same in the unit cube, with how it came about."""
    runs: int
    first: list[Evaluation]
    """Where the particles of the first generation led: they came from the prior."""

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        posterior = self.posterior
        return {
            "runs": self.runs,
            "vectors": len(posterior.weights),
            "effective": self.population.effective,
            "tolerances": list(self.population.tolerances),
            "parameters": {
                each.key: {
                    "before": each.value,
                    "range": [each.low, each.high],
                    "value": posterior.quantile(each.key, 0.5),
                    "low": posterior.quantile(each.key, 0.05),
                    "high": posterior.quantile(each.key, 0.95),
                }
                for each in self.space.parameters
            },
        }


def fit(
    task: TrajectoryTask,
    target: CalibrationTarget,
    space: Space,
    workers: Workers,
    *,
    particles: int,
    generations: int,
    folder: CalibrationFolder | None = None,
    notes: tuple[str, ...] = (),
    report_progress: Callable[[int, int, float], None] | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Return a sample of the parameters under which a front does as was observed.

    `task`: the front; its horizon need not go beyond the target's period. `particles`: evaluated in the first
    generation; half as many in each later one. `folder`: where evaluations are kept, and looked up; none
    where nobody resumes. Raises UsageError where a run fails, or loses its worker each time.
    """
    trial = _Trial(task, target, space, workers, folder, progress, RUNS * planned(particles, generations))
    population = population_monte_carlo(
        len(space.keys),
        trial.distances,
        Streams(task.seed)["calibration/vectors"],
        vectors=particles,
        generations=generations,
        report_progress=report_progress,
    )
    posterior = Posterior(
        space.keys, space.values(population.vectors), population.weights, population.distances, notes
    )
    return Fitted(
        posterior, space, population, RUNS * trial.tried, [trial.known[number] for number in range(particles)]
    )


def meta_of(task: TrajectoryTask, target: CalibrationTarget, space: Space, particles: int) -> CalibrationMeta:
    """Return what a calibration is of: all that evaluations depend on, whatever the number of generations."""
    fitted = {
        "keys": [(each.key, each.low, each.high) for each in space.parameters],
        "target": [
            value.tolist() if isinstance(value, np.ndarray) else value
            for value in (getattr(target, field.name) for field in fields(target))
        ],
        "vectors": particles,
        "runs": RUNS,
    }
    return CalibrationMeta(
        name=task.scenario.name,
        title=task.scenario.name,
        seed=task.seed,
        hash=hash_of({**task.document, "fitted": fitted}, task.seed),
        made_with=made_with(),
        scenario=dict(task.document),
    )


@dataclass(slots=True)
class _Trial:
    """Evaluates particles, generation after generation, but for those that the folder holds."""

    task: TrajectoryTask
    target: CalibrationTarget
    space: Space
    workers: Workers
    folder: CalibrationFolder | None
    progress: Progress | None
    wanted: int
    tried: int = 0
    known: dict[int, Evaluation] = field(default_factory=dict)
    runs: dict[int, dict[int, Trajectories]] = field(default_factory=dict)
    """By particle that was evaluated in part: the runs that are there."""

    def __post_init__(self) -> None:
        shape = (RUNS, len(self.target.ends), len(self.target.opening))
        rows = {} if self.folder is None else self.folder.rows
        self.known |= {number: Evaluation.of_row(row, shape) for (number,), row in rows.items()}

    def distances(self, cube: np.ndarray) -> np.ndarray:
        """Return how far the particles of a generation are from what happened."""
        numbers = range(self.tried, self.tried + len(cube))
        self.tried += len(cube)
        self._report_progress()
        values = dict(zip(numbers, self.space.values(cube).tolist(), strict=True))
        run_jobs(self._jobs(values), self.workers, self)
        return np.array([self.known[number].distance for number in numbers])

    def _jobs(self, values: Mapping[int, list[float]]) -> Iterator[Job]:
        for number, row in values.items():
            if number not in self.known:
                drawn = dict(zip(self.space.keys, row, strict=True))
                changes = tuple(change.text for change in changes_to(self.task.scenario, drawn))
                text = packed_task(replace(self.task, changes=changes))
                yield Job(text, range(RUNS * number, RUNS * (number + 1)), number)

    def is_missing(self, of: int, number: int) -> bool:
        """Return whether a run of a particle is not there."""
        return of not in self.known and number not in self.runs.get(of, {})

    def keep(self, of: int, content: Mapping[int, Trajectories]) -> None:
        """Keep where a particle led, when all its runs are there."""
        runs = self.runs.setdefault(of, {})
        runs |= content
        if len(runs) < RUNS:
            return
        found = Trajectories.joined([runs[number] for number in sorted(runs)])
        control, losses, advance = self.target.parts(found)
        occupied = self.target.occupied(found)
        self.known[of] = Evaluation(control, losses + ADVANCE_WEIGHT * advance, occupied)
        if self.folder is not None:
            self.folder.keep((of,), self.known[of].row())
        self._report_progress()

    def fail(self, of: int, failed: Mapping[int, str]) -> None:
        """Refuse to go on without a run."""
        number, why = min(failed.items())
        raise UsageError(
            f"Run {number}, of particle {of}, failed: {why}. If memory is short, try fewer at once with -j."
        )

    def _report_progress(self) -> None:
        if self.progress is not None:
            known = sum(number in self.known for number in range(self.tried))
            self.progress(RUNS * known, self.wanted, 0)
