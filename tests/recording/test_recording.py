"""A recording gives back what was put in, at any time, and any tool can read it."""

import dataclasses
import gzip
import hashlib
import io
import itertools
import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sim.errors import FileError, InvariantError, UsageError
from sim.model import events as e
from sim.model.initial_state import opening_state
from sim.model.quantities import DAY
from sim.recording import writer as writing
from sim.recording.ledger import Ledger, Listener
from sim.recording.reader import Recording
from sim.recording.records import EventDigest, Header
from sim.recording.writer import RecordingWriter
from sim.scenario_file.read import read_scenario

END = 12 * DAY


def folded_to(scenario, story, t):
    """Return the state at a time, folded from the very beginning."""
    books = Ledger.of(scenario)
    for when, event in story:
        if when <= t:
            books.apply(when, event)
    books.state.t = t
    return books.state


def all_lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_events_come_back_as_they_were(recording, story):
    assert list(recording.events()) == story
    for kinds in itertools.combinations(e.EVENT_TYPES.values(), 2):
        assert list(recording.events_of(*kinds)) == [pair for pair in story if isinstance(pair[1], kinds)]


def test_it_says_what_it_is(recording, header, story, recorded):
    assert recording.header == header
    assert recording.path == recorded
    assert (recording.event_count, recording.end, recording.reason) == (len(story), END, "condition")
    assert recording.counts["ConvoyDeparted"] == 3


def test_its_digest_is_that_of_the_events_alone(recording, story):
    digest = EventDigest()
    for t, event in story:
        digest.emit(t, event)
    assert recording.digest == digest.hexdigest()


def test_a_whole_recording_passes_its_check(recording):
    assert recording.check() is None


@given(t=st.integers(0, END))
def test_a_state_sought_is_the_state_folded_from_the_beginning(recorded, scenario, story, t):
    assert Recording.open(recorded).state_at(t) == folded_to(scenario, story, t)


class Seen(Listener):
    """Notes all that a ledger shows."""

    def __init__(self):
        self.opening, self.passed, self.events = None, [], []

    def begin(self, state):
        super().begin(state)
        self.opening = deepcopy(state)

    def until(self, t):
        self.passed.append((self.state.t, t))

    def after(self, t, event):
        assert self.state.t == t
        self.events.append((t, event))


def test_a_replay_shows_every_event_once_and_how_time_passed(recording, scenario, story):
    one, other = Seen(), Seen()
    assert recording.replay(one, other) == folded_to(scenario, story, END)
    assert one.events == other.events == story
    assert one.opening == opening_state(scenario)
    times = [0, *dict.fromkeys(t for t, _ in story if t)]
    assert one.passed == list(itertools.pairwise(times))


def test_who_listens_to_a_writer_sees_what_a_replay_shows(tmp_path, record, recording, story):
    live, replayed = Seen(), Seen()
    record(tmp_path / "out", story, listeners=[live])
    recording.replay(replayed)
    assert (live.opening, live.passed, live.events) == (replayed.opening, replayed.passed, replayed.events)
    assert live.state == replayed.state


def test_states_just_before_at_and_after_every_event_are_those_folded(recording, scenario, story):
    for t in sorted({t + step for t, _ in story for step in (-1, 0, 1) if 0 <= t + step <= END}):
        assert recording.state_at(t) == folded_to(scenario, story, t)


def test_the_state_at_the_end_is_that_of_the_books(recording, scenario, story):
    assert recording.state_at(recording.end) == folded_to(scenario, story, END)


@given(times=st.lists(st.integers(0, END), min_size=2, max_size=8))
def test_states_may_be_asked_for_in_any_order(recorded, scenario, story, times):
    recording = Recording.open(recorded)
    for t in times:
        assert recording.state_at(t) == folded_to(scenario, story, t)


