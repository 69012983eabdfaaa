"""What moves along the roads: convoys as capsules, their queues, and one convoy that can be followed.

Capsules are the plan's flow, not single convoys. Where a capsule is hangs on the screen's clock alone: how
many have passed a road's narrow place is added up over the run, so that seeking and playing agree.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.model.events import ConvoyDeparted
from sim.model.quantities import HOUR, Seconds, Share
from sim.scene.beats.pacing import pacing_of
from sim.scene.lines import Polyline
from sim.scene.map.marks.stage import tag
from sim.scene.map.roads import PINCH, inside, is_tube, lit_roads, seen_part
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Box, Capsules, Disc, Layer, Point, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.scene.beats.pacing import Pacing
    from sim.scene.map.geometry import Geometry
    from sim.scene.road_looks import RoadLook
    from sim.scene.view_model import Frame, View

LENGTH: Final = 12.5
"""Of a capsule; pixels at plain scale, as all lengths here."""
GAP: Final = 3.0
"""Between packed capsules."""
PACKED: Final = LENGTH + GAP
SPARSEST: Final = 190.0
SPEED: Final = 52.0
"""Of capsules with room; a second of the screen's clock."""
SLOWED: Final = (0.7, 0.3, 0.45)
"""Use from which they are slower, over what, and by how much at most."""
CREEP: Final = 0.24
"""Speed before the narrow place of a full road, of `SPEED`."""
QUEUE: Final = (0.62, 95.0)
"""How much of a road that feeds a full one is packed: its share, and at most so much."""
THIN: Final = 2.4
"""Least width of a capsule."""
LANE: Final = 0.74
"""Width of a capsule, of the room inside a road."""
SQUARE: Final = 6.0
TONNES_A_SQUARE: Final = 10.0
MOST_SQUARES: Final = 12
HALF: Final = 0.5
"""Between being free and being full."""
STEP: Final[Seconds] = 12 * HOUR
"""Between the times at which the flow is read."""
FOLLOWED: Final = 1.2
"""Least time on the screen's clock that the followed convoy takes from its base to its town; s."""


class Flow(NamedTuple):
    """How a road's traffic stands at a time."""

    spacing: float
    """Between capsules where nothing is packed."""
    full: float
    """1 where it is full."""
    queued: float
    """1 where it feeds a full road."""
    rate: float
    """Capsules that pass its narrow place a second of the clock; 0 where nothing goes."""
    passed: float
    """Capsules that have passed until then."""


@dataclass(slots=True)
class FlowTable:
    """How every road's traffic stands at times `STEP` apart; read from the recording as far as is needed."""

    flows: list[dict[str, Flow]] = field(default_factory=list)
    """By time, and by route."""
    clocks: list[float] = field(default_factory=list)

    def extend(self, view: View, pacing: Pacing, count: int) -> None:
        """Read the flow at so many times."""
        for number in range(len(self.clocks), count):
            clock = pacing.clock_at(min(number * STEP, view.end))
            since = clock - self.clocks[-1] if self.clocks else 0.0
            last = self.flows[-1] if self.flows else {}
            flows = {}
            for route, look in road_looks(view, number * STEP).items():
                spacing, rate = spacing_and_rate(look)
                before = last.get(route)
                passed = before.passed + (before.rate + rate) / 2 * since if before is not None else 0.0
                flow = Flow(spacing, *_fullness(look), rate, passed)
                # where nothing runs, one object stands for all times
                flows[route] = before if before is not None and flow == before else flow
            self.flows.append(flows)
            self.clocks.append(clock)


class Traffic(NamedTuple):
    """How a road's traffic stands at a moment, between two times of the table."""

    passed: float
    spacing: float
    full: float
    queued: float


def spacing_and_rate(look: RoadLook) -> tuple[float, float]:
    """Return the room from one capsule to the next where none is packed, and how many pass in a second.

    With room they run, full they creep; nothing is faster for being fuller.
    """
    if not is_tube(look):
        return SPARSEST, 0.0
    since, over, most = SLOWED
    u = min(1.0, max(0.0, (look.used - since) / over))
    speed = SPEED * (1.0 - most * u * u * (3.0 - 2.0 * u))
    spacing = min(SPARSEST, max(PACKED, LENGTH / max(look.used, LENGTH / SPARSEST)))
    if look.kind == "full":
        rate = CREEP * SPEED / PACKED
        return SPEED / rate, rate
    return spacing, speed / spacing


