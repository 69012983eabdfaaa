"""Attacks on movement: how far routes lie under them, and what they take from convoys."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.interdiction import (
    FRONTS_AT_ONCE,
    MAX_HAZARD,
    ReferencePath,
    attack_chance,
    exposure,
    hazard_for,
    load_and_headway,
    nearest_front,
    reference_attacks,
)
from tests.support.networks import chance, seeded


@pytest.mark.parametrize("fronts", [1, 5, FRONTS_AT_ONCE, FRONTS_AT_ONCE + 1, 3 * FRONTS_AT_ONCE + 7])
def test_the_nearest_front_is_the_one_that_measuring_to_each_finds(fronts):
    rng = chance(fronts)
    samples = rng.uniform(-80.0, 80.0, (9, 5, 2))
    places = rng.uniform(-80.0, 80.0, (fronts, 2))
    found = nearest_front(samples, places)
    assert found.shape == (9, 5)
    for route in range(9):
        for point in range(5):
            one_by_one = min(math.dist(samples[route, point], place) for place in places)
            assert found[route, point] == pytest.approx(one_by_one)


@pytest.mark.parametrize(("east", "north"), [(5.0, 900.0), (900.0, 5.0), (50.0, 50.0), (0.0, 0.0)])
def test_of_many_fronts_the_nearest_is_found_without_measuring_to_all(east, north):
    rng = chance(1)
    samples = rng.uniform(-80.0, 980.0, (400, 5, 2))
    places = rng.uniform(0.0, 1.0, (150, 2)) * (east, north)
    apart = samples[:, :, None, :] - places
    expected = np.sqrt((apart[..., 0] ** 2 + apart[..., 1] ** 2).min(axis=2))
    assert nearest_front(samples, places).tolist() == expected.tolist()


def test_without_a_front_everything_is_infinitely_far_and_nothing_is_exposed():
    far = nearest_front(np.zeros((3, 5, 2)), np.zeros((0, 2)))
    assert np.all(np.isinf(far))
    assert exposure(far, 12.0).tolist() == [0.0, 0.0, 0.0]


def test_exposure_is_full_on_the_front_and_falls_by_e_over_the_reach():
    distances = np.array([[0.0], [12.0], [24.0], [1200.0]])
    assert exposure(distances, 12.0) == pytest.approx([1.0, math.exp(-1), math.exp(-2), 0.0], abs=1e-12)


def test_exposure_is_the_mean_along_the_route():
    assert exposure(np.array([[0.0, np.inf]]), 7.0).tolist() == [0.5]


def test_more_reach_never_lowers_exposure():
    distances = chance(1).uniform(0.0, 90.0, (40, 5))
    exposed = [exposure(distances, reach) for reach in (0.1, 3.0, 12.0, 50.0, 500.0)]
    for shorter, longer in itertools.pairwise(exposed):
        assert np.all(shorter <= longer)
    assert np.all((exposed[0] >= 0.0) & (exposed[-1] <= 1.0))


@seeded
@given(st.floats(0.0, 700.0), st.floats(0.0, 700.0))
def test_attack_chances_of_two_legs_join_like_one_longer_leg(first, second):
    escaped = (1.0 - attack_chance(first)) * (1.0 - attack_chance(second))
    assert 1.0 - escaped == pytest.approx(attack_chance(first + second))
    assert 0.0 <= attack_chance(first) <= 1.0


def test_a_small_expectation_is_its_own_chance():
    assert attack_chance(1e-12) == pytest.approx(1e-12, rel=1e-9)
    assert attack_chance(0.0) == 0.0


def always_alike(_: int) -> float:
    return 1.0


def one_way(legs: tuple[float, ...], convoys: float = 2.0, vehicles: int = 6) -> ReferencePath:
    return ReferencePath(convoys, vehicles, (legs,))


def test_convoys_that_lose_a_twentieth_on_each_of_four_legs_arrive_with_0_8145():
    # 0.95^4 = 0.81450625, and 20 vehicles then lose 3.709875
    exposed = -math.log(1.0 - 0.05)
    lost, attacked = reference_attacks([one_way((exposed,) * 4, 1.0, 20)], [1.0], 1.0, 1.0, always_alike)
    assert lost == pytest.approx(20 * (1.0 - 0.8145062499999999))
    assert lost == pytest.approx(3.7098750000000025)
    assert attacked == pytest.approx(0.2)


def test_expected_losses_are_those_of_simulated_convoys():
    legs, hazard, share, vehicles = (0.4, 1.1, 0.2), 0.7, 0.25, 6
    rng = chance(11)
    runs = 20_000
    lost = np.zeros(runs)
    attacked = np.zeros(runs)
    present = np.full(runs, vehicles)
    for exposed in legs:
        is_hit = rng.random(runs) < 1.0 - math.exp(-hazard * exposed)
        taken = np.where(is_hit, rng.binomial(present, share), 0)
        attacked += is_hit
        lost += taken
        present = present - taken
    expected = reference_attacks([one_way(legs, 1.0, vehicles)], [1.0], hazard, share, always_alike)
    assert lost.mean() == pytest.approx(expected[0], abs=4 * lost.std() / math.sqrt(runs))
    assert attacked.mean() == pytest.approx(expected[1], abs=4 * attacked.std() / math.sqrt(runs))


def test_weathers_count_by_their_share_and_those_that_never_come_do_not():
    clear, rain = (1.0, 0.5), (3.0, 2.0)
    both = ReferencePath(2.0, 6, (clear, rain, (99.0, 99.0)))
    mixed = reference_attacks([both], [0.75, 0.25, 0.0], 0.3, 0.2, always_alike)
    alone = [reference_attacks([one_way(legs)], [1.0], 0.3, 0.2, always_alike) for legs in (clear, rain)]
    for mean, (in_clear, in_rain) in zip(mixed, zip(*alone, strict=True), strict=True):
        assert mean == pytest.approx(0.75 * in_clear + 0.25 * in_rain)


def test_convoys_draw_attacks_by_their_size():
    def by_size(vehicles: int) -> float:
        return vehicles / 6

    twice = reference_attacks([one_way((0.5,), 1.0, 12)], [1.0], 0.4, 0.2, by_size)
    doubled = reference_attacks([one_way((0.5,), 1.0, 12)], [1.0], 0.8, 0.2, always_alike)
    assert twice == pytest.approx(doubled)


def test_nothing_on_the_road_loses_nothing():
    assert reference_attacks([], [1.0], 5.0, 0.5, always_alike) == (0.0, 0.0)


def fleet(seed: int) -> list[ReferencePath]:
    rng = chance(seed)
    return [
        one_way(tuple(rng.uniform(0.0, 3.0, int(rng.integers(1, 7)))), float(rng.uniform(0.2, 9.0)), 6)
        for _ in range(int(rng.integers(1, 9)))
    ]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("hazard", [1e-4, 0.02, 0.3, 2.0])
def test_the_hazard_found_loses_what_was_asked_for(seed, hazard):
    ways = fleet(seed)

    def lost_at(trial: float) -> float:
        return reference_attacks(ways, [1.0], trial, 0.25, always_alike)[0]

    found = hazard_for(lost_at(hazard), lost_at)
    assert lost_at(found) == pytest.approx(lost_at(hazard), rel=1e-6)
    assert found == pytest.approx(hazard, rel=1e-4)


@pytest.mark.parametrize("short", [0.5, 0.1, 0.01, 0.001, 1e-6])
def test_the_hazard_is_found_however_close_to_all_there_is_to_lose(short):
    found = hazard_for(1.0 - short, lambda hazard: -math.expm1(-hazard))
    assert found == pytest.approx(-math.log(short), rel=1e-6)


def test_without_losses_there_is_no_hazard():
    assert hazard_for(0.0, lambda hazard: hazard) == 0.0
    assert hazard_for(-1.0, lambda hazard: hazard) == 0.0
    assert hazard_for(2.0, lambda _: 0.0) == 0.0


def test_more_than_there_is_to_lose_takes_the_highest_hazard():
    assert hazard_for(5.0, lambda hazard: 4.0 * -math.expm1(-hazard)) == MAX_HAZARD


@seeded
@given(st.floats(0.01, 5000.0), st.floats(1.0, 500.0), st.floats(0.1, 30.0), st.floats(0.5, 50.0))
def test_convoys_together_carry_the_flow(flow, convoy_load, longest, vehicle_load):
    load, days, vehicles = load_and_headway(flow, convoy_load, longest, vehicle_load)
    assert load / days == pytest.approx(flow)
    assert load <= convoy_load
    assert days <= longest * (1 + 1e-12)
    assert (vehicles - 1) * vehicle_load < load + 1e-6
    assert vehicles * vehicle_load >= load * (1 - 1e-6)


def test_a_load_that_fills_its_vehicles_takes_no_more_of_them():
    assert load_and_headway(60.0, 0.3, 2.0, 0.1) == (0.3, 0.005, 3)
    assert load_and_headway(1e-9, 30.0, 1.0, 5.0)[2] == 1
