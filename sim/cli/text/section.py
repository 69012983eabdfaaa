"""Print a part of a report in the terminal: its words, and of each figure the table that says the same."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.report.page import Prose, Section, Table

MAX_ROWS: Final = 16
"""Rows of a table; the page has the others."""


def print_section(terminal: Terminal, section: Section) -> None:
    """Print a section without its title, which the caller's first line says."""
    heading = ""
    if section.lead:
        terminal.print_wrapped(section.lead)
    for block in section.blocks:
        if block.kind == "prose":
            heading = block.heading
            _print_prose(terminal, block)
        elif block.kind == "details":
            for table in block.tables:
                _print_table(terminal, table, heading)
        else:
            _print_table(terminal, block.table if block.kind == "figure" else block, heading)


def _print_prose(terminal: Terminal, prose: Prose) -> None:
    terminal.say()
    if prose.heading:
        terminal.say(prose.heading, bold=True)
    for words in (*prose.paragraphs, *(f"- {each}" for each in prose.items)):
        terminal.print_wrapped(str(words))


def _print_table(terminal: Terminal, table: Table, heading: str) -> None:
    """Print a table, without repeating the heading that it stands under."""
    title = table.caption.removeprefix(heading).lstrip(":, ")
    rows = [[unescape(str(cell)) for cell in row] for row in table.rows]
    terminal.table(table.headings, rows[:MAX_ROWS], table.right, title=title[:1].upper() + title[1:])
    if len(rows) > MAX_ROWS:
        terminal.say(f"and {len(rows) - MAX_ROWS} more; frontsim report shows all")
