"""Whether a query reads a stream, told without Spark."""

from __future__ import annotations

import pytest
from pyspark.sql.connect.proto import (
    SQL,
    CollectMetrics,
    Filter,
    Join,
    Project,
    Range,
    Read,
    Relation,
    SetOperation,
    WithRelations,
)

from local_workspace.lakeflow.relations import is_streaming


def files(*, streaming: bool) -> Relation:
    return Relation(
        read=Read(data_source=Read.DataSource(format="parquet"), is_streaming=streaming)
    )


def table(name: str) -> Relation:
    return Relation(read=Read(named_table=Read.NamedTable(unparsed_identifier=name)))


ROWS, STREAM = files(streaming=False), files(streaming=True)
NUMBERS = Relation(range=Range(end=3, step=1))
ASKED = Relation(sql=SQL(query="SELECT * FROM STREAM(a.b.c)"))


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (ROWS, False),
        (STREAM, True),
        (NUMBERS, False),
        (table("`main`.`shop`.`orders`"), False),
        (table("orders"), None),
        (ASKED, None),
        (Relation(), None),
        (Relation(project=Project(input=Relation(filter=Filter(input=STREAM)))), True),
        (Relation(collect_metrics=CollectMetrics(input=ROWS)), False),
        (Relation(join=Join(left=ROWS, right=STREAM)), True),
        (Relation(join=Join(left=ROWS, right=NUMBERS)), False),
        (Relation(join=Join(left=ROWS, right=ASKED)), None),
        (Relation(set_op=SetOperation(left_input=ASKED, right_input=STREAM)), True),
        (Relation(with_relations=WithRelations(root=ROWS, references=[STREAM])), None),
    ],
)
def test_what_reads_a_stream(relation: Relation, expected: bool | None) -> None:
    assert is_streaming(relation) is expected
