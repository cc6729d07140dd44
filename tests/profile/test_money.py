"""Money that comes as a floating number is read as a decimal, and no digit of it is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from medallion_core.browse import read_sources
from medallion_core.model import Design, Profile, Settings, TableName
from medallion_core.profile import count_broken_rows, profile_sources
from medallion_core.propose import propose_design
from medallion_core.tables.silver import silver_expressions
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace

TABLE = "main.money.sales"


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Workspace:
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.money")
    workspace.sql(
        f"CREATE TABLE {TABLE} AS SELECT id, CAST(id * 9.8 AS FLOAT) AS unit_price,"
        " 30000000.25D + id + 1E-9D AS amount, id / 32.0D AS fee, id / 3.0D AS cost,"
        " id * 0.25D AS height, CAST(id * 3 AS STRING) AS pieces FROM range(100)"
    )
    return connect()


@pytest.fixture(scope="module")
def design(ws: Workspace) -> Design:
    sources = read_sources(ws, [TableName.parse(TABLE)])
    (profile,) = profile_sources(ws, sources)
    assert isinstance(profile, Profile)
    return propose_design(sources, [profile], Settings("money", "main", "money_gold"))


def test_amounts_with_few_digits_become_decimals_and_nothing_else(design: Design) -> None:
    (entity,) = design.entities
    assert {column.name: column.type for column in entity.columns} == {
        "id": "bigint",
        "unit_price": "decimal(18,2)",
        "amount": "decimal(18,2)",
        "fee": "double",
        "cost": "double",
        "height": "double",
        "pieces": "bigint",
    }


def test_a_number_that_would_be_rounded_or_lose_zeros_is_told_of_and_kept(
    ws: Workspace, design: Design, workspace: RunningWorkspace
) -> None:
    (entity,) = design.entities
    assert not any(count_broken_rows(ws, entity).broken.values())
    workspace.sql(
        f"INSERT INTO {TABLE} VALUES (100, 55.090004, 1.005, 0, 0, 0, '007'), "
        "(101, NULL, 7, 0, 0, 0, '0')"
    )
    broken = count_broken_rows(ws, entity).broken
    assert (broken["amount_readable"], broken["pieces_readable"]) == (1, 1)
    made = silver_expressions(entity)
    rows = workspace.sql(
        f"SELECT {made['unit_price']}, {made['amount']}, {made['_uncast']} FROM {TABLE}"
        " WHERE id >= 99 ORDER BY id"
    )
    assert [row[:2] for row in rows] == [
        (Decimal("970.20"), Decimal("30000099.25")),
        (Decimal("55.09"), Decimal("1.01")),
        (None, Decimal("7.00")),
    ]
    assert [dict(row[2]) for row in rows] == [{}, {"amount": "1.005", "pieces": "007"}, {}]
