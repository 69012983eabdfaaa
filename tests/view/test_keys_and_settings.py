"""The table of keys, how presses are matched to it, and what the window remembers."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.scene.view_model import Frame
from sim.view.keyboard import (
    KEYS,
    Keyboard,
    KeyPress,
    footer_lines,
    help_sections,
    key_caps,
    key_label,
    key_press,
    read_key,
)
from sim.view.settings import (
    Remembered,
    Settings,
    load,
    save,
    settings_changes,
    settings_path,
    to_toml,
)


def test_no_key_has_two_meanings():
    keys = [key for binding in KEYS for key in binding.keys]
    assert len(keys) == len(set(keys))
    assert [read_key(key) for key in keys] == keys


def test_every_command_is_in_the_help():
    lines = [line for section in help_sections() for line in section.lines]
    caps = " ".join(cap for line in lines for cap in line.keys)
    assert len(lines) == 39
    for binding in KEYS:
        if not binding.command.startswith("tenth"):
            assert key_label(binding.keys[0]).removeprefix("Shift ").removeprefix("Ctrl ") in caps


@pytest.mark.parametrize(
    ("told", "command"),
    [
        (("space", " ", 44), "play"),
        (("k", "k", 14), "play"),
        (("left", "", 80), "day_back"),
        (("[", "[", 47), "slower"),
        (("8", "[", 37), "slower"),
        (("/", "?", 56), "help"),
        ((",", ",", 54), "event_back"),
        (("page down", "", 78), "turning_forward"),
        (("enter", "\r", 88), "center"),
        (("[+]", "+", 87), "faster"),
        (("[-]", "", 86), "slower"),
        (("[", "", 47), "slower"),
        (("с", "с", 6), "control"),
        (("ї", "ї", 48), "faster"),
        (("х", "х", 47), "slower"),
        (("б", "б", 54), "event_back"),
        (("ю", "ю", 55), "event_forward"),
        (("т", "т", 17), "route_forward"),
        (("q", "a", 4), None),
        (("left shift", "", 225), None),
    ],
)
def test_keys_are_matched_by_what_they_type_and_else_by_their_place(told, command):
    assert Keyboard().command(key_press(*told)) == command


@pytest.mark.parametrize(
    ("told", "is_num_lock", "command"),
    [
        (("[4]", "4", 92), True, "tenth_4"),
        (("[4]", "", 92), True, "tenth_4"),
        (("[4]", "", 92), False, "day_back"),
        (("[9]", "", 97), False, "turning_back"),
        (("[1]", "", 89), False, "end"),
        (("[+]", "+", 87), False, "faster"),
    ],
)
def test_the_number_block_types_digits_or_moves_as_num_lock_says(told, is_num_lock, command):
    assert Keyboard().command(key_press(*told, is_num_lock=is_num_lock)) == command


@pytest.mark.parametrize(
    ("name", "typed", "place", "held", "command"),
    [
        ("left", "", 80, "shift", "hours_back"),
        ("left", "", 80, "ctrl", "pan_left"),
        ("c", "\x03", 6, "ctrl", "copy"),
        ("=", "", 46, "ctrl", "larger"),
        ("-", "", 45, "ctrl", "smaller"),
        ("0", "", 39, "ctrl", "usual_size"),
        ("q", "\x11", 20, "ctrl", "quit"),
        ("s", "S", 22, "shift", "screenshot_map"),
        ("tab", "\t", 43, "shift", "town_back"),
        ("e", "E", 8, "shift", "replication_back"),
        ("8", "[", 37, "alt", "slower"),
    ],
)
def test_modifiers_make_other_keys(name, typed, place, held, command):
    assert Keyboard().command(key_press(name, typed, place, **{f"is_{held}": True})) == command


def test_what_is_called_with_alt_belongs_to_the_desktop():
    assert key_press("tab", "\t", 43, is_alt=True) is None
    assert key_press("c", "c", 6, is_alt=True) is None


def test_a_key_of_ones_own_is_taken_from_whichever_had_it():
    keyboard = Keyboard({"play": ("p", "ctrl+p"), "quit": ("hyper+x",), "dance": ("x",)})
    assert keyboard.command(KeyPress(character="p")) == "play"
    assert keyboard.command(KeyPress(character="\u03c0", position="P", is_ctrl=True)) == "play"
    assert keyboard.command(KeyPress(name="Space")) is None
    assert keyboard.command(KeyPress(character="q")) == "quit"
    assert [note.split(": ")[1] for note in keyboard.notes] == [
        "'hyper+x' is no key.",
        "there is no command 'dance' to give a key to.",
    ]
    bindings = keyboard.bindings
    assert key_caps(bindings)["play"] == "P"
    words = [line.words for section in help_sections(bindings) for line in section.lines]
    assert "control" in words
    assert footer_lines(bindings)[0].keys == ("P",)


def test_a_command_may_be_left_without_keys():
    keyboard = Keyboard({"play": ("Home",), "pan_up": ("End",)})
    words = [line.words for section in help_sections(keyboard.bindings) for line in section.lines]
    assert "start, end" not in words


def test_settings_come_back_as_they_were_kept(tmp_path):
    kept = Settings(
        theme="light",
        scale=1.25,
        size=(1600, 900),
        reduced_motion=True,
        layers=frozenset({"supply"}),
        labels="none",
        panel=False,
        keys={"play": ("Space", '"')},
        recent=('C:\\a "b"\\є.gz',),
    )
    path = tmp_path / "deep" / "window.toml"
    assert save(path, Remembered(kept)) is None
    assert load(path) == Remembered(kept)
    assert [each.name for each in path.parent.iterdir()] == ["window.toml"]


def test_without_a_file_settings_are_the_usual_ones(tmp_path):
    assert load(tmp_path / "none.toml") == Remembered(Settings())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_settings_are_read_in_whatever_encoding_an_editor_leaves(tmp_path, encoding):
    path = tmp_path / "window.toml"
    path.write_text('theme = "light"\nscale = 1.5\n', encoding=encoding)
    found = load(path)
    assert (found.settings.theme, found.settings.scale, found.is_damaged) == ("light", 1.5, False)


def test_a_damaged_file_is_told_and_kept_beside(tmp_path):
    path = tmp_path / "window.toml"
    path.write_bytes(b"theme = \xff[")
    found = load(path)
    assert found.settings == Settings()
    assert "could not be read" in found.notes[0]
    assert save(path, found) is None
    assert path.with_name("window.toml.damaged").read_bytes() == b"theme = \xff["
    assert load(path) == Remembered(Settings())


def test_each_wrong_value_is_left_out_by_itself(tmp_path):
    path = tmp_path / "window.toml"
    lines = ('theme = "pink"', "scale = 99", 'size = "wide"', "labels = 1", "keys = 3", 'recent = ["a", 1]')
    path.write_text("\n".join((*lines, 'layers = ["supply", "tea"]', "panel = false")), encoding="utf-8")
    found = load(path)
    assert found.settings == Settings(scale=3.0, layers=frozenset({"supply"}), panel=False)
    assert [note.split()[1] for note in found.notes] == ["theme", "size", "labels", "recent", "keys"]


def test_sizes_stay_within_what_a_window_may_be(tmp_path):
    path = tmp_path / "window.toml"
    path.write_text('size = [1, 99999]\n[keys]\nplay = "X"', encoding="utf-8")
    assert load(path).settings == Settings(size=(960, 16384), keys={"play": ("X",)})


def test_settings_with_odd_keys_and_names_are_read_again(tmp_path):
    path, kept = tmp_path / "window.toml", Settings(keys={"my key": ("X",)}, theme="light")
    assert save(path, Remembered(kept)) is None
    assert load(path).settings.theme == "light"
    assert "could not be saved" in save(path, Remembered(kept.opened("not\udcff Unicode")))


def test_only_what_was_changed_in_the_window_is_remembered():
    launched = Frame(theme="light", scale=2.0)
    assert settings_changes(launched, launched) == {}
    assert settings_changes(replace(launched, labels="all"), launched) == {"labels": "all"}
    with_rings = replace(launched, layers=launched.layers | {"ensemble"})
    assert settings_changes(with_rings, launched) == {}


def test_settings_that_cannot_be_kept_are_told(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    assert "could not be saved" in save(in_the_way / "window.toml", Remembered(Settings()))


def test_settings_stand_where_each_system_wants_them():
    home = Path("home")
    assert settings_path({"APPDATA": "roaming"}, "win32", home) == Path("roaming/frontsim/window.toml")
    assert settings_path({}, "darwin", home).as_posix().startswith("home/Library/Application Support/")
    assert settings_path({"XDG_CONFIG_HOME": "/c"}, "linux", home) == Path("/c/frontsim/window.toml")
    # One that is relative would be another in every folder.
    assert settings_path({"XDG_CONFIG_HOME": "c"}, "linux", home) == home / ".config/frontsim/window.toml"


def test_files_opened_are_remembered_once_and_the_last_comes_first():
    settings = Settings()
    for name in "abcdefgha":
        settings = settings.opened(name)
    assert settings.recent == ("a", "h", "g", "f", "e", "d")
    assert 'recent = ["a", "h"' in to_toml(settings)
