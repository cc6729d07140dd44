"""The sample data that a workspace starts with. Each writer is a function of a folder and a seed:
the same call writes the same rows."""

from local_workspace.samples.bakehouse import write_bakehouse
from local_workspace.samples.landing import write_landing
from local_workspace.samples.nyctaxi import write_nyctaxi
from local_workspace.samples.table import SampleTable
from local_workspace.samples.tpch import write_tpch

__all__ = ["SampleTable", "write_bakehouse", "write_landing", "write_nyctaxi", "write_tpch"]
