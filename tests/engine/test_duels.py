"""Fought casualty by casualty, the engine gives Brown's exact chances (Operations Research 11(3), 1963)."""

from fractions import Fraction

import pytest
from ensembles import mean_and_error, on_all_cores
from samples import Duel, end_of_duel, length_of_duel

CHANCES = {
    Duel(1, 1): Fraction(1, 2),
    Duel(2, 1): Fraction(5, 6),
    Duel(3, 1): Fraction(23, 24),
    Duel(2, 2): Fraction(1, 2),
    Duel(3, 2): Fraction(31, 40),
    Duel(4, 2): Fraction(331, 360),
    Duel(3, 3): Fraction(1, 2),
}
LARGE_CHANCES = {Duel(5, 4): 51_907 / 72_576, Duel(10, 8): 0.7913584466510833}
UNEVEN = Duel(2, 3, r=2.0)


def win_chance(x: int, y: int, r: Fraction) -> Fraction:
    """Return Brown's chance that x wins, by his recursion."""
    if y == 0:
        return Fraction(1)
    if x == 0:
        return Fraction(0)
    hit = r * x / (r * x + y)
    return hit * win_chance(x, y - 1, r) + (1 - hit) * win_chance(x - 1, y, r)


def martingale(x: int, y: int, r: float) -> float:
    """Return S = r x (x + 1) / 2 - y (y + 1) / 2, whose mean no casualty changes."""
    return r * x * (x + 1) / 2 - y * (y + 1) / 2


def assert_fought_out(ends):
    """One side is gone at the end of each."""
    assert all((x == 0) != (y == 0) for x, y in ends)


def assert_chance(ends, chance):
    wins = sum(x > 0 for x, _ in ends)
    error = (chance * (1 - chance) / len(ends)) ** 0.5
    assert abs(wins / len(ends) - chance) < 3.5 * error


def assert_martingale(what, ends):
    mean, error = mean_and_error([martingale(x, y, what.r) for x, y in ends])
    assert abs(mean - martingale(what.x, what.y, what.r)) < 3.5 * error


def test_the_recursion_gives_the_published_chances():
    for what, chance in CHANCES.items():
        assert win_chance(what.x, what.y, Fraction(1)) == chance
    for what, chance in LARGE_CHANCES.items():
        assert float(win_chance(what.x, what.y, Fraction(1))) == pytest.approx(chance, abs=1e-12)


@pytest.mark.parametrize("what", [Duel(2, 1), Duel(3, 2), Duel(3, 3), UNEVEN], ids=str)
def test_the_stronger_wins_as_often_as_brown_says(what):
    ends = [end_of_duel((what, replication)) for replication in range(300)]
    assert_fought_out(ends)
    assert_chance(ends, float(win_chance(what.x, what.y, Fraction(what.r))))
    assert_martingale(what, ends)


@pytest.mark.slow
@pytest.mark.parametrize("what", [*CHANCES, *LARGE_CHANCES, UNEVEN], ids=str)
def test_the_stronger_wins_as_often_as_brown_says_in_thousands_of_duels(what):
    ends = on_all_cores(end_of_duel, ((what, replication) for replication in range(1500)))
    assert_fought_out(ends)
    assert_chance(ends, float(win_chance(what.x, what.y, Fraction(what.r))))
    assert_martingale(what, ends)


@pytest.mark.slow
def test_those_left_of_ten_against_eight_are_as_many_as_computed():
    ends = on_all_cores(end_of_duel, ((Duel(10, 8), replication) for replication in range(1500)))
    for side, expected in ((0, 5.216568387555252), (1, 0.898418118521352)):
        mean, error = mean_and_error([end[side] for end in ends])
        assert abs(mean - expected) < 3.5 * error


def test_three_against_two_last_as_long_as_computed():
    # each kills at a rate of 1: the mean time to the last casualty is 29/40
    times = [length_of_duel((Duel(3, 2), replication)) for replication in range(300)]
    mean, error = mean_and_error(times)
    assert abs(mean - 29 / 40) < 3.5 * error
