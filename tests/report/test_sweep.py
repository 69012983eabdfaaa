"""What moves the result: ranked, with what is within noise in grey, by source, and what is left out."""

import dataclasses
import math
import re

import pytest

from sim.report import provenance
from sim.report.charts import BarRow, IntervalBar, bar_rows, symmetric_scale, ticked_scale
from sim.report.report import page_of
from sim.report.sections import answers, sweep
from sim.report.sections.limits import first_words
from sim.report.text import MeasureText, input_name
from sim.results.sweep_findings import Effect, MeasureKey
from tests.support import sweep_findings


def figures(section):
    return [each for each in section.blocks if each.kind == "figure"]


def looks(figure):
    return re.findall(r'class="(lowend|highend|sure|unsure)"', figure.drawing)


def test_nothing_swept_is_no_part(small):
    assert sweep.section(small) is None
    assert sweep.card(small) is None
    assert sweep.cards(small) == []


def test_bars_within_noise_are_grey_and_last(swept_with):
    first, *_ = figures(sweep.section(swept_with(sweep_findings.tornado())))
    assert looks(first) == ["lowend", "highend", "unsure", "unsure"]
    assert first.table.rows[0][0] == "side.east.fires"
    assert [row[5] for row in first.table.rows] == ["yes", "no", "no"]


def test_what_had_few_replications_is_in_the_table_only(swept_with):
    first, *_ = figures(sweep.section(swept_with(sweep_findings.tornado())))
    assert "Depth, all towns of West" not in first.drawing
    assert first.table.rows[1][:3] == ("Depth, all towns of West", "", "2 numbers")


def test_the_number_that_moves_the_result_most_is_an_answer(swept_with, many):
    alone = answers.cards(swept_with(sweep_findings.tornado()))
    assert (alone[0].figure, alone[0].words) == (
        "East: fires",
        "the input that moves “Lypa: days of supply” most: by +1.50 and −2.00 at the ends of its range",
    )
    beside = answers.cards(dataclasses.replace(many, sweep=sweep_findings.tornado()))
    assert len(beside) == 4
    assert beside[3] == alone[0]
    assert beside[:3] == answers.cards(many)[:3]


def test_a_source_that_was_halved_has_a_bar_and_one_that_could_not_be_its_reason(swept_with):
    claims = figures(sweep.section(swept_with(sweep_findings.tornado())))[2]
    assert looks(claims) == ["sure"]
    assert "below the lowest allowed" in claims.drawing
    assert claims.table.rows[0] == ("A guess", "Nobody", "F6", "1", "−1.00 (−1.20 to −0.80)", "20")


def test_what_is_left_out_is_said(swept_with):
    last = sweep.section(swept_with(sweep_findings.tornado())).blocks[-1]
    assert (last.heading, last.items) == ("What this leaves out", ("Each number was moved alone.",))


def test_a_grid_has_a_bar_for_each_place_and_all_of_them_in_its_table(swept_with):
    points = [
        sweep_findings.point({"tempo.variation": f"0.{each} x", "attrition.fires_law": law}, each + 1.0)
        for each in (3, 1)
        for law in ("aimed_fire", "area_fire")
    ]
    section = sweep.section(swept_with(sweep_findings.grid(*points)))
    first, second = figures(section)
    names = re.findall(r'class="name">(Tempo[^<]+)<', first.drawing)
    assert names[:2] == [
        f"Tempo: variation 0.3 x; Attrition: fires law {law}_fire" for law in ("aimed", "area")
    ]
    assert len(names) == len(first.table.rows) == len(looks(first)) == 4
    assert first.table.headings[:2] == ("tempo.variation", "attrition.fires_law")
    assert first.table.rows[2][2:] == ("2.00 days (1.80 to 2.20)", "−3.00 (−3.20 to −2.80)")
    assert second.table.caption.startswith("Lypa: held")
    assert sweep.cards(swept_with(sweep_findings.grid(*points)))[1].figure == "2.00 to 4.00 days"


