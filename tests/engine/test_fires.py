"""Fires: on whom they fall, how hard, and with whose supply."""

import math
from collections import Counter

import pytest

from sim.engine.losses import CauseLosses
from sim.model import events as e
from sim.model.parameters import Attrition, Supply
from sim.model.quantities import PERSONNEL
from sim.model.scenario import ReportedLosses
from sim.statistics.streams import Streams
from tests.support.fronts import begun, duel, front, of_kind, played, route, sides, town

NO_NEED = Supply(effect="none", consumption_idle=0.0, consumption_fighting=0.0)


def two_targets(**others):
    """Return two western towns, one in contact with both eastern ones; and one far behind."""
    return front(
        [
            town("w1", 0.0, "a", 900),
            town("w2", 0.0, "a", 300, north=9.0),
            town("e1", 9.0, "b", 1000),
            town("e2", 9.0, "b", 500, north=9.0),
            town("rear", 30.0, "b", 5000),
        ],
        [route("w1", "e1"), route("w1", "e2"), route("w2", "e2"), route("e1", "rear")],
        **({"supply": NO_NEED} | others),
    )


def test_strength_is_shared_out_over_enemy_towns_by_their_soldiers():
    front = begun(two_targets())[0].front
    assert front.enemies == [[2, 3], [3], [0], [0, 1], []]
    contacts = [(town, enemy) for town, enemies in enumerate(front.enemies) for enemy in enemies]
    shares = [600.0, 300.0, 300.0, 1000.0, 375.0, 125.0]
    assert [front.firing(*contact) for contact in contacts] == pytest.approx(shares)
    assert [front.exposed(*contact) for contact in contacts] == pytest.approx(shares)


@pytest.mark.parametrize("strength", [0, 1])
def test_nobody_leaves_a_flank_open(strength):
    front = begun(two_targets())[0].front
    front.strength[3] = strength
    assert front.exposed(0, 3) == pytest.approx(900 * (1000 + strength) / 8 / (1000 + (1000 + strength) / 8))
    front.strength[2] = front.strength[3] = 0
    assert front.exposed(0, 2) == front.exposed(0, 3) == 450.0


def test_all_who_face_a_town_fire_at_it():
    battle = begun(two_targets())[0].engagement
    assert [battle.facing(place)[0] for place in range(5)] == pytest.approx(
        [1375.0, 125.0, 600.0, 600.0, 0.0]
    )


def test_targets_are_chosen_by_the_soldiers_exposed():
    run, _ = begun(two_targets())
    assert run.engagement.fire_weights(0) == {2: 1000.0, 3: 500.0}


def test_as_many_missions_fall_as_the_rate_says():
    _, told = played(two_targets(days=100, sides=sides({"fires": 9.0}, {"fires": 4.0})))
    by_side = Counter(event.side for event in of_kind(told, e.FiresFell))
    for side, rate in (("a", 9.0), ("b", 4.0)):
        assert by_side[side] == pytest.approx(100 * rate, abs=4 * math.sqrt(100 * rate))


def test_fires_without_a_target_fall_nowhere():
    apart = front([town("west", 0.0, "a", 900), town("east", 9.0, "b", 900)], [], days=5,
                  sides=sides({"fires": 50.0}, {"fires": 50.0}))  # fmt: skip
    assert of_kind(played(apart)[1], e.FiresFell) == []


def test_nothing_falls_where_nobody_is_left():
    claim = ReportedLosses(
        of="b", date=two_targets().start, per_day={"personnel": 20.0, "tanks": 5.0}, sector_share=1.0
    )
    scenario = duel(5000, 5, (None, None), fires=20.0, days=8.0, reported_losses=claim)
    outcome, told = played(scenario)
    left = 5
    for event in of_kind(told, e.FiresFell):
        if event.town == "east":
            assert left > 0
            left -= event.losses[PERSONNEL]
    assert left == outcome.state.strength["east"] == 0


