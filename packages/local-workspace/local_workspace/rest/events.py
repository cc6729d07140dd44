"""A pipeline's event log: kept, filtered and paged as the service does."""

from __future__ import annotations

import base64
import json
import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_workspace.rest.api import ApiError
from local_workspace.state import Document, State

MAX_RESULTS = 250
_DEFAULT_RESULTS = 25
_CONDITION = re.compile(
    r"\s*(?P<field>\w+)\s*(?:(?P<operator><=|>=|=|<|>)\s*'(?P<value>[^']*)'"
    r"|in\s*\(\s*(?P<values>'[^']*'(?:\s*,\s*'[^']*')*)\s*\))\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_FIELDS = ("timestamp", "id", "update_id", "level")
_ORDERS = {"timestamp asc": False, "timestamp desc": True}


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: str
    values: tuple[str, ...]

    def holds(self, event: Document) -> bool:
        holder = event["origin"] if self.field == "update_id" else event
        found = str(holder.get(self.field, ""))
        if self.operator == "=":
            return found in self.values
        mark = self.values[0]
        return {
            "<": found < mark,
            "<=": found <= mark,
            ">": found > mark,
            ">=": found >= mark,
        }[self.operator]


class EventLog:
    """The events of one pipeline, in the order in which they were added."""

    _lock = threading.Lock()

    def __init__(self, state: State, pipeline_id: str) -> None:
        self._state = state
        self._pipeline_id = pipeline_id

    def add(self, event: Mapping[str, Any], origin: Mapping[str, Any]) -> None:
        """Gives the event its id, sequence and time. ``origin`` is common to all of an update."""
        with self._lock, self._state.transaction():
            counter = self._state.get("event_count", self._pipeline_id) or {"count": 0}
            number = counter["count"] + 1
            self._state.put("event_count", self._pipeline_id, {"count": number})
            document = {
                "id": str(uuid.uuid4()),
                "sequence": {"data_plane_id": {"instance": "execution", "seq_no": number}},
                "timestamp": timestamp(),
                "maturity_level": "STABLE",
                **event,
                "origin": {**origin, **event.get("origin", {})},
            }
            self._state.put("event", f"{self._pipeline_id}/{number:010d}", document)

    def drop(self) -> None:
        for key, _ in self._state.list("event", f"{self._pipeline_id}/"):
            self._state.delete("event", key)

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """One page, newest first unless asked otherwise. Raises ApiError 400 for a query that the
        service refuses."""
        token = _read_token(query)
        size = _size(query.get("max_results"))
        conditions = parse_filter(token["filter"])
        descending = _ORDERS[token["order_by"]]
        numbered = [
            (event["sequence"]["data_plane_id"]["seq_no"], event)
            for _, event in self._state.list("event", f"{self._pipeline_id}/")
        ]
        if descending:
            numbered.reverse()
        found = [
            (number, event)
            for number, event in numbered
            if _beyond(number, token["after"], descending=descending)
            and all(condition.holds(event) for condition in conditions)
        ]
        answer: dict[str, Any] = {"events": [event for _, event in found[:size]]}
        if len(found) > size:
            answer["next_page_token"] = _token({**token, "after": found[size - 1][0]})
        return answer


def parse_filter(text: str) -> list[Condition]:
    """Reads ``level in ('ERROR', 'WARN') AND timestamp > '…'``. Raises ApiError 400 for fields
    that cannot be filtered by, ``event_type`` among them."""
    conditions: list[Condition] = []
    while text.strip():
        found = _CONDITION.match(text)
        if not found:
            raise _invalid(f"Failed to parse filter expression: {text}")
        field = found["field"].lower()
        if field not in _FIELDS:
            raise _invalid(
                f"Unsupported filter field '{found['field']}'. Supported fields: "
                f"{', '.join(_FIELDS)}."
            )
        values = re.findall(r"'([^']*)'", found["values"]) if found["values"] else [found["value"]]
        conditions.append(Condition(field, found["operator"] or "=", tuple(values)))
        rest = found["rest"]
        joined = re.match(r"AND\s+(.+)\Z", rest, re.IGNORECASE | re.DOTALL)
        if rest.strip() and not joined:
            raise _invalid(f"Failed to parse filter expression: {rest}")
        text = joined[1] if joined else ""
    return conditions


def timestamp() -> str:
    """Now, as events carry it: ``2026-11-23T00:04:05.678Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_token(query: Mapping[str, str]) -> dict[str, Any]:
    if "page_token" in query:
        try:
            token: dict[str, Any] = json.loads(base64.urlsafe_b64decode(query["page_token"]))
        except ValueError:
            raise _invalid("Invalid page token.") from None
        for name in ("filter", "order_by"):
            if query.get(name, token[name]).lower() != token[name].lower():
                raise _invalid(f"The {name} is not the one of the page before.")
        return token
    order = query.get("order_by", "timestamp desc").lower()
    if order not in _ORDERS:
        raise _invalid(f"Unsupported order_by: {order}.")
    return {"filter": query.get("filter", ""), "order_by": order, "after": 0}


def _token(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _beyond(number: int, after: int, *, descending: bool) -> bool:
    if not after:
        return True
    return number < after if descending else number > after


def _size(asked: str | None) -> int:
    size = int(asked or 0) or _DEFAULT_RESULTS
    return min(size, MAX_RESULTS)


def _invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_PARAMETER_VALUE", message)
