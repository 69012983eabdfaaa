"""Shell completion of scenarios and dotted keys; keys complete one step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from click.shell_completion import CompletionItem

from sim.errors import SimError
from sim.scenario_file.bundled import bundled_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from sim.model.scenario import Scenario

BASELINE: Final = "kupiansk"
"""Its keys are completed where no scenario has been typed yet."""


def complete_scenarios(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return files, and bundled scenarios that begin so."""
    names = [CompletionItem(name) for name in bundled_names() if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *names]


def complete_keys(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the key of an override up to its next dot; a whole key gets ``=``."""
    scenario = None if "=" in incomplete else _scenario(context)
    keys = [] if scenario is None else [f"{key}=" for key in _keys(scenario)]
    return [CompletionItem(step) for step in steps(keys, incomplete)]


def complete_measures(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the key of a measure up to its next dot."""
    from sim.experiments.sweep.measures import all_measures

    scenario = _scenario(context)
    return [CompletionItem(step) for step in steps(all_measures(scenario) if scenario else [], incomplete)]


def steps(keys: Iterable[str], incomplete: str) -> list[str]:
    """Return the completions of a dotted key, each up to its next dot; further where there is only one.

    Examples
    --------
    >>> steps(["side.ua.fires=", "side.ru.fires=", "tempo.lag_1="], "")
    ['side.', 'tempo.lag_1=']
    >>> steps(["side.ua.fires=", "side.ua.reach="], "s")
    ['side.ua.fires=', 'side.ua.reach=']
    """
    while True:
        groups: dict[str, list[str]] = {}
        for key in keys:
            if key.startswith(incomplete):
                groups.setdefault(key[: key.find(".", len(incomplete)) + 1] or key, []).append(key)
        if len(groups) != 1 or not next(iter(groups)).endswith("."):
            return [below[0] if len(below) == 1 else step for step, below in groups.items()]
        incomplete, keys = next(iter(groups.items()))


def _scenario(context: click.Context) -> Scenario | None:
    """Return the scenario typed so far, if it can be read."""
    from sim.scenario_file.read import read_scenario

    # click stops at an option without its value, and leaves what it has read in args
    named = [context.params.get(name) for name in ("scenario", "first")]
    typed = next((each for each in (*named, *context.args) if each), BASELINE)
    try:
        return read_scenario(str(typed)).scenario
    except SimError:
        return None


def _keys(scenario: Scenario) -> list[str]:
    """Return every key that the scenario can have, with its own ids filled in."""
    from sim.scenario_file.schema.key_docs import describe

    ids = {
        "side": [side.id for side in scenario.sides],
        "town": [town.id for town in scenario.towns],
        "route": [route.id for route in scenario.routes],
    }
    found = []
    for each in describe():
        section, _, rest = each.key.partition(".ID.")
        if not rest:
            found.append(each.key)
        found += [f"{section}.{name}.{rest}" for name in ids.get(section, ()) if rest]
    return found
