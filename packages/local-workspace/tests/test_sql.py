"""What Unity Catalog adds to SQL: objects, tables that change, files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from databricks.sql.exc import ServerOperationError

from local_workspace.testing import RunningWorkspace


@pytest.fixture
def schema(workspace: RunningWorkspace) -> Iterator[str]:
    workspace.sql("CREATE CATALOG IF NOT EXISTS sql_tests COMMENT 'it''s a test'")
    workspace.sql("CREATE SCHEMA sql_tests.s")
    yield "sql_tests.s"
    workspace.sql("DROP SCHEMA sql_tests.s CASCADE")


def refused(workspace: RunningWorkspace, statement: str) -> str:
    with pytest.raises(ServerOperationError) as caught:
        workspace.sql(statement)
    return str(caught.value)


def test_rows_are_added_changed_and_deleted(workspace: RunningWorkspace, schema: str) -> None:
    table = f"{schema}.orders"
    workspace.sql(f"CREATE TABLE {table} (id BIGINT, amount DECIMAL(10,2), note STRING)")
    workspace.sql(f"INSERT INTO {table} VALUES (1, 10, 'a'), (2, 20, NULL), (3, 30, 'c')")
    assert workspace.sql(f"UPDATE {table} t SET amount = t.amount * 2 WHERE t.note = 'a'") == [(1,)]
    assert workspace.sql(f"DELETE FROM {table} WHERE id = :id", {"id": 3}) == [(1,)]
    workspace.sql(f"INSERT INTO {table} (note, id) SELECT 'd', 4")
    assert workspace.sql(f"SELECT * FROM {table} ORDER BY id") == [
        (1, Decimal("20.00"), "a"),
        (2, Decimal("20.00"), None),
        (4, None, "d"),
    ]
    operations = [row[4] for row in workspace.sql(f"DESCRIBE HISTORY {table}")]
    assert operations == ["WRITE", "DELETE", "UPDATE", "WRITE", "CREATE TABLE"]


def test_merge_updates_deletes_and_inserts(workspace: RunningWorkspace, schema: str) -> None:
    target, source = f"{schema}.target", f"{schema}.source"
    workspace.sql(
        f"CREATE TABLE {target} AS SELECT * FROM VALUES (1, 'a'), (2, 'b'), (3, 'c') t(id, v)"
    )
    workspace.sql(
        f"CREATE TABLE {source} AS SELECT * FROM VALUES (2, 'B'), (3, 'x'), (4, 'd') t(id, v)"
    )
    workspace.sql(
        f"MERGE INTO {target} t USING {source} AS s ON t.id = s.id "
        "WHEN MATCHED AND s.v = 'x' THEN DELETE "
        "WHEN MATCHED THEN UPDATE SET v = s.v "
        "WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, upper(s.v)) "
        "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET t.v = 'gone'"
    )
    assert workspace.sql(f"SELECT * FROM {target} ORDER BY id") == [(1, "gone"), (2, "B"), (4, "D")]
    workspace.sql(f"INSERT INTO {source} VALUES (2, 'twice')")
    message = refused(
        workspace,
        f"MERGE INTO {target} t USING {source} s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *",
    )
    assert message.startswith("[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE]")


def test_a_required_column_refuses_null(workspace: RunningWorkspace, schema: str) -> None:
    workspace.sql(f"CREATE TABLE {schema}.t (id INT NOT NULL, v STRING)")
    message = refused(workspace, f"INSERT INTO {schema}.t VALUES (1, 'a'), (NULL, 'b')")
    assert message.startswith("[DELTA_NOT_NULL_CONSTRAINT_VIOLATED]")
    assert workspace.sql(f"SELECT count(*) FROM {schema}.t") == [(0,)]


def test_columns_are_added_renamed_dropped_and_retyped(
    workspace: RunningWorkspace, schema: str
) -> None:
    table = f"{schema}.t"
    workspace.sql(f"CREATE TABLE {table} AS SELECT 1 AS a, 'x' AS b")
    workspace.sql(f"ALTER TABLE {table} ADD COLUMNS (c DOUBLE COMMENT 'new', d STRING)")
    workspace.sql(f"ALTER TABLE {table} RENAME COLUMN b TO bb")
    workspace.sql(f"ALTER TABLE {table} DROP COLUMN d")
    workspace.sql(f"ALTER TABLE {table} ALTER COLUMN a TYPE BIGINT")
    assert workspace.sql(f"DESCRIBE TABLE {table}") == [
        ("a", "bigint", None),
        ("bb", "string", None),
        ("c", "double", "new"),
    ]
    assert workspace.sql(f"SELECT * FROM {table}") == [(1, "x", None)]


def test_a_table_is_replaced_also_by_a_query_over_itself(
    workspace: RunningWorkspace, schema: str
) -> None:
    workspace.sql(f"CREATE TABLE {schema}.t AS SELECT id FROM range(4)")
    workspace.sql(f"CREATE OR REPLACE TABLE {schema}.t AS SELECT id * 2 AS x FROM {schema}.t")
    assert workspace.sql(f"SELECT sum(x) FROM {schema}.t") == [(12,)]


def test_a_view_reads_what_it_reads(workspace: RunningWorkspace, schema: str) -> None:
    workspace.sql(f"CREATE TABLE {schema}.t AS SELECT 1 AS a")
    workspace.sql(f"CREATE VIEW {schema}.v COMMENT 'c' AS SELECT a + 1 AS b FROM {schema}.t")
    workspace.sql(f"INSERT INTO {schema}.t VALUES (5)")
    assert workspace.sql(f"SELECT b FROM {schema}.v ORDER BY b") == [(2,), (6,)]
    assert "is a view" in refused(workspace, f"INSERT INTO {schema}.v VALUES (1)")


@pytest.mark.parametrize("name", ["odd-name", "`", "naïve 名", "a.b", "x" * 255, "select", "A B"])
def test_any_name_can_be_used(workspace: RunningWorkspace, schema: str, name: str) -> None:
    quoted = "`" + name.replace("`", "``") + "`"
    properties = "TBLPROPERTIES ('delta.columnMapping.mode' = 'name')"
    table = f"{schema}.`t{name.lower().replace('`', '``').replace('.', '_')[:250]}`"
    workspace.sql(f"CREATE TABLE {table} ({quoted} INT COMMENT 'it\\'s') {properties}")
    workspace.sql(f"INSERT INTO {table} VALUES (7)")
    assert workspace.sql(f"SELECT {quoted} FROM {table}") == [(7,)]
    assert workspace.sql(
        "SELECT column_name, comment FROM sql_tests.information_schema.columns "
        "WHERE table_schema = 's' AND column_name = :name",
        {"name": name},
    ) == [(name, "it's")]


@pytest.mark.parametrize("name", ["a b", "a,b", "a;b", "a{b", "a(b", "a=b", "a\tb", "a\nb"])
def test_column_names_that_delta_refuses(
    workspace: RunningWorkspace, schema: str, name: str
) -> None:
    message = refused(workspace, f"CREATE TABLE {schema}.t AS SELECT 1 AS `{name}`")
    assert message.startswith("[DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES]")


def test_objects_exist_once_and_are_dropped_empty(workspace: RunningWorkspace, schema: str) -> None:
    assert refused(workspace, f"CREATE SCHEMA {schema}").startswith("[SCHEMA_ALREADY_EXISTS]")
    workspace.sql(f"CREATE TABLE {schema}.t (a INT)")
    workspace.sql(f"CREATE TABLE IF NOT EXISTS {schema}.t (b INT)")
    message = refused(workspace, f"CREATE TABLE {schema}.T (a INT)")
    assert message.startswith("[TABLE_OR_VIEW_ALREADY_EXISTS]")
    assert refused(workspace, f"DROP SCHEMA {schema}").startswith("[SCHEMA_NOT_EMPTY]")
    workspace.sql(f"DROP TABLE {schema}.t")
    workspace.sql(f"DROP TABLE IF EXISTS {schema}.t")


def test_files_of_a_volume_are_listed_and_read(workspace: RunningWorkspace) -> None:
    path = "/Volumes/main/landing/files"
    names = [row[1] for row in workspace.sql(f"LIST '{path}'")]
    assert {"customers/", "orders/"} <= set(names)
    read = f"read_files('{path}/customers', format => 'csv', sep => ';', header => true)"
    rows = workspace.sql(f"SELECT count(*), count(_rescued_data) FROM {read}")
    assert rows[0][0] > 0
    described = workspace.sql(f"DESCRIBE QUERY SELECT * FROM {read}")
    assert described[-1][:2] == ("_rescued_data", "string")
    raw = workspace.sql(
        f"SELECT CAST(value AS BINARY) FROM read_files('{path}/customers', format => 'text')"
    )
    assert any("Émile".encode("latin-1") in value for (value,) in raw)
    direct = workspace.sql(f"SELECT count(*) FROM csv.`{path}/customers`")
    assert direct[0][0] > rows[0][0]
    assert "PATH_NOT_FOUND" in refused(workspace, f"LIST '{path}/nope'")


def test_show_and_use(workspace: RunningWorkspace, schema: str) -> None:
    workspace.sql(f"CREATE TABLE {schema}.t (a INT)")
    workspace.sql(f"CREATE VOLUME {schema}.files")
    assert ("sql_tests",) in workspace.sql("SHOW CATALOGS")
    assert ("s",) in workspace.sql("SHOW SCHEMAS IN sql_tests")
    assert workspace.sql(f"SHOW TABLES IN {schema} LIKE 't*'") == [("s", "t", False)]
    assert workspace.sql(f"SHOW VOLUMES IN {schema}") == [("s", "files")]
    workspace.sql("SET TIME ZONE 'UTC'")
    assert "UTC" in refused(workspace, "SET TIME ZONE 'Asia/Kolkata'"), "no session is elsewhere"


def test_a_statement_may_be_made_of_parameters(workspace: RunningWorkspace) -> None:
    workspace.sql("EXECUTE IMMEDIATE 'CREATE SCHEMA main.' || :name", {"name": "`made up`"})
    workspace.sql("EXECUTE IMMEDIATE 'DROP SCHEMA main.' || :name", {"name": "`made up`"})
    with pytest.raises(ServerOperationError, match="SCHEMA_NOT_FOUND"):
        workspace.sql("DROP SCHEMA main.`made up`")
