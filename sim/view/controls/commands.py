"""What every command of the table of keys does to what is shown, as pure functions of values.

Files, the window and its screen are the window's own business: those commands change nothing here.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.model.quantities import DAY, HOUR, Seconds
from sim.scene.map.camera import panned, zoomed
from sim.scene.view_model import COMPARINGS, LABEL_LEVELS, ROAD_MODES, Camera, LayerName, Selection, Toast
from sim.view.controls.playback import Course, Playback, clamped, speed_words
from sim.view.settings import SCALES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scene.view_model import Frame

ZOOM_STEP: Final = 1.25
PAN_STEP: Final = 12.0
"""Kilometres at zoom 1 that one press of a key moves the map."""
SCALE_STEP: Final = 0.125
SCROLLS: Final = {"zoom_in": -2, "zoom_out": 2, "turning_back": -10, "turning_forward": 10}
"""Lines by which keys scroll a card of text."""
COMPARE_WORDS: Final = {
    "ghost": "The other run as dotted rings and lines",
    "side": "The two runs side by side, at the same moment",
    "difference": "What differs between the two runs",
}
LABEL_WORDS: Final = {
    "main": "towns that matter now",
    "all": "all towns that find room",
    "none": "only what is selected",
}

RECENT: Final = "tenth_"
"""What the keys 1 to 9 call goes to a tenth of the run; while nothing is open, to a file opened before."""
WITHOUT_RUN: Final = frozenset({"theme", "larger", "smaller", "usual_size", "motion"})
"""Commands that do something while nothing is open."""

Change: TypeAlias = Callable[[Playback, Course], Playback]


def apply(playback: Playback, course: Course, command: str) -> Playback:
    """Return what is shown once a command was given; one that is not known changes nothing.

    Parameters
    ----------
    command
        One of the table of keys; what concerns files and the window itself is done by the window.
    """
    if playback.frame.card == "text" and command in SCROLLS:
        return playback.showing(card_scroll=max(0, playback.frame.card_scroll + SCROLLS[command]))
    change = _CHANGES.get(command)
    return playback if change is None else change(playback, course)


def recent_at(frame: Frame, command: str) -> str | None:
    """Return the path of a file opened before that a command opens while nothing is open; none of none."""
    if frame.card != "empty" or not command.startswith(RECENT):
        return None
    number = int(command.removeprefix(RECENT))
    return frame.recent[number - 1] if 0 < number <= len(frame.recent) else None


def _play(playback: Playback, course: Course) -> Playback:
    """Play or pause; at the end, play again from the start."""
    if playback.frame.playing:
        return playback.showing(playing=False, is_lagging=False)
    if playback.exact >= course.end:
        playback = playback.at(0, course)
    card = "none" if playback.frame.card in {"end", "text"} else playback.frame.card
    return playback.showing(playing=True, card=card)


def _stepping(seconds: Seconds) -> Change:
    """Return the change that goes some time on, or back."""
    return lambda playback, course: playback.at(playback.exact + seconds, course)


def _to_share(share: float) -> Change:
    """Return the change that goes to a share of the run."""
    return lambda playback, course: playback.at(share * course.end, course)


def _next_of(name: str) -> Change:
    """Return the change that goes to the next of some times; the end where there is none."""

    def change(playback: Playback, course: Course) -> Playback:
        times: tuple[Seconds, ...] = getattr(course, name)
        at = bisect.bisect_right(times, playback.frame.t)
        return _at_event(playback, course, times[at] if at < len(times) else course.end)

    return change


def _last_of(name: str) -> Change:
    """Return the change that goes back to the last of some times; the start where there is none."""

    def change(playback: Playback, course: Course) -> Playback:
        times: tuple[Seconds, ...] = getattr(course, name)
        at = bisect.bisect_left(times, playback.frame.t)
        return _at_event(playback, course, times[at - 1] if at else 0)

    return change


def _at_event(playback: Playback, course: Course, t: Seconds) -> Playback:
    """Go to a time, and say what happened then: whoever uses no mouse has no tip on its mark."""
    there = playback.at(t, course)
    return there.showing(toast=Toast(course.told[t])) if t in course.told else there


def _by_speed(change: int) -> Change:
    return lambda playback, _: _at_speed(playback, playback.doublings + change)


def _at_speed(playback: Playback, doublings: int) -> Playback:
    """Play at another speed, and say at which."""
    there = playback.at_speed(doublings)
    return there.showing(toast=Toast(speed_words(there.doublings)))


def _layer(name: LayerName) -> Change:
    """Return the change that switches a layer on or off."""
    return lambda playback, _: playback.showing(layers=playback.frame.layers ^ {name})


def _overlay(playback: Playback, _: Course) -> Playback:
    """Let the roads' colour show the next thing, and say which."""
    mode = ROAD_MODES[(ROAD_MODES.index(playback.frame.road_mode) + 1) % len(ROAD_MODES)]
    shown = playback.showing(road_mode=mode, toast=Toast(f"Colour of roads: {mode}"))
    return shown.showing(layers=shown.frame.layers | {"pressure"})


