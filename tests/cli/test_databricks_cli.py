"""Every bundle by a client that this project did not write: the Databricks CLI.

Where no program ``databricks`` is on PATH, these tests are skipped and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local_workspace.rest.warehouses import WAREHOUSE_ID
from local_workspace.rest.workspace_files import tree
from local_workspace.testing.rest import RestWorkspace
from medallion_core.deploy.pipeline import Found, pipeline_step
from medallion_core.model import Bundle, Design, Publishing
from tests.cli.databricks_cli import Cli, bundle_of, masked, needs_cli, write_bundle
from tests.generate.designs import GOLDEN, proved_by_job, tpch

pytestmark = needs_cli

TARGETS = ("dev", "prod")
VALID = GOLDEN | {"proved by its job": lambda: proved_by_job(tpch())}
Started = Callable[[Bundle], Cli]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RestWorkspace]:
    made = RestWorkspace(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def cli(service: RestWorkspace, tmp_path: Path) -> Started:
    """The CLI over a bundle, as the workspace's service principal."""

    def started(bundle: Bundle) -> Cli:
        write_bundle(tmp_path / "bundle", bundle)
        token = service.as_(service.admin).token
        return Cli(tmp_path / "bundle", service.workspace.host, token)

    return started


def on_the_warehouse(design: Design, publishing: Publishing, **settings: Any) -> Bundle:
    given = {"sql_warehouse": WAREHOUSE_ID, "publishing": publishing} | settings
    return bundle_of(design, **given)


@pytest.mark.parametrize("publishing", Publishing)
@pytest.mark.parametrize("name", VALID)
def test_every_target_is_valid(name: str, publishing: Publishing, cli: Started) -> None:
    databricks = cli(on_the_warehouse(VALID[name](), publishing))
    for target in TARGETS:
        assert "Validation OK!" in databricks("validate", "--strict", "--target", target)


def test_a_bundle_with_all_that_settings_can_say_is_valid(
    service: RestWorkspace, cli: Started
) -> None:
    said = {
        "schedule": "0 0 5 * * ?",
        "notify": ("ada@example.com",),
        "owner": "ada@example.com",
        "service_principal": service.admin,
    }
    databricks = cli(on_the_warehouse(tpch(), Publishing.SCHEMA, **said))
    for target in TARGETS:
        assert "Validation OK!" in databricks("validate", "--strict", "--target", target)
    databricks("deploy", "--target", "prod")
    job = databricks.resources("prod")["jobs"]["tpch_job"]
    assert job["run_as"] == {"service_principal_name": service.admin}
    assert job["schedule"]["pause_status"] == "UNPAUSED"
    assert databricks.resources("dev")["jobs"]["tpch_job"]["schedule"]["pause_status"] == "PAUSED"


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_deployed_twice_does_not_change_and_goes_in_the_end(
    name: str, service: RestWorkspace, cli: Started
) -> None:
    databricks = cli(on_the_warehouse(GOLDEN[name](), Publishing.TARGET))
    for target in TARGETS:
        databricks("deploy", "--target", target)
        assert "0 created, 0 changed, 0 deleted" in databricks("deploy", "--target", target)
        found = databricks.resources(target)
        assert found["jobs"][f"{name}_job"]["id"]
        databricks("destroy", "--auto-approve", "--target", target)
    caller = service.as_(service.admin)
    assert caller("GET", "/api/2.0/pipelines").get("statuses", []) == []
    assert caller("GET", "/api/2.2/jobs/list").get("jobs", []) == []


def test_a_service_deploys_where_the_file_of_profiles_has_others(cli: Started) -> None:
    databricks = cli(on_the_warehouse(tpch(), Publishing.SCHEMA))
    profiles = "[other]\nhost = https://other.example.com\ntoken = none\n"
    (databricks.folder.parent / ".databrickscfg").write_text(profiles)
    assert "Validation OK!" in databricks("validate", "--strict", "--target", "prod")
    assert databricks.ask("validate", "--target", "dev").code == 1


def test_a_target_has_a_schema_of_its_own(cli: Started) -> None:
    databricks = cli(on_the_warehouse(tpch(), Publishing.SCHEMA))
    schemas = {
        target: databricks.resources(target)["pipelines"]["tpch"]["schema"] for target in TARGETS
    }
    assert schemas == {"dev": "dev_local_workspace_tpch_gold", "prod": "tpch_gold"}


def test_a_pipeline_of_the_app_is_bound_to_its_target_and_deployed_no_second_time(
    service: RestWorkspace, cli: Started
) -> None:
    caller = service.as_(service.admin)
    spec = {"name": "tpch", "catalog": "main", "schema": "tpch_gold", "serverless": True}
    made = caller("POST", "/api/2.0/pipelines", spec)["pipeline_id"]
    databricks = cli(on_the_warehouse(tpch(), Publishing.SCHEMA))
    databricks("deployment", "bind", "tpch", made, "--target", "prod", "--auto-approve")
    databricks("deploy", "--target", "prod")
    listed = caller("GET", "/api/2.0/pipelines")["statuses"]
    assert [each["pipeline_id"] for each in listed] == [made]
    assert databricks.resources("prod")["pipelines"]["tpch"]["id"] == made
    spec = caller("GET", f"/api/2.0/pipelines/{made}")["spec"]
    assert pipeline_step(spec, Found(made, spec, 0, ""), was_deployed=True).by_bundle


@pytest.mark.parametrize("publishing", Publishing)
def test_another_catalog_and_schema_leave_no_name_of_the_first_anywhere(
    publishing: Publishing, service: RestWorkspace, cli: Started
) -> None:
    design = tpch()
    customer = design.entity("customer")
    hidden = replace(customer, columns=tuple(map(masked, customer.columns[1:2])))
    columns = (customer.columns[0], *hidden.columns, *customer.columns[2:])
    design = design.with_entity(replace(customer, columns=columns))
    databricks = cli(
        on_the_warehouse(design, publishing, catalog="firstcatalog", schema="firstschema")
    )
    other = ("--var", "catalog=other", "--var", "schema=elsewhere")
    databricks("deploy", "--target", "prod", *other)
    arrived = all_that_arrived(service, databricks, *other)
    assert [path for path, text in arrived.items() if "first" in text.lower()] == []
    assert [path for path, text in arrived.items() if "elsewhere" in text]
    paths = {path.partition("/files/")[2] for path in arrived}
    assert {"sql/tests.sql", "sql/masks.sql", "src/gold/fact_orders.py"} <= paths
    assert "sql/permissions.sql" not in paths


def all_that_arrived(service: RestWorkspace, databricks: Cli, *words: str) -> dict[str, str]:
    """The text of every file in the workspace, and the settings of pipeline and job."""
    objects = tree(service.workspace)
    found = {
        path: objects.disk(path).read_text(errors="replace")
        for path, item in objects.below("/Users")
        if item["object_type"] == "FILE"
    }
    caller, resources = service.as_(service.admin), databricks.resources("prod", *words)
    pipeline = resources["pipelines"]["tpch"]["id"]
    found["pipeline"] = str(caller("GET", f"/api/2.0/pipelines/{pipeline}")["spec"])
    job = str(resources["jobs"]["tpch_job"]["id"])
    found["job"] = str(caller("GET", "/api/2.2/jobs/get", job_id=job)["settings"])
    return found
