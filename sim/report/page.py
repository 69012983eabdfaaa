"""A page as values, sections of text, figures and tables, and how it becomes one file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal, TypeAlias

import jinja2
from markupsafe import Markup

from sim.model.quantities import DISCLAIMER
from sim.report.markup import text
from sim.scene.theme import DARK, LIGHT

ROOM: Final = "sim.report"
TEMPLATE: Final = "page.html.j2"
STYLE: Final = "page.css"
Cell: TypeAlias = str | Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; the first column names each row.

    Attributes
    ----------
    right
        Columns of numbers, which stand to the right, from 0.
    """

    caption: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    right: tuple[int, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing with its key, and the table that says the same.

    Attributes
    ----------
    drawing
        One or several ``svg`` elements, each with ``title`` and ``desc``, in whatever holds them.
    """

    drawing: Markup
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
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        finalize=text,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made = environment.get_template(TEMPLATE).render(
        page=page,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        disclaimer=DISCLAIMER,
    )
    return made.encode()


def _style() -> str:
    """Return the page's style with its colours."""
    return _text(STYLE).replace("--light", _variables(LIGHT)).replace("--dark", _variables(DARK))


def _variables(colors: Mapping[str, str]) -> str:
    """Return colours as variables of a style."""
    return ";".join(f"--{token}:{code}" for token, code in colors.items())


def _text(name: str) -> str:
    """Return one of the files beside this one."""
    return resources.files(ROOM).joinpath(name).read_text(encoding="utf-8")
