"""Keys, columns and comments as ``information_schema`` tells them."""

from __future__ import annotations

from local_workspace.testing import RunningWorkspace


def test_declared_keys_with_their_columns_in_order(workspace: RunningWorkspace) -> None:
    workspace.sql("CREATE SCHEMA main.keys")
    workspace.sql(
        "CREATE TABLE main.keys.parent (b INT NOT NULL, a INT NOT NULL, c STRING, "
        "CONSTRAINT parent_key PRIMARY KEY (a, b)) COMMENT 'the parent'"
    )
    workspace.sql("CREATE TABLE main.keys.child (x INT, y INT, z INT)")
    workspace.sql(
        "ALTER TABLE main.keys.child ADD CONSTRAINT to_parent FOREIGN KEY (y, x) "
        "REFERENCES main.keys.parent (a, b)"
    )
    rows = workspace.sql(
        "SELECT child.table_name, child.column_name, parent.table_name, parent.column_name "
        "FROM main.information_schema.referential_constraints r "
        "JOIN main.information_schema.key_column_usage child "
        "ON child.constraint_schema = r.constraint_schema "
        "AND child.constraint_name = r.constraint_name "
        "JOIN main.information_schema.key_column_usage parent "
        "ON parent.constraint_schema = r.unique_constraint_schema "
        "AND parent.constraint_name = r.unique_constraint_name "
        "AND parent.ordinal_position = child.position_in_unique_constraint "
        "WHERE r.constraint_schema = 'keys' ORDER BY child.ordinal_position"
    )
    assert rows == [("child", "y", "parent", "a"), ("child", "x", "parent", "b")]
    workspace.sql("ALTER TABLE main.keys.child DROP CONSTRAINT to_parent")
    workspace.sql("ALTER TABLE main.keys.parent ADD CONSTRAINT once UNIQUE (c) NOT ENFORCED")
    kept = workspace.sql(
        "SELECT constraint_name, constraint_type FROM main.information_schema.table_constraints "
        "WHERE table_schema = 'keys' ORDER BY 2"
    )
    assert kept == [("parent_key", "PRIMARY KEY"), ("once", "UNIQUE")]
    (by_rest,) = workspace.client().tables.get("main.keys.parent").table_constraints[1:]
    assert by_rest.named_table_constraint.name == "once"


def test_columns_as_the_specification_has_them(workspace: RunningWorkspace) -> None:
    rows = workspace.sql(
        "SELECT column_name, ordinal_position, full_data_type, data_type, numeric_precision, "
        "numeric_scale FROM samples.information_schema.columns "
        "WHERE table_schema = 'tpch' AND table_name = 'lineitem' ORDER BY ordinal_position"
    )
    assert len(rows) == 16
    assert rows[0] == ("l_orderkey", 1, "bigint", "LONG", None, None)
    assert rows[4] == ("l_quantity", 5, "decimal(15,2)", "DECIMAL", 15, 2)
    assert rows[10][:3] == ("l_shipdate", 11, "date")


def test_a_change_is_seen_at_once(workspace: RunningWorkspace) -> None:
    ask = "SELECT comment FROM main.information_schema.schemata WHERE schema_name = 'seen'"
    workspace.sql("CREATE SCHEMA main.seen COMMENT 'one'")
    assert workspace.sql(ask) == [("one",)]
    workspace.sql("COMMENT ON SCHEMA main.seen IS 'two'")
    assert workspace.sql(ask) == [("two",)]
    workspace.sql("DROP SCHEMA main.seen")
    assert workspace.sql(ask) == []


def test_names_that_have_to_be_quoted(workspace: RunningWorkspace) -> None:
    workspace.sql("CREATE CATALOG `odd-one`")
    workspace.sql("CREATE SCHEMA `odd-one`.`s-1`")
    workspace.sql("CREATE TABLE `odd-one`.`s-1`.`my-table` (a STRUCT<`C-d`: INT>)")
    columns = "table_catalog, table_schema, table_name, column_name, full_data_type"
    read = f"SELECT {columns} FROM `odd-one`.information_schema.columns"
    (found,) = workspace.sql(f"{read} WHERE table_schema = 's-1'")
    assert found[:4] == ("odd-one", "s-1", "my-table", "a")
    assert "C-d" in found[4]
    workspace.sql("DROP CATALOG `odd-one` CASCADE")