def traffic_at(view: View, frame: Frame, routes: Iterable[str]) -> Iterator[Traffic]:
    """Yield how the traffic of roads stands; the table is read on as the run goes on.

    Where nothing runs, nobody has to know what has passed before.
    """
    if frame.reduced_motion:
        looks = road_looks(view, min(frame.t, view.end))
        yield from (_standing(looks[route]) for route in routes)
        return
    pacing = pacing_of(view, frame)
    table = view.cached("flow table", pacing, FlowTable)
    before = min(frame.t, view.end) // STEP
    table.extend(view, pacing, before + 2)
    begin, end = table.clocks[before], table.clocks[before + 1]
    share = min(1.0, max(0.0, (frame.clock - begin) / (end - begin))) if end > begin else 0.0
    whole, half = share * (end - begin), share * share / 2 * (end - begin)
    here, there = table.flows[before], table.flows[before + 1]
    for route in routes:
        spacing, full, queued, first, passed = here[route]
        next_spacing, next_full, next_queued, last, _ = there[route]
        yield Traffic(
            passed + first * whole + (last - first) * half,
            spacing + (next_spacing - spacing) * share,
            full + (next_full - full) * share,
            queued + (next_queued - queued) * share,
        )


def _standing(look: RoadLook) -> Traffic:
    return Traffic(0.0, spacing_and_rate(look)[0], *_fullness(look))


def _fullness(look: RoadLook) -> tuple[float, float]:
    """Return 1 where a road is full, and 1 where it feeds a full one."""
    return float(look.kind == "full"), float(look.queue > 0.0)


def lanes(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook]) -> Mapping[str, Lane]:
    """Return the lanes of all roads in sight on which convoys are drawn, by route."""
    if "supply" not in frame.layers:
        return {}
    lit = lit_roads(view, frame, looks)
    tubes = [route for route in geometry.seen if is_tube(looks[route]) and (not lit or route in lit)]
    return {route: lane(geometry, looks[route], f"side{looks[route].side}_tint") for route in tubes}


def traffic_layer(view: View, frame: Frame, geometry: Geometry, lanes: Mapping[str, Lane]) -> Layer:
    """Return all that moves along the roads in sight."""
    shapes: list[Shape] = [geometry.clip()]
    for each, traffic in zip(lanes.values(), traffic_at(view, frame, lanes), strict=True):
        shapes += each.capsules(traffic)
    return Layer("map-flow", None, tuple(shapes))


