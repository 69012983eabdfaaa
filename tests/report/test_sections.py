"""What each part of a report says, held against the recording or the ensemble it is from."""

import dataclasses
import math
import re

import numpy as np
import pytest

from sim.cli.record import header_of, record
from sim.model.events import PlanAdopted, RouteDamaged, RouteRepaired
from sim.model.quantities import DAY, PERSONNEL
from sim.model.scenario import EndCondition
from sim.recording.reader import Recording
from sim.report import provenance
from sim.report.front_map import SCALE, SIZE
from sim.report.report import page_of
from sim.report.sections import answers, holding, limits, losses, model, supply
from sim.report.subject import Subject, of_recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scenario_file.sources import SourceCount
from sim.scene.camera import front_camera, projection
from sim.scene.layout import Rect
from sim.scene.view_model import View

PAGES = {}
"""Pages made already, beside what they are of, by its identity."""


def section(subject, name):
    _, page = PAGES.setdefault(id(subject), (subject, None))
    if page is None:
        page = page_of(subject)
        PAGES[id(subject)] = subject, page
    return next(each for each in page.sections if each.name == name)


def table(subject, name, number=0):
    blocks = section(subject, name).blocks
    return [each for each in blocks if each.kind == "table"][number]


def figures(subject, name):
    return [each for each in section(subject, name).blocks if each.kind == "figure"]


def test_the_losses_told_are_those_of_the_books(run):
    row = figures(run, "losses")[0].table.rows[0]
    last = run.run.last.sides["ua"].losses[PERSONNEL]
    assert row[:2] == ("Soldiers", "Ukraine")
    assert f"{last:,}" in row


def test_the_reported_rate_stands_beside_the_losses(run):
    headings = figures(run, "losses")[0].table.headings
    rate = run.reported[1][PERSONNEL]
    assert "Day 12, reported" in headings
    assert figures(run, "losses")[0].table.rows[1][headings.index("Day 12, reported")] == f"{rate * 12:,.0f}"


def test_nobody_s_losses_are_left_out_where_nothing_was_lost(small):
    still = {side: tuple((0,) * 7 for _ in small.run.timeline.times) for side in small.run.timeline.losses}
    timeline = dataclasses.replace(small.run.timeline, losses=still)
    assert (
        losses.section(dataclasses.replace(small, run=dataclasses.replace(small.run, timeline=timeline)))
        is None
    )


