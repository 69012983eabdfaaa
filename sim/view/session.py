"""A sitting at the window: what is open, what keys and mouse do to it, messages, simulations on the side.

Knows no screen but what `Screen` says of one. What goes wrong becomes a message.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.recording.reader import Recording
from sim.scene.side_by_side import front_of, title_of
from sim.scene.view_model import Camera, Frame, View
from sim.view.background.background_run import BackgroundRun
from sim.view.background.replications import (
    NO_ENSEMBLE,
    NOTHING_BESIDE,
    OTHER_FRONT,
    Flipping,
    Found,
    opened_at,
)
from sim.view.background.worker import Request
from sim.view.controls import focus, mouse_input
from sim.view.controls.app_state import AppState, Screen
from sim.view.controls.commands import WITHOUT_RUN, apply, recent_at
from sim.view.controls.playback import advance, opened
from sim.view.keyboard import HeldKeys, Keyboard, footer_lines, help_sections, key_caps
from sim.view.screenshot import copied, kept, moment
from sim.view.what_if.what_if_run import WhatIfRun

if TYPE_CHECKING:
    from sim.analysis.ensemble_at_time import EnsembleAtTime  # noqa: TC004 - what reads tables is loaded with an ensemble only
    from sim.scene.shapes import Target
    from sim.scene.view_model import Card
    from sim.view.background.replications import Turn
    from sim.view.background.worker import Simulate


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What the window opens with.

    Attributes
    ----------
    recording
        What is played; none where something is simulated first, or a file is to be dropped.
    beside
        Another run that is shown with it, or one of another ensemble.
    frame
        What is shown at first: time, size, theme, selection.
    speed
        Times speed 1; none is the usual one for the run's length.
    prepare
        Told the recording once it is open and the frame: returns the frame to begin with.
    """

    recording: Recording | None = None
    chances: EnsembleAtTime | None = None
    beside: Found | None = None
    request: Request | None = None
    frame: Frame = field(default_factory=Frame)
    speed: float | None = None
    pictures: Path = Path()
    prepare: Callable[[Recording, Frame], Frame] = field(default=lambda _, frame: frame)


