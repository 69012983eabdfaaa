"""Neither side is favoured: in the mirror the same happens the other way round."""

import dataclasses

import pytest
from ensembles import mean_and_error, on_all_cores
from fronts import bundled, differences, of_kind, played
from mirror import DOCTRINES, MirroredStreams, losses_of_both, mirror_front, plain, reflected

from sim.domain import events as e
from sim.engine.streams import Streams

ROUNDING = 2e-3
"""Flows are told in kilograms: of two that are equal but for their last bit, one may be rounded up."""


def begun_alike(scenario, seed):
    """Return what was told, and what the mirror shows of the same luck the other way round."""
    _, told = played(scenario, streams=Streams(seed))
    _, mirrored = played(scenario, streams=MirroredStreams(seed))
    return plain(told), reflected(mirrored)


@pytest.mark.parametrize("doctrine", DOCTRINES)
def test_swapping_the_sides_swaps_what_happens_exactly(doctrine):
    for seed in range(1, 4):
        told, mirrored = begun_alike(mirror_front(doctrine), seed)
        assert differences(told, mirrored, tolerance=ROUNDING) == []


@pytest.mark.parametrize("doctrine", DOCTRINES)
def test_replacements_keep_the_symmetry_until_a_town_falls(doctrine):
    # After that a side holds towns on both sides of the mirror, and shares out whole soldiers in other turns.
    compared = 0
    for seed in range(1, 4):
        told, mirrored = begun_alike(mirror_front(doctrine, replacements=12.5), seed)
        until = next((t for t, kind, _ in told if kind == "TownFell"), told[-1][0])
        before = [each for each in told if each[0] < until]
        assert differences(before, mirrored[: len(before)], tolerance=ROUNDING) == []
        compared += sum(kind == "ReplacementsArrived" for _, kind, _ in before)
    assert compared > 10


def test_the_mirror_is_no_mere_copy():
    told, _ = begun_alike(mirror_front("steady_pressure"), 1)
    _, mirrored = begun_alike(mirror_front("steady_pressure"), 2)
    assert differences(told[:200], mirrored[:200], tolerance=ROUNDING) != []


def test_much_happens_on_the_mirror_front():
    scenario = mirror_front("main_effort", replacements=12.5)
    seen = {type(event) for seed in range(1, 4) for _, event in played(scenario, seed)[1]}
    assert set(e.EVENT_TYPES.values()) - seen <= {
        e.ConvoyHeld,
        e.ConvoyRerouted,
        e.TownEncircled,
        e.TownRelieved,
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_which_side_is_named_first_does_not_matter(seed):
    scenario = bundled("kupiansk", 60)
    other = dataclasses.replace(scenario, sides=scenario.sides[::-1])
    one, told = played(scenario, seed)
    two, again = played(other, seed)
    assert plain(told) == plain(again)
    assert of_kind(told, e.TownFell) == of_kind(again, e.TownFell)
    assert one.state.held_by == two.state.held_by
    assert one.state.sides == two.state.sides


@pytest.mark.slow
def test_neither_side_is_favoured_on_a_symmetric_front():
    runs = on_all_cores(losses_of_both, range(400))
    for gap in ([a - b for a, b, _ in runs], [lead for _, _, lead in runs]):
        mean, error = mean_and_error(gap)
        assert error > 0
        assert abs(mean) < 3 * error
