"""Scenes as SVG: the window's own shapes, their colours as variables, so that one drawing serves every theme.

Shapes become paths. Those of one style stand together in one element wherever that changes nothing: a shape
joins an earlier group if all that was drawn since lies apart from it or has its colours. What the drawings of
a page share is written once and used again.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from sim.report.markup import element, joined, path, short
from sim.scene.lines import bounds, brake_light, capsule_outline, hatch_bars
from sim.scene.shapes import Arc, Area, Box, Capsules, Clip, Disc, Field, Glow, Hatch, Light, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markupsafe import Markup
    from numpy.typing import NDArray

    from sim.scene.shapes import Color, Layer, Shape, Stripes
    from sim.scene.view_model import ThemeName

    Drawn: TypeAlias = Stroke | Area | Disc | Arc | Glow | Light | Capsules | Hatch | Box
Bounds: TypeAlias = tuple[float, float, float, float]
Style: TypeAlias = dict[str, object]
OPAQUE: Final = 255
LONG: Final = 40
"""Length in characters from which a path is shared."""
FINE: Final = 40
"""Columns from which a field's cells are painted two by two."""
LEVELS: Final = 8
"""Steps of a field's alpha."""
AROUND: Final = 2
"""Cells by which a field goes beyond its edges, so that blurring does not fade them."""
FIELD_BLUR: Final = 0.9
"""In cells."""
GLOW_BLUR: Final = 11.0
CORNERS: Final = ((1, 1), (-1, 1), (-1, -1), (1, -1))
"""Where a box's corners turn to, from the upper right one on."""


@dataclass(slots=True)
class _Group:
    """Paths of one style, and what they touch."""

    style: Style
    paths: list[str] = field(default_factory=list)
    touched: list[Bounds] = field(default_factory=list)

    def lets_pass(self, style: Style, box: Bounds) -> bool:
        """Return whether a path may be drawn before this group instead of after it."""
        is_alike = all(self.style.get(key) == style.get(key) for key in ("fill", "stroke"))
        return is_alike or not any(
            box[0] < right and left < box[2] and box[1] < bottom and top < box[3]
            for left, top, right, bottom in self.touched
        )


