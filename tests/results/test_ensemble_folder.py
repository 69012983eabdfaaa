"""An ensemble's folder: what is in the way is respected, and what it is of is told apart."""

import dataclasses
import errno
import json
import os
from contextlib import suppress

import pytest

from sim.command_line import StoredOverride
from sim.errors import FileError
from sim.files.folder import remove
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.meta import EnsembleMeta
from sim.results.reader import Results


@pytest.fixture
def meta(scenario):
    return EnsembleMeta.of(scenario, {"scenario": {"name": scenario.name}}, seed=7, replications=5)


def begin(path, meta, **options):
    with EnsembleFolder(path, meta, **options):
        pass


def test_another_seed_another_scenario_and_another_version_are_told_apart(tmp_path, meta, scenario):
    begin(tmp_path / "a", meta)
    other = EnsembleMeta.of(scenario, {"scenario": {"name": scenario.name}}, seed=8, replications=5)
    with pytest.raises(FileError, match=r"it is of seed 7, not 8 \(Five towns, seed 7\)"):
        begin(tmp_path / "a", other, resumes=True)
    changed = EnsembleMeta.of(
        scenario,
        {"scenario": {"name": "Six"}},
        seed=7,
        replications=5,
        overrides=(StoredOverride("--set", "a", "1"),),
    )
    with pytest.raises(FileError, match="it is of another scenario"):
        begin(tmp_path / "a", changed, resumes=True)
    begin(tmp_path / "a", changed, force=True)
    with pytest.raises(FileError, match=r"\(Five towns with --set a=1, seed 7\)"):
        begin(tmp_path / "a", meta, resumes=True)
    newer = dataclasses.replace(changed, made_with={**changed.made_with, "numpy": "99"})
    with pytest.raises(FileError, match=r"made with numpy [\d.]+, and this is 99"):
        begin(tmp_path / "a", newer, resumes=True)


def test_a_newer_python_alone_may_go_on(tmp_path, meta):
    begin(tmp_path / "a", meta)
    begin(
        tmp_path / "a", dataclasses.replace(meta, made_with={**meta.made_with, "python": "9"}), resumes=True
    )
    assert Results.open(tmp_path / "a").meta.made_with["python"] == "9"


def test_other_files_are_never_touched(tmp_path, meta):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letters.txt").write_text("dear", encoding="utf-8")
    for options in ({}, {"force": True}, {"resumes": True}):
        with pytest.raises(FileError, match=r"holds no ensemble but other files \(letters.txt\)"):
            begin(tmp_path / "a", meta, **options)
    with pytest.raises(FileError, match="is not a folder"):
        begin(tmp_path / "a" / "letters.txt", meta)
    assert os.listdir(tmp_path / "a") == ["letters.txt"]  # noqa: PTH208 - names are what is meant


