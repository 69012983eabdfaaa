"""What panels are put together from: regions, bars, hatching, lines of text, key caps."""

import pytest

from sim.scene.layout import layout
from sim.scene.shapes import Stroke
from sim.scene.text import text_width, truncate, wrap
from sim.scene.widgets import hatching, key_cap


@pytest.mark.parametrize("width", [0.0, 3.0, 40.0])
def test_hatching_stays_in_its_rectangle(width):
    for line in hatching(5.0, 7.0, width, 10.0, "ink", 4.0, 1.0):
        assert isinstance(line, Stroke)
        for x, y in line.points:
            assert 5.0 - 1e-9 <= x <= 5.0 + width + 1e-9
            assert 7.0 - 1e-9 <= y <= 17.0 + 1e-9


def test_lines_fit_and_are_not_too_many():
    text = "Supply comes from Kharkiv by Chuhuiv and Shevchenkove and by many other towns besides"
    for width in (60.0, 120.0, 300.0):
        lines = wrap(text, width, 12.0, 3)
        assert len(lines) <= 3
        assert all(text_width(line, 12.0) <= width for line in lines)
    assert wrap(text, 5000.0, 12.0) == [text]
    assert truncate(text, 80.0, 12.0).endswith("…")


@pytest.mark.parametrize("key", ["←", "Shift ←", "Ctrl ↓", "K", "→", "↑"])
def test_a_key_cap_is_as_wide_as_it_says(key):
    shapes, width = key_cap(key, 0.0, 20.0, 12.0, "ink", 1.0)
    assert shapes
    assert width > 5
    assert all(point[0] <= width for shape in shapes if isinstance(shape, Stroke) for point in shape.points)


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("size", [(200, 100), (960, 540), (1280, 720), (3840, 2160)])
def test_regions_fill_the_window_and_never_overlap(size, scale):
    regions = layout(size, scale)
    assert regions.top.bottom == regions.map.y == regions.panel.y
    assert regions.map.bottom == regions.panel.bottom == regions.timeline.y
    assert regions.controls.right <= regions.track.x
    assert regions.timeline.bottom == regions.footer.y
    assert regions.footer.bottom == size[1]
    assert regions.map.right == regions.panel.x
    assert regions.panel.right == size[0]
    assert regions.track.right < size[0]
    assert regions.map.height > 0
    assert regions.map.holds(regions.map.x, regions.map.y)


def test_without_a_panel_the_map_takes_its_place():
    assert layout((1280, 720), panel=False).map.width == 1280
    assert layout((1280, 720), map_only=True).map.y == 0
