"""The sum of a run, from events that leave no doubt what it is."""

import math
from dataclasses import replace

import pytest

from sim.analysis.run_summary import Change, RunSummary
from sim.cli.record import header_of, record, target
from sim.cli.terminal import Terminal
from sim.cli.text import run
from sim.cli.text.run import by_town, introduction, town_to_explain
from sim.model.events import (
    DayStarted,
    PlanAdopted,
    SupplyConsumed,
    TownEncircled,
    TownFell,
    TownRelieved,
)
from sim.model.quantities import DAY, NO_LOSSES
from sim.recording.ledger import Ledger
from sim.recording.reader import Recording
from sim.scenario_file.read import read_scenario


@pytest.fixture(scope="module")
def scenario():
    return read_scenario("two-towns").scenario


def begun(scenario):
    """Return a summary, and what enters an event in the ledger that it listens to."""
    summary = RunSummary(scenario)
    return summary, Ledger.of(scenario, [summary]).apply


@pytest.fixture
def tally(scenario):
    summary, summary.apply = begun(scenario)
    return summary


def plan(side, **prices):
    return PlanAdopted(
        side=side,
        flows={},
        demands={},
        inflows={},
        prices={k.replace("_", "-"): v for k, v in prices.items()},
    )


def fall(winner, loser, moved_from):
    return TownFell(
        town="lypa",
        loser=loser,
        winner=winner,
        route="lypa-verba",
        retreat=None,
        withdrawn=0,
        losses=NO_LOSSES,
        moved_from=moved_from,
        moved_in=10,
        stock_lost=0.0,
        stock_captured=0.0,
        fronts={},
        how="assault",
    )


def test_a_recording_and_the_run_itself_give_the_same_sum(kupiansk):
    recording = Recording.open(kupiansk)
    tally = RunSummary(recording.scenario)
    recording.replay(tally)
    assert tally.state == recording.state_at(recording.end)
    assert tally.days == 12
    for books in tally.supply().values():
        gone = math.fsum(books[name] for name in ("consumed", "lost", "in_stock", "on_road"))
        assert abs(books["initial"] + books["entered"] - gone) < 1e-6


def test_a_bottleneck_counts_while_it_binds_and_only_on_own_routes(tally):
    tally.state.held_by["verba"] = "west"
    tally.apply(0, plan("west", lypa_verba=1.0))
    tally.apply(0, plan("east", lypa_verba=1.0))
    tally.apply(3 * DAY, plan("west"))
    tally.apply(6 * DAY, plan("west", lypa_verba=0.5))
    tally.apply(10 * DAY, DayStarted(day=10, weather="clear", tempo=1.0))
    (found,) = tally.bottlenecks()
    assert (found.route, found.side, found.time) == ("lypa-verba", "west", 7 * DAY)
    assert tally.bottlenecks() == (found,)
    assert [each["share"] for each in tally.values()["bottlenecks"]] == [0.7]


def test_a_garrison_goes_short_on_mornings_below_what_it_wants(tally):
    tally.apply(0, DayStarted(day=0, weather="clear", tempo=1.0))
    assert tally.shortages() == []
    stock = tally.state.stock["lypa"]
    tally.apply(DAY, SupplyConsumed(amounts=(stock, 0.0)))
    tally.apply(DAY, DayStarted(day=1, weather="clear", tempo=1.0))
    tally.apply(2 * DAY, DayStarted(day=2, weather="clear", tempo=1.0))
    (want,) = tally.shortages()
    assert (want.town, want.side, want.days_short, want.days_held) == ("lypa", "west", 2, 3)
    assert (want.lowest, want.lowest_at) == (0.0, DAY)
    assert town_to_explain(tally) == ("lypa", 1)


def test_towns_without_a_way_to_a_base_are_told_until_they_are_relieved_or_fall(tally, capsys):
    run._print_cut_off(Terminal(), tally)
    assert capsys.readouterr().out == ""
    tally.apply(DAY, TownEncircled(town="lypa", side="west"))
    tally.apply(2 * DAY, TownRelieved(town="lypa", side="west"))
    tally.apply(3 * DAY, TownEncircled(town="lypa", side="west"))
    tally.apply(4 * DAY, fall("east", "west", "verba"))
    tally.apply(5 * DAY, TownEncircled(town="lypa", side="east"))
    found = tally.values()["cut_off"]
    assert [(each["since_day"], each["until_day"], each["fell"]) for each in found] == [
        (1, 2, False),
        (3, 4, True),
        (5, None, False),
    ]
    run._print_cut_off(Terminal(), tally)
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows[-3:] == [
        "Lypa West day 1, 28 January 2025 day 2, 29 January 2025",
        "Lypa West day 3, 30 January 2025 it fell on day 4, 31 January 2025",
        "Lypa East day 5, 1 February 2025 the end of the run",
    ]


