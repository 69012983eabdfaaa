"""What is reported adds up for each side by itself, whichever of them the report is of."""

import dataclasses

import pytest

from sim.model.quantities import CATEGORIES, CAUSES, DAY
from sim.model.reported_losses import rates_by_cause, reported_rates, reported_until
from sim.scenario_file.read import read_scenario


@pytest.mark.parametrize("of", [0, 1])
@pytest.mark.parametrize("days", [0.5, 3.0])
def test_each_side_loses_by_its_own_rates(of, days):
    scenario = read_scenario("kupiansk").scenario
    report = dataclasses.replace(
        scenario.reported_losses, of=scenario.sides[of].id, loss_exchange_ratio=3.0, periods=()
    )
    scenario = dataclasses.replace(scenario, reported_losses=report)
    found, rates = reported_until(scenario, round(days * DAY)), reported_rates(scenario)
    for side in range(2):
        assert found[side] == pytest.approx([days * rate for rate in rates[side]])
    soldiers = CATEGORIES.index("personnel")
    assert found[of][soldiers] == pytest.approx(3.0 * found[1 - of][soldiers])


def test_a_cause_that_a_category_does_not_name_gets_nothing_of_it():
    rates = [12.0] * len(CATEGORIES)
    shares = {category: {"fires": 0.25, "assault": 0.75} for category in CATEGORIES}
    spread = rates_by_cause(rates, shares, dict.fromkeys(CAUSES, True))
    assert {cause: set(each) for cause, each in spread.items()} == {
        cause: {{"fires": 3.0, "assault": 9.0}.get(cause, 0.0)} for cause in CAUSES
    }
