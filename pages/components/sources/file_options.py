"""How files are read: what was guessed from them, to be corrected."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import streamlit as st

from medallion_core.model import FileFormat, FileRead, FilesLocation
from medallion_core.text.encodings import LATIN

_READ_HELP = (
    "incremental: Auto Loader takes each new file once · once: everything is read at each update"
)
_HINTS_HELP = "Types of columns that would be read wrongly; the other columns stay as they are."
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ENCODINGS = ("UTF-8", "ISO-8859-1", "UTF-16", "windows-1252")
_QUOTES = {'"': 'double: "', "'": "single: '", "": "none"}
_ESCAPES = {'"': 'doubled: ""', "'": "doubled: ''", "\\": "backslash: \\"}
_TRIMMED = ("ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace")
_SHOWN: dict[FileFormat, tuple[str, ...]] = {
    FileFormat.CSV: (
        *("header", "delimiter", "encoding", "multiLine", "quote", "escape", "comment"),
        *("skipRows", *_TRIMMED),
    ),
    FileFormat.JSON: ("encoding", "multiLine"),
}
_FORMAT_HELP = "What the files are, as detected. Another format reads them anew."
_HEADER_HELP = "Else the columns are numbered, and the first line is a row."
_LINES_HELP = "JSON over several lines, or line breaks within quotes: such files are read whole."
_SKIP_HELP = "So many lines at the top of each file are no rows."
_TRIM_HELP = "Blanks before and after a value are taken away as the file is read."
_CHOICE_HELP = {
    "Delimiter": "What stands between two values. Another one can be typed.",
    "Encoding": "How letters are written as bytes. A wrong one shows other letters in the sample.",
    "Quote": "What stands around a value that holds a delimiter or a line break.",
    "Quotes within quotes": "How a quote is written inside of a quoted value.",
}
_TEXTS_HELP = "Values stay the texts that they are, and silver types them: no zero is lost."


def show_file_options(location: FilesLocation) -> FilesLocation:
    """The location as a person corrected it; its path names the widgets."""
    key = location.path
    file_format, read = _format_and_read(location, key)
    _say_encodings(location)
    shown = _SHOWN.get(file_format, ())
    given = location.options if file_format is location.format else {}
    options = _text_options(given, shown, key) if shown else {}
    texts = bool(shown) and st.checkbox(
        "Keep values as text in bronze", location.texts, key=f"texts_{key}", help=_TEXTS_HELP
    )
    with st.expander("Read options", icon=":material/tune:"):
        hints = _hints(location, key)
        others = {name: value for name, value in given.items() if name not in shown}
        options |= _other_options(others, f"options_{key}")
    is_latin = options.get("encoding") == LATIN
    return replace(
        location,
        format=file_format,
        read=read,
        schema_hints=hints,
        options=options,
        mixed_encodings=location.mixed_encodings and is_latin,
        texts=texts,
        byte_encoding=location.byte_encoding if is_latin else "",
    )


def _format_and_read(location: FilesLocation, key: str) -> tuple[FileFormat, FileRead]:
    formats, ways = list(FileFormat), list(FileRead)
    with st.grid(2, min_column_width=200):
        file_format = st.selectbox(
            "Format",
            formats,
            formats.index(location.format),
            key=f"format_{key}",
            help=_FORMAT_HELP,
        )
        read = st.selectbox(
            "Read", ways, ways.index(location.read), key=f"read_{key}", help=_READ_HELP
        )
    return file_format, read


def _say_encodings(location: FilesLocation) -> None:
    if location.byte_encoding:
        st.info(f"These files are in {location.byte_encoding}: silver reads them as that.")
    if location.mixed_encodings:
        st.info("Some of these files are UTF-8 and some are not: silver reads each as what it is.")


def _hints(location: FilesLocation, key: str) -> str:
    written = st.text_input(
        "Schema hints",
        location.schema_hints,
        key=f"hints_{key}",
        placeholder="amount DECIMAL(12,2), ordered_at TIMESTAMP",
        help=_HINTS_HELP,
    )
    return written.strip()


def _text_options(given: dict[str, str], shown: tuple[str, ...], key: str) -> dict[str, str]:
    """The options of text formats that are guessed; a default is not written down."""
    options = {}
    with st.container(horizontal=True):
        if "header" in shown:
            header = st.checkbox(
                "First line holds the names",
                _is_true(given, "header"),
                key=f"header_{key}",
                help=_HEADER_HELP,
            )
            options["header"] = str(header).lower()
        if st.checkbox(
            "One row over several lines",
            _is_true(given, "multiLine"),
            key=f"multiLine_{key}",
            help=_LINES_HELP,
        ):
            options["multiLine"] = "true"
    with st.grid(2, min_column_width=200):
        if "delimiter" in shown:
            delimiter = _choice("Delimiter", _DELIMITERS, given.get("delimiter", ","), key)
            options |= {"delimiter": delimiter} if delimiter != "," else {}
        encodings = {name: name for name in _ENCODINGS}
        encoding = _choice("Encoding", encodings, given.get("encoding", "UTF-8"), key)
        options |= {"encoding": encoding} if encoding != "UTF-8" else {}
        if "quote" in shown:
            options |= _quote_options(given, key)
    return options


def _quote_options(given: dict[str, str], key: str) -> dict[str, str]:
    """What stands around values, above and between the rows of CSV."""
    quote = _choice("Quote", _QUOTES, given.get("quote", '"'), key)
    escape = _choice("Quotes within quotes", _ESCAPES, given.get("escape", "\\"), key)
    skipped = st.number_input(
        "Lines above the names",
        0,
        None,
        int(given.get("skipRows", "0")),
        key=f"skipRows_{key}",
        help=_SKIP_HELP,
    )
    comment = st.text_input(
        "Lines of comment begin with", given.get("comment", ""), key=f"comment_{key}", max_chars=1
    )
    trimmed = st.checkbox(
        "Blanks around values are not part of them",
        _is_true(given, _TRIMMED[0]),
        key=f"trimmed_{key}",
        help=_TRIM_HELP,
    )
    said = {"quote": quote, "escape": escape, "comment": comment, "skipRows": str(skipped)}
    defaults = {"quote": '"', "escape": "\\", "comment": "", "skipRows": "0"}
    options = {name: value for name, value in said.items() if value != defaults[name]}
    return options | (dict.fromkeys(_TRIMMED, "true") if trimmed else {})


def _is_true(options: dict[str, str], name: str) -> bool:
    return options.get(name) == "true"


def _choice(label: str, known: dict[str, str], value: str, key: str) -> str:
    """One of ``known`` (value to what it is called), or whatever a person types."""
    values = list(dict.fromkeys([*known, value]))
    chosen: str = st.selectbox(
        label,
        values,
        values.index(value),
        format_func=lambda text: known.get(text, text),
        accept_new_options=True,
        key=f"{label.lower()}_{key}",
        help=_CHOICE_HELP[label],
    )
    return chosen


def _other_options(options: dict[str, str], key: str) -> dict[str, str]:
    schema = pa.schema([("option", pa.string()), ("value", pa.string())])
    rows = [{"option": name, "value": value} for name, value in options.items()]
    edited = st.data_editor(
        pa.Table.from_pylist(rows, schema=schema),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
    )
    return {row["option"]: row["value"] or "" for row in edited.to_pylist() if row["option"]}
