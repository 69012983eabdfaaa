"""Where things stand in a text."""

import pytest

from sim.scenario_file.diagnostics import Diagnostic, Location
from sim.scenario_file.syntax.positions import MAX_DEPTH, Span, locate_entries

TEXT = """\
# a comment
top = 1
"quoted key" = { inner = [1, [2, 3]], "dotted".x = 'y' }

[town.alta]
name = "Київ і ще" # after
at.lat = 49.7

[[route]]
from = "a"

[[route]]
  to = "b"
[route.inside]
deep = true
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), Span(2, 1, 3), Span(2, 7, 1)),
        (("quoted key",), Span(3, 1, 12), Span(3, 16, 41)),
        (("quoted key", "inner"), Span(3, 18, 5), Span(3, 26, 11)),
        (("quoted key", "inner", 1, 0), Span(3, 31, 1), Span(3, 31, 1)),
        (("quoted key", "dotted", "x"), Span(3, 48, 1), Span(3, 52, 3)),
        (("town",), Span(5, 2, 4), Span(5, 1, 11)),
        (("town", "alta"), Span(5, 7, 4), Span(5, 1, 11)),
        (("town", "alta", "name"), Span(6, 1, 4), Span(6, 8, 11)),
        (("town", "alta", "at", "lat"), Span(7, 4, 3), Span(7, 10, 4)),
        (("route", 0), Span(9, 1, 9), Span(9, 1, 9)),
        (("route", 1, "to"), Span(13, 3, 2), Span(13, 8, 3)),
        (("route", 1, "inside", "deep"), Span(15, 1, 4), Span(15, 8, 4)),
    ],
)
def test_keys_and_values_are_found_where_they_stand(path, key, value):
    place = locate_entries(TEXT)[path]
    assert (place.key, place.value) == (key, value)


def test_a_value_over_several_lines_is_shown_to_the_end_of_its_first():
    assert locate_entries('note = """one\ntwo"""\r\n')[("note",)].value == Span(1, 8, 6)
    assert locate_entries("list = [ # why\r\n 1,\n]\n")[("list",)].value == Span(1, 8, 7)


def test_a_text_that_the_parser_stumbles_over_keeps_the_places_it_has():
    assert ("c", "d") in locate_entries("a = {\n b = = 1 }\n[c]\nd = 1\n")
    assert locate_entries("[") == {}
    assert ("b",) in locate_entries("a = { x = }\nb = 1\n")
    assert locate_entries("a = = 3\nb = 1\n")[("b",)].value == Span(2, 5, 1)


def test_what_is_nested_too_deeply_has_no_place_of_its_own():
    found = locate_entries(
        "a" + ".a" * 5000 + " = 1\n[" + ".".join("b" * 5000) + "]\n" + "c = " + "[" * 500 + "]" * 500
    )
    assert max(len(path) for path in found) < 2 * MAX_DEPTH


def test_a_long_line_is_cut_around_its_caret():
    at = Location("x.toml", 3, 151, "x" * 150 + "here" + "y" * 150, 4)
    mistake = Diagnostic("E101", (), "odd", "this", location=at)
    line, caret = mistake.text().splitlines()[-2:]
    assert len(line) <= 105
    assert line[caret.index("^") :].startswith("here")
    assert caret.endswith("^^^^ this")


def test_what_a_terminal_would_obey_is_shown_as_dots():
    at = Location("c\x07.toml", 1, 1, "\x1b]0;title\x07\tx")
    text = Diagnostic("E101", (), "a\x1b[31mb", "\u202e", "\x9b", location=at).text()
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "\u202e" not in text
    assert "\x9b" not in text


def test_a_mistake_about_a_whole_file_needs_no_line():
    at = Location("x.toml")
    text = Diagnostic("E003", (), "the file is empty", "write something", "or not", location=at).text()
    assert text == "error[E003]: the file is empty\n  --> x.toml\n   = write something\n   = help: or not"
    assert Diagnostic("E003", (), "odd", location=at).text() == "error[E003]: odd\n  --> x.toml"
