"""Dotted keys as overrides and sweeps name them: ``route.shevchenkove-kupiansk.capacity``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.names import did_you_mean, join_words, route_called
from sim.scenario_file.schema.key_types import REMOVE, UNCERTAIN, Key, KeyType, Number, Table
from sim.scenario_file.schema.sections import SECTIONS
from sim.scenario_file.syntax.units import format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.scenario_file import layers

_UNKNOWN_ID = {
    "side": "E301",
    "town": "E302",
    "route": "E303",
    "source": "E304",
    "event": "E307",
    "line": "E308",
    "period": "E309",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a scenario that an override can reach."""

    path: tuple[str, ...]
    type: KeyType | None
    """What may stand there; nothing for the parts of an uncertain number."""
    key: Key | None = None


def resolve_address(parts: tuple[str, ...], tree: layers.Table) -> Address | Diagnostic:
    """Return the place that a dotted key means, or what is wrong with it.

    Parameters
    ----------
    tree
        The scenario, routes and events by id.
    """
    section = SECTIONS.get(parts[0])
    if section is None:
        return _unknown(parts[:1], "at the top", _everywhere(parts[0], tree), SECTIONS)
    begin = 1
    if section.is_named or section.is_listed:
        found = tree.get(section.name)
        ids = found if isinstance(found, dict) else {}
        if len(parts) == 1:
            return _too_short(parts, f"{section.name}.ID.KEY")
        name = _called(section.name, parts[1], ids)
        if name is None:
            label = did_you_mean(parts[1], ids) or f"known: {join_words(list(ids)[:8], 'and')}"
            return Diagnostic(
                _UNKNOWN_ID[section.name],
                parts[:2],
                f'there is no {section.name} "{parts[1]}"',
                label,
                aim="key",
            )
        parts = (parts[0], name, *parts[2:])
        begin = 2
    if len(parts) == begin:
        return _too_short(parts, f"{'.'.join(parts)}.KEY")
    return _inside(section.table, parts, begin, section.header(parts[1] if begin > 1 else None))


def current_number(address: Address, tree: layers.Table) -> Any:  # noqa: ANN401 - a number as a file has it
    """Return the number at an address as a file has it, its default where the scenario is silent."""
    found: Any = tree
    for part in address.path:
        found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, dict):
        found = found.get("value")
    return _default(address, tree) if found is None else found


def mark_override(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a number as a file has it
    """Return a number marked as one that is not the scenario's own."""
    return {"value": value, "status": "override"}


def _default(address: Address, tree: layers.Table) -> str | float | None:
    """Return the default of a number; what a route's kind gives where it has none of its own."""
    section, *_, name = address.path
    key = address.key
    if section == "route" and name in {"capacity", "speed"}:
        kind = (tree["route"][address.path[1]] or {}).get("kind", "road")
        keys = SECTIONS["transport"].table.keys[name].type
        by_kind = keys.keys.get(kind) if isinstance(keys, Table) else None
        return (
            current_number(Address(("transport", name, kind), by_kind.type, by_kind), tree)
            if by_kind
            else None
        )
    if key is None or key.default is None or not isinstance(key.type, Number):
        return None
    measure = key.type.forms[0].measure
    text = format_quantity(float(key.default), measure)
    return text if " " in text else float(key.default)


def _inside(table: Table, parts: tuple[str, ...], begin: int, header: str) -> Address | Diagnostic:
    """Return the place that the rest of a dotted key means inside a table."""
    here: KeyType | None = table
    key: Key | None = None
    for index in range(begin, len(parts)):
        name, so_far = parts[index], parts[: index + 1]
        if name == REMOVE and index == len(parts) - 1:
            return Address(parts, None)
        if isinstance(here, Number) and name in UNCERTAIN and index == len(parts) - 1:
            # The value of a number is the number: saying so changes nothing.
            return Address(parts[:-1], here, key) if name == "value" else Address(parts, None)
        if not isinstance(here, Table):
            return Diagnostic(
                "E101",
                so_far,
                f'"{parts[index - 1]}" holds nothing called "{name}"',
                "end the key before it",
                aim="key",
            )
        key = here.keys.get(name)
        here = key.type if key else here.others
        if here is None:
            inner = ".".join(parts[begin:index])
            return _unknown(
                so_far,
                f'in "{inner}" of {header}' if inner else f"in {header}",
                (),
                _keys(table, parts[begin:index]),
            )
    return Address(parts, here, key)


def _keys(table: Table, parts: tuple[str, ...]) -> Mapping[str, Key]:
    """Return the keys of the table that these parts lead to."""
    here: Any = table
    for part in parts:
        here = here.keys[part].type
    keys: Mapping[str, Key] = here.keys
    return keys


def _called(section: str, name: str, ids: Mapping[str, Any]) -> str | None:
    """Return the id that a name means: itself, or a route's towns in either order."""
    if name in ids or section != "route":
        return name if name in ids else None
    tables = {known: route for known, route in ids.items() if isinstance(route, dict)}
    towns = ((known, str(route.get("from")), str(route.get("to"))) for known, route in tables.items())
    return route_called(name, towns)


def _everywhere(name: str, tree: layers.Table) -> list[str]:
    """Return the full names of sides, towns and routes that are called so."""
    found = []
    for section in ("side", "town", "route"):
        ids = tree.get(section)
        if isinstance(ids, dict) and name in ids:
            found.append(f"{section}.{name}")
    return found


def _unknown(parts: tuple[str, ...], where: str, full: Iterable[str], known: Iterable[str]) -> Diagnostic:
    """Return the finding that there is no such key."""
    whole = list(full)
    names = list(known)
    label = f'did you mean "{whole[0]}"?' if whole else did_you_mean(parts[-1], names)
    return Diagnostic(
        "E101",
        parts,
        f'unknown key "{parts[-1]}" {where}',
        label or f"known here: {join_words(names, 'and')}",
        aim="key",
    )


def _too_short(parts: tuple[str, ...], example: str) -> Diagnostic:
    return Diagnostic(
        "E101", parts, f'"{".".join(parts)}" names no value', f"go on like {example}", aim="key"
    )
