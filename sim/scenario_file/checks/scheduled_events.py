"""Scheduled events: whether each has what it needs, and the new value of those that set a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.model.scenario import SETTABLE, ScheduledEvent
from sim.scenario_file.checks.references import find_route, report_unknown
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.key_types import Number
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.syntax.units import InvalidValueError, format_number, read_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario_file.checks.contents import Contents

_GOES_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "damage": ("route", "amount"),
    "repair": ("route", "amount"),
    "reinforce": ("town", "side", "amount", "over"),
    "set": ("side", "route", "town", "key", "value"),
}
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "damage": ("route",),
    "repair": ("route",),
    "reinforce": ("amount",),
    "set": ("key", "value"),
}
WHOLE: Final = 1.0
"""What is damaged or repaired where an event gives no amount: all of it."""


def read_events(contents: Contents) -> tuple[ScheduledEvent, ...]:
    """Return the scenario's events, noting what is wrong with them."""
    found = []
    for name, fields in contents.events.items():
        if fields is not None:
            path = ("event", name)
            do = fields["do"]
            _check_keys(contents, path, do, fields)
            _check_names(contents, path, fields)
            if do != "set":
                _check_amount(contents, path, do, fields)
            elif "key" in fields and "value" in fields:
                fields = {**fields, "value": _new_value(contents, path, fields)}
            found.append(ScheduledEvent(**{**fields, "id": name}))
    return tuple(found)


def settable(section: str) -> dict[str, Number]:
    """Return the numbers of a side, route or town that an event can set."""
    keys = SECTIONS[section].table.keys
    return {
        name: key.type
        for name, key in keys.items()
        if isinstance(key.type, Number) and name in SETTABLE[section]
    }


def _check_keys(contents: Contents, path: tuple[str, ...], do: str, fields: dict[str, Any]) -> None:
    """Note keys that are missing, or that go with another kind of event."""
    for name in ("route", "town", "side", "amount", "over", "key", "value"):
        if name in fields and name not in _GOES_WITH[do]:
            contents.error("E109", (*path, name), f'"{name}" does not go with do = "{do}"', "take it out")
    for name in _NEEDS[do]:
        if name not in fields:
            contents.error("E102", path, f'"{name}" is missing in [[event]]', f'do = "{do}" needs it')
    targets = [name for name in ("side", "route", "town") if name in fields and name in _GOES_WITH[do]]
    if do in {"reinforce", "set"} and len(targets) != 1:
        options = join_words(name for name in _GOES_WITH[do] if name in {"side", "route", "town"})
        how_many = "several" if targets else "none"
        contents.error(
            "E102", path, f'do = "{do}" needs one target, and {how_many} is given', f"give {options}"
        )


def _check_names(contents: Contents, path: tuple[str, ...], fields: dict[str, Any]) -> None:
    """Note targets that are not there; a route called the other way round gets its own id."""
    if "side" in fields and fields["side"] not in contents.sides:
        report_unknown(contents, "side", (*path, "side"), fields["side"])
    if "town" in fields and fields["town"] not in contents.towns:
        report_unknown(contents, "town", (*path, "town"), fields["town"])
    if "route" in fields:
        route = find_route(contents, fields["route"])
        if route is None:
            report_unknown(contents, "route", (*path, "route"), fields["route"])
        else:
            fields["route"] = route


def _check_amount(contents: Contents, path: tuple[str, ...], do: str, fields: dict[str, Any]) -> None:
    """Note an amount that is no share, or no number of soldiers; fill in all of it where none is given."""
    amount = fields.get("amount")
    if do == "reinforce":
        if amount is not None and (amount != int(amount) or amount < 1):
            contents.error(
                "E208", (*path, "amount"), '"amount" is no number of soldiers', "write it like 500"
            )
    elif amount is None:
        fields["amount"] = WHOLE
    elif amount > 1:
        contents.error(
            "E204", (*path, "amount"), '"amount" is above 1, which is all of it', "0 to 1 is allowed"
        )


def _new_value(contents: Contents, path: tuple[str, ...], fields: dict[str, Any]) -> float | None:
    """Return the value that is set, in the measure used inside."""
    target = next((name for name in ("side", "route", "town") if name in fields), None)
    if target is None:
        return None
    numbers = settable(target)
    key = fields["key"]
    if key not in numbers:
        label = did_you_mean(key, numbers) or f"a {target} has {join_words(numbers, 'and')}"
        contents.error("E101", (*path, "key"), f'"{key}" is no number of a {target} that can be set', label)
        return None
    written = fields["value"]
    try:
        return read_quantity(written, numbers[key].forms).value
    except InvalidValueError as problem:
        shown = written if isinstance(written, str) else format_number(written)
        contents.error(
            problem.code, (*path, "value"), f'"{shown[:40]}" for {key} {problem.message}', problem.label
        )
        return None
