"""A small design to try the editors on, without a workspace."""

from __future__ import annotations

from medallion.design import Design
from medallion_core.model import (
    Column,
    DeclaredForeignKey,
    Settings,
    Source,
    TableLocation,
    TableName,
)
from medallion_core.propose import propose_design

_CUSTOMER = TableName("shop", "sales", "customer")
_ORDERS = TableName("shop", "sales", "orders")


def shop() -> Design:
    """Customers and their orders, with declared keys.

    >>> shop().tables[:2]
    ['bronze_customer', 'silver_customer']
    """
    customer = Source(
        TableLocation(_CUSTOMER),
        (Column("id", "bigint"), Column("name", "string"), Column("email", "string")),
        primary_key=("id",),
    )
    orders = Source(
        TableLocation(_ORDERS),
        (
            Column("order_id", "bigint"),
            Column("customer_id", "bigint"),
            Column("ordered_on", "date"),
            Column("amount", "double"),
        ),
        primary_key=("order_id",),
        foreign_keys=(DeclaredForeignKey(("customer_id",), _CUSTOMER, ("id",)),),
    )
    settings = Settings("shop", "main", "shop_gold")
    return Design(propose_design([customer, orders], [None, None], settings))
