"""Fonts as pygame has them: the shipped ones, and for letters that they lack, one of the system's."""

from __future__ import annotations

import functools
import io
from itertools import groupby
from typing import Final

import pygame

from sim.files.regular import read_regular
from sim.scene.text import font_path, has_letter

MAX_FONT: Final = 64 << 20
LIKELY: Final = (
    "noto",
    "unicode",
    "dejavusans",
    "msyh",
    "malgun",
    "hiragino",
    "pingfang",
    "nirmala",
    "freesans",
)
"""Parts of names of fonts that know many scripts; they are tried first."""
UNKNOWN: Final = "?"
"""Stands for a letter that no font knows."""
NOTHING: Final = "\U0010fffe"
"""No font has it; what stands for it stands for whatever a font lacks."""
TRIED: Final = 40
"""Fonts of the system that are tried."""


@functools.lru_cache(maxsize=64)
def font(size: int, face: str, is_bold: bool, is_italic: bool) -> pygame.font.Font:
    """Return a shipped font."""
    path = font_path("title" if face == "title" else "ui", is_bold=is_bold, is_italic=is_italic)
    return pygame.font.Font(io.BytesIO(_content(str(path))), size)


@functools.lru_cache(maxsize=8)
def _content(path: str) -> bytes:
    """Return a font's file, which all sizes share; read whole, since a font keeps its file open."""
    return read_regular(path, MAX_FONT, is_named=True)


def fonts_for(
    text: str, size: int, face: str, is_bold: bool, is_italic: bool
) -> list[tuple[str, pygame.font.Font]]:
    """Return a text in parts, each with a font that knows its letters, as far as there is one."""
    shipped = font(size, face, is_bold, is_italic)
    parts = []
    for path, letters in groupby(text, key=_path):
        part = "".join(letters)
        known = part if path is not None else UNKNOWN * len(part)
        parts.append((known, _system_font(path, size) if path else shipped))
    return parts


@functools.cache
def _path(letter: str) -> str | None:
    """Return the file of a font of the system that knows a letter; empty is a shipped font, None is none."""
    if has_letter(letter) or not letter.isprintable():
        return ""
    names = sorted(pygame.font.get_fonts(), key=lambda name: not any(part in name for part in LIKELY))
    paths = (pygame.font.match_font(name) for name in names[:TRIED])
    return next((path for path in paths if path and _knows(path, letter)), None)


def _knows(path: str, letter: str) -> bool:
    try:
        drawn = [_system_font(path, 20).render(each, True, "white") for each in (letter, NOTHING)]
    except (pygame.error, OSError):
        return False
    return pygame.image.tobytes(drawn[0], "RGBA") != pygame.image.tobytes(drawn[1], "RGBA")


@functools.cache
def _system_font(path: str, size: int) -> pygame.font.Font:
    return pygame.font.Font(path, size)
