"""A run begins with the losses that were reported, under each law of attrition."""

import math

import pytest

from sim.model.quantities import CATEGORIES, PERSONNEL
from sim.model.reported_losses import reported_rates
from tests.support.fronts import bundled
from tests.support.parallel import mean_and_error, on_all_cores
from tests.support.single_runs import baseline_under, first_losses

LAWS = ("aimed_fire", "area_fire", "logarithmic", "helmbold")
NEAR = 0.05


def rates() -> dict[str, tuple[float, ...]]:
    scenario = bundled("kupiansk")
    return dict(zip((side.id for side in scenario.sides), reported_rates(scenario), strict=True))


def test_rates_are_those_of_the_claim():
    # 1,430 claimed, 5 % of them here, and half of that for the other side
    assert rates()["ru"][PERSONNEL] == pytest.approx(71.5)
    assert rates()["ua"][PERSONNEL] == pytest.approx(35.75)


@pytest.mark.untraced
@pytest.mark.parametrize("law", ["aimed_fire", "helmbold"])
def test_the_first_days_begin_with_the_reported_soldiers(law):
    runs = [first_losses((law, replication)) for replication in range(40)]
    for side, rate in rates().items():
        mean, error = mean_and_error([run[side][PERSONNEL] for run in runs])
        assert abs(mean - rate[PERSONNEL]) < 4 * error
        assert error < 0.1 * rate[PERSONNEL]


@pytest.mark.untraced
def test_the_laws_differ_after_all():
    runs = [first_losses((law, 3)) for law in LAWS]
    assert len({tuple(map(tuple, run.values())) for run in runs}) == len(LAWS)
    assert {baseline_under(law).attrition.fires_law for law in LAWS} == set(LAWS)


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
def test_the_first_days_begin_with_all_reported_losses(law):
    runs = on_all_cores(first_losses, ((law, replication) for replication in range(120)))
    off = []
    for side, rate in rates().items():
        for category, name in enumerate(CATEGORIES):
            mean, error = mean_and_error([run[side][category] for run in runs])
            allowed = max(NEAR * rate[category], 3 * error)
            assert math.isfinite(error)
            if abs(mean - rate[category]) > allowed:
                off.append(f"{side} {name}: {mean:.3f} ± {error:.3f} a day, not {rate[category]:.3f}")
    assert off == []
