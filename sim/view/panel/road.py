"""A road in the panel: its name, how full it is, three figures, and one sentence on who lives on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import days_text
from sim.analysis.pressure import pressure
from sim.analysis.roads import Dependence, dependence, roads
from sim.analysis.text import duration_text, listing, tonnes_text
from sim.analysis.towns import soldiers_of
from sim.model.quantities import HOUR
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.map.town_looks import SHORT
from sim.scene.road_looks import RoadLook, road_ends, road_looks
from sim.scene.text import CAUTION, keep_units_together, text_width
from sim.scene.widgets import SMALL, Column, figures, number_badge, road_bar, side_mark
from sim.view.panel.names import side_name, side_sign

if TYPE_CHECKING:
    from sim.analysis.pressure import Split
    from sim.model.parameters import WeatherState
    from sim.model.quantities import Seconds, Share
    from sim.model.scenario import Route
    from sim.scene.shapes import Color
    from sim.scene.view_model import Frame, View

TITLE_SIZES: Final = (22.0, 20.0, 18.0, 16.0)
BAR_HEIGHT: Final = 24.0
ROW: Final = 27.0
OTHER: Final = 64.0
"""Height of the other side's road with its heading; pixels at scale 1."""
MIN_LOST: Final[Share] = 0.05
"""Share of a capacity from which what is lost is one of the figures."""
MANY: Final = 3
"""More garrisons than this are counted, not named."""
COUNTS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PARTS: Final = (
    "a tenth", "a fifth", "three tenths", "two fifths", "half", "three fifths", "seven tenths", "four fifths",
    "nine tenths", "all",
)  # fmt: skip
LEAST_PART: Final[Share] = 0.05
"""Share of all that a side sends from which a road's part is said."""
ALL: Final[Share] = 0.995
KINDS: Final = {"road": "Road", "track": "Track", "rail": "Railway", "crossing": "Crossing"}


def title(column: Column, text: str, side: int | None, view: View, *, room: float = 0.0) -> None:
    """Write a block's title with a side's mark before it; `room` is kept free at the right."""
    s, left = column.s, 0.0
    if side is not None:
        color, is_diamond = side_sign(view, side)
        column.add(side_mark(column.x + 7 * s, column.y + 14 * s, 6.6 * s, color, is_diamond=is_diamond))
        left = 20.0
    wide = column.width / s - left - room
    widths = {size: text_width(text, size, "title", is_bold=True) * CAUTION for size in TITLE_SIZES}
    size = next((size for size, width in widths.items() if width <= wide), TITLE_SIZES[-1])
    column.text(text, at=left, down=21, size=size, face="title", is_bold=True, room=wide)
    column.gap(31)


def leading_road(column: Column, view: View, frame: Frame, bottom: float) -> None:
    """Draw the road that matters most, and who lives on it; the other side's too where there is room."""
    s, route = column.s, road_in_focus(view, frame)
    column.heading("The road that matters most now" if route is not None else "Both sides now")
    if route is None:
        _both_sides(column, view, frame.t)
        return
    column.add(*number_badge((column.right - 11 * s, column.y + 13 * s), s))
    road_block(column, view, frame.t, view.route(route), room=30.0)
    other = road_in_focus(view, frame, side=1 - road_looks(view, frame.t)[route].side)
    if other is not None and bottom - column.y >= OTHER * s:
        _other_road(column, view, road_looks(view, frame.t)[other])


def _other_road(column: Column, view: View, look: RoadLook) -> None:
    """Draw the road that matters most to the other side, in one line."""
    s, (color, is_diamond) = column.s, side_sign(view, look.side)
    column.gap(8)
    column.heading(f"To {side_name(view, look.side)}")
    column.hit_area("route", look.route, ROW)
    column.add(side_mark(column.x + 7 * s, column.y + 12.5 * s, 5.6 * s, color, is_diamond=is_diamond))
    words = f"{look.flow:,.0f} of {look.flow + look.free:,.0f} t a day"
    wide = column.width / s - 20.0 - text_width(words, 12.5, is_bold=True) * CAUTION - 8.0
    name = view.road_name(view.route(look.route))
    column.text(name, at=20, down=17.5, size=15.5, face="title", is_bold=True, room=wide)
    loud = "full" if look.kind in {"full", "cut"} else "ink2"
    column.text(words, down=17, size=12.5, color=loud, is_bold=True, anchor="right")
    column.gap(ROW)


def _both_sides(column: Column, view: View, t: Seconds) -> None:
    """Write how many soldiers each side has, where no road supplies anybody."""
    state = view.snapshot(t)
    soldiers = [soldiers_of(state, side.id) for side in view.scenario.sides]
    figures(column, [(f"{n:,}", side_name(view, k), f"side{k}_tint") for k, n in enumerate(soldiers)])
    words = "Soldiers on each side. No road carries supply."
    column.paragraph(words, 3, size=13, color="ink", line=18)


def chosen_road(column: Column, view: View, t: Seconds, route: Route) -> None:
    """Draw the selected road, or the contact that it has become."""
    look = road_looks(view, t)[route.id]
    column.heading("Front" if look.kind == "contact" else KINDS[route.kind])
    if look.kind == "contact":
        _contact(column, view, t, route)
    else:
        road_block(column, view, t, route)


