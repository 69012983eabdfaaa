"""The bundled scenarios say what they should; the figures here are copied from what was reported."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from sim.model.initial_state import opening_state
from sim.model.network import Network
from sim.model.quantities import DAY
from sim.model.supply.supply_lp import SupplyLP
from sim.model.supply.sustainment import consumption
from sim.scenario_file.bundled import bundled_names, bundled_scenarios
from sim.scenario_file.read import LoadedScenario, read_document, read_scenario
from sim.scenario_file.sources import SourceCount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.scenario import Position, Scenario, ScheduledEvent

BASELINE = "kupiansk"
VARIANTS = (
    "kupiansk-calibrated",
    "kupiansk-calibrated-april",
    "kupiansk-crossing-lost",
    "kupiansk-mean-losses",
    "kupiansk-northern-route-cut",
    "kupiansk-reported-months",
)

KM_TO_OCCUPIED = {
    "topoli": 0.55,
    "kamianka": 0.27,
    "novomlynsk": 0.24,
    "dvorichna": 0.08,
    "zapadne": 0.87,
    "kucherivka": 3.61,
    "petropavlivka": 4.47,
    "stepova-novoselivka": 1.60,
    "pishchane-kurylivka": 5.19,
    "hlushkivka": 3.67,
    "kolisnykivka": 1.56,
    "zahryzove": 1.06,
    "nova-kruhliakivka": 3.72,
    "borova": 12.58,
}
"""Distance of Ukrainian places to the nearest occupied ground on 27 January 2025 (DeepState); km."""
KM_TOLERANCE = 0.1
"""Fronts are given to a tenth of a kilometre, so they may be off by half of that, and a little more."""
INSIDE_DVORICHNA = -1.25
"""Half of Dvorichna's 2.5 km: half of the settlement was occupied on 20 January 2025."""
EAST_BANK = {
    "kupiansk-vuzlovyi",
    "kivsharivka",
    "kucherivka",
    "podoly",
    "petropavlivka",
    "kurylivka",
    "pishchane-kurylivka",
    "stepova-novoselivka",
    "novoosynove",
    "hlushkivka",
    "kolisnykivka",
    "zahryzove",
    "nova-kruhliakivka",
    "bohuslavka",
    "borova",
    "pisky-radkivski",
    "valuyki",
    "urazovo",
    "troitske",
    "svatove",
    "nyzhnia-duvanka",
    "tavilzhanka",
    "dvorichne",
    "hrianykivka",
    "masiutivka",
    "lyman-pershyi",
    "vilshana",
    "synkivka",
    "orlianka",
    "kyslivka",
    "tabaivka",
    "krokhmalne",
    "pishchane",
    "kruhliakivka",
    "lozova",
}
"""Places east of the Oskil; all others lie west of it."""
KNOWN_CROSSINGS = {
    "topoli-urazovo",
    "kamianka-tavilzhanka",
    "novomlynsk-dvorichne",
    "dvorichna-hrianykivka",
    "hrianykivka-bridgehead",
    "masiutivka-bridgehead",
    "kupiansk-kucherivka",
    "kupiansk-podoly",
    "kupiansk-kupiansk-vuzlovyi",
    "osynovo-kupiansk-vuzlovyi",
    "izium-pisky-radkivski",
}
"""Where the two banks are joined: known or plausible, and nowhere else."""


@cache
def reading(name: str) -> LoadedScenario:
    return read_scenario(name)


@cache
def baseline() -> Scenario:
    return reading(BASELINE).scenario


def without(document: dict, *sections: str) -> dict:
    """Return a document without what every variant may change: its title, and these sections."""
    return {name: table for name, table in document.items() if name not in {"scenario", "extends", *sections}}


def met_share(route: str, capacity: float) -> dict[str, float]:
    """Return what each Ukrainian garrison gets of its use in the opening state, with one route changed."""
    scenario = baseline()
    network = Network(scenario)
    holder = [scenario.side_index(town.held_by) for town in scenario.towns]
    side = scenario.side_index("ua")
    touched = {end for e in network.contacts(holder) for end in (network.start[e], network.end[e])}
    bases = [town.base or 0.0 if town.held_by == "ua" else 0.0 for town in scenario.towns]
    use = [
        consumption(scenario.supply, town.garrison.strength, number in touched)
        if holder[number] == side
        else 0.0
        for number, town in enumerate(scenario.towns)
    ]
    limits = [
        (capacity if network.routes[e] == route else network.capacity[e])
        if holder[network.start[e]] == holder[network.end[e]] == side
        else 0.0
        for e in range(len(network.routes))
    ]
    programme = SupplyLP(network, bases)
    programme.solve(limits, use, bases)
    return {
        town.id: programme.plan.delivered[number] / use[number]
        for number, town in enumerate(scenario.towns)
        if use[number] > 0
    }


