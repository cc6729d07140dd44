"""Deployments to the local workspace: planned, applied, repeated, killed, undone."""

from __future__ import annotations

import io
import itertools
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from databricks.sdk.errors import NotFound
from databricks.sdk.service.workspace import ImportFormat

from medallion_core.deploy import (
    Deployment,
    Plan,
    StepResult,
    apply_plan,
    deployed_pipeline,
    edited_by_hand,
    find_deployment,
    grant_readers,
    lock,
    past_deployments,
    past_design,
    pipelines,
    plan_deploy,
)
from medallion_core.deploy.manifest import MANIFEST
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.run import start_run, watch_run
from medallion_core.trust import own_asker
from medallion_core.trust.owners import OWNERS
from medallion_core.workspace import Workspace, connect
from medallion_core.workspace.folder import File, WorkspaceFolder, sha256_of
from tests.conftest import RunningWorkspace

SILVER = "src/silver/nation.py"
LEASE = 0.3
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    connected = connect()
    yield connected
    connected.close()


@pytest.fixture(autouse=True)
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LEASE_SECONDS", LEASE)


def column(name: str, type_: str) -> EntityColumn:
    return EntityColumn(name, name, type_, type_)


def design_of(name: str, *, schema: str = "", table: str = "samples.tpch.nation") -> Design:
    nation = Entity(
        "nation",
        (TableLocation(TableName.parse(table)),),
        (column("n_nationkey", "bigint"), column("n_name", "string")),
        key=("n_nationkey",),
    )
    return Design(Settings(name, "main", schema or "default", readers=()), (nation,))


def widened(design: Design) -> Design:
    (nation,) = design.entities
    return replace(
        design,
        entities=(replace(nation, columns=(*nation.columns, column("n_comment", "string"))),),
    )


def deploy(ws: Workspace, design: Design, **options: Any) -> tuple[Plan, Deployment]:
    plan = plan_deploy(ws, design, **options)
    return plan, apply_plan(ws, plan, lambda result: None)


def folder_of(ws: Workspace, plan: Plan) -> WorkspaceFolder:
    return WorkspaceFolder(ws, plan.root_path)


def pipelines_named(ws: Workspace, name: str) -> list[str]:
    return [
        str(item.pipeline_id) for item in ws.client.pipelines.list_pipelines() if item.name == name
    ]


def edit_by_hand(ws: Workspace, path: str, text: str) -> None:
    content = io.BytesIO(text.encode())
    ws.client.workspace.upload(path, content, format=ImportFormat.RAW, overwrite=True)


def test_a_plan_changes_nothing_and_applying_does_what_it_says(ws: Workspace) -> None:
    design = design_of("plan first", schema="made_by_deploy")
    plan = plan_deploy(ws, design)
    assert folder_of(ws, plan).paths() == []
    assert pipelines_named(ws, "plan first") == []
    with pytest.raises(MedallionError, match="was not deployed yet"):
        deployed_pipeline(ws, design)

    results: list[StepResult] = []
    deployment = apply_plan(ws, plan, results.append)
    done = [result.step for result in results]
    assert done == [step for step in plan.changes if step.kind != "table"]
    assert {step.subject for step in done if step.kind == "file"} == set(generate_bundle(design))
    assert pipelines_named(ws, "plan first") == [deployment.pipeline_id]
    assert deployed_pipeline(ws, design) == deployment.pipeline_id
    assert ws.client.schemas.get("main.made_by_deploy").comment is not None
    spec = ws.client.pipelines.get(deployment.pipeline_id).spec
    assert spec is not None
    assert (spec.root_path, spec.serverless) == (plan.root_path, True)


def test_deploying_again_changes_nothing(ws: Workspace) -> None:
    design = design_of("twice")
    _, first = deploy(ws, design, by="ann@example.org")
    again = plan_deploy(ws, design, by="bob@example.org")
    assert again.changes == ()
    assert apply_plan(ws, again, lambda result: None) == first
    assert find_deployment(ws, "twice") == first
    assert (first.deployed_by, first.number) == ("ann@example.org", 1)


