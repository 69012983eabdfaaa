"""The window's parts beside the map: what they say, and that nothing overlaps or leaves its place."""

import itertools
from dataclasses import replace

import pytest

from sim.archive.lines import Header
from sim.archive.marks import RANKS, EventMark
from sim.archive.pressure import Split
from sim.archive.recording import Recording, RecordingWriter
from sim.archive.roads import dependence, roads
from sim.domain.quantities import DAY, DISCLAIMER
from sim.engine.run import simulate
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.view.end_words import end_paragraphs
from sim.view.layout import layout
from sim.view.leading import leading_road
from sim.view.lettering import fitted, wrapped
from sim.view.model import Camera, Frame, KeyLine, Progress, Selection, Toast, View
from sim.view.panel import panel_layers, told_time
from sim.view.panel_subject import road_reason
from sim.view.pieces import hatching, key_cap
from sim.view.scene import compose
from sim.view.shapes import Area, Box, Disc, Stroke, Text
from sim.view.split_bar import split_shapes
from sim.view.strip import strip_layers, strip_towns, time_at
from sim.view.theme import text_width

SIZES = [(960, 540), (1280, 720), (1920, 1080), (2560, 1440)]
OURS = {"panel", "timeline ground", "transport", "top bar", "footer", "card", "toast", "tip"}
CARDS = ["none", "help", "end", "loading", "text", "empty"]


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    """Sixteen days of the baseline, in which mud comes and a road is cut."""
    path = tmp_path_factory.mktemp("panels") / "run.jsonl.gz"
    reading = read_scenario("kupiansk-northern-route-cut", [SetNumber("scenario.horizon=16 d")])
    header = Header.of(reading.scenario, reading.document, seed=4)
    with RecordingWriter(path, header, reading.scenario) as writer:
        simulate(reading.scenario, 4, emit=writer.emit)
        writer.finish()
    return View.of(Recording.open(path))


def texts(scene, *names):
    return [
        shape
        for layer in scene.layers
        if layer.name in (names or OURS)
        for shape in layer.shapes
        if isinstance(shape, Text)
    ]


def words(scene, *names):
    return " | ".join(text.text for text in texts(scene, *names))


def extent(text):
    width = text_width(text.text, text.size, text.face, is_bold=text.is_bold, spacing=text.spacing)
    left = text.at[0] - {"left": 0.0, "middle": width / 2, "right": width}[text.anchor]
    return left, text.at[1] - 0.72 * text.size, left + width, text.at[1]


def overlaps(one, other):
    return one[0] < other[2] - 1 and other[0] < one[2] - 1 and one[1] < other[3] - 1 and other[1] < one[3] - 1


FRAMES = [
    Frame(t=9 * DAY),
    Frame(t=9 * DAY, selection=Selection("town", "kupiansk")),
    Frame(t=9 * DAY, selection=Selection("route", "radkivka-kupiansk")),
    *(
        Frame(t=16 * DAY, card=card, card_text="Day 3.\n  Supply comes.\n" * 30, recent=("one.jsonl.gz",))
        for card in CARDS[1:]
    ),
    Frame(t=0, replication_count=200, playing=True),
    Frame(t=DAY, toast=Toast("Saved as kupiansk_r0_d1.png", is_error=True), panel=False),
    Frame(t=DAY, map_only=True),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frame", FRAMES)
def test_no_text_leaves_the_window_or_is_too_small(view, frame, size):
    s = layout(size).s
    for text in texts(compose(view, replace(frame, size=size))):
        left, top, right, bottom = extent(text)
        assert left >= 0, text
        assert top >= 0, text
        assert right <= size[0], text
        assert bottom <= size[1], text
        assert text.size >= 11.0 * s - 0.01, text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frame", FRAMES)
def test_no_text_lies_over_another_of_its_layer(view, frame, size):
    scene = compose(view, replace(frame, size=size))
    for name in OURS:
        for one, other in itertools.combinations(texts(scene, name), 2):
            assert not overlaps(extent(one), extent(other)), (one, other)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "selection", [None, Selection("town", "dvorichna"), Selection("route", "zapadne-dvorichna")]
)
def test_the_panels_text_stays_in_the_panel(view, selection, size):
    scene = compose(view, Frame(t=9 * DAY, size=size, selection=selection))
    panel = layout(size).panel
    for text in texts(scene, "panel"):
        left, top, right, bottom = extent(text)
        assert left >= panel.x
        assert right <= panel.right
        assert top >= panel.y
        assert bottom <= panel.bottom


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("size", [(200, 100), (960, 540), (1280, 720), (3840, 2160)])
def test_regions_fill_the_window_and_never_overlap(size, scale):
    regions = layout(size, scale)
    assert regions.top.bottom == regions.map.y == regions.panel.y
    assert regions.map.bottom == regions.legend.y
    assert regions.legend.bottom == regions.panel.bottom == regions.timeline.y
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


