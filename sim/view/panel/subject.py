"""The panel's first block: the selected town or route, else the road that matters most, and why."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import available_capacity, nominal_capacity, pressure
from sim.analysis.roads import CARRIES, NEARLY_FULL, Dependence, Road, dependence
from sim.analysis.sentences import days_text, way_sentence
from sim.analysis.supply_trace import SupplyTrace, trace_supply
from sim.analysis.text import duration_text, listing, percents, tonnes_text
from sim.model.quantities import DAY, in_days
from sim.scene.shapes import Box, Stroke
from sim.scene.text import CAUTION, keep_units_together, text_width
from sim.scene.theme import pressure_token
from sim.scene.widgets import (
    SMALL,
    Column,
    number_badge,
    pill,
    pill_width,
    side_mark,
    split_figures,
    split_shapes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.scenario import Route
    from sim.model.state import State
    from sim.scene.view_model import View

TITLE_SIZES: Final = (23.0, 21.0, 19.0, 17.0)
FULL_BAR: Final = 7.0
"""Days of supply."""
MAX_TOWNS: Final = 3
CUT: Final = 1.0
MIN_DENIED: Final = 0.03
"""Share of a capacity from which the cause of its denial is named."""


def title(column: Column, text: str, word: str = "", *, mark: tuple[str, bool] | None = None) -> None:
    """Write a block's title with a side's mark, as of `side_of`, before it and a word in a pill after it."""
    s = column.s
    left = 0.0
    if mark is not None:
        color, is_diamond = mark
        column.add(side_mark(column.x + 7 * s, column.y + 14 * s, 6 * s, color, is_diamond=is_diamond))
        left = 21.0
    taken = (pill_width(word, s) / s + 8) if word else 0.0
    room = column.width - (left + taken) * s
    widths = {size: text_width(text, size * s, "title", is_bold=True) * CAUTION for size in TITLE_SIZES}
    size = next((size for size, width in widths.items() if width <= room), TITLE_SIZES[-1])
    column.text(text, at=left, down=21, size=size, face="title", is_bold=True, room=room / s)
    if word:
        column.add(*pill(column.right, column.y + 4 * s, word, s))
    column.gap(31)


def side_of(view: View, side: str) -> tuple[str, bool]:
    """Return a side's colour, and whether its mark is a diamond."""
    known = view.scenario.sides[view.scenario.side_index(side)]
    return view.side_color(side), known.mark == "diamond"


def leading_road(column: Column, view: View, state: State, found: Sequence[Road]) -> None:
    """Draw the road that matters most, how its capacity is split, and who depends on it."""
    s = column.s
    if found:
        column.add(*number_badge((column.right - 10 * s, column.y + 7 * s), s))
    column.heading("The road that matters most now")
    if not found:
        column.paragraph("No road lies wholly within one side.")
        return
    road = found[0]
    top = column.y
    binds = "bottleneck" if road.is_bottleneck else ""
    title(column, road_title(view, road), binds, mark=side_of(view, road.side))
    split_figures(column, road.split)
    height = (column.y - top) / s
    column.y = top
    column.hit_area("route", road.route, height)
    column.gap(height)
    column.paragraph(keep_units_together(road_reason(view, road, dependence(view.scenario, state, road))), 4)


def road_title(view: View, road: Road) -> str:
    """Return a road's ends in the direction of its flow."""
    return f"{view.town(road.origin).name} – {view.town(road.goal).name}"


def road_reason(view: View, road: Road, lives: Dependence, *, is_first: bool = True) -> str:
    """Return in words why a road matters, or what it carries; `is_first` where it matters most."""
    if road.flow <= CARRIES and not road.is_bottleneck:
        return "It carries nothing now."
    split = road.split
    causes = ((split.damage, "damage"), (split.expected_loss, "expected loss"), (split.weather, "weather"))
    share, name = max(causes)
    cause = f"; {name} denies {round(100 * share)} %" if share >= MIN_DENIED else ""
    carries = f"It carries {tonnes_text(road.flow)} of {tonnes_text(road.nominal)} t a day"
    words = f"{_why(road, is_first=is_first)} {carries}{_for_whom(view, lives)}{cause}."
    if lives.shortest is None or lives.days is None:
        return words
    return f"{words} Least supply: {view.town(lives.shortest).name}, {days_text(lives.days)}."


