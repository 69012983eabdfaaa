"""Beta draws have their spread also where little is concentrated, and both gammas are small."""

import statistics

import pytest

from sim.statistics.streams import Streams

DRAWS = 4000


@pytest.mark.parametrize("mean", [0.3, 0.6])
@pytest.mark.parametrize("concentration", [0.2, 0.5, 3.0])
def test_draws_scatter_by_their_concentration(mean, concentration):
    stream = Streams(3)["strikes/a"]
    drawn = [stream.beta(mean, concentration) for _ in range(DRAWS)]
    variance = mean * (1.0 - mean) / (1.0 + concentration)
    assert statistics.fmean(drawn) == pytest.approx(mean, abs=4 * (variance / DRAWS) ** 0.5)
    assert statistics.variance(drawn) == pytest.approx(variance, rel=0.1)
