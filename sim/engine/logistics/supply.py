"""Consumption of stocks, and the supply lines that fill them: each sends convoys as they fall due."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sim.engine.front.state import Convoy
from sim.engine.logistics.starvation import starve
from sim.model.quantities import DAY, Seconds, Tonnes, TonnesPerDay
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.front.clock import Call
    from sim.engine.front.front import Front
    from sim.engine.logistics.convoys import Convoys

Paths: TypeAlias = list[tuple[tuple[int, ...], TonnesPerDay]]
"""Routes in driving order, with what goes along them."""


def consumption(front: Front) -> ProcessGenerator:
    """Draw stocks down at every consumption interval, for the interval that has passed.

    Publishes
    ---------
    SupplyConsumed
        Once an interval; then what `starve` does.
    """
    interval, leaving = front.scenario.supply.consumption_interval, dict[int, float]()
    share = interval / DAY
    while True:
        yield front.env.timeout(interval)
        # the interval's own day: at midnight, whether the next one has begun depends on who comes first
        day = (front.now - interval // 2) // DAY
        front.consume(share, front.calendar.intensities[day])
        starve(front, share, leaving)


@dataclass(slots=True)
class SupplyLine:
    """A town's supply line: its paths with their rates, and the tonnes that it has still to send."""

    town: int
    side: int
    rng: Stream
    paths: Paths = field(default_factory=list)
    rate: TonnesPerDay = 0.0
    load: Tonnes = 0.0
    vehicles: int = 1
    size_effect: float = 1.0
    """Factor on a convoy's risk by its size."""
    backlog: Tonnes = 0.0
    """Due since its last convoy, at the time `since`."""
    since: Seconds = 0
    hours: float = 0.0
    """Mean time on its paths in clear weather."""
    sent: list[float] = field(default_factory=list)
    generation: int = 0
    """Counts the plans it has followed; timeouts of an older one are ignored."""

    def backlog_at(self, now: Seconds) -> Tonnes:
        """Return the backlog now, without a change of the line: accrual in more steps rounds otherwise."""
        return self.backlog + self.rate * (now - self.since) / DAY

    def accrue(self, now: Seconds) -> None:
        """Bring the backlog up to date."""
        self.backlog += self.rate * (now - self.since) / DAY
        self.since = now

    def next_path(self) -> tuple[int, ...]:
        """Return the path that is furthest behind its planned share of shipments."""
        if len(self.paths) == 1:
            return self.paths[0][0]
        for number, (_, rate) in enumerate(self.paths):
            self.sent[number] -= rate / self.rate
        chosen = self.sent.index(min(self.sent))
        self.sent[chosen] += 1.0
        return self.paths[chosen][0]


def send_convoys(front: Front, convoys: Convoys, line: SupplyLine) -> None:
    """Send a line's convoys as they fall due, until it follows another plan; its backlog is up to date.

    Publishes
    ---------
    ConvoyDeparted
        Once for each.
    """
    _wait((front, convoys, line))


def _wait(sender: tuple[Front, Convoys, SupplyLine]) -> None:
    front, _, line = sender
    delay = round((line.load - line.backlog) / line.rate * DAY)
    front.env.call_in(delay if delay > 0 else 0, _send, sender, line.generation)


def _send(call: Call) -> None:
    front, convoys, line = call.of
    if call.turn == line.generation:
        now = front.env.now
        line.accrue(now)
        line.backlog -= line.load
        convoys.start(load_convoy(front, line, now, line.next_path()))
        _wait(call.of)


def load_convoy(front: Front, line: SupplyLine, departed: Seconds, path: tuple[int, ...]) -> Convoy:
    """Load a convoy at its base and put it on the road."""
    origin = front.network.origin(path, line.town)
    convoy = Convoy(
        front.convoy_count + 1, line.side, origin, origin, line.town, path, [*reversed(path)], departed,
        front.calendar.speed, line.load, line.vehicles, line.size_effect, line.rng,
    )  # fmt: skip
    front.add_convoy(convoy)
    return convoy


def put_convoys_under_way(front: Front, convoys: Convoys, line: SupplyLine) -> None:
    """Put on the road what a line's steady state has there, so that the first day is like any other.

    Publishes
    ---------
    ConvoyDeparted
        Once for each, with a departure before 0.
    """
    interval = line.load / line.rate * DAY
    elapsed = line.rng.uniform() * interval
    line.backlog = line.rate * elapsed / DAY
    longest = max(_path_time(front, path) for path, _ in line.paths)
    while elapsed < longest:
        path = line.next_path()
        departed = -max(1, round(elapsed))
        if departed + _path_time(front, path) > 0:
            convoy = load_convoy(front, line, departed, path)
            convoys.start(convoy, fast_forward(front, convoy))
        elapsed += interval


def _path_time(front: Front, path: tuple[int, ...]) -> Seconds:
    """Return how long a path takes to drive at today's speeds."""
    return sum(front.calendar.leg_times[e] for e in path)


def fast_forward(front: Front, convoy: Convoy) -> Seconds:
    """Bring a convoy that set out before the run began to the leg it is on; return its time on that leg."""
    driven, times = -convoy.departed, front.calendar.leg_times
    while driven >= times[convoy.ahead[-1]]:
        driven -= times[convoy.ahead[-1]]
        convoy.at = front.network.other_end(convoy.ahead.pop(), convoy.at)
    return driven
