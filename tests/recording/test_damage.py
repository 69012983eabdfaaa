"""Whatever happened to a recording is said in words, and never read as if nothing had happened."""

import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import DamagedRecordingError, FileError
from sim.model import events as e
from sim.model.quantities import DAY
from sim.recording import gzip_blocks
from sim.recording.reader import Recording
from sim.recording.recording_file import RecordingFile
from sim.recording.records import VERSION, Block, FormatLine, KeyframeLine, event_line, line_of, read_line


@pytest.fixture(scope="session")
def original(recorded):
    return recorded.read_bytes()


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """Where altered bytes are put; one place for all, written anew each time."""
    return tmp_path_factory.mktemp("altered") / "copy.jsonl.gz"


def read_all(path):
    """Return everything a recording can be asked for."""
    recording = Recording.open(path)
    recording.check()
    states = [recording.state_at(t) for t in range(0, recording.end + 1, DAY)]
    return recording.header, list(recording.events()), states, recording.digest, recording.counts


@pytest.fixture(scope="session")
def said(recorded):
    return read_all(recorded)


@pytest.mark.untraced
def test_no_shortened_recording_opens(original, copy):
    for length in range(len(original)):
        copy.write_bytes(original[:length])
        with pytest.raises(DamagedRecordingError, match=r"Name a file|again"):
            Recording.open(copy)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_an_altered_byte_is_found_or_changes_nothing(original, copy, said, data):
    edges = [0, 1, 2, 3, 4, 8, 9, 10, 11, len(original) - 1]
    edges += [len(original) - gzip_blocks.TRAILER_SIZE + n for n in range(gzip_blocks.TRAILER_SIZE)]
    edges += [
        block["offset"] + n for block in index_of(original) for n in (-8, -4, -1, 0, 1, 2, 3, 10, 11, 12)
    ]
    place = data.draw(st.one_of(st.sampled_from(edges), st.integers(0, len(original) - 1)))
    altered = bytearray(original)
    altered[place] ^= data.draw(st.integers(1, 255))
    copy.write_bytes(bytes(altered))
    try:
        found = read_all(copy)
    except DamagedRecordingError:
        return
    assert found == said


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 4000), gap=st.integers(1, 300), filling=st.binary(max_size=40))
def test_a_hole_or_a_patch_is_found_or_changes_nothing(original, copy, said, cut, gap, filling):
    copy.write_bytes(original[:cut] + filling + original[cut + gap :])
    try:
        found = read_all(copy)
    except DamagedRecordingError:
        return
    assert found == said


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_no_recording(copy, content):
    copy.write_bytes(content)
    with pytest.raises(DamagedRecordingError):
        Recording.open(copy)


def index_of(packed):
    return json.loads(gzip.decompress(packed).splitlines()[-1])["footer"]["blocks"]


def test_a_missing_file_is_no_damage_and_says_how_to_make_one(tmp_path):
    with pytest.raises(FileError, match="frontsim run") as caught:
        Recording.open(tmp_path / "no.jsonl.gz")
    assert not isinstance(caught.value, DamagedRecordingError)


def test_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        Recording.open(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b'{"format":"frontsim recording"}\n', "not"),
        (gzip.compress(b"hello\n", mtime=0), "its first line is not the header"),
        (gzip.compress(b'{"name":"somebody else\'s"}\n', mtime=0), "its first line is not the header"),
        (gzip.compress(b'{"format":"GIF\\u001b[31m","version":1}\n', mtime=0), r"calls it 'GIF\\x1b\[31m'"),
        (gzip.compress(b"", mtime=0), "its first line is not the header"),
    ],
)
def test_a_foreign_file_is_called_so(copy, content, words):
    copy.write_bytes(content)
    with pytest.raises(DamagedRecordingError, match=words):
        Recording.open(copy)


