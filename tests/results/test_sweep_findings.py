"""A sweep's folder: rows that come and go, and what is wrong with it, in words."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from sim.errors import FileError
from sim.results.sweep_findings import SweepFolder, SweepMeta

ROWS = SweepFolder.rows_each
META = SweepMeta(
    name="front",
    title="A front",
    seed=1,
    hash="abc",
    measures=("changes.towns",),
    made_with={"numpy": "2.3"},
    scenario={},
)


def test_rows_come_back_as_they_were_and_unknown_values_stay_unknown(tmp_path):
    with SweepFolder(tmp_path / "s", META) as folder:
        for number in range(ROWS + 2):
            folder.keep(("--set a=1", number), [np.nan if number == 1 else number * 0.1])
        assert len(list((tmp_path / "s" / "values").glob("*.parquet"))) == 1
    assert len(list((tmp_path / "s" / "values").glob("*.parquet"))) == 2
    with SweepFolder(tmp_path / "s", META, resumes=True) as folder:
        assert len(folder.rows) == ROWS + 2
        assert folder.rows["--set a=1", 3][0] == 3 * 0.1
        assert np.isnan(folder.rows["--set a=1", 1][0])
        assert ("", 0) not in folder.rows


def test_what_a_killed_process_left_is_removed(tmp_path):
    with SweepFolder(tmp_path / "s", META):
        pass
    left = tmp_path / "s" / "values" / ".00000.parquet.1-0.part"
    left.write_bytes(b"half")
    with SweepFolder(tmp_path / "s", META, resumes=True) as folder:
        assert len(folder.rows) == 0
    assert not left.exists()


def test_two_at_once_are_turned_away(tmp_path):
    with (
        SweepFolder(tmp_path / "s", META),
        pytest.raises(FileError, match="another frontsim"),
        SweepFolder(tmp_path / "s", META, resumes=True),
    ):
        pass


def test_rows_of_other_versions_are_not_mixed(tmp_path):
    with SweepFolder(tmp_path / "s", META):
        pass
    path = tmp_path / "s" / "sweep.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**told, "made_with": {"numpy": "1.0"}}), encoding="utf-8")
    with pytest.raises(FileError, match=r"made with numpy 1\.0"):
        SweepFolder(tmp_path / "s", META, resumes=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not of a sweep"),
        ('{"name": 3}', "not of a sweep"),
        ('{"format": "x"}', "not of a sweep"),
        ('{"format": "frontsim sweep", "version": 99}', "newer frontsim"),
        ('{"format": "frontsim sweep", "version": 1}', "older frontsim"),
        ('{"format": "frontsim sweep", "version": 3, "name": 3}', "damaged"),
        ("[" * 100_000, "not of a sweep"),
    ],
)
def test_what_is_no_sweep_is_said(tmp_path, text, said):
    (tmp_path / "sweep.json").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=said):
        SweepFolder.read(tmp_path)


def test_a_folder_that_cannot_be_read_or_written_is_a_problem_in_words(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "sweep.json").write_text("{}", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        with pytest.raises(FileError, match="cannot be read: Permission denied"):
            SweepFolder.read(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refused)
        with pytest.raises(FileError, match="--out"), SweepFolder(tmp_path / "t" / "s", META):
            pass
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(FileError, match="is not a folder"):
        SweepFolder(tmp_path / "file", META)
