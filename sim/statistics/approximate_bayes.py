"""Approximate Bayesian computation: a sample of parameters under which a model does as was observed.

Knows no front: what is fitted is a vector in a unit cube, and a function tells how far what it leads to is
from what happened. The method is an adaptive population Monte Carlo: a first generation from the prior, of
which the nearer part is kept; then new ones near those, and of all that were ever tried again the nearest,
so that the tolerance shrinks. Each vector's weight is the prior over the mixture of all that vectors were
drawn from, as if it had come from any generation. So no weight exceeds what the first generation's share
allows, and a sample is worth nearly as many vectors as it has.

Source: M. Lenormand, F. Jabot and G. Deffuant (2013), Adaptive approximate Bayesian computation for complex
models, Computational Statistics 28. J.-M. Cornuet and others (2012), Adaptive multiple importance sampling,
Scandinavian Journal of Statistics 39. S. Talts and others (2018), Validating Bayesian inference algorithms
with simulation-based calibration, arXiv:1804.06788.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.statistics.streams import Stream

    Distances = Callable[[np.ndarray], np.ndarray]
    """Of vectors, shape (vectors, parameters): how far each leads from what happened, shape (vectors,)."""
    ReportProgress = Callable[[int, int, float], None]
    """Told after each generation: its number, how many vectors were tried so far, and the tolerance."""

KEPT: Final = 0.5
"""Vectors that are kept in the end, as a share of those in the first generation."""
ENOUGH: Final = 0.05
"""Acceptance rate below which no further generation is run."""
WIDENING: Final = 1.5
"""Covariance of a proposal around a vector, relative to that of the population."""
LEAST_SPREAD: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Population:
    """A weighted sample of the posterior."""

    vectors: np.ndarray
    """In the unit cube; shape (vectors, parameters)."""
    weights: np.ndarray
    """Sum to 1; shape (vectors,)."""
    distances: np.ndarray
    tolerances: tuple[float, ...]
    tried: int

    @property
    def effective(self) -> float:
        """The effective sample size: the equivalent number of equally weighted vectors."""
        return float(1.0 / (self.weights**2).sum())


def planned(vectors: int, generations: int) -> int:
    """Return how many vectors are tried in all, unless new ones stop passing before.

    Examples
    --------
    >>> planned(160, 4)
    400
    """
    return vectors + (generations - 1) * (vectors - _kept(vectors))


def _kept(vectors: int) -> int:
    return max(2, round(KEPT * vectors))


def population_monte_carlo(
    parameters: int,
    distances: Distances,
    rng: Stream,
    *,
    vectors: int,
    generations: int,
    report_progress: ReportProgress | None = None,
) -> Population:
    """Return a sample of the posterior under a prior that is even over the unit cube.

    `distances`: how far vectors lead from what happened; infinite where they lead nowhere. `vectors`: in the
    first generation; each later one tries half as many.
    """
    tried = np.array(rng.uniforms(vectors * parameters)).reshape(vectors, parameters)
    found = distances(tried)
    kept = _kept(vectors)
    drawn_from = np.full(vectors, float(vectors))
    population = _nearest(tried, drawn_from, found, kept, ())
    proposals: list[_Proposal] = []
    for generation in range(1, generations + 1):
        if report_progress is not None:
            report_progress(generation, population.tried, population.tolerances[-1])
        if generation == generations:
            break
        proposal = _Proposal(population, rng, vectors - kept)
        new = proposal.vectors
        found_new = distances(new)
        passed = float(np.mean(found_new < population.tolerances[-1]))
        proposals.append(proposal)
        of_new = vectors + sum((len(new) * each.density(new) for each in proposals), np.zeros(len(new)))
        drawn_from = np.concatenate([drawn_from + len(new) * proposal.density(tried), of_new])
        tried, found = np.concatenate([tried, new]), np.concatenate([found, found_new])
        population = _nearest(tried, drawn_from, found, kept, population.tolerances)
        if passed < ENOUGH:
            break
    return population


def _nearest(
    vectors: np.ndarray,
    drawn_from: np.ndarray,
    distances: np.ndarray,
    count: int,
    tolerances: tuple[float, ...],
) -> Population:
    """Return the nearest of all vectors, by the density of all that they were drawn from."""
    order = np.argsort(distances, kind="stable")[:count]
    weights = 1.0 / drawn_from[order]
    tolerance = float(distances[order[-1]])
    return Population(
        vectors[order], weights / weights.sum(), distances[order], (*tolerances, tolerance), len(vectors)
    )


class _Proposal:
    """New vectors near those of a population, all within the cube, and the density they come from."""

    def __init__(self, population: Population, rng: Stream, count: int) -> None:
        self._population = population
        middle = population.weights @ population.vectors
        away = population.vectors - middle
        covariance = WIDENING * (away * population.weights[:, None]).T @ away
        self._spread = np.linalg.cholesky(covariance + LEAST_SPREAD * np.eye(len(middle)))
        rising = np.cumsum(population.weights)
        found: list[np.ndarray] = []
        attempts = 0
        while len(found) < count:
            attempts += 1
            number = min(int(np.searchsorted(rising, rng.uniform())), len(rising) - 1)
            vector = population.vectors[number] + self._spread @ np.array(rng.normals(len(middle)))
            if ((vector >= 0.0) & (vector <= 1.0)).all():
                found.append(vector)
        self.vectors = np.array(found)
        self._inside = count / attempts
        """Share of proposals that lie in the cube; the others are drawn again."""

    def density(self, vectors: np.ndarray) -> np.ndarray:
        """Return how densely these vectors are proposed, relative to evenly over the cube."""
        away = vectors[:, None, :] - self._population.vectors[None, :, :]
        dimensions = away.shape[2]
        scaled = np.linalg.solve(self._spread, away.reshape(-1, dimensions).T)
        exponents = -0.5 * (scaled**2).sum(axis=0).reshape(away.shape[:2])
        norm = (2.0 * math.pi) ** (-dimensions / 2.0) / float(np.prod(np.diag(self._spread)))
        kernels = norm * np.exp(exponents)
        return np.asarray((kernels * self._population.weights[None, :]).sum(axis=1) / self._inside)
