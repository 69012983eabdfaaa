"""A small table for notebooks, which an object shows where a cell ends with it; all of it is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from sim.model.quantities import DISCLAIMER

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ROWS: Final = 80
"""More are left out, and counted."""


def html_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """Return a title, a table and what this is not, as HTML.

    Parameters
    ----------
    title, note
        Above the table; the note is left out where it is empty.
    headings, rows
        Of the table; each row is as long as the headings.

    Examples
    --------
    >>> print(html_table("Two", ["Town"], [["<b>"]]).split("</table>")[0])
    <p><b>Two</b></p><table><thead><tr><th>Town</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody>
    """
    head = "".join(f"<th>{escape(each)}</th>" for each in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows[:MAX_ROWS]
    )
    more = f"<p>and {len(rows) - MAX_ROWS} more</p>" if len(rows) > MAX_ROWS else ""
    said = f"<p>{escape(note)}</p>" if note else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<p><b>{escape(title)}</b></p>{said}{table}{more}<p><small>{escape(DISCLAIMER)}</small></p>"
