"""Pictures that stand for layers while the camera moves: painted once, then stretched and blended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pygame

from sim.view.paint.pixels import OPAQUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.shapes import Still


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
    surface.set_clip(region)
    surface.blit(stretched, (round(x), round(y)))
    surface.set_clip(None)
