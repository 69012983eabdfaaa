"""Thin supply: how a garrison fights that gets a part of its need, and how long one holds that is cut off.

The model's own law, worked out here in closed form; see the scenario's head for both formulas.
"""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING, Final

from sim.engine.simulation import simulate
from sim.model.events import StarvationBegan, TownFell
from sim.model.quantities import DAY, HOUR
from sim.verification.case import Case, Check, exactly, in_pack, scenario_of, started_run

if TYPE_CHECKING:
    from sim.engine.front.front import Front
    from sim.model.events import Event
    from sim.model.quantities import Days, Seconds, TonnesPerDay
    from sim.model.scenario import Scenario

NAME: Final = in_pack("thin-supply")
POST: Final = 1
NEED: Final[TonnesPerDay] = 20.0
INFLOWS: Final = (0, 4, 8, 12, 16, 20)
"""What the road carries, t/d."""
SETTLED: Final = 25
"""Day from which what was there at the start is used up or worn off."""
STOCK: Final[Days] = 5.0
INTERVAL: Final[Days] = HOUR / DAY


def coverage(_: int) -> list[Check]:
    """Hold a garrison's mean fighting value on several inflows against its share of need, on a line."""
    found = []
    for tonnes in INFLOWS:
        scenario = scenario_of(NAME, f"route.depot-post.capacity={tonnes} t/d", "supply.starvation_rate=0 /d")
        values: list[float] = []

        def look(front: Front, seen: list[float] = values) -> None:
            seen.append(front.supplied[POST])

        simulate(scenario, 1, observe=look)
        floor = scenario.supply.effect_floor
        expected = floor + (1.0 - floor) * tonnes / NEED
        what = f"fighting value on {tonnes} of {NEED:g} t/d"
        found.append(exactly(what, expected, fmean(values[SETTLED:]), 0.02, "convoys carry half a tonne"))
    return found


def left(scenario: Scenario, days: Days) -> float:
    """Return how many soldiers of a garrison that is cut off are left after some days."""
    rules = scenario.supply
    window = rules.starvation_window
    since = max(0.0, days - begins(scenario))
    leaving = rules.starvation_rate * (since - window * (1.0 - math.exp(-since / window)))
    return scenario.towns[POST].garrison.strength * math.exp(-leaving)


def begins(scenario: Scenario) -> Days:
    """Return the day on which the share of need met passes the threshold."""
    rules = scenario.supply
    return STOCK + rules.starvation_window * math.log(1.0 / rules.starvation_share)


def gives_up(scenario: Scenario) -> Days:
    """Return the day on which so many have left that the garrison gives its town up."""
    least = scenario.supply.give_up_share * scenario.towns[POST].garrison.strength
    low, high = 0.0, 1000.0
    while high - low > INTERVAL / 100:
        middle = (low + high) / 2
        low, high = (middle, high) if left(scenario, middle) > least else (low, middle)
    return high


def starvation(seed: int) -> list[Check]:
    """Hold a garrison that is cut off against the closed form: how it shrinks, and when it gives up."""
    scenario = scenario_of(NAME, "route.depot-post.capacity=0 t/d")
    times: dict[type[Event], Seconds] = {}

    def emit(t: Seconds, event: Event) -> None:
        if isinstance(event, StarvationBegan | TownFell):
            times.setdefault(type(event), t)

    run = started_run(scenario, seed, emit=emit)
    found = []
    for day in (10, 15, 20):
        run.front.env.run(until=day * DAY)
        expected = left(scenario, day)
        why = "stocks are drawn down by the hour, and soldiers are whole"
        found.append(exactly(f"soldiers on day {day}", expected, run.front.strength[POST], 3.0, why))
    run.front.env.run(until=scenario.horizon - 1)
    for what, kind, expected in (
        ("day on which it begins to starve", StarvationBegan, begins(scenario)),
        ("day on which it gives up", TownFell, gives_up(scenario)),
    ):
        happened = times.get(kind, 0) / DAY
        found.append(exactly(what, expected, happened, 3 * INTERVAL, "stocks are drawn down by the hour"))
    return found


CASES: Final = (
    Case(
        "coverage", "A garrison fights by the share of its need that comes in, without a cliff",
        "Closed form", NAME, coverage,
    ),
    Case(
        "starvation", "A garrison that is cut off shrinks and gives up when the clock says",
        "Closed form", NAME, starvation,
    ),
)  # fmt: skip
