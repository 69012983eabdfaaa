"""A what-if keeps the loss coefficients of the reference world; an assumption has them fitted anew."""

import functools

import pytest

from sim.analysis.towns import contested_towns, days_by_town
from sim.engine.simulation import coefficients_of, expected_losses, simulate
from sim.errors import UsageError
from sim.model.events import NumberSet
from sim.model.quantities import DAY
from sim.model.scenario import is_settable
from sim.recording.ledger import Ledger
from sim.scenario_file.bundled import bundled_names
from sim.scenario_file.overrides import AssumeNumber, ScaleNumber, SetNumber
from sim.scenario_file.read import read_document, read_scenario

pytestmark = pytest.mark.untraced  # whole runs, whose lines others cover
DAYS = 12
LATER = 60
SAMPLES = (
    ("side.ru.fires", "20 /d"),
    ("side.ru.assaults", "18 /d"),
    ("side.ua.reach", "25 km"),
    ("side.ru.replacements", "10 soldiers/d"),
    ("side.ru.quality", "1.3"),
    ("side.ua.strikes", "9 /d"),
    ("side.ru.repair_crews", "0"),
    ("route.shevchenkove-kupiansk.capacity", "120 t/d"),
    ("town.valuyki.base", "50 t/d"),
)


def front(*overrides, name="kupiansk", days=DAYS):
    return read_scenario(name, [SetNumber(f"scenario.horizon={days} d"), *overrides]).scenario


def events_of(scenario, seed=3):
    found = []
    simulate(scenario, seed, emit=lambda t, event: found.append((t, event)))
    return found


@functools.cache
def plain(name="kupiansk", days=DAYS):
    return events_of(front(name=name, days=days))


def without_settings(events):
    return [each for each in events if not isinstance(each[1], NumberSet)]


@pytest.mark.parametrize(("key", "value"), SAMPLES)
def test_a_what_if_and_the_same_as_an_event_at_the_start_give_the_same_events(key, value):
    at_once, as_event = front(SetNumber(f"{key}={value}")), front(SetNumber(f"{key}@d0={value}"))
    once, from_day = events_of(at_once), events_of(as_event)
    assert without_settings(from_day) == once
    assert once != plain()
    assert expected_losses(as_event) == expected_losses(at_once)


def test_an_assumption_and_an_edited_file_give_the_same_events(tmp_path):
    path = tmp_path / "edited.toml"
    path.write_text('schema = 1\nextends = "kupiansk"\n[side.ru]\nfires = "20 /d"\n', encoding="utf-8")
    edited = front(name=path)
    assumed = front(AssumeNumber("side.ru.fires=20 /d"))
    assert events_of(assumed) == events_of(edited)
    assert assumed.reference is None
    for anew, before in zip(expected_losses(assumed), expected_losses(front()), strict=True):
        assert anew == pytest.approx(before)


def test_a_file_with_a_table_of_what_ifs_is_the_same_as_the_option(tmp_path):
    path = tmp_path / "changed.toml"
    table = '[what_if.side.ru]\nfires = "20 /d"\n\n[[what_if.route]]\nid = "shevchenkove-kupiansk"\n'
    path.write_text(f'schema = 1\nextends = "kupiansk"\n{table}capacity = "90 t/d"\n', encoding="utf-8")
    changes = SetNumber("side.ru.fires=20 /d"), SetNumber("route.kupiansk-shevchenkove.capacity=90 t/d")
    assert events_of(front(name=path)) == events_of(front(*changes))


@pytest.mark.parametrize("name", bundled_names())
def test_setting_numbers_to_their_own_values_changes_no_event(name):
    scenario = front(name=name, days=3)
    own = [SetNumber(f"{each.key}={each.text}") for each in scenario.parameters]
    changed = front(*own, name=name, days=3)
    assert changed.reference is not None
    assert events_of(changed) == plain(name, 3)


