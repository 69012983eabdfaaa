"""The side panel: blocks from the top, dropped by how little they are missed when the height runs out."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.archive.roads import Road, roads
from sim.domain.quantities import DAY, Seconds
from sim.view.panel_run import EVENTS_TOLD, ROADS_NAMED, days_block, events_block, losses_block, roads_block
from sim.view.panel_subject import leading_road, route_subject, town_subject
from sim.view.pieces import RULE, Column
from sim.view.shapes import Box, Clip, Layer, Stroke, Target

if TYPE_CHECKING:
    from sim.domain.state import State
    from sim.view.layout import Layout
    from sim.view.model import Frame, View

Block: TypeAlias = Callable[[Column], None]
READING: Final = 0.5
"""Screen time for which figures, and names on the map, stand still while the run plays; s."""
PADDING: Final = 16.0
TOP: Final = 10.0
DAYS, LOSSES, ROADS, EVENTS = range(2, 6)
"""Places of the blocks, from the top."""


def panel_layers(view: View, frame: Frame, regions: Layout) -> tuple[tuple[Layer, ...], tuple[Target, ...]]:
    """Return the side panel's layers, and what can be pointed at in it.

    Parameters
    ----------
    view
        The recording.
    frame
        What the picture shows.
    regions
        Where.
    """
    box = regions.panel
    if box.width <= 0:
        return (), ()
    s = regions.s
    ground = Layer(
        "panel ground",
        (box, s),
        (
            Box(box.x, box.y, box.width, box.height, "panel"),
            Stroke(((box.x, box.y), (box.x, box.bottom)), "hairline", 1.0),
        ),
    )
    t = told_time(frame)
    key = (view.recording.digest, t, frame.selection, frame.key_caps.get("events"), box, s)
    layer, targets = view.kept("panel", key, lambda: _told(view, replace(frame, t=t), regions, key))
    return (ground, layer), targets


def told_time(frame: Frame) -> Seconds:
    """Return the time that the panel tells of: a few new figures a second are as many as can be read.

    Parameters
    ----------
    frame
        What the picture shows.
    """
    if not frame.playing:
        return frame.t
    step = max(1, round(DAY * READING / frame.seconds_per_day))
    return frame.t // step * step


def _told(view: View, frame: Frame, regions: Layout, key: Hashable) -> tuple[Layer, tuple[Target, ...]]:
    """Write the panel's blocks."""
    box, s = regions.panel, regions.s
    column = Column(box.x + PADDING * s, box.y + TOP * s, box.width - 2 * PADDING * s, s)
    column.add(Clip(box.x, box.y, box.width, box.height))
    for number, block in enumerate(_that_fit(view, frame, regions)):
        if number:
            column.rule()
        block(column)
    return Layer("panel", key, tuple(column.shapes)), tuple(column.targets)


def _that_fit(view: View, frame: Frame, regions: Layout) -> list[Block]:
    """Return the blocks there is room for, in their order from the top.

    The pressure on roads and the days of supply are never left out for the others; a list is first told
    in fewer rows.
    """
    state = view.snapshot(frame.t)
    found = roads(view.scenario, state)
    caps = frame.key_caps.get("events", "")
    s = regions.s
    width = regions.panel.width - 2 * PADDING * s
    subject = _subject(view, frame, state, found)
    left = regions.panel.height - 2 * TOP * s - _height(subject, width, s)
    kept: dict[int, Block] = {}

    def keep(place: int, block: Block) -> None:
        nonlocal left
        height = _height(block, width, s) + RULE * s
        if place not in kept and height <= left:
            kept[place] = block
            left -= height

    def grow(place: int, block: Block) -> None:
        nonlocal left
        more = _height(block, width, s) - _height(kept[place], width, s) if place in kept else 0.0
        if 0 < more <= left:
            kept[place] = block
            left -= more

    days = partial(days_block, view=view, state=state)
    table = partial(losses_block, view=view, state=state, has_chart=False)
    losses = partial(losses_block, view=view, state=state)
    tallest = [partial(roads_block, view=view, found=found, most=rows) for rows in range(ROADS_NAMED, 0, -1)]
    told = [
        partial(events_block, view=view, t=frame.t, caps=caps, most=rows)
        for rows in range(EVENTS_TOLD, 0, -1)
    ]
    keep(ROADS, tallest[-1])
    keep(DAYS, days)
    for block in tallest:
        grow(ROADS, block)
    keep(LOSSES, table)
    keep(EVENTS, told[-1])
    grow(LOSSES, losses)
    for block in told:
        grow(EVENTS, block)
    return [subject, *(kept[place] for place in sorted(kept))]


def _subject(view: View, frame: Frame, state: State, found: tuple[Road, ...]) -> Block:
    """Return the first block."""
    selection = frame.selection
    if selection is not None and selection.kind == "town":
        return lambda column: town_subject(column, view, state, selection.name, found)
    if selection is not None and selection.kind == "route":
        route = view.route(selection.name)
        return lambda column: route_subject(column, view, state, route, found)
    return lambda column: leading_road(column, view, state, found)


def _height(block: Block, width: float, s: float) -> float:
    """Return how high a block is; pixels."""
    column = Column(0.0, 0.0, width, s)
    block(column)
    return column.y
