"""What is fuzzed: each target makes a damaged file and reads it; only our own errors may come out."""

from __future__ import annotations

import contextlib
import shutil
import zlib
from typing import TYPE_CHECKING, ClassVar

from click.testing import CliRunner

from sim.archive import members
from sim.archive.recording import Recording
from sim.archive.results import Results
from sim.archive.results_tables import table_names
from sim.cli.main import frontsim
from sim.errors import SimError
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.overrides import ScaleNumber, SetFile, SetNumber
from sim.scenario_file.read import read_document, read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.mutations import Damage

REFUSED = "refused"
READ = "read"


class Target:
    """One reader with whole files to damage.

    Parameters
    ----------
    folder
        Its own; it writes nowhere else.
    """

    name: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, damage: Damage) -> bytes:
        """Return one damaged input."""
        raise NotImplementedError

    def read(self, content: bytes) -> str:
        """Read an input; return whether it was read or refused, and let any other error through."""
        with contextlib.suppress(SimError):
            self.read_whole(content)
            return READ
        return REFUSED

    def read_whole(self, content: bytes) -> None:
        """Read everything that there is in an input."""
        raise NotImplementedError


class ScenarioTarget(Target):
    """The reader of scenario files."""

    name = "scenario"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.texts = [
            (scenario_folder() / f"{name}.toml").read_text(encoding="utf-8")
            for name in (
                "two-towns",
                "two-towns",
                "two-towns",
                "iwo-jima-1945",
                "kupiansk-northern-route-cut",
            )
        ]

    def make(self, damage: Damage) -> bytes:
        text = damage.luck.choice(self.texts)
        if damage.luck.random() < 0.1:
            return damage.of_bytes(text.encode())
        return damage.of_text(text).encode("utf-8", "surrogatepass")

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "damaged.toml"
        path.write_bytes(content)
        reading = read_scenario(path)
        assert read_document(reading.document) == reading.scenario
        assert all(reading.origins.values())
        assert all(warning.text() for warning in reading.warnings)


class SetTarget(Target):
    """Overrides: ``--set``, ``--scale`` and ``--set-file``."""

    name = "set"
    KEYS: ClassVar = (
        "route.lypa-verba.capacity", "side.west.reach", "town.lypa.garrison.strength", "supply.effect",
        "scenario.horizon", "tempo.variation", "attrition.causes.tanks", "side.east.doctrine.axes.lypa-verba",
        "town.lypa.at", "event.x.at", "weather.shares.jan",
    )  # fmt: skip
    VALUES: ClassVar = (
        "3",
        "100 t/d",
        "{ value = 3, low = 1 }",
        "true",
        "nan",
        "[" * 3000,
        "36 h",
        '"x"',
        "",
    )

    def make(self, damage: Damage) -> bytes:
        text = f"{damage.luck.choice(self.KEYS)}={damage.luck.choice(self.VALUES)}"
        return damage.of_text(text).encode("utf-8", "surrogatepass")

    def read_whole(self, content: bytes) -> None:
        text = content.decode("utf-8", "surrogatepass")
        changes = self.folder / "changes.toml"
        changes.write_bytes(text.replace("=", " = ", 1).encode("utf-8", "replace"))
        refused = 0
        for override in (SetNumber(text), ScaleNumber(text), SetFile(str(changes))):
            try:
                reading = read_scenario("two-towns", [override])
            except SimError:
                refused += 1
            else:
                assert read_document(reading.document) == reading.scenario
                assert all(reading.origins.values())
        if refused == 3:
            raise SimError("all three refused")


class RecordingTarget(Target):
    """The reader of recordings: its bytes, and the lines packed in them."""

    name = "recording"

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
                text, size = members.read_member(file)
                self.parts.append(text)
                at += size

    def make(self, damage: Damage) -> bytes:
        if damage.luck.random() < 0.3:
            return damage.of_bytes(self.whole)
        number = damage.luck.randrange(len(self.parts) - 1)
        text = self.parts[number].decode()
        damaged = damage.of_text(text) if damage.luck.random() < 0.8 else _digits(damage, text)
        packed = [members.pack(part) for part in self.parts[:-1]]
        packed[number] = members.pack(damaged.encode("utf-8", "surrogatepass"))
        if damage.luck.random() < 0.7:
            # what follows is found again, so that more than the trailer is looked at
            return b"".join([*packed, members.trailer(sum(map(len, packed[:-1])))])
        return b"".join([*packed, members.pack(b"")])

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "damaged.jsonl.gz"
        path.write_bytes(content)
        recording = Recording.open(path)
        for t in range(0, max(1, min(recording.end, 3 * 86_400)), 43_200):
            recording.state_at(t)
        for _ in recording.events():
            pass
        assert recording.scenario
        recording.check()


def _digits(damage: Damage, text: str) -> str:
    """Return a text with some digits changed, so that it stays JSON."""
    found = list(text)
    places = [at for at, c in enumerate(found) if c.isdigit()]
    for at in damage.luck.sample(places, min(len(places), damage.luck.choice((1, 2, 5)))):
        found[at] = damage.luck.choice("0123456789")
    return "".join(found)


class EnsembleTarget(Target):
    """The reader of ensembles: the folder's meta data and its Parquet parts."""

    name = "ensemble"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.whole = folder / "whole"
        if not self.whole.exists():
            arguments = ["ensemble", "two-towns", "-n", "2", "-j", "1", "-d", "3", "-o", str(self.whole)]
            result = CliRunner().invoke(frontsim, arguments)
            assert result.exit_code == 0, result.output
        files = sorted(path for path in self.whole.rglob("*") if path.is_file())
        self.files = [path for path in files if path.suffix in {".json", ".parquet"}]
        self.copy = folder / "damaged"
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.whole, self.copy)

    def make(self, damage: Damage) -> bytes:
        number = damage.luck.randrange(len(self.files))
        content = self.files[number].read_bytes()
        if self.files[number].suffix == ".json" and damage.luck.random() < 0.8:
            content = damage.of_text(content.decode()).encode("utf-8", "surrogatepass")
        else:
            content = damage.of_bytes(content)
        return bytes([number]) + content

    def read_whole(self, content: bytes) -> None:
        if not content or content[0] >= len(self.files):
            raise SimError("names no file")
        whole = self.files[content[0]]
        path = self.copy / whole.relative_to(self.whole)
        try:
            path.write_bytes(content[1:])
            results = Results.open(self.copy)
            for table in table_names():
                getattr(results, table)()
            results.is_held()
            results.first_lost_days()
            assert results.failed is not None
        finally:
            shutil.copyfile(whole, path)


class MemberTarget(Target):
    """One gzip member, as far as it unpacks."""

    name = "member"

    def make(self, damage: Damage) -> bytes:
        return damage.of_bytes(members.pack(damage.luck.randbytes(50) * damage.luck.choice((1, 100, 10_000))))

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "member"
        path.write_bytes(content)
        with path.open("rb") as file:
            try:
                members.read_member(file)
            except (ValueError, zlib.error) as problem:
                raise SimError(str(problem)) from problem


TARGETS: dict[str, type[Target]] = {
    each.name: each for each in (ScenarioTarget, SetTarget, RecordingTarget, EnsembleTarget, MemberTarget)
}
