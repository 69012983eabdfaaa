"""Fire between two garrisons beside what the verification pack holds of it: its laws in closed form."""

import dataclasses

import pytest

from sim.model import events as e
from sim.model.parameters import Attrition, Supply
from sim.model.quantities import PERSONNEL
from tests.support.fronts import bundled, duel, of_kind, played


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


@pytest.mark.untraced
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


def test_the_landings_bring_everybody_ashore():
    outcome, told = played(bundled("iwo-jima-1945", 7))
    landed = of_kind(told, e.ReinforcementsArrived)
    assert sum(event.soldiers for event in landed) == 73_000
    assert outcome.state.sides["us"].arrived == 73_000


def test_a_coefficient_without_fires_costs_nobody_anything():
    outcome, told = played(duel(900, 700, (0.01, 0.01), fires=0.0, days=2.0))
    assert of_kind(told, e.FiresFell) == []
    assert outcome.state.strength == {"west": 900, "east": 700}
