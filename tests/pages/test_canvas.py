"""What a canvas draws: no box covers another, and each smaller graph is the part that was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.generate import wide_star
from medallion_core.model import Design
from medallion_core.run import RunStatus
from medallion_core.run.events import TableRun
from pages.components.canvas import references, table_panel
from pages.components.canvas.canvas import Answered, Link, Pulled, _answered, _pulled
from pages.components.canvas.graph import Graph, Node, around, graph_of, waves, without
from pages.components.canvas.layout import Box, layout
from pages.components.canvas.lineage import lineage_graph
from pages.components.canvas.references import link_of, references_graph
from pages.components.canvas.star import star_graph
from pages.components.frame import links as frame_links
from pages.components.runs.graph import run_graph
from tests.generate.designs import tpch
from tests.generate.shop import shop


@pytest.fixture(scope="module")
def wide() -> Design:
    return wide_star(300)


def graph(*lines: tuple[str, str]) -> Graph:
    names = dict.fromkeys(name for line in lines for name in line)
    return graph_of([Node(name, name.partition("_")[0]) for name in names], lines)


def overlapping(boxes: tuple[Box, ...]) -> list[tuple[str, str]]:
    """Boxes that cover each other, wherever they are: swept from left to right."""
    found = []
    open_: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.left):
        open_ = [other for other in open_ if other.left + other.width > box.left]
        found += [
            (other.node.name, box.node.name)
            for other in open_
            if other.top < box.top + box.height and box.top < other.top + other.height
        ]
        open_.append(box)
    return found


def test_no_box_covers_another_in_the_graphs_of_three_hundred_sources(wide: Design) -> None:
    lineage = lineage_graph(wide)
    assert len(lineage.nodes) > 1_000
    for drawn in (lineage, star_graph(wide), star_graph(wide, "fact_sale_7"), star_graph(shop())):
        boxes = layout(drawn)
        assert {box.node.name for box in boxes} == set(drawn.names)
        assert not overlapping(boxes)
    assert overlapping((boxes[0], replace(boxes[1], left=boxes[0].left + 1, top=boxes[0].top + 1)))


def test_every_name_fits_into_its_box_or_is_cut_at_the_longest() -> None:
    short, long, wide = layout(
        Graph((Node("a", "x"), Node("b" * 99, "x"), Node("表" * 9, "x")), ())
    )
    assert short.width == long.width == wide.width, "one column"
    assert long.width < 400
    (alone,) = layout(Graph((Node("表" * 9, "x"),), ()))
    (latin,) = layout(Graph((Node("a" * 9, "x"),), ()))
    assert alone.width > latin.width


def test_the_same_graph_gives_the_same_places(wide: Design) -> None:
    drawn = lineage_graph(wide)
    first = layout(drawn)
    layout.cache_clear()
    assert layout(lineage_graph(wide)) == first


def test_a_table_comes_in_the_wave_after_the_last_that_it_reads() -> None:
    lines = [("b", "s"), ("s", "d"), ("s", "f"), ("d", "f")]
    assert waves(graph(*lines)) == {"b": 0, "s": 1, "d": 2, "f": 3}
    for start, end in pairwise(sorted(layout(graph(*lines)), key=lambda box: box.left)):
        assert start.left + start.width < end.left


def test_what_reads_nothing_stands_right_before_what_reads_it() -> None:
    lines = [("source", "b"), ("b", "s"), ("s", "dates"), ("days", "dates"), ("dates", "f")]
    left = {box.node.name: box.left for box in layout(graph(*lines))}
    assert left["days"] == left["s"]
    assert left["source"] < left["b"]


def test_tables_that_read_each_other_are_drawn_all_the_same() -> None:
    assert set(waves(graph(("a", "b"), ("b", "a"), ("b", "c")))) == {"a", "b", "c"}


def test_around_a_table_are_so_many_steps_of_what_it_is_made_of_and_goes_into() -> None:
    chain = graph(("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("x", "d"))
    assert set(around(chain, "c").names) == {"b", "c", "d"}
    assert set(around(chain, "c", before=2, after=0).names) == {"a", "b", "c"}
    assert ("x", "d") not in around(chain, "c", 1, 1).lines


def test_a_layer_folded_away_leaves_the_lines_that_went_through_it() -> None:
    whole = graph(("source_a", "bronze_a"), ("bronze_a", "silver_a"), ("silver_a", "gold_f"))
    folded = without(whole, {"bronze", "silver"})
    assert folded.names == ["source_a", "gold_f"]
    assert folded.lines == (("source_a", "gold_f"),)


@pytest.mark.parametrize("fact", ["", "fact_lineitem"])
def test_a_date_with_several_roles_is_drawn_once_and_names_them(fact: str) -> None:
    star = star_graph(tpch(), fact)
    (dates,) = (node for node in star.nodes if node.name == "dim_date")
    assert [line for line in dates.lines if line.startswith("as ")] == [
        "as order_date_key",
        "as ship_date_key",
        "as receipt_date_key",
    ]
    assert star.lines.count(("dim_date", "fact_lineitem")) == 1


def test_a_fact_has_a_view_of_its_own_with_what_it_refers_to_only(wide: Design) -> None:
    star = star_graph(wide, "fact_sale_7")
    assert len(star.nodes) == 5
    assert all(end == "fact_sale_7" for _, end in star.lines)


def test_lineage_goes_from_the_sources_to_gold() -> None:
    lines = set(lineage_graph(tpch()).lines)
    assert lines >= {
        ("samples.tpch.orders", "bronze_orders"),
        ("bronze_orders", "silver_orders"),
        ("silver_orders", "fact_lineitem"),
        ("dim_date", "fact_lineitem"),
    }


def test_lineage_leaves_out_what_only_proves_other_tables() -> None:
    assert not {"row_balance", "reconciliation", "key_check"} & set(lineage_graph(tpch()).names)


def test_keys_and_references_can_be_pulled_first_and_all_columns_of_what_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(references, "COLUMNS_SHOWN", 1)
    design = tpch()
    names = [entity.name for entity in design.entities]
    short, whole = (
        {node.name: node.lines for node in references_graph(design, names, chosen).nodes}
        for chosen in ("", "lineitem")
    )
    assert short["lineitem"] == ("l_orderkey", "l_linenumber", "l_partkey")
    assert len(whole["lineitem"]) > 3
    for reference in design.references:
        assert link_of(references_graph(design, names, ""), reference).accepted


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        [{}],
        {"child": "'fact_a'", "column": "x", "parent": "'nope'", "parent_column": "y"},
        {"child": "'fact_a'", "column": "z", "parent": "'dim_b'", "parent_column": "y"},
        {"child": "'fact_a'", "column": 0, "parent": "'dim_b'", "parent_column": None},
        {"child": ["'fact_a'"], "column": "x", "parent": {}, "parent_column": "y"},
    ],
)
def test_what_a_browser_sends_that_is_not_drawn_is_nothing(sent: object) -> None:
    drawn = Graph((Node("fact_a", "fact", ("x",)), Node("dim_b", "dimension", ("y",))), ())
    assert _pulled(drawn, sent) is None
    right = {"child": "'fact_a'", "column": "x", "parent": "'dim_b'", "parent_column": "y"}
    assert _pulled(drawn, right) == Pulled("fact_a", 0, "dim_b", 0)


def test_an_answer_is_of_the_line_that_it_was_given_on() -> None:
    """Which may have another place by then: the one before it was answered."""
    first, second = (Link("a", 0, "b", 0, name=name, accepted=False) for name in ("a.x → b.y", "é"))
    sent = {"reference": ascii("é"), "accepts": False}
    assert _answered([first, second], sent) == Answered(1, accepted=False)
    assert _answered([second], sent) == Answered(0, accepted=False)
    assert _answered([first], sent) is None
    assert _answered([first], {"reference": 0, "accepts": True}) is None


def test_a_run_is_drawn_with_states_and_rows_and_nothing_moves_while_it_goes_on() -> None:
    design = tpch()

    def drawn(state: str, rows: int) -> tuple[Node, tuple[Box, ...]]:
        began = datetime(2026, 1, 1, tzinfo=UTC) if rows else None
        table = TableRun("silver_orders", state, rows_written=rows, started_at=began)
        others = (TableRun("bronze_orders", "COMPLETED"), TableRun("not_of_the_design", "FAILED"))
        graph = run_graph(design, RunStatus("p", "u", "RUNNING", tables=(table, *others)))
        assert graph.lines == (("bronze_orders", "silver_orders"),)
        return next(node for node in graph.nodes if node.name == table.name), layout(graph)

    (waits, before), (runs, after) = drawn("QUEUED", 0), drawn("RUNNING", 1_234_567)
    assert (waits.state, runs.state) == ("QUEUED", "RUNNING")
    assert [line.split() for line in runs.lines] == [["running", "1,234,567", "rows"]]
    assert [(b.left, b.top, b.width) for b in before] == [(b.left, b.top, b.width) for b in after]


def show_made(name: str) -> None:
    st.caption(f"Rows of {name}, as they were made")


def panel(name: str, *, made: bool) -> None:
    from pages.components.canvas.table_panel import show_table
    from tests.pages.designs import shop_design
    from tests.pages.test_canvas import show_made

    show_table(shop_design(), name, show_made if made else None)


HOST = "https://a.net"
FOLDER = f"{HOST}/#workspace/Users/ada/medallion/pipelines/shop"


@pytest.mark.parametrize(
    ("name", "made", "column", "links", "told"),
    [
        (
            "fact_orders",
            True,
            "amount",
            [
                f"{HOST}/explore/data/main/shop_gold/fact_orders",
                f"{FOLDER}/src/gold/fact_orders.py",
            ],
            [
                "Its key: Declared",
                "buyer_id refers to buyers: ",
                "Comes from: silver_orders.amount, bronze_orders.amount, shop.sales.orders.amount",
                "Rows of fact_orders, as they were made",
            ],
        ),
        (
            "silver_orders",
            False,
            "amount",
            [],
            ["Its key: Declared", "Goes into: fact_orders.amount", "It is not made yet"],
        ),
        (
            "shop.sales.orders",
            False,
            "amount",
            [f"{HOST}/explore/data/shop/sales/orders"],
            ["A source: it is read", "Goes into: bronze_orders.amount, silver_orders.amount"],
        ),
    ],
)
def test_the_panel_of_a_table_tells_all_that_there_is_of_it(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    made: bool,
    column: str,
    links: list[str],
    told: list[str],
) -> None:
    workspace = SimpleNamespace(host=HOST, user_name="ada")
    for module in (table_panel, frame_links):
        monkeypatch.setattr(module, "as_app", lambda: workspace)
    monkeypatch.setattr(frame_links, "is_made", lambda *_: made)
    at = AppTest.from_function(panel, kwargs={"name": name, "made": made}).run()
    at.selectbox(key=f"lineage_in_{name}").set_value(column)
    if made:
        at.toggle(key=f"rows_in_{name}").set_value(True)
    at.run()
    assert not at.exception
    assert [link.url for link in at.get("link_button")] == links
    said = "\n".join(caption.value.replace("\\", "") for caption in at.caption)
    assert [each for each in told if each not in said] == []
    tables = [table.value.columns for table in at.dataframe]
    assert all("type" in columns for columns in tables[:1])
    assert any("condition" in columns for columns in tables) == name.startswith("silver")


def test_a_source_whose_name_cannot_be_sent_has_a_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    def hostile() -> None:
        from dataclasses import replace

        from pages.components.canvas.table_panel import show_table
        from tests.pages.designs import shop_design

        entity = shop_design().entity("orders")
        (location,) = entity.reads
        read = replace(location, table=replace(location.table, table="a\ud800:red[x]`"))
        columns = (replace(entity.columns[0], source="x\ud800"), *entity.columns[1:])
        named = replace(entity, reads=(read,), columns=columns)
        show_table(shop_design().with_entity(named), "shop.sales.a\ud800:red[x]`")

    for module in (table_panel, frame_links):
        monkeypatch.setattr(module, "as_app", lambda: SimpleNamespace(host=HOST))
    at = AppTest.from_function(hostile).run()
    assert not at.exception
    assert at.selectbox[0].options[0] == "x\\ud800"


@pytest.mark.parametrize(
    ("host", "links"),
    [
        ("https://a.net", ["https://a.net/explore/data/main/shop_gold/silver_orders"]),
        ("javascript:alert(1)//", []),
    ],
)
def test_a_table_is_linked_to_at_an_address_of_the_web_alone(
    monkeypatch: pytest.MonkeyPatch, host: str, links: list[str]
) -> None:
    def panel() -> None:
        from pages.components.canvas.table_panel import show_table
        from tests.pages.designs import shop_design

        show_table(shop_design(), "silver_orders")

    for module in (table_panel, frame_links):
        monkeypatch.setattr(module, "as_app", lambda: SimpleNamespace(host=host))
    monkeypatch.setattr(frame_links, "is_made", lambda *_: True)
    assert [link.url for link in AppTest.from_function(panel).run().get("link_button")] == links
