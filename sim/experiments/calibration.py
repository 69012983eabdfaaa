"""Approximate Bayesian computation: a sample of parameters under which a model does as was observed.

Knows no front: what is fitted is a vector in a unit cube, and a function tells how far what it leads to is
from what happened. The method is the adaptive population Monte Carlo of Lenormand and others: a first
generation from the prior, of which the nearer part is kept; then new ones near those, by importance
weights, so that the whole remains a sample of the posterior while the tolerance shrinks.

References
----------
M. Lenormand, F. Jabot and G. Deffuant (2013), Adaptive approximate Bayesian computation for complex models,
Computational Statistics 28. M. A. Beaumont and others (2009), Adaptive approximate Bayesian computation,
Biometrika 96. S. Talts and others (2018), Validating Bayesian inference algorithms with simulation-based
calibration, arXiv:1804.06788.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.streams import Stream

    Distances = Callable[[np.ndarray], np.ndarray]
    """Of vectors, shape (vectors, parameters): how far each leads from what happened, shape (vectors,)."""
    Tell = Callable[[int, int, float], None]
    """Told after each generation: its number, how many vectors were tried so far, and the tolerance."""

KEPT: Final = 0.5
"""Share of a generation that is kept."""
ENOUGH: Final = 0.05
"""Share of new vectors that pass the last tolerance, below which further generations are not worth it."""
WIDENING: Final = 2.0
"""Covariance of proposals, relative to that of the population (Beaumont and others 2009)."""
LEAST_SPREAD: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Population:
    """A weighted sample of the posterior.

    Attributes
    ----------
    vectors
        In the unit cube; shape (vectors, parameters).
    weights
        Sum to 1; shape (vectors,).
    distances
        Of each from what happened.
    tolerances
        The largest distance that was kept, by generation.
    tried
        How many vectors were tried in all.
    """

    vectors: np.ndarray
    weights: np.ndarray
    distances: np.ndarray
    tolerances: tuple[float, ...]
    tried: int

    @property
    def effective(self) -> float:
        """How many vectors of equal weight would be worth as much."""
        return float(1.0 / (self.weights**2).sum())


def population_monte_carlo(
    parameters: int,
    distances: Distances,
    luck: Stream,
    *,
    vectors: int,
    generations: int,
    tell: Tell | None = None,
) -> Population:
    """Return a sample of the posterior under a prior that is even over the unit cube.

    Parameters
    ----------
    parameters
        How many; the cube's dimensions.
    distances
        How far vectors lead from what happened; infinite where they lead nowhere.
    luck
        Of priors and proposals.
    vectors
        In the first generation; each later one tries half as many.
    generations
        At most.
    tell
        Told after each generation.
    """
    tried = np.array(luck.uniforms(vectors * parameters)).reshape(vectors, parameters)
    kept = max(2, round(KEPT * vectors))
    population = _nearest(tried, np.ones(vectors), distances(tried), kept, (), vectors)
    for generation in range(1, generations + 1):
        if tell is not None:
            tell(generation, population.tried, population.tolerances[-1])
        if generation == generations:
            break
        spread = _spread(population)
        new = _proposed(population, spread, luck, vectors - kept)
        found = distances(new)
        passed = float(np.mean(found < population.tolerances[-1]))
        population = _nearest(
            np.concatenate([population.vectors, new]),
            np.concatenate([population.weights, _importance(population, spread, new)]),
            np.concatenate([population.distances, found]),
            kept,
            population.tolerances,
            population.tried + len(new),
        )
        if passed < ENOUGH:
            break
    return population


def _nearest(
    vectors: np.ndarray,
    weights: np.ndarray,
    distances: np.ndarray,
    count: int,
    tolerances: tuple[float, ...],
    tried: int,
) -> Population:
    """Return the nearest of some vectors; their weights are relative until all are done."""
    order = np.argsort(distances, kind="stable")[:count]
    return Population(
        vectors[order],
        weights[order] / weights[order].sum(),
        distances[order],
        (*tolerances, float(distances[order[-1]])),
        tried,
    )


def _spread(population: Population) -> np.ndarray:
    """Return the lower triangle of proposals' covariance."""
    middle = population.weights @ population.vectors
    away = population.vectors - middle
    covariance = WIDENING * (away * population.weights[:, None]).T @ away
    return np.linalg.cholesky(covariance + LEAST_SPREAD * np.eye(len(middle)))


def _proposed(population: Population, spread: np.ndarray, luck: Stream, count: int) -> np.ndarray:
    """Return new vectors near those of a population, all within the cube."""
    rising = np.cumsum(population.weights)
    dimensions = population.vectors.shape[1]
    found: list[np.ndarray] = []
    while len(found) < count:
        number = min(int(np.searchsorted(rising, luck.uniform())), len(rising) - 1)
        step = spread @ np.array(luck.normals(dimensions))
        vector = population.vectors[number] + step
        if ((vector >= 0.0) & (vector <= 1.0)).all():
            found.append(vector)
    return np.array(found)


def _importance(population: Population, spread: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the weights of new vectors: prior over the density they were proposed with."""
    away = new[:, None, :] - population.vectors[None, :, :]
    scaled = np.linalg.solve(spread, away.reshape(-1, away.shape[2]).T)
    exponents = -0.5 * (scaled**2).sum(axis=0).reshape(away.shape[:2])
    norm = (2.0 * math.pi) ** (-away.shape[2] / 2.0) / float(np.prod(np.diag(spread)))
    density = norm * (np.exp(exponents) * population.weights[None, :]).sum(axis=1)
    return np.asarray(1.0 / np.maximum(density, 1e-300))


def rank(truth: float, values: np.ndarray, weights: np.ndarray, count: int, luck: Stream) -> int:
    """Return how many of so many draws from a weighted sample lie below the truth.

    Over truths from the prior these ranks are even from 0 to `count`, if the method is right.

    Parameters
    ----------
    truth
        The value that the sample is to have found.
    values, weights
        The sample; weights sum to 1.
    count
        Draws.
    luck
        Of the draws.
    """
    rising = np.cumsum(weights)
    drawn = np.searchsorted(rising, np.array(luck.uniforms(count)) * rising[-1])
    return int((values[np.minimum(drawn, len(values) - 1)] < truth).sum())
