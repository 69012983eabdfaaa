"""What no linter checks: order and rounding that differ between runs, paths of one machine, large folders."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sim

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.untraced

SIM = Path(sim.__file__).parent
REPOSITORY = Path(__file__).parent.parent
MODULES = sorted(SIM.rglob("*.py"))
SIMULATING = [path for path in MODULES if path.relative_to(SIM).parts[0] in {"model", "engine"}]
MAX_MODULES = 12
"""Modules of one folder, without its ``__init__``; a folder with more wants a subpackage."""
SUMS_OF_WHOLE_NUMBERS = {"sum(towns.values())", "sum((front.calendar.leg_times[e] for e in path))"}
"""Where `sum` adds counts. Of floats it gives other last digits from Python 3.12 on; `math.fsum` does not."""
ORDER_DOES_NOT_MATTER = {"sorted", "any", "all", "len", "set", "frozenset", "fsum"}
ORDER_MATTERS = {"list", "tuple", "enumerate", "zip", "map", "filter", "iter", "next", "reversed", "join",
                 "extend", "fromkeys", "dict", "array", "chain", "sum", "deque"}  # fmt: skip
SET_METHODS = {"union", "intersection", "difference", "symmetric_difference"}
SET_OPERATORS = (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)
TEXT_SUFFIXES = {".py", ".toml", ".md", ".txt", ".cfg", ".ini", ".yml", ".yaml", ".json", ".sh", ".csv", ""}
HIDDEN_BUT_COMMITTED = {".ci", ".github", ".pre-commit-config.yaml", ".gitignore"}
MACHINE = re.compile(
    r"(?<![\w.*~])/(?:work|tmp|home|root|Users|mnt|srv|opt|var)/\w"
    r"|\b[A-Z]:\\+Users"
    r"|\bshared/(?:facts|design|hooks)"
    r"|(?:extra-)?index-ur[l]|(?:PIP|UV)_(?:EXTRA_)?INDE[X]|artifac[t]ory|dev[p]i|\bnexu[s]\b"
    r"|//[\w.-]+\.(?:internal|local|corp|lan)\b|//localhos[t]|//\d+\.\d+\.\d+\.\d+"
)
"""Paths of one machine, and where one machine fetches its packages."""


def relative(path: Path) -> str:
    return path.relative_to(SIM).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str | None:
    """Return the last name of what is called: ``fsum`` of ``math.fsum(x)``."""
    if not isinstance(node, ast.Call):
        return None
    return getattr(node.func, "id", None) or getattr(node.func, "attr", None)


def builtin_calls(path: Path, *names: str) -> Iterator[str]:
    """Yield calls of builtins by their bare names, each with its place."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield f"{relative(path)}:{node.lineno}: {ast.unparse(node)}"


def is_set_type(annotation: ast.expr | None) -> bool:
    return annotation is not None and bool(
        re.match(r"(?:Abstract|Mutable)?(?:frozen)?set\b", ast.unparse(annotation), re.IGNORECASE)
    )


@cache
def functions_that_return_sets() -> frozenset[str]:
    return frozenset(
        node.name
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and is_set_type(node.returns)
    )


class SetIterations:
    """Lines of code that iterate over a set in its own order, as far as the text shows.

    A set of text has another order in each process; one of numbers has one by accident.
    """

    def __init__(self, code: ast.Module, returning_sets: frozenset[str]) -> None:
        self.returning_sets = returning_sets
        nodes = list(ast.walk(code))
        self.known: set[str | None] = set()
        for node in nodes:
            if isinstance(node, ast.AnnAssign | ast.arg) and is_set_type(node.annotation):
                self.known.add(self.name(node.target if isinstance(node, ast.AnnAssign) else node))
        for node in nodes:
            if isinstance(node, ast.Assign) and self.is_set(node.value):
                self.known |= {self.name(target) for target in node.targets}
        self.known.discard(None)
        harmless = {id(arg) for node in nodes if called(node) in ORDER_DOES_NOT_MATTER for arg in node.args}
        self.lines = [
            node.lineno
            for node in nodes
            if id(node) not in harmless and any(self.is_set(iterated) for iterated in self.iterated_by(node))
        ]

    @staticmethod
    def name(node: ast.AST) -> str | None:
        return getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)

    def is_set(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Set | ast.SetComp):
            return True
        if isinstance(node, ast.Call):
            return called(node) in {"set", "frozenset"} | SET_METHODS | self.returning_sets
        if isinstance(node, ast.BinOp) and isinstance(node.op, SET_OPERATORS):
            return any(self.is_set(side) or called(side) == "keys" for side in (node.left, node.right))
        if isinstance(node, ast.IfExp):
            return self.is_set(node.body) or self.is_set(node.orelse)
        return isinstance(node, ast.Name | ast.Attribute) and self.name(node) in self.known

    @staticmethod
    def iterated_by(node: ast.AST) -> list[ast.expr]:
        """Return what a node iterates over, where the order can show."""
        if isinstance(node, ast.For):
            return [node.iter]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            return [part.iter for part in node.generators]
        if called(node) in ORDER_MATTERS:
            return list(node.args)
        return [node.value] if isinstance(node, ast.Starred) else []


def set_iterations(text: str) -> list[int]:
    return SetIterations(ast.parse(text), frozenset({"reachable"})).lines


def committed_texts() -> Iterator[Path]:
    for place in sorted(REPOSITORY.iterdir()):
        if place.name.startswith(".") and place.name not in HIDDEN_BUT_COMMITTED:
            continue
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts:
                yield path


