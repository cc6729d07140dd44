"""Reads the words of a statement one after the other, for what Spark's parser does not know."""

from __future__ import annotations

import re
from collections.abc import Callable

from local_workspace.catalog.errors import SqlError, syntax_error
from local_workspace.catalog.relations import Token, tokens

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}


class Statement:
    """A statement and how far it has been read. Whatever does not fit raises SqlError 42601."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        while self.tokens and self.tokens[-1].word == ";":
            self.tokens.pop()
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.tokens)

    def peek(self, *words: str) -> bool:
        """Whether these keywords come next."""
        ahead = self.tokens[self.position : self.position + len(words)]
        return [token.word for token in ahead] == list(words)

    def take(self, *words: str) -> bool:
        """The same, and if they do, they are read."""
        found = self.peek(*words)
        if found:
            self.position += len(words)
        return found

    def take_any(self, *choices: str) -> str:
        """Whichever of ``choices``, a few words each, comes next; empty where none does."""
        return next((choice for choice in choices if self.take(*choice.split())), "")

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise self.error()

    def finish(self) -> None:
        if not self.at_end:
            raise self.error()

    def name(self) -> tuple[str, ...]:
        """A dotted name, in parts."""
        parts = [self._identifier()]
        while self.take("."):
            parts.append(self._identifier())
        return tuple(parts)

    def word(self) -> str:
        """One identifier, keyword or number as written."""
        return self._next().text

    def string(self) -> str:
        """A string; literals that follow each other are one, and a doubled quote is a quote."""
        token = self._next()
        if token.kind != "string":
            self.position -= 1
            raise self.error()
        value = unescape(token.text)
        while not self.at_end and self.tokens[self.position].kind == "string":
            following = self._next()
            quoted = following.start == token.end and following.text[0] == token.text[0]
            value += (token.text[0] if quoted else "") + unescape(following.text)
            token = following
        return value

    def group(self) -> str:
        """The text between a pair of parentheses, which are read as well."""
        self.expect("(")
        start, depth = self.tokens[self.position - 1].end, 1
        while depth:
            token = self._next()
            depth += (token.word == "(") - (token.word == ")")
        return self.text[start : token.start]

    def until(self, *words: str) -> str:
        """The text up to one of ``words`` outside parentheses, or to the end; not read itself."""
        start, depth, end = self._start(), 0, len(self.text)
        while not self.at_end:
            token = self.tokens[self.position]
            depth += (token.word == "(") - (token.word == ")")
            if depth == 0 and token.word in words:
                return self.text[start : token.start]
            self.position += 1
            end = token.end
        return self.text[start:end]

    def rest(self) -> str:
        """The text from here on."""
        return self.until()

    def items(self) -> list[str]:
        """What stands between the commas of a pair of parentheses."""
        return split(self.group())

    def error(self) -> SqlError:
        near = "end of input" if self.at_end else self.tokens[self.position].text
        return syntax_error(near)

    def _start(self) -> int:
        return len(self.text) if self.at_end else self.tokens[self.position].start

    def _identifier(self) -> str:
        name = self._next().name
        if name is None:
            self.position -= 1
            raise self.error()
        return name

    def _next(self) -> Token:
        if self.at_end:
            raise self.error()
        self.position += 1
        return self.tokens[self.position - 1]


def split(text: str, separator: str = ",") -> list[str]:
    """``text`` cut at the separators that stand outside parentheses and strings.

    >>> split("a, f(b, c), 'd,e'")
    ['a', 'f(b, c)', "'d,e'"]
    """
    pieces, start, depth = [], 0, 0
    for token in tokens(text):
        depth += (token.word == "(") - (token.word == ")")
        if token.word == separator and depth == 0:
            pieces.append(text[start : token.start].strip())
            start = token.end
    last = text[start:].strip()
    return [*pieces, last] if last or pieces else []


def unescape(literal: str) -> str:
    r"""The value of a Spark SQL string literal.

    >>> unescape("'it\\'s'"), unescape(r"r'a\b'")
    ("it's", 'a\\b')
    """
    if literal[0] in "rR":
        return literal[2:-1]
    return _ESCAPE.sub(_character, literal[1:-1])


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    letter = match[3]
    return f"\\{letter}" if letter in "%_" else _LETTERS.get(letter, letter)


def replace_tokens(
    text: str, replacement: Callable[[list[Token], int], tuple[int, str] | None]
) -> str:
    """``text`` with runs of tokens replaced: ``replacement`` is asked at each token, and answers
    with how many tokens to replace, and by what."""
    found, pieces, position, index = tokens(text), [], 0, 0
    while index < len(found):
        answer = replacement(found, index)
        if answer is not None:
            count, new = answer
            pieces += [text[position : found[index].start], new]
            position = found[index + count - 1].end
        index += answer[0] if answer else 1
    return "".join([*pieces, text[position:]])
