"""What a reader sees of a scene: where its texts stand, measured with the fonts' own widths."""

import itertools
from dataclasses import dataclass

from sim.model.quantities import DAY
from sim.scene.shapes import Arc, Box, Clip, Disc, Text
from sim.scene.text import text_width
from sim.scene.view_model import Frame, Selection, Toast
from sim.view.compose import compose

CAPITALS = 0.72
"""Of the letters' size: how high capitals stand, in either font."""
TAILS = 0.2
"""How far the tails of letters and commas hang down."""
HANGING = frozenset("gjpqy,;()")
COVERING = 236
"""Alpha from which a box hides what lies under it."""
TOUCH = 1.0
"""Pixels by which boxes may touch: letters do not fill theirs."""


WINDOWS = [
    ((960, 540), 1.0),
    ((1280, 720), 1.0),
    ((1280, 720), 1.5),
    ((1920, 1080), 1.0),
    ((1920, 1080), 1.5),
    ((2560, 1440), 2.0),
    ((3840, 2160), 3.0),
]
ALL = frozenset({"supply", "control", "ensemble"})
"""All layers of the map."""
SIZES = [(960, 540), (1280, 720), (1920, 1080), (2560, 1440)]
OURS = {
    "panel", "inset", "timeline ground", "veil", "transport", "top bar", "footer", "card", "toast", "tip",
    "scissors",
}  # fmt: skip
CARDS = ["none", "title", "help", "end", "loading", "text", "empty"]
FRAMES = [
    Frame(t=9 * DAY),
    Frame(t=9 * DAY, selection=Selection("town", "kupiansk")),
    Frame(t=9 * DAY, selection=Selection("route", "radkivka-kupiansk")),
    *(
        Frame(t=16 * DAY, card=card, card_text="Day 3.\n  Supply comes.\n" * 30, recent=("one.jsonl.gz",))
        for card in CARDS[1:]
    ),
    Frame(t=0, replication_count=200, playing=True),
    Frame(t=DAY, toast=Toast("Saved as kupiansk-seed1-d1.png", is_error=True), panel=False),
    Frame(t=DAY, map_only=True),
]


@dataclass(frozen=True)
class Seen:
    """A rectangle of a scene that somebody is to read, with its layer and what it says."""

    layer: str
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other):
        return (
            self.left < other.right - TOUCH
            and other.left < self.right - TOUCH
            and self.top < other.bottom - TOUCH
            and other.top < self.bottom - TOUCH
        )

    def reaches(self, x, y, radius):
        across = max(self.left - x, 0.0, x - self.right)
        down = max(self.top - y, 0.0, y - self.bottom)
        return across * across + down * down < radius * radius


def seen_text(layer, text):
    """Return where a text stands; a turned letter stands round its point."""
    if text.turn:
        (x, y), reach = text.at, 0.25 * text.size
        return Seen(layer, text.text, x - reach, y - reach, x + reach, y + reach)
    width = text_width(
        text.text, text.size, text.face, is_bold=text.is_bold, is_italic=text.is_italic, spacing=text.spacing
    )
    left = text.at[0] - {"left": 0.0, "middle": width / 2, "right": width}[text.anchor]
    tail = TAILS * text.size if HANGING & set(text.text) else 0.0
    return Seen(layer, text.text, left, text.at[1] - CAPITALS * text.size, left + width, text.at[1] + tail)


def texts(scene, *names):
    """Return the texts of layers, of those beside the map where none is named."""
    return [
        shape
        for layer in scene.layers
        if layer.name in (names or OURS)
        for shape in layer.shapes
        if isinstance(shape, Text)
    ]


def words(scene, *names):
    """Return what layers say."""
    return " | ".join(text.text for text in texts(scene, *names))


def read(scene):
    """Return the texts that are to be read, without those that something later hides or covers in part."""
    found = []
    for layer in scene.layers:
        for shape in layer.shapes:
            if isinstance(shape, Text) and shape.text.strip():
                found.append(seen_text(layer.name, shape))
            elif isinstance(shape, Box) and shape.color is not None and shape.alpha >= COVERING:
                cover = Seen(layer.name, "", shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
                is_over = layer.name in {"backdrop", "card", "toast", "tip", "scissors", "map-tabs"}
                found = [
                    each
                    for each in found
                    if not (cover.meets(each) and (is_over or each.layer == "")) or each.layer == layer.name
                ]
    return found


def clipped(scene):
    """Return texts that stand beyond the clip of their layer, or of the window."""
    cut = []
    for layer in scene.layers:
        room = Seen(layer.name, "", 0.0, 0.0, *map(float, scene.size))
        for shape in layer.shapes:
            if isinstance(shape, Clip):
                room = Seen(layer.name, "", shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
            elif isinstance(shape, Text):
                each = seen_text(layer.name, shape)
                if (
                    each.left < room.left - TOUCH
                    or each.top < room.top - TOUCH
                    or each.right > room.right + TOUCH
                    or each.bottom > room.bottom + TOUCH
                ):
                    cut.append(each)
    return cut


def discs(scene, layer):
    """Return the middles and radii of a layer's discs."""
    return [
        (*shape.center, shape.radius)
        for each in scene.layers
        if each.name == layer
        for shape in each.shapes
        if isinstance(shape, Disc)
    ]


def assert_readable(scene, *, beside_map=False):
    """Assert that no text of a scene, or none beside the map, is clipped or covers another text or a town."""
    seen = [each for each in read(scene) if each.layer in OURS or not beside_map]
    assert len(seen) > 5
    for one, other in itertools.combinations(seen, 2):
        assert not one.meets(other), (one, other)
    assert not clipped(scene)
    for text in seen:
        if text.layer == "map-labels":
            for x, y, radius in discs(scene, "map-towns"):
                assert not text.reaches(x, y, radius - 0.5), (text, x, y)


def rings(view, frame):
    """Return the arcs round the towns that show shares of an ensemble."""
    layer = next(each for each in compose(view, frame).layers if each.name == "map-towns")
    return [each for each in layer.shapes if isinstance(each, Arc) and each.color.endswith("_tint")]
