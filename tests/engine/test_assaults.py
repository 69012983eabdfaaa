"""Assaults: who is attacked from where, who wins, what it costs, and how far the front moves."""

import dataclasses
import math

import pytest

from sim.engine.combat import MAX_ODDS, assault
from sim.engine.losses import CauseLosses
from sim.engine.poisson import shares
from sim.model import events as e
from sim.model.attrition import success_chance
from sim.model.parameters import Assaults, Attrition, Supply
from sim.model.quantities import PERSONNEL
from sim.model.scenario import DoctrineChoice, ReportedLosses
from tests.support.fronts import begun, front, of_kind, played, route, sides, town
from tests.support.parallel import mean_and_error

NO_NEED = Supply(effect="none", consumption_idle=0.0, consumption_fighting=0.0)
PUSH = DoctrineChoice(name="steady_pressure")


def meeting(west=1000, east=1000, *, place=None, target=None, **others):
    """Return two towns 10 km apart; what differs of the contact and of the eastern town."""
    others.setdefault("supply", NO_NEED)
    others.setdefault("sides", sides({"assaults": 5.0, "doctrine": PUSH}))
    return front(
        [town("west", 0.0, "a", west), town("east", 10.0, "b", east, **(target or {}))],
        [route("west", "east", **(place or {}))],
        **others,
    )


def attack(run, side=0, route=0):
    """Fight one assault."""
    acting = run.front.sides[side]
    name = run.front.network.routes[route]
    assault(run.engagement, acting, route, run.front.streams[f"assaults/{acting.id}/{name}"])


def odds(scenario, change=None):
    """Return the odds of an attack from the west, after something was changed in the run's state."""
    run, _ = begun(scenario)
    if change is not None:
        change(run.front)
    return run.engagement.assault_odds(0, 0, 1)


def two_contacts():
    """Return two western towns against two eastern ones, with a third contact that is not attacked."""
    return front(
        [
            town("w1", 0.0, "a", 3000),
            town("w2", 0.0, "a", 1000, north=9.0),
            town("e1", 9.0, "b", 1000),
            town("e2", 9.0, "b", 1000, north=9.0),
        ],
        [route("w1", "e1"), route("e2", "w2"), route("w1", "e2")],
        sides=sides({"doctrine": DoctrineChoice(name="steady_pressure", axes={"e2-w2": 2.0, "w1-e2": 0.0})}),
        supply=NO_NEED,
    )


# --- odds -------------------------------------------------------------------------------------------------


def test_odds_are_attackers_over_defenders_on_prepared_ground():
    assert odds(meeting(900, 1000)) == pytest.approx(900 / (1000 * 1.5))
    assert odds(meeting(900, 500)) == pytest.approx(900 / (500 * 1.5))


def test_quality_counts_on_both_sides():
    better = meeting(sides=sides({"quality": 2.0}, {"quality": 0.5}))
    assert odds(better) == pytest.approx(4 * odds(meeting()))


def test_supply_counts_on_both_sides():
    hungry = meeting(supply=Supply(effect_floor=0.35), target={"stock": 0.0})
    assert odds(hungry) == pytest.approx(odds(meeting()) / 0.35)


def test_ground_along_the_way_counts_outside_a_town_and_its_own_inside():
    rough = meeting(place={"terrain": 2.0}, target={"terrain": 3.0, "depth": 2.0})
    assert odds(rough) == pytest.approx(odds(meeting()) / 2)
    assert odds(rough, lambda front: front.positions.update({0: 10.5})) == pytest.approx(odds(meeting()) / 3)


def test_the_attackers_own_town_gives_the_defender_its_way_terrain_only():
    # a front that was pushed back into the attacker's town is not on the defender's built-up ground
    rough = meeting(place={"terrain": 2.0}, target={"terrain": 3.0})
    assert odds(rough, lambda front: front.positions.update({0: -0.5})) == pytest.approx(odds(meeting()) / 2)


@pytest.mark.parametrize("place", [{"kind": "crossing"}, {"river": "Oskil"}])
def test_a_river_helps_the_defender(place):
    assert odds(meeting(place=place)) == pytest.approx(odds(meeting()) / 1.6)


