"""What Lakeflow adds to Apache Spark's declarative pipelines, one file per addition.

Definitions are collected by the unmodified ``pyspark.pipelines``, so that it refuses what it
would refuse on the platform; the flows are then executed here, over Spark Connect.
"""
