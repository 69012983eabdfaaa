"""``frontsim render``: pictures and films without a display."""

import pytest

from tests.support.window_input import png_texts


@pytest.fixture(autouse=True)
def headless(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


def test_a_picture_of_a_moment_has_a_name_that_says_which(frontsim, kupiansk, folder):
    result = frontsim("render", kupiansk, "--at", "d6 06:00", "--size", "960x540")
    assert result.exit_code == 0, result.stderr
    path = folder / "kupiansk_r0_d6_20250202-0600.png"
    assert result.stdout.startswith(f"saved {path.name} (")
    assert png_texts(path.read_bytes())["Title"].endswith(", day 6")


def test_the_same_recording_gives_the_same_picture_with_words_beside(frontsim, kupiansk, folder):
    for name in ("a", "b"):
        arguments = ("-o", f"{name}.png", "--alt", f"{name}.txt", "--theme", "light", "--select", "kupiansk")
        assert frontsim("render", kupiansk, "--size", "960x540", *arguments).exit_code == 0
    assert (folder / "a.png").read_bytes() == (folder / "b.png").read_bytes()
    assert (folder / "a.txt").read_text(encoding="utf-8").startswith("Day 12, 8 February 2025")


def test_a_film_is_made_and_told(frontsim, answer, kupiansk, folder):
    size = ("--size", "960x540", "--fps", "10", "--seconds", "1")
    found, code = answer("render", kupiansk, "-o", "film.mp4", "--alt", "film.txt", *size)
    assert (code, found["frames"], found["seconds"]) == (0, 10, 1.0)
    assert (folder / "film.mp4").stat().st_size == found["bytes"]
    again = frontsim("render", kupiansk, "-o", "film.mp4", "--force", "--progress", "always", *size)
    assert "10 of 10 frames" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "a.jpg"), 2, "has no known format"),
        (("-o", "a.mp4", "--at", "d3"), 2, "a film has --from and --to"),
        (("-o", "a.mp4", "--from", "d3", "--to", "d2"), 2, "must end after it begins"),
        (("--size", "wide"), 2, "Write it like 1280x720"),
        (("--size", "100x100"), 2, "out of range"),
        (("--at", "d99"), 2, "after the run"),
        (("--select", "nowhere"), 2, "has no town"),
        (("-o", "there.png", "--size", "960x540"), 4, "exists already"),
    ],
)
def test_what_cannot_be_made_is_said(frontsim, kupiansk, folder, arguments, code, words):
    (folder / "there.png").touch()
    result = frontsim("render", kupiansk, *arguments)
    assert result.exit_code == code
    assert words in result.stderr
