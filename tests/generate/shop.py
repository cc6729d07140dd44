"""A small shop with everything that gold can mean, and the rows it starts from."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import (
    Aggregate,
    Aggregation,
    Attribute,
    Bridge,
    ChangeHandling,
    DateRole,
    DegenerateKey,
    Design,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Fact,
    FactKind,
    FoldedParent,
    Header,
    HeaderAmount,
    Measure,
    Role,
    Rule,
    RuleAction,
    Settings,
    Star,
    TableLocation,
    TableName,
    Texts,
)

CATALOG, SCHEMA = "main", "shop"

ROWS = {
    "country": "VALUES ('DE', 'Germany'), ('FR', 'France') AS t(country_code, country_name)",
    # Ada moves to gold in June; the event of June arrives before that of January.
    "customer": """VALUES
        (1, 'Ada', 'gold', 'DE', TIMESTAMP'2024-06-01 00:00:00'),
        (1, 'Ada', 'silver', 'DE', TIMESTAMP'2024-01-01 00:00:00'),
        (2, 'Bob', 'silver', 'XX', TIMESTAMP'2024-01-01 00:00:00')
        AS t(customer_id, name, tier, country_code, updated_at)""",
    "product": """VALUES (10, 'Bolt', 'small'), (11, 'Nut', 'small'), (NULL, 'Ghost', 'none')
        AS t(product_id, name, category)""",
    # Each row of a text counts once: no product comes twice, and 11 has none in the language read.
    "product_text": """VALUES
        (10, 'EN', 'A bolt'), (10, 'DE', 'Ein Bolzen'), (11, 'DE', 'Eine Mutter')
        AS t(product_id, language, told)""",
    "employee": """VALUES (1, 'Eve', CAST(NULL AS INT)), (2, 'Max', 1), (3, 'Zoe', 9)
        AS t(employee_id, name, manager_id)""",
    # Order 100 falls before Ada's move, 101 after it; 102 is of a customer nobody knows yet.
    "orders": """VALUES
        (100, 1, 2, DATE'2024-03-01', 10.00BD, 1.00BD, true, 'web'),
        (101, 1, 2, DATE'2024-07-01', 5.00BD, 0.10BD, false, CAST(NULL AS STRING)),
        (102, 7, NULL, DATE'2024-07-02', 7.00BD, 0.00BD, false, 'web'),
        (103, NULL, 3, CAST(NULL AS DATE), 2.00BD, 0.00BD, false, 'shop')
        AS t(order_id, customer_id, employee_id, ordered_on, shipping, discount, is_gift,
             channel)""",
    # What is left of 103 after its return is next to nothing.
    "order_line": """VALUES
        (100, 1, 10, 3, 1.00BD), (100, 2, 11, 1, 2.50BD), (100, 3, 10, 1, 6.50BD),
        (101, 1, 99, 2, 4.00BD), (102, 1, NULL, 1, CAST(NULL AS DECIMAL(10, 2))),
        (103, 1, 10, 1, 10.00BD), (103, 2, 10, 1, -9.90BD), (999, 1, 10, 1, 1.00BD)
        AS t(order_id, line_no, product_id, quantity, price)""",
    "account_owner": """VALUES (1, 1), (1, 2), (2, 1), (3, 5)
        AS t(account_id, customer_id)""",
    "stock": """VALUES
        (10, DATE'2024-01-31', 5), (10, DATE'2024-02-29', 7), (11, DATE'2024-01-31', 2)
        AS t(product_id, counted_on, on_hand)""",
    # They know customers by name. 102 and 103 have days that stand for no day.
    "delivery": """VALUES
        (100, 'Ada', DATE'2024-03-01', DATE'2024-03-03', DATE'2024-03-08'),
        (101, 'Ada', DATE'2024-07-01', DATE'2024-07-02', CAST(NULL AS DATE)),
        (102, 'Ada', DATE'1899-12-30', CAST(NULL AS DATE), CAST(NULL AS DATE)),
        (103, 'Ada', DATE'9999-12-31', CAST(NULL AS DATE), CAST(NULL AS DATE))
        AS t(order_id, customer_name, ordered_on, packed_on, delivered_on)""",
}
"""Each source table as a query, to be created as ``main.shop.<name>``."""


def _entity(
    name: str,
    columns: dict[str, str],
    key: tuple[str, ...],
    role: Role,
    change: ChangeHandling = ChangeHandling.APPEND,
    *,
    sequence_by: str = "",
    delete_when: str = "",
    rules: tuple[Rule, ...] = (),
    append_only: bool = True,
) -> Entity:
    return Entity(
        name=name,
        reads=(TableLocation(TableName(CATALOG, SCHEMA, name), append_only=append_only),),
        columns=tuple(EntityColumn(c, c, type_, type_) for c, type_ in columns.items()),
        key=key,
        role=role,
        change=change,
        sequence_by=sequence_by,
        delete_when=delete_when,
        rules=rules,
    )


def _has_key(column: str) -> Rule:
    return Rule(f"{column}_present", f"{column} IS NOT NULL", RuleAction.QUARANTINE, "A key.")


ENTITIES = (
    _entity(
        "country",
        {"country_code": "string", "country_name": "string"},
        ("country_code",),
        Role.LOOKUP,
        ChangeHandling.LATEST,
    ),
    _entity(
        "customer",
        {
            "customer_id": "int",
            "name": "string",
            "tier": "string",
            "country_code": "string",
            "updated_at": "timestamp",
        },
        ("customer_id",),
        Role.DIMENSION,
        ChangeHandling.HISTORY,
        sequence_by="updated_at",
        delete_when="tier = 'closed'",
    ),
    _entity(
        "product",
        {"product_id": "int", "name": "string", "category": "string"},
        ("product_id",),
        Role.DIMENSION,
        ChangeHandling.LATEST,
        rules=(_has_key("product_id"),),
    ),
    replace(
        _entity(
            "product_text",
            {"product_id": "int", "language": "string", "told": "string"},
            ("product_id", "language"),
            Role.LOOKUP,
            ChangeHandling.LATEST,
        ),
        texts=Texts("language", "EN"),
    ),
    _entity(
        "employee",
        {"employee_id": "int", "name": "string", "manager_id": "int"},
        ("employee_id",),
        Role.DIMENSION,
        ChangeHandling.SNAPSHOT,
        append_only=False,
    ),
    _entity(
        "orders",
        {
            "order_id": "int",
            "customer_id": "int",
            "employee_id": "int",
            "ordered_on": "date",
            "shipping": "decimal(4,2)",
            "discount": "decimal(3,2)",
            "is_gift": "boolean",
            "channel": "string",
        },
        ("order_id",),
        Role.FACT,
    ),
    _entity(
        "order_line",
        {
            "order_id": "int",
            "line_no": "int",
            "product_id": "int",
            "quantity": "int",
            "price": "decimal(10,2)",
        },
        ("order_id", "line_no"),
        Role.FACT,
    ),
    _entity(
        "account_owner",
        {"account_id": "int", "customer_id": "int"},
        ("account_id", "customer_id"),
        Role.BRIDGE,
    ),
    _entity(
        "stock",
        {"product_id": "int", "counted_on": "date", "on_hand": "int"},
        ("product_id", "counted_on"),
        Role.FACT,
    ),
    _entity(
        "delivery",
        {
            "order_id": "int",
            "customer_name": "string",
            "ordered_on": "date",
            "packed_on": "date",
            "delivered_on": "date",
        },
        ("order_id",),
        Role.FACT,
    ),
)


def _same(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, name) for name in names)


DIMENSIONS = (
    Dimension(
        name="dim_customer",
        entity="customer",
        business_key=("customer_id",),
        surrogate_key="customer_key",
        attributes=_same("customer_id", "name", "tier"),
        folded=(
            FoldedParent(
                alias="country",
                entity="country",
                child="customer",
                columns=("country_code",),
                parent_columns=("country_code",),
                attributes=(Attribute("country_name", "country_name"),),
            ),
        ),
    ),
    Dimension(
        name="dim_product",
        entity="product",
        business_key=("product_id",),
        surrogate_key="product_key",
        attributes=_same("name", "category"),
        folded=(
            FoldedParent(
                alias="product_text",
                entity="product_text",
                child="product",
                columns=("product_id",),
                parent_columns=("product_id",),
                attributes=_same("told"),
                texts=Texts("language", "EN"),
            ),
        ),
    ),
    Dimension(
        name="dim_employee",
        entity="employee",
        business_key=("employee_id",),
        surrogate_key="employee_key",
        attributes=_same("employee_id", "name"),
        outriggers=(DimensionLink("dim_employee", "manager_key", ("manager_id",), role="manager"),),
        inferred_members=False,
    ),
    Dimension(
        name="dim_order_flags",
        entity="orders",
        business_key=("is_gift", "channel"),
        surrogate_key="order_flags_key",
        attributes=_same("is_gift", "channel"),
        junk=True,
    ),
    Dimension(
        name="dim_account",
        entity="account_owner",
        business_key=("account_id",),
        surrogate_key="account_key",
        attributes=_same("account_id"),
    ),
)

FACTS = (
    Fact(
        name="fact_orders",
        entity="orders",
        grain=("order_id",),
        links=(
            DimensionLink("dim_customer", "customer_key", ("customer_id",)),
            DimensionLink("dim_employee", "seller_key", ("employee_id",), role="seller"),
            DimensionLink("dim_order_flags", "order_flags_key", ("is_gift", "channel")),
        ),
        dates=(DateRole("order_date_key", "ordered_on", "order"),),
        degenerate=(DegenerateKey("order_id", "order_id"),),
        measures=(Measure("shipping", "`shipping`", "decimal(4,2)"),),
    ),
    Fact(
        name="fact_order_line",
        entity="order_line",
        grain=("order_id", "line_no"),
        header=Header("orders", ("order_id",), ("order_id",)),
        links=(
            DimensionLink("dim_customer", "customer_key", ("customer_id",), from_header=True),
            DimensionLink("dim_product", "product_key", ("product_id",)),
        ),
        dates=(DateRole("order_date_key", "ordered_on", "order", from_header=True),),
        degenerate=(
            DegenerateKey("order_id", "order_id"),
            DegenerateKey("line_no", "line_no"),
        ),
        measures=(
            Measure("quantity", "`quantity`", "int"),
            Measure("amount", "quantity * price", "decimal(21,2)"),
            Measure("price", "`price`", "decimal(10,2)", aggregation=Aggregation.NONE),
            Measure(
                "shipping",
                "`shipping`",
                "decimal(4,2)",
                from_header=True,
                allocation=HeaderAmount.EQUAL,
            ),
            Measure(
                "discount",
                "`discount`",
                "decimal(3,2)",
                from_header=True,
                allocation=HeaderAmount.WEIGHTED,
                weight="price",
            ),
            Measure("order_total", "shipping - discount", "decimal(5,2)", from_header=True),
        ),
        cluster_by=("order_date_key", "customer_key"),
    ),
    Fact(
        name="fact_stock",
        entity="stock",
        grain=("product_id", "counted_on"),
        kind=FactKind.PERIODIC_SNAPSHOT,
        links=(DimensionLink("dim_product", "product_key", ("product_id",)),),
        dates=(DateRole("count_date_key", "counted_on", "count"),),
        measures=(Measure("on_hand", "`on_hand`", "int", aggregation=Aggregation.LAST),),
    ),
    Fact(
        name="fact_delivery",
        entity="delivery",
        grain=("order_id",),
        kind=FactKind.ACCUMULATING_SNAPSHOT,
        links=(
            DimensionLink(
                "dim_customer", "customer_key", ("customer_name",), parent_columns=("name",)
            ),
        ),
        dates=(
            DateRole("order_date_key", "ordered_on", "order"),
            DateRole("pack_date_key", "packed_on", "pack"),
            DateRole("delivery_date_key", "delivered_on", "delivery"),
        ),
        degenerate=(DegenerateKey("order_id", "order_id"),),
    ),
)

BRIDGES = (
    Bridge(
        name="bridge_account_owner",
        entity="account_owner",
        links=(
            DimensionLink("dim_account", "account_key", ("account_id",)),
            DimensionLink("dim_customer", "customer_key", ("customer_id",)),
        ),
        weight="weight",
    ),
)

AGGREGATES = (
    Aggregate(
        "agg_order_line_by_product",
        "fact_order_line",
        keys=("product_key",),
        measures=("quantity", "amount"),
    ),
    Aggregate("agg_stock_by_product", "fact_stock", keys=("product_key",), measures=("on_hand",)),
)


def shop() -> Design:
    """SCD2, folded and junk dimensions, an outrigger, four kinds of facts, a bridge, aggregates."""
    return Design(
        settings=Settings(
            "shop",
            CATALOG,
            "shop_gold",
            fiscal_year_start_month=7,
            readers=("account users",),
        ),
        entities=ENTITIES,
        star=Star(DIMENSIONS, FACTS, BRIDGES, AGGREGATES),
    )
