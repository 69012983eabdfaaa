"""``frontsim keys``: the window's keys."""

import pytest


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    return tmp_path / "config" / "frontsim" / "window.toml"


def test_keys_are_listed_with_what_they_do(frontsim):
    result = frontsim("keys")
    assert result.exit_code == 0
    assert "Space, K" in result.stdout
    assert "play, pause, play again" in result.stdout
    assert "settings: " in result.stderr


def test_json_has_every_command(answer):
    found, code = answer("keys")
    assert (code, found["schema"]) == (0, "frontsim/keys/1")
    assert {"command": "quit", "keys": ["Q", "Ctrl+Q"], "does": "quit", "group": "File and window"} in found[
        "keys"
    ]


def test_ones_own_keys_are_listed_and_mistakes_told(frontsim, settings):
    settings.parent.mkdir(parents=True)
    settings.write_text('[keys]\nplay = "X"\ndance = "Y"\n', encoding="utf-8")
    result = frontsim("keys")
    assert "Space" not in result.stdout
    assert "no command 'dance'" in result.stderr
