"""A pipeline stays in the publishing mode that it was made in."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_workspace.testing.rest import RestWorkspace

PIPELINES = "/api/2.0/pipelines"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("target", "schema", "CANNOT_SET_SCHEMA_FOR_EXISTING_PIPELINE"),
        ("schema", "target", "Target cannot be set"),
    ],
)
def test_the_publishing_mode_stays(tmp_path: Path, before: str, after: str, said: str) -> None:
    service = RestWorkspace(tmp_path)
    ann = service.as_("ann@example.com")
    common = {"name": "p", "catalog": "main", "serverless": True}
    made = ann("POST", PIPELINES, {**common, before: "s"})["pipeline_id"]
    assert ann("PUT", f"{PIPELINES}/{made}", {**common, before: "t"}) == {}
    status, answer = ann.ask("PUT", f"{PIPELINES}/{made}", {**common, after: "s"})
    assert status == 400
    assert said in answer["message"]
    service.close()
