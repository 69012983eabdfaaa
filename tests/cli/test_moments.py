"""Days as they are typed."""

from datetime import date

import pytest

from sim.cli.inputs import read_moment
from sim.errors import UsageError
from sim.model.quantities import DAY, HOUR, MINUTE

START = date(2025, 1, 27)


@pytest.mark.parametrize(
    ("text", "t"),
    [
        ("0", 0),
        ("23", 23 * DAY),
        ("d23", 23 * DAY),
        ("D23", 23 * DAY),
        (" 23.5 ", 23 * DAY + 12 * HOUR),
        ("d23 06:00", 23 * DAY + 6 * HOUR),
        ("23 6:05", 23 * DAY + 6 * HOUR + 5 * MINUTE),
        ("d23T18:30", 23 * DAY + 18 * HOUR + 30 * MINUTE),
        ("2025-01-27", 0),
        ("2025-02-19", 23 * DAY),
        ("2025-02-19 06:00", 23 * DAY + 6 * HOUR),
        ("2025-02-19T06:00", 23 * DAY + 6 * HOUR),
        ("180", 180 * DAY),
        ("2025-07-26", 180 * DAY),
    ],
)
def test_every_way_to_write_a_day_is_read(text, t):
    assert read_moment(text, START, 180 * DAY) == t


@pytest.mark.parametrize(
    "text", ["", "x", "d", "d-3", "-3", "23:00", "d23 25:00", "d23 6", "2025-02-30", "2025-2-3", "nan", "1e3"]
)
def test_what_is_no_day_is_said_with_the_ways_to_write_one(text):
    with pytest.raises(UsageError, match=r"Write a day as 23, d23"):
        read_moment(text, START, 180 * DAY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-01-26", "before the run, which begins on 2025-01-27"),
        ("d181", "after the run, which ends on day 180, 2025-07-26"),
        ("180.01", "after the run"),
    ],
)
def test_a_day_outside_the_run_is_told_its_ends(text, words):
    with pytest.raises(UsageError, match=words):
        read_moment(text, START, 180 * DAY)


def test_what_was_typed_is_shown_harmless():
    with pytest.raises(UsageError) as error:
        read_moment("\x1b[31m", START, DAY)
    assert "\x1b" not in str(error.value)
