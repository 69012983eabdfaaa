"""The shape of a command: options common to all of them, and help with arguments, options and examples."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from sim.cli.terminal import Terminal, echo
from sim.errors import UsageError
from sim.scenario_file.names import docstring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Function = TypeVar("Function", bound=Callable[..., Any])

GROUPS: Final = {
    "Run": {
        "run": ("run.run", "Simulate a scenario once and record it."),
        "ensemble": ("run.ensemble", "Simulate a scenario many times."),
        "compare": ("run.compare", "Compare two scenarios under the same random numbers."),
        "sweep": ("run.sweep", "Rank numbers and sources by how far they move the result."),
    },
    "Look": {
        "play": ("look.play", "Watch a recording in a window."),
        "show": ("look.show", "Print a scenario, a moment of a recording, or an ensemble."),
        "why": ("look.show", "Explain the supply of a town, and why it fell."),
        "report": ("look.report", "Make an HTML page of any mixture of results."),
        "render": ("look.play", "Make a picture or a film of a recording."),
        "export": ("look.export", "Write a scenario or a recording for other tools."),
        "import": ("look.export", "Make a scenario from the points and lines of a map."),
    },
    "Write": {
        "list": ("reference", "List the bundled scenarios."),
        "new": ("write", "Write a scenario file to start from."),
        "check": ("write", "Check a scenario, and list numbers without a source."),
        "schema": ("reference", "Describe every key of a scenario file."),
        "find": ("reference", "Search keys, towns, roads and doctrines by words."),
    },
    "Trust": {
        "verify": (
            "trust.verify",
            "Check the engine against published results, or a recording against a new run.",
        ),
        "hindcast": ("trust.hindcast", "Score simulations of past months by what happened."),
        "calibrate": ("trust.calibrate", "Fit assumed parameters to what happened."),
        "sources": ("trust.sources", "List every number with its status, range, source and link."),
    },
    "Set up": {
        "lesson": ("reference", "Print the handout of a lesson."),
        "keys": ("reference", "List the keys of the window."),
        "doctor": ("setup", "Check the installation."),
        "completion": ("setup", "Print a script for shell completion."),
        "help": ("reference", "Show the help of a command, or the options that all commands take."),
    },
}
"""Of each command, by group of the help: its module under `sim.cli`, and what it does.

``run.run`` defines `run_command`. They stand here so that the help loads no command.
"""
COMMANDS: Final = {name: about for group in GROUPS.values() for name, about in group.items()}
HELP_NAMES: Final = {"help_option_names": ["-h", "--help"]}
_ORDER: Final = "sim.cli.order"
_WHEN: Final = click.Choice(["auto", "always", "never"])


class Argument(click.Argument):
    """An argument that has a sentence in the help."""

    def __init__(self, *args: Any, meaning: str, **attributes: Any) -> None:  # noqa: ANN401 - whatever click takes
        super().__init__(*args, **attributes)
        self.meaning = meaning


def argument(name: str, meaning: str, **attributes: Any) -> Callable[[Function], Function]:  # noqa: ANN401 - whatever click takes
    """Return an argument of a command with a sentence for the help."""
    return click.argument(name, cls=Argument, meaning=meaning, **attributes)


class CommonOption(click.Option):
    """An option that every command takes, before its name or after it; it sets a field of the `Terminal`."""

    def __init__(self, *names: str, **attributes: Any) -> None:  # noqa: ANN401 - whatever click takes
        super().__init__(names, callback=_set_on_terminal, expose_value=False, **attributes)


def common_options() -> list[click.Option]:
    """Return the options that every command takes."""
    return [
        CommonOption("--json", "wants_json", is_flag=True, help="Print the result as one JSON object."),
        CommonOption("-v", "--verbose", count=True, help="Print more details."),
        CommonOption("-q", "--quiet", "is_quiet", is_flag=True, help="Print only results and errors."),
        CommonOption(
            "--color",
            type=_WHEN,
            metavar="WHEN",
            help="Use colours: auto, always or never. Auto respects NO_COLOR.",
        ),
        CommonOption(
            "--progress", type=_WHEN, metavar="WHEN", help="Report progress: auto, always or never."
        ),
        CommonOption("--debug", "is_debugging", is_flag=True, help="Print the traceback of an error."),
    ]


def _set_on_terminal(context: click.Context, option: click.Parameter, value: Any) -> None:  # noqa: ANN401 - what click has read
    terminal = context.find_object(Terminal)
    if terminal is None or not value:
        return
    if option.name == "verbose":
        terminal.verbose += value
    else:
        setattr(terminal, str(option.name), value)


def eager_text(text: Callable[[click.Context], str]) -> dict[str, Any]:
    """Return what makes an option print a text and end; that nobody reads it is no error."""

    def show(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value and not context.resilient_parsing:
            echo(text(context), sys.stdout)
            context.exit()

    return {"is_flag": True, "is_eager": True, "expose_value": False, "callback": show}


class WithExamples(click.Command):
    """A command that takes the common options; its help has arguments, options and examples.

    Examples are pairs of a command line and what it does.
    """

    def __init__(self, *, examples: tuple[tuple[str, str], ...], **attributes: Any) -> None:  # noqa: ANN401 - whatever click takes
        super().__init__(**attributes)
        self.examples = examples
        self.params += common_options()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help, also where nobody reads all of it."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = eager_text(click.Context.get_help)["callback"]
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments, the command's own options, then the common ones."""
        arguments: list[tuple[str, str]] = []
        own: list[tuple[str, str]] = []
        common: list[str] = []
        for param in self.get_params(ctx):
            if isinstance(param, Argument):
                arguments.append(((param.metavar or str(param.name).upper()).strip("[]"), param.meaning))
            elif (record := param.get_help_record(ctx)) is not None:
                if isinstance(param, CommonOption):
                    common.append(record[0])
                else:
                    own.append(record)
        for title, records in (("Arguments", arguments), ("Options", own)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
        with formatter.section("Common options (frontsim help options)"):
            formatter.write_text(", ".join(common))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples: the line to type, and what it does."""
        with formatter.section("Examples"):
            for line, meaning in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
                formatter.write(f"{'':{formatter.current_indent + 4}}{meaning}\n")


class Command(WithExamples):
    """A command of frontsim."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, and remember the order of its options."""
        terminal = ctx.find_object(Terminal)
        if terminal is not None:
            terminal.command = str(self.name)
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = [param.name for param in order]
        return super().parse_args(ctx, args)


def command(name: str, *examples: tuple[str, str]) -> Callable[[Function], Command]:
    """Make a function a command; examples are pairs of a command line and what it does."""

    def make(function: Function) -> Command:
        about = {"short_help": COMMANDS[name][1], "help": docstring(function), "context_settings": HELP_NAMES}
        return click.command(name, cls=Command, examples=examples, **about)(function)

    return make


def in_order(context: click.Context, **makers: Callable[[str], Any]) -> list[Any]:
    """Return the values of repeatable options in the order typed, each passed through its option's maker."""
    left = {name: iter(context.params[name]) for name in makers}
    return [makers[name](next(left[name])) for name in context.meta[_ORDER] if name in makers]


def refuse_options(context: click.Context, names: Iterable[str], message: str) -> None:
    """Raise a `UsageError` with the message where one of these options is given."""
    if any(context.params[name] not in {None, (), False} for name in names):
        raise UsageError(message)


def version() -> str:
    """Return the version of the running code, installed or not; ``sim`` itself is never imported inside."""
    return str(sys.modules["sim"].__version__)
