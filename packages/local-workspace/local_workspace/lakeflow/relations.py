"""What a query tells by itself. To ask Spark is to have it analyse the query once more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyspark.sql.connect.proto import Relation

_ROWS = frozenset({"local_relation", "range"})
_PASSES_ON = frozenset(
    {"project", "filter", "join", "set_op", "sort", "limit", "aggregate", "deduplicate", "hint"}
    | {"with_columns", "with_columns_renamed", "drop", "subquery_alias", "collect_metrics"}
    | {"repartition", "to_schema", "to_df", "with_watermark", "unpivot"}
)


def is_streaming(relation: Relation) -> bool | None:
    """Whether a query reads a stream; None where only Spark can tell: for SQL, and for names that
    a temporary view may have."""
    kind = relation.WhichOneof("rel_type") or ""
    body: Any = getattr(relation, kind, None)
    if kind == "read":
        name = body.named_table.unparsed_identifier
        is_known = body.is_streaming or body.HasField("data_source") or "." in name
        return bool(body.is_streaming) if is_known else None
    if kind in _ROWS:
        return False
    answers = {is_streaming(child) for child in _children(body)} if kind in _PASSES_ON else {None}
    return next((answer for answer in (True, None) if answer in answers), False)


def _children(body: Any) -> Iterator[Relation]:
    return (value for _, value in body.ListFields() if isinstance(value, Relation))
