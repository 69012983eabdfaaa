"""One run as a report needs it: its timeline, four moments, and what roads carried and withheld throughout.

The events are read once; between two supply plans demands stand still, so that what they come to over a run
is summed exactly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import Bottleneck, Split, is_cut, pressure
from sim.analysis.timeline import Timeline, TimelineBuilder
from sim.model import events
from sim.model.quantities import DAY, Days, Seconds, Tonnes, in_days
from sim.model.state import State
from sim.recording.ledger import Listener
from sim.recording.reader import Recording

if TYPE_CHECKING:
    from sim.model.scenario import Scenario

MOMENTS: Final = 4


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run."""

    recording: Recording
    timeline: Timeline
    moments: tuple[State, ...]
    """Four states, evenly from the beginning to the end."""
    splits: Mapping[str, Split]
    """By route that lay within a side: the mean of where its capacity went, day by day."""
    bottlenecks: tuple[Bottleneck, ...]
    """The costliest first."""
    unmet: Mapping[str, Tonnes]
    """By side: demand that plans left unmet, summed over the run; t."""
    demanded: Mapping[str, Tonnes]
    """By side: demand in all; t."""
    cut: Mapping[str, Days]
    """By route: for how long it was wholly out of use while it lay within a side; days."""

    @property
    def end(self) -> Days:
        """When it ended; days."""
        return in_days(self.recording.end)

    @property
    def last(self) -> State:
        """The front at the end."""
        return self.moments[-1]


def summarize_run(recording: Recording) -> RunSummary:
    """Return a run as a report needs it; its events are read once."""
    builder, watch = TimelineBuilder(recording.scenario, recording.end), _Watch(recording.scenario)
    recording.replay(builder, watch)
    timeline = builder.timeline()
    ends = [recording.end * number // (MOMENTS - 1) for number in range(MOMENTS)]
    return RunSummary(
        recording=recording,
        timeline=timeline,
        moments=tuple(recording.state_at(t) for t in ends),
        splits=watch.means(),
        bottlenecks=tuple(sorted(timeline.bottlenecks, key=lambda each: -each.cost)),
        unmet={side: total / DAY for side, total in watch.unmet.items()},
        demanded={side: total / DAY for side, total in watch.demanded.items()},
        cut={route: in_days(time) for route, time in watch.cut.items()},
    )


CHANGES: Final = (events.RouteDamaged, events.RouteRepaired, events.TownFell, events.NumberSet)
"""Events by which a road can be cut, or cease to be."""


class _Watch(Listener):
    """What has been summed so far."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.next_look: Seconds = 0
        self.looks: defaultdict[str, list[Split]] = defaultdict(list)
        self.unmet: defaultdict[str, float] = defaultdict(float)
        self.demanded: defaultdict[str, float] = defaultdict(float)
        self.rates: dict[str, tuple[float, float]] = {}
        self.cut: defaultdict[str, Seconds] = defaultdict(int)
        self.cuts: tuple[str, ...] = ()

    def begin(self, state: State) -> None:
        """Take the front before the first event."""
        super().begin(state)
        self._cuts()

    def until(self, t: Seconds) -> None:
        """Let time pass: all stands as it is until then."""
        while self.next_look <= t:
            for route in self.scenario.routes:
                if route.id not in self.state.fronts:
                    self.looks[route.id].append(pressure(self.scenario, self.state, route))
            self.next_look += DAY
        passed = t - self.state.t
        for side, (demand, unmet) in self.rates.items():
            self.demanded[side] += passed * demand
            self.unmet[side] += passed * unmet
        for name in self.cuts:
            self.cut[name] += passed

    def after(self, t: Seconds, event: events.Event) -> None:
        """Take in what changed."""
        del t
        if isinstance(event, events.PlanAdopted):
            self._rates()
        elif isinstance(event, CHANGES):
            self._cuts()

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

    def _rates(self) -> None:
        """Note what each side demands and does not get from now on; t/day."""
        state = self.state
        for side in self.scenario.sides:
            towns = [town.id for town in self.scenario.towns if state.held_by[town.id] == side.id]
            demands = [state.demands.get(town, 0.0) for town in towns]
            met = [state.inflows.get(town, 0.0) for town in towns]
            short = [max(0.0, demand - got) for demand, got in zip(demands, met, strict=True)]
            self.rates[side.id] = math.fsum(demands), math.fsum(short)

    def _cuts(self) -> None:
        routes = self.scenario.routes
        self.cuts = tuple(route.id for route in routes if is_cut(self.scenario, self.state, route))
