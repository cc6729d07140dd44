"""Grants: what they are for, and that hostile names stay names."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from medallion_core.check.sql_code import check_permissions
from medallion_core.model import (
    Design,
    Entity,
    Fact,
    FileFormat,
    FilesLocation,
    KafkaLocation,
    Location,
    Settings,
    Star,
    TableLocation,
    TableName,
)
from medallion_core.tables.privileges import (
    SERVICE_PRINCIPAL_PLACEHOLDER,
    Privilege,
    create_statements,
    grant_statement,
    permissions_script,
    reader_privileges,
    required_privileges,
)
from medallion_core.text import sql
from tests.generate.designs import tpch

ORDERS = TableLocation(TableName("crm", "sales", "orders"))
STAR = Star(facts=(Fact("fact_orders", "orders"),))


def tpch_for(reader: str) -> Design:
    return replace(tpch(), settings=replace(tpch().settings, readers=(reader,)))


def design(*reads: Location, owner: str = "ann@example.org", name: str = "shop") -> Design:
    settings = Settings(
        name, "main", "gold", owner=owner, readers=("analysts",), service_principal="sp-1"
    )
    return Design(settings, (Entity("orders", reads, ()),))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (
            ORDERS,
            [
                ("USE CATALOG", "CATALOG", "crm"),
                ("USE SCHEMA", "SCHEMA", "crm.sales"),
                ("SELECT", "TABLE", "crm.sales.orders"),
            ],
        ),
        (
            FilesLocation("/Volumes/lake/raw/files/orders", FileFormat.JSON),
            [
                ("USE CATALOG", "CATALOG", "lake"),
                ("USE SCHEMA", "SCHEMA", "lake.raw"),
                ("READ VOLUME", "VOLUME", "lake.raw.files"),
            ],
        ),
        (FilesLocation("s3://bucket/orders", FileFormat.CSV), []),
        (KafkaLocation("broker:9092", ("orders",), secret_scope="kafka"), []),
    ],
)
def test_each_kind_of_source_needs_its_own_grants(
    location: Location, expected: list[tuple[str, str, str]]
) -> None:
    wanted = required_privileges(design(location), "sp-1")
    triples = [(each.privilege, each.securable_type, each.subject) for each in wanted]
    assert triples[:5] == [
        ("USE CATALOG", "CATALOG", "main"),
        ("CREATE SCHEMA", "CATALOG", "main"),
        ("USE SCHEMA", "SCHEMA", "main.gold"),
        ("CREATE TABLE", "SCHEMA", "main.gold"),
        ("CREATE MATERIALIZED VIEW", "SCHEMA", "main.gold"),
    ]
    assert triples[5:] == expected
    assert {each.principal for each in wanted} == {"sp-1"}


def test_a_grant_is_asked_for_once() -> None:
    other = TableLocation(TableName("crm", "sales", "customers"))
    wanted = required_privileges(design(ORDERS, other, ORDERS), "sp-1")
    statements = [grant_statement(each) for each in wanted]
    assert len(statements) == len(set(statements)) == 9


def test_readers_see_gold_and_nothing_else() -> None:
    wanted = reader_privileges(tpch_for("analysts"))
    selects = [each.subject for each in wanted if each.privilege == "SELECT"]
    gold = ["dim_customer", "dim_part", "fact_orders", "fact_lineitem", "dim_date"]
    checks = ["row_balance", "reconciliation", "key_check"]
    assert selects == [f"main.tpch_gold.{table}" for table in (*gold, *checks)]
    assert {each.principal for each in wanted} == {"analysts"}


def test_the_script_is_whole_and_in_order() -> None:
    script = permissions_script(replace(design(ORDERS), star=STAR))
    lines = [line for line in script.splitlines() if line and not line.startswith("--")]
    assert lines[0].startswith("CREATE CATALOG IF NOT EXISTS main COMMENT ")
    assert lines[1].startswith("CREATE SCHEMA IF NOT EXISTS main.gold COMMENT ")
    for principal in ("sp-1", "ann@example.org"):
        assert f"GRANT SELECT ON TABLE crm.sales.orders TO `{principal}`;" in lines
        assert f"GRANT CREATE SCHEMA ON CATALOG main TO `{principal}`;" in lines
    assert "-- GRANT SELECT ON TABLE main.gold.silver_orders TO `ann@example.org`;" in script
    assert "SELECT ON SCHEMA" not in script, "others may have tables there"
    assert "GRANT USE SCHEMA ON SCHEMA main.gold TO `analysts`;" in lines
    assert "<" not in script
    assert all(line.endswith(";") for line in lines)


def test_what_cannot_be_granted_before_the_first_run_stands_in_comments_at_the_end() -> None:
    script = permissions_script(replace(design(ORDERS), star=STAR))
    before, after = script.split("-- To be run once the first run has made the tables\n")
    assert "-- GRANT" not in before
    lines = after.splitlines()
    assert "-- GRANT SELECT ON TABLE main.gold.fact_orders TO `analysts`;" in lines
    assert all(line.startswith("-- GRANT SELECT ON TABLE main.gold.") for line in lines)


def test_nothing_is_granted_on_a_catalog_that_everybody_may_read() -> None:
    script = permissions_script(tpch())
    before, after = script.split("-- Shared catalogs")
    assert "samples" not in before
    lines = after.splitlines()[1:]
    assert "-- GRANT USE CATALOG ON CATALOG samples TO `ada@example.com`;" in lines
    assert all(line.startswith("-- GRANT ") for line in lines)
    assert list(check_permissions("sql/permissions.sql", script)) == []


def test_the_script_says_what_has_to_be_filled_in() -> None:
    nobody = Design(Settings("shop", "main", "gold"))
    script = permissions_script(nobody)
    assert f"TO `{SERVICE_PRINCIPAL_PLACEHOLDER}`;" in script
    assert "Replace what stands in <angle brackets> first." in script


def test_what_sql_cannot_grant_is_said_in_words() -> None:
    reads = (
        FilesLocation("s3://bucket/orders", FileFormat.CSV),
        KafkaLocation("broker:9092", ("orders",), secret_scope="kafka"),
    )
    script = permissions_script(design(*reads))
    assert "-- s3://bucket/orders needs READ FILES for sp-1" in script
    assert "-- The secret scope kafka needs the permission READ for sp-1." in script


HOSTILE = st.text(min_size=1, max_size=40).filter(lambda text: "." not in text)


@given(table=HOSTILE, principal=HOSTILE)
def test_hostile_names_stay_names(table: str, principal: str) -> None:
    privilege = Privilege("SELECT", "TABLE", ("main", "gold", table), principal, why="is read")
    statement = grant_statement(privilege)
    head, _, tail = statement.partition("main.gold.")
    assert head == "GRANT SELECT ON TABLE "
    quoted_table, quoted_principal = (f"`{name.replace('`', '``')}`" for name in (table, principal))
    is_plain = table.isascii() and table.isidentifier() and sql.name(table) == table
    assert tail == f"{table if is_plain else quoted_table} TO {quoted_principal}"


@given(name=st.text(min_size=1, max_size=60), path=st.text(max_size=60))
def test_nothing_escapes_from_a_comment(name: str, path: str) -> None:
    location = FilesLocation(f"s3://{path}", FileFormat.CSV)
    script = permissions_script(design(location, owner="", name=name))
    calm = permissions_script(design(location, owner="", name="calm"))
    assert statements(script) == statements(calm)


def statements(script: str) -> list[str]:
    """What would be run, without the comment that carries the pipeline's name."""
    lines = [line for line in script.split("\n") if line and not line.startswith("--")]
    return [line.split(" COMMENT ")[0] for line in lines]


@given(name=st.text(min_size=1, max_size=60))
def test_the_schema_comment_is_one_literal(name: str) -> None:
    _, create_schema = create_statements(design(name=name))
    (parsed,) = sqlglot.parse(create_schema, "databricks")
    assert isinstance(parsed, exp.Create)
