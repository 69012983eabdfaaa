"""A front of five towns, and a list of events in which every kind occurs."""

from datetime import date

import pytest

from sim.model import events as e
from sim.model.initial_state import opening_state
from sim.model.parameters import Weather
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import Garrison, Position, Route, Scenario, Side, Town
from sim.recording.ledger import Ledger
from sim.recording.reader import Recording
from sim.recording.records import Header
from sim.recording.writer import RecordingWriter


@pytest.fixture(scope="session")
def scenario():
    # what each weather leaves of a road is written out: the figures in the tests do not hang on defaults
    weather = Weather(capacity={"clear": 1.0, "rain": 0.95, "mud": 0.8, "frost": 0.95})
    return Scenario(
        weather=weather,
        name="Five towns",
        start=date(2025, 1, 27),
        horizon=20 * DAY,
        sides=(
            Side(id="ua", name="Ukraine", reserve=50, replacements=10.0),
            Side(id="ru", name="Russia", mark="diamond", reserve=80, replacements=20.0),
        ),
        towns=(
            Town(
                id="west",
                name="Zakhid",
                at=Position(49.7, 37.0),
                held_by="ua",
                base=100.0,
                garrison=Garrison(strength=100, stock=40.0),
            ),
            Town(
                id="mill",
                name="Mlyn",
                at=Position(49.7, 37.2),
                held_by="ua",
                garrison=Garrison(strength=500, stock=20.0),
            ),
            Town(
                id="ford",
                name="Brid",
                at=Position(49.7, 37.4),
                held_by="ua",
                garrison=Garrison(strength=1000, stock=48.0),
            ),
            Town(
                id="east",
                name="Skhid",
                at=Position(49.7, 37.6),
                held_by="ru",
                garrison=Garrison(strength=2000, stock=90.0),
            ),
            Town(
                id="far",
                name="Daleke",
                at=Position(49.7, 37.9),
                held_by="ru",
                base=300.0,
                garrison=Garrison(strength=300, stock=30.0),
            ),
        ),
        routes=(
            Route(id="west-mill", start="west", end="mill", length=15.0, capacity=100.0),
            Route(id="mill-ford", start="mill", end="ford", length=15.0, capacity=40.0),
            Route(id="ford-east", start="ford", end="east", kind="crossing", length=14.0),
            Route(id="east-far", start="east", end="far", kind="rail", length=25.0),
            Route(id="mill-east", start="mill", end="east", kind="track", length=29.0),
        ),
        focus=("ford",),
    )


@pytest.fixture
def opening(scenario):
    return opening_state(scenario)


