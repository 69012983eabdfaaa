"""What happened beside what was simulated: by town and date, in scores, and what it gets wrong."""

import dataclasses
import math
import re

import msgspec

from sim.report import provenance
from sim.report.report import page_of
from sim.report.sections import answers
from sim.report.sections import hindcast as hindcast_section
from sim.report.sections.limits import first_words
from sim.results.hindcast_scores import AmountRecord, ReliabilityRecord
from sim.statistics.intervals import Interval


def changed(subject, **parts):
    return dataclasses.replace(subject, hindcast=msgspec.structs.replace(subject.hindcast, **parts))


def changed_first(subject, **parts):
    first, *others = subject.hindcast.readings
    return changed(subject, readings=(msgspec.structs.replace(first, **parts), *others))


def with_cases(subject, chances, happened):
    """Return a subject in which Lypa has these chances of being occupied, and was occupied then."""
    cases = subject.hindcast.cases
    at = cases.towns.index("lypa")
    rows = {
        name: tuple(
            tuple(chance if number == at and name == "model" else each for number, each in enumerate(row))
            for chance, row in zip(chances, table, strict=True)
        )
        for name, table in cases.chances.items()
    }
    told = tuple(
        tuple(was if number == at else each for number, each in enumerate(row))
        for was, row in zip(happened, cases.happened, strict=True)
    )
    return changed(subject, cases=msgspec.structs.replace(cases, chances=rows, happened=told))


def block(subject, heading):
    """Return the blocks that follow a heading, up to the next one."""
    blocks = hindcast_section.section(subject).blocks
    at = next(n for n, each in enumerate(blocks) if each.kind == "prose" and each.heading == heading)
    after = next(
        (n for n, each in enumerate(blocks) if n > at and each.kind == "prose" and each.heading), len(blocks)
    )
    return blocks[at:after]


def test_no_hindcast_is_no_part(small):
    assert hindcast_section.section(small) is None
    assert hindcast_section.cards(small) == []


def test_each_town_and_date_has_its_chance_and_what_happened(hindcast):
    found = with_cases(hindcast, (0.25, 1.0), (0.0, 1.0))
    _, figure = block(found, "Who held what")
    assert figure.table.rows == [("Lypa", "25 %; no", "100 %; yes")]
    assert re.findall(r"fill1 c(\d)", figure.drawing) == ["2", "6"]
    assert re.search(r'd="([^"]*)" class="dot hole"', figure.drawing)[1].count("M") == 1
    assert "Of 1 shown, 1 changed hands by the last of 2 dates." in figure.drawing


def test_a_town_that_neither_changed_nor_might_have_is_not_shown(hindcast):
    section = hindcast_section.section(with_cases(hindcast, (0.0, 0.04), (0.0, 0.0)))
    assert "No town changed hands" in section.blocks[0].paragraphs[0]


def test_what_it_gets_wrong_is_named_with_its_date_and_chance(hindcast):
    (words,) = block(with_cases(hindcast, (0.1, 0.1), (0.0, 1.0)), "What it gets wrong")[:1]
    assert any("below 20 %: Lypa (28 February, 10 %)." in each for each in words.items)
    (words,) = block(with_cases(hindcast, (0.9, 1.0), (0.0, 0.0)), "What it gets wrong")[:1]
    assert any("had not changed hands by then: Lypa (31 January, 90 %)." in each for each in words.items)


def test_a_town_that_stood_otherwise_from_the_start_is_not_scored_and_said_so(hindcast):
    found = changed(with_cases(hindcast, (0.1, 0.1), (1.0, 1.0)), opens_otherwise={"A": {"lypa": "occupied"}})
    section = hindcast_section.section(found)
    assert "No town changed hands" in section.blocks[0].paragraphs[0]
    assert any("which are not scored: Lypa." in each for each in section.blocks[-1].items)


def test_skill_stands_beside_its_interval_and_is_grey_where_it_may_be_none(hindcast):
    brier = {name: Interval(value=0.1, low=0.05, high=0.2) for name in ("model", "persistence", "trend")}
    skill = {
        "persistence": Interval(value=0.5, low=0.2, high=0.7),
        "trend": Interval(value=0.2, low=-0.3, high=0.4),
    }
    found = changed_first(hindcast, brier_intervals=brier, skill=skill)
    _, figure = block(found, "How good the forecast was")
    assert re.findall(r'class="(sure|unsure)"', figure.drawing) == ["sure", "unsure"]
    assert figure.table.rows[1][0] == "Nothing changes"
    assert figure.table.rows[2][4:] == ("0.20", "−0.30 to 0.40")
    (words,) = block(found, "What it gets wrong")[:1]
    assert (
        "Against “the front goes on” it shows no skill: the interval reaches zero or lies below."
        in words.items
    )
    assert answers.cards(found)[0].figure == "0.50"


def test_without_a_naive_forecast_scores_are_a_table(hindcast):
    blocks = block(changed_first(hindcast, skill={}), "How good the forecast was")
    assert [each.kind for each in blocks] == ["prose", "table"]


