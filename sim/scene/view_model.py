"""What a picture is drawn from: a recording made ready for viewing, and what one picture of it shows.

`View` belongs to a recording and stays; `Frame` is one picture's choices and is made anew for each. A scene
is a pure function of the two. Nothing here is simulated, and nothing knows a screen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from sim.analysis.timeline import Timeline, timeline_of
from sim.model.quantities import Seconds, Share
from sim.model.scenario import Route, Scenario, Town
from sim.model.state import State
from sim.recording.reader import Recording
from sim.scene.sliders import WhatIf

if TYPE_CHECKING:
    from sim.analysis.ensemble import (
        EnsembleAtTime,  # noqa: TC004 - what reads tables is loaded with an ensemble only
        EnsembleDifference,
    )

ThemeName: TypeAlias = Literal["dark", "light"]
LayerName: TypeAlias = Literal["supply", "control", "ensemble"]
LabelLevel: TypeAlias = Literal["main", "all", "none"]
"""Which towns are named: those that matter now, all that find room, none."""
Comparing: TypeAlias = Literal["ghost", "curtain", "difference"]
"""How a run is shown with the one beside it: as dashes, behind a curtain, or as what differs."""
Card: TypeAlias = Literal["none", "title", "help", "end", "loading", "text", "empty"]
"""What lies over the picture; errors and news are toasts, which lie over everything."""
LAYERS: Final[tuple[LayerName, ...]] = ("supply", "control", "ensemble")
COMPARINGS: Final[tuple[Comparing, ...]] = ("ghost", "curtain", "difference")
LABEL_LEVELS: Final[tuple[LabelLevel, ...]] = ("main", "all", "none")
SNAPSHOTS_KEPT: Final = 16
MAX_KEPT: Final = 3
"""Values kept of each name."""
Made = TypeVar("Made")
REFRESH: Final = 0.25
"""Screen time for which whatever does not run stands still, at least, while the run plays; s."""
TEXT_STEP: Final = 0.5
"""Screen time for which figures, and names on the map, stand still while the run plays; s."""
PANEL_DELAY: Final = 2 / 60
"""Screen time from when marks change to when names do, and from then to when the panel does; s."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A town or a route that is selected, or that the mouse points at."""

    kind: Literal["town", "route", "button", "word", "event", "slider", "moment", "curtain"]
    name: str
    """Its id; for buttons, words, events and sliders the name of their target; of a
    moment on the timeline its time."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the map looks, apart from the window's size."""

    zoom: float = 1.0
    """1 shows the focus and what belongs to it; 2 shows half as much of the way."""
    east: float = 0.0
    north: float = 0.0
    """How far the middle of the picture lies from the focus' middle; km."""


@dataclass(frozen=True, slots=True)
class Toast:
    """A short message at the lower edge of the map."""

    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a simulation in the background is."""

    title: str
    share: Share | None = None
    """None where it cannot be told."""
    detail: str = ""
    """Such as "112 of 200 replications, about 20 s left"."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the help card: key caps, and what they do."""

    keys: tuple[str, ...]
    words: str
    commands: tuple[str, ...] = ()
    """By key: what it calls, and what a click on it does."""
    tips: tuple[str, ...] = ()
    """By key: what it does, in words."""


@dataclass(frozen=True, slots=True)
class HelpSection:
    """Lines of the help card under a heading."""

    title: str
    lines: tuple[KeyLine, ...]


KEY_CAPS: Final[Mapping[str, str]] = {
    "play": "Space",
    "help": "?",
    "events": ", .",
}
"""Key caps of what chips and hints name, by command; the window gives those in use in `Frame.key_caps`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What one picture shows."""

    t: Seconds = 0
    """Model time, from 0 to the recording's end; s."""
    size: tuple[int, int] = (1280, 720)
    scale: float = 1.0
    """The user's own, over the one by height."""
    theme: ThemeName = "dark"
    layers: frozenset[LayerName] = frozenset({"supply", "control"})
    labels: LabelLevel = "main"
    selection: Selection | None = None
    hover: Selection | None = None
    focus: Selection | None = None
    """Which control the keyboard's ring stands round."""
    camera: Camera = Camera()
    follows: bool = True
    """Whether the camera follows what happens, until the map is moved by hand."""
    playing: bool = False
    played: Seconds = 0
    """How far the run was played, at most: what comes later is veiled on the timeline; s."""
    veil: bool = True
    """Whether what was not played yet is veiled."""
    speed: float = 1.0
    """How many times the normal speed."""
    seconds_per_day: float = 1.0
    """Screen time that a day takes at the present speed; s."""
    is_lagging: bool = False
    clock: float = 0.0
    """The screen's own clock of the recording, as `Pacing` has it: whatever moves goes by it; s."""
    fall_seconds: float = 2.4
    """Screen time that slow motion adds where a town falls; s."""
    has_controls: bool = True
    """Whether buttons and keys are shown; a film has none."""
    reduced_motion: bool = False
    """Reduced motion: nothing pulses, turns or runs."""
    panel: bool = True
    card: Card = "none"
    card_text: str = ""
    """The moment's text, for the card of that name."""
    card_scroll: int = 0
    """Lines scrolled down in a card."""
    help: tuple[HelpSection, ...] = ()
    """What the help card lists; made from the table of keys."""
    footer_keys: tuple[KeyLine, ...] = ()
    """The most used keys, for the footer; none names those of `KEY_CAPS`."""
    key_caps: Mapping[str, str] = field(default_factory=lambda: KEY_CAPS)
    what_if: WhatIf | None = None
    """The sliders, while a change is tried out."""
    comparing: Comparing = "ghost"
    curtain: Share = 0.5
    """How far to the right the curtain between two runs hangs."""
    toast: Toast | None = None
    progress: Progress | None = None
    recent: tuple[str, ...] = ()
    """Files opened before, for the empty window."""
    replication_count: int = 1
    """How many replications there are beside this one, itself included."""
    map_only: bool = False
    """Whether only the map is drawn, with the disclaimer, as for a picture of the map."""


