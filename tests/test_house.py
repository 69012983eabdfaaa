"""Guards of the house that no linter knows: sizes, names, and nothing that differs from run to run."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sim

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.untraced

HOUSE = Path(sim.__file__).parent
REPOSITORY = Path(__file__).parent.parent
MODULES = sorted(HOUSE.rglob("*.py"))
SIMULATING = [path for path in MODULES if {"model", "engine"} & set(path.relative_to(HOUSE).parts)]
CEILING = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
SUMS_OF_WHOLE_NUMBERS = {"engine/replacements.py": {"sum(spread.values())"}}
"""Where `sum` adds counts. Of floats it gives other last digits from Python 3.12 on; `math.fsum` does not."""
UNORDERED_IS_FINE = {"sorted", "any", "all", "len", "set", "frozenset", "fsum"}
ORDERED = {"list", "tuple", "enumerate", "zip", "map", "filter", "iter", "next", "reversed", "join", "extend",
           "fromkeys", "dict", "array", "chain", "sum", "deque"}  # fmt: skip
SET_METHODS = {"union", "intersection", "difference", "symmetric_difference"}
SET_OPERATORS = (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)
TEXTS = {".py", ".toml", ".md", ".txt", ".cfg", ".ini", ".yml", ".yaml", ".json", ".sh", ".csv", ""}
FOREIGN = re.compile(
    r"(?<![\w.*~])/(?:work|tmp|home|root|Users|mnt|srv|opt|var)/\w"
    r"|\b[A-Z]:\\+Users"
    r"|\bshared/(?:facts|design|hooks)"
    r"|(?:extra-)?index-ur[l]|(?:PIP|UV)_(?:EXTRA_)?INDE[X]|artifac[t]ory|dev[p]i|\bnexu[s]\b"
    r"|//[\w.-]+\.(?:internal|local|corp|lan)\b|//localhos[t]|//\d+\.\d+\.\d+\.\d+"
)
"""Paths of one machine, and where one machine fetches its packages."""


def names(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str | None:
    """Return the last name of what is called: ``fsum`` of ``math.fsum(x)``."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else None


def calls_of(code: ast.AST, *builtins: str) -> Iterator[ast.Call]:
    """Yield calls of builtins by their bare names."""
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in builtins:
            yield node


def says_set(annotation: ast.expr | None) -> bool:
    return annotation is not None and bool(
        re.match(r"(?:Abstract|Mutable)?(?:frozen)?set\b", ast.unparse(annotation), re.IGNORECASE)
    )


@cache
def functions_that_return_sets() -> frozenset[str]:
    return frozenset(
        node.name
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and says_set(node.returns)
    )


class SetWalks:
    """Finds where code goes through a set in whatever order it comes, as far as its text shows.

    A set of text has another order in each process; one of numbers has one by accident.
    """

    def __init__(self, code: ast.Module, returning: frozenset[str]) -> None:
        self.returning = returning
        self.known = set()
        for node in ast.walk(code):
            if isinstance(node, ast.AnnAssign | ast.arg) and says_set(node.annotation):
                self.known.add(self.name(node.target if isinstance(node, ast.AnnAssign) else node))
        for node in ast.walk(code):
            if isinstance(node, ast.Assign) and self.is_set(node.value):
                self.known |= {self.name(target) for target in node.targets}
        self.known.discard(None)
        fine = {
            id_of(argument)
            for node in ast.walk(code)
            if called(node) in UNORDERED_IS_FINE
            for argument in node.args
        }
        self.found = [
            node.lineno
            for node in ast.walk(code)
            for walked in self.walked(node)
            if self.is_set(walked) and id_of(node) not in fine
        ]

    @staticmethod
    def name(node: ast.AST) -> str | None:
        return getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)

    def is_set(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Set | ast.SetComp):
            return True
        if isinstance(node, ast.Call):
            return called(node) in {"set", "frozenset"} | SET_METHODS | self.returning
        if isinstance(node, ast.BinOp) and isinstance(node.op, SET_OPERATORS):
            return any(self.is_set(side) or called(side) == "keys" for side in (node.left, node.right))
        if isinstance(node, ast.IfExp):
            return self.is_set(node.body) or self.is_set(node.orelse)
        return isinstance(node, ast.Name | ast.Attribute) and self.name(node) in self.known

    def walked(self, node: ast.AST) -> list[ast.expr]:
        """Return what a node goes through in order."""
        if isinstance(node, ast.For):
            return [node.iter]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            return [part.iter for part in node.generators]
        if called(node) in ORDERED:
            return list(node.args)
        return [node.value] if isinstance(node, ast.Starred) else []