def test_a_change_updates_what_it_touches_and_can_be_undone(ws: Workspace) -> None:
    design = design_of("undone")
    _, first = deploy(ws, design)
    plan, second = deploy(ws, widened(design))
    changed = {step.subject for step in plan.changes if step.kind == "file"}
    assert {"medallion.yml", SILVER} <= changed < set(generate_bundle(design))
    assert second.pipeline_id == first.pipeline_id
    assert past_design(ws, "undone", 1) == design

    back, third = deploy(ws, past_design(ws, "undone", 1))
    assert {step.subject for step in back.changes if step.kind == "file"} == changed
    assert [past.number for past in past_deployments(ws, "undone")] == [3, 2, 1]
    assert folder_of(ws, back).read(SILVER) == generate_bundle(design)[SILVER]
    assert third.pipeline_id == first.pipeline_id


def test_a_file_of_no_design_is_removed(ws: Workspace) -> None:
    design = design_of("shrinks")
    (nation,) = design.entities
    region = replace(nation, name="region")
    deploy(ws, replace(design, entities=(nation, region)))
    plan, _ = deploy(ws, design)
    assert "src/silver/region.py" not in folder_of(ws, plan).paths()
    assert [s.subject for s in plan.changes if s.action == "delete" and s.kind == "file"] == [
        "src/bronze/region.py",
        "src/silver/region.py",
    ]


def test_a_hand_edit_survives_three_deployments_and_is_shown_each_time(ws: Workspace) -> None:
    design = design_of("edited")
    plan, _ = deploy(ws, design)
    mine = generate_bundle(design)[SILVER] + "# mine\n"
    edit_by_hand(ws, f"{plan.root_path}/{SILVER}", mine)
    for wanted in (design, widened(design), design):
        plan, _ = deploy(ws, wanted)
        (step,) = [step for step in plan.steps if step.subject == SILVER]
        assert (step.action, "+# mine" in step.diff) == ("keep", True)
        assert edited_by_hand(plan.steps) == [SILVER]
        assert folder_of(ws, plan).read(SILVER) == mine
    plan, _ = deploy(ws, design, overwrite=[SILVER])
    assert folder_of(ws, plan).read(SILVER) == generate_bundle(design)[SILVER]
    assert edited_by_hand(plan_deploy(ws, design).steps) == []


