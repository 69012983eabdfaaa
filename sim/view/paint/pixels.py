"""Single shapes and texts as pixels, anti-aliased: drawn large, then scaled down.

Colours are premultiplied by their alpha, as `sim.view.paint.painter` blends them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pygame

from sim.scene.lines import (
    arc_points,
    bounds,
    brake_light,
    capsule_outline,
    dashed,
    hatch_bars,
    outline,
    sharp_turns,
)
from sim.scene.shapes import (
    Arc,
    Area,
    Box,
    Capsules,
    Color,
    Disc,
    Glow,
    Hatch,
    Point,
    Rgb,
    Stripes,
    Stroke,
    Text,
)
from sim.view.paint.fonts import font, fonts_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

PREMULTIPLIED: Final = pygame.BLEND_PREMULTIPLIED
OPAQUE: Final = 255
SPRITE_FACTOR: Final = 4
"""How much larger a small shape is drawn before it is scaled down."""
HEADINGS: Final = 128
"""Directions in which a capsule is cached."""
TEXT_FACTOR: Final = 4
"""How much larger letters are drawn."""
GLOW_REDUCTION: Final = 4
"""Glows are drawn this much smaller."""

OutlineShape: TypeAlias = Stroke | Area | Arc | Disc | Hatch
Blit: TypeAlias = tuple[pygame.Surface, tuple[int, int]]
Colors: TypeAlias = Callable[[Color], Rgb]
DrawnColors: TypeAlias = Callable[[Color], tuple[int, ...]]


def premultiplied(cell: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return a colour multiplied by its alpha."""
    red, green, blue, alpha = cell
    return red * alpha // OPAQUE, green * alpha // OPAQUE, blue * alpha // OPAQUE, alpha


def _quarter(value: float) -> float:
    """Round to a quarter of a pixel, so that sprites can be reused."""
    return round(value * 4) / 4


def shifted(shape: OutlineShape, x: float, y: float) -> OutlineShape:
    """Return a shape moved, to a quarter of a pixel."""
    if isinstance(shape, (Disc, Arc)):
        return replace(shape, center=(_quarter(shape.center[0] + x), _quarter(shape.center[1] + y)))
    return replace(shape, points=tuple((_quarter(a + x), _quarter(b + y)) for a, b in shape.points))


def enlarged(
    shapes: Sequence[OutlineShape | Capsules],
    factor: float,
    rgb: Colors,
    frame: pygame.Rect | None = None,
    *,
    mixes: bool = False,
) -> Blit:
    """Return shapes drawn large and scaled down, and where the picture lies.

    They have one alpha, unless it `mixes` them.
    """
    if frame is None:
        left, top, right, bottom = bounds(shapes[0])
        frame = pygame.Rect(math.floor(left), math.floor(top), 0, 0)
        frame.size = (math.ceil(right) - frame.x + 1, math.ceil(bottom) - frame.y + 1)
    size = math.ceil(frame.width * factor), math.ceil(frame.height * factor)
    large = pygame.Surface(size, pygame.SRCALPHA)
    for shape in shapes:
        is_faded = mixes and shape.alpha < OPAQUE
        colors: DrawnColors = functools.partial(_faded, rgb, shape.alpha) if is_faded else rgb
        _draw_large(large, shape, factor, (frame.x, frame.y), colors)
    picture = pygame.transform.smoothscale(large, frame.size)
    if not mixes and (alpha := shapes[0].alpha) < OPAQUE:
        picture.fill((alpha,) * 4, special_flags=pygame.BLEND_RGBA_MULT)
    return picture, frame.topleft


def _faded(rgb: Colors, alpha: int, color: Color) -> tuple[int, int, int, int]:
    return premultiplied((*rgb(color), alpha))


def _draw_large(
    surface: pygame.Surface,
    shape: OutlineShape | Capsules,
    factor: float,
    origin: tuple[int, int],
    rgb: DrawnColors,
) -> None:

    def large(points: Sequence[Point]) -> list[Point]:
        # pygame cuts off towards 0, which would shift what lies left of or above the frame
        floor = math.floor
        return [(floor((x - origin[0]) * factor), floor((y - origin[1]) * factor)) for x, y in points]

    if isinstance(shape, Disc):
        _draw_disc(surface, shape, large([shape.center])[0], factor, rgb)
    elif isinstance(shape, Capsules):
        for at in shape.at:
            pygame.draw.polygon(surface, rgb(shape.color), large(capsule_outline(shape, at)))
            if shape.brakes is not None:
                pygame.draw.polygon(surface, rgb(shape.brakes), large(brake_light(shape, at)))
    elif isinstance(shape, Hatch):
        _draw_hatch(surface, shape, [tuple(large(bar)) for bar in hatch_bars(shape)], factor, rgb)
    elif isinstance(shape, Area):
        points = large(shape.points)
        pygame.draw.polygon(surface, rgb(shape.color), points)
        if shape.edge is not None:
            around, width = [*points, points[0], points[1]], shape.edge_width * factor
            _draw_line(surface, rgb(shape.edge), outline(around, width), sharp_turns(around), width)
    else:
        color = rgb(shape.color)
        for around, corners in _outlines(shape):
            _draw_line(surface, color, large(around), large(corners), shape.width * factor)


