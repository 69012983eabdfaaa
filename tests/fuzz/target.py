"""A reader to be fuzzed: it makes a damaged file and reads it; only our own errors may come out."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

from sim.errors import SimError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.mutations import Damage

REFUSED = "refused"
READ = "read"


class Target:
    """One reader with whole files to damage.

    Parameters
    ----------
    folder
        Its own; it writes nowhere else.
    """

    name: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, damage: Damage) -> bytes:
        """Return one damaged input."""
        raise NotImplementedError

    def read(self, content: bytes) -> str:
        """Read an input; return whether it was read or refused, and let any other error through."""
        with contextlib.suppress(SimError):
            self.read_whole(content)
            return READ
        return REFUSED

    def read_whole(self, content: bytes) -> None:
        """Read everything that there is in an input."""
        raise NotImplementedError
