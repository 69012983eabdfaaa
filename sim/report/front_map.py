"""The map in four moments: the window's own map, painted as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import is_cut
from sim.analysis.text import date_text
from sim.analysis.towns import town_days
from sim.model.quantities import DAY
from sim.report.markup import element, framed, key, titled
from sim.report.page import Figure, Section, Table
from sim.report.svg import Painter
from sim.scenario_file.names import count_of
from sim.scene.camera import front_camera, projection
from sim.scene.layout import Rect
from sim.scene.map.geometry import geometry
from sim.scene.map.layers import map_layers
from sim.scene.map.legend import legend_entries
from sim.scene.view_model import Frame, View

if TYPE_CHECKING:
    from markupsafe import Markup

    from sim.model.state import State
    from sim.report.run_summary import RunSummary
    from sim.report.subject import Subject
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.legend import Entry

SIZE: Final = (660.0, 580.0)
SCALE: Final = 1.06
"""Of all lengths: the page shows a drawing at about four fifths of its size."""
SIGN: Final = 18.0
MOST_ROWS: Final = 24


def front_map(subject: Subject, run: RunSummary) -> Section:
    """Return the map of one run."""
    lead = (
        "The front at one plain scale, as in the window. Shading says whose towns are near: "
        "the model knows towns, not fields, and no line of a front between them. The number 1 marks the road "
        "that matters most at that moment."
    )
    if subject.ensemble is not None:
        number = run.recording.header.replication
        lead = (
            f"Run {number + 1} of {subject.ensemble.count} (replication {number}): a single run, not the "
            f"average of all. {lead}"
        )
    view = View(run.recording, run.recording.scenario, run.timeline)
    room = Rect(0.0, 0.0, *SIZE)
    camera = front_camera(view.scenario, room, SCALE)
    ground = geometry(view.scenario, projection(view.scenario, room, SCALE, camera))
    painter = Painter(*SIZE)
    maps = [_moment(subject, view, ground, painter, state) for state in run.moments]
    drawing, table = element("div", *maps, class_="maps"), _table(subject, run)
    figure = Figure(drawing=drawing, table=table, key=_key(view, painter))
    return Section("map", "The map in four moments", (figure,), lead)


def _moment(subject: Subject, view: View, ground: Geometry, painter: Painter, state: State) -> Markup:
    """Return one moment under its day."""
    light, dark = (
        map_layers(view, Frame(t=state.t, theme=theme, reduced_motion=True, map_only=True), ground)[0]
        for theme in ("light", "dark")
    )
    drawing = framed(
        f"The map on day {state.t // DAY}",
        _words(subject, state),
        painter.layers(zip(light, dark, strict=True)),
        viewBox=f"0 0 {SIZE[0]:.0f} {SIZE[1]:.0f}",
        class_="map",
    )
    title = f"Day {state.t // DAY}, {date_text(subject.scenario.start, state.t)}"
    return titled(title, drawing)


def _words(subject: Subject, state: State) -> str:
    parts = []
    for side in subject.scenario.sides:
        held = [town for town in subject.scenario.towns if state.held_by[town.id] == side.id]
        parts.append(f"{side.name} holds {count_of(len(held), 'town')}")
    cut = [route for route in subject.scenario.routes if is_cut(subject.scenario, state, route)]
    return f"{'; '.join(parts)}; {len(cut)} {'road' if len(cut) == 1 else 'roads'} cut"


def _table(subject: Subject, run: RunSummary) -> Table:
    """Return who holds what at each moment, and for how many days it is supplied."""
    listed = list(dict.fromkeys([*subject.scenario.focus, *run.timeline.changed]))
    others = [town.id for town in subject.scenario.towns if town.garrison.strength and town.id not in listed]
    rows = [
        (subject.town(town), *(_cell(subject, state, town) for state in run.moments))
        for town in [*listed, *others][:MOST_ROWS]
    ]
    headings = ("Town", *(f"Day {state.t // DAY}" for state in run.moments))
    return Table(caption="Who holds towns, and their days of supply", headings=headings, rows=rows)


def _cell(subject: Subject, state: State, town: str) -> str:
    days = town_days(subject.scenario, state, town)
    held = subject.side(state.held_by[town])
    return held if days is None else f"{held}, {min(days, 60.0):.1f} d"


def _key(view: View, painter: Painter) -> Markup:
    signs = [_sign(entry, painter) for entry in legend_entries(view, Frame())]
    store = element("svg", element("defs", painter.filters), class_="store", width="0", height="0")
    return key([store, *signs])


def _sign(entry: Entry, painter: Painter) -> Markup:
    box = {"class_": "map sample", "width": entry.width, "height": SIGN, "aria_hidden": "true"}
    drawn = element("svg", painter.shapes(entry.draw(0.0, SIGN / 2, 1.0)), **box)
    return element("span", drawn, entry.after)
