"""A film's pictures in their order, painted by several processes where there are cores to spare.

Pictures are painted in groups of a fixed length, each by a fresh painter, so that they are the same however
many processes there are.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from sim.recording.reader import Recording
from sim.scene.theme import THEMES
from sim.scene.view_model import Frame, View
from sim.view.compose import compose
from sim.view.paint.painter import Painter
from sim.view.paint.sprites import Sprites

# pygame greets on stdout, where results go.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GROUP: Final = 30
"""Pictures that one painter paints; more would hold more memory, fewer would keep less."""
WORTHWHILE: Final = 3
"""Cores from which other processes are worth their start."""
WORTH: Final = 4
"""Groups from which other processes are worth their start."""


def painted(view: View, frame: Frame, painter: Painter | None = None) -> pygame.Surface:
    """Return a picture.

    Parameters
    ----------
    painter
        One that has painted before, and is quicker for it.
    """
    surface = pygame.Surface(frame.size)
    (painter or Painter(frame.theme)).paint(surface, compose(view, frame))
    return surface


def pixels(view: View, frames: Iterable[Frame], jobs: int = 1) -> Iterator[bytes]:
    """Yield the pixels of pictures in their order; three bytes each, row by row."""
    # What cannot be sent to another process is made plain.
    plain = (replace(frame, key_caps=dict(frame.key_caps)) for frame in frames)
    groups = iter(lambda: tuple(islice(plain, GROUP)), ())
    first = list(islice(groups, WORTH))
    # Of two cores the encoder takes one, and sending pictures on costs more than the rest would save.
    if jobs < WORTHWHILE or len(first) < WORTH:
        for group in (*first, *groups):
            yield from _painted_group(view, group)
        return
    context = multiprocessing.get_context("spawn")
    path = str(view.recording.path)
    with ProcessPoolExecutor(jobs, context) as pool:
        waiting = deque(pool.submit(paint_group, path, group) for group in first[: jobs + 1])
        rest = iter((*first[jobs + 1 :], *groups))
        while waiting:
            done = waiting.popleft().result()
            following = next(rest, None)
            if following is not None:
                waiting.append(pool.submit(paint_group, path, following))
            yield from done


def paint_group(path: str, frames: tuple[Frame, ...]) -> list[bytes]:
    """Return the pixels of a group of pictures; for the other processes."""
    return _painted_group(_view(path), frames)


def _painted_group(view: View, frames: tuple[Frame, ...]) -> list[bytes]:
    """Return the pixels of pictures that one fresh painter paints."""
    painter = Painter(frames[0].theme, _sprites(frames[0].theme))
    return [pygame.image.tobytes(painted(view, frame, painter), "RGB") for frame in frames]


@functools.lru_cache(maxsize=2)
def _sprites(theme: str) -> Sprites:
    """Return what is kept of small shapes in each process."""
    return Sprites(THEMES[theme])


@functools.lru_cache(maxsize=1)
def _view(path: str) -> View:
    """Return a recording's view, made once in each process."""
    return View.of(Recording.open(path))
