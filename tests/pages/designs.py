"""A small design to open in the tests of the pages."""

from __future__ import annotations

from medallion_core.model import Column, Design, Settings, Source, TableLocation, TableName
from medallion_core.propose import propose_design

TABLES = {
    "orders": ("order_id bigint", "buyer_id bigint", "amount decimal(12,2)", "ordered_on date"),
    "buyers": ("buyer_id bigint", "name string", "email string"),
}
HOSTILE = ":red[x] $a$ `b` **c** <script>"


def shop_source(name: TableName) -> Source:
    """Its first column is declared to be its key; ``orders`` refers to ``buyers`` by name."""
    columns = tuple(Column(*text.split(" ")) for text in TABLES[name.table])
    return Source(TableLocation(name), columns, comment=HOSTILE, primary_key=(columns[0].name,))


def shop_design() -> Design:
    sources = [shop_source(TableName("shop", "sales", table)) for table in TABLES]
    return propose_design(sources, [None] * len(sources), Settings("shop", "main", "shop_gold"))
