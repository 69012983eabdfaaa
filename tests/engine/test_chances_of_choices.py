"""The chances that choices tell are in proportion to weights, wherever in the tree the things stand."""

import pytest

from sim.engine.choices import Choices


@pytest.mark.parametrize("numbers", [(0, 1), (0, 7), (5, 6), (2, 4)])
def test_chances_are_shares_of_the_weights(numbers):
    first, second = ((number, 0, 0) for number in numbers)
    chances = dict(Choices([(first, 1.0), (second, 3.0)], forks=3).chances())
    assert chances == {first: 0.25, second: 0.75}
