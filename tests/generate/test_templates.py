"""Templates decide nothing: what a template writes stands in its class, decided and typed."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections import Counter

import pytest
from jinja2 import meta, nodes

import medallion_core.generate as generate
from medallion_core.generate.render import TEMPLATES, _environment

FILTERS = {
    "py",
    "sql",
    "listed",
    "chain",
    "block",
    "formatted_block",
    "text",
    "doc",
    "note",
    "yaml",
    "md",
    "md_list",
}
FILTERS |= {"map", "join"}
DECISIONS = (nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Getitem, nodes.Or, nodes.Test)


def _classes() -> dict[str, type]:
    modules = (
        importlib.import_module(f"{generate.__name__}.{module.name}")
        for module in pkgutil.iter_modules(generate.__path__)
    )
    found = {
        kind: kind.template
        for module in modules
        for kind in vars(module).values()
        if dataclasses.is_dataclass(kind) and hasattr(kind, "template")
    }
    assert max(Counter(found.values()).values()) == 1, "a template has one class"
    return {template: kind for kind, template in found.items()}


CLASSES = _classes()
PATHS = [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.j2"))]


def _parsed(path: str) -> nodes.Template:
    return _environment().parse((TEMPLATES / path).read_text())


def test_every_template_has_a_class_and_every_class_a_template() -> None:
    files = {path.removesuffix(".j2") for path in PATHS if not path.split("/")[-1].startswith("_")}
    assert files == CLASSES.keys()


@pytest.mark.parametrize("template", CLASSES)
def test_a_class_has_the_names_that_its_template_uses(template: str) -> None:
    kind = CLASSES[template]
    assert kind.__dataclass_params__.frozen
    used = meta.find_undeclared_variables(_parsed(f"{template}.j2"))
    assert used == {field.name for field in dataclasses.fields(kind)}


@pytest.mark.parametrize("path", PATHS)
def test_a_template_asks_only_what_is_there(path: str) -> None:
    tree = _parsed(path)
    assert list(tree.find_all(DECISIONS)) == []
    assert {node.name for node in tree.find_all(nodes.Filter)} <= FILTERS