def _compare(playback: Playback, _: Course) -> Playback:
    """Show the run beside this one in the next way, and say how."""
    way = COMPARINGS[(COMPARINGS.index(playback.frame.comparing) + 1) % len(COMPARINGS)]
    return playback.showing(comparing=way, toast=Toast(COMPARE_WORDS[way]))


def _labels(playback: Playback, _: Course) -> Playback:
    """Name other towns, and say which."""
    level = LABEL_LEVELS[(LABEL_LEVELS.index(playback.frame.labels) + 1) % len(LABEL_LEVELS)]
    return playback.showing(labels=level, toast=Toast(f"Names: {LABEL_WORDS[level]}"))


def _selecting(kind: str, step: int) -> Change:
    """Return the change that selects the next town or route in turn."""

    def change(playback: Playback, course: Course) -> Playback:
        ids = course.towns if kind == "town" else course.routes
        if not ids:
            return playback
        now = playback.frame.selection
        if now is None or now.kind != kind or now.name not in ids:
            name = ids[0 if step > 0 else -1]
        else:
            name = ids[(ids.index(now.name) + step) % len(ids)]
        chosen = Selection("town" if kind == "town" else "route", name)
        return playback.showing(selection=chosen, focus=chosen)

    return change


def _center(playback: Playback, course: Course) -> Playback:
    """Move the map so that what is selected lies in its middle."""
    selection = playback.frame.selection
    place = course.places.get(selection.name) if selection else None
    if place is None:
        return playback
    return playback.showing(camera=replace(playback.frame.camera, east=place[0], north=place[1]))


def _zooming(factor: float) -> Change:
    """Return the change that comes nearer to the map's middle, or goes away from it."""
    return lambda playback, _: playback.showing(camera=zoomed(playback.frame.camera, factor))


def _panning(east: float, north: float) -> Change:
    """Return the change that moves the map by steps, smaller ones where it is looked at from near."""

    def change(playback: Playback, _: Course) -> Playback:
        step = PAN_STEP / playback.frame.camera.zoom
        return playback.showing(camera=panned(playback.frame.camera, east * step, north * step))

    return change


def _scaling(steps: int) -> Change:
    """Return the change that makes text and marks larger or smaller; 0 makes them usual."""

    def change(playback: Playback, _: Course) -> Playback:
        scale = playback.frame.scale + steps * SCALE_STEP if steps else 1.0
        return playback.showing(scale=clamped(scale, *SCALES))

    return change


def _toggling(name: str) -> Change:
    """Return the change that turns something on or off."""
    return lambda playback, _: playback.showing(**{name: not getattr(playback.frame, name)})


def _theme(playback: Playback, _: Course) -> Playback:
    return playback.showing(theme="light" if playback.frame.theme == "dark" else "dark")


def _help(playback: Playback, _: Course) -> Playback:
    """Open the help, or close it."""
    return playback.showing(card="none" if playback.frame.card == "help" else "help", card_scroll=0)


def _motion(playback: Playback, _: Course) -> Playback:
    is_calm = not playback.frame.is_calm
    words = "Reduced motion: nothing pulses or runs." if is_calm else "Full motion."
    return playback.showing(is_calm=is_calm, toast=Toast(words))


_CHANGES: Final[Mapping[str, Change]] = {
    "play": _play,
    "day_back": _stepping(-DAY),
    "day_forward": _stepping(DAY),
    "hours_back": _stepping(-6 * HOUR),
    "hours_forward": _stepping(6 * HOUR),
    "days_back": _stepping(-5 * DAY),
    "days_forward": _stepping(5 * DAY),
    "event_back": _last_of("events"),
    "event_forward": _next_of("events"),
    "turning_back": _last_of("turning_points"),
    "turning_forward": _next_of("turning_points"),
    "start": _to_share(0.0),
    "end": _to_share(1.0),
    **{f"tenth_{tenth}": _to_share(tenth / 10) for tenth in range(10)},
    "slower": _by_speed(-1),
    "faster": _by_speed(1),
    "normal_speed": lambda playback, course: _at_speed(playback, course.normal_speed),
    "supply": _layer("supply"),
    "control": _layer("control"),
    "pressure": _layer("pressure"),
    "ensemble": _layer("ensemble"),
    "overlay": _overlay,
    "town_forward": _selecting("town", 1),
    "town_back": _selecting("town", -1),
    "route_forward": _selecting("route", 1),
    "route_back": _selecting("route", -1),
    "center": _center,
    "zoom_in": _zooming(ZOOM_STEP),
    "zoom_out": _zooming(1 / ZOOM_STEP),
    "pan_left": _panning(-1, 0),
    "pan_right": _panning(1, 0),
    "pan_up": _panning(0, 1),
    "pan_down": _panning(0, -1),
    "fit": lambda playback, _: playback.showing(camera=Camera()),
    "compare": _compare,
    "labels": _labels,
    "panel": _toggling("panel"),
    "theme": _theme,
    "motion": _motion,
    "larger": _scaling(1),
    "smaller": _scaling(-1),
    "usual_size": _scaling(0),
    "help": _help,
}
"""What each command does to what is shown."""
