"""What the SDK, the SQL connector, Spark and the network raise, as MedallionError: wrapped once,
here. The connector and Spark may be missing, so their errors are known by where they come from.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import chain, repeat
from typing import TypeVar

from medallion_core.errors import MedallionError
from medallion_core.workspace import sdk

SIGN_IN = "Reload the page, or sign in again: a forwarded token lives for an hour."
GRANT = "Ask the object's owner for the grant; the message names it."
LATER = "Try again in a minute."
LOOK = "It may have been done all the same: look, then repeat."
CHECK_NAME = "Check the name, and that you may see it."
CHANGED = "Somebody else changed it at the same time: look, then repeat."
CHECK_NETWORK = "Check the network and the workspace's address."

TRANSIENT = frozenset({"UNAVAILABLE", "THROTTLED"})
"""Codes of errors that say nothing of what was asked: it may be asked again."""

SILENCE_SECONDS = 30
"""So long a service may keep silent before somebody hears of it."""

PATIENCE_SECONDS = 300
"""So long it is asked again where somebody hears of each silence."""

_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between the looks at a service that does not answer; the last one from then on."""

_CONNECTOR, _SPARK = "databricks.sql.", "pyspark."
"""Packages whose errors are a statement's."""

T = TypeVar("T")


@cache
def _by_type() -> tuple[tuple[type[Exception], str, str], ...]:
    return (
        (sdk.Unauthenticated, "UNAUTHENTICATED", SIGN_IN),
        (sdk.PermissionDenied, "PERMISSION_DENIED", GRANT),
        (sdk.NotFound, "NOT_FOUND", CHECK_NAME),
        (sdk.TooManyRequests, "THROTTLED", LATER),
        (sdk.ResourceConflict, "CONFLICT", CHANGED),
        (sdk.TemporarilyUnavailable, "UNAVAILABLE", LATER),
        (sdk.InternalError, "UNAVAILABLE", LATER),
        (sdk.BadRequest, "INVALID_REQUEST", ""),
        (sdk.requests.RequestException, "UNAVAILABLE", CHECK_NETWORK),
        (sdk.urllib3.exceptions.HTTPError, "UNAVAILABLE", LATER),
        (ConnectionError, "UNAVAILABLE", LATER),
    )


@cache
def _remote() -> tuple[type[Exception], ...]:
    return (
        sdk.DatabricksError,
        sdk.requests.RequestException,
        sdk.urllib3.exceptions.HTTPError,
        http.client.HTTPException,
        OSError,
        ValueError,
    )


@cache
def _timed_out() -> tuple[type[Exception], ...]:
    return TimeoutError, sdk.requests.Timeout, sdk.urllib3.exceptions.TimeoutError


@cache
def _broken_off() -> tuple[type[Exception], ...]:
    return (
        sdk.requests.exceptions.ChunkedEncodingError,
        sdk.urllib3.exceptions.ProtocolError,
        http.client.HTTPException,
    )


_BY_ERROR_CLASS = (
    ("TABLE_OR_VIEW_NOT_FOUND", "TABLE_NOT_FOUND", CHECK_NAME),
    ("SCHEMA_NOT_FOUND", "SCHEMA_NOT_FOUND", CHECK_NAME),
    ("NO_SUCH_CATALOG_EXCEPTION", "CATALOG_NOT_FOUND", CHECK_NAME),
    ("CATALOG_NOT_FOUND", "CATALOG_NOT_FOUND", CHECK_NAME),
    ("INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED", GRANT),
    ("PERMISSION_DENIED", "PERMISSION_DENIED", GRANT),
    ("PATH_NOT_FOUND", "NOT_FOUND", CHECK_NAME),
)

_BY_STATUS: dict[object, tuple[str, str]] = {
    401: ("UNAUTHENTICATED", SIGN_IN),
    403: ("PERMISSION_DENIED", "Ask for CAN USE on the SQL warehouse."),
    404: ("WAREHOUSE_NOT_FOUND", "Check the id of the SQL warehouse."),
    429: ("THROTTLED", LATER),
}

_ERROR_CLASS = re.compile(r"\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]")
_TAIL = re.compile(r"\s*(?:SQLSTATE: \w{5})?(?:; line \d+.*)?(?:\n.*)?$", re.DOTALL)
_EXPIRED = re.compile(
    r"(invalid|expired) (access )?token|token (is|has) (expir|invalid)|token expired", re.IGNORECASE
)
_LONGEST_MESSAGE = 600


