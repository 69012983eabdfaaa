"""How far routes lie under the interdiction of several sides is what it is under each of them."""

import numpy as np
import pytest

from sim.model.interdiction import exposure
from tests.support.networks import chance


@pytest.mark.parametrize(("routes", "points"), [(1, 1), (3, 5), (5, 3), (4, 4)])
def test_several_reaches_are_each_as_if_alone(routes, points):
    distances = chance(routes).uniform(0.0, 40.0, (routes, points))
    together = exposure(distances, [5.0, 30.0])
    assert together.shape == (2, routes)
    for reach, found in zip((5.0, 30.0), together, strict=True):
        assert found.tolist() == exposure(distances, reach).tolist()
        assert found == pytest.approx(np.exp(-distances / reach).mean(axis=1))
