from __future__ import annotations

import pytest
import requests
from databricks.sdk.errors import PermissionDenied, TooManyRequests, Unauthenticated
from databricks.sql import exc

from medallion_core.errors import MedallionError
from medallion_core.workspace.errors import error_class, remote_errors

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
        (exc.ServerOperationError(NOT_FOUND), "TABLE_NOT_FOUND"),
        (exc.ServerOperationError("[INSUFFICIENT_PERMISSIONS] User"), "PERMISSION_DENIED"),
        (exc.ServerOperationError("[DIVIDE_BY_ZERO] Division"), "STATEMENT_FAILED"),
        (exc.RequestError("failed", {"http-code": 403}), "PERMISSION_DENIED"),
        (exc.RequestError("failed", {"http-code": 429}), "THROTTLED"),
    ],
)
def test_what_goes_wrong_remotely_has_a_code(error: Exception, code: str) -> None:
    with pytest.raises(MedallionError) as raised, remote_errors():
        raise error
    assert raised.value.code == code
    assert raised.value.__cause__ is error


def test_a_statements_message_keeps_the_class_and_drops_the_rest() -> None:
    with pytest.raises(MedallionError) as raised, remote_errors():
        raise exc.ServerOperationError(NOT_FOUND)
    assert raised.value.message == (
        "[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found."
    )
    assert error_class(raised.value.message) == "TABLE_OR_VIEW_NOT_FOUND"


def test_a_mistake_of_our_own_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), remote_errors():
        _ = 1 / 0
