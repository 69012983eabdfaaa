"""What one event costs: the loss coefficients of a run, and the draw of one event's losses."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, NamedTuple

from sim.model.attrition import event_dispersion, law_exponents, loss_count
from sim.model.quantities import CATEGORIES, Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.calendar import Calendar
    from sim.model.quantities import PerDay
    from sim.model.scenario import Scenario
    from sim.statistics.streams import Stream

NOTHING = (0.0,) * len(CATEGORIES)


@dataclass(frozen=True, slots=True)
class CauseLosses:
    """One side's losses by one cause: the mean of an event at intensity 1, and how it scatters."""

    means: tuple[float, ...] = NOTHING
    dispersions: tuple[float, ...] = NOTHING


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


class ReferenceActivity(NamedTuple):
    """How often a side attacks in the reference state."""

    able: float = 0.0
    """Soldiers in contact, by their supply's effect."""
    # and how often its numbers have it attack; 0 assaults where it orders none
    assaults: PerDay = 0.0
    fires: PerDay = 0.0


@dataclass(slots=True)
class Coefficients:
    """The coefficients of a scenario, by side."""

    hazards: list[float] = field(default_factory=lambda: [0.0, 0.0])
    """Attacks per hour that each side makes on a convoy at full exposure."""
    mean_vehicles: list[float] = field(default_factory=lambda: [1.0, 1.0])
    """Of each side's convoys in the reference state."""
    assault: list[CauseLosses] = field(default_factory=lambda: [CauseLosses(), CauseLosses()])
    fires: list[CauseLosses] = field(default_factory=lambda: [CauseLosses(), CauseLosses()])
    interdiction: list[CauseLosses] = field(default_factory=lambda: [CauseLosses(), CauseLosses()])
    happens: list[dict[Cause, bool]] = field(default_factory=lambda: [{}, {}])
    """Whether each cause took any losses of each side in the state that they are fitted to."""
    reference: list[ReferenceActivity] = field(default_factory=lambda: [ReferenceActivity()] * 2)

    def copy(self) -> Coefficients:
        """Return a copy with its own lists."""
        return Coefficients(*(getattr(self, each.name)[:] for each in fields(self)))


class LossModel:
    """The laws and coefficients by which losses are drawn."""

    def __init__(self, scenario: Scenario, calendar: Calendar) -> None:
        attrition = scenario.attrition
        self._calendar = calendar
        self._counts = attrition.counts
        weight = attrition.helmbold_weight
        self.assault_exponents = law_exponents(attrition.assault_law, weight)
        self.fires_exponents = law_exponents(attrition.fires_law, weight)
        self.interdiction_exponents = law_exponents(attrition.interdiction_law, weight)
        self.coefficients = Coefficients()

    def draw(self, losses: CauseLosses, intensity: float, rng: Stream) -> list[int]:
        """Draw one event's losses by category: one uniform for each, whatever the means.

        The day's tempo acts on each category by its loading.
        """
        draws = rng.uniforms(len(CATEGORIES))
        if intensity <= 0.0:
            return [0] * len(CATEGORIES)
        drawn = []
        per_category = zip(losses.means, self._calendar.loads, losses.dispersions, draws, strict=True)
        for mean, load, dispersion, u in per_category:
            expected = mean * (intensity * load)
            # a count above 0 has at most the chance of its mean, so most draws need no walk
            drawn.append(loss_count(self._counts, u, expected, dispersion) if u > 1.0 - expected else 0)
        return drawn
