"""The engine's own fire follows the published laws: two garrisons, and nothing else switched on.

Closed forms: Lanchester's square law x' = -a y, y' = -b x; his linear law x' = -a x y, y' = -b x y;
Peterson's logarithmic law x' = -a x, y' = -b y; Engel's series for Iwo Jima (1954).
"""

import dataclasses

import pytest
from ensembles import mean_and_error, on_all_cores
from fronts import begun, bundled, duel, go, of_kind, played
from samples import IWO_JIMA_MOMENTS, iwo_jima

from sim.domain import events as e
from sim.domain.parameters import Attrition, Supply
from sim.domain.quantities import PERSONNEL
from sim.engine.streams import Streams

SCALE = 10
"""Soldiers for each of the published cases: the laws scale, and chance matters less among many."""
START = (1000, 800)
DAYS = (10, 50, 100)
SQUARE = ((924.8707680399, 703.8365844248), (710.7497208114, 381.0054666714), (602.9196799002, 59.2633142084))
"""a = b = 0.01 a day."""
LINEAR = {10: (926.60774898, 726.60774898), 100: (579.68427330, 379.68427330)}
"""a = b = 0.00001 a day."""
LOGARITHMIC = {10: (904.8374180360, 654.9846024624), 50: (606.5306597126, 294.3035529371)}
"""a = 0.01, b = 0.02 a day."""
ENGEL = (
    (52835.4775, 21219.9854),
    (51696.2336, 20665.9940),
    (66453.6576, 18274.3388),
    (56063.1157, 9268.2582),
    (51985.2461, 216.8317),
)


def strengths(law, coefficients, days, runs=16):
    """Return the mean and its standard error of both strengths at some days, scaled back."""
    scenario = duel(
        START[0] * SCALE,
        START[1] * SCALE,
        coefficients,
        fires=40.0,
        days=max(days) + 1,
        attrition=Attrition(fires_law=law, counts="poisson"),
    )
    samples = []
    for replication in range(runs):
        run, _ = begun(scenario, streams=Streams(1, replication), is_heard=False)
        samples.append([])
        for day in days:
            go(run, day)
            samples[-1].append([strength / SCALE for strength in run.world.strength])
    return [
        [mean_and_error([sample[place][side] for sample in samples]) for side in (0, 1)]
        for place in range(len(days))
    ]


def assert_near(found, expected, errors=3.5, widest=0.05):
    """Each mean lies within some standard errors of what was published, and these are narrow."""
    for (mean, error), published in zip(found, expected, strict=True):
        assert abs(mean - published) < errors * error
        assert error < widest * published


def test_aimed_fire_follows_the_square_law():
    found = strengths("aimed_fire", (0.01, 0.01), DAYS)
    assert_near(found[0], SQUARE[0], widest=0.01)
    assert_near(found[1], SQUARE[1], widest=0.02)
    assert_near(found[2], SQUARE[2], widest=0.15)


def test_area_fire_follows_the_linear_law():
    found = strengths("area_fire", (1e-5 / SCALE, 1e-5 / SCALE), tuple(LINEAR))
    for sides, expected in zip(found, LINEAR.values(), strict=True):
        assert_near(sides, expected, widest=0.01)


def test_logarithmic_fire_follows_petersons_law():
    # x loses by what the other side's fires do to each of its own: so the first coefficient is y's loss
    found = strengths("logarithmic", (0.02, 0.01), tuple(LOGARITHMIC))
    for sides, expected in zip(found, LOGARITHMIC.values(), strict=True):
        assert_near(sides, expected, widest=0.01)


def test_helmbolds_law_stands_between():
    # with w = 0 it is the logarithmic law, with w = 1 aimed fire
    for weight, law in ((0.0, "logarithmic"), (1.0, "aimed_fire")):
        scenario = duel(900, 700, (0.01, 0.01), fires=40.0, days=5.0)
        helmbold = dataclasses.replace(
            scenario, attrition=Attrition(fires_law="helmbold", helmbold_weight=weight, counts="poisson")
        )
        plain = dataclasses.replace(scenario, attrition=Attrition(fires_law=law, counts="poisson"))
        assert played(helmbold)[1] == played(plain)[1]


def test_only_soldiers_are_lost_to_a_coefficient():
    outcome, told = played(duel(900, 700, (0.01, 0.01), fires=40.0, days=5.0))
    for books in outcome.state.sides.values():
        assert books.losses[PERSONNEL] > 0
        assert books.losses[1:] == [0] * 6
    assert len(of_kind(told, e.FiresFell)) > 300


def test_fires_go_with_the_firers_supply_under_every_law():
    # without stocks the floor of the effect, a quarter, is left of all fires
    for law in ("aimed_fire", "area_fire", "logarithmic", "helmbold"):
        means = []
        for effect in ("none", "linear"):
            scenario = duel(
                3000,
                3000,
                (0.001, 0.001) if law != "area_fire" else (1e-6, 1e-6),
                fires=500.0,
                days=4.0,
                attrition=Attrition(fires_law=law, counts="poisson"),
                supply=Supply(effect=effect, effect_floor=0.25, stockage_objective=0.1),
            )
            towns = tuple(
                dataclasses.replace(town, garrison=dataclasses.replace(town.garrison, stock=0.0))
                for town in scenario.towns
            )
            losses = played(dataclasses.replace(scenario, towns=towns))[0].state.sides["a"].losses
            means.append(losses[PERSONNEL])
        assert means[1] == pytest.approx(means[0] / 4, abs=4 * means[0] ** 0.5), law


def assert_engels_series(runs):
    for place, expected in enumerate(ENGEL):
        found = [mean_and_error([run[place][side] for run in runs]) for side in (0, 1)]
        for (mean, error), published in zip(found, expected, strict=True):
            assert abs(mean - published) < 3.5 * error, IWO_JIMA_MOMENTS[place]


def test_iwo_jima_follows_engels_series():
    assert_engels_series([iwo_jima(replication) for replication in range(4)])


@pytest.mark.slow
def test_iwo_jima_follows_engels_series_closely():
    runs = on_all_cores(iwo_jima, range(60))
    assert_engels_series(runs)
    assert mean_and_error([run[1][0] for run in runs])[1] < 15


def test_the_landings_bring_everybody_ashore():
    outcome, told = played(bundled("iwo-jima-1945", 7))
    landed = of_kind(told, e.ReinforcementsArrived)
    assert sum(event.soldiers for event in landed) == 73_000
    assert outcome.state.sides["us"].arrived == 73_000
