"""What is said of the files of a folder: what is doubtful in how they are read, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medallion_core.browse.dialects import Reading
from medallion_core.browse.groups import Group, ReadFile, alike, common_encoding, differences
from medallion_core.browse.listing import FileSummary
from medallion_core.model import FilesLocation, Finding, Level

LOGS = {"_delta_log": "Delta", ".hoodie": "Hudi"}
"""Folders that hold the log of a table."""

NAMED = 3
"""Files that are named where others are as they are."""

_CORRECT = "Look at its sample rows, and correct how the files are read on the Sources page."


def doubts(group: Group, location: FilesLocation) -> Iterator[Finding]:
    readings = [read.reading for read in group.read if read.reading is not None]
    for reading in readings:
        for doubt in reading.doubts:
            yield Finding(Level.WARNING, reading.name, doubt, _CORRECT)
        if isinstance(reading, Reading) and reading.totals:
            detail = f"Its last line, {_cut(reading.totals[0])!r}, is not a row like the others."
            hint = (
                "The rule is_no_total sets it aside; take the rule out if it is a row all the same."
            )
            yield Finding(Level.WARNING, reading.name, detail, hint)
        if isinstance(reading, Reading) and reading.heading:
            yield _heading(reading)
        if isinstance(reading, Reading) and reading.header_again:
            hint = "The rule is_no_header sets it aside where it comes again."
            yield Finding(Level.WARNING, reading.name, "Its header is among its rows, too.", hint)
        if not reading.encoding.sure:
            detail = f"It seems to be written in {reading.encoding.name}; others would fit, too."
            yield Finding(Level.WARNING, reading.name, detail, _CORRECT)
    encodings = common_encoding([reading.encoding for reading in readings])
    if encodings.strange or encodings.option.startswith("UTF"):
        named = ", ".join(encodings.strange) or encodings.option
        detail = f"Its files are in {named}, which not every runtime reads."
        yield Finding(Level.WARNING, location.path, detail, f"{_CORRECT} UTF-8 is always read.")
    for difference in differences(group):
        yield Finding(Level.INFO, location.path, difference, "What a file lacks is NULL.")


def _heading(reading: Reading) -> Finding:
    line = _cut(", ".join(reading.heading))
    detail = f"The line below its names, {line!r}, has words where its rows have numbers."
    hint = "The rule is_no_heading sets it aside; take the rule out if it is a row all the same."
    return Finding(Level.WARNING, reading.name, detail, hint)


def written_apart(groups: Sequence[Group], group: Group) -> Iterator[Finding]:
    """That files with the same columns are written in different ways."""
    mine = group.read[0].reading
    for other in groups:
        theirs = other.read[0].reading
        if other is group or mine is None or theirs is None or other.format is not group.format:
            continue
        if alike(mine, theirs):
            detail = f"{mine.name} and {theirs.name} have the same columns and are written in"
            hint = "Feed one into the other on the Design page if they are one table."
            yield Finding(Level.WARNING, mine.name, f"{detail} different ways.", hint)


def left_out(path: str, files: Sequence[FileSummary]) -> Iterator[Finding]:
    for file in files:
        if file.is_unreadable and not file.is_hidden:
            kind = file.name.rpartition(".")[2]
            detail = f"{file.name} is not read: {kind} files are not."
            hint = "Unpack it, or save its rows as CSV or Parquet, next to it."
            yield Finding(Level.WARNING, path, detail, hint)


def other_tables(path: str, groups: Sequence[Group], group: Group) -> Iterator[Finding]:
    """Files among partitions that hold another table than most."""
    names = [other.read[0].file.name for other in groups if other is not group]
    if names:
        detail = f"Some of its files are another table than the rest: {', '.join(names[:NAMED])}."
        hint = (
            "Rows of theirs are read with the columns of the others. Keep them in another folder."
        )
        yield Finding(Level.WARNING, path, detail, hint)


def kept_by_a_log(path: str, files: Sequence[FileSummary]) -> Iterator[Finding]:
    """That the folder is a table whose log says which of its files hold."""
    for file in files:
        if file.is_directory and file.name in LOGS:
            detail = (
                f"It is the folder of a {LOGS[file.name]} table: files that its log took out are"
            )
            hint = "Choose the table itself among the tables of a catalog; register it if need be."
            yield Finding(Level.WARNING, path, f"{detail} read, too, as rows that are there.", hint)


def nothing_in(read: ReadFile) -> Finding:
    detail = f"{read.file.name} is empty: nothing is read from it."
    return Finding(Level.INFO, read.file.path, detail)


def _cut(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text
