"""The same attempts by clicking: the page refuses who lacks the right and says what is missing,
and lets who has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from databricks.sdk.service.pipelines import UpdateInfo, UpdateInfoState

from medallion_core.deploy import deployed_design
from medallion_core.deploy.drafts import delete_draft, list_designs, replace_draft
from medallion_core.deploy.manifest import MANIFEST
from medallion_core.deploy.permit import folder_of
from medallion_core.deploy.pipelines import list_pipelines
from medallion_core.errors import MedallionError
from medallion_core.job import Order, attempts, do_job, job
from medallion_core.model import (
    Attribute,
    Design,
    Dimension,
    Fact,
    KafkaLocation,
    Measure,
    Privacy,
    PrivacyDecision,
    Rule,
    Settings,
    Star,
    TableName,
)
from medallion_core.run import RunStatus
from medallion_core.run.events import RunError
from medallion_core.trust import Asker, read_owners
from medallion_core.trust.owners import write_owners
from medallion_core.workspace.folder import WorkspaceFolder
from pages.components.frame.session import Session
from pages.components.runs import latest_run, watching
from tests.trust.clicks import Clicks
from tests.trust.people import ANN, BOB, CATALOG, CLEO, People, design, orders

Open = Callable[..., Clicks]
NAME = "trust"
PAGES = ("sources", "design", "preview", "deploy", "runs")
ACTS = {"Deploy and run", "Deploy only", "Run", "Stop", "Go back", "Add owner"}


@pytest.fixture
def browser(people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the app as it stands in Databricks Apps."""
    monkeypatch.setenv("DATABRICKS_APP_NAME", "medallion")
    monkeypatch.delenv("MEDALLION_TRUST", raising=False)
    st.cache_data.clear()
    st.cache_resource.clear()

    def open_(user: str, page: str = "", design: str = "", **session: object) -> Clicks:
        return Clicks(people, monkeypatch, user, page, design, **session)

    yield open_
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def stopped_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is allowed ends where the pipeline would start."""

    def start(*_: object, **__: object) -> Any:
        raise MedallionError("STARTED", "It was started.")

    for name in ("run_all", "start_run", "validate_run"):
        monkeypatch.setattr(attempts, name, start)


def draft(people: People, user: str, wanted: Design) -> str:
    """Keeps ``wanted`` as a draft of ``user``; its name."""
    replace_draft(people.asker(user), wanted)
    return wanted.settings.pipeline_name


def code(error: MedallionError | None) -> str:
    return error.code if error else ""


# ── Who asks ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
def test_without_a_token_no_page_shows_anything_but_how_to_turn_it_on(
    ann: Asker, browser: Open, page: str
) -> None:
    nobody = browser("", page, NAME)
    assert "Turn on user authorization" in nobody.said
    assert "no token was forwarded" in nobody.said
    assert nobody.buttons == {"Try again"}
    assert not nobody.at.dataframe
    assert browser(ANN, page, NAME).at.session_state["medallion_session"].design == design()


@pytest.mark.parametrize("page", PAGES)
def test_that_everybody_may_do_what_the_app_may_is_said_on_every_page(
    browser: Open, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    assert "MEDALLION_TRUST=app is set" not in browser(ANN, page).said
    monkeypatch.setenv("MEDALLION_TRUST", "app")
    assert "MEDALLION_TRUST=app is set" in browser("", page).said


# ── Sources and targets ──────────────────────────────────────────────────────────────────────


def test_a_source_that_may_not_be_read_is_not_proposed_from(people: People, browser: Open) -> None:
    basket = Session(tables=[TableName(CATALOG, "src", "salaries")])
    page = browser(ANN, "design", medallion_session=basket)
    page.at.text_input(key="new_design_name").set_value("peeked")
    page.propose("peeked")
    assert "salaries" in page.said
    assert page.at.error
    assert "peeked" not in browser(BOB, "design").said
    assert "peeked" not in {each.pipeline_name for each in list_designs(people.asker(ANN))}
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    page.propose("peeked")
    assert page.at.session_state["medallion_session"].design.entity("salaries")
    delete_draft(people.asker(ANN), "peeked")


def test_a_source_that_may_not_be_read_is_not_deployed(people: People, browser: Open) -> None:
    name = draft(people, ANN, design(orders("salaries"), name="page_source"))
    page = browser(ANN, "deploy", name)
    assert f"may not deploy {name}" in page.said
    assert f"SELECT on {CATALOG}.src.salaries" in page.said
    assert not page.buttons & ACTS
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    assert browser(ANN, "deploy", name).buttons >= {"Deploy and run", "Deploy only"}


def test_where_one_may_make_no_table_nothing_is_deployed(people: People, browser: Open) -> None:
    people.let(BOB, f"SELECT ON TABLE {CATALOG}.src.orders")
    name = draft(people, BOB, design(name="page_target"))
    page = browser(BOB, "deploy", name)
    assert f"CREATE TABLE on {CATALOG}.gold" in page.said
    assert not page.buttons & ACTS
    makes = "USE SCHEMA, CREATE TABLE, CREATE MATERIALIZED VIEW"
    people.let(BOB, f"{makes} ON SCHEMA {CATALOG}.gold")
    assert "Deploy and run" in browser(BOB, "deploy", name).buttons


def test_a_table_of_somebody_else_is_not_replaced(people: People, browser: Open) -> None:
    people.sql(
        f"CREATE TABLE {CATALOG}.gold.bronze_orders AS SELECT 1 AS a",
        f"ALTER TABLE {CATALOG}.gold.bronze_orders OWNER TO `{CLEO}`",
    )
    name = draft(people, ANN, design(name="page_over"))
    page = browser(ANN, "deploy", name)
    assert f"bronze_orders (of {CLEO})" in page.said
    assert not page.buttons & ACTS
    people.sql(f"DROP TABLE {CATALOG}.gold.bronze_orders")
    assert "Deploy and run" in browser(ANN, "deploy", name).buttons


TOPIC = KafkaLocation("broker:9092", ("orders",), value_schema="id BIGINT, amount DOUBLE")


@pytest.mark.parametrize(
    ("topic", "lacks", "variable", "value"),
    [
        (
            replace(TOPIC, secret_scope="payroll", user_key="user", password_key="password"),
            "payroll: this secret scope is not on the admin's list",
            "MEDALLION_SECRET_SCOPES",
            "payroll",
        ),
        (
            TOPIC,
            "broker:9092: this Kafka server is not on the admin's list",
            "MEDALLION_KAFKA_SERVERS",
            "broker:9092, other:9092",
        ),
    ],
    ids=["secret scope", "Kafka server"],
)
def test_a_topic_is_held_to_the_admins_lists(
    people: People,
    browser: Open,
    monkeypatch: pytest.MonkeyPatch,
    topic: KafkaLocation,
    lacks: str,
    variable: str,
    value: str,
) -> None:
    listed = "other:9092" if "SERVERS" in variable else TOPIC.servers
    monkeypatch.setenv("MEDALLION_KAFKA_SERVERS", listed)
    name = draft(people, ANN, design(replace(orders(), reads=(topic,)), name="page_topic"))
    page = browser(ANN, "deploy", name)
    assert lacks in page.said
    assert not page.buttons & ACTS
    monkeypatch.setenv(variable, value)
    assert "Deploy and run" in browser(ANN, "deploy", name).buttons


# ── Whose pipeline ───────────────────────────────────────────────────────────────────────────


def test_a_name_that_is_taken_asks(people: People, ann: Asker, browser: Open) -> None:
    basket = Session(tables=[TableName(CATALOG, "src", "orders")])
    page = browser(CLEO, "design", medallion_session=basket)
    page.at.text_input(key="new_design_name").set_value(NAME)
    page.press("Propose a design")
    assert f"A pipeline called {NAME} is deployed; it belongs to {ANN}." in page.said
    assert page.at.session_state["medallion_session"].design is None
    assert NAME not in {each.pipeline_name for each in list_designs(people.asker(CLEO))}
    assert NAME not in {each.pipeline_name for each in list_pipelines(people.asker(CLEO))}
    assert NAME in {each.pipeline_name for each in list_pipelines(people.asker(ANN))}
    page.at.text_input(key="new_design_name").set_value("free")
    page.propose("free")
    assert page.at.session_state["medallion_session"].design is not None
    delete_draft(people.asker(CLEO), "free")


@pytest.mark.parametrize("page", ["deploy", "runs"])
def test_somebody_elses_pipeline_has_no_buttons(
    people: People, ann: Asker, browser: Open, page: str
) -> None:
    seen = browser(CLEO, page, NAME, rollback_open=True)
    assert f"the pipeline belongs to {ANN}" in seen.said
    assert not seen.buttons & ACTS
    assert not seen.at.dataframe
    hers = browser(ANN, page, NAME, rollback_open=True)
    assert "belongs to" not in hers.said
    assert "Run" in hers.buttons


def test_who_may_not_read_its_sources_does_not_open_somebody_elses_design(
    ann: Asker, browser: Open
) -> None:
    page = browser(BOB, "design", NAME)
    assert f"may not open {NAME}" in page.said
    assert f"SELECT on {CATALOG}.src.orders" in page.said
    assert page.at.session_state["medallion_session"].design is None
    assert browser(CLEO, "design", NAME).at.session_state["medallion_session"].design == design()


@pytest.mark.usefixtures("stopped_short")
@pytest.mark.parametrize("label", ["Run", "Refresh all tables"])
def test_a_run_that_was_begun_on_an_old_page_is_refused(
    people: People, ann: Asker, browser: Open, label: str
) -> None:
    page = browser(ANN, "runs", NAME, refresh_all=True)
    write_owners(folder_of(ann, NAME), (CLEO,))
    assert code(page.job(label, NAME)) == "NOT_OWNER"
    write_owners(folder_of(ann, NAME), (ANN,))
    assert code(browser(ANN, "runs", NAME, refresh_all=True).job(label, NAME)) == "STARTED"


def test_a_full_refresh_of_all_tables_asks_first(ann: Asker, browser: Open) -> None:
    page = browser(ANN, "runs", NAME)
    assert "Refresh all tables" not in page.buttons
    [asks] = [box for box in page.at.checkbox if "no longer hold is lost" in box.label]
    asks.check()
    assert "Refresh all tables" in page.run().buttons


def test_a_stop_on_an_old_page_is_refused(
    ann: Asker, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(latest_run, "active_update", lambda *_: "update")
    monkeypatch.setattr(job, "stop_run", lambda _, pipeline_id: stopped.append(pipeline_id))
    page = browser(ANN, "runs", NAME)
    write_owners(folder_of(ann, NAME), (CLEO,))
    page.press("Stop")
    assert f"the pipeline belongs to {CLEO}" in page.said
    assert stopped == []
    write_owners(folder_of(ann, NAME), (ANN,))
    browser(ANN, "runs", NAME).press("Stop")
    assert len(stopped) == 1


@pytest.mark.usefixtures("stopped_short")
def test_a_deployment_from_an_old_page_is_refused(
    people: People, ann: Asker, browser: Open
) -> None:
    draft(people, ANN, design(orders(rules=(Rule("some", "amount > 0"),))))
    page = browser(ANN, "deploy", NAME)
    write_owners(folder_of(ann, NAME), (CLEO,))
    assert code(page.job("Deploy only", NAME)) == "NOT_OWNER"
    assert deployed_design(ann.app, NAME) == design()
    write_owners(folder_of(ann, NAME), (ANN,))
    assert browser(ANN, "deploy", NAME).job("Deploy only", NAME) is None
    delete_draft(ann, NAME)


def test_the_way_back_is_for_owners_who_may_read_what_it_leads_to(
    people: People, ann: Asker, browser: Open
) -> None:
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    do_job(ann, design(orders(), orders("salaries")), Order(run=None))
    do_job(ann, design(), Order(run=None, deleted=("bronze_salaries", "silver_salaries")))
    people.sql(f"REVOKE SELECT ON TABLE {CATALOG}.src.salaries FROM `{ANN}`")
    page = browser(ANN, "deploy", NAME, rollback_open=True)
    ticked = {"selection": {"rows": [1], "columns": []}}
    page.at.session_state["past_deployments"] = ticked
    page.run().at.session_state["past_deployments"] = ticked
    page.press("Go back")
    assert f"SELECT on {CATALOG}.src.salaries" in page.said
    assert "Deploy and run" not in page.buttons
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    assert "Deploy and run" in browser(ANN, "deploy", NAME).buttons
    delete_draft(ann, NAME)


FAILED = RunError(
    "silver_orders",
    "Flow failed.",
    causes=("[CAST_INVALID_INPUT] The value 'x' of the type \"STRING\" cannot be cast.",),
    error_class="CAST_INVALID_INPUT",
    at=None,
)


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest update of whatever is deployed failed in ``silver_orders``."""
    status = RunStatus("p", "u1", "FAILED", errors=(FAILED,))
    update = UpdateInfo(update_id="u1", state=UpdateInfoState.FAILED)
    monkeypatch.setattr(latest_run, "latest_update", lambda *_: update)
    monkeypatch.setattr(latest_run, "active_update", lambda *_: None)
    monkeypatch.setattr(watching, "read_run", lambda *_: status)


