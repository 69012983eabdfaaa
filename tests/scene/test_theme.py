"""Both palettes, held against three kinds of colour vision; letters' widths; the scale."""

import itertools
import math

import pytest
from colorspacious import cspace_convert

from sim.scene.layout import window_scale
from sim.scene.map.ground import TINT
from sim.scene.text import text_width
from sim.scene.theme import THEMES, mix, rgb_of

# Machado, Oliveira and Fernandes (2009), as colorspacious has them
VISIONS = {"normal": None, "protan": "protanomaly", "deutan": "deuteranomaly", "tritan": "tritanomaly"}
THEME_AND_VISION = list(itertools.product(("dark", "light"), VISIONS))


def linear(rgb):
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in rgb)]


def looks(theme, token, vision):
    """Return how a colour looks to an eye: lightness, red to green, yellow to blue of CAM02-UCS."""
    rgb = [part / 255 for part in THEMES[theme].colors[token]]
    if VISIONS[vision] is not None:
        space = {"name": "sRGB1+CVD", "cvd_type": VISIONS[vision], "severity": 100}
        rgb = [min(1.0, max(0.0, part)) for part in cspace_convert(rgb, space, "sRGB1")]
    return cspace_convert(rgb, "sRGB1", "CAM02-UCS")


def distance(theme, one, other, vision):
    return math.dist(looks(theme, one, vision), looks(theme, other, vision))


def contrast(theme, one, other):
    colors = THEMES[theme].colors
    light = [
        math.fsum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colors[token]), strict=True))
        for token in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_the_sides_are_told_apart_by_every_eye(theme, vision):
    assert distance(theme, "side0", "side1", vision) >= 20


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("ground", ["bg", "panel", "raised"])
def test_text_has_enough_contrast(theme, ground):
    for ink in ("ink", "ink2", "ink3"):
        assert contrast(theme, ink, ground) >= 4.5, ink


def seen(rgb, vision):
    """Return a colour as an eye sees it; 0 to 255."""
    if VISIONS[vision] is None:
        return rgb
    space = {"name": "sRGB1+CVD", "cvd_type": VISIONS[vision], "severity": 100}
    found = cspace_convert([part / 255 for part in rgb], space, "sRGB1")
    return [255 * min(1.0, max(0.0, part)) for part in found]


def contrast_as_seen(one, other, vision):
    light = [
        math.fsum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(seen(rgb, vision)), strict=True))
        for rgb in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


GROUND = ("bg", "tint0", "tint1")
"""The map's ground, plain and where either side's tint is deepest."""
MARKS = {
    "side0": (*GROUND, "side0_empty"),
    "side1": (*GROUND, "side1_empty"),
    "side0_tint": ("deep", "lane", "side0_empty"),
    "side1_tint": ("deep", "lane", "side1_empty"),
    "water": GROUND,
    "bank": GROUND,
    "border": GROUND,
    "calm": ("bg", "deep", "lane"),
    "tight": ("bg", "deep", "lane"),
    "full": (*GROUND, "deep", "lane", "side0_empty", "side1_empty"),
    "hatch": (*GROUND, "lane", "deep"),
    "ink": (*GROUND, "deep", "lane", "water"),
    "ink2": (*GROUND, "deep"),
    "ink3": (*GROUND, "deep"),
    "accent": (*GROUND, "panel", "deep"),
    "flash": (*GROUND, "deep"),
}
"""By mark: what it lies on. Roads and idle lines lie on their casing, rims of vessels on theirs."""


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_every_mark_stands_out_from_what_it_lies_on_to_every_eye(theme, vision):
    colors = THEMES[theme].colors
    grounds = {f"tint{n}": mix(colors["bg"], colors[f"side{n}"], TINT[theme]) for n in (0, 1)}
    grounds |= colors
    for mark, places in MARKS.items():
        for place in places:
            # luminance alone, so that grey pictures keep it too
            assert contrast_as_seen(colors[mark], grounds[place], vision) >= 3.0, (mark, place)


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_calm_tight_and_full_roads_are_told_apart_from_each_other_and_from_the_sides(theme, vision):
    for one, other in itertools.pairwise(("calm", "tight", "full")):
        assert distance(theme, one, other, vision) >= 13, (one, other)
    for side, road in itertools.product(("side0", "side1"), ("calm", "tight", "full")):
        assert distance(theme, side, road, vision) >= 10, (side, road)
    ground = looks(theme, "bg", vision)[0]
    steps = [abs(looks(theme, token, vision)[0] - ground) for token in ("calm", "tight", "full")]
    assert steps[2] == max(steps)


@pytest.mark.parametrize(("theme", "vision"), THEME_AND_VISION)
def test_the_river_is_taken_for_no_road_and_no_side(theme, vision):
    for other in ("calm", "tight", "full", "side0", "side1"):
        assert distance(theme, "water", other, vision) >= 7, other


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
    assert window_scale(2880) == 2 * window_scale(1440)


def test_ukrainian_letters_have_their_own_widths():
    assert text_width("Куп'янськ, Ґґєії", 1000.0) != 600.0 * len("Куп'янськ, Ґґєії")
    assert text_width("\u0905", 10.0) == 6.0
    assert text_width("\U0001f600", 10.0) == 10.0
    assert text_width("ab", 10.0, spacing=2.0) == text_width("ab", 10.0) + 4.0
