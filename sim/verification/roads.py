"""Roads: crews and the queue for them, a route that is struck and repaired, convoys lost on their legs.

Source: A. K. Erlang (1917) and D. G. Kendall (1953): M/M/c. W. Whitt, *Asymptotic formulas for Markov
processes with applications to simulation*, Operations Research 40 (1992): the variance of a mean over time.
D. R. Cox, *Renewal Theory* (1962): the share of time in which a repaired thing works.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.engine.simulation import simulate
from sim.model.events import (
    ConvoyArrived,
    ConvoyAttacked,
    ConvoyDeparted,
    ConvoyLost,
    RouteDamaged,
    RouteRepaired,
)
from sim.model.quantities import DAY, HOUR, Seconds
from sim.verification.case import Case, Check, exactly, in_pack, scenario_of, within, within_sample

if TYPE_CHECKING:
    from sim.model.events import Event
    from sim.model.scenario import Scenario

QUEUE_DAYS: Final = 400
QUEUE_RUNS: Final = 4
NEVER: Final = 1e-12
"""A share of time that is too small to matter to any mean, and small enough to spoil a quotient."""
ROUTES: Final = 80
"""Own routes of the scenario of the queue."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Struck routes as customers of repair crews; times in units of a crew's mean time."""

    arrivals: float
    crews: int
    routes: int = ROUTES
    """All alike; those that wait already are struck in vain. Without end it is the plain M/M/c."""

    def shares(self) -> list[float]:
        """Return the share of time in which so many routes wait or are worked on, from none up."""
        weights = [1.0]
        for waiting in range(1, self.routes + 1):
            weights.append(weights[-1] * self.arrival(waiting - 1) / min(waiting, self.crews))
        total = math.fsum(weights)
        return [weight / total for weight in weights]

    def arrival(self, waiting: int) -> float:
        """Return the rate at which whole routes are struck while so many are not."""
        return self.arrivals * (1.0 - waiting / self.routes)

    def mean(self) -> float:
        """Return how many wait or are worked on, on average."""
        return math.fsum(number * share for number, share in enumerate(self.shares()))

    def spread(self, time: float) -> float:
        """Return the standard deviation of that mean over a long time, by Whitt's formula."""
        shares, mean = self.shares(), self.mean()
        below, parts = 0.0, []
        for number, share in enumerate(shares[:-1]):
            below += (number - mean) * share
            if share > NEVER:
                parts.append(below**2 / (self.arrival(number) * share))
        return math.sqrt(2.0 * math.fsum(parts) / time)


def time_damaged(scenario: Scenario, seed: int, replication: int) -> float:
    """Return how long routes wait for a crew or have one at work in a run, relative to how long that is."""
    since: dict[str, Seconds] = {}
    waited: list[Seconds] = []

    def emit(t: Seconds, event: Event) -> None:
        if isinstance(event, RouteDamaged):
            since.setdefault(event.route, t)
        elif isinstance(event, RouteRepaired) and event.route in since:
            waited.append(t - since.pop(event.route))

    simulate(scenario, seed, replication=replication, emit=emit)
    waited.extend(scenario.horizon - t for t in since.values())
    return sum(waited) / scenario.horizon


def queue_checks(queue: Queue, first: int, seed: int) -> list[Check]:
    """Hold the mean number that wait or are worked on against M/M/c, in replications from a first one on."""
    scenario = scenario_of(
        in_pack("repair-queue"),
        f"side.a.repair_crews={queue.crews}",
        f"side.b.strikes={24.0 * queue.arrivals} /d",
        f"scenario.horizon={QUEUE_DAYS} d",
    )
    got = [time_damaged(scenario, seed, first + number) for number in range(QUEUE_RUNS)]
    spread = queue.spread(QUEUE_DAYS * DAY / HOUR)
    reason = "by Whitt's asymptotic variance of a birth-and-death process"
    return [within("routes waiting or worked on", queue.mean(), got, spread, reason)]


RENEWAL_RUNS: Final = 8
UP, DOWN = 6.0, 2.0
"""Mean days between two cuts of the open route, and of a repair."""


