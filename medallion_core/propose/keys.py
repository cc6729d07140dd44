"""Which columns tell the rows of a table apart, and what supports it beside today's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum

from medallion_core.propose.checks import Checks, KeyCheck
from medallion_core.propose.fields import Field
from medallion_core.propose.likeness import is_series, likeness
from medallion_core.propose.matching import GENERIC_STEMS, TableIndex, match_names, match_table
from medallion_core.propose.tables import Table

ACCEPTED = 0.3
"""A single column that looks less like a key than this is left to the composite keys."""

FEWEST_ROWS = 3
"""Fewer rows prove nothing: in one or two of them most columns are unique."""

SAME = 0.95
"""Score of a name that is just the one of a table: what ends the name of its own, as ``order_id``
does in ``cust_order``, is named after another only where that is called so."""

TELLING_ROWS = 20
"""Rows from which a first column that never repeats is no accident, whatever it is called."""


LANGUAGES = (("language",), ("lang",), ("langu",), ("locale",), ("culture",))


class Support(StrEnum):
    """What speaks for a key. CHANCE: nothing but that today's rows do not repeat it."""

    DECLARED = "declared"
    NAMED = "named"
    USED = "used"
    STRUCTURE = "structure"
    IMPROBABLE = "improbable"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Key:
    """``columns`` are source names; ``unique`` are all single columns known to be unique,
    ``blurred`` those that would be a key, were it not that blanks alone tell some rows apart."""

    columns: tuple[str, ...] = ()
    confidence: float = 0.0
    evidence: str = ""
    _: KW_ONLY
    support: Support = Support.CHANCE
    unique: tuple[str, ...] = ()
    blurred: tuple[str, ...] = ()

    @property
    def declared(self) -> bool:
        return self.support is Support.DECLARED

    @property
    def merges(self) -> bool:
        """Whether rows that share its values may be taken for versions of one."""
        return bool(self.columns) and self.support is not Support.CHANCE


NOTHING = "No column or combination of columns tells the rows apart."


def no_key(unique: tuple[str, ...] = ()) -> Key:
    return Key(evidence=NOTHING, unique=unique)


def propose_single_keys(
    tables: Sequence[Table], index: TableIndex, checks: Checks | None
) -> list[Key]:
    """Declared keys and keys of one column; a table without one gets ``no_key``.

    Columns whose distinct count is only approximate, or of a sample, are verified, one statement
    per table.
    """
    candidates = [[f for f in table.fields.values() if f.may_be_unique] for table in tables]
    verified = _verify_singles(tables, candidates, checks)
    finder = _Finder(tables, index)
    return [
        replace(finder.single_key(table, unique), blurred=finder.blurred(table, before, unique))
        for table, before, unique in zip(tables, candidates, verified, strict=True)
    ]


def key_check(table: Table, candidates: Iterable[tuple[str, ...]]) -> KeyCheck:
    """Asks of ``table`` as silver will have it."""
    padded = frozenset(field.name for field in table.fields.values() if field.is_padded)
    return KeyCheck(table.source, tuple(candidates), padded)


def _verify_singles(
    tables: Sequence[Table], candidates: Sequence[Sequence[Field]], checks: Checks | None
) -> list[list[Field]]:
    asked = [
        (number, [f for f in fields if not f.is_unique_for_sure])
        for number, fields in enumerate(candidates)
    ]
    asked = [(number, fields) for number, fields in asked if fields]
    if checks is None or not asked:
        return [list(fields) for fields in candidates]
    questions = [
        key_check(tables[number], ((field.name,) for field in fields)) for number, fields in asked
    ]
    refuted = {
        (number, field.name)
        for (number, fields), answers in zip(asked, checks.unique_keys(questions), strict=True)
        for field, unique in zip(fields, answers, strict=True)
        if not unique
    }
    return [
        [field for field in fields if (number, field.name) not in refuted]
        for number, fields in enumerate(candidates)
    ]


