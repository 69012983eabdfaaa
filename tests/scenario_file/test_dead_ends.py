"""Fronts on which nothing happens, numbers that move nothing, and doctrines that are not there."""

import pytest

from sim.errors import ScenarioError
from sim.scenario_file.bundled import bundled_names
from sim.scenario_file.overrides import AssumeNumber, SetNumber
from sim.scenario_file.read import read_scenario

ATTACKS = "ua.assaults", "ua.fires", "ru.assaults", "ru.fires"


def found(*changes):
    reading = read_scenario("kupiansk", [AssumeNumber(each) for each in changes])
    return {each.code: each.message for each in reading.dead_ends}


@pytest.mark.parametrize("name", bundled_names())
def test_no_bundled_scenario_has_a_dead_end(name):
    assert read_scenario(name).dead_ends == ()


@pytest.mark.parametrize(
    ("code", "says", "changes"),
    [
        (
            "W701",
            "nobody attacks",
            [f"side.{s}.{k}=0 /d" for s in ("ua", "ru") for k in ("assaults", "fires")],
        ),
        ("W702", "nothing sets losses", ["reported_losses.sector_share=0"]),
        ("W704", "tempo.lag_1 and 7 more do nothing: tempo.variation is 0", ["tempo.variation=0"]),
        ("W704", "side.ru.assaults does nothing: the doctrine hold never", ["side.ru.doctrine=hold"]),
        ("W704", "never attacks", ["side.ua.doctrine=withdraw_when_starved"]),
    ],
)
def test_a_dead_end_is_told(code, says, changes):
    assert says in found(*changes)[code]


def test_no_supply_is_a_what_if_and_an_error_in_a_file():
    towns = read_scenario("kupiansk").scenario.towns
    closed = [f"town.{each.id}.base=0 t/d" for each in towns if each.base and each.held_by == "ua"]
    (warning,) = read_scenario("kupiansk", [SetNumber(each) for each in closed]).warnings
    assert warning.message == "ua has no base"
    with pytest.raises(ScenarioError, match="ua has no base"):
        found(*closed)


def test_a_change_after_the_run_has_ended_is_told():
    reading = read_scenario("kupiansk", [SetNumber("side.ru.fires@d400=3 /d")])
    (warning,) = reading.dead_ends
    assert (warning.code, warning.location.file, warning.location.column) == ("W705", "--set", 15)


def test_a_change_to_come_keeps_a_number_alive():
    quiet = [AssumeNumber(f"side.{side}.strikes=0 /d") for side in ("ua", "ru")]
    assert read_scenario("kupiansk", quiet).dead_ends
    later = SetNumber("side.ru.strikes@d60=3 /d")
    assert not read_scenario("kupiansk", [*quiet, later]).dead_ends


def test_a_doctrine_that_is_not_there_is_an_error_with_its_place():
    reading = read_scenario("kupiansk", [SetNumber("side.ru.doctrine=holt")])
    with pytest.raises(ScenarioError, match='did you mean "hold"') as caught:
        _ = reading.dead_ends
    assert "the command line" in str(caught.value)
