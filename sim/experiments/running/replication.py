"""The task of an ensemble: a replication as rows of its tables, and as a recording where that is wanted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.command_line import StoredOverride
from sim.experiments.running.sampling import joined, simulate_rows
from sim.experiments.running.worker import Task
from sim.files.atomic_file import FileInMemory
from sim.model.scenario import Scenario
from sim.recording.records import Header
from sim.results.reader import Shard
from sim.results.tables import Names, TableName, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.results.posterior import Posterior  # noqa: TC004 - heavy, and few ensembles draw
    from sim.results.tables import Columns


@dataclass(frozen=True, slots=True)
class EnsembleTask(Task):
    """What an ensemble runs."""

    scenario: Scenario
    seed: int
    header: Header
    """Of the recording of replication 0; the others differ in the replication, and in what is drawn for
    it."""
    draws: Posterior | None = None
    """What each replication's parameters are drawn from; none where all have the scenario's."""
    is_recorded: bool = False

    def of(self, number: int) -> tuple[Scenario, Header]:
        """Return the scenario of a replication, and the header of its recording."""
        header = dataclasses.replace(self.header, replication=number)
        if self.draws is None:
            return self.scenario, header
        from sim.results.posterior import changes_to  # noqa: PLC0415 - heavy, and few ensembles draw
        from sim.scenario_file.read import changed_document  # noqa: PLC0415 - see above

        changes = changes_to(self.scenario, self.draws.drawn(self.seed, number))
        scenario, document = changed_document(header.scenario, changes)
        drawn = {change.text.partition("=")[0] for change in changes}
        numbers = [each for each in scenario.fitted.parameters if each.key in drawn]
        overrides = (
            *header.overrides,
            *(StoredOverride("--assume", each.key, each.text) for each in numbers),
        )
        return scenario, dataclasses.replace(header, scenario=document, overrides=overrides)

    def run(self, number: int) -> tuple[dict[TableName, Columns], bytes | None]:
        """Return a replication's rows, and its recording as a file where that is wanted."""
        scenario, header = self.of(number)
        if not self.is_recorded:
            return simulate_rows(scenario, self.seed, number), None
        from sim.recording.writer import RecordingWriter  # noqa: PLC0415 - few workers ever record

        file = FileInMemory()  # a worker may have other disks
        with RecordingWriter(file, header, scenario) as writer:
            rows = simulate_rows(scenario, self.seed, number, writer.emit)
            writer.finish()
        return rows, file.content

    def packed(self, results: dict[int, Any]) -> EnsembleBatch:
        """Return the Parquet files of runs of successive replications, and the recordings."""
        names = Names.of(self.scenario)
        batch = EnsembleBatch()
        for shard in successive(sorted(results)):
            columns = joined([results[number][0] for number in shard.numbers])
            batch.shards.append((shard, {name: packed(table, names) for name, table in columns.items()}))
        batch.recordings = {number: content for number, (_, content) in sorted(results.items()) if content}
        return batch


@dataclass(slots=True)
class EnsembleBatch:
    """What a worker hands back: shards with the Parquet file of each table, and recordings as files."""

    shards: list[tuple[Shard, dict[TableName, bytes]]] = field(default_factory=list)
    recordings: dict[int, bytes] = field(default_factory=dict)


def successive(numbers: Sequence[int]) -> list[Shard]:
    """Return numbers as shards without gaps.

    Examples
    --------
    >>> [shard.name for shard in successive([0, 1, 2, 5, 7, 8])]
    ['00000-00002.parquet', '00005-00005.parquet', '00007-00008.parquet']
    """
    shards: list[Shard] = []
    for number in numbers:
        if shards and number == shards[-1].last + 1:
            shards[-1] = Shard(shards[-1].first, number)
        else:
            shards.append(Shard(number, number))
    return shards
