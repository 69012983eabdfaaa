"""The map in four moments: towns by who holds them, roads by pressure, in the window's colours."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from sim.analysis.pressure import pressure
from sim.analysis.roads import town_days
from sim.analysis.text import date_text
from sim.model.quantities import DAY, Kilometres
from sim.report.charts.plot import framed, path
from sim.report.map_ground import HEIGHT, RADII, WIDTH, Ground, curve_path, ground, middle_of, rank
from sim.report.map_names import names
from sim.report.markup import element, joined, short
from sim.report.page import Figure, Section, Table
from sim.scene.palette import PRESSURE_BREAKS, pressure_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.model.scenario import Route
    from sim.model.state import State
    from sim.report.run_summary import Story
    from sim.report.subject import Subject

FULL_RING: Final = 7.0
"""Days of supply at which a ring is closed."""
RING: Final = 3.4
"""How far a ring lies round its mark."""
CUT: Final = 1.0
CIRCLE: Final = "circle"
"""A mark; the other one is a diamond."""
SHADE: Final = 46.0
"""Reach of the shading round a town."""
TICK: Final = 5.0
"""Half of the length of the tick where a front stands."""
MOST_ROWS: Final = 24


@dataclass(frozen=True, slots=True)
class Map:
    """The section, and what its four drawings share."""

    section: Section
    definitions: Markup


def front_map(subject: Subject, run: Story) -> Map:
    """Return the map of one run."""
    here = ground(subject.scenario)
    lead = (
        "The front is drawn wide and the rear close, as in the window. Shading says whose towns are near: "
        "the model knows towns, not fields, and no line of a front between them."
    )
    if subject.ensemble is not None:
        number = run.recording.header.replication
        lead = f"Replication {number} of {subject.ensemble.count}: one run, not the middle of all. {lead}"
    maps = [_moment(subject, here, state) for state in run.moments]
    figure = Figure(
        drawing=element("div", *maps, class_="maps"), table=_table(subject, run), key=_key(subject)
    )
    return Map(Section("map", "The map in four moments", (figure,), lead), _definitions(subject, run, here))


def _definitions(subject: Subject, run: Story, here: Ground) -> Markup:
    """Return what the drawings share: routes, rivers, names, and the shading of either side."""
    routes = [
        element("path", id=f"r{number}", d=curve_path(here.curves[route.id]))
        for number, route in enumerate(subject.scenario.routes)
    ]
    shades = [
        element(
            "radialGradient",
            element("stop", offset="0", class_=f"shade{number}"),
            element("stop", offset="1", class_=f"shade{number} none"),
            id=f"shade{number}",
        )
        for number in range(2)
    ]
    lines = [
        element(
            "path",
            d=path([here.projection.point(at) for at in line.path]),
            class_="water" if line.kind == "river" else "border",
        )
        for line in subject.scenario.lines
    ]
    clip = element("clipPath", element("rect", width=WIDTH, height=HEIGHT), id="frame")
    changed = run.timeline.changed
    towns = subject.scenario.towns
    large = [town.id for town in towns if rank(town)]
    wanted = list(dict.fromkeys([*subject.scenario.focus, *changed, *large]))
    return joined(
        [
            *routes,
            *_marks(subject, run, here),
            *shades,
            *(
                element("circle", id=f"o{number}", cx=x, cy=y, r=SHADE)
                for number, (x, y) in enumerate(here.points[town.id] for town in towns)
            ),
            clip,
            element("g", *lines, id="lines"),
            element("g", names(subject.scenario, here, wanted), id="names"),
        ]
    )


def _moment(subject: Subject, here: Ground, state: State) -> Markup:
    """Return one moment under its day."""
    title = f"Day {state.t // DAY}, {date_text(subject.scenario.start, state.t)}"
    towns = subject.scenario.towns
    shading = [
        element(
            "g",
            *(
                element("use", href=f"#o{place}")
                for place, town in enumerate(towns)
                if subject.scenario.side_index(state.held_by[town.id]) == side and town.id not in here.outside
            ),
            fill=f"url(#shade{side})",
            class_="shading",
        )
        for side in range(2)
    ]
    drawing = framed(
        f"The map on day {state.t // DAY}",
        _words(subject, state),
        joined(
            [
                element(
                    "g",
                    *shading,
                    element("use", href="#lines"),
                    *_roads(subject, here, state),
                    clip_path="url(#frame)",
                ),
                *_towns(subject, state),
                element("use", href="#names"),
            ]
        ),
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        class_="map",
    )
    return element("div", element("p", title, class_="name"), drawing, class_="chart")


def _roads(subject: Subject, here: Ground, state: State) -> list[Markup]:
    """Return contacts with where their fronts stand, then roads, the most pressed last."""
    contacts, ticks = [], []
    roads: list[tuple[str, str, str]] = []  # what is drawn last lies above; a railway's dashes on its line
    for number, route in enumerate(subject.scenario.routes):
        drawn = f"#r{number}"
        width = f"w{round(here.widths[route.id])}"
        if route.id in state.fronts:
            contacts.append(("contact", drawn))
            ticks.append(_tick(here, route, state.fronts[route.id]))
        elif state.damage.get(route.id, 0.0) >= CUT:
            roads.append(("", "cut", drawn))
        else:
            if any(prices.get(route.id, 0.0) > 0 for prices in state.prices.values()):
                contacts += [(f"bound {width}", drawn), (f"gap {width}", drawn)]
            grade = pressure_token(pressure(subject.scenario, state, route).pressure)
            roads.append((f"{grade} {width}", f"{grade} {width}", drawn))
            roads += [(f"{grade} y", "rail", drawn)] if route.kind == "rail" else []
    front = element("path", d="".join(ticks), class_="tick") if ticks else Markup("")
    above = [(look, drawn) for _, look, drawn in sorted(roads, key=lambda each: each[0])]
    return [*_alike(sorted(contacts, key=_below)), front, *_alike(above)]


def _below(used: tuple[str, str]) -> int:
    """Return in which order what lies below roads is drawn: contacts, edges of bottlenecks, then gaps."""
    return ("contact", "bound", "gap").index(used[0].partition(" ")[0])


def _alike(uses: Iterable[tuple[str, str]]) -> list[Markup]:
    """Return what is used, with what looks alike together under its class."""
    return [
        element("g", *(element("use", href=href) for _, href in members), class_=look)
        for look, members in itertools.groupby(uses, key=lambda each: each[0])
    ]


def _tick(here: Ground, route: Route, front: Kilometres) -> str:
    """Return a line across a contact where its front stands."""
    curve = here.curves[route.id]
    length = route.length or max(front, 1.0)
    share = min(max(front / length, 0.08), 0.92)
    x, y = middle_of(curve, share)
    across, down = curve[2][0] - curve[0][0], curve[2][1] - curve[0][1]
    size = max((across**2 + down**2) ** 0.5, 1e-9)
    step_x, step_y = -down / size * TICK, across / size * TICK
    return path([(x - step_x, y - step_y), (x + step_x, y + step_y)])


def _towns(subject: Subject, state: State) -> list[Markup]:
    """Return the towns' marks, with rings for their days of supply: what looks alike stands together."""
    empty, marks = [], []
    rings: dict[tuple[str, str | None], list[Markup]] = {}
    for number, town in enumerate(subject.scenario.towns):
        side = subject.scenario.side_index(state.held_by[town.id])
        days = town_days(subject.scenario, state, town.id)
        if days is not None and town.base is None:
            full = math.tau * (RADII[rank(town)] + RING)
            share = min(days / FULL_RING, 1.0)
            dash = f"{short(full * share)} {full:.0f}" if share < 1.0 else None
            empty.append(("empty", f"#t{number}"))
            rings.setdefault((f"ring{side}", dash), []).append(element("use", href=f"#t{number}"))
        shape = "m" if subject.scenario.sides[side].mark == CIRCLE else "d"
        look = "hollow" if town.base is not None else "fill"
        marks.append((f"{look}{side}", f"#{shape}{number}"))
    drawn = [
        element("g", *members, class_=look, stroke_dasharray=dash) for (look, dash), members in rings.items()
    ]
    return [*_alike(empty), *drawn, *_alike(sorted(marks, key=lambda each: each[0]))]


