"""Small scenarios and random networks that the tests of the ground floor share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import settings

from sim.domain.allocation import SupplyProgramme
from sim.domain.network import Network
from sim.domain.quantities import DAY
from sim.domain.scenario import Position, Route, Scenario, Side, Town

if TYPE_CHECKING:
    from collections.abc import Sequence

seeded = settings(derandomize=True, deadline=None)
"""Decorates a property so that it is tried on the same examples each time, however slow the machine."""
START = date(2025, 1, 27)
SIDES = (Side(id="a", name="A"), Side(id="b", name="B"))


def chance(seed: int) -> np.random.Generator:
    """Return a generator that depends on nothing but its seed."""
    return np.random.Generator(np.random.PCG64(seed))


def scenario_of(towns: Sequence[Town], routes: Sequence[Route], **others) -> Scenario:
    """Return a scenario of ten days around these towns and routes."""
    return Scenario(
        name="test",
        start=START,
        horizon=10 * DAY,
        sides=others.pop("sides", SIDES),
        towns=tuple(towns),
        routes=tuple(routes),
        **others,
    )


def network_of(
    towns: int, edges: Sequence[tuple[int, int]], lengths: Sequence[float] | None = None
) -> Network:
    """Return a network of towns t0, t1 … and roads r0, r1 …, all of one side."""
    lengths = [10.0] * len(edges) if lengths is None else lengths
    return Network(
        scenario_of(
            [
                Town(id=f"t{i}", name=f"T{i}", at=Position(49 + i / 100, 36.0), held_by="a")
                for i in range(towns)
            ],
            [
                Route(id=f"r{e}", start=f"t{u}", end=f"t{v}", length=lengths[e])
                for e, (u, v) in enumerate(edges)
            ],
        )
    )


@dataclass
class Case:
    """A network with limits for one supply programme."""

    network: Network
    capacity: np.ndarray
    demand: list[float]
    bases: dict[int, float]

    @property
    def total(self) -> float:
        """Everything asked for."""
        return float(np.sum(self.demand))

    def programme(self) -> SupplyProgramme:
        """Return a programme that has never been asked."""
        return SupplyProgramme(
            self.network, [self.bases.get(town, 0.0) for town in range(len(self.network.towns))]
        )

    def solved(self) -> SupplyProgramme:
        """Return a programme that has been asked once."""
        programme = self.programme()
        programme.solve(self.capacity, self.demand, self.bases)
        return programme


def random_case(seed: int, *, whole: bool) -> Case:
    """Return a connected network with parallel routes, cut ones, and one to three bases.

    Parameters
    ----------
    seed
        Decides everything.
    whole
        Whether limits are whole tonnes (demands in fours), so that integer algorithms can judge them;
        else they are real numbers, among which two sums are never alike.
    """
    rng = chance(seed)
    towns = int(rng.integers(2, 13))
    edges = [(int(rng.integers(0, town)), town) for town in range(1, towns)]
    for _ in range(int(rng.integers(0, towns + 1))):
        u, v = rng.choice(towns, 2, replace=False).tolist()
        edges.append((u, v))
    network = network_of(towns, edges, rng.uniform(1.0, 40.0, len(edges)).tolist())
    is_base = rng.permutation(towns)[: int(rng.integers(1, min(3, towns) + 1))].tolist()
    if whole:
        capacity = rng.integers(0, 60, len(edges)).astype(float)
        demand = (4.0 * rng.integers(0, 20, towns)).tolist()
        bases = {town: float(rng.integers(20, 300)) for town in is_base}
    else:
        capacity = rng.uniform(2.0, 60.0, len(edges))
        demand = rng.uniform(2.0, 80.0, towns).tolist()
        bases = {town: float(rng.uniform(20.0, 300.0)) for town in is_base}
    return Case(network, capacity, demand, bases)
