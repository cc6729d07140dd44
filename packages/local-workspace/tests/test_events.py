"""The event log's filter and paging, with the service's limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_workspace.rest.api import ApiError
from local_workspace.rest.events import EventLog, parse_filter
from local_workspace.rest.updates import whole_events
from local_workspace.state import State


def test_a_part_of_a_line_of_a_process_that_was_killed_is_no_event() -> None:
    lines = [b'{"message": "a"}\n', b'{"message": "b']
    assert list(whole_events(lines)) == [{"message": "a"}]
    with pytest.raises(ValueError, match="Expecting"):
        list(whole_events([b"no event\n"]))


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    log = EventLog(State(tmp_path), "p")
    for number in range(10):
        level = "ERROR" if number % 5 == 0 else "INFO"
        event = {"event_type": "flow_progress", "level": level, "message": str(number)}
        log.add(event, {"update_id": "u1" if number < 4 else "u2"})
    return log


def messages(page: dict) -> list[str]:
    return [event["message"] for event in page["events"]]


def test_newest_first_by_default(log: EventLog) -> None:
    assert messages(log.page({})) == list("9876543210")
    assert messages(log.page({"order_by": "timestamp asc"})) == list("0123456789")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("level = 'ERROR'", "50"),
        ("level in ('ERROR', 'WARN') AND update_id = 'u1'", "0"),
        ("timestamp > '2000-01-01T00:00:00Z' and update_id='u1'", "3210"),
        ("timestamp < '2000-01-01T00:00:00Z'", ""),
    ],
)
def test_filters(log: EventLog, text: str, expected: str) -> None:
    assert messages(log.page({"filter": text})) == list(expected)


@pytest.mark.parametrize("text", ["event_type = 'x'", "level", "level = 'A' OR level = 'B'"])
def test_refuses_what_the_service_refuses(text: str) -> None:
    with pytest.raises(ApiError, match=r"Unsupported filter field|Failed to parse"):
        parse_filter(text)


def test_pages_hold_each_event_once_while_new_ones_arrive(log: EventLog) -> None:
    first = log.page({"max_results": "4", "filter": "update_id = 'u2'"})
    log.add({"event_type": "x", "level": "INFO", "message": "new"}, {"update_id": "u2"})
    second = log.page({"max_results": "4", "page_token": first["next_page_token"]})
    assert messages(first) + messages(second) == list("987654")
    assert "next_page_token" not in second


def test_a_page_token_goes_with_the_filter_that_it_was_made_for(log: EventLog) -> None:
    asked = {"max_results": "1", "filter": "update_id = 'u2'"}
    token = log.page(asked)["next_page_token"]
    assert log.page({**asked, "page_token": token}) == log.page(
        {"max_results": "1", "page_token": token}
    )
    with pytest.raises(ApiError, match="not the one of the page before"):
        log.page({"page_token": token, "filter": "level = 'INFO'"})
