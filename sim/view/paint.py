"""Shapes become pixels: anti-aliased, with letters, small shapes and whole layers kept.

Everything in between is kept with colours multiplied by their alpha, so that soft edges neither darken nor
fringe. Long lines are drawn large and scaled down, many at once; small shapes once each, as sprites.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pygame

from sim.view.pixels import (
    HEADINGS,
    OPAQUE,
    PIXELS,
    PREMULTIPLIED,
    SPRITE_FACTOR,
    Blit,
    Long,
    enlarged,
    painted_box,
    painted_text,
    shifted,
    weighted,
)
from sim.view.shapes import (
    Arc,
    Area,
    Arrowhead,
    Box,
    Clip,
    Color,
    Disc,
    Field,
    Glow,
    Layer,
    Rgb,
    Scene,
    Shape,
    Stroke,
    Text,
)
from sim.view.strokes import bounds, outline
from sim.view.theme import THEMES

SPRITE_SIDE: Final = 110.0
"""Shapes up to this size are sprites; pixels."""
FACTORS: Final = ((160_000, 4), (520_000, 3))
"""By area in pixels: how much larger than it will be a part of the picture is drawn; else twice."""
GLOW_REDUCTION: Final = 4
"""Soft light is drawn this much smaller."""
KEPT: Final = 6000
"""Sprites and texts kept; then all are made anew."""
RESTLESS: Final = 2
"""A layer that changed in so many pictures in a row is painted straight away."""
CALMING: Final = 0.25
"""How much of a change is forgotten with every picture in which a layer stays the same."""


@dataclass(slots=True)
class _Kept:
    """A layer's pixels and where they lie."""

    key: Hashable
    surface: pygame.Surface
    at: tuple[int, int]


