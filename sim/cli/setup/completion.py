"""``frontsim completion``: a script that lets a shell complete commands, options and scenarios."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from sim.cli.command import argument, command
from sim.cli.terminal import Terminal

INSTALL: Final = {
    "bash": "echo 'eval \"$(frontsim completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(frontsim completion zsh)\"' >> ~/.zshrc",
    "fish": "frontsim completion fish > ~/.config/fish/completions/frontsim.fish",
}
"""Command that installs the completion permanently, by shell."""
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
"""Completes files where nothing else fits. Click's own script drops other completions once there are files,
and adds a space after half a key.
"""
NO_SPACE_IN_ZSH: Final = """
    local -a unfinished
    unfinished=(${(M)completions:#*[.=]})
    completions=(${completions:#*[.=]})
    if [ -n "$unfinished" ]; then
        compadd -U -S '' -V unfinished -a unfinished
    fi

    if [ -n "$completions" ]; then"""
"""Adds no space after half a key."""


@command(
    "completion",
    "Print a script for shell completion.",
    ('eval "$(frontsim completion bash)"', "For this shell session."),
    ("frontsim completion fish > ~/.config/fish/completions/frontsim.fish", "For every new shell."),
)
@argument("shell", "bash (4.4 or later), zsh or fish.", type=click.Choice(list(INSTALL)))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print a script that lets a shell complete commands, options, scenarios and keys."""
    terminal = context.ensure_object(Terminal)
    kind = get_completion_class(shell)
    assert kind is not None
    completer = kind(context.find_root().command, {}, "frontsim", "_FRONTSIM_COMPLETE")
    # Not `source()`, which starts bash to find its version.
    script = template(shell, completer.source_template) % completer.source_vars()
    if terminal.wants_json:
        terminal.print_json({"shell": shell, "script": script, "install": INSTALL[shell]})
        return
    terminal.say(script)
    terminal.hint(f"next: {INSTALL[shell]}")


def template(shell: str, usual: str) -> str:
    """Return the template of a shell's script."""
    if shell == "bash":
        return BASH
    return usual.replace('\n    if [ -n "$completions" ]; then', NO_SPACE_IN_ZSH) if shell == "zsh" else usual