def followed_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return the convoy to the selected town that is under way, over everything."""
    shapes = tuple(_followed(view, frame, geometry))
    return Layer("map-followed", None if shapes else (), (geometry.clip(), *shapes) if shapes else ())


@dataclass(frozen=True, slots=True)
class Lane:
    """A road as convoys go along it. Lengths along it are at plain scale, from where its supply comes."""

    path: Polyline
    unit: float
    """Pixels of a plain one."""
    is_forward: bool
    color: str
    length: float
    middle: float
    """Where its narrow place is."""
    first: float
    last: float
    """Between which it is in sight."""
    damage: Share
    width: float
    """Of a capsule; pixels."""
    begin: Point
    step: Point
    """Where it begins, and how far a length of 1 leads from there; pixels."""
    turn: float
    """Its heading at the begin."""

    def capsules(self, traffic: Traffic) -> Iterator[Capsules]:
        """Yield its capsules in sight, packed ones with brake lights on."""
        if self.last <= self.first:
            return
        if not traffic.full and not traffic.queued:
            places = self._even(traffic)
            if not self.damage and len(self.path.points) == len(("begin", "end")):
                if places:
                    yield self._row(places, self.turn, self.width, is_braking=False)
                return
            placed = [(place, False) for place in places]
        else:
            placed = self._placed(traffic)
        yield from self._rows(placed)

    def _row(self, places: Iterable[float], turn: float, width: float, *, is_braking: bool) -> Capsules:
        """Return capsules on a straight road."""
        (x, y), (across, down) = self.begin, self.step
        at = tuple([(x + across * place, y + down * place) for place in places])
        return Capsules(at, turn, LENGTH * self.unit, width, self.color, "full" if is_braking else None)

    def _rows(self, placed: Iterable[tuple[float, bool]]) -> Iterator[Capsules]:
        """Yield capsules of one heading, width and light each."""
        rows: dict[tuple[float, float, bool], list[Point]] = {}
        squeezed = max(THIN * self.unit, self.width * (1.0 - self.damage))
        (x, y), (across, down) = self.begin, self.step
        is_straight = len(self.path.points) == len(("begin", "end"))
        for place, is_braking in placed:
            is_narrow = bool(self.damage) and abs(place - self.middle) < PINCH / 2
            wide = squeezed if is_narrow else self.width
            if is_straight:
                at, turn = (x + across * place, y + down * place), self.turn
            else:
                along = place * self.unit
                px, py, turn = self.path.at(along if self.is_forward else self.path.length - along)
                at, turn = (px, py), turn + (0.0 if self.is_forward else math.pi)
            rows.setdefault((turn, wide, is_braking), []).append(at)
        for (turn, wide, is_braking), points in rows.items():
            brakes = "full" if is_braking else None
            yield Capsules(tuple(points), turn, LENGTH * self.unit, wide, self.color, brakes)

    def _even(self, traffic: Traffic) -> list[float]:
        """Return how far along capsules in sight are, where none is packed."""
        spacing, begin = traffic.spacing, self.middle + traffic.passed % 1.0 * traffic.spacing
        number = math.ceil((self.first - begin) / spacing)
        count = math.floor((self.last - begin) / spacing) - number + 1
        return [begin + each * spacing for each in range(number, number + count)]

    def _placed(self, traffic: Traffic) -> list[tuple[float, bool]]:
        """Return how far along capsules in sight are, and whether they brake."""
        length, middle, first, last = self.length, self.middle, self.first, self.last
        spacing = traffic.spacing
        before = spacing + (PACKED - spacing) * traffic.full
        tail = min(length * QUEUE[0], QUEUE[1]) * (traffic.queued > 0.0)
        stop, dense = length - tail, spacing + (PACKED - spacing) * traffic.queued
        is_full, is_queue = traffic.full > HALF, traffic.queued > HALF
        phase = traffic.passed % 1.0
        found: list[tuple[float, bool]] = []
        number = math.ceil((first - middle) / before - phase)
        while number + phase < 0.0:
            x = middle + (number + phase) * before
            if first <= x <= last:
                found.append((x, is_full))
            number += 1
        if middle + phase * spacing < first:
            number = max(number, math.floor((first - middle) / spacing - phase))
        while (x := middle + (number + phase) * spacing) <= stop:
            if first <= x <= last:
                found.append((x, False))
            number += 1
        while (x := stop + (middle + (number + phase) * spacing - stop) * dense / spacing) <= min(
            length, last
        ):
            if x >= first:
                found.append((x, is_queue))
            number += 1
        return found


def lane(geometry: Geometry, look: RoadLook, color: str) -> Lane:
    """Return a road's lane."""
    unit, path = geometry.unit, geometry.paths[look.route]
    length, middle = path.length / unit, geometry.narrow[look.route] / unit
    first, last = (each / unit for each in seen_part(geometry, look.route))
    x, y, turn = path.at(0.0 if look.is_forward else path.length)
    if not look.is_forward:
        middle, first, last, turn = length - middle, length - last, length - first, turn + math.pi
    step = math.cos(turn) * unit, math.sin(turn) * unit
    width = max(THIN * unit, inside(geometry, look) * LANE)
    return Lane(
        path,
        unit,
        look.is_forward,
        color,
        length,
        middle,
        first,
        last,
        look.damage,
        width,
        (x, y),
        step,
        turn,
    )


