"""The window on a screen: pygame's events go to a `Session`, and its frames are painted when they change."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.errors import NoDisplayError
from sim.interruption import atomic, code_of_signal, raise_if_stopped
from sim.view.compose import compose
from sim.view.film import paint_frame, paint_icon, png_bytes
from sim.view.keyboard import Keyboard, key_press
from sim.view.paint.painter import Painter
from sim.view.session import Session
from sim.view.settings import SMALLEST_SIZE, Remembered, load, save, settings_changes

# pygame greets on stdout, where results go.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.scene.view_model import Frame, View
    from sim.view.background.worker import Simulate
    from sim.view.session import LaunchOptions

TITLE: Final = "frontsim"
FRAMES_PER_SECOND: Final = 60
PAUSE: Final = 16
AWAY_PAUSE: Final = 200
"""Milliseconds between looks for events while the window rests, and while nobody sees it."""
IDLE: Final = 100
"""Milliseconds after which a resting window looks for something to do."""
WAITING: Final = 15
"""The same, while a simulation is waited for."""
LEFT_BUTTON: Final = 1
EXPOSED: Final = (pygame.WINDOWEXPOSED, pygame.WINDOWSIZECHANGED)
AWAY: Final = (pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN)
BACK: Final = (pygame.WINDOWSHOWN, pygame.WINDOWRESTORED, pygame.WINDOWMAXIMIZED, pygame.WINDOWEXPOSED)
LOST: Final = frozenset((*EXPOSED, *BACK))
"""After these, the window's surface may be a new one."""
M_MMAP_THRESHOLD: Final = -3
LARGE_BLOCK: Final = 1 << 20
"""Bytes from which memory is asked of the system, and given back to it."""
INVISIBLE_DRIVERS: Final = frozenset({"dummy", "offscreen", "evdev"})
DISPLAY_VARIABLES: Final = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
GRAPHICS: Final = Path("/dev/dri")
"""Where Linux has a screen without a desktop."""
NO_DISPLAY: Final = (
    "There is no display to open a window on.\n"
    "Make a picture or a film instead: frontsim render RECORDING -o film.mp4"
)


def open_display() -> None:
    """Open the display, and no sound; raise `NoDisplayError` where there is none."""
    # Windows would otherwise stretch a small picture
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
    if sys.platform == "linux" and not any(map(os.environ.get, DISPLAY_VARIABLES)) and not GRAPHICS.exists():
        # asking all the same prints warnings
        pygame.display.quit()
        raise NoDisplayError(NO_DISPLAY)
    try:
        pygame.display.init()
    except pygame.error as error:
        raise NoDisplayError(NO_DISPLAY) from error
    if "SDL_VIDEODRIVER" not in os.environ and pygame.display.get_driver() in INVISIBLE_DRIVERS:
        # without a display SDL takes an invisible one, whose window nobody could close
        pygame.display.quit()
        raise NoDisplayError(NO_DISPLAY)
    pygame.font.init()
    _give_large_blocks_back()


