"""A town in the panel: three figures of its supply, and the way on which it comes, stop by stop."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import MANY_DAYS
from sim.analysis.supply_trace import trace_supply
from sim.analysis.text import listing, percents
from sim.scene.road_looks import RoadLook, narrowest_road, road_ends, road_looks
from sim.scene.shapes import Area, Stroke
from sim.scene.text import keep_units_together
from sim.scene.widgets import Column, figures, side_mark
from sim.view.panel.names import side_name, side_sign
from sim.view.panel.road import title

if TYPE_CHECKING:
    from sim.analysis.supply_trace import SupplyTrace
    from sim.model.quantities import Seconds
    from sim.scene.shapes import Color
    from sim.scene.view_model import View

STOP: Final = 22.0
"""Height of a stop; of a leg between two at least, and at most."""
LEG: Final = (20.0, 30.0)
TOLD: Final = 0.5
"""Share of a shortage from which the road is named whose losses keep it away."""
COUNTS: Final = ("No", "One", "Two", "Three", "Four", "Five", "Many")


@dataclass(frozen=True, slots=True)
class Leg:
    """What comes from one town to the next on a way."""

    looks: tuple[RoadLook, ...]
    """Its roads, the one that carries most first."""
    is_narrowest: bool = False

    @property
    def is_full(self) -> bool:
        """Whether it keeps something away."""
        return any(look.kind == "full" for look in self.looks)


def town_block(column: Column, view: View, t: Seconds, town: str) -> None:
    """Draw a town's supply."""
    state = view.snapshot(t)
    found = trace_supply(view.scenario, state, view.town(town), view.recording.header)
    side = view.scenario.side_index(found.held_by)
    column.heading("Supply of")
    title(column, found.name, side, view)
    soldiers = "soldier" if found.strength == 1 else "soldiers"
    held = f"held by {side_name(view, side)}, {found.strength:,} {soldiers}"
    column.text(held, down=10, size=12.5, color="ink2")
    column.gap(20)
    figures(column, _figures(found))
    _ensemble_line(column, view, t, town)
    column.paragraph(keep_units_together(supply_sentence(view, found)), 3, size=13, color="ink", line=18)


def _figures(found: SupplyTrace) -> list[tuple[str, str, Color]]:
    days, is_low = found.days_of_supply, False
    if days is not None:
        is_low = days < found.days_wanted
    stock = "–" if days is None else "60+" if days > MANY_DAYS else f"{days:.1f}".replace("0.0", "0")
    return [
        (f"{found.gets:,.0f}", "t a day arrive", "full" if found.is_short else "ink"),
        (f"{found.needs:,.0f}", "t a day needed", "ink"),
        (stock, "days in stock", "full" if is_low else "ink"),
    ]


def supply_sentence(view: View, found: SupplyTrace) -> str:
    """Return what keeps a town short, or that nothing does."""
    if found.is_encircled:
        return "No road leads to a base of its side."
    if found.days_of_supply is None:
        return "Nobody is there to be supplied."
    if not found.is_short:
        return "All that it needs arrives."
    cut = view.route(found.cuts[0].route) if found.cuts else None
    if cut is not None and found.town in {cut.start, cut.end}:
        return f"{view.road_name(cut)} is cut: {found.shortage:,.0f} t a day do not arrive."
    lossy = max(found.limits, key=lambda limit: limit.would_bring, default=None)
    if lossy is not None and lossy.would_bring >= TOLD * found.shortage:
        split = lossy.split
        # in whole per cent that add up, as in texts
        parts = percents([split.damage, split.expected_loss, split.weather, split.used, split.spare])
        lost = f"{view.road_name(view.route(lossy.route))} has lost {sum(parts[:3])} %"
        return f"{lost}: {found.shortage:,.0f} t a day do not arrive."
    if len(found.limits) > 1:
        count = COUNTS[min(len(found.limits), len(COUNTS) - 1)]
        return f"{count} full roads lie on its way: {found.shortage:,.0f} t a day do not arrive."
    if found.limits:
        limit = view.route(found.limits[0].route)
        return f"{view.road_name(limit)} is full: {found.shortage:,.0f} t a day do not arrive."
    if found.bases_full:
        bases = listing([view.town(base).name for base in found.bases_full])
        return f"{bases} can send no more: {found.shortage:,.0f} t a day do not arrive."
    return f"{found.shortage:,.0f} t a day do not arrive."


def _ensemble_line(column: Column, view: View, t: Seconds, town: str) -> None:
    if view.ensemble is None:
        return
    share, low, high = (round(100 * each) for each in view.ensemble.held(town, t))
    first = side_name(view, view.scenario.side_index(view.ensemble.results.meta.first_holders[town]))
    difference = view.ensemble_difference()
    words = f"{first} holds it in {share} % of runs ({low} to {high})"
    if difference is not None:
        words = f"{first} holds it in {share} % (other: {round(100 * difference.held(t)[town].first)} %)"
    column.text(words, down=10, size=12, color="ink2")
    column.gap(20)


