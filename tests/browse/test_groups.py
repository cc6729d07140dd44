"""Which files of a folder are one table."""

from __future__ import annotations

import pytest

from medallion_core.browse.dialects import Sample, read_dialect
from medallion_core.browse.dialects.encodings import Encoding
from medallion_core.browse.groups import (
    Encodings,
    ReadFile,
    common_encoding,
    group_files,
    pattern_of,
)
from medallion_core.browse.listing import FileSummary
from medallion_core.model import FileFormat, FilesLocation, Source


def read(name: str, text: str) -> ReadFile:
    file = FileSummary(name, f"/Volumes/a/b/c/{name}", is_directory=False)
    return ReadFile(file, FileFormat.CSV, read_dialect(Sample(name, (text.encode(),))), ())


def test_files_with_the_same_columns_are_one_table() -> None:
    files = [read("oslo.csv", "id,city\n1,a\n"), read("rome.csv", "city,id,zip\nb,2,7\n")]
    [group] = group_files(files)
    assert pattern_of(group, []) == "/Volumes/a/b/c/*.csv"


def test_files_with_other_columns_are_another() -> None:
    files = [read("a.csv", "id,city\n1,x\n"), read("b.csv", "order_id,amount,on\n1,2,3\n")]
    assert len(group_files(files)) == 2


def test_files_that_are_written_in_another_way_are_apart() -> None:
    files = [read("a.csv", "id,city\n1,x\n"), read("b.csv", "id;city\n1;x\n")]
    assert len(group_files(files)) == 2


def test_a_pattern_fits_the_files_of_one_table_only() -> None:
    first, second = read("orders_1.csv", "id,n\n1,2\n"), read("orders_2.csv", "id,n\n1,2\n")
    other = FileSummary("refunds.csv", "/Volumes/a/b/c/refunds.csv", is_directory=False)
    [group] = group_files([first, second])
    assert pattern_of(group, [other]) == "/Volumes/a/b/c/orders_*.csv"
    [alone] = group_files([first])
    assert pattern_of(alone, [other]) == "/Volumes/a/b/c/orders_1.csv"


def test_a_name_with_marks_of_a_pattern_is_itself() -> None:
    [group] = group_files([read("a[1]*.csv", "id,n\n1,2\n")])
    assert pattern_of(group, []) == "/Volumes/a/b/c/a\\[1\\]\\*.csv"


@pytest.mark.parametrize(
    ("found", "encodings"),
    [
        (["", "UTF-8"], Encodings()),
        (["UTF-8", "ISO-8859-1"], Encodings("ISO-8859-1", mixed=True)),
        (["windows-1252", "ISO-8859-1"], Encodings("ISO-8859-1", byte_encoding="windows-1252")),
        (["KOI8-R"], Encodings("ISO-8859-1", byte_encoding="KOI8-R")),
        (["UTF-16LE"], Encodings("UTF-16LE")),
        (["Shift_JIS"], Encodings("Shift_JIS", strange=("Shift_JIS",))),
    ],
)
def test_files_are_read_in_one_encoding(found: list[str], encodings: Encodings) -> None:
    assert common_encoding([Encoding(name) for name in found]) == encodings


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("part-00000-3f2a9c1e-aaaa-bbbb-cccc-0123456789ab.csv.gz", "part"),
        ("orders_2024-01-31.csv", "orders"),
        ("customers.txt", "customers"),
    ],
)
def test_a_stem_is_a_name_without_its_numbers(name: str, stem: str) -> None:
    assert FileSummary(name, "", is_directory=False).stem == stem


@pytest.mark.parametrize(
    ("path", "folder", "name"),
    [
        ("/Volumes/a/b/c/orders", "/Volumes/a/b/c/orders", "orders"),
        ("/Volumes/a/b/c/orders.csv.gz", "/Volumes/a/b/c/orders.csv.gz", "orders"),
        ("/Volumes/a/b/c/orders_*.csv", "/Volumes/a/b/c", "orders"),
        ("/Volumes/a/b/c/*.csv", "/Volumes/a/b/c", "c"),
        ("/Volumes/a/b/c/a\\[1\\].csv", "/Volumes/a/b/c", "a"),
    ],
)
def test_what_a_path_is_called_and_what_is_listed(path: str, folder: str, name: str) -> None:
    location = FilesLocation(path, FileFormat.CSV)
    assert (location.folder, Source(location, ()).name) == (folder, name)
