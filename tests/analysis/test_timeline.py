"""The timeline of a recording: what a viewer needs of a whole run, from one fold."""

import itertools

import pytest

from sim.analysis.event_marks import EventMark, in_moderation
from sim.analysis.roads import dependence, roads
from sim.analysis.supply_trace import trace_supply
from sim.analysis.timeline import sample_times, timeline_of
from sim.analysis.towns import town_days
from sim.model import events as e
from sim.model.quantities import DAY, HOUR
from sim.recording.reader import Recording


@pytest.fixture
def known(recorded, scenario):
    """The story's recording, with the scenario it was made from."""
    recording = Recording.open(recorded)
    recording.__dict__["scenario"] = scenario  # its header holds no whole document
    return recording


@pytest.fixture
def timeline(known):
    return timeline_of(known)


def test_series_have_a_value_for_every_time(timeline, scenario):
    count = len(timeline.times)
    assert timeline.times[0] == 0
    assert timeline.end == 12 * DAY
    assert {len(series) for series in timeline.days.values()} == {count}
    assert {len(series) for series in timeline.losses.values()} == {count}
    assert {len(series) for series in timeline.missing.values()} == {count}
    assert set(timeline.days) == {town.id for town in scenario.towns}


def test_series_are_what_the_recording_says_at_each_time(timeline, known, scenario):
    for number in range(0, len(timeline.times), 7):
        state = known.state_at(timeline.times[number])
        for side, books in state.sides.items():
            assert timeline.losses[side][number] == tuple(books.losses)
        for town in scenario.towns:
            assert timeline.days[town.id][number] == town_days(scenario, state, town.id)
        assert timeline.weather_at(state.t) == state.weather
        for side in state.sides:
            towns = [town for town, holder in state.held_by.items() if holder == side]
            found = [trace_supply(scenario, state, town) for town in scenario.towns if town.id in towns]
            assert timeline.missing[side][number] == pytest.approx(sum(each.shortage for each in found))
    assert max(timeline.missing["ua"]) > 1.0


def test_spans_join_without_a_gap_from_the_beginning_to_the_end(timeline):
    for spans in timeline.spans.values():
        assert spans[0].begin == 0
        assert spans[-1].end == timeline.end
        assert all(one.end == other.begin for one, other in itertools.pairwise(spans))


def test_a_town_that_falls_has_a_span_for_each_side(timeline):
    spans = [(span.side, span.begin, span.is_contested) for span in timeline.spans["ford"]]
    assert spans == [("ua", 0, True), ("ru", 8 * DAY, True)]
    assert timeline.changed == ("ford",)


def test_a_town_behind_is_contested_once_the_front_has_come_to_it(timeline):
    assert [(span.side, span.is_contested) for span in timeline.spans["mill"]] == [("ua", True)]
    assert [(span.side, span.is_contested) for span in timeline.spans["west"]] == [("ua", False)]


def test_marks_tell_what_happened_in_order(timeline):
    assert [(mark.kind, mark.t) for mark in timeline.marks] == [
        ("convoy", 7000),
        ("reinforced", 2 * DAY),
        ("reinforced", 2 * DAY),
        ("changed", 4 * DAY),
        ("encircled", 6 * DAY),
        ("relieved", 6 * DAY + 60),
        ("encircled", 7 * DAY),
        ("fell", 8 * DAY),
        ("starving", 9 * DAY),
        ("relieved", 11 * DAY),
    ]
    texts = [mark.text for mark in timeline.marks]
    assert texts[0] == "Convoy lost 10.0 t: Mlyn – Brid"
    assert texts[1] == "100 soldiers of Russia reach the reserve"
    assert texts[2] == "25 soldiers of Ukraine reach Mlyn"
    assert texts[3] == "The scenario sets reach of Russia"
    assert texts[-3:] == [
        "Brid now held by Russia", "Mlyn: 58 % of what it needs, soldiers leave", "Mlyn: enough supply again",
    ]  # fmt: skip


def test_turning_points_are_what_weighs_most(timeline):
    assert {mark.kind for mark in timeline.turning_points} == {"changed", "encircled", "fell"}


def test_a_road_binds_from_one_plan_to_the_next(timeline):
    assert [(each.route, each.side, each.time) for each in timeline.bottlenecks] == [
        ("mill-ford", "ua", 8 * DAY)
    ]
    assert timeline.bottlenecks[0].cost == pytest.approx(8 * 0.9)


def test_a_time_is_looked_up_downwards(timeline):
    assert timeline.index_at(0) == 0
    assert timeline.times[timeline.index_at(timeline.times[3] + 1)] == timeline.times[3]
    assert timeline.index_at(timeline.end) == len(timeline.times) - 1


