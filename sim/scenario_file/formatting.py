"""A scenario's numbers at other values, written as a person would: in the unit that the file has them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.errors import UsageError
from sim.scenario_file.addresses import Address, current_number, resolve_address
from sim.scenario_file.schema.key_types import Number
from sim.scenario_file.syntax.units import MEASURES, format_number

if TYPE_CHECKING:
    from sim.scenario_file.layers import Table

DIGITS: Final = 9
"""Significant digits that a value is written with: more than any source gives, and no tails of floats."""


def format_number_at(key: str, value: float, tree: Table) -> str:
    """Return a value for a number of a scenario as an override takes it.

    Parameters
    ----------
    tree
        The scenario, routes and events by id.

    Raises
    ------
    UsageError
        There is no such number.
    """
    address = resolve_address(tuple(key.split(".")), tree)
    if not isinstance(address, Address) or not isinstance(address.type, Number):
        advice = "" if isinstance(address, Address) else f": {address.message}; {address.label}"
        msg = f'"{key}" is no number of the scenario{advice}. frontsim schema lists every key.'
        raise UsageError(msg)
    current = current_number(address, tree)
    unit = str(current).partition(" ")[2].strip() if isinstance(current, str) else ""
    forms = address.type.forms
    fitting = (
        form
        for form in forms
        if unit in MEASURES[form.measure].units or (not unit and MEASURES[form.measure].is_bare)
    )
    measure = MEASURES[next(fitting, forms[0]).measure]
    if not unit and not measure.is_bare:
        unit = next(iter(measure.units))
    amount = value / measure.units[unit] if unit else value
    amount = float(f"{amount:.{DIGITS}g}")
    return f"{format_number(round(amount) if measure.is_whole else amount)} {unit}".rstrip()


def resolve_key(key: str, tree: Table) -> str:
    """Return a dotted key as the scenario has it: a route may be called by its towns in either order.

    Parameters
    ----------
    tree
        The scenario, routes and events by id.

    Raises
    ------
    UsageError
        There is no such key.
    """
    address = resolve_address(tuple(part.strip() for part in key.split(".")), tree)
    if isinstance(address, Address):
        return ".".join(address.path)
    msg = f"{key}: {address.message}; {address.label}. frontsim schema lists every key."
    raise UsageError(msg)