@pytest.mark.parametrize("size", SIZES)
def test_what_matters_most_stands_there_without_a_click(view, size):
    shown = words(compose(view, Frame(t=9 * DAY, size=size)), "panel")
    assert "THE ROAD THAT MATTERS MOST NOW" in shown
    assert {"denied", "used", "spare"} <= set(shown.split(" | "))
    assert "DAYS OF SUPPLY" in shown
    assert "MOST PRESSED ROADS" in shown


def test_a_larger_window_tells_more(view):
    small, large = (
        words(compose(view, Frame(t=9 * DAY, size=size)), "panel") for size in (SIZES[0], SIZES[2])
    )
    assert "LAST EVENTS" not in small
    assert "LAST EVENTS" in large
    assert "LOSSES SO FAR" in large


def chips(scene):
    return [text for text in texts(scene, "map-labels") if text.text.endswith("spare")]


def test_the_map_marks_the_road_that_the_panel_names(view):
    frame = Frame(t=9 * DAY)
    road = leading_road(view, frame)
    assert road == roads(view.scenario, view.snapshot(frame.t))[0]
    scene = compose(view, frame)
    assert [text.text for text in texts(scene, "map-badges")] == ["1"]
    assert "1" in words(scene, "panel").split(" | ")
    assert len(chips(scene)) == 1
    chosen = replace(frame, selection=Selection("town", "kupiansk"))
    assert leading_road(view, chosen) is None
    assert not chips(compose(view, chosen))


def test_a_selected_town_tells_its_supply_and_its_limit(view):
    shown = words(compose(view, Frame(t=9 * DAY, selection=Selection("town", "kupiansk"))), "panel")
    assert "Kupiansk" in shown
    assert "held by Ukraine from the start" in shown
    assert "days of supply" in shown
    assert "soldiers" in shown
    assert " % denied, " in shown


def test_a_town_without_garrison_or_need_says_so(view):
    state = view.snapshot(5 * DAY)
    state.strength["shevchenkove"] = 0
    state.demands["shevchenkove"] = 0.0
    shown = words(compose(view, Frame(t=5 * DAY, selection=Selection("town", "shevchenkove"))), "panel")
    assert "nobody there" in shown
    assert "asks for nothing now" in shown


def test_a_contact_tells_where_its_front_stands(view):
    route = next(iter(view.snapshot(9 * DAY).fronts))
    shown = words(compose(view, Frame(t=9 * DAY, selection=Selection("route", route))), "panel")
    assert "contact" in shown
    assert "The front stands" in shown


def test_a_cut_road_tells_its_repair(view):
    state = view.snapshot(6 * DAY)
    route = roads(view.scenario, state)[0].route
    state.damage[route] = 1.0
    state.repairs[route] = 8 * DAY
    scene = compose(view, Frame(t=6 * DAY, selection=Selection("route", route), size=(1920, 1080)))
    assert "cut" in words(scene, "panel").split(" | ")
    assert "Repaired in" in words(scene, "panel")


def test_the_reason_for_a_road_fits_what_it_does(view):
    state = view.snapshot(9 * DAY)
    road = roads(view.scenario, state)[0]
    lives = dependence(view.scenario, state, road)
    free = replace(road, price=0.0, flow=30.0)
    assert "keeps garrisons short" in road_reason(view, replace(free, price=0.5), lives)
    full = replace(free, split=replace(road.split, used=1.0 - road.split.denied, spare=0.0))
    assert "Of those nearly full" in road_reason(view, full, lives)
    assert "the fullest" in road_reason(view, replace(free, split=replace(road.split, used=0.0)), lives)
    assert road_reason(view, full, lives, is_first=False).startswith("It keeps nobody short.")
    assert road_reason(view, replace(free, flow=0.0), lives) == "It carries nothing now."
    assert "Least supply" not in road_reason(view, free, replace(lives, shortest=None))
    wet = replace(free, split=replace(road.split, weather=0.25))
    assert "weather denies 25 %" in road_reason(view, wet, lives)


def test_figures_stand_still_for_a_moment_while_the_run_plays():
    frame = Frame(t=100_000, playing=True, seconds_per_day=1.0)
    assert told_time(frame) == 5 * 17_280
    assert told_time(replace(frame, playing=False)) == 100_000


