"""Browsing through the real SDK and connector, over a schema made for it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.iam import ComplexValue, Group, ResourceMeta, User

from medallion_core import browse
from medallion_core.errors import MedallionError
from medallion_core.model import (
    DeclaredForeignKey,
    FileFormat,
    FilesLocation,
    Finding,
    TableLocation,
)
from medallion_core.model import TableName as Name
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace

SCHEMA = "main.browse_test"
STATEMENTS = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE {SCHEMA}.line (o BIGINT NOT NULL, n INT NOT NULL, q DECIMAL(9,2) COMMENT 'pieces',
  CONSTRAINT line_pk PRIMARY KEY (o, n), CONSTRAINT line_uq UNIQUE (q))
  COMMENT 'What was ordered';
CREATE TABLE {SCHEMA}.delivery (line INT, orders BIGINT,
  CONSTRAINT delivery_fk FOREIGN KEY (orders, line) REFERENCES {SCHEMA}.line (o, n));
INSERT INTO {SCHEMA}.line VALUES (1, 1, 2.50), (1, 2, 1.00);
INSERT INTO {SCHEMA}.delivery VALUES (1, 1);
UPDATE {SCHEMA}.delivery SET line = 2;
CREATE VIEW {SCHEMA}.pieces AS SELECT o, sum(q) AS q FROM {SCHEMA}.line GROUP BY o"""


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    for statement in STATEMENTS.split(";"):
        workspace.sql(statement)
    connected = connect()
    yield connected
    connected.close()


def test_lists(ws: Workspace) -> None:
    assert {"main", "samples"} <= set(browse.list_catalogs(ws))
    assert "browse_test" in browse.list_schemas(ws, "main")
    assert not {"admins", "users"} & set(browse.list_groups(ws))
    found = browse.list_tables(ws, "main", "browse_test")
    assert [(item.name.table, item.column_count, item.comment) for item in found] == [
        ("delivery", 2, ""),
        ("line", 3, "What was ordered"),
        ("pieces", 2, ""),
    ]
    names = [Name("main", "browse_test", table) for table in ("pieces", "none")]
    assert [browse.has_table(ws, name) for name in names] == [True, False]


def test_groups_that_nothing_can_be_granted_to_are_not_offered() -> None:
    """Who is no admin is told no kinds."""
    ours, local = ResourceMeta("Group"), ResourceMeta("WorkspaceGroup")
    found = [
        Group("writers", id="1", meta=ours),
        Group("Analysts", id="2"),
        Group("old", id="3", meta=local),
        Group("users", id="4"),
        Group("admins", id="5", meta=local),
        Group(None, id="6"),
    ]
    listed = SimpleNamespace(list=lambda attributes: found)
    ws = cast(Workspace, SimpleNamespace(client=SimpleNamespace(groups=listed)))
    assert browse.list_groups(ws) == ["Analysts", "writers"]


ACCOUNT = {'the "big" one', "Analysts"}
ADMIN, NOBODY = User(groups=[ComplexValue(display="admins")]), User()
ASKED = ['the "big" one', "Analysts", "Analyst", "account users"]


@pytest.mark.parametrize(("me", "missing"), [(ADMIN, ["Analyst"]), (NOBODY, []), (None, [])])
def test_a_group_is_missing_where_the_account_tells_all_of_them(
    me: User | None, missing: list[str]
) -> None:
    def find(_: str, path: str, query: dict[str, str]) -> dict[str, int]:
        assert path == "/api/2.0/account/scim/v2/Groups"
        found = json.loads(query["filter"].removeprefix("displayName eq "))
        return {"totalResults": len(ACCOUNT & {found})}

    def who() -> User:
        if me is None:
            raise PermissionDenied("The scope is missing.")
        return me

    client = SimpleNamespace(
        current_user=SimpleNamespace(me=who), api_client=SimpleNamespace(do=find)
    )
    ws = cast(Workspace, SimpleNamespace(client=client))
    assert browse.missing_groups(ws, ASKED) == missing


def test_search_finds_names_before_comments(ws: Workspace) -> None:
    found = [str(item.name) for item in browse.search_tables(ws, "LINE", 50)]
    assert found[0] == f"{SCHEMA}.line"
    assert "samples.tpch.lineitem" in found


