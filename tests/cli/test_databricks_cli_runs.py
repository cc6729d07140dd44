"""The generated bundle's whole way by the Databricks CLI: deployed, run, run again, destroyed.

Where no program ``databricks`` is on PATH, these tests are skipped and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from local_workspace.samples.landing import CUSTOMERS
from local_workspace.testing import RunningWorkspace
from medallion_core.browse import file_sources, kafka_source
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Bundle,
    Ci,
    Design,
    KafkaLocation,
    Publishing,
    Settings,
    TableLocation,
)
from medallion_core.proposal import propose
from medallion_core.workspace import connect
from tests.cli.databricks_cli import (
    Cli,
    bundle_of,
    masked,
    needs_cli,
    steps_of,
    write_bundle,
)
from tests.generate.designs import tpch
from tests.generate.shop import ROWS, shop

pytestmark = needs_cli

READER = "clis.reader@example.com"
Started = Callable[[Bundle], Cli]


@pytest.fixture
def cli(workspace: RunningWorkspace, tmp_path: Path) -> Started:
    def started(bundle: Bundle) -> Cli:
        write_bundle(tmp_path / "bundle", bundle)
        token = workspace.client().config.authenticate()["Authorization"].removeprefix("Bearer ")
        return Cli(tmp_path / "bundle", workspace.host, token)

    return started


def with_a_mask(design: Design) -> Design:
    customer = design.entity("customer")
    columns = tuple(masked(c) if c.name == "c_name" else c for c in customer.columns)
    return design.with_entity(replace(customer, columns=columns))


def written_rows(workspace: RunningWorkspace, pipeline_id: str) -> dict[str, int]:
    """How many rows each flow of the latest update wrote."""
    client = workspace.client()
    updates = client.pipelines.list_updates(pipeline_id).updates or []
    events = client.api_client.do("GET", f"/api/2.0/pipelines/{pipeline_id}/events?max_results=250")
    rows: dict[str, int] = {}
    for event in events["events"]:  # type: ignore[index]
        progress = event.get("details", {}).get("flow_progress", {})
        if event["origin"].get("update_id") == updates[0].update_id and "metrics" in progress:
            flow = event["origin"]["flow_name"].rsplit(".", 1)[-1]
            rows[flow] = rows.get(flow, 0) + progress["metrics"].get("num_output_rows", 0)
    return rows


def pipeline_of(databricks: Cli, name: str) -> str:
    return str(databricks.resources("prod")["pipelines"][name]["id"])


def deploys(databricks: Cli, bundle: Bundle, service: Ci) -> None:
    """By the steps that the service runs."""
    for step in steps_of(bundle, service):
        ended = databricks.started("bash", "-c", step)
        assert ended.code == 0, ended.text


def runs_again_for_nothing(databricks: Cli, name: str, workspace: RunningWorkspace) -> None:
    pipeline_id = pipeline_of(databricks, name)
    assert sum(written_rows(workspace, pipeline_id).values()) > 0
    databricks("run", f"{name}_job", "--target", "prod")
    assert set(written_rows(workspace, pipeline_id).values()) == {0}


def goes(databricks: Cli, name: str, workspace: RunningWorkspace) -> None:
    pipeline_id = pipeline_of(databricks, name)
    databricks("destroy", "--auto-approve", "--target", "prod")
    listed = workspace.client().pipelines.list_pipelines(filter=f"name LIKE '{name}'")
    assert pipeline_id not in [each.pipeline_id for each in listed]


@pytest.mark.minutes
@pytest.mark.parametrize(
    ("publishing", "service"), [(Publishing.SCHEMA, Ci.GITHUB), (Publishing.TARGET, Ci.AZURE)]
)
def test_the_steps_of_a_service_deploy_and_run_it(
    publishing: Publishing, service: Ci, workspace: RunningWorkspace, cli: Started
) -> None:
    schema = f"cli_{publishing}"
    bundle = bundle_of(
        with_a_mask(tpch()),
        schema="cli_first",
        publishing=publishing,
        ci=service,
        owner="",
        readers=(READER,),
        sql_warehouse=workspace.env["DATABRICKS_WAREHOUSE_ID"],
    )
    databricks = replace(cli(bundle), variables={"schema": schema})
    workspace.token(READER)
    deploys(databricks, bundle, service)
    [(orders,)] = workspace.sql(f"SELECT count(*) FROM main.{schema}.fact_orders")
    assert orders > 0
    parents = workspace.sql(
        "SELECT DISTINCT c.table_catalog, c.table_schema FROM"
        " main.information_schema.constraint_column_usage c WHERE c.constraint_schema ="
        f" '{schema}'"
    )
    assert parents == [("main", schema)]
    named = "SELECT 1 FROM main.information_schema.schemata WHERE schema_name = 'cli_first'"
    assert workspace.sql(named) == []
    workspace.sql(f"GRANT USE CATALOG ON CATALOG main TO `{READER}`")
    workspace.sql(f"GRANT USE SCHEMA ON SCHEMA main.{schema} TO `{READER}`")
    names = workspace.sql(f"SELECT DISTINCT c_name FROM main.{schema}.dim_customer", user=READER)
    assert names == [("***",)]
    runs_again_for_nothing(databricks, "tpch", workspace)
    goes(databricks, "tpch", workspace)


@pytest.mark.minutes
def test_every_kind_of_gold_table_goes_the_same_way(
    workspace: RunningWorkspace, cli: Started
) -> None:
    workspace.sql("CREATE SCHEMA main.cli_shop")
    for name, rows in ROWS.items():
        workspace.sql(f"CREATE TABLE main.cli_shop.{name} AS SELECT * FROM {rows}")
    bundle = bundle_of(
        read_from(shop(), "cli_shop"),
        schema="cli_shop_gold",
        sql_warehouse=workspace.env["DATABRICKS_WAREHOUSE_ID"],
    )
    databricks = cli(bundle)
    deploys(databricks, bundle, Ci.GITHUB)
    databricks("run", "shop_job", "--target", "prod")
    again = written_rows(workspace, pipeline_of(databricks, "shop"))
    streamed = {"bronze_orders", "bronze_order_line", "silver_orders", "silver_order_line"}
    assert {again[name] for name in streamed} == {0}
    goes(databricks, "shop", workspace)


@pytest.mark.minutes
def test_files_and_messages_go_the_same_way(workspace: RunningWorkspace, cli: Started) -> None:
    """The sample files and topic, as they are proposed: what is set aside is no failure."""
    ws = connect()
    landing = "/Volumes/main/landing/files"
    files = [
        each
        for name in ("customers", "stores_north")
        for each in file_sources(ws, f"{landing}/{name}")
    ]
    payments = KafkaLocation("broker:9092", ("payments",), value_schema="payment_id STRING")
    settings = Settings(
        "landed",
        "main",
        "cli_landed",
        sql_warehouse=workspace.env["DATABRICKS_WAREHOUSE_ID"],
        ci=Ci.GITHUB,
    )
    bundle = generate_bundle(propose(ws, [*files, kafka_source(payments)], settings))
    databricks = cli(bundle)
    deploys(databricks, bundle, Ci.GITHUB)
    kept = workspace.sql("SELECT count(*) FROM main.cli_landed.bronze_customers")
    assert kept[0][0] >= CUSTOMERS
    assert workspace.sql("SELECT count(*) > 0 FROM main.cli_landed.bronze_payments") == [(True,)]
    runs_again_for_nothing(databricks, "landed", workspace)
    goes(databricks, "landed", workspace)
    ws.close()


def read_from(design: Design, schema: str) -> Design:
    """``design`` over the same tables of another schema."""
    for entity in design.entities:
        reads = tuple(
            replace(read, table=replace(read.table, schema=schema))
            for read in entity.reads
            if isinstance(read, TableLocation)
        )
        design = design.with_entity(replace(entity, reads=reads))
    return design
