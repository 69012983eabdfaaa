"""A front's assumed parameters fitted to what happened: which, within which ranges, and what counts as near.

A vector of parameters is tried with a few runs. Their distance from what happened is the sum of three
parts, so that ground cannot be bought with losses: the Brier score of who held what, relative to that of
"nothing changes"; how far losses are from the reported rates, as a share; and a quarter of how far the
front's advance is from the usual one, as a share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.domain.attrition import reported_until
from sim.domain.quantities import DAY
from sim.domain.scenario import Parameter
from sim.engine.streams import Streams
from sim.errors import UsageWrong
from sim.experiments.calibration import Population, population_monte_carlo
from sim.experiments.course import Course
from sim.experiments.following import Asked, Way, followed
from sim.experiments.posterior import Posterior, changes_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.domain.scenario import Scenario
    from sim.experiments.executors import Workers
    from sim.experiments.truth import Truth
    from sim.experiments.window import Window

RUNS: Final = 2
"""Of each vector: two tell a forecast that is unsure from one that is wrong."""
ADVANCE_WEIGHT: Final = 0.25
USUAL: Final = (
    "assaults.advance",
    "assaults.kappa",
    "assaults.defender_factor",
    "assaults.crossing_penalty",
)
USUAL_OF_SIDES: Final = ("assaults", "replacements")


@dataclass(frozen=True, slots=True)
class Space:
    """The parameters that are fitted.

    Attributes
    ----------
    parameters
        Each assumed, with a range.
    """

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
    scenario
        Whose.
    keys
        Which; where none are named, those of assaults and of both sides that matter most.

    Raises
    ------
    UsageWrong
        Where one of them is not assumed with a range, or none is left.
    """
    given = {each.key: each for each in scenario.parameters}
    if not keys:
        of_sides = [f"side.{side.id}.{name}" for side in scenario.sides for name in USUAL_OF_SIDES]
        keys = [key for key in (*USUAL, *of_sides) if key in given and is_free(given[key])]
    for key in keys:
        if key not in given:
            raise UsageWrong(
                f"{scenario.name} gives no number {key}. frontsim check -v lists those it gives."
            )
        if not is_free(given[key]):
            raise UsageWrong(
                f"{key} is not free: only a number that is marked assumed and has a low and a high can be "
                f"calibrated. Its status is {given[key].status or 'not given'}."
            )
    if not keys:
        raise UsageWrong(
            f"{scenario.name} has none of the numbers that are usually calibrated. Name some with -p KEY: "
            f"each has to be assumed, with a low and a high."
        )
    return Space(tuple(given[key] for key in dict.fromkeys(keys)))


