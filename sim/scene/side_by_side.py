"""Two runs on one map: a curtain that can be drawn, captions, and what tells one run from the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sim.recording.reader import Recording
from sim.scene.shapes import Area, Box, Clip, Disc, Drawing, HitArea, Layer, Shape, Stroke, Text, bundled
from sim.scene.text import text_width, truncate

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

SETTING: Final = re.compile(r"(side|town|route)\.(.+)\.(\w+?)(?:@d?(\S+?))?=(.*)")
GRASP: Final = 9.0
"""How near to the curtain the mouse takes hold of it; pixels at scale 1."""
LEAST_CAPTION: Final = 60.0
WRITTEN: Final = frozenset({"map-labels", "map-tabs"})
"""Layers of which no word is cut in two."""
TIP: Final = "Two runs at the same moment\nDrag the curtain: one run to its left, the other to its right"


def has_curtain(view: View | None, frame: Frame) -> bool:
    """Return whether two runs share the map: one to the left of a curtain, the other to its right."""
    return view is not None and view.beside is not None and frame.comparing == "curtain"


def curtain_x(frame: Frame, regions: Layout) -> float:
    """Return where the curtain hangs; pixels."""
    return round(regions.map.x + regions.map.width * frame.curtain)


def uncut(layer: Layer, x: float) -> Layer:
    """Return a layer of the map without names that the curtain would cut in two."""
    if layer.name not in WRITTEN:
        return layer
    crossed = [number for number, mark in enumerate(layer.bundles) if _is_crossed(mark, x)]
    if not crossed:
        return layer
    kept = [mark for number, mark in enumerate(layer.bundles) if number not in crossed]
    clip = layer.shapes[0]
    return bundled(layer.name, (layer.key, tuple(crossed)), clip, kept) if isinstance(clip, Clip) else layer


def _is_crossed(mark: tuple[Shape, ...], x: float) -> bool:
    """Return whether a mark with words in it reaches over the curtain."""
    ways = [(each.x, each.x + each.width) for each in mark if isinstance(each, Box)]
    for each in mark:
        if isinstance(each, Text):
            wide = text_width(each.text, each.size, each.face, is_bold=each.is_bold)
            ways.append((each.at[0], each.at[0] + wide))
    return bool(ways) and min(begin for begin, _ in ways) < x < max(end for _, end in ways)


def front_of(what: Recording | EnsembleAtTime) -> tuple[list[str], list[str], str]:
    """Return what two runs or ensembles must have in common to be compared: towns, sides and first day."""
    header = what.header if isinstance(what, Recording) else what.results.meta
    return [*header.towns], [*header.sides], header.start


def curtain_layer(view: View, other: View, frame: Frame, regions: Layout) -> Drawing:
    """Return the curtain with its handle and captions, and where the mouse takes hold of it."""
    box, s, x = regions.map, regions.s, curtain_x(frame, regions)
    grip = (x, box.y + box.height * 0.55)
    shapes: list[Shape] = [
        Clip(box.x, box.y, box.width, box.height),
        Stroke(((x, box.y), (x, box.bottom)), "deep", 5.0 * s),
        Stroke(((x, box.y), (x, box.bottom)), "accent", 2.2 * s),
        Disc(grip, 14.5 * s, "deep"),
        Disc(grip, 13.0 * s, "accent"),
        *(
            Area(
                (
                    (x + way * 8 * s, grip[1]),
                    (x + way * 3 * s, grip[1] - 5 * s),
                    (x + way * 3 * s, grip[1] + 5 * s),
                ),
                "panel",
            )
            for way in (-1, 1)
        ),
    ]
    for each, way in ((view, -1), (other, 1)):
        room = (x - box.x if way < 0 else box.right - x) - 26 * s
        words = truncate(_caption(each, other if each is view else view), room, 12.5 * s, is_bold=True)
        if room < LEAST_CAPTION * s:
            continue
        wide = text_width(words, 12.5 * s, is_bold=True) + 18 * s
        left = x + 8 * s if way > 0 else x - 8 * s - wide
        shapes.append(Box(left, box.y + 10 * s, wide, 24 * s, "panel", 6 * s, "hairline", 1.0, alpha=245))
        shapes.append(Text((left + 9 * s, box.y + 26.5 * s), words, 12.5 * s, "ink", is_bold=True))
    key = (view.recording.digest, other.recording.digest, box, x, s)
    area = HitArea(x - GRASP * s, box.y, 2 * GRASP * s, box.height, "curtain", "curtain", TIP)
    return (Layer("curtain", key, tuple(shapes)),), (area,)


def _caption(view: View, other: View) -> str:
    title = title_of(view, other)
    if view.ensemble is None or other.ensemble is None:
        return title
    return f"{view.ensemble.count:,} runs: {title}"


def title_of(view: View, other: View) -> str:
    """Return what tells a run from another: its changes, else its seed, else its scenario."""
    here, there = view.recording.header, other.recording.header
    settings = [each.words[1] for each in here.overrides if each not in there.overrides]
    changes = [setting_words(view, each) for each in settings]
    parts = [here.title] if here.title != there.title else []
    parts += changes
    if here.seed != there.seed:
        parts.append(f"seed {here.seed}")
    if here.replication != there.replication:
        parts.append(f"run {here.replication + 1}")
    return ", ".join(parts) or ("As in the scenario" if there.overrides else here.title)


def setting_words(view: View, setting: str) -> str:
    """Return a change as ``--set`` takes it in words, as far as it is of a side, a town or a road."""
    found = SETTING.fullmatch(setting)
    if found is None:
        return setting
    kind, name, key, day, value = found.groups()
    names = {side.id: side.name for side in view.scenario.sides}
    names |= {town.id: town.name for town in view.scenario.towns}
    if kind == "route" and any(route.id == name for route in view.scenario.routes):
        route = view.route(name)
        names[name] = route.name or f"{names[route.start]} – {names[route.end]}"
    since = f" from day {day}" if day else ""
    return f"{names.get(name, name)}: {key.replace('_', ' ')} {value}{since}"
