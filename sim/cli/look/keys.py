"""``frontsim keys``: the window's keys, as they are after one's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.command import command

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal


@command(
    "keys",
    "List the window's keys.",
    ("frontsim keys", "Every key, what it does, and the name by which settings give it others."),
    ("frontsim keys --json", "The same for a programme."),
)
@click.pass_obj
def keys_command(terminal: Terminal) -> None:
    """List the keys of the window that frontsim play opens, as your settings have them.

    To change one, name its command in the settings file, under [keys]: play = ["Space", "X"].
    """
    from sim.cli.look.play import settings_file
    from sim.view.keyboard import Keyboard, key_label
    from sim.view.settings import load

    path = settings_file()
    remembered = load(path)
    keyboard = Keyboard(remembered.settings.keys)
    for note in (*remembered.notes, *keyboard.notes):
        terminal.hint(note)
    if terminal.wants_json:
        rows = [
            {"command": each.command, "keys": list(each.keys), "does": each.words, "group": each.group}
            for each in keyboard.bindings
        ]
        terminal.object({"settings": str(path), "keys": rows})
        return
    terminal.table(
        ("Keys", "Do", "Command"),
        [
            (", ".join(key_label(key) for key in each.keys) or "none", each.words, each.command)
            for each in keyboard.bindings
        ],
    )
    terminal.hint(f"settings: {path}")
