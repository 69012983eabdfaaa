"""What a PNG says of itself in words, and what a picture's file is called; bytes in, bytes out.

Knows no screen: whoever painted a picture hands in the bytes of its file.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import moment_text
from sim.analysis.text import clock_text
from sim.model.quantities import DAY, DISCLAIMER, Seconds
from sim.scene.side_by_side import title_of
from sim.view.panel.charts import charted_town
from sim.view.panel.difference_text import contrast_words
from sim.view.panel.panel import selected_town
from sim.view.panel.run_difference_text import difference_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sim.recording.reader import Recording
    from sim.recording.records import Header
    from sim.scene.view_model import Frame, View
    from sim.view.controls.app_state import Screen

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


def moment(view: View, frame: Frame) -> str:
    """Return what a frame shows in words."""
    text = moment_text(view.scenario, view.snapshot(frame.t), view.recording.header, view.chances)
    if view.beside is None:
        return text
    town = charted_town(view, selected_town(frame))
    words = contrast_words(view, frame.t, town) or difference_words(view, frame.t, town)
    return f"{text}\nBeside {title_of(view.beside, view)}: {' '.join(words)}"


def copied(view: View, frame: Frame, screen: Screen) -> str:
    """Put what a frame shows on the clipboard, in words; return what to tell of it."""
    screen.copy(moment(view, frame))
    return "This moment is on the clipboard, as text."


def kept(view: View, frame: Frame, screen: Screen, folder: Path) -> str:
    """Write a picture of what is seen; return what to tell of it.

    Parameters
    ----------
    view, frame, screen, folder
        As `keep_screenshot` has them.
    """
    path = keep_screenshot(view, frame, screen, folder)
    return f"Saved {path.name} in {path.parent.resolve()}"


def keep_screenshot(view: View, frame: Frame, screen: Screen, folder: Path) -> Path:
    """Write a picture of what is seen, without messages and rings; return where.

    Parameters
    ----------
    frame
        What the picture shows; the map alone, where it says so.
    """
    clean = replace(frame, toast=None, hover=None, focus=None, progress=None)
    content = screen.picture(clean, provenance(view.recording, frame.t, moment(view, frame)))
    header = view.recording.header
    day = date.fromisoformat(header.start) + timedelta(days=frame.t // DAY)
    name = picture_name(header, frame.t, day.isoformat()) + "_map" * frame.map_only
    path = free_path(folder, name, ".png")
    path.write_bytes(content)
    return path
