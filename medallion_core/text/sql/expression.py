"""What stands in an SQL expression: columns, calls, casts and divisors, each with its place."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field

from medallion_core.text.tokens import Token

Span = tuple[int, int]
"""Where something starts in the text, and where it has ended."""


@dataclass(frozen=True, slots=True)
class Column:
    """A name that is read as a column: its parts, with what qualifies it and the fields in it.

    ``key`` is the text that a map is asked for: ``'amount'`` of ``_uncast['amount']``.
    """

    parts: tuple[Token, ...]
    key: Token | None = None

    @property
    def span(self) -> Span:
        return self.parts[0].start, self.parts[-1].end


@dataclass(frozen=True, slots=True)
class Call:
    """``arguments`` are the places of what stands between its commas, ``close`` that of the
    bracket that ends them; ``span`` has the clauses behind it, too."""

    parts: tuple[Token, ...]
    arguments: tuple[Span, ...]
    close: int
    span: Span

    @property
    def name(self) -> str:
        """In lower case, qualified as it is written."""
        return ".".join(part.value.lower() for part in self.parts)


@dataclass(frozen=True, slots=True)
class Cast:
    """``operand::type``: the mark lies between the two."""

    operand: Span
    type_: Span


@dataclass(frozen=True, slots=True)
class Expression:
    """What an expression is made of, each kind in the order in which it ends."""

    text: str
    _: KW_ONLY
    columns: list[Column] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    casts: list[Cast] = field(default_factory=list)
    types: list[Span] = field(default_factory=list)
    divisors: list[Span] = field(default_factory=list)
    between: set[int] = field(default_factory=set)
    """The starts of words and marks that stand between operands."""
    names: list[Token] = field(default_factory=list)
    """What stands right behind an operand, which would be its name."""
