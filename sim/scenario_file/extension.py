"""A small scenario file that extends another and gives some of its numbers anew, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.model.scenario import Parameter
from sim.scenario_file.addresses import format_number_at
from sim.scenario_file.layers import document_stack
from sim.scenario_file.schema.key_docs import SCHEMA_ADDRESS
from sim.scenario_file.write import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario_file.syntax.toml import TomlTable


SOURCE: Final = "calibration"
"""The source that a calibrated number names."""
GRADE: Final = "C3"
"""Admiralty code of a fit: fairly reliable, possibly true."""
DIGITS: Final = 4
"""Digits of a calibrated number: more would pretend."""


@dataclass(frozen=True, slots=True)
class CalibratedNumber:
    """A number given anew, with its interval."""

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
    lines = [f"#:schema {SCHEMA_ADDRESS}"]
    lines += [f"# {comment}".rstrip() for comment in comments]
    lines += ["", "schema = 1", f"extends = {quote(extends)}", "", "[scenario]"]
    lines += [f"name = {quote(name)}", f"summary = {quote(summary)}"]
    tree = document_stack(document).tree
    tables: dict[tuple[str, ...], list[str]] = {}
    for number in numbers:
        *table, key = number.parameter.key.split(".")
        tables.setdefault(tuple(table), []).append(f"{key} = {_number(number, tree)}")
    for path, rows in tables.items():
        is_route = path[0] == "route"
        lines += ["", *(["[[route]]", f"id = {quote(path[1])}"] if is_route else [f"[{'.'.join(path)}]"])]
        lines += rows
    how, day = made
    lines += ["", f"[source.{SOURCE}]", f"title = {quote(how)}", 'publisher = "frontsim"']
    lines += [f"date = {quote(day)}", f"grade = {quote(GRADE)}"]
    return "\n".join(lines) + "\n"


def _number(number: CalibratedNumber, tree: TomlTable) -> str:
    """Return a number with its interval as a file has it, in the unit the scenario uses."""
    amounts = (number.value, number.low, number.high)
    texts = [format_number_at(number.parameter.key, amount, tree, DIGITS) for amount in amounts]
    middle, low, high = (quote(each) if " " in each else each for each in texts)
    return f'{{ value = {middle}, low = {low}, high = {high}, source = "{SOURCE}", status = "calibrated" }}'
