"""The ``frontsim`` command: loads each subcommand when it is called, and turns errors into exit codes.

Imports click and nothing heavier.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from sim.cli.command import COMMANDS, GROUPS, HELP_NAMES, WithExamples, eager_text, version
from sim.cli.terminal import INTERRUPTED, Terminal, discard_unread, echo
from sim.command_line import command_line
from sim.errors import FileError, InvariantError, ScenarioError, SimError
from sim.interruption import STOPPED, code_of_signal, ignore_signals
from sim.model.quantities import DISCLAIMER
from sim.scenario_file.names import docstring, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

WRONG_USE: Final = 2
FILE_PROBLEM: Final = 4
EXAMPLES: Final = (
    ("frontsim play", "Simulate the bundled baseline and watch it."),
    ("frontsim run kupiansk", "Simulate it once, record it, and say what happened."),
    ("frontsim lesson", "Handouts of 45 minutes, with what to observe."),
    ("frontsim run --help", "Show the help of one command."),
)


class LazyGroup(WithExamples, click.Group):
    """All commands, each imported when it is called; errors become messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sim.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; suggest another where it does not exist."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(_unknown_command(name))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, meaning) for name, (_, meaning) in commands.items()])
        super().format_options(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the disclaimer."""
        super().format_epilog(ctx, formatter)
        formatter.write(f"\n{DISCLAIMER}\n")

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *_: Any,  # noqa: ANN401 - whatever click takes
        **extra: Any,  # noqa: ANN401 - whatever click takes
    ) -> NoReturn:
        """Run a command and exit; errors are printed here, not by click."""
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # the parent process has closed it
                setattr(sys, name, StringIO())
        if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
            # What is redirected is a file of ours: UTF-8, whatever a terminal has here.
            sys.stdout.reconfigure(encoding="utf-8")
        typed = list(sys.argv[1:] if args is None else args)
        # Where the command line itself is wrong, click has read no option yet.
        terminal = Terminal(wants_json="--json" in typed, is_debugging="--debug" in typed)
        extra = {**extra, "standalone_mode": False, "obj": terminal}
        try:
            _require_current_folder()
            code = int(super().main(typed, prog_name or "frontsim", **extra) or 0)
        except (Exception, KeyboardInterrupt) as error:
            # libraries make other errors of an interruption, such as a module that cannot be loaded
            is_stopped = code_of_signal() is not None and not isinstance(error, click.Abort)
            code = _print_error(KeyboardInterrupt() if is_stopped else error, terminal)
        ignore_signals()
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever a command returns
        """Run a command and flush its output; a closed pipe is no error, and changes no exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            if sys.stderr.isatty():  # click ends the line of ^C in files, too
                click.echo(err=True)
            raise click.Abort from error
        finally:
            discard_unread()


@click.group(
    "frontsim",
    cls=LazyGroup,
    examples=EXAMPLES,
    context_settings=HELP_NAMES,
    invoke_without_command=True,
    subcommand_metavar="COMMAND ...",
)
@click.option("--version", help="Show the version and exit.", **eager_text(lambda _: f"frontsim {version()}"))
@click.pass_context
def frontsim(context: click.Context) -> None:
    """Simulate a front of towns and supply roads, and ask why it went the way it did.

    A wargame-style toy model of the front around Kupiansk from 27 January 2025: losses, replacements and
    supply by road. Every number names its source or is marked "assumed".
    """
    if context.invoked_subcommand is None:
        echo(context.get_help(), sys.stdout)


frontsim.help = docstring(frontsim.callback)


def main() -> NoReturn:
    """Run ``frontsim`` with the arguments of this process, and exit."""
    try:
        frontsim.main()
    finally:
        gc.freeze()  # the process ends: the collector need not look through all that is left


def _require_current_folder() -> None:
    """Raise FileError where the current folder was removed, which no path can be found from."""
    try:
        os.getcwd()  # noqa: PTH109 - whether it is there
    except OSError as problem:
        raise FileError("The current folder is gone. Change to one that exists: cd ~") from problem


def _print_error(error: BaseException, terminal: Terminal) -> int:
    """Print an error; return its exit code. The last line of the text says what to do."""
    text, code = _problem(error, terminal)
    if terminal.is_debugging:
        traceback.print_exception(error)
    with suppress(OSError):
        if terminal.wants_json and not terminal.has_result:
            is_stopped = isinstance(error, click.Abort | KeyboardInterrupt)
            names = ("code", "message", "file", "line", "column")
            mistakes = error.mistakes if isinstance(error, ScenarioError) else ()
            values = {
                "kind": "Interrupted" if is_stopped else type(error).__name__,
                "text": text,
                "exit_code": code,
                "mistakes": [dict(zip(names, each, strict=True)) for each in mistakes],
            }
            terminal.print_json({"error": values})
        terminal.error(text)
    return code


def _problem(error: BaseException, terminal: Terminal) -> tuple[str, int]:
    """Return the message and exit code of an error; an unexpected one goes to a log file."""
    if isinstance(error, click.Abort | KeyboardInterrupt):
        said = str(error.__cause__ or "") if isinstance(error, click.Abort) else str(error)
        return said or STOPPED, code_of_signal() or INTERRUPTED
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        help_of = context.command_path if context else "frontsim"
        exit_code = FILE_PROBLEM if isinstance(error, click.FileError) else WRONG_USE
        advice = _example_of(error) if isinstance(error, click.MissingParameter) else ""
        return f"error: {error.format_message()}{advice}\nhelp: {help_of} --help", exit_code
    if isinstance(error, SimError) and not isinstance(error, InvariantError):
        return f"{'' if isinstance(error, ScenarioError) else 'error: '}{error}", error.exit_code
    if isinstance(error, MemoryError):
        return "error: out of memory. Close other programs, or use fewer --jobs.", FILE_PROBLEM
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return f"error: {name}{error.strerror}.", FILE_PROBLEM
    from sim.files.regular import write_log

    log = write_log(f"frontsim {terminal.command}\n\n{''.join(traceback.format_exception(error))}")
    where = "No log could be written; --debug shows the details."
    if log:
        where = f"Details are in {log}. Please report it, with this file and the command you typed."
    said = str(error) if isinstance(error, InvariantError) else f"{type(error).__name__}: {error}"
    first = said.strip().splitlines()[0][:200]
    return f"error: this is a bug in frontsim ({first}). {where}", 1


def _example_of(error: click.MissingParameter) -> str:
    """Return an example of the command that lacks an argument; if that is a recording, how to make one."""
    examples = getattr(error.ctx.command, "examples", ()) if error.ctx else ()
    if not examples:
        return ""
    is_recording = error.param is not None and error.param.name == "recording"
    first = "Record one with: frontsim run kupiansk\n" if is_recording else ""
    return f"\n{first}For example: {examples[0][0]}"


def _unknown_command(name: str) -> str:
    from sim.scenario_file.bundled import bundled_names

    if name in bundled_names() or name.endswith(".toml"):
        return f"There is no command {name!r}. To simulate a scenario: {command_line('run', name)}"
    alike = nearest(name, tuple(COMMANDS))
    advice = f"Did you mean {alike[0]}?" if alike else f"Commands are {', '.join(COMMANDS)}."
    return f"There is no command {name!r}. {advice}"
