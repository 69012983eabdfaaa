"""What fuzzing broke once is refused in words now."""

import json
import shutil

import pytest

from sim.errors import DamagedRecordingError, FileError
from sim.experiments.hindcast.observations import read_observations
from sim.recording.reader import Recording
from sim.results.reader import FAILURES, Results, shards_in
from sim.results.tables import columns_of, packed, unpacked
from sim.scenario_file.map_import.features import MAX_TOWNS
from sim.scenario_file.map_import.geojson import read_geojson
from sim.scenario_file.read import read_scenario
from sim.view.settings import SCALES, Settings, load
from tests.fuzz.archives import EnsembleTarget, RecordingTarget, sealed
from tests.fuzz.mutations import Damage


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    return (
        RecordingTarget(tmp_path_factory.mktemp("recording")),
        EnsembleTarget(tmp_path_factory.mktemp("ensemble")),
    )


@pytest.fixture
def ensemble(targets, tmp_path):
    return shutil.copytree(targets[1].whole, tmp_path / "ensemble")


def test_a_sealed_recording_of_undamaged_parts_is_whole(targets, tmp_path):
    path = tmp_path / "whole.jsonl.gz"
    path.write_bytes(sealed(targets[0].parts[:-2], Damage(1)))
    Recording.open(path).check()


def test_a_part_without_events_is_damage(targets, tmp_path):
    header, block = targets[0].parts[:2]
    keyframe = block.splitlines(keepends=True)[0]
    path = tmp_path / "empty.jsonl.gz"
    path.write_bytes(sealed([header, block, keyframe], Damage(1)))
    with pytest.raises(DamagedRecordingError, match="out of order"):
        Recording.open(path).check()


@pytest.mark.parametrize(
    "changes",
    [
        {"first_holders": {"lypa": "nobody", "verba": "east"}},
        {"first_holders": {"lypa": "west"}},
        {"focus": ["elsewhere"]},
        {"sides": {"west": "West"}},
        {"horizon": -1},
        {"horizon": 10**12},
        {"start": "someday"},
        {"reported_losses": {"nobody": {}}},
    ],
)
def test_an_ensemble_that_contradicts_itself_is_refused(ensemble, changes):
    meta = ensemble / "meta.json"
    meta.write_text(json.dumps(json.loads(meta.read_text()) | changes))
    with pytest.raises(FileError, match="damaged"):
        Results.open(ensemble)


@pytest.mark.parametrize(("column", "value"), [("replication", 7), ("day", 500), ("day", -1)])
def test_rows_of_other_replications_and_days_are_refused(ensemble, column, value):
    results = Results.open(ensemble)
    path = ensemble / "daily" / results.parts[0].name
    columns = unpacked(path, results.names, columns_of("daily", results.names.sides))
    columns[column] = columns[column].copy()
    columns[column][0] = value
    path.write_bytes(packed(columns, results.names))
    with pytest.raises(FileError, match="its rows are of"):
        results.daily()


@pytest.mark.parametrize("text", ["[]", '{"failed": []}', '{"failed": {"x": "why"}}', "[" * 100_000])
def test_a_list_of_failures_that_is_none_is_refused(ensemble, text):
    (ensemble / FAILURES).write_text(text)
    with pytest.raises(FileError, match="cannot be read"):
        _ = Results.open(ensemble).failed


def test_a_part_as_wide_as_no_part_is_none(ensemble):
    before = shards_in(ensemble)
    (ensemble / "replications" / "00002-999999999.parquet").touch()
    (ensemble / "replications" / "00005-00004.parquet").touch()
    assert shards_in(ensemble) == before


def test_recordings_of_other_names_are_none_of_the_ensembles(ensemble):
    for name in ("00001.jsonl.gz", "1x.jsonl.gz", "٣.jsonl.gz"):
        (ensemble / "recordings" / name).touch()
    assert list(Results.open(ensemble).recordings) == [1]


@pytest.mark.parametrize("at", ["[1" + "0" * 400 + ", 49]", "[NaN, 49]", "[37, 1e999]", "[37, -91]"])
def test_a_point_nowhere_on_the_globe_is_skipped(tmp_path, at):
    feature = '{"type": "Feature", "geometry": {"type": "Point", "coordinates": %s}, "properties": {}}'
    path = tmp_path / "places.geojson"
    features = ", ".join(feature % each for each in (at, "[37, 49]", "[37.1, 49]"))
    path.write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}')
    found = read_geojson(path)
    assert len(found.towns) == 2
    assert any("without a place (1" in note for note in found.notes.all())


def test_a_line_whose_feature_is_a_list_is_a_route(tmp_path):
    path = tmp_path / "places.geojson"
    line = {"type": "LineString", "coordinates": [[37, 49], [38, 49]]}
    features = [
        {"type": "Feature", "geometry": line, "properties": {"feature": []}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [37, 49]}, "properties": {}},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert len(read_geojson(path).routes) == 1


def test_an_advance_that_is_no_number_is_told(tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("# advance: 0.2.3 km/d\ndate,town,from,to\n2025-01-30,Lypa,occupied,grey\n")
    with pytest.raises(FileError, match="write the usual advance like this"):
        read_observations(path, read_scenario("two-towns").scenario)


def test_more_points_than_any_front_had_are_refused(tmp_path):
    path = tmp_path / "places.geojson"
    points = {"type": "MultiPoint", "coordinates": [[n / 100, 49] for n in range(MAX_TOWNS + 1)]}
    path.write_text(json.dumps({"type": "Feature", "geometry": points, "properties": {}}))
    with pytest.raises(FileError, match="more than 5,000 points"):
        read_geojson(path)


def test_settings_nested_too_deeply_are_told_and_left(tmp_path):
    path = tmp_path / "window.toml"
    path.write_text("recent = " + "[" * 100_000)
    assert load(path).is_damaged
    assert load(path).settings == Settings()


@pytest.mark.parametrize(
    ("written", "scale"), [("nan", Settings().scale), ("inf", SCALES[1]), ("-inf", SCALES[0])]
)
def test_a_scale_that_is_no_number_is_not_taken(tmp_path, written, scale):
    path = tmp_path / "window.toml"
    path.write_text(f"scale = {written}")
    assert load(path).settings.scale == scale
