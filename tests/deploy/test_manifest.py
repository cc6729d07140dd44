"""What a deployment remembers is read back, and believed only where it can be true."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from medallion_core.deploy.manifest import (
    DeployedFile,
    Manifest,
    PastDeployment,
    read_manifest,
    write_manifest,
)
from medallion_core.errors import MedallionError

WRITTEN = Manifest(
    "shop",
    pipeline_id="p1",
    number=1,
    files={"src/bronze/orders.py": DeployedFile("a" * 64, 1)},
    history=(PastDeployment(1, "ann@example.com", "2026-01-02T03:04:05+00:00"),),
)


@dataclass
class Folder:
    """One file in memory."""

    text: str | None = None
    path: str = "/Workspace/shop"

    def read(self, path: str) -> str | None:
        return self.text

    def write(self, path: str, text: str) -> None:
        self.text = text


def record(**changes: Any) -> str:
    folder = Folder()
    write_manifest(folder, WRITTEN)  # type: ignore[arg-type]
    return json.dumps(json.loads(folder.text or "") | changes)


def test_what_was_written_is_read() -> None:
    folder = Folder()
    assert read_manifest(folder) is None  # type: ignore[arg-type]
    write_manifest(folder, WRITTEN)  # type: ignore[arg-type]
    assert read_manifest(folder) == WRITTEN  # type: ignore[arg-type]


def test_a_file_holds_what_was_written_while_its_version_is_the_one_noted() -> None:
    noted = replace(WRITTEN, files={"a": DeployedFile("1", 1, "v"), "b": DeployedFile("2", 1)})
    assert [noted.holds(*each) for each in (("a", "v"), ("a", "w"), ("b", ""), ("c", "v"))] == [
        *("1", "", "", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        record(files=None),
        record(pending=[]),
        record(files={"../other/src/bronze/orders.py": {"sha256": "a", "number": 1}}),
        record(pending={"/Workspace/other/x.py": ["a"]}),
        record(history=[{"number": 1}]),
        record(history=[{"number": 1, "by": "ann", "at": "yesterday"}]),
        record(history=[{"number": "1", "by": "ann", "at": "2026-01-02T03:04:05+00:00"}]),
        record(number="7"),
        record(number=True),
        record(pipeline_name=["shop"]),
        record(files={"src/x.py": {"sha256": 1, "number": 1}}),
        record(files={"src/x.py": {"sha256": "a", "number": 1, "version": 2}}),
        record(pending={"src/x.py": [1]}),
        record(pending={"src/x.py": 1}),
        record(full_refresh={"silver_orders": "soon"}),
        record(full_refresh=["silver_orders"]),
    ],
)
def test_a_damaged_one_is_named_with_what_to_do(text: str) -> None:
    with pytest.raises(MedallionError, match=r"manifest\.json cannot be read") as raised:
        read_manifest(Folder(text))  # type: ignore[arg-type]
    assert raised.value.code == "MANIFEST_INVALID"
    assert raised.value.hint


def test_a_run_finds_the_deployment_that_had_ended_when_it_began() -> None:
    at = ("2026-01-02T03:00:00+00:00", "2026-01-03T03:00:00+00:00")
    history = tuple(PastDeployment(n, "ann@example.com", moment) for n, moment in enumerate(at, 1))
    manifest = Manifest("shop", number=2, history=history)
    found = {
        moment: manifest.deployment_at(datetime.fromisoformat(moment) if moment else None)
        for moment in ("2026-01-01T00:00:00Z", at[0], "2026-01-03T02:59:59Z", at[1], "")
    }
    assert [each.number for each in found.values() if each] == [1, 1, 1, 2, 2]
    assert Manifest("shop").deployment_at(None) is None
