"""A hindcast's file: read as typed values, and refused in words where it was cut off, changed or made up."""

import copy
import json
import math
import os

import pytest

from sim.errors import FileError
from sim.files.versioned_json import MAX_SIZE
from sim.results.hindcast_scores import FILE, read_hindcast

SCORE = {"value": 0.1, "low": 0.05, "high": None}
READING = {
    "source": "A",
    "grey": "not occupied",
    "scored_towns": 2,
    "changed": 1,
    "brier_intervals": {"model": SCORE},
    "skill": {"persistence": SCORE},
    "auc": SCORE,
    "reliability": [
        {"from": 0.0, "to": 0.05, "count": 3, "forecast": 0.01, "happened": 0.0, "low": 0.0, "high": 0.1}
    ],
}
TOLD = {
    "format": "frontsim hindcast",
    "version": 2,
    "scenario": "two-towns",
    "title": "Two towns",
    "seed": 1,
    "truth": "mine.csv",
    "drawn_parameters": None,
    "hash": "abc",
    "document": {},
    "window": {"from": "2025-01-27", "to": "2025-02-28", "dates": ["2025-02-28"]},
    "replications": 4,
    "level": 0.9,
    "occupier": "east",
    "readings": [READING],
    "cases": {"towns": ["a", "b"], "chances": {"model": [[0.5, 0.0]]}, "happened": [[1.0, 0.0]]},
}


def written(folder, changes=(), text=None):
    """Return a folder with a hindcast in it, changed at the ends of paths."""
    told = copy.deepcopy(TOLD)
    for path, value in changes:
        *way, last = path
        place = told
        for step in way:
            place = place[step]
        place[last] = value
    (folder / FILE).write_text(json.dumps(told) if text is None else text, encoding="utf-8")
    return folder


def test_what_was_written_is_read_with_its_types(tmp_path):
    found = read_hindcast(written(tmp_path))
    assert found.window.dates[0].year == 2025
    assert found.first.skill["persistence"].value == 0.1
    assert math.isnan(found.first.auc.high)
    assert found.first.auc.is_significant
    assert found.first.reliability[0].end == 0.05
    assert found.sample is None
    assert read_hindcast(written(tmp_path, [(("drawn_parameters",), "fit")])).sample == "fit"


def test_keys_that_are_not_known_yet_are_passed_over(tmp_path):
    assert read_hindcast(written(tmp_path, [(("novelty",), {"a": [1]})])).truth == "mine.csv"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([(("seed",), "one")], "damaged"),
        ([(("readings",), [])], "no reading"),
        ([(("window", "dates"), [])], "as many rows"),
        ([(("window", "from"), "yesterday")], "damaged"),
        ([(("cases", "chances", "model"), [[0.5, 1.5]])], "between 0 and 1"),
        ([(("cases", "chances", "model"), [[0.5, None]])], "between 0 and 1"),
        ([(("cases", "chances", "model"), [[0.5]])], "as wide or as long"),
        ([(("cases", "chances"), {"trend": [[0.5, 0.5]]})], "no chances by the model"),
        ([(("cases", "happened"), [[1.0, 0.0]] * 3)], "as wide or as long"),
        ([(("format",), "frontsim sweep")], "not of a hindcast"),
        ([(("version",), 9)], "newer frontsim"),
        ([(("version",), "one")], "older frontsim"),
    ],
)
def test_what_is_wrong_is_a_problem_in_words(tmp_path, changes, said):
    with pytest.raises(FileError, match=said) as caught:
        read_hindcast(written(tmp_path, changes))
    assert FILE in str(caught.value)


def test_more_cases_than_any_front_has_are_refused(tmp_path):
    many = {"towns": ["a"] * 1000, "chances": {"model": []}, "happened": [[0.0]] * 1000}
    with pytest.raises(FileError, match="200,000 cases"):
        read_hindcast(written(tmp_path, [(("cases",), many)]))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00" * 9, "[" * 100_000, '{"format": 3}'])
def test_what_is_no_hindcast_is_said(tmp_path, text):
    with pytest.raises(FileError, match="not of a hindcast"):
        read_hindcast(written(tmp_path, text=text))


def test_every_place_at_which_it_may_be_cut_off_is_a_problem_in_words(tmp_path):
    whole = json.dumps(TOLD)
    for end in range(0, len(whole), 23):
        with pytest.raises(FileError):
            read_hindcast(written(tmp_path, text=whole[:end]))


def test_a_folder_without_scores_says_how_to_make_some(tmp_path):
    with pytest.raises(FileError, match="frontsim hindcast --out FOLDER"):
        read_hindcast(tmp_path)


def test_what_is_no_file_or_far_too_large_is_not_read(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(FileError, match="it is a folder"):
        read_hindcast(tmp_path)
    (tmp_path / FILE).rmdir()
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(FileError, match="it is not a regular file"):
        read_hindcast(tmp_path)
    (tmp_path / FILE).unlink()
    with (tmp_path / FILE).open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    with pytest.raises(FileError, match="it is larger than 64 MiB"):
        read_hindcast(tmp_path)