class _Finder:
    def __init__(self, tables: Sequence[Table], index: TableIndex) -> None:
        self._tables = tables
        self._index = index
        self._holders = Counter(
            stems for table in tables for stems in {f.word_stems for f in table.fields.values()}
        )

    def single_key(self, table: Table, unique: Sequence[Field]) -> Key:
        names = tuple(field.name for field in unique)
        declared = table.source.primary_key
        if declared and set(declared) <= table.fields.keys():
            single = names if len(declared) > 1 else tuple(dict.fromkeys((*declared, *names)))
            evidence = "Declared as the primary key."
            return Key(declared, 1.0, evidence, support=Support.DECLARED, unique=single)
        foreign = {f.name for f in table.fields.values() if self.names_other(f, table)}
        if table.row_count < FEWEST_ROWS:
            return replace(self._key_by_name(table, foreign), unique=names)
        if _is_pairing(table, foreign):
            return no_key(names)
        scored = [(self._score(field, table, foreign), field) for field in unique]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or score < ACCEPTED:
            return no_key(names)
        if best.name in foreign and (language := _language(table)):
            columns = (best.name, language.name)
            evidence = f"Its rows are the texts of {best.name} in {language.name}."
            return Key(columns, 0.8, evidence, support=Support.STRUCTURE, unique=names)
        evidence = f"{best.name} has a value of its own in each of {table.rows_in_words}."
        support = self._support(best, table)
        confidence = round(min(0.99, score), 2)
        return Key((best.name,), confidence, evidence, support=support, unique=names)

    def blurred(
        self, table: Table, before: Sequence[Field], unique: Sequence[Field]
    ) -> tuple[str, ...]:
        """What of ``before``, the columns that never repeat as they are written, is ``unique`` no
        more without the blanks around it."""
        return tuple(
            field.name
            for field in before
            if field not in unique
            and field.is_padded
            and field.profile is not None
            and field.profile.distinct_is_exact
            and self._score(field, table, set()) >= ACCEPTED
        )

    def _score(self, field: Field, table: Table, foreign: set[str]) -> float:
        score = likeness(field, table, names_another=field.name in foreign)
        return score + (0.2 if self._is_held_elsewhere(field) else 0.0)

    def _is_held_elsewhere(self, field: Field) -> bool:
        """Another table has a column of the same full name, which is not everybody's."""
        telling = field.subject and not set(field.subject_stems) <= GENERIC_STEMS
        return bool(telling) and self._holders[field.word_stems] > 1

    def _support(self, field: Field, table: Table) -> Support:
        if field.kind.is_time:
            return Support.STRUCTURE if is_series(field) else Support.CHANCE
        first = table.place_of(field) == 0 and table.row_count >= TELLING_ROWS
        if field.marker or first or field.subject_stems == table.stems:
            return Support.NAMED
        return Support.CHANCE

    def _key_by_name(self, table: Table, foreign: set[str]) -> Key:
        """For tables without rows to judge by: the first column named as a key, or the pair of a
        bridge."""
        fields = list(table.fields.values())
        if _is_pairing(table, foreign):
            columns = tuple(field.name for field in fields if field.name in foreign)
            evidence = "By name alone: the table pairs the rows of others."
            return Key(columns, 0.5, evidence, support=Support.STRUCTURE)
        named = [f for f in fields if f.has_strong_marker and f.position == 0]
        if not named:
            return no_key()
        found = f"{table.row_count} rows prove nothing" if table.row_count else "there are no rows"
        evidence = f"By name alone: {found}."
        return Key((named[0].name,), 0.6, evidence, support=Support.NAMED)

    def names_other(self, field: Field, table: Table) -> bool:
        """Whether the column is named after another table rather than after its own."""
        if not field.marker or not field.subject or field.subject_stems == table.stems:
            return False
        numbers = self._index.named_by(field)
        others = [self._tables[n] for n in numbers if self._tables[n] is not table]
        if set(field.subject_stems) <= set(table.stems):
            wanted = (
                SAME if field.subject_stems == table.stems[-len(field.subject_stems) :] else 0.7
            )
            return any(match_table(field, other).score >= wanted for other in others)
        return any(
            match_names(table, field, other, next(iter(other.fields.values()))).score >= 0.75
            for other in others
            if other.fields
        )


def _language(table: Table) -> Field | None:
    """The column that says in which language the texts of a row are."""
    fields = table.fields.values()
    return next((field for field in fields if is_language(field)), None)


def is_language(field: Field) -> bool:
    """Whether the column says in which language something is, in each row."""
    return field.is_complete and field.subject[-1:] in LANGUAGES


def _is_pairing(table: Table, foreign: set[str]) -> bool:
    """Two or more columns named after other tables, and little else but dates."""
    others = [f for f in table.fields.values() if f.name not in foreign and not f.kind.is_time]
    return len(foreign) >= 2 and len(others) <= 1 and not any(f.has_strong_marker for f in others)
