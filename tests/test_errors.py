"""Every deliberate error: one root, an exit code, and a way through pools and processes."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from sim import errors
from sim.errors import ScenarioError, SimError

CLASSES = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, SimError)]
MISTAKE = ("unknown-key", "there is no such key", "a.toml", 3, 7)


def tree() -> dict[str, tuple[str | None, int]]:
    """Return what the module's docstring draws: each class with its parent and its exit code."""
    drawn: dict[str, tuple[str | None, int]] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([ │├└─]*)(\w+) +exit (\d)", line)
        if found:
            depth, name, code = len(found[1]), found[2], int(found[3])
            while above and above[-1][0] >= depth:
                above.pop()
            drawn[name] = (above[-1][1] if above else None, code)
            above.append((depth, name))
    return drawn


def test_the_drawn_tree_is_the_tree_of_classes():
    parents = {
        kind.__name__: (None if kind is SimError else kind.__base__.__name__, kind.exit_code)
        for kind in CLASSES
    }
    assert tree() == parents


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickle_and_being_rebuilt_from_its_arguments(kind):
    error = kind("what is wrong; what to do", (MISTAKE,)) if kind is ScenarioError else kind("what; do")
    for copy in (pickle.loads(pickle.dumps(error)), type(error)(*error.args)):
        assert type(copy) is kind
        assert str(copy) == str(error)
        assert copy.args == error.args
        assert vars(copy) == vars(error)
        assert copy.exit_code == kind.exit_code


def test_a_scenarios_mistakes_are_for_people_as_text_and_for_programs_as_rows():
    error = ScenarioError("a.toml:3:7: there is no such key", (MISTAKE,))
    assert str(error) == "a.toml:3:7: there is no such key"
    assert error.mistakes == (MISTAKE,)
    assert ScenarioError("nothing more is known").mistakes == ()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_one_root_catches_every_deliberate_error_and_no_other(kind):
    assert issubclass(kind, SimError)
    assert not issubclass(kind, ValueError | OSError | KeyError)