class Painter:
    """Paints the drawings of one page, which have one size."""

    def __init__(self, width: float, height: float) -> None:
        self._ids: dict[object, str] = {}
        self._filters = {"glow": _blur("glow", GLOW_BLUR, width, height)}

    @property
    def filters(self) -> Markup:
        """What the drawings refer to; it must stand somewhere in the page."""
        return joined(self._filters.values())

    def layers(self, layers: Iterable[tuple[Layer, Layer]]) -> Markup:
        """Return layers, each given in both themes; what differs shows in its theme only."""
        return joined(self._in_themes(light, dark) for light, dark in layers)

    def shapes(self, shapes: Iterable[Shape], theme: ThemeName = "light") -> Markup:
        """Return shapes as elements, from the lowest up."""
        done: list[Markup] = []
        groups: list[_Group] = []
        for shape in shapes:
            if isinstance(shape, Text | Field):
                done += [self._group(group) for group in groups]
                done.append(self._text(shape) if isinstance(shape, Text) else self._field(shape, theme))
                groups = []
            elif not isinstance(shape, Clip):  # a drawing ends where its clip does
                box = bounds(shape)
                for style, d in _paths(shape):
                    _add(groups, style, d, box)
        return joined([*done, *(self._group(group) for group in groups)])

    def _in_themes(self, light: Layer, dark: Layer) -> Markup:
        pairs = zip(reversed(light.shapes), reversed(dark.shapes), strict=False)
        same = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))
        whole = len(light.shapes) - same, len(dark.shapes) - same
        parts = [self._part(light.shapes[whole[0] :], "light")] if same else []
        if any(whole):
            in_light = self._part(light.shapes[: whole[0]], "light")
            in_dark = self._part(dark.shapes[: whole[1]], "dark")
            parts = [element("g", in_light, class_="light"), element("g", in_dark, class_="dark"), *parts]
        return joined(parts)

    def _part(self, shapes: tuple[Shape, ...], theme: ThemeName) -> Markup:
        """Return a part of a layer; one that was painted before is used again."""
        return self._once((theme, shapes), lambda name: element("g", self.shapes(shapes, theme), id=name))

    def _group(self, group: _Group) -> Markup:
        plain = "".join(d for d in group.paths if len(d) < LONG)
        long = [d for d in group.paths if len(d) >= LONG]
        if not long:
            return element("path", d=plain, **group.style)
        if group.paths == long[:1] and long[0] in self._ids:
            return element("use", href=f"#{self._ids[long[0]]}", **group.style)
        parts = [self._path(d) for d in long]
        return element("g", *([element("path", d=plain)] if plain else []), *parts, **group.style)

    def _text(self, text: Text) -> Markup:
        return self._once(text, lambda name: _text(text, name))

    def _path(self, d: str) -> Markup:
        return self._once(d, lambda name: element("path", d=d, id=name))

    def _once(self, key: object, make: Callable[[str], Markup]) -> Markup:
        """Return an element made under an id; where it was made before, a reference to it."""
        if key in self._ids:
            return element("use", href=f"#{self._ids[key]}")
        self._ids[key] = f"m{len(self._ids)}"
        return make(self._ids[key])

    def _field(self, shape: Field, theme: ThemeName) -> Markup:
        """Return a field as rows of cells in few steps, blurred.

        A cell takes the token nearest to its colour.
        """
        cells = np.frombuffer(shape.cells, dtype=np.uint8).reshape(-1, shape.columns, 4).astype(np.float64)
        width, height = shape.width / cells.shape[1], shape.height / cells.shape[0]
        if shape.columns > FINE:
            cells, width, height = _halved(cells), 2 * width, 2 * height
        rows, columns = cells.shape[:2]
        name = f"blur-{columns}-{rows}"
        self._filters.setdefault(name, _blur(name, FIELD_BLUR, columns, rows))
        tokens = THEMES[theme].colors
        palette = np.array(list(tokens.values()), dtype=np.float64)
        padded = np.pad(cells, ((AROUND, AROUND), (AROUND, AROUND), (0, 0)), mode="edge")
        nearest = ((padded[:, :, None, :3] - palette) ** 2).sum(axis=3).argmin(axis=2)
        most = padded[:, :, 3].max() or 1.0
        step = np.round(padded[:, :, 3] / most * LEVELS).astype(np.int64)
        kinds = np.where(step > 0, nearest * (LEVELS + 1) + step, 0)
        paths = [
            element(
                "path",
                d=_runs(kinds == kind),
                stroke=f"var(--{list(tokens)[kind // (LEVELS + 1)]})",
                stroke_opacity=_share(kind % (LEVELS + 1) / LEVELS * most),
            )
            for kind in np.unique(kinds[kinds > 0]).tolist()
        ]
        left, top = shape.x - AROUND * width, shape.y - (AROUND - 1 / 2) * height
        place = f"translate({left:.2f} {top:.2f})scale({width:.3f} {height:.3f})"
        drawn = element("g", element("g", *paths, filter=f"url(#{name})"), transform=place)
        if shape.stripes is None:
            return drawn
        mask = f"stripes-{len(self._filters)}"
        self._filters[mask] = _stripes(shape.stripes, shape, mask)
        return element("g", drawn, mask=f"url(#{mask})")


def _blur(name: str, deviation: float, width: float, height: float) -> Markup:
    blur = element("feGaussianBlur", stdDeviation=deviation)
    area = {"x": -width, "y": -height, "width": 3 * width, "height": 3 * height}
    return element("filter", blur, id=name, filterUnits="userSpaceOnUse", **area)


def _stripes(stripes: Stripes, where: Field, name: str) -> Markup:
    """Return a mask that lets stripes through."""
    step = stripes.step / math.sqrt(2.0)
    bar = element("rect", x=-stripes.width / 2, width=stripes.width, height=step, fill="#fff")
    other = element("rect", x=step - stripes.width / 2, width=stripes.width, height=step, fill="#fff")
    place = f"translate({stripes.offset:.2f} 0)rotate(45)"
    sides = {"width": f"{step:.3f}", "height": f"{step:.3f}"}
    units = {"patternUnits": "userSpaceOnUse", "patternTransform": place}
    pattern = element("pattern", bar, other, id=f"{name}-bars", **sides, **units)
    area = {"x": where.x, "y": where.y, "width": where.width, "height": where.height}
    lit = element("rect", fill=f"url(#{name}-bars)", **area)
    return joined([pattern, element("mask", lit, id=name, maskUnits="userSpaceOnUse", **area)])


