"""A few of the damaged files that ``python -m tests.fuzz`` makes by the hundred thousand."""

import pytest

from tests.fuzz.mutations import Damage
from tests.fuzz.target import READ, REFUSED
from tests.fuzz.targets import TARGETS

FILES = 60


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_files_are_read_or_refused(name, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "inputs").mkdir()
    target = TARGETS[name](tmp_path / "inputs")
    monkeypatch.chdir(elsewhere)
    became = [target.read(target.make(Damage(number))) for number in range(FILES)]
    assert set(became) <= {READ, REFUSED}
    assert REFUSED in became
    assert list(elsewhere.iterdir()) == []


def test_the_same_seed_does_the_same_damage():
    assert Damage(3).of_text("some text\nof lines") == Damage(3).of_text("some text\nof lines")
    assert len({Damage(number).of_bytes(bytes(100)) for number in range(20)}) > 10
