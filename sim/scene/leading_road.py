"""The road that matters most: what the panel tells of first, and what the map marks with a one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.roads import Road, roads

if TYPE_CHECKING:
    from sim.scene.view_model import Frame, View


def leading_road(view: View, frame: Frame) -> Road | None:
    """Return the road that matters most at a frame's time; none where the panel tells of something else."""
    if frame.selection is not None or frame.card != "none" or not (frame.panel or frame.map_only):
        return None
    t = frame.t
    return view.kept("leading road", t, lambda: next(iter(roads(view.scenario, view.snapshot(t))), None))
