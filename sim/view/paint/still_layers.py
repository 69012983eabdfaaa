"""Layers whose pixels are kept: shown where something changed, and laid into one picture below what moves."""

from __future__ import annotations

import functools
import itertools
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pygame

from sim.scene.shapes import Layer
from sim.view.paint.canvas import rectangle
from sim.view.paint.grid import Grid
from sim.view.paint.pixels import PREMULTIPLIED, Blit
from sim.view.paint.repaint import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.shapes import Rgb, Shape

    Bundles: TypeAlias = dict[int, tuple[tuple[Shape, ...], Blit]]
    Dirty: TypeAlias = tuple[int, list[pygame.Rect]]
    """Cells of the window to paint again, and the same as rectangles."""

_VERSIONS: Final = itertools.count(1)


def next_version() -> int:
    """Return the number of another version of a layer."""
    return next(_VERSIONS)


@dataclass(frozen=True, eq=False)
class CachedLayer:
    """A layer's pixels, in one picture or in those of its bundles."""

    layer: Layer
    grid: Grid
    blits: tuple[Blit, ...]
    frame: pygame.Rect
    """The part of the window that it is clipped to."""
    part: pygame.Rect
    """What was drawn on."""
    is_heavy: bool = False
    """Whether painting all of it takes long; such layers are always cached, and mended where they change."""
    bundles: Bundles = field(default_factory=dict)
    version: int = field(default_factory=next_version)
    before: int = 0
    """The version that it follows, if it follows one."""
    changed: tuple[pygame.Rect, ...] = ()
    """Parts of the window in which it differs from that."""

    @functools.cached_property
    def seen(self) -> pygame.Rect:
        """What shows of it."""
        return self.part if self.layer.window is None else self.part.clip(rectangle(self.layer.window))

    @functools.cached_property
    def _places(self) -> list[tuple[pygame.Surface, tuple[int, int], pygame.Rect, int, bool]]:
        """Its pictures, where they lie, what shows of each and in which cells, and whether that is all."""
        found = []
        for picture, at in self.blits:
            whole = picture.get_rect(topleft=at)
            shown = whole.clip(self.seen)
            if shown.width and shown.height:
                found.append((picture, at, shown, self.grid.cells(shown), shown == whole))
        return found

    def show(self, surface: pygame.Surface, dirty: Dirty) -> None:
        """Blend it over the dirty parts of a surface."""
        blits: list[Any] = []
        cells, parts = dirty
        for picture, at, shown, own, is_whole in self._places:
            touched = own & cells
            if not touched:
                continue
            if is_whole and touched == own:
                blits.append((picture, at, None, PREMULTIPLIED))
                continue
            for number in shown.collidelistall(parts):
                part = shown.clip(parts[number])
                blits.append((picture, part.topleft, part.move(-at[0], -at[1]), PREMULTIPLIED))
        surface.blits(blits, False)

    def show_part(self, surface: pygame.Surface, part: pygame.Rect) -> None:
        """Blend it over a part of a surface."""
        surface.set_clip(part.clip(self.seen))
        surface.fblits(self.blits, PREMULTIPLIED)
        surface.set_clip(None)


class Ground:
    """Layers under all that moves, blended into one picture on a background."""

    def __init__(self, size: tuple[int, int], background: Rgb) -> None:
        self._background = background
        self._shown: tuple[CachedLayer, ...] = ()
        self.picture = pygame.Surface(size, 0, 32)
        self.picture.fill(background)

    def update(self, layers: Sequence[CachedLayer]) -> list[pygame.Rect]:
        """Blend those layers again that have changed; return where they have."""
        if len(layers) == len(self._shown) and all(map(operator.is_, layers, self._shown)):
            return []
        shown = tuple(layers)
        parts = joined(changes(self._shown, shown, self.picture.get_rect()))
        for part in parts:
            self.picture.fill(self._background, part)
            for layer in shown:
                if layer.seen.colliderect(part):
                    layer.show_part(self.picture, part)
        self._shown = shown
        return parts


def changes(
    before: Sequence[CachedLayer], after: Sequence[CachedLayer], whole: pygame.Rect
) -> list[pygame.Rect]:
    """Return the parts of the window in which layers differ from those before."""
    old, new = ({each.layer.name: each for each in shown} for shown in (before, after))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        return [whole]
    changed = [each.seen for name, each in old.items() if name not in new]
    for name, here in new.items():
        there = old.get(name)
        if there is None:
            changed.append(here.seen)
        elif there.version == here.before:
            changed += here.changed
        elif there is not here:
            changed.append(there.seen.union(here.seen))
    return [part for each in changed if (part := each.clip(whole)).width and part.height]


def difference(one: pygame.Rect, other: pygame.Rect) -> pygame.Rect:
    """Return a part that holds whatever lies in one of two parts only."""
    if (one.top, one.bottom) != (other.top, other.bottom) or (one.left, one.right) == (
        other.left,
        other.right,
    ):
        return one.union(other)
    if one.left == other.left:
        left, right = sorted((one.right, other.right))
    elif one.right == other.right:
        left, right = sorted((one.left, other.left))
    else:
        return one.union(other)
    return pygame.Rect(left, one.top, right - left, one.height)
