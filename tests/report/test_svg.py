"""Shapes as SVG: what overlaps keeps its order, what is shared is written once, themes show their own."""

import re

import pytest

from sim.report.svg import Painter
from sim.scene.shapes import Arc, Area, Box, Capsules, Clip, Disc, Field, Glow, Hatch, Layer, Stroke, Text
from sim.scene.text import text_width

LINE = tuple((10.0 * step, 7.0 * (step % 2)) for step in range(9))


@pytest.fixture
def painter():
    return Painter(100.0, 80.0)


def paths(drawn):
    """Return colour and path of every element that draws one, in order."""
    return re.findall(r'<path d="([^"]*)"[^>]*?[ "](?:stroke|fill)="var\(--(\w+)\)"', str(drawn))


def disc(x, color):
    return Disc((x, 5.0), 3.0, color)


def test_alike_shapes_that_nothing_parts_stand_together(painter):
    drawn = painter.shapes([disc(5.0, "ink"), disc(20.0, "deep"), disc(40.0, "ink")])
    assert [color for _, color in paths(drawn)] == ["ink", "deep"]


def test_a_shape_over_another_is_drawn_after_it(painter):
    drawn = painter.shapes([disc(5.0, "ink"), disc(8.0, "deep"), disc(9.0, "ink")])
    assert [color for _, color in paths(drawn)] == ["ink", "deep", "ink"]


def test_a_long_line_is_written_once_and_used_again(painter):
    drawn = str(painter.shapes([Stroke(LINE, "deep", 6.0), Stroke(LINE, "calm", 4.0)]))
    assert drawn.count(' id="') == 1
    assert '<use href="#m0" stroke="var(--calm)" stroke-width="4"/>' in drawn


def test_a_layer_is_written_once(painter):
    layer = Layer("a", 1, (disc(5.0, "ink"),))
    assert "<path" in painter.layers([(layer, layer)])
    assert painter.layers([(layer, layer)]) == '<use href="#m0"/>'


def test_only_what_differs_is_drawn_for_each_theme(painter):
    light, dark = (Layer("a", 1, (disc(5.0, color), disc(20.0, "ink"))) for color in ("calm", "tight"))
    drawn = str(painter.layers([(light, dark)]))
    assert "--calm)" in drawn.partition('class="dark"')[0]
    assert "--tight)" in drawn.partition('class="dark"')[2]
    assert drawn.count("--ink)") == 1


@pytest.mark.parametrize(
    ("shape", "d"),
    [
        (disc(5.0, "ink"), "M5 5h0"),
        (Arc((5.0, 5.0), 2.0, 0.0, 1.0, "ink"), "M5 3a2 2 0 1 1-.01 0"),
        (Arc((5.0, 5.0), 2.0, 0.0, 0.5, "ink"), "M5 3a2 2 0 0 1 0 4"),
        (Box(1.0, 2.0, 4.0, 6.0, "ink"), "M1 5h4"),
        (
            Box(1.0, 2.0, 4.0, 6.0, "ink", 1.0),
            "M2 2h2a1 1 0 0 1 1 1v4a1 1 0 0 1 -1 1h-2a1 1 0 0 1 -1 -1v-4a1 1 0 0 1 1 -1z",
        ),
        (Area(((0.0, 0.0), (3.0, 0.0), (0.0, 4.0)), "ink"), "M0 0h3l-3 4z"),
        (Capsules(((10.0, 10.0),), 0.0, 10.0, 4.0, "ink"), "M5 8h7.6l2.4 2l-2.4 2h-7.6z"),
        (Hatch(((0.0, 0.0), (4.0, 0.0)), "ink", 2.0, 4.0, 1.0), "M1 1l2-2"),
        (Glow(((0.0, 0.0), (5.0, 0.0)), "ink", 4.0, 0.5), "M0 0h5"),
    ],
)
def test_every_shape_has_its_path(painter, shape, d):
    drawn = str(painter.shapes([Clip(0.0, 0.0, 9.0, 9.0), shape]))
    assert re.findall(r' d="([^"]*)"', drawn) == [d]
    assert drawn.count("var(--ink)") == 1


def test_light_is_blurred(painter):
    drawn = str(painter.shapes([Glow(((0.0, 0.0), (5.0, 0.0)), "ink", 4.0, 0.5)]))
    assert 'filter="url(#glow)"' in drawn
    assert 'id="glow"' in painter.filters


def test_a_text_is_as_wide_as_the_window_s_fonts_make_it(painter):
    text = Text((1.0, 2.0), "A < B", 12.0, "ink", "title", is_bold=True, anchor="right", halo="deep")
    drawn = str(painter.shapes([text]))
    assert f'textLength="{text_width("A < B", 12.0, "title", is_bold=True):.1f}"' in drawn
    assert 'class="title bold"' in drawn
    assert 'text-anchor="end"' in drawn
    assert ">A &lt; B<" in drawn


def test_a_field_is_rows_of_cells_in_the_nearest_colour(painter):
    blue, none = bytes((0x1A, 0x44, 0xDA, 200)), bytes(4)
    drawn = str(painter.shapes([Field(0.0, 0.0, 20.0, 10.0, 2, blue + none)]))
    assert paths(drawn) == [("M0 0h3M0 1h3M0 2h3M0 3h3M0 4h3", "side0")]
    assert re.search(r'transform="translate\(-20.00 -15.00\)scale\(10.000 10.000\)"', drawn)
    assert 'id="blur-2-1"' in painter.filters
