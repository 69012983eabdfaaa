"""Ids and texts as a scenario may hold them, and the nearest name to one that is not known."""

from __future__ import annotations

import ast
import difflib
import inspect
import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_ID_LENGTH: Final = 80
MAX_TEXT_LENGTH: Final = 4000
_ID: Final = re.compile(rf"[^\W_][\w-]{{0,{MAX_ID_LENGTH - 1}}}")
_LEFT_OUT: Final = dict.fromkeys(map(ord, "'`´ʹʼ‘’′")) | dict.fromkeys(map(ord, "-‐‑–_"), " ")
"""Apostrophes go, hyphens become spaces."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_id(name: str) -> bool:
    """Return whether a name may be an id: letters, digits, hyphens and underscores, a letter or digit first.

    Examples
    --------
    >>> is_id("kupiansk-vuzlovyi"), is_id("two words"), is_id("")
    (True, False, False)
    """
    return _ID.fullmatch(name) is not None


def hidden_character(text: str, allowed: str = "") -> str | None:
    """Return the first character that would not show or would steer a terminal, if there is one."""
    if text.isprintable():
        return None
    return next((c for c in text if c not in allowed and unicodedata.category(c) in _HIDDEN), None)


def escape_terminal(text: str) -> str:
    r"""Return a text with nothing in it that a terminal would obey.

    Examples
    --------
    >>> escape_terminal("a\x1b[31mred")
    'a·[31mred'
    """
    if text.isprintable():
        return text
    return "".join(" " if c == "\t" else "·" if unicodedata.category(c) in _HIDDEN else c for c in text)


def plain_name(name: str) -> str:
    """Return a name without case, apostrophes and hyphens, in one normal form.

    Examples
    --------
    >>> plain_name("Kupiansk-Vuzlovyi "), plain_name("Куп'янськ")
    ('kupiansk vuzlovyi', 'купянськ')
    """
    return " ".join(unicodedata.normalize("NFC", name).casefold().translate(_LEFT_OUT).split())


def is_called(asked: str, name: str) -> bool:
    """Return whether a name is meant, also where hyphens or spaces are left out.

    Examples
    --------
    >>> is_called("h26", "H-26"), is_called("H 26", "H-26"), is_called("h2", "H-26")
    (True, True, False)
    """
    one, other = (plain_name(each).replace(" ", "") for each in (asked, name))
    return one == other


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Return the known names most like this one, best first; none where nothing is alike.

    Examples
    --------
    >>> nearest("capcity", ["capacity", "speed"])
    ['capacity']
    """
    by_folded: dict[str, str] = {}
    for each in known:
        by_folded.setdefault(each.casefold(), each)
    found = difflib.get_close_matches(name.casefold()[:MAX_ID_LENGTH], by_folded, n=count, cutoff=0.6)
    return [by_folded[each] for each in found]


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return the question that names the nearest known name, or nothing where none is near."""
    found = nearest(name, known)
    return f'did you mean "{found[0]}"?' if found else None


def route_called(name: str, routes: Iterable[tuple[str, str, str]]) -> str | None:
    """Return the id of the route that goes by its towns, in either order.

    Examples
    --------
    >>> route_called("b-a", [("a-b", "a", "b"), ("railway", "a", "b")])
    'a-b'
    """
    by_towns = []
    for known, start, end in routes:
        if name in {f"{start}-{end}", f"{end}-{start}"}:
            by_towns.append((known != f"{start}-{end}", known))
    # Of parallel routes the one without an id of its own is the one called by its towns.
    by_towns.sort()
    is_clear = len(by_towns) == 1 or (by_towns and by_towns[0][0] < by_towns[1][0])
    return by_towns[0][1] if is_clear else None


def join_words(names: Iterable[str], conjunction: str = "or") -> str:
    """Return names as a person would list them.

    Examples
    --------
    >>> join_words(["road", "rail", "track"])
    'road, rail or track'
    """
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {conjunction} {listed[-1]}"


def count_of(count: float, thing: str) -> str:
    """Return a count with what is counted.

    Examples
    --------
    >>> count_of(1, "day"), count_of(2, "town"), count_of(0.5, "day")
    ('1 day', '2 towns', '0.5 days')
    """
    number = f"{count:,}" if isinstance(count, int) else f"{count:g}"
    return f"{number} {thing}{'s' * (count != 1)}"


def docstring(thing: Any) -> str:  # noqa: ANN401 - a function or a class
    """Return what a function or class says of itself, also where Python was told to drop it (``-OO``)."""
    if thing.__doc__ is not None:
        return str(thing.__doc__)
    node = ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
    return ast.get_docstring(node) or ""  # type: ignore[arg-type]