def id_of(node: ast.AST) -> tuple[str, int, int, int | None]:
    """Return where a node stands, which tells it from all others."""
    return type(node).__name__, node.lineno, node.col_offset, node.end_col_offset


def set_walks(text: str, returning: frozenset[str] = frozenset()) -> list[int]:
    return SetWalks(ast.parse(text), returning).found


# the guards


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= CEILING


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=names)
def test_only_the_facade_holds_more_than_a_docstring(path):
    code = tree(path)
    assert ast.get_docstring(code)
    assert path.parent == HOUSE or len(code.body) == 1


def test_no_module_has_a_name_that_says_nothing():
    assert [names(path) for path in MODULES if VAGUE & {path.stem, path.parent.name}] == []


@pytest.mark.parametrize("path", SIMULATING, ids=names)
def test_floats_are_added_by_fsum(path):
    allowed = SUMS_OF_WHOLE_NUMBERS.get(names(path), set())
    sums = [ast.unparse(call) for call in calls_of(tree(path), "sum")]
    assert [call for call in sums if call not in allowed] == []


def test_every_exception_for_a_sum_is_still_needed():
    for name, allowed in SUMS_OF_WHOLE_NUMBERS.items():
        assert {ast.unparse(call) for call in calls_of(tree(HOUSE / name), "sum")} == allowed


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_nothing_hangs_on_hashes_or_places_in_memory(path):
    assert [call.lineno for call in calls_of(tree(path), "hash", "id")] == []


@pytest.mark.parametrize("path", SIMULATING, ids=names)
def test_no_set_is_gone_through_in_its_own_order(path):
    assert SetWalks(tree(path), functions_that_return_sets()).found == []


def committed() -> list[Path]:
    """Return the texts of the repository: those in view, and the folder of checks."""
    places = [path for path in REPOSITORY.iterdir() if not path.name.startswith(".") or path.name == ".ci"]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    return sorted(file for file in files if file.is_file() and file.suffix in TEXTS)


def test_no_text_names_a_place_on_one_machine_or_where_it_fetches_packages():
    found = {
        path.relative_to(REPOSITORY).as_posix(): match.group()
        for path in committed()
        if "__pycache__" not in path.parts
        and (match := FOREIGN.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


# that the guards see what they are there for


@pytest.mark.parametrize(
    "text",
    [
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
    ],
)
def test_a_walk_through_a_set_is_seen(text):
    assert set_walks(text, frozenset({"reachable"}))


@pytest.mark.parametrize(
    "text",
    [
        "for x in sorted({1, 2}): pass",
        "any(x > 1 for x in {1, 2})",
        "math.fsum(x for x in {0.1, 0.2})",
        "{x for x in {1, 2}}",
        "for x in [1, 2]: pass",
        "for x in a - b: pass",
        "1 in {1, 2}",
        "for x in {1: 2}: pass",
        "len({1, 2})",
    ],
)
def test_what_has_an_order_or_needs_none_is_let_be(text):
    assert set_walks(text, frozenset({"reachable"})) == []


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/x",
        "in /" + "tmp/y.toml",
        "C:" + "\\Users\\me",
        "--index" + "-url",
        "//10.0" + ".0.7/simple",
    ],
)
def test_a_machines_own_places_are_seen(text):
    assert FOREIGN.search(text)


@pytest.mark.parametrize(
    "text",
    ["https://pypi.org/project/simpy", "sim/domain/work", "./tmp/x", "a share of work/day", "~/home/x"],
)
def test_places_that_everybody_has_are_let_be(text):
    assert not FOREIGN.search(text)


def test_functions_that_return_sets_are_known():
    assert "reachable" in functions_that_return_sets()
