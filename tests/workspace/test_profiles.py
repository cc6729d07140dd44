"""Which workspace and which warehouse: the command line, the environment, the design, in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from databricks.sdk.config import Config

from medallion_core.errors import MedallionError
from medallion_core.model import Settings
from medallion_core.workspace import Workspace, client, connect

PROFILES = """[DEFAULT]
host = http://127.0.0.1:1/default
token = a

[sales]
host = http://127.0.0.1:1
token = b
"""
WAREHOUSE, OTHER = "0" * 15 + "a", "0" * 15 + "b"


@pytest.fixture(autouse=True)
def _profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with two profiles, and nothing of a workspace in the environment. No host is asked
    what it is, which the SDK does for a minute."""
    monkeypatch.setattr(Config, "_resolve_host_metadata", lambda _: None)
    monkeypatch.setattr(client, "require_reachable", lambda _: None)
    for name in ("HOST", "TOKEN", "CLIENT_ID", "CLIENT_SECRET", "CONFIG_PROFILE", "WAREHOUSE_ID"):
        monkeypatch.delenv(f"DATABRICKS_{name}", raising=False)
    (tmp_path / "databrickscfg").write_text(PROFILES)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "databrickscfg"))


def settings(profile: str = "DEFAULT", warehouse: str = "") -> Settings:
    return Settings("shop", "main", "gold", databricks_cli_profile=profile, sql_warehouse=warehouse)


def token_of(ws: Workspace) -> str | None:
    return ws.client.config.token


def test_the_profile_of_a_design_is_used() -> None:
    assert token_of(connect(settings=settings("sales"))) == "b"


def test_the_command_line_wins_over_the_design() -> None:
    assert token_of(connect(profile="sales", settings=settings("nowhere"))) == "b"


def test_the_environment_wins_over_the_design(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", "http://127.0.0.1:2")
    monkeypatch.setenv("DATABRICKS_TOKEN", "c")
    ws = connect(settings=settings("sales"))
    assert (ws.host, token_of(ws)) == ("http://127.0.0.1:2", "c")


@pytest.mark.parametrize("name", ["HOST", "TOKEN", "CLIENT_ID", "CLIENT_SECRET"])
def test_a_profile_beside_the_environment_is_refused_with_both_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK would mix them: the secret of one workspace would go to another."""
    monkeypatch.setenv(f"DATABRICKS_{name}", "http://127.0.0.1:2")
    with pytest.raises(MedallionError, match=f"'sales'.*DATABRICKS_{name}") as raised:
        connect(profile="sales")
    assert raised.value.code == "PROFILE_OR_ENVIRONMENT"


@pytest.mark.parametrize("where", ["profile", "design"])
def test_a_profile_that_is_missing_is_named_with_the_file(where: str, tmp_path: Path) -> None:
    with pytest.raises(MedallionError, match=r"databrickscfg has no profile 'nowhere'") as raised:
        connect(profile="nowhere" if where == "profile" else "", settings=settings("nowhere"))
    assert raised.value.code == "NOT_CONNECTED"
    assert "databricks auth login" in raised.value.hint
    (tmp_path / "databrickscfg").unlink()
    with pytest.raises(MedallionError, match="has no profile 'nowhere'"):
        connect(profile="nowhere")


def test_the_warehouse_of_a_design_comes_after_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    design = settings("sales", WAREHOUSE)
    assert connect(settings=design).warehouse_id == WAREHOUSE
    monkeypatch.setenv("DATABRICKS_WAREHOUSE_ID", OTHER)
    assert connect(settings=design).warehouse_id == OTHER
    assert connect(warehouse=WAREHOUSE, settings=settings()).warehouse_id == WAREHOUSE