def test_positions_help_those_who_hold_them_from_the_start():
    dug_in = meeting(target={"fortification": 1.5})
    assert odds(dug_in) == pytest.approx(odds(meeting()) / 1.5)
    # and nobody any more once the town has changed hands, be it twice
    assert odds(dug_in, lambda front: front.changed_at.update({1: [5, 9]})) == pytest.approx(odds(meeting()))


def test_nobody_is_no_defence():
    assert odds(meeting(900, 0)) == math.inf


def test_a_single_soldier_is_a_defence():
    assert odds(meeting(900, 1)) == pytest.approx(900 / 1.5)


# --- outcome ----------------------------------------------------------------------------------------------


def fought(scenario, count, seed=1):
    """Return so many assaults from the west, on strengths that stay as they are."""
    run, told = begun(scenario, seed)
    told.clear()
    strength, front_at = list(run.front.strength), run.front.positions[0]
    for _ in range(count):
        run.front.strength[:] = strength
        run.front.positions[0] = front_at
        attack(run)
    return of_kind(told, e.AssaultFought)


@pytest.mark.parametrize("east", [400, 667, 2000])
def test_assaults_succeed_as_often_as_the_odds_say(east):
    events = fought(meeting(1000, east), 2000)
    chance = success_chance(1000 / (east * 1.5), 1.5)
    wins = sum(event.succeeded for event in events)
    assert wins / 2000 == pytest.approx(chance, abs=3.5 * math.sqrt(chance * (1 - chance) / 2000))
    assert {event.odds for event in events} == {round(1000 / (east * 1.5), 3)}


def test_success_moves_the_front_by_its_law_and_failure_not_at_all():
    events = fought(meeting(1000, 600), 3000)
    steps = [event.front - 5.0 for event in events if event.succeeded]
    assert {event.front for event in events if not event.succeeded} == {5.0}
    mean, error = mean_and_error(steps)
    assert abs(mean - 0.25) < 3.5 * error
    # Gamma with shape 2: its deviation is its mean over the square root of 2
    assert error * math.sqrt(len(steps)) == pytest.approx(0.25 / math.sqrt(2), rel=0.1)


def test_the_front_moves_towards_the_one_who_is_attacked():
    run, told = begun(meeting(1000, 1000, sides=sides({}, {"assaults": 5.0, "doctrine": PUSH})))
    told.clear()
    changes = run.front.position_changes
    for _ in range(50):
        attack(run, 1)
    fronts = [event.front for event in of_kind(told, e.AssaultFought)]
    assert fronts == sorted(fronts, reverse=True)
    assert fronts[-1] < 5.0
    assert run.front.position_changes - changes == len({5.0, *fronts}) - 1


def test_an_assault_is_told_with_when_it_began():
    scenario = meeting(days=3)
    _, told = played(scenario)
    assaults = [(t, event) for t, event in told if isinstance(event, e.AssaultFought)]
    assert len(assaults) > 5
    assert all(event.began == t - scenario.assaults.duration for t, event in assaults)


def test_the_town_falls_when_the_front_has_crossed_it():
    near = meeting(1000, 10, place={"front_distance": 10.9}, target={"depth": 1.0})
    run, told = begun(dataclasses.replace(near, assaults=Assaults(advance=5.0)))
    while not of_kind(told, e.TownFell):
        attack(run)
    (fell,) = of_kind(told, e.TownFell)
    assert (fell.town, fell.winner, fell.moved_from, fell.route) == ("east", "a", "west", "west-east")
    last = of_kind(told, e.AssaultFought)[-1]
    assert (last.succeeded, last.front) == (True, 11.0)


def test_nobody_attacks_from_where_nobody_is_left():
    run, told = begun(meeting())
    told.clear()
    run.front.strength[0] = 0
    attack(run)
    assert told == []


def test_nobody_attacks_who_has_no_orders_to():
    run, _ = begun(meeting(sides=sides({"doctrine": DoctrineChoice(name="hold")})))
    assert run.engagement.assault_weights(0) == {}


def test_assaults_over_one_contact_use_no_luck_of_another():
    def second(first):
        run, told = begun(two_contacts())
        told.clear()
        for _ in range(first):
            attack(run, route=0)
        attack(run, route=1)
        return of_kind(told, e.AssaultFought)[-1]

    assert second(0) == second(3)


