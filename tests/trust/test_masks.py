"""Each pipeline masks by functions of its own, and replaces nobody else's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from medallion_core.deploy.manifest import MANIFEST
from medallion_core.deploy.permit import folder_of
from medallion_core.deploy.steps import FunctionStep
from medallion_core.errors import MedallionError
from medallion_core.job import Order, do_job, plan_job
from medallion_core.model import (
    Attribute,
    Design,
    Dimension,
    Privacy,
    PrivacyDecision,
    Settings,
    Star,
)
from medallion_core.tables.masks import mask_functions
from medallion_core.trust import Asker, refused_target
from tests.trust.people import ANN, CATALOG, CLEO, People, orders

DEPLOY = Order(run=None)


def masked(name: str, group: str = "") -> Design:
    """Orders whose amount only ``group`` sees, as dimension ``dim_<name>``: pipelines of several
    names may share a schema."""
    entity = orders()
    hidden = replace(entity.columns[1], privacy=Privacy("salary", PrivacyDecision.MASK))
    entity = replace(entity, name=name, columns=(entity.columns[0], hidden))
    amount = Attribute("amount", "amount")
    dimension = Dimension(f"dim_{name}", name, ("id",), f"{name}_key", attributes=(amount,))
    settings = Settings(name, CATALOG, "gold", unmasked_group=group)
    return Design(settings, (entity,), star=Star(dimensions=(dimension,)))


def function_of(design: Design) -> str:
    [mask] = mask_functions(design)
    return f"{CATALOG}.gold.{mask.name}"


def body_of(people: People, name: str) -> str:
    return str(people.app.client.functions.get(name).routine_definition)


def maker(people: People, user: str, pipeline_name: str) -> Asker:
    """Who may make functions, and has not deployed ``pipeline_name`` yet."""
    people.let(user, f"CREATE FUNCTION ON SCHEMA {CATALOG}.gold")
    asker = people.asker(user)
    folder = folder_of(asker, pipeline_name)
    for path in folder.paths():
        folder.delete(path)
    for pipeline in list(people.app.client.pipelines.list_pipelines()):
        if pipeline.name == pipeline_name:
            people.app.client.pipelines.delete(str(pipeline.pipeline_id))
    return asker


@pytest.mark.parametrize("other", ["Mask_first", "mask_first_", "x", "mask_first_x"])
def test_no_two_pipelines_share_a_function(other: str) -> None:
    assert function_of(masked("mask_first")) != function_of(masked(other))


def test_a_second_pipeline_leaves_the_first_ones_mask_alone(people: People) -> None:
    ann, cleo = maker(people, ANN, "mask_first"), maker(people, CLEO, "mask_second")
    do_job(ann, masked("mask_first"), DEPLOY)
    do_job(cleo, masked("mask_second", "everybody"), DEPLOY)
    assert body_of(people, function_of(masked("mask_first"))) == "NULL"
    assert "everybody" in body_of(people, function_of(masked("mask_second")))
    assert plan_job(ann, masked("mask_first"), DEPLOY).changes == ()


@pytest.mark.parametrize("body", ["value", "NULL"])
def test_a_function_of_somebody_else_is_neither_replaced_nor_relied_on(
    people: People, body: str
) -> None:
    ann, wanted = maker(people, ANN, f"taken_{body}"), masked(f"taken_{body}")
    name = function_of(wanted)
    people.let(CLEO, f"CREATE FUNCTION ON SCHEMA {CATALOG}.gold")
    made = f"CREATE FUNCTION {name}(value double) RETURNS double RETURN {body}"
    people.running.sql(made, user=CLEO)
    for attempt in (plan_job, do_job):
        with pytest.raises(MedallionError, match="did not make") as caught:
            attempt(ann, wanted, DEPLOY)
        assert caught.value.code == "FUNCTION_NOT_OURS"
        assert f"{name} (of {CLEO})" in caught.value.message
    assert body_of(people, name) == body
    assert folder_of(ann, f"taken_{body}").paths() == []


def test_a_function_made_since_the_plan_was_seen_is_not_replaced(people: People) -> None:
    ann, wanted = maker(people, ANN, "since"), masked("since")
    plan = plan_job(ann, wanted, DEPLOY)
    [made] = [step.statement for step in plan.steps if isinstance(step, FunctionStep)]
    assert made.startswith("CREATE FUNCTION"), "the platform refuses one that is there by then"
    name = function_of(wanted)
    people.sql(f"CREATE FUNCTION {name}(value double) RETURNS double RETURN value")
    with pytest.raises(MedallionError, match="did not make"):
        do_job(ann, wanted, DEPLOY, plan=plan)
    assert body_of(people, name) == "value"


def test_a_pipelines_own_function_is_replaced(people: People) -> None:
    ann = maker(people, ANN, "own")
    do_job(ann, masked("own"), DEPLOY)
    do_job(ann, masked("own", "stewards"), DEPLOY)
    assert "stewards" in body_of(people, function_of(masked("own")))


def test_a_function_of_a_deployment_that_was_killed_stays_the_pipelines_own(
    people: People,
) -> None:
    left = {"number": 0, "history": [], "under_way": True}
    ann = maker(people, ANN, "left")
    do_job(ann, masked("left"), DEPLOY)
    folder = folder_of(ann, "left")
    folder.write(MANIFEST, json.dumps(json.loads(folder.read(MANIFEST) or "") | left))
    do_job(ann, masked("left", "stewards"), DEPLOY)
    assert "stewards" in body_of(people, function_of(masked("left")))


def test_who_may_make_no_function_there_deploys_no_mask(people: People) -> None:
    ann, wanted = people.asker(ANN), masked("unmade")
    with pytest.raises(MedallionError, match=f"CREATE FUNCTION on {CATALOG}.gold") as caught:
        do_job(ann, wanted, DEPLOY)
    assert caught.value.code == "NOT_ALLOWED"
    assert refused_target(ann, replace(wanted, star=Star(), entities=(orders(),))) == []
    do_job(maker(people, ANN, "unmade"), wanted, DEPLOY)
