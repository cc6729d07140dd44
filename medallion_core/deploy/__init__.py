"""Bundle to workspace: plan first, as data; then carry out that plan."""

from medallion_core.deploy.apply import apply_plan
from medallion_core.deploy.deployments import (
    deployed,
    deployed_design,
    deployed_pipeline,
    find_deployment,
    find_manifest,
    past_deployments,
    past_design,
)
from medallion_core.deploy.files import edited_by_hand
from medallion_core.deploy.plan import plan_deploy
from medallion_core.deploy.readers import grant_readers
from medallion_core.deploy.statements import run_grants
from medallion_core.deploy.steps import (
    Action,
    CatalogStep,
    Deployment,
    FileStep,
    FunctionStep,
    GrantStep,
    JobStep,
    Kind,
    PipelineStep,
    Plan,
    SchemaStep,
    Step,
    StepResult,
    TableStep,
)

__all__ = [
    "Action",
    "CatalogStep",
    "Deployment",
    "FileStep",
    "FunctionStep",
    "GrantStep",
    "JobStep",
    "Kind",
    "PipelineStep",
    "Plan",
    "SchemaStep",
    "Step",
    "StepResult",
    "TableStep",
    "apply_plan",
    "deployed",
    "deployed_design",
    "deployed_pipeline",
    "edited_by_hand",
    "find_deployment",
    "find_manifest",
    "grant_readers",
    "past_deployments",
    "past_design",
    "plan_deploy",
    "run_grants",
]
