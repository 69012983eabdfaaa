"""Random streams: each gives the numbers that its name promises, and tempo and weather vary as they say.

What a stream has to give is worked out here once more from numpy and blake2b alone, beside the engine:
this is the judge, so it may not ask the one who is judged.
"""

from __future__ import annotations

import hashlib
import math
import struct
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.calendar import Calendar
from sim.engine.simulation import simulate
from sim.model.daily_conditions import weather_shares
from sim.model.events import AssaultFought, FiresFell, RouteDamaged
from sim.model.network import Network
from sim.model.quantities import DAY
from sim.statistics.streams import Streams
from sim.verification.case import Case, Check, exactly, in_pack, scenario_of, within_sample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model.events import Event
    from sim.model.quantities import PerDay, Seconds
    from sim.model.scenario import Scenario

REPLICATION: Final = 3
ARRIVALS: Final = 40
BLOCKS: Final = 1000
"""Draws of a stream that are compared: more than it fetches at once."""
ROUNDING: Final = 1
"""Seconds by which an arrival may be off: what is left of a wait is rounded anew each day."""
TEMPO_RUNS: Final = 400
TEMPO_DAYS: Final = 120


def promised(seed: int, replication: int, name: str, count: int) -> list[float]:
    """Return the first uniform draws that a stream of this name has to give."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, *struct.unpack("<4I", digest)))
    drawn: list[float] = np.random.Generator(np.random.PCG64(sequence)).random(count).tolist()
    return drawn


def promised_times(seed: int, name: str, rate: PerDay, draws: int, count: int) -> list[Seconds]:
    """Return when the first events of a Poisson process are due.

    `draws`: how many draws of the stream each event uses, the first of them for the time of the next one.
    """
    times, t = [], 0
    drawn = promised(seed, REPLICATION, name, draws * count)
    for u in (drawn[0], *drawn[1::draws]):
        t += round(-math.log1p(-u) / rate * DAY)
        times.append(t)
    return times


def _strays(due: Iterable[Seconds], happened: Iterable[Seconds]) -> float:
    left = list(happened)
    late = sum(1 for t, at in zip(due, left, strict=False) if abs(t - at) > ROUNDING)
    return float(late + max(0, ARRIVALS - len(left)))


def _times_of(name: str, seed: int, kind: type[Event], side: str, *changes: str) -> list[Seconds]:
    """Return when one side's events of a kind happened in a run of a scenario."""
    found: list[Seconds] = []

    def emit(t: Seconds, event: Event) -> None:
        if isinstance(event, kind) and side in (
            getattr(event, "side", None),
            getattr(event, "attacker", None),
        ):
            found.append(t)

    simulate(scenario_of(name, *changes), seed, replication=REPLICATION, emit=emit)
    return found[:ARRIVALS]


def streams(seed: int) -> list[Check]:
    """Hold streams, and the first events of the processes that draw from them, against numpy's own draws."""
    ours = Streams(seed, REPLICATION)["convoys/kupiansk"]
    wrong = sum(ours.uniform() != u for u in promised(seed, REPLICATION, "convoys/kupiansk", BLOCKS))
    quiet = ("tempo.variation=0", "weather.is_on=false", "scenario.horizon=40 d")
    still = (*quiet, "assaults.advance=0 km")
    processes = (  # where, which events of whose, and the stream, rate a day and draws of each
        ("fires", "two-towns", FiresFell, "east", quiet, "fires/east/lypa", 20.0, 8),
        ("assaults", "two-towns", AssaultFought, "east", still, "assaults/east/lypa-verba", 2.0, 16),
        ("strikes", in_pack("struck-route"), RouteDamaged, "b", (), "strikes/b/depot-end", 1.0 / 6.0, 1),
    )
    found = [exactly(f"draws of a stream that are others, of {BLOCKS}", 0.0, float(wrong))]
    for what, place, kind, side, changes, name, rate, draws in processes:
        happened = _times_of(place, seed, kind, side, *changes)
        strays = _strays(promised_times(seed, name, rate, draws, ARRIVALS), happened)
        text = f"{what} of the first {ARRIVALS} that do not come when they are due"
        found.append(exactly(text, 0.0, strays))
    scenario = scenario_of("two-towns")
    variance = math.log1p(scenario.tempo.variation**2)
    (u,) = promised(seed, REPLICATION, "tempo/front", 1)
    expected = math.exp(math.sqrt(variance) * NormalDist().inv_cdf(u) - variance / 2.0)
    first_day = _calendar(scenario, seed, REPLICATION).tempos[0]
    return [*found, exactly("day 0's tempo", expected, first_day, 1e-12, "rounding")]


def _calendar(scenario: Scenario, seed: int, replication: int) -> Calendar:
    return Calendar(scenario, Network(scenario), Streams(seed, replication))


def tempo(seed: int) -> list[Check]:
    """Hold mean, variance and autocorrelation of the days' tempo against what the scenario asks for."""
    scenario = scenario_of("two-towns", f"scenario.horizon={TEMPO_DAYS} d")
    asked = scenario.tempo
    series = [_calendar(scenario, seed, number).tempos for number in range(TEMPO_RUNS)]
    means = [math.fsum(days) / len(days) for days in series]
    squares = [math.fsum((each - 1.0) ** 2 for each in days) / len(days) for days in series]
    lags = [
        [
            math.fsum((one - 1.0) * (other - 1.0) for one, other in zip(days, days[lag:], strict=False))
            / (len(days) - lag)
            for days in series
        ]
        for lag in (1, 2)
    ]
    variance = asked.variation**2
    # a lognormal's autocorrelation at lag 2 follows from that of its logarithm, which is AR(1)
    of_logarithm = math.log1p(asked.lag_1 * variance) / math.log1p(variance)
    lag_2 = math.expm1(of_logarithm**2 * math.log1p(variance))
    return [
        within_sample("mean", 1.0, means),
        within_sample("variance", variance, squares),
        within_sample("autocovariance of a day with the day before", asked.lag_1 * variance, lags[0]),
        within_sample("and with two days before", lag_2, lags[1]),
    ]


def weather(seed: int) -> list[Check]:
    """Hold the days' weather against the month's shares, and its persistence."""
    scenario = scenario_of("kupiansk", "scenario.horizon=28 d", "scenario.start=2025-02-01")
    shares = weather_shares(scenario.weather, scenario.start)
    series = [_calendar(scenario, seed, number).weathers for number in range(TEMPO_RUNS)]
    found = [
        within_sample(
            f"share of {state} days in February", share, [days.count(state) / len(days) for days in series]
        )
        for state, share in shares.items()
    ]
    keeps = scenario.weather.persistence
    alike = keeps + (1.0 - keeps) * math.fsum(share**2 for share in shares.values())
    pairs = [math.fsum(one == other for one, other in pairwise(days)) / (len(days) - 1) for days in series]
    return [*found, within_sample("days with yesterday's weather", alike, pairs)]


CASES: Final = (
    Case("streams", "Each stream's numbers are what its name promises, and none is shifted",
         "numpy's PCG64 and SeedSequence", "two-towns", streams),
    Case("tempo", "Days vary as asked: mean 1, variance, autocorrelation", "Lognormal AR(1), closed form",
         "two-towns", tempo),
    Case("weather", "Days of each weather as the month has them", "Markov chain, closed form", "kupiansk",
         weather),
)  # fmt: skip