@pytest.mark.usefixtures("failed", "stopped_short")
def test_a_repair_from_an_old_page_is_refused(people: People, ann: Asker, browser: Open) -> None:
    wanted = design(orders(rules=(Rule("whole", "CAST(amount AS INT) > 0"),)))
    do_job(ann, wanted, Order(run=None))
    page = browser(ANN, "deploy", NAME)
    write_owners(folder_of(ann, NAME), (CLEO,))
    page.press("Apply and run again")
    assert f"the pipeline belongs to {CLEO}" in page.said
    assert "Apply and run again" not in page.buttons
    assert deployed_design(ann.app, NAME) == wanted
    write_owners(folder_of(ann, NAME), (ANN,))
    delete_draft(ann, NAME)
    again = browser(ANN, "deploy", NAME)
    assert code(again.job("Apply and run again", NAME)) == "STARTED"
    delete_draft(ann, NAME)


@pytest.mark.usefixtures("failed")
def test_a_draft_does_not_make_the_app_look_at_what_its_person_may_not_see(
    people: People, ann: Asker, browser: Open
) -> None:
    hidden = replace(orders("salaries"), name="orders", rules=(Rule("whole", "nothing > 0"),))
    draft(people, ANN, design(hidden))
    statements: list[str] = []
    for name in ("query", "execute"):
        setattr(ann.app, name, noted(getattr(ann.app, name), statements))
    page = browser(ANN, "runs", NAME)
    assert "salaries" not in " ".join(statements)
    assert "salaries" not in page.said
    delete_draft(ann, NAME)


