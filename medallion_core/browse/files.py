"""Files as sources: which tables lie in a folder, and how each of them is to be read.

Folders are listed and rows are read through SQL, which works for volumes and cloud paths alike;
how text is written is told from samples of its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from medallion_core.browse.dialects import Reading, Sample, read_dialect
from medallion_core.browse.doubts import (
    NAMED,
    doubts,
    kept_by_a_log,
    left_out,
    nothing_in,
    other_tables,
    written_apart,
)
from medallion_core.browse.groups import (
    Group,
    ReadFile,
    common_dialect,
    common_encoding,
    group_files,
    pattern_of,
    spellings,
)
from medallion_core.browse.json_texts import JsonReading, read_json
from medallion_core.browse.listing import (
    FileSummary,
    data_files,
    is_part,
    is_partition,
    list_files,
)
from medallion_core.browse.samples import read_samples
from medallion_core.errors import MedallionError
from medallion_core.model import Column, FileFormat, FilesLocation, Finding, Level, Source
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_identifier
from medallion_core.workspace import Workspace

STEMS, FILES_OF_A_STEM = 24, 3
"""Names (without their numbers) in a folder, and files of each, that are looked into."""

_RESCUED = "_rescued_data"
_TEXTS = (FileFormat.CSV, FileFormat.JSON, FileFormat.TEXT)


def file_sources(ws: Workspace, path: str) -> list[Source]:
    """What ``path`` holds as sources: a source for each table among its own files, and those of
    each of its folders. ``path`` may also be one file.

    Folders such as ``day=2024-01-31`` are partitions of one source, and so are those of numbers
    alone, without a column. What cannot be read, what is empty and what is doubtful is said in the
    questions of the sources.
    """
    path = path.rstrip("/")
    files = list_files(ws, path)
    folders = [file for file in files if file.is_directory and not file.is_hidden]
    if folders and all(map(is_partition, folders)):
        return _partitioned(ws, path, files)
    if folders and all(map(is_part, folders)) and not data_files(files):
        return _partitioned(ws, path, files)
    alone = not folders or not data_files(files)
    found = _of_folder(ws, path, files, alone=alone)
    found += [source for folder in folders for source in _below(ws, folder)]
    return found or _nothing_of(FileSummary(path, path, is_directory=True), files)


def _below(ws: Workspace, folder: FileSummary) -> list[Source]:
    """What a folder holds that is one of several."""
    below = list_files(ws, folder.path)
    if any(map(is_partition, below)) or (any(map(is_part, below)) and not data_files(below)):
        return _partitioned(ws, folder.path, below)
    return _of_folder(ws, folder.path, below, alone=True) or _nothing_of(folder, below)


def _of_folder(
    ws: Workspace, path: str, files: Sequence[FileSummary], *, alone: bool
) -> list[Source]:
    """The tables among a folder's own files; ``alone`` where it holds no other."""
    found = _sources(ws, path, [file for file in files if not file.is_directory], alone=alone)
    said = tuple(kept_by_a_log(path, files))
    return [replace(source, questions=(*said, *source.questions)) for source in found]


def _nothing_of(folder: FileSummary, files: Sequence[FileSummary]) -> list[Source]:
    """What a folder is said of that has no rows which are read, but files or folders."""
    names = [file.name for file in files if not file.is_hidden]
    if not names:
        return []
    listed = ", ".join(names[:NAMED]) + (" and others" if len(names) > NAMED else "")
    detail = f"Nothing in it is read: {listed}. Parquet, Avro, CSV, JSON and text files are."
    hint = "Choose the folder that holds its rows, or save them in such files, named as such."
    said = Finding(Level.WARNING, folder.path, detail, hint)
    return [Source(FilesLocation(folder.path, FileFormat.TEXT), (), questions=(said,))]


