"""What happened is read from a table that anyone can write, and what is wrong with it is said."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from sim.errors import FileError, UsageError
from sim.experiments.hindcast.observations import read_observations
from sim.experiments.hindcast.scoring_period import ScoringPeriod, scoring_period
from sim.scenario_file.read import read_scenario
from tests.support.past_front import TOWNS, chain, table

DOGWOOD = "2025-01-20,dogwood,not occupied,occupied,Alpha (window end)"


@pytest.fixture
def front(tmp_path):
    return chain(tmp_path).scenario


def test_a_town_is_as_the_last_change_before_says(front, tmp_path):
    rows = (DOGWOOD, "2025-02-03,dogwood,occupied,grey,Alpha", "2025-01-20,cedar,grey,occupied,Beta")
    truth = read_observations(table(tmp_path, *rows), front)
    days = [date(2025, 1, 19), date(2025, 1, 20), date(2025, 2, 3)]
    states = truth.states(front, "Alpha", days)
    assert states[:, TOWNS.index("dogwood")].tolist() == [0.0, 1.0, 0.5]
    assert states[:, TOWNS.index("cedar")].tolist() == [0.0] * 3
    assert states[:, TOWNS.index("elder")].tolist() == [1.0] * 3
    # before its first change a town was as that change says
    assert truth.states(front, "Beta", days)[0, TOWNS.index("cedar")] == 0.5


def test_sources_are_told_apart_whoever_tells_most_first(front, tmp_path):
    truth = read_observations(table(tmp_path, "2025-02-01,cedar,grey,occupied,Beta", DOGWOOD, DOGWOOD), front)
    assert truth.sources == ("Alpha", "Beta")


def test_places_the_scenario_lacks_are_counted_and_named(front, tmp_path):
    strange = "2025-01-05,Faraway (Hills),not occupied,grey,Alpha"
    truth = read_observations(table(tmp_path, strange, strange, DOGWOOD), front)
    assert truth.unknown_places == {"Faraway (Hills)": 2}
    assert len(truth.changes) == 1


def test_states_may_be_sides_and_the_advance_stands_in_a_comment(front, tmp_path):
    path = table(
        tmp_path, "2025-01-20,Dogwood (by the mill),west,east,Alpha", comment="# advance: 0.05 km/d\n"
    )
    truth = read_observations(path, front, "east")
    assert (truth.changes[0].before, truth.changes[0].after, truth.advance) == (0.0, 1.0, 0.05)
    assert read_observations(path, front, "west").changes[0].after == 0.0


def test_a_table_without_a_basis_has_one_source(front, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("date,town,from,to\n\n2025-01-20,dogwood,grey,occupied\n", "utf-8")
    assert read_observations(path, front).sources == ("truth",)


@pytest.mark.parametrize("blank", ["", ",,,,", " , ,,, ", "\t", ";;;;"])
def test_rows_without_anything_in_them_are_skipped(front, tmp_path, blank):
    assert len(read_observations(table(tmp_path, DOGWOOD, blank, blank), front).changes) == 1


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\x0b", "\x0c"])
def test_only_line_ends_end_a_row(front, tmp_path, mark):
    rows = (DOGWOOD.replace("(", f"{mark}("), "2025-02-01,cedar,grey,occupied,Beta")
    assert len(read_observations(table(tmp_path, *rows), front).changes) == 2


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_names_are_the_same_in_any_normal_form(front, tmp_path, form):
    named = replace(front, towns=(replace(front.towns[0], name="Велика Їжачка"), *front.towns[1:]))
    row = unicodedata.normalize(form, "2025-02-20,Велика Їжачка,grey,occupied,A")
    assert read_observations(table(tmp_path, row), named).changes[0].town == front.towns[0].id


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "20 January,dogwood,grey,occupied,A",
            "truth.csv:2: '20 January' is not a date. Write it 2025-01-31.",
        ),
        ("2025-01-20,dogwood,grey,taken,A", "\"to\" is 'taken'. It can be occupied, grey, not occupied"),
        ("2025-01-20,dogwood", 'truth.csv:2: "from" is missing'),
        ("2025-01-20,,grey,occupied,A", 'truth.csv:2: "town" is missing'),
        ('2025-01-20,"two\nlines",grey,grey,A\n2025-13-20,a,grey,grey,A', "truth.csv:4: '2025-13-20' is not"),
        (f"2025-01-20,{'x' * 140_000},grey,grey,A", "truth.csv:2 is not valid CSV: field larger than"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line(front, tmp_path, row, said):
    with pytest.raises(FileError, match="truth") as problem:
        read_observations(table(tmp_path, row), front)
    assert said in str(problem.value)


def test_states_and_headings_are_read_as_people_write_them(front, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Date, Town ,FROM,to\n2025-01-20,DOGWOOD,Not Occupied,GREY\n", "utf-8-sig")
    (change,) = read_observations(path, front).changes
    assert (change.town, change.before, change.after) == ("dogwood", 0.0, 0.5)
    path.write_text("date;town;from;to\n2025-01-20;dogwood;grey;occupied\n", "utf-8")
    with pytest.raises(FileError, match="Separate cells with commas"):
        read_observations(path, front)


@pytest.mark.parametrize("told", ["1.2.3 km/d", "23 m/d", "fast", "-1 km/d"])
def test_an_advance_that_cannot_be_read_is_said_with_its_line(front, tmp_path, told):
    path = table(tmp_path, DOGWOOD, comment=f"# A table.\n# advance: {told}\n")
    with pytest.raises(FileError, match=r"truth\.csv:2: write the usual advance like this"):
        read_observations(path, front)


def test_what_is_no_table_is_refused(front, tmp_path):
    path = tmp_path / "t.csv"
    for content in (b"", b"when,where\n1,2\n"):
        path.write_bytes(content)
        with pytest.raises(FileError, match='has no column "date"'):
            read_observations(path, front)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match="is not UTF-8 text"):
        read_observations(path, front)
    with pytest.raises(FileError, match=r"cannot be read: No such file.*--observations"):
        read_observations(tmp_path / "nowhere.csv", front)


def test_a_table_of_other_places_and_strange_sides_are_refused(front, tmp_path):
    with pytest.raises(UsageError, match="None of the places"):
        read_observations(table(tmp_path, "2025-01-05,Faraway,grey,occupied,A"), front)
    with pytest.raises(UsageError, match="There is no side 'north'"):
        read_observations(table(tmp_path, DOGWOOD), front, "north")


def test_the_bundled_table_ends_in_july_and_knows_the_baselines_towns():
    baseline = read_scenario("kupiansk-reported-months").scenario
    truth = read_observations("kupiansk-control-2025", baseline)
    assert truth.sources == ("DeepState", "Liveuamap")
    assert set(truth.unknown_places) == {"Vovchansk", "Berestove"}
    assert max(change.on for change in truth.changes) == date(2025, 7, 25)
    assert truth.advance == 0.023
    assert baseline.sides[truth.side].id == "ru"
    window = scoring_period(baseline, truth, None, None)
    assert (window.first, window.last, len(window.dates)) == (date(2025, 1, 27), date(2025, 7, 31), 7)
    gained = truth.states(baseline, "DeepState", [window.last]) == 1.0
    started = np.array([town.held_by == "ru" for town in baseline.towns])
    assert (gained & ~started).sum() == 9


def test_a_window_has_month_ends_and_its_last_day():
    window = ScoringPeriod(date(2025, 1, 1), date(2025, 1, 10), date(2025, 3, 5))
    assert window.dates == (date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 5))
    assert window.months[1] == (date(2025, 2, 1), date(2025, 2, 28))
    assert (window.beginning(date(2025, 1, 10)), window.end(date(2025, 1, 10))) == (9, 10)
    assert ScoringPeriod(date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 2)).dates == (date(2025, 1, 2),)


def test_a_window_stays_within_the_run_and_within_what_is_known(front, tmp_path):
    truth = read_observations(table(tmp_path, DOGWOOD), front)
    assert scoring_period(front, truth, None, None).last == date(2025, 1, 31)
    assert scoring_period(front, truth, None, date(2025, 2, 10)).last == date(2025, 2, 10)
    late = front.start + timedelta(days=60)
    for first, last in ((None, late), (date(2024, 12, 1), None), (date(2025, 2, 2), date(2025, 2, 1))):
        with pytest.raises(UsageError, match="is not in the run"):
            scoring_period(front, truth, first, last)
