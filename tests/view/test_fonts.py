"""Letters that the shipped fonts lack: drawn with a font of the system where it has one, never left out."""

import pygame
import pytest

from sim.scene.shapes import Text
from sim.scene.text import has_letter, text_width
from sim.scene.theme import THEMES
from sim.view.paint import fonts
from sim.view.paint.pixels import painted_text

NAMES = ("Купянськ", "თბილისი", "Ωμέγα", "ירושלים", "北京", "Αa北")


def width(text, **style):
    return (
        painted_text(Text((0.0, 0.0), text, 20.0, "ink", **style), THEMES["dark"].rgb)[0]
        .get_bounding_rect()
        .width
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_drawn_and_as_wide_as_its_place_within_reason(name):
    pygame.font.init()
    for style in ({}, {"is_bold": True}, {"face": "title"}, {"spacing": 2.0}):
        drawn, planned = width(name, **style), text_width(name, 20.0, **style)
        assert 0.4 * planned < drawn < 1.6 * planned, style


def test_a_letter_that_no_font_knows_is_a_sign_for_one(monkeypatch):
    pygame.font.init()
    monkeypatch.setattr(pygame.font, "get_fonts", list)
    fonts._path.cache_clear()
    assert not has_letter("北")
    assert fonts.fonts_for("a北b", 20, "ui", False, False)[1][0] == "?"
    fonts._path.cache_clear()


def test_shipped_letters_need_no_other_font():
    pygame.font.init()
    ((part, used),) = fonts.fonts_for("Kupiansk, Куп'янськ 26 %", 20, "ui", False, False)
    assert (part, used) == ("Kupiansk, Куп'янськ 26 %", fonts.font(20, "ui", False, False))