def spoil(value):
    """Change everything in a value that can be changed."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            spoil(getattr(value, field.name))
            setattr(value, field.name, None)
    elif isinstance(value, dict):
        for each in value.values():
            spoil(each)
        value.clear()
    elif isinstance(value, list):
        value.clear()


def test_a_state_is_the_callers_to_change(recording, scenario, story):
    for t in sorted({t for t, _ in story if t >= 0}):
        found = recording.state_at(t)
        assert found == folded_to(scenario, story, t)
        spoil(found)
    once = recording.state_at(END)
    other = recording.state_at(END)
    spoil(once)
    assert other == folded_to(scenario, story, END)


@pytest.mark.parametrize("t", [-1, END + 1])
def test_a_time_outside_is_refused_in_words(recording, t):
    with pytest.raises(UsageError, match="from day 0 to day 12"):
        recording.state_at(t)


@given(a=st.integers(-5, END + 5), b=st.integers(-5, END + 5))
def test_events_of_a_span_are_those_from_its_start_to_before_its_stop(recorded, story, a, b):
    found = list(Recording.open(recorded).events(a, b))
    assert found == [(t, event) for t, event in story if a <= t < b]


def test_spans_join_without_a_gap(recording, story):
    cuts = [0, 7000, DAY, 8 * DAY, END]
    joined = [pair for a, b in zip(cuts, [*cuts[1:], None], strict=True) for pair in recording.events(a, b)]
    assert joined == story


@pytest.mark.parametrize("size", [1, 200, 1000])
def test_the_size_of_blocks_changes_nothing_but_the_file(
    tmp_path, record, scenario, story, recording, monkeypatch, size
):
    monkeypatch.setattr(writing, "BLOCK_SIZE", size)
    receipt = record(tmp_path / "small-blocks", story)
    other = Recording.open(receipt.path)
    assert receipt.sha256 == recording.digest
    assert list(other.events()) == story
    assert all(other.state_at(t) == folded_to(scenario, story, t) for t, _ in story)
    assert list(other.events(0, 1)) == story[:6]
    other.check()


def test_the_same_run_gives_the_same_bytes(tmp_path, record, story, recorded):
    receipt = record(tmp_path / "again", story)
    assert receipt.path.read_bytes() == recorded.read_bytes()
    assert receipt.bytes == recorded.stat().st_size


def test_the_receipt_says_what_was_written(tmp_path, record, story):
    receipt = record(tmp_path / "out", story)
    opened = Recording.open(receipt.path)
    assert (receipt.sha256, receipt.events) == (opened.digest, opened.event_count)


def test_lines_are_header_keyframes_events_and_footer(recorded, story):
    first, *middle, last = all_lines(recorded)
    assert first["format"] == "frontsim recording"
    assert [line["t"] for line in middle if "keyframe" in line] == [0, 4 * DAY, 9 * DAY]
    assert [line["event"] for line in middle if "event" in line] == [
        type(event).__name__ for _, event in story
    ]
    assert last["footer"]["events"] == len(story)


def test_zcat_and_head_read_it(recorded):
    text = subprocess.run(["zcat", recorded], capture_output=True, check=True)
    assert text.stderr == b""
    events = [line for line in text.stdout.splitlines(keepends=True) if b'"event":' in line[:40]]
    assert hashlib.sha256(b"".join(events)).hexdigest() == Recording.open(recorded).digest


def test_the_index_points_at_gzip_members(recorded):
    packed = recorded.read_bytes()
    blocks = all_lines(recorded)[-1]["footer"]["blocks"]
    for block in blocks:
        with gzip.open(io.BytesIO(packed[block["offset"] :])) as member:
            assert b'"keyframe"' in member.readline()


def test_a_run_in_which_nothing_happens_is_a_recording_too(tmp_path, record, scenario):
    recording = Recording.open(record(tmp_path / "quiet", []).path)
    assert (recording.event_count, recording.end, recording.reason) == (0, 0, None)
    assert list(recording.events()) == []
    assert recording.state_at(0) == opening_state(scenario)
    recording.check()


def test_a_run_that_begins_late_has_its_beginning(tmp_path, record, scenario):
    recording = Recording.open(record(tmp_path / "late", [(9 * DAY, e.DayStarted(9, "mud", 1.0))]).path)
    assert recording.state_at(DAY).stock == opening_state(scenario).stock
    assert recording.state_at(9 * DAY).day == 9
    recording.check()


def test_a_run_that_fails_leaves_nothing(tmp_path, header, scenario, story):
    def run():
        with RecordingWriter(tmp_path / "out", header, scenario) as writer:
            for t, event in story[:20]:
                writer.emit(t, event)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert list(tmp_path.iterdir()) == []


def test_an_event_that_does_not_fit_stops_the_recording_and_leaves_nothing(tmp_path, record):
    with pytest.raises(InvariantError, match="ConvoyArrived"):
        record(tmp_path / "out", [(0, e.ConvoyArrived(5, "ford", 1.0))])
    assert list(tmp_path.iterdir()) == []


def test_a_recording_in_the_way_is_refused_before_the_run(tmp_path, record, story):
    record(tmp_path / "out", story)
    with pytest.raises(FileError, match="--force"):
        record(tmp_path / "out", story)
    record(tmp_path / "out", story[:6], force=True)
    assert Recording.open(tmp_path / "out").event_count == 6


def test_a_scenario_too_large_to_read_again_is_not_written(tmp_path, header, scenario, monkeypatch):
    monkeypatch.setattr(writing.gzip_blocks, "MAX_SIZE", 100)
    with (
        pytest.raises(FileError, match="smaller scenario"),
        RecordingWriter(tmp_path / "out", header, scenario),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_books_that_do_not_balance_are_found_by_the_check(tmp_path, record, story):
    wrong = [
        (t, replace(event, withdrawn=1) if isinstance(event, e.TownFell) else event) for t, event in story
    ]
    recording = Recording.open(record(tmp_path / "out", wrong).path)
    with pytest.raises(InvariantError, match=r"on day (8|9) for ua: .* -955 soldiers"):
        recording.check()


def test_the_scenario_is_made_again_from_the_header(tmp_path):
    reading = read_scenario("kupiansk")
    header = Header.of(reading.scenario, reading.document, seed=1, name=reading.name)
    with RecordingWriter(tmp_path / "out", header, reading.scenario) as writer:
        writer.finish()
    assert Recording.open(tmp_path / "out").scenario == reading.scenario


def test_opening_loads_nothing_heavy(recorded):
    code = (
        "import sys; from sim.recording.reader import Recording; Recording.open(sys.argv[1]).state_at(0);"
        "print({'numpy', 'networkx', 'simpy', 'highspy'} & set(sys.modules))"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", code, recorded], cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "set()"
