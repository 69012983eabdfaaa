"""On duels that the engine fights, whose chances Brown gave exactly, intervals cover the truth as claimed."""

import math

import pytest

from sim.statistics.intervals import mean_interval, wilson
from sim.verification.duels import Duel
from tests.support.duels import duel_fought
from tests.support.parallel import on_all_cores

SIZE = 25
"""Replications of one small ensemble."""
TWO_AGAINST_ONE, WINS = Duel(2, 1), 5 / 6
THREE_AGAINST_TWO, DAYS = Duel(3, 2), 29 / 40
LEVELS = (0.5, 0.9, 0.95)


def exact_coverage(chance, level):
    """Return how often Wilson's interval of so few covers this chance: the binomial decides, not luck."""
    covered = [
        math.comb(SIZE, wins) * chance**wins * (1 - chance) ** (SIZE - wins)
        for wins in range(SIZE + 1)
        if wilson(wins, SIZE, level).low <= chance <= wilson(wins, SIZE, level).high
    ]
    return math.fsum(covered)


def ensembles(values):
    """Part one long ensemble into many small ones."""
    return [values[first : first + SIZE] for first in range(0, len(values), SIZE)]


def assert_covered(fought, level, tolerance):
    """Each small ensemble has its interval; as many hold the exact chance as the binomial says."""
    wins = [sum(one.x > 0 for one in each) for each in ensembles(fought)]
    found = [wilson(each, SIZE, level) for each in wins]
    covered = sum(low <= WINS <= high for _, low, high in found) / len(found)
    exact = exact_coverage(WINS, level)
    assert abs(covered - exact) < tolerance * math.sqrt(exact * (1 - exact) / len(found))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("chance", [0.5, WINS])
def test_wilsons_interval_covers_about_as_often_as_it_claims_even_in_small_ensembles(chance, level):
    assert exact_coverage(chance, level) == pytest.approx(level, abs=0.1 if level < 0.9 else 0.03)


@pytest.mark.untraced
def test_intervals_of_small_ensembles_of_duels_cover_browns_chance_as_often_as_they_claim():
    fought = [duel_fought((TWO_AGAINST_ONE, replication)) for replication in range(16 * SIZE)]
    for level in LEVELS:
        assert_covered(fought, level, 3.5)


@pytest.mark.slow
def test_intervals_of_many_more_ensembles_of_duels_do_so_too():
    cases = ((TWO_AGAINST_ONE, replication) for replication in range(160 * SIZE))
    fought = on_all_cores(duel_fought, cases)
    for level in LEVELS:
        assert_covered(fought, level, 3.5)


@pytest.mark.slow
def test_intervals_of_a_mean_cover_the_exact_length_of_a_duel():
    cases = ((THREE_AGAINST_TWO, replication) for replication in range(120 * SIZE))
    groups = ensembles([one.lasted for one in on_all_cores(duel_fought, cases)])
    found = [mean_interval(each, 0.9) for each in groups]
    covered = sum(low <= DAYS <= high for _, low, high in found) / len(found)
    # lengths are skewed, so that t covers a little less often than it claims in ensembles this small
    assert abs(covered - 0.9) < 0.02 + 3.5 * math.sqrt(0.09 / len(found))
