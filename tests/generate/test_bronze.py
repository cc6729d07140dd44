from __future__ import annotations

import re

from tests.golden.__main__ import read_tree

# https://docs.databricks.com/aws/en/ingestion/cloud-object-storage/auto-loader/options and
# https://docs.databricks.com/aws/en/connect/streaming/kafka, and the readers' own of the designs.
KNOWN_OPTIONS = {
    "cloudFiles.format",
    "cloudFiles.inferColumnTypes",
    "cloudFiles.partitionColumns",
    "cloudFiles.schemaEvolutionMode",
    "cloudFiles.schemaHints",
    "rescuedDataColumn",
    "header",
    "inferSchema",
    "sep",
    "includeHeaders",
    "kafka.bootstrap.servers",
    "kafka.sasl.jaas.config",
    "kafka.sasl.mechanism",
    "kafka.security.protocol",
    "startingOffsets",
    "subscribe",
    "subscribePattern",
}


def test_every_kind_of_source_is_in_a_golden_tree_with_known_options_only() -> None:
    bronze = {path: text for path, text in read_tree("landing").items() if "bronze" in path}
    text = "".join(bronze.values())
    assert set(re.findall(r"\.option\(\s*\"([^\"]+)\"", text)) == KNOWN_OPTIONS
    formats = set(re.findall(r"\"cloudFiles.format\", \"(\w+)\"", text))
    assert formats == {"json", "avro", "text"}
    for reads in ('.format("csv")', "from_json(", "from_avro(", '.table("main', "append_flow("):
        assert reads in text
