"""The facade: light, small, documented, and what it says it is."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.cli.main import frontsim

ROOT = Path(sim.__file__).parents[1]


def test_importing_it_loads_nothing_else():
    code = (
        "import sys; import sim; "
        "heavy = [name for name in ('numpy', 'simpy', 'click') if name in sys.modules]; "
        "inside = [name for name in sys.modules if name.startswith('sim.')]; "
        "assert not heavy + inside, heavy + inside"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_it_has_at_most_fifteen_names_and_documents_each():
    assert len(sim.__all__) <= 15
    assert all(f"``{name}``" in sim.__doc__ for name in sim.__all__)
    assert sorted(sim.__all__) == dir(sim)


@pytest.mark.parametrize("name", sim.__all__)
def test_every_public_name_is_in_an_example_that_runs(name):
    examples = doctest.DocTestParser().get_examples(sim.__doc__)
    assert any(re.search(rf"\bsim\.{name}\b", example.source) for example in examples)


@pytest.mark.parametrize("name", sim.__all__)
def test_every_public_name_leads_somewhere(name):
    assert getattr(sim, name) is not None


def test_a_name_that_is_not_there_is_said():
    with pytest.raises(AttributeError, match="'nothing'"):
        sim.nothing  # noqa: B018 - asking is the test


def test_nothing_inside_imports_it():
    inside = [path for path in (ROOT / "sim").rglob("*.py") if path.name != "__init__.py"]
    importing = [
        path.name
        for path in inside
        for line in path.read_text(encoding="utf-8").splitlines()
        if line in {"import sim", "import sim as frontsim"} or line.strip().startswith("from sim import")
    ]
    assert importing == []


def test_the_entry_point_is_the_command():
    assert frontsim.name == "frontsim"