def test_search_finds_columns_and_quoted_names(ws: Workspace) -> None:
    found = {str(item.name): item for item in browse.search_tables(ws, "O_TotalPrice", 50)}
    assert found["samples.tpch.orders"].found == ("o_totalprice",)
    assert found["samples.tpch.orders"].column_count == 9
    [quoted] = browse.search_tables(ws, "`main`.`browse_test`.`line`", 50)
    assert (str(quoted.name), quoted.found) == (f"{SCHEMA}.line", ())


def test_the_fullest_schema_is_no_sample(ws: Workspace) -> None:
    catalog, schema = browse.fullest_schema(ws) or ("", "")
    assert catalog == "main"
    counts = {
        name: len(browse.list_tables(ws, "main", name)) for name in browse.list_schemas(ws, "main")
    }
    assert counts[schema] == max(counts.values())


def test_sources_carry_columns_comments_and_keys(ws: Workspace) -> None:
    names = [Name("main", "browse_test", table) for table in ("line", "delivery", "pieces")]
    line, delivery, pieces = browse.read_sources(ws, names)
    assert [(column.name, column.type, column.nullable) for column in line.columns] == [
        ("o", "bigint", False),
        ("n", "int", False),
        ("q", "decimal(9,2)", True),
    ]
    assert line.primary_key == ("o", "n"), "a UNIQUE constraint is a further key"
    assert line.columns[2].comment == "pieces"
    assert delivery.foreign_keys == (DeclaredForeignKey(("orders", "line"), names[0], ("o", "n")),)
    streamed = [
        isinstance(source.location, TableLocation) and source.location.append_only
        for source in (line, delivery, pieces)
    ]
    assert streamed == [True, False, False], "changed in place and views are no streams"


def test_a_table_that_is_not_there_is_named(ws: Workspace) -> None:
    with pytest.raises(MedallionError, match=r"main\.browse_test\.nope") as raised:
        browse.read_sources(ws, [Name("main", "browse_test", "nope")])
    assert raised.value.code == "TABLE_NOT_FOUND"


def test_a_table_that_is_not_there_stands_in_no_others_way(ws: Workspace) -> None:
    line = Name("main", "browse_test", "line")
    gone = [Name("main", "browse_test", "nope"), Name("no_such", "place", "line")]
    first, source, second = browse.find_sources(ws, [gone[0], line, gone[1]])
    assert source == browse.read_sources(ws, [line])[0]
    assert all(isinstance(each, Finding) for each in (first, second))
    with pytest.raises(MedallionError, match=r"nope, no_such.*[.] .*no_such") as raised:
        browse.find_sources(ws, gone)
    assert raised.value.code == "TABLE_NOT_FOUND"


def test_sample_rows(ws: Workspace) -> None:
    rows = browse.sample_rows(ws, TableLocation(Name("main", "browse_test", "line")), 1)
    assert rows.num_rows == 1
    assert rows.column_names == ["o", "n", "q"]


def test_files_are_recognised_as_sources(ws: Workspace) -> None:
    [volume] = browse.list_volumes(ws, "main", "landing")
    sources = {source.name: source for source in browse.file_sources(ws, volume.path)}
    customers = sources["customers"].location
    assert isinstance(customers, FilesLocation)
    assert customers.format is FileFormat.CSV
    assert customers.options == {
        "header": "true",
        "delimiter": ";",
        "escape": '"',
        "encoding": "ISO-8859-1",
    }
    assert customers.mixed_encodings
    assert "customer_id" in {column.name for column in sources["customers"].columns}
    assert "channel" in {column.name for column in sources["orders"].columns}


def test_a_folder_that_cannot_be_read_hides_no_other(ws: Workspace) -> None:
    ws.execute("CREATE SCHEMA IF NOT EXISTS main.browse_broken")
    ws.execute("CREATE VOLUME IF NOT EXISTS main.browse_broken.files")
    for name, text in (("broken/a.parquet", b"no parquet"), ("good/b.csv", b"id,name\n1,x\n")):
        ws.client.files.upload(f"/Volumes/main/browse_broken/files/{name}", io.BytesIO(text))
    found = browse.file_sources(ws, "/Volumes/main/browse_broken/files")
    columns = {source.name: [column.name for column in source.columns] for source in found}
    assert columns == {"broken": [], "good": ["id", "name"]}