def noted(send: Callable[..., Any], statements: list[str]) -> Callable[..., Any]:
    def note(statement: str, *rest: Any, **options: Any) -> Any:
        statements.append(statement)
        return send(statement, *rest, **options)

    return note


def test_a_browser_that_changes_hands_keeps_nothing_of_who_had_it(
    people: People, browser: Open
) -> None:
    page = browser(ANN, "design", draft(people, ANN, design(name="page_hers")))
    assert page.at.session_state["medallion_session"].design == design(name="page_hers")
    page.at.session_state["read_as_ann"] = "rows"
    page.user = BOB
    page.run()
    assert page.at.session_state["medallion_session"].design is None
    assert "read_as_ann" not in page.at.session_state
    delete_draft(people.asker(ANN), "page_hers")


def test_a_draft_is_deleted_by_its_person_alone(people: People, browser: Open) -> None:
    for user in (ANN, CLEO):
        draft(people, user, design(name="page_draft"))
    page = browser(ANN, "design")
    page.fill("Design", "page_draft")
    page.run().press("Delete it")
    assert "page_draft" not in {each.pipeline_name for each in list_designs(people.asker(ANN))}
    assert "page_draft" in {each.pipeline_name for each in list_designs(people.asker(CLEO))}
    delete_draft(people.asker(CLEO), "page_draft")


