"""What is printed is harmless, finite and coloured only where that is wanted."""

import io
import json
import sys

import pytest

from sim.cli.terminal import Terminal


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "60")

    def turn_on():
        # Inside the test: between a fixture and its test, pytest puts streams of its own in place.
        monkeypatch.setattr(sys, "stdout", Screen())
        monkeypatch.setattr(sys, "stderr", Screen())
        return sys.stdout

    return turn_on


def test_nothing_steers_the_terminal(screen):
    shown = screen()
    Terminal(color="never").say("a\x1b[31mb\x07\x9bc\u202ed\r\nnext")
    assert shown.getvalue() == "a·[31mb··c·d·\nnext\n"


def test_tables_are_harmless_and_wrapped(screen):
    shown = screen()
    Terminal().table(("Name", "N"), [("x\x1b]0;t", "1"), ("word " * 20, "22")], right=(1,))
    lines = shown.getvalue().splitlines()
    assert "\x1b" not in shown.getvalue()
    assert lines[1].startswith("x·]0;t")
    assert max(map(len, lines)) <= 60
    assert len(lines) > 3
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize(
    ("environment", "option", "expected"),
    [
        ({}, "auto", True),
        ({"TERM": "dumb"}, "auto", False),
        ({"NO_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1", "TERM": "dumb"}, "auto", True),
        ({"FORCE_COLOR": "0", "TERM": "dumb"}, "auto", False),
        ({"NO_COLOR": "1"}, "always", True),
        ({}, "never", False),
    ],
)
def test_no_color_beats_force_color_and_an_option_beats_both(
    screen, monkeypatch, environment, option, expected
):
    shown = screen()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    Terminal(color=option).say("bold", bold=True)
    assert (shown.getvalue() == "\x1b[1mbold\x1b[0m\n") is expected
    assert (shown.getvalue() == "bold\n") is not expected


def test_no_colour_goes_to_a_file(monkeypatch):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    Terminal().say("bold", bold=True)
    assert sys.stdout.getvalue() == "bold\n"


def test_the_first_line_of_a_problem_stands_out(screen):
    screen()
    Terminal().error("error: no\nhelp: yes")
    assert sys.stderr.getvalue() == "\x1b[31merror: no\x1b[0m\nhelp: yes\n"


def test_hints_are_left_out_where_quiet_is_wanted(screen):
    screen()
    Terminal(is_quiet=True, verbose=1).detail("detail")
    Terminal(verbose=0).detail("detail")
    assert sys.stderr.getvalue() == ""
    Terminal(verbose=1).detail("detail")
    assert sys.stderr.getvalue() == "detail\n"


@pytest.mark.parametrize(
    ("terminal", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(is_quiet=True), {}, False),
        (Terminal(), {"CI": "1"}, False),
        (Terminal(progress="always"), {"CI": "1"}, True),
        (Terminal(progress="never"), {}, False),
    ],
)
def test_progress_is_for_people(screen, monkeypatch, terminal, environment, expected):
    screen()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.shows_progress() is expected


def test_json_has_neither_nan_nor_what_steers_a_terminal(screen):
    shown = screen()
    values = {"a": float("nan"), "b": [float("-inf"), 1.5, True], 3: "Куп'янськ \x9b\u202e\x1b"}
    Terminal(command="x").print_json(values)
    text = shown.getvalue()
    assert json.loads(text) == {
        "schema": "frontsim/x/1",
        "command": "x",
        "disclaimer": "Toy model for study. Not a forecast, not for operational use.",
        "a": None,
        "b": [None, 1.5, True],
        "3": "Куп'янськ \x9b\u202e\x1b",
    }
    assert text.replace("\n", "").isprintable()
    assert "Куп'янськ" in text


def test_what_an_encoding_lacks_is_a_question_mark(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    Terminal().say("Куп a")
    Terminal(command="x").print_raw_json({"name": "Куп"})
    sys.stdout.flush()
    assert raw.getvalue() == b'??? a\n{"name": "\\u041a\\u0443\\u043f"}\n'


def test_prose_is_broken_between_words_for_people_only(screen, monkeypatch):
    shown = screen()
    text = "Supply comes from a place " * 4 + "\n  Short."
    Terminal(color="never").print_wrapped(text)
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("  ")
    assert lines[-1] == "  Short."
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    Terminal().print_wrapped(text)
    assert sys.stdout.getvalue() == f"{text}\n"
