"""The window on a screen: pygame's events become keys and mouse of a `Session`, its frames become pixels.

With those that make pixels the only module that knows pygame. Nothing is painted anew while nothing changes.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.errors import MissingPartError
from sim.view.compose import compose
from sim.view.controls import mouse_input
from sim.view.film import painted, png_bytes
from sim.view.keyboard import Keyboard, Press, press_of
from sim.view.paint.painter import Painter
from sim.view.session import Session
from sim.view.settings import SMALLEST_SIZE, Remembered, load, save, settings_changes

# pygame greets on stdout, where results go.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.scene.view_model import Frame
    from sim.view.background.worker import Simulate
    from sim.view.session import LaunchOptions

FRAMES_PER_SECOND: Final = 60
REPEAT: Final = (400, 45)
"""Milliseconds until a held key repeats, and between repeats."""
IDLE: Final = 100
"""Milliseconds after which a resting window looks whether anything is to be done."""
WAITING: Final = 15
"""The same, while somebody waits for what is being simulated."""
LEFT_BUTTON: Final = 1
UNSEEN: Final = frozenset({"dummy", "offscreen", "evdev"})
"""Drivers that show nothing to anybody."""
SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
"""Variables, one of which names a screen where there is one."""
GRAPHICS: Final = Path("/dev/dri")
"""Where Linux has a screen without a desktop."""
NO_DISPLAY: Final = (
    "There is no display on which a window could open.\n"
    "Make a picture or a film instead: frontsim render RECORDING -o film.mp4"
)
"""What to say where no window can be opened."""


def open_display() -> None:
    """Open the display, and no sound.

    Raises
    ------
    MissingPartError
        Where there is none.
    """
    # Windows would otherwise draw everything small and stretch it.
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
    if sys.platform == "linux" and not any(map(os.environ.get, SCREENS)) and not GRAPHICS.exists():
        # Asking all the same would print what concerns nobody.
        pygame.display.quit()
        raise MissingPartError(NO_DISPLAY)
    try:
        pygame.display.init()
    except pygame.error as problem:
        raise MissingPartError(NO_DISPLAY) from problem
    if "SDL_VIDEODRIVER" not in os.environ and pygame.display.get_driver() in UNSEEN:
        # Where there is no display, one that nobody sees is taken, and the window would never be closed.
        pygame.display.quit()
        raise MissingPartError(NO_DISPLAY)
    pygame.font.init()
    pygame.key.set_repeat(*REPEAT)


class Window:
    """A window, from its opening to its end.

    Parameters
    ----------
    simulate
        What makes recordings, in a process of its own.
    """

    def __init__(self, opening: LaunchOptions, simulate: Simulate, remembered: Remembered) -> None:
        self._remembered = remembered
        self._keyboard = Keyboard(remembered.settings.keys)
        recent = remembered.settings.recent
        self._window = pygame.Window("frontsim", opening.frame.size, resizable=True)
        self._window.minimum_size = SMALLEST_SIZE
        self.session = Session(opening, simulate, self._keyboard, recent, remembered.notes)
        self._is_full = False
        self._usual_size = self._window.size
        self._theme = opening.frame.theme
        self._painter = Painter(self._theme)
        self._is_stale = True
        self._has_failed = False
        self.painted = 0
        """How many pictures were painted so far."""
        self._takers: dict[int, Callable[[Any, float], None]] = {
            pygame.QUIT: self._quit,
            pygame.KEYDOWN: self._key_down,
            pygame.KEYUP: self._key_up,
            pygame.MOUSEBUTTONDOWN: self._button_down,
            pygame.MOUSEBUTTONUP: self._button_up,
            pygame.MOUSEMOTION: self._motion,
            pygame.MOUSEWHEEL: self._wheel,
            pygame.WINDOWLEAVE: self._left,
            pygame.WINDOWEXPOSED: self._stale,
            pygame.WINDOWSIZECHANGED: self._stale,
            pygame.DROPFILE: self._dropped,
        }

    @property
    def is_full(self) -> bool:
        """Whether it fills the screen."""
        return self._is_full

    def toggle_full(self) -> None:
        """Fill the screen, or go back to the size before."""
        if self._is_full:
            self._window.set_windowed()
            self._window.size = self._usual_size
        else:
            self._usual_size = self._window.size
            self._window.set_fullscreen(desktop=True)
        self._is_full = not self._is_full
        self._is_stale = True

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        pygame.scrap.put_text(text)

    def picture(self, frame: Frame, notes: Mapping[str, str]) -> bytes:
        """Return what a frame shows as a PNG."""
        if self.session.view is None:
            return b""
        return png_bytes(painted(self.session.view, frame, self._painter), notes)

    def run(self) -> None:
        """Show it until it is closed."""
        clock = pygame.time.Clock()
        seen = None
        while not self.session.is_over:
            if self.session.view is not seen:
                # A run's thousands of lasting objects need not be looked through while it plays.
                seen = self.session.view
                gc.freeze()
            if self.session.frame.playing or self._is_stale:
                events = pygame.event.get()
                seconds = clock.tick(FRAMES_PER_SECOND) / 1000
            else:
                first = pygame.event.wait(WAITING if self.session.is_waiting else IDLE)
                events = [first, *pygame.event.get()] if first.type != pygame.NOEVENT else []
                # However long it rested, no time of the run went by.
                clock.tick()
                seconds = 0.0
            self.step(events, seconds, pygame.time.get_ticks() / 1000)

    def step(self, events: Sequence[Any], seconds: float, now: float) -> None:
        """Take in what happened, let time pass, and paint where the picture is another."""
        session = self.session
        for event in events:
            before = session.playback, session.view
            session.guard(partial(self._take, event, now), now)
            self._is_stale = self._is_stale or (session.playback, session.view) != before
        size = self._window.get_surface().get_size()
        if size != session.frame.size:
            session.playback = session.playback.showing(size=size)
            self._is_stale = True
        changed = session.passed(seconds, now)
        if changed or self._is_stale:
            self._paint(now)

    def close(self, path: Path) -> str | None:
        """Close it and keep the settings; return what went wrong with them, or none."""
        session = self.session
        size = self._usual_size if self._is_full else self._window.size
        settings = replace(self._remembered.settings, size=size, **settings_changes(session.frame))
        for each in session.opened:
            settings = settings.opened(each)
        session.close()
        self._window.destroy()
        return save(path, replace(self._remembered, settings=settings))

    def _take(self, event: Any, now: float) -> None:  # noqa: ANN401 - pygame's events have no common fields
        """Take in one event."""
        taker = self._takers.get(event.type)
        if taker is not None:
            taker(event, now)

    def _command(self, event: Any) -> str | None:  # noqa: ANN401 - as above
        """Return what a key calls."""
        press = press_of(
            pygame.key.name(event.key),
            getattr(event, "unicode", ""),
            getattr(event, "scancode", 0),
            is_shift=bool(event.mod & pygame.KMOD_SHIFT),
            is_ctrl=bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META)),
            is_alt=bool(event.mod & (pygame.KMOD_ALT | pygame.KMOD_MODE)),
        )
        return self._keyboard.command(press) if isinstance(press, Press) else None

    def _key_down(self, event: Any, now: float) -> None:  # noqa: ANN401 - as above
        command = self._command(event)
        if command is not None:
            self.session.pressed(command, event.key, self, now)

    def _key_up(self, event: Any, now: float) -> None:  # noqa: ANN401 - as above
        self.session.released(event.key, self, now)

    def _button_down(self, event: Any, now: float) -> None:  # noqa: ANN401 - as above
        if event.button == LEFT_BUTTON:
            session = self.session
            session.pointer, session.playback = mouse_input.pressed(
                replace(session.pointer, since=now), session.playback, session.stage, event.pos
            )

    def _button_up(self, event: Any, now: float) -> None:  # noqa: ANN401 - as above
        if event.button == LEFT_BUTTON:
            session = self.session
            session.pointer, session.playback, command = mouse_input.released(
                session.pointer, session.playback, session.stage
            )
            if command:
                session.do(command, self, now)
            session.let_go(now)

    def _motion(self, event: Any, now: float) -> None:  # noqa: ANN401 - as above
        session = self.session
        session.pointer, session.playback = mouse_input.moved(
            session.pointer, session.playback, session.stage, event.pos, now
        )

    def _wheel(self, event: Any, _: float) -> None:  # noqa: ANN401 - as above
        session = self.session
        at = session.pointer.at or pygame.mouse.get_pos()
        session.playback = mouse_input.wheeled(
            session.playback, session.stage, at, event.precise_y or event.y
        )

    def _left(self, _: Any, __: float) -> None:  # noqa: ANN401 - as above
        self.session.pointer = replace(self.session.pointer, at=None)

    def _dropped(self, event: Any, now: float) -> None:  # noqa: ANN401 - as above
        self.session.open(event.file, now)

    def _quit(self, _: Any, now: float) -> None:  # noqa: ANN401 - as above
        self.session.do("quit", self, now)

    def _stale(self, _: Any, __: float) -> None:  # noqa: ANN401 - as above
        self._is_stale = True

    def _paint(self, now: float) -> None:
        """Paint what is to be seen; where that goes wrong, say so on an empty ground."""
        self._is_stale = False
        surface = self._window.get_surface()
        frame = self.session.frame
        try:
            if self._theme != frame.theme:
                self._theme = frame.theme
                self._painter = Painter(self._theme)
            scene = compose(self.session.view, frame)
            self._painter.paint(surface, scene)
            self.session.targets = scene.targets
            self._has_failed = False
        except Exception as problem:
            self._paint_failure(surface, problem, now)
        self._window.flip()
        self.painted += 1

    def _paint_failure(self, surface: Any, problem: Exception, now: float) -> None:  # noqa: ANN401 - a surface
        """Say on the picture that it could not be painted; try again with the message, once."""

        def again() -> None:
            raise problem

        first, self._has_failed = not self._has_failed, True
        if first:
            self.session.guard(again, now)
            self._is_stale = True
        surface.fill((16, 22, 30))
        toast = self.session.frame.toast
        font = pygame.font.Font(None, 24)
        surface.blit(font.render(toast.text if toast else str(problem), True, (237, 242, 246)), (24, 24))


def play(opening: LaunchOptions, simulate: Simulate, settings: Path) -> str | None:
    """Show a window until it is closed; return what went wrong with the settings, or none.

    Parameters
    ----------
    simulate
        What makes recordings, in a process of its own.

    Raises
    ------
    MissingPartError
        Where there is no display.
    """
    open_display()
    try:
        window = Window(opening, simulate, load(settings))
    except pygame.error as problem:
        raise MissingPartError(NO_DISPLAY) from problem
    try:
        window.run()
    finally:
        gc.unfreeze()
        said = window.close(settings)
        # Fonts stay: they are kept for the next window, and would be broken then.
        pygame.display.quit()
    return said
