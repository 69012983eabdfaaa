"""Scenes become pixels, anti-aliased, with a cache of texts, small shapes and whole layers.

Cached colours are premultiplied by their alpha, so that soft edges neither darken nor fringe. Layers that do
not move are blended into one picture, which is only updated where one of them changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.shapes import Box, Clip, Layer, Scene, Text
from sim.scene.theme import THEMES
from sim.view.paint.canvas import Canvas, rectangle
from sim.view.paint.pixels import PREMULTIPLIED
from sim.view.paint.repaint import changed_parts, edges, is_heavy, joined, touching
from sim.view.paint.sprites import Sprites
from sim.view.paint.stills import blend, visible

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from sim.scene.shapes import Rgb, Shape
    from sim.view.paint.repaint import Edges

MOVING: Final = 2
"""A layer that changed in so many pictures in a row is painted without being cached."""
FEW: Final = 40
"""Shapes of a moving layer up to which it is looked at where they lie."""
FORGOTTEN: Final = 90
"""Pictures after which a stack that is not shown is let go."""
TILE: Final = 32
"""Side of the squares of a stack of which only what is not empty is shown; pixels."""
STILLS: Final = 3
"""Pictures of which a camera's move is made, at most."""
DECAY: Final = 0.25
"""How much of a change is forgotten with every picture in which a layer stays the same."""


@dataclass(frozen=True, slots=True, eq=False)
class _CachedLayer:
    """A layer's pixels: of heavy layers the whole frame, of others the part that was drawn on."""

    layer: Layer
    surface: pygame.Surface
    at: tuple[int, int]
    frame: pygame.Rect
    """The part of the window that it is clipped to."""
    part: pygame.Rect
    version: int
    changed: tuple[pygame.Rect, ...]
    """Parts of the window that this version changed."""
    is_heavy: bool
    """Whether painting all of it takes long; such layers are always cached, and mended where they change."""
    is_plain: bool
    """Whether it has only sprites, text and boxes, which look the same whatever is beside them."""

    @property
    def seen(self) -> pygame.Rect:
        """What shows of it."""
        return self.part if self.layer.window is None else self.part.clip(rectangle(self.layer.window))


