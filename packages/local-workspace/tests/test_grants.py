"""Two people with different grants see and may do different things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databricks.sql.exc import ServerOperationError

from local_workspace.testing import RunningWorkspace

ANN, BOB = "ann@example.com", "bob@example.com"
TABLE = "grant_tests.s.t"


@pytest.fixture(autouse=True)
def objects(workspace: RunningWorkspace) -> Iterator[None]:
    for statement in (
        "CREATE CATALOG grant_tests",
        "CREATE SCHEMA grant_tests.s",
        f"CREATE TABLE {TABLE} AS SELECT 1 AS a",
        "CREATE VOLUME grant_tests.s.files",
    ):
        workspace.sql(statement)
    yield
    workspace.sql("DROP CATALOG grant_tests CASCADE")


def refused(workspace: RunningWorkspace, statement: str, user: str = ANN) -> str:
    with pytest.raises(ServerOperationError) as caught:
        workspace.sql(statement, user=user)
    message = str(caught.value)
    assert message.startswith("[INSUFFICIENT_PERMISSIONS]")
    return message


def test_each_level_is_asked_for_in_turn(workspace: RunningWorkspace) -> None:
    select = f"SELECT * FROM {TABLE}"
    for privilege, securable in (
        ("USE CATALOG", "CATALOG grant_tests"),
        ("USE SCHEMA", "SCHEMA grant_tests.s"),
        ("SELECT", f"TABLE {TABLE}"),
    ):
        kind, name = securable.split()
        expected = f"User does not have {privilege} on {kind.title()} '{name}'"
        assert expected in refused(workspace, select)
        workspace.sql(f"GRANT {privilege} ON {securable} TO `{ANN}`")
    assert workspace.sql(select, user=ANN) == [(1,)]
    refused(workspace, select, BOB)
    refused(workspace, f"INSERT INTO {TABLE} VALUES (2)")
    workspace.sql(f"REVOKE SELECT ON TABLE {TABLE} FROM `{ANN}`")
    refused(workspace, select)


def test_grants_are_inherited_shown_and_only_given_by_who_manages(
    workspace: RunningWorkspace,
) -> None:
    workspace.sql(f"GRANT USE CATALOG, USE SCHEMA, SELECT ON CATALOG grant_tests TO `{ANN}`")
    assert workspace.sql(f"SELECT * FROM {TABLE}", user=ANN) == [(1,)]
    shown = workspace.sql(f"SHOW GRANTS `{ANN}` ON TABLE {TABLE}")
    assert (ANN, "SELECT", "CATALOG", "grant_tests") in shown
    refused(workspace, f"GRANT SELECT ON TABLE {TABLE} TO `{BOB}`")
    refused(workspace, f"DROP TABLE {TABLE}")
    refused(workspace, "CREATE TABLE grant_tests.s.mine (a INT)")
    workspace.sql(f"GRANT CREATE TABLE ON SCHEMA grant_tests.s TO `{ANN}`")
    workspace.sql("CREATE TABLE grant_tests.s.mine (a INT)", user=ANN)
    workspace.sql("INSERT INTO grant_tests.s.mine VALUES (1)", user=ANN)


def test_information_schema_shows_what_one_may_see(workspace: RunningWorkspace) -> None:
    ask = (
        "SELECT table_name FROM system.information_schema.tables "
        "WHERE table_catalog = 'grant_tests' AND table_schema = 's'"
    )
    assert workspace.sql(ask, user=BOB) == []
    workspace.sql(f"GRANT SELECT ON TABLE {TABLE} TO `{BOB}`")
    assert workspace.sql(ask, user=BOB) == [("t",)]
    assert workspace.sql(ask) == [("t",)]


def test_files_need_the_volume_s_privilege(workspace: RunningWorkspace) -> None:
    workspace.sql(f"GRANT USE CATALOG, USE SCHEMA ON CATALOG grant_tests TO `{ANN}`")
    assert "READ VOLUME" in refused(workspace, "LIST '/Volumes/grant_tests/s/files'")
    workspace.sql(f"GRANT READ VOLUME ON VOLUME grant_tests.s.files TO `{ANN}`")
    assert workspace.sql("LIST '/Volumes/grant_tests/s/files'", user=ANN) == []


def test_a_privilege_has_to_fit_the_object(workspace: RunningWorkspace) -> None:
    with pytest.raises(ServerOperationError, match="not applicable"):
        workspace.sql(f"GRANT USE CATALOG ON TABLE {TABLE} TO `{ANN}`")
