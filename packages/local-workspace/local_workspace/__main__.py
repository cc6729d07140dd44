"""``python -m local_workspace [OPTIONS] [-- COMMAND …]``

Starts a workspace on 127.0.0.1. With a command: sets the variables that Databricks Apps sets, runs
it, stops with it and ends with its exit code. Without: serves until Ctrl-C. With ``--app``, COMMAND
is an app, and people open it on PORT, through the proxy that Databricks Apps has in front of it.
"""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_workspace import guard, principals, setup
from local_workspace.app_proxy import doors
from local_workspace.catalog import tables
from local_workspace.rest.server import Server
from local_workspace.rest.updates import updates
from local_workspace.rest.warehouses import WAREHOUSE_ID
from local_workspace.workspace import LocalWorkspace

PEOPLE = ["ann@example.com", "bob@example.com"]
SCOPES = ["sql"]


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    if options.app and not options.command:
        _parser().error("--app needs a COMMAND")
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
    for name in ("pyspark.sql.connect.logging", "SQLQueryContextLogger"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with _home(options.home) as home, running(home, options.scale, options.load) as workspace:
        variables = environment(workspace)
        _write_environment(home, variables)
        if options.app:
            return _run_app(workspace, options, variables)
        if options.command:
            return _run(options.command, variables)
        print(f"Serving {workspace.host}; variables: source {home / 'environment'}", flush=True)
        threading.Event().wait()
    return 0


@contextmanager
def running(home: Path, scale: float, loads: list[setup.Load]) -> Iterator[LocalWorkspace]:
    """A workspace that answers; stopped at the end."""
    workspace = LocalWorkspace.at(home, scale)
    server = Server(workspace)
    try:
        workspace.spark.start()
        written = setup.write_samples(workspace)
        setup.make_catalogs(workspace)
        workspace.spark.wait()
        spark = workspace.spark.session()
        tables.register_all(workspace.metastore, spark)
        setup.register_samples(workspace, spark, written)
        for wanted in loads:
            setup.load(workspace, spark, wanted)
        server.start()
        yield workspace
    finally:
        server.stop()
        updates(workspace).close()
        workspace.spark.stop()


def environment(workspace: LocalWorkspace) -> dict[str, str]:
    """The variables that Databricks Apps sets, and the warehouse that app.yaml asks for."""
    admin = principals.admin(workspace.state)
    return {
        "DATABRICKS_HOST": workspace.host,
        "DATABRICKS_CLIENT_ID": admin.client_id,
        "DATABRICKS_CLIENT_SECRET": admin.secret,
        "DATABRICKS_WAREHOUSE_ID": WAREHOUSE_ID,
    }


@contextmanager
def _home(wanted: Path | None) -> Iterator[Path]:
    """``wanted``, or a folder that is gone afterwards."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    folder = tempfile.mkdtemp(prefix="local_workspace_")
    try:
        yield Path(folder).resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_environment(home: Path, variables: dict[str, str]) -> None:
    """The variables as lines for a shell, readable by the owner only."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    path = home / "environment"
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text("".join(lines))


def _run_app(
    workspace: LocalWorkspace, options: argparse.Namespace, variables: dict[str, str]
) -> int:
    people = options.person or PEOPLE
    app = setup.let_in(workspace, people)
    variables |= {"DATABRICKS_CLIENT_ID": app.client_id, "DATABRICKS_CLIENT_SECRET": app.secret}
    scopes = None if options.no_user_authorization else tuple(options.scope or SCOPES)
    with doors(workspace, options.app, people, scopes) as added:
        return _run(options.command, variables | added)


def _run(command: list[str], variables: dict[str, str]) -> int:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("DATABRICKS_")
    }
    guarded = guard.start(command, env=inherited | variables)
    try:
        return guarded.process.wait()
    except KeyboardInterrupt:
        return guarded.process.wait()
    finally:
        guarded.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_workspace", description=__doc__)
    parser.add_argument("--home", type=Path, help="keep state here; a restart finds all again")
    parser.add_argument(
        "--load",
        type=_load,
        action="append",
        default=[],
        metavar="CATALOG.SCHEMA=DIR",
        help="register a folder of parquet or csv files as tables",
    )
    parser.add_argument("--scale", type=float, default=0.01, help="scale factor of samples.tpch")
    parser.add_argument(
        "--app", type=int, metavar="PORT", help="COMMAND is an app: people open it on PORT"
    )
    parser.add_argument(
        "--person",
        action="append",
        metavar="EMAIL",
        help="who opens the app: the first on PORT, the next on PORT + 1",
    )
    parser.add_argument(
        "--scope", action="append", help="what the app may do as the person who asks (sql)"
    )
    parser.add_argument(
        "--no-user-authorization", action="store_true", help="forward no person's token to the app"
    )
    parser.add_argument("command", nargs="*", metavar="-- COMMAND")
    return parser


def _load(text: str) -> setup.Load:
    name, _, folder = text.partition("=")
    catalog, _, schema = name.partition(".")
    if not (catalog and schema and Path(folder).is_dir()):
        raise argparse.ArgumentTypeError(f"{text}: give CATALOG.SCHEMA=DIR, DIR a folder")
    return setup.Load(catalog.lower(), schema.lower(), Path(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