def test_model_and_engine_iterate_over_no_set_in_its_own_order():
    returning = functions_that_return_sets()
    found = {relative(path): SetIterations(tree(path), returning).lines for path in SIMULATING}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_model_and_engine_add_floats_by_fsum():
    sums = [call.split(": ", 1) for path in SIMULATING for call in builtin_calls(path, "sum")]
    assert [(place, call) for place, call in sums if call not in SUMS_OF_WHOLE_NUMBERS] == []
    assert {call for _, call in sums} == SUMS_OF_WHOLE_NUMBERS, "an exception that is no longer needed"


def test_nothing_depends_on_hashes_or_addresses_in_memory():
    calls = [call for path in MODULES for call in builtin_calls(path, "hash", "id")]
    # what is painted is known by identity while it is kept
    assert {call.split(":")[0] for call in calls} == {"view/paint/painter.py"}


def test_no_folder_of_sim_has_too_many_modules():
    counts = Counter(relative(path.parent) for path in MODULES if path.name != "__init__.py")
    assert {folder: count for folder, count in counts.items() if count > MAX_MODULES} == {}


def test_the_tour_names_every_package_and_only_what_is_there():
    tour = (SIM / "README.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    packages = {f"{relative(path.parent)}/" for path in MODULES if path.name == "__init__.py"} - {"./"}
    assert {package for package in packages if f"`{package}`" not in tour} == set()
    paths = re.findall(r"`([\w/]+/(?:\w+\.py)?)`", tour)
    assert [path for path in paths if not any((root / path).exists() for root in (SIM, REPOSITORY))] == []
    defined = set(re.findall(r"^ *(?:def|class) (\w+)", code, re.MULTILINE))
    names = re.findall(r"`(?:(\w+)\(\)|([A-Z]\w+)(?:\.(\w+))?)`", tour)
    types = {"Law", "LAWS", "Event"}  # names of values
    assert {name for found in names for name in found if name} - defined - types == set()


def test_no_text_names_a_path_of_one_machine_or_a_package_index():
    found = {
        path.relative_to(REPOSITORY).as_posix(): match.group()
        for path in committed_texts()
        if (match := MACHINE.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_the_guards_see_what_they_forbid_and_nothing_else():
    unordered = (
        "for x in {1, 2}: pass",
        "for x in set(y): pass",
        "for x in a.union(b): pass",
        "for x in {*a} - {*b}: pass",
        "for x in a.keys() | b.keys(): pass",
        "near = {v for v in y}\nfor x in near: pass",
        "def f(near: set[int]):\n    return [x for x in near]",
        "class C:\n    near: frozenset[str]\ndef f(c): return list(c.near)",
        "for x in network.reachable(a): pass",
        "print(*{1, 2})",
        "', '.join({a, b})",
        "{x: 1 for x in set(y)}",
        "math.prod(x for x in {0.1, 0.2})",
        "list(a if b else {1})",
    )
    ordered = (
        "for x in sorted({1, 2}): pass",
        "any(x > 1 for x in {1, 2})",
        "math.fsum(x for x in {0.1, 0.2})",
        "{x for x in {1, 2}}",
        "for x in [1, 2]: pass",
        "for x in a - b: pass",
        "1 in {1, 2}",
        "for x in {1: 2}: pass",
        "len({1, 2})",
    )
    assert [text for text in unordered if not set_iterations(text)] == []
    assert [text for text in ordered if set_iterations(text)] == []
    assert "reachable" in functions_that_return_sets()
    machine = ("see /" + "work/x", "in /" + "tmp/y.toml", "C:" + "\\Users\\me", "//10.0" + ".0.7/simple")
    anywhere = (
        "https://pypi.org/project/simpy",
        "sim/model/work",
        "./tmp/x",
        "share of work/day",
        "~/home/x",
    )
    assert [text for text in (*machine, "--index" + "-url") if not MACHINE.search(text)] == []
    assert [text for text in anywhere if MACHINE.search(text)] == []


OPENS = {"write_text", "write_bytes", "read_text", "read_bytes", "touch", "unlink", "rmdir", "hardlink_to",
         "symlink_to", "fdopen", "mkstemp", "mkdtemp", "rmtree", "flock", "fsync"}  # fmt: skip
MODE = re.compile("[rwxabt+]+")


def opens_a_file(node: ast.AST) -> bool:
    """Return whether a call opens, writes or removes a file itself; discarding output is none of these."""
    name = called(node)
    text = ast.unparse(node) if name in OPENS else ""
    if text.startswith(("read_text(", "read_bytes(", "formatter.")):
        return False  # of a scenario file, of a map, to click's help
    if name in {"read_text", "open"} and isinstance(node, ast.Call):
        text = ast.unparse(node)
        has_mode = any(
            isinstance(each, ast.Constant) and MODE.fullmatch(str(each.value)) for each in node.args
        )
        is_plain = isinstance(node.func, ast.Name) and name == "open"
        return (
            is_plain or (name == "open" and has_mode) or name == "read_text" or text.startswith("os.open")
        ) and "os.devnull" not in text
    return name in OPENS


def test_files_are_opened_written_and_removed_in_one_package_only():
    found = [
        f"{relative(path)}:{node.lineno} {called(node)}"
        for path in MODULES
        if path.relative_to(SIM).parts[0] != "files"
        for node in ast.walk(tree(path))
        if opens_a_file(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ['path.open("rb")', "open(path)", "os.open(path, 0)", "path.read_text()", "shutil.rmtree(path)"]
)
def test_that_guard_sees_what_it_should(text):
    assert opens_a_file(ast.parse(text).body[0].value)