@pytest.mark.parametrize(
    ("aside", "words", "remedy"),
    [
        (1, f"newer frontsim, in version {VERSION + 1}", "Update frontsim."),
        (-1, "older frontsim", "Run its scenario again."),
    ],
)
def test_another_version_is_named_even_if_nothing_else_is_understood(copy, aside, words, remedy):
    first = msgspec.json.encode(FormatLine("frontsim recording", VERSION + aside))
    copy.write_bytes(gzip.compress(first + b"\n"))
    with pytest.raises(DamagedRecordingError, match=words) as caught:
        Recording.open(copy)
    assert str(caught.value).endswith(remedy)


def test_a_bomb_is_refused_before_it_fills_the_memory(copy):
    copy.write_bytes(zlib.compress(bytes(200_000_000), wbits=gzip_blocks.GZIP))
    with pytest.raises(DamagedRecordingError, match="which no recording does"):
        Recording.open(copy)


def test_a_cut_off_recording_says_how_to_make_it_again(original, copy):
    copy.write_bytes(original[: len(original) // 2])
    with pytest.raises(DamagedRecordingError, match="may be cut off") as caught:
        Recording.open(copy)
    assert "record five-towns again with --seed 42 --replication 3" in str(caught.value)


def test_damage_in_the_middle_lets_the_rest_be_read(original, copy):
    first, second, third = index_of(original)
    altered = bytearray(original)
    altered[(second["offset"] + third["offset"]) // 2] ^= 0x55
    copy.write_bytes(bytes(altered))
    recording = Recording.open(copy)
    assert recording.state_at(second["t"] - 1).day == 1
    assert recording.state_at(third["t"]).held_by["ford"] == "ru"
    assert first["offset"] > 0
    with pytest.raises(DamagedRecordingError, match="in part 2 of 3"):
        recording.state_at(second["t"])


def test_a_file_replaced_while_it_is_read_is_noticed(tmp_path, record, story, original):
    path = tmp_path / "run"
    path.write_bytes(original)
    recording = Recording.open(path)
    record(path, story[:6], force=True)
    with pytest.raises(DamagedRecordingError, match="Open it again"):
        recording.state_at(0)


def test_a_file_removed_while_it_is_read_is_noticed(tmp_path, original):
    path = tmp_path / "run"
    path.write_bytes(original)
    recording = Recording.open(path)
    path.unlink()
    with pytest.raises(FileError, match="There is no file"):
        recording.state_at(0)


@pytest.fixture
def forged(recorded, copy):
    """Return a recording with parts altered and packed again as if by the writer."""

    def forge(alter):
        parts = RecordingFile(recorded)
        blocks = [parts.block(number) for number in range(len(parts.footer.blocks))]
        texts = SimpleNamespace(
            header=line_of(parts.header),
            keyframes=[read_line(keyframe, KeyframeLine).keyframe for keyframe, _ in blocks],
            events=[lines for _, lines in blocks],
            footer=parts.footer,
            tail=gzip_blocks.trailer,
        )
        alter(texts)
        packed, index = gzip_blocks.pack(texts.header), []
        for block, keyframe, lines in zip(texts.footer.blocks, texts.keyframes, texts.events, strict=True):
            index.append(Block(t=block.t, offset=len(packed), first=block.first))
            packed += gzip_blocks.pack(line_of(keyframe) + b"".join(lines))
        footer = line_of(replace(texts.footer, blocks=tuple(index)))
        copy.write_bytes(packed + gzip_blocks.pack(footer) + texts.tail(len(packed)))
        return copy

    return forge


def test_parts_packed_again_unaltered_are_the_same_file(forged, original):
    assert forged(lambda _: None).read_bytes() == original


def other_event(texts):
    texts.events[1][0] = event_line(6 * DAY, e.TownEncircled("mill", "ua"))


def less_stock(texts):
    texts.keyframes[1].stock["ford"] -= 1.0


def other_digest(texts):
    texts.footer = replace(texts.footer, sha256="0" * 64)


def other_counts(texts):
    texts.footer = replace(texts.footer, counts={"RunEnded": 36})


def later_end(texts):
    texts.footer = replace(texts.footer, end=13 * DAY)


def missing_event(texts):
    del texts.events[1][2]


def no_event(texts):
    texts.events[0][3] = b'{"t":0,"event":"Nothing"}\n'


def out_of_order(texts):
    texts.events[0].reverse()


def wrong_block_time(texts):
    first, second, third = texts.footer.blocks
    texts.footer = replace(texts.footer, blocks=(first, replace(second, t=second.t + 1), third))


def no_such_convoy(texts):
    texts.events[0][0] = event_line(0, e.ConvoyHeld(99, "mill"))


def empty_keyframe(texts):
    texts.keyframes[1].weather = "hail"


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (other_event, "part 3: its keyframe does not match the events before it .encircled"),
        (less_stock, "part 2: its keyframe does not match the events before it .stock"),
        (other_digest, "their digest is not the one in its footer"),
        (other_counts, "its end or its counts"),
        (later_end, "its end or its counts"),
        (missing_event, "part 2 of 3: it holds 7 events instead of 8"),
        (no_event, "part 1: no event that is known here"),
        (out_of_order, "part 1: its events are out of order"),
        (wrong_block_time, "part 2: its events are out of order"),
        (no_such_convoy, "part 1: its events do not follow from one another"),
        (empty_keyframe, "part 2: Invalid enum value 'hail'"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_alteration_packed_with_care_is_found_by_the_check(forged, alter, words):
    recording = Recording.open(forged(alter))
    with pytest.raises(DamagedRecordingError, match=words):
        recording.check()


def header_with(**changes):
    def alter(texts):
        texts.header = json.dumps({**json.loads(texts.header), **changes}).encode() + b"\n"

    return alter


def footer_with(**changes):
    def alter(texts):
        texts.footer = replace(texts.footer, **changes)

    return alter


def shuffled_index(texts):
    first, second, third = texts.footer.blocks
    texts.footer = replace(
        texts.footer, blocks=(first, replace(second, first=third.first), replace(third, first=second.first))
    )


def tail_of(tail):
    def alter(texts):
        texts.tail = tail

    return alter


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (header_with(seed="many"), "in its header"),
        (header_with(routes={"a-b": ["nowhere", "ford"]}), "a town that is not there"),
        (footer_with(events=3), "the list of its parts"),
        (footer_with(end=-5), "the list of its parts"),
        (shuffled_index, "the list of its parts"),
        (tail_of(lambda _: gzip_blocks.trailer(10**9)), "may be cut off"),
        (tail_of(lambda _: gzip_blocks.trailer(0)), "in its footer"),
        (tail_of(lambda at: b"x" + gzip_blocks.trailer(at)), "does not end where it should"),
        (tail_of(lambda at: gzip_blocks.trailer(at)[:-1] + b"\1"), "may be cut off"),
    ],
)
def test_a_header_or_footer_that_cannot_be_is_found_on_opening(forged, alter, words):
    path = forged(alter)
    with pytest.raises(DamagedRecordingError, match=words):
        Recording.open(path)


def test_a_footer_that_is_another_line_is_found_on_opening(recorded, copy):
    packed = recorded.read_bytes()
    at = gzip_blocks.footer_offset(packed[-gzip_blocks.TRAILER_SIZE :])
    copy.write_bytes(packed[:at] + gzip_blocks.pack(b'{"feet":1}\n') + gzip_blocks.trailer(at))
    with pytest.raises(DamagedRecordingError, match="in its footer"):
        Recording.open(copy)


def test_hidden_characters_of_a_header_do_not_reach_the_terminal(forged):
    def alter(texts):
        header_with(name="\x1b[2Jgone")(texts)
        texts.footer = replace(texts.footer, end=-5)

    path = forged(alter)
    with pytest.raises(DamagedRecordingError) as caught:
        Recording.open(path)
    assert "\x1b" not in str(caught.value)


def test_errors_name_the_file_they_are_about(original, copy):
    copy.write_bytes(original[:100])
    with pytest.raises(DamagedRecordingError) as caught:
        Recording.open(Path(copy))
    assert str(caught.value).startswith(str(copy))