def _marks(subject: Subject, run: Story, here: Ground) -> Iterator[Markup]:
    """Yield every town's ring, and its mark as each side has it that holds it at one of the moments."""
    marks = {side.id: side.mark for side in subject.scenario.sides}
    for number, town in enumerate(subject.scenario.towns):
        x, y = here.points[town.id]
        radius = RADII[rank(town)]
        shown = {marks[state.held_by[town.id]] for state in run.moments}
        if town.base is None:
            yield element("circle", id=f"t{number}", cx=x, cy=y, r=radius + RING)
        if CIRCLE in shown:
            yield element("circle", id=f"m{number}", cx=x, cy=y, r=radius)
        if shown != {CIRCLE}:
            yield element("path", id=f"d{number}", d=diamond(x, y, radius))


def diamond(x: float, y: float, radius: float) -> str:
    """Return a diamond as a line.

    Parameters
    ----------
    x, y, radius
        Its middle, and the radius of the circle that it stands beside.
    """
    reach = radius * 1.25
    return path([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], is_closed=True)


def _words(subject: Subject, state: State) -> str:
    """Return a moment in words."""
    parts = []
    for side in subject.scenario.sides:
        held = [town for town in subject.scenario.towns if state.held_by[town.id] == side.id]
        parts.append(f"{side.name} holds {len(held)} towns")
    cut = [route for route, damage in state.damage.items() if damage >= CUT and route not in state.fronts]
    return f"{'; '.join(parts)}; {len(cut)} {'road' if len(cut) == 1 else 'roads'} cut"


