"""Files as Spark reads them with the options that were found, against the core's own model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.csv_dialects import MadeFile, corpus
from bench.files import read_back
from local_workspace.testing import RunningWorkspace
from medallion_core.browse import file_sources
from medallion_core.browse.dialects import Sample, read_dialect
from medallion_core.model import FilesLocation, Source
from medallion_core.tables.sources import kind_of
from medallion_core.text.encodings import readable
from medallion_core.workspace import Workspace, connect

FILES = corpus(48, seed=3)


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    workspace.sql("CREATE SCHEMA main.dialects")
    workspace.sql("CREATE VOLUME main.dialects.files")
    folder = workspace.home / "volumes/main/dialects/files"
    for file in FILES:
        path = folder / file.name.removesuffix(".csv") / file.name
        path.parent.mkdir(parents=True)
        path.write_bytes(file.content)
    connected = connect()
    yield connected
    connected.close()


@pytest.fixture(scope="module")
def sources(ws: Workspace) -> dict[str, Source]:
    found = file_sources(ws, "/Volumes/main/dialects/files")
    return {source.name: source for source in found}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_spark_reads_what_the_model_says(
    ws: Workspace, sources: dict[str, Source], file: MadeFile
) -> None:
    source = sources[file.name.removesuffix(".csv")]
    assert isinstance(source.location, FilesLocation)
    if source.location.options.get("encoding") in ("Shift_JIS", "EUC-JP"):
        assert source.questions, "Spark 4 reads no such text"
        return
    sample = Sample(file.name, (file.content,))
    names, rows = read_back(sample, read_dialect(sample))
    encoding = source.location.byte_encoding
    if names:
        found = [readable(column.name, encoding) for column in source.columns]
        assert found == [name or f"_c{i}" for i, name in enumerate(names)]
    table = ws.query(f"SELECT * EXCEPT (_rescued_data) FROM {kind_of(source.location).relation}")
    read = [
        [readable(value or "", encoding) for value in row.values()] for row in table.to_pylist()
    ]
    assert read == rows