@pytest.mark.parametrize("end", [1, HOUR, DAY - 1, 30 * DAY, 180 * DAY, 5000 * DAY])
def test_a_run_of_any_length_is_looked_at_some_hundred_times_at_most(end):
    times = sample_times(end)
    assert times[0] == 0
    assert times[-1] == end
    assert len(times) <= 402
    assert list(times) == sorted(set(times))


def test_a_run_without_great_changes_turns_on_what_it_has(record, header, scenario, tmp_path, story):
    path = tmp_path / "quiet.jsonl.gz"
    calm = [(t, event) for t, event in story if t < DAY and not isinstance(event, e.FiresFell)]
    record(
        path,
        [*calm, (DAY, e.RouteDamaged("west-mill", "ru", 1.0, 1.0)), (2 * DAY, e.RunEnded("horizon", ""))],
    )
    recording = Recording.open(path)
    recording.__dict__["scenario"] = scenario
    assert [mark.kind for mark in timeline_of(recording).turning_points] == ["cut"]


def test_damage_is_told_where_it_is_great_and_its_repair_only_then(record, header, scenario, tmp_path):
    path = tmp_path / "damage.jsonl.gz"
    story = [
        (HOUR, e.RouteDamaged("west-mill", "ru", 0.3, 0.3)),
        (2 * HOUR, e.RouteRepaired("west-mill", "ua", 0.0)),
        (3 * HOUR, e.RouteDamaged("west-mill", "ru", 0.6, 0.6)),
        (4 * HOUR, e.RouteRepaired("west-mill", "ua", 0.0)),
        (5 * HOUR, e.RouteDamaged("west-mill", None, 1.0, 1.0)),
        (6 * HOUR, e.RouteRepaired("west-mill", None, 0.2)),
        (7 * HOUR, e.NumberSet("route.west-mill.capacity", 50.0)),
        (8 * HOUR, e.NumberSet("town.west.base", 50.0)),
        (9 * HOUR, e.NumberSet("weather.mud", 0.5)),
        (DAY, e.RunEnded("horizon", "")),
    ]
    record(path, story)
    recording = Recording.open(path)
    recording.__dict__["scenario"] = scenario
    told = [(mark.kind, mark.text) for mark in timeline_of(recording).marks]
    assert told == [
        ("damaged", "60 % out of use: Zakhid – Mlyn"),
        ("repaired", "Repaired: Zakhid – Mlyn"),
        ("cut", "Cut: Zakhid – Mlyn"),
        ("repaired", "Repaired: Zakhid – Mlyn"),
        ("changed", "The scenario sets capacity of Zakhid – Mlyn"),
        ("changed", "The scenario sets base of Zakhid"),
        ("changed", "The scenario sets weather.mud"),
    ]


def test_of_many_attacks_those_that_cost_most_are_kept():
    marks = [EventMark(number, "convoy", "", size=float(number % 7)) for number in range(50)]
    kept = in_moderation([*marks, EventMark(60, "fell", "")], 5)
    assert [mark.size for mark in kept] == [6.0] * 5 + [0.0]
    assert kept[-1].kind == "fell"


def test_a_road_that_binds_matters_most(known, scenario):
    first = roads(scenario, known.state_at(HOUR))[0]
    assert first.route == "mill-ford"
    assert first.price > 0.0
    assert (first.origin, first.goal) == ("mill", "ford")


def test_contacts_are_no_roads(known, scenario):
    state = known.state_at(HOUR)
    assert {road.route for road in roads(scenario, state)} == {"west-mill", "mill-ford", "east-far"}


def test_who_lives_on_a_road_is_found_downstream(known, scenario):
    state = known.state_at(HOUR)
    by_route = {road.route: road for road in roads(scenario, state)}
    lives = dependence(scenario, state, by_route["west-mill"])
    assert set(lives.towns) == {"mill", "ford"}
    assert lives.days == min(town_days(scenario, state, town) for town in lives.towns)
    assert dependence(scenario, state, by_route["mill-ford"]).towns == ("ford",)
    back = dependence(scenario, state, by_route["east-far"])
    assert back.towns == ("east",)


def test_a_road_that_carries_nothing_feeds_nobody(known, scenario):
    state = known.state_at(HOUR)
    state.flows.clear()
    lives = dependence(scenario, state, roads(scenario, state)[0])
    assert lives.towns == ()
    assert lives.shortest is None
    assert lives.days is None


def test_a_town_without_soldiers_has_no_days_of_supply(known, scenario):
    state = known.state_at(HOUR)
    state.strength["west"] = 0
    assert town_days(scenario, state, "west") is None
