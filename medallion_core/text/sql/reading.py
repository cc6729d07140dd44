"""How an SQL expression is read.

Expressions are read by their tokens and never printed again, so that what is not changed stays as
a person wrote it.
"""

from __future__ import annotations

from functools import lru_cache

from medallion_core.errors import MedallionError
from medallion_core.text.sql import ahead
from medallion_core.text.sql.ahead import SIGNS
from medallion_core.text.sql.expression import Call, Cast, Column, Expression, Span
from medallion_core.text.sql.words import BEFORE_BY, BETWEEN, UNIT_FIRST, UNITS, VALUES
from medallion_core.text.tokens import END, Cursor, Kind, Token, invalid_expression, tokens
from medallion_core.text.type_grammar import TypeReader

_CLOSING = {"(": ")", "[": "]"}
_DIVISIONS = ("/", "%", "div")
_OPERAND = "an operand"
_MAX_DEPTH = 60


@lru_cache(maxsize=16384)
def read(text: str) -> Expression:
    """Raises MedallionError EXPRESSION_INVALID where brackets do not match or a quote is open."""
    return _Reader(text).read()


class _Reader(Cursor):
    """What a method is called after has been taken already."""

    def __init__(self, text: str) -> None:
        super().__init__(text, tokens(text))
        self._depth = 0
        self._bound: frozenset[str] = frozenset()
        self._found = Expression(text)

    def read(self) -> Expression:
        self._sequence()
        return self._found

    # ── Parts and what stands between them ───────────────────────────────────────────────────

    def _sequence(self, *ends: str) -> Span:
        """Everything up to one of ``ends``, which stays; none: up to the end of the text."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise invalid_expression("It is nested too deep.")
        start, before = self.peek().start, ""
        while not self._stops(ends):
            before = self._part(before)
        self._depth -= 1
        return start, self.last_end()

    def _stops(self, ends: tuple[str, ...]) -> bool:
        token = self.peek()
        if token is END and ends:
            raise invalid_expression(f"Its brackets do not match: {ends[-1].upper()} is missing.")
        return token is END or (token.word != "" and token.word in ends)

    def _part(self, before: str) -> str:
        """Takes an operand, a word or a mark. What it was; ``before`` is what came before it."""
        token = self.peek()
        divides = before in _DIVISIONS
        if not self._is_operand(token) and not (divides and token.word in SIGNS):
            self._between(self.take())
            return token.word
        if before == _OPERAND and ahead.is_frame(self):
            self._frame()
            return _OPERAND
        if before == _OPERAND and not ahead.is_more_text(self):
            self._found.names.append(token)
            if token.is_name:
                self.take()
                return _OPERAND
        span = self._operand()
        if divides:
            self._found.divisors.append(span)
        return _OPERAND

    def _is_operand(self, token: Token) -> bool:
        if token.kind is Kind.MARK:
            return token.word in _CLOSING
        clause = token.word in BEFORE_BY and self.peek(1).word == "by"
        return token.word not in BETWEEN and not clause

    def _frame(self) -> None:
        while self.peek() is not END and self.peek().word != ")":
            self._found.between.add(self.take().start)

    def _between(self, token: Token) -> None:
        self._found.between.add(token.start)
        if token.word in (")", "]"):
            raise invalid_expression(f"Its brackets do not match: {token.text} is one too many.")
        if token.word in ("as", ":") and self.peek().is_name:
            self._chain(self.take())

    # ── Operands ─────────────────────────────────────────────────────────────────────────────

    def _operand(self) -> Span:
        """A literal, a column, a call, a bracket or a CASE, with what is attached to it."""
        start = self.peek().start
        token = self.take()
        while token.word in SIGNS:
            token = self.take()
        if token.kind is Kind.MARK and token.word not in _CLOSING:
            raise invalid_expression(f"A value is missing before {token.text}.")
        if token.word in _CLOSING:
            self._bracket(token)
        elif token.word == "case":
            self._sequence("end")
            self.take()
        elif token.is_name:
            self._name(token)
        while self._attached(token.start):
            pass
        return start, self.last_end()

    def _bracket(self, token: Token) -> None:
        names = ahead.lambda_names(self) if token.word == "(" else []
        if names:
            self.at += 2 * len(names)
            self._lambda(names)
            return
        self._sequence(_CLOSING[token.word])
        self.take()

    def _attached(self, start: int) -> bool:
        """Takes a cast, an index, a field or a path into JSON, where one follows."""
        mark, follows = self.peek().word, self.peek(1)
        if mark in ("::", "?::"):
            operand = start, self.last_end()
            self.take()
            self._found.casts.append(Cast(operand, self._type()))
        elif mark == "[":
            self._bracket(self.take())
        elif mark == "collate" and follows.is_name:
            self.take()
            self._chain(self.take())
        elif mark == "nulls" and ahead.is_one(self.peek(), follows):
            self.at += 2
        elif mark in (".", ":") and (follows.is_name or follows.word in ("[", "*")):
            self.take()
            if follows.word != "[":
                self.take()
        else:
            return False
        return True

    def _type(self) -> Span:
        start, reader = self.peek().start, TypeReader(self.text, self.tokens, self.at)
        try:
            reader.type()
        except MedallionError as error:
            raise invalid_expression(error.message) from error
        self.at = reader.at
        self._found.types.append((start, self.last_end()))
        return self._found.types[-1]

    def _name(self, token: Token) -> None:
        """What a name begins: a literal, a lambda, a named argument, a call or a column."""
        follows = self.peek()
        if token.word == "interval" and ahead.is_interval(self):
            self._interval()
        elif ahead.is_one(token, follows):
            self.take()
        elif follows.word == "=>":
            return
        elif follows.word == "->":
            self._lambda([token])
        else:
            self._column_or_call(self._chain(token))

    def _chain(self, first: Token) -> tuple[Token, ...]:
        """Names with points between them."""
        parts = [first]
        while self.peek().word == "." and self.peek(1).is_name:
            self.take()
            parts.append(self.take())
        return tuple(parts)

    def _column_or_call(self, parts: tuple[Token, ...]) -> None:
        if self.peek().word == "(":
            self._call(parts)
            return
        is_value = len(parts) == 1 and parts[0].word in VALUES
        is_variable = parts[0].value.lower() in self._bound
        is_row = self.peek().word == "." and self.peek(1).word == "*"
        if not (is_value or is_variable or is_row):
            self._found.columns.append(Column(parts, ahead.key(self)))

    def _interval(self) -> None:
        """``INTERVAL 1 DAY 2 HOURS``, ``INTERVAL '1-2' YEAR TO MONTH``."""
        while ahead.is_interval(self):
            if self.peek().word in SIGNS:
                self.take()
            self.take()
            while ahead.is_unit(self.peek()) or self.peek().word == "to":
                self.take()

    # ── Lambdas and calls ────────────────────────────────────────────────────────────────────

    def _lambda(self, names: list[Token]) -> None:
        """The mark and the body, in which the names are no columns."""
        self.take()
        before = self._bound
        self._bound |= {name.value.lower() for name in names}
        self._sequence(",", ")")
        self._bound = before

    def _call(self, parts: tuple[Token, ...]) -> None:
        self.take()
        name, columns = parts[-1].value.lower(), len(self._found.columns)
        if name == "extract" and self.peek(1).word == "from":
            self.take()
        arguments = self._arguments(name)
        if name in UNIT_FIRST and len(arguments) == 3:
            self._forget_unit(columns, arguments[0])
        close = self.last_end() - 1
        self._clauses()
        span = parts[0].start, self.last_end()
        self._found.calls.append(Call(parts, arguments, close, span))

    def _forget_unit(self, at: int, argument: Span) -> None:
        is_unit = self.text[slice(*argument)].lower() in UNITS
        if is_unit and [column.span for column in self._found.columns[at : at + 1]] == [argument]:
            del self._found.columns[at]

    def _arguments(self, function: str) -> tuple[Span, ...]:
        found: list[Span] = []
        while self.peek().word != ")":
            found.append(self._argument(function))
            if self.peek().word == ",":
                self.take()
        self.take()
        return tuple(found)

    def _argument(self, function: str) -> Span:
        if function not in ("cast", "try_cast"):
            return self._sequence(",", ")")
        start, end = self._sequence("as", ",", ")")
        if self.peek().word == "as":
            self.take()
            _, end = self._type()
        return start, end

    def _clauses(self) -> None:
        """What may follow a call: IGNORE NULLS, WITHIN GROUP (…), FILTER (…), OVER (…)."""
        while length := ahead.clause_length(self):
            self.at += length
            if self.peek().word == "(":
                self._bracket(self.take())
