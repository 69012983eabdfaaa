"""What an ensemble of a scenario runs, and what its folder says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiments.running.replication import Plan
from sim.model.quantities import CATEGORIES, DAY
from sim.model.reported_losses import reported_until
from sim.recording.records import Header
from sim.results.meta import Meta

if TYPE_CHECKING:
    from sim.scenario_file.read import LoadedScenario


def meta_of(reading: LoadedScenario, seed: int, count: int) -> Meta:
    """Return what the folder of an ensemble says of itself."""
    scenario = reading.scenario
    reported: dict[str, dict[str, float]] | None = None
    if scenario.reported_losses is not None:
        days = scenario.horizon / DAY
        totals = reported_until(scenario, scenario.horizon)
        reported = {
            side.id: {str(category): loss / days for category, loss in zip(CATEGORIES, of_side, strict=True)}
            for side, of_side in zip(scenario.sides, totals, strict=True)
        }
    return Meta.of(
        scenario,
        reading.document,
        seed=seed,
        replications=count,
        name=reading.name,
        overrides=reading.overrides,
        before=reading.numbers_before,
        reported_losses=reported,
    )


def plan_of(reading: LoadedScenario, meta: Meta) -> Plan:
    """Return what an ensemble runs.

    Parameters
    ----------
    meta
        As `meta_of` made it.
    """
    header = Header.of(
        reading.scenario,
        reading.document,
        seed=meta.seed,
        name=meta.name,
        overrides=meta.overrides,
        before=meta.before,
    )
    return Plan(reading.scenario, meta.seed, header)
