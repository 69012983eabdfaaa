"""Numbers at other values: written in the unit that the file has them in, and read back the same."""

import pytest

from sim.errors import UsageError
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario

BASELINE = read_scenario("kupiansk")


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("repairs.time", 43_200, "12 h"),
        ("side.ua.repair_crews", 2.4, "2"),
        ("side.ua.reserve", 500.0, "500"),
        ("transport.winding", 1.1, "1.1"),
        ("route.masiutivka-bridgehead.capacity", 25.0, "25 t/d"),
        ("supply.demand_step", 0.3, "0.3"),
        ("supply.replan_interval", 10_800, "3 h"),
        ("reported_losses.per_day.tanks", 1.5, "1.5"),
    ],
)
def test_a_value_is_written_in_the_unit_of_the_file(key, value, text):
    assert BASELINE.format_number(key, value) == text
    read_scenario("kupiansk", [SetNumber(f"{key}={text}")])


@pytest.mark.parametrize("key", ["attrition.fires_law", "side.ua", "side.xx.fires", "nothing"])
def test_what_is_no_number_is_said(key):
    with pytest.raises(UsageError, match="not a number of the scenario"):
        BASELINE.format_number(key, 1.0)


def test_a_route_is_known_by_its_towns_in_either_order():
    assert (
        BASELINE.resolve_key("route.bridgehead-masiutivka.capacity") == "route.masiutivka-bridgehead.capacity"
    )
    with pytest.raises(UsageError, match='did you mean "capacity"'):
        BASELINE.resolve_key("route.bridgehead-masiutivka.capcity")
