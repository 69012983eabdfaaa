"""A hindcast: courses of a front that is past, scored against what happened and against naive forecasts.

Control is scored in every reading of the truth: by each source, with contested places taken as not occupied
and as occupied. The first reading, by the source that tells most and with contested places not occupied,
is the one that stands first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.domain.network import Network
from sim.engine.streams import Streams
from sim.experiments.forecasts import (
    Bin,
    discrimination,
    neighbourhoods,
    ratio_interval,
    reliability,
    resampled,
)
from sim.experiments.hindcast_rates import Amount, amounts
from sim.experiments.naive import front_goes_on, nothing_changes
from sim.experiments.statistics import LEVEL, Interval
from sim.experiments.truth import GREY
from sim.experiments.window import Window

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.experiments.course import Course
    from sim.experiments.truth import Truth

MODEL: Final = "model"
PERSISTENCE: Final = "persistence"
TREND: Final = "trend"
FEWER: Final = 200
"""Resamples that are enough for a score that takes a while."""
READINGS: Final = {"not occupied": 0.0, "occupied": 1.0}
"""What a contested place counts as."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Scores of who held what, by one reading of the truth.

    Attributes
    ----------
    source
        Who tells it.
    grey
        What contested places count as.
    brier, log
        By forecast, with intervals.
    skill
        Of the model against each naive forecast, by the Brier score.
    auc
        How well the model tells towns that change hands from those that do not; by date and town.
    reliability
        Of the model's chances that a town is not held as it was at the start.
    happened
        1 where a town was occupied; shape (dates, towns).
    changed
        How many cases were not as the scenario opens.
    towns
        How many are scored: those that the source has, on the first day, as the scenario opens.
    """

    source: str
    grey: str
    brier: Mapping[str, Interval]
    log: Mapping[str, Interval]
    skill: Mapping[str, Interval]
    auc: Interval
    reliability: tuple[Bin, ...]
    happened: np.ndarray
    changed: int
    towns: int

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "source": self.source,
            "grey": self.grey,
            "scored_towns": self.towns,
            "changed": self.changed,
            "brier": {name: found.value for name, found in self.brier.items()},
            "brier_intervals": _values(self.brier),
            "log_score": _values(self.log),
            "skill": _values(self.skill),
            "auc": _interval(self.auc),
            "reliability": [each.values() for each in self.reliability],
        }


@dataclass(frozen=True, slots=True)
class Hindcast:
    """All scores of an ensemble.

    Attributes
    ----------
    window
        What was scored.
    replications
        Of how many runs.
    dates
        When towns are scored.
    towns
        Ids.
    neighbourhoods
        Number of each town's.
    side
        Id of the side that occupies.
    forecasts
        By name: chance that each town is occupied; shape (dates, towns).
    readings
        Of the truth; the first stands for all where one is wanted.
    amounts
        Scores of losses, of the advance and of the number of towns held.
    strangers
        Changes of places that the scenario lacks, by name.
    opens_otherwise
        By source: towns that it does not have as the scenario opens, with the state it has them in.
    notes
        What is worth knowing, in words.
    """

    window: Window
    replications: int
    dates: tuple[date, ...]
    towns: tuple[str, ...]
    neighbourhoods: tuple[int, ...]
    side: str
    forecasts: Mapping[str, np.ndarray]
    readings: tuple[Reading, ...]
    amounts: tuple[Amount, ...]
    strangers: Mapping[str, int]
    opens_otherwise: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...]

    def span(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Return between which values scores lie over all readings, by score and forecast."""
        found: dict[str, dict[str, tuple[float, float]]] = {}
        for score in ("brier", "skill"):
            names = getattr(self.readings[0], score)
            each = {
                name: [getattr(reading, score)[name].value for reading in self.readings] for name in names
            }
            found[score] = {name: (min(values), max(values)) for name, values in each.items()}
        return found

    def values(self) -> dict[str, Any]:
        """Return it as plain values, the first reading at the top."""
        first = self.readings[0].values()
        return {
            "window": {
                "from": self.window.first.isoformat(),
                "to": self.window.last.isoformat(),
                "dates": [day.isoformat() for day in self.dates],
            },
            "towns": len(self.towns),
            "replications": self.replications,
            "level": LEVEL,
            "occupier": self.side,
            **first,
            "crps": _crps(self.amounts),
            "amounts": [each.values() for each in self.amounts],
            "readings": [each.values() for each in self.readings],
            "span": {
                score: {name: {"low": low, "high": high} for name, (low, high) in found.items()}
                for score, found in self.span().items()
            },
            "neighbourhoods": max(self.neighbourhoods) + 1,
            "unknown_places": dict(self.strangers),
            "opens_otherwise": {source: dict(towns) for source, towns in self.opens_otherwise.items()},
            "notes": list(self.notes),
        }


