"""Keys in a shell: step by step, of the scenario that was typed, and none where there is nothing to offer."""

import click
import pytest

from sim.cli.completion import complete_keys, complete_measures, steps
from sim.cli.main import frontsim as front_door


def context(*words):
    """Return a command's context as it is while something is completed."""
    command = front_door.get_command(click.Context(front_door), words[0])
    return command.make_context(words[0], list(words[1:]), resilient_parsing=True)


def offered(complete, incomplete, *words):
    return [each.value for each in complete(context(*words), None, incomplete)]


def test_keys_are_those_of_the_scenario_that_was_typed():
    assert offered(complete_keys, "side.", "run", "two-towns") == ["side.west.", "side.east."]
    assert offered(complete_keys, "side.", "run") == ["side.ua.", "side.ru."]
    assert offered(complete_keys, "side.", "compare", "two-towns") == ["side.west.", "side.east."]


def test_a_whole_key_waits_for_its_value_and_gets_no_help_with_it():
    assert offered(complete_keys, "tempo.v", "run", "two-towns") == ["tempo.variation="]
    assert offered(complete_keys, "tempo.variation=0", "run", "two-towns") == []


def test_every_key_that_is_offered_is_one(frontsim, folder):
    for key in offered(complete_keys, "route.lypa-verba.", "run", "two-towns"):
        result = frontsim("run", "two-towns", "--dry-run", "-s", f"{key}nonsense?")
        assert "unknown key" not in result.output
        assert "names no value" not in result.output


def test_measures_are_offered_as_sweep_takes_them():
    assert offered(complete_measures, "changes.", "sweep", "two-towns") == ["changes.towns", "changes.times"]
    assert offered(complete_measures, "towns.lypa.held", "sweep", "two-towns") == [
        "towns.lypa.held",
        "towns.lypa.held_days",
    ]


@pytest.mark.parametrize("complete", [complete_keys, complete_measures])
def test_a_scenario_that_cannot_be_read_has_nothing_to_offer(complete):
    assert offered(complete, "", "sweep", "no-such-front") == []


def test_one_way_is_gone_to_its_end():
    assert steps(["a.b.c=", "a.b.d="], "") == ["a.b.c=", "a.b.d="]
    assert steps(["a.b.c=", "a.x=", "z="], "") == ["a.", "z="]
    assert steps(["a.b.c="], "x") == []
