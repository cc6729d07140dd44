from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="dim_date",
    comment="One row per day of every year that a fact has a date in, and the unknown day.",
    schema="""
        date_key INT NOT NULL COMMENT 'The day as yyyymmdd; -1 is the unknown day.',
        date DATE COMMENT 'The day.',
        year INT COMMENT 'Calendar year.',
        quarter INT COMMENT 'Calendar quarter, 1 to 4.',
        month INT COMMENT 'Month, 1 to 12.',
        month_name STRING COMMENT 'Name of the month.',
        year_month STRING COMMENT 'Year and month.',
        week INT COMMENT 'ISO week, 1 to 53.',
        week_year INT COMMENT 'Year of the ISO week.',
        day_of_year INT COMMENT 'Day of the year, 1 to 366.',
        day_of_month INT COMMENT 'Day of the month, 1 to 31.',
        day_of_week INT COMMENT '1 is Monday, 7 is Sunday.',
        day_name STRING COMMENT 'Name of the day.',
        is_weekend BOOLEAN COMMENT 'Saturday or Sunday.',
        fiscal_year INT COMMENT 'Fiscal year, named by its end.',
        fiscal_quarter INT COMMENT 'Fiscal quarter, 1 to 4.',
        fiscal_month INT COMMENT 'Month of the fiscal year, 1 to 12.',
        CONSTRAINT dim_date_pk PRIMARY KEY (date_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_date():
    """Every day of the years in the data, and the unknown day."""
    years = spark.read.table("LIVE.date_years")
    lengths = spark.read.table("LIVE.year_days")
    days = (
        years.join(lengths, F.expr("year_length = dayofyear(make_date(year, 12, 31))"))
        .selectExpr("date_add(make_date(year, 1, 1), day_number - 1) AS date")
        .selectExpr(
            "year(date) * 10000 + month(date) * 100 + day(date) AS date_key",
            "date",
            "year(date) AS year",
            "quarter(date) AS quarter",
            "month(date) AS month",
            "date_format(date, 'MMMM') AS month_name",
            "date_format(date, 'yyyy-MM') AS year_month",
            "weekofyear(date) AS week",
            "extract(YEAROFWEEK FROM date) AS week_year",
            "dayofyear(date) AS day_of_year",
            "day(date) AS day_of_month",
            "weekday(date) + 1 AS day_of_week",
            "date_format(date, 'EEEE') AS day_name",
            "weekday(date) >= 5 AS is_weekend",
            "year(date) AS fiscal_year",
            "quarter(date) AS fiscal_quarter",
            "month(date) AS fiscal_month",
        )
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "-1 AS date_key",
        "'Unknown' AS month_name",
        "'Unknown' AS year_month",
        "'Unknown' AS day_name",
    )
    return days.unionByName(unknown, allowMissingColumns=True)
