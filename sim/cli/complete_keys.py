"""Completion of dotted keys in a shell: step by step, so that no list is longer than one can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from sim.model.scenario import Scenario

BASELINE: Final = "kupiansk"
"""Whose keys are completed where the scenario has not been typed yet."""
ID: Final = "ID"
"""Stands for an id in the description of a key."""


def complete_keys(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return how a key that begins so may go on, up to the next dot; a whole one with what is to follow it.

    Parameters
    ----------
    incomplete
        As typed so far; once there is a value, nothing is offered.
    """
    if "=" in incomplete:
        return []
    scenario = _scenario(context)
    return [] if scenario is None else _items((f"{key}=" for key in _keys(scenario)), incomplete)


def complete_measures(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return how the key of a measure that begins so may go on, up to the next dot."""
    from sim.experiments.sweep.measures import measure_keys

    scenario = _scenario(context)
    return [] if scenario is None else _items(measure_keys(scenario), incomplete)


def steps(keys: Iterable[str], incomplete: str) -> list[str]:
    """Return how keys that begin so go on, each up to its next dot; where there is one way only, further.

    Examples
    --------
    >>> steps(["side.ua.fires=", "side.ru.fires=", "tempo.lag_1="], "")
    ['side.', 'tempo.lag_1=']
    >>> steps(["side.ua.fires=", "side.ua.reach="], "s")
    ['side.ua.fires=', 'side.ua.reach=']
    """
    fitting = [key for key in keys if key.startswith(incomplete)]
    while True:
        ways = dict.fromkeys(key[: key.find(".", len(incomplete)) + 1] or key for key in fitting)
        if len(ways) != 1 or not next(iter(ways)).endswith("."):
            return [_whole(way, fitting) for way in ways]
        incomplete = next(iter(ways))


def _whole(way: str, fitting: list[str]) -> str:
    """Return a way on; where but one key lies that way, the key."""
    there = [key for key in fitting if key.startswith(way)]
    return there[0] if len(there) == 1 else way


def _items(keys: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(way) for way in steps(keys, incomplete)]


def _scenario(context: click.Context) -> Scenario | None:
    """Return the scenario that was typed; none where it cannot be read."""
    from sim.errors import SimError
    from sim.scenario_file.read import read_scenario

    # click gives up on a line that ends in an option without its value, and leaves what it has seen in args
    named = [context.params.get(name) for name in ("scenario", "first")]
    typed = next((each for each in (*named, *context.args) if each), BASELINE)
    try:
        return read_scenario(str(typed)).scenario
    except SimError:
        return None


def _keys(scenario: Scenario) -> list[str]:
    """Return every key that the scenario may have, with the ids it has."""
    from sim.scenario_file.schema.key_docs import describe

    ids = {
        "side": [side.id for side in scenario.sides],
        "town": [town.id for town in scenario.towns],
        "route": [route.id for route in scenario.routes],
    }
    found = []
    for each in describe():
        section, _, rest = each.key.partition(f".{ID}.")
        if not rest:
            found.append(each.key)
        found += [f"{section}.{name}.{rest}" for name in ids.get(section, ()) if rest]
    return found
