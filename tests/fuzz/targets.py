"""What is fuzzed, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.archives import EnsembleTarget, MemberTarget, RecordingTarget
from tests.fuzz.scenarios import ScenarioTarget, SetTarget, SettingsTarget
from tests.fuzz.tables import PlacesTarget, SampleTarget, TruthTarget

if TYPE_CHECKING:
    from tests.fuzz.target import Target

TARGETS: dict[str, type[Target]] = {
    each.name: each
    for each in (
        ScenarioTarget,
        SetTarget,
        RecordingTarget,
        EnsembleTarget,
        MemberTarget,
        PlacesTarget,
        TruthTarget,
        SampleTarget,
        SettingsTarget,
    )
}