def _give_large_blocks_back() -> None:
    """Let glibc return pictures' memory when they are dropped; else it keeps some 70 MB of holes."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


class Window:
    """A window, from its opening to its end."""

    def __init__(self, options: LaunchOptions, simulate: Simulate, remembered: Remembered) -> None:
        self._remembered = remembered
        settings = remembered.settings
        self._keyboard = Keyboard(settings.keys)
        self._window = pygame.Window(TITLE, options.frame.size, resizable=True, allow_high_dpi=True)
        self._window.set_icon(paint_icon())
        self._window.minimum_size = SMALLEST_SIZE
        self.is_full = False
        """Whether it fills the screen."""
        self._usual_size = self._window.size
        self._launched = options.frame
        self._theme = options.frame.theme
        self._painter = Painter(self._theme)
        self.session = Session(options, simulate, self._keyboard, self, settings.recent, remembered.notes)
        self._is_stale = True
        self._is_away = False
        """Whether nobody sees it: it is minimised or hidden."""
        self._has_failed = False
        self._stepped_at = 0
        self._titled: View | None = None
        self.painted = 0
        """How many pictures were painted so far."""
        session = self.session
        self._handlers: dict[int, Callable[[Any], object]] = {
            pygame.QUIT: lambda _: session.do("quit"),
            pygame.KEYDOWN: self._key_down,
            pygame.KEYUP: lambda event: session.key_up(event.key),
            pygame.MOUSEBUTTONDOWN: lambda event: session.mouse_down(self._pixel(event.pos)),
            pygame.MOUSEBUTTONUP: lambda _: session.mouse_up(),
            pygame.MOUSEMOTION: lambda event: session.mouse_move(self._pixel(event.pos)),
            pygame.MOUSEWHEEL: lambda event: session.scroll(
                session.pointer.at or self._pixel(pygame.mouse.get_pos()), event.precise_y or event.y
            ),
            pygame.WINDOWLEAVE: lambda _: session.mouse_leave(),
            pygame.DROPFILE: lambda event: session.open(event.file),
        }

    def toggle_full(self) -> None:
        """Fill the screen, or go back to the size before."""
        if self.is_full:
            self._window.set_windowed()
            self._window.size = self._usual_size
        else:
            self._usual_size = self._window.size
            self._window.set_fullscreen(desktop=True)
        self.is_full = not self.is_full
        self._is_stale = True
        self._painter.forget_surface()

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        pygame.scrap.put_text(text)

    def picture(self, frame: Frame, texts: Mapping[str, str]) -> bytes:
        """Return a frame as a PNG with texts in it."""
        if self.session.view is None:
            return b""
        return png_bytes(paint_frame(self.session.view, frame, self._painter), texts)

    def run(self) -> None:
        """Show it until it is closed."""
        clock = pygame.time.Clock()
        known = None
        while not self.session.is_over and code_of_signal() is None:
            if self.session.view is not known:
                # the garbage collector need not visit a run's many lasting objects while it plays
                known = self.session.view
                gc.freeze()
            if (self.session.frame.playing or self._is_stale) and not self._is_away:
                events = pygame.event.get()
                seconds = clock.tick(FRAMES_PER_SECOND) / 1000
            else:
                # SDL's own waiting asks a thousand times a second
                pygame.time.wait(AWAY_PAUSE if self._is_away else PAUSE)
                events = pygame.event.get()
                # no time of the run passes while the window rests
                clock.tick()
                seconds = 0.0
                if not events and pygame.time.get_ticks() - self._stepped_at < self._patience:
                    continue
            self._stepped_at = pygame.time.get_ticks()
            self.step(events, seconds, pygame.time.get_ticks() / 1000)

    @property
    def _patience(self) -> int:
        """For how long a resting window looks for nothing to do; ms."""
        return WAITING if self.session.is_waiting or self.session.is_key_held else IDLE

    def step(self, events: Sequence[Any], seconds: float, now: float) -> None:
        """Handle events, let time pass, and paint if the picture has changed."""
        session = self.session
        session.now = now
        for event in events:
            before = session.playback, session.view
            handler = self._handlers.get(event.type)
            if handler is not None and getattr(event, "button", LEFT_BUTTON) == LEFT_BUTTON:
                session.guard(partial(handler, event))
            self._is_stale |= event.type in LOST or (session.playback, session.view) != before
            if event.type in LOST:
                self._painter.forget_surface()
            self._is_away = event.type in AWAY or (self._is_away and event.type not in BACK)
        if self._is_away:
            seconds = 0.0
        surface = self._window.get_surface()
        size = surface.get_size()
        if size != session.frame.size:
            if self.painted and not self._is_away:
                # a picture of another size takes a while
                surface.blit(self._painter.stretched(size), (0, 0))
                self._window.flip()
            session.show(size=size)
            self._is_stale = True
        if session.view is not None and session.view is not self._titled:
            self._titled = session.view
            self._window.title = f"{session.view.recording.header.title} · {TITLE}"
        changes = session.advance(seconds)
        self._is_stale |= changes
        if self._is_stale and not self._is_away:
            self._paint()

    def close(self, path: Path) -> str | None:
        """Close the window and save the settings; return what went wrong with them, if anything did."""
        session = self.session
        size = self._usual_size if self.is_full else self._window.size
        settings = replace(
            self._remembered.settings, size=size, **settings_changes(session.frame, self._launched)
        )
        for each in session.opened:
            settings = settings.opened(each)
        session.close()
        self._window.destroy()
        return save(path, replace(self._remembered, settings=settings))

    def _pixel(self, at: tuple[float, float]) -> tuple[float, float]:
        """Return a place that the mouse tells in pixels of the picture, of which dense screens have more."""
        wide, tall = self._window.get_surface().get_size()
        return at[0] * wide / self._window.size[0], at[1] * tall / self._window.size[1]

    def _key_down(self, event: Any) -> None:  # noqa: ANN401 - pygame's events have no common fields
        press = key_press(
            pygame.key.name(event.key),
            getattr(event, "unicode", ""),
            getattr(event, "scancode", 0),
            is_shift=bool(event.mod & pygame.KMOD_SHIFT),
            is_ctrl=bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META)),
            is_alt=bool(event.mod & (pygame.KMOD_ALT | pygame.KMOD_MODE)),
            is_num_lock=bool(event.mod & pygame.KMOD_NUM),
        )
        command = self._keyboard.command(press) if press is not None else None
        if command is not None:
            self.session.key_down(event.key, command)

    def _paint(self) -> None:
        """Paint the present frame; where that fails, show the error on an empty picture."""
        self._is_stale = False
        surface = self._window.get_surface()
        frame = self.session.frame
        try:
            if self._theme != frame.theme:
                self._theme = frame.theme
                self._painter = Painter(self._theme)
            scene = compose(self.session.view, frame)
            self._painter.paint(surface, scene)
            self.session.hit_areas = scene.hit_areas
            self._has_failed = False
        except Exception as error:
            self._paint_error(surface, error)
        self._window.flip()
        self.painted += 1

    def _paint_error(self, surface: Any, error: Exception) -> None:  # noqa: ANN401 - a surface
        """Show that the picture could not be painted; try again with the message, once."""
        if not self._has_failed:
            self._has_failed = self._is_stale = True
            self.session.show_error(error)
        surface.fill((16, 22, 30))
        self._painter.forget_surface()
        toast = self.session.frame.toast
        font = pygame.font.Font(None, 24)
        surface.blit(font.render(toast.text if toast else str(error), True, (237, 242, 246)), (24, 24))


@atomic
def play(options: LaunchOptions, simulate: Simulate, settings: Path) -> str | None:
    """Show a window until it is closed; return what went wrong with the settings, if anything did.

    An interruption closes it: nothing is raised before, since pygame makes other errors of it.
    """
    open_display()
    try:
        window = Window(options, simulate, load(settings))
    except pygame.error as error:
        raise NoDisplayError(NO_DISPLAY) from error
    try:
        window.run()
    finally:
        gc.unfreeze()
        problem = window.close(settings)
        # fonts stay, since painters of a later window keep them
        pygame.display.quit()
    raise_if_stopped()
    return problem