def _draw_hatch(
    surface: pygame.Surface, hatch: Hatch, bars: Sequence[Sequence[Point]], factor: float, rgb: DrawnColors
) -> None:
    color, thick = rgb(hatch.color), max(1, round(hatch.bar * factor))
    for one, other in bars:
        pygame.draw.line(surface, color, one, other, thick)


@functools.lru_cache(maxsize=512)
def _outlines(shape: Stroke | Arc) -> tuple[tuple[list[Point], list[Point]], ...]:
    """Return the outline of each part of a line, and the corners to round."""
    parts = arc_points(shape) if isinstance(shape, Arc) else dashed(shape.points, shape.dashes)
    return tuple((outline(part, shape.width), list(sharp_turns(part))) for part in parts)


def _draw_disc(surface: pygame.Surface, disc: Disc, center: Point, factor: float, rgb: DrawnColors) -> None:
    edge = 0.0
    if disc.edge is not None:
        edge = disc.edge_width * factor
        width = 0 if disc.color is not None else max(1, round(edge))
        pygame.draw.circle(surface, rgb(disc.edge), center, disc.radius * factor, width)
    if disc.color is not None:
        pygame.draw.circle(surface, rgb(disc.color), center, disc.radius * factor - edge)


def _draw_line(
    surface: pygame.Surface,
    rgb: tuple[int, ...],
    around: Sequence[Point],
    corners: Iterable[Point],
    width: float,
) -> None:
    pygame.draw.polygon(surface, rgb, around)
    for corner in corners:
        pygame.draw.circle(surface, rgb, corner, width / 2)


