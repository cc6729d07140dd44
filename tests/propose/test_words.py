"""What is read out of the names of a schema."""

from __future__ import annotations

import pytest

from medallion_core.model import Column, Source, TableLocation, TableName
from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.lexicon import Lexicon
from medallion_core.propose.names import abbreviates, known_stems, split_marker, stem, words
from medallion_core.propose.tables import view_tables
from tests.propose.memory import Memory

TOGETHER = {
    "shiptoaddressid": "ship to address id",
    "salesorderheader": "sales order header",
    "createdby": "created by",
    "changedby": "changed by",
    "issuedbyid": "issued by id",
    "salespersonid": "salesperson id",
    "SalesPersonID": "salesperson id",
    "createdat": "created at",
    "reportsto": "reports to",
    "unitpricediscount": "unit price discount",
    "linenumber": "line number",
    "extendedprice": "extended price",
    "ShipToAddressID": "ship to address id",
}


@pytest.mark.parametrize("name", TOGETHER)
def test_words_that_are_written_together_are_read_apart(name: str) -> None:
    assert " ".join(Lexicon([name]).words(name)) == TOGETHER[name]


ONE = (
    "discount format account season percentage paid valid airline category department shipper "
    "surname candidate seat photo order ownership piano"
)


@pytest.mark.parametrize("name", ONE.split())
def test_words_that_only_look_like_two_are_one(name: str) -> None:
    assert Lexicon([name, "quantity_per_unit", "air_port"]).words(name) == (name,)


def test_the_schema_s_own_words_count() -> None:
    assert Lexicon(["zorbblick"]).words("zorbblick") == ("zorbblick",)
    assert Lexicon(["zorbblick", "zorb_name", "blick_name"]).words("zorbblick") == ("zorb", "blick")
    names = ["zorbid", "zorbname", "homezorbid"]
    assert [" ".join(Lexicon(names).words(name)) for name in names] == [
        "zorb id",
        "zorb name",
        "home zorb id",
    ]
    assert Lexicon(["zorbid", "bigzorb"]).words("zorbid") == ("zorb", "id"), "it ends another name"
    assert Lexicon(["zorbid"]).words("zorbid") == ("zorbid",), "nothing else speaks of a zorb"
    assert Lexicon(["emp_no", "templist"]).words("templist") == ("templist",), "emp is too short"


def columns_of(*tables: tuple[str, list[str]]) -> dict[str, str]:
    sources = [
        Source(
            TableLocation(TableName("c", "s", name)),
            tuple(Column(column, "string") for column in columns),
        )
        for name, columns in tables
    ]
    views = view_tables(sources, [None] * len(sources))
    return {name: " ".join(f.words) for view in views for name, f in view.fields.items()}


@pytest.mark.parametrize(
    ("short", "full", "does"),
    [
        ("qty", "quantity", True),
        ("dpt", "department", True),
        ("adrs", "address", True),
        ("det", "department", True),
        ("dat", "department", False),
        ("aie", "airline", False),
        ("cu", "customer", False),
        ("cus", "customer", True),
        ("qy", "quantity", False),
        ("art", "department", False),
        ("part", "part", False),
    ],
)
def test_what_is_short_for_a_word_keeps_its_consonants_in_order(
    short: str, full: str, does: bool
) -> None:
    assert abbreviates(short, full) is does


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("orderkey", ("order", "key")),
        ("ordkey", ("ord", "key")),
        ("orkey", ("orkey",)),
        ("orderlineid", ("orderline", "id")),
        ("monkey", ("monkey",)),
    ],
)
def test_a_marker_is_split_from_what_the_schema_knows(word: str, parts: tuple[str, ...]) -> None:
    assert split_marker(word, known_stems([("order", "line")])) == parts


def test_a_prefix_of_all_columns_says_nothing() -> None:
    read = columns_of(
        ("lineitem", ["l_orderkey", "l_tax"]), ("f4211", ["SDAN8", "SDITM", "SDMCU", "SDUORG"])
    )
    assert (read["l_orderkey"], read["SDITM"], read["SDAN8"]) == ("order key", "itm", "an8")


@pytest.mark.parametrize(
    ("tables", "column", "words"),
    [
        (
            [("taxi", ["zone_id", "zone_name"]), ("trip", ["id", "zone_id"])],
            "zone_name",
            "zone name",
        ),
        ([("taxi", ["zone_id", "zone_name"]), ("trip", ["id", "day"])], "zone_name", "name"),
        ([("zone", ["zone_id", "zone_name"])], "zone_name", "zone name"),
        ([("taxi", ["zones_id", "zones_name"])], "zones_name", "zones name"),
        ([("t", ["SDAN", "SDIT"])], "SDIT", "sdit"),
        ([("t", ["SAN", "SIT", "SMC", "SOX"])], "SMC", "smc"),
        ([("sdx", ["SDAN", "SDIT", "SDMC", "SDUO"])], "SDMC", "sdmc"),
    ],
)
def test_what_is_no_prefix(tables: list[tuple[str, list[str]]], column: str, words: str) -> None:
    assert columns_of(*tables)[column] == words


AMOUNTS = {
    "price": True, "unit_price": True, "price_each": True, "price_usd": True,
    "amount_paid": True, "cost_of_goods": True, "price_per_unit": True, "weight_in_kg": True,
    "number_of_rooms": True, "num_docks": True, "count_rooms": True, "page_views": True,
    "seats": True, "minutes": True, "lead_time_days": True, "points": True,
    "status": False, "class": False, "sales_agent": False, "price_list": False,
    "price_id": False, "count_id": False, "number": False, "total": True, "discount_code": False,
}  # fmt: skip


@pytest.mark.parametrize("name", AMOUNTS)
def test_the_last_word_that_says_something_makes_an_amount(name: str) -> None:
    memory = Memory({"t": {name: [3, 1, 4, 1, 5]}})
    (table,) = view_tables(memory.sources(), memory.profiles())
    assert looks_like_amount(table.fields[name]) is AMOUNTS[name]


@pytest.mark.parametrize(("values", "amount"), [(["12", "13"], True), (["cheap", "dear"], False)])
def test_text_is_an_amount_only_where_it_reads_as_numbers(values: list[str], amount: bool) -> None:
    memory = Memory({"t": {"price": list(values)}})
    (table,) = view_tables(memory.sources(), memory.profiles())
    assert looks_like_amount(table.fields["price"]) is amount


def test_three_letters_are_the_fewest_that_an_ending_is_taken_from() -> None:
    assert [stem(word) for word in ("ids", "bus", "gas")] == ["id", "bus", "gas"]
    assert words("ordnumber") == ("ord", "number")
    assert words("ornumber") == ("ornumber",)
