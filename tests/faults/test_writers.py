"""Races of two writers end as they should, and one that should not is noticed."""

import os

import pytest

from tests.faults import writers

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")]


def test_nothing_is_doubled_or_lost_where_two_write(tmp_path):
    for number in range(12):
        place = tmp_path / str(number)
        place.mkdir()
        assert writers.race(number, 1, place)[1] == []


def test_rows_that_are_there_twice_are_noticed(tmp_path):
    path = tmp_path / "a"
    writers.write_rows(path, "a")
    assert writers.check_rows(path) == []
    (path / "values" / "00009.parquet").write_bytes((path / "values" / "00000.parquet").read_bytes())
    assert "twice" in writers.check_rows(path)[0]
