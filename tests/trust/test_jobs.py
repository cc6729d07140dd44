"""Attempts through the job: each refused for who has not the right, beside the same by who has."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import pytest
from databricks.sdk.service.workspace import ImportFormat

from medallion_core.deploy import past_deployments, plan_deploy
from medallion_core.deploy.drafts import (
    Draft,
    delete_draft,
    list_designs,
    open_design,
    replace_draft,
    save_draft,
    who_has_the_name,
)
from medallion_core.deploy.manifest import Manifest, read_manifest
from medallion_core.deploy.permit import (
    accept_changes,
    code_changes,
    folder_of,
    permit_look,
    require_own_tables,
)
from medallion_core.deploy.pipeline import find_pipeline
from medallion_core.deploy.pipelines import list_pipelines
from medallion_core.deploy.readers import grant_readers, later_privileges
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Outcome, Wish, do_job, plan_job, stop_job
from medallion_core.model import (
    Attribute,
    Design,
    Dimension,
    EntityColumn,
    Privacy,
    Rule,
    Settings,
    Star,
)
from medallion_core.trust import (
    Asker,
    Mode,
    add_owner,
    asker_in_app,
    own_asker,
    read_audit,
    read_owners,
)
from medallion_core.trust.owners import write_owners
from medallion_core.workspace.folder import WorkspaceFolder
from medallion_core.workspace.folders import draft_folder
from tests.trust.people import ANN, BOB, CATALOG, CLEO, People, design, orders

DEPLOY = Order(run=None)
RUN = Order(deploy=False)
NAME = "trust"


def do(asker: Asker, order: Order = DEPLOY, wanted: Design | None = None) -> Outcome:
    return do_job(asker, wanted or design(), order)


def refused(asker: Asker, order: Order, code: str, wanted: Design | None = None) -> str:
    with pytest.raises(MedallionError) as caught:
        do(asker, order, wanted)
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    return caught.value.message


def manifest_of(asker: Asker) -> Manifest:
    found = read_manifest(folder_of(asker, NAME))
    assert found is not None
    return found


# ── Sources ──────────────────────────────────────────────────────────────────────────────────


def test_a_source_that_may_not_be_read_is_not_planned(people: People) -> None:
    with pytest.raises(MedallionError, match="may not deploy") as caught:
        plan_job(people.asker(ANN), design(orders("salaries"), name="raise"), DEPLOY)
    assert caught.value.code == "NOT_ALLOWED"
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    assert plan_job(people.asker(ANN), design(orders("salaries"), name="raise"), DEPLOY).steps


def test_a_source_that_may_not_be_read_is_not_deployed(people: People) -> None:
    wanted = design(orders("salaries"), name="salaries_copy")
    message = refused(people.asker(ANN), DEPLOY, "NOT_ALLOWED", wanted)
    assert f"SELECT on {CATALOG}.src.salaries" in message
    assert folder_of(people.asker(ANN), "salaries_copy").paths() == []


def test_a_plan_that_was_seen_before_the_right_was_lost_is_not_applied(people: People) -> None:
    asker, wanted = people.asker(ANN), design(name="lost")
    plan = plan_job(asker, wanted, DEPLOY)
    people.sql(f"REVOKE SELECT ON TABLE {CATALOG}.src.orders FROM `{ANN}`")
    with pytest.raises(MedallionError, match="may not deploy"):
        do_job(asker, wanted, DEPLOY, plan=plan)


@pytest.mark.parametrize(
    "order",
    [
        RUN,
        Order(deploy=False, rounds=5),
        Order(deploy=False, run=Wish(all_again=True)),
        Order(rounds=5),
    ],
    ids=["run", "mend", "full refresh", "deploy and run"],
)
def test_a_source_that_was_lost_since_stops_what_would_read_it(
    people: People, ann: Asker, order: Order
) -> None:
    people.sql(f"REVOKE SELECT ON TABLE {CATALOG}.src.orders FROM `{ANN}`")
    assert f"SELECT on {CATALOG}.src.orders" in refused(ann, order, "NOT_ALLOWED")


def test_the_way_back_to_a_design_whose_source_was_lost_is_refused(
    people: People, ann: Asker
) -> None:
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    gone = replace(DEPLOY, deleted=("bronze_orders", "silver_orders"))
    do(ann, gone, design(orders("salaries")))
    people.sql(f"REVOKE SELECT ON TABLE {CATALOG}.src.orders FROM `{ANN}`")
    refused(ann, DEPLOY, "NOT_ALLOWED")


# ── What people type ─────────────────────────────────────────────────────────────────────────

TYPED = {
    "a query in a rule": orders(rules=(Rule("r", "id IN (SELECT id FROM main.x.y)"),)),
    "a file in a rule": orders(rules=(Rule("r", "exists(read_files('/Volumes/x'), a -> true)"),)),
    "a secret in a rule": orders(rules=(Rule("r", "secret('scope', 'key') IS NOT NULL"),)),
    "a model in a rule": orders(rules=(Rule("r", "ai_query('m', 'q') = 'x'"),)),
    "Java in a rule": orders(rules=(Rule("r", "java_method('java.lang.System', 'exit') = 1"),)),
    "a second statement in a rule": orders(rules=(Rule("r", "true; DROP TABLE x"),)),
    "a query in a delete condition": orders(delete_when="id = (SELECT max(id) FROM main.x.y)"),
    "text behind a type": replace(
        orders(), columns=(EntityColumn("id", "id", "bigint", "string) RETURN (SELECT 1"),)
    ),
}


@pytest.mark.parametrize("entity", TYPED.values(), ids=TYPED)
def test_what_reaches_outside_of_its_row_is_not_deployed(people: People, entity: object) -> None:
    wanted = design(entity, name="typed")  # type: ignore[arg-type]
    with pytest.raises(MedallionError) as caught:
        do(people.asker(ANN), DEPLOY, wanted)
    assert caught.value.code == "DESIGN_REFUSED"
    assert folder_of(people.asker(ANN), "typed").paths() == []


def test_a_rule_over_its_own_row_is_deployed(people: People) -> None:
    wanted = design(orders(rules=(Rule("r", "id > 0 -- positive"),)), name="ruled")
    assert do(people.asker(ANN), DEPLOY, wanted).deployment.pipeline_id


# ── Targets ──────────────────────────────────────────────────────────────────────────────────


def test_where_one_may_make_no_table_nothing_is_deployed(people: People) -> None:
    people.let(BOB, f"SELECT ON TABLE {CATALOG}.src.orders")
    message = refused(people.asker(BOB), DEPLOY, "NOT_ALLOWED", design(name="bobs"))
    assert f"CREATE TABLE on {CATALOG}.gold" in message


def test_a_table_of_somebody_else_is_not_replaced(people: People) -> None:
    people.sql(
        f"CREATE TABLE {CATALOG}.gold.bronze_orders AS SELECT 1 AS a",
        f"ALTER TABLE {CATALOG}.gold.bronze_orders OWNER TO `{CLEO}`",
    )
    message = refused(people.asker(ANN), DEPLOY, "TABLE_NOT_OURS", design(name="over"))
    assert f"bronze_orders (of {CLEO})" in message


def test_a_table_of_somebody_else_is_not_dropped(people: People, ann: Asker) -> None:
    people.sql(f"CREATE TABLE {CATALOG}.gold.theirs AS SELECT 1 AS a")
    with pytest.raises(MedallionError, match="theirs"):
        require_own_tables(ann, design(), manifest_of(ann), ["theirs"])


def test_a_table_of_somebody_else_is_granted_to_nobody(people: People, ann: Asker) -> None:
    people.sql(f"CREATE TABLE {CATALOG}.gold.dim_order AS SELECT 1 AS a")
    results = grant_readers(ann, star(), manifest_of(ann).pipeline_id)
    [on_table] = [r for r in results if r.step.privilege.name[-1] == "dim_order"]
    assert on_table.outcome == "refused"
    assert f"is of {people.app.user_name}" in on_table.message
    shown = people.running.sql(f"SHOW GRANTS `{BOB}` ON TABLE {CATALOG}.gold.dim_order")
    assert "SELECT" not in {action for _, action, *_ in shown}


def star(personal: bool = False) -> Design:
    """Orders as a dimension, read by Bob."""
    entity = orders()
    if personal:
        columns = (entity.columns[0], replace(entity.columns[1], privacy=Privacy("salary")))
        entity = replace(entity, columns=columns)
    dimension = Dimension(
        "dim_order",
        "orders",
        ("id",),
        "order_key",
        attributes=(Attribute("amount", "amount"),),
    )
    settings = Settings(NAME, CATALOG, "gold", readers=(BOB,))
    return Design(settings, (entity,), star=Star(dimensions=(dimension,)))


def test_personal_data_that_nobody_decided_on_is_granted_to_nobody(people: People) -> None:
    results = grant_readers(own_asker(people.app), star(personal=True), "p")
    [on_table] = [r for r in results if r.step.privilege.name[-1] == "dim_order"]
    assert on_table.outcome == "refused"
    assert "keep, mask, hash or drop amount" in on_table.message


def test_nobody_reads_gold_until_somebody_says_who(people: People) -> None:
    assert later_privileges(design(), people.app.user_name) == []
    plan = plan_job(
        people.asker(ANN),
        replace(star(), settings=replace(star().settings, pipeline_name="shown")),
        DEPLOY,
    )
    assert {each.privilege.principal for each in plan.readers} == {BOB}


# ── Whose pipeline ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "order",
    [DEPLOY, RUN, Order(deploy=False, run=Wish(all_again=True)), Order(rounds=5)],
    ids=["deploy", "run", "full refresh", "deploy, run and mend"],
)
def test_somebody_elses_pipeline_is_left_alone(people: People, ann: Asker, order: Order) -> None:
    cleo, before = people.asker(CLEO), manifest_of(ann)
    assert f"belongs to {ANN}" in refused(cleo, order, "NOT_OWNER")
    assert manifest_of(ann) == before
    if order is DEPLOY:
        add_owner(ann, folder_of(ann, NAME), CLEO)
        assert do(cleo, order).deployment.number == before.number


def test_a_first_deployment_that_was_killed_is_its_owners(people: People) -> None:
    wanted = design(name="killed")
    write_owners(folder_of(people.asker(ANN), "killed"), (ANN,))
    assert f"belongs to {ANN}" in refused(people.asker(CLEO), DEPLOY, "NOT_OWNER", wanted)
    assert plan_job(people.asker(ANN), wanted, DEPLOY).steps


def test_somebody_elses_pipeline_is_not_stopped(people: People, ann: Asker) -> None:
    with pytest.raises(MedallionError, match="may not stop trust"):
        stop_job(people.asker(CLEO), NAME)
    stop_job(ann, NAME)


def test_the_plan_of_somebody_elses_pipeline_is_not_shown(people: People, ann: Asker) -> None:
    with pytest.raises(MedallionError, match=f"belongs to {ANN}"):
        plan_job(people.asker(CLEO), design(), DEPLOY)
    assert plan_job(ann, design(), DEPLOY).changes == ()


def test_runs_and_rules_of_somebody_elses_pipeline_are_not_shown(
    people: People, ann: Asker
) -> None:
    with pytest.raises(MedallionError, match="may not see trust"):
        permit_look(people.asker(BOB), NAME)
    permit_look(ann, NAME)


def test_one_does_not_make_oneself_an_owner(people: People, ann: Asker) -> None:
    with pytest.raises(MedallionError, match="may not add an owner"):
        add_owner(people.asker(BOB), folder_of(ann, NAME), BOB)
    assert read_owners(folder_of(ann, NAME)) == (ANN,)


def test_owners_see_a_pipeline_and_manage_none(people: People, ann: Asker) -> None:
    found = find_pipeline(people.app, NAME, folder_of(ann, NAME).path, manifest_of(ann))
    assert found is not None
    entries = people.app.client.permissions.get("pipelines", found.pipeline_id)
    levels = {
        str(level.permission_level.value)
        for entry in entries.access_control_list or []
        if entry.user_name == ANN
        for level in entry.all_permissions or []
        if level.permission_level
    }
    assert levels == {"CAN_VIEW"}


# ── What lies there ──────────────────────────────────────────────────────────────────────────


def test_a_person_writes_no_file_below_the_pipeline(people: People, ann: Asker) -> None:
    for user in (ANN, BOB):
        client = people.running.client(user)
        theirs = WorkspaceFolder.__new__(WorkspaceFolder)
        theirs.ws, theirs.path = people.app, folder_of(ann, NAME).path
        theirs._files, theirs._made = client.workspace, {theirs.path}
        with pytest.raises(MedallionError) as caught:
            theirs.create("src/evil.py", "import os\n")
        assert caught.value.code in ("PERMISSION_DENIED", "NOT_FOUND")
    assert "src/evil.py" not in folder_of(ann, NAME).paths()


def test_code_that_was_added_is_not_run_until_an_owner_accepts_it(
    people: People, ann: Asker
) -> None:
    folder_of(ann, NAME).write("src/evil.py", "raise ValueError\n")
    assert "src/evil.py (added)" in refused(ann, RUN, "CODE_CHANGED")
    with pytest.raises(MedallionError, match="may not see the code"):
        code_changes(people.asker(CLEO), NAME)
    [change] = code_changes(ann, NAME)
    assert change.text == "raise ValueError\n"
    with pytest.raises(MedallionError, match="may not accept code"):
        accept_changes(people.asker(CLEO), NAME, [change])
    accept_changes(ann, NAME, [change])
    assert code_changes(ann, NAME) == []


@pytest.mark.parametrize("schedule", ["", "0 0 5 * * ?"], ids=["alone", "with its job"])
def test_code_that_was_changed_is_not_deployed_until_an_owner_accepts_it(
    people: People, ann: Asker, schedule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDALLION_SCHEDULED_PIPELINES", NAME)
    folder, before = folder_of(ann, NAME), manifest_of(ann)
    folder.write("sql/tests.sql", "DROP CATALOG main CASCADE;\n")
    wanted = replace(design(), settings=replace(design().settings, schedule=schedule))
    assert "sql/tests.sql (changed)" in refused(ann, DEPLOY, "CODE_CHANGED", wanted)
    assert manifest_of(ann) == before
    accept_changes(ann, NAME, code_changes(ann, NAME))
    assert bool(do(ann, DEPLOY, wanted).deployment and manifest_of(ann).job_id) is bool(schedule)
    assert folder.read("sql/tests.sql") == "DROP CATALOG main CASCADE;\n"


def test_code_that_a_deployment_replaces_does_not_stop_it(people: People, ann: Asker) -> None:
    folder = folder_of(ann, NAME)
    folder.write("sql/tests.sql", "DROP CATALOG main CASCADE;\n")
    folder.write("sql/more.sql", "DROP CATALOG main CASCADE;\n")
    folder.delete("src/bronze/orders.py")
    do(ann, Order(run=None, overwrite=("sql/tests.sql", "sql/more.sql")))
    assert code_changes(ann, NAME) == []
    assert "sql/more.sql" not in folder.paths()


def test_a_file_that_is_gone_and_designed_no_more_stops_nothing(people: People, ann: Asker) -> None:
    do(ann, DEPLOY, design(orders(), replace(orders(), name="again")))
    folder_of(ann, NAME).delete("src/bronze/again.py")
    do(ann, replace(DEPLOY, deleted=("bronze_again", "silver_again")))
    assert code_changes(ann, NAME) == []


def test_code_that_changed_since_the_plan_was_seen_is_not_deployed(
    people: People, ann: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDALLION_SCHEDULED_PIPELINES", NAME)
    wanted = replace(design(), settings=replace(design().settings, schedule="0 0 5 * * ?"))
    plan = plan_job(ann, wanted, DEPLOY)
    folder_of(ann, NAME).write("sql/tests.sql", "DROP CATALOG main CASCADE;\n")
    with pytest.raises(MedallionError, match=r"sql/tests\.sql \(changed\)"):
        do_job(ann, wanted, DEPLOY, plan=plan)
    assert manifest_of(ann).job_id == ""


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────


def test_a_draft_is_its_persons_own(people: People) -> None:
    wanted = design(name="hers")
    save_draft(people.asker(ANN), Draft(wanted))
    assert open_design(people.asker(ANN), "hers").design == wanted
    assert "hers" not in names_of(people.asker(BOB))
    with pytest.raises(MedallionError) as caught:
        open_design(people.asker(BOB), "hers")
    assert caught.value.code == "DESIGN_NOT_FOUND"
    delete_draft(people.asker(ANN), "hers")


def test_a_draft_of_the_same_name_overwrites_nobody_elses(people: People) -> None:
    ann, cleo = people.asker(ANN), people.asker(CLEO)
    save_draft(ann, Draft(design(name="same")))
    save_draft(cleo, Draft(design(orders("salaries"), name="same")))
    assert open_design(ann, "same").design == design(name="same")
    for asker in (ann, cleo):
        delete_draft(asker, "same")


def test_a_second_browser_is_told_and_overwrites_nothing(people: People) -> None:
    ann = people.asker(ANN)
    first = save_draft(ann, Draft(design(name="twice")))
    second = open_design(ann, "twice")
    mine = save_draft(ann, replace(first, design=design(orders("a"), name="twice")))
    with pytest.raises(MedallionError) as caught:
        save_draft(ann, replace(second, design=design(orders("b"), name="twice")))
    assert caught.value.code == "DRAFT_CHANGED"
    assert open_design(ann, "twice") == mine
    with pytest.raises(MedallionError) as caught:
        save_draft(ann, Draft(design(name="twice")))
    assert caught.value.code == "DRAFT_EXISTS"
    assert replace_draft(ann, design(name="twice")).revision == mine.revision + 1
    delete_draft(ann, "twice")


def test_a_name_that_is_taken_is_said(people: People, ann: Asker) -> None:
    assert who_has_the_name(people.asker(CLEO), "free") == ""
    assert f"it belongs to {ANN}" in who_has_the_name(people.asker(CLEO), NAME)
    assert "it belongs to you" in who_has_the_name(ann, NAME)
    assert who_has_the_name(people.asker(CLEO), "Trust") == ""


def test_a_deployed_design_is_opened_by_owners_and_by_who_may_read_its_sources(
    people: People, ann: Asker
) -> None:
    with pytest.raises(MedallionError, match="may not open trust"):
        open_design(people.asker(BOB), NAME)
    assert open_design(people.asker(CLEO), NAME).design == design()
    assert NAME not in names_of(people.asker(CLEO))
    assert NAME in names_of(ann)


def names_of(asker: Asker) -> dict[str, str]:
    """The designs that a person is shown, each with what is wrong with it."""
    return {each.pipeline_name: each.problem for each in list_designs(asker)}


def test_one_damaged_deployment_hides_no_other(people: People, ann: Asker) -> None:
    folder = folder_of(ann, "damaged")
    folder.write(".medallion/owners.json", "{")
    folder.write(".medallion/manifest.json", "{")
    for who in (ann, people.asker(CLEO), replace(ann, mode=Mode.APP)):
        told = {"damaged"} & {*names_of(who), *(each.pipeline_name for each in list_pipelines(who))}
        assert bool(told) == (who.mode is Mode.APP), "nobody is known to own it"
    folder.write(".medallion/owners.json", json.dumps({"owners": [ANN]}))
    found = names_of(ann)
    assert "manifest.json cannot be read" in found["damaged"]
    assert found[NAME] == ""
    for path in folder.paths():
        folder.delete(path)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("about.json", b"{"),
        ("about.json", b"\xff"),
        ("1.yml", b"\xff"),
        ("1.yml", b"version: 1\nsettings: {fiscal_year_start_month: .nan}\n"),
    ],
)
def test_one_damaged_draft_hides_no_other(
    people: People, ann: Asker, path: str, content: bytes
) -> None:
    save_draft(ann, Draft(design(name="whole")))
    save_draft(ann, Draft(design(name="broken")))
    folder = WorkspaceFolder(people.app, draft_folder(people.app, ANN, "broken"))
    people.app.client.workspace.upload(
        f"{folder.path}/{path}", BytesIO(content), format=ImportFormat.RAW, overwrite=True
    )
    assert {"whole", "broken", NAME} <= names_of(ann).keys()
    assert names_of(ann)["whole"] == ""
    if path == "1.yml":
        with pytest.raises(MedallionError) as caught:
            open_design(ann, "broken")
        assert caught.value.code in ("FILE_INVALID", "DESIGN_INVALID")
    for name in ("whole", "broken"):
        delete_draft(ann, name)


# ── Who asks ─────────────────────────────────────────────────────────────────────────────────


def test_a_header_alone_is_nobody(people: People) -> None:
    environment = {"DATABRICKS_APP_NAME": "medallion"}
    with pytest.raises(MedallionError) as caught:
        asker_in_app(None, said_to_be=ANN, environment=environment)
    assert caught.value.code == "TRUST_NOT_SET"


def test_a_token_says_who_one_is_whatever_the_header_says(people: People) -> None:
    asker = asker_in_app(people.running.token(BOB), said_to_be=ANN, environment={})
    assert (asker.name, asker.is_checked) == (BOB, True)
    assert refused(asker, DEPLOY, "NOT_ALLOWED", design(name="borrowed"))


def test_what_was_done_for_whom_is_kept_and_nobody_else_writes_it(
    people: People, ann: Asker
) -> None:
    with pytest.raises(MedallionError):
        do(people.asker(CLEO))
    entries = read_audit(folder_of(ann, NAME))
    assert {(each.who, each.action, each.outcome) for each in entries} == {
        (ANN, "deploy", "began"),
        (ANN, "deploy", "done"),
    }
    assert [each.by for each in past_deployments(people.app, NAME)] == [ANN]
    assert plan_deploy(people.app, design()).changes == ()
