"""What a PNG says of itself in words, and what a picture's file is called; bytes in, bytes out.

Knows no screen: whoever painted a picture hands in the bytes of its file.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from typing import TYPE_CHECKING, Final

from sim.analysis.text import clock_text
from sim.model.quantities import DAY, DISCLAIMER, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sim.recording.reader import Recording
    from sim.recording.records import Header

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_LENGTH: Final = struct.Struct(">I")
_FRAME: Final = 12
"""Bytes of a chunk beside its content: length, kind and checksum."""


def with_notes(png: bytes, notes: Mapping[str, str]) -> bytes:
    """Return a PNG with texts in it, as any reader of PNG metadata finds them."""
    head = len(SIGNATURE) + _FRAME + _LENGTH.unpack_from(png, len(SIGNATURE))[0]
    chunks = (
        _chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()) for key, text in notes.items()
    )
    return png[:head] + b"".join(chunks) + png[head:]


def notes_of(png: bytes) -> dict[str, str]:
    """Return the texts in a PNG that `with_notes` has put there."""
    found = {}
    for kind, content in _chunks(png):
        if kind == b"iTXt":
            key, _, rest = content.partition(b"\0")
            found[key.decode("latin-1")] = rest.lstrip(b"\0").decode()
    return found


def provenance(recording: Recording, t: Seconds, text: str) -> dict[str, str]:
    """Return what is noted in a picture of a moment.

    Parameters
    ----------
    t
        When; s.
    """
    header = recording.header
    made = ", ".join(f"{name} {version}" for name, version in header.made_with.items())
    return {
        "Title": f"{header.title}, day {t // DAY}",
        "Description": text,
        "Disclaimer": DISCLAIMER,
        "Software": made,
        "Source": f"{header.name}, seed {header.seed}, replication {header.replication}, {t} s, "
        f"sha256 {recording.digest}",
    }


def picture_name(header: Header, t: Seconds, day: str) -> str:
    """Return what the file of a moment's picture is called, without its suffix.

    Parameters
    ----------
    t
        When; s.
    """
    base = header.name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in base) or "picture"
    clock = clock_text(t).replace(":", "")
    return f"{plain}_r{header.replication}_d{t // DAY}_{day.replace('-', '')}-{clock}"


def free_path(folder: Path, name: str, suffix: str) -> Path:
    """Return a path at which nothing is: the name, or the name with the first free number."""
    names = itertools.chain(
        [f"{name}{suffix}"], (f"{name}-{number}{suffix}" for number in itertools.count(2))
    )
    return next(path for path in (folder / each for each in names) if not path.exists())


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk as a PNG holds it."""
    return _LENGTH.pack(len(content)) + kind + content + _LENGTH.pack(zlib.crc32(kind + content))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a PNG's chunks: kind and content."""
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = _LENGTH.unpack_from(png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += _FRAME + length
