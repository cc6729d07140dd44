"""A host that is not there is named, and soon."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medallion_core.errors import MedallionError
from medallion_core.workspace import connect
from medallion_core.workspace.profiles import host_of, require_reachable

SECONDS = 15


@pytest.fixture
def closed() -> str:
    """An address of this machine that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """One that takes calls and answers none."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("profile", ["", "sales"])
def test_it_is_named_within_seconds(
    profile: str, closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOST", "TOKEN", "CLIENT_ID", "CLIENT_SECRET", "CONFIG_PROFILE"):
        monkeypatch.delenv(f"DATABRICKS_{name}", raising=False)
    file = tmp_path / "databrickscfg"
    file.write_text(f"[{profile or 'DEFAULT'}]\nhost = {closed}\ntoken = a%b\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    began = time.monotonic()
    with pytest.raises(MedallionError, match=closed) as caught:
        connect(profile=profile)
    assert caught.value.code == "HOST_UNREACHABLE"
    assert time.monotonic() - began < SECONDS


def test_the_host_of_the_environment_is_asked_before_that_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "databrickscfg").write_text("[DEFAULT]\nhost = https://file.example.com\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "databrickscfg"))
    monkeypatch.setenv("DATABRICKS_HOST", "https://here.example.com")
    assert host_of("") == "https://here.example.com"
    monkeypatch.delenv("DATABRICKS_HOST")
    assert host_of("") == "https://file.example.com"
    assert host_of("unknown") == ""


def test_one_that_is_slow_is_not_taken_for_one_that_is_not_there(silent: str) -> None:
    require_reachable(silent)
