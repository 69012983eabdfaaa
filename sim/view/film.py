"""Pictures and films of a recording, painted without a window: the same recording gives the same frames."""

from __future__ import annotations

import functools
import os
from collections import deque
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sim.children import Pool
from sim.errors import FileError, MissingPartError
from sim.files.atomic_file import AtomicFile
from sim.files.folder import TemporaryFolder
from sim.files.regular import read_regular
from sim.model.quantities import Seconds
from sim.recording.reader import Recording
from sim.scene.beats.direction import directed
from sim.scene.beats.pacing import pacing, pacing_of
from sim.scene.shapes import Area, Box
from sim.scene.theme import THEMES
from sim.scene.view_model import Frame, View
from sim.view.compose import compose
from sim.view.controls.playback import SECONDS_PER_DAY
from sim.view.paint.canvas import Canvas
from sim.view.paint.painter import Painter
from sim.view.paint.sprites import Sprites
from sim.view.screenshot import add_png_texts

# pygame greets on stdout, where results go.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path


MAX_FILM: Final = 4 << 30
REST: Final = 2.0
"""Seconds at the end of a film that show the end of the run, with its card."""
ICON: Final = 64
"""Its side; pixels."""
TITLE: Final = 2.5
"""Seconds for which a film of at least `LONG` seconds shows its title first."""
LONG: Final = 12.0
MAX_SLOW: Final = 0.5
"""Share of a film that slow motion may take."""
CODECS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    ".mp4": ("libx264", "yuv420p", ("-preset", "veryfast", "-crf", "20", "-movflags", "+faststart")),
    ".gif": ("gif", "pal8", ()),
    ".webp": ("libwebp_anim", "yuv420p", ("-loop", "0", "-quality", "60", "-compression_level", "4")),
}
"""By suffix of the file: the encoder, its pixel format, and its options."""
MODEST: Final[Mapping[str, tuple[int, int | None]]] = {
    ".mp4": (30, None),
    ".gif": (12, 800),
    ".webp": (15, 960),
}
"""By suffix: frames per second and width where none are asked for, so that files stay small; pixels."""
PALETTE: Final = "split[a][b];[a]palettegen=max_colors=96[p];[b][p]paletteuse=dither=none:diff_mode=rectangle"
"""How a GIF comes to its few colours: without dots, which do not pack."""
INSTALL: Final = "Films need an encoder, which is not installed: pip install imageio-ffmpeg"


@dataclass(frozen=True, slots=True)
class Film:
    """The length of a film, and how smooth it is."""

    seconds: float = 20.0
    frames_per_second: int = 30
    width: int | None = None
    """Narrower than it is painted; pixels."""
    begin: Seconds = 0
    end: Seconds | None = None
    """The part of the run; None goes to its end."""

    @property
    def count(self) -> int:
        """The number of pictures."""
        return max(2, round(self.seconds * self.frames_per_second))

    def frames(self, view: View, frame: Frame) -> Iterator[Frame]:
        """Yield the frame of each picture; the end of the run has its card and stands for a while."""
        end = view.end if self.end is None else min(self.end, view.end)
        rest = round(min(REST, self.seconds / 4) * self.frames_per_second) if end == view.end else 0
        title = round(TITLE * self.frames_per_second) if not self.begin and self.seconds >= LONG else 0
        moving = max(1, self.count - 1 - rest - title)
        length = moving / self.frames_per_second
        days, falls = (
            plain.clock_at(end) - plain.clock_at(self.begin)
            for plain in (pacing(view.timeline, 1.0, 0.0), pacing(view.timeline, 0.0, 1.0))
        )
        slow = min(frame.fall_seconds, MAX_SLOW * length / max(falls, 1.0))
        pace = (length - slow * falls) / max(days, 1e-3)
        # nothing of what comes later is open yet, whatever was shown of the run before
        shown = replace(frame, played=0, playing=True, fall_seconds=slow, has_controls=False)
        shown = replace(shown, seconds_per_day=pace, speed=max(1.0, round(SECONDS_PER_DAY / pace)))
        clock = pacing_of(view, shown)
        first, last = clock.clock_at(self.begin), clock.clock_at(end)
        opening = directed(view, replace(shown, t=self.begin, clock=first, playing=False, card="title"))
        yield from (opening for _ in range(title))
        for number in range(moving):
            at = first + (last - first) * number / moving
            yield directed(view, replace(shown, t=clock.time_at(at), clock=at))
        ended = directed(view, replace(shown, t=end, clock=last))
        if end == view.end:
            ended = replace(ended, playing=False, card="end")
        yield from (ended for _ in range(moving + title, self.count))


