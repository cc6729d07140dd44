"""Tables whose code was deployed by an earlier version of the product, or edited by somebody: the
design says the same, the code does not."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from medallion_core.deploy.changes import Deployed, TableChange, table_changes
from medallion_core.generate import generate_bundle
from medallion_core.model import ChangeHandling, Design, Entity, EntityColumn, Settings
from medallion_core.tables.inventory import expected_tables
from tests.deploy.test_changes import ORDERS, RETURNS, kept, read

BRONZE, SILVER = "src/bronze/orders.py", "src/silver/orders.py"
SNAPSHOTS = replace(
    ORDERS,
    reads=(read("orders", append_only=False),),
    change=ChangeHandling.SNAPSHOT_HISTORY,
)
HISTORY = replace(ORDERS, change=ChangeHandling.HISTORY)
DELETED = replace(ORDERS, delete_when="amount = 0")
MISSING = kept(missing=True)(ORDERS)


class Code(NamedTuple):
    """The file at ``path`` said ``was`` where ``now`` stands for ``entity``."""

    entity: Entity
    path: str
    now: str
    was: str


VALUES = ('        "id",\n', '        "trim(id) AS id",\n')
ORDER = ('F.struct("changed_at", "_ingested_at",', 'F.struct("changed_at",')
KEY = ('keys=["id"]', 'keys=["id", "amount"]')
TRACKED = ("track_history_except_column_list", "track_history_column_list")
DELETES = ('F.expr("amount = 0")', 'F.expr("amount = 1")')
AGAIN: dict[str, tuple[Code, str, set[str]]] = {
    "order": (Code(ORDERS, SILVER, *ORDER), "its order", {"silver"}),
    "key": (Code(ORDERS, SILVER, *KEY), "its key", {"silver"}),
    "type": (Code(ORDERS, SILVER, "scd_type=1", "scd_type=2"), "how it handles", {"silver"}),
    "versions": (Code(HISTORY, SILVER, *TRACKED), "what begins a version", {"silver"}),
    "deletions": (Code(DELETED, SILVER, *DELETES), "which rows delete", {"silver"}),
    "values": (Code(ORDERS, SILVER, *VALUES), "how its rows", {"silver", "quarantine"}),
    "rules": (Code(ORDERS, SILVER, "> 0", "> 1"), "the rules", {"silver", "quarantine"}),
}


def changes(code: Code) -> dict[str, TableChange]:
    design = Design(Settings("shop", "main", "gold"), (code.entity,))
    bundle = generate_bundle(design)
    was = bundle[code.path].replace(code.now, code.was)
    assert was != bundle[code.path]
    return changes_of(design, {code.path: was})


def changes_of(
    design: Design, code: dict[str, str], *, known: bool = True
) -> dict[str, TableChange]:
    """By table, where the same design was deployed and ``code`` lies there."""
    bundle, tables = generate_bundle(design), frozenset(expected_tables(design))
    deployed = Deployed(design if known else None, bundle if known else {}, tables, code)
    return {each.table: each for each in table_changes(deployed, design, bundle)}


def refreshed(found: dict[str, TableChange]) -> dict[str, bool]:
    return {name: each.lossless for name, each in found.items() if each.action == "refresh"}


@pytest.mark.parametrize("case", AGAIN)
def test_what_bronze_has_all_rows_of_is_made_again_as_the_code_says_now(case: str) -> None:
    code, why, layers = AGAIN[case]
    found = changes(code)
    assert refreshed(found) == {f"{layer}_orders": True for layer in layers}
    assert f"full refresh: {why}" in found["silver_orders"].detail
    assert "an earlier version of Medallion Builder" in found["silver_orders"].detail


SAME = {
    "what is said of it": ('comment="orders', 'comment="all orders'),
    "properties": ('"quality": "silver",', '"quality": "gold",'),
    "how it is laid out": ("try_cast(amount AS", "try_cast( amount\n  AS"),
    "the names of rules": ("F.array_compact", "F.array_distinct"),
    "what tells rows of one update apart": ("xxhash64", "hash"),
    "nothing that ever ran": ("def ", "deaf "),
}


@pytest.mark.parametrize("case", SAME)
def test_what_makes_no_other_rows_keeps_them(case: str) -> None:
    found = changes(Code(ORDERS, SILVER, *SAME[case]))
    assert {each.action for each in found.values()} == {"update"}
    assert {each.detail for each in found.values()} == {"rows that are there stay as they are"}


NAMED = replace(
    ORDERS,
    columns=(
        *ORDERS.columns,
        EntityColumn("total", "Total (EUR)", "string", "string", comment="In euro"),
        EntityColumn("rest", "Rest (EUR)", "string", "string", comment="What is left"),
    ),
)
ONE_BY_ONE: dict[str, Code] = {
    "comments": Code(
        NAMED,
        SILVER,
        'typed.select(*described(COMMENTS), "_ingested_at", "_source", "_uncast")',
        'typed.withMetadata("total", {"comment": "In euro"})'
        '.withMetadata("rest", {"comment": "What is left"})',
    ),
    "comments that are others": Code(NAMED, SILVER, "What is left", "What remains"),
    "names": Code(
        NAMED,
        BRONZE,
        '.withColumnsRenamed({"Total (EUR)": "Total__EUR_", "Rest (EUR)": "Rest__EUR_"})',
        '.withColumnRenamed("Total (EUR)", "Total__EUR_")'
        '.withColumnRenamed("Rest (EUR)", "Rest__EUR_")',
    ),
}


@pytest.mark.parametrize("case", ONE_BY_ONE)
def test_what_an_earlier_version_did_one_by_one_makes_the_same_rows(case: str) -> None:
    found = changes(ONE_BY_ONE[case])
    assert {each.detail for each in found.values()} == {"rows that are there stay as they are"}


def test_what_somebody_made_of_a_column_beside_the_comments_is_told() -> None:
    edit = ('"_source", "_uncast")', '"_source", "_uncast", F.upper("id").alias("id_2"))')
    assert refreshed(changes(Code(NAMED, SILVER, *edit))).keys() >= {"silver_orders"}


def test_a_column_that_is_renamed_otherwise_is_told() -> None:
    found = changes(Code(NAMED, BRONZE, '"Rest (EUR)": "Rest__EUR_"', '"Rest": "Rest__EUR_"'))
    assert "how its rows are made changed since" in found["bronze_orders"].detail


@pytest.mark.parametrize(
    ("code", "table"),
    [
        (Code(SNAPSHOTS, SILVER, *VALUES), "silver_orders"),
        (Code(MISSING, SILVER, *VALUES), "silver_orders"),
        (Code(ORDERS, BRONZE, '"*"', '"* EXCEPT (id)"'), "bronze_orders"),
    ],
)
def test_what_cannot_be_made_again_stays_and_says_so(code: Code, table: str) -> None:
    """Nobody has the earlier version any more: a question would have one answer only."""
    found = changes(code)
    assert not refreshed(found)
    assert "stay as they are: how its rows are made changed since" in found[table].detail


@pytest.mark.parametrize(
    ("code", "tables"),
    [
        (Code(SNAPSHOTS, SILVER, *KEY), {"silver"}),
        (Code(MISSING, SILVER, *ORDER), {"silver"}),
        (Code(ORDERS, BRONZE, 'orders")', 'orders_1")'), {"bronze", "silver", "quarantine"}),
    ],
)
def test_where_a_flow_cannot_go_on_somebody_has_to_agree(code: Code, tables: set[str]) -> None:
    assert refreshed(changes(code)) == {f"{layer}_orders": False for layer in tables}


def test_code_that_lay_elsewhere_is_compared_too() -> None:
    design = Design(Settings("shop", "main", "gold"), (ORDERS, RETURNS))
    text = generate_bundle(design)[SILVER].replace(*ORDER)
    assert refreshed(changes_of(design, {"src/silver/all.py": text})) == {"silver_orders": True}


def test_a_design_that_nobody_can_read_any_more_does_not_make_its_tables_new() -> None:
    design = Design(Settings("shop", "main", "gold"), (ORDERS,))
    text = generate_bundle(design)[SILVER].replace(*ORDER)
    found = changes_of(design, {SILVER: text}, known=False)
    assert refreshed(found) == {"silver_orders": True}
    assert {each.action for each in found.values()} == {"refresh", "update"}
