"""What if: the numbers of a scenario that can be turned, how far they are turned, and what keys do to them.

Pure values; nothing is simulated here.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import nominal_capacity
from sim.analysis.roads import roads
from sim.scene.sliders import Dial, WhatIf
from sim.scene.view_model import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.scenario import Route, Scenario, Side
    from sim.scene.view_model import Frame, View

KINDS: Final = (
    ("replacements", "Replacements", "soldiers/d", "soldiers a day", 40.0),
    ("reach", "Reach of interdiction", "km", "km", 30.0),
    ("strikes", "Strikes on roads", "/d", "a day", 1.0),
    ("repair_crews", "Repair crews", "", "", 6.0),
)
"""Of each side: the key's last part, its words, its unit as it is typed, the same in words, the least end."""
STEPS: Final = 40
"""Steps from one end of a dial to the other, about."""
NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
TURNED: Final = 5.0
"""How many times as far as usual a dial goes."""
LARGE: Final = 5
"""Steps of a large turn."""
TURNS: Final[Mapping[str, int]] = {
    "day_back": -1,
    "day_forward": 1,
    "hours_back": -LARGE,
    "hours_forward": LARGE,
}
"""By command: steps that it turns the dial with the ring."""
MOVES: Final[Mapping[str, int]] = {"zoom_in": -1, "zoom_out": 1, "town_forward": 1, "town_back": -1}
"""By command: how many controls on the ring goes."""
BUTTONS: Final = ("screenshot", "copy", "what_if")


def begun(view: View, frame: Frame) -> WhatIf:
    """Return the dials of a run, none of them turned."""
    sides = view.scenario.sides
    dials = tuple(_of_side(kind, number, side) for kind in KINDS for number, side in enumerate(sides))
    return WhatIf(dials).with_subject(subject_dial(view, frame))


def subject_dial(view: View, frame: Frame) -> Dial | None:
    """Return the dial of the selected route or base; else of the road that matters most."""
    scenario, selection = view.scenario, frame.selection
    if selection is not None and selection.kind == "route":
        return _of_route(scenario, view.route(selection.name))
    if selection is not None and selection.kind == "town":
        base = view.town(selection.name).base
        if base is not None:
            name = view.town(selection.name).name
            return _dial(
                f"town.{selection.name}.base", f"{name}: base gives", "t/d", "t a day", None, base, 100.0
            )
    found = roads(scenario, view.snapshot(frame.t))
    return _of_route(scenario, view.route(found[0].route)) if found else None


def pressed(what_if: WhatIf, focus: Selection | None, command: str) -> WhatIf | None:
    """Return the dials after a command for the one with the ring; none where it is not for a dial."""
    dial = what_if.dial(focus.name) if focus is not None and focus.kind == "slider" else None
    if dial is None:
        return None
    if command == "normal_speed":
        return what_if.with_dial(replace(dial, value=dial.usual))
    if command in {"start", "end"}:
        return what_if.with_dial(dial.at(0.0 if command == "start" else dial.most))
    return what_if.with_dial(dial.turned(TURNS[command])) if command in TURNS else None


def moved(what_if: WhatIf, focus: Selection | None, command: str) -> Selection | None:
    """Return where the ring goes among dials and buttons; none where a command does not move it."""
    if command not in MOVES:
        return None
    ring = [Selection("slider", dial.key) for dial in what_if.dials]
    ring += [Selection("button", name) for name in BUTTONS]
    at = ring.index(focus) if focus in ring else -1 if MOVES[command] > 0 else 0
    return ring[(at + MOVES[command]) % len(ring)]


def _of_side(kind: tuple[str, str, str, str, float], number: int, side: Side) -> Dial:
    name, words, unit, measure, least = kind
    return _dial(f"side.{side.id}.{name}", words, unit, measure, number, getattr(side, name), least)


def _of_route(scenario: Scenario, route: Route) -> Dial:
    names = {town.id: town.name for town in scenario.towns}
    words = f"{names[route.start]} – {names[route.end]}"
    usual = nominal_capacity(scenario, route)
    return _dial(f"route.{route.id}.capacity", words, "t/d", "t a day", None, usual, 100.0)


def _dial(
    key: str, words: str, unit: str, measure: str, side: int | None, usual: float, least: float
) -> Dial:
    """Return a dial that goes far enough beyond what is usual."""
    step = nice(max(usual * TURNED / 2, least) / STEPS)
    if key.endswith("repair_crews"):
        step = 1.0
    most = max(math.ceil(max(usual * TURNED / 2, least) / step) * step, usual)
    return Dial(key, words, unit, measure, side, float(usual), float(usual), most, step)


def nice(step: float) -> float:
    """Return a round number not below one.

    Examples
    --------
    >>> nice(1.7), nice(0.023), nice(42.0), nice(10.0)
    (2.0, 0.025, 50.0, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(step))
    return float(f"{next(each for each in NICE if each * power >= step * (1 - 1e-9)) * power:.3g}")
