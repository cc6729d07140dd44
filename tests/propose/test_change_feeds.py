"""Tables of changes are told by what replication tools write, read as such, and asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from medallion_core.edit import answer_feed, answer_question, edit_entities
from medallion_core.errors import MedallionError
from medallion_core.generate.silver import silver_file
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    FeedChoice,
    Finding,
    RuleAction,
    Settings,
)
from medallion_core.propose import propose_design
from medallion_core.propose.change import with_order_rule
from medallion_core.propose.change_feeds import recognise
from medallion_core.propose.feeds import choices
from medallion_core.propose.tables import view_tables
from tests.propose.memory import Memory

NUMBERS = list(range(1, 9))
KEYS = [1, 2, 3, 1, 2, 4, 4, 3]
"""Of eight changes of four customers."""
DAYS = [datetime(2024, 1, number) for number in NUMBERS]
WORDS = ["insert", "insert", "insert", "update_preimage", "update_postimage", "insert", "delete"]
MARKED = [None] * 7 + ["2024-01-31"]
TRIGGERED = ["INSERT", "INSERT", "INSERT", "UPDATE", "DELETED", "INSERT", "UPDATE", "UPDATE"]
FEEDS: dict[str, tuple[dict[str, list[object]], list[str]]] = {
    "DMS": (
        {"Op": [*"IIIUDIUD"], "transact_seq": NUMBERS},
        ["`is_deleted`", "transact_seq orders", "op is not part", "customer_id is the key"],
    ),
    "Delta": (
        {"_change_type": [*WORDS, "delete"], "_commit_version": NUMBERS},
        [
            "`is_deleted`",
            "update_preimage' are left out",
            "commit_version and then change_type order",
        ],
    ),
    "Debezium unwrapped": (
        {"__op": [*"cccudcud"], "__source_lsn": NUMBERS, "__deleted": ["false"] * 8},
        ["`is_deleted`", "source_lsn orders", "op is not part"],
    ),
    "GoldenGate": (
        {"op_type": [*"IIIUDIUD"], "csn": NUMBERS},
        ["`is_deleted`", "csn orders", "what one leaves out is NULL"],
    ),
    "SQL Server": (
        {"__$operation": [2, 2, 2, 3, 4, 2, 4, 1], "__$start_lsn": NUMBERS},
        ["`is_deleted`", "= '3' are left out"],
    ),
    "Qlik": (
        {"header__change_oper": [*"IIIBUIUD"], "header__change_seq": NUMBERS},
        ["`is_deleted`", "header_change_seq", "= 'b' are left out"],
    ),
    "Flink": (
        {"row_op": ["+I", "+I", "+I", "-U", "+U", "+I", "+U", "-D"], "updated_at": DAYS},
        ["`is_deleted`", "updated_at and then row_op order", "= '-u' are left out"],
    ),
    "a trigger's words": (
        {
            "ChangeType": [
                "INSERT",
                "INSERT",
                "INSERT",
                "UPDATE",
                "DELETED",
                "INSERT",
                "UPDATE",
                "UPDATE",
            ]
        }
        | {"changed_at": DAYS},
        ["`is_deleted`", "changed_at orders", "change_type is not part"],
    ),
    "Snowflake": (
        {
            "METADATA$ACTION": [*["INSERT"] * 3, "DELETE", "INSERT", "INSERT", "DELETE", "INSERT"],
            "METADATA$ROW_ID": [*"abcddefg"],
            "LOADED_AT": DAYS,
        },
        ["`is_deleted`", "loaded_at and then metadata_action order", "metadata_action is not part"],
    ),
    "DMS without a deletion yet": (
        {"Op": [*"IIIUUIUU"], "transact_seq": NUMBERS},
        ["`is_deleted`", "op is not part"],
    ),
    "DMS loaded for the first time": (
        {"Op": [*"IIIUUUUU"], "dms_timestamp": NUMBERS},
        ["`is_deleted`", "dms_timestamp orders"],
    ),
}
MARKS: dict[str, tuple[dict[str, list[object]], list[str]]] = {
    "Fivetran": (
        {"_fivetran_deleted": [False] * 7 + [True], "_fivetran_synced": NUMBERS},
        ["`fivetran_deleted`", "fivetran_synced orders"],
    ),
    "Airbyte": (
        {"_ab_cdc_deleted_at": [None] * 7 + ["2024-01-31"], "_ab_cdc_lsn": NUMBERS},
        ["`ab_cdc_deleted_at` IS NOT NULL", "ab_cdc_lsn orders"],
    ),
    "deleted_on": ({"deleted_on": [None] * 7 + ["2024-01-31"]}, ["`deleted_on` IS NOT NULL"]),
    "deleted_at": ({"deleted_at": [None] * 7 + ["2024-01-31"]}, ["`deleted_at` IS NOT NULL"]),
    "numbers": ({"is_deleted": [0] * 7 + [1]}, ["`is_deleted` = 1"]),
    "deleted_at in words": (
        {"deleted_at": [""] * 7 + ["yesterday"]},
        ["`deleted_at` IS NOT NULL"],
    ),
    "texts": ({"isDeleted": ["N"] * 7 + ["Y"]}, ["`is_deleted`"]),
}


def proposed(columns: dict[str, list[object]], keys: list[int]) -> Design:
    columns = {"customer_id": list(keys), "city": [*"abcdefgh"]} | columns
    orders = {
        "order_id": list(range(30)),
        "customer_id": [1, 2, 3] * 10,
        "total_amount": [1.5] * 30,
    }
    memory = Memory({"customers": columns, "orders": orders})  # type: ignore[dict-item]
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def asked(design: Design) -> list[Finding]:
    return [q for q in design.questions if q.detail.startswith("Are its rows")]


@pytest.mark.parametrize("name", FEEDS)
def test_changes_are_read_as_such_and_asked_about_once(name: str) -> None:
    columns, told = FEEDS[name]
    design = proposed(columns, KEYS)
    (question,) = asked(design)
    assert question.subject == "customers"
    assert [text for text in told if text not in question.detail] == []
    entity = design.entity("customers")
    assert entity.key == ("customer_id",)
    assert entity.change is ChangeHandling.LATEST
    assert entity.sequence_by
    assert entity.column("is_deleted").type == "boolean"
    assert entity.feed is not None
    assert entity.feed.choice is FeedChoice.FLAGGED
    assert ("orders", "customers") in {(r.entity, r.parent) for r in design.references}


@pytest.mark.parametrize("name", MARKS)
def test_rows_that_are_marked_stay_and_are_asked_about_once(name: str) -> None:
    columns, told = MARKS[name]
    design = proposed(columns, NUMBERS)
    (question,) = asked(design)
    assert [text for text in told if text not in question.detail] == []
    entity = design.entity("customers")
    assert entity.change is ChangeHandling.LATEST
    assert not entity.delete_when


@pytest.mark.parametrize(
    "columns",
    [
        {"_ab_cdc_deleted_at": MARKED, "_ab_cdc_lsn": NUMBERS, "_airbyte_raw_id": [*"abcdefgh"]},
        {"_sdc_deleted_at": MARKED, "_sdc_sequence": NUMBERS},
    ],
    ids=["Airbyte", "Stitch"],
)
def test_copies_of_marked_rows_are_told_by_the_key_of_the_rows(
    columns: dict[str, list[object]],
) -> None:
    design = proposed(columns, KEYS)
    (question,) = asked(design)
    assert "customer_id is the key" in question.detail
    assert design.entity("customers").key == ("customer_id",)
    assert ("orders", "customers") in {(r.entity, r.parent) for r in design.references}


@pytest.mark.parametrize(
    ("columns", "order", "ties"),
    [
        ({"Op": [*"IIIUDIUD"], "transact_seq": NUMBERS, "dms_timestamp": NUMBERS}, 1, False),
        ({"Op": [*"IIIUDIUD"], "AR_H_CHANGE_SEQ": NUMBERS, "dms_timestamp": NUMBERS}, 1, False),
        ({"Op": [*"IIIUDIUD"], "dms_timestamp": NUMBERS}, 1, True),
        ({"op_type": [*"IIIUDIUD"], "csn": NUMBERS, "pos": NUMBERS, "op_ts": NUMBERS}, 2, False),
        ({"_change_type": [*WORDS, "delete"], "_commit_version": NUMBERS}, 2, False),
        ({"__$operation": [2, 2, 2, 3, 4, 2, 4, 1], "__$start_lsn": NUMBERS}, 2, True),
        (
            {
                "__$operation": [2, 2, 2, 3, 4, 2, 4, 1],
                "__$seqval": NUMBERS,
                "__$start_lsn": NUMBERS,
            },
            3,
            False,
        ),
    ],
)
def test_changes_of_one_commit_are_told_apart_or_asked_about(
    columns: dict[str, list[object]], order: int, ties: bool
) -> None:
    design = proposed(columns, KEYS)
    entity = design.entity("customers")
    assert len(entity.order) == order
    assert entity.order[:1] == (entity.sequence_by,)
    assert ("of one key at the same place" in asked(design)[0].detail) is ties
    ordered = f"F.struct{(*entity.order, '_ingested_at', '_row_hash')}"
    assert ordered in silver_file(design, entity)


def test_what_has_no_place_in_the_order_is_counted() -> None:
    numbers: list[object] = [None, *NUMBERS[1:]]
    entity = proposed({"Op": [*"IIIUDIUD"], "transact_seq": numbers}, KEYS).entity("customers")
    (rule,) = (rule for rule in entity.rules if rule.name == "transact_seq_present")
    assert (rule.action, rule.condition) == (RuleAction.WARN, "`transact_seq` IS NOT NULL")
    versions = replace(entity, change=ChangeHandling.HISTORY, rules=())
    assert [rule.action for rule in with_order_rule(versions).rules] == [RuleAction.QUARANTINE]
    design = proposed({"noted": [*"abcdefgh"]}, NUMBERS)
    other = replace(design.entity("customers"), sequence_by="noted")
    edited = edit_entities(design, [other]).entity("customers")
    assert "noted_present" in {rule.name for rule in edited.rules}


@pytest.mark.parametrize("keyed", [True, False], ids=["by its key", "without a key"])
def test_no_event_that_is_marked_as_deleted_is_summed_before_it_is_asked(keyed: bool) -> None:
    sales: dict[str, list[object]] = {
        "sale_id": list(NUMBERS) if keyed else [1, 1, 2, 2, 3, 3, 4, 4],
        "sold_on": [date(2024, 1, 1)] * 8,
        "amount": [1.5, 1.5, 2.5, 2.5, 1.5, 1.5, 2.5, 2.5],
        "is_deleted": [False] * 7 + [True],
    }
    memory = Memory({"sales": sales})  # type: ignore[dict-item]
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert [fact.entity for fact in design.star.facts] == ["sales"]

    def kept_out(design: Design) -> tuple[str, list[str]]:
        entity = design.entity("sales")
        rules = [r.name for r in entity.rules if "is_deleted" in r.condition]
        return entity.delete_when, rules

    assert kept_out(design) == (("`is_deleted`", []) if keyed else ("", ["is_not_deleted"]))
    (question,) = asked(design)
    assert ("deleted ones go" if keyed else "quarantine") in question.detail
    assert "sums count them" in question.hint
    assert kept_out(answer_feed(design, "sales", FeedChoice.FLAGGED)) == ("", [])
    assert kept_out(answer_feed(design, "sales", FeedChoice.GONE)) == kept_out(design)


def test_marks_go_by_a_key_from_the_moment_that_it_is_one() -> None:
    sales: dict[str, list[object]] = {
        "noted": [f"n{number}" for number in NUMBERS],
        "sold_on": [date(2024, 1, 1)] * 8,
        "amount": [1.5, 1.5, 2.5, 2.5, 1.5, 1.5, 2.5, 2.5],
        "is_deleted": [False] * 7 + [True],
    }
    memory = Memory({"sales": sales})  # type: ignore[dict-item]
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (key,) = (q for q in design.questions if q.detail.startswith("Is noted the key?"))
    assert design.entity("sales").delete_when == ""
    merged, kept = (
        answer_question(design, key, answer).entity("sales")
        for answer in sorted(key.answers, key=lambda a: a.change is ChangeHandling.APPEND)
    )
    assert (merged.delete_when, merged.change) == ("`is_deleted`", ChangeHandling.LATEST)
    assert not any(rule.name == "is_not_deleted" for rule in merged.rules)
    assert (kept.delete_when, kept.change) == ("", ChangeHandling.APPEND)
    assert any(rule.name == "is_not_deleted" for rule in kept.rules)


def test_changes_without_an_order_stay_as_they_came() -> None:
    design = proposed({"Op": [*"IIIUDIUD"]}, KEYS)
    assert "nothing orders them" in asked(design)[0].detail
    assert design.entity("customers").change is ChangeHandling.APPEND


def test_a_key_that_is_inserted_too_often_is_none() -> None:
    design = proposed({"Op": [*"IIIIIIUD"], "transact_seq": NUMBERS}, KEYS)
    assert "the key is not known" in asked(design)[0].detail
    assert design.entity("customers").change is ChangeHandling.APPEND


@pytest.mark.parametrize(
    ("operations", "keys", "is_key"),
    [
        ("IIIIDIUU", [1, 2, 3, 4, 1, 1, 2, 3], True),
        ("IIIIUUUU", [1, 2, 3, 4, 1, 1, 2, 3], True),
        ("IIIIUIUU", [1, 2, 3, 4, 1, 1, 2, 3], False),
        ("IIIUDIUD", [1, None, 3, 1, None, 4, 4, 3], False),
    ],
    ids=["deleted and inserted again", "inserted once", "inserted again", "missing in some rows"],
)
def test_a_key_is_inserted_once_until_it_is_deleted(
    operations: str, keys: list[int], is_key: bool
) -> None:
    design = proposed({"Op": [*operations], "transact_seq": NUMBERS}, keys)
    assert (design.entity("customers").key == ("customer_id",)) == is_key


def test_operations_are_known_where_all_values_are() -> None:
    memory = Memory({"customers": {"Op": [*"IIIUDiud"], "customer_id": KEYS}})  # type: ignore[dict-item]
    [profile] = memory.profiles()
    assert profile is not None
    operations = profile.columns[0]
    for known, found in (
        (operations, True),
        (replace(operations, distinct_is_exact=False), False),
        (replace(operations, distinct_count=operations.distinct_count + 1), False),
    ):
        columns = (known, *profile.columns[1:])
        [table] = view_tables(memory.sources(), [replace(profile, columns=columns)])
        assert (recognise(table) is not None) == found
    [table] = view_tables(memory.sources(), [None])
    assert recognise(table) is None


@pytest.mark.parametrize("name", FEEDS)
def test_a_deletion_of_tomorrow_is_one(name: str) -> None:
    """Whatever today's rows say, each word for a deletion and for what was before is known."""
    columns, _ = FEEDS[name]
    entity = proposed(columns, KEYS).entity("customers")
    deleted = entity.column("is_deleted").source_format.split(", ")
    others = {"SQL Server": ["1"], "Flink": ["-d", "d", "delete"]}
    others["a trigger's words"] = ["d", "delete", "deleted"]
    assert deleted == others.get(name, ["d", "delete"])
    preimages = [rule.condition for rule in entity.rules if rule.name == "is_no_preimage"]
    assert len(preimages) == (name in ("Delta", "SQL Server", "Qlik", "Flink"))


