"""Bars, cards, tips and the keyboard's ring: what each says, and where it stands."""

from dataclasses import replace

import pytest

from sim.analysis.event_marks import EventMark
from sim.analysis.pressure import Bottleneck
from sim.model.quantities import DAY, DISCLAIMER
from sim.scene.shapes import Glow
from sim.scene.text import truncate
from sim.scene.view_model import Frame, KeyLine, Progress, Selection, View
from sim.view.compose import compose
from sim.view.dialogs.end_text import end_paragraphs
from tests.support.scene_reading import FRAMES, words


@pytest.mark.parametrize(
    ("kind", "name"),
    [("button", "play"), ("chip", "supply"), ("town", "kupiansk"), ("route", "shevchenkove-kupiansk")],
)
def test_the_keyboards_ring_stands_round_what_it_is_on(view, kind, name):
    scene = compose(view, Frame(focus=Selection(kind, name)))
    (layer,) = [layer for layer in scene.layers if layer.name == "focus"]
    ring = layer.shapes[-1]
    assert ring.color is None
    assert ring.edge == "accent"
    assert any(
        ring.x < each.x and ring.x + ring.width > each.x + each.width
        and ring.y < each.y and ring.y + ring.height > each.y + each.height
        for each in scene.hit_areas
        if (each.kind, each.name) == (kind, name)
    )  # fmt: skip


def test_without_focus_there_is_no_ring(view):
    for focus in (None, Selection("button", "nothing of that name")):
        assert not [layer for layer in compose(view, Frame(focus=focus)).layers if layer.name == "focus"]


def test_the_disclaimer_is_always_there(view):
    for frame in FRAMES:
        assert DISCLAIMER in words(compose(view, frame), "footer")
    assert DISCLAIMER in words(compose(None, Frame()), "footer")


def test_chips_name_what_they_switch(view):
    chips = [
        each.name for each in compose(view, Frame(replication_count=50)).hit_areas if each.kind == "chip"
    ]
    assert chips == ["supply", "control", "pressure", "overlay"]
    assert "Roads: free" in words(compose(view, Frame(road_mode="free")), "top bar")


def test_without_a_recording_the_window_says_what_to_do():
    scene = compose(None, Frame(card="empty", recent=("a.jsonl.gz", "b.jsonl.gz")))
    assert "Nothing is open" in words(scene)
    assert [each.name for each in scene.hit_areas if each.kind == "button"] == ["play", "tenth_1", "tenth_2"]
    ringed = compose(None, Frame(card="empty", recent=("a", "b"), focus=Selection("button", "tenth_2")))
    assert [layer.name for layer in ringed.layers][-2:] == ["focus", "tip"]
    assert "b" in words(ringed, "tip").split(" | ")


def test_where_nothing_is_open_the_light_of_both_sides_shows(view):
    for card in ("empty", "loading"):
        (layer,) = [layer for layer in compose(None, Frame(card=card)).layers if layer.name == "backdrop"]
        assert [shape.color for shape in layer.shapes if isinstance(shape, Glow)] == ["side0", "side1"]
    assert not [each for each in compose(view, Frame(card="loading")).layers if each.name == "backdrop"]


def test_loading_tells_how_far_it_is_where_it_can():
    known = compose(None, Frame(card="loading", progress=Progress("Simulating", 0.5, "10 s left")))
    assert "10 s left" in words(known, "card")
    unknown = compose(None, Frame(card="loading", progress=Progress("Simulating"))).layers[-1]
    assert known.layers[-1].shapes != unknown.shapes


def test_a_long_text_scrolls_to_its_last_line(view):
    text = "\n".join(f"Line {number}" for number in range(80))
    assert "Line 0 " in words(compose(view, Frame(card="text", card_text=text)), "card") + " "
    assert "Line 79" in words(compose(view, Frame(card="text", card_text=text, card_scroll=999)), "card")


def test_the_end_says_what_happened_and_offers_what_to_do(view):
    scene = compose(view, Frame(t=view.end, card="end"))
    shown = words(scene, "card")
    assert "ended on day 16" in shown
    assert "soldiers" in shown
    offered = {each.name for each in scene.hit_areas if each.kind == "button"}
    assert {"play", "turning_back", "text"} <= offered
    assert "replication_forward" not in offered


def test_a_tip_stands_beside_what_it_tells_of(view):
    for hover, told in (
        (Selection("chip", "supply"), "Rings and figures of supply"),
        (Selection("town", "kupiansk"), "held by Ukraine"),
        (Selection("route", "radkivka-kupiansk"), "% lost"),
    ):
        assert told in words(compose(view, Frame(hover=hover)), "tip")
    contact = next(iter(view.snapshot(0).fronts))
    shown = words(compose(view, Frame(hover=Selection("route", contact))), "tip")
    assert shown == "" or "contact" in shown
    assert words(compose(view, Frame(hover=Selection("chip", "none"))), "tip") == ""


def test_help_and_footer_can_be_given(view):
    lines = (KeyLine(("Shift ←", "↑"), "do this"),)
    assert "do this" in words(compose(view, Frame(footer_keys=lines)), "footer")
    many = tuple(KeyLine((f"F{n}",), "a very long explanation of it") for n in range(12))
    few = words(compose(view, Frame(footer_keys=many, size=(960, 540))), "footer")
    assert 0 < few.count("explanation") < 12


def test_the_end_names_towns_that_changed_hands_and_the_road_that_mattered(view):
    fell = [EventMark(DAY, "fell", "", town=town, side="ru") for town in ("dvorichna", "kupiansk")]
    timeline = replace(
        view.timeline,
        marks=tuple(fell),
        bottlenecks=(Bottleneck("radkivka-kupiansk", "ua", view.end // 2, 1.0),),
    )
    other = View(view.recording, view.scenario, timeline)
    state = other.snapshot(other.end)
    state.held_by["dvorichna"], state.changed_at["dvorichna"] = "ru", [3 * DAY]
    state.held_by["kupiansk"], state.changed_at["kupiansk"] = "ua", [3 * DAY, 4 * DAY]
    title, paragraphs = end_paragraphs(other)
    told = " ".join(text for _, text, _ in paragraphs)
    assert title == "Replication 0 ended on day 16"
    assert "Now held by Russia: Dvorichna (day 3); lost and retaken: Kupiansk." in told
    assert "kept garrisons short on 8 days" in told
    assert "only many replications tell" in told


def test_the_end_says_so_where_nothing_changed(view):
    timeline = replace(view.timeline, marks=(), bottlenecks=())
    _, paragraphs = end_paragraphs(View(view.recording, view.scenario, timeline))
    told = " ".join(text for _, text, _ in paragraphs)
    assert "No town changed hands in this run." in told
    assert "No road kept a garrison short" in told


def test_what_has_no_words_gets_no_tip(view):
    assert words(compose(view, Frame(hover=Selection("button", "nothing"))), "tip") == ""
    assert truncate("Kupiansk", 0.0, 12.0) == "…"
