"""Errors of a pipeline: raised with Spark's error class, reported in the event log's shape."""

from __future__ import annotations

import re
import traceback
from typing import Any

from pyspark.errors import PySparkException

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.names import original_names

_DELTA = "com.databricks.sql.transaction.tahoe"
_JVM = "\n\nJVM stacktrace:\n"
_PLAN = re.compile(r"(SQLSTATE: \w{5})[;\s].*\Z", re.DOTALL)
_CONTEXT = re.compile(r"SQLSTATE: \w{5}\s*(== DataFrame ==.*?)(?:\n\n|\Z)", re.DOTALL)
_CLASS = re.compile(r"^([\w.$]+(?:Exception|Error)):", re.MULTILINE)


class PipelineError(SqlError):
    """An error that Lakeflow would raise: ``[CLASS] message SQLSTATE: 42000``."""

    def __init__(self, error_class: str, message: str, sql_state: str = "42000") -> None:
        super().__init__(error_class, message, sql_state)


def describe_error(error: BaseException) -> dict[str, Any]:
    """The ``error`` field of an event: ``{fatal, exceptions: [{class_name, message, stack}]}``.

    The stack has the frames of the pipeline's own files, innermost last. An error that holds
    several in ``errors`` is described by these.
    """
    several = getattr(error, "errors", None)
    if several:
        chains = [describe_error(one)["exceptions"] for one in several]
        return {"fatal": True, "exceptions": [entry for chain in chains for entry in chain]}
    chain = [_exception(error)]
    if isinstance(error, PySparkException) and "[STREAM_FAILED]" in str(error):
        chain.append(_stream_cause(error))
    elif error.__cause__ is not None:
        chain.append(_exception(error.__cause__))
    return {"fatal": True, "exceptions": chain}


def error_text(error: BaseException) -> str:
    """What a person needs of an error, without plan and JVM stack."""
    text = _clean(str(error).split(_JVM)[0])
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {text}"
    known = isinstance(error, PySparkException) or text.startswith(("[", "Failed to load"))
    return text if known else f"{type(error).__name__}: {text}"


def _exception(error: BaseException) -> dict[str, Any]:
    return {
        "class_name": _class_name(error),
        "message": error_text(error),
        "stack": _frames(error),
    }


def _stream_cause(error: BaseException) -> dict[str, Any]:
    head, _, _ = str(error).partition("=== Streaming Query ===")
    message = head.partition("terminated with exception: ")[2]
    return {
        "class_name": "org.apache.spark.SparkException",
        "message": _clean(message.rsplit("SQLSTATE: XXKST", 1)[0].strip()),
        "stack": [],
    }


def _clean(text: str) -> str:
    """Cuts the plan that follows the SQLSTATE, keeps the line of code that Spark names."""
    context = _CONTEXT.search(text)
    short = _PLAN.sub(r"\1", text, count=1) if "STREAM_FAILED" not in text else text
    short = original_names(short.split("=== Streaming Query ===")[0]).strip()
    return (
        f"{short}\n{context.group(1).strip()}"
        if context and context.group(1) not in short
        else short
    )


def _class_name(error: BaseException) -> str:
    if isinstance(error, SqlError):
        delta = error.error_class.startswith("DELTA_")
        return f"{_DELTA if delta else 'org.apache.spark.sql'}.AnalysisException"
    if error_text(error).startswith("Failed to load"):
        return "com.databricks.pipelines.PythonFileLoadException"
    jvm = str(error).partition(_JVM)[2]
    named = _CLASS.search(jvm) or re.match(r"([\w.$]+)\n", jvm)
    if named:
        return named.group(1)
    module = "pyspark.errors" if isinstance(error, PySparkException) else type(error).__module__
    return type(error).__name__ if module == "builtins" else f"{module}.{type(error).__name__}"


def _frames(error: BaseException) -> list[dict[str, Any]]:
    return [
        {
            "declaring_class": "",
            "method_name": frame.name,
            "file_name": frame.filename,
            "line_number": frame.lineno,
        }
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith("/Workspace/")
    ]
