"""Locks that let one writer in, links that lead nowhere, temporary folders that never stay."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.errors import FileError
from sim.files.folder import FolderLock, TemporaryFolder, inside, regular_files, remove


def test_one_writer_at_a_time_and_the_lock_stays(tmp_path):
    first = FolderLock(tmp_path)
    with pytest.raises(FileError, match="being filled by another frontsim"):
        FolderLock(tmp_path)
    first.close()
    assert (tmp_path / ".lock").exists()
    FolderLock(tmp_path).close()


def test_a_lock_that_was_removed_lets_nobody_in_beside_its_holder(tmp_path, monkeypatch):
    (tmp_path / ".lock").touch()
    from sim.files import folder  # noqa: PLC0415 - patched below

    really, calls = folder.try_lock, []

    def removed_meanwhile(file, path):
        calls.append(path)
        if len(calls) == 1:
            path.unlink()
        return really(file, path)

    monkeypatch.setattr(folder, "try_lock", removed_meanwhile)
    lock = FolderLock(tmp_path)
    assert len(calls) == 2
    with pytest.raises(FileError):
        FolderLock(tmp_path)
    lock.close()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("precious")])
def test_what_is_no_file_in_the_place_of_a_lock_is_refused(tmp_path, make):
    (tmp_path / "precious").write_text("mine")
    make(tmp_path / ".lock")
    with pytest.raises(OSError, match="it is"):
        FolderLock(tmp_path)
    assert (tmp_path / "precious").read_text() == "mine"


def test_links_are_no_way_out_of_a_folder(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "out" / "file").touch()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "file").symlink_to(tmp_path / "out" / "file")
    assert inside(tmp_path / "in", "a/b") == tmp_path / "in" / "a" / "b"
    with pytest.raises(OSError, match="it is a link"):
        inside(tmp_path / "in", "link/file")
    assert regular_files(tmp_path / "in") == regular_files(tmp_path / "in" / "link") == []
    for name in ("link", "file", "none"):
        remove(tmp_path / "in" / name)
    assert (tmp_path / "out" / "file").exists()
    remove(tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "in"]


def test_a_temporary_folder_is_removed_and_so_is_one_of_a_killed_process(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = "import os\nfrom sim.files.folder import TemporaryFolder as T\nT().__enter__()\nos._exit(9)"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", killed], env=environment, check=False)
    (left,) = tmp_path.iterdir()
    strange = tmp_path / "frontsim-mine"
    strange.mkdir()
    with TemporaryFolder() as first, TemporaryFolder() as second:
        assert not left.exists()
        assert first.is_dir()
        assert second.is_dir()
    assert list(tmp_path.iterdir()) == [strange]
