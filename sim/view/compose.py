"""One picture of the window, put together from its parts: a pure function of a recording and a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scene.layout import layout
from sim.scene.map.layers import legend_layer, map_layers
from sim.scene.shapes import HitArea, Layer, Scene
from sim.scene.side_by_side import captions_layer, halves, is_side_by_side, renamed
from sim.view.dialogs.dialogs import card_layers, toast_layer
from sim.view.dialogs.overlays import focus_layer, tip_layer
from sim.view.panel.panel import panel_layers
from sim.view.timeline.bars import footer, top_bar
from sim.view.timeline.timeline import strip_layers

if TYPE_CHECKING:
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View


def _maps(view: View, frame: Frame, regions: Layout) -> tuple[tuple[Layer, ...], tuple[HitArea, ...]]:
    """Return the map's layers; of two runs beside each other, both maps' and what stands over them."""
    other = view.beside
    if other is None or not is_side_by_side(view, frame):
        return map_layers(view, frame)
    left, right = halves(frame)
    here, here_targets = map_layers(view.alone(), left)
    there, there_targets = map_layers(other.alone(), right)
    captions = captions_layer(view, other, frame, regions)
    return (*here, *renamed(there), captions), (*here_targets, *there_targets)


def compose(view: View | None, frame: Frame) -> Scene:
    """Return the picture of a frame.

    Parameters
    ----------
    view
        The recording; none where nothing is open yet.
    """
    regions = layout(frame.size, frame.scale, panel=frame.panel and view is not None, map_only=frame.map_only)
    layers: list[Layer] = []
    hit_areas: list[HitArea] = []

    def take(part: tuple[tuple[Layer, ...], tuple[HitArea, ...]]) -> None:
        layers.extend(part[0])
        hit_areas.extend(part[1])

    if view is not None:
        take(_maps(view, frame, regions))
        layers.append(legend_layer(view, frame))
        take(panel_layers(view, frame, regions))
        take(strip_layers(view, frame, regions))
    take(top_bar(view, frame, regions))
    layers.append(footer(frame, regions))
    cards, over = card_layers(view, frame, regions)
    if cards:
        layers.extend(cards)
        hit_areas.extend(over)
    above = (
        focus_layer(frame, hit_areas, regions),
        tip_layer(view, frame, hit_areas, regions),
        toast_layer(frame, regions),
    )
    layers += [layer for layer in above if layer is not None]
    return Scene(frame.size, "bg", tuple(layers), tuple(hit_areas))
