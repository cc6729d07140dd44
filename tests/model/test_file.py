from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medallion_core.errors import MedallionError
from medallion_core.model import (
    AppliedFix,
    Attribute,
    Bridge,
    ChangeHandling,
    Design,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Fact,
    FileFormat,
    FilesLocation,
    KafkaLocation,
    Measure,
    Privacy,
    PrivacyDecision,
    Reference,
    Rule,
    RuleAction,
    Settings,
    Star,
    TableLocation,
    TableName,
    TableType,
)
from medallion_core.model.file import dump_design, load_design

SETTINGS = Settings("retail", "main", "retail_gold")
ORDERS = Entity(
    "orders",
    (TableLocation(TableName("samples", "tpch", "orders")),),
    (
        EntityColumn("order_key", "o_orderkey", "bigint", "bigint"),
        EntityColumn("total", "o_total", "string", "decimal(12,2)", comment="in euros", trim=True),
        EntityColumn(
            "mail", "mail", "string", "string", privacy=Privacy("email", PrivacyDecision.HASH)
        ),
    ),
    key=("order_key",),
    change=ChangeHandling.LATEST,
    rules=(Rule("total_positive", "total >= 0", RuleAction.QUARANTINE, "money is not negative"),),
)
LANDING = Entity(
    "events",
    (
        FilesLocation(
            "/Volumes/main/landing/events", FileFormat.JSON, options={"multiLine": "true"}
        ),
        KafkaLocation("broker:9092", ("events",), value_schema='{\n  "type": "record"\n}\n'),
        TableLocation(TableName("main", "old", "events"), TableType.VIEW, append_only=False),
    ),
    (),
)
DESIGN = Design(
    SETTINGS,
    (ORDERS, LANDING),
    (Reference("events", ("o",), "orders", ("order_key",), inclusion=0.5, accepted=False),),
    Star(
        (
            Dimension(
                "dim_o", "orders", ("order_key",), "o_sk", attributes=(Attribute("total", "total"),)
            ),
        ),
        (
            Fact(
                "fact_e",
                "events",
                links=(DimensionLink("dim_o", "o_sk", ("o",)),),
                measures=(Measure("m", "try_divide(a, b)", "decimal(38,18)"),),
            ),
        ),
        (Bridge("bridge_x", "events", ()),),
    ),
    fixes=(
        AppliedFix(
            failure="CAST",
            subject="orders",
            change="x",
            reason="y",
            applied_at="2026-01-01T00:00:00Z",
            consent="automatic",
        ),
    ),
)

HOSTILE = st.one_of(
    st.text(),
    st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010)),
    st.sampled_from(
        [
            "yes",
            "No",
            "null",
            "~",
            "1e3",
            "0x10",
            "2024-01-01",
            "'",
            '"',
            "\\",
            "`",
            "#",
            "&a",
            "*a",
            "!!x",
            "%Y",
            "---",
            "...",
            "a:b",
        ]
    ),
    st.sampled_from(
        ["- a", "a: b", "{{ x }}", " lead", "trail ", "a #b", "\x85", "\u2028", "\ufeff"]
    ),
    st.sampled_from(["\U0001f600", "a\nb\n", "\n\na", "a\n  b\n\nc", "a\n\n", "a\n ", "a\tb\nc"]),
)


def test_a_design_reads_back_equal_and_writes_the_same_bytes() -> None:
    text = dump_design(DESIGN)
    assert load_design(text) == DESIGN
    assert dump_design(load_design(text)) == text


def test_an_edit_is_written_after_the_text_of_what_was_before_has_been_kept() -> None:
    before = dump_design(DESIGN)
    edited = DESIGN.with_entity(replace(DESIGN.entities[0], comment="Said anew."))
    assert load_design(dump_design(edited)) == edited
    assert dump_design(edited) != before == dump_design(DESIGN)


def test_short_rows_are_lines_and_defaults_are_left_out() -> None:
    lines = dump_design(DESIGN).splitlines()
    assert lines[:5] == [
        "version: 1",
        "settings:",
        "  pipeline_name: retail",
        "  catalog: main",
        "  schema: retail_gold",
    ]
    assert "      - table: samples.tpch.orders" in lines
    assert (
        "      - {name: order_key, source: o_orderkey, source_type: bigint, type: bigint}" in lines
    )
    assert "        value_schema: |" in lines


