"""Towns as they are typed: by id or name, Latin or Ukrainian, whatever the case and the apostrophe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.errors import UsageError
from sim.scenario_file.names import escape_terminal, nearest

if TYPE_CHECKING:
    from sim.model.scenario import Scenario, Town

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`´ʹʼ‘’′"))
_SPACES: Final = dict.fromkeys(map(ord, "-‐‑–_"), " ")
MOST_NAMED: Final = 3


def town_named(scenario: Scenario, name: str) -> Town:
    """Return the town that somebody typed.

    Raises
    ------
    UsageError
        Where there is none, or where two are called so; the text names what was perhaps meant.
    """
    for town in scenario.towns:
        if town.id == name:
            return town
    found = [town for town in scenario.towns if _plain(name) in {_plain(each) for each in _names(town)}]
    if len(found) == 1:
        return found[0]
    if found:
        ids = " or ".join(town.id for town in found)
        raise UsageError(
            f"{scenario.name} has {len(found)} towns called {escape_terminal(name)}. "
            f"Name one by its id: {ids}."
        )
    raise UsageError(f"{scenario.name} has no town {escape_terminal(name)!r}. {_advice(scenario, name)}")


def _advice(scenario: Scenario, name: str) -> str:
    """Return what was perhaps meant."""
    ids = {_plain(each): town.id for town in reversed(scenario.towns) for each in _names(town)}
    alike = dict.fromkeys(ids[each] for each in nearest(_plain(name), ids, MOST_NAMED))
    if alike:
        return f"Did you mean {' or '.join(alike)}?"
    return f"Its towns are called {', '.join(town.id for town in scenario.towns[:MOST_NAMED])} and so on."


def _names(town: Town) -> tuple[str, ...]:
    """Return everything a town is called."""
    return (town.id, town.name, town.name_uk or town.id)


def _plain(name: str) -> str:
    """Return a name without case, apostrophes and hyphens."""
    return " ".join(name.casefold().translate(_APOSTROPHES).translate(_SPACES).split())
