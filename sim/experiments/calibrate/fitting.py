"""A front's assumed parameters fitted to what happened: which, within which ranges, and by which runs.

A vector of parameters is tried with a few runs, of which `target` says how far they are from
what happened. Each is noted as soon as it is there, so that a fit that is stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.errors import UsageError
from sim.experiments.calibrate.journal import Journal, Tried
from sim.experiments.calibrate.posterior import Posterior, changes_to
from sim.experiments.calibrate.target import ADVANCE_WEIGHT, Target
from sim.experiments.hindcast.trajectories import Asked, Way, arriving
from sim.experiments.hindcast.trajectory import Course
from sim.model.scenario import Parameter
from sim.recording.records import made_with
from sim.results.meta import hash_of
from sim.statistics.approximate_bayes import Population, planned, population_monte_carlo
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.experiments.running.executors import Workers
    from sim.model.scenario import Scenario

RUNS: Final = 2
"""Of each vector: two tell a forecast that is unsure from one that is wrong."""
USUAL: Final = (
    "assaults.advance",
    "assaults.kappa",
    "assaults.defender_factor",
    "assaults.crossing_penalty",
    "command.axis_spread",
)
USUAL_OF_SIDES: Final = ("assaults", "replacements")


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

        Parameters
        ----------
        vectors
            Shape (vectors, parameters).
        """
        columns = []
        for parameter, u in zip(self.parameters, vectors.T, strict=True):
            low, high = _range(parameter)
            columns.append(low * (high / low) ** u if low > 0.0 else low + (high - low) * u)
        return np.array(columns).T


def _range(parameter: Parameter) -> tuple[float, float]:
    """Return the range of a parameter that has one."""
    low = parameter.value if parameter.low is None else parameter.low
    high = parameter.value if parameter.high is None else parameter.high
    return low, high


def is_free(parameter: Parameter) -> bool:
    """Return whether a number may be calibrated: it is assumed, and its range says how far it may go."""
    low, high = _range(parameter)
    return parameter.status == "assumed" and low < high and parameter.value != 0.0


def space_of(scenario: Scenario, keys: Sequence[str]) -> Space:
    """Return the parameters to be fitted.

    Parameters
    ----------
    keys
        Which; where none are named, those of assaults and of both sides that matter most.

    Raises
    ------
    UsageError
        Where one of them is not assumed with a range, or none is left.
    """
    given = {each.key: each for each in scenario.parameters}
    if not keys:
        of_sides = [f"side.{side.id}.{name}" for side in scenario.sides for name in USUAL_OF_SIDES]
        keys = [key for key in (*USUAL, *of_sides) if key in given and is_free(given[key])]
    for key in keys:
        if key not in given:
            raise UsageError(
                f"{scenario.name} gives no number {key}. frontsim check -v lists those it gives."
            )
        if not is_free(given[key]):
            raise UsageError(
                f"{key} is not free: only a number that is marked assumed and has a low and a high can be "
                f"calibrated. Its status is {given[key].status or 'not given'}."
            )
    if not keys:
        raise UsageError(
            f"{scenario.name} has none of the numbers that are usually calibrated. Name some with -p KEY: "
            f"each has to be assumed, with a low and a high."
        )
    return Space(tuple(given[key] for key in dict.fromkeys(keys)))


@dataclass(frozen=True, slots=True)
class Generation:
    """Vectors that came from the prior, with where each led.

    Attributes
    ----------
    occupied
        Which towns were; shape (vectors, runs, dates, towns).
    rest
        The part of each distance that is not control; shape (vectors,).
    """

    occupied: np.ndarray
    rest: np.ndarray


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a calibration came to.

    Attributes
    ----------
    population
        The same in the unit cube, with how it came about.
    """

    posterior: Posterior
    space: Space
    population: Population
    runs: int
    first: Generation

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
    way: Way,
    target: Target,
    space: Space,
    workers: Workers,
    *,
    vectors: int,
    generations: int,
    journal: Journal | None = None,
    notes: tuple[str, ...] = (),
    tell: Callable[[int, int, float], None] | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Fitted:
    """Return a sample of the parameters under which a front does as was observed.

    Parameters
    ----------
    way
        The front; its horizon need not go beyond the target's window.
    vectors
        Tried in the first generation; half as many in each later one.
    journal
        Where vectors are noted as they finish, and looked up; none where nobody goes on later.
    progress
        Told how many runs are done, and how many there are to be.

    Raises
    ------
    KeyboardInterrupt
        After what had been finished was noted.
    """
    wanted = RUNS * planned(vectors, generations)

    def say(done: int) -> None:
        if progress is not None:
            progress(RUNS * done, wanted, 0)

    trial = _Trial(way, target, space, workers, Journal() if journal is None else journal, say)
    population = population_monte_carlo(
        len(space.keys),
        trial.distances,
        Streams(way.seed)["calibration/vectors"],
        vectors=vectors,
        generations=generations,
        tell=tell,
    )
    posterior = Posterior(
        space.keys, space.values(population.vectors), population.weights, population.distances, notes
    )
    return Fitted(posterior, space, population, RUNS * trial.tried, trial.first(vectors))


def mark_of(way: Way, target: Target, space: Space, vectors: int) -> str:
    """Return what tells a calibration from all others, but for how many generations it goes on.

    Parameters
    ----------
    way, target, space, vectors
        As `fit` takes them.
    """
    fitted = {
        "keys": [(each.key, each.low, each.high) for each in space.parameters],
        "target": [
            value.tolist() if isinstance(value, np.ndarray) else value
            for value in (getattr(target, field.name) for field in fields(target))
        ],
        "vectors": vectors,
        "runs": RUNS,
        "made with": made_with(),
    }
    return hash_of({**way.document, "fitted": fitted}, way.seed)


class _Trial:
    """Tries vectors, generation after generation, but for those that the journal knows."""

    def __init__(
        self,
        way: Way,
        target: Target,
        space: Space,
        workers: Workers,
        journal: Journal,
        say: Callable[[int], None],
    ) -> None:
        self._way = way
        self._target = target
        self._space = space
        self._workers = workers
        self._journal = journal
        self._say = say
        self.tried = 0

    def distances(self, cube: np.ndarray) -> np.ndarray:
        """Return how far the vectors of a generation are from what happened."""
        numbers = range(self.tried, self.tried + len(cube))
        self.tried += len(cube)
        missing = [number for number in numbers if number not in self._journal.known]
        self._say(self.tried - len(missing))
        asked = []
        for number in missing:
            row = self._space.values(cube[number - numbers.start : number - numbers.start + 1])[0]
            drawn = dict(zip(self._space.keys, row.tolist(), strict=True))
            changes = tuple(change.text for change in changes_to(self._way.scenario, drawn))
            asked += [Asked(RUNS * number + run, changes) for run in range(RUNS)]
        left = len(missing)
        for first, courses in arriving(self._way, asked, self._workers, RUNS):
            self._journal.note(missing[first // RUNS], self._found(Course.joined(courses)))
            left -= 1
            self._say(self.tried - left)
        return np.array([self._journal.known[number].distance for number in numbers])

    def _found(self, courses: Course) -> Tried:
        """Return where a vector's runs led."""
        control, losses, advance = self._target.parts(courses)
        return Tried(control, losses + ADVANCE_WEIGHT * advance, self._target.occupied(courses))

    def first(self, count: int) -> Generation:
        """Return where the first generation's vectors led."""
        found = [self._journal.known[number] for number in range(count)]
        return Generation(
            np.array([each.occupied for each in found]), np.array([each.rest for each in found])
        )
