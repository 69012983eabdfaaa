"""Build the engine as C, by mypyc: a hook of hatchling, asked for by HATCH_BUILD_HOOK_ENABLE_CUSTOM=1.

What is compiled stands in pyproject.toml. Everything is made in a folder of its own and goes from there into
the wheel, beside its sources: a compiled module left in a checkout would go on being imported after its
source was changed.
"""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from mypyc.build import mypycify
from setuptools import Distribution
from setuptools.command.build_ext import build_ext


class CompiledEngine(BuildHookInterface[Any]):
    """What takes the compiled engine into the wheel."""

    PLUGIN_NAME = "custom"
    folder: TemporaryDirectory[str]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say what the wheel holds beside its sources."""
        if version == "editable":
            message = "An editable install follows its sources, a compiled engine does not: leave out -e."
            raise ValueError(message)
        self.folder = TemporaryDirectory(prefix="frontsim-compiled-")
        with chdir(self.root):
            made = self._compile(Path(self.folder.name))
        build_data["force_include"] |= {
            str(path): path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()
        }
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        self.folder.cleanup()

    def _compile(self, folder: Path) -> Path:
        """Compile in a folder, and return where in it the modules are."""
        modules = self._named("compiled")
        for path in self._named("interpreted"):
            modules.remove(path)
        extensions = mypycify(
            ["--cache-dir", os.devnull, "--follow-imports", "silent", *map(str, modules)],
            opt_level="3",
            debug_level="0",
            group_name="frontsim",
            target_dir=str(folder / "c"),
        )
        if sys.platform != "win32":
            for extension in extensions:
                # a product and a sum in one instruction would round once where Python rounds twice
                extension.extra_compile_args.append("-ffp-contract=off")
        command = build_ext(Distribution({"name": "frontsim", "ext_modules": extensions}))
        made = folder / "made"
        command.build_lib, command.build_temp = str(made), str(folder / "objects")
        command.ensure_finalized()
        command.run()
        return made

    def _named(self, key: str) -> list[Path]:
        """Return the modules that patterns name, but for those that only hold a docstring."""
        found = []
        for pattern in self.config[key]:
            paths = sorted(Path().glob(pattern))
            if not paths:
                message = f'pyproject.toml says that "{pattern}" is {key}: there is no such file.'
                raise FileNotFoundError(message)
            found += [path for path in paths if path.name != "__init__.py"]
        return found
