"""A catalog of its own for each test, and people who may different things in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_workspace.testing import RunningWorkspace
from medallion_core.deploy.permit import folder_of
from medallion_core.job import Order, do_job
from medallion_core.trust import Asker
from medallion_core.workspace import connect
from tests.trust.people import ANN, BOB, CATALOG, CLEO, People, design


@pytest.fixture
def people(workspace: RunningWorkspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[People]:
    monkeypatch.delenv("MEDALLION_ROOT", raising=False)
    app = connect()
    there = People(workspace, app)
    there.sql(
        f"CREATE CATALOG {CATALOG}",
        f"CREATE SCHEMA {CATALOG}.src",
        f"CREATE SCHEMA {CATALOG}.gold",
        f"CREATE TABLE {CATALOG}.src.orders AS SELECT 1L AS id, 2.0D AS amount",
        f"CREATE TABLE {CATALOG}.src.salaries AS SELECT 1L AS id, 9.0D AS amount",
        f"CREATE VOLUME {CATALOG}.src.files",
    )
    for user in (ANN, CLEO):
        there.let(
            user,
            f"USE CATALOG ON CATALOG {CATALOG}",
            f"USE SCHEMA ON SCHEMA {CATALOG}.src",
            f"SELECT ON TABLE {CATALOG}.src.orders",
            f"USE SCHEMA, CREATE TABLE, CREATE MATERIALIZED VIEW ON SCHEMA {CATALOG}.gold",
        )
    there.let(BOB, f"USE CATALOG ON CATALOG {CATALOG}", f"USE SCHEMA ON SCHEMA {CATALOG}.src")
    yield there
    there.sql(f"DROP CATALOG {CATALOG} CASCADE")


@pytest.fixture
def ann(people: People) -> Asker:
    """Has deployed the pipeline ``trust``."""
    asker = people.asker(ANN)
    folder = folder_of(asker, design().settings.pipeline_name)
    for path in folder.paths():
        folder.delete(path)
    for pipeline in list(people.app.client.pipelines.list_pipelines()):
        people.app.client.pipelines.delete(str(pipeline.pipeline_id))
    do_job(asker, design(), Order(run=None))
    return asker
