"""Dotted keys as overrides and sweeps name them: ``route.shevchenkove-kupiansk.capacity``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.errors import UsageError
from sim.scenario_file.diagnostics import UNKNOWN_ID, Diagnostic
from sim.scenario_file.names import did_you_mean, is_called, join_words, route_called
from sim.scenario_file.schema.key_types import OVERRIDE, REMOVE, UNCERTAIN, Key, KeyType, Number, Table
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.syntax.units import MEASURES, format_number, format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.scenario_file.syntax.toml import TomlTable, TomlValue


DIGITS: Final = 9
"""Significant digits that a value is written with: more than any source gives, and no tails of floats."""
MAX_NAMED: Final = 8
"""How many ids fit into one line."""


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a scenario that an override can reach."""

    path: tuple[str, ...]
    type: KeyType | None
    """What may stand there; nothing for the parts of an uncertain number."""
    key: Key | None = None


def resolve_address(parts: tuple[str, ...], tree: TomlTable) -> Address | Diagnostic:
    """Return the place that a dotted key means in a merged tree, or what is wrong with it."""
    section = SECTIONS.get(parts[0])
    if section is None:
        return _unknown(parts[:1], "at the top", SECTIONS, _full_names(parts[0], tree))
    begin = 1
    if section.has_ids:
        found = tree.get(section.name)
        ids = found if isinstance(found, dict) else {}
        if len(parts) == 1:
            return _too_short(parts, f"{section.name}.ID.KEY")
        name = _id_called(section.name, parts[1], ids)
        if name is None:
            called = [f"{section.name}.{each}" for each in _ids_named(parts[1], ids)]
            label = f"{len(called)} are called that: {join_words(called, 'and')}" if called else None
            label = label or did_you_mean(parts[1], ids) or _known(ids)
            message = f'there is no {section.name} "{parts[1]}"'
            return Diagnostic(UNKNOWN_ID[section.name], parts[:2], message, label, aim="key")
        parts = (parts[0], name, *parts[2:])
        begin = 2
    if len(parts) == begin:
        return _too_short(parts, f"{'.'.join(parts)}.KEY")
    return _resolve_inside(section.table, parts, begin, section.header(*parts[1:begin]))


def resolve_key(key: str, tree: TomlTable) -> str:
    """Return a dotted key as a merged tree has it: a route may be called by its towns in either order.

    `UsageError` where there is no such key.
    """
    address = resolve_address(tuple(part.strip() for part in key.split(".")), tree)
    if isinstance(address, Address):
        return ".".join(address.path)
    raise UsageError(f"{key}: {address.message}; {address.label}. frontsim schema lists every key.")


def format_number_at(key: str, value: float, tree: TomlTable, digits: int = DIGITS) -> str:
    """Return a value for a number of a merged tree as an override takes it: in the unit it has there.

    `UsageError` where there is no such number.
    """
    address = resolve_address(tuple(key.split(".")), tree)
    if not isinstance(address, Address) or not isinstance(address.type, Number):
        advice = "" if isinstance(address, Address) else f": {address.message}; {address.label}"
        msg = f'"{key}" is not a number of the scenario{advice}. frontsim schema lists every key.'
        raise UsageError(msg)
    current = current_number(address, tree)
    unit = str(current).partition(" ")[2].strip() if isinstance(current, str) else ""
    measures = [MEASURES[form.measure] for form in address.type.forms]
    fitting = (each for each in measures if unit in each.units or (not unit and each.is_bare))
    measure = next(fitting, measures[0])
    if not unit and not measure.is_bare:
        unit = next(iter(measure.units))
    amount = float(f"{value / measure.units[unit] if unit else value:.{digits}g}")
    return f"{format_number(round(amount) if measure.is_whole else amount)} {unit}".rstrip()


def current_number(address: Address, tree: TomlTable) -> TomlValue:
    """Return the number at an address as a file has it, its default where the scenario is silent."""
    found: Any = tree
    for part in address.path:
        found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, dict):
        found = found.get("value")
    return _default(address, tree) if found is None else found


def mark_override(value: TomlValue) -> TomlTable:
    """Return a number marked as one that is not the scenario's own."""
    return {"value": value, "status": OVERRIDE}


