"""What is asked of a warehouse about keys and references: in how few statements, of which rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from medallion_core.errors import MedallionError
from medallion_core.model import Column, Source, TableLocation, TableName
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.profile.sampling import MEGABYTE
from medallion_core.propose.checks import InclusionCheck, KeyCheck
from medallion_core.workspace import NOT_ASKED, Workspace


def table(name: str, megabytes: int | None = 1) -> Source:
    columns = (Column("id", "bigint"), Column("code", "string"))
    size = None if megabytes is None else megabytes * MEGABYTE
    return Source(TableLocation(TableName("main", "s", name)), columns, size_bytes=size)


@dataclass
class Warehouse:
    """Notes the statements. All values of ``gone`` fail; every candidate is unique but those
    that ``repeating`` names, and every value is found."""

    repeating: Sequence[int] = ()
    code: str = "STATEMENT_FAILED"
    statements: list[str] = field(default_factory=list)

    def query(self, statement: str) -> pa.Table:
        self.statements.append(statement)
        if "`gone`" in statement:
            raise MedallionError(self.code, "It is gone.", "")
        return pa.Table.from_pylist(self._rows(statement))

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        if "GROUP BY place" in statement:
            rows: list[dict[str, Any]] = [{"place": place} for place in self.repeating]
            return rows or [{"place": -1}]
        if "AS holds" in statement:
            tables = statement.split("UNION ALL")
            return [
                {"number": number, "holds": [True] * each.count("DISTINCT")}
                for number, each in enumerate(tables)
            ]
        pairs = statement.count("> 0")
        return [{"total": [10] * pairs, "found": [10] * pairs}]


def asked(warehouse: Warehouse, tell: Callable[[str], object] = str) -> WarehouseChecks:
    return WarehouseChecks(cast(Workspace, SimpleNamespace(query=warehouse.query)), tell)


ID, CODE, BOTH, TURNED = ("id",), ("code",), ("id", "code"), ("code", "id")


def test_many_tables_are_asked_for_their_keys_at_once() -> None:
    warehouse = Warehouse()
    checks = [KeyCheck(table(f"t{n}"), (ID, CODE)) for n in range(8)]
    assert asked(warehouse).unique_keys(checks) == [(True, True)] * 8
    assert len(warehouse.statements) == 1


def test_what_repeats_in_a_part_of_its_values_is_not_counted() -> None:
    warehouse = Warehouse(repeating=[0, 1, 6])
    checks = [KeyCheck(table(name), (ID, CODE, BOTH, TURNED)) for name in ("a", "b")]
    answers = asked(warehouse).unique_keys(checks)
    assert answers == [(False, False, True, True), (True, True, False, True)]
    _, counted = warehouse.statements
    assert counted.count("count(DISTINCT") == 5


def test_padded_text_is_counted_without_its_blanks() -> None:
    warehouse = Warehouse()
    check = KeyCheck(table("a"), (ID, CODE, BOTH, TURNED), padded=frozenset(CODE))
    asked(warehouse).unique_keys([check])
    assert all("trim(`code`)" in text for text in warehouse.statements)
    assert not any("trim(`id`)" in text for text in warehouse.statements)


def test_nothing_is_counted_where_all_repeats() -> None:
    warehouse = Warehouse(repeating=range(4))
    answers = asked(warehouse).unique_keys([KeyCheck(table("a"), (ID, CODE, BOTH, TURNED))])
    assert answers == [(False,) * 4]
    assert len(warehouse.statements) == 1


@pytest.mark.parametrize("candidates", [(ID,), (ID, CODE, BOTH, TURNED)])
def test_a_table_that_cannot_be_read_costs_its_own_keys_alone(
    candidates: tuple[tuple[str, ...], ...],
) -> None:
    checks = [KeyCheck(table(name), candidates) for name in ("a", "gone", "b")]
    held = len(candidates)
    expected = [(True,) * held, (False,) * held, (True,) * held]
    assert asked(Warehouse()).unique_keys(checks) == expected


@pytest.mark.parametrize("code", sorted(NOT_ASKED))
@pytest.mark.parametrize(
    "ask",
    [
        lambda checks: checks.unique_keys([KeyCheck(table("gone"), (ID,))]),
        lambda checks: checks.inclusion_ratios([InclusionCheck(table("gone"), ID, table("p"), ID)]),
        lambda checks: profile_sources(checks._ws, [table("gone")]),
    ],
)
def test_an_expired_sign_in_says_nothing_of_a_table(
    ask: Callable[[WarehouseChecks], object], code: str
) -> None:
    with pytest.raises(MedallionError) as raised:
        ask(asked(Warehouse(code=code)))
    assert raised.value.code == code


def test_a_pair_that_cannot_be_compared_costs_itself_alone() -> None:
    checks = [InclusionCheck(table(name), ID, table("p"), ID) for name in ("a", "gone", "b")]
    assert asked(Warehouse()).inclusion_ratios(checks) == [1.0, None, 1.0]


def test_a_table_is_read_once_for_all_its_columns() -> None:
    warehouse = Warehouse()
    pairs = [
        InclusionCheck(table("child"), columns, table(f"p{n}"), ID)
        for n in range(9)
        for columns in (ID, CODE)
    ]
    assert asked(warehouse).inclusion_ratios(pairs) == [1.0] * 18
    [statement] = warehouse.statements
    assert statement.count("`child`") == 1
    assert statement.count("GROUP BY value") == 1


SIZES = {1: "`main`.`s`.`child`\n", 1_000: "TABLESAMPLE (2.5 PERCENT)", None: "LIMIT 1000000"}


@pytest.mark.parametrize("megabytes", SIZES)
def test_a_sample_of_a_big_child_does_and_no_parent_is_sampled(megabytes: int | None) -> None:
    warehouse = Warehouse()
    child, parent = table("child", megabytes), table("parent", megabytes)
    asked(warehouse).inclusion_ratios([InclusionCheck(child, ID, parent, ID)])
    of_child, of_parent = warehouse.statements[0].split("UNION ALL")
    assert SIZES[megabytes] in of_child
    assert of_parent.split("\n)")[0].endswith("FROM `main`.`s`.`parent`")
    asked(warehouse).inclusion_ratios([InclusionCheck(child, ID, parent, ID, whole=True)])
    assert "FROM `main`.`s`.`child`\n" in warehouse.statements[1]
    assert not {"TABLESAMPLE", "LIMIT"} & set(warehouse.statements[1].split())


def test_it_is_told_what_is_asked_and_of_which_tables() -> None:
    told: list[str] = []
    checks = asked(Warehouse(), told.append)
    checks.unique_keys([KeyCheck(table(f"t{n}"), (ID,)) for n in range(7)])
    checks.inclusion_ratios([InclusionCheck(table("a"), ID, table("b"), ID)] * 3)
    checks.inclusion_ratios([])
    assert told == [
        "Looking for keys: t0, t1, t2, t3, t4 and 2 more",
        "Comparing the values of 3 pairs of columns: a",
    ]


def test_a_name_stays_a_name_in_every_statement() -> None:
    warehouse = Warehouse()
    odd = "x`, {0} (SELECT 1"
    source = replace(table("a"), columns=(Column(odd, "string"),))
    checks = asked(warehouse)
    checks.unique_keys([KeyCheck(source, ((odd,),) * 4)])
    checks.inclusion_ratios([InclusionCheck(source, (odd,), source, (odd,))])
    assert len(warehouse.statements) == 3
    for statement in warehouse.statements:
        assert statement.count("x`") == statement.count("`x``, {0} (SELECT 1`") > 0