def test_the_panel_is_made_once_for_equal_frames(view):
    frame = Frame(t=9 * DAY)
    regions = layout(frame.size)
    first, _ = panel_layers(view, frame, regions)
    again, _ = panel_layers(view, replace(frame, screen_time=3.0), regions)
    later, _ = panel_layers(view, replace(frame, t=10 * DAY), regions)
    assert again[1] is first[1]
    assert later[1].key != first[1].key


def test_equal_keys_mean_equal_shapes(view):
    kept = {}
    for t in (0, 3 * DAY, 9 * DAY, 3 * DAY):
        for hover in (None, Selection("chip", "supply")):
            for layer in compose(view, Frame(t=t, hover=hover)).layers:
                if layer.name in OURS and layer.key is not None:
                    assert kept.setdefault((layer.name, layer.key), layer.shapes) == layer.shapes


def test_a_place_on_the_track_is_a_time_and_back(view):
    regions = layout((1280, 720))
    assert time_at(view, regions, 0.0) == 0
    assert time_at(view, regions, 5000.0) == view.end
    assert time_at(view, regions, regions.track.x + regions.track.width / 2) == view.end // 2


def test_the_timeline_can_be_pointed_at_and_its_buttons_name_commands(view):
    _, targets = strip_layers(view, Frame(), layout((1280, 720)))
    assert targets[0].kind == "timeline"
    assert {each.name for each in targets if each.kind == "button"} == {
        "day_back", "event_back", "play", "event_forward", "day_forward", "slower", "faster",
    }  # fmt: skip
    times = {mark.t for mark in view.timeline.marks}
    assert {int(each.name) for each in targets if each.kind == "event"} <= times


def test_marks_on_the_timeline_keep_clear_of_each_other(view):
    _, targets = strip_layers(view, Frame(), layout((1280, 720)))
    middles = sorted(each.x + each.width / 2 for each in targets if each.kind == "event")
    assert all(other - one >= 6.99 for one, other in itertools.pairwise(middles))


def test_strips_begin_with_the_focus(view):
    towns = strip_towns(view)
    assert towns[0] == view.scenario.focus[0]
    assert len(towns) == len(set(towns)) == 4


def test_playing_turns_the_button_into_pause(view):
    still, running = (
        next(layer for layer in compose(view, Frame(playing=playing)).layers if layer.name == "transport")
        for playing in (False, True)
    )
    assert still.shapes != running.shapes


def test_lagging_is_told(view):
    assert "slower than wanted" in words(compose(view, Frame(is_lagging=True)), "transport")


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
        for each in scene.targets
        if (each.kind, each.name) == (kind, name)
    )  # fmt: skip


def test_without_focus_there_is_no_ring(view):
    for focus in (None, Selection("button", "nothing of that name")):
        assert not [layer for layer in compose(view, Frame(focus=focus)).layers if layer.name == "focus"]


def test_the_disclaimer_is_always_there(view):
    for frame in FRAMES:
        assert DISCLAIMER in words(compose(view, frame), "footer")
    assert DISCLAIMER in words(compose(None, Frame()), "footer")


def test_chips_name_what_they_switch_and_the_ensembles_needs_one(view):
    alone, many = (compose(view, Frame(replication_count=count)) for count in (1, 50))
    assert [each.name for each in alone.targets if each.kind == "chip"] == [
        "supply", "control", "pressure", "overlay",
    ]  # fmt: skip
    assert "ensemble" in [each.name for each in many.targets if each.kind == "chip"]
    assert "Roads: spare" in words(compose(view, Frame(road_mode="spare")), "top bar")


def test_without_a_recording_the_window_says_what_to_do():
    scene = compose(None, Frame(card="empty", recent=("a.jsonl.gz", "b.jsonl.gz")))
    assert "Nothing is open" in words(scene)
    assert [each.name for each in scene.targets if each.kind == "button"] == ["play", "tenth_1", "tenth_2"]
    there = Selection("button", "tenth_2")
    pointed = compose(None, Frame(card="empty", recent=("a.jsonl.gz", "b.jsonl.gz"), hover=there))
    assert len(pointed.layers[-2].shapes) == len(scene.layers[-1].shapes) + 1
    assert "b.jsonl.gz" in words(pointed, "tip")


def test_loading_tells_how_far_it_is_or_moves_where_it_cannot():
    known = compose(None, Frame(card="loading", progress=Progress("Simulating", 0.5, "10 s left")))
    assert "10 s left" in words(known, "card")
    unknown = [
        compose(None, Frame(card="loading", screen_time=t, is_calm=calm)).layers[-1]
        for t, calm in ((0.3, False), (0.6, False), (0.3, True), (0.6, True))
    ]
    assert unknown[0].shapes != unknown[1].shapes
    assert unknown[2].shapes == unknown[3].shapes
    assert unknown[0].key is None


