"""Each day's weather and tempo: told once, normalised to mean 1, and felt on the roads."""

import dataclasses
import math

import pytest

from sim.engine.calendar import Calendar
from sim.model import events as e
from sim.model.daily_conditions import weather_shares
from sim.model.network import Network
from sim.model.parameters import Supply, Tempo, Weather
from sim.model.quantities import DAY
from sim.model.scenario import Scenario
from sim.statistics.streams import Streams
from tests.support.fronts import begun, bundled, front, go, of_kind, played, road, route, sides, town
from tests.support.parallel import mean_and_error

ALWAYS_MUD = Weather(shares={"jan": {"mud": 1.0}, "feb": {"mud": 1.0}})


@pytest.fixture(scope="module")
def first_days():
    """Weather, tempo and intensity of the baseline's first day under many seeds."""
    scenario = bundled("kupiansk", 2)
    calendars = (Calendar(scenario, Network(scenario), Streams(seed)) for seed in range(1500))
    return [(calendar.weathers[0], calendar.tempos[0], calendar.intensities[0]) for calendar in calendars]


def test_every_day_is_told_once_with_what_it_brings():
    scenario = bundled("kupiansk", 20)
    run, _ = begun(scenario, 1)
    told = of_kind(played(scenario, 1)[1], e.DayStarted)
    assert [event.day for event in told] == list(range(20))
    assert [event.weather for event in told] == run.front.calendar.weathers
    assert [event.tempo for event in told] == pytest.approx(run.front.calendar.tempos, abs=1e-4)


def test_the_mean_intensity_is_1_at_the_start(first_days):
    mean, error = mean_and_error([intensity for _, _, intensity in first_days])
    assert abs(mean - 1) < 3.5 * error
    assert error < 0.01


def test_weather_keeps_the_months_shares(first_days):
    scenario = bundled("kupiansk", 2)
    shares = weather_shares(scenario.weather, scenario.start)
    found = [state for state, _, _ in first_days]
    for state, share in shares.items():
        error = math.sqrt(share * (1 - share) / len(found))
        assert abs(found.count(state) / len(found) - share) < 3.5 * error


def test_tempo_varies_as_much_as_it_should(first_days):
    tempos = [tempo for _, tempo, _ in first_days]
    mean, error = mean_and_error(tempos)
    assert abs(mean - 1) < 3.5 * error
    assert error * math.sqrt(len(tempos)) == pytest.approx(0.13, rel=0.08)


def test_quiet_days_are_all_alike():
    run, _ = begun(road(days=4))
    assert run.front.calendar.intensities == [1.0] * 4
    assert run.front.calendar.speed == 1.0


def test_weather_that_is_off_changes_nothing():
    off = road(days=3, weather=dataclasses.replace(ALWAYS_MUD, is_on=False))
    run, _ = begun(off)
    assert (run.front.calendar.speed, run.front.calendar.intensities) == (1.0, [1.0] * 3)
    assert run.front.available(0).tolist()[:2] == [400.0, 400.0]


def test_the_weathers_tempo_is_relative_to_the_first_month():
    weather = Weather(shares={"jan": {"clear": 1.0}, "feb": {"mud": 1.0}}, persistence=0.0)
    run, _ = begun(road(days=10, weather=weather))
    # it starts on 27 January: five days of clear weather, then mud
    assert run.front.calendar.intensities == pytest.approx([1.0] * 5 + [0.85 / 1.05] * 5)


def test_mud_slows_convoys_and_takes_capacity_from_roads_but_not_from_rails():
    dry, wet = road(days=3), road(days=3, weather=ALWAYS_MUD)
    speed, capacity = ALWAYS_MUD.speed["mud"], ALWAYS_MUD.capacity["mud"]
    in_dry, in_wet = begun(dry)[0].front, begun(wet)[0].front
    for fast, slow in zip(in_dry.calendar.leg_times[:2], in_wet.calendar.leg_times[:2], strict=True):
        assert slow == pytest.approx(fast / speed, abs=1)
    assert in_wet.available(0)[0] == pytest.approx(400 * capacity)
    on_rails = begun(road(days=3, weather=ALWAYS_MUD, roads={"kind": "rail"}))[0].front
    assert on_rails.available(0)[0] == pytest.approx(400)


def test_rain_shortens_reach():
    def exposed(weather):
        return begun(road(days=2, weather=weather, towns=()))[0].interdiction.exposure()[1]

    rain = Weather(shares={"jan": {"rain": 1.0}})
    clear = Weather(shares={"jan": {"clear": 1.0}})
    assert all(wet <= dry for wet, dry in zip(exposed(rain), exposed(clear), strict=True))
    assert exposed(rain)[2] < exposed(clear)[2]


def test_days_go_by_when_nothing_happens():
    run, told = begun(road((0, 0, 0), days=6))
    go(run, 4.5)
    assert run.front.calendar.day == 4
    assert [t for t, event in told if isinstance(event, e.DayStarted)] == [0, DAY, 2 * DAY, 3 * DAY, 4 * DAY]


def test_a_part_of_a_day_counts_as_a_day():
    scenario = road(days=1.5)
    run, _ = begun(scenario)
    assert isinstance(scenario, Scenario)
    assert run.front.calendar.days == 2


def test_tempo_raises_what_those_in_contact_use_and_nobody_elses():
    def used(variation):
        scenario = front(
            [
                town("rear", 0.0, "a", 1000, stock=500.0),
                town("west", 30.0, "a", 1000, stock=500.0),
                town("east", 40.0, "b", 1000, stock=500.0),
            ],
            [route("rear", "west"), route("west", "east")],
            days=3,
            sides=sides(),
            tempo=Tempo(variation=variation),
            supply=Supply(consumption_idle=5.0, consumption_fighting=25.0),
        )
        run, told = begun(scenario, 2)
        go(run, 2.9)
        amounts = [event.amounts for event in of_kind(told, e.SupplyConsumed)]
        return run.front.calendar.tempos, amounts

    assert all(each == pytest.approx((2.5, 12.5, 12.5)) for each in used(0.0)[1])
    tempos, amounts = used(0.3)
    assert [each[0] for each in amounts] == pytest.approx([2.5] * 5)
    halves = [tempos[0], tempos[0], tempos[1], tempos[1], tempos[2]]
    expected = [(5 + 20 * tempo) / 2 for tempo in halves]
    assert [each[1] for each in amounts] == pytest.approx(expected, abs=1e-5)
    assert [each[2] for each in amounts] == pytest.approx(expected, abs=1e-5)