def test_a_mission_costs_by_the_strength_of_the_moment():
    run, _ = begun(two_targets(attrition=Attrition(fires_law="aimed_fire")))
    # two of three missions choose this town
    assert run.engagement.fires_intensity(2) == 600.0 * 1.5
    run.front.strength[0] -= 100
    assert run.engagement.fires_intensity(2) == pytest.approx(1600 / 3 * 1.5)


@pytest.mark.parametrize(
    ("law", "intensity"),
    [
        ("aimed_fire", 600.0),
        ("area_fire", 600.0 * 1000),
        ("logarithmic", 1000.0),
        ("helmbold", math.sqrt(600 * 1000)),
    ],
)
def test_each_law_has_its_intensity(law, intensity):
    run, _ = begun(two_targets(attrition=Attrition(fires_law=law)))
    assert run.engagement.fires_intensity(2) == pytest.approx(intensity * 1.5)


@pytest.mark.parametrize("law", ["aimed_fire", "area_fire", "logarithmic", "helmbold"])
def test_half_supply_is_half_the_fires_under_each_law(law):
    def intensity(effect):
        scenario = duel(
            1000,
            1000,
            (0.0, 0.0),
            fires=1.0,
            days=2.0,
            attrition=Attrition(fires_law=law),
            supply=Supply(effect=effect, effect_floor=0.5),
        )
        run, _ = begun(scenario)
        run.front.stock[0] = run.front.inflow[0] = 0.0
        run.front.update_combat_effectiveness(0)
        run.engagement.mark_stale()
        return run.engagement.fires_intensity(1) * run.engagement.activity(0)

    assert intensity("linear") == pytest.approx(intensity("none") / 2)


def test_a_better_side_fires_better_but_not_twice_so():
    for law in ("aimed_fire", "logarithmic"):
        scenario = duel(1000, 1000, (0.0, 0.0), fires=1.0, days=2.0, attrition=Attrition(fires_law=law))
        run, _ = begun(scenario)
        before = run.engagement.fires_intensity(1)
        run.front.sides[0].quality = 2.0
        run.front.update_combat_effectiveness(0)
        assert run.engagement.fires_intensity(1) == pytest.approx(before * (2 if law == "aimed_fire" else 1))


def test_supply_of_nobody_is_whole():
    run, _ = begun(two_targets())
    run.front.strength[0] = 0
    assert run.engagement.facing(2)[1] == 1.0


def test_a_draw_without_intensity_loses_nothing_and_keeps_the_luck_in_step():
    run, _ = begun(two_targets())
    losses = CauseLosses((5.0,) * 7, (0.0,) * 7)
    rng, same = run.front.streams["test/a"], Streams(1)["test/a"]
    assert run.losses.draw(losses, 0.0, rng) == [0] * 7
    run.losses.draw(losses, 1.0, rng)
    same.uniforms(14)
    assert rng.uniform() == same.uniform()


def test_drawn_losses_have_their_means():
    run, _ = begun(two_targets(attrition=Attrition(counts="negative_binomial")))
    losses = CauseLosses((0.05, 0.5, 2.0, 0.0, 7.0, 0.3, 1.0), (0.2, 0.0, 1.0, 0.5, 0.1, 3.0, 0.02))
    rng = run.front.streams["test/a"]
    drawn = [run.losses.draw(losses, 0.8, rng) for _ in range(6000)]
    for category, (mean, dispersion) in enumerate(zip(losses.means, losses.dispersions, strict=True)):
        expected = 0.8 * mean
        error = math.sqrt((expected + dispersion * expected**2) / 6000)
        found = sum(row[category] for row in drawn) / 6000
        assert abs(found - expected) <= 4 * error


def test_a_claim_without_assaults_falls_on_fires_alone():
    claim = ReportedLosses(of="b", date=two_targets().start, per_day={"personnel": 60.0}, sector_share=1.0)
    scenario = duel(10**6, 10**6, (None, None), fires=20.0, days=60.0, reported_losses=claim)
    lost = played(scenario)[0].state.sides
    assert lost["b"].losses[PERSONNEL] / 60 == pytest.approx(60, rel=0.15)
    assert lost["a"].losses[PERSONNEL] / 60 == pytest.approx(30, rel=0.15)
