"""Choices: by weight, with the same luck used up, and hardly another when one weight changes."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.engine.choices import Choices
from sim.engine.streams import Streams

FORKS = 7
MANY = 4000


def things(weights):
    return [((number, 0, 0), weight) for number, weight in weights.items()]


def picks(weights, count=MANY, forks=FORKS):
    choices, luck = Choices(things(weights), forks), Streams(1)["test/a"]
    return [choices.pick(luck)[0] for _ in range(count)]


def test_choices_without_weight_are_no_choices_and_use_up_as_much_luck():
    nothing, one = Choices(things({1: 0.0}), FORKS), Choices(things({5: 1.0}), FORKS)
    luck, same = Streams(1)["test/a"], Streams(1)["test/a"]
    assert nothing.pick(luck) is None
    assert nothing.chances() == []
    assert one.pick(same) == (5, 0, 0)
    assert luck.uniform() == same.uniform()


def test_chances_are_shares_of_the_weight():
    found = Choices(things({1: 1.0, 2: 0.0, 3: 3.0}), FORKS).chances()
    assert found == [((1, 0, 0), 0.25), ((3, 0, 0), 0.75)]


def test_things_are_chosen_by_their_weights():
    weights = {0: 3.0, 1: 0.5, 2: 0.0, 17: 8.0, 64: 1.0, 126: 2.0, 127: 5.5}
    found, total = Counter(picks(weights)), 20.0
    assert 2 not in found
    for number, weight in weights.items():
        chance = weight / total
        error = math.sqrt(chance * (1 - chance) / MANY)
        assert found[number] / MANY == pytest.approx(chance, abs=4 * error)


@given(weights=some.dictionaries(some.integers(0, 127), some.floats(1e-300, 1e300), min_size=1, max_size=40))
def test_what_is_chosen_is_there_whatever_its_weight(weights):
    assert set(picks(weights, 50)) <= weights.keys()


@pytest.mark.parametrize("gone", [0, 20, 63, 79])
def test_where_one_of_many_goes_the_others_are_chosen_as_before(gone):
    before = dict.fromkeys(range(80), 1.0)
    after = {number: weight for number, weight in before.items() if number != gone}
    pairs = list(zip(picks(before), picks(after), strict=True))
    others = sum(one != other for one, other in pairs if one != gone)
    # a row of weights would shift a good part of them; a fork above what is gone turns for one in a hundred
    assert others / MANY < 0.08
    assert sum(one == gone for one, _ in pairs) > 0
