"""The app over a workspace that lives in this process: what the pages draw, without a server."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from medallion_core import browse, trust, workspace
from medallion_core.browse import TableSummary
from medallion_core.check import rules as rule_check
from medallion_core.deploy import drafts, permit
from medallion_core.deploy.drafts import Draft
from medallion_core.errors import MedallionError
from medallion_core.model import Design, Source, TableName, TableType
from pages import components
from tests.pages.designs import HOSTILE, TABLES, shop_source

ROOT = Path(__file__).parents[2]

for found in pkgutil.walk_packages(components.__path__, "pages.components."):
    # Before anything is replaced: what is imported later would keep the replacement for good.
    importlib.import_module(found.name)


@dataclass
class FakeWorkspace:
    """Answers what the pages ask; keeps drafts; counts what was asked."""

    host: str = "https://shop.example.com"
    user_name: str = "ada@example.com"
    drafts: dict[str, Design] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuse: MedallionError | None = None
    client: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(workspace=None))

    def cancel(self) -> None:
        """What is asked here is answered at once."""

    def note(self, what: str) -> None:
        self.asked.append(what)
        if self.refuse is not None:
            raise self.refuse


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWorkspace]:
    """The core's doors to a workspace, answered by one in memory."""
    fake = FakeWorkspace()
    for name in ("DATABRICKS_APP_NAME", "DATABRICKS_CLIENT_SECRET", "MEDALLION_TRUST"):
        monkeypatch.delenv(name, raising=False)
    st.cache_data.clear()
    st.cache_resource.clear()
    for module, name, stand_in in doors(fake):
        replace_everywhere(monkeypatch, getattr(module, name), stand_in)
    yield fake
    st.cache_data.clear()
    st.cache_resource.clear()


def doors(fake: FakeWorkspace) -> Sequence[tuple[Any, str, Callable[..., Any]]]:
    def list_groups(_: object) -> list[str]:
        fake.note("groups")
        return ["analysts", HOSTILE, "evil\u202egroup"]

    def list_tables(_: object, catalog: str, schema: str) -> list[TableSummary]:
        fake.note(f"tables of {catalog}.{schema}")
        return [summary(TableName(catalog, schema, table)) for table in TABLES]

    def search_tables(_: object, text: str, limit: int) -> list[TableSummary]:
        fake.note(f"search {text}")
        return [summary(TableName("shop", "sales", table)) for table in TABLES if text in table]

    def read_sources(_: object, names: Sequence[TableName]) -> list[Source]:
        fake.note("columns")
        return [shop_source(name) for name in names]

    def sample_rows(*_: object) -> pa.Table:
        fake.note("sample")
        return pa.table({"order_id": [1, 2]})

    def save_draft(_: object, draft: Draft) -> Draft:
        name = draft.design.settings.pipeline_name
        if draft.revision < fake.revisions.get(name, 0):
            raise MedallionError("DRAFT_CHANGED", f"{name} was saved in another browser.")
        fake.drafts[name], fake.revisions[name] = draft.design, draft.revision + 1
        return Draft(draft.design, draft.revision + 1)

    def replace_draft(_: object, design: Design) -> Draft:
        return save_draft(_, Draft(design, fake.revisions.get(design.settings.pipeline_name, 0)))

    def open_design(_: object, name: str) -> Draft:
        return Draft(fake.drafts[name], fake.revisions.get(name, 0))

    return (
        (workspace, "connect", lambda **_: fake),
        (browse, "list_catalogs", lambda _: ["attic", "shop"]),
        (browse, "list_schemas", lambda _, catalog: ["empty", "sales"]),
        (browse, "list_warehouses", lambda _: ["Serverless"]),
        (browse, "list_groups", list_groups),
        (browse, "missing_groups", lambda _, names: [name for name in names if "typo" in name]),
        (browse, "list_volumes", lambda *_: []),
        (browse, "has_table", lambda *_: True),
        (browse, "list_tables", list_tables),
        (browse, "fullest_schema", lambda _: ("shop", "sales")),
        (browse, "search_tables", search_tables),
        (browse, "read_sources", read_sources),
        (browse, "find_sources", read_sources),
        (browse, "described_sources", read_sources),
        (browse, "sample_rows", sample_rows),
        (rule_check, "check_rules", lambda *_: None),
        (drafts, "list_designs", lambda _: []),
        (drafts, "save_draft", save_draft),
        (drafts, "replace_draft", replace_draft),
        (drafts, "open_design", open_design),
        (drafts, "who_has_the_name", lambda *_: ""),
        (trust, "open_places", lambda *_: []),
        (trust, "read_owners", lambda _: ()),
        (permit, "code_changes", lambda *_: []),
        (permit, "permit_look", lambda *_: None),
        (permit, "permit", lambda *_, **__: None),
        (permit, "require_code", lambda *_: None),
        (trust, "write_audit", lambda *_: None),
    )


def summary(name: TableName) -> TableSummary:
    return TableSummary(
        name=name,
        table_type=TableType.MANAGED,
        format="delta",
        comment=HOSTILE,
        column_count=len(TABLES[name.table]),
    )


def replace_everywhere(
    monkeypatch: pytest.MonkeyPatch, original: object, stand_in: Callable[..., Any]
) -> None:
    """In every module of ours that has imported ``original`` under its own name."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("medallion_core", "pages"):
            for attribute, value in list(vars(module).items()):
                if value is original:
                    monkeypatch.setattr(module, attribute, stand_in)


@pytest.fixture
def open_page(shop: FakeWorkspace) -> Callable[..., AppTest]:
    """Opens a page of the app as a new browser would."""

    def open_(page: str = "", design: str = "", **session: object) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        if design:
            at.query_params["design"] = design
        for key, value in session.items():
            at.session_state[key] = value
        at.run()
        if page:
            at.switch_page(f"pages/{page}.py").run()
        assert not at.exception, at.exception
        return at

    return open_
