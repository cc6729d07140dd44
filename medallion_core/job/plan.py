"""What an order would do."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.check import design_refusals
from medallion_core.deploy import Plan, plan_deploy
from medallion_core.deploy.permit import permit
from medallion_core.deploy.readers import granted_for
from medallion_core.job.order import Order
from medallion_core.model import Design
from medallion_core.trust import Asker, why_unscheduled


def plan_job(asker: Asker, design: Design, order: Order) -> Plan:
    """What deploying would do. Reads only; what the order is refused for stands in the plan.

    Raises MedallionError as ``permit`` does: who may not deploy it sees no plan.
    """
    refused = design_refusals(design)
    if not refused:
        permit(asker, design, "deploy", writes=True)
    plan = plan_deploy(
        asker.app,
        design,
        overwrite=order.overwrite,
        full_refresh=order.full_refresh,
        deleted=order.deleted,
        by=asker.name,
        unscheduled=why_unscheduled(asker, design.settings),
    )
    return replace(
        plan,
        refused=tuple(dict.fromkeys((*refused, *plan.refused))),
        readers=granted_for(asker, plan),
    )
