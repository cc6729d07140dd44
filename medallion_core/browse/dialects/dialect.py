"""How text files are written: the vocabulary, and the reader options that say so."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """What was read of one file, as bytes. ``parts`` come in the order of the file, the first
    from its beginning; ``whole`` where nothing lies between and behind them."""

    name: str
    parts: tuple[bytes, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the rows of CSV text are told apart.

    ``quote`` and ``escape`` are empty where there are none; an ``escape`` that is the quote means
    that quotes are doubled. ``skip_rows`` lines stand above the header. ``trim``: blanks around
    values are not part of them. ``multi_line``: quoted values hold line breaks.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    _: KW_ONLY
    comment: str = ""
    skip_rows: int = 0
    header: bool = True
    trim: bool = False
    multi_line: bool = False

    def options(self) -> dict[str, str]:
        """Reader options; a default is not written down, but for the header.

        https://spark.apache.org/docs/latest/sql-data-sources-csv.html; ``skipRows`` is an option
        of Databricks.
        """
        options = {"header": str(self.header).lower()}
        if self.delimiter != ",":
            options["delimiter"] = self.delimiter
        if self.quote != '"':
            options["quote"] = self.quote
        if self.quote and self.escape != "\\":
            options["escape"] = self.escape or self.quote
        if self.comment:
            options["comment"] = self.comment
        if self.skip_rows:
            options["skipRows"] = str(self.skip_rows)
        if self.trim:
            options |= {"ignoreLeadingWhiteSpace": "true", "ignoreTrailingWhiteSpace": "true"}
        if self.multi_line:
            options["multiLine"] = "true"
        return options
