"""A folder of results takes one writer; another that comes as it begins is told so, and is not misled."""

import pytest

from sim.errors import FileError
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.meta import EnsembleMeta


def test_a_folder_that_another_process_has_just_begun_is_not_taken_for_something_else(
    tmp_path, scenario, monkeypatch
):
    meta = EnsembleMeta.of(scenario, {}, seed=1, replications=1)
    with EnsembleFolder(tmp_path, meta):
        really = EnsembleFolder.read
        said = iter([None])  # not there when it was looked for, there when the folder is listed
        monkeypatch.setattr(
            EnsembleFolder, "read", classmethod(lambda _, path: next(said, None) or really(path))
        )
        second = EnsembleFolder(tmp_path, meta, resumes=True)
        with pytest.raises(FileError, match="being filled by another frontsim"), second:
            pass


def test_another_file_is_still_something_else(tmp_path, scenario):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(FileError, match=r"other files \(notes.txt\)"):
        EnsembleFolder(tmp_path, EnsembleMeta.of(scenario, {}, seed=1, replications=1))
