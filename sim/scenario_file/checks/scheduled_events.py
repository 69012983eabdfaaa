"""Scheduled events: whether each has what it needs, and the new value of those that set a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.model.scenario import PLACES, SETTABLE, ScheduledEvent
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.key_types import Number, Table
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.syntax.units import InvalidValueError, format_number, read_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario_file.checks.contents import Contents

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "damage": ("route",),
    "repair": ("route",),
    "reinforce": ("amount",),
    "set": ("key", "value"),
}
_GOES_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "damage": ("route", "amount"),
    "repair": ("route", "amount"),
    "reinforce": ("town", "side", "amount", "over"),
    "set": (*PLACES, "key", "value"),
}
WHOLE: Final = 1.0
"""What is damaged or repaired where an event gives no amount: all of it."""


def read_events(contents: Contents) -> tuple[ScheduledEvent, ...]:
    """Return the scenario's events, noting what is wrong with them."""
    found = []
    for fields in contents.readable("event"):
        path = ("event", fields["id"])
        do = fields["do"]
        _check_keys(contents, path, do, fields)
        _check_names(contents, path, fields)
        if do != "set":
            _check_amount(contents, path, do, fields)
        elif "key" in fields and "value" in fields:
            fields["value"] = _new_value(contents, path, fields)
        found.append(ScheduledEvent(**fields))
    return tuple(found)


def _check_keys(contents: Contents, path: tuple[str, ...], do: str, fields: dict[str, Any]) -> None:
    for name in ("route", "town", "side", "amount", "over", "key", "value"):
        if name in fields and name not in _GOES_WITH[do]:
            contents.error("E109", (*path, name), f'"{name}" does not go with do = "{do}"', "remove it")
    for name in _NEEDS[do]:
        if name not in fields:
            contents.error("E102", path, f'"{name}" is missing in [[event]]', f'do = "{do}" needs it')
    possible = [name for name in _GOES_WITH[do] if name in PLACES]
    targets = [name for name in possible if name in fields]
    has_whole_key = do == "set" and not targets and "." in fields.get("key", "")
    if do in {"reinforce", "set"} and len(targets) != 1 and not has_whole_key:
        message = f'do = "{do}" needs one target, and {"several" if targets else "none"} is given'
        contents.error("E102", path, message, f"give {join_words(possible)}")


def _check_names(contents: Contents, path: tuple[str, ...], fields: dict[str, Any]) -> None:
    """Note targets that are not there; a route called the other way round gets its own id."""
    for name in ("side", "town"):
        if name in fields:
            contents.check_known(name, fields[name], (*path, name))
    if "route" in fields:
        name = fields["route"]
        fields["route"] = contents.find_route(name, (*path, "route")) or name


def _check_amount(contents: Contents, path: tuple[str, ...], do: str, fields: dict[str, Any]) -> None:
    """Note an amount that is no share, or no number of soldiers; fill in all of it where none is given."""
    path = (*path, "amount")
    amount = fields.get("amount")
    if do == "reinforce":
        if amount is not None and (amount != int(amount) or amount < 1):
            contents.error("E208", path, '"amount" is not a number of soldiers', "write it like 500")
    elif amount is None:
        fields["amount"] = WHOLE
    elif amount > 1:
        contents.error("E204", path, '"amount" is above 1 (all of the capacity)', "0 to 1 is allowed")


def _number_of(section: str, key: str) -> Number | None:
    """Return the type of a number that an event can set."""
    name, _, inner = key.partition(".")
    if name not in SETTABLE.get(section, ()):
        return None
    found = SECTIONS[section].table.keys[name].type
    if isinstance(found, Table) and inner in found.keys:
        found = found.keys[inner].type
    return found if isinstance(found, Number) else None


def _new_value(contents: Contents, path: tuple[str, ...], fields: dict[str, Any]) -> float | None:
    """Return the value that is set, in the measure used inside."""
    written, whole = fields["value"], fields["key"]
    target = next((name for name in PLACES if name in fields), None)
    if target is None and "." not in whole:
        return None
    section, _, key = whole.partition(".") if target is None else (target, "", whole)
    can, number = SETTABLE.get(section, ()), _number_of(section, key)
    if not can or (target is None and section in PLACES):
        known = [name for name in SETTABLE if name not in PLACES]
        contents.error(
            "E101", (*path, "key"), f'"{whole}" is no number that an event can set', f"of {join_words(known)}"
        )
        return None
    if number is None:
        label = did_you_mean(key, can) or f"{section} has {join_words(can, 'and')}"
        contents.error(
            "E101", (*path, "key"), f'"{key}" is not a number of a {section} that an event can set', label
        )
        return None
    key = whole
    try:
        return read_quantity(written, number.forms).value
    except InvalidValueError as problem:
        shown = written if isinstance(written, str) else format_number(written)
        message = f'"{shown[:40]}" for {key} {problem.message}'
        contents.error(problem.code, (*path, "value"), message, problem.label)
        return None
