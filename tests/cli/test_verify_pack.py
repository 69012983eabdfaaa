"""``frontsim verify`` without a recording: the pack's table, one case in full, and failures that show."""

import pytest

from sim.cli.trust.verify import _complete
from sim.engine.logistics import convoys
from sim.verification.pack import CASES

NAMES = [case.name for case in CASES]
QUICK = ("textbook-flow", "coverage", "starvation")


def test_one_case_is_told_with_all_its_numbers_and_why(frontsim):
    result = frontsim("verify", "textbook-flow")
    assert result.exit_code == 0
    assert "Cormen et al." in result.stdout
    assert "maximum flow" in result.stdout
    assert "HiGHS answers to 1e-7" in result.stdout
    assert "1 case with 3 numbers, seed 1: all passed." in result.stdout


def test_a_table_has_a_row_for_each_case(frontsim, monkeypatch):
    monkeypatch.setattr("sim.verification.pack.CASES", tuple(case for case in CASES if case.name in QUICK))
    result = frontsim("verify", "--jobs", "1", "--progress", "always")
    assert result.exit_code == 0
    assert all(f"\n{name} " in result.stdout for name in QUICK)
    assert "3 of 3: " in result.stderr


def test_values_name_expected_got_and_tolerance(answer):
    found, code = answer("verify", "starvation", "textbook-flow", "--seed", "7", "-j", "1")
    assert (code, found["seed"], found["passed"]) == (0, 7, True)
    assert [case["name"] for case in found["cases"]] == ["textbook-flow", "starvation"]
    case = found["cases"][0]
    assert case["checks"][0]["expected"] == pytest.approx(23.0)
    assert {"name", "source", "expected", "got", "tolerance", "passed", "why"} <= set(case)
    assert case["passed"]


@pytest.mark.untraced
def test_a_wrong_engine_fails_with_exit_code_1(frontsim, answer, monkeypatch):
    chance = convoys.attack_chance
    monkeypatch.setattr(convoys, "attack_chance", lambda risk: chance(risk) / 2)
    result = frontsim("verify", "leg-losses")
    assert result.exit_code == 1
    assert "NO" in result.stdout
    assert "1 failed: leg-losses." in result.stdout
    assert "please report this table" in result.stdout
    found, code = answer("verify", "leg-losses", "--seed", "9")
    assert (code, found["passed"], found["cases"][0]["passed"]) == (1, False, False)
    assert "Try another --seed." in frontsim("verify", "leg-losses", "--seed", "9").stdout


def test_a_case_that_breaks_off_is_told(frontsim, answer, monkeypatch):
    monkeypatch.setattr("sim.verification.textbook_flow.plan_over", None)
    case = next(case for case in CASES if case.name == "textbook-flow")
    assert case.scenario == ""
    result = frontsim("verify", "textbook-flow")
    assert result.exit_code == 1
    assert "The case could not be completed: TypeError" in result.stdout
    found, _ = answer("verify", "textbook-flow")
    assert found["cases"][0]["expected"] is None
    monkeypatch.setattr("sim.verification.pack.CASES", (case,))
    assert "TypeError" in frontsim("verify").stdout


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["square-lw"], "square-law"),
        (["square-law", "sqare-law"], "square-law"),
        (["one.gz", "two.gz"], "name one at a time"),
        (["run.jsonl.gz", "--seed", "3"], "without --seed"),
        (["no\0thing"], "Cases are availability"),
    ],
)
def test_what_is_no_case_is_said_with_what_was_perhaps_meant(frontsim, typed, said):
    result = frontsim("verify", *typed)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_recording_that_is_not_there_is_said(frontsim):
    assert frontsim("verify", "nothing.jsonl.gz").exit_code == 4


def test_cases_and_files_are_completed():
    assert [each.value for each in _complete(None, None, "duel-")][-1] == "duel-"
    assert "duel-10-8" in [each.value for each in _complete(None, None, "duel-")]
