"""Painting: what is kept is what would be painted anew, and edges are soft."""

import itertools
import os
from dataclasses import replace

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from sim.scene.beats.direction import directed
from sim.scene.shapes import (
    Arc,
    Area,
    Box,
    Capsules,
    Clip,
    Disc,
    Field,
    Glow,
    Hatch,
    Layer,
    Scene,
    Still,
    Stroke,
    Text,
)
from sim.scene.text import text_width
from sim.scene.theme import THEMES
from sim.scene.view_model import Frame, Selection
from sim.view.compose import compose
from sim.view.controls.playback import advance, index_run, start_playback
from sim.view.paint.canvas import Canvas
from sim.view.paint.grid import Grid
from sim.view.paint.painter import Painter
from sim.view.paint.repaint import changed_parts
from sim.view.paint.stills import visible

SIZE = (240, 160)
WHOLE = Grid((1400, 900))
BG = THEMES["dark"].colors["bg"]
INK = THEMES["dark"].colors["ink"]
EVERYTHING = (
    Box(5, 5, 60, 30, "panel", 6.0, "hairline", 1.0),
    Box(70, 5, 20, 10, "ink"),
    Box(95, 5, 20, 10, None, 3.0, "accent", 2.0, alpha=120),
    Box(95, 5, 0, 10, "ink"),
    Glow(((10, 80), (200, 90)), "full", 8.0, 0.5),
    Stroke(((10, 80), (120, 60), (200, 90)), "tight", 5.0),
    Stroke(((10, 100), (200, 100)), "ink2", 2.0, (6.0, 4.0), alpha=120),
    Area(((150, 10), (190, 20), (160, 50)), "side1", "deep", 2.0),
    Disc((30.3, 120.7), 8.0, "side0", "ink", 2.0),
    Disc((60, 120), 8.0, None, "ink", 2.0),
    Disc((120, 80), 70.0, None, "ink3", 1.0),
    Arc((90, 120), 10.0, 0.0, 0.6, "ink", 2.0),
    Arc((120, 120), 10.0, 0.0, 1.0, "ink", 1.5, (0.05, 0.05)),
    Capsules(((150, 120),), 1.0, 12.0, 7.0, "side0_tint", "full"),
    Hatch(((160, 130), (199, 140)), "hatch", 8.0, 4.0, 1.5),
    Text((100, 100), "O", 14.0, "ink", "title", turn=0.6, halo="deep"),
    Text((10, 150), "Куп'янськ 2.4 d", 12.0, "ink", halo="deep"),
    Text((150, 150), "SPACED", 12.0, "ink", "title", is_bold=True, anchor="middle", spacing=1.0, alpha=200),
    Text((10, 40), "", 12.0, "ink"),
    Field(200, 0, 40, 40, 2, bytes((255, 0, 0, 60, 0, 0, 255, 60, 0, 255, 0, 0, 0, 0, 255, 255))),
    Stroke(((-900, -900), (-800, -900)), "ink", 2.0),
    Glow(((-900, -900), (-800, -900)), "ink", 2.0, 0.5),
)


def scene(*layers, size=SIZE):
    return Scene(size, "bg", layers)


def painted(picture, painter=None):
    surface = pygame.Surface(picture.size, depth=32)
    (painter or Painter("dark")).paint(surface, picture)
    return surface


def pixels(surface):
    return pygame.image.tobytes(surface, "RGB")


def test_a_kept_layer_looks_as_one_painted_anew():
    kept, live = scene(Layer("all", 1, EVERYTHING)), scene(Layer("all", None, EVERYTHING))
    painter = Painter("dark")
    first = pixels(painted(kept, painter))
    assert pixels(painted(kept, painter)) == first
    other = pixels(painted(live))
    far = max(abs(a - b) for a, b in zip(first, other, strict=True))
    assert far <= 3  # laying a soft edge over two grounds by turns rounds twice


def test_the_same_scene_gives_the_same_pixels():
    picture = scene(Layer("all", 1, EVERYTHING))
    assert pixels(painted(picture)) == pixels(painted(picture))


