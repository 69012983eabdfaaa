"""All that happens in a frame, as layers of the map."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sim.model.quantities import HOUR
from sim.scene.beats.beats import DECISIVE, beats_of
from sim.scene.layout import CARDS_BESIDE
from sim.scene.map.marks import road_marks, town_marks
from sim.scene.map.marks.road_marks import BROKEN, HIT
from sim.scene.map.marks.stage import Stage, own_share, tags
from sim.scene.map.roads import lit_roads, lit_towns
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Layer, bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
SWIFT: Final[Mapping[BeatKind, float]] = {
    "strike": HIT,
    "ambush": BROKEN,
    "assault_won": 0.5,
    "assault_repelled": 0.5,
}
"""Share of an event up to which it moves fast."""
MOST_LEAVING: Final = 2
"""Withdrawals at a time that are told in words."""
HEADLINE: Final = "map-headline"
CALM: Final = 30.0
"""Pictures a second of what moves slowly."""
NEWS: Final = 6 * HOUR
"""How far from a fall a run that stands has its headline, which covers a part of the map; s."""


def marks_layers(
    view: View, frame: Frame, geometry: Geometry, taken: Sequence[Rect] = ()
) -> tuple[Layer, Layer, Layer, Layer]:
    """Return what happens: what lies under towns and over them, its words, and the headline of a fall."""
    # beside the question and its answer the map stands still
    is_still = frame.card in CARDS_BESIDE
    active = () if is_still else beats_of(view, frame).active(frame)
    looks = road_looks(view, frame.t)
    lit = lit_roads(view, frame, looks) | lit_towns(view, frame, looks)
    found = ((Stage(view, frame, geometry, beat), u) for beat, u in active)
    # what happens beside a traced way is left out
    seen = [(stage, u) for stage, u in found if stage.is_seen and (not lit or stage.place in lit)]
    falls = [(stage, u) for stage, u in seen if stage.beat.kind == "fall"]
    under = [tuple(town_marks.flood(stage, u)) for stage, u in falls]
    drawn = [
        (stage.beat, *_drawn(stage, u)) for kind in DRAWN for stage, u in seen if stage.beat.kind == kind
    ]
    # where many withdraw at a time the last ones are told
    untold = [beat for beat, _, _ in drawn if beat.kind == "withdrawal"][:-MOST_LEAVING]
    asked = [each for beat, _, words in drawn if beat not in untold for each in words]
    # of two falls at a time the later one is told
    told = [(stage, u) for stage, u in falls if geometry.here.shows(stage.town) and _is_news(stage)]
    above = tuple(town_marks.headline(*told[-1])) if told else ()
    return (
        _moving("map-flood", geometry, under),
        _moving("map-marks", geometry, [mark for _, mark, _ in drawn]),
        _moving("map-tags", geometry, tuple(tags(geometry, asked, list(taken)))),
        Layer(HEADLINE, above, above),
    )


def _is_news(stage: Stage) -> bool:
    """Return whether a fall has its headline: while a run stands, only close to the moment itself."""
    return stage.frame.playing or abs(stage.frame.t - stage.beat.t) <= NEWS


def _drawn(stage: Stage, u: float) -> tuple[tuple[Shape, ...], Sequence[Any]]:
    """Return a mark and the words it asks for: the same object while it looks the same.

    What flies or runs does so in every picture; what follows the decisive moment needs half of them.
    """
    beat, draw = stage.beat, DRAWN[stage.beat.kind]
    if u <= SWIFT.get(beat.kind, 0.0) or u == DECISIVE:
        return tuple(draw(stage, u)), stage.asked
    length = beat.end - beat.begin
    # each at times of its own, so that not all are drawn anew in one picture
    off = own_share(f"{beat.route}{beat.town}{beat.t}")
    u = max(SWIFT.get(beat.kind, 0.0), (math.floor(u * length * CALM + off) - off) / length / CALM)
    frame = stage.frame
    # an ambush looks for the way of the convoy
    run = stage.view.recording.digest
    key = ("mark", run, beat, u, frame.theme, frame.reduced_motion, frame.t if beat.kind == "ambush" else 0)
    return stage.geometry.cached(key, lambda: (tuple(draw(stage, u)), stage.asked))


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
