"""Sources as people have them, on Spark from the tables and files to gold: changes of rows, marks
of deletion, envelopes and numbers that are none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from local_workspace.testing import RunningWorkspace
from medallion_core.browse import file_sources, list_tables, read_sources
from medallion_core.edit import answer_feed
from medallion_core.job import Order, do_job
from medallion_core.model import Design, FeedChoice, Profile, Settings
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.propose import propose_design
from medallion_core.trust import own_asker
from medallion_core.workspace import Workspace, connect

SOURCE, TARGET = "main.messy", "main.messy_gold"
TABLES = {
    "clients": """('I', 1, 'Ann', 'Oslo', 1), ('I', 2, 'Bob', 'Rome', 2),
        ('I', 3, 'Cid', 'Kiel', 3), ('U', 1, 'Ann', 'Bergen', 4), ('D', 2, 'Bob', 'Rome', 5),
        ('I', 4, 'Dee', 'Nice', 6), ('D', 3, 'Cid', 'Kiel', 8),
        ('U', 4, 'Dee', 'Lyon', 7), ('I', 3, 'Cid', 'Bonn', 9)
        AS t(Op, client_id, name, city, transact_seq)""",
    "orders": """(10, 1, DATE'2024-01-31', 9.5D), (11, 2, DATE'2024-02-01', double('NaN')),
        (12, 2, DATE'2024-02-02', 1.25D), (13, 3, DATE'2024-02-03', double('Infinity')),
        (14, 4, DATE'2024-02-04', 2.5D), (15, 9, DATE'2024-02-05', CAST(NULL AS DOUBLE))
        AS t(order_id, client_id, ordered_on, total_amount)""",
    "payments": """('insert', 1, 5.0D, 1), ('insert', 2, 7.0D, 1), ('update_preimage', 1, 5.0D, 2),
        ('update_postimage', 1, 6.0D, 2), ('delete', 2, 7.0D, 3), ('insert', 3, 8.0D, 3)
        AS t(_change_type, payment_id, paid_amount, _commit_version)""",
    "accounts": """(1, 'a', false, 1), (2, 'b', true, 2), (3, 'c', false, 3), (4, 'd', false, 4)
        AS t(account_id, label, _fivetran_deleted, _fivetran_synced)""",
}
ENVELOPES = [
    (None, {"id": 1001, "mail": "a"}, "r", 1),
    (None, {"id": 1002, "mail": "b"}, "r", 2),
    ({"id": 1001, "mail": "a"}, {"id": 1001, "mail": None}, "u", 4),
    ({"id": 1002, "mail": "b"}, None, "d", 5),
    (None, {"id": 1003, "mail": "c"}, "c", 30),
    ({"id": 1003, "mail": "c"}, {"id": 1003, "mail": "cc"}, "u", 200),
]


def _envelopes() -> str:
    lines = [
        {"before": before, "after": after, "source": {"db": "x", "lsn": lsn}, "op": op, "ts_ms": 17}
        for before, after, op, lsn in ENVELOPES
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    workspace.sql(f"CREATE SCHEMA {SOURCE}")
    workspace.sql(f"CREATE VOLUME {SOURCE}.files")
    for name, values in TABLES.items():
        workspace.sql(f"CREATE TABLE {SOURCE}.{name} AS SELECT * FROM VALUES {values}")
    folder = workspace.home / "volumes/main/messy/files/members"
    folder.mkdir(parents=True)
    (folder / "part-0.json").write_text(_envelopes())
    connected = connect()
    yield connected
    connected.close()


@pytest.fixture(scope="module")
def design(ws: Workspace) -> Design:
    names = [table.name for table in list_tables(ws, "main", "messy")]
    sources = [*read_sources(ws, names), *file_sources(ws, "/Volumes/main/messy/files/members")]
    found = profile_sources(ws, sources)
    profiles = [profile if isinstance(profile, Profile) else None for profile in found]
    settings = Settings("messy", "main", "messy_gold")
    proposed = propose_design(sources, profiles, settings, WarehouseChecks(ws))
    return answer_feed(proposed, "payments", FeedChoice.GONE)


@pytest.fixture(scope="module")
def run(workspace: RunningWorkspace, ws: Workspace, design: Design) -> RunningWorkspace:
    outcome = do_job(own_asker(ws), design, Order())
    assert outcome.met, outcome.verdict
    return workspace


def rows(run: RunningWorkspace, columns: str, table: str) -> Sequence[tuple[object, ...]]:
    return run.sql(f"SELECT {columns} FROM {TARGET}.{table} ORDER BY ALL")


def test_the_newest_of_each_key_stays_and_a_deleted_one_has_its_mark(run: RunningWorkspace) -> None:
    columns = "client_id, city, is_deleted, is_inferred"
    found = rows(run, columns, "dim_clients WHERE client_key <> -1 AND client_id < 9")
    assert found == [
        (1, "Bergen", False, False),
        (2, "Rome", True, False),
        (3, "Bonn", False, False),
        (4, "Lyon", False, False),
    ]


def test_facts_keep_their_link_to_what_was_deleted(run: RunningWorkspace) -> None:
    joined = "fact_orders JOIN main.messy_gold.dim_clients USING (client_key)"
    found = rows(
        run, "order_id, client_id, is_deleted, is_inferred", f"{joined} WHERE order_id > 10"
    )
    assert found == [
        (11, 2, True, False),
        (12, 2, True, False),
        (13, 3, False, False),
        (14, 4, False, False),
        (15, 9, None, True),
    ]


def test_what_was_before_a_change_is_left_out_and_what_was_deleted_goes(
    run: RunningWorkspace,
) -> None:
    assert rows(run, "payment_id, paid_amount", "silver_payments") == [(1, 6), (3, 8)]


def test_rows_that_are_marked_stay(run: RunningWorkspace) -> None:
    found = rows(run, "account_id, fivetran_deleted", "silver_accounts")
    assert found == [(1, False), (2, True), (3, False), (4, False)]


def test_an_envelope_gives_the_rows_that_it_holds(run: RunningWorkspace) -> None:
    found = rows(run, "id, mail, is_deleted", "silver_members")
    assert found == [("1001", None, False), ("1002", "b", True), ("1003", "cc", False)]


def test_nan_is_counted_and_in_no_sum(run: RunningWorkspace, design: Design) -> None:
    assert rows(run, "sum(total_amount)", "fact_orders") == [(13.25,)]
    assert rows(run, "count_if(isnan(total_amount))", "silver_orders") == [(1,)]
    assert "total_amount_finite" in {rule.name for rule in design.entity("orders").rules}
    differing = rows(run, "*", "reconciliation WHERE difference <> 0 OR difference IS NULL")
    assert differing == []
    assert ("values of total_amount left out of its sum",) in rows(run, "metric", "reconciliation")
