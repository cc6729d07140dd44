"""Every kind of source by clicking: from the Sources page into the basket, from there into a
design, and from the design into bronze code that passes the checks. Over a local workspace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from medallion_core.check import check_bundle
from medallion_core.edit import remove_entity
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Bundle,
    Design,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    Level,
    Location,
    MessageFormat,
    TableLocation,
    TableName,
    TableType,
)
from medallion_core.workspace import connect
from pages.components.frame.jobs import Jobs, counts, proposals
from pages.components.frame.session import Session
from tests.conftest import RunningWorkspace

ROOT = Path(__file__).parents[2]
SCHEMA = "main.kinds"
VOLUME = "/Volumes/main/kinds/drop"
AVRO_SCHEMA = '{"type": "record", "name": "r", "fields": [{"name": "sensor", "type": "long"}]}'
SECONDS = 120.0


def write_files(root: Path) -> None:
    """A folder per table, in every format; the CSV is German: semicolons, latin-1."""
    for folder in ("trips", "shops", "events", "notes", "readings"):
        (root / folder).mkdir(parents=True)
    pq.write_table(pa.table({"trip_id": [1, 2]}), root / "trips/part-0.parquet")
    shops = "shop_id;city\n1;Köln\n2;Süd\n"
    (root / "shops/shops.csv").write_text(shops, encoding="latin-1")
    (root / "events/events.json").write_text(
        '[{"event_id": 1, "to": {"zipCode": "1"}},\n {"event_id": 2}]'
    )
    (root / "notes/notes.txt").write_text("first\nsecond\n")
    (root / "readings/readings.avro").write_bytes(b"Obj\x01")


def make_tables(workspace: RunningWorkspace) -> None:
    for statement in (
        f"CREATE SCHEMA {SCHEMA}",
        f"CREATE VOLUME {SCHEMA}.drop",
        f"CREATE TABLE {SCHEMA}.sales_emea AS SELECT 1 AS sale_id, 2.5 AS amount",
        f"CREATE TABLE {SCHEMA}.sales_apac AS SELECT 2 AS sale_id, 3.5 AS amount",
        f"CREATE TABLE {SCHEMA}.stock AS SELECT 1 AS item_id, 5 AS pieces",
        f"UPDATE {SCHEMA}.stock SET pieces = 4",
        f"CREATE VIEW {SCHEMA}.sales_view AS SELECT * FROM {SCHEMA}.sales_emea",
    ):
        workspace.sql(statement)


class Browser:
    """A person's hands on the app."""

    def __init__(self) -> None:
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
        self.run()

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception, self.at.exception

    def choose(self, key: str, value: object) -> None:
        self.at.session_state[key] = value
        self.run()

    def click(self, label: str) -> None:
        button = next(button for button in self.at.button if button.label.startswith(label))
        button.click()
        self.run()

    def fill(self, label: str, value: Any) -> None:
        widgets: list[Any] = [*self.at.text_input, *self.at.text_area, *self.at.selectbox]
        next(widget for widget in widgets if widget.label == label).set_value(value)
        self.run()

    @property
    def session(self) -> Session:
        state: Session = self.at.session_state["medallion_session"]
        return state


def add_tables(browser: Browser) -> None:
    browser.choose("catalog", "main")
    browser.choose("schema", "kinds")
    browser.click("Add all 4")


def add_folders(browser: Browser) -> None:
    """One click recognises all folders; how two of them are read is corrected first."""
    browser.choose("kind", "Files")
    browser.choose(f"recognise_{VOLUME}", True)
    browser.click("Add all 5")
    browser.fill("Source", f"{VOLUME}/shops")
    browser.choose(f"hints_{VOLUME}/shops", "shop_id STRING")
    browser.click("Add to the basket")
    browser.fill("Source", f"{VOLUME}/trips")
    browser.choose(f"read_{VOLUME}/trips", FileRead.ONCE)
    browser.click("Add to the basket")


def add_topics(browser: Browser) -> None:
    browser.choose("kind", "Kafka")
    browser.fill("Servers", "broker:9092")
    browser.fill("Topics", "payments")
    messages = '{"paymentId": 1, "to": {"zipCode": "1"}}\n{"paymentId": 2, "paid": 2.5}'
    browser.fill("Sample messages", messages)
    browser.click("Derive the schema")
    browser.click("Add to the basket")
    browser.fill("Topics", "sensors")
    browser.fill("Messages", MessageFormat.AVRO)
    browser.fill("Schema of the messages", AVRO_SCHEMA)
    browser.click("Add to the basket")


def add_pasted(browser: Browser) -> None:
    browser.choose("kind", "List of names")
    browser.fill("Names of tables", "samples.tpch.region\nsamples.tpch.nation")
    browser.click("Add 2 tables")


def wait_for(jobs: Jobs) -> None:
    while any(job.running for job in jobs.of(connect().user_name).values()):
        time.sleep(0.1)


def edit_rules(browser: Browser) -> tuple[str, list[str]]:
    """A rule that Spark refuses, then the same one right, counted on today's rows."""
    browser.choose("design_tab", ":material/rule: Rules")
    browser.choose("rules_of", "region")
    said = []
    for condition in ("r_regionkey > nope", "r_regionkey > 0"):
        rule = {"name": "not_africa", "condition": condition, "action": "quarantine"}
        edits = {"edited_rows": {}, "added_rows": [rule], "deleted_rows": []}
        browser.choose(f"edit_rules_region_{browser.session.jumps}", edits)
        said += [error.value for error in browser.at.error]
    browser.click("Count on today's rows")
    wait_for(counts())
    browser.run()
    return "".join(said), [caption.value for caption in browser.at.caption]