def _default(address: Address, tree: TomlTable) -> TomlValue:
    """Return the default of a number; what a route's kind gives where it has none of its own."""
    section, *_, name = address.path
    key = address.key
    if section == "route" and name in {"capacity", "speed"}:
        kind = (tree["route"][address.path[1]] or {}).get("kind", "road")
        keys = SECTIONS["transport"].table.keys[name].type
        if not isinstance(keys, Table) or kind not in keys.keys:
            return None
        by_kind = keys.keys[kind]
        return current_number(Address(("transport", name, kind), by_kind.type, by_kind), tree)
    if key is None or key.default is None or not isinstance(key.type, Number):
        return None
    text = format_quantity(float(key.default), key.type.forms[0].measure)
    return text if " " in text else float(key.default)


def _resolve_inside(table: Table, parts: tuple[str, ...], begin: int, header: str) -> Address | Diagnostic:
    """Return the place that the rest of a dotted key means inside a table."""
    here: KeyType | None = table
    key: Key | None = None
    known: Mapping[str, Key] = {}
    for index in range(begin, len(parts)):
        name, is_last = parts[index], index == len(parts) - 1
        if name == REMOVE and is_last:
            return Address(parts, None)
        if isinstance(here, Number) and name in UNCERTAIN and is_last:
            # The value of a number is the number: saying so changes nothing.
            return Address(parts[:-1], here, key) if name == "value" else Address(parts, None)
        if not isinstance(here, Table):
            message = f'"{parts[index - 1]}" holds nothing called "{name}"'
            return Diagnostic("E101", parts[: index + 1], message, "end the key before it", aim="key")
        known, key = here.keys, here.keys.get(name)
        here = key.type if key else here.other_keys
        if here is None:
            inner = ".".join(parts[begin:index])
            return _unknown(
                parts[: index + 1], f'in "{inner}" of {header}' if inner else f"in {header}", known
            )
    return Address(parts, here, key)


def _id_called(section: str, name: str, ids: Mapping[str, Any]) -> str | None:
    """Return the id that a name means: itself, a route's towns in either order, or its own name."""
    if name in ids:
        return name
    tables = {known: table for known, table in ids.items() if isinstance(table, dict)}
    if section == "route":
        towns = ((known, str(route.get("from")), str(route.get("to"))) for known, route in tables.items())
        if found := route_called(name, towns):
            return found
    named = _ids_named(name, tables)
    return named[0] if len(named) == 1 else None


def _ids_named(name: str, ids: Mapping[str, Any]) -> list[str]:
    """Return the ids of what has this name, whatever its case, apostrophes and hyphens, such as a road's."""
    return [
        known
        for known, table in ids.items()
        if isinstance(table, dict)
        and any(is_called(name, str(table.get(each, ""))) for each in ("name", "name_uk"))
    ]


def _known(ids: Mapping[str, Any]) -> str:
    if not ids:
        return "the scenario has none"
    if len(ids) <= MAX_NAMED:
        return f"known: {join_words(ids, 'and')}"
    return (
        f"known: {', '.join(list(ids)[:MAX_NAMED])} and {len(ids) - MAX_NAMED} more; frontsim find searches"
    )


def _full_names(name: str, tree: TomlTable) -> list[str]:
    groups = {section: tree.get(section) for section in ("side", "town", "route")}
    return [
        f"{section}.{name}"
        for section, ids in groups.items()
        if isinstance(ids, dict) and (name in ids or _ids_named(name, ids))
    ]


def _unknown(
    parts: tuple[str, ...], where: str, known: Iterable[str], full_names: Iterable[str] = ()
) -> Diagnostic:
    meant = next(iter(full_names), None)
    label = f'did you mean "{meant}"?' if meant else did_you_mean(parts[-1], known)
    label = label or f"known here: {join_words(known, 'and')}"
    return Diagnostic("E101", parts, f'unknown key "{parts[-1]}" {where}', label, aim="key")


def _too_short(parts: tuple[str, ...], example: str) -> Diagnostic:
    message = f'"{".".join(parts)}" names no value'
    return Diagnostic("E101", parts, message, f"continue like {example}", aim="key")
