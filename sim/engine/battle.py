"""Who may attack whom, how likely, and with what intensity.

The tables of who is chosen are made anew once a day and when control, orders or reinforcements change
them; losses always go by the strengths of the moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.attrition import event_dispersion, fire_intensity, law_exponents, loss_count
from sim.model.quantities import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.world import World
    from sim.statistics.streams import Stream


@dataclass(slots=True)
class CauseLosses:
    """One side's losses by one cause: the mean of an event at intensity 1, and how it scatters."""

    means: tuple[float, ...] = (0.0,) * len(CATEGORIES)
    dispersions: tuple[float, ...] = (0.0,) * len(CATEGORIES)


class Battle:
    """The tables of fighting, made anew when they are asked for after a change."""

    def __init__(self, world: World) -> None:
        self.world = world
        attrition = world.scenario.attrition
        self.counts = attrition.counts
        weight = attrition.helmbold_weight
        self.assault_exponents = law_exponents(attrition.assault_law, weight)
        self.fires_exponents = law_exponents(attrition.fires_law, weight)
        self.interdiction_exponents = law_exponents(attrition.interdiction_law, weight)
        self.assault_losses = [CauseLosses(), CauseLosses()]
        self.fires_losses = [CauseLosses(), CauseLosses()]
        self.interdiction_losses = [CauseLosses(), CauseLosses()]
        self._is_stale = True
        self._assaults: tuple[dict[int, float], dict[int, float]] = ({}, {})
        self._fires: tuple[dict[int, float], dict[int, float]] = ({}, {})

    def changed(self) -> None:
        """Note that strengths, supply, weights or control changed."""
        self._is_stale = True

    def assaults(self, side: int) -> dict[int, float]:
        """Return how much a side attacks over each contact, by route: weight × effective strength."""
        if self._is_stale:
            self._refresh()
        return self._assaults[side]

    def fires(self, side: int) -> dict[int, float]:
        """Return how much a side's fires fall on each town: strength × strength facing it."""
        if self._is_stale:
            self._refresh()
        return self._fires[side]

    def facing(self, town: int) -> tuple[float, float]:
        """Return who faces a town: the effective strength brought to bear on it, and its supply's effect.

        The effect is a mean over those who face it; 1 where nobody does.
        """
        world = self.world
        holder, side = world.holder, world.holder[town]
        bearing = soldiers = supplied = 0.0
        for _, other in world.network.adjacent[town]:
            if holder[other] != side:
                strength = world.strength[other]
                effective = strength * world.combat_effectiveness[other]
                bearing += effective / world.contact_count[other]
                soldiers += strength
                supplied += effective
        return bearing, supplied / (soldiers * world.sides[1 - side].quality) if soldiers else 1.0

    def fires_intensity(self, town: int) -> float:
        """Return the intensity of a fire mission on a garrison.

        Effective strength holds the firers' supply as far as the law asks for those who fire; the rest of
        its effect is added, so that under each law fires go with the firers' supply.
        """
        power = self.fires_exponents[0]
        bearing, supply = self.facing(town)
        intensity = fire_intensity(self.fires_exponents, bearing, self.world.strength[town])
        return intensity if power >= 1.0 else intensity * supply ** (1.0 - power)

    def _refresh(self) -> None:
        """Make the tables anew."""
        world = self.world
        self._is_stale = False
        self._assaults, self._fires = ({}, {}), ({}, {})
        facing: dict[int, float] = {}
        holder, network = world.holder, world.network
        for e in world.front:
            u, v = network.start[e], network.end[e]
            for origin, target in ((u, v), (v, u)):
                side = world.sides[holder[origin]]
                facing[target] = facing.get(target, 0.0) + world.firing(origin)
                if e in side.weights:
                    self._assaults[side.number][e] = side.weights[e] * world.effective(origin)
        for town, force in facing.items():
            self._fires[1 - holder[town]][town] = force * world.strength[town]

    def draw(self, losses: CauseLosses, intensity: float, rng: Stream) -> list[int]:
        """Draw one event's losses by category: one uniform for each, whatever the means.

        The day's tempo bears on each category by its loading.

        A count above 0 has at most the chance of its mean, so most draws need no law to be asked.
        """
        draws = rng.uniforms(len(CATEGORIES))
        if intensity <= 0.0:
            return [0] * len(CATEGORIES)
        drawn = []
        counts, loads, dispersions = self.counts, self.world.loads, losses.dispersions
        for category, mean in enumerate(losses.means):
            mean *= intensity * loads[category]
            u = draws[category]
            drawn.append(loss_count(counts, u, mean, dispersions[category]) if u > 1.0 - mean else 0)
        return drawn


def cause_losses(
    rates: Sequence[float], scale: float, events: float, daily_dispersion: Sequence[float]
) -> CauseLosses:
    """Return a cause's means per event and their scatter.

    Parameters
    ----------
    rates
        Losses a day by category in the reference state.
    scale
        1 ÷ (events a day × mean intensity of one) in the reference state; 0 where there are none.
    """
    return CauseLosses(
        tuple(rate * scale for rate in rates),
        tuple(event_dispersion(daily, events) for daily in daily_dispersion),
    )
