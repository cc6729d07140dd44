"""The code of a bundle as plain queries: what of a pipeline's time are the queries themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.window import Window

from bench.processor import processor_seconds
from medallion_core.model import Bundle

Query = Callable[[], DataFrame]


class Bundled:
    """Stands in for ``pyspark.pipelines``: each table is written once, as parquet, when it is first
    read. A stream is read as a whole, AUTO CDC is the newest row of each key, and expectations
    that drop are filters."""

    def __init__(
        self, spark: SparkSession, bundle: Bundle, sources: Mapping[str, str], folder: Path
    ) -> None:
        self._spark = spark
        self._sources = sources
        self._folder = folder
        self._views: dict[str, Query] = {}
        self._tables: dict[str, Query] = {}
        self._written: set[str] = set()
        self._load(bundle)

    def write(self) -> None:
        """Every table anew."""
        self._written.clear()
        for name in self._tables:
            self._table(name)

    def seconds_of_tables(self) -> dict[str, float]:
        """What each table takes, of those that are there."""
        return {name: processor_seconds(partial(self._write, name)) for name in self._tables}

    def _load(self, bundle: Bundle) -> None:
        reader = SimpleNamespace(table=self._table)
        spark = SimpleNamespace(
            read=reader,
            readStream=reader,
            range=self._spark.range,
            conf=SimpleNamespace(get=lambda _: "main.star"),
        )
        for path, text in bundle.items():
            if path.startswith("src/"):
                code = text.replace("from pyspark import pipelines as dp", "")
                exec(compile(code, path, "exec"), {"dp": self, "spark": spark})  # noqa: S102

    def _table(self, name: str) -> DataFrame:
        """What the code reads by ``LIVE.name``, or a source."""
        name = name.rsplit(".", 1)[-1]
        if name in self._views:
            return self._views[name]()
        if name in self._sources:
            return self._spark.read.parquet(self._sources[name])
        if name not in self._written:
            self._write(name)
        return self._spark.read.parquet(str(self._folder / name))

    def _write(self, name: str) -> None:
        frame = self._tables[name]()
        frame.write.mode("overwrite").parquet(str(self._folder / name))
        self._written.add(name)

    def table(self, *, name: str, **_: Any) -> Callable[[Query], Query]:
        return self._kept(self._tables, name)

    materialized_view = table

    def append_flow(self, *, target: str, **_: Any) -> Callable[[Query], Query]:
        return self._kept(self._tables, target)

    def temporary_view(self, *, name: str) -> Callable[[Query], Query]:
        return self._kept(self._views, name)

    def _kept(self, kept: dict[str, Query], name: str) -> Callable[[Query], Query]:
        def keep(query: Query) -> Query:
            kept[name] = query
            return query

        return keep

    def expect_all(self, rules: Mapping[str, str]) -> Callable[[Query], Query]:
        del rules
        return lambda query: query

    def expect_all_or_drop(self, rules: Mapping[str, str]) -> Callable[[Query], Query]:
        kept = " AND ".join(f"({rule})" for rule in rules.values())
        return lambda query: lambda: query().where(kept)

    expect_all_or_fail = expect_all

    def expect(self, name: str, rule: str) -> Callable[[Query], Query]:
        return self.expect_all({name: rule})

    expect_or_fail = expect

    def create_streaming_table(self, **_: Any) -> None:
        """It is made by its flow."""

    def create_auto_cdc_flow(
        self,
        *,
        target: str,
        source: str,
        keys: list[str],
        sequence_by: Any,
        except_column_list: list[str],
        **_: Any,
    ) -> None:
        newest = Window.partitionBy(*keys).orderBy(sequence_by.desc())

        def query() -> DataFrame:
            ranked = self._views[source]().withColumn("_rank", F.row_number().over(newest))
            return ranked.where("_rank = 1").drop("_rank", *except_column_list)

        self._tables[target] = query