def test_a_long_grid_is_drawn_in_part_and_listed_in_full(swept_with):
    points = [sweep_findings.point({"tempo.variation": str(each)}, each) for each in range(30)]
    first, _ = figures(sweep.section(swept_with(sweep_findings.grid(*points))))
    assert (len(looks(first)), len(first.table.rows)) == (24, 30)
    assert first.caption.endswith("The first 24 of 30; the table has all.")


def test_what_could_not_be_run_has_its_reason_and_no_bar(swept_with):
    points = [
        sweep_findings.point({"attrition.fires_law": "aimed_fire"}, 6.0),
        sweep_findings.point({"attrition.fires_law": "helmbold"}, note="there is no such law"),
    ]
    first, _ = figures(sweep.section(swept_with(sweep_findings.grid(*points))))
    assert looks(first) == ["sure"]
    assert "there is no such law" in first.drawing
    assert first.table.rows[1] == ("helmbold", "not run", "there is no such law")


def test_a_tornado_in_which_nothing_moves_says_so(swept_with):
    found = sweep_findings.findings(
        bars=(sweep_findings.bar("tempo.lag_1", sweep_findings.NOTHING, sweep_findings.NOTHING),)
    )
    section = sweep.section(swept_with(found))
    assert "No input has a significant effect." in section.blocks[0].paragraphs[0]
    still = sweep_findings.findings(bars=(sweep_findings.bar("tempo.lag_1", Effect(), Effect()),))
    assert sweep.section(swept_with(still)).blocks[0].kind == "prose"
    assert sweep.card(swept_with(found)) is None


def test_a_page_of_a_sweep_says_what_it_is_of_and_how_to_make_it_again(swept_with):
    subject = swept_with(sweep_findings.tornado())
    assert page_of(subject).title == "Two towns: what moves the result"
    assert provenance.line(subject).startswith("A sweep of 400 runs, 60 days")
    command = provenance.section(subject).blocks[0].code
    assert command == "frontsim sweep two-towns --tornado -n 20 --seed 1"
    assert "ends that somebody assumed" in first_words(subject)[0]


def test_a_sweep_of_another_seed_is_said_to_be_one(many):
    other = dataclasses.replace(many, sweep=sweep_findings.tornado())
    assert "not the scenario and seed" in sweep.section(other).lead
    same = dataclasses.replace(sweep_findings.tornado(), hash=many.digest)
    assert "not the very" not in sweep.section(dataclasses.replace(many, sweep=same)).lead


def test_numbers_are_called_by_whose_they_are(run):
    assert input_name(run.scenario, "route.shevchenkove-kupiansk.capacity").endswith(
        "Shevchenkove to Kupiansk: capacity"
    )
    assert input_name(run.scenario, "town.nowhere.depth") == "Town: nowhere, depth"
    assert input_name(run.scenario, "seed") == "Seed"


def test_shares_are_told_in_points():
    held = MeasureText(MeasureKey(key="towns.lypa.held", label="Lypa: held at the end"))
    assert held.change_text(sweep_findings.effect(0.123, 0.05)) == "+12 points (+7 to +17)"
    assert held.change_text(Effect(value=0.0, low=0.0, high=0.0, pairs=9)) == "0"
    assert held.change_text(None) == "not run"
    assert held.value(math.nan) == "not known"


def test_few_replications_have_no_interval_in_words():
    supply = MeasureText(MeasureKey(key="towns.lypa.supply_days", label="x", unit="d"))
    assert supply.change_text(Effect(value=2.0, pairs=1)) == "+2.00"
    assert supply.change(123.4) == "+123"


def test_a_bar_that_is_not_known_is_not_drawn():
    rows = [BarRow(name="a", bars=(IntervalBar(math.nan, math.nan, math.nan, "sure"),), words=())]
    assert "<rect" not in bar_rows(rows, symmetric_scale(rows), "moves")
    assert ticked_scale(rows, 0.0).ticks


@pytest.mark.parametrize("middle", [0.0, -3.0, 1e6, 0.001])
def test_ticks_are_few_round_and_within(middle):
    bar = IntervalBar(middle * 1.3 + 1, middle, middle + 2, "sure")
    scale = ticked_scale([BarRow(name="a", bars=(bar,), words=())], middle)
    assert 2 <= len(scale.ticks) <= 5
    assert all(scale.low <= value <= scale.high for value, _ in scale.ticks)
