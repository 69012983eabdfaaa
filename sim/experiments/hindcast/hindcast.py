"""A hindcast: runs of a front that is past, scored against what happened and against naive forecasts.

Control is scored in every reading of the observations: by each source, with contested places as not occupied
and as occupied. The first reading is by the source with most entries, with contested places not occupied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from sim.experiments.hindcast.amount_scores import amounts
from sim.experiments.hindcast.control_scores import PERSISTENCE, TREND, ControlScorer
from sim.experiments.hindcast.naive_forecasts import persistence_forecast, trend_forecast
from sim.experiments.hindcast.neighbourhoods import neighbourhoods
from sim.experiments.hindcast.observations import GREY
from sim.experiments.hindcast.scoring_period import ScoringPeriod
from sim.model.network import Network
from sim.results.hindcast_scores import MODEL, AmountRecord, ControlScoresRecord, LeadRecord
from sim.scenario_file.names import count_of
from sim.statistics.intervals import CONFIDENCE
from sim.statistics.scores import resampled
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.experiments.hindcast.trajectories import Trajectories
    from sim.model.scenario import Scenario

READINGS: Final = {"not occupied": 0.0, "occupied": 1.0}
"""What a contested place counts as."""


@dataclass(frozen=True, slots=True)
class Hindcast:
    """All scores of an ensemble."""

    period: ScoringPeriod
    replications: int
    towns: tuple[str, ...]
    neighbourhoods: tuple[int, ...]
    side: str
    forecasts: Mapping[str, np.ndarray]
    """By name: chance that each town is occupied; shape (dates, towns)."""
    readings: tuple[ControlScoresRecord, ...]
    """Of the observations; the first stands for all where one is wanted."""
    leads: tuple[LeadRecord, ...]
    """The first reading by lead time."""
    happened: tuple[np.ndarray, ...]
    """By reading: 1 where a town was occupied; shape (dates, towns)."""
    amounts: tuple[AmountRecord, ...]
    unknown_places: Mapping[str, int]
    """Changes of places that the scenario lacks, by name."""
    opens_otherwise: Mapping[str, Mapping[str, str]]
    """By source: towns that it does not have as the scenario opens, with the state it has them in."""
    notes: tuple[str, ...]

    def values(self) -> dict[str, Any]:
        """Return it as plain values, the first reading at the top."""
        readings = msgspec.to_builtins(self.readings)
        return {
            "window": {
                "from": self.period.first.isoformat(),
                "to": self.period.last.isoformat(),
                "dates": [day.isoformat() for day in self.period.dates],
            },
            "towns": len(self.towns),
            "replications": self.replications,
            "level": CONFIDENCE,
            "occupier": self.side,
            **readings[0],
            "amounts": msgspec.to_builtins(self.amounts),
            "readings": readings,
            "leads": msgspec.to_builtins(self.leads),
            "neighbourhoods": max(self.neighbourhoods) + 1,
            "unknown_places": dict(self.unknown_places),
            "opens_otherwise": {source: dict(towns) for source, towns in self.opens_otherwise.items()},
            "notes": list(self.notes),
        }


def hindcast(
    scenario: Scenario,
    observations: Observations,
    period: ScoringPeriod,
    runs: Trajectories,
    *,
    advance: float | None,
    seed: int,
    source: str | None = None,
) -> Hindcast:
    """Score runs of a scenario against what happened.

    `advance`: the front's usual advance, km a day along a contact; none where it is not known. `source`:
    source to score first; by default the one with most entries.
    """
    network = Network(scenario)
    groups = neighbourhoods(network)
    drawn = resampled(groups, Streams(seed)["hindcast/neighbourhoods"])

    def scorer_of(dates: Sequence[date], *, is_later: bool) -> ControlScorer:
        ends = [period.end(day) for day in dates]
        occupied = (runs.holders[:, ends] == observations.side).astype(float)
        forecasts = {
            MODEL: occupied.mean(axis=0),
            PERSISTENCE: persistence_forecast(scenario, observations.side, len(ends)),
        }
        if advance:
            forecasts[TREND] = trend_forecast(scenario, observations.side, advance, ends)
        return ControlScorer(forecasts, occupied, np.array(groups), drawn, is_later=is_later)

    scorer = scorer_of(period.dates, is_later=period.first > period.start)
    sources = sorted(observations.sources, key=lambda name: name != source)
    before = (scenario.start - timedelta(days=1), period.first - timedelta(days=1))
    interpretations = []
    for name in sources:
        states = observations.states(scenario, name, [*before, *period.dates])
        for grey, value in READINGS.items():
            if grey == "not occupied" or (states == GREY).any():
                interpretations.append((name, grey, np.where(states == GREY, value, states)))
    happened = tuple(states[len(before) :] for *_, states in interpretations)
    leads = []
    for months, day in period.leads:
        states = observations.states(scenario, sources[0], [*before, day])
        states[states == GREY] = READINGS["not occupied"]
        scores = scorer_of([day], is_later=False).reading(sources[0], "not occupied", states)
        leads.append(LeadRecord(months=months, last=day, scores=scores))
    return Hindcast(
        period,
        len(runs.holders),
        network.towns,
        groups,
        scenario.sides[observations.side].id,
        scorer.forecasts,
        tuple(scorer.reading(*each) for each in interpretations),
        tuple(leads),
        happened,
        amounts(scenario, observations, period, runs, advance=advance, happened=happened[0]),
        observations.unknown_places,
        {name: _opens_otherwise(scenario, observations, name) for name in sources},
        _notes(advance, len(groups), max(groups) + 1),
    )


def _opens_otherwise(scenario: Scenario, observations: Observations, source: str) -> dict[str, str]:
    states = observations.states(scenario, source, [scenario.start - timedelta(days=1)])[0]
    words = {1.0: "occupied", GREY: "grey", 0.0: "not occupied"}
    return {
        town.id: words[float(state)]
        for town, state in zip(scenario.towns, states, strict=True)
        if state != float(scenario.side_index(town.held_by) == observations.side)
    }


def _notes(advance: float | None, towns: int, groups: int) -> tuple[str, ...]:
    notes = [
        f"Intervals resample {count_of(groups, 'neighbourhood')} of {towns} towns, {CONFIDENCE * 100:.0f} %. "
        "The range expected of a correct "
        "forecast is found by treating each replication as the truth, so that a town at several dates, or "
        "beside another, is not taken for independent cases."
    ]
    if groups == 1:
        notes.append(
            "All towns are one neighbourhood, so intervals of who held what have zero width and mean nothing."
        )
    if not advance:
        notes.append(
            "No usual advance is known, so there is no trend to compare with. A line such as "
            "# advance: 0.023 km/d in the observations gives one."
        )
    return tuple(notes)
