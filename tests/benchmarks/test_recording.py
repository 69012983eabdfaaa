"""How long a recording of the baseline's size takes: 36,000 made-up events; no time is asserted."""

import subprocess
import sys
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from sim.model import events as e
from sim.model.quantities import DAY, HOUR, round_to_gram
from sim.model.scenario import Garrison, Position, Route, Scenario, Side, Town
from sim.recording.ledger import Ledger
from sim.recording.reader import Recording
from sim.recording.records import Header, event_line
from sim.recording.writer import RecordingWriter

TOWNS, DAYS, CONVOYS, FIRES = 46, 180, 60, 60
MEGABYTE = 1_000_000


def few(benchmark, function, *arguments):
    """Measure a few rounds: enough to see a change, and soon over."""
    return benchmark.pedantic(function, arguments, rounds=4, warmup_rounds=1)


def chance():
    """Yield numbers from 0 to 1 that gzip cannot guess."""
    state = 12345
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


@pytest.fixture(scope="module")
def scenario():
    towns = tuple(
        Town(
            id=f"town-{n:02}",
            name=f"Town {n}",
            at=Position(49.0 + n / 50, 37.0 + n % 7 / 5),
            held_by="ua" if n < TOWNS // 2 else "ru",
            base=500.0 if n in {0, TOWNS - 1} else None,
            garrison=Garrison(strength=50_000, stock=100_000.0),
        )
        for n in range(TOWNS)
    )
    pairs = [(n, n + step) for step in (1, 2) for n in range(TOWNS - step)]
    routes = tuple(
        Route(id=f"{towns[a].id}-{towns[b].id}", start=towns[a].id, end=towns[b].id) for a, b in pairs
    )
    sides = (Side(id="ua", name="Ukraine"), Side(id="ru", name="Russia"))
    return Scenario(
        name="Made up",
        start=date(2025, 1, 27),
        horizon=DAYS * DAY,
        sides=sides,
        towns=towns,
        routes=routes,
    )


def losses(draw, most):
    return tuple(int(x * x * most) for x in islice(draw, 7))


def day_of(day, draw, towns, routes):
    """Return a day's events with their times."""
    begin, found = day * DAY, []
    found.append((begin, e.DayStarted(day, "mud", next(draw) + 0.5)))
    found.append((begin, e.RoutesExposed({route: next(draw) for route in routes[::4]})))
    for quarter in range(4):
        t = begin + quarter * 6 * HOUR
        found.append((t, e.SupplyConsumed(tuple(round_to_gram(x * 20) for x in islice(draw, TOWNS)))))
        for side, own in (("ua", slice(4, 12)), ("ru", slice(30, 38))):
            flows = {route: round_to_gram(next(draw) * 300) for route in routes[own]}
            needs = {town: round_to_gram(next(draw) * 60) for town in towns[own]}
            found.append((t, e.PlanAdopted(side, flows, needs, needs, {routes[own][3]: next(draw)})))
    for n in range(CONVOYS):
        left, number = begin + int(next(draw) * 18 * HOUR), day * CONVOYS + n
        way, load = tuple(routes[n % 40 : n % 40 + 4]), round_to_gram(next(draw) * 30)
        due = tuple(left + 4000 * leg for leg in range(1, 5))
        goal = towns[n % TOWNS]
        side = "ua" if n % TOWNS < TOWNS // 2 else "ru"
        found.append((left, e.ConvoyDeparted(number, side, towns[0], goal, way, due, left, load, 6)))
        found.append((due[-1], e.ConvoyArrived(number, goal, load)))
    for n in range(FIRES):
        t = begin + int(next(draw) * DAY)
        found.append((t, e.FiresFell("ru", towns[n % TOWNS], losses(draw, 6))))
    for _ in range(10):
        t, contact = begin + int(next(draw) * DAY), routes[TOWNS // 2 - 1]
        ends = towns[TOWNS // 2], towns[TOWNS // 2 - 1]
        both = losses(draw, 20), losses(draw, 20)
        found.append(
            (t, e.AssaultFought(contact, "ru", *ends, t, next(draw), True, round(next(draw), 6), *both))
        )
    return found


@pytest.fixture(scope="module")
def run(scenario):
    draw, towns = chance(), [town.id for town in scenario.towns]
    routes = [route.id for route in scenario.routes]
    found = [pair for day in range(DAYS) for pair in day_of(day, draw, towns, routes)]
    found.sort(key=lambda pair: pair[0])
    return [*found, (DAYS * DAY, e.RunEnded("horizon", ""))]


def write(path, scenario, run):
    header = Header.of(scenario, {}, seed=1)
    with RecordingWriter(path, header, scenario, force=True) as writer:
        for t, event in run:
            writer.emit(t, event)
        return writer.finish()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, scenario, run):
    path = tmp_path_factory.mktemp("recording") / "run.jsonl.gz"
    write(path, scenario, run)
    return path


def test_the_made_up_run_is_of_the_baselines_size_and_its_recording_small(run, recorded):
    assert 34_000 < len(run) < 38_000
    assert recorded.stat().st_size < 2 * MEGABYTE


def test_writing(benchmark, tmp_path, scenario, run):
    receipt = few(benchmark, write, tmp_path / "run.jsonl.gz", scenario, run)
    assert receipt.events == len(run)


def test_folding_alone(benchmark, scenario, run):
    def fold():
        books = Ledger.of(scenario)
        for t, event in run:
            books.apply(t, event)
        return books.state

    assert few(benchmark, fold).t == DAYS * DAY


def test_encoding_alone(benchmark, run):
    lines = few(benchmark, lambda: [event_line(t, event) for t, event in run])
    assert len(lines) == len(run)


def test_reading_all(benchmark, recorded, run):
    assert few(benchmark, lambda: list(Recording.open(recorded).events())) == run


def test_checking(benchmark, recorded):
    recording = Recording.open(recorded)
    few(benchmark, recording.check)
    assert recording.event_count > 0


def test_opening(benchmark, recorded):
    assert few(benchmark, Recording.open, recorded).end == DAYS * DAY


def test_seeking_anywhere(benchmark, recorded):
    recording = Recording.open(recorded)
    times = [(n * 7919 * HOUR) % recording.end for n in range(50)]
    states = few(benchmark, lambda: [recording.state_at(t) for t in times])
    assert [state.t for state in states] == times


def test_seeking_nearby(benchmark, recorded):
    recording = Recording.open(recorded)
    times = range(29 * DAY, 30 * DAY, HOUR // 2)
    states = few(benchmark, lambda: [recording.state_at(t) for t in times])
    assert [state.t for state in states] == list(times)


def test_opening_in_a_fresh_interpreter(benchmark, recorded):
    code = "import sys; from sim.recording.reader import Recording; print(Recording.open(sys.argv[1]).end)"
    root = Path(__file__).parents[2]

    def fresh():
        return subprocess.run(
            [sys.executable, "-c", code, recorded], cwd=root, capture_output=True, text=True, check=True
        )

    assert int(few(benchmark, fresh).stdout) == DAYS * DAY
