"""Small designs that the generator is tested with."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import (
    Attribute,
    ChangeHandling,
    DateRole,
    DegenerateKey,
    Design,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Fact,
    FoldedParent,
    Header,
    Measure,
    Proofs,
    Reference,
    Role,
    Rule,
    RuleAction,
    Settings,
    Star,
    TableLocation,
    TableName,
)
from tests.generate.landing import landing
from tests.generate.shop import shop


def entity(
    name: str,
    columns: dict[str, str],
    key: tuple[str, ...],
    *,
    role: Role = Role.DIMENSION,
    change: ChangeHandling = ChangeHandling.LATEST,
    rules: tuple[Rule, ...] = (),
) -> Entity:
    """An entity over ``samples.tpch.<name>`` whose silver names and types are the source's."""
    return Entity(
        name=name,
        reads=(TableLocation(TableName("samples", "tpch", name)),),
        columns=tuple(EntityColumn(c, c, type_, type_) for c, type_ in columns.items()),
        key=key,
        role=role,
        change=change,
        rules=rules,
    )


def key_rule(column: str) -> Rule:
    return Rule(
        f"{column}_present",
        f"{column} IS NOT NULL",
        RuleAction.QUARANTINE,
        "It is part of the key.",
    )


_REGION = entity("region", {"r_regionkey": "bigint", "r_name": "string"}, ("r_regionkey",))
_NATION = entity(
    "nation",
    {"n_nationkey": "bigint", "n_name": "string", "n_regionkey": "bigint"},
    ("n_nationkey",),
)
_CUSTOMER = entity(
    "customer",
    {
        "c_custkey": "bigint",
        "c_name": "string",
        "c_nationkey": "bigint",
        "c_mktsegment": "string",
        "c_acctbal": "decimal(15,2)",
    },
    ("c_custkey",),
    rules=(key_rule("c_custkey"),),
)
_PART = entity(
    "part",
    {"p_partkey": "bigint", "p_name": "string", "p_retailprice": "decimal(15,2)"},
    ("p_partkey",),
)
_ORDERS = entity(
    "orders",
    {
        "o_orderkey": "bigint",
        "o_custkey": "bigint",
        "o_orderdate": "date",
        "o_orderstatus": "string",
        "o_totalprice": "decimal(15,2)",
    },
    ("o_orderkey",),
    role=Role.FACT,
    change=ChangeHandling.APPEND,
    rules=(
        key_rule("o_orderkey"),
        Rule("status_known", "o_orderstatus IN ('F', 'O', 'P')", RuleAction.WARN, "Three values."),
    ),
)
_LINEITEM = entity(
    "lineitem",
    {
        "l_orderkey": "bigint",
        "l_linenumber": "int",
        "l_partkey": "bigint",
        "l_quantity": "decimal(15,2)",
        "l_extendedprice": "decimal(15,2)",
        "l_discount": "decimal(15,2)",
        "l_shipdate": "date",
        "l_receiptdate": "date",
    },
    ("l_orderkey", "l_linenumber"),
    role=Role.FACT,
    change=ChangeHandling.APPEND,
    rules=(key_rule("l_orderkey"), key_rule("l_linenumber")),
)


def _own(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, name) for name in names)


_DIM_CUSTOMER = Dimension(
    name="dim_customer",
    entity="customer",
    business_key=("c_custkey",),
    surrogate_key="customer_key",
    attributes=_own("c_custkey", "c_name", "c_mktsegment", "c_acctbal"),
    folded=(
        FoldedParent(
            alias="nation",
            entity="nation",
            child="customer",
            columns=("c_nationkey",),
            parent_columns=("n_nationkey",),
            attributes=(Attribute("nation_name", "n_name"),),
        ),
        FoldedParent(
            alias="region",
            entity="region",
            child="nation",
            columns=("n_regionkey",),
            parent_columns=("r_regionkey",),
            attributes=(Attribute("region_name", "r_name"),),
        ),
    ),
)
_DIM_PART = Dimension(
    name="dim_part",
    entity="part",
    business_key=("p_partkey",),
    surrogate_key="part_key",
    attributes=_own("p_partkey", "p_name", "p_retailprice"),
)
_FACT_ORDERS = Fact(
    name="fact_orders",
    entity="orders",
    grain=("o_orderkey",),
    links=(DimensionLink("dim_customer", "customer_key", ("o_custkey",)),),
    dates=(DateRole("order_date_key", "o_orderdate", "order"),),
    degenerate=(DegenerateKey("o_orderkey", "o_orderkey"),),
    measures=(Measure("o_totalprice", "`o_totalprice`", "decimal(15,2)", unit="currency"),),
)
_FACT_LINEITEM = Fact(
    name="fact_lineitem",
    entity="lineitem",
    grain=("l_orderkey", "l_linenumber"),
    header=Header("orders", ("l_orderkey",), ("o_orderkey",)),
    links=(
        DimensionLink("dim_customer", "customer_key", ("o_custkey",), from_header=True),
        DimensionLink("dim_part", "part_key", ("l_partkey",)),
    ),
    dates=(
        DateRole("order_date_key", "o_orderdate", "order", from_header=True),
        DateRole("ship_date_key", "l_shipdate", "ship"),
        DateRole("receipt_date_key", "l_receiptdate", "receipt"),
    ),
    degenerate=(
        DegenerateKey("l_orderkey", "l_orderkey"),
        DegenerateKey("l_linenumber", "l_linenumber"),
    ),
    measures=(
        Measure("l_quantity", "`l_quantity`", "decimal(15,2)"),
        Measure(
            "net_price",
            "line.l_extendedprice * (1 - line.l_discount)",
            "decimal(31,4)",
            comment="Price after discount.",
        ),
    ),
    cluster_by=("order_date_key", "customer_key", "part_key"),
)


def tpch() -> Design:
    """Orders and their lines, customers with nation and region folded in, parts."""
    return Design(
        settings=Settings(
            "tpch", "main", "tpch_gold", owner="ada@example.com", readers=("account users",)
        ),
        entities=(_REGION, _NATION, _CUSTOMER, _PART, _ORDERS, _LINEITEM),
        references=(
            Reference("nation", ("n_regionkey",), "region", ("r_regionkey",)),
            Reference("customer", ("c_nationkey",), "nation", ("n_nationkey",)),
            Reference("orders", ("o_custkey",), "customer", ("c_custkey",)),
            Reference("lineitem", ("l_orderkey",), "orders", ("o_orderkey",)),
            Reference("lineitem", ("l_partkey",), "part", ("p_partkey",)),
        ),
        star=Star(dimensions=(_DIM_CUSTOMER, _DIM_PART), facts=(_FACT_ORDERS, _FACT_LINEITEM)),
    )


def with_entity(design: Design, changed: Entity) -> Design:
    """``design`` with the entity of that name replaced."""
    entities = tuple(changed if e.name == changed.name else e for e in design.entities)
    return replace(design, entities=entities)


def proved_by_job(design: Design) -> Design:
    """Whose job makes the proofs, on a SQL warehouse."""
    settings = replace(design.settings, proofs=Proofs.JOB, sql_warehouse="Starter")
    return replace(design, settings=settings)


GOLDEN = {"tpch": tpch, "shop": shop, "landing": landing}
"""The designs whose bundles are kept under ``tests/golden``."""
