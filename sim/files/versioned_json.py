"""A JSON file with a format and a version: read as typed values, or refused in words.

Folders of results describe themselves in such files, which other programmes may have written, cut off or
changed, so both are checked before anything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from sim.errors import FileError
from sim.files.regular import read_regular

if TYPE_CHECKING:
    from pathlib import Path

MAX_SIZE: Final = 64 << 20
"""Bytes of a file that is read at all: what frontsim writes is far smaller."""
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Description(Generic[Content]):
    """A kind of file that says what it is."""

    content: type[Content]
    format: str
    version: int
    called: str
    """In words: ``an ensemble``."""
    advice: str
    """What to do about one that cannot be read."""
    again: str
    """What to do about one that is damaged or too old."""
    has_unknown: bool = False
    """Whether null stands for a number that is not known, and for nothing else."""

    def read(self, path: Path) -> Content | None:
        """Return a file's values, or None if there is no file.

        `FileError` where it cannot be read, is damaged, is something else's, or of another version.
        """
        text = self._text(path)
        if text is None:
            return None
        values = self._checked(path, text)
        try:
            return msgspec.convert(with_unknown(values) if self.has_unknown else values, self.content)
        except (msgspec.ValidationError, RecursionError) as problem:
            raise FileError(f"{path} is damaged: {problem}. {self.again}") from problem

    def _text(self, path: Path) -> bytes | None:
        """Return a file's content; none where there is no file."""
        try:
            return read_regular(path, MAX_SIZE)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            raise FileError(
                f"{path} cannot be read: {problem.strerror or problem}. {self.advice}"
            ) from problem

    def _checked(self, path: Path, text: bytes) -> dict[str, Any]:
        """Return what is in a file of this format and version."""
        try:
            values = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            values = None
        if not isinstance(values, dict) or values.get("format") != self.format:
            raise FileError(f"{path} is not of {self.called} that frontsim made. {self.advice}")
        version = values.get("version")
        if version == self.version:
            return values
        if isinstance(version, int) and version > self.version:
            made, remedy = "a newer", "Update it."
        else:
            made, remedy = "an older", self.again
        raise FileError(
            f"{path} was made by {made} frontsim (format {version}, known here: {self.version}). {remedy}"
        )


def with_unknown(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return plain values with NaN for null.

    Examples
    --------
    >>> with_unknown({"low": None, "keys": ["a"]})
    {'low': nan, 'keys': ['a']}
    """
    if value is None:
        return math.nan
    if isinstance(value, dict):
        return {key: with_unknown(each) for key, each in value.items()}
    return [with_unknown(each) for each in value] if isinstance(value, list) else value


def finite(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """Return plain values without NaN and infinity, which JSON does not have: they become null.

    Examples
    --------
    >>> finite({"a": [1.5, float("inf")], "b": ("x", None)})
    {'a': [1.5, None], 'b': ['x', None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return value