def test_a_town_without_garrison_is_not_short(tally):
    tally.state.strength["lypa"] = 0
    tally.state.stock["lypa"] = 0.0
    tally.apply(0, DayStarted(day=0, weather="clear", tempo=1.0))
    assert tally.shortages() == []


def test_changes_are_gathered_by_town(tally):
    tally.apply(DAY, fall("east", "west", "verba"))
    tally.apply(2 * DAY, fall("west", "east", "verba"))
    assert [(each.t, each.loser, each.winner) for each in by_town(tally.changes)["lypa"]] == [
        (DAY, "west", "east"),
        (2 * DAY, "east", "west"),
    ]


def test_a_run_that_ends_at_once_has_a_sum(tally):
    assert tally.values()["reported"]["west"]["realised_per_day"]["tanks"] == 0
    assert tally.bottlenecks() == ()


def test_nothing_reported_is_nothing_expected(tally):
    assert tally.expected() is None
    assert tally.values()["reported"]["west"]["expected_per_day"] is None


def test_the_town_in_focus_is_town_to_explain_about_first(kupiansk):
    recording = Recording.open(kupiansk)
    tally = RunSummary(recording.scenario)
    recording.replay(tally)
    assert tally.shortages()
    last = tally.shortages()[-1]
    tally.scenario = replace(recording.scenario, focus=(last.town,))
    assert town_to_explain(tally) == (last.town, last.lowest_at // DAY)


@pytest.fixture
def fallen(kupiansk):
    """Return the sum of a run in which two towns changed hands, one of them twice."""
    tally, tally.apply = begun(Recording.open(kupiansk).scenario)
    for day, town, name, winner, loser in (
        (1, "dvorichna", "Dvor\x1b[31michna", "ru", "ua"),
        (2, "zapadne", "Zapadne", "ru", "ua"),
        (9, "zapadne", "Zapadne", "ua", "ru"),
    ):
        tally.changes.append(Change(day * DAY, town, name, loser, winner))
        tally.state.held_by[town] = winner
    return tally


def test_towns_that_changed_hands_are_told_with_their_dates(fallen, capsys):
    run._print_towns(Terminal(), fallen)
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "Changed hands: 2 of 62 towns" in rows
    assert "Dvor·[31michna Ukraine Russia day 1, 28 January 2025 1" in rows
    assert "Zapadne Ukraine Ukraine day 2, 29 January 2025 day 9, 5 February 2025 2" in rows
    assert "Dvorichna is held by Russia, since day 1, 28 January 2025." in rows
    assert "Kupiansk is held by Ukraine, as at the start." in rows


def test_long_lists_end_with_what_is_left_out(fallen, capsys, monkeypatch):
    monkeypatch.setattr(run, "MAX_CHANGES", 1)
    run._print_towns(Terminal(), fallen)
    assert capsys.readouterr().out.splitlines()[-1] == "and 1 more; --json lists all"


def test_bottlenecks_are_told_longest_first(fallen, capsys):
    fallen.apply(0, plan("ru", masiutivka_bridgehead=1.0))
    fallen.apply(5 * DAY, plan("ru", masiutivka_bridgehead=1.0, hrianykivka_bridgehead=1.0))
    fallen.apply(10 * DAY, plan("ru"))
    run._print_bottlenecks(Terminal(), fallen)
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows[-2:] == [
        "Masiutivka to Oskil bridgehead Russia 100 %",
        "Hrianykivka to Oskil bridgehead Russia 50 %",
    ]


def test_a_replication_is_named_where_it_is_not_the_first(scenario):
    assert introduction(scenario, 4, 0).endswith("seed 4")
    assert introduction(scenario, 4, 2).endswith("seed 4, replication 2")


def test_each_event_is_applied_once_while_a_run_is_recorded_and_summed(tmp_path, monkeypatch):
    applied = []
    apply = Ledger.apply
    monkeypatch.setattr(
        Ledger, "apply", lambda self, t, event: applied.append(event) or apply(self, t, event)
    )
    reading = read_scenario("two-towns")
    path, _ = target(reading, 1, 0, tmp_path / "out.jsonl.gz", force=False)
    recorded = record(header_of(reading, 1), reading.scenario, path, listeners=[RunSummary(reading.scenario)])
    assert len(applied) == recorded.receipt.events > 0
