"""What the pack expects is what is published: its closed forms and recursions against printed values."""

import math
from fractions import Fraction

import pytest

from sim.verification.attrition_laws import (
    AIMED,
    IWO_JIMA_DAYS,
    Fire,
    engels_series,
    helmbolds_middle_law,
    linear_law,
    logarithmic_law,
    square_law,
)
from sim.verification.duels import Duel, mean_over
from sim.verification.machine_numbers import KNOWN, differing_numbers, digests_here
from sim.verification.roads import Queue

ENGEL = (
    (52835.4775, 21219.9854),
    (51696.2336, 20665.9940),
    (66453.6576, 18274.3388),
    (56063.1157, 9268.2582),
    (51985.2461, 216.8317),
)
BROWN = {
    (1, 1): Fraction(1, 2),
    (2, 1): Fraction(5, 6),
    (3, 1): Fraction(23, 24),
    (2, 2): Fraction(1, 2),
    (3, 2): Fraction(31, 40),
    (4, 2): Fraction(331, 360),
    (3, 3): Fraction(1, 2),
    (5, 4): Fraction(51_907, 72_576),
    (10, 8): Fraction(0.7913584466510833),
}


def test_the_square_law_has_its_printed_values():
    law = square_law(1000, 800, 0.01, 0.01)
    assert law(10) == pytest.approx((924.8707680399282, 703.8365844248))
    assert law(50) == pytest.approx((710.7497208113828, 381.0054666713572))
    assert law(100) == pytest.approx((602.9196799002026, 59.26331420839347))
    assert law(109.86122886681098) == pytest.approx((600.0, 0.0), abs=1e-9)


def test_the_linear_law_has_its_printed_values():
    law = linear_law(1000, 800, 1e-5, 1e-5)
    assert law(10) == pytest.approx((926.6077489835395, 726.6077489835395))
    assert law(500) == pytest.approx((283.40797354501757, 83.40797354501758))


def test_the_logarithmic_law_has_its_printed_values():
    law = logarithmic_law(1000, 800, 0.01, 0.02)
    assert law(50) == pytest.approx((606.5306597126333, 294.3035529371539))


def test_helmbolds_law_halfway_solves_its_equation():
    law, step = helmbolds_middle_law(1000, 800, 0.01), 1e-4
    assert law(0) == pytest.approx((1000, 800))
    for t in (1.0, 40.0, 90.0):
        x, y = law(t)
        for now, later in zip((x, y), law(t + step), strict=True):
            assert (later - now) / step == pytest.approx(-0.01 * math.sqrt(x * y), rel=1e-4)


def test_engels_series_has_its_printed_values():
    for day, printed in zip(IWO_JIMA_DAYS, ENGEL, strict=True):
        assert engels_series(day) == pytest.approx(printed, abs=1e-3)


def test_the_noise_of_a_steady_stream_of_single_losses_is_poissons():
    # so many missions that each costs one at most; the enemy is not shot at, so that the rate is steady
    fire = Fire(AIMED, 0.01, 0.0, 1e9)
    assert fire.spread((1e6, 1e4), 10.0)[0] == pytest.approx(math.sqrt(0.01 * 1e4 * 10.0), rel=1e-3)
    assert fire.spread((1e6, 1e4), 10.0)[1] == 0.0


@pytest.mark.parametrize("strengths", BROWN)
def test_the_recursion_gives_browns_chances(strengths):
    chance, _ = mean_over(Duel(*strengths).ends(), lambda x, _: float(x > 0))
    assert chance == pytest.approx(float(BROWN[strengths]), abs=1e-12)


def test_ten_against_eight_leave_what_is_printed():
    ends = Duel(10, 8).ends()
    assert mean_over(ends, lambda x, _: x)[0] == pytest.approx(5.216568387555252)
    assert mean_over(ends, lambda _, y: y)[0] == pytest.approx(0.898418118521352)
    assert mean_over(ends, Duel(10, 8).martingale)[0] == pytest.approx(19.0)


def test_area_fire_is_an_incomplete_beta():
    duel = Duel(10, 8, is_area_fire=True)
    assert mean_over(duel.ends(), lambda x, _: float(x > 0))[0] == pytest.approx(0.6854705810546875)
    assert mean_over(duel.ends(), duel.martingale)[0] == pytest.approx(2.0)


def test_three_against_two_last_as_long_as_is_printed():
    assert Duel(3, 2).duration()[0] == pytest.approx(29 / 40)
    # one against one: exponential with rate 2, so mean and standard deviation are alike
    assert Duel(1, 1).duration() == pytest.approx((0.5, 0.5))


@pytest.mark.untraced
def test_queues_without_end_are_the_textbooks():
    endless = 200_000
    assert Queue(0.8, 1, endless).mean() == pytest.approx(4.0, rel=1e-3)
    # M/M/1: 2 ρ (1 + ρ) / (1 - ρ)^4
    assert Queue(0.8, 1, endless).spread(1.0) ** 2 == pytest.approx(1800.0, rel=0.01)
    erlang = Queue(2.0, 3, endless)
    waiting = math.fsum(share * max(0, n - 3) for n, share in enumerate(erlang.shares()))
    assert waiting == pytest.approx(8 / 9, rel=1e-3)


def test_luck_here_is_that_of_every_machine():
    assert differing_numbers() == []
    assert set(digests_here()) == set(KNOWN)
