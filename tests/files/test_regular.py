"""Only regular files are read, up to a size; links only where a person named them."""

import os

import pytest

from sim.files.regular import open_regular, read_regular, write_log


def test_a_file_is_read_up_to_a_size(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="it is larger than"):
        read_regular(tmp_path / "a", 4)


@pytest.mark.parametrize("is_named", [False, True])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "not a regular file"),
        (os.mkdir, "a folder"),
        (lambda path: path.symlink_to("/dev/zero"), "link|not a regular file"),
        (lambda path: path.symlink_to("missing"), "link|No such file"),
        (lambda path: path.symlink_to(path), "link"),
    ],
)
def test_nothing_but_a_regular_file_is_opened(tmp_path, monkeypatch, make, said, is_named):
    make(tmp_path / "a")
    monkeypatch.setattr(os, "open", None)
    with pytest.raises(OSError, match=said):
        open_regular(tmp_path / "a", is_named=is_named)


def test_a_link_is_followed_only_where_a_person_named_it(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert read_regular(tmp_path / "b", 1, is_named=True) == b"x"
    with pytest.raises(OSError, match="it is a link"):
        read_regular(tmp_path / "b", 1)


def test_what_is_put_in_the_place_of_a_file_meanwhile_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x")
    really = os.open

    def swapped(path, flags):
        path.unlink()
        os.mkfifo(path)
        return really(path, flags)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path / "a")


def test_each_log_is_a_new_file_that_nobody_could_have_put_there(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first, second = write_log("one"), write_log("two \udcff")
    assert first != second
    assert first.read_text() == "one"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert write_log("three") is None