def legs_of(view: View, t: Seconds, way: tuple[str, ...]) -> list[Leg]:
    """Return the legs of a way, with the narrowest one told."""
    looks = road_looks(view, t)
    narrowest, legs = narrowest_road(view, t, way), []
    for leg in pairwise(way):
        between = [look for look in looks.values() if look.flow > 0 and road_ends(view, look) == leg]
        legs.append(Leg(tuple(sorted(between, key=lambda look: -look.flow)), narrowest in between))
    return legs


def _shortened(way: list[str], legs: list[Leg], most: int) -> tuple[list[str], list[Leg]]:
    """Return a way with so many stops at most: where there is most room, two legs are told as one."""
    while len(way) > max(2, most):
        number = min(range(len(legs) - 1), key=lambda n: _pressure(legs[n]) + _pressure(legs[n + 1]))
        narrower = max(legs[number : number + 2], key=_pressure)
        legs[number : number + 2] = [narrower]
        del way[number + 1]
    return way, legs


def _pressure(leg: Leg) -> float:
    """Return how full a leg is; full roads that keep something away come first."""
    available = sum(look.flow + look.free for look in leg.looks)
    return sum(look.flow for look in leg.looks) / available + leg.is_full if available else 0.0


def way_block(column: Column, view: View, t: Seconds, town: str, room: float) -> None:
    """Draw the way on which supply comes to a town, from its base on; `room` is the height left for it."""
    found = trace_supply(view.scenario, view.snapshot(t), view.town(town), view.recording.header)
    column.heading("How it gets there")
    if len(found.way) == 1:
        column.paragraph("Supply enters the map here." if found.gets > 0 else "No supply comes here.", 2)
        return
    s, height = column.s, room / column.s - 20
    most = int((height + LEG[0]) / (STOP + LEG[0]))
    way, legs = _shortened(list(found.way), legs_of(view, t, found.way), most)
    tall = min(max(LEG[0], (height - len(way) * STOP) / max(1, len(legs))), LEG[1])
    side = view.scenario.side_index(found.held_by)
    color, is_diamond = side_sign(view, side)
    for number, stop in enumerate(way):
        if number:
            _leg(column, view, legs[number - 1], side, tall)
        column.hit_area("town", stop, STOP)
        mark = side_mark(column.x + 10 * s, column.y + STOP * s / 2, 5.4 * s, color, is_diamond=is_diamond)
        column.add(mark)
        column.text(view.town(stop).name, at=31, down=15.5, size=14.5, face="title", is_bold=True)
        column.gap(STOP)


def _leg(column: Column, view: View, leg: Leg, side: int, tall: float) -> None:
    """Draw a leg as a piece of road with what it carries, bright where it is full."""
    s, x = column.s, column.x + 10 * column.s
    top, bottom = column.y - 2 * s, column.y + (tall + 2) * s
    edge = "full" if leg.is_full else "ink3"
    wall = 4.2 * s
    for way in (-wall, wall):
        column.add(Stroke(((x + way, top), (x + way, bottom)), edge, (2.4 if leg.is_full else 1.4) * s))
    tint = view.side_color(view.scenario.sides[side].id, is_tint=True)
    for share in (0.22, 0.5, 0.78):
        y = top + (bottom - top) * share
        column.add(Area(((x - 2.6 * s, y - 2.4 * s), (x + 2.6 * s, y - 2.4 * s), (x, y + 2.6 * s)), tint))
    if leg.looks:
        column.hit_area("route", leg.looks[0].route, tall)
    words = leg_words(view, leg)
    loud: Color = "full" if leg.is_full else "ink" if leg.is_narrowest else "ink2"
    column.text(words, at=31, down=tall / 2 + 4, size=12, color=loud, is_bold=leg.is_full or leg.is_narrowest)
    column.gap(tall)


def leg_words(view: View, leg: Leg) -> str:
    """Return what a leg carries of what it could, in words."""
    if not leg.looks:
        return "no road"
    flow = sum(look.flow for look in leg.looks)
    most = sum(look.flow + look.free for look in leg.looks)
    words = f"{flow:,.0f} of {most:,.0f} t a day"
    if len(leg.looks) > 1:
        words = f"{len(leg.looks)} roads: {words}"
    elif leg.is_narrowest or leg.is_full:
        # the ends of a road without a name of its own stand above and below
        name = view.road_name(view.route(leg.looks[0].route))
        words = words if " – " in name else f"{name}: {words}"
    return f"{words}, full" if leg.is_full else words
