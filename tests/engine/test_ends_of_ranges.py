"""Every number with a range can be as low and as high as it may be: a run ends, with every invariant kept."""

import pytest

from sim.engine.simulation import simulate
from sim.errors import ScenarioError
from sim.scenario_file.overrides import AssumeNumber
from sim.scenario_file.read import read_scenario
from sim.scenario_file.schema.key_docs import describe
from sim.scenario_file.schema.sections import SECTIONS

DAYS = 3
IDS = {"side": "east", "town": "lypa", "route": "lypa-verba"}
"""What stands for any id."""
MONTH = "jan"
WHY = {
    "E209": "shares that no longer add up",
    "E306": "nobody left",
    "E404": "a front off its road",
    "E407": "no base left",
}
"""What a file may be refused for that only one number was changed in."""


def ends(section):
    if section in {"period", "event"}:  # of which there is none
        return
    for doc in describe(section):
        if doc.range and doc.range[0] in "-0123456789" and "NAME" not in doc.key:
            key = doc.key.replace(".ID", f".{IDS.get(section)}").replace("MONTH", MONTH)
            for form in doc.range.split("; "):
                low, _, high = form.partition(" to ")
                unit = "" if " " in low else high.partition(" ")[2]
                yield f"{key}={low} {unit}".strip()
                yield f"{key}={high}"


@pytest.mark.slow
@pytest.mark.parametrize("section", [each for each in SECTIONS if any(ends(each))])
def test_a_run_ends_with_a_number_at_either_end_of_its_range(section):
    name = "kupiansk" if section == "reported_losses" else "two-towns"
    runs, codes = 0, set()
    for change in ends(section):
        horizon = (
            [] if change.startswith("scenario.horizon") else [AssumeNumber(f"scenario.horizon={DAYS} d")]
        )
        try:
            scenario = read_scenario(name, [*horizon, AssumeNumber(change)]).scenario
        except ScenarioError as problem:
            codes |= {each[0] for each in problem.mistakes}
            continue
        assert simulate(scenario, 1, has_checks=True).ended_at == scenario.horizon, change
        runs += 1
    assert runs > 0
    assert codes <= set(WHY)
