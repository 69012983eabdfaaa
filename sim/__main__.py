"""Where ``frontsim`` and ``python -m sim`` begin: Ctrl-C is heard before anything is loaded."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from sim.interruption import STOPPED, watch

if TYPE_CHECKING:
    from typing import NoReturn

DISCLAIMER = "Toy model for study. Not a forecast, not for operational use."
"""A copy, for where nothing else is loaded yet."""


def last_words(code: int, *, has_result: bool) -> None:
    """Say that the command was stopped, without anything that may not be loaded yet."""
    wants_json = "--json" in sys.argv
    if has_result or not wants_json:
        with suppress(Exception):
            sys.stdout.flush()
    name = next((each for each in sys.argv[1:] if each.isascii() and each.isalpha()), "frontsim")
    error = f'{{"kind": "Interrupted", "text": "{STOPPED}", "exit_code": {code}, "mistakes": []}}'
    head = f'"schema": "frontsim/{name}/1", "command": "{name}", "disclaimer": "{DISCLAIMER}"'
    with suppress(OSError):
        if wants_json and not has_result:
            os.write(1, f'{{{head}, "error": {error}}}\n'.encode())
        os.write(2, f"{STOPPED}\n".encode())


def main() -> NoReturn:
    """Run ``frontsim`` with the arguments of this process, and exit."""
    watch(last_words)
    from sim.cli.main import main as run  # noqa: PLC0415 - not before signals are watched

    run()


if __name__ == "__main__":
    main()
