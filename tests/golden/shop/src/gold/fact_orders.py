from pyspark import pipelines as dp
from pyspark.sql import functions as F


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="fact_orders",
    comment="One row per order_id of orders.",
    schema=f"""
        order_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the order date; -1 where there is none.',
        customer_key BIGINT NOT NULL COMMENT 'Key of dim_customer; -1 is the unknown member.',
        seller_key BIGINT NOT NULL
            COMMENT 'Key of dim_employee as seller; -1 is the unknown member.',
        order_flags_key BIGINT NOT NULL
            COMMENT 'Key of dim_order_flags; -1 is the unknown member.',
        order_id INT,
        shipping DECIMAL(4, 2) COMMENT 'Additive.',
        CONSTRAINT fact_orders_fk_1 FOREIGN KEY (order_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_orders_fk_2 FOREIGN KEY (customer_key)
            REFERENCES {TARGET}.dim_customer (customer_key),
        CONSTRAINT fact_orders_fk_3 FOREIGN KEY (seller_key)
            REFERENCES {TARGET}.dim_employee (employee_key),
        CONSTRAINT fact_orders_fk_4 FOREIGN KEY (order_flags_key)
            REFERENCES {TARGET}.dim_order_flags (order_flags_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def fact_orders():
    """One row per order_id; left joins only, so that no row is lost."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    customer = spark.read.table("LIVE.dim_customer").alias("customer")
    seller = spark.read.table("LIVE.dim_employee").alias("seller")
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return (
        orders.join(
            customer,
            F.expr("""
                orders.customer_id = customer.customer_id
                AND coalesce(
                    (
                        orders.ordered_on >= customer.valid_from
                        OR customer.valid_from = TIMESTAMP'1900-01-01'
                    )
                    AND (orders.ordered_on < customer.next_from OR customer.next_from IS NULL),
                    customer.next_from IS NULL
                )
            """),
            "left",
        )
        .join(seller, F.expr("orders.employee_id = seller.employee_id"), "left")
        .selectExpr(
            """
            coalesce(
                year(orders.ordered_on) * 10000
                + month(orders.ordered_on) * 100
                + day(orders.ordered_on),
                -1
            ) AS order_date_key
            """,
            "coalesce(customer.customer_key, -1) AS customer_key",
            "coalesce(seller.employee_key, -1) AS seller_key",
            """
            IF(
                orders.is_gift IS NULL AND orders.channel IS NULL,
                -1,
                xxhash64(to_json(struct(orders.is_gift, orders.channel)))
            ) AS order_flags_key
            """,
            "orders.order_id",
            "orders.shipping",
        )
        .unionByName(before, allowMissingColumns=True)
    )
