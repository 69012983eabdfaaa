"""Weather and tempo: what changes from day to day for everybody alike."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from sim.model.daily_conditions import MONTHS, tempo_loads, tempo_series, weather_series, weather_shares
from sim.model.parameters import WEATHER_STATES, Tempo, Weather
from tests.support.networks import chance

JANUARY = {"clear": 0.2, "rain": 0.1, "mud": 0.3, "frost": 0.4}
JULY = {"clear": 0.7, "rain": 0.3}
YEARS = 120


def days_of(month: str, weather: Weather, seed: int) -> Counter[str]:
    """Return how many days of a month had each weather over many years."""
    start = date(2025, 1, 1)
    series = weather_series(weather, start, YEARS * 365, chance(seed).random)
    return Counter(
        state for day, state in enumerate(series) if MONTHS[(start + timedelta(days=day)).month - 1] == month
    )


@pytest.mark.parametrize("persistence", [0.0, 0.6])
def test_days_of_each_month_have_its_weathers_in_its_shares(persistence):
    weather = Weather(persistence=persistence, shares=dict.fromkeys(MONTHS, JANUARY))
    counted = days_of("jan", weather, 3)
    days = counted.total()
    # each run of kept days counts once, and there are (1 - p) / (1 + p) of them for each day
    alone = days * (1.0 - persistence) / (1.0 + persistence)
    for state, share in JANUARY.items():
        assert counted[state] / days == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / alone))


def test_months_differ():
    weather = Weather(persistence=0.0, shares={**dict.fromkeys(MONTHS, JANUARY), "jul": JULY})
    counted = days_of("jul", weather, 4)
    assert counted["mud"] == counted["frost"] == 0
    assert counted["rain"] / counted.total() == pytest.approx(0.3, abs=0.04)


def test_tomorrow_keeps_todays_weather_by_persistence_and_by_luck():
    weather = Weather(persistence=0.6, shares=dict.fromkeys(MONTHS, JANUARY))
    series = weather_series(weather, date(2025, 1, 1), 40_000, chance(8).random)
    kept = np.mean([a == b for a, b in itertools.pairwise(series)])
    by_luck = math.fsum(share**2 for share in JANUARY.values())
    assert kept == pytest.approx(0.6 + 0.4 * by_luck, abs=0.01)


def test_two_draws_are_taken_for_each_day_whatever_they_decide():
    taken = iter(range(1000))

    def uniform() -> float:
        return (next(taken) * 0.37) % 1.0

    weather_series(Weather(persistence=0.9, shares={"jan": JANUARY}), date(2025, 1, 1), 30, uniform)
    assert next(taken) == 60


def test_the_first_day_asks_the_months_shares_and_keeps_nothing():
    assert weather_series(Weather(shares={"jan": JANUARY}), date(2025, 1, 1), 1, lambda: 0.0) == ["clear"]
    assert weather_series(Weather(shares={"jan": JANUARY}), date(2025, 1, 1), 1, lambda: 0.95) == ["frost"]


def test_rounding_in_the_shares_never_draws_a_weather_that_has_none():
    shares = {"jul": {"clear": 0.7, "rain": 0.3 - 1e-9}}
    draws = iter([0.5, 1.0 - 2.0**-53])
    assert weather_series(Weather(shares=shares), date(2025, 7, 1), 1, draws.__next__) == ["rain"]


@pytest.mark.parametrize(
    "weather", [Weather(), Weather(is_on=False, shares={"jan": JANUARY}), Weather(shares={"feb": JANUARY})]
)
def test_it_is_always_clear_where_weather_is_off_or_the_month_says_nothing(weather):
    assert weather_shares(weather, date(2025, 1, 27)) == {"clear": 1, "rain": 0, "mud": 0, "frost": 0}
    assert set(weather_series(weather, date(2025, 1, 1), 28, chance(1).random)) == {"clear"}


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_asks_its_own_row(month):
    weather = Weather(shares={MONTHS[month - 1]: {"mud": 1.0}})
    assert weather_shares(weather, date(2025, month, 28))["mud"] == 1.0
    assert weather_shares(weather, date(2025, month % 12 + 1, 1))["clear"] == 1.0


def test_shares_are_told_for_every_weather():
    assert tuple(weather_shares(Weather(shares={"jul": JULY}), date(2025, 7, 1))) == WEATHER_STATES


@pytest.mark.parametrize(("variation", "lag_1"), [(0.16, 0.42), (0.5, 0.0), (0.3, 0.9)])
def test_tempo_has_the_mean_the_scatter_and_the_memory_asked_for(variation, lag_1):
    days = 60_000
    series = np.array(tempo_series(Tempo(variation=variation, lag_1=lag_1), days, chance(21).standard_normal))
    memory = (1.0 + lag_1) / (1.0 - lag_1)
    assert np.all(series > 0.0)
    assert series.mean() == pytest.approx(1.0, abs=4 * variation * math.sqrt(memory / days))
    assert series.std() == pytest.approx(variation, rel=0.03 * math.sqrt(memory))
    left = series - series.mean()
    correlation = float(np.mean(left[1:] * left[:-1]) / np.mean(left**2))
    assert correlation == pytest.approx(lag_1, abs=4 / math.sqrt(days) * (1.0 + 2.0 * variation))


def test_the_first_day_scatters_like_any_other():
    rng = chance(4)
    tempo = Tempo(variation=0.3, lag_1=0.8)
    first = np.array([tempo_series(tempo, 1, rng.standard_normal)[0] for _ in range(20_000)])
    assert first.mean() == pytest.approx(1.0, abs=0.01)
    assert first.std() == pytest.approx(0.3, rel=0.04)


def test_without_variation_every_day_is_alike_and_no_draw_is_taken():
    def never() -> float:
        raise AssertionError

    assert tempo_series(Tempo(variation=0.0), 4, never) == [1.0] * 4
    assert tempo_series(Tempo(), 0, never) == []


def test_a_longer_run_meets_the_same_days_first():
    tempo, weather = Tempo(), Weather(shares=dict.fromkeys(MONTHS, JANUARY))
    short, long = (tempo_series(tempo, days, chance(6).standard_normal) for days in (10, 90))
    assert long[:10] == short
    start = date(2025, 1, 27)
    short, long = (weather_series(weather, start, days, chance(6).random) for days in (10, 90))
    assert long[:10] == short


def test_loads_let_a_category_follow_the_tempo_more_strongly_with_the_same_mean():
    tempo = Tempo(variation=0.2, lag_1=0.0, loading={"tanks": 3.0, "special": 0.0})
    series = tempo_series(tempo, 40_000, chance(8).standard_normal)
    loads = np.array([tempo_loads(tempo, value) for value in series])
    losses = loads * np.array(series)[:, None]
    assert losses.mean(axis=0) == pytest.approx(1.0, abs=0.02)
    plain, tanks, special = (losses[:, number] for number in (0, 5, 6))
    assert plain.tolist() == series
    assert np.log(tanks).std() == pytest.approx(3 * np.log(plain).std())
    assert special.std() < 1e-9