def file_source(ws: Workspace, location: FilesLocation) -> Source:
    """The files at ``location``, read exactly as it says. Without columns where they cannot be
    read so: one broken folder must not hide the others, and its sample rows tell what is wrong."""
    try:
        rows = ws.query(f"DESCRIBE QUERY SELECT * FROM {kind_of(location).relation}").to_pylist()
    except MedallionError as error:
        if error.code != "STATEMENT_FAILED":
            raise
        return Source(location, (), questions=(_unread(location, error),))
    columns = (Column(row["col_name"], row["data_type"]) for row in rows)
    return Source(location, tuple(column for column in columns if column.name != _RESCUED))


def _unread(location: FilesLocation, error: MedallionError) -> Finding:
    detail = f"Nothing can be read from these files this way. {error.message}"
    return Finding(Level.WARNING, location.path, detail, "Correct how they are read.")


def _taken(location: FilesLocation) -> Finding:
    detail = f"Its files have a column {_RESCUED}, which reading them adds, too."
    hint = "Give that column of the files another name: until then they are left out."
    return Finding(Level.WARNING, location.path, detail, hint)


# ── Tables of a folder ───────────────────────────────────────────────────────────────────────


def _partitioned(ws: Workspace, path: str, files: Sequence[FileSummary]) -> list[Source]:
    """The one source whose files lie in folders such as ``day=2024-01-31``, or ``2024-01-31``,
    below ``path``."""
    names, data = _below_partitions(ws, files)
    if not data:
        return []
    read = _read_files(ws, data)
    groups = [group for group in group_files(read) if not _is_empty(group)]
    if not groups:
        return []
    if len(groups) > 1 and not names:
        return [found for part in files if is_part(part) for found in _below(ws, part)]
    group = max(groups, key=lambda group: len(group.files))
    source = _source(ws, path, group, tuple(names))
    questions = (
        *left_out(path, data),
        *written_apart(groups, group),
        *other_tables(path, groups, group),
    )
    return [replace(source, questions=(*source.questions, *questions))]


def _below_partitions(
    ws: Workspace, files: Sequence[FileSummary]
) -> tuple[list[str], list[FileSummary]]:
    """The partition columns, and the files of the first and the last folder, however deep."""
    names: list[str] = []
    ends = [folder for folder in files if is_part(folder)]
    found = list(files)
    while not data_files(found) and ends:
        names += [ends[0].name.partition("=")[0]] if is_partition(ends[0]) else []
        found = [file for end in {ends[0], ends[-1]} for file in list_files(ws, end.path)]
        ends = [folder for folder in found if is_part(folder)]
    return names, data_files(found)


def _sources(
    ws: Workspace, path: str, files: Sequence[FileSummary], *, alone: bool
) -> list[Source]:
    """The tables among ``files``, which lie at ``path``; ``alone`` where it holds no other."""
    data = data_files(files)
    read = _read_files(ws, data)
    groups = [group for group in group_files(read) if not _is_empty(group)]
    empty = [file for file in read if file.reading is not None and file.reading.is_empty]
    questions = [*left_out(path, files), *map(nothing_in, empty)]
    if not groups:
        nothing = FilesLocation(path, data[0].format or FileFormat.TEXT if data else _TEXTS[-1])
        return [Source(nothing, (), questions=tuple(questions))] if questions else []
    if len(groups) == 1 and alone and not _is_file(path, data):
        sources = [_source(ws, path, groups[0])]
    else:
        sources = [_source(ws, pattern_of(group, _others(group, files)), group) for group in groups]
    sources = [
        replace(source, questions=(*source.questions, *written_apart(groups, group)))
        for source, group in zip(sources, groups, strict=True)
    ]
    first = replace(sources[0], questions=(*questions, *sources[0].questions))
    return [first, *sources[1:]]


def _is_file(path: str, data: Sequence[FileSummary]) -> bool:
    return len(data) == 1 and data[0].path == path


def _others(group: Group, files: Sequence[FileSummary]) -> list[FileSummary]:
    own = {file.path for file in group.files}
    return [file for file in files if file.path not in own]


def _is_empty(group: Group) -> bool:
    return all(read.reading is not None and read.reading.is_empty for read in group.read)


