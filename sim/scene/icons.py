"""Icons as shapes round a point, since no font carries them: playing, weather, scissors."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Area, Box, Disc, Shape, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scene.shapes import Color


def icon(name: str, x: float, y: float, radius: float, color: Color) -> list[Shape]:
    """Return one of `ICONS`, as large as a circle of this radius."""
    return ICONS[name](x, y, radius, color)


def _play(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    left = x - radius * 0.62
    return [Area(((left, y - radius), (left + radius * 1.75, y), (left, y + radius)), color)]


def _pause(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    wide, lefts = radius * 0.55, (x - radius * 0.8, x + radius * 0.25)
    return [Box(left, y - radius, wide, 2 * radius, color, wide * 0.25) for left in lefts]


def _head_at_bar(x: float, y: float, radius: float, color: Color, *, way: int) -> list[Shape]:
    reach = radius * 0.8
    bar, tip = x + way * reach, x + way * reach * 0.75
    back = tip - way * reach * 1.6
    return [
        Area(((back, y - reach), (tip, y), (back, y + reach)), color),
        Stroke(((bar, y - reach), (bar, y + reach)), color, radius * 0.32),
    ]


def _scissors(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    """Return open scissors that cut to the right."""
    grip, width = radius * 0.3, radius * 0.2
    left, right, pin = x - radius * 0.68, x + radius, (x - radius * 0.05, y)
    shapes: list[Shape] = []
    for way in (-1, 1):
        eye = (left, y + way * radius * 0.44)
        shapes += [
            Disc(eye, grip, None, color, width),
            Stroke(((eye[0] + grip * 0.8, eye[1] - way * grip * 0.6), pin), color, width),
            Area(
                (
                    (pin[0] - radius * 0.05, y + way * radius * 0.1),
                    (right, y - way * radius * 0.5),
                    (right - radius * 0.18, y - way * radius * 0.24),
                    (pin[0] + radius * 0.15, y + way * radius * 0.14),
                ),
                color,
            ),
        ]
    return shapes


def _ray(x: float, y: float, begin: float, end: float, turn: float, color: Color, width: float) -> Stroke:
    across, down = math.cos(turn), math.sin(turn)
    return Stroke(((x + begin * across, y + begin * down), (x + end * across, y + end * down)), color, width)


def _sun(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    rays = [_ray(x, y, radius * 0.68, radius, math.tau * turn / 8, color, radius * 0.2) for turn in range(8)]
    return [Disc((x, y), radius * 0.42, color), *rays]


def _flake(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    shapes: list[Shape] = []
    for number in range(6):
        turn = math.tau * (number + 0.5) / 6
        shapes.append(_ray(x, y, 0.0, radius, turn, color, radius * 0.17))
        fork = x + radius * 0.55 * math.cos(turn), y + radius * 0.55 * math.sin(turn)
        shapes += [
            _ray(*fork, 0.0, radius * 0.36, turn + way * math.pi / 4, color, radius * 0.15) for way in (-1, 1)
        ]
    return shapes


def _waves(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    return [
        Stroke(
            tuple(
                (x + radius * (part / 6 - 1), y + radius * (row * 0.6 + 0.17 * math.sin(math.pi * part / 2)))
                for part in range(13)
            ),
            color,
            radius * 0.22,
        )
        for row in (-1, 0, 1)
    ]


def _rain(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    return [
        Stroke(
            ((x + radius * (at + 0.25), y - radius * 0.7), (x + radius * (at - 0.25), y + radius * 0.7)),
            color,
            radius * 0.2,
        )
        for at in (-0.65, 0.0, 0.65)
    ]


ICONS: Final[dict[str, Callable[[float, float, float, Color], list[Shape]]]] = {
    "play": _play,
    "pause": _pause,
    "event_back": partial(_head_at_bar, way=-1),
    "event_forward": partial(_head_at_bar, way=1),
    "scissors": _scissors,
    "clear": _sun,
    "frost": _flake,
    "mud": _waves,
    "rain": _rain,
}
"""By name of a command, of a weather or of a thing."""
