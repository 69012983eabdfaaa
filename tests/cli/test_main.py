"""The group: what it lists, how it answers mistakes, and with which code it exits."""

import io
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import sim
from sim.cli import main, terminal
from sim.cli.command import COMMANDS
from sim.cli.reference import list_command
from sim.cli.terminal import Terminal
from sim.errors import FileError, InvariantError, MissingPartError, SimError, UsageError

ROOT = Path(sim.__file__).parents[1]
HEAVY = ("numpy", "networkx", "pygame", "simpy", "matplotlib", "msgspec", "highspy")


def python(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def failing(monkeypatch, frontsim):
    """Return a function that lets ``frontsim list`` fail with an error."""

    def call(error, *options):
        def fail():
            raise error

        monkeypatch.setattr("sim.cli.reference.bundled_scenarios", fail)
        return frontsim("list", *options)

    return call


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from sim.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not loaded, loaded"
    )
    for arguments in (["--help"], ["run", "--help"], ["verify", "--help"], ["--version"]):
        result = python("-c", code, *arguments)
        assert (result.returncode, result.stderr) == (0, "")


def test_the_module_is_the_command():
    result = python("-m", "sim", "--version")
    assert result.stdout == f"frontsim {sim.__version__}\n"


def test_the_version_is_the_one_of_the_package():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert sim.__version__ == declared


def test_help_lists_every_command_and_the_disclaimer(frontsim):
    result = frontsim("--help")
    assert all(f"  {name} " in result.stdout for name in COMMANDS)
    assert "Not a forecast" in result.stdout
    assert "..." not in result.stdout.replace("COMMAND ...", "")


def test_nothing_typed_shows_the_help(frontsim):
    bare = frontsim()
    assert (bare.exit_code, bare.stdout) == (0, frontsim("--help").stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_json_and_examples_that_call_it(frontsim, name):
    text = frontsim(name, "-h").stdout
    assert "--json" in text
    assert f"frontsim {name}" in text.partition("Examples:")[2]


TITLES = ("\nArguments", "\nOptions")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_has_a_sentence_in_a_section_of_its_own(frontsim, name):
    with click.Context(main.frontsim) as context:
        command = main.frontsim.get_command(context, name)
    arguments = [param for param in command.params if isinstance(param, click.Argument)]
    text = frontsim(name, "--help").stdout
    section, options = (text.partition(f"{title}:\n")[2].partition("\n\n")[0] for title in TITLES)
    assert len([line for line in section.splitlines() if re.match(r"  \S", line)]) == len(arguments)
    assert section.count(".") >= len(arguments)
    assert all(line.lstrip().startswith("-") for line in options.splitlines() if re.match(r"  \S", line))


@pytest.mark.parametrize("arguments", [("--json", "list"), ("list", "--json")])
def test_common_options_stand_in_any_position(frontsim, arguments):
    assert json.loads(frontsim(*arguments).stdout)["schema"] == "frontsim/list/1"


def test_common_options_reach_the_terminal():
    seen = Terminal()
    with main.frontsim.make_context("frontsim", ["-v", "list"], obj=seen) as group:
        list_command = main.frontsim.get_command(group, "list")
        arguments = ["-vq", "--color", "always", "--progress", "never", "--debug", "--json"]
        list_command.make_context("list", arguments, parent=group)
    assert seen == Terminal("list", 2, True, True, "always", "never", True)


def test_a_command_can_be_called_without_the_group():
    result = CliRunner().invoke(list_command, ["-v"], obj=Terminal(command="list"))
    assert "kupiansk" in result.stdout
    assert list_command.make_context("list", ["-v"]).params == {}


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("rnu", "Did you mean run?"),
        ("zzzz", "Commands are run, ensemble"),
        ("kupiansk", "frontsim run kupiansk"),
    ],
)
def test_an_unknown_command_gets_advice(frontsim, typed, advice):
    result = frontsim(typed)
    assert result.exit_code == 2
    assert advice in result.stderr
    assert result.stderr.splitlines()[-1] == "help: frontsim --help"


def test_an_unknown_option_is_wrong_use(frontsim):
    assert frontsim("--bogus", "list").exit_code == 2
    assert frontsim("--bogus").exit_code == 2
    result = frontsim("list", "--bogus")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "help: frontsim list --help"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("no"), 2),
        (FileError("no"), 4),
        (MissingPartError("install it"), 5),
        (SimError("no"), 1),
        (KeyboardInterrupt(), 130),
        (OSError(28, "No space left", "disk"), 4),
        (OSError(5, "Input error"), 4),
        (MemoryError(), 4),
        (click.FileError("x.toml"), 4),
    ],
)
def test_errors_become_exit_codes_and_are_told(failing, error, code):
    result = failing(error)
    assert result.exit_code == code
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_json_has_the_error_in_its_one_object(failing):
    result = failing(FileError("no such file"), "--json")
    found = json.loads(result.stdout)
    assert found["error"] == {
        "kind": "FileError",
        "text": "error: no such file",
        "exit_code": 4,
        "mistakes": [],
    }
    assert (found["schema"], found["command"]) == ("frontsim/list/1", "list")


