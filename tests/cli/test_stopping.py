"""Exit codes are the verdict, whoever reads; a command that is stopped says so, in one object of JSON too."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import interruption
from sim.__main__ import DISCLAIMER, last_words
from sim.model import quantities
from sim.recording.reader import Recording

ROOT = str(Path(sim.__file__).parents[1])
BEGIN = "from sim.__main__ import main\nmain()"
SHORT = ("-d", "2", "--seed", "1")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent")


def heed_all_signals():
    """Let a child be stopped by all signals, also where the tests themselves run under nohup."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


def begun(folder, *arguments, code=BEGIN, **options):
    environment = {**os.environ, "PYTHONPATH": ROOT, "TMPDIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *map(str, arguments)],
        cwd=folder, env=environment, stderr=subprocess.PIPE, text=True,
        preexec_fn=heed_all_signals, **options,
    )  # fmt: skip


def code_unread(folder, *arguments):
    """Return the exit code of a command whose output nobody reads."""
    read, write = os.pipe()
    os.close(read)
    process = begun(folder, *arguments, stdout=write)
    os.close(write)
    _, err = process.communicate()
    assert "Traceback" not in err
    assert "BrokenPipe" not in err
    return process.returncode


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_behind_a_closed_pipe_the_exit_code_is_still_the_verdict(tmp_path, options):
    assert code_unread(tmp_path, "run", "two-towns", *SHORT, "-o", "a.jsonl.gz", *options) == 0
    Recording.open(tmp_path / "a.jsonl.gz").check()
    (tmp_path / "bad.toml").write_text('schema = 1\n[scenario]\nname = "?"\n', encoding="utf-8")
    assert code_unread(tmp_path, "check", "bad.toml", *options) == 3
    assert code_unread(tmp_path, "show", "nowhere.jsonl.gz", *options) == 4
    assert code_unread(tmp_path, "schema", "nothing", *options) == 2


def test_help_that_nobody_reads_to_its_end_is_no_error(tmp_path):
    for asked in (("--help",), ("--version",), ("run", "-h"), (), ("help", "options")):
        assert code_unread(tmp_path, *asked) == 0


def test_behind_a_closed_pipe_a_difference_too_large_is_still_one(tmp_path):
    changed = ("-b", "assaults.advance=9 km")
    asked = ("compare", "two-towns", *changed, "-n", "20", "-d", "20", "--seed", "1", "-j", "1", "-o", "c")
    bound = ("--fail-if", "losses.west.personnel=0", "--fail-if", "changes.times=0")
    assert code_unread(tmp_path, *asked, *bound) == 7


@pytest.mark.parametrize(("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.parametrize("module", ["click", "numpy", "sim.engine.simulation", "sim.recording.writer"])
def test_a_signal_while_a_module_is_loaded_ends_it_in_words(tmp_path, sent, code, module):
    at_import = (
        "import importlib.abc, os, signal, sys\n"
        "class Sends(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {module!r}:\n"
        f"            os.kill(os.getpid(), signal.{sent})\n"
        "            for _ in range(1000): pass\n"
        "sys.meta_path.insert(0, Sends())\n"
    )
    process = begun(
        tmp_path, "run", "two-towns", *SHORT, "--json", code=at_import + BEGIN, stdout=subprocess.PIPE
    )
    out, err = process.communicate()
    assert (process.returncode, err) == (code, interruption.STOPPED + "\n")
    said = json.loads(out)
    assert said["error"] == {
        "kind": "Interrupted",
        "text": interruption.STOPPED,
        "exit_code": code,
        "mistakes": [],
    }
    assert (said["command"], said["disclaimer"]) == ("run", quantities.DISCLAIMER)
    assert not list(tmp_path.rglob("*.part"))


def test_the_disclaimer_of_the_last_words_is_the_one_of_all():
    assert DISCLAIMER == quantities.DISCLAIMER


def test_after_the_result_no_other_object_follows(capfd, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["frontsim", "run", "--json"])
    last_words(130, has_result=True)
    assert tuple(capfd.readouterr()) == ("", interruption.STOPPED + "\n")


STOPS = """
import os, signal, sys
from pathlib import Path
from sim.files.atomic_file import AtomicFile
from sim.interruption import watch

class Counts(AtomicFile):
    def _open(self):
        os.kill(os.getpid(), signal.SIGINT)
        super()._open()
        for _ in range(100_000): pass

watch()
try:
    with Counts(sys.argv[1]) as file:
        print("entered", flush=True)
        while True: pass
except KeyboardInterrupt:
    print("unwound", flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    print("not again", flush=True)
"""


def test_an_interruption_waits_while_a_with_statement_is_entered_and_comes_once(tmp_path):
    process = begun(tmp_path, tmp_path / "file", code=STOPS, stdout=subprocess.PIPE)
    out, err = process.communicate()
    assert out.replace("\n", "") in {"unwoundnot again", "enteredunwoundnot again"}
    assert (process.returncode, err, list(tmp_path.iterdir())) == (0, "", [])


TWICE = """
import os, signal
from sim.interruption import watch

def words(code, *, has_result):
    os.write(1, b"words")
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(1000): pass

watch(words)
os.kill(os.getpid(), signal.SIGINT)
"""


def test_a_second_signal_while_the_last_words_are_said_says_them_no_second_time(tmp_path):
    process = begun(tmp_path, code=TWICE, stdout=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "words", "")


LOST = """
import os, signal
from sim.interruption import hold, watch

class Swallows:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000): pass

watch()
hold()
try:
    Swallows()
    while True: pass
except KeyboardInterrupt:
    print("unwound")
"""


def test_an_interruption_that_python_could_only_print_is_raised_again(tmp_path):
    process = begun(tmp_path, code=LOST, stdout=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "unwound\n", "")


SWALLOWED = """
import os, signal
from sim.interruption import hold, watch

watch()
hold()
try:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        while True: pass
    except BaseException:
        pass  # as a library may do
    while True: pass
except KeyboardInterrupt:
    print("unwound")
"""


def test_an_interruption_that_a_library_swallowed_is_raised_again(tmp_path):
    process = begun(tmp_path, code=SWALLOWED, stdout=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "unwound\n", "")


def test_what_whoever_began_it_ignores_is_ignored(tmp_path):
    ignoring = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    sends = "import os\nfrom sim.interruption import watch\nwatch()\nos.kill(os.getpid(), signal.SIGHUP)\n"
    process = begun(tmp_path, code=ignoring + sends, stdout=subprocess.PIPE)
    process.communicate()
    assert process.returncode == 0


def test_in_a_notebook_signals_do_what_they_always_do():
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert interruption.code_of_signal() is None
