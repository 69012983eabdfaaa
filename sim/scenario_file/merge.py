"""Layers laid over each other: what a scenario says once parents, the file and overrides are one.

Tables merge, everything else replaces. Routes, events and periods are keyed by id here, and lists in a file.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from sim.scenario_file.diagnostics import Finding
from sim.scenario_file.schema.key_types import REMOVE, UNCERTAIN
from sim.scenario_file.syntax.layers import LISTED, Layer, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMELESS: Final = "#"
"""What the key of a route or event begins with that could not be given one."""


def layer_of(name: str, text: str, found: Table, below: Sequence[Layer], findings: list[Finding]) -> Layer:
    """Return a layer of what was read from a file, with its routes and events by id.

    Parameters
    ----------
    found
        What the content holds, as JSON has it; it is changed.
    findings
        What is wrong with its lists is added here.
    """
    layer = Layer(name, text, found)
    for section, home in LISTED.items():
        place = found.get(home) if home else found
        if not isinstance(place, dict) or section not in place:
            continue
        listed = place.pop(section)
        if not isinstance(listed, list):
            path = (home, section) if home else (section,)
            message = f'"{section}" is not a list of tables'
            label = f"write [[{'.'.join(path)}]]" + ("" if home else ', and id = "..." inside it')
            findings.append(Finding("E104", path, message, label, layer=len(below)))
            found[section] = {}
        else:
            taken = {event for each in below for kind, event in each.listed if kind == "event"}
            found[section] = _by_id(layer, section, listed, len(below), taken, findings)
    return layer


def merged(layers: Sequence[Layer], findings: list[Finding]) -> Table:
    """Return what the layers say together, the last one having the last word."""
    tree: Table = {}
    for number, layer in enumerate(layers):
        tree = laid_over(tree, layer, number, findings)
    tree.pop("extends", None)
    return tree


def laid_over(tree: Table, layer: Layer, number: int, findings: list[Finding]) -> Table:
    """Return a merged tree with one more layer over it; the tree itself is not changed."""
    return _laid_over(tree, layer.tree, (), number, findings)


def as_document(tree: Table) -> Table:
    """Return a merged tree in the shape of a file: routes and events as lists."""
    document = dict(tree)
    for section, home in LISTED.items():
        if section in tree:
            listed = [_with_id(section, name, each) for name, each in document.pop(section).items()]
            if home:
                document[home] = {**document.get(home, {}), section: listed}
            else:
                document[section] = listed
    return document


def given_id(section: str, index: int, table: Table) -> str | None:
    """Return the id a route or event has, given or by default; none where that cannot be said."""
    if isinstance(table.get("id"), str):
        return str(table["id"])
    if section == "event":
        return f"event-{index + 1}"
    if section == "period":
        return str(table["from"]) if isinstance(table.get("from"), str) else None
    start, end = table.get("from"), table.get("to")
    return f"{start}-{end}" if isinstance(start, str) and isinstance(end, str) else None


def _by_id(
    layer: Layer, section: str, listed: list[Any], number: int, taken: set[str], findings: list[Finding]
) -> Table:
    """Return a list of routes, events or periods by id."""
    keyed: Table = {}
    for index, table in enumerate(listed):
        name = given_id(section, index, table) if isinstance(table, dict) else None
        if section == "event" and name and "id" not in table:
            # One without an id is always a new one: it must not fall on a parent's that has none either.
            free = (f"event-{count}" for count in itertools.count(index + 1))
            name = next(each for each in free if each not in taken and each not in keyed)
        if name is None or name in keyed:
            nameless = f"{NAMELESS}{number}.{index}"
            if name is not None:
                findings.append(_doubled(section, nameless, name, number))
            name = nameless
        keyed[name] = table
        layer.listed[section, name] = index
    return keyed


def _doubled(section: str, key: str, name: str, number: int) -> Finding:
    """Return the finding that two routes or events have one id."""
    return Finding(
        "E108",
        (section, key),
        f'{section} "{name}" is there already',
        "give it an id of its own, if it is another one",
        "a route without an id is called by its towns, as in from-to" if section == "route" else None,
        layer=number,
    )


def _laid_over(
    below: Table, above: Table, path: tuple[str, ...], number: int, findings: list[Finding]
) -> Table:
    """Return one table laid over another."""
    result = dict(below)
    for key, value in above.items():
        here = (*path, key)
        if isinstance(value, dict) and REMOVE in value:
            _remove(result, key, value, here, number, findings)
        elif not isinstance(value, dict):
            result[key] = value
        else:
            result[key] = _laid_over(
                _table_below(result.get(key), value, here), value, here, number, findings
            )
    return result


def _table_below(below: Any, above: Table, path: tuple[str, ...]) -> Table:  # noqa: ANN401 - whatever TOML holds
    """Return what a table is laid over, where that is written short below.

    A plain number becomes the value of one with a range, a doctrine's name a doctrine.
    """
    if isinstance(below, dict):
        return below
    if isinstance(below, str) and path[0] == "side" and path[2:] == ("doctrine",):
        return {"name": below}
    if below is not None and not isinstance(below, list) and above and set(above) <= set(UNCERTAIN):
        return {"value": below}
    return {}


def _remove(
    result: Table, key: str, value: Table, path: tuple[str, ...], number: int, findings: list[Finding]
) -> None:
    """Take away what a lower layer holds."""
    others = [name for name in value if name not in {REMOVE, "id", "from", "to"}]
    if value[REMOVE] is not True:
        problem = '"remove" can only be true', "write remove = true, or leave it out"
    elif others:
        problem = f'"remove" and "{others[0]}" cannot go together', "remove it, or change it"
    elif key not in result:
        problem = f"there is no {'.'.join(path)} to remove", "only what a parent holds can be removed"
    else:
        del result[key]
        return
    findings.append(Finding("E107", (*path, REMOVE), *problem, layer=number))


def _with_id(section: str, name: str, table: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a route or event with its id, where that is not what it would be called anyway."""
    if not isinstance(table, dict) or (
        section != "event" and given_id(section, 0, {**table, "id": None}) == name
    ):
        return (
            {key: value for key, value in table.items() if key != "id"} if isinstance(table, dict) else table
        )
    return {"id": name, **{key: value for key, value in table.items() if key != "id"}}
