"""What-if runs: sliders change the scenario's numbers, another process simulates, and both runs are shown.

The changed run is the one on the screen; the original lies beside it until the sliders are closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.recording.reader import Recording
from sim.scene.sliders import GO_TO
from sim.scene.view_model import Selection, View
from sim.view.background.worker import Request, Worker
from sim.view.what_if.sliders import (
    adjusted,
    initial_sliders,
    next_focus,
    route_slider,
    subject_slider,
)
from sim.view.what_if.what_if_file import command_line, save_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.files.folder import TemporaryFolder
    from sim.scene.sliders import WhatIf
    from sim.view.background.worker import Simulate
    from sim.view.controls.app_state import AppState, Screen

NO_ROAD: Final = "Select a road first: click one, or press N."
ROAD_SHARES: Final[Mapping[str, float | None]] = {"cut": 0.0, "halve": 0.5, "adjust": None}
"""By command: what share of its capacity a road is left; None offers the slider."""
NOTHING_CHANGED: Final = "Nothing has been changed yet: move a slider first."


class WhatIfRun:
    """The sliders, and the run with the numbers they are set to.

    Recordings go into `folder`, which lasts as long as the window; changed scenarios are saved in `saved`.
    """

    def __init__(
        self, app: AppState, screen: Screen, simulate: Simulate, folder: TemporaryFolder, saved: Path
    ) -> None:
        self.worker = Worker(simulate)
        self._app = app
        self._screen = screen
        self._folder = str(folder.fresh())
        self._saved = saved
        self._original: View | None = None
        self._had_panel = self._followed = True
        """How the frame was before the sliders were shown."""
        self._closed: tuple[View, WhatIf] | None = None
        """What was closed last, of which run."""
        self._simulated: tuple[str, ...] = ()
        """The settings that were simulated last."""

    @property
    def is_open(self) -> bool:
        """Whether the sliders are shown."""
        return self._original is not None

    def toggle(self) -> None:
        """Show the sliders, or close them."""
        view = self._app.view
        if view is None:
            return
        if self.is_open:
            self.close()
            return
        self._original, self._simulated = view, ()
        closed, self._closed = self._closed, None
        is_same = closed is not None and closed[0] is view
        what_if = closed[1] if closed and is_same else initial_sliders(view, self._app.frame)
        focus = Selection("slider", what_if.sliders[0].key)
        self._had_panel, self._followed = self._app.frame.panel, self._app.frame.follows
        self._app.show(what_if=what_if, focus=focus, panel=True, card="none", playing=False)
        # the map stays where the road is that was cut, whatever happens elsewhere in the changed run
        self._app.show(comparing="ghost", follows=False)
        if what_if.settings:
            self.simulate()
            return
        # once without a change, so that the other process has loaded everything when it is needed
        self.worker.start(Request(str(view.recording.path), self._folder))

    def close(self) -> None:
        """Close the sliders, and show the original run alone; they come back as they were."""
        if self._original is not None:
            what_if = self._app.frame.what_if
            if what_if is not None and what_if.settings:
                self._closed = self._original, replace(what_if, is_running=False)
            self._app.set_view(self._original)
            self._original = None
            self._app.show(what_if=None, focus=None, panel=self._had_panel, follows=self._followed)

    def change_road(self, share: float | None) -> None:
        """Leave the selected road this share of what it carries from now on; None offers the slider."""
        view, selection = self._app.view, self._app.frame.selection
        if view is None or selection is None or selection.kind != "route":
            self._app.show_message(NO_ROAD)
            return
        if not self.is_open:
            self._closed = None  # a road's buttons begin anew
            self.toggle()
        what_if = self._app.frame.what_if
        if self._original is None or what_if is None:
            return
        slider = route_slider(self._original, self._original.route(selection.name))
        what_if = what_if.with_slider_of(slider)
        if share is not None:
            what_if = what_if.with_slider(replace(slider, value=round(slider.usual * share, 3)))
        # keys are for the slider only where it is seen
        focus = Selection("slider", slider.key) if share is None else None
        self._app.show(what_if=replace(what_if, shows_numbers=share is None), focus=focus, selection=None)
        self.simulate()

    def do(self, command: str) -> bool:
        """Carry out a command while sliders are shown; return whether it was for them."""
        frame = self._app.frame
        if command in ROAD_SHARES:
            self.change_road(ROAD_SHARES[command])
            return True
        what_if, focus = frame.what_if, frame.focus
        if self._original is None or what_if is None:
            return False
        # arrows move the focus only from a slider or a button
        moves = command.startswith("town") or (focus is not None and focus.kind in {"slider", "button"})
        if (changed := adjusted(what_if, focus, command)) is not None:
            self._app.show(what_if=changed)
        elif moves and (following := next_focus(what_if, focus, command)) is not None:
            self._app.show(focus=following)
        elif command == "center" and focus is not None and focus.kind == "slider":
            self.simulate()
        elif command == "what_if_from":
            since = what_if.day if what_if.since is None and what_if.day > 0 else None
            self._app.show(what_if=replace(what_if, since=since))
            self.simulate()
        elif command == "what_if_view":
            first = (*what_if.turned, *what_if.sliders)[0]
            focus = None if what_if.shows_numbers else Selection("slider", first.key)
            self._app.show(what_if=replace(what_if, shows_numbers=not what_if.shows_numbers), focus=focus)
        elif command.startswith(GO_TO):
            self._app.show(focus=Selection("slider", command.removeprefix(GO_TO)))
        elif command in {"screenshot", "copy"}:
            self._keep(self._original, what_if.settings, is_copy=command == "copy")
        else:
            return False
        return True

    def simulate(self) -> None:
        """Simulate with the sliders' settings, where they have changed."""
        what_if = self._app.frame.what_if
        if self._original is None or what_if is None or what_if.settings == self._simulated:
            return
        self._simulated = what_if.settings
        if not self._simulated:
            self._app.set_view(self._original)
        else:
            path, header = str(self._original.recording.path), self._original.recording.header
            changes = tuple(("sets", setting) for setting in self._simulated)
            self.worker.start(Request(path, self._folder, header.seed, header.replication, changes))
        self._app.show(what_if=replace(what_if, is_running=bool(self._simulated)))

    def update(self) -> None:
        """Take in the changed run, and show a slider for what is selected."""
        status, frame = self.worker.poll(), self._app.frame
        what_if = frame.what_if
        if self._original is None or what_if is None:
            return
        subject = subject_slider(self._original, frame) if frame.selection else None
        if subject is not None and what_if.slider(subject.key) is None:
            what_if = what_if.with_slider_of(subject)
            self._app.show(what_if=what_if, focus=Selection("slider", subject.key))
        if status is None or not self._simulated or not status.is_last:
            return
        self._app.show(what_if=replace(what_if, is_running=False))
        if status.problem is not None:
            self._app.show_message(status.problem, is_error=True)
        elif status.run is not None:
            path, timeline = status.run
            # its ensemble would be another one
            self._app.set_view(View.of(Recording.open(path), None, timeline).with_beside(self._original))

    def _keep(self, original: View, settings: tuple[str, ...], *, is_copy: bool) -> None:
        header = original.recording.header
        if not settings:
            self._app.show_message(NOTHING_CHANGED)
        elif is_copy:
            line = command_line(header, settings)
            self._screen.copy(line)
            self._app.show_message(f"On the clipboard: {line}")
        else:
            path = save_scenario(header, settings, self._saved)
            self._app.show_message(f"Saved {path.name} in {path.parent.resolve()}")