def test_json_holds_where_the_command_line_is_wrong(frontsim):
    assert json.loads(frontsim("list", "--bogus", "--json").stdout)["error"]["exit_code"] == 2


@pytest.mark.parametrize("error", [ZeroDivisionError("by nought"), InvariantError("tonnes do not balance")])
def test_a_bug_is_one_line_that_names_a_log(failing, error, monkeypatch, folder):
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    result = failing(error)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    (log,) = folder.glob("frontsim-*.log")
    assert str(log) in result.stderr
    text = log.read_text(encoding="utf-8")
    assert text.startswith("frontsim list")
    assert str(error) in text
    assert "Traceback" in text


def test_a_bug_without_words_is_told_too(failing, monkeypatch, folder):
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert "(KeyError: ''" not in failing(InvariantError()).stderr
    assert failing(InvariantError()).exit_code == 1


def test_a_bug_is_told_where_no_log_can_be_written(failing, monkeypatch, folder):
    monkeypatch.setattr("tempfile.tempdir", str(folder / "nowhere"))
    result = failing(ZeroDivisionError("by nought"))
    assert result.exit_code == 1
    assert "--debug" in result.stderr


def test_debug_shows_the_traceback(failing):
    result = failing(UsageError("no"), "--debug")
    assert "Traceback" in result.stderr
    assert result.exit_code == 2


def test_a_reader_that_leaves_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "sim", "show", "kupiansk"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"schema = 1\n"
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(timeout=60), told) == (0, b"")


def test_what_is_left_for_a_reader_that_left_goes_nowhere(monkeypatch, failing):
    stream = Leaky()
    monkeypatch.setattr(main.sys, "stdout", stream)
    read, write = os.pipe()
    monkeypatch.setattr(stream, "fileno", lambda: write)
    terminal.discard_unread()
    os.write(write, b"nobody reads this")
    os.close(write)
    with os.fdopen(read, "rb") as reader:
        assert reader.read() == b""
    monkeypatch.setattr(main.sys, "stdout", io.StringIO())
    assert failing(BrokenPipeError(32, "Broken pipe")).exit_code == 1


class Leaky(io.StringIO):
    """A stream whose reader has left."""

    def flush(self):
        raise BrokenPipeError


def test_closed_streams_are_no_error():
    close = "import os, sys; os.close(1); os.close(2); os.execv(sys.executable, sys.argv[1:])"
    result = python("-c", close, sys.executable, "-m", "sim", "list")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_entry_point_takes_the_arguments_of_the_process(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["frontsim", "list", "-q"])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == 0
    assert "two-towns" in capsys.readouterr().out


def test_help_is_the_same_where_python_drops_docstrings():
    for line in (("--help",), ("import", "--help"), ("schema", "transport")):
        whole, bare = python("-m", "sim", *line), python("-OO", "-m", "sim", *line)
        assert whole.stdout == bare.stdout
        assert len(whole.stdout) > 200


def test_what_is_redirected_keeps_every_letter(monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    done = subprocess.run(
        [sys.executable, "-m", "sim", "show", "kupiansk"], cwd=ROOT, capture_output=True, check=False
    )
    assert "Куп'янськ".encode() in done.stdout


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names of files are Unicode there")
def test_a_file_whose_name_is_no_text_is_run_and_recorded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / os.fsdecode(b"bad\xff.toml")).write_bytes((ROOT / "scenarios/two-towns.toml").read_bytes())
    for extra in ((), ("--json",)):
        line = ["run", os.fsdecode(b"bad\xff.toml"), "-d", "1", "--seed", "1", *extra]
        result = CliRunner().invoke(main.frontsim, line)
        assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "runs").glob("*.jsonl.gz"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder is not removed there")
@pytest.mark.parametrize("line", ["run two-towns", "show x --json", "verify textbook-flow", "play", "list"])
def test_a_current_folder_that_was_removed_is_told(frontsim, tmp_path, monkeypatch, line):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = frontsim(*line.split())
    assert (result.exit_code, "The current folder is gone" in result.stderr) == (4, True)
