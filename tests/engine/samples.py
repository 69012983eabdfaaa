"""Single runs for ensembles: named functions of a replication, so that other processes find them."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

from fronts import begun, bundled, duel, front, of_kind, played, route, sides, town

from sim.domain import events as e
from sim.domain.parameters import Attrition, Repairs, Strikes, Supply
from sim.domain.quantities import DAY, HOUR, PERSONNEL
from sim.engine.run import simulate
from sim.engine.streams import Streams

if TYPE_CHECKING:
    from sim.domain.parameters import Law
    from sim.domain.scenario import Scenario

FIRST_DAYS = 5
IWO_JIMA_MOMENTS = (DAY + 1, 2 * DAY, 6 * DAY + 1, 20 * DAY, 36 * DAY)
"""Days 1, 2, 6, 20 and 36: just after the landings that end then, just before those that begin."""
WEST_BANK = ("zapadne", "novomlynsk", "dvorichna", "holubivka")
"""Towns nearest to the bridgehead."""


@cache
def baseline_under(law: Law) -> Scenario:
    """Return the baseline's first days with one law of attrition for every cause."""
    scenario = bundled("kupiansk", FIRST_DAYS)
    attrition = dataclasses.replace(scenario.attrition, assault_law=law, fires_law=law, interdiction_law=law)
    return dataclasses.replace(scenario, attrition=attrition)


def first_losses(case: tuple[Law, int]) -> dict[str, list[float]]:
    """Return each side's losses a day by category over the first days."""
    law, replication = case
    outcome = simulate(baseline_under(law), 1, replication=replication)
    return {side: [n / FIRST_DAYS for n in books.losses] for side, books in outcome.state.sides.items()}


def control_of(seed: int) -> dict[str, list[int]]:
    """Return which towns changed hands in the baseline, and when."""
    return simulate(bundled("kupiansk"), seed).state.changed_at


@dataclasses.dataclass(frozen=True)
class Course:
    """What became of the towns of one run."""

    changed: tuple[str, ...]
    """Towns that changed hands, in the order in which they first did."""
    retaken: tuple[str, ...]
    """Those that changed hands more than once."""


def course_of(seed: int) -> Course:
    """Return what became of the baseline's towns."""
    changed = control_of(seed)
    first = sorted(changed, key=lambda town: changed[town][0])
    return Course(tuple(first), tuple(town for town in first if len(changed[town]) > 1))


def iwo_jima(replication: int) -> list[tuple[int, int]]:
    """Return both strengths at the moments of Engel's series."""
    run, _ = begun(bundled("iwo-jima-1945"), streams=Streams(1, replication), is_heard=False)
    strengths = []
    for moment in IWO_JIMA_MOMENTS:
        run.world.env.run(until=moment)
        strengths.append((run.world.strength[0], run.world.strength[1]))
    return strengths


@dataclasses.dataclass(frozen=True)
class Duel:
    """Two garrisons that fire at each other, casualty by casualty, until one is gone."""

    x: int
    y: int
    r: float = 1.0
    """How much better x kills than y."""

    @property
    def scenario(self) -> Scenario:
        """Fires are so many that no mission has a mean above 1, and the end comes within the days."""
        return duel(
            self.x,
            self.y,
            (10.0 * self.r, 10.0),
            fires=10.0 * max(self.r, 1.0) * max(self.x, self.y),
            days=2.0,
            attrition=Attrition(counts="single"),
        )


def end_of_duel(case: tuple[Duel, int]) -> tuple[int, int]:
    """Return who is left on both sides."""
    what, replication = case
    strength = simulate(what.scenario, 1, replication=replication).state.strength
    return strength["west"], strength["east"]


def length_of_duel(case: tuple[Duel, int]) -> float:
    """Return how long a duel lasts, in days at a coefficient of 1."""
    what, replication = case
    _, told = played(what.scenario, replication=replication, has_checks=False)
    casualties = [t for t, event in told if isinstance(event, e.FiresFell) and event.losses[PERSONNEL]]
    assert of_kind(told, e.RunEnded)
    return 10.0 * casualties[-1] / DAY


QUEUE_DAYS = 150
QUEUE_ROUTES = 400


@dataclasses.dataclass(frozen=True)
class Queue:
    """Strikes as arrivals at repair crews, in units of a crew's mean repair time of one hour."""

    arrivals: float
    crews: int

    @property
    def scenario(self) -> Scenario:
        """So many routes, all alike, that hardly one is struck again while it waits."""
        names = [f"t{number}" for number in range(QUEUE_ROUTES + 1)]
        return front(
            [*(town(name, 0.0, "a") for name in names), town("foe", 10.0, "b")],
            [route("t0", name, 5.0) for name in names[1:]] + [route("t0", "foe", 10.0)],
            days=QUEUE_DAYS,
            sides=sides({"repair_crews": self.crews}, {"strikes": 24.0 * self.arrivals, "reach": 500.0}),
            repairs=Repairs(time=HOUR, law="exponential"),
            supply=Supply(replan_interval=30 * DAY),
        )


def mean_waiting(case: tuple[Queue, int]) -> float:
    """Return the mean number of routes that wait for a crew or have one at work."""
    queue, replication = case
    _, told = played(queue.scenario, replication=replication, has_checks=False)
    damaged: dict[str, int] = {}
    hours = 0
    for t, event in told:
        if isinstance(event, e.RouteDamaged):
            damaged.setdefault(event.route, t)
        elif isinstance(event, e.RouteRepaired):
            hours += t - damaged.pop(event.route)
    for since in damaged.values():
        hours += QUEUE_DAYS * DAY - since
    return hours / (QUEUE_DAYS * DAY)


RENEWAL_DAYS = 3000


def availability(replication: int) -> float:
    """Return the share of time in which a route that is cut every 6 days and repaired in 2 can be driven."""
    scenario = front(
        [town("base", 0.0, "a"), town("end", 5.0, "a"), town("foe", 10.0, "b")],
        [route("base", "end"), route("end", "foe")],
        days=RENEWAL_DAYS,
        sides=sides({"repair_crews": 1}, {"strikes": 1 / 6, "reach": 100.0}),
        strikes=Strikes(damage=1.0),
        repairs=Repairs(time=2 * DAY, law="exponential"),
        supply=Supply(replan_interval=30 * DAY, consumption_interval=DAY),
    )
    _, told = played(scenario, replication=replication, has_checks=False)
    cut_at = None
    down = 0
    for t, event in told:
        if isinstance(event, e.RouteDamaged) and cut_at is None:
            cut_at = t
        elif isinstance(event, e.RouteRepaired) and cut_at is not None:
            down += t - cut_at
            cut_at = None
    return 1 - down / (RENEWAL_DAYS * DAY)
