"""What went wrong, in a line for a message; the whole of it goes into a file, for whoever mends it."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path
from typing import Final

from sim.errors import SimError

LONGEST: Final = 200
"""Letters of a message."""
LOG: Final = "frontsim-window.log"


def first_line(problem: BaseException) -> str:
    r"""Return an error in one line.

    Examples
    --------
    >>> first_line(ValueError("no room\nhere")), first_line(KeyError())
    ('no room', 'KeyError')
    """
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:LONGEST]


def words_of(problem: Exception) -> str:
    """Return what to say of something that went wrong.

    Parameters
    ----------
    problem
        What was raised: something that was meant for people, or a bug.
    """
    return first_line(problem) if isinstance(problem, SimError | OSError) else bug_words(problem)


def bug_words(problem: BaseException) -> str:
    """Keep what is known of a bug in a file, and return what to say of it."""
    log = Path(tempfile.gettempdir()) / LOG
    words = f"This is a bug in frontsim ({first_line(problem)}). Paused; you can go on."
    try:
        log.write_text("".join(traceback.format_exception(problem)), encoding="utf-8")
    except OSError:
        return words
    return f"{words} Details are in {log}."