def test_the_map_shows_the_beginning_two_moments_between_and_the_end(run):
    assert [state.t // DAY for state in run.run.moments] == [0, 4, 8, 12]
    drawing = str(figures(run, "map")[0].drawing)
    assert drawing.count('class="map"') == 4
    assert drawing.count("Day 12, 8 February 2025") == 1


def changed(run, monkeypatch, **changes):
    """Return the first moment's map as it is with changes of the state."""
    state = dataclasses.replace(run.run.moments[0], **changes)
    monkeypatch.setattr(View, "snapshot", lambda view, t: state)
    told = dataclasses.replace(run.run, moments=(state,))
    return str(figures(dataclasses.replace(run, run=told), "map")[0].drawing)


def inner_route(run):
    fronts = run.run.moments[0].fronts
    fought = {end for r in run.scenario.routes if r.id in fronts for end in (r.start, r.end)}
    return next(r.id for r in run.scenario.routes if r.id not in fronts and {r.start, r.end} <= fought)


def test_every_town_in_sight_is_marked(run):
    first = str(figures(run, "map")[0].drawing).partition("</svg>")[0]
    circles = re.findall(r'<path d="([^"]*)" stroke="var\(--side[01]\)"[^>]*linecap="round"', first)
    diamonds = re.findall(r'<path d="([^"]*)" fill="var\(--side[01]\)"/>', first)
    marks = sum(d.count("h0") for d in circles) + sum(d.count("z") for d in diamonds)
    room = Rect(0.0, 0.0, *SIZE)
    here = projection(run.scenario, room, SCALE, front_camera(run.scenario, room, SCALE))
    seen = [town for town in run.scenario.towns if here.shows(here.point(town.at))]
    tabs = first.count("t a day")
    assert len(seen) <= marks - tabs <= len(run.scenario.towns)


def test_a_cut_road_has_its_cross_and_is_counted(run, monkeypatch):
    plain = changed(run, monkeypatch)
    broken = changed(run, monkeypatch, damage={inner_route(run): 1.0})
    assert broken.count("var(--full)") > plain.count("var(--full)")
    assert "; 1 road cut" in broken


def test_splits_of_roads_are_shares_of_one_whole(run):
    for split in run.run.splits.values():
        assert math.isclose(split.pressure + split.spare, 1.0, abs_tol=1e-9)
    rows = figures(run, "supply")[1].table.rows
    assert rows
    assert all(sum(map(int, row[1:4])) == 100 for row in rows)


def test_a_road_that_bound_cost_its_price_times_the_days(tight):
    recording = tight.run.recording
    plans = [(t, event) for t, event in recording.events() if isinstance(event, PlanAdopted)]
    summed = {}
    for side in ("ua", "ru"):
        mine = [(t, event.prices) for t, event in plans if event.side == side]
        ends = [t for t, _ in mine[1:]] + [recording.end]
        for (t, prices), end in zip(mine, ends, strict=True):
            for route, price in prices.items():
                if price > 0:
                    key = (route, side)
                    summed[key] = summed.get(key, 0.0) + price * (end - t) / DAY
    told = {(each.route, each.side): each.cost for each in tight.run.bottlenecks}
    assert told
    assert told == pytest.approx(summed)


def test_a_road_is_cut_from_its_last_damage_to_its_repair(tight):
    recording = tight.run.recording
    seconds, since = {}, {}
    for t, event in recording.events():
        if isinstance(event, RouteDamaged | RouteRepaired):
            if event.damage >= 1.0:
                since.setdefault(event.route, t)
            elif event.route in since:
                seconds[event.route] = seconds.get(event.route, 0) + t - since.pop(event.route)
    for route, t in since.items():
        seconds[route] = seconds.get(route, 0) + recording.end - t
    assert tight.run.cut
    for route, days in tight.run.cut.items():
        assert days <= seconds[route] / DAY + 1e-9
    within = [name for name in tight.run.cut if all(name not in state.fronts for state in tight.run.moments)]
    assert any(tight.run.cut[name] == pytest.approx(seconds[name] / DAY) for name in within)


def test_a_road_that_is_set_to_carry_nothing_is_cut_from_then_on(tmp_path):
    key = "route.shevchenkove-kupiansk.capacity@d5"
    reading = read_scenario("kupiansk", [SetNumber("scenario.horizon=8 d"), SetNumber(f"{key}=0 t/d")])
    path = tmp_path / "run.jsonl.gz"
    record(header_of(reading, 1), reading.scenario, path)
    found = of_recording(Recording.open(path))
    assert found.run.cut["shevchenkove-kupiansk"] == pytest.approx(3.0)
    assert "1 road cut" in section(found, "map").blocks[0].drawing


def test_bottlenecks_are_listed_with_what_they_cost(tight):
    found = table(tight, "supply")
    assert found.rows[0][0] == supply._road(tight, tight.run.bottlenecks[0].route)
    said = next(
        each for each in section(tight, "supply").blocks if each.kind == "prose" and "cost" in each.heading
    )
    assert "planned to go without" in said.paragraphs[0]


def test_strips_of_supply_hold_what_the_timeline_says(run):
    found = figures(run, "supply")[0].table
    row = next(row for row in found.rows if row[0] == "Kupiansk")
    assert row[2] == f"{run.run.timeline.days['kupiansk'][0]:.1f}"
    assert row[-1] == f"{run.run.timeline.days['kupiansk'][-1]:.1f}"


def test_no_town_changed_hands_is_said_in_words(small):
    spans = small.run.timeline
    quiet = dataclasses.replace(spans, marks=())
    said = holding.section(dataclasses.replace(small, run=dataclasses.replace(small.run, timeline=quiet)))
    assert said.blocks[0].paragraphs == ("No town changed hands in this run.",)


def test_who_held_what_lists_each_change(small):
    if not small.run.timeline.changed:
        pytest.skip("with this seed no town falls")
    rows = holding.section(small).blocks[0].table.rows
    fell = [mark for mark in small.run.timeline.marks if mark.kind == "fell"]
    assert [row[0] for row in rows] == [small.town(mark.town) for mark in fell]


def test_shares_held_are_those_of_the_ensemble(many):
    found = many.ensemble.summary.held
    held = many.ensemble.results.is_held().mean(axis=0)
    assert [found[town].value for town in many.ensemble.results.names.towns] == pytest.approx(held.tolist())
    text = holding.section(many).blocks[0]
    rows = (text if text.kind == "table" else text.table).rows
    assert {row[0] for row in rows} <= {town.name for town in many.scenario.towns}


def test_an_ensemble_in_which_no_town_falls_says_so(many):
    summary = dataclasses.replace(many.ensemble.summary, curves={})
    quiet = dataclasses.replace(many, ensemble=dataclasses.replace(many.ensemble, summary=summary))
    said = holding.section(quiet)
    assert said.lead == "No town changed hands in any of 12 runs."
    assert said.blocks[0].kind == "table"


def test_a_fan_s_median_and_ends_are_those_of_the_rows(many):
    lost = many.ensemble.results.replications()["west_lost_personnel"]
    found = figures(many, "losses")[0].table
    row = next(row for row in found.rows if row[1] == "West")
    low, middle, high = np.quantile(lost, (0.05, 0.5, 0.95))
    at = found.headings.index(f"Day {many.days:.0f}")
    assert row[at] == f"{middle:,.0f}"
    assert row[at + 1] == f"{low:,.0f} to {high:,.0f}"


def test_a_run_that_ended_early_keeps_what_it_had_lost():
    series = np.array([[0.0, 2.0, 5.0, np.nan, np.nan], [0.0, 1.0, 1.0, 2.0, 3.0]])
    assert losses._carried_on(series).tolist() == [[0, 2, 5, 5, 5], [0, 1, 1, 2, 3]]


def test_the_answers_on_one_run_name_its_focus(run):
    found = answers.cards(run)
    assert found[0].figure == "Held"
    assert "Kupiansk" in found[0].words
    assert len(found) == 4


def test_days_without_supply_are_counted_whatever_cut_it_off(run):
    town, timeline = answers.focus_town(run), run.run.timeline
    hungry = dict(timeline.days) | {town: [0.5] * len(timeline.times)}
    told = dataclasses.replace(run.run, timeline=dataclasses.replace(timeline, days=hungry))
    card = answers.cards(dataclasses.replace(run, run=told))[2]
    assert card.figure == f"{run.run.end:.0f} of {run.run.end:.0f}"
    assert card.words.startswith("days with less than a day of supply")


def test_a_lost_focus_is_said(small):
    town = answers.focus_town(small)
    state = small.run.last
    other = next(side.id for side in small.scenario.sides if side.id != state.held_by[town])
    first = small.first_holder(town)
    lost = dataclasses.replace(state, held_by={**state.held_by, town: other if first != other else first})
    told = dataclasses.replace(small.run, moments=(*small.run.moments[:-1], lost))
    card = answers.cards(dataclasses.replace(small, run=told))[0]
    assert card.figure == ("Held" if lost.held_by[town] == first else "Lost")


def test_the_answers_on_many_runs_come_with_intervals(many):
    words = [card.words for card in answers.cards(many)]
    assert any(" to " in each for each in words)
    assert "changed hands" in words[-1]


def test_no_more_days_without_supply_are_counted_than_there_were(many, monkeypatch):
    results = many.ensemble.results
    hungry = np.full_like(results.town_series("days_of_supply"), 0.5)
    monkeypatch.setattr(type(results), "town_series", lambda self, name: hungry)
    (card,) = [each for each in answers.cards(many) if each.words.startswith("days with less than a day")]
    assert card.figure == f"{many.days:g} of {many.days:g}"


def test_every_number_of_the_scenario_is_listed_once(run):
    blocks = section(run, "inputs").blocks
    tables = [each for each in blocks if each.kind == "table" and each.headings[0] == "Input"]
    tables += [inner for each in blocks if each.kind == "details" for inner in each.tables]
    keys = [row[0] for each in tables for row in each.rows]
    assert sorted(keys) == sorted(each.key for each in run.scenario.parameters)


def test_a_claim_is_listed_with_its_source_grade_and_status(run):
    row = next(row for row in table(run, "inputs").rows if row[0] == "reported_losses.per_day.personnel")
    assert row[1:] == ("1,430", "", "ua-mod-2025-01-27, 2025-01-27, C3", "reported")


def test_ranges_are_in_the_unit_of_the_value(run):
    row = next(row for row in table(run, "inputs", 1).rows if row[0] == "side.ua.replacements")
    assert row[1:3] == ("34 soldiers/d", "15 to 60")


def test_the_model_is_told_under_the_six_headings(run):
    headings = [each.heading for each in model.section(run).blocks]
    assert headings == [
        "1. Objectives",
        "2. Logic",
        "3. Data",
        "4. Experimentation",
        "5. Implementation",
        "6. Code access",
    ]
    logic = " ".join(model.section(run).blocks[1].items)
    assert f"{len(run.scenario.towns)} towns and {len(run.scenario.routes)} routes" in logic


def test_scheduled_events_and_ends_are_told():
    scenario = read_scenario("kupiansk-crossing-lost").scenario
    bare = Subject(
        scenario=scenario, name="x", title="x", seed=1, overrides=(), made_with={}, digest="0", run=None
    )
    logic = " ".join(model.section(bare).blocks[1].items)
    told = logic.count("On ")
    assert told >= len(scenario.events[:12]) > 0
    ended = dataclasses.replace(
        scenario, ends=(EndCondition("kupiansk", "ru", DAY),), events=scenario.events * 13
    )
    said = model.section(dataclasses.replace(bare, scenario=ended))
    assert "or until a condition on Kupiansk is met" in " ".join(said.blocks[3].items)
    assert "more scheduled events" in " ".join(said.blocks[1].items)


def test_the_command_makes_the_same_again(run, many):
    assert provenance.command(run) == 'frontsim run kupiansk --set "scenario.horizon=12 d" --seed 1'
    shown = many.run.recording.header.replication
    assert (
        provenance.command(many) == f"frontsim ensemble two-towns --seed 1 --replications 12 --record {shown}"
    )


def test_a_replication_is_named_in_the_command(run, monkeypatch):
    header = dataclasses.replace(run.run.recording.header, replication=7)
    monkeypatch.setattr(run.run.recording, "header", header)
    assert provenance.command(run).endswith("--replication 7")


def test_only_a_scenario_with_reported_losses_is_said_to_meet_them(run, many):
    said, other = (str(limits.section(each).blocks[0].items) for each in (run, many))
    assert "Losses meet the reported rates" in said
    assert "reported rates" not in other


def test_what_is_one_is_counted_in_the_singular(many):
    logic = " ".join(model.section(many).blocks[1].items)
    assert "2 towns and 1 route. " in logic
    assert "1 town" in {card.figure for card in answers.cards(many)}


def test_losses_are_whole_from_ten_on():
    assert [losses._count(each) for each in (4.43, 9.0, 87.04, 1430.0, np.nan)] == [
        "4.4",
        "9",
        "87",
        "1,430",
        "–",
    ]


def test_limits_say_how_much_is_assumed(run):
    items = limits.section(run).blocks[0].items
    assert any(each.startswith(SourceCount.of(run.scenario).text()) for each in items)


def test_nothing_known_of_supply_is_no_part(small):
    assert supply.section(dataclasses.replace(small, run=None)) is None


def test_pieces_of_one_road_are_told_apart(run):
    names = [supply._road(run, route.id) for route in run.scenario.routes if route.name]
    assert len(names) == len(set(names))