def availability(seed: int) -> list[Check]:
    """Hold the share of time in which a struck and repaired route is open against renewal theory."""
    scenario = scenario_of(in_pack("struck-route"))
    shares = [1.0 - time_damaged(scenario, seed, number) for number in range(RENEWAL_RUNS)]
    cuts, repairs = 1.0 / UP, 1.0 / DOWN
    spread = math.sqrt(2.0 * cuts * repairs / (cuts + repairs) ** 3 / (scenario.horizon / DAY))
    reason = "by the asymptotic variance of an alternating renewal process"
    return [within("share of time open", UP / (UP + DOWN), shares, spread, reason)]


LEGS, LEG_LOSS, LEG_TIME = 4, 0.05, 2 * HOUR
PARTS: Final = 0.25
"""Of vehicles and load lost in an attack, in the second half of the case."""


@dataclass(slots=True)
class _Trip:
    """What became of one convoy."""

    departed: Seconds
    load: float
    delivered: float = 0.0
    is_over: bool = False
    attacks: int = 0


def driven_convoys(seed: int, vehicles_lost: float) -> list[_Trip]:
    """Return what became of every convoy that departed early enough to be at its end when the run was."""
    scenario = scenario_of(in_pack("four-legs"), f"interdiction.vehicles_lost={vehicles_lost}")
    convoys: dict[int, _Trip] = {}

    def emit(t: Seconds, event: Event) -> None:
        if isinstance(event, ConvoyDeparted) and len(event.routes) == LEGS and event.departed >= 0:
            convoys[event.convoy] = _Trip(t, event.load)
        elif isinstance(event, ConvoyAttacked | ConvoyArrived | ConvoyLost) and event.convoy in convoys:
            trip = convoys[event.convoy]
            trip.attacks += isinstance(event, ConvoyAttacked)
            trip.is_over = trip.is_over or not isinstance(event, ConvoyAttacked)
            trip.delivered = event.load if isinstance(event, ConvoyArrived) else trip.delivered

    simulate(scenario, seed, emit=emit)
    latest = scenario.horizon - LEGS * LEG_TIME - HOUR
    return [trip for trip in convoys.values() if trip.departed < latest]


def leg_losses(seed: int) -> list[Check]:
    """Hold the share of convoys, and of tonnes, that come through four legs against the product of four."""
    whole, parted = driven_convoys(seed, 1.0), driven_convoys(seed, PARTS)
    through = (1.0 - LEG_LOSS) ** LEGS
    arrived = [float(trip.delivered > 0.0) for trip in whole]
    return [
        within(
            "convoys that come through", through, arrived, math.sqrt(through * (1.0 - through)), "binomial"
        ),
        within_sample(
            "of the load, if an attack costs a quarter",
            (1.0 - LEG_LOSS * PARTS) ** LEGS,
            [trip.delivered / trip.load for trip in parted],
        ),
        within(
            "attacks on a convoy that loses no more than a quarter",
            LEGS * LEG_LOSS,
            [float(trip.attacks) for trip in parted],
            math.sqrt(LEGS * LEG_LOSS * (1.0 - LEG_LOSS)),
            "binomial",
        ),
        exactly(
            "convoys neither arrived nor lost", 0.0, float(sum(not trip.is_over for trip in whole + parted))
        ),
    ]


CASES: Final = (
    Case("repair-crew", "One crew, 0.8 strikes a repair: a queue of M/M/1", "M/M/1 with 80 routes, exact",
         in_pack("repair-queue"), partial(queue_checks, Queue(0.8, 1), 0)),
    Case("repair-crews", "Three crews, 2 strikes a repair: a queue of M/M/3", "M/M/3 with 80 routes, exact",
         in_pack("repair-queue"), partial(queue_checks, Queue(2.0, 3), QUEUE_RUNS)),
    Case("availability", "Cut every 6 days, repaired in 2: open for 6 / (6 + 2) of the time",
         "Alternating renewal, Cox 1962", in_pack("struck-route"), availability),
    Case("leg-losses", "Four legs at one in twenty each: 0.95⁴ come through", "Product of independent legs",
         in_pack("four-legs"), leg_losses),
)  # fmt: skip
