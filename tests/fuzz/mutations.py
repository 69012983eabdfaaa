"""Damage done to bytes and texts, drawn from a seed."""

from __future__ import annotations

import random  # noqa: TID251 - the random choices of a test
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGIT = re.compile("[0-9]")
VALUE = re.compile(
    r'"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null|\[\[?[^][{}]*\]\]?|\{[^][{}]*\}'
)
"""A value in JSON: a scalar, or a list or an object that holds no other."""
MARKS = (
    *('"', "'", "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "#", "\n", " ", "\t", "-", ":", '"""', "\\"),
    *("nan", "inf", "-1", "0", "1e999", "-1e308", "9" * 40, "0x10", "true", "null", "2025-01-27"),
    *("\x00", "\x1b[31m", "\x9b", "\r", "\u202e", "\ufeff", "é", "Ґ", "\U0001f600", "<b>", "../", "\\u0000"),
    *("t/d", "soldiers", "%", "extends = 3", "remove = true", "value = 3", "low = 3", "id = 3", "schema = 2"),
    *("[route]", "[[route]]", "[[event]]", "[town]", "[town.lypa]", "[side.x]", "[scenario]", "9999-12-31"),
)  # fmt: skip
"""What may be put in: what TOML and JSON hang on, numbers at their ends, characters that are not plain."""
NUMBERS = ("0", "-1", "1e9", "1e-9", "1e400", "0.1", "2", "7", "99999999", "3.5", "1_000", "nan", "[1]")
"""What may stand where a number did."""


class Damage:
    """Does damage, in an order that the seed decides.

    Parameters
    ----------
    seed
        The same gives the same damage.
    """

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def of_text(self, text: str) -> str:
        """Return a text with some pieces cut out, put in, moved or doubled."""
        ways = (self._piece, self._line, self._number, self._moved)
        for _ in range(1 + int(self.rng.expovariate(0.6))):
            text = self.rng.choice(ways)(text)
        return text

    def of_bytes(self, content: bytes) -> bytes:
        """Return bytes of which some were altered, cut off, doubled or put in."""
        found = bytearray(content)
        for _ in range(1 + int(self.rng.expovariate(0.6))):
            at = self.rng.randrange(len(found) + 1)
            way = self.rng.randrange(5)
            if way == 0 and at < len(found):
                found[at] ^= 1 << self.rng.randrange(8)
            elif way == 1:
                del found[at : at + self.rng.choice((1, 2, 7, 100, 10_000))]
            elif way == 2:
                found[at:at] = self.rng.randbytes(self.rng.choice((1, 4, 50)))
            elif way == 3:
                found[at:at] = found[: self.rng.choice((4, 64, 4000))]
            else:
                number = self.rng.choice((0, 1, 2**31 - 1, 2**32 - 1, 2**63 - 1))
                found[at : at + 8] = number.to_bytes(8, "little")
        return bytes(found)

    def of_json(self, text: str, values: Sequence[str]) -> str:
        """Return JSON in which another value stands somewhere, so that mostly it stays JSON."""
        found = VALUE.search(text, self.rng.randrange(len(text) + 1)) or VALUE.search(text)
        if found is None:
            return text
        return text[: found.start()] + self.rng.choice(values) + text[found.end() :]

    def of_digits(self, text: str) -> str:
        """Return a text with some digits changed, so that it keeps its form."""
        found = list(text)
        for _ in range(self.rng.choice((1, 2, 5))):
            digit = DIGIT.search(text, self.rng.randrange(len(text) + 1)) or DIGIT.search(text)
            if digit is not None:
                found[digit.start()] = self.rng.choice("0123456789")
        return "".join(found)

    def _piece(self, text: str) -> str:
        at = self.rng.randrange(len(text) + 1)
        return text[:at] + self.rng.choice(MARKS) + text[at + self.rng.choice((0, 0, 1, 3, 12)) :]

    def _line(self, text: str) -> str:
        lines = text.split("\n")
        at, cut = self.rng.randrange(len(lines)), self.rng.choice((0, 1, 1, 2))
        lines[at : at + cut] = self.rng.choices(lines, k=self.rng.choice((0, 1, 2)))
        return "\n".join(lines)

    def _number(self, text: str) -> str:
        """Put another number where one stands."""
        at = self.rng.randrange(len(text) + 1)
        while at < len(text) and not text[at].isdigit():
            at += 1
        end = at
        while end < len(text) and (text[end].isdigit() or text[end] == "."):
            end += 1
        return text[:at] + self.rng.choice(NUMBERS) + text[end:]

    def _moved(self, text: str) -> str:
        lines = text.split("\n")
        line = lines.pop(self.rng.randrange(len(lines)))
        lines.insert(self.rng.randrange(len(lines) + 1), line)
        return "\n".join(lines)
