"""An ensemble's tables: what is written is what is read, by name and by number, parts and all."""

import contextlib
import dataclasses

import arro3.io
import numpy as np
import pytest

from sim.errors import FileError, UsageError
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.meta import EnsembleMeta
from sim.results.reader import Results, Shard
from sim.results.tables import MAKER, NO_DIGEST, TABLES, Names, _signed, columns_of, packed, unpacked


@pytest.fixture
def meta(scenario):
    return EnsembleMeta.of(scenario, {"scenario": {"name": scenario.name}}, seed=7, replications=5)


def rows(table, meta, numbers):
    """Return columns of two rows a replication, told apart by their numbers; one where there is only one."""
    sides = list(meta.sides)
    each = 1 if table == "replications" else 2
    count = each * len(numbers)
    columns = {}
    for name, dtype in columns_of(table, sides).items():
        column = np.arange(count) % 2
        if dtype.kind == "O":
            columns[name] = np.array([f"note {i}" for i in range(count)], dtype=object)
        else:
            columns[name] = column.astype(dtype)
    columns["replication"] = np.repeat(np.array(numbers, dtype=np.int32), each)
    return columns


def keep(folder, meta, part):
    tables = {name: rows(name, meta, list(part.numbers)) for name in TABLES}
    tables["towns"]["days_of_supply"][0] = np.nan
    tables["changes"] = {name: column[:0] for name, column in tables["changes"].items()}
    folder.keep(part, {name: packed(columns, meta.names) for name, columns in tables.items()})
    return tables


def test_columns_come_back_as_they_were_written(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        second = keep(folder, meta, Shard(3, 4))
        first = keep(folder, meta, Shard(0, 2))
    results = Results.open(tmp_path / "a")
    for name in TABLES:
        found = getattr(results, name)()
        assert list(found) == list(columns_of(name, list(meta.sides)))
        for column, values in found.items():
            expected = np.concatenate([first[name][column], second[name][column]])
            assert values.dtype == expected.dtype, (name, column)
            np.testing.assert_array_equal(values, expected)
    assert results.numbers.tolist() == [0, 1, 2, 3, 4]
    assert results.meta == meta


@pytest.mark.parametrize("copied", [Shard(3, 5), Shard(0, 0), Shard(4, 4), Shard(0, 9)])
def test_two_folders_that_were_copied_together_are_refused(tmp_path, meta, copied):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        keep(folder, meta, Shard(0, 2))
        keep(folder, meta, Shard(3, 4))
        keep(folder, meta, copied)
    with pytest.raises(FileError, match=r"holds replication \d twice, in .* Remove one of the two"):
        Results.open(tmp_path / "a")
    resumed = EnsembleFolder(tmp_path / "a", meta, resumes=True)
    with pytest.raises(FileError, match="twice"), resumed:
        pass


def forged(tmp_path, meta, table, change):
    """Return results with a part whose rows are changed, under a digest that fits."""
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        tables = keep(folder, meta, Shard(0, 1))
        if table == "changes":
            tables["changes"] = rows("changes", meta, [0, 1])
        tables[table] = {name: change(column) for name, column in tables[table].items()}
        folder.keep(Shard(0, 1), {name: packed(each, meta.names) for name, each in tables.items()})
    return Results.open(tmp_path / "a")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change",
    [
        lambda column: np.repeat(column, 2),
        lambda column: np.concatenate([column, column]),
        lambda column: column[::-1],
        lambda column: np.repeat(column, 100_000),
    ],
)
def test_rows_that_are_there_twice_or_in_disorder_are_refused(tmp_path, meta, table, change):
    results = forged(tmp_path, meta, table, change)
    with pytest.raises(FileError, match=r"more rows|in order|one row for each|there twice"):
        getattr(results, table)()


def test_a_part_that_lacks_a_replication_it_names_is_refused(tmp_path, meta):
    results = forged(tmp_path, meta, "replications", lambda column: column[:1])
    with pytest.raises(FileError, match="not one row for each replication"):
        results.ended_days()


