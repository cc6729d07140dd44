"""Events, in the shape that the service documents, read as the state of tables."""

from __future__ import annotations

from typing import Any

from medallion_core.run.events import ExpectationCount, run_errors, run_events, table_runs
from medallion_core.run.planning import Planning


def event(moment: int, kind: str, details: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"{moment}-{kind}",
        "timestamp": f"2026-03-01T10:00:{moment:02d}.000Z",
        "level": "INFO",
        "event_type": kind,
        "origin": {"flow_name": "main.gold.sales", "dataset_name": "main.gold.sales"},
        "message": "",
        "details": {kind: details},
        **more,
    }


def progress(moment: int, status: str, **details: Any) -> dict[str, Any]:
    return event(moment, "flow_progress", {"status": status, **details})


def test_rows_and_expectations_are_summed_over_micro_batches() -> None:
    batch = {
        "metrics": {"num_output_rows": 10, "num_upserted_rows": 2, "num_deleted_rows": 1},
        "data_quality": {
            "dropped_records": 3,
            "expectations": [
                {"name": "has_key", "dataset": "sales", "passed_records": 10, "failed_records": 3}
            ],
        },
    }
    tables = table_runs(
        [
            progress(1, "STARTING"),
            progress(2, "RUNNING", **batch),
            progress(3, "RUNNING", **batch),
            progress(9, "COMPLETED"),
        ]
    )
    sales = tables["sales"]
    assert (sales.rows_written, sales.rows_deleted, sales.rows_dropped) == (24, 2, 6)
    assert sales.expectations == (ExpectationCount("has_key", passed=20, failed=6),)
    assert (sales.state, sales.seconds) == ("COMPLETED", 8.0)


def test_a_table_fed_by_two_flows_has_ended_when_both_have() -> None:
    north = {"flow_name": "north", "dataset_name": "main.gold.sales"}
    south = {"flow_name": "south", "dataset_name": "main.gold.sales"}
    events = [
        {**progress(1, "RUNNING"), "origin": north},
        {**progress(2, "RUNNING"), "origin": south},
        {**progress(3, "COMPLETED"), "origin": north},
    ]
    assert table_runs(events)["sales"].state == "RUNNING"
    assert table_runs(events)["sales"].ended_at is None
    events.append({**progress(4, "FAILED"), "origin": south})
    assert table_runs(events)["sales"].state == "FAILED"


def test_inputs_come_from_the_flow_definitions() -> None:
    definition = {
        "output_dataset": "`main`.`gold`.`sales`",
        "input_datasets": [{"name": "main.gold.silver_orders"}, "main.gold.dim_date"],
    }
    tables = table_runs([event(1, "flow_definition", definition)])
    assert tables["sales"].inputs == ("silver_orders", "dim_date")
    assert tables["sales"].state == "QUEUED"


def test_an_error_is_told_by_its_exceptions_and_only_once() -> None:
    failed = progress(
        5,
        "FAILED",
    ) | {
        "level": "ERROR",
        "message": "Flow 'sales' has FAILED fatally.",
        "error": {
            "fatal": True,
            "exceptions": [
                {"class_name": "StreamingQueryException", "message": "Query terminated"},
                {
                    "class_name": "SparkNumberFormatException",
                    "message": "[CAST_INVALID_INPUT] The value 'x' cannot be cast. SQLSTATE: 22018",
                },
            ],
        },
    }
    (error,) = run_errors([failed, {**failed, "id": "again"}])
    assert error.dataset == "sales"
    assert error.error_class == "CAST_INVALID_INPUT"
    assert error.causes[-1].startswith("[CAST_INVALID_INPUT]")


def test_an_event_without_a_dataset_belongs_to_the_pipeline() -> None:
    (line,) = run_events([event(1, "update_progress", {"state": "RUNNING"}, origin={})])
    assert (line.dataset, line.type, line.level) == ("", "update_progress", "INFO")


def planned(*techniques: dict[str, Any], sources: list[dict[str, Any]]) -> dict[str, Any]:
    details = {"technique_information": list(techniques), "source_table_information": sources}
    return event(1, "planning_information", details)


def test_how_a_table_was_refreshed_and_why_not_incrementally() -> None:
    issue = {
        "issue_type": "PLAN_NOT_INCREMENTALIZABLE",
        "prevent_incrementalization": True,
        "plan_not_incrementalizable_sub_type": "OPERATOR_NOT_SUPPORTED",
        "operator_name": "Generate",
    }
    rejected = {
        "maintenance_type": "MAINTENANCE_TYPE_ROW_BASED",
        "is_applicable": False,
        "incrementalization_issues": [issue, {"issue_type": "ROW_TRACKING_NOT_ENABLED"}],
    }
    full = {"maintenance_type": "MAINTENANCE_TYPE_COMPLETE_RECOMPUTE", "is_chosen": True}
    sizes = [{"table_name": "a", "full_size": 100, "change_size": 7}, {"full_size": 20}]
    planning = table_runs([planned(rejected, full, sources=sizes)])["sales"].planning
    assert planning == Planning(
        "COMPLETE_RECOMPUTE",
        ("OPERATOR_NOT_SUPPORTED (Generate)", "ROW_TRACKING_NOT_ENABLED"),
        changed_bytes=7,
        read_bytes=120,
    )
    assert planning.is_full


def test_a_plan_without_a_choice_says_nothing() -> None:
    rejected = {"maintenance_type": "MAINTENANCE_TYPE_ROW_BASED", "is_chosen": False}
    assert table_runs([planned(rejected, sources=[])]) == {}
    chosen = {"maintenance_type": "MAINTENANCE_TYPE_NO_OP", "is_chosen": True}
    planning = table_runs([planned(chosen, sources=[])])["sales"].planning
    assert planning == Planning("NO_OP")
    assert not planning.is_full