class Session(AppState):
    """One sitting.

    Parameters
    ----------
    simulate
        What makes recordings, in a process of its own.
    """

    def __init__(
        self,
        opening: LaunchOptions,
        simulate: Simulate,
        keyboard: Keyboard,
        recent: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
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
        super().__init__(frame)
        self.pointer = mouse_input.Pointer()
        self.targets: tuple[Target, ...] = ()
        self.is_over = False
        self.opened: list[str] = []
        self._opening = opening
        self._keyboard = keyboard
        self._folder = tempfile.TemporaryDirectory(prefix="frontsim-")
        self._errand = BackgroundRun(self, simulate, self._folder.name)
        self._flipping = Flipping(self._folder.name)
        self._chances = opening.chances
        self._before: View | None = None
        self._held = HeldKeys()
        self._trial = WhatIfRun(self, simulate, self._folder.name)
        recording = opening.recording
        if recording is not None:
            self.guard(lambda: self._show(recording, 0.0), 0.0)
        elif opening.request is not None:
            self._errand.begin(opening.request, self._show)
        said = (*((self.frame.toast.text,) if self.frame.toast else ()), *notes, *keyboard.notes)
        if said:
            self.tell(" ".join(said), 0.0, is_error=True)

    def close(self) -> None:
        """End what goes on beside, and remove what was kept for this sitting only."""
        self._errand.stop()
        self._trial.stop()
        self._folder.cleanup()

    def passed(self, seconds: float, now: float) -> bool:
        """Let time pass; return whether the picture is another."""
        before = self.frame
        self.guard(lambda: self._errand.listen(now), now)
        self.guard(lambda: self._trial.listen(now), now)
        if self.frame.playing:
            self.playback = advance(self.playback, self.course, seconds)
        self.forget(now)
        self.playback = mouse_input.hovered(self.pointer, self.playback, self.stage, now)
        return self.frame != before

    @property
    def is_waiting(self) -> bool:
        """Whether something is being simulated that somebody waits for."""
        return self._errand.is_busy or self._trial.is_busy

    @property
    def stage(self) -> mouse_input.Stage:
        """What the mouse moves over."""
        return mouse_input.Stage(
            self.targets, self.course, lambda x, y: mouse_input.place(self.view, self.frame, x, y)
        )

    def pressed(self, command: str, key: int, screen: Screen, now: float) -> None:
        """Do what a key that went down calls.

        Parameters
        ----------
        key
            Which key it was: what is held with it may be let go before it.
        """
        is_repeated = self._held.went_down(key, command, now)
        if self.pointer.begin is None:
            self.pointer = replace(self.pointer, at=None)  # a mouse that only rests tells nothing meanwhile
        if not is_repeated or self._keyboard.repeats(command):
            self.do(command, screen, now)

    def released(self, key: int, screen: Screen, now: float) -> None:
        """Note that a key went up; a layer that was shown while it was held goes again."""
        command = self._held.went_up(key, now)
        if command is not None:
            self.do(command, screen, now)
        self.let_go(now)

    def let_go(self, now: float) -> None:
        """Note that a key or the mouse's button was let go: a dial that was turned is tried out."""
        if self.pointer.begin is None:
            self.guard(self._trial.let_go, now)

    def do(self, command: str, screen: Screen, now: float) -> None:
        """Do what a command says; what goes wrong is shown."""
        own = {
            "quit": self._quit,
            "escape": lambda: self._escape(screen),
            "full_screen": screen.toggle_full,
            **dict.fromkeys(focus.STEPS, lambda: self._focus(command, now)),
            "center": lambda: self._enter(screen, now),
            "text": self._text,
            "copy": lambda: self._outside(lambda view: copied(view, self.frame, screen), now),
            "screenshot": lambda: self._picture(screen, now, map_only=False),
            "screenshot_map": lambda: self._picture(screen, now, map_only=True),
            "ensemble": lambda: self._rings(now),
            "what_if": self._trial.toggle,
            "compare": lambda: self._compare(now),
            "replication_forward": lambda: self._flip(1, now),
            "replication_back": lambda: self._flip(-1, now),
        }
        self.guard(lambda: self._do(own.get(command), command, screen, now), now)

    def _do(self, own: Callable[[], object] | None, command: str, screen: Screen, now: float) -> None:
        """Do what a command says, by whom it is for: the dials, the window itself, or what is shown."""
        if self._trial.command(command, screen, self._opening.pictures, now):
            return
        if own is not None:
            own()
        else:
            self._apply(command, now)

    def open(self, path: str, now: float = 0.0) -> None:
        """Open a recording or an ensemble, or simulate a scenario.

        Raises
        ------
        SimError
            Where it is no recording.
        """
        if path.lower().endswith(".toml"):
            self._errand.begin(Request(path, self._folder.name), self._show)
            return
        number = self.view.recording.header.replication if self.view and self.view.chances else None
        run, chances = opened_at(path, self._folder.name, wanted=number)
        self._chances = chances or self._chances
        if isinstance(run, Request):
            self._errand.begin(run, self._show)
            return
        # What was being simulated would take the place of what was asked for last.
        self._errand.stop()
        self.playback = self.playback.showing(toast=None)
        self._show(run, now)

    def _apply(self, command: str, now: float) -> None:
        """Do what is done to what is shown; say what could else not be seen."""
        if self.view is None:
            self._apply_empty(command)
            return
        before = self.frame.toast
        self.playback = apply(self.playback, self.course, command)
        if self.frame.toast not in {before, None}:  # a command says what cannot be seen
            self.told(now)

    def _apply_empty(self, command: str) -> None:
        """Do what can be done while nothing is open: simulate the baseline, open what was open before."""
        if command == "play" and not self._errand.is_busy:
            self._errand.begin(Request("kupiansk", self._folder.name), self._show)
        elif command == "help":
            self.playback = self.playback.showing(card=self._rest if self.frame.card == "help" else "help")
        elif command in WITHOUT_RUN:
            self.playback = apply(self.playback, self.course, command)
        elif path := recent_at(self.frame, command):
            self.open(path)

    @property
    def _rest(self) -> Card:
        """What lies over the picture once help and texts are closed."""
        if self.view is not None:
            return "none"
        return "loading" if self._errand.is_busy else "empty"

    def _focus(self, command: str, now: float) -> None:
        """Move the keyboard's ring; where it is to go through towns, select the next one."""
        ringed = focus.ringed(self.playback, self.targets, command)
        if ringed is None:
            self._apply(command, now)
        else:
            self.playback = ringed

    def _enter(self, screen: Screen, now: float) -> None:
        """Press what the ring stands round; where it stands round no control, centre."""
        command = focus.command_in_focus(self.targets, self.frame.focus)
        if command is not None:
            self.do(command, screen, now)
        else:
            self._apply("center", now)

    def _show(self, recording: Recording, now: float) -> None:
        """Show a recording: the first one as the opening says, others from their start."""
        is_first = self.view is None
        self._trial.close()
        if self._chances is not None and not self._chances.fits(recording.scenario):
            self._chances = None
            self.tell(OTHER_FRONT, now, is_error=True)
        self._before = self.view.alone() if self.view is not None else None
        self._take(View.of(recording, self._chances))
        if not str(recording.path).startswith(self._folder.name):
            self.opened.append(str(recording.path.resolve()))
        frame = replace(self.frame, card="none", progress=None, focus=None, hover=None)
        if not is_first:
            frame = replace(frame, t=0, selection=None, camera=Camera(), playing=True)
        self.playback = opened(self.course, frame)
        if is_first:
            frame = self._opening.prepare(recording, frame)
            self.playback = opened(self.course, frame, speed=self._opening.speed)
            self._open_beside(now)

    def _take(self, view: View) -> None:
        """Make a run the one that is seen, and forget the replications of others."""
        self.take(view)
        self._flipping.begin(view)
        self.playback = self.playback.showing(replication_count=self._flipping.count)

    def _open_beside(self, now: float) -> None:
        """Show the run or the ensemble beside it with which the window was opened."""
        if self._opening.beside is None:
            return
        run, chances = self._opening.beside
        if isinstance(run, Request):
            self._errand.begin(run, lambda made, _: self._lay_beside(View.of(made, chances)))
        else:
            self.guard(lambda: self._lay_beside(View.of(run, chances)), now)

    def _lay_beside(self, other: View) -> None:
        """Show another run with the one that is open, on two maps; of two ensembles, what is held in both."""
        if self.view is None:
            return
        self._take(self.view.with_beside(other))
        rings = {"ensemble"} if self.view.contrast() is not None else set()
        self.playback = self.playback.showing(comparing="side", layers=self.frame.layers | rings)

    def _flip(self, step: int, now: float) -> None:
        """Go to another replication at the same moment, in both runs where there are two."""
        if self.view is not None and not self._errand.is_busy:
            self._trial.close()
            self._turn(self._flipping.step(self.view, step), now)

    def _turn(self, found: Turn, now: float) -> None:
        """Show other replications; simulate first what is not there."""
        if isinstance(found, Request):
            self._errand.begin(found, lambda made, then: self._turn(self._flipping.made(made), then))
        elif isinstance(found, str):
            self.tell(found, now)
        elif self.view is not None:
            beside = self.view.beside
            if beside is not None and found[1:]:
                beside = View.of(found[1], beside.chances)
            self.take(View.of(found[0], self._chances).with_beside(beside))
            of_what = (
                " of both: the same scenarios and seeds" if found[1:] else ": the same scenario and seed"
            )
            self.tell(f"Replication {found[0].header.replication}{of_what}, other luck.", now)

    def _rings(self, now: float) -> None:
        """Show rings as shares of an ensemble; where there is none, say so."""
        if self.view is not None and self.view.chances is None:
            self.tell(NO_ENSEMBLE, now)
        else:
            self._apply("ensemble", now)

    def _compare(self, now: float) -> None:
        """Show the run beside this one in the next way; where none is, lay there what was open before."""
        view, before = self.view, self._before
        if view is None or view.beside is not None:
            self._apply("compare", now)
        elif before is not None and front_of(view.recording) == front_of(before.recording):
            self._lay_beside(before)
            self.tell(f"Beside it: {title_of(before, view)}, which was open before.", now)
        else:
            self.tell(NOTHING_BESIDE, now)

    def _quit(self) -> None:
        self.is_over = True

    def _escape(self, screen: Screen) -> None:
        """Close what lies over the picture, else leave full screen, else deselect."""
        if self.frame.card == "loading":
            self._errand.stop()
            self.playback = self.playback.showing(progress=None, card="empty")
        elif self.frame.card != self._rest:
            self.playback = self.playback.showing(card=self._rest, focus=None)
        elif self._trial.is_open:
            self._trial.close()
        elif screen.is_full:
            screen.toggle_full()
        else:
            self.playback = self.playback.showing(selection=None, focus=None, toast=None)

    def _outside(self, action: Callable[[View], str], now: float) -> None:
        """Do what is seen outside the window, and say so."""
        if self.view is not None:
            self.tell(action(self.view), now)

    def _picture(self, screen: Screen, now: float, *, map_only: bool) -> None:
        """Keep a picture of what is seen."""
        frame, folder = replace(self.frame, map_only=map_only), self._opening.pictures
        self._outside(lambda view: kept(view, frame, screen, folder), now)

    def _text(self) -> None:
        """Show the moment as text, or close it."""
        if self.frame.card == "text":
            self.playback = self.playback.showing(card="none")
        elif self.view is not None:
            words = moment(self.view, self.frame)
            shown = self.playback.showing(card="text", card_text=words, card_scroll=0)
            self.playback = shown.showing(playing=False)