@given(HOSTILE, HOSTILE, HOSTILE)
def test_any_text_survives(name: str, condition: str, comment: str) -> None:
    entity = Entity(
        name,
        (FilesLocation(comment, FileFormat.CSV, options={name: condition}),),
        (EntityColumn(name, condition, comment, name, comment=comment),),
        rules=(Rule(name, condition, reason=comment),),
        comment=comment,
    )
    design = Design(Settings(name, condition, comment, readers=(comment,)), (entity,))
    text = dump_design(design)
    assert load_design(text) == design
    assert dump_design(load_design(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_survives(number: float) -> None:
    design = Design(SETTINGS, references=(Reference("a", (), "b", (), confidence=number),))
    assert load_design(dump_design(design)) == design


HEAD = "version: 1\nsettings: {pipeline_name: a, catalog: b, schema: c}\n"
QUALITY = "entities: [{name: e, reads: [], columns: [], key_confidence: "


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "the file", "version: 1"),
        ("version: 7\n", "version is 7", "version 1"),
        (
            "version: 1\nsettings: {pipeline_name: a, catalog: b}\n",
            "settings.schema is missing",
            "",
        ),
        (HEAD + "entitys: []\n", "entitys is unknown", "entities"),
        (
            HEAD + "entities: [{name: e, reads: [], columns: [],"
            " rules: [{name: r, condition: x, action: explode}]}]\n",
            "entities[0].rules[0].action is 'explode'",
            "warn, drop, quarantine, fail",
        ),
        (
            HEAD + "entities: [{name: e, columns: [], reads: [{table: a.b}]}]\n",
            "entities[0].reads[0].table is 'a.b'",
            "catalog.schema.table",
        ),
        (
            HEAD + "entities: [{name: e, columns: [], reads: [{format: csv}]}]\n",
            "entities[0].reads[0] names no location",
            "servers",
        ),
        (
            HEAD + "entities: [{name: 5, reads: [], columns: []}]\n",
            "entities[0].name is 5",
            "quotes",
        ),
        (HEAD + "references: {}\n", "references is {}", ""),
        (HEAD + QUALITY + ".nan}]\n", "entities[0].key_confidence is nan", ""),
        (HEAD + QUALITY + "-.inf}]\n", "entities[0].key_confidence is -inf", ""),
        (HEAD + QUALITY + "1" * 400 + "}]\n", "entities[0].key_confidence is 11", ""),
        (HEAD + "entities: {a: b}\n", "entities is {'a': 'b'}, which is not a list", ""),
        (HEAD + "settings2: []\n", "settings2 is unknown", "Known: settings"),
        ("[]", "the file is not a mapping", "version"),
        ("version: 1\nsettings: []\n", "settings is [], which is not a mapping", ""),
        (HEAD + "# " + "x" * 20_000_000, "at most 20000000 are read", ""),
        (HEAD + "star: {}\nstar: {}\n", "the key 'star' is there twice (line 4)", ""),
        (HEAD + "star: {\n", "the file is not YAML", ""),
        (HEAD + "? [a]\n: b\n", "a key is not a text (line 3)", ""),
        (HEAD + "star: &a {}\n", "the anchor &a is not read", ""),
        (HEAD + "star: *a\n", "an alias is not read", ""),
        (HEAD + "star: !!python/name:os.system {}\n", "the tag tag:yaml.org,2002:python", ""),
        (HEAD + "---\nversion: 1\n", "a second document begins (line 3)", ""),
        (HEAD + "star: " + "[" * 25_000, "this nests deeper than 100 levels (line 3)", ""),
        (HEAD + "star: " + "{a: " * 25_000, "this nests deeper than 100 levels (line 3)", ""),
        (HEAD + "star: " + "1" * 5000, "the file is not YAML", ""),
    ],
)
def test_an_error_names_the_place_and_what_is_allowed(text: str, path: str, allowed: str) -> None:
    with pytest.raises(MedallionError) as raised:
        load_design(text)
    assert raised.value.code == "DESIGN_INVALID"
    assert path in raised.value.message
    assert allowed in raised.value.hint


def test_words_that_other_yaml_takes_for_values_are_text() -> None:
    design = load_design(
        "version: 1\nsettings: {pipeline_name: no, catalog: 2024-01-01, schema: on}\n"
    )
    assert design.settings == Settings("no", "2024-01-01", "on")


def test_a_file_that_says_more_of_a_reference_is_read() -> None:
    reference = "{entity: e, columns: [a], parent: f, parent_columns: [b], cardinality: one_to_one}"
    design = load_design(HEAD + f"references: [{reference}]\n")
    assert design.references == (Reference("e", ("a",), "f", ("b",)),)
