"""A run from a later day begins with the map of that day, and knows no loss that was reported later."""

from datetime import date, timedelta

import pytest

from sim.engine.simulation import expected_losses
from sim.errors import UsageError
from sim.experiments.hindcast.observations import read_observations
from sim.experiments.hindcast.origin import opened_on
from sim.experiments.hindcast.scoring_period import scoring_period
from sim.model.initial_state import opening_state
from sim.scenario_file.overrides import AssumeNumber
from sim.scenario_file.read import read_scenario
from tests.support.past_front import chain, table

ROWS = (
    "2025-01-05,birch,not occupied,grey,Alpha",
    "2025-01-20,dogwood,not occupied,grey,Alpha",
    "2025-01-25,dogwood,grey,occupied,Alpha",
    "2025-02-10,cedar,not occupied,occupied,Alpha",
    "2025-01-10,cedar,not occupied,occupied,Beta",
)
PERIODS = "".join(
    f"\n[[reported_losses.period]]\nfrom = 2025-0{month}-01\nper_day = {{ personnel = {rate} }}\n"
    for month, rate in ((1, 300), (2, 500), (3, 900))
)


@pytest.fixture
def origin(tmp_path):
    """Return what begins the chain on a day, with more text in its file and other rows of what happened."""
    observed = table(tmp_path, *ROWS)
    chain(tmp_path)
    path = tmp_path / "chain.toml"
    plain = path.read_text("utf-8")

    def begun(day, more="", source=None):
        path.write_text(plain + more, "utf-8")
        reading = read_scenario(path)
        truth = read_observations(observed, reading.scenario)
        return opened_on(reading, truth, date.fromisoformat(day), source).scenario

    return begun


def holders(scenario):
    return "".join(town.held_by[0] for town in scenario.towns)


def test_each_town_is_with_whom_the_table_says_as_the_day_begins(origin):
    assert holders(origin("2025-01-01")) == "wwwwee"
    assert holders(origin("2025-01-25")) == "wwwwee", "contested is not yet occupied"
    assert holders(origin("2025-01-26")) == "wwweee"
    assert holders(origin("2025-02-11")) == "wweeee", "birch is contested, and stays with who held it"
    assert holders(origin("2025-02-11", source="Beta")) == "wwewee"


def test_the_run_begins_on_that_day_and_ends_when_it_would_have(origin):
    found = origin("2025-01-26")
    assert (found.start, found.horizon) == (date(2025, 1, 26), 35 * 86_400)


def test_who_took_a_town_sends_a_share_and_who_lost_it_withdraws(origin):
    before, found = origin("2025-01-01"), origin("2025-02-11")
    strength = {town.id: town.garrison.strength for town in found.towns}
    # elder has 1,500 soldiers, 0.4 of whom are shared between the two towns taken
    assert strength == {"aspen": 400, "birch": 1200, "cedar": 300, "dogwood": 300, "elder": 900, "firs": 1500}
    for side in ("west", "east"):
        of_side = [[t.garrison.strength for t in each.towns if t.held_by == side] for each in (before, found)]
        assert sum(of_side[0]) == sum(of_side[1])


def test_a_new_front_stands_at_the_edge_of_the_town_that_was_taken(origin):
    text = "".join(f'\n[[route]]\nfrom = "birch"\nto = "{town}"\n' for town in ("dogwood", "elder"))
    found = origin("2025-01-26", text)
    fronts = opening_state(found).fronts
    assert fronts["cedar-dogwood"] == pytest.approx(3.0), "at dogwood"
    assert set(fronts) == {"cedar-dogwood", "birch-dogwood", "birch-elder"}
    assert fronts["birch-elder"] == opening_state(origin("2025-01-01", text)).fronts["birch-elder"]


