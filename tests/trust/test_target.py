"""A design writes only where the person may write, and never over what is somebody else's."""

from __future__ import annotations

from local_workspace.principals import add_group
from medallion_core.tables.names import PIPELINE_PROPERTY
from medallion_core.trust import foreign_tables, refused_target
from tests.trust.people import ANN, BOB, CATALOG, People, design


def test_who_may_not_make_tables_there_is_refused(people: People) -> None:
    assert refused_target(people.asker(ANN), design()) == []
    lacking = {refusal.lacks for refusal in refused_target(people.asker(BOB), design())}
    assert f"CREATE TABLE on {CATALOG}.gold, as far as can be seen" in lacking


def test_a_schema_that_is_to_be_made_needs_the_right_to_make_it(people: People) -> None:
    wanted = design(schema="new")
    [refusal] = refused_target(people.asker(ANN), wanted)
    assert refusal.lacks.startswith(f"CREATE SCHEMA on {CATALOG}")
    people.let(ANN, f"CREATE SCHEMA ON CATALOG {CATALOG}")
    assert refused_target(people.asker(ANN), wanted) == []


def test_a_schema_that_the_pipeline_made_stays_its_target(people: People) -> None:
    people.sql(f"CREATE SCHEMA {CATALOG}.new")
    ann, wanted, made = people.asker(ANN), design(schema="new"), (f"{CATALOG}.New",)
    assert refused_target(ann, wanted)
    assert refused_target(ann, wanted, made) == []
    people.sql(f"ALTER SCHEMA {CATALOG}.new OWNER TO `{BOB}`")
    assert refused_target(ann, wanted, made), "somebody else's since"
    people.sql(f"DROP SCHEMA {CATALOG}.new CASCADE")
    [refusal] = refused_target(ann, wanted, made)
    assert refusal.lacks.startswith(f"CREATE SCHEMA on {CATALOG}"), "it would be made anew"


def test_another_persons_schema_is_no_target(people: People) -> None:
    people.sql(f"CREATE SCHEMA {CATALOG}.hers", f"ALTER SCHEMA {CATALOG}.hers OWNER TO `{BOB}`")
    assert refused_target(people.asker(ANN), design(schema="hers"))
    people.let(BOB, f"USE CATALOG ON CATALOG {CATALOG}")
    assert refused_target(people.asker(BOB), design(schema="hers")) == []


def test_a_catalog_that_nobody_may_see_is_no_target(people: People) -> None:
    people.sql("CREATE CATALOG hidden_tests")
    try:
        wanted = design()
        settings = wanted.settings.__class__("trust", "hidden_tests", "gold")
        assert refused_target(people.asker(ANN), wanted.__class__(settings, wanted.entities))
    finally:
        people.sql("DROP CATALOG hidden_tests CASCADE")


def test_a_table_of_somebody_else_is_told_with_its_owner(people: People) -> None:
    people.sql(
        f"CREATE TABLE {CATALOG}.gold.silver_orders AS SELECT 1 AS a",
        f"ALTER TABLE {CATALOG}.gold.silver_orders OWNER TO `{BOB}`",
    )
    tables = ["bronze_orders", "Silver_Orders"]
    [foreign] = foreign_tables(people.app, design(), tables, "")
    assert (foreign.name, foreign.whose) == ("silver_orders", BOB)
    assert foreign_tables(people.app, design(), tables, "pipeline-1")
    assert foreign_tables(people.app, design(), ["bronze_orders"], "") == []


def test_a_table_that_the_app_made_for_the_pipeline_is_its_own(people: People) -> None:
    made = (
        "CREATE OR REPLACE TABLE {0}.gold.row_balance TBLPROPERTIES ('{1}' = '{2}') AS SELECT 1 a"
    )
    wanted = design()

    def foreign(pipeline_name: str) -> list[str]:
        people.app.execute(made.format(CATALOG, PIPELINE_PROPERTY, pipeline_name))
        found = foreign_tables(people.app, wanted, ["row_balance"], "pipeline-1")
        return [each.name for each in found]

    people.let(people.app.user_name, f"ALL PRIVILEGES ON CATALOG {CATALOG}")
    assert foreign("another") == ["row_balance"]
    assert foreign(wanted.settings.pipeline_name) == []
    people.sql(f"ALTER TABLE {CATALOG}.gold.row_balance OWNER TO `{BOB}`")
    assert foreign_tables(people.app, wanted, ["row_balance"], "pipeline-1"), "anybody names it so"


def test_a_right_that_a_group_holds_counts(people: People) -> None:
    add_group(people.running.state, "makers", [BOB])
    assert refused_target(people.asker(BOB), design())
    people.sql(
        f"GRANT USE SCHEMA, CREATE TABLE ON SCHEMA {CATALOG}.gold TO makers",
        f"GRANT CREATE MATERIALIZED VIEW ON SCHEMA {CATALOG}.gold TO makers",
    )
    assert refused_target(people.asker(BOB), design()) == []


def test_an_inherited_right_counts(people: People) -> None:
    people.let(BOB, f"ALL PRIVILEGES ON CATALOG {CATALOG}")
    assert refused_target(people.asker(BOB), design()) == []
