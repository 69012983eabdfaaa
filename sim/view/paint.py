"""Scenes become pixels: anti-aliased, with letters, small shapes and whole layers kept.

Everything in between is kept with colours multiplied by their alpha, so that soft edges neither darken nor
fringe. Layers that keep still are laid together once, and only where one of them changes anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pygame

from sim.view.easel import Easel, rectangle
from sim.view.pixels import PREMULTIPLIED
from sim.view.repaint import changed_parts, is_heavy, touching
from sim.view.shapes import Clip, Layer
from sim.view.sprites import Sprites
from sim.view.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sim.view.repaint import Part
    from sim.view.shapes import Rgb, Scene

RESTLESS: Final = 2
"""A layer that changed in so many pictures in a row is painted straight away."""
CALMING: Final = 0.25
"""How much of a change is forgotten with every picture in which a layer stays the same."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A layer's pixels.

    Attributes
    ----------
    at
        Where their surface lies.
    part
        Which part of the window they touch.
    turn
        How many times they were painted before.
    fresh
        Parts of the window that were painted anew this time.
    is_heavy
        Whether painting it all takes long; such layers are always kept, and mended where they change.
    """

    layer: Layer
    surface: pygame.Surface
    at: tuple[int, int]
    part: pygame.Rect
    turn: int
    fresh: tuple[pygame.Rect, ...]
    is_heavy: bool


class _Stack:
    """Layers that keep still, laid over one another as one picture.

    Parameters
    ----------
    size
        The window's.
    ground
        What lies beneath them; none where they are to be laid over something.
    """

    def __init__(self, size: tuple[int, int], ground: Rgb | None) -> None:
        self._ground = ground
        self._laid: tuple[_Kept, ...] = ()
        self._picture = pygame.Surface(size, pygame.SRCALPHA if ground is None else 0, 32)
        self._whole = self._picture.get_rect()
        if ground is not None:
            self._picture.fill(ground)

    def show(self, surface: pygame.Surface, layers: Sequence[_Kept]) -> None:
        """Paint layers over a surface: what has changed is laid together anew, and only where it lies."""
        for part in self._changed(layers):
            self._lay(layers, part)
        self._laid = tuple(layers)
        if self._ground is not None:
            surface.blit(self._picture, (0, 0))
        elif layers:
            part = layers[0].part.unionall([layer.part for layer in layers])
            surface.blit(self._picture, part, part, special_flags=PREMULTIPLIED)

    def _changed(self, layers: Sequence[_Kept]) -> list[pygame.Rect]:
        """Return the parts of the window in which other layers lie than before."""
        if len(layers) != len(self._laid):
            return [self._whole]
        changed: list[pygame.Rect] = []
        for old, new in zip(self._laid, layers, strict=True):
            if old.layer.name == new.layer.name and old.turn + 1 == new.turn:
                changed += new.fresh
            elif old is not new:
                changed.append(old.part.union(new.part))
        return changed

    def _lay(self, layers: Sequence[_Kept], part: pygame.Rect) -> None:
        """Lay layers together in a part of the window."""
        self._picture.set_clip(part)
        self._picture.fill(self._ground or (0, 0, 0, 0))
        for layer in layers:
            if layer.part.colliderect(part):
                self._picture.blit(layer.surface, layer.at, special_flags=PREMULTIPLIED)
        self._picture.set_clip(None)


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
        scene
            What to paint.
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
                Easel(self.sprites, surface).draw(each.shapes)
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
            made = self._painted(layer, frame, pygame.Surface(frame.size, pygame.SRCALPHA), 0)
        else:
            parts = None
            if kept.is_heavy:
                parts = changed_parts(kept.layer.shapes, layer.shapes, frame.width * frame.height)
            if parts is None:
                kept.surface.fill((0, 0, 0, 0), kept.part.move(-frame.x, -frame.y))
                made = self._painted(layer, frame, kept.surface, kept.turn + 1, kept.part)
            else:
                made = self._mended(layer, kept, parts)
        self._layers[layer.name] = made
        return made

    def _painted(
        self,
        layer: Layer,
        frame: pygame.Rect,
        surface: pygame.Surface,
        turn: int,
        before: pygame.Rect | None = None,
    ) -> _Kept:
        """Paint a whole layer; `before` is what of the window it touched before."""
        heavy = is_heavy(layer.shapes)
        easel = Easel(self.sprites, surface, frame.topleft, gathers=heavy)
        easel.draw(layer.shapes)
        part = easel.drawn.move(frame.topleft) if easel.drawn else pygame.Rect(frame.topleft, (0, 0))
        fresh = part.union(before) if before is not None else part
        return _Kept(layer, surface, frame.topleft, part, turn, (fresh,), heavy)

    def _mended(self, layer: Layer, kept: _Kept, parts: Sequence[Part]) -> _Kept:
        """Paint a layer anew in some parts only."""
        whole, fresh = kept.part, []
        x, y = kept.at
        for left, top, right, bottom in parts:
            there = pygame.Rect(left - x, top - y, right - left, bottom - top).clip(kept.surface.get_rect())
            kept.surface.fill((0, 0, 0, 0), there)
            easel = Easel(self.sprites, kept.surface, kept.at, gathers=True)
            easel.draw(touching(layer.shapes, (left, top, right, bottom)), there)
            fresh.append(there.move(x, y))
            whole = whole.union(fresh[-1])
        return _Kept(layer, kept.surface, kept.at, whole, kept.turn + 1, tuple(fresh), is_heavy=True)