def hindcast(
    scenario: Scenario,
    truth: Truth,
    window: Window,
    courses: Course,
    *,
    advance: float | None,
    seed: int,
    source: str | None = None,
) -> Hindcast:
    """Score courses of a scenario against what happened.

    Parameters
    ----------
    scenario
        As it was run.
    truth
        What happened.
    window
        What is scored.
    courses
        Of all replications, joined.
    advance
        The front's usual advance, km a day along a contact; none where it is not known.
    seed
        Of the resampling.
    source
        Whose telling stands first; else whoever tells most.
    """
    network = Network(scenario)
    ends = [window.end(day) for day in window.dates]
    occupied = (courses.holders[:, ends] == truth.side).astype(float)
    forecasts = {
        MODEL: occupied.mean(axis=0),
        PERSISTENCE: nothing_changes(scenario, truth.side, len(ends)),
    }
    if advance:
        forecasts[TREND] = front_goes_on(scenario, truth.side, advance, ends)
    groups = neighbourhoods(network)
    drawn = resampled(groups, Streams(seed)["hindcast/neighbourhoods"])
    sources = sorted(truth.sources, key=lambda name: name != source)
    judge = _Judge(forecasts, occupied, np.array(groups), drawn)
    readings = [
        judge.reading(name, grey, np.where(states == GREY, value, states))
        for name in sources
        for states in (truth.states(scenario, name, [scenario.start - timedelta(days=1), *window.dates]),)
        for grey, value in READINGS.items()
        if grey == "not occupied" or (states == GREY).any()
    ]
    return Hindcast(
        window,
        len(occupied),
        window.dates,
        network.towns,
        groups,
        scenario.sides[truth.side].id,
        forecasts,
        tuple(readings),
        amounts(scenario, truth, window, courses, advance=advance, happened=readings[0].happened),
        truth.strangers,
        {name: _opens_otherwise(scenario, truth, name) for name in sources},
        _notes(advance, len(groups), max(groups) + 1),
    )