@dataclass(frozen=True)
class Clicked:
    """``refused`` is what the page said of a rule that Spark cannot read, ``counted`` what it
    said of today's rows."""

    design: Design
    bundle: Bundle
    refused: str
    counted: list[str]

    def reads(self, entity: str) -> tuple[Location, ...]:
        return self.design.entity(entity).reads

    def bronze(self, entity: str) -> str:
        return self.bundle[f"src/bronze/{entity}.py"]


@pytest.fixture(scope="module")
def clicked(workspace: RunningWorkspace) -> Iterator[Clicked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDALLION_TRUST", "app")
        yield from click_through(workspace)


def click_through(workspace: RunningWorkspace) -> Iterator[Clicked]:
    write_files(workspace.home / "volumes/main/kinds/drop")
    make_tables(workspace)
    st.cache_data.clear()
    st.cache_resource.clear()
    browser = Browser()
    for add in (add_tables, add_folders, add_topics, add_pasted):
        add(browser)
    browser.at.switch_page("pages/design.py")
    browser.run()
    browser.click("Propose a design")
    wait_for(proposals())
    browser.run()
    browser.choose("chosen_tables", ["sales_emea", "sales_apac"])
    browser.click("Feed into the first")
    browser.choose("design_tab", ":material/view_column: Columns")
    browser.choose("columns_of", "events")
    browser.click("Flatten")
    refused, counted = edit_rules(browser)
    design = browser.session.design
    assert design is not None
    yield Clicked(design, generate_bundle(remove_entity(design, "readings")), refused, counted)
    st.cache_data.clear()
    st.cache_resource.clear()


def files(folder: str, kind: FileFormat, **said: Any) -> FilesLocation:
    return FilesLocation(f"{VOLUME}/{folder}", kind, **said)


@pytest.mark.parametrize(
    ("entity", "location"),
    [
        ("trips", files("trips", FileFormat.PARQUET, read=FileRead.ONCE)),
        (
            "shops",
            files(
                "shops",
                FileFormat.CSV,
                options={
                    "header": "true",
                    "delimiter": ";",
                    "encoding": "ISO-8859-1",
                    "escape": '"',
                },
                schema_hints="shop_id STRING",
                texts=True,
            ),
        ),
        (
            "events",
            files("events", FileFormat.JSON, options={"multiLine": "true"}, texts=True),
        ),
        ("notes", files("notes", FileFormat.TEXT)),
        (
            "payments",
            KafkaLocation(
                "broker:9092",
                ("payments",),
                value_schema="`paid` double, `paymentId` bigint, `to` struct<zipCode:string>",
            ),
        ),
        (
            "sensors",
            KafkaLocation(
                "broker:9092",
                ("sensors",),
                value_format=MessageFormat.AVRO,
                value_schema=AVRO_SCHEMA,
            ),
        ),
        ("region", TableLocation(TableName("samples", "tpch", "region"))),
        ("stock", TableLocation(TableName("main", "kinds", "stock"), append_only=False)),
        (
            "sales_view",
            TableLocation(TableName("main", "kinds", "sales_view"), TableType.VIEW, False),
        ),
    ],
)
def test_what_was_clicked_is_what_the_design_reads(
    clicked: Clicked, entity: str, location: Location
) -> None:
    assert clicked.reads(entity) == (location,)


def test_files_that_cannot_be_read_are_left_out_and_asked(clicked: Clicked) -> None:
    assert "readings" not in {entity.name for entity in clicked.design.entities}
    asked = [q.detail for q in clicked.design.questions if "readings" in q.subject]
    assert any("Nothing can be read" in detail for detail in asked)


def test_two_tables_feed_one(clicked: Clicked) -> None:
    names = [
        str(read.table) for read in clicked.reads("sales_emea") if isinstance(read, TableLocation)
    ]
    assert names == [f"{SCHEMA}.sales_emea", f"{SCHEMA}.sales_apac"]
    assert clicked.bronze("sales_emea").count("@dp.append_flow(") == 2


def test_columns_are_those_of_the_corrected_reading(clicked: Clicked) -> None:
    shops = clicked.design.entity("shops")
    assert [(column.source, column.source_type) for column in shops.columns] == [
        ("shop_id", "string"),
        ("city", "string"),
    ]


def test_a_nested_column_is_flattened(clicked: Clicked) -> None:
    columns = clicked.design.entity("events").columns
    assert [(c.name, c.source, c.path) for c in columns] == [
        ("event_id", "event_id", ()),
        ("to_zip_code", "to", ("zipCode",)),
    ]


def test_a_rule_is_checked_as_it_is_typed_and_counted_before_anything_runs(
    clicked: Clicked,
) -> None:
    assert "nope" in clicked.refused
    conditions = [rule.condition for rule in clicked.design.entity("region").rules]
    assert conditions.count("r_regionkey > 0") == 1
    assert any("Of 5 rows today, 1 would be quarantined" in said for said in clicked.counted)


def test_the_code_of_every_kind_passes_the_checks(clicked: Clicked) -> None:
    found = check_bundle(clicked.bundle)
    assert [finding for finding in found if finding.level is Level.ERROR] == []
    assert "schemaLocation" not in "".join(clicked.bundle.values())
