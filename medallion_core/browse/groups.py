"""Which files of a folder hold the same table, and how they are read together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import takewhile
from typing import Any

from medallion_core.browse.dialects import Dialect, Reading
from medallion_core.browse.dialects.encodings import Encoding
from medallion_core.browse.json_texts import JsonReading
from medallion_core.browse.listing import FileSummary
from medallion_core.model import FileFormat
from medallion_core.text.encodings import LATIN, UTF8, WINDOWS, is_single_byte

ALIKE = 0.5
"""Share of all their names that two files of one table have in common."""

_WIDE = ("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file with what its sample told; ``reading`` is None for formats that describe themselves.
    ``alike`` are the files of the same stem, which were not all looked at."""

    file: FileSummary
    format: FileFormat
    reading: Reading | JsonReading | None
    alike: tuple[FileSummary, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one table."""

    format: FileFormat
    read: tuple[ReadFile, ...]

    @property
    def files(self) -> tuple[FileSummary, ...]:
        every = {file.path: file for read in self.read for file in (read.file, *read.alike)}
        return tuple(every.values())


def group_files(read: Sequence[ReadFile]) -> list[Group]:
    """The files that are written alike and have most of their columns in common, together."""
    groups: list[Group] = []
    for one in read:
        for number, group in enumerate(groups):
            if _belongs(one, group):
                groups[number] = replace(group, read=(*group.read, one))
                break
        else:
            groups.append(Group(one.format, (one,)))
    return groups


def _belongs(one: ReadFile, group: Group) -> bool:
    first = group.read[0]
    if one.format is not first.format:
        return False
    if one.reading is None or first.reading is None:
        return one.file.stem == first.file.stem
    return _written(one) == _written(first) and alike(one.reading, first.reading)


def alike(one: Reading | JsonReading, other: Reading | JsonReading) -> bool:
    """Whether two files have most of their columns in common; without names, as many."""
    if isinstance(one, Reading) and not one.dialect.header:
        return len(one.columns) == len(other.columns)
    names, others = ({name.lower() for name in r.columns} for r in (one, other))
    return len(names & others) >= ALIKE * len(names | others)


def _written(read: ReadFile) -> tuple[object, ...]:
    """What files must share to be read in one go."""
    match read.reading:
        case Reading(dialect=dialect, encoding=encoding):
            wide = encoding.name if encoding.name in _WIDE else ""
            quote = dialect.quote if dialect.quote else '"'
            return (dialect.delimiter, quote, dialect.header, dialect.skip_rows, wide)
        case JsonReading(multi_line=multi_line, envelope=envelope):
            return (multi_line, envelope)
    return ()


# ── How the files of a group are read ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Encodings:
    """What a location says of its files' encodings. ``strange`` ones cannot be read together, or
    not by Spark."""

    option: str = ""
    mixed: bool = False
    byte_encoding: str = ""
    strange: tuple[str, ...] = ()


def common_encoding(found: Sequence[Encoding]) -> Encodings:
    """One way of reading files in all of these encodings.

    Spark 4 reads ISO-8859-1, UTF-8, UTF-16 and UTF-32; what has a byte for a character is read
    as ISO-8859-1, and each byte is looked up in silver.
    """
    names = Counter(encoding.name for encoding in found if encoding.name)
    others = [name for name, _ in names.most_common() if name != UTF8]
    if not others:
        return Encodings()
    if others[0] in _WIDE:
        return Encodings(others[0])
    if WINDOWS in others and set(others) <= {WINDOWS, LATIN}:
        others = [WINDOWS]
    mixed = UTF8 in names or any(encoding.mixed for encoding in found)
    if not is_single_byte(others[0]) and others[0] != LATIN:
        return Encodings(others[0], strange=tuple(others))
    byte_encoding = "" if others[0] == LATIN else others[0]
    return Encodings(LATIN, mixed, byte_encoding, tuple(others[1:]))


def common_dialect(readings: Sequence[Reading]) -> Dialect:
    """The dialect that reads all of these files, which differ in little."""
    dialects = [reading.dialect for reading in readings]
    first = Counter(dialects).most_common(1)[0][0]
    return replace(
        first,
        quote=min((dialect.quote for dialect in dialects), key=bool),
        escape=next((d.escape for d in dialects if d.escape == "\\"), first.escape),
        comment=next((d.comment for d in dialects if d.comment), ""),
        trim=any(dialect.trim for dialect in dialects),
        multi_line=any(dialect.multi_line for dialect in dialects),
    )


# ── Where the files of a group lie ───────────────────────────────────────────────────────────


def pattern_of(group: Group, others: Sequence[FileSummary]) -> str:
    """A path that fits the files of ``group`` and none of ``others``: a file's own, or a pattern
    that new files of the table will fit, too."""
    files = group.files
    folder = files[0].path.rpartition("/")[0]
    if len(files) == 1:
        return f"{folder}/{_escaped(files[0].name)}"
    strange = [file.name for file in others]
    for pattern in _patterns([file.name for file in files]):
        if not any(fnmatchcase(name, pattern) for name in strange):
            return f"{folder}/{pattern}"
    listed = ",".join(_escaped(file.name) for file in files)
    return f"{folder}/{{{listed}}}"


def _patterns(names: Sequence[str]) -> Iterator[str]:
    shared = takewhile(lambda letters: len({*letters}) == 1, zip(*names, strict=False))
    prefix = "".join(letters[0] for letters in shared).rstrip("0123456789")
    endings = {name[name.rindex(".") :] if "." in name else "" for name in names}
    ending = endings.pop() if len(endings) == 1 else ""
    yield f"{_escaped(prefix)}*{ending}"


def _escaped(name: str) -> str:
    """As a part of a Hadoop glob."""
    return "".join(f"\\{mark}" if mark in "*?[]{}\\" else mark for mark in name)


def spellings(readings: Sequence[Reading]) -> dict[str, list[str]]:
    """The names in headers that differ in case only, between files, by their lower case."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(n for r in readings if r.dialect.header for n in r.columns):
        found.setdefault(name.lower(), []).append(name)
    return {lower: names for lower, names in found.items() if len(names) > 1}


def differences(group: Group) -> Iterator[str]:
    """What the files of a group do not share, file by file."""
    readings: list[Any] = [read.reading for read in group.read if read.reading is not None]
    every = {name.lower(): name for reading in reversed(readings) for name in reading.columns}
    for names in spellings([r for r in readings if isinstance(r, Reading)]).values():
        yield f"Its files write {' and '.join(names)}, which are read as one column."
    for reading in readings:
        own = {name.lower() for name in reading.columns}
        missing = [name for lower, name in every.items() if lower not in own]
        named = isinstance(reading, JsonReading) or reading.dialect.header
        if missing and named and isinstance(reading, Reading):
            yield f"{reading.name} lacks {', '.join(missing)}."
