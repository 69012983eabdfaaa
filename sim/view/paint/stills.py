"""Pictures that stand for layers while the camera moves: painted once, then stretched and blended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pygame

from sim.view.paint.pixels import OPAQUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.scene.shapes import Still

SOFT: Final = 8
"""A still that does not fill the region fades out over so much of it at its edges: a part of that size."""


def hides(still: Still, region: pygame.Rect) -> bool:
    """Return whether nothing of a region shows below a still."""
    return (
        still.alpha == OPAQUE
        and still.x <= region.left - 1
        and still.y <= region.top - 1
        and still.x + still.width >= region.right + 1
        and still.y + still.height >= region.bottom + 1
    )


def visible(stills: Sequence[Still], region: pygame.Rect) -> Sequence[Still]:
    """Return the stills of a region from the last one on that hides those below it."""
    stills = [still for still in stills if still.alpha]
    hiding = [number for number, still in enumerate(stills) if hides(still, region)]
    return stills[hiding[-1] :] if hiding else stills


def blend(surface: pygame.Surface, still: Still, picture: pygame.Surface, region: pygame.Rect) -> None:
    """Blend a picture of a region over it, stretched as a still says, as far as it lies in the region."""
    across, down = still.width / region.width, still.height / region.height
    # whole pixels of the picture, so that it does not tremble
    left = max(0, math.floor((region.left - still.x) / across))
    top = max(0, math.floor((region.top - still.y) / down))
    right = min(region.width, math.ceil((region.right - still.x) / across))
    bottom = min(region.height, math.ceil((region.bottom - still.y) / down))
    if right <= left or bottom <= top or not still.alpha:
        return
    x, y = still.x + left * across, still.y + top * down
    size = (round(still.x + right * across - x), round(still.y + bottom * down - y))
    part = picture.subsurface((left, top, right - left, bottom - top))
    stretched = pygame.transform.smoothscale(part, size)
    if still.alpha < OPAQUE:
        # an alpha of 255 gives the same pixels, a hundred times slower
        stretched.set_alpha(still.alpha)
    place = stretched.get_rect(topleft=(round(x), round(y)))
    surface.set_clip(region)
    soft = _soft_edges(place, region)
    inner = pygame.Rect(place.left + soft[0], place.top + soft[1], 0, 0)
    inner.size = (place.right - soft[2] - inner.left, place.bottom - soft[3] - inner.top)
    surface.blit(stretched, inner, inner.move(-place.x, -place.y))
    for band in _bands(place, inner):
        surface.blit(_faded(stretched, band.move(-place.x, -place.y), soft), band)
    surface.set_clip(None)


def _soft_edges(place: pygame.Rect, region: pygame.Rect) -> tuple[int, int, int, int]:
    """Return how wide a still fades out left, above, right and below: nowhere beyond the region."""
    most = (region.width // SOFT, region.height // SOFT) * 2
    gaps = (
        place.left - region.left,
        place.top - region.top,
        region.right - place.right,
        region.bottom - place.bottom,
    )
    return tuple(min(wide, max(0, gap)) for wide, gap in zip(most, gaps, strict=True))  # type: ignore[return-value]


def _bands(place: pygame.Rect, inner: pygame.Rect) -> list[pygame.Rect]:
    """Return what of a rectangle lies outside one within it."""
    bands = [
        pygame.Rect(place.left, place.top, place.width, inner.top - place.top),
        pygame.Rect(place.left, inner.bottom, place.width, place.bottom - inner.bottom),
        pygame.Rect(place.left, inner.top, inner.left - place.left, inner.height),
        pygame.Rect(inner.right, inner.top, place.right - inner.right, inner.height),
    ]
    return [band for band in bands if band.width > 0 and band.height > 0]


def _faded(picture: pygame.Surface, part: pygame.Rect, soft: tuple[int, int, int, int]) -> pygame.Surface:
    """Return a part of a picture that fades out towards the picture's edges."""
    faded = pygame.Surface(part.size, pygame.SRCALPHA)
    faded.blit(picture, (0, 0), part)
    width, height = picture.get_size()
    left, top, right, bottom = soft
    across, down = (
        _ramp(part.left, part.width, width, left, right),
        _ramp(part.top, part.height, height, top, bottom),
    )
    strength = np.outer(across, down)
    pygame.surfarray.pixels_alpha(faded)[:] = strength * (picture.get_alpha() or OPAQUE)
    return faded


def _ramp(begin: int, count: int, length: int, low: int, high: int) -> NDArray[np.float64]:
    """Return shares that rise from 0 over the first pixels of a length, and fall over the last ones."""
    at = np.arange(begin, begin + count, dtype=np.float64) + 0.5
    return np.minimum(np.minimum(at / max(low, 1e-3), (length - at) / max(high, 1e-3)), 1.0)