def _halved(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a field with its cells two by two: the mean alpha, and the colour of whichever has most."""
    rows, columns = (-(-size // 2) * 2 for size in cells.shape[:2])
    even = np.pad(cells, ((0, rows - len(cells)), (0, columns - cells.shape[1]), (0, 0)), mode="edge")
    four = even.reshape(rows // 2, 2, columns // 2, 2, 4).transpose(0, 2, 1, 3, 4)
    four = four.reshape(rows // 2, columns // 2, 4, 4)
    first = four[:, :, :, 3].argmax(axis=2)[:, :, None, None]
    found = np.take_along_axis(four, first, axis=2)[:, :, 0, :].copy()
    found[:, :, 3] = four[:, :, :, 3].mean(axis=2)
    return found


def _runs(is_in: NDArray[np.bool_]) -> str:
    edges = np.diff(np.pad(is_in, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    begins, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    pairs = zip(begins.tolist(), ends.tolist(), strict=True)
    return "".join(f"M{begin} {row}h{end - begin}" for (row, begin), (_, end) in pairs)


def _add(groups: list[_Group], style: Style, d: str, box: Bounds) -> None:
    """Add a path to the last group of its style if it may pass all later ones, else to a new group."""
    for group in reversed(groups):
        if group.style == style:
            group.paths.append(d)
            group.touched.append(box)
            return
        if not group.lets_pass(style, box):
            break
    groups.append(_Group(style, [d], [box]))


def _paths(shape: Drawn) -> Iterator[tuple[Style, str]]:
    """Yield a shape's paths, the lowest first, each with its style."""
    match shape:
        case Stroke() | Glow() | Arc():
            yield _line_of(shape)
        case Disc():
            yield from _disc(shape)
        case Light():
            for style, d in _disc(Disc(shape.center, shape.radius / 2, shape.color, alpha=shape.alpha)):
                yield {**style, "filter": "url(#glow)"}, d
        case Box():
            yield _rectangle(shape)
        case Area():
            style = _filled(shape.color, shape.edge, shape.edge_width, shape.alpha)
            yield style, path(shape.points, is_closed=True)
        case Capsules() | Hatch():
            yield from _on_road(shape)


def _on_road(shape: Capsules | Hatch) -> Iterator[tuple[Style, str]]:
    if isinstance(shape, Hatch):
        bars = "".join(path(bar) for bar in hatch_bars(shape))
        if bars:
            yield _line(shape.color, shape.bar, shape.alpha), bars
        return
    bodies = "".join(path(capsule_outline(shape, at), is_closed=True) for at in shape.at)
    yield _filled(shape.color, None, 0.0, shape.alpha), bodies
    if shape.brakes is not None:
        lights = "".join(path(brake_light(shape, at), is_closed=True) for at in shape.at)
        yield _filled(shape.brakes, None, 0.0, shape.alpha), lights


def _line_of(shape: Stroke | Glow | Arc) -> tuple[Style, str]:
    if isinstance(shape, Arc):
        turn = math.tau * shape.radius
        dashes = None if shape.dashes is None else (shape.dashes[0] * turn, shape.dashes[1] * turn)
        return _line(shape.color, shape.width, shape.alpha, dashes), _arc(shape)
    if isinstance(shape, Glow):
        style = _line(shape.color, shape.width, round(OPAQUE * shape.strength))
        return {**style, "filter": "url(#glow)"}, path(shape.points)
    return _line(shape.color, shape.width, shape.alpha, shape.dashes), path(shape.points)


def _disc(disc: Disc) -> Iterator[tuple[Style, str]]:
    """Yield a circle as a dot, a line of no length with round ends; with an edge, a smaller dot on it."""
    (x, y), radius = disc.center, disc.radius
    if disc.color is None and disc.edge is not None:
        inner = radius - disc.edge_width / 2
        ring = Arc(disc.center, inner, 0.0, 1.0, disc.edge, disc.edge_width)
        yield _line(disc.edge, disc.edge_width, disc.alpha), _arc(ring)
        return
    dot = f"M{short(x)} {short(y)}h0"
    if disc.edge is not None:
        yield {**_line(disc.edge, 2 * radius, disc.alpha), "stroke_linecap": "round"}, dot
        radius -= disc.edge_width
    if disc.color is not None:
        yield {**_line(disc.color, 2 * radius, disc.alpha), "stroke_linecap": "round"}, dot


def _arc(arc: Arc) -> str:
    (x, y), radius = arc.center, arc.radius
    turns = (math.tau * arc.begin, math.tau * arc.end)
    (x0, y0), (x1, y1) = ((x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns)
    begin = f"M{short(x0)} {short(y0)}a{short(radius)} {short(radius)} 0 "
    if arc.end - arc.begin >= 1.0:
        return f"{begin}1 1-.01 0"
    return f"{begin}{int(arc.end - arc.begin > 1 / 2)} 1 {short(x1 - x0)} {short(y1 - y0)}"


def _rectangle(box: Box) -> tuple[Style, str]:
    """Return a box's style and outline, along the middle of its edge; a plain one is a level line."""
    if not box.radius and box.edge is None and box.color is not None:
        middle = short(box.y + box.height / 2)
        return _line(box.color, box.height, box.alpha), f"M{short(box.x)} {middle}h{short(box.width)}"
    style = _filled(box.color, box.edge, box.edge_width, box.alpha)
    inset = box.edge_width / 2 if box.edge is not None else 0.0
    x, y, width, height = box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset
    r = min(max(0.0, box.radius - inset), width / 2, height / 2)
    across, down = short(width - 2 * r), short(height - 2 * r)
    turns = (f"a{short(r)} {short(r)} 0 0 1 {short(a * r)} {short(b * r)}" for a, b in CORNERS)
    sides = (f"h{across}", f"v{down}", f"h-{across}", f"v-{down}")
    around = "".join(side + turn for side, turn in zip(sides, turns, strict=True))
    return style, f"M{short(x + r)} {short(y)}{around}z"


def _text(text: Text, name: str) -> Markup:
    """Return a text under an id, as wide as the window's fonts make it whatever the reader's font is."""
    style = {"is_bold": text.is_bold, "is_italic": text.is_italic}
    wide = text_width(text.text, text.size, text.face, spacing=text.spacing, **style)
    return element(
        "text",
        text.text,
        id=name,
        x=text.at[0],
        y=text.at[1],
        class_=f"{text.face}{' bold' * text.is_bold}{' italic' * text.is_italic}",
        font_size=text.size,
        fill=_paint(text.color),
        fill_opacity=_share(text.alpha),
        transform=f"rotate({math.degrees(text.turn):.1f} {short(text.at[0])} {short(text.at[1])})"
        if text.turn
        else None,
        dominant_baseline="central" if text.turn else None,
        text_anchor={"left": None, "middle": "middle", "right": "end"}[text.anchor],
        textLength=wide,
        lengthAdjust="spacingAndGlyphs",
        stroke=None if text.halo is None else _paint(text.halo),
    )


def _line(color: Color, width: float, alpha: int, dashes: tuple[float, float] | None = None) -> Style:
    return {
        "stroke": _paint(color),
        "stroke_width": short(width),
        "stroke_opacity": _share(alpha),
        "stroke_dasharray": None if dashes is None else " ".join(map(short, dashes)),
    }


def _filled(color: Color | None, edge: Color | None, width: float, alpha: int) -> Style:
    """Return the style of what is filled, with an edge where it has one."""
    return {
        "fill": None if color is None else _paint(color),
        "stroke": None if edge is None else _paint(edge),
        "stroke_width": None if edge is None else short(width),
        "opacity": _share(alpha),
    }


def _paint(color: Color) -> str:
    """Return a colour: a theme's token as the page's variable."""
    return f"var(--{color})" if isinstance(color, str) else f"rgb({color[0]} {color[1]} {color[2]})"


def _share(alpha: float) -> str | None:
    """Return an opacity, or None if opaque."""
    return None if alpha >= OPAQUE else f"{alpha / OPAQUE:.3f}".strip("0")
