"""Each process draws what its stream's name promises, worked out once more from numpy and blake2b alone."""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from sim.engine import simulation
from sim.engine.calendar import Calendar
from sim.engine.simulation import simulate
from sim.model.events import AssaultFought, FiresFell, RouteDamaged
from sim.model.network import Network
from sim.model.quantities import DAY
from sim.statistics.streams import Streams
from sim.verification.case import in_pack, scenario_of

pytestmark = pytest.mark.untraced  # whole runs, whose lines others cover
SEED, REPLICATION = 1, 3
ARRIVALS = 40
ROUNDING = 1
"""Seconds by which an arrival may be off: what is left of a wait is rounded anew each day."""
QUIET = ("tempo.variation=0", "weather.is_on=false", "scenario.horizon=40 d")
STILL = (*QUIET, "assaults.advance=0 km")
STRUCK = in_pack("struck-route")
PROCESSES = {  # where, which events of whose, and the stream, rate a day and draws of each
    "fires": ("two-towns", FiresFell, "east", QUIET, "fires/east/lypa", 20.0, 8),
    "assaults": ("two-towns", AssaultFought, "east", STILL, "assaults/east/lypa-verba", 2.0, 16),
    "strikes": (STRUCK, RouteDamaged, "b", (), "strikes/b/depot-end", 1.0 / 6.0, 1),
}


def promised(name, count):
    """Return the first uniform draws that a stream of this name has to give."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    sequence = np.random.SeedSequence(SEED, spawn_key=(REPLICATION, *struct.unpack("<4I", digest)))
    return np.random.Generator(np.random.PCG64(sequence)).random(count).tolist()


def promised_times(name, rate, draws):
    """Return when the first events of a Poisson process are due, each of which uses so many draws."""
    times, t = [], 0
    drawn = promised(name, draws * ARRIVALS)
    for u in (drawn[0], *drawn[1::draws]):
        t += round(-math.log1p(-u) / rate * DAY)
        times.append(t)
    return times[:ARRIVALS]


def happened(place, kind, side, changes):
    """Return when one side's events of a kind happened."""
    found = []

    def emit(t, event):
        if isinstance(event, kind) and side in {getattr(event, "side", ""), getattr(event, "attacker", "")}:
            found.append(t)

    simulate(scenario_of(place, *changes), SEED, replication=REPLICATION, emit=emit)
    return found[:ARRIVALS]


def are_due(process):
    place, kind, side, changes, name, rate, draws = PROCESSES[process]
    pairs = zip(promised_times(name, rate, draws), happened(place, kind, side, changes), strict=True)
    return all(abs(due - at) <= ROUNDING for due, at in pairs)


@pytest.mark.parametrize("process", PROCESSES)
def test_events_come_when_they_are_due(process):
    assert are_due(process)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_stream_shifted_by_one_draw_is_found(monkeypatch, process):
    get = Streams.__getitem__

    def shifted(streams, asked):
        is_new = asked not in streams._streams
        stream = get(streams, asked)
        if asked == PROCESSES[process][4] and is_new:
            stream.uniform()
        return stream

    monkeypatch.setattr(Streams, "__getitem__", shifted)
    assert not are_due(process)


def test_fires_that_fall_a_tenth_too_often_are_found(monkeypatch):
    fire_clocks = simulation.fire_clocks

    def too_often(model, side):
        clocks = fire_clocks(model, side)
        rate = clocks._process.rate
        clocks._process = replace(clocks._process, rate=lambda: 1.1 * rate())
        return clocks

    monkeypatch.setattr(simulation, "fire_clocks", too_often)
    assert not are_due("fires")


def test_the_first_days_tempo_is_the_streams_first_draw():
    scenario = scenario_of("two-towns")
    variance = math.log1p(scenario.tempo.variation**2)
    (u,) = promised("tempo/front", 1)
    expected = math.exp(math.sqrt(variance) * NormalDist().inv_cdf(u) - variance / 2.0)
    calendar = Calendar(scenario, Network(scenario), Streams(SEED, REPLICATION))
    assert calendar.tempos[0] == pytest.approx(expected, abs=1e-12)
