from __future__ import annotations

import http.client
from importlib import import_module
from types import ModuleType

import pytest
import requests
import urllib3
from databricks.sdk.errors import (
    PermissionDenied,
    TemporarilyUnavailable,
    TooManyRequests,
    Unauthenticated,
)
from databricks.sql import exc

from medallion_core.errors import MedallionError
from medallion_core.workspace import errors, sdk
from medallion_core.workspace.errors import error_class, patiently, remote_errors

NOT_FOUND = (
    "[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found. SQLSTATE: 42P01; line 1"
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unauthenticated("expired"), "UNAUTHENTICATED"),
        (PermissionDenied("no"), "PERMISSION_DENIED"),
        (TooManyRequests("slow down"), "THROTTLED"),
        (requests.ConnectionError("refused"), "UNAVAILABLE"),
        (urllib3.exceptions.MaxRetryError(None, "/sql", None), "UNAVAILABLE"),  # type: ignore[arg-type]
        (http.client.RemoteDisconnected("gone"), "UNAVAILABLE"),
        (exc.ServerOperationError(NOT_FOUND), "TABLE_NOT_FOUND"),
        (exc.ServerOperationError("[INSUFFICIENT_PERMISSIONS] User"), "PERMISSION_DENIED"),
        (exc.ServerOperationError("[DIVIDE_BY_ZERO] Division"), "STATEMENT_FAILED"),
        (exc.RequestError("failed", {"http-code": 403}), "PERMISSION_DENIED"),
        (exc.RequestError("failed", {"http-code": 429}), "THROTTLED"),
        (PermissionDenied("Invalid access token."), "UNAUTHENTICATED"),
        (
            PermissionDenied("Token is expiring within 30 seconds. (token expired)"),
            "UNAUTHENTICATED",
        ),
        (PermissionDenied("User lacks SELECT on the table token"), "PERMISSION_DENIED"),
        (
            exc.RequestError("failed", {"http-code": 403, "error-message": "Invalid access token"}),
            "UNAUTHENTICATED",
        ),
    ],
)
def test_what_goes_wrong_remotely_has_a_code(error: Exception, code: str) -> None:
    with pytest.raises(MedallionError) as raised, remote_errors("Listing the tables"):
        raise error
    assert raised.value.code == code
    assert raised.value.__cause__ is error


def test_a_statements_message_keeps_the_class_and_drops_the_rest() -> None:
    with pytest.raises(MedallionError) as raised, remote_errors("Listing the tables"):
        raise exc.ServerOperationError(NOT_FOUND)
    assert raised.value.message == (
        "[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found."
    )
    assert error_class(raised.value.message) == "TABLE_OR_VIEW_NOT_FOUND"


def test_a_mistake_of_our_own_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), remote_errors("Listing the tables"):
        _ = 1 / 0


BROKEN_OFF = [
    urllib3.exceptions.ProtocolError("Connection broken: IncompleteRead(10 bytes read)"),
    requests.exceptions.ChunkedEncodingError("IncompleteRead(10 bytes read)"),
    http.client.IncompleteRead(b"half", 10),
]


@pytest.mark.parametrize("error", BROKEN_OFF, ids=lambda error: type(error).__name__)
def test_an_answer_that_breaks_off_says_that_it_may_have_been_done(error: Exception) -> None:
    with pytest.raises(MedallionError) as raised, remote_errors("The SQL statement"):
        raise error
    assert raised.value.code == "UNAVAILABLE"
    assert raised.value.message.startswith("The SQL statement: the answer broke off.")
    assert "It may have been done" in raised.value.hint


TIMED_OUT = [
    TimeoutError("Timed out after 0:00:30"),
    requests.ReadTimeout("Read timed out. (read timeout=60)"),
    urllib3.exceptions.ReadTimeoutError(None, "/sql", "Read timed out."),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("error", TIMED_OUT, ids=lambda error: type(error).__name__)
def test_a_time_out_says_what_timed_out(error: Exception) -> None:
    with pytest.raises(MedallionError) as raised, remote_errors("Listing the tables"):
        raise error
    assert raised.value.code == "UNAVAILABLE"
    assert raised.value.message.startswith("Listing the tables had no answer in time: ")


def test_a_time_out_says_what_was_answered_instead() -> None:
    with pytest.raises(MedallionError, match="in time: the gateway is down"):  # noqa: SIM117
        with remote_errors("Listing the tables"):
            raise TimeoutError("Timed out") from TemporarilyUnavailable("the gateway is down")


class Silent:
    """A service that is out of reach until ``back``, by a clock that only waiting moves on."""

    def __init__(self, back: float) -> None:
        self.now, self.back, self.told = 0.0, back, list[tuple[float, str]]()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def look(self) -> str:
        if self.now < self.back:
            raise MedallionError("UNAVAILABLE", "Nobody answers.")
        return "here"

    def tell(self, words: str) -> None:
        self.told.append((self.now, words))


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Silent:
    service = Silent(back=10)
    monkeypatch.setattr(errors, "time", service)
    return service


def test_a_short_silence_is_waited_for(silent: Silent) -> None:
    assert patiently(silent.look) == "here"
    assert silent.now < 16


def test_a_long_silence_is_an_error_after_thirty_seconds(silent: Silent) -> None:
    silent.back = 1000
    with pytest.raises(MedallionError, match="Nobody answers"):
        patiently(silent.look)
    assert silent.now == 30


def test_who_is_told_of_the_silence_waits_longer(silent: Silent) -> None:
    silent.back = 100
    assert patiently(silent.look, silent.tell) == "here"
    assert [at for at, _ in silent.told] == [30, 60, 90]
    assert silent.told[0][1] == "Nobody answers. It is asked again."
    silent.now, silent.back = 0, 10_000
    with pytest.raises(MedallionError, match="Nobody answers"):
        patiently(silent.look, silent.tell)
    assert silent.now == 300


def test_what_waiting_does_not_help_is_raised_at_once(silent: Silent) -> None:
    def refuse() -> None:
        raise MedallionError("PERMISSION_DENIED", "No.")

    with pytest.raises(MedallionError, match="No"):
        patiently(refuse, silent.tell)
    assert silent.now == 0


def test_every_name_of_the_sdk_is_there_and_loads_all_of_it_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Threads that begin with different parts of it wait for each other, which fails."""
    loaded: list[str] = []

    def load(name: str) -> ModuleType:
        loaded.append(name)
        return import_module(name)

    monkeypatch.setattr(sdk, "import_module", load)
    sdk._found.cache_clear()
    for name in sdk.__all__:
        assert getattr(sdk, name) is not None
        assert loaded[0] in ("databricks.sdk", name)
        loaded.clear()
