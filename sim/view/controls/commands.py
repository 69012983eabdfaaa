"""What each command of the table of keys changes in what is shown, as pure functions of values.

Commands for files, the screen and simulations are carried out by `sim.view.session` and change nothing here.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.model.quantities import DAY, HOUR, Seconds
from sim.scene.camera import panned, zoomed
from sim.scene.view_model import (
    COMPARINGS,
    LABEL_LEVELS,
    LAYERS,
    Camera,
    LayerName,
    Selection,
    Toast,
)
from sim.view.controls.playback import Playback, RunIndex, clamped, cycled, speed_words
from sim.view.dialogs.dialogs import scrolled
from sim.view.settings import SCALES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scene.view_model import Frame

ZOOM_STEP: Final = 1.25
PAN_STEP: Final = 12.0
"""Kilometres at zoom 1 by which a command moves the map."""
SCALE_STEP: Final = 0.125
CURTAIN_STEP: Final = 0.05
SCROLLS: Final = {"zoom_in": -2, "zoom_out": 2, "turning_back": -10, "turning_forward": 10}
"""Lines by which commands scroll a card of text."""
COMPARE_WORDS: Final = {
    "ghost": "The other run as dashes",
    "curtain": "The two runs on one map: drag the curtain between them",
    "difference": "What differs between the two runs",
}
LABEL_WORDS: Final = {
    "main": "towns that matter now",
    "all": "all towns that fit",
    "none": "only what is selected",
}

RECENT: Final = "tenth_"
"""While nothing is open, the keys of tenths of a run open recent files."""
WITHOUT_RUN: Final = frozenset({"theme", "larger", "smaller", "usual_size", "motion"})
"""Commands that work while nothing is open."""

Change: TypeAlias = Callable[[Playback, RunIndex], Playback]


def apply(playback: Playback, run: RunIndex, command: str) -> Playback:
    """Return the playback after a command; commands not in `_CHANGES` change nothing."""
    if playback.frame.card == "text" and command in SCROLLS:
        return playback.showing(card_scroll=scrolled(playback.frame, SCROLLS[command]))
    change = _CHANGES.get(command)
    return playback if change is None else change(playback, run)


def recent_at(frame: Frame, command: str) -> str | None:
    """Return the path of the recent file that a command opens while nothing is open, if it opens one."""
    if frame.card != "empty" or not command.startswith(RECENT):
        return None
    number = int(command.removeprefix(RECENT))
    return frame.recent[number - 1] if 0 < number <= len(frame.recent) else None


def _play(playback: Playback, run: RunIndex) -> Playback:
    if playback.frame.playing:
        return playback.showing(playing=False, is_lagging=False)
    if playback.frame.t >= run.end:
        playback = playback.at(0, run)
    card = "none" if playback.frame.card in {"title", "end", "text"} else playback.frame.card
    return playback.showing(playing=True, card=card)


def _stepping(seconds: Seconds) -> Change:
    return lambda playback, run: playback.at(playback.frame.t + seconds, run)


def _to_share(share: float) -> Change:
    return lambda playback, run: playback.at(share * run.end, run)


def _to_event(playback: Playback, run: RunIndex, times: tuple[Seconds, ...], step: int) -> Playback:
    """Go to the next (1) or previous (-1) of some times, else to the end or the start.

    What happened then is shown, since without a mouse its mark has no tooltip.
    """
    if step > 0:
        at = bisect.bisect_right(times, playback.frame.t)
        t = times[at] if at < len(times) else run.end
    else:
        at = bisect.bisect_left(times, playback.frame.t)
        t = times[at - 1] if at else 0
    there = playback.at(t, run)
    return there.showing(toast=Toast(run.event_texts[t])) if t in run.event_texts else there


def _at_speed(playback: Playback, run: RunIndex, doublings: int) -> Playback:
    there = playback.at_speed(doublings, run)
    return there.showing(toast=Toast(speed_words(there.doublings)))


def _layer(name: LayerName) -> Change:
    return lambda playback, _: playback.showing(layers=playback.frame.layers ^ {name})


def _compare(playback: Playback, _: RunIndex) -> Playback:
    mode = cycled(COMPARINGS, playback.frame.comparing)
    return playback.showing(comparing=mode, toast=Toast(COMPARE_WORDS[mode]))


def _drawing(step: int) -> Change:
    return lambda playback, _: playback.showing(
        curtain=clamped(playback.frame.curtain + step * CURTAIN_STEP, 0.0, 1.0)
    )


def _labels(playback: Playback, _: RunIndex) -> Playback:
    level = cycled(LABEL_LEVELS, playback.frame.labels)
    return playback.showing(labels=level, toast=Toast(f"Names: {LABEL_WORDS[level]}"))


def moved(playback: Playback, camera: Camera) -> Playback:
    """Return the playback with the map moved by hand: the camera follows what happens no more."""
    return playback.showing(camera=camera, follows=False)


def _follow(playback: Playback, _: RunIndex) -> Playback:
    follows = not playback.frame.follows
    words = "The map follows what happens." if follows else "The map stays where it is."
    return playback.showing(follows=follows, toast=Toast(words))


def _select(playback: Playback, run: RunIndex, kind: Literal["town", "route"], step: int) -> Playback:
    ids = run.towns if kind == "town" else run.routes
    if not ids:
        return playback
    now = playback.frame.selection
    if now is not None and now.kind == kind:
        name = cycled(ids, now.name, step)
    else:
        # begin with what is seen
        shown = [each for each in ids if run.is_in_sight(playback.frame, each)]
        name = cycled(shown or ids, None, step)
    chosen = Selection(kind, name)
    there = playback.showing(selection=chosen, focus=chosen)
    return there if run.is_in_sight(there.frame, name) else _center(there, run)


def _center(playback: Playback, run: RunIndex) -> Playback:
    selection = playback.frame.selection
    if selection is None or selection.name not in run.positions:
        return playback
    east, north = run.positions[selection.name]
    return moved(playback, replace(playback.frame.camera, east=east, north=north))


def _zooming(factor: float) -> Change:
    return lambda playback, _: moved(playback, zoomed(playback.frame.camera, factor))


def _pan(playback: Playback, _: RunIndex, east: float = 0.0, north: float = 0.0) -> Playback:
    """Move the map by steps, which are smaller the nearer the camera is."""
    step = PAN_STEP / playback.frame.camera.zoom
    return moved(playback, panned(playback.frame.camera, east * step, north * step))


def _scaling(steps: int) -> Change:
    return lambda playback, _: playback.showing(
        scale=clamped(playback.frame.scale + steps * SCALE_STEP, *SCALES)
    )


def _theme(playback: Playback, _: RunIndex) -> Playback:
    return playback.showing(theme="light" if playback.frame.theme == "dark" else "dark")


def _veil(playback: Playback, _: RunIndex) -> Playback:
    veil = not playback.frame.veil
    words = "What was not played yet is veiled." if veil else "All of the run shows on the timeline."
    return playback.showing(veil=veil, toast=Toast(words))


def _help(playback: Playback, _: RunIndex) -> Playback:
    return playback.showing(card="none" if playback.frame.card == "help" else "help", card_scroll=0)


def _motion(playback: Playback, _: RunIndex) -> Playback:
    reduced_motion = not playback.frame.reduced_motion
    words = "Reduced motion: nothing pulses or runs." if reduced_motion else "Full motion."
    return playback.showing(reduced_motion=reduced_motion, toast=Toast(words))


_CHANGES: Final[Mapping[str, Change]] = {
    "play": _play,
    "day_back": _stepping(-DAY),
    "day_forward": _stepping(DAY),
    "hours_back": _stepping(-6 * HOUR),
    "hours_forward": _stepping(6 * HOUR),
    "days_back": _stepping(-5 * DAY),
    "days_forward": _stepping(5 * DAY),
    "event_back": lambda playback, run: _to_event(playback, run, run.events, -1),
    "event_forward": lambda playback, run: _to_event(playback, run, run.events, 1),
    "turning_back": lambda playback, run: _to_event(playback, run, run.turning_points, -1),
    "turning_forward": lambda playback, run: _to_event(playback, run, run.turning_points, 1),
    "start": _to_share(0.0),
    "end": _to_share(1.0),
    **{f"tenth_{tenth}": _to_share(tenth / 10) for tenth in range(10)},
    "slower": lambda playback, run: _at_speed(playback, run, playback.doublings - 1),
    "faster": lambda playback, run: _at_speed(playback, run, playback.doublings + 1),
    "normal_speed": lambda playback, run: _at_speed(playback, run, run.normal_speed),
    **{name: _layer(name) for name in LAYERS},
    "town_forward": partial(_select, kind="town", step=1),
    "town_back": partial(_select, kind="town", step=-1),
    "route_forward": partial(_select, kind="route", step=1),
    "route_back": partial(_select, kind="route", step=-1),
    "center": _center,
    "zoom_in": _zooming(ZOOM_STEP),
    "zoom_out": _zooming(1 / ZOOM_STEP),
    "pan_left": partial(_pan, east=-1),
    "pan_right": partial(_pan, east=1),
    "pan_up": partial(_pan, north=1),
    "pan_down": partial(_pan, north=-1),
    "follow": _follow,
    "compare": _compare,
    "curtain_left": _drawing(-1),
    "curtain_right": _drawing(1),
    "labels": _labels,
    "panel": lambda playback, _: playback.showing(panel=not playback.frame.panel),
    "theme": _theme,
    "motion": _motion,
    "veil": _veil,
    "larger": _scaling(1),
    "smaller": _scaling(-1),
    "usual_size": lambda playback, _: playback.showing(scale=1.0),
    "help": _help,
}
