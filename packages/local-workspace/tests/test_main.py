"""The command line: a command's exit code, a restart, folders that are loaded, nothing left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from local_workspace.testing import clean_environment, python_path

ASK = (
    "import os, sys; from databricks import sql; from databricks.sdk.core import Config\n"
    "c = Config(); p = '/sql/1.0/warehouses/' + os.environ['DATABRICKS_WAREHOUSE_ID']\n"
    "n = sql.connect(c.hostname, p, credentials_provider=lambda: c.authenticate,\n"
    "    enable_telemetry=False, _connection_uri=c.host + p).cursor()\n"
    "for s in sys.argv[1:]:\n"
    "    n.execute(s); print([tuple(r) for r in n.fetchall()])\n"
)


def start(home: Path, *options: str, command: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    words = ["--home", str(home), "--scale", "0.001", *options, "--", *command]
    return subprocess.Popen(
        [sys.executable, "-m", "local_workspace", *words],
        env=clean_environment() | {"PYTHONPATH": python_path()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ask(home: Path, *statements: str, options: tuple[str, ...] = ()) -> list[str]:
    """The rows of each statement, from a command that then ends with 7."""
    script = ("sh", "-c", '"$@" && exit 7', "sh")
    process = start(home, *options, command=(*script, sys.executable, "-c", ASK, *statements))
    output, _ = process.communicate(timeout=240)
    assert process.returncode == 7, output
    return [line for line in output.splitlines() if line.startswith("[")]


def test_a_restart_finds_everything_and_the_exit_code_is_the_command_s(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    pq.write_table(pa.table({"id": [1, 2, 3]}), files / "things.parquet")
    (files / "people.csv").write_text('id,name\n1,Ann\n2,"B, C"\n')
    home = tmp_path / "home"
    first = ask(
        home,
        "SELECT count(*) FROM lab.data.things",
        "SELECT name FROM lab.data.people WHERE id = 2",
        "CREATE TABLE main.default.kept (a INT, CONSTRAINT k PRIMARY KEY (a)) COMMENT 'c'",
        "INSERT INTO main.default.kept VALUES (1), (2)",
        "UPDATE main.default.kept SET a = a + 10",
        "CREATE VIEW main.default.seen AS SELECT * FROM main.default.kept",
        options=("--load", f"lab.data={files}"),
    )
    assert first[:2] == ["[(3,)]", "[('B, C',)]"]
    second = ask(
        home,
        "SELECT sum(a) FROM main.default.seen",
        "SELECT count(*) FROM lab.data.things, samples.tpch.region",
        "SELECT count(*) FROM main.information_schema.table_constraints",
    )
    assert second == ["[(23,)]", "[(15,)]", "[(1,)]"]


BUSY = """\
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.pipelines import NotebookLibrary, PipelineLibrary
from databricks.sdk.service.workspace import ImportFormat, Language
import base64, time
w = WorkspaceClient()
source = base64.b64encode(b"import time\\ntime.sleep(600)").decode()
w.workspace.mkdirs("/Shared/busy")
w.workspace.import_("/Shared/busy/a", content=source, language=Language.PYTHON)
made = w.pipelines.create(
    name="busy", catalog="main", schema="busy", serverless=True,
    libraries=[PipelineLibrary(notebook=NotebookLibrary(path="/Shared/busy/a"))],
)
w.pipelines.start_update(made.pipeline_id)
while w.pipelines.get(made.pipeline_id).latest_updates[0].state.value != "INITIALIZING":
    time.sleep(0.2)
print("busy", flush=True)
time.sleep(600)
"""


def test_nothing_is_left_when_it_is_killed(tmp_path: Path) -> None:
    """Neither Spark, nor an update that is running, nor the command."""
    process = start(tmp_path, command=(sys.executable, "-c", BUSY, str(tmp_path)))
    assert process.stdout
    assert process.stdout.readline() == "busy\n"
    running = processes_with(str(tmp_path))
    for part in ("SparkConnectServer", "lakeflow.launcher", "-c"):
        assert [line for line in running if part in line], part
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    end = time.monotonic() + 20
    while processes_with(str(tmp_path)) and time.monotonic() < end:
        time.sleep(0.2)
    assert processes_with(str(tmp_path)) == []


def test_what_holds_tokens_is_for_the_owner_only(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert process.stdout
    assert "Serving http://127.0.0.1" in process.stdout.readline()
    kept = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert {"environment", "state.db"} <= kept.keys()
    assert {kept[name] for name in kept if name.startswith(("environment", "state.db"))} == {0o600}
    process.terminate()
    process.wait(60)


def processes_with(text: str) -> list[str]:
    """The processes whose command line has ``text`` in it."""
    listed = subprocess.run(["ps", "-eo", "pid,args", "-ww"], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if text in line]
