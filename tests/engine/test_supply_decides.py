"""Supply decides what happens on the front: what a garrison inflicts, how much is attacked, what is held."""

from __future__ import annotations

import dataclasses
from functools import partial
from itertools import pairwise
from math import comb

import pytest

from sim.engine.simulation import simulate
from sim.model import events as e
from sim.model.scenario import ScheduledEvent
from tests.support.fronts import begun, bundled, front, go, route, sides, town
from tests.support.parallel import on_all_cores

BASES = {"ua": ("kharkiv", "izium"), "ru": ("valuyki", "svatove")}
RUNS = 8


def fed(tonnes):
    """Return a garrison that needs 20 t a day and gets some, in contact with one that gets all it needs."""
    return front(
        [
            town("depot", 0.0, "a", base=100.0),
            town("post", 10.0, "a", 1000, stock=0.0),
            town("foe", 20.0, "b", 1500, base=100.0),
        ],
        [route("depot", "post", capacity=tonnes), route("post", "foe")],
        sides=sides({"fires": 6.0, "attrition_coefficient": 0.0}, {"assaults": 3.0, "fires": 6.0}),
        days=40.0,
    )


@pytest.mark.parametrize("law", ["aimed_fire", "helmbold", "logarithmic"])
def test_losses_inflicted_rise_with_every_tonne(law):
    def inflicted(tonnes):
        scenario = fed(tonnes)
        laws = dataclasses.replace(scenario.attrition, fires_law=law)
        quiet = dataclasses.replace(scenario.supply, starvation_rate=0.0)
        run, _ = begun(dataclasses.replace(scenario, attrition=laws, supply=quiet))
        means = []
        for day in range(10, 30):
            go(run, day)
            run.engagement.mark_stale()
            means.append(run.engagement.activity(0) * run.engagement.fires_intensity(2))
        return sum(means) / len(means)

    found = [inflicted(tonnes) for tonnes in (0.0, 4.0, 8.0, 12.0, 16.0, 20.0)]
    assert all(less < more for less, more in pairwise(found))


def test_more_fires_use_more_supply():
    run, _ = begun(fed(400.0))
    before = run.front.daily_consumption(1), run.front.daily_consumption(2)
    run.front.set_number("side", "a", "fires", 12.0)
    rules = run.front.scenario.supply
    more = (rules.consumption_fighting - rules.consumption_idle) * rules.ammunition_share * rules.fires_share
    assert run.front.daily_consumption(1) == pytest.approx(before[0] + more)
    assert run.front.daily_consumption(2) == before[1]


def test_who_lacks_supply_attacks_less():
    run, _ = begun(fed(400.0))
    assert run.engagement.activity(0) == 1.0
    run.front.stock[1] = run.front.inflow[1] = 0.0
    run.front.update_combat_effectiveness(1)
    run.engagement.mark_stale()
    assert run.engagement.activity(0) < 0.5
    assert run.engagement.activity(1) == 1.0


def without_supply(side, replication=0):
    """Return what a side holds and how often it attacked in the baseline, with all its bases closed."""
    closed = tuple(
        ScheduledEvent(id=f"close-{base}", at=0, do="set", town=base, key="base", value=0.0)
        for base in BASES.get(side, ())
    )
    told = []
    scenario = dataclasses.replace(bundled("kupiansk"), events=closed)
    outcome = simulate(scenario, 1, replication=replication, emit=lambda _, event: told.append(event))
    assaults = sum(isinstance(each, e.AssaultFought) and each.attacker == "ru" for each in told)
    return list(outcome.state.held_by.values()).count("ua"), assaults


@pytest.mark.slow
def test_without_a_tonne_ukraine_holds_fewer_than_a_quarter_of_its_towns():
    held = [sum(town.held_by == "ua" for town in bundled("kupiansk").towns)]
    held += [without_supply("ua", replication)[0] for replication in range(3)]
    assert max(held[1:]) < held[0] / 4


@pytest.mark.slow
def test_without_a_tonne_russia_makes_fewer_than_half_of_its_assaults():
    for replication in range(3):
        assert without_supply("ru", replication)[1] < without_supply("", replication)[1] / 2


def kupiansk_falls(replication, scenario="kupiansk", capacity=None):
    """Return whether Kupiansk changes hands in a run of a scenario, with another capacity of the H-26."""
    whole = bundled(scenario)
    if capacity is not None:
        narrow = ScheduledEvent(
            id="h-26", at=0, do="set", route="shevchenkove-kupiansk", key="capacity", value=capacity
        )
        whole = dataclasses.replace(whole, events=(narrow, *whole.events))
    return "kupiansk" in simulate(whole, 1, replication=replication).state.changed_at


@pytest.mark.slow
def test_kupiansk_is_lost_when_its_roads_are():
    held = sum(on_all_cores(kupiansk_falls, range(RUNS)))
    starved = partial(kupiansk_falls, scenario="kupiansk-northern-route-cut", capacity=100.0)
    lost = sum(on_all_cores(starved, range(RUNS)))
    assert held <= 1
    # Fisher's exact test: as many falls or more among those with narrow roads, if roads made no difference
    both = held + lost
    chance = sum(
        comb(RUNS, falls) * comb(RUNS, both - falls) for falls in range(lost, min(both, RUNS) + 1)
    ) / comb(2 * RUNS, both)
    assert chance < 0.01
