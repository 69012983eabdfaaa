"""A way to call ``frontsim`` in a folder of its own, and recordings to call it with."""

import json

import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """Let tables be wide, whatever terminal the tests run in."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def frontsim(folder):
    """Return a function that calls ``frontsim``; its result has exit_code, stdout and stderr."""

    def call(*arguments, **options):
        return CliRunner().invoke(front_door, [str(each) for each in arguments], **options)

    return call


@pytest.fixture
def answer(frontsim):
    """Return a function that calls ``frontsim --json`` and returns the object and the exit code."""

    def call(*arguments):
        result = frontsim(*arguments, "--json")
        assert "NaN" not in result.stdout
        assert "Infinity" not in result.stdout
        return json.loads(result.stdout), result.exit_code

    return call


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Return a folder with recordings of twelve days of the baseline, and of two towns."""
    made = tmp_path_factory.mktemp("recordings")
    for name, options in (("kupiansk", ["--days", "12"]), ("two-towns", [])):
        arguments = ["run", name, "--seed", "1", *options, "--out", str(made / f"{name}.jsonl.gz")]
        assert CliRunner().invoke(front_door, arguments).exit_code == 0
    return made


@pytest.fixture(scope="session")
def kupiansk(recordings):
    return recordings / "kupiansk.jsonl.gz"


@pytest.fixture(scope="session")
def two_towns(recordings):
    return recordings / "two-towns.jsonl.gz"
