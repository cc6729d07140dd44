"""Auto Loader: ``cloudFiles`` over Spark's file streams.

The schema is inferred from the files, kept beside the checkpoint, and grows with them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import StructType

from local_workspace import file_formats
from local_workspace.file_formats import FileOptions
from local_workspace.lakeflow.errors import PipelineError


def read(
    spark: SparkSession, reader: Any, path: str, folder: Path, *, remember: bool, fresh: bool
) -> DataFrame:
    """A streaming frame of the files under ``path``. ``folder`` keeps the schema where it is to be
    remembered; a fresh read starts without it. Raises PipelineError where nothing can be read."""
    options = read_options(reader)
    kept = folder / f"schema-{hashlib.sha256(path.encode()).hexdigest()[:12]}.json"
    known = None if fresh or not kept.exists() else _load_schema(kept)
    schema = _schema(spark, reader._schema, options, path, known)
    if remember:
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(schema.json(), encoding="utf-8")
    return file_formats.read(spark, path, schema, options, streaming=True)


def read_options(reader: Any) -> FileOptions:
    """Reads ``cloudFiles.*`` without regard to case. Raises PipelineError without a format."""
    given = {key.lower(): str(value) for key, value in reader._options.items()}
    cloud = {
        key.removeprefix("cloudfiles."): value
        for key, value in given.items()
        if key.startswith("cloudfiles.")
    }
    if "format" not in cloud:
        raise PipelineError(
            "CF_MISSING_FORMAT",
            "Please provide the source file format using the option cloudFiles.format.",
            "42000",
        )
    if "schemalocation" in cloud:
        raise PipelineError(
            "CF_SCHEMA_LOCATION_IN_PIPELINE",
            "cloudFiles.schemaLocation is managed by the pipeline: do not set it.",
            "42000",
        )
    explicit = bool(reader._schema)
    plain = {key: value for key, value in reader._options.items() if "." not in key}
    rescued = given.get("rescueddatacolumn", cloud.get("rescueddatacolumn", ""))
    return FileOptions(
        cloud["format"].lower(),
        cloud.get("infercolumntypes", "false").lower() == "true",
        cloud.get("schemahints", ""),
        cloud.get("schemaevolutionmode", "none" if explicit else "addNewColumns"),
        rescued or ("" if explicit else "_rescued_data"),
        tuple(
            name.strip() for name in cloud.get("partitioncolumns", "").split(",") if name.strip()
        ),
        {key: str(value) for key, value in plain.items() if key.lower() != "rescueddatacolumn"},
    )


def _schema(
    spark: SparkSession, explicit: Any, options: FileOptions, path: str, known: StructType | None
) -> StructType:
    if explicit:
        return file_formats.parse(spark, str(explicit))
    files = file_formats.files_at(path)
    if not files and known is None:
        raise PipelineError(
            "CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE",
            f"Cannot infer schema when the input path `{path}` is empty. Please try to start the "
            "stream when there are files in the input path, or specify the schema.",
            "42000",
        )
    found = file_formats.find_schema(spark, path, files, options) if files else StructType()
    hints = file_formats.parse(spark, options.hints)
    merged, new = file_formats.merge(known, found, options, hints)
    if new and options.evolution.lower() == "failonnewcolumns":
        raise PipelineError(
            "UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_FILE",
            f"Encountered unknown fields during parsing: {', '.join(new)}.",
            "KD003",
        )
    return merged


def _load_schema(path: Path) -> StructType:
    return StructType.fromJson(json.loads(path.read_text(encoding="utf-8")))
