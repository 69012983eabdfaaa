"""An ensemble in words: the towns worth a row, what is said of each, and no more certain than it is."""

import dataclasses
import math

import pytest

from sim.analysis.ensemble import Summary
from sim.cli.terminal import Terminal
from sim.cli.text.ensemble import MAX_TOWNS, print_ensemble, shown_towns
from sim.model.quantities import CATEGORIES
from sim.results.meta import EnsembleMeta
from sim.scenario_file.read import read_scenario
from sim.statistics.intervals import Interval

NEVER = Interval(math.inf, math.inf, math.inf)


@pytest.fixture(scope="module")
def meta():
    reading = read_scenario("kupiansk")
    return EnsembleMeta.of(reading.scenario, reading.document, seed=1, replications=50)


def summary_of(meta, shares, lost=None, reported=None):
    held = {town: shares.get(town, 1.0) for town in meta.towns}
    return Summary(
        replications=50,
        changed_towns={2: 10, 3: 40},
        held={
            town: Interval(share, max(0, share - 0.1), min(1, share + 0.1)) for town, share in held.items()
        },
        never_lost={},
        curves={},
        first_lost_days={town: (lost or {}).get(town, NEVER) for town in meta.towns},
        losses_per_day={
            side: {name: Interval(3.0 * (name == "tanks"), math.nan, math.nan) for name in CATEGORIES}
            for side in meta.sides
        },
        reported=reported,
    )


def test_focus_comes_first_then_what_is_lost_most_often(meta):
    found = summary_of(meta, {"topoli": 0.5, "stroivka": 0.2})
    towns = shown_towns(meta, found)
    assert towns[: len(meta.focus)] == list(meta.focus)
    assert towns[len(meta.focus) :] == ["stroivka", "topoli"]


def test_no_more_rows_than_can_be_read_and_the_rest_is_counted(meta, capsys):
    found = summary_of(meta, dict.fromkeys(meta.towns, 0.5))
    assert len(shown_towns(meta, found)) == MAX_TOWNS
    print_ensemble(Terminal(), meta, found)
    assert f"and {len(meta.towns) - MAX_TOWNS} more that were lost" in capsys.readouterr().out


def test_each_town_has_its_share_and_when_it_was_first_lost(meta, capsys):
    lost = {"zapadne": Interval(71.2, 60.0, 80.0)}
    print_ensemble(Terminal(), meta, summary_of(meta, {"zapadne": 0.18}, lost))
    lines = capsys.readouterr().out.splitlines()
    zapadne = next(line for line in lines if line.startswith("Zapadne"))
    assert zapadne.split() == ["Zapadne", "Ukraine", "18", "%", "(8", "to", "28)", "day", "71"]
    kupiansk = next(line for line in lines if line.startswith("Kupiansk "))
    assert kupiansk.endswith("after day 180")


def test_towns_of_one_side_need_no_column_for_it(capsys):
    reading = read_scenario("two-towns")
    meta = EnsembleMeta.of(reading.scenario, reading.document, seed=1, replications=50)
    town, side = next(iter(meta.first_holders.items()))
    meta = dataclasses.replace(meta, focus=(town,))
    print_ensemble(Terminal(), meta, summary_of(meta, {town: 0.5}))
    assert f"Held by {meta.sides[side]} on day 60" in capsys.readouterr().out


def test_where_nothing_is_lost_nothing_is_listed(capsys):
    reading = read_scenario("two-towns")
    meta = EnsembleMeta.of(reading.scenario, reading.document, seed=1, replications=50)
    print_ensemble(Terminal(), meta, summary_of(meta, {}))
    out = capsys.readouterr().out
    assert "No town was" in out
    # categories in which nobody lost anything have no row, and one run has no interval
    assert "Tanks" in out
    assert "Soldiers" not in out
    assert "nan" not in out


def test_reported_rates_stand_beside(meta, capsys):
    reported = {side: dict.fromkeys(CATEGORIES, 7.0) for side in meta.sides}
    print_ensemble(Terminal(), meta, summary_of(meta, {}, reported=reported))
    out = capsys.readouterr().out
    assert out.count("reported") == 2
    assert "7.0" in out
