"""Being stopped: Ctrl-C, SIGTERM and SIGHUP end a command at once, or unwind it where it holds something.

While nothing is held (modules are loaded, a text is printed), a signal ends the process right away, so that
no library can swallow it or make another error of it. Where a file is being written or workers run, it raises
KeyboardInterrupt once, never while a ``with`` statement is being entered or left; what comes later is ignored
until all is put away. Without `watch`, as in a notebook, signals do what they always do.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False  # see `sim`
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import Final, Protocol, TypeVar

    Function = TypeVar("Function", bound=Callable[..., object])

    class LastWords(Protocol):
        """What is called before a process ends at once."""

        def __call__(self, code: int, *, has_result: bool) -> None:
            """Take the exit code, and whether the result of the command is printed already."""


SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
STOPPED: Final = "stopped. No unfinished file is left behind."
AGAIN: Final = 0.005
"""Seconds of wall time after which to try again where it cannot be raised."""
LOST: Final = 1.0
"""Seconds of wall time after which to look whether what was raised was lost."""
PATIENCE: Final = 10.0
"""Seconds of wall time after which it is raised in any case."""


class _Watch:
    """What is known of signals in this process."""

    is_watching = False
    held = 0
    first: int | None = None
    """The signal that came first."""
    since = 0.0
    is_raised = False
    is_ending = False
    """Whether the last words are being said: a second Ctrl-C says them no second time."""
    last_words: LastWords | None = None
    has_result = False
    atomic: set[CodeType] = set()  # noqa: RUF012 - one for the process


def watch(last_words: LastWords | None = None) -> None:
    """Watch for signals from now on, but for those that whoever started this process ignores."""
    _Watch.held, _Watch.first, _Watch.is_raised, _Watch.last_words = 0, None, False, last_words
    _Watch.has_result, _Watch.is_watching = False, True
    for each in SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _stop)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _stop)
    usual = sys.unraisablehook

    def raise_again(problem: sys.UnraisableHookArgs) -> None:
        """Raise an interruption once more that Python could only have printed."""
        if issubclass(problem.exc_type, KeyboardInterrupt):
            _Watch.is_raised = False
            _try_again(AGAIN)
        else:
            usual(problem)

    sys.unraisablehook = raise_again


def hold() -> None:
    """Say that from now on something has to be put away."""
    _Watch.held += 1


def release() -> None:
    """Say that it is put away."""
    _Watch.held -= 1


def note_result() -> None:
    """Say that the result of the command is printed: no other object of JSON may follow it."""
    _Watch.has_result = True


def ignore_signals() -> None:
    """Let nothing stop the process any more: its exit code is settled."""
    if _Watch.is_watching:
        for each in (*SIGNALS, *([signal.SIGALRM] if hasattr(signal, "SIGALRM") else [])):
            signal.signal(each, signal.SIG_IGN)


def atomic(function: Function) -> Function:
    """Let no interruption be raised while a function runs."""
    _Watch.atomic.add(function.__code__)
    return function


def code_of_signal() -> int | None:
    """Return the exit code of the signal that came; None where none came."""
    return None if _Watch.first is None else 128 + _Watch.first


def raise_if_stopped() -> None:
    """Raise KeyboardInterrupt where a signal came while nothing could be cut in two: all is put away now."""
    if _Watch.first is not None:
        _Watch.is_raised = True
        raise KeyboardInterrupt


def _stop(number: int, frame: FrameType | None) -> None:
    if _Watch.first is None and number in SIGNALS:
        _Watch.first, _Watch.since = number, time.monotonic()
    if _Watch.first is None or _Watch.is_ending:
        return
    is_alarm = number not in SIGNALS
    if _Watch.is_raised and (not is_alarm or _is_unwinding(frame)):
        _try_again(LOST)
        return
    is_due = time.monotonic() - _Watch.since > PATIENCE
    if not is_due and _is_atomic(frame) and hasattr(signal, "setitimer"):
        _try_again(AGAIN)
    elif _Watch.held:
        _Watch.is_raised = True
        _try_again(LOST)
        raise KeyboardInterrupt
    else:
        _Watch.is_ending = True
        code = 128 + _Watch.first
        if _Watch.last_words is not None:
            _Watch.last_words(code, has_result=_Watch.has_result)
        os._exit(code)


def _is_unwinding(frame: FrameType | None) -> bool:
    """Return whether the interruption that was raised is on its way, and not lost in some library."""
    problem = sys.exc_info()[1]
    while problem is not None:
        if isinstance(problem, KeyboardInterrupt):
            return True
        problem = problem.__context__
    return _is_atomic(frame)


def _is_atomic(frame: FrameType | None) -> bool:
    """Return whether anything on the stack enters or leaves a with statement, or must not be cut in two."""
    while frame is not None:
        if frame.f_code.co_name in {"__enter__", "__exit__"} or frame.f_code in _Watch.atomic:
            return True
        frame = frame.f_back
    return False


def _try_again(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