@dataclass(frozen=True, slots=True)
class Target:
    """What happened, as runs are held against it.

    Attributes
    ----------
    side
        Number of the side that occupies.
    ends
        Days at whose end towns are scored.
    states
        0 not occupied, 0.5 contested, 1 occupied; shape (dates, towns).
    opening
        As the scenario opens; shape (towns,).
    months
        First and last day number of each part of the window; the last is not in it.
    losses
        Reported for this front in each of them; shape (months, categories); nothing where nothing is.
    of
        Number of the side they are reported of.
    advance
        The front's usual advance, km a day; none where it is not known.
    """

    side: int
    ends: tuple[int, ...]
    states: np.ndarray
    opening: np.ndarray
    months: tuple[tuple[int, int], ...]
    losses: np.ndarray
    of: int
    advance: float | None

    @classmethod
    def of_truth(
        cls, scenario: Scenario, truth: Truth, window: Window, source: str, advance: float | None
    ) -> Target:
        """Return what happened in a window, by one source.

        Parameters
        ----------
        scenario
            What is run.
        truth
            What happened.
        window
            When.
        source
            Who tells it.
        advance
            The front's usual advance, km a day.
        """
        months = tuple((window.beginning(first), window.end(last)) for first, last in window.months)
        reported = scenario.reported_losses
        of = 1 - truth.side if reported is None else scenario.side_index(reported.of)
        return cls(
            truth.side,
            tuple(window.end(day) for day in window.dates),
            truth.states(scenario, source, window.dates),
            np.array([float(scenario.side_index(town.held_by) == truth.side) for town in scenario.towns]),
            months,
            np.array([reported_in(scenario, first, last)[of] for first, last in months]),
            of,
            advance,
        )

    def parts(self, courses: Course, towns: np.ndarray | None = None) -> tuple[float, float, float]:
        """Return how far runs are from what happened: control, losses, advance.

        Parameters
        ----------
        courses
            Of two replications or more, joined.
        towns
            Which of them count; all where nothing is said.
        """
        return self.control(self.occupied(courses), towns), self._losses(courses), self._advance(courses)

    def occupied(self, courses: Course) -> np.ndarray:
        """Return which towns are occupied at each date; shape (replications, dates, towns)."""
        return np.asarray(courses.holders[:, list(self.ends)] == self.side)

    def control(self, occupied: np.ndarray, towns: np.ndarray | None = None) -> float:
        """Return the fair Brier score of who held what, relative to that of nothing changes.

        Parameters
        ----------
        occupied
            As `occupied` returns it.
        towns
            Numbers of those that count; all where nothing is said.
        """
        chances = occupied.mean(axis=0)
        fair = (chances - self.states) ** 2 - chances * (1.0 - chances) / (len(occupied) - 1)
        naive = (self.opening - self.states) ** 2
        if towns is not None:
            fair, naive = fair[:, towns], naive[:, towns]
        least = 1.0 / naive.size
        return float(fair.mean() / max(naive.mean(), least))

    def _losses(self, courses: Course) -> float:
        """Return how far losses are from those reported, as a share; rare ones count less."""
        if not self.losses.any():
            return 0.0
        at = courses.losses[:, :, self.of].mean(axis=0)
        found = np.array([at[last] - at[first] for first, last in self.months])
        weights = np.sqrt(self.losses)
        off = np.abs(found - self.losses) / np.maximum(self.losses, 1e-9)
        return float((off * weights).sum() / weights.sum())

    def _advance(self, courses: Course) -> float:
        """Return how far the advance is from the usual one, as a share."""
        if not self.advance:
            return 0.0
        first, last = self.months[0][0], self.months[-1][1]
        contacts = courses.contacts[:, first:last].sum()
        found = courses.ground[:, first:last].sum() / max(1.0, contacts)
        return float(abs(found - self.advance) / self.advance)


def reported_in(scenario: Scenario, first: int, last: int) -> np.ndarray:
    """Return what each side loses by report between the beginnings of two days; shape (sides, categories).

    Parameters
    ----------
    scenario
        Whose claim.
    first, last
        Days.
    """
    until_last, until_first = (np.array(reported_until(scenario, day * DAY)) for day in (last, first))
    return np.asarray(until_last - until_first)


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
    posterior
        The sample.
    space
        What was fitted.
    population
        The same in the unit cube, with how it came about.
    runs
        How many simulations it took.
    first
        The first generation.
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
    notes: tuple[str, ...] = (),
    tell: Callable[[int, int, float], None] | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Fitted:
    """Return a sample of the parameters under which a front does as was observed.

    Parameters
    ----------
    way
        The front; its horizon need not go beyond the target's window.
    target
        What happened.
    space
        The parameters.
    workers
        Who runs it.
    vectors
        Tried in the first generation; half as many in each later one.
    generations
        At most.
    notes
        Kept with the sample.
    tell
        Told after each generation.
    progress
        Told how many runs of a generation are done.
    """
    tried = 0
    firsts: list[Generation] = []

    def distances(cube: np.ndarray) -> np.ndarray:
        nonlocal tried
        asked = []
        for row in space.values(cube):
            drawn = dict(zip(space.keys, row.tolist(), strict=True))
            changes = tuple(change.text for change in changes_to(way.scenario, drawn))
            asked += [Asked(tried + run, changes) for run in range(RUNS)]
            tried += RUNS
        courses = followed(way, asked, workers, progress)
        joined = [Course.joined(courses[number : number + RUNS]) for number in range(0, len(courses), RUNS)]
        parts = [target.parts(each) for each in joined]
        rest = np.array([losses + ADVANCE_WEIGHT * advance for _, losses, advance in parts])
        if not firsts:
            firsts.append(Generation(np.array([target.occupied(each) for each in joined]), rest))
        return np.asarray(np.array([control for control, _, _ in parts]) + rest)

    population = population_monte_carlo(
        len(space.keys),
        distances,
        Streams(way.seed)["calibration/vectors"],
        vectors=vectors,
        generations=generations,
        tell=tell,
    )
    posterior = Posterior(
        space.keys, space.values(population.vectors), population.weights, population.distances, notes
    )
    return Fitted(posterior, space, population, tried, firsts[0])