def _read_files(ws: Workspace, data: Sequence[FileSummary]) -> list[ReadFile]:
    """Some files of each stem, with what their samples tell."""
    chosen = list(_chosen(data))
    looked = [file for file, _ in chosen if file.format in _TEXTS]
    samples = dict(zip((f.path for f in looked), read_samples(ws, looked), strict=True))
    return [_read_file(file, alike, samples.get(file.path)) for file, alike in chosen]


def _chosen(
    data: Sequence[FileSummary],
) -> Iterator[tuple[FileSummary, tuple[FileSummary, ...]]]:
    """Files to look into: of each stem the first, one in the middle and the last; with each, a
    part of those of its stem that are not looked into."""
    ordered = sorted(data, key=lambda file: (file.format or "", file.stem, file.name))
    stems = [list(files) for _, files in groupby(ordered, lambda file: (file.format, file.stem))]
    if len(stems) > STEMS:
        stems = [[file for stem in stems for file in stem]]
    for files in stems:
        most = STEMS if len(stems) == 1 else FILES_OF_A_STEM
        step = max(1, (len(files) - 1) // max(most - 1, 1))
        numbers = sorted({*range(0, len(files), step)} - {*range(most * step, len(files))})
        numbers = sorted({*numbers[: most - 1], len(files) - 1})
        looked = [files[number] for number in numbers]
        rest = tuple(file for file in files if file not in looked)
        yield looked[0], rest
        yield from ((file, ()) for file in looked[1:])


def _read_file(
    file: FileSummary, alike: tuple[FileSummary, ...], sample: Sample | None
) -> ReadFile:
    file_format = file.format or FileFormat.TEXT
    if sample is None:
        return ReadFile(file, file_format, None, alike)
    if file_format is FileFormat.JSON:
        return ReadFile(file, file_format, read_json(sample), alike)
    reading = read_dialect(sample)
    if file_format is FileFormat.TEXT and not reading.is_table:
        return ReadFile(file, file_format, None, alike)
    return ReadFile(file, FileFormat.CSV, reading, alike)


# ── How a table is read ──────────────────────────────────────────────────────────────────────


def _source(ws: Workspace, path: str, group: Group, partitions: tuple[str, ...] = ()) -> Source:
    location = _location(path, group, partitions)
    named = {name.lower() for read in group.read if read.reading for name in read.reading.columns}
    if _RESCUED in named:
        return Source(location, (), questions=(_taken(location),))
    source = file_source(ws, location)
    questions = tuple(doubts(group, location))
    readings = [read.reading for read in group.read if isinstance(read.reading, Reading)]
    totals = dict.fromkeys(row for reading in readings for row in reading.total_rows)
    headings = dict.fromkeys(row for reading in readings for row in reading.heading_rows)
    return replace(
        source,
        questions=(*source.questions, *questions),
        totals=tuple(totals),
        headings=tuple(headings),
    )


def _location(path: str, group: Group, partitions: tuple[str, ...]) -> FilesLocation:
    """The files of ``group`` at ``path``, with the options that they seem to be written with."""
    options: dict[str, str] = {}
    readings = [read.reading for read in group.read if read.reading and not read.reading.is_empty]
    csv = [reading for reading in readings if isinstance(reading, Reading)]
    if csv:
        options |= common_dialect(csv).options()
    if spellings(csv):
        options["readerCaseSensitive"] = "false"
    if any(isinstance(reading, JsonReading) and reading.multi_line for reading in readings):
        options["multiLine"] = "true"
    encodings = common_encoding([reading.encoding for reading in readings])
    if encodings.option:
        options["encoding"] = encodings.option
    if encodings.option.startswith("UTF-16"):
        options["lineSep"] = csv[0].line_separator if csv else "\n"
    return FilesLocation(
        path,
        group.format,
        options=options,
        schema_hints=", ".join(f"{quote_identifier(name)} STRING" for name in partitions),
        partition_columns=partitions,
        texts=group.format in (FileFormat.CSV, FileFormat.JSON),
        mixed_encodings=encodings.mixed,
        byte_encoding=encodings.byte_encoding,
    )