@pytest.fixture(scope="session")
def story():
    """Times and events of twelve days, every kind of event among them; the books balance throughout."""
    none = (0,) * 7
    return [
        (
            0,
            e.ConvoyDeparted(1, "ua", "west", "ford", ("west-mill", "mill-ford"), (600, 3600), -600, 10.0, 2),
        ),
        (0, e.DayStarted(0, "frost", 1.05)),
        (
            0,
            e.PlanAdopted(
                "ua",
                {"west-mill": 50.0, "mill-ford": 36.0},
                {"west": 0.8, "mill": 13.0, "ford": 45.0},
                {"west": 0.8, "mill": 13.0, "ford": 36.0},
                {"mill-ford": 0.9},
            ),
        ),
        (
            0,
            e.PlanAdopted(
                "ru", {"east-far": -60.0}, {"east": 60.0, "far": 2.4}, {"east": 60.0, "far": 2.4}, {}
            ),
        ),
        (0, e.RoutesExposed({"mill-ford": 0.05, "east-far": 0.02})),
        (0, e.OrdersGiven("ru", {"ford-east": 2.0, "mill-east": 1.0})),
        (3600, e.ConvoyArrived(1, "ford", 10.0)),
        (
            4000,
            e.ConvoyDeparted(
                2, "ua", "west", "ford", ("west-mill", "mill-ford"), (6000, 8000), 4000, 30.0, 6
            ),
        ),
        (7000, e.ConvoyAttacked(2, "mill-ford", "ford", 10.0, (2, 0, 2, 0, 0, 0, 0))),
        (7000, e.RouteDamaged("mill-ford", "ru", 0.4, 0.4)),
        (7500, e.ConvoyHeld(2, "mill")),
        (7600, e.RepairStarted("mill-ford", "ua", 7600 + DAY)),
        (8000, e.ConvoyRerouted(2, "mill", "mill", (), ())),
        (8000, e.ConvoyArrived(2, "mill", 20.0)),
        (9000, e.ConvoyDeparted(3, "ru", "far", "east", ("east-far",), (12_000,), 9000, 30.0, 6)),
        (10_000, e.ConvoyLost(3, 30.0, (0, 0, 6, 0, 0, 0, 0))),
        (12_000, e.FiresFell("ru", "ford", (30, 2, 0, 1, 0, 0, 0))),
        (6 * HOUR, e.SupplyConsumed((0.2, 1.0, 5.0, 10.0, 0.6))),
        (
            7 * HOUR,
            e.AssaultFought(
                "ford-east",
                "ru",
                "east",
                "ford",
                3 * HOUR,
                1.2,
                True,
                5.25,
                (60, 1, 1, 0, 3, 1, 0),
                (20, *none[1:]),
            ),
        ),
        (DAY, e.DayStarted(1, "mud", 0.9)),
        (DAY, e.ReplacementsArrived("ua", {"ford": 8}, 2)),
        (DAY, e.ReplacementsArrived("ru", {"east": 20}, 0)),
        (DAY + 7600, e.RouteRepaired("mill-ford", "ua", 0.1)),
        (2 * DAY, e.ReinforcementsArrived("ru", None, 100)),
        (2 * DAY, e.ReinforcementsArrived("ua", "mill", 25)),
        (2 * DAY, e.ReserveCommitted("ru", "east", 120)),
        (3 * DAY, e.GarrisonMoved("ua", "mill", "ford", 50)),
        (4 * DAY, e.NumberSet("side.ru.reach", 15.0)),
        (6 * DAY, e.TownEncircled("ford", "ua")),
        (6 * DAY + 60, e.TownRelieved("ford", "ua")),
        (7 * DAY, e.TownEncircled("ford", "ua")),
        (7 * DAY, e.RepairStarted("mill-ford", "ua", 9 * DAY)),
        (
            8 * DAY,
            e.TownFell(
                town="ford",
                loser="ua",
                winner="ru",
                route="ford-east",
                retreat="mill",
                withdrawn=956,
                losses=(50, 0, 3, 0, 0, 0, 0),
                moved_from="east",
                moved_in=700,
                stock_lost=33.0,
                stock_captured=20.0,
                fronts={"mill-ford": 15.0},
                how="assault",
            ),
        ),
        (8 * DAY, e.RoutesExposed({"mill-ford": 0.0})),
        (8 * DAY, e.PlanAdopted("ua", {"mill-ford": 0.0}, {"ford": 0.0}, {"ford": 0.0}, {})),
        (9 * DAY, e.StarvationBegan("mill", "ua", 0.58)),
        (10 * DAY, e.SoldiersLeft("mill", "ua", 10, none)),
        (10 * DAY + 12 * HOUR, e.SoldiersLeft("mill", "ua", 0, (6, *none[1:]))),
        (11 * DAY, e.StarvationEnded("mill", "ua")),
        (11 * DAY, e.RationsSet("ua", 0.01, 0.03)),
        (12 * DAY, e.RunEnded("condition", "ford held by ru")),
    ]


@pytest.fixture(scope="session")
def header(scenario):
    return Header.of(scenario, {"title": "Five towns"}, seed=42, replication=3, name="five-towns")


def write(path, header, scenario, story, **options):
    """Record a story, and return the receipt."""
    with RecordingWriter(path, header, scenario, **options) as writer:
        for t, event in story:
            writer.emit(t, event)
        return writer.finish()


@pytest.fixture(scope="session")
def record(header, scenario):
    """Record a story under a path, and return the receipt."""
    return lambda path, story, **options: write(path, header, scenario, story, **options)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory, record, story):
    """The story as a recording on disk; to be read only."""
    path = tmp_path_factory.mktemp("recorded") / "five-towns.jsonl.gz"
    record(path, story)
    return path


@pytest.fixture
def recording(recorded):
    return Recording.open(recorded)


@pytest.fixture
def books(scenario):
    """Books at the start."""
    return Ledger.of(scenario)
