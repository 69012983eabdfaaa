"""Nothing hangs on how a front is drawn: split towns and routes, contacts beside and far away, idle roads."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.engine.poisson import shares
from sim.model import events as e
from sim.model.parameters import Assaults, Attrition, Supply
from sim.model.scenario import DoctrineChoice
from tests.support.fronts import begun, front, of_kind, played, route, sides, times_of, town
from tests.support.networks import seeded

NO_NEED = Supply(effect="none", consumption_idle=0.0, consumption_fighting=0.0)
PUSH = DoctrineChoice(name="steady_pressure")
ACTIVE = sides({"assaults": 5.0, "fires": 6.0, "doctrine": PUSH}, {"fires": 6.0, "doctrine": PUSH})
few = settings(seeded, max_examples=30)
soldiers = st.integers(50, 5000)
homogeneous = st.sampled_from(["aimed_fire", "helmbold"])
"""Laws under which half of both forces lose half as much: splitting a battle changes nothing."""


def facing_each_other(west, east, law="aimed_fire", *, far=()):
    """Return western towns that each face each eastern one, and other towns far away."""
    towns = [town(f"w{n}", 0.0, "a", strength, north=5.0 * n) for n, strength in enumerate(west)]
    towns += [town(f"e{n}", 10.0, "b", strength, north=5.0 * n) for n, strength in enumerate(east)]
    routes = [route(f"w{i}", f"e{j}") for i in range(len(west)) for j in range(len(east))]
    if far:
        towns += [town("wf", 0.0, "a", far[0], north=200.0), town("ef", 10.0, "b", far[1], north=200.0)]
        routes.append(route("wf", "ef"))
    laws = Attrition(assault_law=law, fires_law=law)
    return front(towns, routes, sides=ACTIVE, supply=NO_NEED, attrition=laws)


def assaults_of(run):
    """Return the odds of an assault of the first side, and what it costs both, on average."""
    model, mean = run.engagement, [0.0, 0.0, 0.0]
    for contact, share in shares(model.assault_weights(0)).items():
        origin, target = run.front.own_end_first(contact, 0)
        numbers = (model.assault_odds(contact, origin, target), *model.assault_intensities(origin, target))
        mean = [so_far + share * number for so_far, number in zip(mean, numbers, strict=True)]
    return mean


def fires_of(run):
    """Return what a fire mission of the first side costs on average."""
    model = run.engagement
    return sum(share * model.fires_intensity(place) for place, share in shares(model.fire_weights(0)).items())


def model_of(scenario):
    return begun(scenario, has_listeners=False)[0]


@few
@given(soldiers, soldiers, homogeneous, st.sampled_from([(1, 2), (2, 1), (2, 2), (3, 2)]))
def test_splitting_towns_changes_no_odds_and_no_losses(west, east, law, parts):
    whole = model_of(facing_each_other([6 * west], [6 * east], law))
    split = model_of(
        facing_each_other([6 * west // parts[0]] * parts[0], [6 * east // parts[1]] * parts[1], law)
    )
    assert assaults_of(split) == pytest.approx(assaults_of(whole))
    assert fires_of(split) == pytest.approx(fires_of(whole))


@few
@given(soldiers, st.lists(soldiers, min_size=2, max_size=3), homogeneous)
def test_splitting_a_town_into_unequal_ones_changes_no_odds_and_no_losses(west, east, law):
    assume(4 * len(east) * min(east) >= sum(east))  # none so small that it is faced by the least share
    whole = model_of(facing_each_other([west], [sum(east)], law))
    split = model_of(facing_each_other([west], east, law))
    assert assaults_of(split) == pytest.approx(assaults_of(whole))
    assert fires_of(split) == pytest.approx(fires_of(whole))


def test_a_second_contact_between_the_same_towns_changes_nothing():
    one = facing_each_other([3000], [1000])
    one = dataclasses.replace(one, horizon=60 * 86_400, assaults=Assaults(advance=0.5))
    beside = (*one.routes, route("w0", "e0", id="beside"))
    fell = times_of(played(one)[1], e.TownFell)
    told = played(dataclasses.replace(one, routes=beside))[1]
    assert times_of(told, e.TownFell)[0] == fell[0]
    assert {event.route for event in of_kind(told, e.AssaultFought) if event.attacker == "a"} == {"w0-e0"}


def test_of_two_contacts_between_the_same_towns_the_easier_is_taken():
    scenario = facing_each_other([3000], [1000])
    ford = dataclasses.replace(scenario.routes[0], kind="crossing")
    run = model_of(dataclasses.replace(scenario, routes=(ford, route("w0", "e0", id="beside"))))
    assert list(run.engagement.assault_weights(0)) == [1]


@few
@given(soldiers, soldiers, soldiers)
def test_a_contact_far_away_takes_fires_by_its_soldiers_and_no_more(near, far_west, far_east):
    run = model_of(facing_each_other([1000], [near], far=(far_west, far_east)))
    chosen = shares(run.engagement.fire_weights(0))
    assert chosen[run.front.network.town["ef"]] == pytest.approx(far_east / (near + far_east))


@few
@given(soldiers, soldiers)
def test_a_contact_far_away_leaves_odds_and_the_cost_of_an_assault_as_they_were(far_west, far_east):
    alone = model_of(facing_each_other([1500], [1000], "helmbold"))
    beside = model_of(facing_each_other([1500], [1000], "helmbold", far=(far_west, far_east)))
    for run in (alone, beside):
        assert run.engagement.assault_odds(0, 0, 1) == 1.0
        assert run.engagement.assault_intensities(0, 1) == pytest.approx(((2 / 3) ** 0.5, (2 / 3) ** 0.5))


def reinforced(run, place, added):
    run.front.strength[place] += added
    run.engagement.mark_stale()


@few
@given(soldiers, soldiers, st.integers(1, 5000))
def test_reinforcing_a_garrison_never_raises_what_it_loses_in_one_attack(strength, beside, added):
    # under the law of aimed fire: others say themselves that more are hit where more stand
    run = model_of(facing_each_other([1000], [strength, beside]))
    before = run.engagement.fires_intensity(1), run.engagement.assault_intensities(0, 1)[1]
    reinforced(run, 1, added)
    after = run.engagement.fires_intensity(1), run.engagement.assault_intensities(0, 1)[1]
    assert after[0] <= before[0] * 1.000001
    assert after[1] <= before[1] * 1.000001


@pytest.mark.parametrize(("law", "power"), [("aimed_fire", 0.0), ("helmbold", 0.5), ("area_fire", 1.0)])
def test_reinforcing_raises_losses_of_an_assault_as_the_law_says_and_no_more(law, power):
    run = model_of(facing_each_other([1000], [1000], law))
    before = run.engagement.assault_intensities(0, 1)[1]
    reinforced(run, 1, 1000)
    assert run.engagement.assault_intensities(0, 1)[1] == pytest.approx(before * 2**power)


def test_twice_as_many_garrisons_attack_twice_as_often():
    run = model_of(facing_each_other([1000, 500], [1000]))
    for place in (0, 1):
        reinforced(run, place, run.front.strength[place])
    assert run.engagement.activity(0) == 2.0
    assert run.engagement.activity(1) == 1.0


def a_road(legs, *, idle=False):
    """Return a road to a garrison near the enemy, in so many legs of 12 km; and an idle one beside it."""
    names = ["base", *(f"way{n}" for n in range(1, legs)), "end"]
    step = 24.0 / legs
    towns = [
        town(name, step * n, "a", 0, **({"base": 100.0} if n == 0 else {})) for n, name in enumerate(names)
    ]
    towns[-1] = town("end", 24.0, "a", 1000)
    towns += [town("side", 12.0, "a", 0, north=12.0), town("foe", 34.0, "b", 1000, base=100.0)]
    routes = [route(names[n], names[n + 1], step) for n in range(legs)]
    routes += [route("base", "side", 20.0), route("end", "foe", 10.0)]
    if idle:
        routes.append(route("side", "end", 20.0))
    hits = {"strikes": 2.0, "reach": 20.0, "interdiction_hazard": 0.0}
    return front(towns, routes, sides=sides({"repair_crews": 0}, hits))


def struck(scenario):
    """Return how much each route is struck, by id."""
    run = model_of(scenario)
    return {
        run.front.network.routes[e]: weight for e, weight in run.interdiction.targets[1].items() if weight
    }


def test_splitting_a_road_changes_no_share_of_strikes():
    (whole,) = struck(a_road(1)).values()
    parts = struck(a_road(2)).values()
    assert len(parts) == 2
    # exposure is taken at five points of each route
    assert sum(parts) == pytest.approx(whole, rel=0.02)


def test_idle_roads_draw_no_strikes():
    assert struck(a_road(1)) == struck(a_road(1, idle=True))
    assert list(struck(a_road(1, idle=True))) == ["base-end"]
