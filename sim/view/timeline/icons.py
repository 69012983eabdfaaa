"""Icons as shapes, since no font carries them: each fits into a circle round its middle."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Area, Box, Shape, Stroke

if TYPE_CHECKING:
    from sim.scene.shapes import Color

Draw = Callable[[float, float, float, "Color"], list[Shape]]


def icon(name: str, x: float, y: float, radius: float, color: Color) -> list[Shape]:
    """Return one of `ICONS` round a point."""
    return ICONS[name](x, y, radius, color)


def _head(x: float, y: float, reach: float, color: Color, way: int) -> Area:
    """Return a triangle that points on, or back where the way is -1."""
    return Area(((x - way * reach, y - reach), (x + way * reach, y), (x - way * reach, y + reach)), color)


def _play(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    left = x - radius * 0.62
    return [Area(((left, y - radius), (left + radius * 1.75, y), (left, y + radius)), color)]


def _pause(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    wide, lefts = radius * 0.55, (x - radius * 0.8, x + radius * 0.25)
    return [Box(left, y - radius, wide, 2 * radius, color, wide * 0.25) for left in lefts]


def _two_heads(x: float, y: float, radius: float, color: Color, *, way: int) -> list[Shape]:
    reach = radius * 0.55
    return [_head(x - reach, y, reach, color, way), _head(x + reach, y, reach, color, way)]


def _head_at_bar(x: float, y: float, radius: float, color: Color, *, way: int) -> list[Shape]:
    reach = radius * 0.75
    bar = x + way * reach
    line = Stroke(((bar, y - reach), (bar, y + reach)), color, radius * 0.32)
    return [_head(x - way * reach * 0.15, y, reach, color, way), line]


def _minus(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    return [Stroke(((x - radius, y), (x + radius, y)), color, radius * 0.45)]


def _plus(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    return [*_minus(x, y, radius, color), Stroke(((x, y - radius), (x, y + radius)), color, radius * 0.45)]


ICONS: Final[dict[str, Draw]] = {
    "play": _play,
    "pause": _pause,
    "day_back": partial(_two_heads, way=-1),
    "day_forward": partial(_two_heads, way=1),
    "event_back": partial(_head_at_bar, way=-1),
    "event_forward": partial(_head_at_bar, way=1),
    "slower": _minus,
    "faster": _plus,
}
