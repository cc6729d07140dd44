"""TPC-H, made by tpchgen-cli. The specification's keys are not declared: they are to be found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local_workspace.samples.table import SampleTable

COMMENTS = {
    "customer": "Customers of all regions",
    "lineitem": "The lines of each order",
    "nation": "Nations and the region they belong to",
    "orders": "Orders, one row each",
    "part": "Parts that are sold",
    "partsupp": "Which supplier has which part in stock, and at what cost",
    "region": "Regions of the world",
    "supplier": "Suppliers of parts",
}
COLUMN_COMMENTS = {
    "customer": {"c_acctbal": "Account balance", "c_mktsegment": "Market segment"},
    "lineitem": {
        "l_linenumber": "Position of the line within its order",
        "l_quantity": "Pieces ordered",
        "l_extendedprice": "Quantity times retail price, before discount",
        "l_discount": "Discount as a ratio between 0 and 1",
        "l_tax": "Tax as a ratio between 0 and 1",
        "l_shipdate": "Day the line was shipped",
        "l_commitdate": "Day the line was promised for",
        "l_receiptdate": "Day the customer received the line",
    },
    "orders": {
        "o_totalprice": "Sum of the order's lines, discount and tax included",
        "o_orderdate": "Day the order was placed",
    },
    "part": {"p_retailprice": "Price of one piece"},
    "partsupp": {
        "ps_availqty": "Pieces in stock at this supplier",
        "ps_supplycost": "Cost of one piece from this supplier",
    },
    "supplier": {"s_acctbal": "Account balance"},
}


def write_tpch(folder: Path, scale: float) -> list[SampleTable]:
    """All eight tables at the given scale factor (1 is about 1 GB), a folder of one parquet file
    each. Raises CalledProcessError where the generator fails."""
    generator = Path(sys.executable).parent / "tpchgen-cli"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [str(generator), "parquet", "-s", str(scale), "--parts", "1", f"--output-dir={folder}"],
        check=True,
        capture_output=True,
    )
    return [
        SampleTable(name, folder / name, comment, COLUMN_COMMENTS.get(name, {}))
        for name, comment in COMMENTS.items()
    ]
