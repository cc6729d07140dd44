"""A design that names what it does not have is shown with what is wrong, on every tab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.changed import changed
from tests.generate.shop import shop as whole_shop
from tests.pages.conftest import FakeWorkspace

OpenPage = Callable[..., AppTest]

BROKEN = [
    ("entities[0].name", "", "name in it is empty"),
    ("entities[0].columns", [], "no column in silver"),
    ("entities[0].columns[0].type", "nothing", "not a type of Unity Catalog"),
    ("star.dimensions[0].entity", "gone", "no table 'gone'"),
    ("star.dimensions[0].folded[0].child", "gone", "no row 'gone'"),
    ("star.facts[1].header", None, "the fact has none"),
    ("star.facts[1].links[0].dimension", "gone", "no dimension 'gone'"),
    ("star.bridges[0].links", [], "links nothing"),
    ("star.aggregates[0].measures", ["gone"], "no measure 'gone'"),
    (
        "references",
        [{"entity": "orders", "columns": [], "parent": "customer", "parent_columns": ["x"]}],
        "It pairs 0 columns with 1",
    ),
]


@pytest.mark.parametrize(("path", "value", "words"), BROKEN)
def test_every_tab_is_drawn(
    open_page: OpenPage, shop: FakeWorkspace, path: str, value: object, words: str
) -> None:
    shop.drafts["shop"] = changed(whole_shop(), path, value)
    at = open_page("design", design="shop")
    for tab in [tab.label for tab in at.tabs]:
        at.session_state["design_tab"] = tab
        at.run()
        assert not at.exception
        assert any(words in error.value.replace("\\", "") for error in at.error)
    at.switch_page("pages/preview.py").run()
    assert not at.exception
    assert any(words in error.value.replace("\\", "") for error in at.error)
