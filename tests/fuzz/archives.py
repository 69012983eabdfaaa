"""Damaged recordings and ensembles."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zlib
from collections import Counter
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from click.testing import CliRunner

from sim.cli.main import frontsim
from sim.errors import SimError
from sim.recording import gzip_blocks
from sim.recording.reader import Recording
from sim.results.reader import FAILURES, Results
from sim.results.tables import (
    TABLES,
    columns_of,
    is_name,
    packed,
    unpacked,
)
from tests.fuzz.target import Target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.mutations import Damage


class RecordingTarget(Target):
    """The reader of recordings: its bytes, and the lines packed in them.

    A good part is sealed again: footer and digest fit what was damaged, so that it is not refused for those.
    """

    name = "recording"
    VALUES: ClassVar = (
        *("null", "[]", "{}", '""', "true", "0", "-1", "1e308", "1e-300", "9" * 30, '"\\u0000"', '"east"'),
        *('"lypa"', '"../x"', "[1]", "2.5", "86400", '"verba"'),
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        path = folder / "whole.jsonl.gz"
        if not path.exists():
            arguments = ["run", "two-towns", "-d", "3", "-s", "side.east.fires=4 /d", "-o", str(path)]
            assert CliRunner().invoke(frontsim, arguments).exit_code == 0
        self.whole = path.read_bytes()
        with path.open("rb") as file:
            self.parts = []
            at = 0
            while at < len(self.whole):
                file.seek(at)
                text, size = gzip_blocks.read_member(file)
                self.parts.append(text)
                at += size
        self.packed = [gzip_blocks.pack(part) for part in self.parts[:-1]]
        self.scenario = Recording.open(path).header.scenario

    def make(self, damage: Damage) -> bytes:
        way = damage.rng.random()
        if way < 0.2:
            return damage.of_bytes(self.whole)
        number = damage.rng.randrange(len(self.parts) - 1)
        text = self.parts[number].decode()
        damaged = self._damaged(damage, text).encode("utf-8", "surrogatepass")
        if way < 0.6:
            return sealed([*self.parts[:number], damaged, *self.parts[number + 1 : -2]], damage)
        packed = [*self.packed[:number], gzip_blocks.pack(damaged), *self.packed[number + 1 :]]
        if way < 0.9:
            # what follows is found again, so that more than the trailer is looked at
            return b"".join([*packed, gzip_blocks.trailer(sum(map(len, packed[:-1])))])
        return b"".join([*packed, gzip_blocks.pack(b"")])

    def _damaged(self, damage: Damage, text: str) -> str:
        """Return a part's lines, damaged in one of the ways."""
        way = damage.rng.random()
        if way < 0.4:
            return damage.of_text(text)
        if way < 0.7:
            return damage.of_json(text, self.VALUES)
        return damage.of_digits(text)

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "damaged.jsonl.gz"
        path.write_bytes(content)
        recording = Recording.open(path)
        for t in range(0, max(1, min(recording.end, 3 * 86_400)), 43_200):
            recording.state_at(t)
        for _ in recording.events():
            pass
        if recording.header.scenario != self.scenario:
            # that of the whole one has been read, and reading it takes longer than all the rest
            assert recording.scenario
        recording.check()


def sealed(parts: list[bytes], damage: Damage) -> bytes:
    """Return a header and blocks as a whole recording, with a footer that fits what is in them."""
    header, *blocks = parts
    content = gzip_blocks.pack(header)
    listed, lines = [], []
    for block in blocks:
        found = block.splitlines(keepends=True)
        time = re.match(rb'\{"t":(\d{1,12})', found[0]) if found else None
        listed.append({"t": int(time[1]) if time else 0, "offset": len(content), "first": len(lines)})
        lines += found[1:]
        content += gzip_blocks.pack(block)
    kinds = Counter(kind.decode() for kind in re.findall(rb'"event":"(\w+)"', b"".join(lines)))
    times = re.findall(rb'^\{"t":(\d{1,12}),', b"".join(lines), re.MULTILINE)
    footer = {
        "events": len(lines),
        "end": int(times[-1]) if times else 0,
        "reason": damage.rng.choice(("horizon", None)),
        "sha256": hashlib.sha256(b"".join(lines)).hexdigest(),
        "counts": kinds,
        "blocks": listed,
    }
    last = gzip_blocks.pack(json.dumps({"footer": footer}).encode() + b"\n")
    return content + last + gzip_blocks.trailer(len(content))