def test_rows_are_counted_while_they_are_read(monkeypatch, tmp_path, meta):
    monkeypatch.setattr("sim.results.tables.ROWS", 10)
    taken = []
    really = arro3.io.read_parquet

    class Reader:
        def __init__(self, *given, **options):
            self.inner = really(*given, **options)
            self.schema = self.inner.schema

        def __iter__(self):
            for piece in self.inner:
                taken.append(piece.num_rows)
                yield piece

    results = forged(tmp_path, meta, "daily", lambda column: np.repeat(column, 10_000))
    monkeypatch.setattr(arro3.io, "read_parquet", Reader)
    with pytest.raises(FileError, match="more rows"):
        results.daily()
    assert sum(taken) < 1000


def test_numbers_beyond_32_bits_and_more_towns_than_16_bits_can_count_are_kept(tmp_path, meta):
    towns = {f"town-{number}": f"Town {number}" for number in range(40_000)}
    holders = dict.fromkeys(towns, next(iter(meta.sides)))
    meta = dataclasses.replace(meta, towns=towns, first_holders=holders, focus=())
    many = {name: column[:0] for name, column in rows("changes", meta, [0]).items()}
    many |= {"replication": np.array([0]), "day": np.array([0.5]), "town": np.array([39_999])}
    many |= {"loser": np.array([0]), "winner": np.array([1])}
    total = {name: column[:1] for name, column in rows("replications", meta, [0]).items()}
    arrived = f"{next(iter(meta.sides))}_arrived"
    total[arrived] = np.array([3_660_000_000])
    tables = {name: rows(name, meta, [0]) for name in TABLES} | {"changes": many, "replications": total}
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        folder.keep(Shard(0, 0), {name: packed(each, meta.names) for name, each in tables.items()})
    results = Results.open(tmp_path / "a")
    assert results.changes()["town"].tolist() == [39_999]
    assert results.replications([arrived])[arrived].tolist() == [3_660_000_000]


def test_wanted_columns_only(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        keep(folder, meta, Shard(0, 2))
    assert list(Results.open(tmp_path / "a").daily(["day", "strength"])) == ["day", "strength"]


def test_an_ensemble_without_replications_has_empty_columns(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta):
        pass
    results = Results.open(tmp_path / "a")
    assert len(results.numbers) == 0
    for name in TABLES:
        found = getattr(results, name)()
        assert {column: values.dtype for column, values in found.items()} == columns_of(
            name, list(meta.sides)
        )
        assert all(len(values) == 0 for values in found.values())
    assert results.is_held().shape == results.first_lost_days().shape == (0, len(meta.towns))


def test_a_part_without_its_last_table_is_not_there_and_is_swept(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        keep(folder, meta, Shard(0, 1))
        keep(folder, meta, Shard(2, 4))
    (tmp_path / "a" / "replications" / Shard(2, 4).name).unlink()
    (tmp_path / "a" / "towns" / ".00002-00004.parquet.1-0.part").write_bytes(b"half")
    assert Results.open(tmp_path / "a").numbers.tolist() == [0, 1]
    with EnsembleFolder(tmp_path / "a", meta, resumes=True) as folder:
        assert folder.finished() == [0, 1]
    assert [path.name for path in (tmp_path / "a" / "towns").iterdir()] == [Shard(0, 1).name]


def test_the_same_rows_give_the_same_bytes(meta):
    columns = rows("daily", meta, [0, 1, 2])
    assert packed(columns, meta.names) == packed(columns, meta.names)


def test_a_folder_that_is_no_ensemble_is_said(tmp_path):
    with pytest.raises(FileError, match="holds no ensemble"):
        Results.open(tmp_path)
    with pytest.raises(FileError, match="is not an ensemble's folder"):
        Results.open(tmp_path / "nothing")


def test_a_column_that_is_not_there_is_said(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta):
        pass
    with pytest.raises(UsageError, match='no column "stocks" in towns'):
        Results.open(tmp_path / "a").town_series("stocks")


def test_altered_numbers_are_refused_and_a_panic_is_an_error(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        keep(folder, meta, Shard(0, 4))
    path = tmp_path / "a" / "daily" / Shard(0, 4).name
    whole = path.read_bytes()
    for at in range(0, len(whole), 41):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(FileError, match="altered"):
            Results.open(tmp_path / "a").daily()
    # an altered footer under a digest of its own: a file made to harm
    at = whole.rfind(MAKER.encode()) + len(MAKER)
    content = whole[:at] + NO_DIGEST.encode() + whole[at + len(NO_DIGEST) :]
    for flipped in range(at + len(NO_DIGEST), len(content) - 8, 3):
        path.write_bytes(_signed(content[:flipped] + b"\xff" + content[flipped + 1 :]))
        with contextlib.suppress(FileError):
            Results.open(tmp_path / "a").daily()


def test_a_block_holds_each_value_in_its_place(tmp_path, meta):
    days, count = meta.horizon // 86_400 + 1, len(meta.towns)
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        for number in (3, 0):
            columns = {name: np.zeros(days * count) for name in columns_of("towns", list(meta.sides))}
            columns["replication"] += number
            columns["day"] += np.repeat(np.arange(days), count)
            columns["town"] += np.tile(np.arange(count), days)
            columns["strength"] += 1000 * number + 10 * columns["day"] + columns["town"]
            types = columns_of("towns", list(meta.sides))
            typed = {name: column.astype(types[name]) for name, column in columns.items()}
            tables = {name: rows(name, meta, [number]) for name in TABLES} | {"towns": typed}
            part = Shard(number, number)
            folder.keep(part, {name: packed(table, meta.names) for name, table in tables.items()})
    block = Results.open(tmp_path / "a").town_series("strength")
    assert block.shape == (2, days, count)
    assert block[1, 5, 2] == 3052
    assert block[0, 5, 2] == 52


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-20],
        lambda whole: b"",
        lambda whole: whole[:-8] + b"\xff\xff\xff\x7f" + whole[-4:],
        lambda whole: whole[:40] + bytes(60) + whole[100:],
        lambda whole: whole[:-200] + bytes(100) + whole[-100:],
    ],
    ids=["cut", "empty", "length", "pages", "footer"],
)
def test_a_damaged_part_is_named_with_what_to_do(tmp_path, meta, table, damage):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        keep(folder, meta, Shard(0, 1))
    path = tmp_path / "a" / table / Shard(0, 1).name
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    with pytest.raises(FileError, match=r"cannot be read: .* Remove .*with --resume") as problem:
        getattr(Results.open(tmp_path / "a"), table)()
    assert str(path) in str(problem.value)


