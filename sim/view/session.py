"""A sitting at the window: what is open, what keys and mouse do to it, messages, simulations on the side.

Knows no screen but what `Screen` says of one. What goes wrong becomes a message.
"""

from __future__ import annotations

import tempfile
import traceback
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.archive.moment import moment_text
from sim.archive.recording import Recording
from sim.domain.quantities import DAY
from sim.errors import SimError
from sim.view import pointing
from sim.view.commands import apply
from sim.view.keys import Keyboard, footer_lines, help_sections, key_caps
from sim.view.model import Progress, Toast, View
from sim.view.playback import Course, Playback, advance, course_of, opened, speed_words
from sim.view.png import free_path, picture_name, provenance
from sim.view.worker import Request, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.view.model import Frame
    from sim.view.opening import Opening, Screen
    from sim.view.shapes import Target
    from sim.view.worker import Simulate

TOAST: Final = 4.0
"""Seconds for which a message stays."""
HELD: Final = 0.35
"""Seconds from which a key was held, not tapped."""
SPEED_COMMANDS: Final = ("slower", "faster", "normal_speed")
SCROLLS: Final = {"zoom_in": -2, "zoom_out": 2, "turning_back": -10, "turning_forward": 10}
"""Lines by which keys scroll a card of text."""
NOTHING: Final = Course(0)