def test_a_long_text_scrolls_to_its_last_line(view):
    text = "\n".join(f"Line {number}" for number in range(80))
    assert "Line 0 " in words(compose(view, Frame(card="text", card_text=text)), "card") + " "
    assert "Line 79" in words(compose(view, Frame(card="text", card_text=text, card_scroll=999)), "card")


def test_the_end_says_what_happened_and_offers_what_to_do(view):
    scene = compose(view, Frame(t=view.end, card="end"))
    shown = words(scene, "card")
    assert "ended on day 16" in shown
    assert "soldiers" in shown
    offered = {each.name for each in scene.targets if each.kind == "button"}
    assert {"play", "turning_back", "text"} <= offered
    assert "replication_forward" not in offered


def test_a_tip_stands_beside_what_it_tells_of(view):
    for hover, told in (
        (Selection("chip", "supply"), "Rings and figures of supply"),
        (Selection("town", "kupiansk"), "held by Ukraine"),
        (Selection("route", "radkivka-kupiansk"), "% denied"),
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


def test_a_splits_bar_is_as_long_as_its_shares():
    quarter = Split(damage=0.25, expected_loss=0.0, weather=0.0, used=0.5, spare=0.25)
    boxes = [shape for shape in split_shapes(quarter, 10, 0, 100, 10, 1.0) if isinstance(shape, Box)]
    assert [(box.x, box.width) for box in boxes] == [(10, 100), (35.0, 50.0), (10, 25.0)]


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
        lines = wrapped(text, width, 12.0, 3)
        assert len(lines) <= 3
        assert all(text_width(line, 12.0) <= width for line in lines)
    assert wrapped(text, 5000.0, 12.0) == [text]
    assert fitted(text, 80.0, 12.0).endswith("…")


@pytest.mark.parametrize("key", ["←", "Shift ←", "Ctrl ↓", "K", "→", "↑"])
def test_a_key_cap_is_as_wide_as_it_says(key):
    shapes, width = key_cap(key, 0.0, 20.0, 12.0, "ink", 1.0)
    assert shapes
    assert width > 5
    assert all(point[0] <= width for shape in shapes if isinstance(shape, Stroke) for point in shape.points)


def test_a_view_gives_the_same_snapshot_again_and_forgets_old_ones(view):
    first = view.snapshot(DAY)
    assert view.snapshot(DAY) is first
    assert view.snapshot(-5).t == 0
    assert view.snapshot(10**9).t == view.end
    for hour in range(12):
        view.snapshot(2 * DAY + hour)
    assert view.snapshot(DAY) is not first
    assert view.side_color("ua") == "side0"
    assert view.side_color("ru", is_tint=True) == "side1_tint"


def test_the_end_names_towns_that_changed_hands_and_the_road_that_mattered(view):
    fell = [EventMark(DAY, "fell", "", town=town, side="ru") for town in ("dvorichna", "kupiansk")]
    timeline = replace(view.timeline, marks=tuple(fell), binding={"radkivka-kupiansk": 0.5})
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
    timeline = replace(view.timeline, marks=(), binding={})
    _, paragraphs = end_paragraphs(View(view.recording, view.scenario, timeline))
    told = " ".join(text for _, text, _ in paragraphs)
    assert "No town changed hands in this run." in told
    assert "No road kept a garrison short" in told


def test_a_marks_kind_is_told_by_its_shape_too(view):
    marks = tuple(
        EventMark(number * DAY, kind, "Something", route="radkivka-kupiansk", side="ua")
        for number, kind in enumerate(RANKS, start=1)
    )
    other = View(view.recording, view.scenario, replace(view.timeline, marks=marks))
    layers, targets = strip_layers(other, Frame(), layout((1280, 720)))
    assert len([each for each in targets if each.kind == "event"]) == len(RANKS)
    kinds = {type(shape) for shape in layers[0].shapes}
    assert {Area, Disc, Stroke} <= kinds


def test_a_road_that_is_off_the_map_is_not_marked(view):
    away = Frame(t=9 * DAY, camera=Camera(zoom=1.0, east=4000.0))
    assert not texts(compose(view, away), "map-badges")


def test_what_has_no_words_gets_no_tip(view):
    assert words(compose(view, Frame(hover=Selection("button", "nothing"))), "tip") == ""
    assert fitted("Kupiansk", 0.0, 12.0) == "…"


def test_a_side_without_garrisons_says_so(view):
    state = view.snapshot(4 * DAY)
    for town, side in state.held_by.items():
        if side == "ru":
            state.strength[town] = 0
    assert "nobody there" in words(compose(view, Frame(t=4 * DAY)), "panel")