def test_a_layer_is_painted_anew_when_its_key_changes():
    painter = Painter("dark")
    painted(scene(Layer("a", 1, (Box(0, 0, 10, 10, "ink"),))), painter)
    surface = painted(scene(Layer("a", 2, (Box(20, 0, 10, 10, "ink"),))), painter)
    assert surface.get_at((5, 5))[:3] == BG
    assert surface.get_at((25, 5))[:3] == INK


def test_a_layer_that_always_changes_is_painted_right_every_time():
    painter = Painter("dark")
    still = Layer("still", 0, (Box(0, 50, 240, 10, "tight"),))
    for step in range(6):
        moving = Layer("moving", step, (Box(20 * step, 50, 10, 10, "ink"),))
        surface = painted(scene(still, moving, Layer("over", 0, (Box(0, 55, 240, 2, "hatch"),))), painter)
        assert surface.get_at((20 * step + 5, 52))[:3] == INK
        assert surface.get_at((20 * step + 5, 56))[:3] == THEMES["dark"].colors["hatch"]


def test_a_window_of_another_size_is_painted_whole():
    painter = Painter("dark")
    layer = Layer("a", 1, (Box(0, 0, 500, 500, "ink"),))
    painted(scene(layer), painter)
    assert painted(scene(layer, size=(300, 300)), painter).get_at((299, 299))[:3] == INK


def test_what_stood_still_is_there_at_once_in_another_size():
    painter = Painter("dark")
    layer, other = (
        Layer("a", 1, (Box(0, 0, 120, 160, "side0"),)),
        Layer("m", None, (Disc((9, 9), 4.0, "ink"),)),
    )
    painter.paint(pygame.Surface(SIZE, depth=32), Scene(SIZE, "bg", (layer, other, replace(layer, name="b"))))
    stretched = painter.stretched((480, 320))
    assert [tuple(stretched.get_at(at))[:3] for at in ((18, 18), (470, 300))] == [
        THEMES["dark"].rgb("side0"),
        THEMES["dark"].rgb("bg"),
    ]


def test_nothing_is_drawn_outside_a_clip():
    shapes = (Clip(50, 50, 20, 20), *EVERYTHING, Box(0, 0, 240, 160, "ink"))
    for key in (1, None):
        surface = painted(scene(Layer("clipped", key, shapes)))
        assert surface.get_at((49, 60))[:3] == BG
        assert surface.get_at((60, 60))[:3] == INK
        assert surface.get_at((70, 60))[:3] == BG


def test_edges_are_soft_and_never_darker_than_both_sides():
    surface = painted(scene(Layer("a", 1, (Disc((50.0, 50.0), 20.0, "ink"),))))
    row = [surface.get_at((x, 50))[0] for x in range(25, 51)]
    assert row == sorted(row)
    rim = [surface.get_at((x, y))[0] for x in range(25, 75) for y in range(25, 75)]
    assert any(BG[0] + 20 < value < INK[0] - 20 for value in rim)
    assert min(rim) == BG[0]


def test_a_rounded_box_keeps_its_edge_and_its_corners():
    surface = painted(scene(Layer("a", 1, (Box(10, 10, 100, 60, "panel", 8.0, "ink", 1.0),))))
    assert surface.get_at((10, 10))[:3] == BG
    assert surface.get_at((60, 10))[:3] == INK
    assert surface.get_at((60, 40))[:3] == THEMES["dark"].colors["panel"]


@pytest.mark.parametrize("text", ["Stepova Novoselivka", "138 of 171 t/day", "Куп'янськ-Вузловий"])
@pytest.mark.parametrize("face", ["ui", "title"])
@pytest.mark.parametrize("size", [11.0, 12.5, 24.0])
def test_text_is_as_wide_as_it_was_measured(text, face, size):
    picture, _ = Painter("dark").sprites.text(Text((0, 0), text, size, "ink", face))
    assert abs(picture.get_width() - text_width(text, size, face)) <= 0.02 * picture.get_width() + 2


def test_text_stands_by_its_anchor_and_on_its_baseline():
    surfaces = {
        anchor: painted(scene(Layer("a", 1, (Text((120, 80), "HHH", 20.0, "ink", anchor=anchor),))))
        for anchor in ("left", "middle", "right")
    }
    for anchor, surface in surfaces.items():
        box = pygame.mask.from_threshold(surface, INK, (40, 40, 40)).get_bounding_rects()
        left, right = min(r.left for r in box), max(r.right for r in box)
        middle = {"left": left, "middle": (left + right) / 2, "right": right}[anchor]
        assert abs(middle - 120) <= 3
        assert abs(max(r.bottom for r in box) - 80) <= 1


