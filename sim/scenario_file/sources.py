"""Where the numbers of a scenario come from: one count of them for terminal, report and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.scenario import Parameter

if TYPE_CHECKING:
    from sim.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class SourceCount:
    """The numbers of a scenario by what stands behind them."""

    sourced: tuple[Parameter, ...]
    """Those that name a source."""
    assumed: tuple[Parameter, ...]
    """Those that are assumed without one, within a range."""
    bare: tuple[Parameter, ...]
    """Those with neither a source nor a range in which they are assumed to lie."""

    @classmethod
    def of(cls, scenario: Scenario) -> SourceCount:
        """Count the numbers of a scenario."""
        sourced: list[Parameter] = []
        assumed: list[Parameter] = []
        bare: list[Parameter] = []
        for each in scenario.parameters:
            is_assumed = each.status == "assumed" and each.low is not None
            kind = sourced if each.source is not None else assumed if is_assumed else bare
            kind.append(each)
        return cls(tuple(sourced), tuple(assumed), tuple(bare))

    def text(self) -> str:
        """Return the count in a sentence."""
        total = len(self.sourced) + len(self.assumed) + len(self.bare)
        with_source = f"{len(self.sourced) or 'none'} {'name' if len(self.sourced) > 1 else 'names'} a source"
        assumed = f"{len(self.assumed) or 'none'} {'are' if len(self.assumed) > 1 else 'is'} assumed"
        if not self.bare:
            return f"Of {total} numbers, {with_source} and {assumed} within a range."
        bare = f"{len(self.bare)} {'have' if len(self.bare) > 1 else 'has'} neither"
        return f"Of {total} numbers, {with_source}, {assumed} within a range, and {bare}."


def range_text(each: Parameter) -> str:
    """Return the range in the unit of the value, where the measure inside is the same; else nothing."""
    if each.low is None or each.high is None:
        return ""
    try:
        written = float(each.text.split(" ")[0])
    except ValueError:
        return ""
    factor = written / each.value if each.value else 1.0
    return f"{each.low * factor:,.6g} to {each.high * factor:,.6g}"


def number_text(each: Parameter) -> str:
    """Return a number with what stands behind it: ``key = 360 t/d, assumed, 200 to 800``."""
    said = (each.status, each.source and f"source {each.source}", range_text(each))
    return ", ".join([f"{each.key} = {each.text}", *filter(None, said)])