@dataclass(slots=True)
class View:
    """A recording made ready for viewing; read it, never change it."""

    recording: Recording
    scenario: Scenario
    timeline: Timeline
    ensemble: EnsembleAtTime | None = None
    """The ensemble shown beside it, if any."""
    beside: View | None = None
    """The run it is compared with, if any."""
    _snapshots: OrderedDict[Seconds, State] = field(default_factory=OrderedDict, repr=False)
    _kept: dict[str, list[tuple[Hashable, Any]]] = field(default_factory=dict, repr=False)
    _towns: dict[str, Town] = field(init=False, repr=False)
    _routes: dict[str, Route] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._towns = {town.id: town for town in self.scenario.towns}
        self._routes = {route.id: route for route in self.scenario.routes}

    @classmethod
    def of(
        cls, recording: Recording, ensemble: EnsembleAtTime | None = None, timeline: Timeline | None = None
    ) -> View:
        """Return a recording's view; its events are read once, unless their timeline is at hand."""
        return cls(recording, recording.scenario, timeline or timeline_of(recording), ensemble)

    def with_beside(self, other: View | None) -> View:
        """Return the same recording shown with another run, or alone."""
        return View(self.recording, self.scenario, self.timeline, self.ensemble, other)

    def alone(self) -> View:
        """Return the same recording without another beside it; made once."""
        if self.beside is None:
            return self
        return self.cached("alone", None, lambda: self.with_beside(None))

    def ensemble_difference(self) -> EnsembleDifference | None:
        """Return how its ensemble differs from the one beside it; none where there are not two. Made once."""
        if self.beside is None or self.beside.ensemble is None or self.ensemble is None:
            return None
        from sim.analysis.ensemble import difference_between  # noqa: PLC0415 - what reads tables is loaded with an ensemble only

        here, there = self.ensemble, self.beside.ensemble
        return self.cached("ensemble difference", None, lambda: difference_between(here, there))

    @property
    def end(self) -> Seconds:
        """When the run ended; s."""
        return self.recording.end

    def snapshot(self, t: Seconds) -> State:
        """Return what the front looked like at a time, or at the run's nearest end; the last few are kept."""
        t = min(max(t, 0), self.end)
        if t in self._snapshots:
            self._snapshots.move_to_end(t)
            return self._snapshots[t]
        state = self._snapshots[t] = self.recording.state_at(t)
        if len(self._snapshots) > SNAPSHOTS_KEPT:
            self._snapshots.popitem(last=False)
        return state

    def cached(self, name: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the cached value for this name and key, or create it.

        It may depend on nothing but the key and the recording: pictures stay pure functions of their frames.
        """
        kept = self._kept.get(name, [])
        if not kept or kept[0][0] != key:
            # the last few: those after the first may be for pictures that are needed soon
            found = next((each for each in kept if each[0] == key), None) or (key, make())
            others = [each for each in kept if each is not found]
            self._kept[name] = [found, *others[: MAX_KEPT - 1]]
        made: Made = self._kept[name][0][1]
        return made

    def town(self, town: str) -> Town:
        """Return a town by its id."""
        return self._towns[town]

    def route(self, route: str) -> Route:
        """Return a route by its id."""
        return self._routes[route]

    def fall_words(self, town: str, winner: str) -> str:
        """Return in words that a town changed hands: who held it at the start takes it back."""
        known = self.town(town)
        return f"{known.name} {'retaken' if winner == known.held_by else 'fell'}"

    def road_name(self, route: Route) -> str:
        """Return what a road is called: its own short name, its river's crossing, else its ends."""
        if route.name is not None and " – " not in route.name:
            return route.name
        if route.kind == "crossing" and route.river is not None:
            return f"{route.river} crossing"
        return f"{self.town(route.start).name} – {self.town(route.end).name}"

    def side_color(self, side: str, *, is_tint: bool = False) -> str:
        """Return the token of a side's colour, or of its tint for text on dark ground."""
        return f"side{self.scenario.side_index(side)}{'_tint' if is_tint else ''}"