def test_a_capsule_points_where_it_is_turned():
    surface = painted(scene(Layer("a", None, (Capsules(((100.0, 80.0),), 0.0, 20.0, 8.0, "ink"),))))
    assert surface.get_at((107, 80))[:3] == INK
    assert surface.get_at((92, 78))[:3] == INK
    assert surface.get_at((109, 77))[:3] == BG


def test_sprites_are_let_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr("sim.view.paint.sprites.MAX_CACHED", 5)
    painter = Painter("dark")
    for number in range(12):
        layer = Layer(
            "a", None, (Disc((50, 50), 3.0 + number, "ink"), Text((9, 9), str(number), 12.0, "ink"))
        )
        painted(scene(layer), painter)
    assert 0 < painter.sprites.count <= 3 * 5


def test_a_theme_has_its_own_ground():
    picture = replace(scene(Layer("a", 1, ())), background="bg")
    assert painted(picture, Painter("light")).get_at((0, 0))[:3] == THEMES["light"].colors["bg"]


WIDE = (1400, 900)
ROADS = tuple(Stroke(((20.0 + 60 * n, 880.0), (900.0 - 30 * n, 20.0)), "calm", 6.0) for n in range(20))
MAP = (Clip(0, 0, 1400, 900), Glow(((100, 800), (1300, 100)), "full", 14.0, 0.3), *ROADS)


def far_apart(one, other):
    return sum(abs(a - b) > 24 for a, b in zip(pixels(one), pixels(other), strict=True))


@pytest.mark.untraced
def test_a_heavy_layer_is_mended_where_it_changed_and_looks_as_painted_anew():
    changed = (*MAP[:5], replace(MAP[5], color="full"), *MAP[6:-1])
    painter = Painter("dark")
    painted(scene(Layer("roads", 1, MAP), size=WIDE), painter)
    mended = painted(scene(Layer("roads", 2, changed), size=WIDE), painter)
    anew = painted(scene(Layer("roads", 2, changed), size=WIDE))
    before = painted(scene(Layer("roads", 1, MAP), size=WIDE))
    assert far_apart(before, anew) > 5000
    assert far_apart(mended, anew) < 300


def test_mending_paints_less_than_painting_anew(monkeypatch):
    counted = []
    draw = Canvas.draw
    monkeypatch.setattr(
        Canvas,
        "draw",
        lambda canvas, shapes, *part: (counted.append(len(shapes)), draw(canvas, shapes, *part)),
    )
    painter = Painter("dark")
    marks = tuple(Stroke(((n * 14.0, 5.0), (n * 14.0, 15.0)), "ink", 2.0) for n in range(100))
    painted(scene(Layer("roads", 1, (*MAP, *marks)), size=WIDE), painter)
    painted(scene(Layer("roads", 2, (*MAP, *marks[:-1])), size=WIDE), painter)
    assert counted[0] == len(MAP) + 100
    assert 0 < sum(counted[1:]) < 20


def stills(count, width):
    clip, ground = Clip(0, 0, *SIZE), Box(0, 0, *SIZE, "panel")
    pictures = [(Layer("map", n, (clip, ground, Disc((40.0 * n, 50.0), 9.0, "ink"))),) for n in range(count)]
    return tuple(Still(each, -4.0, -4.0, width, 170.0) for each in pictures)


def test_pictures_of_a_camera_move_are_painted_once(monkeypatch):
    counted = []
    draw = Canvas.draw
    monkeypatch.setattr(Canvas, "draw", lambda canvas, *rest: (counted.append(1), draw(canvas, *rest)))
    painter = Painter("dark")
    moving = scene(Layer("move", None, (Clip(0, 0, *SIZE),), stills(3, 200.0)))
    first = pixels(painted(moving, painter))
    assert len(counted) == 3
    assert pixels(painted(moving, painter)) == first
    assert len(counted) == 3


