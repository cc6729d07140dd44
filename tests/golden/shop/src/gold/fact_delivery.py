from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="fact_delivery",
    comment="One row per order_id of delivery, as far as it has come.",
    schema=f"""
        order_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the order date; -1 where there is none.',
        pack_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the pack date; -1 where there is none.',
        delivery_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the delivery date; -1 where there is none.',
        customer_key BIGINT NOT NULL COMMENT 'Key of dim_customer; -1 is the unknown member.',
        order_id INT,
        days_order_to_pack INT COMMENT 'Days from order to pack; NULL until both have happened.',
        days_pack_to_delivery INT
            COMMENT 'Days from pack to delivery; NULL until both have happened.',
        CONSTRAINT fact_delivery_fk_1 FOREIGN KEY (order_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_delivery_fk_2 FOREIGN KEY (pack_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_delivery_fk_3 FOREIGN KEY (delivery_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_delivery_fk_4 FOREIGN KEY (customer_key)
            REFERENCES {TARGET}.dim_customer (customer_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def fact_delivery():
    """One row per order_id, as far as it has come; left joins only, so that no row is lost."""
    delivery = spark.read.table("LIVE.silver_delivery").alias("delivery")
    # More than one row may have the same name, valid_from: the newest counts.
    newest_customer = Window.partitionBy("name", "valid_from").orderBy(
        F.expr("customer_key").desc(),
    )
    customer = (
        spark.read.table("LIVE.dim_customer")
        .withColumn("_rank", F.row_number().over(newest_customer))
        .where("_rank = 1")
        .alias("customer")
    )
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return (
        delivery.join(
            customer,
            F.expr("""
                delivery.customer_name = customer.name
                AND coalesce(
                    (
                        delivery.ordered_on >= customer.valid_from
                        OR customer.valid_from = TIMESTAMP'1900-01-01'
                    )
                    AND (delivery.ordered_on < customer.valid_to OR customer.is_current),
                    customer.is_current
                )
            """),
            "left",
        )
        .selectExpr(
            """
            coalesce(
                year(delivery.ordered_on) * 10000
                + month(delivery.ordered_on) * 100
                + day(delivery.ordered_on),
                -1
            ) AS order_date_key
            """,
            """
            coalesce(
                year(delivery.packed_on) * 10000
                + month(delivery.packed_on) * 100
                + day(delivery.packed_on),
                -1
            ) AS pack_date_key
            """,
            """
            coalesce(
                year(delivery.delivered_on) * 10000
                + month(delivery.delivered_on) * 100
                + day(delivery.delivered_on),
                -1
            ) AS delivery_date_key
            """,
            "coalesce(customer.customer_key, -1) AS customer_key",
            "delivery.order_id",
            "datediff(delivery.packed_on, delivery.ordered_on) AS days_order_to_pack",
            "datediff(delivery.delivered_on, delivery.packed_on) AS days_pack_to_delivery",
        )
        .unionByName(before, allowMissingColumns=True)
    )
