"""How well the name of a column fits the name of a table or of its key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from medallion_core.propose.fields import Field
from medallion_core.propose.names import abbreviates, stem, stem_vocabulary
from medallion_core.propose.tables import PEOPLE, Table
from medallion_core.propose.vocabulary import PERSON_WORDS, SELF_WORDS, STAFF_WORDS, SUPERIOR_WORDS

COMMON = 40
"""Tables of one name that are looked at."""

RARE = 8
"""A word that more tables share than this tells none of them apart."""

LONG = 4
"""Letters of a word from which another that ends with it, or begins so, is made of it."""

GENERIC_STEMS = stem_vocabulary(
    "name code id key value type date time number no title label description desc text comment "
    "note index day month url email"
)
"""Names that columns of unrelated tables share by custom."""

_SELF = frozenset(map(stem, SELF_WORDS))
_SUPERIOR = frozenset(map(stem, SUPERIOR_WORDS))
_STAFF = frozenset(map(stem, STAFF_WORDS))
_PERSON = frozenset(map(stem, PERSON_WORDS)) | _STAFF
_STAFF_TABLES = stem_vocabulary("employee staff personnel worker user emp member agent")
_CLIENT_TABLES = stem_vocabulary("customer client patient student cust")

_DOERS = frozenset(["by", "via", "through"])
"""Words after what is done: ``ship_via``, ``inspected_by``."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """``score`` 0 to 1, ``sentence`` for the person who asks why."""

    score: float
    sentence: str = ""
    is_short_form: bool = False


NO_MATCH = NameMatch(0.0)


def match_names(child: Table, field: Field, parent: Table, key: Field) -> NameMatch:
    """Whether ``field`` is named as a reference to ``parent`` would be."""
    if child is parent and not _may_name_itself(field, parent):
        return NO_MATCH
    match = _match_words(
        field.word_stems,
        field.subject_stems,
        bool(field.marker),
        parent.stems,
        key.word_stems,
        key.subject_stems,
    )
    if child is parent:
        return _match_self(field, match, parent)
    if match.score < 0.5:
        person = _match_person(field, parent)
        return person if person.score > match.score else match
    return match


def match_table(field: Field, table: Table) -> NameMatch:
    """Whether ``field`` is named after ``table``, whatever its key is called."""
    marked = bool(field.marker)
    return _match_words(field.word_stems, field.subject_stems, marked, table.stems, (), ())


@lru_cache(maxsize=262144)
def _match_words(
    column: tuple[str, ...],
    subject: tuple[str, ...],
    marked: bool,
    table: tuple[str, ...],
    key: tuple[str, ...],
    key_subject: tuple[str, ...],
) -> NameMatch:
    """The first description that fits, from the best down. All words are stems."""
    named = "".join(subject)
    targets = tuple(target for target in ("".join(table), "".join(key_subject)) if target)
    if column == key and subject and (marked or subject[0] not in GENERIC_STEMS):
        return NameMatch(1.0, "has the name of the key it refers to")
    if not subject or (subject[-1] in GENERIC_STEMS and not marked and len(subject) == 1):
        return NO_MATCH
    if named in targets:
        return NameMatch(0.95, "is named after the table it refers to")
    if _ends_with(subject, table) or _ends_with(subject, key_subject):
        return NameMatch(0.85 if marked else 0.75, "ends with the name of what it refers to")
    if len(subject) > 1 and subject[-1] in _DOERS and _does(subject[-2], table[-1]):
        return NameMatch(0.8, "names who does it")
    if not {named[0], subject[-1][0]}.isdisjoint(word[0] for word in (*table, *key_subject)):
        match = _match_short_forms(subject, table, key_subject, targets)
        if match.score:
            return match
    if table[-1] == subject[-1] or _ends_with(table, subject):
        return NameMatch(0.6, "has the last word of what it refers to")
    if len(subject[-1]) >= LONG and table[-1].endswith(subject[-1]):
        return NameMatch(0.5, "ends a word of what it refers to")
    return _match_loosely(subject, table)


def _match_short_forms(
    subject: tuple[str, ...],
    table: tuple[str, ...],
    key_subject: tuple[str, ...],
    targets: tuple[str, ...],
) -> NameMatch:
    named = "".join(subject)
    if len(subject) < len(table) and table[: len(subject)] == subject:
        return NameMatch(0.6, "begins the name of what it refers to")
    if any(abbreviates(named, target) for target in targets):
        return NameMatch(0.75, "shortens the name of what it refers to", is_short_form=True)
    if len(table) > 1 and abbreviates(subject[-1], targets[0]):
        return NameMatch(0.65, "ends with a short form of what it refers to", is_short_form=True)
    if any(_shortens_words(subject, target) for target in (table, key_subject)):
        return NameMatch(0.7, "shortens the words of what it refers to", is_short_form=True)
    return NO_MATCH


def _match_loosely(subject: tuple[str, ...], table: tuple[str, ...]) -> NameMatch:
    if any(abbreviates(subject[-1], word) for word in table):
        return NameMatch(0.5, "shortens a word of what it refers to", is_short_form=True)
    shared = set(subject) & set(table)
    if shared:
        share = len(shared) / len(set(subject) | set(table))
        return NameMatch(min(0.5, share), "shares a word with what it refers to")
    if any(_same_root(word, target) for word in subject for target in table):
        return NameMatch(0.5, "shares the root of a word with what it refers to")
    return NO_MATCH


def _ends_with(subject: tuple[str, ...], target: tuple[str, ...]) -> bool:
    if not target or len("".join(target)) < 2 or (len(target) == 1 and target[0] in GENERIC_STEMS):
        return False
    return subject[-len(target) :] == target or subject[-1] == "".join(target)


def _shortens_words(subject: tuple[str, ...], target: tuple[str, ...]) -> bool:
    """``cust_addr`` for ``customer_address``, also behind a role: ``bill_cust``."""
    if not target or len(subject) < len(target):
        return False
    pairs = list(zip(subject[-len(target) :], target, strict=True))
    same = sum(short == full for short, full in pairs)
    return same < len(pairs) and all(
        short == full or abbreviates(short, full) for short, full in pairs
    )


def _does(verb: str, noun: str) -> bool:
    """Whether the noun is of those who do it: a shipper ships, who inspected is an inspector.

    >>> _does("ship", "shipper"), _does("inspected", "inspector"), _does("ship", "shipment")
    (True, True, False)
    """
    root = verb.removesuffix("ed")
    ending = noun.removeprefix(root)
    return len(root) >= 4 and ending in ("er", "or", f"{root[-1]}er", f"{root[-1]}or")


def _same_root(word: str, target: str) -> bool:
    short, long = sorted((word, target), key=len)
    return len(short) >= LONG and long.startswith(short)


def _may_name_itself(field: Field, table: Table) -> bool:
    own = not set(field.subject_stems).isdisjoint(table.stems)
    return own or _says_itself(field, _SELF | _SUPERIOR)


def _says_itself(field: Field, words: frozenset[str]) -> bool:
    """``parent_id``, ``reply_to``, ``part_of``."""
    return field.words[-1] == "of" or not words.isdisjoint(field.word_stems)


def _match_self(field: Field, match: NameMatch, table: Table) -> NameMatch:
    """A table refers to itself by a word that says so, or by its own name in a role; its own
    name alone, or another word after it, makes just another identifier."""
    if _says_itself(field, _SELF | _SUPERIOR if table.is_people else _SELF):
        return NameMatch(0.8, "names another row of the same table")
    return match if 0.7 <= match.score < 0.9 else NO_MATCH


def _match_person(field: Field, parent: Table) -> NameMatch:
    """Who did something is among the people; who works here among the staff, if there is one."""
    if not parent.is_people or not _names_person(field):
        return NO_MATCH
    is_staff = not _STAFF.isdisjoint(field.word_stems) or _shortens_staff(field.subject[-1])
    if is_staff and parent.stems[-1] in _CLIENT_TABLES:
        return NO_MATCH
    sentence = "names a person by the part they play"
    if is_staff:
        return NameMatch(0.7 if parent.stems[-1] in _STAFF_TABLES else 0.45, sentence)
    by = field.subject[-1] == "by" and parent.stems[-1] in PEOPLE
    return NameMatch(0.65 if by else 0.5, sentence)


def _names_person(field: Field) -> bool:
    if not field.subject:
        return False
    return not _PERSON.isdisjoint(field.subject_stems) or _shortens_staff(field.subject[-1])


@lru_cache(maxsize=65536)
def _shortens_staff(word: str) -> bool:
    return any(abbreviates(word, staff) for staff in STAFF_WORDS)


class TableIndex:
    """Finds the tables that a column may be named after, without looking at all of them.

    ``keys`` are the columns of the tables that never repeat, as far as they are known: columns of
    the same name count.
    """

    def __init__(self, tables: Sequence[Table], keys: Sequence[tuple[str, ...]] = ()) -> None:
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._names = {table.stems for table in tables}
        self._people = [number for number, table in enumerate(tables) if table.is_people]
        for number, table in enumerate(tables):
            columns = [table.fields[name] for name in (keys[number] if keys else ())]
            for name in {"".join(table.stems), *("".join(f.subject_stems) for f in columns)}:
                self._by_name[name].append(number)
            for entry in _entries(table.stems):
                self._by_word[entry].append(number)

    def has(self, subject: tuple[str, ...]) -> bool:
        """Whether a table is called so."""
        return subject in self._names

    def named_by(self, field: Field) -> set[int]:
        """Positions of the tables whose names have something in common with the column's: the
        whole name or its end, or a word that few tables have."""
        subject = field.subject_stems
        found: set[int] = set()
        for start in range(len(subject)):
            found.update(self._by_name.get("".join(subject[start:]), ())[:COMMON])
        return found or self._loosely_named_by(field)

    def _loosely_named_by(self, field: Field) -> set[int]:
        found: set[int] = set()
        for entry in _entries(field.subject_stems):
            numbers = self._by_word.get(entry, ())
            if len(numbers) <= RARE:
                found.update(numbers)
        if _names_person(field):
            found.update(self._people[:RARE])
        return found


def _entries(parts: tuple[str, ...]) -> set[str]:
    """Whole words and their first letters, which abbreviations keep; for several words also the
    first letter of the first with the beginning of the last, as in ``cdemo``."""
    found = {entry for part in parts for entry in (part, f"{part[:3]}…", f"{part[:4]}…")}
    return found | {f"{parts[0][0]}{parts[-1][:3]}…"} if len(parts) > 1 else found
