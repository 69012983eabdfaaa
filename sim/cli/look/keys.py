"""``frontsim keys``: the keys of the window, as the user's settings have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.command import command

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal


@command(
    "keys",
    "List the keys of the window.",
    ("frontsim keys", "Every key, what it does, and the name of its command in the settings."),
    ("frontsim keys --json", "The same as JSON."),
)
@click.pass_obj
def keys_command(terminal: Terminal) -> None:
    """List the keys of the window that frontsim play opens, as your settings have them.

    To change one, add its command to the settings file, under [keys]: play = ["Space", "X"].
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
        terminal.print_json({"settings": str(path), "keys": rows})
        return
    shown = [
        (", ".join(map(key_label, each.keys)) or "none", each.words, each.command)
        for each in keyboard.bindings
    ]
    terminal.table(("Keys", "Action", "Command"), shown)
    terminal.hint(f"settings: {path}")
