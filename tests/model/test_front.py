"""What decides an assault, what it costs and what it moves."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.attrition import advanced_front, is_inside, success_chance
from tests.support.networks import seeded

GROUND = {"length": 5.0, "depths": (1.0, 2.0)}
odds = st.floats(0.0, 1e15)
kappas = st.floats(0.01, 20.0)


@seeded
@given(odds, odds, kappas)
def test_better_odds_never_lower_the_chance(first, second, kappa):
    worse, better = sorted((first, second))
    assert 0.0 <= success_chance(worse, kappa) <= success_chance(better, kappa) <= 1.0


@seeded
@given(st.floats(1e-6, 1e6), kappas)
def test_what_one_side_wins_at_some_odds_the_other_loses_at_their_inverse(ratio, kappa):
    assert success_chance(ratio, kappa) + success_chance(1.0 / ratio, kappa) == pytest.approx(1.0)


@seeded
@given(kappas)
def test_even_odds_decide_nothing_however_sharp_the_law(kappa):
    assert success_chance(1.0, kappa) == 0.5


def test_a_sharper_law_decides_more():
    assert success_chance(2.0, 1.0) < success_chance(2.0, 3.0) < success_chance(2.0, 20.0)
    assert success_chance(0.5, 1.0) > success_chance(0.5, 3.0) > success_chance(0.5, 20.0)


def test_an_undefended_town_is_always_gained_and_an_attack_without_strength_never():
    assert success_chance(math.inf, 20.0) == 1.0
    assert success_chance(0.0, 0.01) == 0.0


@seeded
@given(st.floats(-0.999, 6.999), st.floats(0.0, 10.0), st.booleans())
def test_a_front_moves_with_the_attacker_and_never_past_the_far_end(front, step, forth):
    moved, falls = advanced_front(front, step, forth=forth, **GROUND)
    near, far = (front, 7.0) if forth else (-1.0, front)
    assert near - 0.0005 <= moved <= far + 0.0005
    assert falls == (moved == (7.0 if forth else -1.0))


@seeded
@given(st.floats(-0.999, 6.999), st.floats(0.0, 10.0))
def test_seen_from_the_other_end_a_front_moves_alike(front, step):
    moved, falls = advanced_front(front, step, forth=True, length=5.0, depths=(1.0, 2.0))
    mirrored, falls_mirrored = advanced_front(5.0 - front, step, forth=False, length=5.0, depths=(2.0, 1.0))
    assert falls == falls_mirrored
    assert mirrored == pytest.approx(5.0 - moved, abs=0.0011)


def test_a_town_falls_when_its_last_metre_is_gained():
    assert advanced_front(6.5, 0.4989, forth=True, **GROUND) == (6.999, False)
    assert advanced_front(6.5, 0.5, forth=True, **GROUND) == (7.0, True)
    assert advanced_front(6.5, 3.0, forth=True, **GROUND) == (7.0, True)
    assert advanced_front(-0.5, 0.5, forth=False, **GROUND) == (-1.0, True)


def test_a_front_that_rounds_to_the_last_metre_has_reached_it():
    # else a front would stand at the far end of a town that still holds
    assert advanced_front(6.9, 0.0999, forth=True, **GROUND) == (7.0, True)
    assert advanced_front(-0.9, 0.0999, forth=False, **GROUND) == (-1.0, True)


def test_the_built_up_ground_begins_at_each_end_of_the_route():
    inside = {
        front: (is_inside(front, forth=True, length=5.0), is_inside(front, forth=False, length=5.0))
        for front in (-0.5, 0.0, 2.0, 5.0, 5.5)
    }
    assert inside == {
        -0.5: (False, True),
        0.0: (False, False),
        2.0: (False, False),
        5.0: (False, False),
        5.5: (True, False),
    }
