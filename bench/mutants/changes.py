"""Small changes of a source file, each of which a test should notice."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation import mutators


@dataclass(frozen=True, slots=True)
class Mutant:
    """``code`` is the whole file with one change in ``line``; ``path`` is relative.
    ``statement`` are the lines of the statement around, without a body of its own."""

    path: Path
    line: int
    code: str
    diff: str
    statement: range
    in_function: bool

    @property
    def module(self) -> str:
        """Its name for ``import``."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass(frozen=True, slots=True)
class _Change:
    line: int
    before: cst.CSTNode
    after: cst.CSTNode


class Source:
    """A file and the changes that can be made in it, in order."""

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path
        self._text = (root / path).read_text(encoding="utf-8")
        wrapper = MetadataWrapper(cst.parse_module(self._text))
        finder = _Finder()
        wrapper.visit(finder)
        self._module, self._changes = wrapper.module, finder.changes
        self._tree = ast.parse(self._text)

    def __len__(self) -> int:
        return len(self._changes)

    def mutant(self, number: int) -> Mutant:
        change = self._changes[number]
        changed = self._module.deep_replace(change.before, change.after)
        code = cst.ensure_type(changed, cst.Module).code
        lines = difflib.unified_diff(self._text.splitlines(), code.splitlines(), lineterm="", n=0)
        diff = "\n".join([*lines][3:])
        around = [*_around(self._tree, change.line)]
        in_function = any(isinstance(each, ast.FunctionDef) for each in around[:-1])
        return Mutant(self.path, change.line, code, diff, _header(around[-1]), in_function)


def _around(parent: ast.AST, line: int) -> Iterator[ast.stmt]:
    """The statements that the line stands in, from outside in."""
    for node in ast.iter_child_nodes(parent):
        if line in _lines(node, line):
            if isinstance(node, ast.stmt):
                yield node
            yield from _around(node, line)


def _header(statement: ast.stmt) -> range:
    lines = _lines(statement, 0)
    body = [each.lineno for each in getattr(statement, "body", [])]
    return range(lines.start, max(body[0], lines.start + 1)) if body else lines


def _lines(node: ast.AST, otherwise: int) -> range:
    starts = [node, *getattr(node, "decorator_list", [])]
    start = min(getattr(each, "lineno", otherwise) for each in starts)
    return range(start, getattr(node, "end_lineno", otherwise) + 1)


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[_Change] = []

    def visit_Annotation(self, node: cst.Annotation) -> bool:  # noqa: N802
        """Nothing is compared in a type."""
        return not node

    def on_visit(self, node: cst.CSTNode) -> bool:
        for before, after in _changes(node):
            line = self.get_metadata(PositionProvider, before).start.line
            self.changes.append(_Change(line, before, after))
        return super().on_visit(node)


def _changes(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """What is put in the place of what: ``<`` becomes ``<=``, ``==`` ``!=``, ``and`` ``or``, 1 2;
    ``not`` goes, and comes before a condition that is none of these."""
    match node:
        case cst.BaseNumber():
            yield from _each(node, mutators.operator_number(node))
        case cst.ComparisonTarget(operator=operator):
            yield from _each(node, mutators.operator_swap_op(node))
            yield from _each(operator, mutators.operator_keywords(operator))
        case cst.BooleanOperation():
            yield from _each(node, mutators.operator_swap_op(node))
        case cst.UnaryOperation(operator=cst.Not()):
            yield from _each(node, mutators.operator_remove_unary_ops(node))
        case cst.If() | cst.IfExp() | cst.CompIf() | cst.While():
            yield from _negated(node.test)


def _each(
    before: cst.CSTNode, after: Iterable[cst.CSTNode]
) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    return ((before, each) for each in after)


def _negated(test: cst.BaseExpression) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    changed_already = cst.Comparison | cst.BooleanOperation
    is_not = isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not)
    if not is_not and not isinstance(test, changed_already):
        inner = (
            test
            if test.lpar
            else test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        )
        yield test, cst.UnaryOperation(cst.Not(), inner)
