"""EXPLAIN CREATE MATERIALIZED VIEW: whether a query could be refreshed incrementally."""

from __future__ import annotations

import pyarrow as pa

from local_workspace.sql import plans, queries
from local_workspace.sql.session import Command, SqlSession
from local_workspace.sql.statements import Statement


def explain_view(session: SqlSession, statement: Statement) -> pa.Table:
    """One line, and one for each reason. Like the platform's, it does not ask for row tracking."""
    session.complete(statement.name())
    statement.expect("AS")
    frame = queries.frame(session, statement.rest())
    found = dict.fromkeys(plans.plan_issues(list(plans.operators(frame))))
    reasons = [f"{each.subtype or each.kind} {each.about}".rstrip() for each in found]
    verdict = "NOT_INCREMENTALIZABLE" if reasons else "INCREMENTALIZABLE"
    return pa.table({"plan": [verdict, *reasons]})


COMMANDS: dict[str, Command] = {"EXPLAIN CREATE MATERIALIZED VIEW": explain_view}