class Painter:
    """Paints scenes, and keeps whatever can serve again.

    Parameters
    ----------
    theme_name
        ``dark`` or ``light``.
    """

    def __init__(self, theme_name: str) -> None:
        pygame.font.init()
        self._theme = THEMES[theme_name]
        self._layers: dict[str, _Kept] = {}
        self._changes: dict[str, tuple[Hashable, float]] = {}
        self._bottom: tuple[Hashable, pygame.Surface] | None = None
        self._sprites: dict[Hashable, Blit] = {}
        self._texts: dict[Text, Blit] = {}
        self._size = (0, 0)

    def paint(self, surface: pygame.Surface, scene: Scene) -> None:
        """Paint a scene over the whole surface.

        Parameters
        ----------
        surface
            The window's, or any other of the scene's size.
        scene
            What to paint.
        """
        if surface.get_size() != self._size:
            self._layers.clear()
            self._bottom = None
            self._size = surface.get_size()
        layers = list(scene.layers)
        still = 0
        while still < len(layers) and not self._is_restless(layers[still]):
            still += 1
        self._paint_bottom(surface, scene.background, layers[:still])
        for layer in layers[still:]:
            if self._is_restless(layer):
                _Easel(self, surface, (0, 0)).draw(layer.shapes)
            else:
                kept = self._kept(layer)
                surface.blit(kept.surface, kept.at, special_flags=PREMULTIPLIED)
        for layer in layers:
            self._note(layer)

    def _paint_bottom(self, surface: pygame.Surface, background: Color, layers: list[Layer]) -> None:
        """Paint the layers that keep still, as one picture while none of them changes."""
        key = (background, tuple((layer.name, layer.key) for layer in layers))
        if self._bottom is None or self._bottom[0] != key:
            picture = pygame.Surface(self._size, depth=32) if self._bottom is None else self._bottom[1]
            picture.fill(self._theme.rgb(background))
            for layer in layers:
                kept = self._kept(layer)
                picture.blit(kept.surface, kept.at, special_flags=PREMULTIPLIED)
            self._bottom = (key, picture)
        surface.blit(self._bottom[1], (0, 0))

    def _is_restless(self, layer: Layer) -> bool:
        """Return whether keeping a layer's pixels would not pay."""
        return layer.key is None or self._changes.get(layer.name, (None, 0.0))[1] >= RESTLESS

    def _note(self, layer: Layer) -> None:
        """Remember whether a layer changed."""
        known, unrest = self._changes.get(layer.name, (layer.key, 0.0))
        unrest = min(unrest + 1.0, 2 * RESTLESS) if known != layer.key else max(0.0, unrest - CALMING)
        self._changes[layer.name] = (layer.key, unrest)

    def _kept(self, layer: Layer) -> _Kept:
        """Return a layer's pixels, painted anew only where its key changed."""
        kept = self._layers.get(layer.name)
        if kept is None or kept.key != layer.key:
            whole = pygame.Rect((0, 0), self._size)
            first = layer.shapes[0] if layer.shapes else None
            frame = _rect(first).clip(whole) if isinstance(first, Clip) else whole
            surface = pygame.Surface(frame.size, pygame.SRCALPHA)
            _Easel(self, surface, frame.topleft).draw(layer.shapes)
            # most layers are mostly empty: laying only what is there over the picture saves milliseconds
            drawn = surface.get_bounding_rect()
            at = (frame.left + drawn.left, frame.top + drawn.top)
            kept = self._layers[layer.name] = _Kept(layer.key, surface.subsurface(drawn), at)
        return kept

    def rgb(self, color: Color) -> Rgb:
        """Return a colour of the theme as numbers.

        Parameters
        ----------
        color
            A token or a tuple.
        """
        return self._theme.rgb(color)

    def text(self, text: Text) -> Blit:
        """Return a text's pixels, and where they lie from its point.

        Parameters
        ----------
        text
            Where it stands is left out of account.
        """
        plain = replace(text, at=(0.0, 0.0))
        if plain not in self._texts:
            if len(self._texts) > KEPT:
                self._texts.clear()
            self._texts[plain] = painted_text(plain, self.rgb)
        return self._texts[plain]

    def sprite(self, shape: Long | Arrowhead) -> Blit:
        """Return a small shape's pixels and where they lie.

        Parameters
        ----------
        shape
            A shape of any kind that can be drawn large.
        """
        if isinstance(shape, Arrowhead):
            return self._head(shape)
        low_x, low_y, _, _ = bounds(shape)
        left, top = math.floor(low_x), math.floor(low_y)
        key = shifted(shape, -left, -top)
        if key not in self._sprites:
            self._keep(key, enlarged([key], SPRITE_FACTOR, self.rgb))
        picture, (x, y) = self._sprites[key]
        return picture, (x + left, y + top)

    def _head(self, head: Arrowhead) -> Blit:
        """Return an arrowhead's pixels: there are hundreds in every picture, so that its key is plain."""
        left, top = math.floor(head.at[0]), math.floor(head.at[1])
        heading = round(head.turn / math.tau * HEADINGS) % HEADINGS
        across, down = int((head.at[0] - left) * 4), int((head.at[1] - top) * 4)
        key = (heading, across, down, head.size, head.color, head.edge, head.alpha)
        if key not in self._sprites:
            at, turn = (across / 4, down / 4), heading * math.tau / HEADINGS
            self._keep(key, enlarged([replace(head, at=at, turn=turn)], SPRITE_FACTOR, self.rgb))
        picture, (x, y) = self._sprites[key]
        return picture, (x + left, y + top)

    def _keep(self, key: Hashable, picture: Blit) -> None:
        """Keep a sprite; all are let go when there are too many."""
        if len(self._sprites) > KEPT:
            self._sprites.clear()
        self._sprites[key] = picture

    def rounded(self, box: Box, width: int, height: int) -> pygame.Surface:
        """Return a rounded box's pixels from its corners' sprite.

        Parameters
        ----------
        box
            Its look.
        width, height
            Its size; pixels.
        """
        key = ("box", width, height, box.color, box.edge, box.edge_width, box.radius, box.alpha)
        if key not in self._sprites:
            self._keep(key, (painted_box(box, width, height, self.rgb), (0, 0)))
        return self._sprites[key][0]


