"""Gzip members, their caps, and the one that says where the footer is."""

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.recording import gzip_blocks


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_members_are_one_text_for_any_reader_of_gzip(texts):
    packed = b"".join(gzip_blocks.pack(text) for text in texts)
    assert gzip.decompress(packed + gzip_blocks.trailer(len(packed))) == b"".join(texts)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_a_member_is_read_to_its_end_and_no_further(text, rest):
    packed = gzip_blocks.pack(text)
    assert gzip_blocks.read_member(io.BytesIO(packed + rest)) == (text, len(packed))


def test_a_member_longer_than_a_read_is_whole(monkeypatch):
    monkeypatch.setattr(gzip_blocks, "CHUNK", 7)
    text = bytes(range(256)) * 20
    assert gzip_blocks.read_member(io.BytesIO(gzip_blocks.pack(text)))[0] == text


def test_the_same_text_gives_the_same_bytes_with_no_time_in_them():
    packed = gzip_blocks.pack(b"text\n")
    assert packed == gzip_blocks.pack(b"text\n")
    assert packed[4:8] == bytes(4)


@given(st.binary(max_size=50))
def test_no_cut_off_member_is_whole(text):
    packed = gzip_blocks.pack(text)
    for length in range(len(packed)):
        with pytest.raises(ValueError, match="ends too early"):
            gzip_blocks.read_member(io.BytesIO(packed[:length]))


def test_what_is_not_gzip_was_altered():
    with pytest.raises(ValueError, match="altered"):
        gzip_blocks.read_member(io.BytesIO(b"PK\x03\x04 something else"))


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(gzip_blocks, "MAX_SIZE", 100_000)
    bomb = zlib.compress(bytes(50_000_000), wbits=gzip_blocks.GZIP)
    with pytest.raises(ValueError, match="more than 100000 bytes"):
        gzip_blocks.read_member(io.BytesIO(bomb))


def test_the_largest_member_that_can_be_written_can_be_read(monkeypatch):
    monkeypatch.setattr(gzip_blocks, "MAX_SIZE", 1000)
    text = bytes(1000)
    assert gzip_blocks.read_member(io.BytesIO(gzip_blocks.pack(text)))[0] == text
    with pytest.raises(ValueError, match="more than the 1000"):
        gzip_blocks.pack(bytes(1001))


@given(st.integers(0, 2**64 - 1))
def test_the_trailer_is_of_one_length_and_empty_and_gives_the_offset_back(offset):
    trailer = gzip_blocks.trailer(offset)
    assert len(trailer) == gzip_blocks.TRAILER_SIZE
    assert gzip.decompress(trailer) == b""
    assert gzip_blocks.footer_offset(trailer) == offset


@given(st.integers(0, 8 * gzip_blocks.TRAILER_SIZE - 1))
def test_an_altered_trailer_is_none_or_says_something_else(bit):
    trailer = bytearray(gzip_blocks.trailer(12345))
    trailer[bit // 8] ^= 1 << bit % 8
    assert gzip_blocks.footer_offset(bytes(trailer)) != 12345


def test_too_few_bytes_are_no_trailer():
    assert gzip_blocks.footer_offset(b"") is None
    assert gzip_blocks.footer_offset(gzip_blocks.trailer(1)[1:]) is None
