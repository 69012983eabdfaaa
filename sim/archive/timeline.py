"""A recording as a viewer needs it: one fold through its events into series, strips and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.archive.recording import Recording


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened over a whole run, by time."""


def fold(recording: Recording) -> Timeline:
    """Return a recording's timeline.

    Parameters
    ----------
    recording
        What is shown.
    """
    del recording
    return Timeline()
