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
from sim.view.dialogs.cards import question_of
from sim.view.dialogs.end_text import end_text
from sim.view.keyboard import help_sections
from sim.view.what_if.sliders import initial_sliders
from tests.support.scene_reading import FRAMES, OURS, SIZES, texts, words
from tests.support.view_recordings import recorded


@pytest.mark.parametrize(
    ("kind", "name"),
    [("button", "play"), ("button", "what_if"), ("town", "kupiansk"), ("route", "shevchenkove-kupiansk")],
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


def test_the_bar_at_the_top_leads_to_what_if_and_to_help(view):
    scene = compose(view, Frame(replication_count=50))
    tips = {each.name: each.tip for each in scene.hit_areas if each.y < 48}
    assert {"what_if", "help", "run"} <= set(tips)
    assert all(tips[name] for name in ("what_if", "help", "run"))
    shown = words(scene, "top bar")
    assert "run 1 of 50" in shown
    assert "Day 0 | of 16" in shown
    narrow = words(compose(view, Frame(size=(960, 540))), "top bar")
    assert "What if" in narrow
    assert "Day 0" in narrow


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


def test_the_end_answers_the_question_and_offers_what_to_do(view):
    scene = compose(view, Frame(t=view.end, card="end"))
    shown = words(scene, "card")
    assert "AFTER 16 DAYS, IN THIS RUN" in shown
    assert end_text(view).answer in shown.replace(" | ", " ")
    assert "Soldiers lost in this run" in shown
    assert {"play", "what_if", "usual"} <= {each.name for each in scene.hit_areas if each.kind == "button"}


@pytest.mark.parametrize("size", SIZES)
def test_the_start_asks_the_scenarios_question(view, size):
    shown = words(compose(view, Frame(card="title", size=size)), "card").replace(" | ", " ")
    question, condition = question_of(view)
    assert question == "What becomes of Kupiansk,"
    assert question in shown
    assert condition in shown
    assert "FROM 27 JANUARY 2025" in shown
    assert "A full road: convoys" in shown
    named = {each.name for each in compose(view, Frame(card="title")).hit_areas if each.kind == "button"}
    assert {"play", "escape", "what_if", "help"} <= named


def test_a_scenario_without_a_question_gets_a_neutral_one(view):
    other = View(view.recording, replace(view.scenario, question="", focus=()), view.timeline)
    first = view.scenario.towns[0].name
    assert question_of(other) == (f"What becomes of {first},", "if both sides go on as they began?")
    plain = View(view.recording, replace(view.scenario, question="Who holds?"), view.timeline)
    assert question_of(plain) == ("Who holds?", "")


def test_what_lies_under_a_card_cannot_be_pointed_at(view):
    marks = [
        each
        for each in compose(view, Frame(t=view.end, card="end")).hit_areas
        if each.kind in {"town", "route"} and each.y < 500
    ]
    assert marks
    assert all(each.x > 1280 * 0.5 for each in marks)


def test_a_tip_stands_beside_what_it_tells_of(view):
    for hover, told in (
        (Selection("button", "what_if"), "Cut a road"),
        (Selection("word", "Weather"), "Crosses: frost"),
        (Selection("word", "inset"), "The whole map"),
        (Selection("town", "kupiansk"), "held by Ukraine"),
        (Selection("route", "radkivka-kupiansk"), "t a day in use"),
    ):
        assert told in words(compose(view, Frame(hover=hover)), "tip")
    contact = next(iter(view.snapshot(0).fronts))
    shown = words(compose(view, Frame(hover=Selection("route", contact))), "tip")
    assert shown == "" or "between both sides" in shown
    assert words(compose(view, Frame(hover=Selection("button", "none"))), "tip") == ""


def test_help_and_footer_can_be_given(view):
    lines = (KeyLine(("Shift ←", "↑"), "do this"),)
    assert "do this" in words(compose(view, Frame(footer_keys=lines)), "footer")
    many = tuple(KeyLine((f"F{n}",), "a very long explanation of it") for n in range(12))
    few = words(compose(view, Frame(footer_keys=many, size=(960, 540))), "footer")
    assert 0 < few.count("explanation") < 12


def test_the_end_names_towns_that_changed_hands_and_the_road_that_mattered(view):
    fell = [EventMark(DAY, "fell", "", town=town, side="ru") for town in ("dvorichna", "kupiansk")]
    fell.append(EventMark(2 * DAY, "encircled", "", town="podoly", side="ua"))
    missing = {**view.timeline.missing, "ru": (40.0,) * len(view.timeline.times)}
    bottlenecks = (Bottleneck("masiutivka-bridgehead", "ru", view.end // 2, 1.0),)
    timeline = replace(view.timeline, marks=tuple(fell), missing=missing, bottlenecks=bottlenecks)
    other = View(view.recording, view.scenario, timeline)
    state = other.snapshot(other.end)
    state.held_by["dvorichna"], state.changed_at["dvorichna"] = "ru", [3 * DAY]
    state.held_by["kupiansk"], state.changed_at["kupiansk"] = "ua", [3 * DAY, 4 * DAY]
    state.encircled["podoly"] = "ua"
    found = end_text(other)
    assert found.answer == "Kupiansk was lost and retaken; Russia took one town."
    first, second, third = found.paragraphs
    assert first.first == "Dvorichna fell on day 3."
    assert first.second == (
        "On 16 days up to 40 t a day did not arrive. The worst bottleneck was the Oskil crossing."
    )
    assert second.first == "Kupiansk changed hands twice."
    assert third.first == "Podoly has had no road to a base since day 2."
    assert "One run is an anecdote." in found.note
    state.held_by["kupiansk"] = "ru"
    assert end_text(other).answer.startswith("Kupiansk fell on day 4; Russia took two towns.")


def test_the_end_says_so_where_nothing_changed(view):
    calm = {side: (0.0,) * len(view.timeline.times) for side in view.timeline.missing}
    timeline = replace(view.timeline, marks=(), bottlenecks=(), missing=calm)
    found = end_text(View(view.recording, view.scenario, timeline))
    assert found.answer == "Kupiansk held; no town changed hands."
    assert found.paragraphs[0].first == "Ukraine held Kupiansk throughout."
    # those that the question names, in its order
    asked = replace(view.scenario, question="What becomes of the Oskil bridgehead, and of Kupiansk?")
    found = end_text(View(view.recording, asked, timeline))
    assert [each.first for each in found.paragraphs[:2]] == [
        "Russia held Oskil bridgehead throughout.",
        "Ukraine held Kupiansk throughout.",
    ]


def test_where_nobody_is_supplied_the_end_tells_of_soldiers(tmp_path):
    view = recorded(tmp_path, "iwo-jima-1945", seed=1)
    state = view.snapshot(view.end)
    for paragraph, side in zip(end_text(view).paragraphs, view.scenario.sides, strict=True):
        now = state.sides[side.id]
        left = now.initial_soldiers + now.arrived - now.losses[0]
        told = f"{side.name} began with {now.initial_soldiers:,} soldiers and has {left:,} at the end."
        assert paragraph.first == told
        assert paragraph.second.startswith(f"It lost {now.losses[0]:,}; ")
        assert view.timeline.soldiers[side.id][-1] == left
    shown = words(compose(view, Frame(t=view.end)))
    assert "of each side" in shown
    assert "Weather" not in shown
    assert "RUNNING SHORT" not in shown


def test_where_there_is_little_room_the_end_says_less(view):
    frames = [Frame(t=view.end, card="end", size=size) for size in (SIZES[2], SIZES[0])]
    tall, low = (words(compose(view, frame)) for frame in frames)
    assert len(low) < len(tall)
    assert "Play again" in low


def test_what_has_no_words_gets_no_tip(view):
    assert words(compose(view, Frame(hover=Selection("button", "nothing"))), "tip") == ""
    assert truncate("Kupiansk", 0.0, 12.0) == "…"


def test_every_button_word_and_slider_has_a_tooltip(view):
    frames = [Frame(t=9 * DAY), Frame(t=9 * DAY, selection=Selection("town", "kupiansk"))]
    frames += [Frame(t=view.end, card="end"), Frame(card="title")]
    tried = initial_sliders(view, frames[0])
    frames += [replace(frames[0], what_if=replace(tried, shows_numbers=shows)) for shows in (True, False)]
    said = {"play", "escape", "screenshot", "Play again"}
    for frame in frames:
        for each in compose(view, frame).hit_areas:
            if each.kind in {"word", "slider", "event"} and each.name != "offer":
                assert each.tip, each
            if each.kind == "button" and each.name not in said:
                assert each.tip, each


def test_the_help_says_what_each_mark_means_and_lists_all_keys(view):
    for size in SIZES:
        scene = compose(view, Frame(card="help", size=size))
        shown = words(scene, "card")
        assert "What each mark means" in shown
        assert "full: tonnes stay behind" in shown
        assert "an assault thrown back" in shown
        assert sum(len(section.lines) for section in help_sections()) <= shown.count(" | ")
        assert "help" in {each.name for each in scene.hit_areas if each.kind == "button"}
    assert "What each mark means" not in words(compose(None, Frame(card="help")), "card")


def test_little_is_written_while_it_plays(view):
    scene = compose(view, Frame(t=9 * DAY, playing=True, size=(1280, 720)))
    interface = [text for layer in scene.layers if layer.name in OURS for text in texts(scene, layer.name)]
    assert len(interface) <= 59
