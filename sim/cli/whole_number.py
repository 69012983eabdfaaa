"""Whole numbers as options take them, with errors and help that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from typing import Any

HIGHEST: Final = 2**63 - 1


class WholeNumber(click.ParamType):  # type: ignore[type-arg] # generic from click 8.4 only
    """A whole number from a lowest one up."""

    name = "number"

    def __init__(self, lowest: int) -> None:
        self.lowest = lowest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - what was typed
        """Return a number that was typed."""
        try:
            number = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        if not self.lowest <= number <= HIGHEST:
            self.fail(
                f"{value} is out of range: it is {self.lowest} at least and {HIGHEST} at most.", param, ctx
            )
        return number
