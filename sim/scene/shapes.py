"""What a picture is made of, as values: shapes in window pixels, tested without a screen.

A `Scene` is layers of shapes, in the order in which they are drawn. A layer's `key` says when it is still the
same: two layers with equal names and keys hold equal shapes, so that a painter may keep what it painted.
Colours are names of theme tokens, or an RGB tuple where a shape mixes its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias

Point: TypeAlias = tuple[float, float]
Rgb: TypeAlias = tuple[int, int, int]
Color: TypeAlias = str | Rgb
Face: TypeAlias = Literal["ui", "title"]
"""``ui`` is Inter; ``title`` is its condensed companion for names, headings and figures."""
Anchor: TypeAlias = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, rounded where it has a radius, with an edge where it has one."""

    x: float
    y: float
    width: float
    height: float
    color: Color | None
    radius: float = 0.0
    edge: Color | None = None
    edge_width: float = 1.0
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points; dashed where it has dashes (drawn, left out)."""

    points: tuple[Point, ...]
    color: Color
    width: float = 1.0
    dashes: tuple[float, float] | None = None
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Area:
    """A filled outline."""

    points: tuple[Point, ...]
    color: Color
    edge: Color | None = None
    edge_width: float = 1.0
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle, with an edge where it has one."""

    center: Point
    radius: float
    color: Color | None
    edge: Color | None = None
    edge_width: float = 1.0
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Arc:
    """A part of a ring; turns, clockwise from twelve o'clock, 0 to 1. Dashed where it has dashes (turns)."""

    center: Point
    radius: float
    begin: float
    end: float
    color: Color
    width: float = 2.0
    dashes: tuple[float, float] | None = None
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; its baseline's left end, middle or right end stands at the point."""

    at: Point
    text: str
    size: float
    color: Color
    face: Face = "ui"
    is_bold: bool = False
    is_italic: bool = False
    anchor: Anchor = "left"
    halo: Color | None = None
    """Colour of a thin outline that keeps it readable over anything."""
    alpha: int = 255
    spacing: float = 0.0
    """Pixels added between letters, for small capitals."""
    turn: float = 0.0
    """Turned clockwise round its middle, which then stands at the point; radians."""


@dataclass(frozen=True, slots=True)
class Glow:
    """A soft light along a line."""

    points: tuple[Point, ...]
    color: Color
    width: float
    strength: float


@dataclass(frozen=True, slots=True)
class Light:
    """A soft round light, brightest in its middle."""

    center: Point
    radius: float
    color: Color
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Capsules:
    """Convoys of one kind on a road, noses where they go: small boxes with a point."""

    at: tuple[Point, ...]
    """Their middles."""
    turn: float
    """Of all of them; radians, clockwise from east."""
    length: float
    width: float
    color: Color
    brakes: Color | None = None
    """Colour of their brake lights, where they show them."""
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Hatch:
    """Slanting bars athwart a line, as wide as it: what is lost all along."""

    points: tuple[Point, ...]
    color: Color
    width: float
    step: float
    """From one bar to the next, and how thick each is."""
    bar: float
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Stripes:
    """Lines that slant up to the right, all over the window."""

    step: float
    """From one to the next along a row, and how wide each is, across."""
    width: float
    offset: float
    """Where the first one meets the window's upper edge."""


@dataclass(frozen=True, slots=True)
class Field:
    """A coarse grid of colours with alpha, stretched smoothly over a rectangle."""

    x: float
    y: float
    width: float
    height: float
    columns: int
    cells: bytes
    """Row by row; four bytes each: red, green, blue, alpha."""
    stripes: Stripes | None = None
    """It shows on these only."""


@dataclass(frozen=True, slots=True)
class Clip:
    """From here on in this layer only what lies in the rectangle is drawn."""

    x: float
    y: float
    width: float
    height: float


Shape: TypeAlias = Box | Stroke | Area | Disc | Arc | Text | Glow | Light | Capsules | Hatch | Field | Clip


@dataclass(frozen=True, slots=True)
class Still:
    """Layers as one picture of a part of the window, stretched over a rectangle."""

    layers: tuple[Layer, ...]
    x: float
    y: float
    width: float
    height: float
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes that change together."""

    name: str
    key: Hashable
    """Says when it is still the same; None where it differs in every picture and is not worth keeping."""
    shapes: tuple[Shape, ...]
    stills: tuple[Still, ...] = ()
    """Pictures in its place, while the camera moves; its first shape is the part of the window they show."""
    bundles: tuple[tuple[Shape, ...], ...] = ()
    """The same shapes but for a clip, each mark's apart. A mark that stays is one object."""
    window: Clip | None = None
    """Where it shows, if not everywhere; the key knows nothing of it, and moving it paints nothing again."""


@dataclass(frozen=True, slots=True)
class HitArea:
    """A place that the mouse can point at, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: Literal["town", "route", "button", "word", "timeline", "event", "slider", "curtain"]
    name: str
    tip: str = ""

    def meets(self, other: HitArea) -> bool:
        """Return whether two areas have a point in common."""
        is_beside = self.x >= other.x + other.width or other.x >= self.x + self.width
        return not is_beside and self.y < other.y + other.height and other.y < self.y + self.height


def bundled(name: str, key: Hashable, clip: Clip, marks: Iterable[tuple[Shape, ...]]) -> Layer:
    """Return a layer of marks, of which each is painted again only where it is another one."""
    bundles = tuple(mark for mark in marks if mark)
    return Layer(name, key, (clip, *chain.from_iterable(bundles)), bundles=bundles)


Drawing: TypeAlias = tuple[tuple[Layer, ...], tuple[HitArea, ...]]
"""Layers, and what can be pointed at in them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the window."""

    size: tuple[int, int]
    background: Color
    layers: tuple[Layer, ...]
    hit_areas: tuple[HitArea, ...] = ()
    ahead: tuple[tuple[Layer, ...], ...] = ()
    """Layers of pictures that are needed soon: a painter may begin with them."""
