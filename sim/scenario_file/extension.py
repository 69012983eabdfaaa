"""A small scenario file that extends another and gives some of its numbers anew, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.model.scenario import Parameter
from sim.scenario_file.addresses import Address, resolve_address
from sim.scenario_file.layers import document_stack
from sim.scenario_file.schema.key_types import Number
from sim.scenario_file.syntax.units import MEASURES, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario_file.layers import Table

SOURCE: Final = "calibration"
"""What a calibrated number names as where it comes from."""
GRADE: Final = "C3"
"""Admiralty code of a fit: fairly reliable, possibly true."""
DIGITS: Final = 4
"""Digits of a number that a calibration gives: more would pretend."""


@dataclass(frozen=True, slots=True)
class CalibratedNumber:
    """A number given anew."""

    parameter: Parameter
    value: float
    low: float
    high: float


def extension_text(
    document: Mapping[str, Any],
    extends: str,
    name: str,
    summary: str,
    numbers: Sequence[CalibratedNumber],
    comments: Sequence[str],
    made: tuple[str, str],
) -> str:
    """Return a scenario file that extends another, its numbers marked as calibrated.

    Parameters
    ----------
    document
        Of the scenario that is extended, as plain values.
    made
        How the numbers were found, and on which day what they were fitted to ends.
    """
    lines = ["#:schema https://example.org/frontsim/scenario-1.schema.json"]
    lines += [f"# {comment}".rstrip() for comment in comments]
    lines += ["", "schema = 1", f"extends = {_quoted(extends)}", "", "[scenario]"]
    lines += [f"name = {_quoted(name)}", f"summary = {_quoted(summary)}"]
    tree = document_stack(document).tree
    tables: dict[tuple[str, ...], list[str]] = {}
    for number in numbers:
        *table, key = number.parameter.key.split(".")
        tables.setdefault(tuple(table), []).append(f"{key} = {_number(number, tree)}")
    for path, rows in tables.items():
        if path[0] == "route":
            lines += ["", "[[route]]", f"id = {_quoted(path[1])}", *rows]
        else:
            lines += ["", f"[{'.'.join(path)}]", *rows]
    how, day = made
    lines += ["", f"[source.{SOURCE}]", f"title = {_quoted(how)}", 'publisher = "frontsim"']
    lines += [f"date = {_quoted(day)}", f"grade = {_quoted(GRADE)}"]
    return "\n".join(lines) + "\n"


def _number(number: CalibratedNumber, tree: Table) -> str:
    """Return a number with its interval as a file has it, in the unit the scenario uses."""
    parameter = number.parameter
    unit = parameter.text.partition(" ")[2]
    written = float(parameter.text.split()[0])
    is_whole = _is_whole(parameter.key, tree)
    texts = []
    for value in (number.value, number.low, number.high):
        amount = float(f"{written * value / parameter.value:.{DIGITS}g}")
        text = format_number(round(amount) if is_whole else amount)
        texts.append(_quoted(f"{text} {unit}") if unit else text)
    middle, low, high = texts
    return f'{{ value = {middle}, low = {low}, high = {high}, source = "{SOURCE}", status = "calibrated" }}'


def _is_whole(key: str, tree: Table) -> bool:
    """Return whether a number counts whole things."""
    address = resolve_address(tuple(key.split(".")), tree)
    if not isinstance(address, Address) or not isinstance(address.type, Number):
        return False
    return any(MEASURES[form.measure].is_whole for form in address.type.forms)


def _quoted(text: str) -> str:
    """Return a text as TOML has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
