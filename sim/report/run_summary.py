"""One run as a report needs it: its timeline, four moments, and what roads carried and withheld throughout.

The events are read once more, with the books kept beside them; between two supply plans prices and demands
stand still, so that what they come to over a run is summed exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.analysis.pressure import Split, pressure
from sim.analysis.timeline import Timeline
from sim.analysis.timeline_builder import fold
from sim.model import events
from sim.model.quantities import DAY, Days, Seconds, Tonnes, in_days
from sim.model.scenario import Scenario
from sim.model.state import State
from sim.recording.ledger import Ledger
from sim.recording.reader import Recording

MOMENTS: Final = 4
CUT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Binding:
    """A road that kept somebody short.

    Attributes
    ----------
    would_have_met
        Unmet demand that one more tonne a day of its capacity, all along, would have met: its shadow price
        summed over the run.
    """

    route: str
    side: str
    days: Days
    would_have_met: Tonnes


@dataclass(frozen=True, slots=True)
class Story:
    """One run.

    Attributes
    ----------
    moments
        Four states, evenly from the beginning to the end.
    splits
        By route that lay within a side: the mean of where its capacity went, day by day.
    unmet
        By side: demand that plans left unmet, summed over the run; t.
    demanded
        By side: demand in all; t.
    cut
        By route: for how long it was wholly out of use while it lay within a side; days.
    cut_into
        By town: on how long at least one of its roads was; days.
    """

    recording: Recording
    timeline: Timeline
    moments: tuple[State, ...]
    splits: Mapping[str, Split]
    bindings: tuple[Binding, ...]
    unmet: Mapping[str, Tonnes]
    demanded: Mapping[str, Tonnes]
    cut: Mapping[str, Days]
    cut_into: Mapping[str, Days]

    @property
    def end(self) -> Days:
        """When it ended; days."""
        return in_days(self.recording.end)

    @property
    def last(self) -> State:
        """The front at the end."""
        return self.moments[-1]


def story(recording: Recording) -> Story:
    """Return a run as a report needs it."""
    watch = _Watch(recording.scenario)
    books = Ledger(recording.state_at(0), recording.header.towns, recording.header.routes)
    watch.look(0, books.state)
    for t, event in recording.events(1):
        watch.until(t, books.state)
        books.apply(t, event)
        watch.tell(event, books.state)
    watch.until(recording.end, books.state)
    ends = [recording.end * number // (MOMENTS - 1) for number in range(MOMENTS)]
    return Story(
        recording=recording,
        timeline=fold(recording),
        moments=tuple(recording.state_at(t) for t in ends),
        splits=watch.means(),
        bindings=watch.bindings(),
        unmet={side: total / DAY for side, total in watch.unmet.items()},
        demanded={side: total / DAY for side, total in watch.demanded.items()},
        cut={route: in_days(time) for route, time in watch.cut.items()},
        cut_into={town: in_days(time) for town, time in watch.cut_into.items()},
    )


@dataclass(slots=True)
class _Watch:
    """What has been summed so far."""

    scenario: Scenario
    since: Seconds = 0
    next_look: Seconds = DAY
    looks: dict[str, list[Split]] = field(default_factory=dict)
    bound: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    unmet: dict[str, float] = field(default_factory=dict)
    demanded: dict[str, float] = field(default_factory=dict)
    rates: dict[str, tuple[float, float]] = field(default_factory=dict)
    cut: dict[str, Seconds] = field(default_factory=dict)
    cut_into: dict[str, Seconds] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ends = {route.id: (route.start, route.end) for route in self.scenario.routes}

    def until(self, t: Seconds, state: State) -> None:
        """Let time pass: all stands as it is until then."""
        while self.next_look <= t:
            self.look(self.next_look, state)
            self.next_look += DAY
        passed = t - self.since
        if not passed:
            return
        self.since = t
        for side, prices in state.prices.items():
            for route, price in prices.items():
                if price > 0.0:
                    sums = self.bound.setdefault((route, side), [0.0, 0.0])
                    sums[0] += passed
                    sums[1] += passed * price
        for side, (demand, unmet) in self.rates.items():
            self.demanded[side] = self.demanded.get(side, 0.0) + passed * demand
            self.unmet[side] = self.unmet.get(side, 0.0) + passed * unmet
        self._cut_for(passed)

    def tell(self, event: events.Event, state: State) -> None:
        """Take in what changed."""
        if isinstance(event, events.PlanAdopted):
            self._rates(state)
        elif isinstance(event, events.RouteDamaged | events.RouteRepaired | events.TownFell):
            self._cuts(state)

    def look(self, t: Seconds, state: State) -> None:
        """Look at every road within a side once."""
        if not t:
            self._rates(state)
            self._cuts(state)
        for route in self.scenario.routes:
            if route.id not in state.fronts:
                self.looks.setdefault(route.id, []).append(pressure(self.scenario, state, route))

    def means(self) -> dict[str, Split]:
        """Return the mean of each road's splits."""
        return {
            route: Split(
                *(
                    math.fsum(getattr(split, part) for split in seen) / len(seen)
                    for part in ("damage", "expected_loss", "weather", "used", "spare")
                )
            )
            for route, seen in self.looks.items()
        }

    def bindings(self) -> tuple[Binding, ...]:
        """Return the roads that bound, the costliest first."""
        found = [
            Binding(route, side, time / DAY, cost / DAY) for (route, side), (time, cost) in self.bound.items()
        ]
        return tuple(sorted(found, key=lambda each: -each.would_have_met))

    def _rates(self, state: State) -> None:
        """Note what each side demands and does not get from now on; t/day."""
        for side in self.scenario.sides:
            towns = [town.id for town in self.scenario.towns if state.held_by[town.id] == side.id]
            demands = [state.demands.get(town, 0.0) for town in towns]
            short = [
                max(0.0, demand - state.inflows.get(town, 0.0))
                for town, demand in zip(towns, demands, strict=True)
            ]
            self.rates[side.id] = math.fsum(demands), math.fsum(short)

    def _cuts(self, state: State) -> None:
        """Note which roads within a side are cut from now on."""
        self.cuts = tuple(
            route for route, damage in state.damage.items() if damage >= CUT and route not in state.fronts
        )

    def _cut_for(self, passed: Seconds) -> None:
        """Count the time in which roads were cut."""
        for route in self.cuts:
            self.cut[route] = self.cut.get(route, 0) + passed
        for town in dict.fromkeys(town for route in self.cuts for town in self.ends[route]):
            self.cut_into[town] = self.cut_into.get(town, 0) + passed