def test_an_undefended_town_is_told_with_the_highest_odds():
    events = fought(meeting(1000, 0), 5)
    assert {event.odds for event in events} == {MAX_ODDS}
    assert all(event.succeeded for event in events)


def test_an_undefended_town_loses_nothing():
    run, told = begun(meeting(1000, 0))
    run.losses.coefficients.assault[1] = CauseLosses((0.01,) * 7, (0.0,) * 7)
    attack(run)
    (event,) = of_kind(told, e.AssaultFought)
    assert event.defender_losses == (0,) * 7


def test_contacts_are_chosen_by_weight_and_strength():
    run, _ = begun(two_contacts())
    # half of 3,000 × 1 against 1,000 × 2, and nothing over the third, which has the other half
    assert shares(run.engagement.assault_weights(0)) == pytest.approx({0: 1.5 / 3.5, 1: 2.0 / 3.5})
    assert [run.front.own_end_first(contact, 0) for contact in range(2)] == [(0, 2), (1, 3)]


# --- costs ------------------------------------------------------------------------------------------------


def costs(rules, **others):
    """Return mean losses of attackers in success and failure, and of defenders, at a chance of one half."""
    scenario = meeting(
        3000, 2000, assaults=Assaults(**rules), attrition=Attrition(counts="poisson"), **others
    )
    run, told = begun(scenario)
    told.clear()
    for side in (0, 1):
        run.losses.coefficients.assault[side] = CauseLosses((30.0, *[0.0] * 6), (0.0,) * 7)
    strength, front_at = list(run.front.strength), run.front.positions[0]
    for _ in range(4000):
        run.front.strength[:] = strength
        run.front.positions[0] = front_at
        attack(run)
    events = of_kind(told, e.AssaultFought)
    by_outcome = {
        outcome: mean_and_error([x.attacker_losses[PERSONNEL] for x in events if x.succeeded == outcome])
        for outcome in (True, False)
    }
    return by_outcome, mean_and_error([event.defender_losses[PERSONNEL] for event in events]), events


def test_a_failed_assault_costs_more():
    by_outcome, defenders, _ = costs({"failure_cost": 2.0})
    # aimed fire, for each of 3,000 attackers: 2,000 defenders cost them 20, and they cost the defenders 30
    for outcome, factor in ((True, 1.0), (False, 2.0)):
        mean, error = by_outcome[outcome]
        assert abs(mean - 20 * factor) < 3.5 * error
    assert abs(defenders[0] - 30) < 3.5 * defenders[1]


def test_attackers_may_lose_more_than_defenders_would():
    by_outcome, defenders, _ = costs({"failure_cost": 1.0, "attacker_weight": 2.0})
    for mean, error in by_outcome.values():
        assert abs(mean - 40) < 4 * error
    assert abs(defenders[0] - 30) < 3.5 * defenders[1]


def test_nobody_loses_more_soldiers_than_are_there():
    run, told = begun(meeting(40, 30))
    for side in (0, 1):
        run.losses.coefficients.assault[side] = CauseLosses((100.0, *[0.0] * 6), (0.0,) * 7)
    attack(run)
    (event,) = of_kind(told, e.AssaultFought)
    assert event.attacker_losses[PERSONNEL] <= 40
    assert event.defender_losses[PERSONNEL] == 30
    assert run.front.strength[1] == 0


def test_as_many_assaults_are_fought_as_the_rate_says():
    rate = sides({"assaults": 4.0, "doctrine": PUSH})
    _, told = played(meeting(10**6, 10**6, days=200, sides=rate, place={"length": 1000.0}))
    assert len(of_kind(told, e.AssaultFought)) == pytest.approx(800, abs=4 * math.sqrt(800))


def test_a_claim_without_fires_or_convoys_falls_on_assaults_alone():
    # 100 soldiers claimed a day, all here: whatever the shares by cause, somebody has to lose them
    claim = ReportedLosses(of="a", date=meeting().start, per_day={"personnel": 100.0}, sector_share=1.0)
    scenario = meeting(10**6, 10**6, days=60, reported_losses=claim, place={"length": 1000.0})
    lost = played(scenario)[0].state.sides
    assert lost["a"].losses[PERSONNEL] / 60 == pytest.approx(100, rel=0.2)
    assert lost["b"].losses[PERSONNEL] / 60 == pytest.approx(50, rel=0.2)
