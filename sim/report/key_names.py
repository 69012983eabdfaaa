"""What a number's key is called for people: whose it is, and what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.text import route_name

if TYPE_CHECKING:
    from sim.model.scenario import Scenario


def input_name(scenario: Scenario, key: str) -> str:
    """Return what a number is called: its owner by name, and the rest of its key in words.

    Parameters
    ----------
    key
        As ``--set`` takes it.

    Examples
    --------
    >>> from sim.scenario_file.read import read_scenario
    >>> front = read_scenario("kupiansk").scenario
    >>> input_name(front, "side.ua.replacements"), input_name(front, "tempo.variation")
    ('Ukraine: replacements', 'Tempo: variation')
    >>> input_name(front, "town.kupiansk.fortification")
    'Kupiansk: fortification'
    """
    kind, _, rest = key.partition(".")
    owner, _, what = rest.partition(".")
    name = _owner(scenario, kind, owner) if what else None
    if name is None:
        name, what = _spaced(kind).capitalize(), rest
    return f"{name}: {_spaced(what)}" if what else name


def _owner(scenario: Scenario, kind: str, name: str) -> str | None:
    """Return the name of a side, a town or a route; none where there is no such one."""
    if kind == "side":
        return next((side.name for side in scenario.sides if side.id == name), None)
    if kind == "town":
        return next((town.name for town in scenario.towns if town.id == name), None)
    if kind != "route":
        return None
    names = {town.id: town.name for town in scenario.towns}
    for route in scenario.routes:
        if route.id == name:
            ends = f"{names[route.start]} to {names[route.end]}"
            return f"{route_name(scenario, route)}, {ends}" if route.name else ends
    return None


def _spaced(words: str) -> str:
    """Return part of a key as words."""
    return words.replace("_", " ").replace(".", ", ")
