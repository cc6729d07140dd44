"""Where the names of tables stand in a SQL text, found by its tokens.

Follows Spark's lexer for what is a string, a comment and an identifier, and Spark's grammar for
where a relation may stand: after FROM, JOIN, INTO, TABLE and the like, and after a comma of FROM.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<string>[rR]'[^']*'|[rR]"[^"]*"|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<quoted>`(?:[^`]|``)*`)
  | (?P<number>\.?\d[\d.]*(?:[eE][+-]?\d+)?[a-zA-Z]{0,2}(?!\w))
  | (?P<word>\w+)
  | (?P<symbol>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_QUERY = {"SELECT", "WITH", "FROM", "TABLE", "VALUES", "MAP", "REDUCE"}
_ENDS_FROM = {
    *("WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "EXCEPT", "MINUS"),
    *("INTERSECT", "SELECT", "SET", "WINDOW", "QUALIFY", "CLUSTER", "DISTRIBUTE", "SORT"),
    *("VALUES", "WHEN"),
}
_BEFORE_TABLE = {
    *("CREATE", "REPLACE", "DROP", "ALTER", "TRUNCATE", "REFRESH", "ANALYZE", "DESCRIBE", "DESC"),
    *("INTO", "OVERWRITE", "EXTERNAL", "TEMPORARY", "TEMP", "CACHE", "ON", "MATERIALIZED", "("),
}
_SKIPPED = {"TABLE", "IF", "NOT", "EXISTS", "STREAM", "LATERAL", "EXTENDED", "FORMATTED"}
_PATHS = {"parquet", "json", "csv", "text", "avro", "orc", "binaryfile", "delta"}


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword or symbol; empty for strings, numbers and quoted identifiers."""
        return self.text.upper() if self.kind in ("word", "symbol") else ""

    @property
    def name(self) -> str | None:
        if self.kind == "quoted":
            return self.text[1:-1].replace("``", "`")
        return self.text if self.kind == "word" else None


class Chain(NamedTuple):
    """Identifiers joined by dots, and where each of them ends in the text. ``starred`` where
    ``.*`` follows."""

    parts: tuple[str, ...]
    start: int
    ends: tuple[int, ...]
    starred: bool = False

    def qualifies(self, count: int) -> bool:
        """Whether something follows the first ``count`` parts."""
        return len(self.parts) + self.starred > count

    @property
    def end(self) -> int:
        return self.ends[-1]

    def head(self, count: int) -> Chain:
        return Chain(self.parts[:count], self.start, self.ends[:count])


def tokens(text: str) -> list[Token]:
    """The tokens of ``text`` without blanks and comments."""
    return [
        Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "blank"
    ]


def find_chains(text: str, local: Collection[str] = ()) -> tuple[list[Chain], list[Chain]]:
    """The names of tables in ``text``, and the dotted names that may be columns of them.

    Names in ``local`` (lower case), common table expressions, functions and paths of files are
    left out.
    """
    reader = _Reader(tokens(text))
    reader.read()
    known = {name.lower() for name in local} | reader.common
    tables = [chain for chain in reader.tables if not _is_local(chain, known)]
    return tables, reader.columns


def _is_local(chain: Chain, known: set[str]) -> bool:
    first = chain.parts[0].lower()
    if len(chain.parts) == 2:
        return first in _PATHS and "/" in chain.parts[1]
    return len(chain.parts) == 1 and first in known


@dataclass
class _Frame:
    """What stands within one pair of parentheses."""

    query: bool
    in_from: bool = False


@dataclass
class _Reader:
    tokens: list[Token]
    tables: list[Chain] = field(default_factory=list)
    columns: list[Chain] = field(default_factory=list)
    common: set[str] = field(default_factory=set)
    frames: list[_Frame] = field(default_factory=lambda: [_Frame(query=True)])
    expects: str = ""
    """The keyword after which the next name is a table's; empty where none is expected."""

    def read(self) -> None:
        position = 0
        while position < len(self.tokens):
            position = self._step(position)

    def _step(self, position: int) -> int:
        token = self.tokens[position]
        if token.word == "(":
            self._open(position)
        elif token.word == ")":
            self.frames = self.frames[:-1] or [_Frame(query=True)]
            self.expects = ""
        elif self._keyword(position):
            pass
        elif token.name is not None:
            return self._name(position)
        return position + 1

    def _open(self, position: int) -> None:
        query = self._word(position + 1) in _QUERY
        nested = bool(self.expects) and not query
        self.frames.append(_Frame(query or nested, in_from=nested))
        self.expects = "FROM" if nested else ""

    def _keyword(self, position: int) -> bool:
        """Whether the token was a keyword that matters here; then it was taken note of."""
        word, frame = self._word(position), self.frames[-1]
        if self._word(position - 1) == ".":
            return False
        if word == "FROM" and frame.query and not self._is_distinct_from(position):
            frame.in_from, self.expects = True, word
        elif self._starts_table(word, position) or (word == "," and frame.in_from):
            self.expects = word
        elif (word == "LATERAL" and self._word(position + 1) == "VIEW") or word in _ENDS_FROM:
            frame.in_from, self.expects = False, ""
        elif self.expects and word in _SKIPPED and self._word(position + 1) != ".":
            pass
        else:
            return False
        return True

    def _starts_table(self, word: str, position: int) -> bool:
        before = self._word(position - 1)
        if word in ("JOIN", "INTO"):
            return True
        if word in ("TABLE", "VIEW"):
            return before in _BEFORE_TABLE or position == 0
        if word in ("UPDATE", "DESCRIBE", "DESC"):
            return position == 0 and self._word(1) not in _QUERY - {"TABLE"}
        if word == "USING":
            return self._word(0) == "MERGE" and len(self.frames) == 1
        return word == "OVERWRITE" and before == "INSERT"

    def _is_distinct_from(self, position: int) -> bool:
        return self._word(position - 1) == "DISTINCT" and self._word(position - 2) in ("IS", "NOT")

    def _name(self, position: int) -> int:
        end = position + 1
        while self._word(end) == "." and self._is_name(end + 1):
            end += 2
        chain = self._chain(position, end)
        called = self._word(end) == "("
        if self.expects:
            if not (called and self.expects in ("FROM", "JOIN", ",", "USING", "LATERAL")):
                self.tables.append(chain)
            self.expects = ""
        elif self._word(end) == "AS" and self._word(end + 1) == "(":
            self.common.add(chain.parts[0].lower())
        elif called:
            self._note_common_with_columns(chain, end)
        else:
            self.columns.append(chain)
        return end

    def _note_common_with_columns(self, chain: Chain, opening: int) -> None:
        """``WITH name (a, b) AS (…)``."""
        closing = opening
        while closing < len(self.tokens) and self._word(closing) != ")":
            closing += 1
        if self._word(closing + 1) == "AS" and self._word(closing + 2) == "(":
            self.common.add(chain.parts[0].lower())

    def _chain(self, position: int, end: int) -> Chain:
        names = self.tokens[position:end:2]
        parts = tuple(token.name or "" for token in names)
        ends = tuple(token.end for token in names)
        return Chain(parts, names[0].start, ends, starred=self._word(end) == ".")

    def _is_name(self, position: int) -> bool:
        return position < len(self.tokens) and self.tokens[position].name is not None

    def _word(self, position: int) -> str:
        return self.tokens[position].word if 0 <= position < len(self.tokens) else ""