class EnsembleTarget(Target):
    """The reader of ensembles: the folder's meta data and its Parquet parts."""

    name = "ensemble"
    NUMBERS: ClassVar = (0.0, -1.0, 1e30, float("nan"), float("inf"), 0.5)
    WHOLE: ClassVar = (0, -1, 1, 2, 3, 4, 32_000)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.whole = folder / "whole"
        if not self.whole.exists():
            arguments = ["ensemble", "two-towns", "-n", "2", "-j", "1", "-d", "3", "-o", str(self.whole)]
            result = CliRunner().invoke(frontsim, arguments)
            assert result.exit_code == 0, result.output
            (self.whole / FAILURES).write_text('{"disclaimer": "A toy", "failed": {"7": "why"}}')
        files = sorted(path for path in self.whole.rglob("*") if path.is_file())
        self.files = [path for path in files if path.suffix in {".json", ".parquet"}]
        self.contents = [path.read_bytes() for path in self.files]
        self.results = Results.open(self.whole)
        self.copy = folder / "damaged"
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.whole, self.copy)

    def make(self, damage: Damage) -> bytes:
        number = damage.rng.randrange(len(self.files))
        content = self.contents[number]
        way = damage.rng.random()
        if way < 0.2:
            content = damage.of_bytes(content)
        elif self.files[number].suffix == ".json":
            text = content.decode()
            text = damage.of_text(text) if way < 0.6 else damage.of_json(text, RecordingTarget.VALUES)
            content = text.encode("utf-8", "surrogatepass")
        else:
            content = self._other_numbers(damage, self.files[number])
        return bytes([number]) + content

    def _other_numbers(self, damage: Damage, path: Path) -> bytes:
        """Return a table of which some numbers or rows are others: whole, and without sense."""
        names = self.results.names
        types = columns_of(path.parent.name, names.sides)
        columns = {name: column.copy() for name, column in unpacked(path, names, types).items()}
        if damage.rng.random() < 0.3:
            kept = damage.rng.randrange(len(next(iter(columns.values()))) + 1)
            columns = {name: np.roll(column, kept)[:kept] for name, column in columns.items()}
        for _ in range(damage.rng.choice((1, 2, 4))):
            name = damage.rng.choice(sorted(columns))
            column = columns[name]
            if not len(column) or column.dtype.kind == "O" or is_name(name, column.dtype):
                continue
            rows = slice(None) if damage.rng.random() < 0.2 else damage.rng.randrange(len(column))
            column[rows] = damage.rng.choice(self.NUMBERS if column.dtype.kind == "f" else self.WHOLE)
        return packed(columns, names)

    def read_whole(self, content: bytes) -> None:
        if not content or content[0] >= len(self.files):
            raise SimError("names no file")
        whole = self.files[content[0]]
        path = self.copy / whole.relative_to(self.whole)
        try:
            path.write_bytes(content[1:])
            self._read_all()
        finally:
            shutil.copyfile(whole, path)

    def _read_all(self) -> None:
        results = Results.open(self.copy)
        for table in TABLES:
            getattr(results, table)()
        results.is_held()
        results.first_lost_days()
        results.side_series("strength")
        results.town_series("days_of_supply")
        assert results.failed is not None


class MemberTarget(Target):
    """One gzip member, as far as it unpacks."""

    name = "member"

    def make(self, damage: Damage) -> bytes:
        return damage.of_bytes(
            gzip_blocks.pack(damage.rng.randbytes(50) * damage.rng.choice((1, 100, 2_000)))
        )

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "member"
        path.write_bytes(content)
        with path.open("rb") as file:
            try:
                gzip_blocks.read_member(file)
            except (ValueError, zlib.error) as problem:
                raise SimError(str(problem)) from problem
