"""Kafka topics, served from ``<home>/topics/<topic>/*.jsonl``: one message a line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.connect.session import SparkSession

from local_workspace.file_formats.reading import MAX_FILE_AGE
from local_workspace.lakeflow.errors import PipelineError

_MESSAGE = (
    "key string, value string, topic string, partition int, offset bigint, timestamp timestamp, "
    "headers array<struct<key:string,value:string>>"
)


def read(
    spark: SparkSession, options: dict[str, Any], topics: Path, folder: Path, *, streaming: bool
) -> DataFrame:
    """A frame with the columns of Spark's Kafka source. Raises PipelineError for missing options.

    ``startingOffsets`` of ``latest``, Kafka's default for streams, skips what is there when
    the flow first runs.
    """
    given = {key.lower(): str(value) for key, value in options.items()}
    if "kafka.bootstrap.servers" not in given:
        raise PipelineError(
            "KAFKA_MISSING_OPTION", "Option 'kafka.bootstrap.servers' must be specified.", "42000"
        )
    names = _topics(given, topics)
    reader: Any = spark.readStream if streaming else spark.read
    paths = ",".join(names) if len(names) == 1 else "{" + ",".join(names) + "}"
    lines = (
        reader.schema("value string").option("maxFileAge", MAX_FILE_AGE).text(f"{topics}/{paths}")
    )
    message = F.from_json("value", _MESSAGE).alias("message")
    folder_name = F.element_at(F.split("_metadata.file_path", "/"), -2).alias("folder")
    rows = lines.where(F.trim("value") != "").select(message, folder_name)
    frame = rows.select(*_columns(headers=given.get("includeheaders", "false").lower() == "true"))
    start = given.get("startingoffsets", "latest" if streaming else "earliest")
    if start == "latest" and streaming:
        frame = frame.where(_after(_baseline(folder, topics, names)))
    return cast(DataFrame, frame)


def _topics(given: dict[str, str], topics: Path) -> list[str]:
    if "subscribe" in given:
        names = [name.strip() for name in given["subscribe"].split(",")]
    elif "subscribepattern" in given:
        pattern = re.compile(given["subscribepattern"])
        found = sorted(folder.name for folder in topics.glob("*") if folder.is_dir())
        names = [name for name in found if pattern.fullmatch(name)]
    else:
        raise PipelineError(
            "KAFKA_MISSING_OPTION",
            "One of the following options must be specified for Kafka source: subscribe, "
            "subscribePattern, assign.",
            "42000",
        )
    missing = [name for name in names if not (topics / name).is_dir()]
    if missing or not names:
        raise PipelineError(
            "UNKNOWN_TOPIC_OR_PARTITION",
            f"This server does not host this topic-partition: {', '.join(missing) or 'none'}.",
            "42K03",
        )
    return names


def _columns(*, headers: bool) -> list[Column]:
    value = F.col("message")
    columns = [
        value["key"].cast("binary").alias("key"),
        value["value"].cast("binary").alias("value"),
        F.coalesce(value["topic"], F.col("folder")).alias("topic"),
        value["partition"].alias("partition"),
        value["offset"].alias("offset"),
        value["timestamp"].alias("timestamp"),
        F.lit(0).alias("timestampType"),
    ]
    if headers:
        columns.append(
            F.transform(
                value["headers"],
                lambda header: F.struct(
                    header["key"].alias("key"), header["value"].cast("binary").alias("value")
                ),
            ).alias("headers")
        )
    return columns


def _baseline(folder: Path, topics: Path, names: list[str]) -> dict[str, int]:
    """The offset after the last message of each topic when the flow first ran."""
    path = folder / "kafka-start.json"
    if not path.exists():
        ends = {name: _end(topics / name) for name in names}
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(ends), encoding="utf-8")
    return cast("dict[str, int]", json.loads(path.read_text(encoding="utf-8")))


def _end(topic: Path) -> int:
    lines = (line for file in topic.glob("*.jsonl") for line in file.open(encoding="utf-8"))
    return max((int(json.loads(line)["offset"]) + 1 for line in lines if line.strip()), default=0)


def _after(ends: dict[str, int]) -> Column:
    wanted: Column = ~F.col("topic").isin(list(ends))
    for name, end in ends.items():
        wanted = wanted | ((F.col("topic") == name) & (F.col("offset") >= end))
    return wanted
