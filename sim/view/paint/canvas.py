"""A surface that shapes are drawn on in order, as many at once as possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pygame

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
from sim.view.paint.pixels import OPAQUE, PREMULTIPLIED, enlarged, picture_of, rows_of_stripes
from sim.view.paint.repaint import extent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sim.view.paint.pixels import Blit, OutlineShape
    from sim.view.paint.sprites import Sprites

FACTORS: Final = ((160_000, 4), (520_000, 3))
"""Supersampling factor by the clip's area in pixels; 2 for larger clips."""


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
        self.is_plain = True
        """Whether only sprites, text and boxes were drawn."""
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
        self.is_plain = False
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
        self.is_plain = False
        edges = [extent(shape) for shape in self._outlines]
        left, top = math.floor(min(e[0] for e in edges)) - 1, math.floor(min(e[1] for e in edges)) - 1
        right, bottom = math.ceil(max(e[2] for e in edges)) + 1, math.ceil(max(e[3] for e in edges)) + 1
        seen = self._surface.get_clip().move(self._left, self._top)
        frame = pygame.Rect(left, top, right - left, bottom - top).clip(seen)
        if frame.width <= 0 or frame.height <= 0:
            return
        area = self._clip.width * self._clip.height
        factor = next((factor for most, factor in FACTORS if area <= most), 2)
        picture, at = enlarged(self._outlines, factor, self._sprites.rgb, frame)
        self._blit(picture, at)

    def _draw_glows(self) -> None:
        self.is_plain = False
        frame = self._clip.move(self._left, self._top)
        if frame.width > 0 and frame.height > 0:
            self._blit(self._sprites.glow(self._glows, frame), frame.topleft)

    def _blit(self, picture: pygame.Surface, at: tuple[int, int]) -> None:
        """Blend a picture in; `at` is in window pixels."""
        where = (at[0] - self._left, at[1] - self._top)
        self._mark_drawn(self._surface.blit(picture, where, special_flags=PREMULTIPLIED))


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