class _Easel:
    """One surface being painted; it gathers what can be painted at once."""

    def __init__(self, painter: Painter, surface: pygame.Surface, origin: tuple[int, int]) -> None:
        self._painter = painter
        self._surface = surface
        self._left, self._top = origin
        self._long: list[Long] = []
        self._blits: list[Blit] = []
        self._glows: list[Glow] = []

    def draw(self, shapes: Sequence[Shape]) -> None:
        """Draw shapes in their order."""
        for shape in shapes:
            self._take(shape)
        self._flush()
        self._surface.set_clip(None)

    def _take(self, shape: Shape) -> None:
        """Draw one shape, or gather it with those before."""
        if isinstance(shape, (Text, Arrowhead, Box)) or (
            isinstance(shape, (Disc, Arc, Stroke, Area)) and _is_small(shape)
        ):
            if self._long or self._glows:
                self._flush()
            self._take_small(shape)
        elif isinstance(shape, (Disc, Arc, Stroke, Area)):
            if self._blits or self._glows or (self._long and self._long[-1].alpha != shape.alpha):
                self._flush()
            self._long.append(shape)
        elif isinstance(shape, Glow):
            if self._blits or self._long:
                self._flush()
            self._glows.append(shape)
        else:
            self._flush()
            self._take_ground(shape)

    def _take_small(self, shape: Text | Arrowhead | Box | Long) -> None:
        """Gather a shape that is blitted."""
        if isinstance(shape, Box):
            self._take_box(shape)
            return
        if isinstance(shape, Text):
            picture, (x, y) = self._painter.text(shape)
            x, y = x + round(shape.at[0]), y + round(shape.at[1])
        else:
            picture, (x, y) = self._painter.sprite(shape)
        self._blits.append((picture, (x - self._left, y - self._top)))

    def _take_box(self, box: Box) -> None:
        """Fill a plain box, or gather a rounded one; both stand on whole pixels, so that they are crisp."""
        left, top = round(box.x), round(box.y)
        width, height = round(box.x + box.width) - left, round(box.y + box.height) - top
        if width <= 0 or height <= 0:
            return
        if box.radius or box.edge is not None or box.alpha < OPAQUE:
            picture = self._painter.rounded(box, width, height)
            self._blits.append((picture, (left - self._left, top - self._top)))
        elif box.color is not None:
            self._flush()
            frame = (left - self._left, top - self._top, width, height)
            self._surface.fill((*self._painter.rgb(box.color), OPAQUE), frame)

    def _take_ground(self, shape: Clip | Field) -> None:
        """Set the clip, or stretch a field."""
        frame = _rect(shape).move(-self._left, -self._top)
        if isinstance(shape, Clip):
            self._surface.set_clip(frame)
        else:
            cells = [max(0, value) for row in shape.rows for cell in row for value in weighted(cell)]
            size = (len(shape.rows[0]), len(shape.rows))
            grid = pygame.image.frombuffer(bytes(cells), size, "RGBA").convert(PIXELS)
            stretched = pygame.transform.smoothscale(grid, frame.size)
            self._surface.blit(stretched, frame, special_flags=PREMULTIPLIED)

    def _flush(self) -> None:
        """Draw what was gathered."""
        if self._blits:
            self._surface.fblits(self._blits, PREMULTIPLIED)
            self._blits = []
        if self._long:
            self._draw_long()
            self._long = []
        if self._glows:
            self._draw_glows()
            self._glows = []

    def _frame(self, shapes: Sequence[Long | Glow]) -> pygame.Rect:
        """Return the part of the surface that shapes touch, in window pixels."""
        edges = [bounds(shape) for shape in shapes]
        left, top = math.floor(min(e[0] for e in edges)) - 1, math.floor(min(e[1] for e in edges)) - 1
        right, bottom = math.ceil(max(e[2] for e in edges)) + 1, math.ceil(max(e[3] for e in edges)) + 1
        seen = self._surface.get_clip().move(self._left, self._top)
        return pygame.Rect(left, top, right - left, bottom - top).clip(seen)

    def _draw_long(self) -> None:
        """Draw long shapes of one alpha large, and scale them down."""
        frame = self._frame(self._long)
        if frame.width <= 0 or frame.height <= 0:
            return
        area = frame.width * frame.height
        factor = next((factor for most, factor in FACTORS if area <= most), 2)
        picture, at = enlarged(self._long, factor, self._painter.rgb, frame)
        where = (at[0] - self._left, at[1] - self._top)
        self._surface.blit(picture, where, special_flags=PREMULTIPLIED)

    def _draw_glows(self) -> None:
        """Draw soft light small, blur it, and stretch it."""
        frame = self._frame(self._glows)
        if frame.width <= 0 or frame.height <= 0:
            return
        size = (frame.width // GLOW_REDUCTION + 1, frame.height // GLOW_REDUCTION + 1)
        light = pygame.Surface(size, pygame.SRCALPHA)
        for glow in self._glows:
            shares = weighted((*self._painter.rgb(glow.color), round(OPAQUE * glow.strength)))
            points = [
                ((x - frame.x) / GLOW_REDUCTION, (y - frame.y) / GLOW_REDUCTION) for x, y in glow.points
            ]
            pygame.draw.polygon(light, shares, outline(points, glow.width / GLOW_REDUCTION))
        reach = max(1, round(max(glow.width for glow in self._glows) / GLOW_REDUCTION))
        blurred = pygame.transform.gaussian_blur(light, reach)
        whole = (size[0] * GLOW_REDUCTION, size[1] * GLOW_REDUCTION)
        stretched = pygame.transform.smoothscale(blurred, whole)
        self._surface.blit(
            stretched, (frame.x - self._left, frame.y - self._top), special_flags=PREMULTIPLIED
        )


def _is_small(shape: Long) -> bool:
    """Return whether a shape is worth a sprite."""
    left, top, right, bottom = bounds(shape)
    return right - left <= SPRITE_SIDE and bottom - top <= SPRITE_SIDE


def _rect(shape: Clip | Field) -> pygame.Rect:
    """Return a shape's rectangle on whole pixels."""
    left, top = round(shape.x), round(shape.y)
    return pygame.Rect(left, top, round(shape.x + shape.width) - left, round(shape.y + shape.height) - top)
