"""Writing an ensemble's folder: shards as they come, recordings, and which replications failed.

The bytes of a shard are made where its replications are run; here it is only given its name.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, ClassVar

from sim.files.folder import remove
from sim.model.quantities import DISCLAIMER
from sim.results.hindcast_scores import FILES as HINDCAST_FILES
from sim.results.meta import ENSEMBLE, EnsembleMeta
from sim.results.reader import FAILURES, RECORDINGS, Shard, shards_in, whole_shards
from sim.results.store import ResultFolder
from sim.results.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sim.results.tables import TableName


class EnsembleFolder(ResultFolder[EnsembleMeta]):
    """An ensemble's folder while it is being filled."""

    description = ENSEMBLE
    tables = TABLES
    others: ClassVar[tuple[str, ...]] = (RECORDINGS, FAILURES)

    def finished(self) -> list[int]:
        """Return the numbers of the replications that are there, in order."""
        return [number for shard in whole_shards(self.folder) for number in shard.numbers]

    def keep(self, shard: Shard, files: Mapping[TableName, bytes]) -> None:
        """Write a shard; it counts as there when the last of its files is."""
        for table in TABLES:
            self.write(f"{table}/{shard.name}", files[table])

    def keep_recording(self, replication: int, content: bytes) -> Path:
        """Write the recording of a replication, and return where."""
        return self.write(f"{RECORDINGS}/{replication:05d}.jsonl.gz", content)

    def note_failed(self, failed: Mapping[int, str]) -> None:
        """Write down which replications failed so far, and why."""
        reasons = {str(number): why for number, why in sorted(failed.items())}
        text = json.dumps({"disclaimer": DISCLAIMER, "failed": reasons}, indent=1, ensure_ascii=False)
        self.write(FAILURES, text.encode() + b"\n")

    def note_asked_for(self, replications: int) -> None:
        """Write down how many replications were asked for, where that has changed."""
        if replications != self.meta.replications:
            self.meta = dataclasses.replace(self.meta, replications=replications)
            self.write_meta()

    def _held(self) -> str:
        return f", with {len(self.finished())} replications"

    def _folders(self) -> Iterable[str]:
        return (*self.tables, RECORDINGS)

    def _begin(self) -> None:
        """Start without recorded failures and without incomplete shards."""
        super()._begin()
        remove(self.folder / FAILURES)
        whole = whole_shards(self.folder)
        for table in TABLES:
            for shard in shards_in(self.folder, table):
                if shard not in whole:
                    remove(self.folder / table / shard.name)


class HindcastFolder(EnsembleFolder):
    """The folder of an ensemble that is scored; the scores are beside it."""

    others: ClassVar[tuple[str, ...]] = (*EnsembleFolder.others, *HINDCAST_FILES)
