"""Rates reported for later days: ``[[reported_losses.period]]``."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from sim.errors import ScenarioError
from sim.scenario_file.overrides import ScaleNumber, SetNumber
from sim.scenario_file.read import read_document, read_scenario
from sim.scenario_file.schema.key_docs import describe, json_schema
from sim.scenario_file.write import to_toml

CLAIM = """
[reported_losses]
of = "east"
date = 2025-01-27
source = "claim"
per_day = { personnel = 100, tanks = 3 }

[source.claim]
title = "A claim"
publisher = "Somebody"
date = "2025-01-28"
grade = "C3"
"""
LATER = """
[[reported_losses.period]]
from = 2025-01-29
per_day = { personnel = 80 }
source = "claim"

[[reported_losses.period]]
from = 2025-01-28
per_day = { tanks = 5 }
"""


def rates(reading):
    reported = reading.scenario.reported_losses
    return [(period.begins, dict(period.per_day)) for period in reported.periods]


def codes_of(problem):
    return [mistake[0] for mistake in problem.value.mistakes]


def test_periods_are_read_in_the_order_of_their_days(read):
    reading = read(CLAIM + LATER)
    assert rates(reading) == [(date(2025, 1, 28), {"tanks": 5.0}), (date(2025, 1, 29), {"personnel": 80.0})]


def test_a_period_is_changed_by_its_day_and_taken_away_by_it(read, tmp_path):
    read(CLAIM + LATER, name="parent.toml")
    child = tmp_path / "child.toml"
    child.write_text(
        'schema = 1\nextends = "parent"\n\n'
        "[[reported_losses.period]]\nfrom = 2025-01-29\nper_day = { personnel = 70 }\n\n"
        "[[reported_losses.period]]\nfrom = 2025-01-28\nremove = true\n"
    )
    assert rates(read_scenario(child)) == [(date(2025, 1, 29), {"personnel": 70.0})]


def test_numbers_of_a_period_are_set_and_scaled_from_the_command_line(read):
    reading = read(
        CLAIM + LATER,
        SetNumber("period.2025-01-28.per_day.tanks=7"),
        ScaleNumber("period.2025-01-29.per_day.personnel=0.5"),
    )
    assert [list(each.values()) for _, each in rates(reading)] == [[7.0], [40.0]]


def test_numbers_of_a_period_have_its_source_and_are_reported(read):
    rows = {row.key: row for row in read(CLAIM + LATER).scenario.parameters}
    row = rows["period.2025-01-29.per_day.personnel"]
    assert (row.source, row.status) == ("claim", "reported")
    assert rows["period.2025-01-28.per_day.tanks"].source is None


def test_what_is_written_reads_back(read):
    reading = read(CLAIM + LATER)
    assert read_document(reading.document) == reading.scenario
    text = to_toml(reading.document, reading.origins)
    assert text.count("[[reported_losses.period]]") == 2
    assert "mine.toml:" in text[text.index("[[reported_losses.period]]") :].split("\n\n")[0]
    assert tomllib.loads(text)["reported_losses"]["period"][1]["from"] == date(2025, 1, 28)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (CLAIM + LATER + "\n[[reported_losses.period]]\nfrom = 2025-01-29\nper_day = {}\n", ["E108"]),
        (CLAIM + "\n[[reported_losses.period]]\nper_day = { tanks = 1 }\n", ["E102"]),
        (CLAIM + "\n[[reported_losses.period]]\nfrom = 2025-01-29\n", ["E102"]),
        (CLAIM + '\n[[reported_losses.period]]\nfrom = "soon"\nper_day = {}\n', ["E104"]),
        (CLAIM + "\n[[reported_losses.period]]\nfrom = 2025-01-29\nper_day = { tank = 1 }\n", ["E101"]),
        (CLAIM + "\n[reported_losses.period]\nfrom = 2025-01-29\nper_day = {}\n", ["E104"]),
        (CLAIM + LATER.replace('"claim"', '"nobody"'), ["E304"]),
        (LATER, ["E102"]),
    ],
)
def test_what_is_wrong_with_a_period_is_said(read, text, codes):
    with pytest.raises(ScenarioError) as problem:
        read(text)
    assert set(codes) <= set(codes_of(problem))


def test_a_mistake_in_a_period_is_shown_where_it_stands(read):
    with pytest.raises(ScenarioError) as problem:
        read(CLAIM + "\n[[reported_losses.period]]\nfrom = 2025-01-29\nper_day = { tanks = -1 }\n")
    ((code, _, _, line, column),) = problem.value.mistakes
    before = 'schema = 1\nextends = "two-towns"\n\n' + CLAIM + "\n[[reported_losses.period]]\nfrom\n"
    assert (code, line, column) == ("E204", before.count("\n") + 1, len("per_day = { tanks = ") + 1)


@pytest.mark.parametrize(("day", "says"), [("2024-12-01", "before the run"), ("2031-01-01", "after the run")])
def test_a_period_outside_the_run_is_warned_of(read, day, says):
    reading = read(CLAIM + f"\n[[reported_losses.period]]\nfrom = {day}\nper_day = {{ tanks = 1 }}\n")
    assert [warning.code for warning in reading.warnings if says in warning.message] == ["W609"]


def test_an_unknown_period_is_named_with_those_there_are(read):
    with pytest.raises(ScenarioError) as problem:
        read(CLAIM + LATER, SetNumber("period.2025-02-01.per_day.tanks=7"))
    assert codes_of(problem) == ["E309"]


def test_the_schema_has_periods_inside_reported_losses():
    schema = json_schema()
    assert "period" not in schema["properties"]
    assert schema["$defs"]["reported_losses"]["properties"]["period"]["type"] == "array"
    assert "period.ID.from" in [doc.key for doc in describe("period")]
