"""A session at the window: what is open, what keys and mouse do to it, messages, simulations on the side.

Knows of the screen only what `Screen` says. Errors become messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.files.folder import TemporaryFolder
from sim.recording.reader import Recording
from sim.scene.beats.direction import directed
from sim.scene.camera import front_camera
from sim.scene.layout import layout_of
from sim.scene.side_by_side import front_of, title_of
from sim.scene.view_model import Frame, View
from sim.view.background.background_run import BackgroundRun
from sim.view.background.replications import (
    NO_ENSEMBLE,
    NOTHING_BESIDE,
    OTHER_FRONT,
    Opened,
    ReplicationBrowser,
    open_path,
)
from sim.view.background.worker import Request
from sim.view.controls import focus, mouse_input
from sim.view.controls.app_state import AppState, Screen
from sim.view.controls.commands import WITHOUT_RUN, apply, moved, recent_at
from sim.view.controls.playback import advance, start_playback
from sim.view.keyboard import HeldKeys, Keyboard, footer_lines, help_sections, key_caps
from sim.view.panel.inset import INSET, inset_camera
from sim.view.screenshot import moment, save_screenshot
from sim.view.what_if.what_if_file import command_line
from sim.view.what_if.what_if_run import WhatIfRun

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime  # noqa: TC004 - what reads tables is loaded with an ensemble only
    from sim.scene.shapes import HitArea
    from sim.scene.view_model import Card
    from sim.view.background.replications import Step
    from sim.view.background.worker import Simulate

BASELINE: Final = "kupiansk"
MANY_RUNS: Final = 200
"""Replications by which it is told how usual a run is."""


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What the window opens with."""

    run: Recording | Request | None = None
    """A recording, or what to simulate first; None waits for a file to be dropped."""
    ensemble: EnsembleAtTime | None = None
    beside: Opened | None = None
    """A run, or one of another ensemble, to compare with."""
    frame: Frame = field(default_factory=Frame)
    """The time, size, theme and selection to begin with."""
    speed: float | None = None
    """Playback speed; None is the normal one for the run's length."""
    pictures: Path = Path()
    """The folder for screenshots."""
    prepare: Callable[[Recording, Frame], Frame] = field(default=lambda _, frame: frame)
    """Returns the frame to begin with, once the recording is open."""


