"""The Deploy page: one deployment a click, the run to its verdict, and what to do when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from databricks.sdk.service.pipelines import UpdateInfo, UpdateInfoState
from streamlit.testing.v1 import AppTest

from medallion_core import deploy, job, repair, run
from medallion_core.deploy import (
    Action,
    Deployment,
    GrantStep,
    PipelineStep,
    Plan,
    Step,
    StepResult,
    TableStep,
    permit,
)
from medallion_core.deploy.drafts import Draft
from medallion_core.deploy.manifest import Manifest, PastDeployment
from medallion_core.edit import decide_personal_data
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Outcome
from medallion_core.model import Design, PrivacyDecision, RuleAction, TableLocation
from medallion_core.model.file import dump_design, load_design
from medallion_core.run import Criterion, RunStatus, Verdict
from medallion_core.run.events import RunError, TableRun
from medallion_core.tables.inventory import expected_tables
from medallion_core.tables.privileges import Privilege
from medallion_core.trust import Asker, Mode
from medallion_core.trust.code import CodeChange, How
from pages.components.deploy.deployments import Deployed, Running
from pages.components.deploy.permissions import script_for
from pages.components.deploy.plan import are_all_there_is
from pages.components.frame.columns import rows_key
from pages.components.frame.jobs import Job, jobs
from pages.components.runs import next_steps, rows, view, watching
from tests.pages.conftest import FakeWorkspace, replace_everywhere
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]
NAMES = (
    "Pipeline is idle",
    "Latest update completed",
    "No error event",
    "Every table exists and can be read",
    "Every row is accounted for",
)


BEGUN = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
REAL_PLAN = deploy.plan_deploy
STEP = StepResult(PipelineStep(subject="shop", action=Action.CREATE, spec={}))


def twice(design: Design) -> Design:
    """Two of its tables have one name, so that one would be lost."""
    return replace(design, entities=(*design.entities, design.entities[0]))


def plan_of(design: Design, *steps: Step) -> Plan:
    return Plan(
        design=design,
        root_path="/Workspace/x",
        steps=steps,
        manifest=Manifest("shop"),
        by="ada@example.com",
    )


@dataclass
class FakeService:
    """One pipeline whose updates end as ``state`` says."""

    state: str = "COMPLETED"
    deployed: list[str] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)
    latest: Design | None = None

    def plan_deploy(self, _: object, design: Design, **__: object) -> Plan:
        action = Action.KEEP if dump_design(design) in self.deployed else Action.CREATE
        return plan_of(design, PipelineStep(subject="shop", action=action, spec={}))

    def apply_plan(self, _: object, plan: Plan, report: Callable[[Any], None]) -> Deployment:
        report(StepResult(plan.steps[0]))
        if dump_design(plan.design) not in self.deployed:
            self.deployed.append(dump_design(plan.design))
        self.latest = plan.design
        return Deployment(pipeline_id="p1", root_path=plan.root_path)

    def find_deployment(self, *_: object) -> Deployment | None:
        return self.find() if self.deployed else None

    def find_manifest(self, *_: object) -> Manifest | None:
        history = tuple(reversed(self.past_deployments()))
        number = len(self.deployed)
        found = Manifest("shop", pipeline_id="p1", number=number, history=history)
        return found if self.deployed else None

    def deployed_design(self, *_: object) -> Design:
        assert self.latest is not None
        return self.latest

    def past_deployments(self, *_: object) -> list[PastDeployment]:
        at = "2026-01-02T03:04:05+00:00"
        numbers = range(len(self.deployed), 0, -1)
        return [PastDeployment(number, "ada@example.com", at) for number in numbers]

    def past_design(self, _: object, __: str, number: int) -> Design:
        return load_design(self.deployed[number - 1])

    def find(self, *_: object) -> Deployment:
        return Deployment(pipeline_id="p1", root_path="/Workspace/x")

    def start_run(self, *_: object, **__: object) -> str:
        self.updates.append(f"u{len(self.updates) + 1}")
        return self.updates[-1]

    def read_run(self, _: object, design: Design, *__: object) -> RunStatus:
        tables = tuple(
            TableRun(name, self.state, rows_written=7) for name in expected_tables(design)
        )
        failed = self.state == "FAILED"
        words = "[CAST_INVALID_INPUT] The value 'x' of the type \"STRING\" cannot be cast."
        error = RunError(
            "silver_orders",
            "Flow failed.",
            causes=(words,),
            error_class="CAST_INVALID_INPUT",
            at=None,
        )
        errors = (error,) if failed else ()
        return RunStatus("p1", self.updates[-1], self.state, tables=tables, errors=errors)

    def latest_update(self, *_: object) -> UpdateInfo | None:
        state = UpdateInfoState(self.state)
        return UpdateInfo(update_id=self.updates[-1], state=state) if self.updates else None

    def verdict(self, *_: object) -> Verdict:
        met = self.state == "COMPLETED"
        criteria = (Criterion(name, met or name == NAMES[0], "seen") for name in NAMES)
        return Verdict(tuple(criteria), notes=("bronze_orders has a column more.",))


@pytest.fixture
def service(shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> FakeService:
    shop.drafts["shop"] = shop_design()
    return serve(FakeService(), monkeypatch)


def serve(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """Has the core's doors to deployments and runs answered by ``fake``."""
    for module, name in (
        (deploy, "plan_deploy"),
        (deploy, "apply_plan"),
        (deploy, "find_deployment"),
        (deploy, "find_manifest"),
        (deploy, "deployed_design"),
        (deploy, "past_deployments"),
        (deploy, "past_design"),
        (run, "start_run"),
        (run, "read_run"),
        (run, "latest_update"),
        (run, "verdict"),
    ):
        replace_everywhere(monkeypatch, getattr(module, name), getattr(fake, name))
    replace_everywhere(monkeypatch, deploy.deployed, fake.find)
    replace_everywhere(monkeypatch, run.active_update, lambda *_: None)
    replace_everywhere(monkeypatch, run.validate_run, lambda *_: RunStatus("p1", "v1", "COMPLETED"))
    replace_everywhere(monkeypatch, run.wait_until_idle, lambda *_: None)
    replace_everywhere(monkeypatch, run.watch_run, lambda *_, **__: iter([fake.read_run(*_)]))
    replace_everywhere(monkeypatch, deploy.grant_readers, lambda *_: [])
    replace_everywhere(monkeypatch, repair.gather_evidence, lambda *_, **__: repair.Evidence())
    return fake