def road_block(column: Column, view: View, t: Seconds, route: Route, *, room: float = 0.0) -> None:
    """Draw a road's name, its bar, its figures and its sentence."""
    s, look, top = column.s, road_looks(view, t)[route.id], column.y
    origin, goal = (view.town(town).name for town in road_ends(view, look))
    title(column, view.road_name(route), look.side, view, room=room)
    column.text(f"from {origin} to {goal}", down=10, size=12.5, color="ink2")
    column.gap(20)
    state = view.snapshot(t)
    split = pressure(view.scenario, state, route)
    place = (column.x, column.y, column.width, BAR_HEIGHT * s)
    tint = view.side_color(view.scenario.sides[look.side].id, is_tint=True)
    column.add(*road_bar(place, split.denied, split.used, tint, s, is_full=look.kind == "full"))
    column.gap(BAR_HEIGHT + 8)
    figures(column, road_figures(look, split, state.weather))
    height = (column.y - top) / s
    column.y = top
    column.hit_area("route", route.id, height)
    column.gap(height)
    column.paragraph(keep_units_together(road_sentence(view, t, look)), 3, size=13, color="ink", line=18)


def road_figures(look: RoadLook, split: Split, weather: WeatherState) -> list[tuple[str, str, Color]]:
    """Return the three figures of a road: in use, then what is lost or free, then what does not arrive."""
    causes = ((split.damage, "damage"), (split.expected_loss, "ambush"), (split.weather, weather))
    cause = max(causes)[1]
    lost = (f"{look.nominal * split.denied:,.0f}", f"lost to {cause}", "ink")
    free = (f"{look.free:,.0f}", "t a day free", "ink")
    away = (f"{look.kept_away:,.0f}", "do not arrive", "full" if round(look.kept_away) else "ink")
    used = (f"{look.flow:,.0f}", "t a day in use", "ink")
    if split.denied < MIN_LOST:
        return [used, free, away]
    return [used, lost, away if round(look.kept_away) else free]


def road_sentence(view: View, t: Seconds, look: RoadLook) -> str:
    """Return in one plain sentence or two what a road means, and for whom."""
    state = view.snapshot(t)
    if look.kind == "cut":
        due = state.repairs.get(look.route, -1)
        left = "within the hour" if due - t < HOUR else f"in about {duration_text(due - t)}"
        crew = f"Repaired {left}." if due >= t else "No crew is at work yet."
        return f"Nothing passes. {crew}"
    if look.kind == "idle":
        return "It carries nothing now."
    road = next(each for each in roads(view.scenario, state) if each.route == look.route)
    lives = dependence(view.scenario, state, road)
    if look.kind == "full" and round(look.kept_away):
        return _full_sentence(view, t, look, lives)
    brought = _brought(view, t, look.side)
    share = look.flow / brought if brought else 0.0
    if share >= LEAST_PART:
        part = PARTS[max(1, min(round(10 * share), 10)) - 1]
        part = f"{'nearly' if part == 'all' else 'about'} {part}" if share < ALL else part
        words = f"It carries {part} of what {side_name(view, look.side)} sends to this front."
    else:
        words = f"It feeds {_garrisons(view, lives)}." if lives.towns else "It feeds no garrison."
    if lives.shortest is None or lives.days is None or lives.days >= SHORT:
        return f"{words} Nobody it feeds is short." if lives.towns else words
    left = f"has {days_text(lives.days)} left" if round(lives.days, 1) else "has no supplies left"
    return f"{words} {view.town(lives.shortest).name} {left}."


def _full_sentence(view: View, t: Seconds, look: RoadLook, lives: Dependence) -> str:
    """Say how many soldiers live on a full road, or on several that lead to the same town."""
    state, looks = view.snapshot(t), road_looks(view, t)
    goal = road_ends(view, look)[1]
    alike = [each for each in looks.values() if each.kind == "full" and road_ends(view, each)[1] == goal]
    crossings = all(view.route(each.route).kind == "crossing" for each in alike)
    noun = "crossing" if crossings else "road"
    which = f"{COUNTS[min(len(alike), 10)]} full {noun}s" if len(alike) > 1 else f"this full {noun}"
    soldiers = sum(state.strength[town] for town in lives.towns)
    if len(lives.towns) > MANY:
        return f"{soldiers:,} soldiers in {len(lives.towns)} towns live on {which}."
    names = listing([view.town(town).name for town in lives.towns])
    return f"{soldiers:,} soldiers at {names} live on {which}."


def _garrisons(view: View, lives: Dependence) -> str:
    if len(lives.towns) > MANY:
        return f"{len(lives.towns)} garrisons"
    return listing([view.town(town).name for town in lives.towns])


def _brought(view: View, t: Seconds, side: int) -> float:
    """Return what a side brings to the front in a day."""
    state, who = view.snapshot(t), view.scenario.sides[side].id
    return math.fsum(flow for town, flow in state.inflows.items() if state.held_by[town] == who)


def _contact(column: Column, view: View, t: Seconds, route: Route) -> None:
    start, end = view.town(route.start), view.town(route.end)
    title(column, f"{start.name} – {end.name}", None, view)
    column.text("between both sides: carries no supply", down=10, size=12.5, color="ink2")
    column.gap(22)
    front = view.snapshot(t).fronts.get(route.id)
    if front is not None:
        column.paragraph(f"The front stands {max(0.0, front):.1f} km from the edge of {start.name}.", 2)
    nominal = tonnes_text(road_looks(view, t)[route.id].nominal)
    column.paragraph(f"As a road it could carry {nominal} t a day.", 2)
    column.gap(SMALL / 2)
