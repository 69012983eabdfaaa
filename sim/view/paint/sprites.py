"""A cache of small shapes and texts as pixels: hundreds stand in every picture."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pygame

from sim.scene.lines import bounds
from sim.scene.shapes import Disc
from sim.view.paint.pixels import (
    HEADINGS,
    SPRITE_FACTOR,
    Blit,
    OutlineShape,
    blurred,
    enlarged,
    painted_box,
    painted_light,
    painted_text,
    shifted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sim.scene.shapes import Box, Capsules, Glow, Light, Text
    from sim.scene.theme import Theme

SIDE: Final = 110.0
"""Shapes up to this size are sprites; pixels."""
LARGE_LIGHT: Final = 96
"""Radius from which a light is a smaller one, stretched; pixels."""
MAX_CACHED: Final = 6000
"""Sprites and texts in the cache; then the oldest quarter is dropped."""
MAX_BYTES: Final = 16_000_000
"""Of sprites' pixels; then a quarter is dropped, beginning with what was not used for longest."""


MAX_TEXT_BYTES: Final = 12_000_000
"""Of texts' pixels; then all are dropped."""


class Sprites:
    """The pixels of small shapes and texts in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.rgb = theme.rgb
        """Returns a colour of the theme as RGB."""
        self._sprites: dict[Hashable, Blit] = {}
        self._bytes = 0
        self._capsules: dict[Hashable, tuple[Blit, ...]] = {}
        self._texts: dict[Hashable, Blit] = {}
        self._text_bytes = 0
        self._placed: dict[OutlineShape, Blit | None] = {}
        self._glows: tuple[Hashable, pygame.Surface] | None = None

    @property
    def count(self) -> int:
        """The number of cached sprites and texts."""
        return len(self._sprites) + 4 * len(self._capsules) + len(self._texts) + len(self._placed)

    @property
    def kept_bytes(self) -> int:
        """Bytes of cached sprites and texts."""
        return (
            self._bytes
            + self._text_bytes
            + sum(_bytes(each) for four in self._capsules.values() for each in four)
        )

    def text(self, text: Text) -> Blit:
        """Return a text's pixels, and where they lie from its point."""
        key = (
            text.text, text.size, text.color, text.face, text.is_bold, text.is_italic, text.anchor, text.halo,
            text.alpha, text.spacing, text.turn,
        )  # fmt: skip
        found = self._texts.get(key)
        if found is None:
            found = _cache(self._texts, key, painted_text(text, self.rgb))
            self._text_bytes += _bytes(found)
            if self._text_bytes > MAX_TEXT_BYTES:
                # those on the screen come back at once, and the rest is gone
                self._texts, self._text_bytes = {key: found}, _bytes(found)
        return found

    def small(self, shape: OutlineShape) -> Blit | None:
        """Return a shape's pixels and where they lie; None where it is too large."""
        if isinstance(shape, Disc):
            return self._disc(shape) if 2 * shape.radius + 1 <= SIDE else None
        if shape not in self._placed:
            x, y, right, bottom = bounds(shape)
            left, top, small = math.floor(x), math.floor(y), None
            if right - x <= SIDE and bottom - y <= SIDE:
                moved = shifted(shape, -left, -top)
                small = self._sprite(moved, left, top, lambda: moved)
            _cache(self._placed, shape, small)
        return self._placed[shape]

    def _sprite(self, key: Hashable, left: int, top: int, shape: Callable[[], OutlineShape]) -> Blit:
        """Return the pixels of a shape near the origin, and where they lie once it is moved from there."""
        picture, (x, y) = self._kept(key, lambda: enlarged([shape()], SPRITE_FACTOR, self.rgb))
        return picture, (x + left, y + top)

    def _kept(self, key: Hashable, make: Callable[[], Blit]) -> Blit:
        """Return a cached sprite, or make it; many are seen once only, so that the cache has to be small."""
        found = self._sprites.pop(key, None)
        if found is None:
            found = make()
            self._bytes += _bytes(found)
            if self._bytes > MAX_BYTES or len(self._sprites) >= MAX_CACHED:
                self._drop()
        self._sprites[key] = found
        return found

    def _drop(self) -> None:
        """Drop sprites that were not used for longest."""
        self._placed.clear()  # it holds the same pictures
        most = max(1, len(self._sprites) * 3 // 4)
        while self._sprites and (self._bytes > MAX_BYTES * 3 // 4 or len(self._sprites) > most):
            self._bytes -= _bytes(self._sprites.pop(next(iter(self._sprites))))

    def _disc(self, disc: Disc) -> Blit:
        """Return a disc's pixels; convoys move in every picture, so that its key has to be cheap."""
        x, y = disc.center
        left, top = math.floor(x), math.floor(y)
        across, down = round((x - left) * 4), round((y - top) * 4)
        key = (across, down, disc.radius, disc.color, disc.edge, disc.edge_width, disc.alpha)
        return self._sprite(key, left, top, lambda: replace(disc, center=(across / 4, down / 4)))

    def capsules(self, capsules: Capsules, origin: tuple[int, int] = (0, 0)) -> list[Blit]:
        """Return the pixels of capsules and where they lie from an origin.

        Their direction is rounded to one of `HEADINGS`, their places to half a pixel.
        """
        heading = round(capsules.turn * (HEADINGS / math.tau)) % HEADINGS
        long, wide = round(capsules.length * 2), round(capsules.width * 2)
        key = (heading, long, wide, capsules.color, capsules.brakes, capsules.alpha)
        four = self._capsules.get(key)
        if four is None:
            size = long, wide
            plain = replace(
                capsules, turn=heading * math.tau / HEADINGS, length=size[0] / 2, width=size[1] / 2
            )
            four = _cache(self._capsules, key, tuple(self._placed_capsule(plain, n) for n in range(4)))
        left, top = origin
        blits = []
        for x, y in capsules.at:
            across, down = int(2.0 * x), int(2.0 * y)
            picture, (right, below) = four[(across & 1) + 2 * (down & 1)]
            blits.append((picture, ((across >> 1) + right - left, (down >> 1) + below - top)))
        return blits

    def _placed_capsule(self, capsules: Capsules, number: int) -> Blit:
        """Return the pixels of a capsule at a corner of a half-pixel grid."""
        at = ((number & 1) / 2 + 0.25, (number >> 1) / 2 + 0.25)
        return enlarged([replace(capsules, at=(at,))], SPRITE_FACTOR, self.rgb)

    def light(self, light: Light) -> Blit:
        """Return a light's pixels and where they lie; its size and its strength are rounded."""
        radius, alpha = max(2, round(light.radius / 2) * 2), light.alpha // 8 * 8
        small = min(radius, LARGE_LIGHT)
        key, cell = ("light", small, light.color, alpha), (*self.rgb(light.color), alpha)
        picture, _ = self._kept(key, lambda: (painted_light(small, cell), (0, 0)))
        if radius > small:
            picture = pygame.transform.smoothscale(picture, (2 * radius, 2 * radius))
        return picture, (round(light.center[0]) - radius, round(light.center[1]) - radius)

    def rounded(self, box: Box, width: int, height: int) -> pygame.Surface:
        """Return the pixels of a box of a size in whole pixels."""
        key = ("box", width, height, box.color, box.edge, box.edge_width, box.radius, box.alpha)
        return self._kept(key, lambda: (painted_box(box, width, height, self.rgb), (0, 0)))[0]

    def glow(self, glows: Sequence[Glow], frame: pygame.Rect) -> pygame.Surface:
        """Return glows over a part of the picture; the last picture is cached."""
        key = (tuple(glows), tuple(frame))
        if self._glows is None or self._glows[0] != key:
            self._glows = (key, blurred(glows, frame, self.rgb))
        return self._glows[1]


def _bytes(sprite: Blit) -> int:
    """Return how many bytes a sprite's pixels take."""
    return sprite[0].get_pitch() * sprite[0].get_height()


def _cache(cache: dict[Any, Any], key: Hashable, made: Any) -> Any:  # noqa: ANN401 - whatever is cached there
    """Cache what was made and return it; drop the oldest when there are too many."""
    if len(cache) >= MAX_CACHED:
        for old in tuple(islice(cache, max(1, MAX_CACHED // 4))):
            del cache[old]
    cache[key] = made
    return made