def test_a_name_that_the_ensemble_does_not_know_is_damage(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        tables = keep(folder, meta, Shard(0, 1))
        strange = type(meta.names)(meta.names.sides, ("elsewhere", *meta.names.towns[1:]))
        files = {name: packed(columns, meta.names) for name, columns in tables.items()}
        folder.keep(Shard(0, 1), files | {"towns": packed(tables["towns"], strange)})
    with pytest.raises(FileError, match='"elsewhere", which the ensemble does not know'):
        Results.open(tmp_path / "a").towns()


def test_notes_of_failures_that_cannot_be_read_are_said(tmp_path, meta):
    with EnsembleFolder(tmp_path / "a", meta) as folder:
        folder.note_failed({4: "broke"})
    assert Results.open(tmp_path / "a").failed == {4: "broke"}
    (tmp_path / "a" / "failed.json").write_text("{", encoding="utf-8")
    with pytest.raises(FileError, match=r"failed\.json cannot be read"):
        _ = Results.open(tmp_path / "a").failed


def test_columns_that_earlier_versions_did_not_write_are_read_as_unknown(tmp_path):
    types = columns_of("daily", ["ua", "ru"])
    columns = {name: np.zeros(2, dtype=dtype) for name, dtype in types.items()}
    names = Names(("ua", "ru"), ())
    old = {name: column for name, column in columns.items() if name not in {"ground", "contacts"}}
    (tmp_path / "old.parquet").write_bytes(packed(old, names))
    found = unpacked(tmp_path / "old.parquet", names, types)
    assert np.isnan(found["ground"]).all()
    assert found["contacts"].tolist() == [0, 0]
    del old["strength"]
    (tmp_path / "broken.parquet").write_bytes(packed(old, names))
    with pytest.raises(ValueError, match="strength"):
        unpacked(tmp_path / "broken.parquet", names, types)
