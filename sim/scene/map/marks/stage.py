"""Where an event is drawn, how far it has come, and the strokes that marks are made of."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from sim.scene.layout import Rect
from sim.scene.lines import moved
from sim.scene.shapes import Box, Stroke, Text
from sim.scene.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.model.scenario import Route
    from sim.scene.beats.beats import Beat
    from sim.scene.lines import Polyline
    from sim.scene.map.geometry import Geometry
    from sim.scene.shapes import Point, Shape
    from sim.scene.view_model import Frame, View

OPAQUE: Final = 255
MARGIN: Final = 80.0
"""How far what happens beside the map may reach into it; pixels at plain size."""
EVENT: Final = 1.2
"""How much larger what happens is drawn than what stands, so that it is seen in a small film too."""
TAG: Final = 12.0
"""Size of the letters of a tag; pixels at scale 1."""


class Stage:
    """Where an event is drawn, and in which colours."""

    def __init__(self, view: View, frame: Frame, geometry: Geometry, beat: Beat) -> None:
        self.view, self.frame, self.geometry, self.beat = view, frame, geometry, beat
        self.asked: list[tuple[str, str, Point, float]] = []
        """Words that go with it: text, colour of their edge, near which point, and how far off."""
        self.k = EVENT * geometry.here.s * geometry.here.m
        """Pixels of a plain one."""
        self.has_light = not frame.reduced_motion
        self.color = view.side_color(beat.side) if beat.side else "ink"
        self.tint = view.side_color(beat.side, is_tint=True) if beat.side else "ink"

    @property
    def place(self) -> str:
        """The road or the town that it is about; an assault is about the town attacked."""
        return self.beat.town or self.beat.route or ""

    @property
    def route(self) -> Route:
        """The road on which it happens."""
        return self.view.route(self.beat.route or "")

    @property
    def path(self) -> Polyline:
        """The line of that road."""
        return self.geometry.paths[self.route.id]

    @property
    def narrow(self) -> tuple[float, float, float]:
        """Where that road is hit, and the heading there."""
        return self.path.at(self.geometry.narrow[self.route.id])

    @property
    def town(self) -> Point:
        """The town that it is about."""
        return self.geometry.points[self.beat.town or ""]

    @property
    def radius(self) -> float:
        """Of that town's mark; pixels."""
        return self.geometry.radii[self.beat.town or ""]

    @property
    def is_seen(self) -> bool:
        """Whether it happens on the part of the map that shows."""
        at = self.town if self.beat.route is None else self.path.at(self.path.length / 2)[:2]
        reach = 0.0 if self.beat.route is None else self.path.length / 2
        return self.geometry.here.shows(at, reach + MARGIN * self.k)

    def tag(self, text: str, edge: str, at: Point, away: float) -> None:
        """Ask for a few words in a frame near a point."""
        if self.geometry.here.region.holds(*at):
            self.asked.append((text, edge, at, away))


def tags(
    geometry: Geometry, asked: Sequence[tuple[str, str, Point, float]], taken: list[Rect]
) -> Iterator[tuple[Shape, ...]]:
    """Yield the words that marks ask for, each off all that is written; none that find no room."""
    s, region = geometry.here.s, geometry.here.region
    for text, edge, at, away in asked:
        wide, tall = text_width(text, TAG * s, is_bold=True) + 12.0 * s, 19.0 * s
        places = []
        for far in (away + n * 1.2 * tall for n in range(4)):
            beside, aslant = far + (wide - tall) / 2, far / 2 + wide / 2
            corners = ((side * aslant, level * far) for level in (-1.0, 1.0) for side in (1.0, -1.0))
            for across, down in ((0.0, -far), (0.0, far), (beside, 0.0), (-beside, 0.0), *corners):
                x = min(max(at[0] + across, region.x + wide / 2 + 4 * s), region.right - wide / 2 - 4 * s)
                y = min(max(at[1] + down, region.y + tall), region.bottom - tall)
                places.append(Rect(x - wide / 2, y - tall / 2, wide, tall))
        free = (each for each in places if not any(each.meets(other, 2.0 * s) for other in taken))
        place = next(free, None)
        if place is not None:
            taken.append(place)
            yield tuple(tag(geometry, (place.x + wide / 2, place.y + tall / 2), text, edge))


def passed(u: float, begin: float, end: float = 1.0) -> float:
    """Return how much of a part of an event has passed, from 0 to 1.

    Examples
    --------
    >>> passed(0.2, 0.25, 0.75), passed(0.5, 0.25, 0.75), passed(0.9, 0.25, 0.75)
    (0.0, 0.5, 1.0)
    """
    return min(max((u - begin) / (end - begin), 0.0), 1.0)


def hump(u: float, begin: float, top: float, end: float) -> float:
    """Return a share that rises from `begin` to `top`, and falls until `end`."""
    return min(passed(u, begin, top), 1.0 - passed(u, top, end))


def eased(share: float) -> float:
    """Return a share that hurries first and slows down."""
    return 1.0 - (1.0 - share) ** 3


def alpha_of(share: float) -> int:
    """Return a share as an alpha, in steps, so that what was painted before serves again."""
    return min(OPAQUE, round(share * 16) * 16)


def own_share(name: str) -> float:
    """Return a share from 0 to 1 that is a name's own."""
    return zlib.crc32(name.encode()) % 1000 / 1000


def ray(at: Point, turn: float, reach: tuple[float, float], color: str, wide: float, alpha: int) -> Stroke:
    """Return a short line that points away from a point."""
    return Stroke((moved(at, turn, reach[0]), moved(at, turn, reach[1])), color, wide, alpha=alpha)


def chevron(at: Point, turn: float, half: float, color: str, wide: float, alpha: int) -> Stroke:
    """Return an angle that points where it goes."""
    ends = ((-0.75 * half, -half), (0.0, 0.0), (-0.75 * half, half))
    return Stroke(tuple(moved(at, turn, *end) for end in ends), color, wide, alpha=alpha)


def tag(geometry: Geometry, at: Point, text: str, edge: str) -> Iterator[Shape]:
    """Yield a few words in a frame, their middle at a point of the map."""
    s = geometry.here.s
    (x, y), wide, tall = at, text_width(text, TAG * s, is_bold=True) + 12.0 * s, 19.0 * s
    yield Box(x - wide / 2, y - tall / 2, wide, tall, "deep", 4.0 * s, edge, 1.4 * s)
    yield Text((x, y + 4.3 * s), text, TAG * s, "ink", is_bold=True, anchor="middle")
