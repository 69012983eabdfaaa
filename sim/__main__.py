"""Where ``frontsim`` and ``python -m sim`` begin: Ctrl-C is heard before anything is loaded."""

from __future__ import annotations

import os
import sys

from sim.interruption import STOPPED, watch

TYPE_CHECKING = False  # see `sim`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

DISCLAIMER = "Toy model for study. Not a forecast, not for operational use."
"""A copy, for where nothing else is loaded yet."""


def last_words(code: int, *, has_result: bool) -> None:
    """Say that the command was stopped, without anything that may not be loaded yet."""
    wants_json = "--json" in sys.argv
    name = next((each for each in sys.argv[1:] if each.isascii() and each.isalpha()), "frontsim")
    error = f'{{"kind": "Interrupted", "text": "{STOPPED}", "exit_code": {code}, "mistakes": []}}'
    head = f'"schema": "frontsim/{name}/1", "command": "{name}", "disclaimer": "{DISCLAIMER}"'
    if has_result or not wants_json:
        _try(sys.stdout.flush)
    else:
        _try(os.write, 1, f'{{{head}, "error": {error}}}\n'.encode())
    _try(os.write, 2, f"{STOPPED}\n".encode())


def _try(function: Callable[..., object], *arguments: object) -> None:
    try:  # noqa: SIM105 - contextlib may not be loaded yet
        function(*arguments)
    except Exception:
        pass


def main() -> NoReturn:
    """Run ``frontsim`` with the arguments of this process, and exit."""
    watch(last_words)
    # numpy's matrices are small here, and threads for large ones cost a tenth of a second to begin
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from sim.cli.main import main as run  # noqa: PLC0415 - not before signals are watched

    run()


if __name__ == "__main__":
    main()