def _why(road: Road, *, is_first: bool) -> str:
    if road.is_bottleneck:
        return f"It keeps garrisons short: one more tonne a day would meet {road.price:.1f} t of need."
    if not is_first:
        return "It keeps nobody short."
    if road.split.pressure >= NEARLY_FULL:
        return "No road keeps anybody short. Of those nearly full, this one carries most."
    return "No road keeps anybody short, and none is nearly full: this one is the fullest."


def _for_whom(view: View, lives: Dependence) -> str:
    if not lives.towns:
        return ""
    if len(lives.towns) <= MAX_TOWNS:
        return f" for {listing([view.town(town).name for town in lives.towns])}"
    front = f", {len(lives.contested)} at the front" if lives.contested else ""
    return f" for {len(lives.towns)} garrisons{front}"


def town_subject(column: Column, view: View, state: State, town: str, all_roads: Sequence[Road]) -> None:
    """Draw a town: who holds it, its supply, what limits it."""
    found = trace_supply(view.scenario, state, view.town(town), view.recording.header)
    word = "no way to a base" if found.is_encircled else "contested" if found.is_contested else "held"
    title(column, found.name, word, mark=side_of(view, found.held_by))
    column.text(_held_since(view, state, found), down=8, color="ink2")
    column.gap(18)
    _stock_bar(column, found)
    _inflow_bar(column, found)
    _garrison_bar(column, view, state, found)
    _held_bar(column, view, state, found)
    column.gap(3)
    limit = _limit_road(found, all_roads)
    if limit is not None:
        words = "Limited by" if found.limits else "Fullest on its way:"
        column.hit_area("route", limit.route, 49)
        column.text(f"{words} {road_title(view, limit)}", down=11, size=12, color="ink", is_bold=True)
        column.gap(18)
        column.add(*split_shapes(limit.split, column.x, column.y, column.width, 9 * column.s, column.s))
        denied, used, spare = percents([limit.split.denied, limit.split.used, limit.split.spare])
        column.text(f"{denied} % lost, {used} % in use, {spare} % free", down=23, size=12, color="ink2")
        column.gap(31)
    column.paragraph(way_sentence(view.scenario, found), 3, size=12, line=16)


def _limit_road(found: SupplyTrace, all_roads: Sequence[Road]) -> Road | None:
    if found.limits:
        return next((road for road in all_roads if road.route == found.limits[0].route), None)
    way = set(pairwise(found.way))
    on_way = [road for road in all_roads if (road.origin, road.goal) in way and road.flow > CARRIES]
    return max(on_way, key=lambda road: road.split.pressure, default=None)


def _held_since(view: View, state: State, found: SupplyTrace) -> str:
    side = view.scenario.sides[view.scenario.side_index(found.held_by)].name
    changed = state.changed_at.get(found.town)
    since = f"since day {changed[-1] // DAY}" if changed else "from the start"
    roads = [each for each in view.scenario.routes if found.town in {each.start, each.end}]
    pressures = [
        pressure(view.scenario, state, each).pressure for each in roads if each.id not in state.fronts
    ]
    high = f", pressure up to {max(pressures):.2f}" if pressures else ""
    return f"held by {side} {since}{high}"


def _bar(
    column: Column,
    label: str,
    value: str,
    note: str,
    share: float,
    *,
    tick: float | None = None,
    color: str = "ink2",
) -> None:
    s = column.s
    column.text(label, down=11, size=12, color="ink2", room=78)
    taken = column.text(value, at=80, down=11, size=12, is_bold=True)
    room = column.width / s - 90 - taken / s
    column.text(note, down=11, size=SMALL, color="ink3", anchor="right", room=room)
    column.gap(17)
    column.add(Box(column.x, column.y, column.width, 5 * s, "raised", 2.5 * s))
    filled = column.width * min(max(share, 0.0), 1.0)
    if filled >= 1:
        column.add(Box(column.x, column.y, filled, 5 * s, color, min(2.5 * s, filled / 2)))
    if tick is not None:
        x = column.x + column.width * min(tick, 1.0)
        column.add(Stroke(((x, column.y - 3 * s), (x, column.y + 8 * s)), "ink", 2 * s))
    column.gap(12)


