"""Nobody is let into a catalog or a schema but by who may let them in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.deploy import grant_readers
from medallion_core.deploy.manifest import read_manifest
from medallion_core.deploy.permit import folder_of
from medallion_core.deploy.steps import LaterGrant
from medallion_core.job import Order, do_job, plan_job
from medallion_core.model import Attribute, Design, Dimension, Settings, Star
from medallion_core.tables.privileges import grant_statement
from medallion_core.trust import Asker
from tests.trust.people import ANN, BOB, CATALOG, CLEO, People, orders

DEPLOY = Order(run=None)
READER = f"GRANT USE SCHEMA ON SCHEMA {CATALOG}.gold TO `{BOB}`"


def shown_to(reader: str, owner: str = "", schema: str = "gold", name: str = "reach") -> Design:
    """A dimension of orders, called after the pipeline: several may share a schema."""
    entity = replace(orders(), name=name)
    dimension = Dimension(
        f"dim_{name}", name, ("id",), f"{name}_key", attributes=(Attribute("amount", "amount"),)
    )
    readers = (reader,) if reader else ()
    settings = Settings(name, CATALOG, schema, readers=readers, owner=owner)
    return Design(settings, (entity,), star=Star(dimensions=(dimension,)))


def withheld(grants: tuple[LaterGrant, ...]) -> dict[str, str]:
    return {grant_statement(each.privilege): each.withheld for each in grants if each.withheld}


def refused(asker: Asker, design: Design) -> dict[str, str]:
    """What was not granted of what lets into catalog and schema."""
    return {
        grant_statement(result.step.privilege): result.message
        for result in grant_readers(asker, design, "p")
        if result.outcome == "refused" and result.step.privilege.securable_type != "TABLE"
    }


def held(people: People, user: str, schema: str = "gold") -> set[str]:
    rows = people.running.sql(f"SHOW GRANTS `{user}` ON SCHEMA {CATALOG}.{schema}")
    return {action for _, action, *_ in rows}


@pytest.mark.parametrize(
    "design", [shown_to(BOB), shown_to("", owner=BOB)], ids=["a reader", "an owner"]
)
def test_who_may_only_use_a_schema_lets_nobody_in(people: People, design: Design) -> None:
    people.let(ANN, f"ALL PRIVILEGES ON SCHEMA {CATALOG}.gold")
    ann = people.asker(ANN)
    told = {READER: f"Have the owner of {CATALOG}.gold run: {READER};"}
    assert withheld(plan_job(ann, design, DEPLOY).readers) == told
    assert refused(ann, design) == told
    assert "USE SCHEMA" not in held(people, BOB)


@pytest.mark.parametrize(
    "statement",
    [
        f"GRANT MANAGE ON SCHEMA {CATALOG}.gold TO `{ANN}`",
        f"GRANT MANAGE ON CATALOG {CATALOG} TO `{ANN}`",
        f"ALTER SCHEMA {CATALOG}.gold OWNER TO `{ANN}`",
    ],
)
def test_who_manages_a_schema_lets_others_in(people: People, statement: str) -> None:
    ann = people.asker(ANN)
    people.sql(statement)
    assert withheld(plan_job(ann, shown_to(BOB), DEPLOY).readers) == {}
    assert refused(ann, shown_to(BOB)) == {}
    assert "USE SCHEMA" in held(people, BOB)


def test_a_catalog_is_opened_by_who_manages_it(people: People) -> None:
    people.let(ANN, f"MANAGE ON SCHEMA {CATALOG}.gold")
    ann, stranger = people.asker(ANN), "dora@example.com"
    people.running.token(stranger)
    opens = f"GRANT USE CATALOG ON CATALOG {CATALOG} TO `{stranger}`"
    assert list(withheld(plan_job(ann, shown_to(stranger), DEPLOY).readers)) == [opens]
    assert list(refused(ann, shown_to(stranger))) == [opens]
    assert "USE SCHEMA" in held(people, stranger)


def test_a_schema_is_opened_by_the_pipeline_that_made_it_and_by_no_other(people: People) -> None:
    for user in (ANN, CLEO):
        people.let(user, f"CREATE SCHEMA ON CATALOG {CATALOG}")
    ann, design = people.asker(ANN), shown_to(BOB, schema="made", name="makes")
    assert withheld(plan_job(ann, design, DEPLOY).readers) == {}
    do_job(ann, design, DEPLOY)
    manifest = read_manifest(folder_of(ann, "makes"))
    assert manifest
    assert manifest.schemas == (f"{CATALOG}.made",)
    assert withheld(plan_job(ann, design, DEPLOY).readers) == {}

    makes = "USE SCHEMA, CREATE TABLE, CREATE MATERIALIZED VIEW"
    people.let(CLEO, f"{makes} ON SCHEMA {CATALOG}.made")
    cleo, second = people.asker(CLEO), shown_to(BOB, schema="made", name="shares")
    assert list(refused(cleo, second)) == [READER.replace(".gold", ".made")]
    assert "USE SCHEMA" not in held(people, BOB, "made")
    assert refused(ann, design) == {}
    assert "USE SCHEMA" in held(people, BOB, "made")