def blurred(glows: Sequence[Glow], frame: pygame.Rect, rgb: Colors) -> pygame.Surface:
    """Return glows over a part of the picture: drawn small, blurred and stretched."""
    size = (frame.width // GLOW_REDUCTION + 1, frame.height // GLOW_REDUCTION + 1)
    half = (size[0] // 2 + 1, size[1] // 2 + 1)
    light = pygame.Surface((2 * half[0], 2 * half[1]), pygame.SRCALPHA)
    for glow in glows:
        shares = premultiplied((*rgb(glow.color), round(OPAQUE * glow.strength)))
        points = [((x - frame.x) / GLOW_REDUCTION, (y - frame.y) / GLOW_REDUCTION) for x, y in glow.points]
        pygame.draw.polygon(light, shares, outline(points, glow.width / GLOW_REDUCTION))
    reach = max(1, round(max(glow.width for glow in glows) / GLOW_REDUCTION / 2))
    soft = pygame.transform.gaussian_blur(pygame.transform.smoothscale(light, half), reach)
    whole = (light.get_width() * GLOW_REDUCTION, light.get_height() * GLOW_REDUCTION)
    return pygame.transform.smoothscale(soft, whole)


def picture_of(cells: bytes, size: tuple[int, int]) -> pygame.Surface:
    """Return cells of red, green, blue and alpha as a picture like all others: else it is slow to blend."""
    alike = pygame.Surface((1, 1), pygame.SRCALPHA)
    return pygame.image.frombuffer(cells, size, "RGBA").convert(alike)


def rows_of_stripes(stripes: Stripes, size: tuple[int, int], corner: tuple[int, int]) -> list[Blit]:
    """Return the rows of a picture of stripes on nothing: one row, a pixel farther left on each."""
    width, height = size
    along = np.arange(width + height) + 0.5 + sum(corner) - stripes.offset
    off = np.abs((along + stripes.step / 2) % stripes.step - stripes.step / 2)
    covered = np.clip(stripes.width * math.sqrt(0.5) + 0.5 - off, 0.0, 1.0) * OPAQUE
    cells = np.repeat(covered.round().astype(np.uint8), 4).tobytes()
    row = picture_of(cells, (width + height, 1))
    return [(row, (-y, y)) for y in range(height)]


def painted_light(radius: int, cell: tuple[int, int, int, int]) -> pygame.Surface:
    """Return a round light of a colour with alpha, which fades smoothly to its edge."""
    share = _fading(radius)
    cells = np.empty((*share.shape, 4), np.uint8)
    for number, most in enumerate(premultiplied(cell)):
        cells[:, :, number] = share * most
    return picture_of(cells.tobytes(), (2 * radius, 2 * radius))


@functools.lru_cache(maxsize=8)
def _fading(radius: int) -> NDArray[np.float64]:
    """Return how much of a round light there is in each pixel."""
    along = (np.arange(2 * radius) + 0.5) / radius - 1.0
    return np.maximum(0.0, 1.0 - along[:, None] ** 2 - along[None, :] ** 2) ** 2


def painted_box(box: Box, width: int, height: int, rgb: Colors) -> pygame.Surface:
    """Return a rounded box: its corners drawn large, the rest stretched."""
    picture = pygame.Surface((width, height), pygame.SRCALPHA)
    corner = min(math.ceil(max(box.radius, box.edge_width)) + 1, (width + 1) // 2, (height + 1) // 2)
    small = (min(width, 2 * corner + 2), min(height, 2 * corner + 2))
    large = pygame.Surface((small[0] * SPRITE_FACTOR, small[1] * SPRITE_FACTOR), pygame.SRCALPHA)
    edge = round(box.edge_width * SPRITE_FACTOR) if box.edge is not None else 0
    radius = round(box.radius * SPRITE_FACTOR)
    whole = large.get_rect()
    if box.edge is not None:
        width_drawn = edge if box.color is None else 0
        pygame.draw.rect(large, rgb(box.edge), whole, width_drawn, border_radius=radius)
    if box.color is not None:
        inner = whole.inflate(-2 * edge, -2 * edge)
        pygame.draw.rect(large, rgb(box.color), inner, border_radius=max(0, radius - edge))
    _stretch_middle(picture, pygame.transform.smoothscale(large, small), corner)
    if box.alpha < OPAQUE:
        picture.fill((box.alpha,) * 4, special_flags=pygame.BLEND_RGBA_MULT)
    return picture


def _stretch_middle(picture: pygame.Surface, sprite: pygame.Surface, corner: int) -> None:
    """Copy a sprite's corners into a larger picture's, and stretch what lies between them."""
    columns, rows = (_bands(picture.get_size()[axis], sprite.get_size()[axis], corner) for axis in (0, 1))
    for to_x, to_width, from_x, from_width in columns:
        for to_y, to_height, from_y, from_height in rows:
            part = sprite.subsurface((from_x, from_y, from_width, from_height))
            stretched = pygame.transform.scale(part, (to_width, to_height))
            picture.blit(stretched, (to_x, to_y), special_flags=PREMULTIPLIED)


def _bands(length: int, sprite: int, corner: int) -> list[tuple[int, int, int, int]]:
    if length <= sprite:
        return [(0, length, 0, length)]
    return [
        (0, corner, 0, corner),
        (corner, length - 2 * corner, corner, sprite - 2 * corner),
        (length - corner, corner, sprite - corner, corner),
    ]


def painted_text(text: Text, rgb: Colors) -> Blit:
    """Return a text with its halo, and where it lies from its point."""
    if not text.text:
        return pygame.Surface((1, 1), pygame.SRCALPHA), (0, 0)
    letters, foot = _letters(text, rgb(text.color))
    reach = max(1, round(text.size / 8)) if text.halo is not None else 0
    width, height = letters.get_size()
    picture = pygame.Surface((width + 2 * reach, height + 2 * reach), pygame.SRCALPHA)
    if text.halo is not None:
        shade, _ = _letters(text, rgb(text.halo))
        steps = [
            (round(reach + reach * math.cos(turn)), round(reach + reach * math.sin(turn)))
            for turn in (math.tau * step / 12 for step in range(12))
        ]
        picture.fblits([(shade, step) for step in steps], PREMULTIPLIED)
    picture.blit(letters, (reach, reach), special_flags=PREMULTIPLIED)
    if text.alpha < OPAQUE:
        picture.fill((text.alpha,) * 4, special_flags=pygame.BLEND_RGBA_MULT)
    if text.turn:
        picture = pygame.transform.rotozoom(picture, -math.degrees(text.turn), 1.0)
        return picture, (-picture.get_width() // 2, -picture.get_height() // 2)
    left = {"left": 0, "middle": -width // 2, "right": -width}[text.anchor]
    return picture, (left - reach, -foot - reach)


def _letters(text: Text, rgb: Rgb) -> tuple[pygame.Surface, int]:
    """Return a text's letters and the height of their baseline below the top.

    They are drawn large and scaled down, since small letters are each placed on whole pixels.
    """
    style = round(text.size * TEXT_FACTOR), text.face, text.is_bold, text.is_italic
    plain, apart = font(*style), text.spacing * TEXT_FACTOR
    parts = fonts_for(text.text, *style)
    if text.spacing:
        parts = [(letter, used) for part, used in parts for letter in part]
        so_far = accumulate((letter for letter, _ in parts[:-1]), initial="")
        reached = [used.size(before)[0] for before, (_, used) in zip(so_far, parts, strict=True)]
    else:
        reached = list(accumulate((used.size(part)[0] for part, used in parts[:-1]), initial=0))
    places = [place + count * apart for count, place in enumerate(reached)]
    drawn = [used.render(part, True, rgb).premul_alpha() for part, used in parts]
    foot = -(-plain.get_ascent() // TEXT_FACTOR)
    width = -(-round(places[-1] + drawn[-1].get_width()) // TEXT_FACTOR)
    height = foot - (-(plain.get_height() - plain.get_ascent()) // TEXT_FACTOR)
    large = pygame.Surface((width * TEXT_FACTOR, height * TEXT_FACTOR), pygame.SRCALPHA)
    tops = [foot * TEXT_FACTOR - used.get_ascent() for _, used in parts]
    at = [(round(place), top) for place, top in zip(places, tops, strict=True)]
    large.fblits(list(zip(drawn, at, strict=True)), PREMULTIPLIED)
    return pygame.transform.smoothscale(large, (width, height)), foot
