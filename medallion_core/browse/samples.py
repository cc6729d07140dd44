"""Bytes of files, from several places, without reading all of them."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from medallion_core.browse.dialects import Sample
from medallion_core.browse.listing import FileSummary
from medallion_core.errors import MedallionError
from medallion_core.model import FileFormat, FilesLocation
from medallion_core.tables.sources import kind_of
from medallion_core.workspace import Workspace

WHOLE_BYTES = 1_000_000
"""A file of at most so many bytes is read whole."""

HEAD_BYTES, PART_BYTES, PARTS = 256_000, 64_000, 4
"""Of a bigger one: the first bytes, and so many from places further on, the last at its end."""

HEAD_LINES = 2_000
"""Lines of a file that lies outside of volumes, or that only SQL may read."""

AT_ONCE = 4


def read_samples(ws: Workspace, files: Sequence[FileSummary]) -> list[Sample]:
    """A sample of each file, several at once. Files of volumes are read as the person by the
    Files API; where it refuses, and outside of volumes, SQL answers with their first lines."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda file: _sample(ws, file), files))


def _sample(ws: Workspace, file: FileSummary) -> Sample:
    if file.path.startswith("/Volumes/"):
        try:
            return _by_bytes(ws, file)
        except MedallionError:
            return _by_sql(ws, file)
    return _by_sql(ws, file)


def _by_bytes(ws: Workspace, file: FileSummary) -> Sample:
    packed = _UNPACK.get(file.packed)
    if file.size <= WHOLE_BYTES or packed:
        head = ws.read_bytes(file.path, 0, min(file.size, WHOLE_BYTES)) if file.size else b""
        text = packed(head)[:WHOLE_BYTES] if packed else head
        return Sample(file.name, (text,), file.size <= WHOLE_BYTES)
    step = (file.size - HEAD_BYTES) // PARTS
    starts = [HEAD_BYTES + step * part - PART_BYTES for part in range(1, PARTS)]
    starts.append(file.size - PART_BYTES)
    # A character of UTF-16 or UTF-32 is not cut in two.
    parts = [ws.read_bytes(file.path, start // 4 * 4, PART_BYTES + 4) for start in starts]
    return Sample(file.name, (ws.read_bytes(file.path, 0, HEAD_BYTES), *parts), whole=False)


def _by_sql(ws: Workspace, file: FileSummary) -> Sample:
    location = FilesLocation(file.path, FileFormat.TEXT, options={"lineSep": "\n"})
    rows = ws.query(
        f"SELECT CAST(value AS BINARY) AS line FROM {kind_of(location).relation} LIMIT {HEAD_LINES}"
    ).to_pylist()
    text = b"\n".join(row["line"] for row in rows)
    return Sample(file.name, (text + b"\n" * bool(rows),), whole=len(rows) < HEAD_LINES)


def _gunzip(head: bytes) -> bytes:
    return zlib.decompressobj(wbits=31).decompress(head, WHOLE_BYTES)


def _bunzip(head: bytes) -> bytes:
    return bz2.BZ2Decompressor().decompress(head, WHOLE_BYTES)


_UNPACK: dict[str, Callable[[bytes], bytes]] = {".gz": _gunzip, ".bz2": _bunzip}
