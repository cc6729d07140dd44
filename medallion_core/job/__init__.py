"""The whole job, once: check, plan, apply, run and mend, readers.

The command line and the app change a workspace through this room alone. ``plan_job`` shows what
an order would do, ``do_job`` carries it out and tells each step. Both ask first whether it may be
done for who asks (``permit``) and whether the design may be deployed at all
(``design_refusals``); every attempt of a job goes through both.
"""

from medallion_core.job.job import do_job, stop_job
from medallion_core.job.order import Order, Outcome, Tell, Told, Wish
from medallion_core.job.plan import plan_job
from medallion_core.job.told import in_a_line

__all__ = [
    "Order",
    "Outcome",
    "Tell",
    "Told",
    "Wish",
    "do_job",
    "in_a_line",
    "plan_job",
    "stop_job",
]
