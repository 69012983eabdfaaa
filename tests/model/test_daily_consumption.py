"""What soldiers use: in proportion to their number, from a single one up."""

import pytest

from sim.model.parameters import Supply
from sim.model.supply.sustainment import consumption

SUPPLY = Supply(consumption_idle=8.0, consumption_fighting=20.0)


@pytest.mark.parametrize("soldiers", [1, 7, 999, 12_345])
@pytest.mark.parametrize(
    ("is_fighting", "tempo", "kilograms"),
    [(False, 1.0, 8.0), (False, 3.0, 8.0), (True, 1.0, 20.0), (True, 0.5, 14.0), (True, 2.0, 32.0)],
)
def test_each_soldier_uses_his_ration(soldiers, is_fighting, tempo, kilograms):
    used = consumption(SUPPLY, soldiers, is_fighting, tempo)
    assert used == pytest.approx(soldiers * kilograms / 1000)
