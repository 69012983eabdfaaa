"""Bastogne, December 1944: the file keeps its promises, and is cut off and relieved in a share of runs."""

import re
from statistics import median

import pytest

from sim.engine.simulation import simulate
from sim.experiments.hindcast.observations import read_observations
from sim.model.quantities import DAY
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scenario_file.sources import SourceCount

RUNS = 8
pytestmark = pytest.mark.untraced


@pytest.fixture(scope="module")
def front():
    return read_scenario("bastogne-1944").scenario


def roads_open(front, held):
    """Return whether a way over towns of its side leads from Bastogne to a base of theirs."""
    bases = {town.id for town in front.towns if town.base and town.held_by == "us"} - {"bastogne"}
    reached, waiting = {"bastogne"}, ["bastogne"]
    while waiting:
        here = waiting.pop()
        for route in front.routes:
            if here in (route.start, route.end):
                other = route.end if here == route.start else route.start
                if held[other] == "us" and other not in reached:
                    reached.add(other)
                    waiting.append(other)
    return bool(bases & reached)


def test_it_has_no_oddities_and_a_question():
    loaded = read_scenario("bastogne-1944")
    assert loaded.warnings == loaded.dead_ends == ()
    assert loaded.scenario.question.endswith("?")
    assert SourceCount.of(loaded.scenario).bare == ()
    assert 25 <= len(loaded.scenario.towns) <= 36


def test_no_formation_is_named():
    text = (scenario_folder() / "bastogne-1944.toml").read_text(encoding="utf-8")
    formation = (
        r"\d(st|nd|rd|th) (Inf|Arm|Air|Div|Pan|Volks)|Panzer|\b[A-Z]\w* (Corps|Army|Division)|Regiment"
    )
    assert not re.search(formation, text.partition("[source.")[0])


def test_every_change_of_the_table_is_of_a_town_it_has(front):
    truth = read_observations("bastogne-control-1944", front, "de")
    assert truth.unknown_places == {}
    assert len(truth.changes) == 42


def test_encirclement_and_relief_come_unscheduled_in_a_share_of_runs(front):
    assert not any(event.do in {"capture", "relieve"} for event in front.events)
    closed, reopened = [], []
    for seed in range(RUNS):
        held = {town.id: town.held_by for town in front.towns}
        days = {False: [], True: []}

        def look(moment, event, held=held, days=days):
            if type(event).__name__ == "TownFell":
                held[event.town] = event.winner
                is_open = held["bastogne"] == "us" and roads_open(front, held)
                if not is_open or days[False]:
                    days[is_open].append(moment / DAY)

        simulate(front, seed=seed, emit=look)
        assert held["bastogne"] == "us"
        closed += days[False][:1]
        reopened += days[True][:1]
    assert RUNS // 2 <= len(closed) < RUNS
    assert len(reopened) >= len(closed) - 1
    assert 3 <= median(closed) <= 6
    assert 6 <= median(reopened) <= 9


def test_what_the_lesson_says_of_roads_and_drops_is_so(front):
    roads = [route for route in front.routes if "bastogne" in (route.start, route.end)]
    assert [route.kind for route in roads] == ["road"] * 7
    events = {event.id: event for event in front.events}
    garrison = next(town for town in front.towns if town.id == "bastogne").garrison.strength
    need = (garrison + events["to-bastogne"].amount) * front.supply.consumption_fighting / 1000
    drops = [events[name].value for name in ("by-air", "by-air-again")]
    assert 1.7 < need / max(drops) < need / min(drops) < 2.2


@pytest.mark.slow
def test_soldiers_change_more_than_drops_as_the_lesson_says():
    def retaken(*changes):
        front = read_scenario("bastogne-1944", [SetNumber(each) for each in changes]).scenario
        count = 0
        for seed in range(RUNS):
            held = {town.id: town.held_by for town in front.towns}

            def look(_, event, held=held):
                if type(event).__name__ == "TownFell":
                    held[event.town] = event.winner

            simulate(front, seed=seed, emit=look)
            count += sum(held[town] == "us" for town in ("wiltz", "diekirch"))
        return count

    as_it_is = retaken()
    assert retaken("event.to-bastogne.amount=4500") <= as_it_is - 4
    without = retaken("event.by-air.value=0 t/d", "event.by-air-again.value=0 t/d")
    assert abs(without - as_it_is) <= 2
