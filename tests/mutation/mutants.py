"""Mutants of model and engine: where cosmic-ray would change one thing in the code, and what."""

from __future__ import annotations

import ast
import random  # noqa: TID251 - samples mutants; no part of the model
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.mutating import mutate_code

PACKAGES = ("model", "engine")
NOUNS = {"__init__", "events", "parameters", "quantities", "scenario", "state", "invariants", "observation"}
"""Modules that hold no law and no process."""
IDENTITY = ("_Is", "_IsNot")
LEFT_OUT = ("RemoveDecorator", "ExceptionReplacer", "Variable", "Shift", "BitAnd", "BitXor", "Invert")
"""Operators that only break a line, or that change what is not arithmetic here."""


@dataclass(frozen=True)
class Mutant:
    """One change to one module."""

    module: Path
    operator: str
    occurrence: int

    def code(self, source: str) -> str | None:
        """Return the module's text with the change; none where it changes nothing that runs."""
        operator = cosmic_ray.plugins.get_operator(self.operator)()
        changed = mutate_code(source, operator, self.occurrence)
        try:
            is_same = changed is None or _running(changed) == _running(source)
        except SyntaxError:
            return None
        return None if is_same else changed

    def line(self, source: str) -> str:
        """Return where the change is and what it makes of the line."""
        changed = (self.code(source) or "").splitlines()
        for number, (before, after) in enumerate(zip(source.splitlines(), changed, strict=False), 1):
            if before != after:
                return f"{self.module}:{number}: {before.strip()}  ->  {after.strip()}"
        return f"{self.module}: {self.operator}"


class _Bare(ast.NodeTransformer):
    """Removes what does not run: annotations, docstrings, class decorators, and the kinds of arguments."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.decorator_list = []
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if node.value is None:
            return None
        return ast.Assign(targets=[node.target], value=node.value)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        self.generic_visit(node)
        every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        given = [*node.defaults, *(each for each in node.kw_defaults if each is not None)]
        return ast.Tuple(elts=[*every, *given])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        is_for_types = "TYPE_CHECKING" in ast.dump(node.test)
        return None if is_for_types else self.generic_visit(node)


def _running(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))


def operators() -> list[str]:
    """Return the names of the operators that are used."""
    return [
        name
        for name in cosmic_ray.plugins.operator_names()
        if not name.endswith(IDENTITY) and not any(part in name for part in (*LEFT_OUT, "_Is_", "_IsNot_"))
        and "BitOr" not in name
    ]  # fmt: skip


def modules(root: Path) -> list[Path]:
    """Return the modules that hold laws and processes, relative to the repository."""
    found = [path for package in PACKAGES for path in sorted((root / "sim" / package).rglob("*.py"))]
    return [path.relative_to(root) for path in found if path.stem not in NOUNS]


def mutants_of(root: Path, module: Path) -> list[Mutant]:
    """Return all mutants of a module; some of them change nothing that runs."""
    from cosmic_ray.ast import Visitor, get_ast  # noqa: PLC0415 - beside its use

    tree = get_ast((root / module).read_text(encoding="utf-8"))
    found = []
    for name in operators():
        operator = cosmic_ray.plugins.get_operator(name)()

        class Counter(Visitor):
            count = 0

            def visit(self, node: object, operator: object = operator) -> object:
                self.count += len(list(operator.mutation_positions(node)))
                return node

        counter = Counter()
        counter.walk(tree)
        found += [Mutant(module, name, number) for number in range(counter.count)]
    return found


def sample(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return a random sample, in random order, so that a run broken off is a sample too."""
    rng = random.Random(seed)
    return rng.sample(mutants, min(count, len(mutants)))
