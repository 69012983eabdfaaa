"""A surface that shapes are drawn on in order, as many at once as possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.lines import bounds
from sim.scene.shapes import (
    Arc,
    Area,
    Box,
    Capsules,
    Clip,
    Disc,
    Field,
    Glow,
    Hatch,
    Light,
    Shape,
    Stroke,
    Text,
)
from sim.view.paint.pixels import GLOW_REDUCTION, OPAQUE, PREMULTIPLIED, enlarged, picture_of, rows_of_stripes
from sim.view.paint.repaint import extent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from sim.view.paint.pixels import Blit, OutlineShape
    from sim.view.paint.repaint import Edges
    from sim.view.paint.sprites import Sprites

FACTORS: Final = ((160_000, 4.0), (520_000, 3.0), (math.inf, 2.0))
"""Supersampling factors, each up to an area in pixels, which is the clip's."""
MARK_FACTORS: Final = ((8_000, 3.0), (120_000, 2.0), (math.inf, 1.0))
"""The same for marks that move, by their own area: what is large and runs out may be coarse."""


LIGHT_GRID: Final = 2 * GLOW_REDUCTION


class Canvas:
    """A surface that shapes are drawn on; `origin` is where it lies in the window.

    With `gathers` small shapes too are drawn together and scaled down, and not as sprites.
    """

    def __init__(
        self,
        sprites: Sprites,
        surface: pygame.Surface,
        origin: tuple[int, int] = (0, 0),
        *,
        gathers: bool = False,
    ) -> None:
        self._sprites = sprites
        self._surface = surface
        self._left, self._top = origin
        self._gathers = gathers
        self._outlines: list[OutlineShape] = []
        self._blits: list[Blit] = []
        self._glows: list[Glow] = []
        self._part = surface.get_rect()
        self._clip = self._part
        self.drawn: pygame.Rect | None = None
        """The part of the surface that was drawn on, if any."""
        self._adders: dict[type, Callable[[Any], None]] = {
            Text: self._add_text,
            Capsules: self._add_capsules,
            Light: lambda light: self._add_sprite(sprites.light(light)),
            Box: self._add_box,
            **dict.fromkeys((Disc, Arc, Stroke, Area, Hatch), self._add_outline),
            Glow: self._add_glow,
            Clip: self._set_clip,
            Field: self._draw_field,
        }

    def draw(self, shapes: Sequence[Shape], part: pygame.Rect | None = None) -> None:
        """Draw shapes in order, in a part of the surface or all of it."""
        if part is not None:
            self._part = part
            self._surface.set_clip(part)
        adders = self._adders
        for shape in shapes:
            adders[type(shape)](shape)
        self._flush()
        self._surface.set_clip(None)

    def _add_sprite(self, sprite: Blit) -> None:
        if self._outlines or self._glows:
            self._flush()
        picture, (x, y) = sprite
        self._blits.append((picture, (x - self._left, y - self._top)))

    def _add_capsules(self, capsules: Capsules) -> None:
        if self._outlines or self._glows:
            self._flush()
        self._blits += self._sprites.capsules(capsules, (self._left, self._top))

    def _add_text(self, text: Text) -> None:
        picture, (x, y) = self._sprites.text(text)
        self._add_sprite((picture, (x + round(text.at[0]), y + round(text.at[1]))))

    def _add_outline(self, shape: OutlineShape) -> None:
        """Gather a shape with others that wait to be drawn large, or as a sprite where it is small."""
        if self._outlines:
            if self._outlines[-1].alpha == shape.alpha:
                self._outlines.append(shape)
                return
            self._flush()
        small = None if self._gathers else self._sprites.small(shape)
        if small is not None:
            self._add_sprite(small)
            return
        if self._glows or self._blits:
            self._flush()
        if (bar := _as_box(shape)) is not None:
            self._add_box(bar)
        else:
            self._outlines.append(shape)

    def _add_box(self, box: Box) -> None:
        """Fill a plain box, or gather a rounded one; both on whole pixels, so that they are crisp."""
        left, top = round(box.x), round(box.y)
        width, height = round(box.x + box.width) - left, round(box.y + box.height) - top
        if width <= 0 or height <= 0:
            return
        if box.radius or box.edge is not None or box.alpha < OPAQUE:
            self._add_sprite((self._sprites.rounded(box, width, height), (left, top)))
        elif box.color is not None:
            self._flush()
            place = (left - self._left, top - self._top, width, height)
            self._mark_drawn(self._surface.fill((*self._sprites.rgb(box.color), OPAQUE), place))

    def _add_glow(self, glow: Glow) -> None:
        if self._blits or self._outlines:
            self._flush()
        self._glows.append(glow)

    def _set_clip(self, clip: Clip) -> None:
        self._flush()
        self._clip = rectangle(clip).move(-self._left, -self._top)
        self._surface.set_clip(self._clip.clip(self._part))

    def _draw_field(self, field: Field) -> None:
        self._flush()
        frame = rectangle(field).move(-self._left, -self._top)
        size = (field.columns, len(field.cells) // (4 * field.columns))
        grid = picture_of(field.cells, size).premul_alpha()
        stretched = pygame.transform.smoothscale(grid, frame.size)
        if field.stripes is not None:
            corner = frame.left + self._left, frame.top + self._top
            stretched.fblits(rows_of_stripes(field.stripes, frame.size, corner), pygame.BLEND_RGBA_MULT)
        self._mark_drawn(self._surface.blit(stretched, frame, special_flags=PREMULTIPLIED))

    def _flush(self) -> None:
        if self._blits:
            self._surface.fblits(self._blits, PREMULTIPLIED)
            places = [picture.get_rect(topleft=at) for picture, at in self._blits]
            self._mark_drawn(places[0].unionall(places).clip(self._surface.get_clip()))
            self._blits = []
        if self._outlines:
            self._draw_outlines()
            self._outlines = []
        if self._glows:
            self._draw_glows()
            self._glows = []

    def _mark_drawn(self, part: pygame.Rect) -> None:
        if part.width and part.height:
            self.drawn = part if self.drawn is None else self.drawn.union(part)

    def _draw_outlines(self) -> None:
        whole = enclosing(map(extent, self._outlines))
        frame = whole.clip(self._surface.get_clip().move(self._left, self._top))
        if frame.width > 0 and frame.height > 0:
            factor = _factor(FACTORS, self._clip)
            self._blit(*enlarged(self._outlines, factor, self._sprites.rgb, frame))

    def _draw_glows(self) -> None:
        frame = enclosing(map(extent, self._glows)).clip(self._clip.move(self._left, self._top))
        if frame.width > 0 and frame.height > 0:
            # on the coarse grid on which light is drawn, so that it looks the same wherever it ends
            left, top = frame.left // LIGHT_GRID * LIGHT_GRID, frame.top // LIGHT_GRID * LIGHT_GRID
            frame = pygame.Rect(left, top, frame.right - left, frame.bottom - top)
            self._blit(self._sprites.glow(self._glows, frame), frame.topleft)

    def _blit(self, picture: pygame.Surface, at: tuple[int, int]) -> None:
        """Blend a picture in; `at` is in window pixels."""
        where = (at[0] - self._left, at[1] - self._top)
        self._mark_drawn(self._surface.blit(picture, where, special_flags=PREMULTIPLIED))


def mark_blits(sprites: Sprites, shapes: Sequence[Shape], region: pygame.Rect) -> list[Blit]:
    """Return the pixels of a mark that never looks the same again, and where they lie.

    Its outlines are drawn together whatever their alphas, and cover one another.
    """
    blits: list[Blit] = []
    outlines: list[OutlineShape] = []

    def flush() -> None:
        frame = enclosing(map(bounds, outlines)).clip(region) if outlines else region
        if outlines and frame.width and frame.height:
            blits.append(enlarged(outlines, _factor(MARK_FACTORS, frame), sprites.rgb, frame, mixes=True))
        outlines.clear()

    for shape in shapes:
        if isinstance(shape, (Stroke, Disc, Area, Arc, Hatch)):
            if shape.alpha:
                outlines.append(shape)
            continue
        flush()
        if isinstance(shape, Light):
            blits.append(sprites.light(shape))
        elif isinstance(shape, Text):
            picture, (x, y) = sprites.text(shape)
            blits.append((picture, (x + round(shape.at[0]), y + round(shape.at[1]))))
        elif isinstance(shape, Box):
            left, top = round(shape.x), round(shape.y)
            size = round(shape.x + shape.width) - left, round(shape.y + shape.height) - top
            blits.append((sprites.rounded(shape, *size), (left, top)))
        else:
            raise TypeError(shape)
    flush()
    return blits


def enclosing(edges: Iterable[Edges]) -> pygame.Rect:
    """Return a rectangle on whole pixels that holds some, and a pixel more."""
    left, top, right, bottom = zip(*edges, strict=True)
    x, y = math.floor(min(left)) - 1, math.floor(min(top)) - 1
    return pygame.Rect(x, y, math.ceil(max(right)) + 1 - x, math.ceil(max(bottom)) + 1 - y)


def _factor(factors: Sequence[tuple[float, float]], part: pygame.Rect) -> float:
    return next(factor for most, factor in factors if part.width * part.height <= most)


def _as_box(shape: OutlineShape) -> Box | None:
    """Return an upright or level line on whole pixels as a box, which needs no anti-aliasing; else None."""
    if not isinstance(shape, Stroke) or shape.dashes is not None or len(shape.points) != len(("from", "to")):
        return None
    (x, y), (end, foot) = shape.points
    wide, tall = (shape.width, 0.0) if x == end else (0.0, shape.width)
    left, top = min(x, end) - wide / 2, min(y, foot) - tall / 2
    is_whole = float(left if wide else top).is_integer() and float(shape.width).is_integer()
    if (x != end and y != foot) or not is_whole or shape.alpha < OPAQUE:
        return None
    return Box(left, top, abs(end - x) + wide, abs(foot - y) + tall, shape.color)


def rectangle(shape: Clip | Field) -> pygame.Rect:
    """Return a shape's rectangle on whole pixels."""
    left, top = round(shape.x), round(shape.y)
    return pygame.Rect(left, top, round(shape.x + shape.width) - left, round(shape.y + shape.height) - top)