def _stock_bar(column: Column, found: SupplyTrace) -> None:
    if found.days_of_supply is None:
        _bar(column, "Stock", f"{tonnes_text(found.stock)} t, nobody there", "", 0.0)
        return
    days, wanted = found.days_of_supply, found.days_wanted
    value, note = f"{days_text(days)} of supply", f"full value from {wanted:.1f} d"
    color = "p4" if days < wanted else "ink2"
    _bar(column, "Stock", value, note, days / FULL_BAR, tick=wanted / FULL_BAR, color=color)


def _inflow_bar(column: Column, found: SupplyTrace) -> None:
    if found.needs <= CARRIES:
        _bar(column, "Inflow", "asks for nothing now", "", 0.0)
        return
    share = found.gets / found.needs
    value = f"{tonnes_text(found.gets)} of {tonnes_text(found.needs)} t a day"
    _bar(column, "Inflow", value, f"{share:.0%}".replace("%", " %"), share)


def _garrison_bar(column: Column, view: View, state: State, found: SupplyTrace) -> None:
    own = (state.strength[town] for town, side in state.held_by.items() if side == found.held_by)
    strongest = max(own, default=0)
    value = f"{found.strength:,} soldiers" if found.strength != 1 else "1 soldier"
    note = f"{tonnes_text(found.stock)} t in stock"
    color = view.side_color(found.held_by)
    _bar(column, "Garrison", value, note, found.strength / max(1, strongest), color=color)


def _held_bar(column: Column, view: View, state: State, found: SupplyTrace) -> None:
    """Draw in how many replications the first holder has a town, if there is an ensemble."""
    if view.ensemble is None:
        return
    share, low, high = view.ensemble.held(found.town, state.t)
    first = view.ensemble.results.meta.first_holders[found.town]
    name = view.scenario.sides[view.scenario.side_index(first)].name
    label = "Held" if first == found.held_by else f"By {name}"
    value = f"at day {state.t // DAY}: {round(100 * share)} % of runs"
    color, ensemble_difference = view.side_color(first), view.ensemble_difference()
    if ensemble_difference is None:
        _bar(column, label, value, f"{100 * low:.0f} to {100 * high:.0f}", share, color=color)
        return
    there = ensemble_difference.held(state.t)[found.town].first
    _bar(column, label, value, f"{round(100 * there)} % there", share, tick=there, color=color)


def route_subject(column: Column, view: View, state: State, route: Route, found: Sequence[Road]) -> None:
    """Draw a route: its split, what it carries and for whom; or where its front stands."""
    road = next((each for each in found if each.route == route.id), None)
    if road is None:
        _contact(column, view, state, route)
        return
    word = (
        "cut"
        if state.damage.get(route.id, 0.0) >= CUT
        else "bottleneck"
        if road.is_bottleneck
        else route.kind
    )
    title(column, road_title(view, road), word, mark=side_of(view, road.side))
    column.text(_route_line(view, road, route), down=8, size=12, color="ink2")
    column.gap(19)
    split_figures(column, road.split)
    available, whole = available_capacity(view.scenario, state, route), max(road.nominal, 1e-9)
    value = f"{tonnes_text(road.flow)} of {tonnes_text(available)} t a day"
    note, color = f"{tonnes_text(road.nominal)} when whole", pressure_token(road.split.pressure)
    _bar(column, "Carries", value, note, road.flow / whole, tick=available / whole, color=color)
    due = state.repairs.get(route.id, -1)
    repair = f"Repaired in about {duration_text(due - state.t)}. " if due >= state.t else ""
    reason = road_reason(view, road, dependence(view.scenario, state, road), is_first=False)
    column.paragraph(keep_units_together(repair + reason), 5)


def _route_line(view: View, road: Road, route: Route) -> str:
    bound = view.timeline.bottleneck_share(road.route)
    parts = [route.name] if route.name else []
    days = f"the bottleneck on {in_days(round(bound * view.end)):.0f} of {in_days(view.end):.0f} days"
    return ", ".join([*parts, days if bound else "never the bottleneck in this run"])


def _contact(column: Column, view: View, state: State, route: Route) -> None:
    start, end = view.town(route.start), view.town(route.end)
    title(column, f"{start.name} – {end.name}", "contact")
    front = state.fronts.get(route.id)
    column.text("ends held by different sides: carries no supply", down=8, size=12, color="ink2")
    column.gap(19)
    if front is not None:
        column.paragraph(f"The front stands {front:.1f} km from the edge of {start.name}.", 2)
    nominal = tonnes_text(nominal_capacity(view.scenario, route))
    column.paragraph(f"As a road it could carry {nominal} t a day.", 2)