def test_rows_that_were_all_inserted_are_changes_where_an_order_is_known() -> None:
    design = proposed({"Op": [*"IIIIIIII"], "transact_seq": NUMBERS}, NUMBERS)
    assert len(asked(design)) == 1
    assert design.entity("customers").feed is not None


def test_changes_are_told_by_a_sample() -> None:
    keys = [1, 2, 3, 1, 2, 4, 4, 3]
    columns: dict[str, list[object]] = {
        "customer_id": [key + 4 * n for n in range(20) for key in keys],
        "city": [*"abcdefgh"] * 20,
        "Op": [*"IIIUDIUD"] * 20,
        "transact_seq": list(range(160)),
    }
    memory = Memory({"customers": columns}, sampled={"customers": 3})  # type: ignore[dict-item]
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert len(asked(design)) == 1
    assert design.entity("customers").key == ("customer_id",)


def test_a_sample_shows_no_snapshots_to_merge() -> None:
    days = [date(2024, 1, day) for day in range(1, 9) for _ in range(20)]
    columns: dict[str, list[object]] = {
        "customer_id": [*range(20)] * 8,
        "city": [*"abcdefgh"] * 20,
        "snapshot_date": list(days),
    }
    memory = Memory({"customers": columns}, sampled={"customers": 3})  # type: ignore[dict-item]
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (question,) = asked(design)
    assert "the key is not known" in question.detail
    assert design.entity("customers").change is ChangeHandling.APPEND


