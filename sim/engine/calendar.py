"""What changes from day to day for everybody alike: the weather and the tempo of fighting.

Both are drawn for the whole run before it begins. The calendar says what today's weather and tempo do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.daily_conditions import mean_tempo, tempo_loads, tempo_series, weather_series
from sim.model.quantities import DAY

if TYPE_CHECKING:
    from sim.model.network import Network
    from sim.model.quantities import Seconds
    from sim.model.scenario import Scenario
    from sim.statistics.streams import Streams


class Calendar:
    """The days of one run, and the one that it is."""

    def __init__(self, scenario: Scenario, network: Network, streams: Streams) -> None:
        self.scenario = scenario
        self._network = network
        self.days = max(1, -(-scenario.horizon // DAY))
        rng = streams["weather/front"]
        self.weathers = weather_series(scenario.weather, scenario.start, self.days, rng.uniform)
        self.tempos = tempo_series(scenario.tempo, self.days, streams["tempo/front"].normal)
        factors = zip(self.tempos, self._weather_tempos(), strict=True)
        self.intensities = [tempo * factor for tempo, factor in factors]
        """Each day's factor of tempo and weather on all fighting."""
        self._is_rail = np.array([kind == "rail" for kind in network.kind], dtype=bool)
        self.day = 0
        self.intensity = self.speed = self.reach = 1.0
        self.loads: tuple[float, ...] = ()
        """What today's tempo does to the losses of one event, by category."""
        self.leg_times: list[Seconds] = []
        """How long each route takes to drive today."""
        self.route_capacity = np.ones(len(network.routes))
        """What today's weather leaves of each route's capacity."""
        self.turn_to(0)

    def turn_to(self, day: int) -> None:
        """Turn to a day; the last one stays where there are no more."""
        self.day = day = min(day, self.days - 1)
        weather, state = self.scenario.weather, self.weathers[day]
        self.intensity = self.intensities[day]
        self.loads = tempo_loads(self.scenario.tempo, self.tempos[day])
        on_road = 1.0
        if weather.is_on:
            self.speed, self.reach = weather.speed[state], weather.reach[state]
            on_road = weather.capacity[state]
        self.leg_times = self._network.times_by(self.speed)
        self.route_capacity = np.where(self._is_rail, 1.0, on_road)

    def _weather_tempos(self) -> list[float]:
        """Return each day's factor of weather on tempo: mean 1 over the reference world's first month."""
        weather, fitted = self.scenario.weather, self.scenario.fitted
        mean = mean_tempo(fitted.weather, fitted.start)
        if not weather.is_on:
            return [1.0 / mean] * self.days
        return [weather.tempo[state] / mean for state in self.weathers]
