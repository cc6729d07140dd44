"""Files and messages as people have them, from a folder to silver: every value arrives as it was
written, or is set aside by a rule that counts it. One pipeline, run once."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pytest

from medallion_core.browse import file_sources, kafka_source
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.model import Design, KafkaLocation, MessageFormat, Profile, Settings
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.propose import propose_design
from medallion_core.run import start_run, watch_run
from medallion_core.tables.calls import Sql
from medallion_core.tables.sources import kind_of
from medallion_core.workspace import connect
from tests.conftest import RunningWorkspace

VOLUME = "/Volumes/main/people/files"
TARGET = "main.people_silver"
RECORD = {
    "type": "record",
    "name": "reading",
    "fields": [
        {"name": "reading_id", "type": "long"},
        {"name": "sensor_code", "type": ["null", "string"]},
        {"name": "taken_at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {
            "name": "cost_amount",
            "type": {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 2},
        },
        {"name": "place", "type": {"type": "map", "values": "string"}},
    ],
}
TAKEN = datetime(2024, 1, 31, 23, 59, 0, 123456, tzinfo=UTC)


def avro() -> bytes:
    cost = Decimal("-123456789012345678.90")
    records = [
        {
            "reading_id": 2**63 - number,
            "sensor_code": f"00{number}",
            "taken_at": TAKEN,
            "cost_amount": cost,
            "place": {"città": "Forlì"},
        }
        for number in range(1, 4)
    ]
    content = io.BytesIO()
    fastavro.writer(content, RECORD, records, codec="deflate")
    return content.getvalue()


FILES: dict[str, str | bytes] = {
    "patients/a.csv": "participant_id,zip,age\n001,00501,34\n002,01010,57\n003,02134,29\n",
    "reviews/a.csv": 'review_id,comment,stars\n1,"He said ""fine, thanks"", and left",5\n'
    '2,"12"" pipe, black",4\n3,plain,3\n',
    "people/a.csv": ",city,visits\n0,Khartoum,3\n1,Malmo,5\n2,Oslo,7\n",
    "population/a.csv": "Country Name,Country Code,2021,2022\nAruba,ABW,106537,106445\n"
    "Angola,AGO,34503774,35588987\nChad,TCD,17179740,17723315\n",
    "donations/a.csv": "donation_id,note,currency\n1,“fine” – well,€\n2,it’s,€\n3,plain,$\n".encode(
        "cp1252"
    ),
    "cities/a.csv": "city_id,город\n1,Москва\n2,Казань\n3,Пермь\n4,Нижний Новгород\n".encode(
        "cp1251"
    ),
    "bookings/a.csv": "booking_id;betrag;datum\n1;1.234,56;31.01.2024\n2;99,00;01.02.2024\n"
    "3;1.000.000,00;15.02.2024\n4;7,5;28.02.2024\n",
    "invoices/a.csv": "Invoices over 250,,,\n,,,\nInvoice No,Supplier,Paid On,Amount\n"
    "1001,Alpha,2015-06-01,300.00\n1002,Beta,2015-06-03,1250.50\nTotal,,,1550.50\n",
    "tickets/a.csv": "ticket_id,subject\n"
    + "".join(f"{number},subject {number}\n" for number in range(1, 101))
    + "ticket_id,subject\n"
    + "".join(f"{number},subject {number}\n" for number in range(101, 251))
    + '251,"two\nlines"\n',
    "calls/a.csv": "call_id,received\n1,01/31/2024 11:59:00 PM\n2,02/01/2024 12:00:00 AM\n",
    "gulls/a.csv": "obs_id,weight_g,count,unsure\n1,102.5,3,TRUE\n2,NA,5,FALSE\n3,99.1,-,NA\n"
    "4,N/A,7,TRUE\n5,101.0,1,FALSE\n6,98.7,2,FALSE\n",
    "sales/year=2024/month=01/region=NO/a.csv": "sale_id,amount\n1,10.0\n2,20.0\n",
    "sales/year=2024/month=11/region=NO/a.csv": "sale_id,amount\n4,40.5\n",
    "packed/a.csv.gz": gzip.compress(b"pack_id,amount\n1,2.50\n2,3.50\n"),
    "users/a.json": '{"Id": "a", "Upn": "x", "made": {"By Hand": "Yes"}}\n'
    '{"Id": "b", "UPN": "y", "made": {"By hand": "No"}}\n',
    "events/a.json": '[\n {"event_id": 1, "big": 12345678901234567890},\n'
    ' {"event_id": 2, "big": 12345678901234567891}\n]',
    "flat/products.csv": "product_id,price\n100,1.50\n101,3.25\n",
    "flat/stops.txt": "stop_id,stop_name,stop_lat\nS1,North,59.91\nS2,South,59.92\n",
    "flat/stop_times.txt": "trip_id,arrival_time,stop_id\n"
    "T1,06:00:00,S1\nT1,06:10:00,S2\nT2,25:00:00,S2\n",
    "nothing/a.csv": "",
    "refunds/a.csv": "refund_id,order_id,amount\n",
    "shops/a.csv": "shop_id\tcity\n1\tKöln\n2\tŁódź\n3\tOslo\n".encode("utf-16"),
    "readings/a.avro": avro(),
    "ragged/a.csv": "item_id,name\n1,a\n2,b,surplus\n3,c\n",
}
MESSAGES: tuple[str | None, ...] = (
    '{"payment_id": 1, "amount": 2.5}',
    '{"payment_id": 2, "amount": 3.5, "extra": true}',
    "no json",
    None,
    '{"payment_id": 3, "amount": 4.5}',
)


@dataclass(frozen=True)
class Run:
    workspace: RunningWorkspace
    design: Design

    def rows(self, table: str, columns: str, order: str = "1") -> list[tuple[Any, ...]]:
        statement = f"SELECT {columns} FROM {TARGET}.{table} ORDER BY {order}"
        return self.workspace.sql(statement)

    def asked(self, subject: str) -> str:
        return " ".join(q.detail for q in self.design.questions if subject in q.subject)


def write(home: Path) -> None:
    for name, content in FILES.items():
        path = home / "volumes/main/people/files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    topic = home / "topics/payments_topic"
    topic.mkdir(parents=True)
    lines = [
        json.dumps({"key": str(offset), "value": value, "offset": offset, "partition": 0})
        for offset, value in enumerate(MESSAGES)
    ]
    (topic / "0.jsonl").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def run(workspace: RunningWorkspace) -> Iterator[Run]:
    workspace.sql("CREATE SCHEMA main.people")
    workspace.sql("CREATE VOLUME main.people.files")
    write(workspace.home)
    ws = connect()
    topic = KafkaLocation(
        "broker:9092", ("payments_topic",), value_schema="payment_id BIGINT, amount DOUBLE"
    )
    sources = [*file_sources(ws, VOLUME), kafka_source(topic)]
    found = profile_sources(ws, sources)
    profiles = [one if isinstance(one, Profile) else None for one in found]
    settings = Settings("people", "main", "people_silver")
    design = propose_design(sources, profiles, settings, WarehouseChecks(ws))
    pipeline_id = apply_plan(ws, plan_deploy(ws, design), lambda _: None).pipeline_id
    *_, status = watch_run(ws, design, pipeline_id, start_run(ws, pipeline_id))
    assert (status.errors, status.state) == ((), "COMPLETED")
    yield Run(workspace, design)
    ws.close()


def test_codes_keep_their_zeros(run: Run) -> None:
    rows = run.rows("silver_patients", "participant_id, zip, age")
    assert rows == [("001", "00501", 34), ("002", "01010", 57), ("003", "02134", 29)]


def test_quotes_within_quotes(run: Run) -> None:
    rows = run.rows("silver_reviews", "review_id, comment, stars", "stars DESC")
    assert [tuple(map(str, row[1:])) for row in rows] == [
        ('He said "fine, thanks", and left', "5"),
        ('12" pipe, black', "4"),
        ("plain", "3"),
    ]


def test_a_header_whose_first_name_is_empty_is_no_row(run: Run) -> None:
    rows = run.rows("silver_people", "city, visits")
    assert rows == [("Khartoum", 3), ("Malmo", 5), ("Oslo", 7)]


def test_years_as_names(run: Run) -> None:
    columns = {column.source: column for column in run.design.entity("population").columns}
    assert columns["2021"].type == "bigint"
    assert len(run.rows("silver_population", "*")) == 3


def test_bytes_of_windows_1252(run: Run) -> None:
    rows = run.rows("silver_donations", "note, currency")
    assert sorted(rows) == [("it’s", "€"), ("plain", "$"), ("“fine” – well", "€")]


def test_bytes_of_windows_1251(run: Run) -> None:
    column = next(c for c in run.design.entity("cities").columns if c.source != "city_id")
    rows = run.rows("silver_cities", f"`{column.name}`")
    assert sorted(rows) == [("Казань",), ("Москва",), ("Нижний Новгород",), ("Пермь",)]


def test_decimal_commas(run: Run) -> None:
    rows = run.rows("silver_bookings", "betrag, datum", "datum")
    assert rows[0] == (Decimal("1234.56"), date(2024, 1, 31))
    assert sum(row[0] for row in rows) == Decimal("1001341.06")


def test_titles_are_skipped_and_a_line_of_totals_is_set_aside(run: Run) -> None:
    rows = run.rows("silver_invoices", "invoice_no, amount")
    assert rows == [
        ("1001", Decimal("300.00")),
        ("1002", Decimal("1250.50")),
    ]
    kept_out = run.rows("quarantine_invoices", "invoice_no, _broken_rules")
    assert kept_out == [("Total", ["is_no_total"])]
    assert "Total" in run.asked("a.csv")


def test_a_line_break_behind_250_lines(run: Run) -> None:
    rows = run.rows("silver_tickets", "subject", "length(subject), subject")
    assert len(rows) == 251
    assert ("two\nlines",) in rows


def test_a_header_among_the_rows_is_set_aside(run: Run) -> None:
    kept_out = run.rows("quarantine_tickets", "ticket_id, _broken_rules")
    assert kept_out == [("ticket_id", ["is_no_header"])]
    assert "header" in run.asked("a.csv")


def test_times_with_am_and_pm(run: Run) -> None:
    rows = run.rows("silver_calls", "received")
    assert [value.astimezone(UTC) for (value,) in rows] == [
        datetime(2024, 1, 31, 23, 59, tzinfo=UTC),
        datetime(2024, 2, 1, tzinfo=UTC),
    ]
    (fact,) = [fact for fact in run.design.star.facts if fact.entity == "calls"]
    assert [role.column for role in fact.dates] == ["received"]


def test_missing_values_are_null_and_kept_beside_the_row(run: Run) -> None:
    rows = run.rows("silver_gulls", "CAST(obs_id AS INT), weight_g, `count`, unsure")
    assert rows[1] == (2, None, 5, False)
    assert rows[2] == (3, Decimal("99.1"), None, None)
    kept = run.rows("silver_gulls", "_uncast['weight_g']", "CAST(obs_id AS INT)")
    assert [value for (value,) in kept] == [None, "NA", None, "N/A", None, None]
    rules = {rule.name for rule in run.design.entity("gulls").rules}
    assert {"weight_g_readable", "weight_g_given"} <= rules


def test_partitions_of_text(run: Run) -> None:
    rows = run.rows("silver_sales", "CAST(sale_id AS INT), month, region")
    assert rows == [(1, "01", "NO"), (2, "01", "NO"), (4, "11", "NO")]


def test_a_folder_of_several_tables_is_several_tables(run: Run) -> None:
    prices = [("100", Decimal("1.50")), ("101", Decimal("3.25"))]
    assert run.rows("silver_products", "CAST(product_id AS STRING), price") == prices
    stops = [("S1", "North", Decimal("59.91")), ("S2", "South", Decimal("59.92"))]
    assert run.rows("silver_stops", "stop_id, stop_name, stop_lat") == stops
    times = run.rows("silver_stop_times", "trip_id, arrival_time, stop_id", "arrival_time")
    assert times == [("T1", "06:00:00", "S1"), ("T1", "06:10:00", "S2"), ("T2", "25:00:00", "S2")]


def test_packed_files(run: Run) -> None:
    assert len(run.rows("silver_packed", "*")) == 2


def test_nothing_of_json_is_lost(run: Run) -> None:
    rows = run.rows("silver_users", "id, coalesce(upn, _rescued_data)")
    assert "x" in str(rows[0])
    assert "y" in str(rows[1])
    assert "nothing_rescued" in {rule.name for rule in run.design.entity("users").rules}
    nested = run.rows("silver_users", "id, coalesce(made.`By Hand`, _rescued_data)")
    assert nested[0] == ("a", "Yes")
    assert json.loads(nested[1][1])["made"] == '{"By hand":"No"}'
    big = run.rows("silver_events", "CAST(big AS STRING)")
    assert big == [("12345678901234567890",), ("12345678901234567891",)]


def test_records_of_avro_keep_their_types(run: Run) -> None:
    columns = "reading_id, sensor_code, taken_at, cost_amount"
    first, *_, last = run.rows("silver_readings", columns)
    assert (first[0], last[0]) == (2**63 - 3, 2**63 - 1)
    assert (last[1], last[3]) == ("001", Decimal("-123456789012345678.90"))
    assert last[2].astimezone(UTC) == TAKEN
    names = {rule.name for rule in run.design.entity("readings").rules}
    assert "nothing_rescued" in names


def test_text_in_utf_16_is_read_and_told_of(run: Run) -> None:
    rows = run.rows("silver_shops", "shop_id, city")
    assert [city for _, city in rows] == ["Köln", "Łódź", "Oslo"]
    assert "UTF-16" in run.asked("shops")


def test_a_header_alone_is_an_empty_table(run: Run) -> None:
    assert run.rows("silver_refunds", "refund_id, order_id, amount") == []


def test_surplus_values_are_rescued(run: Run) -> None:
    rows = run.rows("silver_ragged", "name, _rescued_data", "name")
    assert "surplus" in str(rows[1])
    assert [rescued is None for _, rescued in rows] == [True, False, True]


def test_what_is_empty_is_left_out_and_asked(run: Run) -> None:
    assert "nothing" not in {entity.name for entity in run.design.entities}
    assert "empty" in run.asked("nothing")


def test_messages_that_are_none_are_set_aside_by_name(run: Run) -> None:
    (bronze,) = run.rows("bronze_payments_topic", "count(*)")
    assert bronze == (5,)
    silver = run.rows("silver_payments_topic", "payment_id, amount")
    assert silver == [(1, 2.5), (2, 3.5), (3, 4.5)]
    kept = run.rows("quarantine_payments_topic", "_rescued_data, _broken_rules")
    assert sorted((text, "message_read" in names) for text, names in kept) == [
        ("no json", True),
        ("no value", True),
    ]


def test_a_message_that_is_no_avro_record_is_known_by_its_columns(run: Run) -> None:
    """``from_avro`` gives a record of NULLs for it."""
    record = '{"type": "record", "name": "t", "fields": [{"name": "id", "type": "long"}]}'
    topic = KafkaLocation("b:9092", ("t",), value_format=MessageFormat.AVRO, value_schema=record)
    arguments = [argument for call in kind_of(topic).calls for argument in call.arguments]
    texts = [argument.text for argument in arguments if isinstance(argument, Sql)]
    (said,) = [text for text in texts if "_rescued_data" in text]
    read = "VALUES (1, named_struct('id', 7L)), (2, named_struct('id', NULL)), (3, NULL)"
    found = run.workspace.sql(f"SELECT {said} FROM {read} AS t(n, _value_read) ORDER BY n")
    assert [text for (text,) in found] == [None, "not read", "not read"]