@contextmanager
def remote_errors(doing: str) -> Iterator[None]:
    """Raises what goes wrong inside, on the way to the workspace, as MedallionError.

    ``doing`` says what is asked for, for whoever waits in vain: "Listing the SQL warehouses".
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, _remote()) and not _is_of_a_statement(error):
            raise
        raise to_medallion_error(error, doing) from error


def _is_of_a_statement(error: Exception) -> bool:
    return type(error).__module__.startswith((_CONNECTOR, _SPARK))


def patiently(look: Callable[[], T], tell: Callable[[str], None] | None = None) -> T:
    """What ``look`` answers, asked again while the service is out of reach. To be used where
    asking twice does no harm.

    Raises the last MedallionError when the service has been silent for 30 seconds, or, where
    ``tell`` hears of it each time, for five minutes.
    """
    started = heard = time.monotonic()
    pauses = chain(_PAUSES, repeat(_PAUSES[-1]))
    while True:
        try:
            return look()
        except MedallionError as error:
            now = time.monotonic()
            is_long = now - heard >= SILENCE_SECONDS
            is_over = tell is None or now - started >= PATIENCE_SECONDS
            if error.code not in TRANSIENT or (is_long and is_over):
                raise
            if tell and is_long:
                tell(f"{error.message} It is asked again.")
                heard = now
        time.sleep(next(pauses))


def to_medallion_error(error: Exception, doing: str) -> MedallionError:
    """``error`` in the product's words. A statement's message keeps Spark's ``[ERROR_CLASS]``."""
    if isinstance(error, _timed_out()):
        why = _shortened(str(error.__cause__ or error))
        return MedallionError("UNAVAILABLE", f"{doing} had no answer in time: {why}", LATER)
    if isinstance(error, _broken_off()):
        why = _shortened(str(error))
        return MedallionError("UNAVAILABLE", f"{doing}: the answer broke off. {why}", LOOK)
    if isinstance(error, sdk.PermissionDenied) and _EXPIRED.search(str(error)):
        return _expired(str(error))
    if _is_of_a_statement(error):
        context = getattr(error, "context", None) or {}
        return _from_request(context) if "http-code" in context else _from_statement(str(error))
    if type(error) is ValueError:
        return _from_sign_in(str(error))
    for kind, code, hint in _by_type():
        if isinstance(error, kind):
            return MedallionError(code, _shortened(str(error)), hint)
    return MedallionError("REQUEST_FAILED", _shortened(str(error)))


def error_class(text: str) -> str:
    """Spark's error class in a message, ``DIVIDE_BY_ZERO``; empty where there is none."""
    found = _ERROR_CLASS.search(text)
    return found.group(1) if found else ""


def _expired(text: str) -> MedallionError:
    """The platform answers 403, too, to a token that it no longer takes."""
    return MedallionError(
        "UNAUTHENTICATED", f"The sign-in has expired: {_shortened(text)}", SIGN_IN
    )


def _from_sign_in(text: str) -> MedallionError:
    """The SDK has no error of its own for a token that it does not get: ``code: summary``."""
    if text.startswith(("invalid_", "unauthorized_", "access_denied")):
        return MedallionError("UNAUTHENTICATED", _shortened(text), SIGN_IN)
    return MedallionError("UNAVAILABLE", f"There was no token: {_shortened(text)}.", LATER)


def _from_statement(text: str) -> MedallionError:
    name = error_class(text)
    message = _shortened(_TAIL.sub("", text))
    for prefix, code, hint in _BY_ERROR_CLASS:
        if name.startswith(prefix):
            return MedallionError(code, message, hint)
    if "Invalid SessionHandle" in text:
        return MedallionError("UNAVAILABLE", message, LATER)
    return MedallionError("STATEMENT_FAILED", message)


def _from_request(context: Mapping[str, object]) -> MedallionError:
    """``context`` is what the SQL connector knows of a request that failed."""
    status = context.get("http-code")
    code, hint = _BY_STATUS.get(status, ("UNAVAILABLE", LATER))
    detail = context.get("error-message") or context.get("original-exception") or ""
    if status == 403 and _EXPIRED.search(str(detail)):
        return _expired(str(detail))
    return MedallionError(code, _shortened(f"The SQL warehouse did not answer. {detail}"), hint)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"
