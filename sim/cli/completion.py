"""``frontsim completion``: a script with which a shell completes commands, options and scenarios."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from sim.cli.command import command
from sim.cli.terminal import Terminal

WAYS: Final = {
    "bash": "echo 'eval \"$(frontsim completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(frontsim completion zsh)\"' >> ~/.zshrc",
    "fish": "frontsim completion fish > ~/.config/fish/completions/frontsim.fish",
}
"""By shell: how to have it always."""


@command(
    "completion",
    "Let your shell complete commands.",
    ('eval "$(frontsim completion bash)"', "In this shell, now."),
    ("frontsim completion fish > ~/.config/fish/completions/frontsim.fish", "In every new shell."),
)
@click.argument("shell", type=click.Choice(list(WAYS)))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print a script that lets SHELL complete commands, options and scenarios.

    SHELL is bash (4.4 or later), zsh or fish.
    """
    terminal = context.ensure_object(Terminal)
    kind = get_completion_class(shell)
    assert kind is not None
    completer = kind(context.find_root().command, {}, "frontsim", "_FRONTSIM_COMPLETE")
    # Not `source()`, which starts bash to ask for its version.
    script = completer.source_template % completer.source_vars()
    if terminal.wants_json:
        terminal.object({"shell": shell, "script": script, "install": WAYS[shell]})
        return
    terminal.say(script)
    terminal.hint(f"next: {WAYS[shell]}")
