"""Folders of files in the shapes that people have them, as sources."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_workspace.testing import RunningWorkspace
from medallion_core.browse import file_sources, sample_rows
from medallion_core.model import FileFormat, FilesLocation, Source
from medallion_core.profile import profile_source
from medallion_core.workspace import Workspace, connect

VOLUME = "/Volumes/main/shapes/files"
ARRAY = '[\n {"id": 1, "big": 12345678901234567890},\n {"id": 2, "big": 12345678901234567891}\n]'
FILES: dict[str, str | bytes] = {
    "flat/customers.csv": "customer_id,name\n1,Ann\n2,Bob\n",
    "flat/orders_1.csv": "order_id,customer_id,total\n10,1,20.50\n",
    "flat/orders_2.csv": "order_id,customer_id,total\n11,2,30.00\n",
    "gtfs/stops.txt": "stop_id,stop_name\nS1,North\nS2,South\n",
    "gtfs/trips.txt": "route_id,trip_id\nR1,T1\nR2,T3\n",
    "notes/a.txt": "first\nsecond thing\n",
    "codes/a.csv": "zip,routing\n00501,021000021\n01010,011000015\n",
    "quotes/a.csv": 'id,said\n1,"He said ""fine, thanks"", and left"\n2,"12"" pipe"\n',
    "euro/a.csv": "id,note\n1,“fine” – 5 €\n2,it’s\n".encode("cp1252"),
    "wide/a.csv": "id,city\r\n1,Köln\r\n2,Süd\r\n".encode("utf-16"),
    "titles/a.csv": "Spend over 250,,\n,,\nid,who,amount\n1,a,300.00\n2,b,99.50\nTotal,,399.50\n",
    "packed/a.csv.gz": gzip.compress(b"id,amount\n1,2.50\n"),
    "zipped/a.zip": b"PK\x03\x04",
    "nothing/a.csv": "",
    "header_only/a.csv": "refund_id,amount\n",
    "parts/year=2024/month=01/region=NO/a.csv": "id,amount\n1,10.0\n",
    "parts/year=2024/month=11/region=SE/a.csv": "id,amount\n2,20.0\n",
    "spelled/a.json": '{"Id": "a", "Upn": "x"}\n{"Id": "b", "UPN": "y"}\n',
    "array/a.json": ARRAY,
    "envelope/a.json": json.dumps({"meta": {"page": 1}, "data": [{"id": 1}]}, indent=1),
    "late/a.csv": "id,s\n" + "".join(f"{i},x\n" for i in range(1, 251)) + '251,"two\nlines"\n',
    "taken/a.csv": "id,_rescued_data\n1,x\n2,y\n",
    "cased/1.csv": "id,name\n1,a\n",
    "cased/2.csv": "name,ID\nb,2\n",
    "years/2023/a.csv": "id,amount\n1,10.0\n",
    "years/2024/a.csv": "id,amount\n2,20.0\n",
    "tables/2023/customers.csv": "customer_id,name\n1,Ann\n",
    "tables/2023/orders.csv": "order_id,total,tax,day\n1,2.5,0.5,2023-01-31\n",
    "lake/_delta_log/0.json": "{}",
    "lake/a.json": '{"id": 1}\n',
    "arrays/a.json": "[1]\n[2]\n",
    "unread/books.xml": "<a/>",
    "deep/down/a.csv": "id\n1\n",
    "units/a.csv": "hour,temp,hpa\nh,°C,hPa\n1,2.5,1001\n2,3.5,1002\n",
    "apart/one.csv": "id,city\n1,Oslo\n2,Rome\n",
    "apart/two.csv": "id;city\n3;Kiel\n4;Bern\n",
}


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    workspace.sql("CREATE SCHEMA main.shapes")
    workspace.sql("CREATE VOLUME main.shapes.files")
    for name, content in FILES.items():
        path = Path(workspace.home / "volumes/main/shapes/files" / name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    connected = connect()
    yield connected
    connected.close()


def found(ws: Workspace, folder: str) -> dict[str, Source]:
    return {source.name: source for source in file_sources(ws, f"{VOLUME}/{folder}")}


def rows_of(ws: Workspace, source: Source) -> list[dict[str, Any]]:
    rows = sample_rows(ws, source.location, 500).to_pylist()
    return [{k: v for k, v in row.items() if k != "_rescued_data"} for row in rows]


def asked(source: Source) -> str:
    return " ".join(f"{question.subject} {question.detail}" for question in source.questions)


def test_a_flat_folder_of_tables_is_a_source_for_each(ws: Workspace) -> None:
    sources = found(ws, "flat")
    assert sorted(sources) == ["customers", "orders"]
    assert len(rows_of(ws, sources["orders"])) == 2
    assert len(rows_of(ws, sources["customers"])) == 2


def test_one_file_can_be_chosen(ws: Workspace) -> None:
    sources = found(ws, "flat/orders_1.csv")
    assert [row["order_id"] for row in rows_of(ws, sources["orders_1"])] == ["10"]


def test_text_that_is_csv_is_csv(ws: Workspace) -> None:
    sources = found(ws, "gtfs")
    assert [column.name for column in sources["trips"].columns] == ["route_id", "trip_id"]
    [notes] = found(ws, "notes").values()
    assert isinstance(notes.location, FilesLocation)
    assert notes.location.format is FileFormat.TEXT


def test_zeros_in_front_are_kept(ws: Workspace) -> None:
    [codes] = found(ws, "codes").values()
    assert rows_of(ws, codes)[0] == {"zip": "00501", "routing": "021000021"}


def test_doubled_quotes_are_read(ws: Workspace) -> None:
    [quotes] = found(ws, "quotes").values()
    said = [row["said"] for row in rows_of(ws, quotes)]
    assert said == ['He said "fine, thanks", and left', '12" pipe']


def test_bytes_that_spark_cannot_read_are_named(ws: Workspace) -> None:
    [euro] = found(ws, "euro").values()
    assert isinstance(euro.location, FilesLocation)
    assert euro.location.byte_encoding == "windows-1252"


def test_utf_16_is_read_and_told_of(ws: Workspace) -> None:
    [wide] = found(ws, "wide").values()
    assert rows_of(ws, wide)[0] == {"id": "1", "city": "Köln"}
    assert "UTF-16" in asked(wide)


def test_titles_are_skipped_and_totals_told_of(ws: Workspace) -> None:
    [titles] = found(ws, "titles").values()
    assert [column.name for column in titles.columns] == ["id", "who", "amount"]
    assert len(rows_of(ws, titles)) == 3
    assert "Total" in asked(titles)


def test_what_is_packed_is_read_or_told_of(ws: Workspace) -> None:
    [packed] = found(ws, "packed").values()
    assert rows_of(ws, packed) == [{"id": "1", "amount": "2.50"}]
    [zipped] = found(ws, "zipped").values()
    assert not zipped.columns
    assert "zip" in asked(zipped)


def test_empty_files_are_told_of(ws: Workspace) -> None:
    [nothing] = found(ws, "nothing").values()
    assert not nothing.columns
    assert "empty" in asked(nothing)
    [header_only] = found(ws, "header_only").values()
    assert [column.name for column in header_only.columns] == ["refund_id", "amount"]
    assert rows_of(ws, header_only) == []


def test_a_column_that_reading_adds_is_told_of(ws: Workspace) -> None:
    (source,) = file_sources(ws, f"{VOLUME}/taken")
    assert source.columns == ()
    assert "_rescued_data" in source.questions[0].detail


def test_partitions_are_columns_of_text(ws: Workspace) -> None:
    [parts] = found(ws, "parts").values()
    assert {tuple(row.values()) for row in rows_of(ws, parts)} == {
        ("1", "10.0", "2024", "01", "NO"),
        ("2", "20.0", "2024", "11", "SE"),
    }


def test_names_that_differ_in_case_lose_nothing(ws: Workspace) -> None:
    [spelled] = found(ws, "spelled").values()
    assert "Upn and UPN" in asked(spelled)
    rows = str(sample_rows(ws, spelled.location).to_pylist())
    assert "x" in rows
    assert "y" in rows


def test_headers_that_differ_in_case_are_one(ws: Workspace) -> None:
    [cased] = found(ws, "cased").values()
    rows = [{name.lower(): value for name, value in row.items()} for row in rows_of(ws, cased)]
    assert sorted(rows, key=str) == [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]
    assert asked(cased).endswith("Its files write id and ID, which are read as one column.")


def test_folders_of_years_are_one_source(ws: Workspace) -> None:
    [years] = found(ws, "years").values()
    assert years.name == "years"
    assert sorted(row["id"] for row in rows_of(ws, years)) == ["1", "2"]
    assert sorted(found(ws, "tables")) == ["customers", "orders"]


@pytest.mark.parametrize(("folder", "named"), [("unread", "books.xml"), ("deep", "down")])
def test_a_folder_of_which_nothing_is_read_is_told_of(
    ws: Workspace, folder: str, named: str
) -> None:
    sources = {source.name: source for source in file_sources(ws, VOLUME)}
    assert not sources[folder].columns
    assert named in asked(sources[folder])


def test_the_folder_of_a_delta_table_is_told_of(ws: Workspace) -> None:
    [lake] = found(ws, "lake").values()
    assert [column.name for column in lake.columns] == ["id"]
    assert "folder of a Delta table" in asked(lake)


def test_what_has_no_columns_is_told_of(ws: Workspace) -> None:
    [arrays] = found(ws, "arrays").values()
    assert not arrays.columns


def test_a_line_of_units_is_profiled_as_no_row(ws: Workspace) -> None:
    [units] = found(ws, "units").values()
    assert "'h, °C, hPa', has words" in asked(units)
    profile = profile_source(ws, units)
    assert profile.row_count == 2
    assert {cast.share for cast in profile.column("temp").casts if "dec" in cast.type} == {1.0}


def test_documents_of_json(ws: Workspace) -> None:
    [array] = found(ws, "array").values()
    assert [row["big"] for row in rows_of(ws, array)] == [
        "12345678901234567890",
        "12345678901234567891",
    ]
    [envelope] = found(ws, "envelope").values()
    assert "data" in asked(envelope)


def test_a_line_break_in_the_last_row_is_one_value(ws: Workspace) -> None:
    [late] = found(ws, "late").values()
    assert rows_of(ws, late)[-1] == {"id": "251", "s": "two\nlines"}


def test_files_written_in_two_ways_are_apart_and_asked(ws: Workspace) -> None:
    sources = found(ws, "apart")
    assert sorted(sources) == ["one", "two"]
    assert all("different ways" in asked(source) for source in sources.values())