def test_doubled_fires_double_what_they_cost_and_bring_more_convoys_under_attack():
    before, after = expected_losses(front()), expected_losses(front(ScaleNumber("side.ru.fires=2")))
    assert after[1][3] == before[1][3]
    assert before[1][2] < after[1][2] < 1.4 * before[1][2]  # vehicles that bring the ammunition
    assert after[0][0] / before[0][0] == pytest.approx(1.42, abs=0.01)
    assert after[0][3] == pytest.approx(2 * before[0][3])  # artillery is lost to fires alone


def test_who_fires_more_uses_more_and_readers_of_the_recording_know():
    scenario = front(SetNumber("side.ru.fires=20 /d"), days=2)
    ledger = Ledger.of(scenario)
    outcome = simulate(scenario, 3, emit=ledger.apply)
    assert ledger.state.rations == outcome.state.rations
    fired = 1.0 + scenario.supply.ammunition_share * scenario.supply.fires_share * (20 / 6 - 1)
    assert outcome.state.rations == {"ru": pytest.approx((0.01, 0.01 + 0.015 * fired))}
    days = days_by_town(scenario, outcome.state, contested_towns(scenario, outcome.state), ["synkivka"])
    used = outcome.state.strength["synkivka"] * outcome.state.rations["ru"][1]
    assert days == {"synkivka": outcome.state.stock["synkivka"] / used}


def test_coefficients_stay_under_a_what_if_and_not_under_an_assumption():
    change = "side.ru.fires=20 /d"
    fitted, kept = coefficients_of(front())[0], coefficients_of(front(SetNumber(change)))[0]
    anew = coefficients_of(front(AssumeNumber(change)))[0]
    assert kept.fires == fitted.fires
    assert anew.fires[0].means[0] == pytest.approx(fitted.fires[0].means[0] * 6 / 20)


def test_what_is_always_an_assumption_is_one_also_when_it_is_set():
    for change in (
        "tempo.variation=0.3",
        "attrition.fires_law=area_fire",
        "reported_losses.sector_share=0.1",
    ):
        assert front(SetNumber(change)) == front(AssumeNumber(change))
        assert front(SetNumber(change)).reference is None


def test_a_what_if_stays_when_the_world_it_is_laid_over_is_assumed_anew():
    together = front(SetNumber("side.ru.fires=20 /d"), AssumeNumber("side.ru.fires=3 /d"))
    assert together.sides[1].fires == 20.0
    assert together.fitted.sides[1].fires == 3.0


def test_a_what_if_that_gives_losses_by_a_cause_without_any_is_refused():
    nobody = AssumeNumber("side.ru.fires=0 /d"), AssumeNumber("side.ua.fires=0 /d")
    with pytest.raises(UsageError, match="--assume"):
        coefficients_of(front(*nobody, SetNumber("side.ru.fires=6 /d")))
    coefficients_of(front(*nobody, AssumeNumber("side.ru.fires=6 /d")))


def test_a_recorded_document_keeps_both_worlds():
    reading = read_scenario("kupiansk", [SetNumber("side.ru.fires=20 /d"), AssumeNumber("tempo.lag_1=0.2")])
    again = read_document(reading.document)
    assert again == reading.scenario
    assert again.fitted.sides[1].fires == 6.0
    assert again.fitted.tempo.lag_1 == 0.2


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled_names())
def test_changes_from_a_day_on_leave_everything_before_it(name):
    """Every number that an event can set changes in one run: what any of them moved too early would show."""
    keys = [each.key for each in front(name=name).parameters if is_settable(each.key.split("."))]
    smaller = front(*(ScaleNumber(f"{key}=0.8") for key in keys), name=name).parameters
    changes = [SetNumber(f"{each.key}@d{LATER}={each.text}") for each in smaller if each.key in keys]
    events = events_of(front(*changes, name=name, days=LATER + 1))
    before = [each for each in events if each[0] < LATER * DAY]
    assert before == [each for each in plain(name, LATER + 1) if each[0] < LATER * DAY]
    assert {each.key for _, each in events if isinstance(each, NumberSet)} == set(keys)
