"""GRANT, REVOKE and SHOW GRANTS."""

from __future__ import annotations

import pyarrow as pa

from local_workspace.catalog.errors import SqlError, insufficient
from local_workspace.catalog.metastore import kind_of
from local_workspace.catalog.privileges import GRANTABLE, change_grants
from local_workspace.principals import EVERYONE
from local_workspace.sql.ddl import principal, securable
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement, split

_COLUMNS = ("Principal", "ActionType", "ObjectType", "ObjectKey")


def grant(session: SqlSession, statement: Statement) -> None:
    """``GRANT privilege, … ON object TO principal``."""
    _change(session, statement, "TO")


def revoke(session: SqlSession, statement: Statement) -> None:
    """``REVOKE privilege, … ON object FROM principal``."""
    _change(session, statement, "FROM")


def show_grants(session: SqlSession, statement: Statement) -> pa.Table:
    """``SHOW GRANTS [principal] ON object``; inherited grants are shown with where they are."""
    wanted = "" if statement.take("ON") else principal(statement)
    if wanted:
        statement.expect("ON")
    found = securable(session, statement)
    statement.finish()
    privileges = session.privileges
    if not (privileges.manages(found) or wanted == session.user or privileges.sees(found)):
        raise insufficient("MANAGE", kind_of(found), found.key)
    rows = [
        (grantee, privilege, kind_of(item).upper(), item.key)
        for item in (found, *privileges.above(found))
        for grantee, held in privileges.grants_on(item).items()
        for privilege in held
        if wanted in ("", grantee) or grantee == EVERYONE
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table(arrays, names=list(_COLUMNS))


def _change(session: SqlSession, statement: Statement, preposition: str) -> None:
    wanted = {" ".join(item.upper().split()) for item in split(statement.until("ON"))}
    statement.expect("ON")
    if statement.take("METASTORE"):
        _change_metastore(session, statement, wanted, preposition)
        return
    found = securable(session, statement)
    kind = kind_of(found)
    names = {_alias(name) for name in wanted}
    unknown = names - GRANTABLE[kind]
    if unknown:
        raise SqlError(
            "INVALID_PARAMETER_VALUE",
            f"Privilege {sorted(unknown)[0]} is not applicable to this entity "
            f"[{found.key}:{kind.upper()}].",
            "22023",
        )
    session.privileges.require_owner(found)
    statement.expect(preposition)
    grantee = principal(statement)
    statement.finish()
    add, remove = (names, set()) if preposition == "TO" else (set(), names)
    change_grants(session.metastore, kind, found.key, grantee, add, remove)


def _change_metastore(
    session: SqlSession, statement: Statement, names: set[str], preposition: str
) -> None:
    if not session.privileges.is_admin:
        raise insufficient("MANAGE", "metastore", "local")
    statement.expect(preposition)
    add, remove = (names, set()) if preposition == "TO" else (set(), names)
    change_grants(session.metastore, "metastore", "local", principal(statement), add, remove)


def _alias(name: str) -> str:
    aliases = {"ALL": "ALL PRIVILEGES", "USAGE": "USE SCHEMA", "CREATE": "CREATE TABLE"}
    return aliases.get(name, name)


COMMANDS: dict[str, Command] = {
    "GRANT": grant,
    "REVOKE": revoke,
    "SHOW GRANTS": show_grants,
    "SHOW GRANT": show_grants,
}
