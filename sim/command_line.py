"""Command lines to be pasted, and changes of a scenario as results keep them.

What is stored with a run may be somebody else's words. A change is of a known kind or refused, and a command
is built of words by `joined`, so that none can end it, begin another or become an option.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN: Final = re.compile(r"(?=.* )[\w@+=:,./ -]+", re.ASCII)
"""Words with spaces, and nothing else that means anything to a shell."""
ARGUMENTS: Final = {
    "--set-file": "set_files",
    "--set": "set",
    "--assume": "assume",
    "--scale": "scale",
    "--out": "folder",
    "--at": "at",
    "--select": "town",
    "the command line": "the arguments",
}
"""Options as the library calls them."""
KINDS: Final = ("--set", "--assume", "--scale", "--set-file", "--draw-parameters", "--origin")


class StoredOverride(NamedTuple):
    """A change of a scenario, such as ``--set side.ru.fires=20 /d``."""

    kind: str
    key: str
    """Of what is changed; the name of a file or a sample where that is not a number."""
    value: str

    @classmethod
    def of(cls, text: str) -> StoredOverride:
        """Return a change that is stored as text; raise ValueError where it is none.

        Examples
        --------
        >>> StoredOverride.of("--scale side.ru.fires=2")
        StoredOverride(kind='--scale', key='side.ru.fires', value='2')
        """
        kind, space, rest = text.partition(" ")
        key, _, value = rest.partition("=")
        if kind not in KINDS or not space or rest != one_line(rest):
            raise ValueError(f"{text[:60]!r} is no change of a scenario")
        return cls(kind, key, value)

    def __str__(self) -> str:
        return " ".join(self.words)

    @property
    def words(self) -> tuple[str, str]:
        """The option and its value."""
        return self.kind, f"{self.key}={self.value}" if self.value else self.key


def stored_overrides(typed: Iterable[object]) -> tuple[StoredOverride, ...]:
    """Return changes as they are stored, each in one line."""
    return tuple(StoredOverride.of(one_line(str(each))) for each in typed)


def check_overrides(stored: Iterable[StoredOverride]) -> None:
    """Raise ValueError where what is stored is no change of a scenario."""
    for each in stored:
        if StoredOverride.of(str(each)) != each:
            raise ValueError(f"{each.key[:60]!r} is no key of a change")


def one_line(text: str) -> str:
    r"""Return a text without line breaks and other control characters, each a space.

    Examples
    --------
    >>> one_line("a\nb")
    'a b'
    """
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text)


def as_arguments(text: str) -> str:
    """Return a message about options as one about arguments of the library.

    Examples
    --------
    >>> as_arguments("use --set for this; name another with --out.")
    'use set for this; name another with folder.'
    """
    return re.sub(
        "|".join(rf"{each}(?![\w-])" for each in ARGUMENTS), lambda found: ARGUMENTS[found[0]], text
    )


def command_line(
    verb: str, *names: object, overrides: Iterable[StoredOverride] = (), options: Iterable[object] = ()
) -> str:
    """Return a command of frontsim as it is typed in a shell.

    `names`: its arguments; one that could be taken for an option is made a path. `options`: the name of each
    option, with its value after it.

    Examples
    --------
    >>> changed = StoredOverride("--set", "x", "1;y")
    >>> print(command_line("run", "a b.toml", overrides=[changed], options=["--seed", 1]))
    frontsim run "a b.toml" --set 'x=1;y' --seed 1
    >>> command_line("run", "--force")
    'frontsim run ./--force'
    """
    arguments = [f"./{each}" if str(each).startswith("-") else str(each) for each in names]
    changes = [word for each in overrides for word in each.words]
    return joined(one_line(word) for word in ["frontsim", verb, *arguments, *changes, *map(str, options)])


def joined(words: Iterable[str]) -> str:
    """Return words as they are typed in a shell, in double quotes where no shell reads anything into those.

    Windows knows no other quotes: its prompt keeps single ones, its PowerShell those within others.

    Examples
    --------
    >>> print(joined(["--set", "x=1 d", "--set", "y=$HOME a"]))
    --set "x=1 d" --set 'y=$HOME a'
    """
    return " ".join(f'"{each}"' if PLAIN.fullmatch(each) else shlex.quote(each) for each in words)
