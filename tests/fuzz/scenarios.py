"""Damaged scenario files, options and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.errors import SimError
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.overrides import ScaleNumber, SetFile, SetNumber
from sim.scenario_file.read import read_document, read_scenario
from sim.view.settings import Remembered, Settings, load, to_toml
from tests.fuzz.target import Target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.mutations import Damage


class ScenarioTarget(Target):
    """The reader of scenario files."""

    name = "scenario"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.texts = [
            (scenario_folder() / f"{name}.toml").read_text(encoding="utf-8")
            for name in (*["two-towns"] * 8, "iwo-jima-1945", "kupiansk-northern-route-cut")
        ]

    def make(self, damage: Damage) -> bytes:
        text = damage.rng.choice(self.texts)
        if damage.rng.random() < 0.1:
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
        text = f"{damage.rng.choice(self.KEYS)}={damage.rng.choice(self.VALUES)}"
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


class SettingsTarget(Target):
    """What the window remembers: damaged settings are told and never in the way."""

    name = "settings"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        settings = Settings(recent=("runs/a.jsonl.gz", "b.jsonl.gz"), keys={"play": ("Space", "X")})
        self.text = to_toml(settings)

    def make(self, damage: Damage) -> bytes:
        if damage.rng.random() < 0.1:
            return damage.of_bytes(self.text.encode())
        if damage.rng.random() < 0.01:
            return b"recent = " + b"[" * damage.rng.choice((100, 3000, 100_000))
        return damage.of_text(self.text).encode("utf-8", "surrogatepass")

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "window.toml"
        path.write_bytes(content)
        remembered = load(path)
        if remembered.is_damaged:
            raise SimError(" ".join(remembered.notes))
        path.write_text(to_toml(remembered.settings), encoding="utf-8")
        assert load(path) == Remembered(remembered.settings)
