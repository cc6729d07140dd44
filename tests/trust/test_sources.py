"""A design reads only what the person who asks may read."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.catalog import TableInfo

from medallion_core.model import FileFormat, FilesLocation, KafkaLocation, Location
from medallion_core.trust import Asker, Refusal, hidden, own_asker, refused_sources
from tests.trust.people import ANN, BOB, CATALOG, People, design, orders


def of(asker: Asker, location: Location, **environment: str) -> list[Refusal]:
    entity = replace(orders(), reads=(location,))
    return refused_sources(asker, design(entity), environment)


def test_a_table_that_may_not_be_read_is_named(people: People) -> None:
    assert refused_sources(people.asker(ANN), design()) == []
    [refusal] = refused_sources(people.asker(BOB), design())
    assert refusal.subject == f"{CATALOG}.src.orders"
    assert refusal.lacks == f"SELECT on {CATALOG}.src.orders"


def test_one_source_of_many_is_enough_to_refuse(people: People) -> None:
    wanted = design(orders(), orders("salaries"))
    [refusal] = refused_sources(people.asker(ANN), wanted)
    assert refusal.subject == f"{CATALOG}.src.salaries"
    people.let(ANN, f"SELECT ON TABLE {CATALOG}.src.salaries")
    assert refused_sources(people.asker(ANN), wanted) == []


def test_a_source_that_was_lost_is_found_at_the_next_look(people: People) -> None:
    ann = people.asker(ANN)
    assert refused_sources(ann, design()) == []
    people.sql(f"REVOKE SELECT ON TABLE {CATALOG}.src.orders FROM `{ANN}`")
    assert len(refused_sources(ann, design())) == 1


def test_a_table_that_is_not_there_is_refused(people: People) -> None:
    [refusal] = refused_sources(people.asker(ANN), design(orders("nowhere")))
    assert refusal.lacks.startswith(f"SELECT on {CATALOG}.src.nowhere")


def test_files_need_read_volume(people: People) -> None:
    files = FilesLocation(f"/Volumes/{CATALOG}/src/files", FileFormat.JSON)
    [refusal] = of(people.asker(BOB), files)
    assert refusal.lacks.startswith("READ VOLUME on")
    people.let(BOB, f"READ VOLUME ON VOLUME {CATALOG}.src.files")
    assert of(people.asker(BOB), files) == []


def test_a_path_does_not_lead_out_of_what_was_asked_for(people: People) -> None:
    people.let(BOB, f"READ VOLUME ON VOLUME {CATALOG}.src.files")
    folder = f"/Volumes/{CATALOG}/src/files"
    for rest in (
        "../../../main/landing/files",
        "{..}/{..}/{..}/main/landing/files",
        "{a,../../../main/landing/files}",
        "\\.\\./\\.\\./other/files/*",
    ):
        [refusal] = of(people.asker(BOB), FilesLocation(f"{folder}/{rest}", FileFormat.JSON))
        assert "other folders" in refusal.lacks, rest
    assert of(people.asker(BOB), FilesLocation(f"{folder}/orders_*.csv", FileFormat.CSV)) == []


def test_a_cloud_path_that_may_not_be_listed_is_refused(people: People) -> None:
    [refusal] = of(people.asker(ANN), FilesLocation("s3://others/files", FileFormat.JSON))
    assert refusal.lacks.startswith("READ FILES on s3://others/files")


def test_a_pattern_stays_within_one_volume(people: People) -> None:
    ann = people.asker(ANN)
    people.let(ANN, f"READ VOLUME ON VOLUME {CATALOG}.src.files")
    for path in (f"/Volumes/{CATALOG}/src/*/x", f"/Volumes/{CATALOG}/*/files", "/Volumes/*"):
        [refusal] = of(ann, FilesLocation(path, FileFormat.CSV))
        assert "not that of one volume" in refusal.lacks
    assert of(ann, FilesLocation(f"/Volumes/{CATALOG}/src/files/*", FileFormat.CSV)) == []


def test_a_secret_scope_needs_an_admins_word(people: People) -> None:
    topic = KafkaLocation("a:9092", ("t",), value_schema="id BIGINT", secret_scope="kafka")
    servers = {"MEDALLION_KAFKA_SERVERS": "a:9092"}
    [refusal] = of(people.asker(ANN), topic, **servers)
    assert refusal.subject == "kafka"
    assert of(people.asker(ANN), topic, MEDALLION_SECRET_SCOPES="other, kafka", **servers) == []


def test_a_login_is_sent_to_no_server_that_no_admin_named(people: People) -> None:
    topic = KafkaLocation("mine:9092", ("t",), value_schema="id BIGINT", secret_scope="kafka")
    for servers in ("", "a:9092"):
        [refusal] = of(
            people.asker(ANN),
            topic,
            MEDALLION_SECRET_SCOPES="kafka",
            MEDALLION_KAFKA_SERVERS=servers,
        )
        assert refusal.subject == "mine:9092"
        assert "MEDALLION_KAFKA_SERVERS" in refusal.hint


def test_kafka_servers_are_held_to_the_admins_list_where_there_is_one(people: People) -> None:
    topic = KafkaLocation("a:9092,b:9092", ("t",), value_schema="id BIGINT")
    assert of(people.asker(ANN), topic) == []
    [refusal] = of(people.asker(ANN), topic, MEDALLION_KAFKA_SERVERS="a:9092")
    assert refusal.subject == "b:9092"


def test_an_option_that_does_more_than_to_read_is_refused_by_its_name(people: People) -> None:
    people.let(ANN, f"READ VOLUME ON VOLUME {CATALOG}.src.files")
    ann, files = people.asker(ANN), FilesLocation(f"/Volumes/{CATALOG}/src/files", FileFormat.CSV)
    topic = KafkaLocation("a:9092", ("t",), value_schema="id BIGINT")
    hostile = {"header": "true", "CLOUDFILES.cleanSource": "DELETE", "badRecordsPath": "/Volumes"}
    deletes, writes = of(ann, replace(files, options=hostile))
    assert "'CLOUDFILES.cleanSource'" in deletes.lacks
    assert "'badRecordsPath'" in writes.lacks
    assert "header" in writes.hint
    [loads] = of(ann, replace(topic, options={"kafka.interceptor.classes": "x"}))
    assert "'kafka.interceptor.classes'" in loads.lacks
    assert of(ann, replace(files, options={"header": "true"})) == []


def test_a_table_whose_definition_nobody_may_see_needs_an_admins_word(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = people.asker(ANN)
    monkeypatch.setattr(ann.app.client.tables, "get", refuse)
    [refusal] = refused_sources(ann, design(), {})
    assert "may see whether it hides rows" in refusal.lacks
    listed = {"MEDALLION_FILTERED_SOURCES": f"{CATALOG}.src.orders"}
    assert refused_sources(ann, design(), listed) == []


def refuse(*of: str) -> NoReturn:
    raise PermissionDenied(f"User does not have that on {of}")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("CATALOG", CATALOG),
        ("SCHEMA", f"{CATALOG}.src"),
        ("TABLE", f"{CATALOG}.src.orders"),
    ],
)
@pytest.mark.parametrize("policy_type", ["POLICY_TYPE_ROW_FILTER", "POLICY_TYPE_COLUMN_MASK"])
def test_a_policy_that_may_hide_something_needs_an_admins_word(
    people: People, kind: str, name: str, policy_type: str
) -> None:
    ann, state = people.asker(ANN), people.running.state
    assert refused_sources(ann, design(), {}) == []
    key = f"{kind.lower()}/{name}/hide"
    state.put("policy", key, {"name": "hide", "policy_type": policy_type})
    try:
        [refusal] = refused_sources(ann, design(), {})
    finally:
        state.delete("policy", key)
    assert "it hides rows or values" in refusal.lacks


@pytest.mark.parametrize("catalogs", [f"other, {CATALOG}", "*"])
def test_where_an_admin_says_that_there_are_policies_unseen_ones_need_a_word_more(
    people: People, monkeypatch: pytest.MonkeyPatch, catalogs: str
) -> None:
    ann = people.asker(ANN)
    monkeypatch.setattr(ann.app.client.policies, "list_policies", refuse)
    said = {"MEDALLION_CATALOGS_WITH_POLICIES": catalogs}
    [refusal] = refused_sources(ann, design(), said)
    assert "may see whether a policy hides rows" in refusal.lacks
    assert "MEDALLION_CATALOGS_WITH_POLICIES" in refusal.hint
    listed = {"MEDALLION_FILTERED_SOURCES": f"{CATALOG}.src.orders"}
    assert refused_sources(ann, design(), said | listed) == []
    for elsewhere in ({}, {"MEDALLION_CATALOGS_WITH_POLICIES": "other"}):
        assert refused_sources(ann, design(), elsewhere) == []


def test_a_view_that_shows_everybody_something_else_needs_an_admins_word(people: People) -> None:
    people.sql(
        f"CREATE VIEW {CATALOG}.src.own_orders AS SELECT * FROM {CATALOG}.src.orders "
        "WHERE current_user() = 'ann@example.com'"
    )
    people.let(ANN, f"SELECT ON VIEW {CATALOG}.src.own_orders")
    ann, wanted = people.asker(ANN), design(orders("own_orders"))
    [refusal] = refused_sources(ann, wanted, {})
    assert "hides rows" in refusal.lacks
    listed = {"MEDALLION_FILTERED_SOURCES": f"{CATALOG}.src.own_orders"}
    assert refused_sources(ann, wanted, listed) == []


@pytest.mark.parametrize(
    "call",
    [
        *("CURRENT_USER", "session_user()", "is_member('a')", "is_account_group_member('a')"),
        *("current_oauth_custom_identity_claim()", "user_identity_attribute_values(x, 'region')"),
    ],
)
def test_a_query_may_ask_who_looks_in_many_ways(call: str) -> None:
    assert hidden._asks_who(f"SELECT * FROM a.b.c WHERE name = {call}")
    assert not hidden._asks_who("SELECT * FROM a.b.c WHERE name = 'current_user'")


def test_a_view_of_a_table_that_hides_something_needs_an_admins_word(people: People) -> None:
    people.sql(
        f"CREATE VIEW {CATALOG}.src.seen AS SELECT * FROM {CATALOG}.src.orders",
        f"CREATE VIEW {CATALOG}.src.seen_again AS SELECT * FROM {CATALOG}.src.seen",
    )
    people.let(ANN, f"SELECT ON VIEW {CATALOG}.src.seen_again")
    ann, wanted, state = people.asker(ANN), design(orders("seen_again")), people.running.state
    assert refused_sources(ann, wanted, {}) == []
    key = f"table/{CATALOG}.src.orders/hide"
    state.put("policy", key, {"name": "hide", "policy_type": "POLICY_TYPE_ROW_FILTER"})
    try:
        [refusal] = refused_sources(ann, wanted, {})
    finally:
        state.delete("policy", key)
    assert f"it reads {CATALOG}.src.orders: it hides rows" in refusal.lacks


def test_a_view_of_what_nobody_may_see_needs_an_admins_word(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.sql(f"CREATE VIEW {CATALOG}.src.seen AS SELECT * FROM {CATALOG}.src.salaries")
    people.let(ANN, f"SELECT ON VIEW {CATALOG}.src.seen")
    ann, wanted = people.asker(ANN), design(orders("seen"))
    assert refused_sources(ann, wanted, {}) == []
    get = ann.app.client.tables.get

    def without_base(name: str) -> TableInfo:
        return refuse(name) if name.endswith("salaries") else get(name)

    monkeypatch.setattr(ann.app.client.tables, "get", without_base)
    [refusal] = refused_sources(ann, wanted, {})
    assert f"it reads {CATALOG}.src.salaries: neither you nor" in refusal.lacks
    listed = {"MEDALLION_FILTERED_SOURCES": f"{CATALOG}.src.seen"}
    assert refused_sources(ann, wanted, listed) == []


def test_who_acts_as_themselves_is_asked_nothing(people: People) -> None:
    assert refused_sources(own_asker(people.app), design(orders("nowhere"))) == []