@pytest.mark.untraced
@pytest.mark.parametrize("name", [bundled.name for bundled in bundled_scenarios()])
def test_every_bundled_scenario_reads_without_mistakes_or_warnings(name):
    found = reading(name)
    assert found.warnings == ()
    assert read_document(found.document) == found.scenario


@pytest.mark.parametrize("name", [BASELINE, *VARIANTS, "iwo-jima-1945"])
def test_every_scenario_opens_with_the_question_it_asks(name):
    (bundled,) = (each for each in bundled_scenarios() if each.name == name)
    assert "?" in bundled.question
    assert bundled.title == reading(name).scenario.name


@pytest.mark.parametrize("name", [BASELINE, *VARIANTS])
def test_every_number_has_a_source_or_is_assumed_within_a_range(name):
    count = SourceCount.of(reading(name).scenario)
    # when the roads of a what-if are cut is its own question
    assert [each.key for each in count.bare if not each.key.startswith("event.")] == []
    assert len(count.sourced) + len(count.assumed) > 350
    numbers = (*count.sourced, *count.assumed)
    loose = [
        each.key for each in numbers if each.status == "assumed" and not (each.low or 0) < (each.high or 0)
    ]
    assert loose == []


@pytest.mark.parametrize("name", bundled_names())
def test_every_source_that_is_used_exists_and_every_public_one_has_a_link(name):
    found = reading(name).scenario
    known = {source.id for source in found.sources}
    assert {each.source for each in found.parameters if each.source} <= known
    for source in found.sources:
        assert re.match("https?://", source.url or "") or source.publisher.startswith("frontsim"), source.id


def test_every_source_of_the_baseline_is_graded_and_dated():
    for source in baseline().sources:
        assert re.fullmatch(r"[A-F][1-6]", source.grade)
        assert re.match(r"\d{4}", source.date)


def test_the_baseline_is_of_the_size_that_was_asked_for():
    network = Network(baseline())
    holder = [baseline().side_index(town.held_by) for town in baseline().towns]
    assert 45 <= len(network.towns) <= 65
    assert 95 <= len(network.routes) <= 125
    assert 18 <= len(network.contacts(holder)) <= 28
    soldiers = {side.id: 0 for side in baseline().sides}
    for town in baseline().towns:
        soldiers[town.held_by] += town.garrison.strength
    assert 14_000 <= soldiers["ua"] <= 18_000
    assert 20_000 <= soldiers["ru"] <= 26_000


def test_every_town_has_a_way_to_a_base_of_its_own_side():
    network = Network(baseline())
    holder = [baseline().side_index(town.held_by) for town in baseline().towns]
    bases = [number for number, town in enumerate(baseline().towns) if town.base is not None]
    assert network.reachable(bases, holder) == set(range(len(network.towns)))


def test_the_banks_are_joined_only_where_a_crossing_is_named():
    over = set()
    for route in baseline().routes:
        if (route.start in EAST_BANK) != (route.end in EAST_BANK):
            over.add(route.id)
            assert route.river == "Oskil", route.id
        else:
            assert route.river is None, route.id
            assert route.kind != "crossing", route.id
    assert over == KNOWN_CROSSINGS


def test_fronts_stand_where_occupied_ground_was():
    network = Network(baseline())
    fronts = opening_state(baseline(), network).fronts
    nearest: dict[str, float] = {}
    for name, front in fronts.items():
        town = network.towns[network.start[network.route[name]]]
        nearest[town] = min(front, nearest.get(town, math.inf))
    assert nearest.pop("dvorichna") == pytest.approx(INSIDE_DVORICHNA, abs=KM_TOLERANCE)
    # Holubivka's 1.39 km lead over the river, where nobody crosses: the bridgehead's edge counts there.
    assert nearest.pop("holubivka") == pytest.approx(4.0, abs=1.5)
    assert fronts["dvorichna-bridgehead"] == pytest.approx(KM_TO_OCCUPIED["dvorichna"], abs=KM_TOLERANCE)
    assert set(nearest) == set(KM_TO_OCCUPIED) - {"dvorichna"}
    for town, front in nearest.items():
        assert front == pytest.approx(KM_TO_OCCUPIED[town], abs=KM_TOLERANCE), town


def test_the_ukrainian_town_comes_first_on_every_contact():
    held_by = {town.id: town.held_by for town in baseline().towns}
    contacts = [route for route in baseline().routes if held_by[route.start] != held_by[route.end]]
    assert {held_by[route.start] for route in contacts} == {"ua"}


def test_the_baseline_begins_with_the_losses_that_were_claimed_on_the_day():
    losses = baseline().reported_losses
    assert losses is not None
    assert (losses.of, losses.date) == ("ru", date(2025, 1, 27))
    assert losses.per_day == {
        "personnel": 1430,
        "uas": 74,
        "vehicles": 59,
        "artillery": 16,
        "afv": 12,
        "tanks": 3,
        "special": 1,
    }
    assert losses.sector_share == 0.05