def test_snapshots_by_date_are_told() -> None:
    days = [date(2024, 1, day) for day in (1, 2) for _ in range(4)]
    columns: dict[str, list[object]] = {"snapshot_date": list(days)}
    design = proposed(columns, [1, 2, 3, 4] * 2)
    (question,) = asked(design)
    assert "snapshots by date" in question.detail
    assert "keys that are missing from the newest copy stay" in question.detail
    assert "mark" not in question.detail + question.hint
    entity = design.entity("customers")
    assert entity.feed is not None
    assert entity.feed.choice is FeedChoice.NEWEST
    assert choices(entity.feed) == (FeedChoice.NEWEST, FeedChoice.EVERY)
    for choice in (FeedChoice.FLAGGED, FeedChoice.GONE):
        with pytest.raises(MedallionError, match="cannot be"):
            answer_feed(design, "customers", choice)
    assert (entity.key, entity.sequence_by) == (("customer_id",), "snapshot_date")
    assert entity.change is ChangeHandling.LATEST
    assert ("orders", "customers") in {(r.entity, r.parent) for r in design.references}


def test_amounts_by_date_are_no_snapshots_of_something() -> None:
    days = [date(2024, 1, day) for day in (1, 2) for _ in range(4)]
    columns: dict[str, list[object]] = {"snapshot_date": list(days), "balance": [1.5] * 8}
    assert asked(proposed(columns, [1, 2, 3, 4] * 2)) == []


