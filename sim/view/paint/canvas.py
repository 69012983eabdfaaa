"""One surface being painted: shapes in their order, as many at once as may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.shapes import Arc, Area, Arrowhead, Box, Clip, Disc, Field, Glow, Shape, Stroke, Text
from sim.view.paint.pixels import OPAQUE, PREMULTIPLIED, enlarged
from sim.view.paint.repaint import extent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sim.view.paint.pixels import Blit, Long
    from sim.view.paint.sprites import Sprites

FACTORS: Final = ((160_000, 4), (520_000, 3))
"""By the clip's area in pixels: how much larger than it will be it is drawn; else twice."""


class Canvas:
    """A surface that shapes are drawn on.

    Parameters
    ----------
    sprites
        What is kept of small shapes.
    origin
        Where the surface lies in the window; pixels.
    gathers
        Whether small shapes too are drawn large and together, and not as sprites.
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
        self._long: list[Long] = []
        self._blits: list[Blit] = []
        self._glows: list[Glow] = []
        self._part = surface.get_rect()
        self._seen = self._part
        self.drawn: pygame.Rect | None = None
        """Which part of the surface was drawn on, if any."""
        self.is_plain = True
        """Whether only sprites, letters and boxes were drawn."""
        self._takers: dict[type, Callable[[Any], None]] = {
            Text: self._take_text,
            Arrowhead: self._take_head,
            Box: self._take_box,
            Disc: self._take_long,
            Arc: self._take_long,
            Stroke: self._take_long,
            Area: self._take_long,
            Glow: self._take_glow,
            Clip: self._take_clip,
            Field: self._take_field,
        }

    def draw(self, shapes: Sequence[Shape], part: pygame.Rect | None = None) -> None:
        """Draw shapes in their order.

        Parameters
        ----------
        part
            The part of the surface to which drawing is confined; none is all of it.
        """
        if part is not None:
            self._part = part
            self._surface.set_clip(part)
        takers = self._takers
        for shape in shapes:
            takers[type(shape)](shape)
        self._flush()
        self._surface.set_clip(None)

    def _take_text(self, text: Text) -> None:
        """Gather a text."""
        if self._long or self._glows:
            self._flush()
        picture, (x, y) = self._sprites.text(text)
        at = (x + round(text.at[0]) - self._left, y + round(text.at[1]) - self._top)
        self._blits.append((picture, at))

    def _take_head(self, head: Arrowhead) -> None:
        """Gather an arrowhead."""
        if self._long or self._glows:
            self._flush()
        picture, (x, y) = self._sprites.head(head)
        self._blits.append((picture, (x - self._left, y - self._top)))

    def _take_long(self, shape: Long) -> None:
        """Gather a shape with large ones that wait to be drawn; else as a sprite, where it is small."""
        if self._long:
            if self._long[-1].alpha == shape.alpha:
                self._long.append(shape)
                return
            self._flush()
        small = None if self._gathers else self._sprites.small(shape)
        if self._glows or (small is None and self._blits):
            self._flush()
        if small is None and (bar := _level(shape)) is not None:
            self._take_box(bar)
        elif small is None:
            self._long.append(shape)
        else:
            picture, (x, y) = small
            self._blits.append((picture, (x - self._left, y - self._top)))

    def _take_box(self, box: Box) -> None:
        """Fill a plain box, or gather a rounded one; both stand on whole pixels, so that they are crisp."""
        left, top = round(box.x), round(box.y)
        width, height = round(box.x + box.width) - left, round(box.y + box.height) - top
        if width <= 0 or height <= 0:
            return
        if self._long or self._glows:
            self._flush()
        at = (left - self._left, top - self._top)
        if box.radius or box.edge is not None or box.alpha < OPAQUE:
            self._blits.append((self._sprites.rounded(box, width, height), at))
        elif box.color is not None:
            self._flush()
            self._touch(self._surface.fill((*self._sprites.rgb(box.color), OPAQUE), (*at, width, height)))

    def _take_glow(self, glow: Glow) -> None:
        """Gather soft light."""
        if self._blits or self._long:
            self._flush()
        self._glows.append(glow)

    def _take_clip(self, clip: Clip) -> None:
        """Set the clip."""
        self._flush()
        self._seen = rectangle(clip).move(-self._left, -self._top)
        self._surface.set_clip(self._seen.clip(self._part))

    def _take_field(self, field: Field) -> None:
        """Stretch a field."""
        self._flush()
        self.is_plain = False
        frame = rectangle(field).move(-self._left, -self._top)
        size = (field.columns, len(field.cells) // (4 * field.columns))
        grid = pygame.image.frombuffer(field.cells, size, "RGBA").premul_alpha()
        stretched = pygame.transform.smoothscale(grid, frame.size)
        self._touch(self._surface.blit(stretched, frame, special_flags=PREMULTIPLIED))

    def _flush(self) -> None:
        """Draw what was gathered."""
        if self._blits:
            self._surface.fblits(self._blits, PREMULTIPLIED)
            places = [picture.get_rect(topleft=at) for picture, at in self._blits]
            self._touch(places[0].unionall(places).clip(self._surface.get_clip()))
            self._blits = []
        if self._long:
            self._draw_long()
            self._long = []
        if self._glows:
            self._draw_glows()
            self._glows = []

    def _touch(self, part: pygame.Rect) -> None:
        """Note that a part of the surface was drawn on."""
        if part.width and part.height:
            self.drawn = part if self.drawn is None else self.drawn.union(part)

    def _frame(self, shapes: Sequence[Long]) -> pygame.Rect:
        """Return the part of the surface that shapes touch, in window pixels."""
        edges = [extent(shape) for shape in shapes]
        left, top = math.floor(min(e[0] for e in edges)) - 1, math.floor(min(e[1] for e in edges)) - 1
        right, bottom = math.ceil(max(e[2] for e in edges)) + 1, math.ceil(max(e[3] for e in edges)) + 1
        seen = self._surface.get_clip().move(self._left, self._top)
        return pygame.Rect(left, top, right - left, bottom - top).clip(seen)

    def _draw_long(self) -> None:
        """Draw long shapes of one alpha large, and scale them down."""
        self.is_plain = False
        frame = self._frame(self._long)
        if frame.width <= 0 or frame.height <= 0:
            return
        area = self._seen.width * self._seen.height
        factor = next((factor for most, factor in FACTORS if area <= most), 2)
        picture, at = enlarged(self._long, factor, self._sprites.rgb, frame)
        self._lay(picture, at)

    def _draw_glows(self) -> None:
        """Draw soft light."""
        self.is_plain = False
        frame = self._seen.move(self._left, self._top)
        if frame.width > 0 and frame.height > 0:
            self._lay(self._sprites.glow(self._glows, frame), frame.topleft)

    def _lay(self, picture: pygame.Surface, at: tuple[int, int]) -> None:
        """Lay a picture over what is there; `at` is in window pixels."""
        where = (at[0] - self._left, at[1] - self._top)
        self._touch(self._surface.blit(picture, where, special_flags=PREMULTIPLIED))


def _level(shape: Long) -> Box | None:
    """Return a level line that lies on whole pixels as a box, which needs no softening; none for others."""
    if not isinstance(shape, Stroke) or shape.dashes is not None or len(shape.points) != len(("from", "to")):
        return None
    (x, y), (end, other) = shape.points
    top = y - shape.width / 2
    is_whole = float(top).is_integer() and float(shape.width).is_integer()
    if y != other or not is_whole or shape.alpha < OPAQUE:
        return None
    return Box(min(x, end), top, abs(end - x), shape.width, shape.color)


def rectangle(shape: Clip | Field) -> pygame.Rect:
    """Return a shape's rectangle on whole pixels."""
    left, top = round(shape.x), round(shape.y)
    return pygame.Rect(left, top, round(shape.x + shape.width) - left, round(shape.y + shape.height) - top)
