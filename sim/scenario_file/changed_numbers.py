"""Which numbers of a scenario are not as they were, for whoever keeps a run to say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.network import Network
from sim.scenario_file.read import read_scenario

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.scenario_file.read import LoadedScenario


def before(reading: LoadedScenario) -> dict[str, float]:
    """Return the numbers that overrides changed, as they are in the file itself."""
    if not reading.overrides:
        return {}
    return changed_numbers(read_scenario(reading.path).scenario, reading.scenario)


def changed_numbers(unchanged: Scenario, scenario: Scenario) -> dict[str, float]:
    """Return the numbers that a scenario has otherwise than another, as they are in that one."""
    was = {each.key: each.value for each in unchanged.parameters}
    capacity = dict(zip((r.id for r in unchanged.routes), Network(unchanged).capacity, strict=True))
    found = {}
    for each in scenario.parameters:
        kind, _, rest = each.key.partition(".")
        default = capacity.get(rest.removesuffix(".capacity")) if kind == "route" else None
        value = was.get(each.key, default)
        if value is not None and value != each.value:
            found[each.key] = value
    return found
