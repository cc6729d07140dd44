"""Whole bundles: what they hold, that they are the same each time, and that platforms take them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import yaml
from databricks.bundles.jobs import Job
from databricks.bundles.pipelines import Pipeline

from medallion_core.check import check_bundle, check_design
from medallion_core.check.files import said_in
from medallion_core.generate import generate_bundle
from medallion_core.model import Ci, EntityColumn, Privacy, PrivacyDecision, Publishing
from medallion_core.model.file import load_design
from medallion_core.tables.inventory import check_tables, expected_tables
from medallion_core.tables.masks import mask_of
from medallion_core.tables.silver import silver_expressions
from tests.generate.designs import GOLDEN, proved_by_job, tpch
from tests.generate.landing import landing
from tests.golden.__main__ import read_tree
from tests.tables.code import defined_in

MASKED = Privacy("name", PrivacyDecision.MASK)
TEMPORARY = ("checked_", "valid_", "snapshot_")


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name):
    """`make golden` writes these trees again; read the difference before it is committed."""
    assert generate_bundle(GOLDEN[name]()) == read_tree(name)


@pytest.mark.parametrize("name", GOLDEN)
def test_bundles_pass_their_own_check(name):
    assert check_bundle(generate_bundle(GOLDEN[name]())) == []


@pytest.mark.parametrize("name", GOLDEN)
def test_the_code_defines_the_expected_tables(name):
    bundle = generate_bundle(GOLDEN[name]())
    defined = [n for p, text in bundle.items() if p.endswith(".py") for n in said_in(text).datasets]
    tables = [name for name in defined if not name.startswith(TEMPORARY)]
    assert sorted(tables) == sorted(expected_tables(GOLDEN[name]()))


def test_a_bundle_holds_the_design_it_came_from():
    assert load_design(generate_bundle(landing())["medallion.yml"]) == landing()


@pytest.mark.parametrize(
    ("publishing", "read"), [("target", "LIVE.bronze_"), ("schema", "bronze_")]
)
def test_publishing_decides_how_own_tables_are_read(publishing, read):
    settings = replace(tpch().settings, publishing=Publishing(publishing))
    bundle = generate_bundle(replace(tpch(), settings=settings))
    spec = json.loads(bundle["pipeline.json"])
    assert (spec["catalog"], spec[publishing]) == ("main", "tpch_gold")
    assert ("target" in spec) != ("schema" in spec)
    assert f'table("{read}region")' in bundle["src/silver/region.py"]


@pytest.mark.parametrize("name", GOLDEN)
def test_resources_are_what_the_platform_takes(name):
    bundle = generate_bundle(GOLDEN[name]())
    pipeline = yaml.safe_load(bundle[f"resources/{name}.pipeline.yml"])["resources"]["pipelines"]
    assert Pipeline.from_dict(pipeline[name]).serverless is True
    assert yaml.safe_load(bundle["databricks.yml"])["bundle"] == {"name": name}


@pytest.mark.parametrize(("ci", "prod"), [(Ci.GITHUB, None), (Ci.AZURE, None), (Ci.NONE, "mine")])
def test_the_target_that_a_service_deploys_names_no_profile(ci, prod):
    settings = replace(tpch().settings, databricks_cli_profile="mine", ci=ci)
    bundle = generate_bundle(replace(tpch(), settings=settings))
    targets = yaml.safe_load(bundle["databricks.yml"])["targets"]
    assert targets["dev"]["workspace"]["profile"] == "mine"
    assert targets["prod"]["workspace"].get("profile") == prod
    assert ("of one, here mine." in bundle["README.md"]) == (prod is None)


def job_of(bundle, name):
    text = bundle[f"resources/{name}.job.yml"]
    return Job.from_dict(yaml.safe_load(text)["resources"]["jobs"][f"{name}_job"])


def test_a_job_runs_and_tests_on_a_schedule():
    job = job_of(generate_bundle(landing()), "landing")
    assert [task.task_key for task in job.tasks] == ["refresh", "test"]
    assert job.schedule.quartz_cron_expression == "0 0 6 * * ?"
    assert job.email_notifications.on_failure == ["ada@example.com"]


def test_without_a_warehouse_the_job_runs_no_sql_and_without_a_schedule_it_waits():
    job = job_of(generate_bundle(tpch()), "tpch")
    assert [task.task_key for task in job.tasks] == ["refresh"]
    assert job.schedule is None


def test_the_job_makes_the_proofs_after_the_update_and_before_what_asks_them():
    design = proved_by_job(tpch())
    bundle = generate_bundle(design)
    tasks = [task.task_key for task in job_of(bundle, "tpch").tasks]
    assert tasks == ["refresh", "prove", "test", "grant"]
    assert not {f"src/gold/{name}.py" for name in check_tables(tpch())} & bundle.keys()
    assert bundle["sql/proofs.sql"].count("CREATE OR REPLACE TABLE") == 3
    assert "\nSET TIME ZONE 'UTC';\n" in bundle["sql/proofs.sql"], "days are those of the pipeline"
    assert "FROM key_check;" in bundle["sql/tests.sql"], "no update fails on it"
    assert check_bundle(bundle) == []
    alone = replace(design, settings=replace(design.settings, sql_warehouse=""))
    subjects = [[each.subject for each in check_design(each)] for each in (design, alone)]
    assert [found.count("settings.proofs") for found in subjects] == [0, 1]


def test_the_job_makes_masks_first_and_grants_last():
    columns = (replace(c, privacy=MASKED) for c in tpch().entity("customer").columns)
    customer = replace(tpch().entity("customer"), columns=tuple(columns))
    settings = replace(tpch().settings, sql_warehouse="Shared", readers=("analysts",))
    bundle = generate_bundle(replace(tpch().with_entity(customer), settings=settings))
    tasks = job_of(bundle, "tpch").tasks
    assert [task.task_key for task in tasks] == ["mask", "refresh", "test", "grant"]
    assert [[each.task_key for each in task.depends_on] for task in tasks[1:]] == [
        ["mask"],
        ["refresh"],
        ["test"],
    ]
    for task in tasks:
        if task.sql_task:
            assert task.sql_task.file.path.removeprefix("../") in bundle
            assert task.sql_task.parameters.keys() == {"catalog", "schema"}


def test_braces_of_comments_are_no_variables():
    odd = "{TARGET} and {{spark}} and }"
    customer = tpch().entity("customer")
    columns = (replace(column, comment=odd, privacy=MASKED) for column in customer.columns)
    design = tpch().with_entity(replace(customer, columns=tuple(columns)))
    schema = defined_in(generate_bundle(design))["dim_customer"].schema
    function = mask_of(design, design.entity("customer").column("c_name"))
    assert f"MASK `main`.`gold`.{function} COMMENT '{odd}'" in " ".join(schema.split())


@pytest.mark.parametrize(
    ("ci", "files"),
    [
        (Ci.GITHUB, {".github/workflows/deploy.yml"}),
        (Ci.AZURE, {"azure-pipelines.yml"}),
        (Ci.NONE, set()),
    ],
)
def test_deployment_is_written_for_the_service_of_the_settings(ci, files):
    bundle = generate_bundle(replace(tpch(), settings=replace(tpch().settings, ci=ci)))
    services = {".github/workflows/deploy.yml", "azure-pipelines.yml"}
    assert bundle.keys() & services == files
    assert all("bundle run --target prod tpch_job" in bundle[path] for path in files)


def test_the_readme_says_as_whom_prod_runs():
    settings = replace(tpch().settings, service_principal="sp-1")
    said = "runs as the service principal sp-1"
    assert said in generate_bundle(replace(tpch(), settings=settings))["README.md"]
    assert "runs as the service principal" not in generate_bundle(tpch())["README.md"]


def test_what_was_mended_is_written_down_once_there_is_something():
    assert "try\\_cast and a rule" in generate_bundle(landing())["FIXES.md"]
    assert "FIXES.md" not in generate_bundle(tpch())


def test_silver_expressions_are_those_of_the_code_over_source_names():
    events = landing().entity("events")
    expressions = silver_expressions(events)
    assert expressions["amount"] == "try_cast(`Amount (EUR)` AS DECIMAL(10, 2))"
    assert "phone" not in expressions
    assert list(expressions)[-1] == "_uncast"


@pytest.mark.parametrize(
    ("type_", "looked_at"), [("decimal(25,2)", True), ("decimal(18,2)", False)]
)
def test_a_number_too_long_to_be_compared_is_looked_at_as_text(type_, looked_at):
    amount = EntityColumn("amount", "amount", "string", type_)
    events = replace(landing().entity("events"), columns=(amount,), rules=())
    uncast = silver_expressions(events)["_uncast"]
    behind = "[.][0-9][0-9][0-9]*[1-9]"
    assert (behind in uncast) is looked_at
    assert re.search(behind, "1000000000000000000000123.7501")
    assert not re.search(behind, "1000000000000000000000123.7500")


@pytest.mark.parametrize(("type_", "told"), [("decimal(38,0)", True), ("decimal(38,6)", False)])
def test_what_is_too_long_for_a_sum_is_told(type_, told):
    design = tpch()
    fact = design.star.fact("fact_orders")
    measures = tuple(replace(each, type=type_) for each in fact.measures)
    code = generate_bundle(design.with_fact(replace(fact, measures=measures)))
    label = f"values of {measures[0].name} left out of its sum"
    assert (label in code["src/gold/reconciliation.py"]) is told
