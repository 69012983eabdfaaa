"""The watch over fuzzed readers sees what it is there for: what hangs, and what is written elsewhere."""

import os

import pytest

from tests.fuzz.__main__ import Fuzz
from tests.fuzz.target import Target
from tests.fuzz.watch import Hung, Watch, limited


class Astray(Target):
    """A reader that does what its input says, in and beside its folder."""

    name = "astray"

    def read_whole(self, content):
        what = content.decode()
        if what == "loop":
            while True:
                pass
        elsewhere = self.folder.parent / "elsewhere"
        {
            "here": lambda: (self.folder / "own").write_text("fine"),
            "read": lambda: (self.folder.parent / "precious").read_text(),
            "write": lambda: elsewhere.write_text("stray"),
            "folder": lambda: elsewhere.mkdir(),
            "link": lambda: elsewhere.symlink_to(self.folder),
            "move": lambda: os.rename(self.folder.parent / "precious", self.folder / "taken"),  # noqa: PTH104
            "bug": lambda: [][0],
        }[what]()


@pytest.fixture
def fuzz(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.fuzz.__main__.LONGEST", 0.2)
    (tmp_path / "precious").write_text("precious")
    folder, findings = tmp_path / "inputs", tmp_path / "findings"
    folder.mkdir()
    findings.mkdir()
    return Fuzz(Astray(folder), findings, Watch(folder))


@pytest.mark.parametrize("what", ["here", "read"])
def test_a_reader_may_read_anything_and_write_in_its_own_folder(fuzz, what):
    fuzz.one(what.encode())
    assert not fuzz.kinds
    assert fuzz.tell() == 0


@pytest.mark.parametrize("what", ["write", "folder", "link", "move"])
def test_what_is_written_elsewhere_is_found(fuzz, what):
    fuzz.one(what.encode())
    assert list(fuzz.kinds) == ["PermissionError at ?"]
    assert [path.read_bytes() for path in fuzz.findings.iterdir()] == [what.encode()]


def test_an_error_that_is_none_of_ours_is_found(fuzz):
    fuzz.one(b"bug")
    assert list(fuzz.kinds) == ["IndexError at ?"]
    assert fuzz.tell() == 1


def test_a_reader_that_hangs_is_found_and_the_next_input_is_read(fuzz):
    fuzz.one(b"loop")
    fuzz.one(b"here")
    assert list(fuzz.kinds) == ["Hung at ?"]
    assert fuzz.counts["read"] == 1


def for_ever():
    while True:
        pass


def test_what_is_soon_done_is_not_interrupted_and_what_goes_on_is():
    with limited(5.0):
        pass
    with pytest.raises(Hung), limited(0.05):
        for_ever()