def test_what_the_scenario_has_of_a_town_that_was_taken_ends():
    reading = read_scenario("kupiansk-reported-months")
    truth = read_observations("kupiansk-control-2025", reading.scenario)
    found = opened_on(reading, truth, date(2025, 5, 1)).scenario
    before, after = ({town.id: town for town in each.towns} for each in (reading.scenario, found))
    changed = {name for name, town in after.items() if town.held_by != before[name].held_by}
    assert changed == {"zapadne", "novomlynsk", "topoli"}, "what DeepState has by 30 April"
    assert before["zapadne"].fortification > after["zapadne"].fortification == 1.0
    fronts = {route.id: route.front_distance for route in found.routes}
    assert fronts["topoli-urazovo"] is None
    assert fronts["petropavlivka-synkivka"] == 4.5


def test_only_losses_of_periods_that_were_over_are_known(origin):
    def known(day):
        reported = origin(day, PERIODS).reported_losses
        assert reported.periods == ()
        return reported.per_day["personnel"], reported.per_day["tanks"]

    assert known("2025-01-31") == (200, 4), "January is not over"
    assert known("2025-02-01") == (300, 4)
    assert known("2025-02-27") == (300, 4), "February's mean is not known in February"
    # nor does what is reported later move anything in the run
    raised = PERIODS.replace("500", "5000").replace("900", "9000")
    assert origin("2025-02-11", raised) == origin("2025-02-11", PERIODS)
    assert expected_losses(origin("2025-02-11", PERIODS))[1][0] == pytest.approx(300 * 0.1)


def test_what_was_scheduled_for_an_earlier_day_is_there_from_the_start(origin):
    event = '\n[[event]]\nid = "{}"\nat = "d{}"\ndo = "damage"\nroute = "aspen-birch"\namount = 0.5\n'
    found = origin("2025-01-26", event.format("early", 3) + event.format("late", 30.5))
    assert {each.id: each.at / 86_400 for each in found.events} == {"early": 0.0, "late": 5.5}


def test_an_assumption_holds_in_the_run_from_a_later_day_too():
    reading = read_scenario("kupiansk-reported-months", [AssumeNumber("side.ru.fires=9 /d")])
    truth = read_observations("kupiansk-control-2025", reading.scenario)
    found = opened_on(reading, truth, date(2025, 3, 1))
    assert found.scenario.sides[1].fires == 9.0
    assert list(map(str, found.overrides)) == ["--assume side.ru.fires=9 /d", "--origin 2025-03-01"]
    assert reading.scenario.start == date(2025, 1, 27), "what it was made from is as before"


@pytest.mark.parametrize("day", ["2024-12-31", "2025-03-01", "2025-03-02"])
def test_a_day_outside_the_run_or_what_is_known_is_refused(origin, day):
    with pytest.raises(UsageError, match="2025-01-01 to 2025-02-28"):
        origin(day)


def test_a_day_before_anything_was_reported_is_refused(tmp_path):
    path = chain(tmp_path).path
    path.write_text(path.read_text("utf-8").replace("date = 2025-01-01", "date = 2025-02-01"), "utf-8")
    reading = read_scenario(path)
    with pytest.raises(UsageError, match="first losses that A chain reports are of 2025-02-01"):
        opened_on(reading, read_observations(table(tmp_path, *ROWS), reading.scenario), date(2025, 1, 20))


def test_lead_times_are_whole_months_from_the_start_as_far_as_is_scored():
    reading = read_scenario("kupiansk-reported-months")
    truth = read_observations("kupiansk-control-2025", reading.scenario)

    def leads(day, first=None, last=None):
        period = scoring_period(opened_on(reading, truth, day).scenario, truth, first, last)
        return [(months, until.isoformat()) for months, until in period.leads]

    assert leads(date(2025, 1, 27)) == [(1, "2025-02-26"), (3, "2025-04-26"), (6, "2025-07-26")]
    assert leads(date(2025, 3, 1)) == [(1, "2025-03-31"), (3, "2025-05-31")]
    assert leads(date(2025, 5, 1)) == [(1, "2025-05-31"), (3, "2025-07-31")]
    assert leads(date(2025, 5, 1) + timedelta(days=1)) == [(1, "2025-06-01")]
    assert leads(date(2025, 5, 1), last=date(2025, 5, 30)) == []
    assert leads(date(2025, 3, 1), first=date(2025, 4, 1)) == [(3, "2025-05-31")]
