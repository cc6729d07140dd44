"""The pipelines that the app of the browser tests knows, one for each state that a page can show,
by the name of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench.generate import wide_star
from medallion_core.deploy import Action, GrantStep, PipelineStep, Step, TableStep
from medallion_core.deploy.steps import Difference, FileStep, SchemaStep
from medallion_core.model import (
    AppliedFix,
    Column,
    Design,
    Reference,
    Settings,
    Source,
    TableLocation,
    TableName,
)
from medallion_core.propose import propose_design
from medallion_core.run import ExpectationCount, RunEvent, RunStatus
from medallion_core.run.events import RunError, TableRun
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory
from medallion_core.tables.privileges import Privilege
from tests.pages.designs import shop_design
from tests.pages.test_questions import clinic, wards

BEGAN = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)
WHOSE = "ben@example.com"
_LONG = "customer_relationship_interaction_history_by_sales_representative"
_WORDS = '[CAST_INVALID_INPUT] The value \'n/a\' of the type "STRING" cannot be cast to "BIGINT".'
_REFRESHED = "needs a full refresh: its key is order_id, buyer_id and was order_id"
_DIFFERENCE = Difference(
    '@dp.expect_or_drop("order_id_present", "order_id IS NOT NULL")',
    '@dp.expect_or_fail("order_id_present", "order_id IS NOT NULL")',
    "deployed",
    "designed",
)


@dataclass
class Scene:
    """``updates`` are the states of its updates, oldest first; None where it is not deployed.
    ``steps`` are what deploying would do: nothing where all is deployed as designed. ``whose``:
    it is somebody else's."""

    design: Design
    updates: list[str] | None = None
    steps: Sequence[Step] = ()
    whose: str = ""

    def status(self, update_id: str, design: Design) -> RunStatus:
        number = int(update_id.partition("-")[0])
        state = (self.updates or [])[number - 1]
        began = BEGAN + timedelta(hours=number)
        tables = [_table_run(each, state, began) for each in inventory(design).tables]
        failed = [each.name for each in tables if each.state == "FAILED"]
        error = [RunError(name, "Flow failed.", causes=(_WORDS,), error_class="CAST_INVALID_INPUT",
                          at=None) for name in failed]  # fmt: skip
        return RunStatus(
            design.settings.pipeline_name,
            update_id,
            state,
            tables=tuple(tables),
            errors=tuple(error),
            events=tuple(_event(number, each) for number, each in enumerate(tables)),
            started_at=began if state != "RUNNING" else datetime.now(UTC) - timedelta(seconds=42),
            ended_at=began + timedelta(seconds=77) if state != "RUNNING" else None,
        )


_HOW_FAR = {
    Layer.BRONZE: "COMPLETED",
    Layer.SILVER: "RUNNING",
    Layer.QUARANTINE: "RUNNING",
    Layer.GOLD: "QUEUED",
}
_AFTER_A_FAILURE = {Layer.BRONZE: "COMPLETED", Layer.GOLD: "SKIPPED"}


def _table_run(dataset: Dataset, update: str, began: datetime) -> TableRun:
    state = update
    if update == "RUNNING":
        state = _HOW_FAR[dataset.layer]
    elif update == "FAILED":
        state = _AFTER_A_FAILURE.get(dataset.layer, "COMPLETED")
        state = "FAILED" if dataset.name == "silver_orders" else state
    rows = {"COMPLETED": 12_345, "RUNNING": 4_096}.get(state, 0)
    checks = (ExpectationCount("id_present", rows - 345, 345),) if rows > 345 else ()
    return TableRun(
        dataset.name,
        state,
        rows_written=rows,
        expectations=checks if dataset.layer is Layer.SILVER else (),
        inputs=dataset.made_of,
        started_at=began if rows else None,
        ended_at=began + timedelta(seconds=21) if state == "COMPLETED" else None,
    )


def _event(number: int, table: TableRun) -> RunEvent:
    return RunEvent(
        id=f"e{number}",
        at=table.started_at,
        level="ERROR" if table.state == "FAILED" else "INFO",
        type="flow_progress",
        dataset=table.name,
        message=f"Flow '{table.name}' is {table.state}.",
    )


def update_name(number: int, pipeline: str) -> str:
    """No two updates of a workspace have one id."""
    return f"{number}-{pipeline}"


