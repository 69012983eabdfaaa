"""What changes from day to day for everybody alike: weather, and the tempo of fighting.

Both are drawn for the whole run before it begins: nothing in a run changes them.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sim.model.parameters import WEATHER_STATES, Tempo, Weather, WeatherState
from sim.model.quantities import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.model.quantities import Share

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def weather_shares(weather: Weather, on: date) -> dict[WeatherState, Share]:
    """Return the share of days of each weather in a date's month; always clear where none is given.

    Examples
    --------
    >>> weather_shares(Weather(), date(2025, 1, 27))["clear"]
    1.0
    """
    row = weather.shares.get(MONTHS[on.month - 1]) if weather.is_on else None
    if not row:
        return {state: 1.0 if state == "clear" else 0.0 for state in WEATHER_STATES}
    return {state: row.get(state, 0.0) for state in WEATHER_STATES}


def mean_tempo(weather: Weather, on: date) -> float:
    """Return the mean factor of a month's weather on the tempo of fighting; 1 where there is no weather."""
    if not weather.is_on:
        return 1.0
    shares = weather_shares(weather, on)
    mean = 0.0
    for state in WEATHER_STATES:
        mean += shares[state] * weather.tempo[state]
    return mean


def weather_series(
    weather: Weather, start: date, days: int, uniform: Callable[[], float]
) -> list[WeatherState]:
    """Draw the weather of each day, two uniforms for each: a Markov chain that keeps each month's shares."""
    series: list[WeatherState] = []
    for day in range(days):
        keep, pick = uniform(), uniform()
        if day > 0 and keep < weather.persistence:
            series.append(series[-1])
            continue
        shares = weather_shares(weather, start + timedelta(days=day))
        below = 0.0
        drawn: WeatherState = "clear"
        for state in WEATHER_STATES:
            if shares[state] > 0.0:
                below += shares[state]
                drawn = state
                if pick < below:
                    break
        series.append(drawn)
    return series


def tempo_series(tempo: Tempo, days: int, normal: Callable[[], float]) -> list[float]:
    """Draw each day's tempo: its logarithm is a stationary AR(1), its mean is 1; one normal draw a day."""
    variance = math.log1p(tempo.variation**2)
    if variance == 0.0:
        return [1.0] * days
    correlation = math.log1p(tempo.lag_1 * math.expm1(variance)) / variance
    spread, fresh = math.sqrt(variance), math.sqrt(1.0 - correlation**2)
    series = []
    level = 0.0
    for day in range(days):
        level = normal() if day == 0 else correlation * level + fresh * normal()
        series.append(math.exp(spread * level - variance / 2))
    return series


def tempo_loads(tempo: Tempo, value: float) -> tuple[float, ...]:
    """Return what a day's tempo does to the losses of one event, by category.

    Events come as often as the tempo has it. Where losses of a category are to go with another power of
    it, each event costs more or less: tempo × load is that power, divided by its mean.

    Examples
    --------
    >>> tempo_loads(Tempo(), 1.3)
    (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    >>> loading = dict.fromkeys(CATEGORIES, 1.0) | {"tanks": 3.0}
    >>> round(tempo_loads(Tempo(variation=0.2, loading=loading), 1.3)[5], 4)
    1.5024
    """
    variance = math.log1p(tempo.variation**2)
    powers = [tempo.loading.get(category, 1.0) for category in CATEGORIES]
    return tuple(
        value ** (power - 1.0) * math.exp(-power * (power - 1.0) * variance / 2.0) for power in powers
    )