class Session:
    """One sitting.

    Parameters
    ----------
    opening
        What it begins with.
    simulate
        What makes recordings, in a process of its own.
    keyboard
        Which key does what.
    recent
        Files opened before.
    """

    def __init__(
        self, opening: Opening, simulate: Simulate, keyboard: Keyboard, recent: tuple[str, ...] = ()
    ) -> None:
        bindings = keyboard.bindings
        frame = replace(
            opening.frame,
            help=help_sections(bindings),
            footer_keys=footer_lines(bindings),
            key_caps=key_caps(bindings),
            recent=recent,
            card="empty",
        )
        self.view: View | None = None
        self.course = NOTHING
        self.playback = Playback(frame)
        self.pointer = pointing.Pointer()
        self.targets: tuple[Target, ...] = ()
        self.is_over = False
        self.opened: list[str] = []
        self._opening = opening
        self._keyboard = keyboard
        self._worker = Worker(simulate)
        self._folder = tempfile.TemporaryDirectory(prefix="frontsim-")
        self._replications: dict[int, str] = {}
        self._wanted: int | None = None
        self._toast_until = 0.0
        self._held: dict[int, tuple[str, float]] = {}
        if opening.recording is not None:
            self.guard(lambda: self._show(opening.recording, is_first=True), 0.0)
        elif opening.request is not None:
            self._simulate(opening.request)
        for note in keyboard.notes:
            self.tell(note, 0.0, is_error=True)

    @property
    def frame(self) -> Frame:
        """What the next picture shows."""
        return self.playback.frame

    @property
    def is_moving(self) -> bool:
        """Whether the picture changes without anybody touching anything."""
        return self.frame.playing

    def close(self) -> None:
        """End what goes on beside, and remove what was kept for this sitting only."""
        self._worker.stop()
        self._folder.cleanup()

    def guard(self, action: Callable[[], object], now: float) -> None:
        """Do something; where it goes wrong, pause and say so.

        Parameters
        ----------
        action
            What is done.
        now
            The time; s.
        """
        try:
            action()
        except (SimError, OSError) as problem:
            self.tell(_first_line(problem), now, is_error=True)
        except Exception as problem:
            self.playback = self.playback.showing(playing=False)
            log = Path(tempfile.gettempdir()) / "frontsim-window.log"
            words = f"This is a bug in frontsim ({_first_line(problem)}). Paused; you can go on."
            try:
                log.write_text("".join(traceback.format_exception(problem)), encoding="utf-8")
                words += f" Details are in {log}."
            except OSError:
                pass
            self.tell(words, now, is_error=True)

    def tell(self, text: str, now: float, *, is_error: bool = False) -> None:
        """Show a message for a while.

        Parameters
        ----------
        text
            What it says.
        now
            The time; s.
        is_error
            Whether something went wrong; it then stays longer.
        """
        self.playback = self.playback.showing(toast=Toast(text, is_error))
        self._toast_until = now + TOAST * (1 + is_error)

    def passed(self, seconds: float, now: float) -> bool:
        """Let time pass; return whether the picture is another.

        Parameters
        ----------
        seconds
            Screen time since the last picture.
        now
            The time; s.
        """
        before = self.frame
        self.guard(lambda: self._listen(now), now)
        if self.is_moving:
            self.playback = advance(self.playback, self.course, seconds)
        if self.frame.toast is not None and now >= self._toast_until:
            self.playback = self.playback.showing(toast=None)
        self.playback = pointing.hovered(self.pointer, self.playback, self.stage, now)
        return self.frame != before

    @property
    def stage(self) -> pointing.Stage:
        """What the mouse moves over."""
        return pointing.Stage(
            self.targets, self.course, lambda x, y: pointing.place(self.view, self.frame, x, y)
        )

    def pressed(self, command: str, key: int, screen: Screen, now: float) -> None:
        """Do what a key that went down calls.

        Parameters
        ----------
        command
            One of the table.
        key
            Which key it was: what is held with it may be let go before it.
        screen
            What it may need.
        now
            The time; s.
        """
        is_repeated = self._held.get(key, ("", 0.0))[0] == command
        if not is_repeated:
            self._held[key] = (command, now)
        if not is_repeated or self._keyboard.repeats(command):
            self.do(command, screen, now)

    def released(self, key: int, screen: Screen, now: float) -> None:
        """Note that a key went up; a layer that was shown while it was held goes again."""
        command, since = self._held.pop(key, ("", now))
        if command == "supply" and now - since >= HELD:
            self.do(command, screen, now)

    def do(self, command: str, screen: Screen, now: float) -> None:
        """Do what a command says; what goes wrong is shown.

        Parameters
        ----------
        command
            One of the table.
        screen
            What it may need.
        now
            The time; s.
        """
        own = {
            "quit": self._quit,
            "escape": lambda: self._escape(screen),
            "full_screen": screen.toggle_full,
            "text": self._text,
            "copy": lambda: self._copy(screen, now),
            "screenshot": lambda: self._screenshot(screen, now, map_only=False),
            "screenshot_map": lambda: self._screenshot(screen, now, map_only=True),
            "replication_forward": lambda: self._replication(1, now),
            "replication_back": lambda: self._replication(-1, now),
        }
        self.guard(own.get(command) or (lambda: self._apply(command, now)), now)

    def open(self, path: str, now: float) -> None:
        """Open a recording, or simulate a scenario.

        Parameters
        ----------
        path
            Of a file.
        now
            The time; s.
        """
        if path.lower().endswith(".toml"):
            self._simulate(Request(path, self._folder.name))
            return
        self.guard(lambda: self._show(Recording.open(path), is_first=True), now)

    def _apply(self, command: str, now: float) -> None:
        """Do what is done to what is shown; say what could else not be seen."""
        if self.view is None:
            self._apply_empty(command)
            return
        if self.frame.card == "text" and command in SCROLLS:
            scroll = max(0, self.frame.card_scroll + SCROLLS[command])
            self.playback = self.playback.showing(card_scroll=scroll)
            return
        before = self.frame.toast
        self.playback = apply(self.playback, self.course, command)
        if command in SPEED_COMMANDS:
            self.tell(speed_words(self.playback.doublings), now)
        if self.frame.toast not in {before, None}:
            self._toast_until = now + TOAST

    def _apply_empty(self, command: str) -> None:
        """Do what can be done while nothing is open: Space simulates the bundled baseline."""
        if command == "play" and not self._worker.is_busy:
            self._simulate(Request("kupiansk", self._folder.name))
        elif command in {"theme", "larger", "smaller", "usual_size", "motion"}:
            self.playback = apply(self.playback, self.course, command)

    def _show(self, recording: Recording | None, *, is_first: bool) -> None:
        """Show a recording: from the opening's moment on, or from the moment that is seen."""
        if recording is None:
            return
        view = View.of(recording)
        self.view = view
        self.course = replace(course_of(view), places=pointing.places(view))
        if not is_first:
            exact, was = self.playback.exact, self.frame.playing
            self.playback = self.playback.at(exact, self.course).showing(playing=was, progress=None)
            return
        header = recording.header
        self._replications = {header.replication: str(recording.path)}
        if not str(recording.path).startswith(self._folder.name):
            self.opened.append(str(recording.path.resolve()))
        frame = self._opening.prepare(recording, replace(self.frame, card="none", progress=None))
        self.playback = opened(self.course, frame, speed=self._opening.speed)

    def _simulate(self, request: Request) -> None:
        """Begin a simulation beside; what is open stays open meanwhile."""
        what = "Simulating " + Path(request.source).name.removesuffix(".jsonl.gz")
        if request.replication is not None:
            what += f", replication {request.replication}"
        card = "loading" if self.view is None else self.frame.card
        self.playback = self.playback.showing(progress=Progress(what), card=card)
        self._worker.start(request)

    def _listen(self, now: float) -> None:
        """Take in what is heard of the simulation."""
        news = self._worker.heard()
        if news is None:
            return
        progress = self.frame.progress
        if progress is not None and not news.is_last:
            there = replace(progress, share=news.share, detail=news.words)
            self.playback = self.playback.showing(progress=there)
        if news.problem is not None:
            self._wanted = None
            card = "empty" if self.view is None else self.frame.card
            self.playback = self.playback.showing(progress=None, card=card)
            self.tell(news.problem, now, is_error=True)
        if news.path is not None:
            self._arrived(Recording.open(news.path), now)

    def _arrived(self, recording: Recording, now: float) -> None:
        """Show what was simulated."""
        wanted, self._wanted = self._wanted, None
        self._show(recording, is_first=wanted is None)
        self._replications[recording.header.replication] = str(recording.path)
        if wanted is not None:
            self.tell(f"Replication {wanted}: the same scenario and seed, other luck.", now)

    def _replication(self, step: int, now: float) -> None:
        """Go to another replication at the same moment; simulate it where it is not there."""
        if self.view is None or self._worker.is_busy:
            return
        wanted = self.view.recording.header.replication + step
        if wanted < 0:
            self.tell("This is replication 0, the first one.", now)
            return
        self._wanted = wanted
        known = self._replications.get(wanted)
        if known is not None:
            self._arrived(Recording.open(known), now)
            return
        source = str(self.view.recording.path)
        self._simulate(Request(source, self._folder.name, replication=wanted))

    def _quit(self) -> None:
        self.is_over = True

    def _escape(self, screen: Screen) -> None:
        """Close what lies over the picture, else leave full screen, else deselect."""
        if self.view is None and self._worker.is_busy:
            self._worker.stop()
            self.playback = self.playback.showing(progress=None, card="empty")
        elif self.view is not None and self.frame.card != "none":
            self.playback = self.playback.showing(card="none")
        elif screen.is_full:
            screen.toggle_full()
        else:
            self.playback = self.playback.showing(selection=None, toast=None)

    def _moment(self) -> str:
        """Return the moment in words."""
        if self.view is None:
            return ""
        return moment_text(self.view.scenario, self.view.snapshot(self.frame.t), self.view.recording.header)

    def _text(self) -> None:
        """Show the moment as text, or close it."""
        if self.frame.card == "text":
            self.playback = self.playback.showing(card="none")
        elif self.view is not None:
            shown = self.playback.showing(card="text", card_text=self._moment(), card_scroll=0)
            self.playback = shown.showing(playing=False)

    def _copy(self, screen: Screen, now: float) -> None:
        """Put the moment on the clipboard."""
        if self.view is not None:
            screen.copy(self._moment())
            self.tell("This moment is on the clipboard, as text.", now)

    def _screenshot(self, screen: Screen, now: float, *, map_only: bool) -> None:
        """Write a picture of what is seen, without messages; its file says what it shows."""
        if self.view is None:
            return
        recording, t = self.view.recording, self.frame.t
        clean = replace(self.frame, toast=None, hover=None, progress=None, map_only=map_only)
        content = screen.picture(clean, provenance(recording, t, self._moment()))
        day = date.fromisoformat(recording.header.start) + timedelta(days=t // DAY)
        name = picture_name(recording.header, t, day.isoformat()) + "_map" * map_only
        path = free_path(self._opening.pictures, name, ".png")
        path.write_bytes(content)
        self.tell(f"Saved {path.name}", now)


def _first_line(problem: BaseException) -> str:
    """Return an error in one line."""
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:200]


def settings_changes(frame: Frame) -> dict[str, Any]:
    """Return what is remembered of a frame, as fields of `Settings`."""
    names = ("theme", "scale", "is_calm", "layers", "labels", "panel")
    return {name: getattr(frame, name) for name in names}