def test_an_envelope_is_unwrapped() -> None:
    row = "struct<id:string,name:string>"
    columns = {"before": [None] * 8, "after": [None] * 8, "op": [*"rrcudcud"], "ts_ms": [1] * 8}
    memory = Memory(
        {"customers": columns},  # type: ignore[dict-item]
        types={
            ("customers", "before"): row,
            ("customers", "after"): row,
            ("customers", "source"): "struct<db:string,lsn:string>",
        },
    )
    memory.tables["customers"]["source"] = [None] * 8
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"))
    entity: Entity = design.entity("customers")
    assert [c.name for c in entity.included_columns] == [
        "id",
        "name",
        "source_position",
        "is_deleted",
    ]
    assert (entity.key, entity.sequence_by) == (("id",), "source_position")
    assert "id_present" in {rule.name for rule in entity.rules}
    assert [dimension.name for dimension in design.star.dimensions] == ["dim_customers"]
    [role] = [q.detail for q in design.questions if q.detail.startswith("Should it be")]
    assert role == "Should it be a dimension? It describes what its changes are of."


@pytest.mark.parametrize(
    ("order", "other", "sequence"), [("pos", "NAME", "pos"), ("op_ts", "op_ts", "op_ts_2")]
)
def test_an_envelope_of_goldengate_is_unwrapped(order: str, other: str, sequence: str) -> None:
    row = f"struct<CUSTOMER_ID:string,{other}:string>"
    columns = {"before": [None] * 8, "after": [None] * 8, "op_type": [*"IIUDIUDI"], order: NUMBERS}
    memory = Memory(
        {"customers": columns},  # type: ignore[dict-item]
        types={("customers", "before"): row, ("customers", "after"): row},
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"))
    assert "those of Oracle GoldenGate, each update with all columns" in asked(design)[0].detail
    entity = design.entity("customers")
    names = ["customer_id", other.lower(), sequence, "is_deleted"]
    assert [c.name for c in entity.included_columns] == names
    assert (entity.key, entity.sequence_by) == (("customer_id",), sequence)


@pytest.mark.parametrize(
    ("columns", "types"),
    [
        (
            {"schema": [None] * 8, "payload": [None] * 8},
            {"payload": "struct<before:struct<id:int>,after:struct<id:int>,op:string>"},
        ),
        (
            {"type": ["insert"] * 7 + ["delete"], "data": [None] * 8},
            {"data": "struct<id:string>"},
        ),
        ({"type": ["INSERT"] * 8, "data": [None] * 8}, {"data": "array<struct<id:string>>"}),
        (
            {"type": ["table-create"] + ["insert"] * 7, "data": [None] * 8},
            {"data": "struct<id:string>"},
        ),
    ],
)
def test_changes_that_are_wrapped_in_another_way_are_asked_about(
    columns: dict[str, list[object]], types: dict[str, str]
) -> None:
    memory = Memory(
        {"customers": columns},  # type: ignore[dict-item]
        types={("customers", name): type_ for name, type_ in types.items()},
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"))
    assert [question.subject for question in asked(design)] == ["customers"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("order_lines", "struct<order_id:string,line_no:int>"),
        ("orders", "struct<order_id:string,line_no:int>"),
        ("prices", "struct<product_id:string,amount:double>"),
    ],
)
def test_lines_of_an_envelope_are_not_merged_by_what_they_are_lines_of(
    table: str, row: str
) -> None:
    columns = {"before": [None] * 8, "after": [None] * 8, "op": [*"rrcudcud"], "ts_ms": NUMBERS}
    memory = Memory(
        {table: columns},  # type: ignore[dict-item]
        types={(table, "before"): row, (table, "after"): row},
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"))
    assert "the key is not known" in asked(design)[0].detail
    entity = design.entity(table)
    assert (entity.key, entity.change) == ((), ChangeHandling.APPEND)


def test_a_column_of_the_same_name_with_other_values_is_none() -> None:
    columns: dict[str, list[object]] = {"op": [*["cut", "drill"] * 4]}
    assert asked(proposed(columns, NUMBERS)) == []


def test_only_inserts_are_rows() -> None:
    assert asked(proposed({"op": ["c"] * 8}, NUMBERS)) == []
