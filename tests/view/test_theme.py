"""Both palettes, held against three kinds of colour vision; letters' widths; the scale."""

import itertools
import math

import pytest

from sim.view.theme import PRESSURE_TOKENS, THEMES, mix, rgb_of, text_width, window_scale

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
THEME_AND_VISION = list(itertools.product(("dark", "light"), VISIONS))


def linear(rgb):
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in rgb)]


def seen(rgb, vision):
    return [
        min(1.0, max(0.0, math.fsum(a * b for a, b in zip(row, linear(rgb), strict=True))))
        for row in VISIONS[vision]
    ]


def lab(linear_rgb):
    """CIE L*a*b* under D65."""
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [math.fsum(a * b for a, b in zip(row, linear_rgb, strict=True)) for row in rows]
    x, y, z = (
        part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29
        for part in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(theme, one, other, vision):
    colors = THEMES[theme].colors
    return math.dist(lab(seen(colors[one], vision)), lab(seen(colors[other], vision)))


def contrast(theme, one, other):
    colors = THEMES[theme].colors
    light = [
        math.fsum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colors[token]), strict=True))
        for token in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_the_sides_are_told_apart_by_every_eye(theme, vision):
    assert distance(theme, "side0", "side1", vision) > 20


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_neighbouring_classes_of_pressure_are_told_apart_by_every_eye(theme, vision):
    for one, other in itertools.pairwise(PRESSURE_TOKENS):
        assert distance(theme, one, other, vision) > 10, (one, other)


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_more_pressure_is_always_further_from_the_ground(theme, vision):
    colors = THEMES[theme].colors
    ground = lab(seen(colors["bg"], vision))[0]
    steps = [abs(lab(seen(colors[token], vision))[0] - ground) for token in PRESSURE_TOKENS]
    assert steps == sorted(steps)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("ground", ["bg", "panel", "raised"])
def test_text_has_enough_contrast(theme, ground):
    for ink in ("ink", "ink2", "ink3"):
        assert contrast(theme, ink, ground) >= 4.5, ink


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_marks_have_enough_contrast(theme):
    for mark in ("side0", "side1", *PRESSURE_TOKENS):
        assert contrast(theme, mark, "bg") >= 3.0, mark
    assert contrast(theme, "accent", "panel") >= 3.0


def test_both_palettes_have_the_same_tokens():
    assert THEMES["dark"].colors.keys() == THEMES["light"].colors.keys()


def test_a_mixed_colour_is_left_as_it_is():
    theme = THEMES["dark"]
    assert theme.rgb((1, 2, 3)) == (1, 2, 3)
    assert theme.rgb("bg") == rgb_of("#10161E")
    assert mix(theme.rgb("bg"), theme.rgb("ink"), 0.0) == theme.rgb("bg")


def test_the_scale_never_falls_as_the_window_grows():
    scales = [window_scale(height) for height in range(540, 2200, 20)]
    assert scales == sorted(scales)
    assert window_scale(2880) == 3.0


def test_ukrainian_letters_have_their_own_widths():
    assert text_width("Куп'янськ, Ґґєії", 1000.0) != 600.0 * len("Куп'янськ, Ґґєії")
    assert text_width("\U0001f600", 10.0) == 6.0
    assert text_width("ab", 10.0, spacing=2.0) == text_width("ab", 10.0) + 4.0
