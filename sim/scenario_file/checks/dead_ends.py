"""What a scenario gives and nothing comes of: fronts on which nothing happens, numbers that move nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.model.doctrine import DOCTRINES
from sim.model.quantities import in_days
from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.names import count_of, did_you_mean, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.model.scenario import Scenario

_NEVER_ATTACK: Final = ("hold", "withdraw_when_starved")


def find_dead_ends(scenario: Scenario) -> list[Diagnostic]:
    """Return warnings about what does nothing, and an error for each doctrine that does not exist."""
    found = [*_dead_fronts(scenario)]
    given = [number.key for number in scenario.parameters if number.value]
    for prefix, why in _inert(scenario):
        keys = [key for key in given if f"{key}.".startswith(prefix)]
        if keys:
            what = f"{keys[0]} does" if len(keys) == 1 else f"{keys[0]} and {len(keys) - 1} more do"
            label = "leave it out, or change that"
            found.append(_warning("W704", tuple(keys[0].split(".")), f"{what} nothing: {why}", label))
    return found


def _warning(code: str, path: tuple[str, ...], message: str, label: str) -> Diagnostic:
    return Diagnostic(code, path, message, label, severity="warning")


def _dead_fronts(scenario: Scenario) -> Iterator[Diagnostic]:
    first = ("side", scenario.sides[0].id)
    if not (_ever(scenario, "assaults") or _ever(scenario, "fires")):
        yield _warning("W701", first, "nobody attacks: neither side makes assaults or fires", "give it some")
    claim = scenario.reported_losses
    is_given = any(side.attrition_coefficient for side in scenario.sides)
    if not is_given and not (claim and claim.sector_share and any(claim.per_day.values())):
        message = "nothing sets losses: no losses are reported, and no side has an attrition_coefficient"
        yield _warning("W702", first, message, "without either, nobody is ever lost")
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load, and rarely needed

    installed = {*DOCTRINES, *(point.name for point in entry_points(group="frontsim.doctrines"))}
    for side in scenario.sides:
        name = side.doctrine.name
        if name not in installed:
            label = did_you_mean(name, installed) or f"known: {join_words(sorted(installed), 'and')}"
            yield Diagnostic("E310", ("side", side.id, "doctrine"), f'there is no doctrine "{name}"', label)
    for event in scenario.events:
        if event.at >= scenario.horizon:
            message = f"this never happens: the run ends after {count_of(in_days(scenario.horizon), 'day')}"
            yield _warning("W705", ("event", event.id, "at"), message, "let it happen earlier, or run longer")


def _ever(scenario: Scenario, key: str, side: str | None = None) -> bool:
    """Return whether a side, or any, has some of a number, be it from a day on."""
    sides = [each for each in scenario.sides if side in {None, each.id}]
    ids = {each.id for each in sides}
    changes = [each.value for each in scenario.events if each.key == key and each.side in ids]
    return any(getattr(each, key) for each in sides) or any(changes)


def _inert(scenario: Scenario) -> Iterable[tuple[str, str]]:
    """Return beginnings of keys that do nothing, with the reason."""
    attrition, no_damage = scenario.attrition, not _is_damaged(scenario)
    laws = {attrition.assault_law, attrition.fires_law, attrition.interdiction_law}
    rules = [
        ("attrition.helmbold_weight.", "no law of attrition is helmbold", "helmbold" not in laws),
        ("attrition.dispersion.", "only negative_binomial has it", attrition.counts != "negative_binomial"),
        ("tempo.", "tempo.variation is 0", scenario.tempo.variation == 0),
        ("weather.", "weather.is_on is false", not scenario.weather.is_on),
        ("supply.effect_", "supply.effect is none", scenario.supply.effect == "none"),
        ("strikes.", "neither side strikes routes", not _ever(scenario, "strikes")),
        ("repairs.", "no route is ever damaged", no_damage),
        ("assaults.", "neither side makes assaults", not _ever(scenario, "assaults")),
    ]
    for side in scenario.sides:
        key, never = f"side.{side.id}", f"the doctrine {side.doctrine.name} never attacks"
        has_fires = _ever(scenario, "fires", side.id)
        rules += [
            (f"{key}.repair_crews.", "no route is ever damaged", no_damage),
            (f"{key}.assaults.", never, side.doctrine.name in _NEVER_ATTACK),
            (f"{key}.attrition_coefficient.", "this side makes no fires", not has_fires),
        ]
    for kind in scenario.transport.capacity:
        own = [each for each in scenario.routes if each.kind == kind]
        for name in ("capacity", "speed"):
            is_given = all(getattr(each, name) is not None for each in own)
            rules.append((f"transport.{name}.{kind}.", f"no {kind} is without a {name} of its own", is_given))
    return ((prefix, why) for prefix, why, is_so in rules if is_so)


def _is_damaged(scenario: Scenario) -> bool:
    damaged = any(each.damage for each in scenario.routes)
    return damaged or _ever(scenario, "strikes") or any(each.do == "damage" for each in scenario.events)
