"""Towns as they are typed."""

import pytest

from sim.cli.inputs import town_named
from sim.errors import UsageError
from sim.scenario_file.read import read_scenario


@pytest.fixture(scope="module")
def scenario():
    return read_scenario("kupiansk").scenario


@pytest.mark.parametrize(
    "name",
    [
        "kupiansk-vuzlovyi",
        "Kupiansk-Vuzlovyi",
        "KUPIANSK VUZLOVYI",
        "kupiansk_vuzlovyi",
        "Куп'янськ-Вузловий",
        "куп’янськ вузловий",
        "КУПʼЯНСЬК–ВУЗЛОВИЙ",
    ],
)
def test_a_town_is_found_by_any_of_its_names(scenario, name):
    assert town_named(scenario, name).id == "kupiansk-vuzlovyi"


@pytest.mark.parametrize("name", ["kupyansk", "Kupjansk", "Купянск"])
def test_the_nearest_towns_are_named_by_id(scenario, name):
    with pytest.raises(UsageError, match=r"Did you mean .*\bkupiansk\b"):
        town_named(scenario, name)


def test_where_nothing_is_near_some_towns_are_named(scenario):
    with pytest.raises(UsageError, match="Its towns include kharkiv"):
        town_named(scenario, "qqqqqqqqq")


def test_two_towns_of_one_name_are_told_apart_by_id(scenario):
    with pytest.raises(UsageError, match=r"2 towns called піщане.*pishchane"):
        town_named(scenario, "піщане")
    assert town_named(scenario, "pishchane").id == "pishchane"
