"""What the library shows and asks, without a workspace."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from medallion import Builder, Design, MedallionError
from medallion.example import shop
from medallion_core import builder as core
from medallion_core.check.sampled import Sample
from medallion_core.edit.drift import Drift, DriftKind
from medallion_core.model import Column, Source
from medallion_core.trust import CodeChange

PATH = "src/silver/orders.py"


def sampled(rows: pa.Table) -> Design:
    """A design whose tables have these rows, whatever is asked."""
    return Design(shop().data, lambda *_, **__: Sample(rows, {"shop.sales.orders": 1_000}, 1_000))


def test_a_preview_has_code_and_rows_within_what_a_terminal_shows() -> None:
    rows = pa.table({"amount": list(range(20)), "note": ["x" * 200] * 20})
    shown = sampled(rows).rename("orders.amount", "total").preview("fact_orders")
    assert shown.rows is rows
    assert "1,000 of shop.sales.orders" in shown.note
    assert len(repr(shown)) <= 2_000
    assert "def fact_orders" in shown._repr_html_()
    assert "amount  note" in repr(shown)


def test_a_value_of_a_preview_is_text() -> None:
    shown = sampled(pa.table({"<b>": ["<img src=x>", None]})).preview("fact_orders")._repr_html_()
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "NULL" in shown


def test_what_cannot_be_computed_keeps_its_code() -> None:
    def refuse(*_: object, **__: object) -> Sample:
        raise MedallionError("NOT_ALLOWED", "You may not read it.", "Ask its owner.")

    shown = Design(shop().data, refuse).preview("orders")
    assert shown.rows is None
    assert shown.note == "No rows: You may not read it. Ask its owner."
    assert PATH in shown.files


def test_a_source_s_table_is_computed_as_silver_has_it() -> None:
    asked: list[str] = []

    def note(_: object, table: str, **__: object) -> Sample:
        asked.append(table)
        return Sample(pa.table({}), {}, 1)

    for table in ("orders", "bronze_orders", "fact_orders"):
        Design(shop().data, note).preview(table)
    assert asked == ["silver_orders", "bronze_orders", "fact_orders"]


def test_code_that_was_changed_by_hand_is_accepted_by_consent_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change = CodeChange(PATH, "edited", "aa", "print('mine')\n")
    accepted: list[Any] = []
    builder = object.__new__(Builder)
    builder._seen = {}
    builder._core = SimpleNamespace(  # type: ignore[assignment]
        code_changes=lambda *_: [change],
        accept_code=lambda name, changes: accepted.append((name, changes)),
    )
    monkeypatch.setattr(Builder, "deployed", lambda *_: shop())
    with pytest.raises(MedallionError) as raised:
        builder.accept_code("shop", PATH)
    assert raised.value.code == "CONSENT_NEEDED"
    with pytest.raises(MedallionError, match="is not as"):
        builder.accept_code("shop", PATH, consent=True)
    assert accepted == []
    assert "+print('mine')" in builder.code_changes("shop").files[PATH]
    assert "+print('mine')" in builder.accept_code("shop", PATH, consent=True).files[PATH]
    assert accepted == [("shop", [change])]


def test_what_changed_at_the_sources_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    design = shop()

    def now(_: object, locations: list[Any]) -> list[Source | None]:
        return [
            Source(location, (Column("id", "bigint"), Column("name", "string")))
            if location.table.table == "customer"
            else None
            for location in locations
        ]

    monkeypatch.setattr(core, "read_again", now)
    found = core.Builder(SimpleNamespace(person=None)).drift(design.data)  # type: ignore[arg-type]
    assert found == [Drift("customer", DriftKind.GONE, "email", before="string")]
    assert [c.name for c in design.follow(*found).data.entity("customer").columns] == ["id", "name"]
