"""All that happens in a frame, as layers of the map."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from sim.scene.beats.beats import beats_of
from sim.scene.layout import CARDS_BESIDE
from sim.scene.map.marks import road_marks, town_marks
from sim.scene.map.marks.stage import Stage
from sim.scene.map.roads import lit_roads, lit_towns
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Layer, bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.scene.beats.beats import BeatKind
    from sim.scene.layout import Rect
    from sim.scene.map.geometry import Geometry
    from sim.scene.shapes import Shape
    from sim.scene.view_model import Frame, View

DRAWN: Final[dict[BeatKind, Callable[[Stage, float], Iterator[Shape]]]] = {
    "repair": road_marks.repair,
    "ambush": road_marks.ambush,
    "assault_won": road_marks.assault,
    "assault_repelled": road_marks.assault,
    "strike": road_marks.strike,
    "withdrawal": town_marks.withdrawal,
    "relief": town_marks.relief,
    "cut_off": town_marks.cut_off,
}
"""What lies over towns; a fall lies under them, and has a headline."""


def marks_layers(
    view: View, frame: Frame, geometry: Geometry, taken: Sequence[Rect] = ()
) -> tuple[Layer, Layer, Layer, Layer]:
    """Return what happens: what lies under towns and over them, its words, and the headline of a fall."""
    # beside the question and its answer the map stands still
    is_still = frame.card in CARDS_BESIDE
    places, active = list(taken), () if is_still else beats_of(view, frame).active(frame)
    looks = road_looks(view, frame.t)
    lit = lit_roads(view, frame, looks) | lit_towns(view, frame, looks)
    found = ((Stage(view, frame, geometry, beat, places), u) for beat, u in active)
    # what happens beside a traced way is left out
    seen = [(stage, u) for stage, u in found if stage.is_seen and (not lit or stage.place in lit)]
    falls = [(stage, u) for stage, u in seen if stage.beat.kind == "fall"]
    under = [tuple(town_marks.flood(stage, u)) for stage, u in falls]
    over = [
        tuple(drawn(stage, u))
        for kind, drawn in DRAWN.items()
        for stage, u in seen
        if stage.beat.kind == kind
    ]
    words = [tuple(stage.tags) for stage, _ in seen]
    # of two falls at a time the later one is told
    told = [(stage, u) for stage, u in falls if geometry.here.shows(stage.town)]
    above = tuple(town_marks.headline(*told[-1])) if told else ()
    return (
        _moving("map-flood", geometry, under),
        _moving("map-marks", geometry, over),
        _moving("map-tags", geometry, words),
        Layer("map-headline", above, above),
    )


def scars_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return a ring and a day at each town that fell."""
    lit = lit_towns(view, frame, road_looks(view, frame.t))
    fallen = beats_of(view, frame).scars(frame.t).items()
    scars = {town: beat for town, beat in fallen if not lit or town in lit}
    key = (frame.theme, geometry.here, tuple((town, beat.t) for town, beat in scars.items()))

    def marks() -> Iterator[tuple[Shape, ...]]:
        for beat in scars.values():
            mark = ("scar", beat.town, beat.t, frame.theme)
            yield geometry.mark(mark, partial(town_marks.scar, view, geometry, beat))

    return geometry.cached_marks("map-scars", key, marks)


def _moving(name: str, geometry: Geometry, marks: Sequence[tuple[Shape, ...]]) -> Layer:
    """Return a layer that differs in every picture, as long as there is something in it."""
    return bundled(name, None, geometry.clip(), marks) if any(marks) else Layer(name, (), ())