def queue_squares(geometry: Geometry, look: RoadLook) -> Iterator[Box]:
    """Yield squares beside a road, one for each ten tonnes a day that are kept away."""
    count = min(MOST_SQUARES, round(look.queue / TONNES_A_SQUARE))
    if not count or not is_tube(look):
        return
    unit, path = geometry.unit, geometry.paths[look.route]
    aside = geometry.widths[look.route] / 2 + (SQUARE / 2 + 2.6) * unit
    begin = 20.0 * unit
    for number in range(count):
        back = begin + number * (SQUARE + 2.0) * unit
        if back > path.length - 12.0 * unit:
            return
        x, y, turn = path.at(path.length - back if look.is_forward else back)
        turn += 0.0 if look.is_forward else math.pi
        at = (x + aside * math.sin(turn), y - aside * math.cos(turn))
        half = SQUARE / 2 * unit
        yield Box(at[0] - half - unit, at[1] - half - unit, 2 * (half + unit), 2 * (half + unit), "deep")
        yield Box(at[0] - half, at[1] - half, 2 * half, 2 * half, "full")


def queues_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook]) -> Layer:
    """Return what waits beside the roads."""
    lit = lit_roads(view, frame, looks)
    waiting = tuple(
        (route, looks[route].kind, looks[route].is_forward, round(looks[route].queue / TONNES_A_SQUARE))
        for route in geometry.seen
        if looks[route].queue >= TONNES_A_SQUARE / 2 and (not lit or route in lit)
    )
    key = (frame.theme, geometry.here, waiting)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for route, *_ in waiting:
            yield from queue_squares(geometry, looks[route])

    return geometry.cached_layer("map-queues", key, shapes)


@dataclass(frozen=True, slots=True)
class Journey:
    """A convoy's way on the screen's clock."""

    begin: float
    end: float
    convoy: ConvoyDeparted


def journeys_to(view: View, frame: Frame, town: str) -> tuple[Journey, ...]:
    """Return the convoys to a town that can be followed one after the other, each for its least time."""
    departed = view.cached("departures", None, lambda: _departures(view))
    pacing = pacing_of(view, frame)
    found: list[Journey] = []
    for convoy in departed.get(town, ()):
        begin = pacing.clock_at(convoy.departed)
        if found and begin < found[-1].end:
            continue
        end = max(begin + FOLLOWED, pacing.clock_at(min(convoy.times[-1], view.end)))
        found.append(Journey(begin, end, convoy))
    return tuple(found)


def _departures(view: View) -> Mapping[str, list[ConvoyDeparted]]:
    found: dict[str, list[ConvoyDeparted]] = {}
    for _, event in view.recording.events_of(ConvoyDeparted):
        if event.routes:
            found.setdefault(event.destination, []).append(event)
    return found


def _followed(view: View, frame: Frame, geometry: Geometry) -> Iterator[Shape]:
    """Yield the convoy to the selected town that is under way, larger than a capsule, with its load."""
    chosen = frame.selection
    if chosen is None or chosen.kind != "town":
        return
    key = (chosen.name, pacing_of(view, frame))
    journeys = view.cached("journeys", key, lambda: journeys_to(view, frame, chosen.name))
    number = bisect.bisect_right(journeys, frame.clock, key=lambda each: each.begin) - 1
    if number < 0 or frame.clock > journeys[number].end:
        return
    journey = journeys[number]
    share = (frame.clock - journey.begin) / (journey.end - journey.begin)
    place = _on_way(view, geometry, journey.convoy, share)
    if place is None or not geometry.here.shows(place[:2]):
        return
    x, y, turn = place
    unit = geometry.unit
    color = view.side_color(journey.convoy.side, is_tint=True)
    yield Disc((x, y), 13.0 * unit, None, "ink", 1.6 * unit)
    yield Capsules(((x, y),), turn, 17.0 * unit, 11.0 * unit, "deep")
    yield Capsules(((x, y),), turn, 15.0 * unit, 9.0 * unit, color)
    yield from tag(geometry, (x, y - 24.0 * unit), f"{journey.convoy.load:,.0f} t", color)


def _on_way(
    view: View, geometry: Geometry, convoy: ConvoyDeparted, share: float
) -> tuple[float, float, float] | None:
    """Return where on its way a convoy is drawn, and its heading."""
    lengths = [geometry.paths[route].length for route in convoy.routes]
    left, town = share * math.fsum(lengths), convoy.origin
    for name, length in zip(convoy.routes, lengths, strict=True):
        route = view.route(name)
        is_forward = route.start == town
        if left <= length:
            x, y, turn = geometry.paths[name].at(left if is_forward else length - left)
            return x, y, turn if is_forward else turn + math.pi
        left -= length
        town = route.end if is_forward else route.start
    return None
