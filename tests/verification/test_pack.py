"""The verification pack passes, through the engine itself, and says what it held against what."""

import math

import pytest

from sim.scenario_file.bundled import bundled_names, verification_names
from sim.scenario_file.read import read_scenario
from sim.verification import pack
from sim.verification.case import ERRORS, Case, Check, exactly, within, within_sample
from sim.verification.pack import CASES, SEED, verdict_of, verify

NAMES = tuple(case.name for case in CASES)
LONG = {
    *("square-law", "linear-law", "logarithmic-law", "helmbold-law", "iwo-jima"),
    *("duel-2-1", "duel-3-2", "duel-5-4", "duel-10-8", "duel-uneven", "duel-area-fire"),
    *("fluid-limit", "least-cost", "maximum-flow"),
    *("availability", "repair-crew", "repair-crews"),
}
"""Cases of some seconds; their topics have shorter ones too."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in NAMES]
)
def test_the_engine_gives_what_is_published(name):
    verdict = verdict_of(name, SEED)
    assert verdict.problem == ""
    assert [check for check in verdict.checks if not check.passed] == []
    assert verdict.passed


@pytest.mark.slow
def test_other_luck_gives_it_too():
    failed = [verdict.name for verdict in verify(NAMES, 2, jobs=2) if not verdict.passed]
    assert failed == []


def test_every_case_says_whose_it_is_and_what_is_run():
    assert len(set(NAMES)) == len(NAMES) > 15
    for case in CASES:
        assert case.claim
        assert case.source
        assert case.scenario in {"", *bundled_names(), *verification_names()}


@pytest.mark.parametrize("name", verification_names())
def test_the_packs_own_scenarios_are_found_by_name_and_hold_no_surprises(name):
    reading = read_scenario(name)
    assert reading.warnings == ()
    assert reading.scenario.tempo.variation == 0.0
    assert not reading.scenario.weather.is_on


def test_the_packs_own_scenarios_are_run_by_a_case_and_not_listed():
    assert {case.scenario for case in CASES} >= set(verification_names())
    assert not any(name.startswith("verification") for name in bundled_names())


def test_cases_come_out_alike_on_one_core_and_on_two():
    some = ("textbook-flow", "starvation", "leg-losses")
    assert list(verify(some, 5, jobs=1)) == list(verify(some, 5, jobs=2))


def test_a_case_that_breaks_off_has_failed_and_says_why(monkeypatch):
    def broken(_):
        raise ZeroDivisionError("of what")

    case = Case("broken", "breaks", "nobody", "", broken)
    monkeypatch.setattr(pack, "CASES", (case, Case("empty", "", "", "", lambda _: [])))
    verdict = verdict_of("broken", 1)
    assert (verdict.passed, verdict.problem) == (False, "ZeroDivisionError: of what")
    assert verdict.nearest_to_failing is None
    assert not verdict_of("empty", 1).passed


def test_a_number_passes_within_its_tolerance_only():
    assert Check("", 1.0, 1.5, 0.5, "").passed
    assert not Check("", 1.0, 1.6, 0.5, "").passed
    assert not Check("", 1.0, math.nan, 0.5, "").passed
    assert [Check("", 1.0, got, tolerance, "").distance for got, tolerance in ((2.0, 0.5), (1.0, 0.0))] == [
        2.0,
        0.0,
    ]
    assert math.isinf(Check("", 1.0, 2.0, 0.0, "").distance)
    assert math.isinf(Check("", 1.0, math.nan, 0.5, "").distance)


def test_tolerances_are_standard_errors():
    known = within("", 0.0, [1.0, -1.0, 1.0, -1.0], 3.0, "by theory")
    assert (known.got, known.tolerance) == (0.0, ERRORS * 3.0 / 2.0)
    assert "by theory" in known.why
    own = within_sample("", 0.0, [0.0, 2.0] * 50)
    assert own.tolerance == pytest.approx(ERRORS * math.sqrt(100 / 99) / 10)
    assert exactly("", 1.0, 1.0).tolerance == 0.0
