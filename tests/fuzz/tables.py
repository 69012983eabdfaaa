"""Damaged files of others: places of a map, tables of what happened, samples of parameters."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from sim.errors import SimError
from sim.experiments.hindcast.observations import read_observations
from sim.export.geojson import scenario_geojson
from sim.results.posterior import changes_to, read_posterior
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.map_import.geojson import read_geojson
from sim.scenario_file.map_import.map_scenario import MapScenario
from sim.scenario_file.read import read_document, read_scenario
from sim.scenario_file.write import to_toml
from tests.fuzz.target import Target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.mutations import Damage


class PlacesTarget(Target):
    """The importer of GeoJSON: places of a map, made a scenario."""

    name = "places"
    VALUES: ClassVar = (
        *("null", "[]", "{}", '""', "true", "-1", "1e308", "9" * 400, '"\\u0000"', '"\\ud800"', "NaN"),
        *("[[36.0, 49.0], [36.5, 49.1]]", "[37, 50]", '"west"', '"../x"', '"MultiPoint"', '"Polygon"'),
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        front = read_scenario("two-towns")
        ours = b"".join(scenario_geojson(front.scenario, front.document)).decode()
        wild = [
            {"type": "Feature", "geometry": {"type": kind, "coordinates": at}, "properties": found}
            for kind, at, found in (
                ("Point", [37.1, 49.1], {"name": "Lypa", "held_by": "west", "base_t_per_d": 100}),
                ("Point", [37.3, 49.2], {"title": "Дуб", "side": "east", "strength_soldiers": 700}),
                ("Point", [37.5, 49.2, 120], {"name:en": "Verba", "held_by": "east", "stock_days": 2}),
                ("MultiPoint", [[37.2, 49.0], [37.25, 49.3]], {"label": "Two", "depth_km": 1.5}),
                ("LineString", [[37.1, 49.1], [37.2, 49.1], [37.3, 49.2]], {"name": "T1", "kind": "rail"}),
                ("LineString", [[37.3, 49.2], [37.5, 49.2]], {"capacity_t_per_d": 80, "front_km": 3}),
                ("LineString", [[37.0, 49.0], [37.6, 49.4]], {"feature": "river", "name": "Oskil"}),
                ("Polygon", [[[37, 49], [38, 49], [38, 50], [37, 49]]], {"name": "An area"}),
            )
        ]
        theirs = json.dumps({"type": "FeatureCollection", "features": wild}, ensure_ascii=False)
        self.texts = [ours, theirs, theirs]

    def make(self, damage: Damage) -> bytes:
        text = damage.rng.choice(self.texts)
        if damage.rng.random() < 0.1:
            return damage.of_bytes(text.encode())
        if damage.rng.random() < 0.5:
            text = damage.of_text(text)
        else:
            for _ in range(damage.rng.choice((1, 1, 2, 4))):
                text = damage.of_json(text, self.VALUES)
        return text.encode("utf-8", "surrogatepass")

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "damaged.geojson"
        path.write_bytes(content)
        made = MapScenario(read_geojson(path), path.stem)
        scenario = read_document(made.document)
        written = self.folder / "made.toml"
        written.write_text(to_toml(made.document), encoding="utf-8")
        assert read_scenario(written).scenario == scenario
        assert all(made.notes)


class TruthTarget(Target):
    """The reader of what happened: ``hindcast --observations``."""

    name = "truth"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.scenario = read_scenario("kupiansk").scenario
        whole = (scenario_folder() / "kupiansk-control-2025.csv").read_text(encoding="utf-8")
        self.texts = [whole, "\n".join(whole.splitlines()[:12]), whole.replace("occupied", "ua", 40)]

    def make(self, damage: Damage) -> bytes:
        text = damage.rng.choice(self.texts)
        if damage.rng.random() < 0.1:
            return damage.of_bytes(text.encode())
        return damage.of_text(text).encode("utf-8", "surrogatepass")

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "damaged.csv"
        path.write_bytes(content)
        truth = read_observations(path, self.scenario)
        for source in truth.sources[:3]:
            truth.states(self.scenario, source, [date(2025, 1, 31), date(2025, 7, 31)])


class SampleTarget(Target):
    """The reader of samples: ``ensemble --draw-parameters``."""

    name = "sample"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        whole = (scenario_folder() / "kupiansk-calibrated.posterior.csv").read_text(encoding="utf-8")
        self.text = "\n".join(whole.splitlines()[:20])
        self.scenario = read_scenario("kupiansk-calibrated").scenario

    def make(self, damage: Damage) -> bytes:
        if damage.rng.random() < 0.1:
            return damage.of_bytes(self.text.encode())
        return damage.of_text(self.text).encode("utf-8", "surrogatepass")

    def read_whole(self, content: bytes) -> None:
        path = self.folder / "damaged.posterior.csv"
        path.write_bytes(content)
        sample = read_posterior(path)
        changes = changes_to(self.scenario, sample.drawn(1, 0))
        sample.quantile(sample.keys[0], 0.5)
        if not all(change.text for change in changes):
            raise SimError("a change without words")
