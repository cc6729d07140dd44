"""Auto Loader and Kafka: every row is taken once, nothing is lost, what does not fit is rescued."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import fastavro
import pytest

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline

LOADER = """\
@dp.table(name="bronze")
def bronze():
    return (
        spark.readStream.format("cloudFiles")
        .option("cloudFiles.format", "{format}")
        .option("cloudFiles.inferColumnTypes", "true")
        .option("cloudFiles.schemaHints", "code STRING")
        .options(**{options})
        .load("/Volumes/main/landing/files/{folder}")
        .withColumn("_file", F.element_at(F.split("_metadata.file_path", "/"), -1))
    )
"""


@pytest.fixture
def folder(workspace: RunningWorkspace) -> Path:
    path = workspace.home / "volumes/main/landing/files" / uuid.uuid4().hex
    path.mkdir(parents=True)
    return path


def loader(workspace: RunningWorkspace, folder: Path, kind: str, **options: str) -> Pipeline:
    text = LOADER.format(format=kind, folder=folder.name, options=options)
    return Pipeline(workspace, text)


def rescued(text: str | None) -> dict[str, str] | None:
    found = json.loads(text) if text else None
    if found:
        assert "_file_path" in found
        del found["_file_path"]
    return found


def test_json_evolves_and_rescues(workspace: RunningWorkspace, folder: Path) -> None:
    (folder / "1.json").write_text('{"id": 1, "code": 7, "who": {"age": 3}}\n{"id": 2}\n')
    pipeline = loader(workspace, folder, "json")
    assert pipeline.run().rows == {"bronze": 2}
    (folder / "2.json").write_text(
        '{"id": "x", "who": {"age": "old"}}\nno json\n{"id": 4, "extra": true}\n'
    )
    assert pipeline.run().rows == {"bronze": 3}
    assert pipeline.run().rows == {"bronze": 0}
    columns = "id, code, who.age, extra, _rescued_data, _file"
    rows = pipeline.table("bronze", columns, "_file, id NULLS LAST, _rescued_data")
    assert [(*row[:4], rescued(row[4]), row[5]) for row in rows] == [
        (1, "7", 3, None, None, "1.json"),
        (2, None, None, None, None, "1.json"),
        (4, None, None, True, None, "2.json"),
        (None, None, None, None, {"_corrupt_record": "no json"}, "2.json"),
        (None, None, None, None, {"id": "x", "who": '{"age":"old"}'}, "2.json"),
    ]


def test_csv_goes_by_the_header_of_each_file(workspace: RunningWorkspace, folder: Path) -> None:
    (folder / "1.csv").write_text("id;name\n1;Ann\n2;B;C\n", encoding="latin-1")
    options = {"header": "true", "sep": ";", "encoding": "ISO-8859-1"}
    pipeline = loader(workspace, folder, "csv", **options)
    assert pipeline.run().rows == {"bronze": 2}
    (folder / "2.csv").write_text("name;city;id\nZo\u00eb;K\u00f6ln;x\n", encoding="latin-1")
    assert pipeline.run().rows == {"bronze": 1}
    rows = pipeline.table("bronze", "id, name, city, _rescued_data", "_file, id")
    assert [(*row[:3], rescued(row[3])) for row in rows] == [
        (1, "Ann", None, None),
        (2, "B", None, {"_c2": "C"}),
        (None, "Zo\u00eb", "K\u00f6ln", {"id": "x"}),
    ]


RECORD = """{"type": "record", "name": "reading", "fields": [
    {"name": "id", "type": "long"},
    {"name": "code", "type": ["null", "string"]},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal",
        "precision": 12, "scale": 2}},
    {"name": "value", "type": ["null", "double"]},
    {"name": "bytes", "type": ["null", "bytes"]},
    {"name": "place", "type": ["null", {"type": "record", "name": "place", "fields": [
        {"name": "city", "type": "string"}, {"name": "zip", "type": ["null", "string"]}]}]},
    {"name": "tags", "type": {"type": "array", "items": "string"}}]}"""


def reading(**values: object) -> dict[str, object]:
    at = datetime(2024, 1, 31, 23, 59, 0, 123456, tzinfo=UTC)
    plain = {"id": 1, "at": at, "price": Decimal("-12.30"), "tags": ["a", 'b"']}
    return plain | {"code": "007"} | values


def write_avro(path: Path, records: list[dict[str, object]], more: str = "") -> None:
    schema = json.loads(RECORD)
    schema["fields"] += [{"name": more, "type": ["null", "string"]}] if more else []
    with path.open("wb") as file:
        fastavro.writer(file, schema, records, codec="deflate")


def test_avro_has_the_types_of_its_schema_and_evolves(
    workspace: RunningWorkspace, folder: Path
) -> None:
    place = {"city": "K\u00f6ln", "zip": "00501"}
    last = 2**63 - 1
    write_avro(
        folder / "1.avro",
        [reading(), reading(id=last, value=float("nan"), bytes=b"\xff\x00", place=place)],
    )
    pipeline = loader(workspace, folder, "avro")
    assert pipeline.run().rows == {"bronze": 2}
    write_avro(folder / "2.avro", [reading(id=3, extra="x")], more="extra")
    assert pipeline.run().rows == {"bronze": 1}
    columns = (
        "id, code, hex(bytes), CAST(value AS STRING), place.city, place.zip, tags[1], extra, _file"
    )
    assert pipeline.table("bronze", columns, "id") == [
        (1, "007", None, None, None, None, 'b"', None, "1.avro"),
        (3, "007", None, None, None, None, 'b"', "x", "2.avro"),
        (last, "007", "FF00", "NaN", "K\u00f6ln", "00501", 'b"', None, "1.avro"),
    ]
    typed = pipeline.table("bronze", "typeof(price), price, typeof(at), CAST(at AS STRING)", "id")
    exact = ("decimal(12,2)", Decimal("-12.30"), "timestamp", "2024-01-31 23:59:00.123456")
    assert set(typed) == {exact}
    (once,) = workspace.sql(
        f"SELECT count(*), max(code) FROM read_files('/Volumes/main/landing/files/{folder.name}')"
    )
    assert once == (3, "007")


def test_partition_folders_are_columns(workspace: RunningWorkspace, folder: Path) -> None:
    for day in ("2026-01-01", "2026-01-02"):
        (folder / f"day={day}").mkdir()
        (folder / f"day={day}" / "a.json").write_text('{"id": 1}')
    options = {"cloudFiles.partitionColumns": "day", "cloudFiles.schemaHints": "day DATE"}
    pipeline = loader(workspace, folder, "json", **options)
    assert pipeline.run().rows == {"bronze": 2}
    rows = pipeline.table("bronze", "id, cast(day as string)")
    assert rows == [(1, "2026-01-01"), (1, "2026-01-02")]


def test_an_empty_folder_has_no_schema(workspace: RunningWorkspace, folder: Path) -> None:
    assert "[CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE]" in loader(workspace, folder, "json").run().errors


TOPIC = """\
@dp.table(name="bronze")
def bronze():
    messages = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", "broker:9092")
        .option("{selector}", "{topic}")
        .option("startingOffsets", "{start}")
        .load()
    )
    return messages.select(F.col("value").cast("string").alias("text"), "topic", "offset")
"""


@pytest.mark.parametrize(("start", "expected"), [("earliest", [0, 1, 2]), ("latest", [2])])
def test_topics(workspace: RunningWorkspace, start: str, expected: list[int]) -> None:
    name = f"t-{uuid.uuid4().hex}"
    topic = workspace.home / "topics" / name
    topic.mkdir(parents=True)

    def send(file: str, *offsets: int) -> None:
        lines = [json.dumps({"value": f"v{n}", "partition": 0, "offset": n}) for n in offsets]
        (topic / file).write_text("\n".join(lines))

    send("1.jsonl", 0, 1)
    text = TOPIC.format(selector="subscribePattern", topic=f"{name[:9]}.*", start=start)
    pipeline = Pipeline(workspace, text)
    assert pipeline.run().state == "COMPLETED"
    send("2.jsonl", 2)
    assert pipeline.run().state == "COMPLETED"
    assert pipeline.table("bronze") == [(f"v{n}", name, n) for n in expected]
