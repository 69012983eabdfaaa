"""Pictures and films of a recording, painted without a window: the same recording gives the same frames.

Time goes by in fixed steps here, never by a clock.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import tempfile
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError, MissingPartError
from sim.files.atomic_file import AtomicFile
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scene.theme import THEMES
from sim.scene.view_model import Frame, View
from sim.view.compose import compose
from sim.view.controls.playback import SECONDS_PER_DAY
from sim.view.paint.painter import Painter
from sim.view.paint.sprites import Sprites
from sim.view.screenshot import with_notes

# pygame greets on stdout, where results go.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


REST: Final = 1.0
"""Seconds for which a film stays with the end of the run."""
CODECS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    ".mp4": ("libx264", "yuv420p", ("-preset", "veryfast", "-crf", "20", "-movflags", "+faststart")),
    ".gif": ("gif", "rgb24", ("-vf", "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse")),
    ".webp": ("libwebp_anim", "yuv420p", ("-loop", "0", "-quality", "75", "-compression_level", "2")),
}
"""By suffix of the file: the encoder, its order of colours, and how it is called."""
INSTALL: Final = 'Films need an encoder, which is not installed: pip install "frontsim[film]"'


@dataclass(frozen=True, slots=True)
class Film:
    """How a film is made.

    Attributes
    ----------
    seconds
        How long it is, the rest at its end included.
    """

    seconds: float = 20.0
    frames_per_second: int = 30

    @property
    def count(self) -> int:
        """How many pictures it has."""
        return max(2, round(self.seconds * self.frames_per_second))

    def frames(self, view: View, frame: Frame) -> Iterator[Frame]:
        """Yield what each picture shows, the whole run from its beginning to its end."""
        moving = max(1, self.count - 1 - round(min(REST, self.seconds / 4) * self.frames_per_second))
        days = max(view.end / DAY, 1 / DAY)
        shown = replace(
            frame,
            playing=True,
            seconds_per_day=moving / self.frames_per_second / days,
            speed=float(max(1, round(days * SECONDS_PER_DAY * self.frames_per_second / moving))),
        )
        for number in range(self.count):
            t = view.end * min(number, moving) // moving
            yield replace(shown, t=t, screen_time=number / self.frames_per_second)


def begin_without_display() -> None:
    """Make ready for painting where there may be no display; a driver that somebody chose is kept."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    pygame.font.init()


def png_bytes(surface: pygame.Surface, notes: Mapping[str, str]) -> bytes:
    """Return a picture as the content of a PNG file."""
    file = BytesIO()
    pygame.image.save(surface, file, "picture.png")
    return with_notes(file.getvalue(), notes)


def write_film(
    path: Path,
    view: View,
    frame: Frame,
    film: Film,
    *,
    force: bool = False,
    jobs: int = 1,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a film; return the size of its file in bytes.

    Parameters
    ----------
    path
        Where; its suffix, one of `CODECS`, says which kind of file.
    force
        Whether a file that is there may be replaced.
    jobs
        How many processes may paint; the film is the same.

    Raises
    ------
    FileError
        Where it cannot be written there.
    MissingPartError
        Where there is no encoder.
    """
    with AtomicFile(path, force) as file, tempfile.TemporaryDirectory(prefix="frontsim-") as folder:
        encoded = Path(folder) / f"film{path.suffix.lower()}"
        encoder = _encoder(encoded, frame.size, film)
        try:
            for number, each in enumerate(pixels(view, film.frames(view, frame), jobs), start=1):
                encoder.send(each)
                if progress is not None:
                    progress(number)
        except OSError as problem:
            msg = f"{path} could not be encoded: {problem}. Is there room on the disk?"
            raise FileError(msg) from problem
        finally:
            encoder.close()
        content = encoded.read_bytes()
        file.write(content)
        file.keep()
    return len(content)


def _encoder(path: Path, size: tuple[int, int], film: Film) -> Any:  # noqa: ANN401 - a generator without hints
    """Return what takes the pixels of one picture after the other.

    Raises
    ------
    MissingPartError
        Where it is not installed, or its programme is not there.
    """
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - an extra part, which only films need
    except ImportError as missing:
        raise MissingPartError(INSTALL) from missing
    codec, colors, options = CODECS[path.suffix]
    encoder = imageio_ffmpeg.write_frames(
        str(path),
        size,
        pix_fmt_in="rgb24",
        pix_fmt_out=colors,
        fps=film.frames_per_second,
        codec=codec,
        quality=None,
        macro_block_size=2,
        ffmpeg_log_level="error",
        output_params=list(options),
    )
    try:
        encoder.send(None)
    except (OSError, RuntimeError) as problem:
        msg = f"{INSTALL}\n({problem})"
        raise MissingPartError(msg) from problem
    return encoder


# pygame greets on stdout, where results go.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

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