def test_pictures_that_others_hide_are_not_painted():
    part = pygame.Rect(0, 0, *SIZE)
    assert visible(stills(3, 250.0), part) == list(stills(3, 250.0)[2:])
    assert visible(stills(3, 200.0), part) == list(stills(3, 200.0))


def test_sprites_are_let_go_when_they_are_too_large(monkeypatch):
    monkeypatch.setattr("sim.view.paint.sprites.MAX_BYTES", 20_000)
    sprites = Painter("dark").sprites
    for number in range(40):
        sprites.small(Disc((50, 50), 20.0 + number / 4, "ink"))
    assert (
        0
        < sum(sprite[0].get_pitch() * sprite[0].get_height() for sprite in sprites._sprites.values())
        < 20_000
    )


def test_what_changed_too_much_or_in_another_order_is_painted_whole():
    area = 1400.0 * 900.0
    assert changed_parts(MAP, MAP, area, WHOLE) == []
    assert changed_parts(MAP, (*MAP[:3], *ROADS[::-1]), area, WHOLE) is None
    assert changed_parts(MAP, MAP[:2], area / 2, WHOLE) is None
    assert changed_parts(MAP, (*MAP, Text((9, 9), "new", 12.0, "ink")), area, WHOLE) is None
    assert changed_parts(MAP, (*MAP, Glow(((1, 1), (9, 9)), "ink", 20.0, 0.1)), area, WHOLE) is None


def test_parts_to_mend_hold_what_changed_and_do_not_overlap():
    shapes = [Disc((10.0 * n, 10.0), 8.0, "ink") for n in (1, 3, 2, 90)]
    shapes.append(Stroke(((100.0, 100.0), (900.0, 700.0)), "ink", 12.0))
    parts = changed_parts([], shapes, 1e7, WHOLE)
    for one, other in itertools.combinations(parts, 2):
        assert not one.colliderect(other)
    for n in range(101):
        at = (100 + 8 * n, 100 + 6 * n)
        for aside in (-6, 6):
            assert any(part.collidepoint(at[0] - 0.6 * aside, at[1] + 0.8 * aside) for part in parts)
    assert sum(part.width * part.height for part in parts) < 0.6 * 800 * 600
    assert any(part.collidepoint(900, 10) for part in parts)


def test_layers_that_touch_nothing_that_moves_are_laid_at_the_bottom():
    painter = Painter("dark")
    moving = Layer("moving", None, (Clip(0, 0, 50, 50), Box(0, 0, 500, 500, "ink")))
    over, beside = (Layer(name, 1, (Box(x, 5, 9, 9, "tight"),)) for name, x in (("over", 5), ("beside", 80)))
    surface = painted(scene(moving, over, beside), painter)
    colors = [surface.get_at(at)[:3] for at in ((2, 2), (7, 7), (82, 7), (60, 7))]
    assert colors == [THEMES["dark"].colors[token] for token in ("ink", "tight", "tight", "bg")]
    bottom, above = painter._split(scene(moving, over, beside).layers)
    assert [kept.layer.name for kept in bottom] == ["beside"]
    assert len(above) == 2


def test_sprites_of_one_painter_serve_another():
    first = Painter("dark")
    painted(scene(Layer("all", None, EVERYTHING)), first)
    kept = first.sprites.count
    second = Painter("dark", first.sprites)
    assert pixels(painted(scene(Layer("all", None, EVERYTHING)), second)) == pixels(
        painted(scene(Layer("all", None, EVERYTHING)), first)
    )
    assert second.sprites.count == kept


@pytest.mark.untraced
def test_a_surface_painted_where_something_changed_shows_what_one_painted_whole_does(six_days):
    frame = start_playback(index_run(six_days), Frame(size=(960, 540))).showing(playing=True)
    painter, surface = Painter("dark"), pygame.Surface((960, 540), depth=32)
    other = Painter("dark", painter.sprites)
    for number in range(12):
        frame = advance(frame, index_run(six_days), 0.1)
        hover = Selection("town", "kupiansk") if number % 5 > 2 else None
        shown = replace(directed(six_days, frame.frame), hover=hover, panel=number % 7 != 5)
        painter.paint(surface, picture := compose(six_days, shown))
        assert pixels(surface) == pixels(painted(picture, other)), number