def _table(subject: Subject, run: Story) -> Table:
    """Return who holds what at each moment, and for how many days it is supplied."""
    listed = list(dict.fromkeys([*subject.scenario.focus, *run.timeline.changed]))
    others = [town.id for town in subject.scenario.towns if town.garrison.strength and town.id not in listed]
    rows = [
        (subject.town(town), *(_cell(subject, state, town) for state in run.moments))
        for town in [*listed, *others][:MOST_ROWS]
    ]
    headings = ("Town", *(f"Day {state.t // DAY}" for state in run.moments))
    return Table(
        caption="Who holds towns, and their days of supply",
        headings=headings,
        rows=rows,
    )


def _cell(subject: Subject, state: State, town: str) -> str:
    """Return who holds a town, with its days of supply."""
    days = town_days(subject.scenario, state, town)
    held = subject.side(state.held_by[town])
    return held if days is None else f"{held}, {min(days, 60.0):.1f} d"


def _key(subject: Subject) -> Markup:
    """Return what the marks mean."""
    edges = (0.0, *PRESSURE_BREAKS, 1.0)
    parts = [
        _sample(element("path", d="M0 6h26", class_=f"p{number} w4"), f"{low:g}–{high:g}")
        for number, (low, high) in enumerate(itertools.pairwise(edges))
    ]
    parts.insert(0, element("span", "Pressure on a road (denied + used):"))
    parts += [
        _sample(
            element("path", d="M0 6h26", class_="bound w4")
            + element("path", d="M0 6h26", class_="gap w4")
            + element("path", d="M0 6h26", class_="p3 w4"),
            "bottleneck: its capacity keeps somebody short",
        ),
        _sample(element("path", d="M0 6h26", class_="cut"), "cut"),
        _sample(
            element("path", d="M0 6h26", class_="contact") + element("path", d="M13 1v10", class_="tick"),
            "between the sides; the tick is where the front stands",
        ),
        *(
            _sample(_sample_mark(side.mark, number), f"held by {side.name}")
            for number, side in enumerate(subject.scenario.sides)
        ),
        _sample(
            element("circle", cx="13", cy="6", r="5", class_="empty")
            + element(
                "circle",
                cx="13",
                cy="6",
                r="5",
                class_="ring0",
                pathLength="7",
                stroke_dasharray="4 7",
            ),
            "days of supply; a full ring is 7",
        ),
        element("span", "wider roads carry more"),
    ]
    return element("div", *parts, class_="lines always")


def _sample_mark(shape: str, side: int) -> Markup:
    """Return a side's mark for the key."""
    if shape == "circle":
        return element("circle", cx="13", cy="6", r="4.4", class_=f"fill{side}")
    return element("path", d=diamond(13.0, 6.0, 4.4), class_=f"fill{side}")


def _sample(drawn: Markup, words: str) -> Markup:
    """Return a mark with its meaning."""
    sample = element("svg", drawn, class_="map sample", width="26", height="12", aria_hidden="true")
    return element("span", sample, f" {words}")
