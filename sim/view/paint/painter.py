"""Scenes become pixels: anti-aliased, with letters, small shapes and whole layers kept.

Everything in between is kept with colours multiplied by their alpha, so that soft edges neither darken nor
fringe. Layers that keep still are laid together once, and only where one of them changes anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.shapes import Box, Clip, Layer, Text
from sim.scene.theme import THEMES
from sim.view.paint.canvas import Canvas, rectangle
from sim.view.paint.pixels import PREMULTIPLIED
from sim.view.paint.repaint import changed_parts, edges, is_heavy, touching
from sim.view.paint.sprites import Sprites

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sim.scene.shapes import Rgb, Scene, Shape
    from sim.view.paint.repaint import Edges, Part

RESTLESS: Final = 2
"""A layer that changed in so many pictures in a row is painted straight away."""
TILE: Final = 64
"""Side of the squares in which it is noted whether a picture of layers is empty; pixels."""
CALMING: Final = 0.25
"""How much of a change is forgotten with every picture in which a layer stays the same."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A layer's pixels.

    Attributes
    ----------
    fresh
        Parts of the window that were painted anew this time.
    is_heavy
        Whether painting it all takes long; such layers are always kept, and mended where they change.
    is_plain
        Whether it is of sprites, letters and boxes only: each comes out the same whatever is beside it, so
        that only where others are do pixels change.
    """

    layer: Layer
    surface: pygame.Surface
    at: tuple[int, int]
    part: pygame.Rect
    turn: int
    fresh: tuple[pygame.Rect, ...]
    is_heavy: bool
    is_plain: bool


class _Stack:
    """Layers that keep still, laid over one another as one picture.

    Parameters
    ----------
    ground
        What lies beneath them; none where they are to be laid over something.
    """

    def __init__(self, size: tuple[int, int], ground: Rgb | None) -> None:
        self._ground = ground
        self._laid: tuple[_Kept, ...] = ()
        self._picture = pygame.Surface(size, pygame.SRCALPHA if ground is None else 0, 32)
        self._whole = self._picture.get_rect()
        self._tiles: dict[tuple[int, int], tuple[pygame.Surface, tuple[int, int]]] = {}
        if ground is not None:
            self._picture.fill(ground)

    def show(self, surface: pygame.Surface, layers: Sequence[_Kept]) -> None:
        """Paint layers over a surface: what has changed is laid together anew, and only where it lies."""
        for part in joined(self._changed(layers)):
            self._lay(layers, part)
            if self._ground is None:
                self._note_tiles(part)
        self._laid = tuple(layers)
        if self._ground is not None:
            surface.blit(self._picture, (0, 0))
        else:
            surface.fblits(tuple(self._tiles.values()), PREMULTIPLIED)

    def _note_tiles(self, part: pygame.Rect) -> None:
        """Note which tiles in a part of the window have anything in them: most of a map's are empty."""
        seen = part.clip(self._whole)
        for x in range(seen.left // TILE * TILE, seen.right, TILE):
            for y in range(seen.top // TILE * TILE, seen.bottom, TILE):
                tile = self._picture.subsurface(pygame.Rect(x, y, TILE, TILE).clip(self._whole))
                if tile.get_bounding_rect().width:
                    self._tiles[x, y] = tile, (x, y)
                else:
                    self._tiles.pop((x, y), None)

    def _changed(self, layers: Sequence[_Kept]) -> list[pygame.Rect]:
        """Return the parts of the window in which other layers lie than before."""
        old, new = ({each.layer.name: each for each in laid} for laid in (self._laid, layers))
        if [name for name in old if name in new] != [name for name in new if name in old]:
            return [self._whole]
        changed = [each.part for name, each in old.items() if name not in new]
        for name, here in new.items():
            before = old.get(name)
            if before is None:
                changed.append(here.part)
            elif before.turn + 1 == here.turn:
                changed += here.fresh
            elif before is not here:
                changed.append(before.part.union(here.part))
        return [part for part in changed if part.width and part.height]

    def _lay(self, layers: Sequence[_Kept], part: pygame.Rect) -> None:
        """Lay layers together in a part of the window."""
        self._picture.set_clip(part)
        self._picture.fill(self._ground or (0, 0, 0, 0))
        for layer in layers:
            if layer.part.colliderect(part):
                self._picture.blit(layer.surface, layer.at, special_flags=PREMULTIPLIED)
        self._picture.set_clip(None)


def joined(parts: Sequence[pygame.Rect]) -> list[pygame.Rect]:
    """Return parts with those that overlap as one, so that nothing is laid twice.

    Examples
    --------
    >>> joined([pygame.Rect(0, 0, 4, 4), pygame.Rect(9, 9, 2, 2), pygame.Rect(3, 3, 4, 4)])
    [Rect(9, 9, 2, 2), Rect(0, 0, 7, 7)]
    """
    found: list[pygame.Rect] = []
    for part in parts:
        whole = part
        while (number := whole.collidelist(found)) >= 0:
            whole = whole.union(found.pop(number))
        found.append(whole)
    return found


class Painter:
    """Paints scenes, and keeps whatever can serve again.

    Parameters
    ----------
    theme_name
        ``dark`` or ``light``.
    sprites
        Small shapes of that theme that were painted before; they look the same whoever painted them.
    """

    def __init__(self, theme_name: str, sprites: Sprites | None = None) -> None:
        pygame.font.init()
        self.sprites = sprites or Sprites(THEMES[theme_name])
        self._layers: dict[str, _Kept] = {}
        self._changes: dict[str, tuple[Hashable, float]] = {}
        self._stacks: list[_Stack] = []
        self._whole = pygame.Rect(0, 0, 0, 0)

    def paint(self, surface: pygame.Surface, scene: Scene) -> None:
        """Paint a scene over the whole surface.

        Parameters
        ----------
        surface
            The window's, or any other of the scene's size.
        """
        if surface.get_size() != self._whole.size:
            self._whole = surface.get_rect()
            self._layers.clear()
            self._stacks = [_Stack(self._whole.size, self.sprites.rgb(scene.background))]
        bottom, above = self._sorted(scene.layers)
        self._stacks[0].show(surface, bottom)
        number = 0
        for each in above:
            if isinstance(each, list):
                number += 1
                if number == len(self._stacks):
                    self._stacks.append(_Stack(self._whole.size, None))
                self._stacks[number].show(surface, each)
            else:
                Canvas(self.sprites, surface).draw(each.shapes)
        for layer in scene.layers:
            self._note(layer)

    def _sorted(self, layers: Sequence[Layer]) -> tuple[list[_Kept], list[Layer | list[_Kept]]]:
        """Return the layers at the bottom, and above them by turns those that move and those that do not.

        A layer that keeps still lies at the bottom wherever it touches nothing that is painted before it.
        """
        bottom: list[_Kept] = []
        above: list[Layer | list[_Kept]] = []
        beneath: list[pygame.Rect] = []
        for layer in layers:
            if all(isinstance(shape, Clip) for shape in layer.shapes):
                continue
            if self._is_restless(layer):
                above.append(layer)
                beneath.append(self._extent(layer))
                continue
            kept = self._kept(layer)
            if not kept.part.size[0]:
                continue
            if kept.part.collidelist(beneath) < 0:
                bottom.append(kept)
                continue
            beneath.append(kept.part)
            if isinstance(above[-1], list):
                above[-1].append(kept)
            else:
                above.append([kept])
        return bottom, above

    def _extent(self, layer: Layer) -> pygame.Rect:
        """Return the part of the window that a layer keeps within."""
        first = layer.shapes[0] if layer.shapes else None
        if first is None:
            return pygame.Rect(0, 0, 0, 0)
        return rectangle(first).clip(self._whole) if isinstance(first, Clip) else self._whole

    def _is_restless(self, layer: Layer) -> bool:
        """Return whether keeping a layer's pixels would not pay."""
        if layer.key is None:
            return True
        kept = self._layers.get(layer.name)
        is_heavy = kept is not None and kept.is_heavy
        return not is_heavy and self._changes.get(layer.name, (None, 0.0))[1] >= RESTLESS

    def _note(self, layer: Layer) -> None:
        """Remember whether a layer changed."""
        known, unrest = self._changes.get(layer.name, (layer.key, 0.0))
        unrest = min(unrest + 1.0, 2 * RESTLESS) if known != layer.key else max(0.0, unrest - CALMING)
        self._changes[layer.name] = (layer.key, unrest)

    def _kept(self, layer: Layer) -> _Kept:
        """Return a layer's pixels, painted anew only where its key changed, and only as far as need be."""
        kept = self._layers.get(layer.name)
        if kept is not None and kept.layer.key == layer.key:
            return kept
        frame = self._extent(layer)
        if kept is None or pygame.Rect(kept.at, kept.surface.get_size()) != frame:
            made = self._painted(layer, frame, pygame.Surface(frame.size, pygame.SRCALPHA))
        else:
            made = self._changed(layer, kept)
        self._layers[layer.name] = made
        return made

    def _changed(self, layer: Layer, kept: _Kept) -> _Kept:
        """Return a layer's pixels, where others are kept that lie in the same part of the window."""
        parts = None
        if kept.is_heavy or kept.is_plain:
            area = kept.surface.get_width() * kept.surface.get_height()
            parts = changed_parts(kept.layer.shapes, layer.shapes, area, self._edges)
        if parts is not None and kept.is_heavy:
            return self._mended(layer, kept, parts)
        x, y = kept.at
        kept.surface.fill((0, 0, 0, 0), kept.part.move(-x, -y))
        made = self._painted(layer, pygame.Rect(kept.at, kept.surface.get_size()), kept.surface)
        if parts is not None and made.is_plain:
            fresh = [pygame.Rect(left, top, right - left, bottom - top) for left, top, right, bottom in parts]
        else:
            fresh = [made.part.union(kept.part)]
        return replace(made, turn=kept.turn + 1, fresh=tuple(each.clip(self._whole) for each in fresh))

    def _painted(self, layer: Layer, frame: pygame.Rect, surface: pygame.Surface) -> _Kept:
        """Paint a whole layer."""
        heavy = is_heavy(layer.shapes)
        easel = Canvas(self.sprites, surface, frame.topleft, gathers=heavy)
        easel.draw(layer.shapes)
        part = easel.drawn.move(frame.topleft) if easel.drawn else pygame.Rect(frame.topleft, (0, 0))
        return _Kept(layer, surface, frame.topleft, part, 0, (part,), heavy, easel.is_plain)

    def _mended(self, layer: Layer, kept: _Kept, parts: Sequence[Part]) -> _Kept:
        """Paint a layer anew in some parts only."""
        whole, fresh = kept.part, []
        x, y = kept.at
        for left, top, right, bottom in parts:
            there = pygame.Rect(left - x, top - y, right - left, bottom - top).clip(kept.surface.get_rect())
            kept.surface.fill((0, 0, 0, 0), there)
            easel = Canvas(self.sprites, kept.surface, kept.at, gathers=True)
            easel.draw(touching(layer.shapes, (left, top, right, bottom), self._edges), there)
            fresh.append(there.move(x, y))
            whole = whole.union(fresh[-1])
        return replace(kept, layer=layer, part=whole, turn=kept.turn + 1, fresh=tuple(fresh))

    def _edges(self, shape: Shape) -> Edges | None:
        """Return where a shape lies; of texts only the letters' pixels tell."""
        if isinstance(shape, Text):
            picture, (x, y) = self.sprites.text(shape)
            left, top = x + round(shape.at[0]), y + round(shape.at[1])
            return left, top, left + picture.get_width(), top + picture.get_height()
        if isinstance(shape, Box):
            return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        return edges(shape)
