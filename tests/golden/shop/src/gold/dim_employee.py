from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="dim_employee",
    comment="One row per employee_id of employee.",
    schema="""
        employee_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of employee_id; -1 is the unknown member.',
        employee_id INT,
        name STRING,
        manager_key BIGINT NOT NULL
            COMMENT 'Key of dim_employee as manager; -1 is the unknown member.',
        CONSTRAINT dim_employee_pk PRIMARY KEY (employee_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_employee():
    """Members, and the unknown member."""
    employee = spark.read.table("LIVE.silver_employee").alias("employee")
    # Each manager_id is looked up here, too: manager_key is -1 where no member has it.
    manager = spark.read.table("LIVE.silver_employee").alias("manager")
    members = (
        employee.join(manager, F.expr("employee.manager_id = manager.employee_id"), "left")
        .where("employee.employee_id IS NOT NULL")
        .selectExpr(
            "xxhash64(CAST(employee.employee_id AS INT)) AS employee_key",
            "employee.employee_id",
            "employee.name",
            """
            IF(manager.employee_id IS NULL, -1, xxhash64(CAST(manager.employee_id AS INT)))
                AS manager_key
            """,
        )
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS employee_key",
        "'Unknown' AS name",
        "-1 AS manager_key",
    )
    return members.unionByName(unknown, allowMissingColumns=True)