class _Stack:
    """Layers that do not move, blended into one picture: on a background, or transparent without one."""

    def __init__(self, size: tuple[int, int], background: Rgb | None) -> None:
        self._background = background
        self._shown: tuple[_CachedLayer, ...] = ()
        self._picture = pygame.Surface(size, pygame.SRCALPHA if background is None else 0, 32)
        self._whole = self._picture.get_rect()
        self._tiles: dict[tuple[int, int], tuple[pygame.Surface, tuple[int, int]]] = {}
        if background is not None:
            self._picture.fill(background)

    def show(self, surface: pygame.Surface, layers: Sequence[_CachedLayer]) -> None:
        """Show layers on a surface, after blending those again that have changed, where they have."""
        for part in joined(self._changed(layers)):
            self._blend(layers, part)
            if self._background is None:
                self._update_tiles(part)
        self._shown = tuple(layers)
        if self._background is not None:
            surface.blit(self._picture, (0, 0))
        else:
            surface.fblits(tuple(self._tiles.values()), PREMULTIPLIED)

    def _update_tiles(self, part: pygame.Rect) -> None:
        """Find what is not empty of the tiles in a part of the window: most of a map's are empty."""
        seen = part.clip(self._whole)
        for x in range(seen.left // TILE * TILE, seen.right, TILE):
            for y in range(seen.top // TILE * TILE, seen.bottom, TILE):
                tile = self._picture.subsurface(pygame.Rect(x, y, TILE, TILE).clip(self._whole))
                filled = tile.get_bounding_rect()
                if filled.width:
                    self._tiles[x, y] = tile.subsurface(filled), (x + filled.x, y + filled.y)
                else:
                    self._tiles.pop((x, y), None)

    def _changed(self, layers: Sequence[_CachedLayer]) -> list[pygame.Rect]:
        """Return the parts of the window in which layers differ from those shown last."""
        old, new = ({each.layer.name: each for each in shown} for shown in (self._shown, layers))
        if [name for name in old if name in new] != [name for name in new if name in old]:
            return [self._whole]
        changed = [each.seen for name, each in old.items() if name not in new]
        for name, here in new.items():
            before = old.get(name)
            if before is None:
                changed.append(here.seen)
            elif before.version + 1 == here.version:
                changed += here.changed
            elif before is not here:
                changed.append(before.seen.union(here.seen))
        return [part for part in changed if part.width and part.height]

    def _blend(self, layers: Sequence[_CachedLayer], part: pygame.Rect) -> None:
        self._picture.set_clip(part)
        self._picture.fill(self._background or (0, 0, 0, 0))
        for layer in layers:
            if layer.seen.colliderect(part):
                self._picture.set_clip(part.clip(layer.seen))
                self._picture.blit(layer.surface, layer.at, special_flags=PREMULTIPLIED)
        self._picture.set_clip(None)


def _as_in(painted: Mapping[str, _CachedLayer], layers: Sequence[Layer]) -> dict[str, _CachedLayer]:
    """Return what is painted of layers, of those that are still the same."""
    found = ((layer, painted.get(layer.name)) for layer in layers if layer.key is not None)
    return {layer.name: kept for layer, kept in found if kept and kept.layer.key == layer.key}


def _difference(one: pygame.Rect, other: pygame.Rect) -> pygame.Rect:
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


class Painter:
    """Paints scenes in one theme, and caches whatever can be reused; painters may share sprites."""

    def __init__(self, theme_name: str, sprites: Sprites | None = None) -> None:
        pygame.font.init()
        self._theme_name = theme_name
        self.sprites = sprites or Sprites(THEMES[theme_name])
        self._layers: dict[str, _CachedLayer] = {}
        self._changes: dict[str, tuple[Hashable, float]] = {}
        self._stacks: dict[str, _Stack] = {}
        self._shown_at: dict[str, int] = {}
        self._count = 0
        """When each stack was shown last, by how many pictures were painted."""
        self._whole = pygame.Rect(0, 0, 0, 0)
        self._stills: list[tuple[tuple[Layer, ...], dict[str, _CachedLayer], pygame.Surface]] = []
        self._scratch: pygame.Surface | None = None
        """Empty between layers, which are painted on it one after the other."""

    def paint(self, surface: pygame.Surface, scene: Scene) -> None:
        """Paint a scene over a surface of its size."""
        if surface.get_size() != self._whole.size:
            self._whole = surface.get_rect()
            self._layers.clear()
            self._stacks = {"": _Stack(self._whole.size, self.sprites.rgb(scene.background))}
            self._stills, self._shown_at, self._scratch = [], {}, None
        self._forget_stills(scene.layers)
        bottom, above = self._split(scene.layers)
        self._stacks[""].show(surface, bottom)
        self._count += 1
        for each in above:
            if isinstance(each, list):
                # named after its lowest layer, so that it stays the same when something moves beside it
                name = each[0].layer.name
                if name not in self._stacks:
                    self._stacks[name] = _Stack(self._whole.size, None)
                self._stacks[name].show(surface, each)
                self._shown_at[name] = self._count
            else:
                self._draw_moving(surface, each)
        for layer in scene.layers:
            self._record_change(layer)
        for name in [each for each, at in self._shown_at.items() if at < self._count - FORGOTTEN]:
            del self._stacks[name], self._shown_at[name]

    def _forget_stills(self, layers: Sequence[Layer]) -> None:
        """Once the camera rests, go on with the layers that were painted for where it went."""
        if not self._stills or any(layer.stills for layer in layers):
            return
        for _, painted, _ in self._stills:
            self._layers |= _as_in(painted, layers)
        self._stills = []

    def _still(self, layers: tuple[Layer, ...], region: pygame.Rect) -> pygame.Surface:
        """Return layers as one picture of a region, painted once while the camera moves."""
        for known, _, picture in self._stills:
            if known is layers:
                return picture
        painter, surface = Painter(self._theme_name, self.sprites), pygame.Surface(self._whole.size)
        painter.prime(_as_in(self._layers, layers), surface, self._scratch)
        painter.paint(surface, Scene(self._whole.size, "bg", layers))
        picture = surface.subsurface(region).copy()
        # the camera goes to one of the last two: what was painted for it serves on
        last = (layers, _as_in(painter.painted, layers), picture)
        self._stills = [*self._stills[1 - STILLS :], last]
        if len(self._stills) == STILLS:
            # the camera goes to one of the last two, for which what was painted serves on
            self._stills[0] = (self._stills[0][0], {}, self._stills[0][2])
        return picture

    @property
    def painted(self) -> Mapping[str, _CachedLayer]:
        """The layers that are kept, by name."""
        return self._layers

    def prime(
        self, kept: dict[str, _CachedLayer], surface: pygame.Surface, scratch: pygame.Surface | None
    ) -> None:
        """Begin with layers painted already, for a surface, and with another painter's scratch surface."""
        self._layers, self._scratch = kept, scratch
        self._whole = surface.get_rect()
        self._stacks = {"": _Stack(self._whole.size, self.sprites.rgb("bg"))}

    def _draw_moving(self, surface: pygame.Surface, layer: Layer) -> None:
        """Paint a layer straight onto the picture, as far as it shows."""
        if layer.stills:
            region = self._area(layer)
            surface.fill(self.sprites.rgb("bg"), region)
            for still in visible(layer.stills, region):
                blend(surface, still, self._still(still.layers, region), region)
            return
        if layer.window is None:
            Canvas(self.sprites, surface).draw(layer.shapes)
            return
        window = rectangle(layer.window).clip(self._whole)
        if window.width and window.height:
            Canvas(self.sprites, surface.subsurface(window), window.topleft).draw(layer.shapes)

    def _split(self, layers: Sequence[Layer]) -> tuple[list[_CachedLayer], list[Layer | list[_CachedLayer]]]:
        """Return the still layers at the bottom, and those above: moving layers, and lists of still ones.

        A still layer goes to the bottom where it touches nothing above that lies beneath it.
        """
        bottom: list[_CachedLayer] = []
        above: list[Layer | list[_CachedLayer]] = []
        beneath: list[pygame.Rect] = []
        for layer in layers:
            if not layer.stills and all(isinstance(shape, Clip) for shape in layer.shapes):
                continue
            if self._is_moving(layer):
                above.append(layer)
                beneath.append(self._extent(layer))
                continue
            kept = self._cached(layer)
            if not kept.seen.size[0]:
                continue
            if kept.seen.collidelist(beneath) < 0:
                bottom.append(kept)
                continue
            beneath.append(kept.seen)
            if isinstance(above[-1], list):
                above[-1].append(kept)
            else:
                above.append([kept])
        return bottom, above

    def _area(self, layer: Layer) -> pygame.Rect:
        """Return the part of the window that a layer is clipped to."""
        first = layer.shapes[0]
        return rectangle(first).clip(self._whole) if isinstance(first, Clip) else self._whole

    def _extent(self, layer: Layer) -> pygame.Rect:
        """Return the part of the window that a moving layer may touch: its few shapes, else its clip."""
        area = self._area(layer)
        if layer.stills or len(layer.shapes) > FEW:
            return area
        found = [self._edges(shape) for shape in layer.shapes if not isinstance(shape, Clip)]
        if not found or None in found:
            return area
        left, top, right, bottom = zip(*(each for each in found if each is not None), strict=True)
        corner = math.floor(min(left)) - 1, math.floor(min(top)) - 1
        size = math.ceil(max(right)) + 1 - corner[0], math.ceil(max(bottom)) + 1 - corner[1]
        return pygame.Rect(corner, size).clip(area)

    def _is_moving(self, layer: Layer) -> bool:
        if layer.key is None:
            return True
        kept = self._layers.get(layer.name)
        is_heavy = kept is not None and kept.is_heavy
        return not is_heavy and self._changes.get(layer.name, (None, 0.0))[1] >= MOVING

    def _record_change(self, layer: Layer) -> None:
        known, changes = self._changes.get(layer.name, (layer.key, 0.0))
        changes = min(changes + 1.0, 2 * MOVING) if known != layer.key else max(0.0, changes - DECAY)
        self._changes[layer.name] = (layer.key, changes)

    def _cached(self, layer: Layer) -> _CachedLayer:
        """Return a layer's pixels, painted again only where its key has changed."""
        kept = self._layers.get(layer.name)
        if kept is not None and kept.layer.key == layer.key:
            if kept.layer.window == layer.window:
                return kept
            shown = replace(kept, layer=layer, version=kept.version + 1)
            shown = replace(shown, changed=(_difference(kept.seen, shown.seen),))
            self._layers[layer.name] = shown
            return shown
        frame = self._area(layer)
        if kept is None or kept.frame != frame:
            made = self._painted(layer, frame)
        else:
            made = self._changed(layer, kept)
        self._layers[layer.name] = made
        return made

    def _changed(self, layer: Layer, kept: _CachedLayer) -> _CachedLayer:
        """Return a layer's pixels from an older version in the same part of the window."""
        parts = None
        if kept.is_heavy or kept.is_plain:
            area = kept.frame.width * kept.frame.height
            parts = changed_parts(kept.layer.shapes, layer.shapes, area, self._edges)
        if parts is not None and kept.is_heavy:
            return self._mended(layer, kept, parts)
        made = self._painted(layer, kept.frame)
        fresh = parts if parts is not None and made.is_plain else [made.part.union(kept.part)]
        return replace(
            made, version=kept.version + 1, changed=tuple(each.clip(self._whole) for each in fresh)
        )

    def _painted(self, layer: Layer, frame: pygame.Rect) -> _CachedLayer:
        heavy = is_heavy(layer.shapes)
        if self._scratch is None:
            self._scratch = pygame.Surface(self._whole.size, pygame.SRCALPHA)
        surface = pygame.Surface(frame.size, pygame.SRCALPHA) if heavy else self._scratch.subsurface(frame)
        canvas = Canvas(self.sprites, surface, frame.topleft, gathers=heavy)
        canvas.draw(layer.shapes)
        drawn = canvas.drawn or pygame.Rect(0, 0, 0, 0)
        part, at = drawn.move(frame.topleft), frame.topleft
        if not heavy:
            on_scratch, at = surface.subsurface(drawn), part.topleft
            surface = on_scratch.copy()
            on_scratch.fill((0, 0, 0, 0))
        return _CachedLayer(layer, surface, at, frame, part, 0, (part,), heavy, canvas.is_plain)

    def _mended(self, layer: Layer, kept: _CachedLayer, parts: Sequence[pygame.Rect]) -> _CachedLayer:
        """Paint some parts of a layer again."""
        whole, fresh = kept.part, []
        x, y = kept.at
        shapes = [(shape, self._edges(shape)) for shape in layer.shapes]
        for part in parts:
            there = part.move(-x, -y).clip(kept.surface.get_rect())
            kept.surface.fill((0, 0, 0, 0), there)
            canvas = Canvas(self.sprites, kept.surface, kept.at, gathers=True)
            canvas.draw(touching(shapes, part), there)
            fresh.append(there.move(x, y))
            whole = whole.union(fresh[-1])
        return replace(kept, layer=layer, part=whole, version=kept.version + 1, changed=tuple(fresh))

    def _edges(self, shape: Shape) -> Edges | None:
        """Return the edges of a shape; those of a text are its pixels'."""
        if isinstance(shape, Text):
            picture, (x, y) = self.sprites.text(shape)
            left, top = x + round(shape.at[0]), y + round(shape.at[1])
            return left, top, left + picture.get_width(), top + picture.get_height()
        if isinstance(shape, Box):
            return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        return edges(shape)
