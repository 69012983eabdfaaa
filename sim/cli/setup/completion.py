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
BASH: Final = """\
%(complete_func)s() {
    local IFS=$'\\n' response completion type value
    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete $1)
    for completion in $response; do
        IFS=',' read type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value")
                [[ $value == *[.=] ]] && compopt -o nospace ;;
        esac
    done
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""Where nothing fits, files are completed. Click's own script forgets what fits once files do too, and leaves
a space after half a key.
"""
OPEN_IN_ZSH: Final = """
    local -a unfinished
    unfinished=(${(M)completions:#*[.=]})
    completions=(${completions:#*[.=]})
    if [ -n "$unfinished" ]; then
        compadd -U -S '' -V unfinished -a unfinished
    fi

    if [ -n "$completions" ]; then"""
"""Half a key gets no space after it."""


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
    script = template(shell, completer.source_template) % completer.source_vars()
    if terminal.wants_json:
        terminal.object({"shell": shell, "script": script, "install": WAYS[shell]})
        return
    terminal.say(script)
    terminal.hint(f"next: {WAYS[shell]}")


def template(shell: str, usual: str) -> str:
    """Return the script of a shell, with places for names."""
    if shell == "bash":
        return BASH
    return usual.replace('\n    if [ -n "$completions" ]; then', OPEN_IN_ZSH) if shell == "zsh" else usual
