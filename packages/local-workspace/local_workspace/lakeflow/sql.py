"""``spark.sql("SELECT …")`` in a dataset function: its tables are read as ``spark.read`` would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from pyspark.sql import DataFrame
from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
from pyspark.sql.connect.plan import SQL, SubqueryAlias
from pyspark.sql.connect.session import SparkSession

from local_workspace.catalog.names import TableName, quote, rewrite_sql
from local_workspace.lakeflow.naming import Names

Read = Callable[..., DataFrame]


def read_sql(spark: SparkSession, text: str, names: Names, read: Read) -> DataFrame:
    """A query over the frames that ``read`` gives for its tables."""
    views: dict[TableName, SubqueryAlias] = {}

    def spell(name: TableName) -> str:
        written = ["LIVE", name.table] if name.schema.lower() == "live" else list(name)
        alias = f"__source_{len(views)}"
        if name not in views:
            frame = cast(Any, read(".".join(map(quote, written)), {}, streaming=False))
            views[name] = SubqueryAlias(frame._plan, alias)
        return str(views[name]._alias)

    rewritten = rewrite_sql(text, names.catalog, names.schema, spell)
    return ConnectDataFrame(SQL(rewritten, [], {}, list(views.values())), spark)
