"""The warehouse through databricks-sql-connector, unmodified."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from databricks.sql.exc import DatabaseError, ServerOperationError

from local_workspace.testing import RunningWorkspace

SLOW = "SELECT count(*) FROM range(200000) a CROSS JOIN range(200000) b WHERE a.id * b.id = 7"


def test_values_keep_their_types(workspace: RunningWorkspace) -> None:
    statement = (
        "SELECT 1Y, 1S, 1, 1L, 1.5D, 1.50BD, 'a', DATE'2024-02-29', true, X'00', NULL, "
        "TIMESTAMP'2024-01-01 12:00:00', array(1, 2), parse_json('{\"a\": 1}')"
    )
    (row,) = workspace.sql(statement)
    assert row[:11] == (
        *(1, 1, 1, 1, 1.5, Decimal("1.50"), "a", date(2024, 2, 29), True, b"\x00", None),
    )
    assert row[11] == datetime(2024, 1, 1, 12, tzinfo=UTC)
    assert list(row[12]) == [1, 2]
    assert row[13] == '{"a":1}'


def test_named_parameters_are_values_and_never_text(workspace: RunningWorkspace) -> None:
    hostile = "'; DROP TABLE x; -- ${y} \\"
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    parameters = {"a": hostile, "b": 2**40, "c": Decimal("1.25"), "d": moment, "e": None}
    (row,) = workspace.sql("SELECT :a, :b, :c, :d, :e", parameters)
    assert row == (hostile, 2**40, Decimal("1.25"), moment, None)


def test_a_large_result_comes_in_parts_and_in_full(workspace: RunningWorkspace) -> None:
    with workspace.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM range(120001)")
        table = cursor.fetchall_arrow()
    assert table.num_rows == 120_001
    assert table.column("id").to_pylist() == list(range(120_001))


def test_an_empty_result_has_its_columns(workspace: RunningWorkspace) -> None:
    with workspace.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT n_name, n_nationkey FROM samples.tpch.nation WHERE false")
        assert [column[:2] for column in cursor.description or []] == [
            ("n_name", "string"),
            ("n_nationkey", "bigint"),
        ]
        assert cursor.fetchall_arrow().num_rows == 0


@pytest.mark.parametrize(
    ("statement", "error_class", "sql_state"),
    [
        ("SELECT 1 / 0", "DIVIDE_BY_ZERO", "22012"),
        ("SELECT CAST('x' AS INT)", "CAST_INVALID_INPUT", "22018"),
        ("SELECT nope FROM samples.tpch.nation", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
        ("SELECT * FROM main.default.nope", "TABLE_OR_VIEW_NOT_FOUND", "42P01"),
        ("SELECT * FROM nope.a.b", "NO_SUCH_CATALOG_EXCEPTION", "42704"),
        ("SELEC 1", "PARSE_SYNTAX_ERROR", "42601"),
        ("CREATE SCHEMA nope.s", "NO_SUCH_CATALOG_EXCEPTION", "42704"),
    ],
)
def test_errors_carry_class_and_state(
    workspace: RunningWorkspace, statement: str, error_class: str, sql_state: str
) -> None:
    with pytest.raises(ServerOperationError) as caught:
        workspace.sql(statement)
    message = str(caught.value)
    assert message.startswith(f"[{error_class}]")
    assert f"SQLSTATE: {sql_state}" in message
    assert "__" not in message


def test_a_statement_runs_on_while_the_client_polls(workspace: RunningWorkspace) -> None:
    with workspace.connect() as connection, connection.cursor() as cursor:
        cursor.execute_async("SELECT 41 + 1")
        cursor.get_async_execution_result()
        assert [tuple(row) for row in cursor.fetchall()] == [(42,)]


def test_a_statement_can_be_cancelled_while_others_run(workspace: RunningWorkspace) -> None:
    with workspace.connect() as connection, connection.cursor() as cursor:
        cursor.execute_async(SLOW)
        assert workspace.sql("SELECT 1") == [(1,)]
        cursor.cancel()
        begun = time.monotonic()
        with pytest.raises(DatabaseError):
            cursor.get_async_execution_result()
    assert time.monotonic() - begun < 10


def test_sessions_keep_their_own_catalog_and_views(workspace: RunningWorkspace) -> None:
    with workspace.connect(catalog="samples", schema="tpch") as one, workspace.connect() as two:
        with one.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY VIEW mine AS SELECT * FROM region")
            cursor.execute("SELECT count(*) FROM mine")
            assert cursor.fetchall()[0][0] == 5
        with two.cursor() as cursor:
            expected = pytest.raises(ServerOperationError, match="TABLE_OR_VIEW_NOT_FOUND")
            with expected:
                cursor.execute("SELECT count(*) FROM mine")
            cursor.execute("USE samples.tpch")
            cursor.execute("SELECT current_catalog(), current_schema(), count(*) FROM region")
            assert tuple(cursor.fetchall()[0]) == ("samples", "tpch", 5)


def test_a_stopped_warehouse_starts_when_it_is_asked(workspace: RunningWorkspace) -> None:
    client, warehouse = workspace.client(), workspace.env["DATABRICKS_WAREHOUSE_ID"]
    client.api_client.do("POST", f"/api/2.0/sql/warehouses/{warehouse}/stop")
    assert str(client.warehouses.get(warehouse).state) == "State.STOPPED"
    assert workspace.sql("SELECT 1") == [(1,)]
    assert str(client.warehouses.get(warehouse).state) == "State.RUNNING"


def test_the_connector_lists_catalogs_schemas_tables_and_columns(
    workspace: RunningWorkspace,
) -> None:
    with workspace.connect() as connection, connection.cursor() as cursor:
        assert {"main", "samples"} <= {row[0] for row in cursor.catalogs().fetchall()}
        cursor.schemas(catalog_name="samples")
        assert "tpch" in {row[0] for row in cursor.fetchall()}
        cursor.tables(catalog_name="samples", schema_name="tpch")
        assert "orders" in {row[2] for row in cursor.fetchall()}
        cursor.columns(catalog_name="samples", schema_name="tpch", table_name="region")
        assert [row[3] for row in cursor.fetchall()] == ["r_regionkey", "r_name", "r_comment"]
