"""The README's own commands, tried as they stand there."""

import re
import shlex
import shutil
from pathlib import Path

import pygame
import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door

pytestmark = pytest.mark.untraced

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
SHOWN = re.findall(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
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
    assert any(command.startswith("frontsim why ") for command in COMMANDS)


@pytest.fixture(autouse=True)
def no_display(monkeypatch, tmp_path):
    """Leave no display to open, so that play makes a picture and nobody has to close a window."""
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "nosuch")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", [c for c in COMMANDS if "RECORDING" in c])
def test_what_reads_a_recording_does_as_the_readme_says(command, recording, tmp_path):
    shutil.copy(recording, tmp_path / "RECORDING")
    result = CliRunner().invoke(front_door, shlex.split(command)[1:])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("group", OTHERS, ids=[group[0] for group in OTHERS])
def test_all_other_commands_do_as_the_readme_says_one_after_another(group):
    # a seed draws the same numbers, whatever the horizon
    days = "61" if any("d60" in command for command in group) else "8"
    for command in group:
        words = shlex.split(command)[1:]
        if words[0] == "run":
            words += ["-d", days]
        if words[0] in {"ensemble", "compare", "sweep"}:
            words += ["-n", "2", "-j", "1", "-d", "2"]  # the same, only fewer and shorter
        if "--tornado" in words:
            words += ["-p", "assaults.advance", "-p", "assaults.kappa"]
        result = CliRunner().invoke(front_door, words)
        assert result.exit_code == 0, f"{command}: {result.output}"
        if words[0] == "why":
            shown = next(each for each in SHOWN if "days of supply" in each and "bottleneck" in each)
            assert set(shown.splitlines()) <= set(result.stdout.splitlines())


def test_it_is_short_and_names_the_three_systems():
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 220
    assert len(text.split()) <= 2000
    assert all(f"**{system}**" in text for system in ("Linux", "macOS", "Windows"))
    headings = {re.sub(r"[^a-z -]", "", line[3:].lower()) for line in text.splitlines() if line[:3] == "## "}
    linked = {each.replace("-", " ") for each in re.findall(r"\]\(#([a-z-]+)\)", text)}
    assert linked == headings
