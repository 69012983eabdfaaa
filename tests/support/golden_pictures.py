"""A few small pictures of the whole window that are kept, and how far another may lie from them.

They show a recording that is kept with them, so that what the model does is no concern of theirs.
``python -m tests.support.golden_pictures`` paints them again after an intended change of the window;
``python -m tests.support.golden_pictures run`` simulates again before that, where the format of recordings
changed. Look at the pictures before committing them.
"""

import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scene.view_model import Frame, Selection, View
from sim.view.compose import compose
from sim.view.paint.painter import Painter
from tests.support.view_recordings import recorded

FOLDER = Path(__file__).parents[1] / "view" / "golden"
CHANGES = ("scenario.horizon=12 d", "route.shevchenkove-kupiansk.capacity=100 t/d")
PAINTED = (1280, 720)
KEPT = (320, 180)
FRAMES = {
    "pressed-dark": Frame(t=10 * DAY, size=PAINTED),
    "start-light": Frame(t=0, size=PAINTED, theme="light"),
    "town-light": Frame(t=10 * DAY, size=PAINTED, theme="light", selection=Selection("town", "kupiansk")),
    "help-dark": Frame(t=10 * DAY, size=PAINTED, card="help"),
}
BLOCK = 8
"""Side of the blocks whose mean colours are compared; pixels of the kept picture."""
MOST = 9.0
"""How far a block's mean may lie off, of 255. Letters that stand half a pixel aside, which is more than
rasterisers differ by, change a block by 5.5 at most; a badge that is missing by 20."""
MEAN = 0.7
"""How far all blocks may lie off on average: what changes a little everywhere, such as a paler ground."""


def small(scene, theme):
    """Return a scene as it is kept: painted, then scaled down so that single pixels do not count."""
    surface = pygame.Surface(scene.size, depth=32)
    Painter(theme).paint(surface, scene)
    return pygame.transform.smoothscale(surface, KEPT)


def distances(one, other):
    """Return how far the mean colours of blocks lie apart; shape (across, down)."""
    means = []
    for surface in (one, other):
        cells = pygame.surfarray.array3d(surface).astype(np.float64)
        across, down = cells.shape[0] // BLOCK, cells.shape[1] // BLOCK
        blocks = cells[: across * BLOCK, : down * BLOCK].reshape(across, BLOCK, down, BLOCK, 3)
        means.append(blocks.mean(axis=(1, 3)))
    return np.abs(means[0] - means[1]).max(axis=2)


def is_near(one, other):
    """Return whether two pictures are alike but for how letters are rasterised."""
    off = distances(one, other)
    return off.max() <= MOST and off.mean() <= MEAN


def kept(name):
    """Return a picture that is kept."""
    return pygame.image.load(FOLDER / f"{name}.png")


def kept_view():
    """Return the recording that the pictures show."""
    return View.of(Recording.open(FOLDER / "run.jsonl.gz"))


def remake(view, folder=FOLDER):
    """Paint all pictures anew."""
    for name, frame in FRAMES.items():
        pygame.image.save(small(compose(view, frame), frame.theme), folder / f"{name}.png")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    if sys.argv[1:] == ["run"]:
        (FOLDER / "run.jsonl.gz").unlink(missing_ok=True)
        recorded(FOLDER, "kupiansk", *CHANGES, seed=1)
    remake(kept_view())
