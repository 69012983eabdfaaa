"""A page as values, sections of text, figures and tables, and how it becomes one file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

import jinja2
from markupsafe import Markup

from sim.files.regular import packaged_text
from sim.model.quantities import DISCLAIMER
from sim.report.markup import text
from sim.scene.theme import DARK, LIGHT

Cell: TypeAlias = str | Markup
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; the first column names each row."""

    caption: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    right: tuple[int, ...] = ()
    """Columns of numbers, which stand to the right, from 0."""
    kind: Literal["table"] = "table"

    @classmethod
    def of(
        cls,
        caption: str,
        items: Iterable[Item],
        *columns: tuple[str, Callable[[Item], Cell]],
        right: tuple[int, ...] = (),
    ) -> Table:
        """Return a row for each item; a column is its heading and what it says of one."""
        rows = [tuple(cell(item) for _, cell in columns) for item in items]
        return cls(caption=caption, headings=tuple(heading for heading, _ in columns), rows=rows, right=right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing with its key, and the table that says the same."""

    drawing: Markup
    """One or several ``svg`` elements, each with ``title`` and ``desc``, in whatever holds them."""
    table: Table
    caption: str = ""
    key: Markup = Markup("")  # noqa: RUF009 - a constant
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Tables that are there when one asks for them."""

    summary: str
    tables: tuple[Table, ...]
    kind: Literal["details"] = "details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A heading and what is said under it; items are a list."""

    paragraphs: tuple[Cell, ...] = ()
    heading: str = ""
    items: tuple[Cell, ...] = ()
    code: str = ""
    kind: Literal["prose"] = "prose"


Block: TypeAlias = Table | Figure | Details | Prose


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; one without data is not made at all."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A plain answer: a few large words, and what they are of."""

    figure: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole report."""

    title: str
    provenance: str
    first: tuple[str, ...]
    """What is to be read before anything else."""
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]


def render(page: Page) -> bytes:
    """Return a page as one file without scripts or links outside; the same page gives the same bytes."""
    dark, light = (";".join(f"--{token}:{code}" for token, code in each.items()) for each in (DARK, LIGHT))
    style = _text("page.css").replace("--light", light).replace("--dark", dark)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        finalize=text,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made = environment.get_template("page.html.j2").render(
        page=page,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        disclaimer=DISCLAIMER,
    )
    return made.encode()


def _text(name: str) -> str:
    return packaged_text("sim.report", name)