def scenes() -> Mapping[str, Scene]:
    shop = shop_design()
    twice = replace(shop, entities=(*shop.entities, shop.entities[0]))
    alike, unsure = wards(), replace(shop, references=_unsure(shop.references))
    found = {
        "shop": Scene(_mended(shop), ["FAILED", "COMPLETED"]),
        "unsure": Scene(unsure, steps=first_steps(unsure)),
        "inbox": Scene(clinic()),
        "alike": Scene(replace(alike, references=_sampled(_unsure(alike.references)))),
        "refused": Scene(twice),
        "consents": Scene(shop, ["COMPLETED"], steps=_consents()),
        "grants": Scene(shop, steps=_grants()),
        "fresh": Scene(shop, []),
        "failing": Scene(shop, ["COMPLETED", "FAILED"]),
        "going": Scene(wide_star(8), steps=first_steps(wide_star(8))),
        "theirs": Scene(shop, ["COMPLETED"], whose=WHOSE),
        "long": Scene(long_design(), ["COMPLETED"]),
        "typed": Scene(shop),
        "wide": Scene(wide_star(300), ["COMPLETED"]),
    }
    return {name: replace(each, design=_named(each.design, name)) for name, each in found.items()}


def _unsure(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """They wait for an answer."""
    return tuple(replace(each, accepted=False) for each in references)


def _sampled(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """All confirmed, each other one by a sample alone."""
    return tuple(
        replace(each, inclusion=1.0, sampled=number % 2 == 1)
        for number, each in enumerate(references)
    )


def _named(design: Design, name: str) -> Design:
    return replace(design, settings=replace(design.settings, pipeline_name=name))


def _mended(design: Design) -> Design:
    """Between the first update and the second."""
    fix = AppliedFix(
        failure="CAST_INVALID_INPUT",
        subject="silver_orders",
        change="buyer_id is read with try_cast; what is no number is quarantined.",
        reason="3 rows of buyer_id are no numbers: n/a, unknown.",
        applied_at=(BEGAN + timedelta(hours=1, minutes=5)).isoformat(),
        consent="ada@example.com",
    )
    return replace(design, fixes=(fix,))


def first_steps(design: Design) -> tuple[Step, ...]:
    """As a first deployment has them."""
    settings = design.settings
    schema = f"{settings.catalog}.{settings.schema}"
    files = sorted({dataset.file for dataset in inventory(design).tables})
    return (
        SchemaStep(subject=schema, action=Action.CREATE, statement=f"CREATE SCHEMA {schema}"),
        *(FileStep(subject=path, action=Action.CREATE, text="") for path in files),
        PipelineStep(subject=settings.pipeline_name, action=Action.CREATE, spec={}),
    )


def _consents() -> tuple[Step, ...]:
    return (
        FileStep(
            subject="src/silver/orders.py",
            action=Action.UPDATE,
            text="",
            differences=(_DIFFERENCE,),
        ),
        FileStep(subject="src/gold/dim_buyers.py", action=Action.KEEP, text="", by_hand=True),
        TableStep(subject="silver_orders", action=Action.REFRESH, detail=_REFRESHED),
        TableStep(subject="fact_orders", action=Action.REFRESH, detail=_REFRESHED),
        TableStep(subject="silver_returns", action=Action.DELETE),
    )


def _grants() -> tuple[Step, ...]:
    wanted = [
        Privilege("SELECT", "TABLE", ("shop", "sales", table), "app-id", why="is a source")
        for table in ("orders", "buyers")
    ]
    return tuple(
        GrantStep(subject=each.subject, action=action, privilege=each)
        for each, action in zip(wanted, (Action.GRANT, Action.KEEP), strict=True)
    )


def long_design() -> Design:
    """Names as long as some companies have them."""
    parent = f"{_LONG}_identifier bigint"
    amount = f"{_LONG}_amount decimal(18,2)"
    tables = {
        _LONG: f"{parent}, {_LONG}_display_name string",
        f"{_LONG}_event": f"event_id bigint, {parent}, {amount}, day date",
    }
    return propose_design(
        [source(name, columns) for name, columns in tables.items()],
        [None] * len(tables),
        Settings("long", "main_catalog_of_the_sales_department", f"{_LONG[:40]}_gold"),
    )


def source(name: str, columns: str) -> Source:
    """``columns`` as in ``CREATE TABLE``; the first is declared to be the key."""
    found = tuple(Column(*text.split(" ")) for text in columns.split(", "))
    location = TableLocation(TableName("erp", "sales", name))
    return Source(location, found, primary_key=(found[0].name,))