def test_reliability_has_a_dot_and_a_count_for_each_bin(hindcast):
    bins = (
        ReliabilityRecord(
            begin=0.0, end=0.05, count=365, forecast=0.002, happened=0.019, low=0.0, high=0.008, is_off=True
        ),
        ReliabilityRecord(begin=0.95, end=1.0, count=9, forecast=0.99, happened=0.89, low=0.89, high=1.0),
        ReliabilityRecord(begin=0.4, end=0.6, count=0, forecast=0.5, happened=0.5, low=0.0, high=1.0),
    )
    found = changed_first(hindcast, reliability=bins)
    _, figure = block(found, "Are the probabilities reliable?")
    assert figure.drawing.count("h.01") == 2
    assert re.findall(r'class="tick halo[^"]*">([^<]+)<', figure.drawing) == ["365", "9"]
    assert figure.table.rows[0] == ("0 to 5 %", "365", "0.2 %", "1.9 %", "0.0 to 0.8 %", "more often")
    (words,) = block(found, "What it gets wrong")[:1]
    assert (
        "Of 365 cases given 0 to 5 % chance, 1.9 % happened; 0.0 to 0.8 % would be in keeping." in words.items
    )


def amount(what, when, happened, name=""):
    off = happened > 12.0
    return AmountRecord(
        what=what,
        name=name,
        when=when,
        measure="a day",
        mean=10.0,
        low=8.0,
        high=12.0,
        happened=happened,
        crps=1.0,
        is_off=off,
    )


def test_losses_are_drawn_by_category_beside_what_was_reported(hindcast):
    losses = [amount("losses", f"2025-0{month}", 9.0 + month, "personnel") for month in (1, 2, 3, 4)]
    found = changed(hindcast, amounts=(*losses, amount("losses", "2025-01", 3.0, "drones, <large>")))
    _, figure = block(found, "Losses")
    assert figure.table.rows[2] == ("Soldiers, March 2025", "12", "10", "8 to 12", "1", "a day", "")
    assert figure.table.rows[3][::6] == ("Soldiers, April 2025", "outside")
    assert figure.table.rows[4][:2] == ("drones, <large>, January 2025", "3")
    assert "drones, &lt;large&gt;" in figure.drawing
    (words,) = block(found, "What it gets wrong")[:1]
    assert any("1 of 5 monthly rates of loss lie outside" in each and "April" in each for each in words.items)


def test_the_advance_stands_beside_what_was_measured(hindcast):
    found = changed(hindcast, amounts=(amount("advance", "2025-01-27 to 2025-07-31", 23.0),))
    table = block(found, "How far, and how many towns")[1]
    what = "27 January 2025 to 31 July 2025"
    assert table.rows == [(what, "23", "10", "8 to 12", "1", "a day", "outside")]
    assert answers.cards(found)[-1].words == "the front's advance (8 to 12), where 23 were"


def test_all_readings_are_there_and_what_is_not_scored_is_said(hindcast):
    fold, words = hindcast_section.section(hindcast).blocks[-2:]
    assert {row[0] for row in fold.tables[0].rows} >= {
        "A, contested taken as not occupied",
        "B, contested taken as not occupied",
    }
    assert any("Elsewhere (1)" in each for each in words.items)


def test_a_page_of_a_hindcast_says_what_it_is_of_and_how_to_make_it_again(hindcast):
    assert page_of(hindcast).title == "Two towns: beside what happened"
    assert provenance.line(hindcast).startswith("A hindcast of 6 runs, 60 days")
    command = provenance.section(hindcast).blocks[0].code
    assert command.startswith("frontsim hindcast two-towns --observations ")
    assert command.endswith("--from 2025-01-27 --to 2025-02-28 --seed 1 --replications 6")
    assert "promise nothing for other months" in first_words(hindcast)[0]
    drawn = changed(hindcast, drawn_parameters="a sample")
    assert provenance.section(drawn).blocks[0].code.endswith('--draw-parameters "a sample"')
    assert "drew its parameters from a sample" in hindcast_section.section(drawn).lead


def test_one_page_holds_runs_sweep_and_hindcast_with_all_three_commands(many, hindcast, swept_with):
    whole = dataclasses.replace(many, hindcast=hindcast.hindcast)
    names = [section.name for section in page_of(whole).sections]
    assert names.index("supply") < names.index("hindcast") < names.index("inputs")
    assert (
        "not the scenario and seed"
        in hindcast_section.section(dataclasses.replace(whole, digest="another")).lead
    )
    code = provenance.section(whole).blocks[0].code
    assert [line.split()[1] for line in code.splitlines()] == ["ensemble", "hindcast"]


def test_a_score_that_is_not_known_is_a_dash(hindcast):
    found = changed_first(hindcast, auc=Interval(value=math.nan), skill={"trend": Interval(value=0.1)})
    assert "AUC – (– to –)" in block(found, "How good the forecast was")[1].caption


def test_skill_by_lead_time_is_a_table_where_any_was_reached(hindcast):
    (lead,) = hindcast.hindcast.leads
    skill = {"persistence": Interval(0.25, -0.5, 0.5), "trend": Interval(math.nan, math.nan, math.nan)}
    scores = msgspec.structs.replace(lead.scores, skill=skill, changed=2)
    found = changed(hindcast, leads=(msgspec.structs.replace(lead, months=3, scores=scores),))
    _, table = block(found, "Skill by lead time")
    ((months, _, moved, _, against, trend),) = table.rows
    assert (months, moved, against, trend) == ("3", "2", "0.25 (−0.50 to 0.50)", "–")
    none = hindcast_section.section(changed(hindcast, leads=()))
    assert "Skill by lead time" not in [each.heading for each in none.blocks if each.kind == "prose"]
