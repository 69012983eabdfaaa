"""The README's own commands, tried as they stand there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door

pytestmark = pytest.mark.untraced

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
GROUPS = [
    [re.split(r"\s#", line)[0].strip() for line in block.splitlines() if line.startswith("frontsim ")]
    for block in BLOCKS
]
"""Commands that stand together may go on with what those before them made."""
COMMANDS = [command for group in GROUPS for command in group]
OTHERS = [each for group in GROUPS if (each := [command for command in group if "RECORDING" not in command])]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Return a recording of the baseline, made as the README says."""
    path = tmp_path_factory.mktemp("readme") / "kupiansk.jsonl.gz"
    result = CliRunner().invoke(front_door, ["run", "kupiansk", "-d", "61", "-o", str(path)])
    assert result.exit_code == 0
    return path


def test_there_are_commands_to_try():
    assert len(COMMANDS) > 5


@pytest.mark.parametrize("command", [c for c in COMMANDS if "RECORDING" in c])
def test_what_reads_a_recording_does_as_the_readme_says(command, recording, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(front_door, _words(command, recording))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("group", OTHERS, ids=[group[0] for group in OTHERS])
def test_all_other_commands_do_as_the_readme_says_one_after_another(group, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in group:
        words = shlex.split(command)[1:]
        if words[0] in {"ensemble", "compare", "hindcast", "sweep"}:
            # the same, only fewer and shorter
            words += ["-n", "2", "-j", "1"] + ([] if words[0] == "hindcast" else ["-d", "2"])
        if words[0] == "hindcast":
            words += ["--to", "2025-05-31" if "--from" in words else "2025-02-28"]
        if words[0] == "calibrate":
            words += ["-n", "4", "--generations", "1", "-j", "1", "--to", "2025-01-31"]
        result = CliRunner().invoke(front_door, words)
        assert result.exit_code == 0, f"{command}: {result.output}"


def test_both_commands_for_a_fresh_machine_are_whole_lines():
    lines = [line for block in BLOCKS for line in block.splitlines() if line.startswith("python3 -m venv")]
    assert [line.rpartition("&& ")[2] for line in lines] == [
        ".venv/bin/frontsim play",
        ".venv/bin/python -m pytest --cov",
    ]


def test_what_the_readme_shows_of_why_is_what_it_says(tmp_path):
    path = str(tmp_path / "thin.jsonl.gz")
    change = "route.shevchenkove-kupiansk.capacity=100 t/d"
    made = CliRunner().invoke(front_door, ["run", "kupiansk", "-s", change, "-d", "61", "-o", path])
    assert made.exit_code == 0
    # the run of the README lasts 180 days: the same seed draws the same numbers, whatever the horizon
    said = CliRunner().invoke(front_door, ["why", "kupiansk", path, "--at", "d60"])
    assert said.stdout.strip() in README.read_text(encoding="utf-8")


def _words(command, recording):
    return [str(recording) if word == "RECORDING" else word for word in shlex.split(command)[1:]]
