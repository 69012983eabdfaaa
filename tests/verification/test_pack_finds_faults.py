"""The pack fails where the engine is wrong: each test puts one fault in, and sees it found."""

from dataclasses import replace

import pytest

from sim.engine import losses, simulation
from sim.engine.front.front import Front
from sim.engine.logistics import convoys
from sim.model import attrition
from sim.model.quantities import PERSONNEL
from sim.statistics.streams import Stream, Streams
from sim.verification.pack import SEED, verdict_of

pytestmark = pytest.mark.untraced  # others cover the same engine
SWAPPED = {"aimed_fire": "area_fire", "area_fire": "aimed_fire"}


def assert_found(*names):
    for name in names:
        verdict = verdict_of(name, SEED)
        assert not verdict.passed, name


def test_square_and_linear_law_swapped(monkeypatch):
    monkeypatch.setattr(
        losses, "law_exponents", lambda law, weight: attrition.law_exponents(SWAPPED.get(law, law), weight)
    )
    assert_found("linear-law", "fluid-limit")


def drop_the_winners_last_casualty(monkeypatch):
    apply_losses = Front.apply_losses

    def forgetful(front, town, drawn, of=None):
        lost = apply_losses(front, town, drawn, of)
        winner = 1 - town
        books = front.sides[front.holder[winner]]
        if lost[PERSONNEL] and not front.strength[town] and books.losses[PERSONNEL]:
            front.strength[winner] += 1
            books.losses[PERSONNEL] -= 1
        return lost

    monkeypatch.setattr(Front, "apply_losses", forgetful)


def test_the_winners_last_casualty_dropped(monkeypatch):
    drop_the_winners_last_casualty(monkeypatch)
    assert_found("duel-10-8")


def test_fires_that_fall_a_tenth_too_often(monkeypatch):
    fire_clocks = simulation.fire_clocks

    def too_often(model, side):
        clocks = fire_clocks(model, side)
        rate = clocks._process.rate
        clocks._process = replace(clocks._process, rate=lambda: 1.1 * rate())
        return clocks

    monkeypatch.setattr(simulation, "fire_clocks", too_often)
    assert_found("fluid-limit")


@pytest.mark.slow
def test_crews_that_work_a_fifth_longer(monkeypatch):
    class Slow(Stream):
        def exponential(self):
            return 1.2 * super().exponential()

    get = Streams.__getitem__
    monkeypatch.setattr(
        Streams,
        "__getitem__",
        lambda streams, name: (
            Slow(get(streams, name)._generator) if name.startswith("repairs/a/") else get(streams, name)
        ),
    )
    assert_found("repair-crews")


def test_convoys_attacked_a_fifth_more_often(monkeypatch):
    chance = convoys.attack_chance
    monkeypatch.setattr(convoys, "attack_chance", lambda risk: chance(risk) / 2)
    assert_found("leg-losses")
