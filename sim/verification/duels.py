"""Duels fought casualty by casualty: Brown's stochastic square law, its martingale, and the linear law.

What is to be expected is worked out exactly, state by state: who is left, and when the last one fell.

Source: R. H. Brown, *Theory of combat: the probability of winning*, Operations Research 11(3):418 (1963).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.model.events import FiresFell
from sim.model.quantities import DAY, PERSONNEL, Soldiers
from sim.verification.case import Case, Check, in_pack, scenario_of, started_run, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.model.events import Event
    from sim.model.quantities import Seconds
    from sim.model.scenario import Scenario

Ends: TypeAlias = dict[tuple[int, int], float]
"""Chance of each end, by who is left."""
COEFFICIENT: Final = 5.0
"""A day; everything happens five times as fast as in the theory for a coefficient of 1."""
DUELS: Final = 800
BY_RECURSION: Final = "by the exact recursion over all states"


@dataclass(frozen=True, slots=True)
class Duel:
    """Two garrisons that fire at each other, casualty by casualty, until one is gone."""

    x: Soldiers
    y: Soldiers
    r: float = 1.0
    is_area_fire: bool = False
    """Whether casualties come by the linear law instead of the square law."""

    def rates(self, x: int, y: int) -> tuple[float, float]:
        """Return the rates at which x and y fall, for a coefficient of 1."""
        return (float(x * y), self.r * x * y) if self.is_area_fire else (float(y), self.r * x)

    def ends(self) -> Ends:
        """Return the exact chance of every end."""
        chances: defaultdict[tuple[int, int], float] = defaultdict(float, {(self.x, self.y): 1.0})
        for x in range(self.x, 0, -1):
            for y in range(self.y, 0, -1):
                here = chances.pop((x, y), 0.0)
                on_x, on_y = self.rates(x, y)
                chances[x - 1, y] += here * on_x / (on_x + on_y)
                chances[x, y - 1] += here * on_y / (on_x + on_y)
        return dict(chances)

    def duration(self) -> tuple[float, float]:
        """Return mean and standard deviation of the time to the last casualty, at a coefficient of 1."""
        first: defaultdict[tuple[int, int], float] = defaultdict(float)
        second: defaultdict[tuple[int, int], float] = defaultdict(float)
        for x in range(1, self.x + 1):
            for y in range(1, self.y + 1):
                on_x, on_y = self.rates(x, y)
                rate = on_x + on_y
                after = (on_x * first[x - 1, y] + on_y * first[x, y - 1]) / rate
                squared = (on_x * second[x - 1, y] + on_y * second[x, y - 1]) / rate
                first[x, y] = 1.0 / rate + after
                second[x, y] = 2.0 / rate**2 + 2.0 * after / rate + squared
        mean = first[self.x, self.y]
        return mean, math.sqrt(second[self.x, self.y] - mean**2)

    def martingale(self, x: int, y: int) -> float:
        """Return what no casualty changes on average.

        Under the square law S = r x (x + 1) / 2 - y (y + 1) / 2, under the linear law r x - y.
        """
        return self.r * x - y if self.is_area_fire else self.r * x * (x + 1) / 2 - y * (y + 1) / 2

    @cache  # noqa: B019 - a handful of duels, each asked for thousands of times
    def scenario(self) -> Scenario:
        """Return the scenario; fires are so many that no mission has a mean above 1."""
        most = (
            COEFFICIENT * max(self.r, 1.0) * (self.x * self.y if self.is_area_fire else max(self.x, self.y))
        )
        return scenario_of(
            in_pack("duel"),
            f"town.west.garrison.strength={self.x}",
            f"town.east.garrison.strength={self.y}",
            f"side.x.attrition_coefficient={COEFFICIENT * self.r} /d",
            f"side.y.attrition_coefficient={COEFFICIENT} /d",
            f"side.x.fires={most} /d",
            f"side.y.fires={most} /d",
            f"attrition.fires_law={'area_fire' if self.is_area_fire else 'aimed_fire'}",
        )


@dataclass(frozen=True, slots=True)
class Fought:
    """How one duel went: who is left of x and y, and when the last one fell; days at a coefficient of 1."""

    x: Soldiers
    y: Soldiers
    lasted: float


def fight(scenario: Scenario, seed: int, replication: int) -> Fought:
    """Let the engine fight a duel out."""
    casualties: list[Seconds] = []

    def emit(t: Seconds, event: Event) -> None:
        if isinstance(event, FiresFell) and event.losses[PERSONNEL]:
            casualties.append(t)

    run = started_run(scenario, seed, replication, emit)
    strength, env, front = run.front.strength, run.front.env, run.front
    while strength[0] and strength[1] and front.over is None:
        env.step()
    return Fought(strength[0], strength[1], COEFFICIENT * casualties[-1] / DAY if casualties else math.inf)


def mean_over(ends: Ends, value: Callable[[int, int], float]) -> tuple[float, float]:
    """Return mean and standard deviation of something over all ends."""
    mean = math.fsum(chance * value(*end) for end, chance in ends.items())
    square = math.fsum(chance * value(*end) ** 2 for end, chance in ends.items())
    return mean, math.sqrt(max(0.0, square - mean**2))


def duel_checks(duel: Duel, first: int, seed: int) -> list[Check]:
    """Hold who wins, who is left, the martingale and the length against their exact means.

    The replications from a first one on are other ones for each duel.
    """
    ends, scenario = duel.ends(), duel.scenario()
    fought = [fight(scenario, seed, first + number) for number in range(DUELS)]
    values: dict[str, Callable[[int, int], float]] = {
        "chance that x wins": lambda x, _: float(x > 0),
        "left of x": lambda x, _: float(x),
        "left of y": lambda _, y: float(y),
        "martingale": duel.martingale,
    }
    found = []
    for what, value in values.items():
        mean, spread = mean_over(ends, value)
        found.append(within(what, mean, [value(one.x, one.y) for one in fought], spread, BY_RECURSION))
    mean, spread = duel.duration()
    found.append(within("days it lasts", mean, [one.lasted for one in fought], spread, BY_RECURSION))
    both = sum(1 for one in fought if (one.x == 0) == (one.y == 0))
    found.append(Check("duels not fought out", 0.0, float(both), 0.0, "exact"))
    return found


BROWN: Final = "Brown 1963, OR 11(3):418, exact"
LINEAR: Final = "Incomplete beta function, exact"
DUEL_CASES: Final = {
    "duel-2-1": (Duel(2, 1), "2 against 1, casualty by casualty", BROWN),
    "duel-3-2": (Duel(3, 2), "3 against 2, casualty by casualty", BROWN),
    "duel-5-4": (Duel(5, 4), "5 against 4, casualty by casualty", BROWN),
    "duel-10-8": (Duel(10, 8), "10 against 8, casualty by casualty", BROWN),
    "duel-uneven": (Duel(2, 3, r=2.0), "2 against 3, the 2 killing twice as fast", BROWN),
    "duel-area-fire": (Duel(10, 8, is_area_fire=True), "10 against 8 under area fire", LINEAR),
}
CASES: Final = tuple(
    Case(name, claim, source, in_pack("duel"), partial(duel_checks, duel, DUELS * number))
    for number, (name, (duel, claim, source)) in enumerate(DUEL_CASES.items())
)
