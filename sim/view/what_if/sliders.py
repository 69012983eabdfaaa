"""The sliders of a what-if run: which numbers of a scenario they set, and what keys do to them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import nominal_capacity
from sim.model.quantities import DAY
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.sliders import Slider, WhatIf
from sim.scene.view_model import Selection
from sim.view.controls.playback import cycled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.scenario import Route
    from sim.scene.view_model import Frame, View

KINDS: Final = (
    ("replacements", "Replacements", "soldiers/d", "soldiers a day", 40.0),
    ("assaults", "Assaults", "/d", "a day", 2.0),
    ("fires", "Fire missions", "/d", "a day", 10.0),
    ("strikes", "Strikes on roads", "/d", "a day", 1.0),
    ("reach", "Reach of interdiction", "km", "km", 30.0),
    ("repair_crews", "Repair crews", "", "", 6.0),
    ("quality", "Fighting value of a soldier", "", "×", 2.0),
)
"""Of each side: the key's last part, its words, its unit as typed and in words, the least upper end."""
STEPS: Final = 40
"""From one end of a slider to the other, about."""
ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
SPAN: Final = 2.5
"""A slider's maximum, as a multiple of the usual value."""
KEY_STEPS: Final[Mapping[str, int]] = {"day_back": -1, "day_forward": 1, "hours_back": -5, "hours_forward": 5}
"""By command: steps by which it moves the slider in focus."""
MOVES: Final[Mapping[str, int]] = {"zoom_in": -1, "zoom_out": 1, "town_forward": 1, "town_back": -1}
"""By command: how many controls on the focus goes."""
BUTTONS: Final = ("what_if_from", "what_if_view", "screenshot", "copy", "what_if")


def initial_sliders(view: View, frame: Frame) -> WhatIf:
    """Return the sliders of a run at their usual values."""
    sliders = tuple(
        _slider(f"side.{side.id}.{name}", words, unit, measure, number, getattr(side, name), least)
        for name, words, unit, measure, least in KINDS
        for number, side in enumerate(view.scenario.sides)
    )
    day = frame.t // DAY
    since = day if day > 0 else None
    return WhatIf(sliders, since=since, day=day).with_slider_of(subject_slider(view, frame))


def subject_slider(view: View, frame: Frame) -> Slider | None:
    """Return the slider of the selected route or base, else of the road that matters most."""
    selection = frame.selection
    if selection is not None and selection.kind == "route":
        return route_slider(view, view.route(selection.name))
    if selection is not None and selection.kind == "town":
        town = view.town(selection.name)
        if town.base is not None:
            key, words = f"town.{town.id}.base", f"{town.name}: base gives"
            return _slider(key, words, "t/d", "t a day", None, town.base, 100.0)
    route = road_in_focus(view, frame)
    return route_slider(view, view.route(route)) if route is not None else None


def adjusted(what_if: WhatIf, focus: Selection | None, command: str) -> WhatIf | None:
    """Return the sliders after a command to the one in focus; None for other commands."""
    slider = what_if.slider(focus.name) if focus is not None and focus.kind == "slider" else None
    if slider is None:
        return None
    if command == "normal_speed":
        return what_if.with_slider(replace(slider, value=slider.usual))
    if command in {"start", "end"}:
        return what_if.with_slider(slider.at(0.0 if command == "start" else slider.most))
    return what_if.with_slider(slider.turned(KEY_STEPS[command])) if command in KEY_STEPS else None


def next_focus(what_if: WhatIf, focus: Selection | None, command: str) -> Selection | None:
    """Return the slider or button that a command moves the focus to; None for other commands."""
    if command not in MOVES:
        return None
    ring = [Selection("slider", each.key) for each in what_if.sliders if what_if.shows_numbers]
    ring += [Selection("button", name) for name in BUTTONS]
    return cycled(ring, focus, MOVES[command])


def route_slider(view: View, route: Route) -> Slider:
    """Return the slider of a road's capacity."""
    words = view.road_name(route)
    usual = nominal_capacity(view.scenario, route)
    return _slider(f"route.{route.id}.capacity", words, "t/d", "t a day", None, usual, 100.0)


def _slider(
    key: str, words: str, unit: str, measure: str, side: int | None, usual: float, least: float
) -> Slider:
    """Return a slider that reaches well beyond the usual value."""
    step = round_up(max(usual * SPAN, least) / STEPS)
    if key.endswith("repair_crews"):
        step = 1.0
    most = max(math.ceil(max(usual * SPAN, least) / step) * step, usual)
    return Slider(key, words, unit, measure, side, float(usual), float(usual), most, step)


def round_up(step: float) -> float:
    """Return the next round number.

    Examples
    --------
    >>> round_up(1.7), round_up(0.023), round_up(42.0), round_up(10.0)
    (2.0, 0.025, 50.0, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(step))
    return float(f"{next(each for each in ROUND if each * power >= step * (1 - 1e-9)) * power:.3g}")
