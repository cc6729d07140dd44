"""SQL as tokens: the one place that takes SQL text apart.

sqlglot's tokenizer for Databricks does it, told that words are words: what one means depends on
where it stands. What most SQL is made of, words, plain literals and marks that mean the same in any
order, is taken apart by a pattern, in a quarter of the time and with the same tokens. Every token
keeps its place, so that a change of SQL changes that place only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from medallion_core.errors import MedallionError

if TYPE_CHECKING:
    from sqlglot.dialects.databricks import Databricks
    from sqlglot.tokens import Tokenizer


class Kind(Enum):
    WORD = "word"
    """A keyword or a bare name."""
    QUOTED = "quoted"
    """A name in backticks."""
    STRING = "string"
    NUMBER = "number"
    MARK = "mark"
    """An operator, a bracket, a comma."""


class Token(NamedTuple):
    """``text`` stands at ``start`` up to before ``end``."""

    kind: Kind
    text: str
    start: int
    end: int
    word: str
    """A bare word in lower case, or a mark; empty for what is quoted and for numbers."""

    @property
    def value(self) -> str:
        """The name that a word or a quoted name stands for; of all others the text."""
        return self.text[1:-1].replace("``", "`") if self.kind is Kind.QUOTED else self.text

    @property
    def is_name(self) -> bool:
        return self.kind in (Kind.WORD, Kind.QUOTED)


END = Token(Kind.MARK, "", 0, 0, "")
"""Stands after the last token."""

_KINDS = {kind.value: kind for kind in Kind}
_WORD_KINDS = frozenset({Kind.WORD.value, Kind.MARK.value})

_OPERATORS = ("==", "<=>", "<>", "!=", "<=", ">=", "!<", "!>", "||", "|>", "::", "?::", "->", "=>")
_MARKS = frozenset("()[]{}&^:,.-=><%!|+;/\\*~?@#$")
_NUMBER = re.compile(r"\d+[lsy]|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?(d|f|bd)?", re.IGNORECASE)

_PLAIN = re.compile(
    r"""
    (?P<word>[a-z_]\w*+(?!['"]))
    | (?P<quoted>`[^`\\]++`(?!`))
    | (?P<string>'[^'\\]*+'(?!'))
    | (?P<number>(?<!\.)\d++(?:\.\d++)?+(?![\w.]))
    | (?P<mark><=>|[<>!=]=|<>|=>|\|\||->|[()\[\],.;<>=+*%]|-(?!-)|/(?![/*]))
    | [ \n\t]++
    | --[^\n\r\\{]*+(?![\r\\{])
    """,
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)
"""Nothing that is escaped or prefixed (``r'…'``), no comment but of a line, no number with an
exponent or a type: what it does not match is left to the tokenizer."""


@lru_cache(maxsize=16384)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of ``text``, without comments.

    Raises MedallionError EXPRESSION_INVALID where a quote or a comment is not closed, and for a
    comment that Spark would read on in the next line.
    """
    return tuple(tokens_of_script(text))


def tokens_of_script(text: str) -> list[Token]:
    """The same of a text that is read once: none of its ten thousands of tokens are kept."""
    plain = _plain(text)
    return _tokenized(text) if plain is None else plain


def _plain(text: str) -> list[Token] | None:
    """The tokens of a text that is plain from its start to its end, else None."""
    result: list[Token] = []
    before = 0
    for found in _PLAIN.finditer(text):
        start, end = found.span()
        if start != before:
            return None
        if kind := found.lastgroup:
            of_it = found[0]
            word = of_it.lower() if kind in _WORD_KINDS else ""
            result.append(Token(_KINDS[kind], of_it, start, end, word))
        before = end
    return result if before == len(text) else None


def _tokenized(text: str) -> list[Token]:
    result: list[Token] = []
    for start, end in _spans(text):
        _check_gap(text[result[-1].end if result else 0 : start])
        kind = _kind(text[start:end])
        if kind is Kind.NUMBER and _has_point(result, start):
            start = result.pop().start
        of_it = text[start:end]
        word = of_it.lower() if kind.value in _WORD_KINDS else ""
        result.append(Token(kind, of_it, start, end, word))
    _check_gap(text[result[-1].end if result else 0 :])
    return result


def without_comments(text: str) -> str:
    """``text`` with a blank for each comment, and nothing around it. Raises as ``tokens``.

    >>> without_comments("a > 0 -- positive")
    'a > 0'
    """
    found = tokens(text)
    gaps = [text[left.end : right.start] for left, right in pairwise(found)]
    blanks = [" " if gap.strip() else gap for gap in gaps] + [""] * bool(found)
    return "".join(token.text + gap for token, gap in zip(found, blanks, strict=True))


class Cursor:
    """Goes through the tokens of ``text`` once; ``at`` is the one that comes next."""

    def __init__(self, text: str, found: Sequence[Token], at: int = 0) -> None:
        self.text = text
        self.tokens = found
        self.at = at

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else END

    def take(self) -> Token:
        token = self.peek()
        if token is END:
            raise invalid_expression(f"It ends too early: {_start(self.text)}.")
        self.at += 1
        return token

    def accepts(self, word: str) -> bool:
        """Whether ``word`` comes next; if so, it is taken."""
        accepted = self.peek().word == word
        self.at += accepted
        return accepted

    def last_end(self) -> int:
        """Where what was taken last has ended."""
        return self.tokens[self.at - 1].end if self.at else 0


def invalid_expression(problem: str) -> MedallionError:
    return MedallionError(
        "EXPRESSION_INVALID",
        problem,
        "Write one SQL expression over the columns of the table, odd names in backticks.",
    )


def _spans(text: str) -> list[tuple[int, int]]:
    """Where each token starts and ends."""
    from sqlglot.errors import TokenError

    # A bracket before it, since a text that begins with a word such as SHOW would be a command.
    try:
        found = _tokenizer().tokenize(f"({text}")
    except TokenError as error:
        raise invalid_expression(f"A quote or a comment is not closed: {_start(text)}.") from error
    return [(token.start - 1, token.end) for token in found[1:]]


def _tokenizer() -> Tokenizer:
    """A tokenizer of its own for each text: it keeps where it is."""
    words, dialect = _dialect()
    return words(dialect)


@cache
def _dialect() -> tuple[type[Tokenizer], Databricks]:
    """Imported with the first text: it takes a quarter of a second."""
    from sqlglot.dialects.databricks import Databricks

    class Words(Databricks.Tokenizer):
        KEYWORDS: ClassVar = dict.fromkeys(_OPERATORS, Databricks.Tokenizer.KEYWORDS["=="])

    return Words, Databricks()


def _check_gap(gap: str) -> None:
    """What lies between two tokens is blank or a comment, of those that Spark has."""
    if "{#" in gap or "\\\n" in gap:
        raise invalid_expression(f"This is not a comment of SQL: {_start(gap)}.")


def _kind(text: str) -> Kind:
    if text[0] == "`":
        return Kind.QUOTED
    if text[-1] in "'\"":
        return Kind.STRING
    if text[0] in _MARKS:
        return Kind.MARK
    return Kind.NUMBER if _NUMBER.fullmatch(text) else Kind.WORD


def _has_point(before: Sequence[Token], start: int) -> bool:
    """Whether a number begins with the point that stands right before it: ``.5``."""
    if not before or before[-1].text != "." or before[-1].end != start:
        return False
    left = before[-2] if len(before) > 1 else before[-1]
    return not (left.end == before[-1].start and (left.is_name or left.text in ("]", ")")))


def _start(text: str) -> str:
    return repr(text.strip()[:60])
