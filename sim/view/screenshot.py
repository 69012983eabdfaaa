"""A moment kept: its description in words, and screenshots whose files say which moment they show."""

from __future__ import annotations

import itertools
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import moment_text
from sim.analysis.text import clock_text
from sim.files.atomic_file import write_file
from sim.model.quantities import DAY, DISCLAIMER, Seconds
from sim.scene.side_by_side import title_of
from sim.view.panel.differences import difference_text
from sim.view.panel.panel import charted_town, selected_town

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sim.recording.reader import Recording
    from sim.recording.records import Header
    from sim.scene.view_model import Frame, View

PNG_HEAD: Final = 33
"""Bytes of a PNG's signature and header, which come before any other chunk."""
_LENGTH: Final = struct.Struct(">I")


def moment(view: View, frame: Frame) -> str:
    """Return what a frame shows in words."""
    text = moment_text(view.scenario, view.snapshot(frame.t), view.recording.header, view.ensemble)
    if view.beside is None:
        return text
    differences = " ".join(difference_text(view, frame.t, charted_town(view, selected_town(frame))))
    return f"{text}\nBeside {title_of(view.beside, view)}: {differences}"


def save_screenshot(
    view: View, frame: Frame, picture: Callable[[Frame, Mapping[str, str]], bytes], folder: Path
) -> Path:
    """Write a frame, without messages and focus ring, to a new file; return where."""
    clean = replace(frame, toast=None, hover=None, focus=None, progress=None)
    content = picture(clean, provenance(view.recording, frame.t, moment(view, frame)))
    name = picture_name(view.recording.header, frame.t) + "-map" * frame.map_only
    path = free_path(folder, name, ".png")
    write_file(path, content, force=False)
    return path


def provenance(recording: Recording, t: Seconds, text: str) -> dict[str, str]:
    """Return the texts that a picture of a moment carries: where it comes from, and what it shows."""
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


def add_png_texts(png: bytes, texts: Mapping[str, str]) -> bytes:
    """Return a PNG with texts in it, as any reader of PNG metadata finds them."""
    chunks = b""
    for key, text in texts.items():
        content = b"iTXt" + key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
        chunks += _LENGTH.pack(len(content) - 4) + content + _LENGTH.pack(zlib.crc32(content))
    return png[:PNG_HEAD] + chunks + png[PNG_HEAD:]


def picture_name(header: Header, t: Seconds) -> str:
    """Return the name of a moment's picture, without suffix."""
    base = header.name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in base) or "picture"
    run = f"seed{header.seed}" + (f"-r{header.replication}" if header.replication else "")
    hour = f"-{clock_text(t).replace(':', '')}" if t % DAY else ""
    return f"{plain}-{run}-d{t // DAY}{hour}"


def free_path(folder: Path, name: str, suffix: str) -> Path:
    """Return a path at which nothing is: the name, or the name with the first free number."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(path for each in names if not (path := folder / f"{each}{suffix}").exists())
