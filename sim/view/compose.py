"""The scene of one frame, put together from its parts: a pure function of a recording and a frame."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from sim.scene.beats.pacing import frame_at
from sim.scene.layout import CARDS_BESIDE, layout_of
from sim.scene.map.layers import map_layers
from sim.scene.map.marks.layers import HEADLINE
from sim.scene.shapes import Clip, Drawing, Scene
from sim.scene.side_by_side import curtain_layer, curtain_x, has_curtain, uncut
from sim.view.camera_move import camera_move_layer, pictures_ahead
from sim.view.dialogs.cards import TEXT_SHARE
from sim.view.dialogs.dialogs import dialog_layers
from sim.view.dialogs.overlays import focus_layer, toast_layer, tooltip_layer
from sim.view.panel.panel import panel_layers
from sim.view.timeline.bars import footer, top_bar
from sim.view.timeline.timeline import timeline_layers
from sim.view.what_if.scissors import scissors_layers

if TYPE_CHECKING:
    from sim.scene.layout import Layout
    from sim.scene.shapes import HitArea
    from sim.scene.view_model import Frame, View


def _maps(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Return the layers of the map; of two runs with a curtain, each shows on its side of that."""
    other = view.beside
    if other is None or not has_curtain(view, frame):
        moving = camera_move_layer(view, frame)
        return map_layers(view, frame) if moving is None else ((moving,), ())
    box, x = regions.map, curtain_x(frame, regions)
    here, here_areas = map_layers(view.alone(), frame)
    there, there_areas = map_layers(other.alone(), frame_at(other.alone(), frame, frame.t))
    left, right = Clip(box.x, box.y, x - box.x, box.height), Clip(x, box.y, box.right - x, box.height)
    # a headline would be cut in two
    shown = [replace(uncut(layer, x), window=left) for layer in here if layer.name != HEADLINE]
    shown += [
        replace(uncut(layer, x), name=f"other {layer.name}", window=right)
        for layer in there
        if layer.name != HEADLINE
    ]
    areas = [each for each in here_areas if each.x + each.width / 2 < x]
    areas += [each for each in there_areas if each.x + each.width / 2 >= x]
    curtain, taken = curtain_layer(view, other, frame, regions)
    return (*shown, *curtain), (*(each for each in areas if not each.meets(taken[0])), *taken)


def _is_covered(area: HitArea, frame: Frame, regions: Layout) -> bool:
    """Return whether the card of a run's start or end lies over a mark of the map."""
    is_mark = area.kind in {"town", "route"} and area.y < regions.timeline.y
    return is_mark and area.x < TEXT_SHARE * frame.size[0]


def compose(view: View | None, frame: Frame) -> Scene:
    """Return the scene of a frame; without a view nothing is open."""
    regions = layout_of(frame if view is not None else replace(frame, panel=False))
    parts: list[Drawing] = []
    if view is not None:
        parts = [
            _maps(view, frame, regions),
            panel_layers(view, frame, regions),
            timeline_layers(view, frame, regions),
        ]
    below = ((footer(frame, regions),), ())
    parts += [top_bar(view, frame, regions), below, dialog_layers(view, frame, regions)]
    # the help covers map, panel and timeline
    seen = parts[-3:] if frame.card == "help" else parts
    hit_areas = tuple(chain.from_iterable(areas for _, areas in seen))
    if frame.card in CARDS_BESIDE:
        hit_areas = tuple(each for each in hit_areas if not _is_covered(each, frame, regions))
    scissors, offered = ((), ()) if view is None else scissors_layers(view, frame, hit_areas, regions)
    if offered:
        over = offered[0]
        hit_areas = tuple(each for each in hit_areas if not over.meets(each))
    hit_areas = (*hit_areas, *offered)
    parts.append((scissors, ()))
    above = (
        focus_layer(frame, hit_areas, regions),
        tooltip_layer(view, frame, hit_areas, regions),
        toast_layer(frame, regions),
    )
    layers = [each for found, _ in parts for each in found] + [each for each in above if each is not None]
    ahead = pictures_ahead(view, frame) if view is not None else ()
    return Scene(frame.size, "bg", tuple(layers), hit_areas, ahead)
