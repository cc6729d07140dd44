"""Runs a pipeline's files, with what Databricks puts into them: ``spark`` and ``dbutils``."""

from __future__ import annotations

import linecache
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyspark.pipelines.block_session_mutations import block_session_mutations
from pyspark.pipelines.graph_element_registry import graph_element_registration_context
from pyspark.sql.connect.session import SparkSession

from local_workspace.lakeflow import sql_files
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import Definitions


class LoadError(Exception):
    """A file that does not load; ``line`` is 0 where it is not known. The cause says why."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        where = f"'{path}', line {line}" if line else f"'{path}'"
        super().__init__(f"Failed to load {where}: {reason}")


class LoadErrors(Exception):  # noqa: N818
    """All files that do not load."""

    def __init__(self, errors: list[LoadError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class Secrets:
    """``dbutils.secrets``; keys of ``known`` are ``scope/key``."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def get(self, scope: str, key: str) -> str:
        """Raises PipelineError for a secret that does not exist."""
        value = self._known.get(f"{scope}/{key}")
        if value is None:
            raise PipelineError(
                "RESOURCE_DOES_NOT_EXIST",
                f"Secret does not exist with scope: {scope} and key: {key}",
                "42704",
            )
        return value


def load_definitions(
    spark: SparkSession,
    files: Mapping[str, str],
    secrets: Mapping[str, str],
    configuration: Mapping[str, str],
) -> Definitions:
    """Runs every Python and SQL file, in the order of their workspace paths. Raises LoadErrors for
    those that fail, after all have been tried."""
    definitions = Definitions()
    errors: list[LoadError] = []
    dbutils = types.SimpleNamespace(secrets=Secrets(secrets))
    with graph_element_registration_context(definitions), block_session_mutations():
        for path in sorted(files):
            if path.endswith(".sql"):
                _load_sql(path, Path(files[path]), spark, definitions, configuration, errors)
            elif path.endswith(".py"):
                _load(path, Path(files[path]), {"spark": spark, "dbutils": dbutils}, errors)
    if errors:
        raise LoadErrors(errors)
    return definitions


def _load(path: str, file: Path, given: dict[str, Any], errors: list[LoadError]) -> None:
    module = types.ModuleType(file.stem)
    module.__dict__.update(given, __file__=path)
    try:
        text = file.read_text(encoding="utf-8")
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        exec(compile(text, path, "exec"), module.__dict__)  # noqa: S102
    except Exception as error:
        failed = LoadError(path, _line(error, path), f"{type(error).__name__}: {error}")
        failed.__cause__ = error
        errors.append(failed)


def _load_sql(
    path: str,
    file: Path,
    spark: SparkSession,
    definitions: Definitions,
    configuration: Mapping[str, str],
    errors: list[LoadError],
) -> None:
    try:
        sql_files.define(file.read_text(encoding="utf-8"), spark, definitions, configuration)
    except Exception as error:
        failed = LoadError(path, 0, str(error))
        failed.__cause__ = error
        errors.append(failed)


def _line(error: BaseException, path: str) -> int:
    """The line of ``path`` where the error arose."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
