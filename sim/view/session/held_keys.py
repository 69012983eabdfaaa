"""Keys that are held down: which of them repeat, and which do something once more when they are let go."""

from __future__ import annotations

from typing import Final

HELD: Final = 0.35
"""Seconds from which a key was held, not tapped."""
WHILE_HELD: Final = frozenset({"supply"})
"""Commands that are taken back when their key was held, and is let go."""


class HeldKeys:
    """The keys that are down."""

    def __init__(self) -> None:
        self._down: dict[int, tuple[str, float]] = {}

    def went_down(self, key: int, command: str, now: float) -> bool:
        """Note that a key calls a command; return whether it is only its repetition.

        Parameters
        ----------
        key
            Which key: what is held with it may be let go before it.
        """
        is_repeated = self._down.get(key, ("", 0.0))[0] == command
        if not is_repeated:
            self._down[key] = (command, now)
        return is_repeated

    def went_up(self, key: int, now: float) -> str | None:
        """Note that a key went up; return a command that is to be given once more."""
        command, since = self._down.pop(key, ("", now))
        return command if command in WHILE_HELD and now - since >= HELD else None