def use_dummy_display() -> None:
    """Get ready for painting without a display, unless a driver was chosen."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    pygame.font.init()


def png_bytes(surface: pygame.Surface, texts: Mapping[str, str]) -> bytes:
    """Return a picture as a PNG with texts in it."""
    file = BytesIO()
    pygame.image.save(surface, file, "picture.png")
    return add_png_texts(file.getvalue(), texts)


def paint_frame(view: View, frame: Frame, painter: Painter | None = None) -> pygame.Surface:
    """Return the picture of a frame; a painter that has painted before is faster."""
    surface = pygame.Surface(frame.size)
    (painter or Painter(frame.theme)).paint(surface, compose(view, frame))
    return surface


def paint_icon() -> pygame.Surface:
    """Return the window's icon: two sides that face each other."""
    side = float(ICON)
    arrows = (
        Area(((6.0, 8.0), (side / 2 - 2.0, side / 2), (6.0, side - 8.0)), "side0"),
        Area(((side - 6.0, 8.0), (side / 2 + 2.0, side / 2), (side - 6.0, side - 8.0)), "side1"),
    )
    ground = Box(0.0, 0.0, side, side, "panel", 14.0, "hairline", 2.0)
    surface = pygame.Surface((ICON, ICON), pygame.SRCALPHA)
    Canvas(Sprites(THEMES["dark"]), surface).draw((ground, *arrows))
    return surface


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
    """Write a film to a file with one of the suffixes of `CODECS`; return its size in bytes.

    The film is the same however many `jobs`, which are processes, paint it. Without an encoder
    `MissingPartError` is raised.
    """
    with AtomicFile(path, force) as file, TemporaryFolder() as folder:
        encoded = folder / f"film{path.suffix.lower()}"
        encoder = _encoder(encoded, frame.size, film)
        try:
            for number, each in enumerate(frame_pixels(view, film.frames(view, frame), jobs), start=1):
                encoder.send(each)
                if progress is not None:
                    progress(number)
        except OSError as error:
            msg = f"{path} could not be encoded: {error}. Is there room on the disk?"
            raise FileError(msg) from error
        finally:
            encoder.close()
        content = read_regular(encoded, MAX_FILM)
        file.write(content)
        file.keep()
    return len(content)


def _encoder(path: Path, size: tuple[int, int], film: Film) -> Any:  # noqa: ANN401 - a generator without hints
    """Return a generator that is sent the pixels of one picture after the other."""
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - an extra part, which only films need
    except ImportError as missing:
        raise MissingPartError(INSTALL) from missing
    codec, colors, options = CODECS[path.suffix]
    filters = [f"scale={film.width}:-2:flags=lanczos"] if film.width and film.width < size[0] else []
    filters += [PALETTE] if path.suffix == ".gif" else []
    options = (*options, *(("-vf", ",".join(filters)) if filters else ()))
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
    except (OSError, RuntimeError) as error:
        msg = f"{INSTALL}\n({error})"
        raise MissingPartError(msg) from error
    return encoder


GROUP: Final = 30
"""Pictures that one painter paints, so that they are the same however many processes paint."""
MIN_CORES: Final = 3
"""Of two cores the encoder takes one, and sending pictures costs more than the rest would save."""
MIN_GROUPS: Final = 4
"""Minimum number of groups to start other processes for."""


def frame_pixels(view: View, frames: Iterable[Frame], jobs: int = 1) -> Iterator[bytes]:
    """Yield the RGB pixels of frames in order, painted by several processes where that is worth it."""
    plain = (replace(frame, key_caps=dict(frame.key_caps)) for frame in frames)  # to be sent to a process
    groups = iter(lambda: tuple(islice(plain, GROUP)), ())
    first = list(islice(groups, MIN_GROUPS))
    if jobs < MIN_CORES or len(first) < MIN_GROUPS:
        for group in (*first, *groups):
            yield from _paint_group(view, group)
        return
    path = str(view.recording.path)
    with Pool(jobs) as pool:
        waiting = deque(pool.submit(paint_group, path, group) for group in first[: jobs + 1])
        rest = iter((*first[jobs + 1 :], *groups))
        while waiting:
            done = waiting.popleft().result()
            following = next(rest, None)
            if following is not None:
                waiting.append(pool.submit(paint_group, path, following))
            yield from done


def paint_group(path: str, frames: tuple[Frame, ...]) -> list[bytes]:
    """Return the pixels of frames of a recording, in another process."""
    return _paint_group(_view(path), frames)


def _paint_group(view: View, frames: tuple[Frame, ...]) -> list[bytes]:
    painter = Painter(frames[0].theme, _sprites(frames[0].theme))
    return [pygame.image.tobytes(paint_frame(view, frame, painter), "RGB") for frame in frames]


# what a process keeps from group to group
_sprites = functools.lru_cache(maxsize=2)(lambda theme: Sprites(THEMES[theme]))
_view = functools.lru_cache(maxsize=1)(lambda path: View.of(Recording.open(path)))
