"""Two runs beside each other: the map's room in halves, what stands over each, what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import pressure
from sim.recording.reader import Recording
from sim.scene.layout import COMPARED, Rect
from sim.scene.shapes import Box, Layer, Stroke, Text
from sim.scene.text import text_width, truncate
from sim.scene.theme import PRESSURE_TOKENS

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.model.scenario import Route
    from sim.model.state import State
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

CLEAR: Final = (0.02, 0.1, 0.25, 0.5)
"""Differences of pressure from which a road is drawn in the next class."""
LESS: Final = " less"
"""What is added to the colour of a road that is pressed less here than there."""


def is_side_by_side(view: View | None, frame: Frame) -> bool:
    """Return whether two maps are drawn."""
    return view is not None and view.beside is not None and frame.comparing == "side"


def front_of(what: Recording | EnsembleAtTime) -> tuple[list[str], list[str], str]:
    """Return what two runs or ensembles must have in common to be compared: towns, sides and first day."""
    header = what.header if isinstance(what, Recording) else what.results.meta
    return [*header.towns], [*header.sides], header.start


def captions_layer(view: View, other: View, frame: Frame, regions: Layout) -> Layer:
    """Return what stands over the left map and the right one, and the line between them."""
    box, s = regions.map, regions.s
    band = COMPARED * s
    shapes: list[Box | Stroke | Text] = [Box(box.x, box.y, box.width, band, "panel")]
    middle = box.x + box.width / 2
    has_two = view.ensemble_difference() is not None
    for each, begin in ((view, box.x), (other, middle)):
        room = box.width / 2 - 28 * s
        if has_two and each.ensemble is not None:
            count = f"{each.ensemble.count:,} runs"
            at = (begin + box.width / 2 - 14 * s, box.y + 17.5 * s)
            shapes.append(Text(at, count, 12 * s, "ink2", anchor="right"))
            room -= text_width(count, 12 * s) + 12 * s
        words = truncate(title_of(each, other if each is view else view), room, 12.5 * s, is_bold=True)
        shapes.append(Text((begin + 14 * s, box.y + 17.5 * s), words, 12.5 * s, "ink", is_bold=True))
    base = box.y + band - 0.5
    shapes += [
        Stroke(((box.x, base), (box.right, base)), "hairline", 1.0),
        Stroke(((middle, box.y), (middle, box.bottom)), "ink3", 2.0 * s),
    ]
    key = (view.recording.digest, other.recording.digest, box, s, frame.theme)
    return Layer("captions", key, tuple(shapes))


def title_of(view: View, other: View) -> str:
    """Return what tells a run from another: its changes, else its seed, else its scenario."""
    here, there = view.recording.header, other.recording.header
    changes = [text.partition(" ")[2] for text in here.overrides if text not in there.overrides]
    parts = [here.title] if here.title != there.title else []
    parts += changes
    if here.seed != there.seed:
        parts.append(f"seed {here.seed}")
    if here.replication != there.replication:
        parts.append(f"replication {here.replication}")
    return ", ".join(parts) or ("As in the scenario" if there.overrides else here.title)


def differing_color(view: View, other: View, frame: Frame, state: State, route: Route) -> str:
    """Return the colour of a road by how much its pressure differs; with `LESS` where it is less here."""
    there = other.snapshot(frame.t)
    known = {each.id: each for each in other.scenario.routes}.get(route.id)
    if known is None or route.id in there.fronts:
        return PRESSURE_TOKENS[-1]
    change = pressure(view.scenario, state, route).pressure - pressure(other.scenario, there, known).pressure
    number = len([step for step in CLEAR if abs(change) >= step])
    return PRESSURE_TOKENS[number] + (LESS if change < 0 and number else "")


def half_of(box: Rect, half: str, s: float) -> Rect:
    """Return the room of the ``left`` or ``right`` map, under its caption."""
    width = box.width / 2
    left = box.x + (width if half == "right" else 0.0)
    return Rect(left, box.y + COMPARED * s, width, box.height - COMPARED * s)