def test_cutting_down_the_main_road_starves_kupiansk():
    whole = met_share("shevchenkove-kupiansk", 360.0)
    assert min(whole.values()) > 0.999
    thin = met_share("shevchenkove-kupiansk", 100.0)
    assert thin["kupiansk"] < 0.95
    assert thin["petropavlivka"] < 0.9
    assert thin["borova"] > 0.999


def test_the_cut_of_the_northern_route_changes_nothing_else():
    found = reading("kupiansk-northern-route-cut")
    assert without(found.document, "event") == without(reading(BASELINE).document)
    assert {event.route for event in found.scenario.events} == {
        "velykyi-burluk-monachynivka",
        "kindrashivka-radkivka",
        "holubivka-kindrashivka",
        "rail-velykyi-burluk-kupiansk",
    }
    assert all(is_cut_on_day_10(event) for event in found.scenario.events)


def test_the_loss_of_the_crossings_changes_nothing_else():
    found = reading("kupiansk-crossing-lost")
    assert without(found.document, "event") == without(reading(BASELINE).document)
    crossings = {
        route.id
        for route in baseline().routes
        if route.kind == "crossing" and "bridgehead" in {route.start, route.end}
    }
    assert {event.route for event in found.scenario.events} == crossings
    assert all(is_cut_on_day_10(event) for event in found.scenario.events)


def is_cut_on_day_10(event: ScheduledEvent) -> bool:
    return (event.at, event.do, event.key, event.value) == (10 * DAY, "set", "capacity", 0.0)


def test_the_mean_losses_change_nothing_but_the_claim():
    found, plain = reading("kupiansk-mean-losses").scenario, baseline()
    losses = found.reported_losses
    assert losses is not None
    assert losses.per_day == {
        "personnel": 1445.7,
        "uas": 97.7,
        "vehicles": 105.6,
        "artillery": 38.5,
        "afv": 20.2,
        "tanks": 9.1,
        "special": 1.5,
    }
    assert losses.source != plain.reported_losses.source
    same = dataclasses.replace(
        losses, per_day=plain.reported_losses.per_day, source=plain.reported_losses.source
    )
    assert same == plain.reported_losses
    assert without(reading("kupiansk-mean-losses").document, "reported_losses", "source") == without(
        reading(BASELINE).document, "reported_losses", "source"
    )


def test_the_months_make_the_border_a_front_and_let_runs_differ_in_their_axes():
    found = reading("kupiansk-reported-months")
    more = {route.id: route for route in found.scenario.routes[len(baseline().routes) :]}
    assert found.scenario.routes[: len(baseline().routes)] == baseline().routes
    kept = ("command", "reported_losses", "route", "source")
    assert without(found.document, *kept) == without(reading(BASELINE).document, *kept)
    assert dataclasses.replace(found.scenario.command, axis_spread=0.0) == baseline().command
    border = [line.path for line in found.scenario.lines if line.kind == "border"]
    near = {
        town.id: min(km_to_line(town.at, path) for path in border)
        for town in baseline().towns
        if town.held_by == "ua"
    }
    touching = {
        end
        for route in found.scenario.routes
        if route.front_distance is not None
        for end in (route.start, route.end)
    }
    on_border = {town for town, km in near.items() if km < 2.0}
    assert on_border == {"milove", "stroivka", "topoli"} <= touching
    for route in more.values():
        assert route.front_distance == pytest.approx(near[route.start], abs=KM_TOLERANCE)


def km_to_line(at: Position, path: Sequence[Position]) -> float:
    """Return how far a place is from a line on the map."""
    east = 111.3 * math.cos(math.radians(at.lat))
    points = [((each.lon - at.lon) * east, (each.lat - at.lat) * 111.2) for each in path]
    found = math.inf
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
        found = min(found, math.hypot(ax + along * (bx - ax), ay + along * (by - ay)))
    return found


def test_iwo_jima_has_engels_numbers_and_nothing_else_is_on():
    found = reading("iwo-jima-1945").scenario
    sides = {side.id: side for side in found.sides}
    assert sides["us"].attrition_coefficient == 0.0106
    assert sides["japan"].attrition_coefficient == 0.0544
    assert {town.held_by: town.garrison.strength for town in found.towns} == {"us": 0, "japan": 21_500}
    landings = [(event.at // DAY, event.amount, event.over) for event in found.events]
    assert landings == [(0, 54_000, DAY), (2, 6_000, DAY), (5, 13_000, DAY)]
    assert found.horizon == 36 * DAY
    assert found.reported_losses is None
    assert (found.supply.effect, found.supply.consumption_idle, found.supply.consumption_fighting) == (
        "none",
        0,
        0,
    )
    assert (found.tempo.variation, found.weather.is_on, found.attrition.counts) == (0, False, "poisson")
    assert all(side.assaults == side.strikes == side.replacements == 0 for side in found.sides)
