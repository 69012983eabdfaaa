"""``frontsim verify``: whole or not, the same or not, and whose fault that may be."""

from dataclasses import replace

import pytest

from sim.model.events import DayStarted, RunEnded
from sim.recording import records
from sim.recording.reader import Recording
from sim.recording.records import made_with
from sim.recording.writer import RecordingWriter


@pytest.fixture
def rewritten(two_towns, folder):
    """Return a function that records two towns once more, with some events and the header changed."""

    def write(change, **header):
        recording = Recording.open(two_towns)
        path = folder / "other.jsonl.gz"
        with RecordingWriter(path, replace(recording.header, **header), recording.scenario) as writer:
            for t, event in recording.events():
                for each in change(event):
                    writer.emit(t, each)
            writer.finish()
        return path

    return write


def other_tempo(event):
    is_third = isinstance(event, DayStarted) and event.day == 3
    return [DayStarted(event.day, event.weather, 9.0)] if is_third else [event]


def test_a_recording_of_both_kinds_of_change_comes_out_again(frontsim, folder):
    change = (
        "-s",
        "side.ru.fires@d2=20 /d",
        "--scale",
        "side.ua.fires=2",
        "--assume",
        "side.ru.assaults=9 /d",
    )
    made = frontsim("run", "kupiansk", "-d", "4", "--seed", "2", *change, "-o", "both.jsonl.gz")
    assert made.exit_code == 0
    assert "every event is the same" in frontsim("verify", "both.jsonl.gz").stdout
    header = Recording.open("both.jsonl.gz").header
    assert set(header.scenario["what_if"]) == {"side", "event"}
    assert header.scenario["side"]["ru"]["assaults"]["value"] == "9 /d"
    assert header.first_day[0].startswith("Fitted anew")
    assert header.first_day[1].startswith("Loss coefficients stay those of 27 January 2025.")


def test_a_recording_comes_out_again(frontsim, answer, two_towns):
    result = frontsim("verify", two_towns, "-v")
    assert result.exit_code == 0
    assert "every event is the same" in result.stdout
    assert "simulating it again" in result.stderr
    found, code = answer("verify", two_towns)
    assert (code, found["is_whole"], found["is_same"], found["first_difference"]) == (0, True, True, None)


def test_the_first_event_that_differs_is_named(frontsim, answer, rewritten):
    path = rewritten(other_tempo)
    found, code = answer("verify", path)
    assert (code, found["is_same"]) == (1, False)
    difference = found["first_difference"]
    assert difference["t"] == 3 * 86_400
    assert '"tempo":9.0' in difference["recorded"]
    assert difference["simulated"].startswith('{"t":259200,"event":"DayStarted"')
    result = frontsim("verify", path)
    assert result.exit_code == 1
    assert (
        f"event {difference['number']:,} of {found['events']:,} differs. Day 3, 30 January 2025"
        in result.stdout
    )
    is_installed = made_with()["frontsim"] != "not installed"
    assert ("so this is a bug" if is_installed else "from a checkout") in result.stdout


def test_events_beyond_the_end_and_before_it_are_differences(answer, rewritten, folder):
    longer = rewritten(lambda event: [event, event] if isinstance(event, RunEnded) else [event])
    found, code = answer("verify", longer)
    assert (code, found["first_difference"]["simulated"]) == (1, None)
    longer.unlink()
    shorter = rewritten(lambda event: [] if isinstance(event, RunEnded) else [event])
    found, code = answer("verify", shorter)
    assert (code, found["first_difference"]["recorded"]) == (1, None)


def test_other_versions_are_told_from_a_bug(frontsim, answer, rewritten, two_towns):
    made_with = {**Recording.open(two_towns).header.made_with, "numpy": "1.0"}
    other = rewritten(other_tempo, made_with=made_with)
    result = frontsim("verify", other)
    assert (result.exit_code, "numpy 1.0 then and" in result.stdout) == (1, True)
    assert "That may be the cause" in result.stdout
    assert answer("verify", other)[0]["other_versions"]["numpy"]["then"] == "1.0"
    other.unlink()
    same = frontsim("verify", rewritten(lambda event: [event], made_with=made_with))
    assert (same.exit_code, "This holds although versions differ: numpy 1.0 then" in same.stdout) == (0, True)


def test_a_difference_of_an_installed_version_is_a_bug(frontsim, rewritten, monkeypatch):
    made_with = {**records.made_with(), "frontsim": "0.1.0"}
    monkeypatch.setattr(records, "made_with", lambda: made_with)
    assert "this is a bug" in frontsim("verify", rewritten(other_tempo, made_with=made_with)).stdout


def test_a_damaged_recording_is_not_simulated(frontsim, folder, two_towns):
    content = bytearray(two_towns.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (folder / "bent.jsonl.gz").write_bytes(content)
    assert frontsim("verify", "bent.jsonl.gz").exit_code == 4


def test_another_machines_luck_is_told_from_a_divergence(frontsim, answer, rewritten, monkeypatch):
    path = rewritten(other_tempo)
    assert answer("verify", path)[0]["cause"] in {"a bug", "a checkout"}
    monkeypatch.setattr("sim.verification.machine_numbers.differing_numbers", lambda: ["gamma draws"])
    assert answer("verify", path)[0]["cause"] == "other random numbers"
    assert "The gamma draws on this machine differ from the reference" in frontsim("verify", path).stdout


def test_other_versions_that_draw_the_same_are_said_to(frontsim, rewritten, two_towns):
    made_with = {**Recording.open(two_towns).header.made_with, "numpy": "1.0"}
    result = frontsim("verify", rewritten(other_tempo, made_with=made_with))
    assert "numpy draws the same ones here as everywhere" in result.stdout