class Session(AppState):
    """One session at the window; `notes` say what was wrong with the settings."""

    def __init__(
        self,
        options: LaunchOptions,
        simulate: Simulate,
        keyboard: Keyboard,
        screen: Screen,
        recent: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        bindings = keyboard.bindings
        frame = replace(options.frame, help=help_sections(bindings), footer_keys=footer_lines(bindings))
        super().__init__(replace(frame, key_caps=key_caps(bindings), recent=recent, card="empty"))
        self.pointer = mouse_input.Pointer()
        self.hit_areas: tuple[HitArea, ...] = ()
        self.is_over = False
        self.opened: list[str] = []
        self._options = options
        self._keyboard = keyboard
        self._screen = screen
        self._folder = TemporaryFolder()
        folder = self._folder.__enter__()  # until `close`
        self._background = BackgroundRun(self, simulate, self._folder)
        self._replications = ReplicationBrowser(str(folder))
        self._ensemble = options.ensemble
        self._previous: View | None = None
        self._held_keys = HeldKeys()
        self._what_if = WhatIfRun(self, screen, simulate, self._folder, options.pictures)
        self._commands: dict[str, Callable[[], object]] = {
            "quit": self._quit,
            "escape": self._escape,
            "full_screen": screen.toggle_full,
            "fit": self._show_front,
            **{name: partial(self._move_focus, name) for name in focus.STEPS},
            "center": self._enter,
            "text": self._toggle_text,
            "copy": self._copy,
            "screenshot": lambda: self._save_screenshot(map_only=False),
            "screenshot_map": lambda: self._save_screenshot(map_only=True),
            "ensemble": self._toggle_ensemble,
            "what_if": self._what_if.toggle,
            "compare": self._compare,
            "usual": self._copy_ensemble,
            "replication_forward": lambda: self._step_replication(1),
            "replication_back": lambda: self._step_replication(-1),
        }
        run = options.run
        if isinstance(run, Recording):
            self.guard(lambda: self._open_recording(run))
        elif run is not None:
            self._background.start(run, self._open_recording)
        problems = (*((self.frame.toast.text,) if self.frame.toast else ()), *notes, *keyboard.notes)
        if problems:
            self.show_message(" ".join(problems), is_error=True)

    def close(self) -> None:
        """End the other processes, and remove temporary recordings."""
        self._background.worker.stop()
        self._what_if.worker.stop()
        self._folder.close()

    def advance(self, seconds: float) -> bool:
        """Let screen time pass; return whether the picture changes."""
        before = self.frame
        for command in self._held_keys.repeated(self.now):
            self.do(command)
        self.guard(self._background.update)
        self.guard(self._what_if.update)
        if self.frame.playing:
            self.playback = advance(self.playback, self.run, seconds)
        if self.view is not None:
            self.playback = replace(self.playback, frame=directed(self.view, self.frame))
        self.expire_message()
        self.playback = mouse_input.hover(self.pointer, self.playback, self.mouse_context, self.now)
        return self.frame != before

    @property
    def is_waiting(self) -> bool:
        """Whether a simulation is going on."""
        return self._background.worker.is_busy or self._what_if.worker.is_busy

    @property
    def mouse_context(self) -> mouse_input.MouseContext:
        """What the mouse moves over."""
        return mouse_input.MouseContext(
            self.hit_areas, self.run, lambda x, y: mouse_input.map_position(self.view, self.frame, x, y)
        )

    @property
    def is_key_held(self) -> bool:
        """Whether a key is down that repeats what it calls."""
        return self._held_keys.has_repeating

    def key_down(self, key: int, command: str) -> None:
        """Carry out the command of a key that went down."""
        is_new = self._held_keys.press(key, command, self.now)
        if self.pointer.pressed_at is None:
            self.mouse_leave()  # a resting mouse shows no tooltip meanwhile
        if is_new:
            self.do(command)

    def key_up(self, key: int) -> None:
        """Handle a key release; hide a layer shown only while the key was held."""
        command = self._held_keys.release(key, self.now)
        if command is not None:
            self.do(command)
        self.let_go()

    def mouse_move(self, at: tuple[float, float]) -> None:
        """Take in that the mouse moved to a pixel."""
        self.pointer, self.playback = mouse_input.move(
            self.pointer, self.playback, self.mouse_context, at, self.now
        )

    def mouse_leave(self) -> None:
        """Take in that the mouse left the window."""
        self.pointer = replace(self.pointer, at=None)

    def scroll(self, at: tuple[float, float], turns: float) -> None:
        """Take in that the wheel turned over a pixel."""
        self.playback = mouse_input.scroll(self.playback, self.mouse_context, at, turns)

    def mouse_down(self, at: tuple[float, float]) -> None:
        """Handle a mouse button press at a pixel."""
        pointer = replace(self.pointer, since=self.now)
        self.pointer, self.playback = mouse_input.press(pointer, self.playback, self.mouse_context, at)

    def mouse_up(self) -> None:
        """Handle a mouse button release; carry out the clicked command."""
        self.pointer, self.playback, command = mouse_input.release(
            self.pointer, self.playback, self.mouse_context
        )
        place = self.pointer.at
        if place is not None and self.view is not None and command == INSET:
            area = next(each for each in self.hit_areas if each.name == INSET)
            self.playback = moved(self.playback, inset_camera(self.view, self.frame, area, place))
        elif command:
            if self.frame.card == "help" and command != "help":
                self.show(card=self._base_card)  # what it does is to be seen
            self.do(command)
        self.let_go()

    def let_go(self) -> None:
        """Simulate with the sliders, once keys and the mouse's button are up."""
        if self.pointer.pressed_at is None:
            self.guard(self._what_if.simulate)

    def do(self, command: str) -> None:
        """Carry out a command: of the sliders, of the session, or on what is shown."""
        self.guard(
            lambda: self._what_if.do(command) or self._commands.get(command, lambda: self._apply(command))()
        )

    def open(self, path: str) -> None:
        """Open a recording or an ensemble, or simulate a scenario; raise `SimError` where it is neither."""
        if path.lower().endswith(".toml"):
            self._background.start(Request(path, str(self._folder.path)), self._open_recording)
            return
        number = self.view.recording.header.replication if self.view and self.view.ensemble else None
        run, ensemble = open_path(path, str(self._folder.path), wanted=number)
        self._ensemble = ensemble or self._ensemble
        if isinstance(run, Request):
            self._background.start(run, self._open_recording)
            return
        # a simulation that ends later would replace what was opened last
        self._background.worker.stop()
        self.show(toast=None)
        self._open_recording(run)

    def _apply(self, command: str) -> None:
        if self.view is None:
            self._apply_empty(command)
            return
        before = self.frame.toast
        self.playback = apply(self.playback, self.run, command)
        if self.frame.toast not in {before, None}:
            self.restart_message()

    def _apply_empty(self, command: str) -> None:
        if command == "play" and not self._background.worker.is_busy:
            self._background.start(Request(BASELINE, str(self._folder.path)), self._open_recording)
        elif command == "help":
            self.show(card=self._base_card if self.frame.card == "help" else "help")
        elif command in WITHOUT_RUN:
            self.playback = apply(self.playback, self.run, command)
        elif path := recent_at(self.frame, command):
            self.open(path)

    @property
    def _base_card(self) -> Card:
        """What lies over the picture once help and texts are closed."""
        if self._background.worker.is_busy:
            return "loading"
        return "empty" if self.view is None else "none"

    def _move_focus(self, command: str) -> None:
        moved = focus.move_focus(self.playback, self.hit_areas, command)
        if moved is None:
            self._apply(command)
        else:
            self.playback = moved

    def _enter(self) -> None:
        command = focus.command_in_focus(self.hit_areas, self.frame.focus)
        if command is not None:
            self.do(command)
        else:
            self._apply("center")

    def _open_recording(self, recording: Recording) -> None:
        """Show a recording: the first one as the launch options say, others from their start."""
        is_first = self.view is None
        self._what_if.close()
        if self._ensemble is not None and not self._ensemble.fits(recording.scenario):
            self._ensemble = None
            self.show_message(OTHER_FRONT, is_error=True)
        self._previous = self.view.alone() if self.view is not None else None
        self._set_runs(View.of(recording, self._ensemble))
        if not str(recording.path).startswith(str(self._folder.path)):
            self.opened.append(str(recording.path.resolve()))
        self.show(card="none", progress=None, focus=None, hover=None)
        if not is_first:
            frame = replace(self.frame, t=0, played=0, selection=None, follows=True)
            self.playback = start_playback(self.run, frame).showing(playing=False, card="title")
            return
        self.playback = start_playback(self.run, self.frame)
        frame = self._options.prepare(recording, self.frame)
        self.playback = start_playback(self.run, frame, speed=self._options.speed)
        if frame.playing and frame.t == 0 and frame.selection is None:
            self.show(card="title", playing=False)
        self._open_beside()

    def _set_runs(self, view: View) -> None:
        self.set_view(view)
        self._replications.begin(view)
        self.show(replication_count=self._replications.count)

    def _open_beside(self) -> None:
        """Show the run, or that of the ensemble, with which the window was opened for comparison."""
        if self._options.beside is None:
            return
        run, ensemble = self._options.beside
        if isinstance(run, Request):
            self._background.start(run, lambda made: self._show_beside(View.of(made, ensemble)))
        else:
            self.guard(lambda: self._show_beside(View.of(run, ensemble)))

    def _show_beside(self, other: View) -> None:
        """Show another run beside the open one, on two maps; of two ensembles also the shares in rings."""
        if self.view is None:
            return
        self._set_runs(self.view.with_beside(other))
        rings = {"ensemble"} if self.view.ensemble_difference() is not None else set()
        self.show(comparing="curtain", layers=self.frame.layers | rings)

    def _step_replication(self, step: int) -> None:
        if self.view is not None and not self._background.worker.is_busy:
            self._what_if.close()
            self._show_replication(self._replications.step(self.view, step))

    def _show_replication(self, found: Step) -> None:
        """Show other replications; simulate those first that are not recorded."""
        if isinstance(found, Request):
            self._background.start(found, lambda made: self._show_replication(self._replications.add(made)))
        elif isinstance(found, str):
            self.show_message(found)
        elif self.view is not None:
            beside = self.view.beside
            if beside is not None and found[1:]:
                beside = View.of(found[1], beside.ensemble)
            self.set_view(View.of(found[0], self._ensemble).with_beside(beside))
            same = " of both: the same scenarios and seeds" if found[1:] else ": the same scenario and seed"
            self.show_message(f"Run {found[0].header.replication + 1}{same}, other random numbers.")

    def _show_front(self) -> None:
        """Show the whole front, and follow nothing."""
        if self.view is not None:
            regions = layout_of(self.frame)
            whole = front_camera(self.view.scenario, regions.map, regions.s)
            self.playback = moved(self.playback, whole)

    def _toggle_ensemble(self) -> None:
        if self.view is not None and self.view.ensemble is None:
            self.show_message(NO_ENSEMBLE)
        else:
            self._apply("ensemble")

    def _compare(self) -> None:
        """Show the run beside this one in the next mode; without one, the run that was open before."""
        view, previous = self.view, self._previous
        if view is None or view.beside is not None:
            self._apply("compare")
        elif previous is not None and front_of(view.recording) == front_of(previous.recording):
            self._show_beside(previous)
            self.show_message(f"Beside it: {title_of(previous, view)}, which was open before.")
        else:
            self.show_message(NOTHING_BESIDE)

    def _quit(self) -> None:
        self.is_over = True

    def _escape(self) -> None:
        if self.frame.card == "loading":
            self._background.worker.stop()
            self._background.close_card()
        elif self.frame.card != self._base_card:
            self.show(card=self._base_card, focus=None)
        elif self._what_if.is_open:
            self._what_if.close()
            self.show_message(f"What-if closed. {self.frame.key_caps.get('what_if', 'W')} brings it back.")
        elif self._screen.is_full:
            self._screen.toggle_full()
        else:
            self.show(selection=None, focus=None, toast=None)

    def _copy(self) -> None:
        if self.view is not None:
            self._screen.copy(moment(self.view, self.frame))
            self.show_message("This moment is on the clipboard, as text.")

    def _copy_ensemble(self) -> None:
        """Copy the command that tells how usual this run is."""
        if self.view is not None:
            line = command_line(self.view.recording.header, (), runs=MANY_RUNS)
            self._screen.copy(line)
            self.show_message(f"How usual this is, only many runs tell. On the clipboard: {line}")

    def _save_screenshot(self, *, map_only: bool) -> None:
        if self.view is not None:
            frame = replace(self.frame, map_only=map_only)
            path = save_screenshot(self.view, frame, self._screen.picture, self._options.pictures)
            self.show_message(f"Saved {path.name} in {path.parent.resolve()}")

    def _toggle_text(self) -> None:
        if self.frame.card == "text":
            self.show(card="none")
        elif self.view is not None:
            text = moment(self.view, self.frame)
            self.show(card="text", card_text=text, card_scroll=0, playing=False)