# ── What lies there ──────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("stopped_short")
def test_a_file_that_was_added_is_shown_and_runs_once_an_owner_accepts_it(
    ann: Asker, browser: Open
) -> None:
    folder_of(ann, NAME).write("src/evil.py", "raise ValueError\n")
    page = browser(ANN, "runs", NAME)
    assert "1 file of code not as deployed" in page.said
    assert any("raise ValueError" in shown.value for shown in page.at.code)
    assert code(page.job("Run", NAME)) == "CODE_CHANGED"
    assert "src/evil.py (added)" in page.said
    page.press("Accept these files as they are")
    assert "not as deployed" not in page.said
    assert code(page.job("Run", NAME)) == "STARTED"
    folder_of(ann, NAME).delete("src/evil.py")


def test_a_page_reads_once_what_was_deployed(
    ann: Asker, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, seen = WorkspaceFolder.read, Counter[str]()

    def counted(folder: WorkspaceFolder, path: str) -> str | None:
        seen[path] += 1
        return read(folder, path)

    folder_of(ann, NAME).write("src/evil.py", "raise ValueError\n")
    page = browser(ANN, "runs", NAME)
    monkeypatch.setattr(WorkspaceFolder, "read", counted)
    st.cache_data.clear()
    assert "not as deployed" in page.run().said
    assert seen[MANIFEST] == 1
    folder_of(ann, NAME).delete("src/evil.py")


def test_accepting_on_an_old_page_is_refused(ann: Asker, browser: Open) -> None:
    folder_of(ann, NAME).write("src/evil.py", "raise ValueError\n")
    page = browser(ANN, "runs", NAME)
    write_owners(folder_of(ann, NAME), (CLEO,))
    page.press("Accept these files as they are")
    assert "may not" in page.said
    assert f"the pipeline belongs to {CLEO}" in page.said
    write_owners(folder_of(ann, NAME), (ANN,))
    folder_of(ann, NAME).delete("src/evil.py")


def test_owners_are_added_by_owners(ann: Asker, browser: Open) -> None:
    page = browser(ANN, "deploy", NAME)
    page.fill("E-mail or application id of another owner", CLEO)
    page.press("Add owner")
    hers = browser(CLEO, "deploy", NAME)
    assert hers.buttons >= {"Run", "Remove owner"}
    page.fill("Owner", CLEO)
    page.press("Remove owner")
    assert "Remove owner" not in page.buttons, "somebody has to own it"
    hers.fill("E-mail or application id of another owner", BOB)
    hers.press("Add owner")
    assert f"the pipeline belongs to {ANN}" in hers.said
    assert read_owners(folder_of(ann, NAME)) == (ANN,)
    assert "Add owner" not in browser(CLEO, "deploy", NAME).buttons


# ── What people type ─────────────────────────────────────────────────────────────────────────

LOOKS_ELSEWHERE = "id IN (SELECT id FROM main.hr.salaries)"


def test_a_query_in_a_rule_is_not_kept(people: People, browser: Open) -> None:
    name = draft(people, ANN, design(name="page_rule"))
    page = browser(ANN, "design", name, design_tab=":material/rule: Rules")
    type_rule(page, LOOKS_ELSEWHERE)
    assert "one row" in page.said or "query" in page.said
    assert page.at.session_state["medallion_session"].design == design(name=name)
    page = browser(ANN, "design", name, design_tab=":material/rule: Rules")
    type_rule(page, "id > 0")
    assert page.at.session_state["medallion_session"].design.entity("orders").rules


def type_rule(page: Clicks, condition: str) -> None:
    page.at.session_state["edit_rules_orders"] = {
        "edited_rows": {},
        "added_rows": [{"name": "typed", "condition": condition, "action": "quarantine"}],
        "deleted_rows": [],
    }
    page.run()


def test_a_query_in_a_measure_is_not_kept(people: People, browser: Open) -> None:
    name = draft(people, ANN, with_fact("page_measure"))
    page = browser(ANN, "design", name, design_tab=":material/star: Star")
    type_measure(page, "(SELECT max(amount) FROM main.hr.salaries)")
    assert page.at.error
    assert len(page.at.session_state["medallion_session"].design.star.facts[0].measures) == 1
    page = browser(ANN, "design", name, design_tab=":material/star: Star")
    type_measure(page, "amount * 2")
    assert len(page.at.session_state["medallion_session"].design.star.facts[0].measures) == 2


def type_measure(page: Clicks, expression: str) -> None:
    page.fill("Expression over a row", expression)
    names = [each for each in page.at.text_input if each.label == "Name"]
    names[-1].set_value("typed")
    page.press("Add")


def with_fact(name: str) -> Design:
    measure = Measure("amount", "amount", "double")
    fact = Fact("fact_orders", "orders", grain=("id",), measures=(measure,))
    return replace(design(name=name), star=Star(facts=(fact,)))


# ── Schedules ────────────────────────────────────────────────────────────────────────────────


def test_a_schedule_without_an_admins_word_is_left_out_and_said(
    people: People, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings("page_daily", CATALOG, "gold", schedule="0 0 5 * * ?")
    name = draft(people, ANN, replace(design(), settings=settings))
    monkeypatch.delenv("MEDALLION_SCHEDULED_PIPELINES", raising=False)
    assert f"Have an admin add {name} to MEDALLION_SCHEDULED" in browser(ANN, "deploy", name).said
    monkeypatch.setenv("MEDALLION_SCHEDULED_PIPELINES", name)
    assert "MEDALLION_SCHEDULED" not in browser(ANN, "deploy", name).said


# ── Readers ──────────────────────────────────────────────────────────────────────────────────


def test_personal_data_that_nobody_decided_on_is_withheld_and_said(
    people: People, browser: Open
) -> None:
    people.let(BOB, f"USE SCHEMA ON SCHEMA {CATALOG}.gold")
    name = draft(people, ANN, read_by(BOB, PrivacyDecision.UNDECIDED))
    page = browser(ANN, "deploy", name)
    assert "1 grant withheld" in page.said
    assert "keep, mask, hash or drop amount" in page.said
    [shown] = [table.value for table in page.at.dataframe if "withheld" in table.value.columns]
    assert set(shown["who"]) == {BOB}
    draft(people, ANN, read_by(BOB, PrivacyDecision.KEEP))
    page = browser(ANN, "deploy", name)
    assert "withheld." not in page.said
    [shown] = [table.value for table in page.at.dataframe if "withheld" in table.value.columns]
    assert f"{CATALOG}.gold.dim_order" in set(shown["object"])


def test_whom_the_person_may_not_let_in_is_said_with_who_may(people: People, browser: Open) -> None:
    name = draft(people, ANN, read_by(BOB, PrivacyDecision.KEEP))
    opens = f"GRANT USE SCHEMA ON SCHEMA {CATALOG}.gold TO"
    assert f"Have the owner of {CATALOG}.gold run: {opens}" in browser(ANN, "deploy", name).said
    people.let(ANN, f"MANAGE ON SCHEMA {CATALOG}.gold")
    assert opens not in browser(ANN, "deploy", name).said


def read_by(reader: str, decision: PrivacyDecision) -> Design:
    entity = orders()
    personal = replace(entity.columns[1], privacy=Privacy("salary", decision))
    entity = replace(entity, columns=(entity.columns[0], personal))
    dimension = Dimension(
        "dim_order", "orders", ("id",), "order_key", attributes=(Attribute("amount", "amount"),)
    )
    settings = Settings("page_readers", CATALOG, "gold", readers=(reader,))
    return Design(settings, (entity,), star=Star(dimensions=(dimension,)))