def button(at: AppTest, label: str) -> Any:
    return next(b for b in at.button if b.label == label)


def deploy_and_run(open_page: OpenPage) -> AppTest:
    return press(open_page("deploy", design="shop"), "Deploy and run")


def press(at: AppTest, label: str) -> AppTest:
    """Clicks, and waits for the end of the job that this starts."""
    button(at, label).click().run()
    deadline = time.monotonic() + 10
    while (job := jobs().find("ada@example.com", "shop")) is None or job.running:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return at.run()


def test_a_deployment_runs_to_all_criteria_met(open_page: OpenPage, service: FakeService) -> None:
    at = deploy_and_run(open_page)
    assert service.updates == ["u1"]
    assert any("All criteria met" in success.value for success in at.success)
    shown = " ".join(markdown.value for markdown in at.markdown)
    assert all(name in shown for name in NAMES)
    assert any("has a column more" in info.value for info in at.info)


def test_a_run_is_judged_by_what_was_deployed_when_it_ran(
    open_page: OpenPage, shop: FakeWorkspace, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = deploy_and_run(open_page)
    ran = service.latest
    judged: list[Design] = []

    def verdict(_: object, design: Design, *__: object) -> Verdict:
        judged.append(design)
        return service.verdict()

    replace_everywhere(monkeypatch, view.verdict, verdict)
    shop.drafts["shop"] = edited = replace(shop_design(), references=())
    other = open_page("deploy", design="shop")
    assert other.session_state["medallion_session"].design == edited
    assert judged == [ran] != [edited]
    tables = next(each.value for each in other.metric if each.label == "Tables")
    assert tables == f"{len(expected_tables(ran))} of {len(expected_tables(ran))}"
    assert not at.exception


def test_what_is_open_in_the_design_stands_beside_the_button_that_deploys_it(
    open_page: OpenPage, service: FakeService
) -> None:
    at = open_page("deploy", design="shop")
    assert button(at, "Deploy and run")
    (told,) = [each.value for each in at.info if "Still open in the design" in each.value]
    assert "readers are not granted the tables with them" in told


def test_after_green_it_says_what_now_with_links_made_of_host_and_ids(
    open_page: OpenPage, service: FakeService
) -> None:
    at = deploy_and_run(open_page)
    links = {link.label: link.url for link in at.get("link_button")}
    at_home = "https://shop.example.com/#workspace/Users/ada%40example.com"
    assert links == {
        "Open the SQL editor": "https://shop.example.com/sql/editor",
        "Open the schema": "https://shop.example.com/explore/data/main/shop_gold",
        "Open the pipeline": "https://shop.example.com/pipelines/p1",
        "Open the code": f"{at_home}/medallion/pipelines/shop",
        "Open the update in Databricks": "https://shop.example.com/pipelines/p1/updates/u1",
    }
    assert any("JOIN main.shop_gold." in code.value for code in at.code)
    service.state = "FAILED"
    assert "Open the schema" not in {link.label for link in press(at, "Run").get("link_button")}


def test_rows_of_a_run_are_read_as_the_person(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, str]] = []

    def read(ws: object, location: TableLocation, _: int) -> pa.Table:
        asked.append((ws, str(location.table)))
        return pa.table({"order_id": [1, None]})

    person = FakeWorkspace()
    monkeypatch.setattr(rows, "sample_rows", read)
    monkeypatch.setattr(rows, "as_person", lambda: person)
    at = deploy_and_run(open_page)
    assert asked == [], "only the open tab asks"
    at.session_state["run_tab"] = ":material/table_rows: Rows"
    at.run()
    assert {"gold: reconciliation", "bronze: bronze_orders"} <= {
        *at.selectbox(key="rows_of").options
    }
    at.selectbox(key="rows_of").select("quarantine_orders").run()
    assert [ws for ws, _ in asked] == [person, person]
    assert asked[-1][1] == "main.shop_gold.quarantine_orders"
    for rule in shop_design().entity("orders").rules:
        told = any(rule.condition in markdown.value for markdown in at.markdown)
        assert told == (rule.action is RuleAction.QUARANTINE)
    at.session_state["run_tab"] = ":material/account_tree: Graph"
    at.session_state["graph_u1"] = {"chosen": ascii("silver_orders")}
    at.run()
    at.toggle(key="rows_in_silver_orders").set_value(True).run()
    assert not at.exception
    assert (asked[-1][0] is person, asked[-1][1]) == (True, "main.shop_gold.silver_orders")
    (file,) = [link.url for link in at.get("link_button") if link.label == "Open the file"]
    assert file.endswith("/medallion/pipelines/shop/src/silver/orders.py")