def test_force_throws_the_ensemble_away_and_nothing_else(tmp_path, meta):
    begin(tmp_path / "a", meta)
    (tmp_path / "a" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "a" / "recordings" / "00001.jsonl.gz").write_bytes(b"old")
    begin(tmp_path / "a", meta, force=True)
    assert (tmp_path / "a" / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert dict(Results.open(tmp_path / "a").recordings) == {}


def test_what_was_killed_as_it_began_can_begin_again(tmp_path, meta):
    (tmp_path / "a" / "towns").mkdir(parents=True)
    (tmp_path / "a" / ".meta.json.123-0.part").write_bytes(b"{")
    begin(tmp_path / "a", meta)
    assert not list((tmp_path / "a").glob(".*.part"))


def test_a_folder_is_filled_by_one_at_a_time(tmp_path, meta):
    pytest.importorskip("fcntl")
    with EnsembleFolder(tmp_path / "a", meta), pytest.raises(FileError, match="being filled by another"):
        begin(tmp_path / "a", meta, resumes=True)
    begin(tmp_path / "a", meta, resumes=True)


def test_where_there_are_no_locks_it_goes_without(tmp_path, meta, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    begin(tmp_path / "a", meta)
    monkeypatch.setattr("sim.files.folder.fcntl", None)
    with EnsembleFolder(tmp_path / "a", meta, resumes=True) as opened:
        assert not opened.has_locks
        with pytest.raises(FileError, match="its disk has no locks"):
            begin(tmp_path / "a", meta, resumes=True)
    begin(tmp_path / "a", meta, resumes=True)
    (tmp_path / "a" / ".writer").write_text("of a killed process", encoding="utf-8")
    with pytest.raises(FileError, match="If none runs, remove"):
        begin(tmp_path / "a", meta, resumes=True)


@pytest.mark.parametrize("resumes", [False, True])
@pytest.mark.parametrize("name", ["towns", "replications", "recordings"])
def test_a_link_in_the_place_of_a_table_leads_nowhere(tmp_path, meta, name, resumes):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".mine.part").write_text("precious", encoding="utf-8")
    (elsewhere / "00000-00000.parquet").write_text("precious", encoding="utf-8")
    begin(tmp_path / "a", meta)
    remove(tmp_path / "a" / name)
    (tmp_path / "a" / name).symlink_to(elsewhere)
    if resumes:
        with pytest.raises(FileError, match=f"{name} cannot be written: it is a link"):
            begin(tmp_path / "a", meta, resumes=True)
    else:
        begin(tmp_path / "a", meta, force=True)
        assert not (tmp_path / "a" / name).is_symlink()
    assert sorted(path.name for path in elsewhere.iterdir()) == [".mine.part", "00000-00000.parquet"]


@pytest.mark.parametrize("name", [".lock", "meta.json", "failed.json"])
def test_a_link_in_the_place_of_a_file_is_refused_or_replaced_and_what_it_leads_to_stays(
    tmp_path, meta, name
):
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    begin(tmp_path / "a", meta)
    remove(tmp_path / "a" / name)
    (tmp_path / "a" / name).symlink_to(precious)
    with suppress(FileError):
        begin(tmp_path / "a", meta, resumes=name != "meta.json")
    with suppress(FileError):
        begin(tmp_path / "a", meta, force=True)
    assert precious.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", [".lock", "meta.json", "failed.json"])
def test_a_pipe_in_the_place_of_a_file_is_never_opened(tmp_path, meta, name):
    begin(tmp_path / "a", meta)
    remove(tmp_path / "a" / name)
    os.mkfifo(tmp_path / "a" / name)
    with suppress(FileError):
        begin(tmp_path / "a", meta, resumes=True)
    with suppress(FileError):
        Results.open(tmp_path / "a").failed  # noqa: B018 - it reads a file


def test_a_folder_that_was_filled_while_this_one_waited_is_looked_at_again(tmp_path, meta):
    waiting = EnsembleFolder(tmp_path / "a", meta)
    begin(tmp_path / "a", meta)
    with pytest.raises(FileError, match="exists already"), waiting:
        pass


def test_where_nothing_can_be_written_it_is_said(tmp_path, meta):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileError, match="cannot be written"):
        begin(tmp_path / "file" / "a", meta)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not of an ensemble"),
        ('{"format": "holiday"}', "not of an ensemble"),
        ('{"format": "frontsim ensemble", "version": 99}', "made by a newer frontsim"),
        ('{"format": "frontsim ensemble", "version": 2}', "is damaged"),
    ],
)
def test_a_meta_that_is_not_one_is_said(tmp_path, text, said):
    (tmp_path / "meta.json").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=said):
        Results.open(tmp_path)


def test_a_meta_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "meta.json").mkdir()
    with pytest.raises(FileError, match="cannot be read"):
        Results.open(tmp_path)


def test_how_many_were_asked_for_is_kept(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        folder.note_asked_for(40)
    assert json.loads((tmp_path / "a" / "meta.json").read_text(encoding="utf-8"))["replications"] == 40
