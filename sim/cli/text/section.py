"""Print a part of a report in the terminal: its words, and of each figure the table that says the same."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.report.page import Block, Section, Table

MAX_ROWS: Final = 16
"""Rows of a table; the page has the others."""


def print_section(terminal: Terminal, section: Section) -> None:
    """Print a section without its title, which the caller's first line says."""
    if section.lead:
        terminal.print_wrapped(section.lead)
    for block in section.blocks:
        _print_block(terminal, block)


def _print_block(terminal: Terminal, block: Block) -> None:
    match block.kind:
        case "table":
            _print_table(terminal, block)
        case "figure":
            _print_table(terminal, block.table)
        case "details":
            for table in block.tables:
                _print_table(terminal, table)
        case "prose":
            terminal.say()
            if block.heading:
                terminal.say(block.heading, bold=True)
            for words in block.paragraphs:
                terminal.print_wrapped(str(words))
            for words in block.items:
                terminal.print_wrapped(f"- {words}")


def _print_table(terminal: Terminal, table: Table) -> None:
    rows = [[unescape(str(cell)) for cell in row] for row in table.rows]
    terminal.table(table.headings, rows[:MAX_ROWS], table.right, title=table.caption)
    if len(rows) > MAX_ROWS:
        terminal.say(f"and {len(rows) - MAX_ROWS} more; frontsim report shows all")
