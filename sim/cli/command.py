"""What all commands share: the common options in any position, examples in their help, options in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from sim.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = TypeVar("Function", bound=Callable[..., Any])

HELP_NAMES: Final = {"help_option_names": ["-h", "--help"]}
_ORDER: Final = "sim.cli.order"
_WHEN: Final = click.Choice(["auto", "always", "never"])


class CommonOption(click.Option):
    """An option that every command takes, before its name or after it; it goes to the `Terminal`."""

    def __init__(self, *names: str, **attributes: Any) -> None:  # noqa: ANN401 - whatever click takes
        super().__init__(names, callback=_keep, expose_value=False, **attributes)


def common_options() -> list[click.Option]:
    """Return the options that every command takes."""
    return [
        CommonOption("--json", "wants_json", is_flag=True, help="Print the result as one JSON object."),
        CommonOption("-v", "--verbose", count=True, help="Tell more on the way."),
        CommonOption("-q", "--quiet", "is_quiet", is_flag=True, help="Print the result and errors only."),
        CommonOption(
            "--color", type=_WHEN, metavar="WHEN", help="Colours: auto, always or never; NO_COLOR is obeyed."
        ),
        CommonOption(
            "--progress", type=_WHEN, metavar="WHEN", help="Say how far it is: auto, always or never."
        ),
        CommonOption("--no-input", is_flag=True, help="Never ask anything; no command does so far."),
        CommonOption("--debug", "is_debugging", is_flag=True, help="Show the traceback of an error."),
    ]


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:  # noqa: ANN401 - what click has read
    """Tell the terminal what an option says; one that is not given says nothing."""
    terminal = context.find_object(Terminal)
    if terminal is None or not value or option.name == "no_input":
        return
    if option.name == "verbose":
        terminal.verbose += value
    else:
        setattr(terminal, str(option.name), value)


class Command(click.Command):
    """A command of frontsim.

    Parameters
    ----------
    examples
        Pairs of a command line and what it does, for its help.
    """

    def __init__(self, *, examples: tuple[tuple[str, str], ...], **attributes: Any) -> None:  # noqa: ANN401 - whatever click takes
        super().__init__(**attributes)
        self.examples = examples
        self.params += common_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, and remember in which order its options stood."""
        terminal = ctx.find_object(Terminal)
        if terminal is not None:
            terminal.command = str(self.name)
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = [param.name for param in order]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then the common ones."""
        write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.examples, formatter)


def command(name: str, short: str, *examples: tuple[str, str]) -> Callable[[Function], Command]:
    """Make a function a command.

    Parameters
    ----------
    examples
        Pairs of a command line and what it does.
    """
    return click.command(name, cls=Command, short_help=short, examples=examples, context_settings=HELP_NAMES)


def in_order(context: click.Context, **makers: Callable[[str], Any]) -> list[Any]:
    """Return the values of some repeatable options in the order in which they were typed.

    Parameters
    ----------
    makers
        By option: what makes of its value what is wanted.
    """
    left = {name: iter(context.params[name]) for name in makers}
    return [makers[name](next(left[name])) for name in context.meta[_ORDER] if name in makers]


def write_options(of: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write a command's own options, then the common ones."""
    own: list[tuple[str, str]] = []
    common: list[tuple[str, str]] = []
    for param in of.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None:
            (common if isinstance(param, CommonOption) else own).append(record)
    for title, records in (("Options", own), ("Common options, in any position", common)):
        with formatter.section(title):
            formatter.write_dl(records)


def write_examples(examples: tuple[tuple[str, str], ...], formatter: click.HelpFormatter) -> None:
    """Write examples: what each does, and the line to type."""
    with formatter.section("Examples"):
        for line, meaning in examples:
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")
            formatter.write(f"{'':{formatter.current_indent + 4}}{meaning}\n")