class _Judge:
    """Scores forecasts of control by a reading of the truth."""

    def __init__(
        self,
        forecasts: Mapping[str, np.ndarray],
        occupied: np.ndarray,
        groups: np.ndarray,
        drawn: np.ndarray,
    ) -> None:
        self._forecasts = forecasts
        self._occupied = occupied
        self._groups = groups
        self._drawn = drawn
        self._least = 1.0 / (len(occupied) + 1.0)
        """Chances are kept this far from 0 and 1 in the logarithmic score."""

    def reading(self, source: str, grey: str, states: np.ndarray) -> Reading:
        """Return all scores by a reading; the first row of states is of the start."""
        at_start, happened = states[0], states[1:]
        opening = self._forecasts[PERSISTENCE]
        # where a source has a town otherwise than the scenario from the start, nothing is learnt of the model
        counts = np.asarray(at_start == opening[0], dtype=float)
        cases = np.tile(counts, (len(happened), 1))
        squares = {name: cases * (chances - happened) ** 2 for name, chances in self._forecasts.items()}
        surprise = {name: cases * self._surprise(each, happened) for name, each in self._forecasts.items()}
        skill = {}
        for name in self._forecasts:
            if name != MODEL:
                left = self._ratio(squares[MODEL], squares[name])
                skill[name] = Interval(1.0 - left.value, 1.0 - left.high, 1.0 - left.low)
        chances = np.abs(self._forecasts[MODEL] - opening)
        changed = np.abs(happened - opening)
        return Reading(
            source,
            grey,
            {name: self._ratio(each, cases) for name, each in squares.items()},
            {name: self._ratio(each, cases) for name, each in surprise.items()},
            skill,
            self._auc(chances, changed, counts),
            reliability(
                chances[cases > 0.0],
                changed[cases > 0.0],
                np.abs(self._occupied - opening)[:, cases > 0.0],
            ),
            happened,
            int((changed * cases).sum()),
            int(counts.sum()),
        )

    def _ratio(self, above: np.ndarray, below: np.ndarray) -> Interval:
        """Return the ratio of two sums over all cases, with its interval."""
        return ratio_interval(self._by_group(above), self._by_group(below), self._drawn)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        """Return sums by neighbourhood."""
        return np.bincount(self._groups, values.sum(axis=0), self._drawn.shape[1])

    def _surprise(self, chances: np.ndarray, happened: np.ndarray) -> np.ndarray:
        """Return minus the logarithm of the chance given to what happened."""
        given = np.where(happened > 0.0, chances, 1.0 - chances)
        return np.asarray(-np.log(np.clip(given, self._least, 1.0)))

    def _auc(self, chances: np.ndarray, changed: np.ndarray, counts: np.ndarray) -> Interval:
        """Return the discrimination with its interval."""
        found = []
        numbers = np.flatnonzero(counts)
        for times in self._drawn[:FEWER]:
            towns = np.repeat(numbers, times[self._groups[numbers]])
            found.append(discrimination(chances[:, towns].ravel(), changed[:, towns].ravel()))
        known = np.array(found)[~np.isnan(found)]
        value = discrimination(chances[:, numbers].ravel(), changed[:, numbers].ravel())
        if not len(known):
            return Interval(value, float("nan"), float("nan"))
        low, high = np.quantile(known, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
        return Interval(value, float(low), float(high))


def _opens_otherwise(scenario: Scenario, truth: Truth, source: str) -> dict[str, str]:
    """Return the towns that a source does not have as the scenario opens."""
    states = truth.states(scenario, source, [scenario.start - timedelta(days=1)])[0]
    words = {1.0: "occupied", GREY: "grey", 0.0: "not occupied"}
    return {
        town.id: words[float(state)]
        for town, state in zip(scenario.towns, states, strict=True)
        if state != float(scenario.side_index(town.held_by) == truth.side)
    }


def _notes(advance: float | None, towns: int, groups: int) -> tuple[str, ...]:
    """Return what is worth knowing."""
    notes = [f"Intervals resample {groups} neighbourhoods of {towns} towns, {LEVEL * 100:.0f} %."]
    if not advance:
        notes.append(
            "No usual advance is known, so there is no trend to compare with: name one with --advance."
        )
    return tuple(notes)


def _crps(scored: tuple[Amount, ...]) -> dict[str, Any]:
    """Return the mean scores of amounts by what they are of; losses by category too."""
    found: dict[str, Any] = {}
    for what in ("losses", "advance", "towns"):
        own = [each for each in scored if each.what == what]
        if what == "losses":
            names = dict.fromkeys(each.name for each in own)
            found[what] = {
                name: float(np.mean([each.crps for each in own if each.name == name])) for name in names
            }
        else:
            found[what] = float(np.mean([each.crps for each in own])) if own else None
    return found


def _values(intervals: Mapping[str, Interval]) -> dict[str, dict[str, float]]:
    """Return intervals as plain values."""
    return {name: _interval(found) for name, found in intervals.items()}


def _interval(found: Interval) -> dict[str, float]:
    """Return an interval as plain values."""
    return {"value": found.value, "low": found.low, "high": found.high}
