"""A recording's bytes: gzip members one after the other, which zcat reads as one text.

The last member is empty, always 34 bytes long, and carries in its extra field where the footer begins, so
that a reader finds it from the end of the file without unpacking the rest. (BGZF, the blocked gzip of
genomics, keeps its block sizes in the same place.)

References
----------
P. Deutsch (1996). GZIP file format specification version 4.3. RFC 1952, section 2.3.1.1: extra field.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

MAGIC: Final = b"\x1f\x8b"
MAX_SIZE: Final = 16 * 1024 * 1024
"""Bytes that one member may unpack to: many times what is ever written, and little enough for any machine."""
CHUNK: Final = 64 * 1024
"""Bytes read at a time."""
LEVEL: Final = 5
"""The highest that costs little: 6 is 3 % smaller and takes 40 % more time."""
GZIP: Final = 31
"""What zlib calls a window of 32 KB in gzip's wrapping; its time stamp is always 0."""

_TRAILER: Final = struct.Struct("<4sLBBH2sHQ2sLL")
_START: Final = (MAGIC + b"\x08\x04", 0, 0, 255, 12, b"FS", 8)
_END: Final = (b"\x03\x00", 0, 0)
TRAILER_SIZE: Final = _TRAILER.size


def pack(text: bytes) -> bytes:
    """Return lines as one gzip member; the same lines give the same bytes.

    Raises ValueError where the lines are more than a reader would unpack.
    """
    if len(text) > MAX_SIZE:
        msg = f"{len(text)} bytes are more than the {MAX_SIZE} that one part of a recording may hold"
        raise ValueError(msg)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(text) + packer.flush()


def read_member(file: BinaryIO) -> tuple[bytes, int]:
    """Return the lines of the gzip member that begins where the file stands, and the bytes it takes up.

    Raises ValueError where it is no gzip member, is cut off or altered, or unpacks to more than is ever
    written.
    """
    unpacker = zlib.decompressobj(GZIP)
    text = bytearray()
    taken = 0
    while not unpacker.eof:
        packed = file.read(CHUNK)
        if not packed:
            raise ValueError("it ends too early")
        taken += len(packed)
        try:
            text += unpacker.decompress(packed, MAX_SIZE + 1 - len(text))
        except zlib.error as problem:
            raise ValueError("its bytes were altered") from problem
        if len(text) > MAX_SIZE:
            raise ValueError(f"it unpacks to more than {MAX_SIZE} bytes, which no recording does")
    return bytes(text), taken - len(unpacker.unused_data)


def trailer(footer: int) -> bytes:
    """Return the empty member that says where the footer begins.

    Examples
    --------
    >>> len(trailer(1000)), footer_offset(trailer(1000))
    (34, 1000)
    """
    return _TRAILER.pack(*_START, footer, *_END)


def footer_offset(last: bytes) -> int | None:
    """Return the offset of the footer from a file's last bytes, or None if they are not a trailer."""
    if len(last) != TRAILER_SIZE:
        return None
    offset = int(_TRAILER.unpack(last)[len(_START)])
    return offset if last == trailer(offset) else None
