"""However many replications are asked for, little is done before the first of them."""

import itertools

import pytest

from sim.experiments.running.executors import Here
from sim.experiments.running.scheduler import LARGEST, in_chunks


def test_numbers_are_taken_as_they_are_wanted():
    taken = []

    def numbers():
        for number in itertools.count():
            taken.append(number)
            yield number

    chunks = in_chunks(numbers(), 10**12, Here())
    assert next(chunks) == tuple(range(LARGEST))
    assert len(taken) == LARGEST
    assert list(in_chunks(range(5), 5, Here())) == [(0, 1), (2, 3), (4,)]


@pytest.mark.parametrize("command", ["ensemble", "compare", "sweep", "hindcast"])
@pytest.mark.parametrize("count", ["1000000000000", "1000000000", "9" * 5000, "-1", "0", "nan", "1e3"])
def test_counts_that_nothing_could_finish_are_refused(frontsim, command, count):
    result = frontsim(command, "two-towns", "-n", count)
    assert result.exit_code == 2
    assert "out of range" in result.stderr or "not a whole number" in result.stderr