def test_rows_are_read_again_once_the_run_has_written_more(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = ["old"]

    def read(*_: object) -> pa.Table:
        return pa.table({"held": [held[-1]]})

    def shown() -> list[str]:
        return [d.value["held"][0] for d in at.run().dataframe if "held" in d.value.columns]

    monkeypatch.setattr(rows, "sample_rows", read)
    service.state = "RUNNING"
    at = deploy_and_run(open_page)
    at.session_state["run_tab"] = ":material/table_rows: Rows"
    assert shown() == ["old"]
    held.append("new")
    assert shown() == ["old"], "nothing more was written"
    service.state = "COMPLETED"
    watching.watcher.clear()
    assert shown() == ["new"]
    assert any("What the table holds now" in caption.value for caption in at.caption)


def test_a_rerun_deploys_nothing_again(open_page: OpenPage, service: FakeService) -> None:
    at = open_page("deploy", design="shop")
    state = at.session_state["medallion_session"]
    state.past.append(b"an edit that can be taken back")
    press(at, "Deploy and run")
    at.run()
    assert state.past
    assert len(service.deployed) == 1
    assert "Deploy and run" not in [b.label for b in at.button]


def test_who_goes_back_to_what_was_before_it_was_mended_stays_there(
    open_page: OpenPage, shop: FakeWorkspace, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shop_design()
    mended = replace(before, references=())
    outcome = Outcome(design=mended, deployment=service.find(), steps=())
    replace_everywhere(monkeypatch, job.do_job, lambda *_, **__: outcome)
    at = deploy_and_run(open_page)
    state = at.session_state["medallion_session"]
    assert state.design == mended
    state.edited(Draft(before, state.revision + 1))
    for _ in range(2):
        at.run()
        assert state.design == before


def test_run_runs_what_is_deployed_and_lets_readers_in(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = deploy_and_run(open_page)
    let_in: list[str] = []
    replace_everywhere(monkeypatch, deploy.grant_readers, lambda *_: let_in.append("all") or [])
    press(at, "Run")
    assert service.updates == ["u1", "u2"]
    assert let_in == ["all"]
    assert len(service.deployed) == 1, "nothing is deployed by a run"


def test_a_design_with_an_error_is_not_deployed_and_the_page_says_why(
    open_page: OpenPage, shop: FakeWorkspace, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_everywhere(monkeypatch, deploy.plan_deploy, REAL_PLAN)
    shop.drafts["shop"] = twice(shop_design())
    at = open_page("deploy", design="shop")
    assert any("2 tables would be called" in error.value for error in at.error)
    assert not {"Deploy and run", "Deploy only"} & {b.label for b in at.button}
    assert (service.deployed, service.updates) == ([], [])


def test_a_deployed_design_with_an_error_is_not_run(
    open_page: OpenPage, service: FakeService
) -> None:
    at = deploy_and_run(open_page)
    service.latest = twice(shop_design())
    at = press(at, "Run")
    assert service.updates == ["u1"]
    assert any("2 tables would be called" in error.value for error in at.error)


def test_a_second_browser_finds_the_same_run(open_page: OpenPage, service: FakeService) -> None:
    deploy_and_run(open_page)
    other = open_page("deploy", design="shop")
    assert any("All criteria met" in success.value for success in other.success)


def test_a_validation_is_no_run_that_failed(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated = RunStatus("p1", "u1", "COMPLETED", validate_only=True)
    service.deployed, service.latest = [dump_design(shop_design())], shop_design()
    service.updates.append("u1")
    monkeypatch.setattr(watching, "read_run", lambda *_: validated)
    monkeypatch.setattr(view, "verdict", lambda *_: pytest.fail("nothing was written"))
    at = open_page("deploy", design="shop")
    assert any("writes no row" in caption.value for caption in at.caption)
    assert not any(":red[" in markdown.value for markdown in at.markdown)


def test_a_failed_run_says_what_is_not_met_and_what_went_wrong(
    open_page: OpenPage, service: FakeService
) -> None:
    service.state = "FAILED"
    at = deploy_and_run(open_page)
    assert not any("All criteria met" in success.value for success in at.success)
    assert sum(":red[" in markdown.value for markdown in at.markdown) == 4
    assert any("CAST_INVALID_INPUT" in code.value for code in at.code)


def test_who_owns_it_not_is_told_so_once(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(who: Asker, *_: object, **__: object) -> None:
        raise MedallionError("NOT_OWNER", f"{who.name} may not: it belongs to bob.", "Ask bob.")

    service.deployed, service.latest = ["another"], shop_design()
    for name in ("permit", "permit_look"):
        replace_everywhere(monkeypatch, getattr(permit, name), refuse)
    at = open_page("deploy", design="shop")
    assert len(at.error) == 1
    assert "belongs to bob" in at.error[0].value


@pytest.mark.parametrize(
    ("reports", "running", "alone"),
    [
        ([], True, True),
        ([STEP], True, True),
        ([STEP, "Update u1 runs."], True, False),
        ([STEP, "Update u1 runs."], False, False),
    ],
)
def test_steps_leave_the_room_to_the_run_that_is_watched(
    reports: list[StepResult | str], running: bool, alone: bool
) -> None:
    job = Job[StepResult | str, Deployed](reports=reports, running=running)
    assert are_all_there_is(job) == alone
    job.error = MedallionError("CODE", "what", "what to do")
    assert are_all_there_is(job), "what was done before the error stays to be seen"


def test_missing_privileges_are_listed_and_granted_one_by_one(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [
        Privilege("SELECT", "TABLE", ("shop", "sales", table), "the app", why="is a source")
        for table in ("orders", "buyers")
    ]
    steps = [
        GrantStep(subject=each.subject, action=Action.GRANT, privilege=each) for each in wanted
    ]
    plan = plan_of(shop_design(), *steps)
    replace_everywhere(monkeypatch, deploy.plan_deploy, lambda *_, **__: plan)
    results = [StepResult(steps[0]), StepResult(steps[1], "refused", "Ask its owner.")]
    replace_everywhere(monkeypatch, deploy.run_grants, lambda *_: results)
    at = open_page("deploy", design="shop")
    table = next(d.value for d in at.dataframe if "grant" in d.value.columns)
    assert list(table["standing"]) == ["✗ missing"] * 2
    assert list(table["grant"]) == [step.statement for step in steps]
    button(at, "Run 2 grants").click().run()
    said = [m.value for m in at.markdown if "GRANT SELECT" in m.value]
    assert [":green[" in line for line in said] == [True, False]
    assert "Ask its owner" in said[1]


@pytest.mark.parametrize("running", [True, False])
def test_of_many_steps_the_latest_are_shown_and_all_that_was_refused(running: bool) -> None:
    def results(job: object) -> None:
        from pages.components.deploy.plan import show_job

        show_job(job)  # type: ignore[arg-type]

    refused = StepResult(STEP.step, "refused", "Ask *its* owner.")
    done: list[StepResult | str] = [refused, *[STEP] * 20, "Update u1 runs."]
    at = AppTest.from_function(results, kwargs={"job": Job(reports=done, running=running)}).run()
    lines = [each.value for each in at.markdown]
    if running:
        assert len(lines) == 9
        assert "Ask \\*its\\* owner" in lines[0]
        assert "Update u1 runs" in lines[-1]
    else:
        rows = at.dataframe[0].value.to_dict("records")
        assert rows[0] == {
            "what": "create pipeline shop",
            "outcome": "refused",
            "why": "Ask *its* owner.",
        }
        assert len(rows) == 21
        assert "Update u1 runs" in lines[-1]


def test_a_file_that_was_changed_by_hand_is_shown_with_where_it_lies(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [CodeChange("src/x.py", How.ADDED, "0" * 64, "x = 1"), CodeChange("y", How.DELETED)]
    replace_everywhere(monkeypatch, permit.code_changes, lambda *_: changes)
    service.deployed, service.latest = [dump_design(shop_design())], shop_design()
    at = open_page("deploy", design="shop")
    assert any("+x = 1" in code.value for code in at.code)
    (link,) = at.get("link_button")
    assert link.url.endswith("/medallion/pipelines/shop/src/x.py")


def test_each_table_that_loses_rows_has_its_consent_beside_it(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "needs a full refresh: its key changed"
    steps = (
        TableStep(subject="silver_orders", action=Action.REFRESH, detail=why),
        TableStep(subject="silver_old", action=Action.DELETE),
        TableStep(subject="silver_late", action=Action.KEEP, detail="waits"),
    )
    asked: list[Order] = []

    def plan(_: object, design: Design, order: Order) -> Plan:
        asked.append(order)
        return replace(plan_of(design, *steps), full_refresh=order.full_refresh)

    replace_everywhere(monkeypatch, job.plan_job, plan)
    at = open_page("deploy", design="shop")
    assert [box.label.replace("\\", "") for box in at.checkbox] == [
        f"Agree for **silver_orders**: {why}",
        "Agree for **silver_old**",
    ]
    assert any("silver_late" in each.value.replace("\\", "") for each in at.warning)
    assert button(at, "Deploy and run").disabled
    at.checkbox[0].check().run()
    assert asked[-1].full_refresh == ("silver_orders",)
    assert button(at, "Deploy only").disabled, "a table that is let go needs a word as well"
    at.checkbox[1].check().run()
    done: list[Order] = []
    replace_everywhere(
        monkeypatch, job.do_job, lambda _, design, order, **__: done.append(order) or Outcome(
            design=design, deployment=service.find(), steps=()))  # fmt: skip
    press(at, "Deploy and run")
    assert (done[0].full_refresh, done[0].deleted) == (("silver_orders",), ("silver_old",))


def test_the_whole_script_names_the_ids_that_the_app_knows(shop: FakeWorkspace) -> None:
    app: Any = FakeWorkspace(user_name="app-id")
    person: Any = shop
    who = Asker(person, app, "ada@example.com", Mode.PERSON)
    script = script_for(shop_design(), who)
    assert "`app-id`" in script
    assert "`ada@example.com`" in script
    assert "<" not in script


def test_an_earlier_design_is_taken_back(
    open_page: OpenPage,
    shop: FakeWorkspace,
    service: FakeService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = shop.drafts["shop"]
    earlier = replace(now, references=())
    past = [PastDeployment(1, "ada@example.com", "2026-01-02T03:04:05+00:00")]
    replace_everywhere(monkeypatch, deploy.past_deployments, lambda *_: past)
    replace_everywhere(monkeypatch, deploy.past_design, lambda *_: earlier)
    at = open_page("deploy", design="shop", rollback_open=True)
    at.session_state["past_deployments"] = {"selection": {"rows": [0], "columns": []}}
    at.run()
    assert any("-references:" in code.value for code in at.code), "what would change is shown"
    assert shop.drafts["shop"] == now, "nothing happens before it is confirmed"
    button(at, "Go back").click().run()
    assert shop.drafts["shop"] == earlier


def test_a_poll_shows_nothing_to_who_owns_it_no_longer(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MedallionError("NOT_OWNER", "The pipeline belongs to bob.")

    service.deployed, service.latest = [dump_design(shop_design())], shop_design()
    service.updates.append("u1")
    read: list[object] = []
    monkeypatch.setattr(watching, "read_run", lambda *_: read.append(_))
    monkeypatch.setattr(view, "permit_look", refuse)
    at = open_page("deploy", design="shop")
    assert any("belongs to bob" in error.value for error in at.error)
    assert read == []


def test_a_run_that_was_judged_is_not_shown_to_who_owns_it_no_longer(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MedallionError("NOT_OWNER", "The pipeline belongs to bob.")

    at = deploy_and_run(open_page)
    assert any("All criteria met" in success.value for success in at.success)
    monkeypatch.setattr(view, "permit_look", refuse)
    at.run()
    assert any("belongs to bob" in error.value for error in at.error)
    assert not any("All criteria met" in success.value for success in at.success)


@pytest.mark.parametrize(
    ("mode", "told"),
    [(Mode.PERSON, "No job runs shop at"), (Mode.APP, "a job runs it by `0 0 5 * * ?`, in UTC.")],
)
def test_a_schedule_that_nobody_allowed_is_not_said_to_run(
    mode: Mode, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspaces: list[Any] = [FakeWorkspace(), FakeWorkspace()]
    monkeypatch.setattr(next_steps, "asker", lambda: Asker(*workspaces, "ada", mode))
    settings = replace(shop_design().settings, schedule="0 0 5 * * ?")
    assert next_steps._schedule(replace(shop_design(), settings=settings)).startswith(told)


def test_who_reads_gold_is_not_told_before_it_is_known() -> None:
    settings = replace(shop_design().settings, readers=("ben@example.com",))
    design = replace(shop_design(), settings=settings)
    [email] = [c for c in design.entity("buyers").columns if c.name == "email"]
    assert email.privacy is not None
    assert email.privacy.decision is PrivacyDecision.UNDECIDED
    told = next_steps._readers(design)
    assert "may read" not in told
    assert "was asked for `ben@example.com`" in told
    assert "email" in told.partition("granted to nobody: ")[2]
    decided = decide_personal_data(design, PrivacyDecision.KEEP)
    assert "granted to nobody" not in next_steps._readers(decided)


def test_a_run_whose_design_cannot_be_read_hides_no_other(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = BEGUN
    asked: list[datetime | None] = []

    def listed(*_: object) -> list[RunStatus]:
        return [RunStatus("p1", f"u{at.day}", "COMPLETED", started_at=at) for at in reversed(begun)]

    def read_run(_: object, __: Design, pipeline_id: str, update_id: str) -> RunStatus:
        table = TableRun("silver_orders", "COMPLETED", rows_written=7)
        return RunStatus(pipeline_id, update_id, "COMPLETED", tables=(table,))

    def design_at(_: Running, moment: datetime | None) -> Design:
        asked.append(moment)
        if moment == begun[1]:
            raise MedallionError("DEPLOYMENT_NOT_FOUND", "'shop' has no deployment 2.")
        return shop_design()

    service.deployed, service.latest = [dump_design(shop_design())], shop_design()
    replace_everywhere(monkeypatch, run.list_runs, listed)
    replace_everywhere(monkeypatch, run.read_run, read_run)
    monkeypatch.setattr(Running, "design_at", design_at)
    at = open_page("runs", design="shop")
    past = next(d.value for d in at.dataframe if "update" in d.value.columns)
    assert list(zip(past["update"], past["rows"], strict=True)) == [("u3", 7), ("u1", 7)]
    assert any("no deployment 2" in error.value for error in at.error)
    asked.clear()
    at.run()
    assert asked == [begun[1]], "what was read is kept"


def test_a_run_of_the_past_is_judged_by_what_it_told_and_stays_the_one_that_was_ticked(
    open_page: OpenPage, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [RunStatus("p1", f"u{n}", "COMPLETED", started_at=BEGUN[n - 1]) for n in (2, 1)]
    judged: list[object] = []
    replace_everywhere(monkeypatch, run.list_runs, lambda *_: list(runs))
    replace_everywhere(monkeypatch, view.verdict, lambda *_: judged.append(_) or service.verdict())
    replace_everywhere(
        monkeypatch, run.read_run, lambda *_: next(r for r in runs if r.update_id == _[3])
    )
    service.deployed, service.latest = [dump_design(shop_design())], shop_design()
    at = open_page("runs", design="shop")
    at.session_state[rows_key("past_runs", ["u2", "u1"])] = {"selection": {"rows": [1]}}
    at.run()
    runs.insert(0, RunStatus("p1", "u3", "COMPLETED", started_at=BEGUN[2]))
    for _ in range(2):
        assert at.header[0].value == "Run `u1`"
        shown = " ".join(markdown.value for markdown in at.markdown)
        assert ":green[:material/check_circle:] Update completed" in shown
        assert "Latest update completed" not in shown
        assert judged == [], "what is there now says nothing of it"
        at.run()