def test_a_plan_reads_what_was_written_since_the_deployment_and_nothing_else(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = design_of("read once")
    plan, _ = deploy(ws, design)
    read_all, read = WorkspaceFolder.read_all, list[str]()

    def noted(folder: WorkspaceFolder, paths: Iterable[str]) -> dict[str, File]:
        read[:] = paths
        return read_all(folder, read)

    monkeypatch.setattr(WorkspaceFolder, "read_all", noted)
    assert (plan_deploy(ws, design).changes, read) == ((), [])
    text = generate_bundle(design)[SILVER]
    for written, edited in ((text, []), (text[:-2] + " \n", [SILVER]), (text, [])):
        edit_by_hand(ws, f"{plan.root_path}/{SILVER}", written)
        again = plan_deploy(ws, design)
        assert (edited_by_hand(again.steps), read) == (edited, [SILVER])


def test_an_edit_after_the_plan_was_made_is_not_overwritten(ws: Workspace) -> None:
    design = design_of("late edit")
    first, _ = deploy(ws, design)
    plan = plan_deploy(ws, widened(design))
    edit_by_hand(ws, f"{first.root_path}/{SILVER}", "# mine\n")
    with pytest.raises(MedallionError, match="was changed since this plan was made"):
        apply_plan(ws, plan, lambda result: None)
    assert folder_of(ws, plan).read(SILVER) == "# mine\n"


def test_a_plan_is_refused_once_somebody_else_has_deployed(ws: Workspace) -> None:
    design = design_of("outdated")
    early = plan_deploy(ws, design)
    deploy(ws, widened(design), by="ann@example.org")
    with pytest.raises(MedallionError, match=r"deployed by ann@example\.org since") as caught:
        apply_plan(ws, early, lambda result: None)
    assert caught.value.code == "PLAN_OUTDATED"


def test_settings_that_somebody_made_are_kept(ws: Workspace) -> None:
    design = design_of("tuned")
    _, deployment = deploy(ws, design)
    path = f"/api/2.0/pipelines/{deployment.pipeline_id}"
    answer = ws.client.api_client.do("GET", path)
    assert isinstance(answer, dict)
    tuned = answer["spec"] | {"channel": "PREVIEW", "root_path": "/Workspace/elsewhere"}
    ws.client.api_client.do("PUT", path, body=tuned)
    plan, _ = deploy(ws, design)
    (step,) = [step for step in plan.changes if step.kind == "pipeline"]
    assert step.action == "update"
    spec = ws.client.pipelines.get(deployment.pipeline_id).spec
    assert spec is not None
    assert (spec.channel, spec.root_path) == ("PREVIEW", plan.root_path)


def test_a_pipeline_of_somebody_else_is_never_touched(ws: Workspace) -> None:
    theirs = ws.client.pipelines.create(
        name="taken", catalog="main", target="default", serverless=True
    ).pipeline_id
    assert theirs is not None
    before = ws.client.pipelines.get(theirs).as_dict()
    with pytest.raises(MedallionError) as caught:
        plan_deploy(ws, design_of("taken"))
    assert caught.value.code == "PIPELINE_NOT_OURS"
    assert ws.client.pipelines.get(theirs).as_dict() == before


def test_a_pipeline_that_was_deleted_is_made_again(ws: Workspace) -> None:
    design = design_of("deleted")
    _, first = deploy(ws, design)
    ws.client.pipelines.delete(first.pipeline_id)
    _, second = deploy(ws, design)
    assert pipelines_named(ws, "deleted") == [second.pipeline_id] != [first.pipeline_id]


def test_names_that_read_alike_have_folders_of_their_own(ws: Workspace) -> None:
    names = ("sales_report", "Sales Report", "sales__report", "sales-report")
    plans = [deploy(ws, design_of(name))[0] for name in names]
    assert len({plan.root_path for plan in plans}) == len(names)
    assert [plan_deploy(ws, design_of(name)).changes for name in names] == [()] * len(names)


def test_one_deploys_at_a_time(ws: Workspace) -> None:
    design = design_of("locked")
    plan = plan_deploy(ws, design)
    with lock.deploy_lock(folder_of(ws, plan), "ann@example.org"):
        with pytest.raises(MedallionError, match=r"ann@example.* for 0 min") as caught:
            apply_plan(ws, plan, lambda result: None)
        assert caught.value.code == "DEPLOY_LOCKED"
    apply_plan(ws, plan, lambda result: None)


def killed_after(calls: int, design: Design) -> bool:
    """Deploys in a process of its own, which is killed as soon as its ``calls``-th change is
    answered. False where it came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            deploy(mortal(calls), design)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def mortal(calls: int) -> Workspace:
    """A workspace whose process dies after so many changes, those that show that a lock's holder
    lives left out."""
    ws = connect()
    left = itertools.count(calls - 1, -1)
    do, execute = ws.client.api_client.do, ws.execute

    def count(answer: Any) -> Any:
        if threading.current_thread() is threading.main_thread() and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    def counted(method: str, *arguments: Any, **options: Any) -> Any:
        answer = do(method, *arguments, **options)
        return count(answer) if method in CHANGING else answer

    ws.client.api_client.do = counted  # type: ignore[method-assign]
    ws.execute = lambda statement: count(execute(statement))  # type: ignore[method-assign]
    return ws


def test_killed_at_any_step_the_next_deployment_finishes_it(ws: Workspace) -> None:
    """One pipeline, and no file left over, wherever it happened and though the design changed."""
    for step in itertools.count(1):
        design = design_of(f"killed_{step}", schema="killed")
        if not killed_after(step, design):
            break
        plan, deployment = deploy(ws, widened(design))
        assert pipelines_named(ws, design.settings.pipeline_name) == [deployment.pipeline_id]
        numbers = range(1, deployment.number + 1)
        left = {MANIFEST, OWNERS, *(f".medallion/history/{number}.yml" for number in numbers)}
        assert set(folder_of(ws, plan).paths()) == left | set(generate_bundle(design))
        assert plan_deploy(ws, widened(design)).changes == ()
        assert edited_by_hand(plan.steps) == []
    assert step > len(generate_bundle(design))


def test_a_creation_whose_answer_was_lost_is_found_again(ws: Workspace) -> None:
    """The client sends it a second time, and is told that the name is in use."""
    twice = connect()
    do = twice.client.api_client.do

    def send_twice(method: str, path: str, **options: Any) -> Any:
        if (method, path) == ("POST", "/api/2.0/pipelines"):
            do(method, path, **options)
        return do(method, path, **options)

    twice.client.api_client.do = send_twice  # type: ignore[method-assign]
    _, deployment = deploy(twice, design_of("answer lost"))
    assert pipelines_named(ws, "answer lost") == [deployment.pipeline_id]
    twice.close()


def test_missing_grants_are_listed_with_their_statements(
    ws: Workspace, workspace: RunningWorkspace
) -> None:
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.private")
    workspace.sql("CREATE TABLE main.private.salaries AS SELECT 1L AS n_nationkey, 'x' AS n_name")
    bob = Workspace(workspace.client("bob@example.org"), ws.warehouse_id)
    design = design_of("without grants", schema="private", table="main.private.salaries")
    plan = plan_deploy(bob, design)
    with pytest.raises(MedallionError) as caught:
        apply_plan(bob, plan, lambda result: None)
    assert caught.value.code == "MISSING_PRIVILEGES"
    assert "GRANT SELECT ON TABLE main.private.salaries TO `bob@example.org`;" in (
        caught.value.hint
    )
    assert pipelines_named(ws, "without grants") == []

    for statement in [step.statement for step in plan.changes if step.kind == "grant"]:
        workspace.sql(statement)
    _, deployment = deploy(bob, design)
    assert deployment.deployed_by == "bob@example.org"
    bob.close()


def test_a_source_that_is_not_there_is_called_so(ws: Workspace) -> None:
    design = design_of("no source", schema="not_made_yet", table="main.default.never_made")
    with pytest.raises(MedallionError, match=r"main\.default\.never_made is not there") as caught:
        deploy(ws, design)
    assert caught.value.code == "SOURCE_NOT_FOUND"
    assert pipelines_named(ws, "no source") == []
    with pytest.raises(NotFound):
        ws.client.schemas.get("main.not_made_yet")


def test_a_full_refresh_waits_for_consent(ws: Workspace, workspace: RunningWorkspace) -> None:
    design = design_of("refreshed", schema="refreshed")
    deploy(ws, design)
    workspace.sql("CREATE TABLE main.refreshed.silver_nation AS SELECT 1L AS n_nationkey")
    (nation,) = design.entities
    latest = replace(nation, change=ChangeHandling.LATEST, sequence_by="n_name")
    changed = replace(design, entities=(latest,))
    plan = plan_deploy(ws, changed)
    assert plan.unconfirmed == ("silver_nation",)
    with pytest.raises(MedallionError, match="silver_nation would need a full refresh"):
        apply_plan(ws, plan, lambda result: None)
    plan, deployment = deploy(ws, changed, full_refresh=["silver_nation"])
    assert deployment.full_refresh == ("silver_nation",)
    assert find_deployment(ws, "refreshed") == deployment
    assert "the next run from here does it" in plan.why("silver_nation")
    later = plan_deploy(ws, changed)
    assert (later.changes, later.waiting) == ((), ("silver_nation",))


def test_code_of_an_earlier_version_is_found_and_noted_before_it_is_replaced(
    ws: Workspace, workspace: RunningWorkspace
) -> None:
    """Once the files are replaced nobody could tell any more what they said."""
    design = design_of("earlier", schema="earlier")
    (nation,) = design.entities
    latest = replace(nation, change=ChangeHandling.LATEST, sequence_by="n_name")
    design = replace(design, entities=(latest,))
    plan, _ = deploy(ws, design)
    workspace.sql("CREATE TABLE main.earlier.silver_nation AS SELECT 1L AS n_nationkey")
    folder = folder_of(ws, plan)
    text = folder.read(SILVER)
    assert text is not None
    earlier = text.replace('"_ingested_at", "_row_hash"', '"_row_hash"')
    manifest = str(folder.read(MANIFEST)).replace(sha256_of(text), sha256_of(earlier))
    folder.write(SILVER, earlier)
    folder.write(MANIFEST, manifest)
    plan = plan_deploy(ws, design)
    assert "its order changed" in plan.why("silver_nation")
    assert plan.unconfirmed == (), "bronze has all rows"

    def killed(result: StepResult) -> None:
        if result.step.subject == SILVER:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_plan(ws, plan, killed)
    assert folder.read(SILVER) == text
    time.sleep(LEASE)
    _, deployment = deploy(ws, design)
    assert deployment.full_refresh == ("silver_nation",)


def test_a_table_that_would_change_its_kind_is_neither_dropped_nor_deployed(
    ws: Workspace, workspace: RunningWorkspace
) -> None:
    design = design_of("other kind", schema="other_kind")
    _, deployment = deploy(ws, design)
    workspace.sql("CREATE TABLE main.other_kind.bronze_nation AS SELECT 1L AS n_nationkey")
    (nation,) = design.entities
    reads = tuple(replace(read, append_only=not read.append_only) for read in nation.reads)  # type: ignore[call-arg, union-attr]
    changed = replace(design, entities=(replace(nation, reads=reads),))
    with pytest.raises(MedallionError, match="bronze_nation is there as a") as caught:
        deploy(ws, changed, full_refresh=["bronze_nation"])
    assert caught.value.code == "KIND_HAS_CHANGED"
    assert find_deployment(ws, "other kind") == deployment
    assert workspace.sql("SELECT * FROM main.other_kind.bronze_nation") == [(1,)]
    renamed = replace(changed, entities=(replace(nation, name="nation_2", reads=reads),))
    deploy(ws, renamed, deleted=["bronze_nation", "silver_nation"])


def test_a_price_in_two_currencies_counts_what_was_used_once(
    ws: Workspace, workspace: RunningWorkspace
) -> None:
    workspace.sql("CREATE SCHEMA main.billing")
    workspace.sql(
        "CREATE TABLE main.billing.usage AS SELECT 'S' AS sku_name, 'AWS' AS cloud, 'DBU' AS "
        "usage_unit, 1.5 AS usage_quantity, now() AS usage_start_time, current_date() AS "
        "usage_date, named_struct('dlt_pipeline_id', id) AS usage_metadata "
        "FROM VALUES ('p1'), ('p1'), ('p2') AS used(id)"
    )
    workspace.sql(
        "CREATE TABLE main.billing.list_prices AS SELECT 'S' AS sku_name, 'AWS' AS cloud, 'DBU' AS "
        "usage_unit, currency_code, named_struct('effective_list', named_struct('default', price)) "
        "AS pricing, TIMESTAMP '2020-01-01' AS price_start_time, "
        "CAST(NULL AS TIMESTAMP) AS price_end_time "
        "FROM VALUES ('EUR', 0.5), ('USD', 0.6), ('ZAR', 9.0) AS price(currency_code, price)"
    )
    statement = pipelines._costs_statement(["p1", "p2"]).replace("system.", "main.")
    found = {row["pipeline_id"]: row for row in ws.query(statement).to_pylist()}
    assert [(row["dbus"], row["price"], row["currency"]) for _, row in sorted(found.items())] == [
        (3, Decimal("1.80"), "USD"),
        (Decimal("1.5"), Decimal("0.90"), "USD"),
    ]


def test_readers_are_granted_gold_once(ws: Workspace, workspace: RunningWorkspace) -> None:
    design = design_of("read by all", schema="read_by_all")
    design = replace(design, settings=replace(design.settings, readers=("account users",)))
    _, deployment = deploy(ws, design)
    made_by = deployment.pipeline_id
    list(watch_run(ws, design, made_by, start_run(ws, made_by)))
    outcomes = [result.outcome for result in grant_readers(own_asker(ws), design, made_by)]
    assert outcomes
    assert set(outcomes) == {"done"}
    assert grant_readers(own_asker(ws), design, made_by) == []
