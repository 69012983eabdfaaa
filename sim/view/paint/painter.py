"""Scenes become pixels, anti-aliased, with a cache of texts, small shapes and whole layers.

Cached colours are premultiplied by their alpha, so that soft edges neither darken nor fringe. Layers under
all that moves are blended into one picture, which is only updated where one of them changes. Of the window
itself only those cells of a grid are painted again in which something moved or changed.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.shapes import Box, Capsules, Clip, Glow, Layer, Scene, Text
from sim.scene.theme import THEMES
from sim.view.paint.canvas import FACTORS, Canvas, enclosing, mark_blits, rectangle
from sim.view.paint.grid import Grid
from sim.view.paint.pixels import PREMULTIPLIED, Blit
from sim.view.paint.repaint import changed_parts, edges, is_heavy, touching
from sim.view.paint.sprites import Sprites
from sim.view.paint.still_layers import CachedLayer, Ground, changes, difference, next_version
from sim.view.paint.stills import blend, hides, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scene.shapes import Rgb, Shape
    from sim.view.paint.repaint import Edges
    from sim.view.paint.still_layers import Bundles, Dirty

MANY: Final = 60
"""Shapes of a small layer from which they are drawn together, which is as sharp."""
FEW: Final = 40
"""Shapes of a moving layer up to which it is looked at where they lie."""
STILLS: Final = 3
"""Pictures of which a camera's move is made, at most."""
EDGE: Final = 2
"""Pixels by which soft edges may go beyond a moving shape's own."""
SPARSE: Final = 0.6
"""A layer of which less was drawn on, as a share of its part of the window, is cut to that."""
_NOTHING: Final = pygame.Rect(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Moving:
    """A layer that is painted straight onto the picture, and the cells of the window that it may touch."""

    layer: Layer
    cells: int
    blits: Sequence[Blit] | None = None
    """Its pixels, where they are all sprites."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """Layers as one picture of a region, for a camera's move."""

    layers: tuple[Layer, ...]
    painted: tuple[CachedLayer, ...]
    surface: pygame.Surface


class Painter:
    """Paints scenes in one theme, and caches whatever can be reused; painters may share sprites."""

    def __init__(self, theme_name: str, sprites: Sprites | None = None) -> None:
        pygame.font.init()
        self.sprites = sprites or Sprites(THEMES[theme_name])
        self._start(pygame.Rect(0, 0, 1, 1), "bg")

    def _start(self, whole: pygame.Rect, background: str | Rgb) -> None:
        """Forget what was painted, for a window of another size."""
        self._whole = whole
        self._grid = Grid(whole.size)
        self._layers: dict[str, CachedLayer] = {}
        self._ground = Ground(whole.size, self.sprites.rgb(background))
        self._surface: pygame.Surface | None = None
        """What was painted on last, and what it shows above the ground."""
        self._above: tuple[CachedLayer, ...] = ()
        self._moved = 0
        self._scratch: pygame.Surface | None = None
        """Empty between layers, which are painted on it one after the other."""
        self._ahead: dict[int, CachedLayer] = {}
        """What was painted for pictures of a camera's move, by its layer's identity."""
        self._left: dict[str, CachedLayer] = {}
        """Layers as they were seen from where the camera was before: it often goes back there."""
        self._pictures: list[_Picture] = []
        self._marks: dict[str, dict[int, tuple[tuple[Shape, ...], list[Blit]]]] = {}
        """Pixels of the marks of the picture before, by layer and a mark's identity."""

    def paint(self, surface: pygame.Surface, scene: Scene) -> None:
        """Paint a scene over a surface of its size; and then one layer of those that are needed soon."""
        if surface.get_size() != self._whole.size:
            self._start(surface.get_rect(), scene.background)
        is_moving = any(layer.stills for layer in scene.layers)
        if self._pictures and not is_moving and not scene.ahead:
            self._arrive()
        bottom, above = self._split(scene.layers)
        dirty = self._dirty(surface, bottom, above)
        surface.blits([(self._ground.picture, part.topleft, part) for part in dirty[1]], False)
        for each in above:
            if isinstance(each, CachedLayer):
                each.show(surface, dirty)
            else:
                self._draw_moving(surface, each)
        self._surface = surface
        if not is_moving:
            self._paint_ahead(scene.ahead)

    @property
    def kept_bytes(self) -> int:
        """Bytes of all pictures that are kept."""
        layers = (*self._layers.values(), *self._left.values(), *self._ahead.values())
        kept = [picture for layer in layers for picture, _ in layer.blits]
        kept += [self._ground.picture, *(each.surface for each in self._pictures)]
        kept += [self._scratch] if self._scratch is not None else []
        kept += [
            picture for marks in self._marks.values() for _, found in marks.values() for picture, _ in found
        ]
        return sum(each.get_pitch() * each.get_height() for each in kept) + self.sprites.kept_bytes

    def stretched(self, size: tuple[int, int]) -> pygame.Surface:
        """Return what stands still in the last picture, stretched to a size: it is there at once."""
        picture = self._ground.picture.copy()
        for layer in self._above:
            layer.show_part(picture, self._whole)
        return pygame.transform.smoothscale(picture, size)

    def forget_surface(self) -> None:
        """Paint the next picture whole: what was painted on shows something else by now."""
        self._surface = None

    def _dirty(
        self, surface: pygame.Surface, bottom: Sequence[CachedLayer], above: Sequence[CachedLayer | _Moving]
    ) -> Dirty:
        """Return where the surface does not show a picture's still layers alone, or not those of this one."""
        cells = self._grid.cells
        stills = tuple(each for each in above if isinstance(each, CachedLayer))
        changed = [*self._ground.update(bottom), *changes(self._above, stills, self._whole)]
        moved = 0
        for each in above:
            if isinstance(each, _Moving):
                moved |= each.cells
        found = moved | self._moved if surface is self._surface else self._grid.all
        for part in changed:
            found |= cells(part)
        self._surface, self._above, self._moved = None, stills, moved
        return found, self._grid.parts(found)

    def _paint_ahead(self, pictures: Sequence[tuple[Layer, ...]]) -> None:
        """Paint one layer of pictures that are needed soon, or blend one whose layers are all painted."""
        for layers in pictures:
            for layer in layers:
                if layer.shapes and self._known(layer) is None:
                    self._painted_ahead(layer)
                    return
            if all(picture.layers is not layers for picture in self._pictures):
                self._picture_of(layers)
                return

    def _known(self, layer: Layer) -> CachedLayer | None:
        """Return what is painted of a layer as it is, if it is."""
        found = self._ahead.get(id(layer)) or self._layers.get(layer.name)
        is_same = found is not None and (found.layer is layer or found.layer.key == layer.key is not None)
        return found if is_same else None

    def _painted_ahead(self, layer: Layer) -> CachedLayer:
        """Return a layer's pixels that is not on the screen, painted once."""
        found = self._known(layer)
        if found is None:
            kept = self._left.get(layer.name) if layer.key is not None else None
            is_same = kept is not None and kept.layer.key == layer.key
            found = kept if kept is not None and is_same else self._fresh(layer, kept)
            if kept is not None and found.blits[:1] == kept.blits[:1]:
                del self._left[layer.name]
            self._ahead[id(layer)] = found
        return found

    def _picture_of(self, layers: tuple[Layer, ...]) -> pygame.Surface:
        """Return layers as one picture of their region, painted once while the camera moves."""
        for known in self._pictures:
            if known.layers is layers:
                return known.surface
        painted = tuple(self._painted_ahead(layer) for layer in layers if layer.shapes)
        region = self._area(layers[0])
        picture = pygame.Surface(region.size, 0, 32)
        picture.fill(self.sprites.rgb("bg"))
        for each in painted:
            moved = tuple((drawn, (x - region.x, y - region.y)) for drawn, (x, y) in each.blits)
            picture.fblits(moved, PREMULTIPLIED)
        self._pictures = [*self._pictures[1 - STILLS :], _Picture(layers, painted, picture)]
        return picture

    def _arrive(self) -> None:
        """Once the camera rests, go on with the layers that were painted for where it went."""
        for each in self._pictures[-1].painted:
            if each.layer.key is not None and self._layers.get(each.layer.name) is not each:
                if (kept := self._layers.get(each.layer.name)) is not None and kept.is_heavy:
                    self._left[each.layer.name] = kept
                self._layers[each.layer.name] = each
        self._pictures, self._ahead = [], {}

    def _draw_moving(self, surface: pygame.Surface, moving: _Moving) -> None:
        """Paint a layer straight onto the picture, as far as it shows."""
        layer, window = moving.layer, self._window(moving.layer)
        if layer.stills:
            region = self._area(layer)
            shown = visible(layer.stills, region)
            if not hides(shown[0], region):
                surface.fill(self.sprites.rgb("bg"), region)
            for still in shown:
                blend(surface, still, self._picture_of(still.layers), region)
        if moving.blits is not None:
            surface.set_clip(window)
            surface.fblits(moving.blits, PREMULTIPLIED)
            surface.set_clip(None)
        elif window.width and window.height and not all(isinstance(each, Clip) for each in layer.shapes):
            Canvas(self.sprites, surface.subsurface(window), window.topleft).draw(layer.shapes)

    def _moving(self, layer: Layer) -> _Moving:
        """Return a layer that moves, with the cells of the window that it may touch."""
        window = self._window(layer)
        capsules = [each for each in layer.shapes[1:] if isinstance(each, Capsules)]
        if capsules and len(capsules) == len(layer.shapes) - 1 and isinstance(layer.shapes[0], Clip):
            blits = [blit for each in capsules for blit in self.sprites.capsules(each)]
            reach = math.ceil(max(math.hypot(each.length, each.width) for each in capsules)) + 2 * EDGE
            return _Moving(layer, self._grid.cells_of_sprites(blits, reach), blits)
        if layer.bundles:
            known = self._marks.get(layer.name, {})
            now = self._marks[layer.name] = {
                id(mark): known.get(id(mark)) or (mark, mark_blits(self.sprites, mark, window))
                for mark in layer.bundles
            }
            blits = [each for _, found in now.values() for each in found]
            places = (picture.get_rect(topleft=at).clip(window) for picture, at in blits)
            return _Moving(layer, functools.reduce(operator.or_, map(self._grid.cells, places), 0), blits)
        if layer.stills or any(isinstance(each, Glow) for each in layer.shapes):
            return _Moving(layer, self._grid.cells(window))
        cells = 0
        for shape in layer.shapes:
            if not isinstance(shape, Clip):
                around = self._around((shape,))
                cells |= self._grid.cells(
                    window if around is None else around.inflate(EDGE, EDGE).clip(window)
                )
        return _Moving(layer, cells)

    def _split(self, layers: Sequence[Layer]) -> tuple[list[CachedLayer], list[_Moving | CachedLayer]]:
        """Return the still layers at the bottom, and in order those above: moving ones and still ones.

        A still layer goes to the bottom where it touches nothing above that lies beneath it.
        """
        bottom: list[CachedLayer] = []
        above: list[_Moving | CachedLayer] = []
        beneath: list[pygame.Rect] = []
        for layer in layers:
            if (
                not layer.stills
                and len(layer.shapes) < 2
                and all(type(each) is Clip for each in layer.shapes)
            ):
                continue
            if layer.key is None:
                above.append(self._moving(layer))
                beneath.append(self._extent(layer))
                continue
            kept = self._cached(layer)
            if not kept.seen.width:
                continue
            if kept.seen.collidelist(beneath) < 0:
                bottom.append(kept)
            else:
                beneath.append(kept.seen)
                above.append(kept)
        return bottom, above

    def _area(self, layer: Layer) -> pygame.Rect:
        """Return the part of the window that a layer is clipped to."""
        first = layer.shapes[0]
        return rectangle(first).clip(self._whole) if isinstance(first, Clip) else self._whole

    def _window(self, layer: Layer) -> pygame.Rect:
        """Return the part of the window in which a layer shows."""
        area = self._area(layer)
        return area if layer.window is None else area.clip(rectangle(layer.window))

    def _extent(self, layer: Layer) -> pygame.Rect:
        """Return the part of the window that a moving layer may touch: its few shapes, else its clip."""
        area = self._area(layer)
        if layer.stills or layer.bundles or len(layer.shapes) > FEW:
            return area
        found = self._around(layer.shapes)
        return area if found is None else found.clip(area)

    def _around(self, shapes: Iterable[Shape]) -> pygame.Rect | None:
        """Return a part of the window that holds shapes; None where there are none, or some without edges."""
        found = [self._edges(shape) for shape in shapes if not isinstance(shape, Clip)]
        if not found or None in found:
            return None
        return enclosing(each for each in found if each is not None)

    def _cached(self, layer: Layer) -> CachedLayer:
        """Return a layer's pixels, painted again only where its key has changed."""
        kept = self._layers.get(layer.name)
        if kept is not None and kept.layer is layer:
            return kept
        if kept is not None and kept.layer.key == layer.key:
            shown = replace(kept, layer=layer, version=next_version(), before=kept.version)
            if shown.seen == kept.seen:
                return kept
            made = replace(shown, changed=(difference(kept.seen, shown.seen),))
        else:
            made = self._fresh(layer, kept)
        self._layers[layer.name] = made
        return made

    def _fresh(self, layer: Layer, kept: CachedLayer | None) -> CachedLayer:
        """Return a layer's pixels: an older version's, mended, or painted anew."""
        frame = self._area(layer)
        if kept is not None and kept.frame != frame:
            kept = None
        if layer.bundles:
            return self._bundled(layer, frame, kept)
        if kept is not None and kept.is_heavy:
            area = frame.width * frame.height
            parts = changed_parts(kept.layer.shapes, layer.shapes, area, self._grid, self._edges)
            surface, at = kept.blits[0]
            parts = parts and [each for part in parts if (each := part.clip(frame)).width and each.height]
            if parts is not None and all(map(surface.get_rect(topleft=at).contains, parts)):
                return self._mended(layer, kept, parts)
        made = self._painted(layer, frame)
        if kept is None:
            return made
        return replace(made, before=kept.version, changed=(made.part.union(kept.part),))

    def _bundled(self, layer: Layer, frame: pygame.Rect, kept: CachedLayer | None) -> CachedLayer:
        """Return a layer's pixels bundle by bundle; those that are in an older version are not painted."""
        known = {} if kept is None else kept.bundles
        bundles: Bundles = {}
        for shapes in layer.bundles:
            found = known.get(id(shapes))
            around = self._around(shapes) if found is None else None
            if found is None and around is not None and around.colliderect(frame):
                surface = pygame.Surface(around.size, pygame.SRCALPHA)
                Canvas(self.sprites, surface, around.topleft).draw(shapes)
                found = shapes, (surface, around.topleft)
            if found is not None:
                bundles[id(shapes)] = found
        blits = tuple(blit for _, blit in bundles.values())
        places = [picture.get_rect(topleft=at) for picture, at in blits]
        part = places[0].unionall(places).clip(frame) if places else _NOTHING
        if kept is None:
            return CachedLayer(layer, self._grid, blits, frame, part, bundles=bundles)
        changed = tuple(
            picture.get_rect(topleft=at)
            for one, other in ((bundles, known), (known, bundles))
            for key, (_, (picture, at)) in one.items()
            if key not in other
        )
        if [key for key in known if key in bundles] != [key for key in bundles if key in known]:
            changed = (part.union(kept.part),)
        return CachedLayer(
            layer, self._grid, blits, frame, part, bundles=bundles, before=kept.version, changed=changed
        )

    def _painted(self, layer: Layer, frame: pygame.Rect) -> CachedLayer:
        heavy = is_heavy(layer.shapes)
        if self._scratch is None:
            self._scratch = pygame.Surface(self._whole.size, pygame.SRCALPHA)
        surface = self._scratch.subsurface(frame)
        is_crowded = len(layer.shapes) > MANY and frame.width * frame.height <= FACTORS[0][0]
        canvas = Canvas(self.sprites, surface, frame.topleft, gathers=heavy or is_crowded)
        canvas.draw(layer.shapes)
        drawn = canvas.drawn or _NOTHING
        part = drawn.move(frame.topleft)
        if heavy and drawn.width * drawn.height > SPARSE * frame.width * frame.height:
            drawn = surface.get_rect()
        on_scratch = surface.subsurface(drawn)
        made = on_scratch.copy()
        on_scratch.fill((0, 0, 0, 0))
        return CachedLayer(
            layer, self._grid, ((made, drawn.move(frame.topleft).topleft),), frame, part, heavy
        )

    def _mended(self, layer: Layer, kept: CachedLayer, parts: Sequence[pygame.Rect]) -> CachedLayer:
        """Paint some parts of a layer again."""
        whole, fresh = kept.part, []
        surface, (x, y) = kept.blits[0]
        shapes = [(shape, self._edges(shape)) for shape in layer.shapes]
        for part in parts:
            there = part.move(-x, -y).clip(surface.get_rect())
            surface.fill((0, 0, 0, 0), there)
            Canvas(self.sprites, surface, (x, y), gathers=True).draw(touching(shapes, part), there)
            fresh.append(there.move(x, y))
            whole = whole.union(fresh[-1])
        version, before = next_version(), kept.version
        changed = tuple(fresh)
        return replace(kept, layer=layer, part=whole, version=version, before=before, changed=changed)

    def _edges(self, shape: Shape) -> Edges | None:
        """Return the edges of a shape; those of a text are its pixels'."""
        if isinstance(shape, Text):
            picture, (x, y) = self.sprites.text(shape)
            left, top = x + round(shape.at[0]), y + round(shape.at[1])
            return left, top, left + picture.get_width(), top + picture.get_height()
        if isinstance(shape, Box):
            return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        return edges(shape)
