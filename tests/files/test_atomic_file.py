"""Nothing half-written, nothing replaced unasked, nothing left lying about."""

import errno
import os
import stat
from pathlib import Path

import pytest

from sim.errors import FileError
from sim.files.atomic_file import AtomicFile


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path):
    path = tmp_path / "out"
    with AtomicFile(path) as file:
        file.write(b"one ")
        assert not path.exists()
        file.write(b"two")
        file.keep()
        assert path.read_bytes() == b"one two"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_when_anything_interrupts(tmp_path, problem, force):
    def interrupted():
        with AtomicFile(tmp_path / "out", force) as file:
            file.write(b"half")
            raise problem

    with pytest.raises(problem):
        interrupted()
    assert names(tmp_path) == []


def test_nothing_is_left_of_a_file_that_was_not_kept(tmp_path):
    with AtomicFile(tmp_path / "out") as file:
        file.write(b"half")
    assert names(tmp_path) == []


def test_an_existing_file_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(FileError, match="--force"):
        AtomicFile(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_force_replaces_a_file(tmp_path):
    (tmp_path / "out").write_text("old")
    with AtomicFile(tmp_path / "out", force=True) as file:
        file.write(b"new")
        file.keep()
    assert (tmp_path / "out").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_a_file_that_came_meanwhile_is_not_replaced_without_force(tmp_path):
    with AtomicFile(tmp_path / "out") as file:
        (tmp_path / "out").write_text("theirs")
        with pytest.raises(FileError, match="--force"):
            file.keep()
    assert (tmp_path / "out").read_text() == "theirs"
    assert names(tmp_path) == ["out"]


def test_a_link_is_refused_without_force_even_where_it_leads_nowhere(tmp_path):
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileError, match="exists already"):
        AtomicFile(tmp_path / "out")


def test_force_replaces_a_link_and_leaves_what_it_led_to(tmp_path):
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "out").symlink_to(target)
    with AtomicFile(tmp_path / "out", force=True) as file:
        file.write(b"new")
        file.keep()
    assert target.read_text() == "precious"
    assert not (tmp_path / "out").is_symlink()
    assert (tmp_path / "out").read_text() == "new"


def test_force_never_replaces_a_device_nor_a_link_to_one(tmp_path):
    with pytest.raises(FileError, match="not a regular file"):
        AtomicFile(os.devnull, force=True)
    (tmp_path / "out").symlink_to(os.devnull)
    with pytest.raises(FileError, match="broken link"):
        AtomicFile(tmp_path / "out", force=True)


def test_a_folder_is_never_replaced(tmp_path):
    with pytest.raises(FileError, match="is a folder"):
        AtomicFile(tmp_path, force=True)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileError, match="there is no folder"), AtomicFile(tmp_path / "no" / "out"):
        pass


def test_a_folder_that_is_there_is_not_said_to_be_missing(tmp_path):
    """As in /proc, where no file can be made."""
    file = AtomicFile(tmp_path / "out")
    told = str(file._problem(FileNotFoundError(2, "No such file or directory")))
    assert "there is no folder" not in told
    assert "No such file or directory" in told


def test_a_path_through_a_file_is_a_problem_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        AtomicFile(tmp_path / "file" / "out")


def test_a_temporary_name_that_is_taken_is_passed_over(tmp_path):
    with AtomicFile(tmp_path / "out", force=True) as another:
        with AtomicFile(tmp_path / "out") as file:
            file.keep()
        assert len(names(tmp_path)) == 2
        another.write(b"another's")
        another.keep()
    assert (tmp_path / "out").read_text() == "another's"


def test_what_a_killed_process_left_of_the_same_file_is_swept_away(tmp_path):
    (tmp_path / ".out.0.part").write_text("half")
    (tmp_path / ".other.0.part").write_text("half")
    with AtomicFile(tmp_path / "out") as file:
        file.keep()
    assert names(tmp_path) == [".other.0.part", "out"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("precious")])
def test_what_is_no_file_of_that_name_is_left_alone(tmp_path, make):
    (tmp_path / "precious").write_text("mine")
    make(tmp_path / ".out.0.part")
    with AtomicFile(tmp_path / "out") as file:
        file.write(b"new")
        file.keep()
    assert names(tmp_path) == [".out.0.part", "out", "precious"]
    assert (tmp_path / "precious").read_text() == "mine"


def test_the_rights_of_a_file_that_is_replaced_are_kept(tmp_path):
    (tmp_path / "out").write_text("old")
    (tmp_path / "out").chmod(0o600)
    with AtomicFile(tmp_path / "out", force=True) as file:
        file.keep()
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "fsync", lambda number: seen.append((os.fstat(number).st_size, names(tmp_path))))
    with AtomicFile(tmp_path / "out") as file:
        file.write(b"whole")
        file.keep()
    assert seen == [(5, [".out.0.part"])]


def test_two_writers_of_one_file_do_not_disturb_each_other(tmp_path):
    with (
        AtomicFile(tmp_path / "out", force=True) as first,
        AtomicFile(tmp_path / "out", force=True) as second,
    ):
        first.write(b"first")
        second.write(b"second")
        second.keep()
        first.keep()
    assert (tmp_path / "out").read_text() == "first"
    assert names(tmp_path) == ["out"]


def test_the_file_has_the_rights_that_any_new_file_has(tmp_path):
    usual = tmp_path / "usual"
    usual.touch()
    with AtomicFile(tmp_path / "out") as file:
        file.keep()
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


@pytest.mark.parametrize("problem", [OSError(errno.EPERM, "no links here"), NotImplementedError()])
def test_a_file_system_without_hard_links_is_served_too(tmp_path, monkeypatch, problem):
    def refuse(*_):
        raise problem

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with AtomicFile(tmp_path / "out") as file:
        file.write(b"whole")
        file.keep()
    assert (tmp_path / "out").read_bytes() == b"whole"
    assert names(tmp_path) == ["out"]


def test_a_full_disk_is_a_problem_in_words_and_leaves_nothing(tmp_path):
    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            pass

    def fill():
        with AtomicFile(tmp_path / "out") as file:
            file._file.close()
            file._file = Full()
            file.write(b"much")

    with pytest.raises(FileError, match="No space left on device"):
        fill()
    assert names(tmp_path) == []


def test_a_disk_that_is_full_at_the_last_moment_is_a_problem_in_words(tmp_path):
    class Full:
        def flush(self):
            raise OSError(errno.ENOSPC, "No space left on device")

    with AtomicFile(tmp_path / "out") as file:
        really, file._file = file._file, Full()
        with pytest.raises(FileError, match="No space left on device"):
            file.keep()
        file._file = really
    assert names(tmp_path) == []


def test_writing_and_keeping_belong_inside_the_with_statement(tmp_path):
    file = AtomicFile(tmp_path / "out")
    with pytest.raises(ValueError, match="with statement"):
        file.write(b"")
    with pytest.raises(ValueError, match="with statement"):
        file.keep()


def test_nothing_is_left_where_the_disk_is_full_to_the_last(tmp_path):
    class Full:
        """What is left of a file on a full disk: closing it fails too."""

        def write(self, content):
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            raise OSError(errno.ENOSPC, "No space left on device")

    def fill():
        with AtomicFile(tmp_path / "a") as file:
            file._file.close()
            file._file = Full()
            file.write(b"x")

    with pytest.raises(FileError, match="cannot be written: No space left"):
        fill()
    assert list(tmp_path.iterdir()) == []
