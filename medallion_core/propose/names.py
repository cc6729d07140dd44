"""What names say: words, their stems, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from medallion_core.propose.vocabulary import TAILS, WHOLE
from medallion_core.text.identifiers import snake_case

_IRREGULAR = {
    "people": "person", "persons": "person", "children": "child", "men": "man", "women": "woman",
    "indices": "index", "matrices": "matrix", "vertices": "vertex",
}  # fmt: skip


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The lower-case words of a name.

    >>> words("ShipToAddressID"), words("linenumber"), words("discount")
    (('ship', 'to', 'address', 'id'), ('line', 'number'), ('discount',))
    """
    return tuple(part for word in snake_case(name).split("_") for part in _split_tail(word))


def _split_tail(word: str) -> tuple[str, ...]:
    if word in WHOLE:
        return (word,)
    for tail in TAILS:
        if word.endswith(tail) and len(word) >= len(tail) + 3:
            return (word[: -len(tail)], tail)
    return (word,)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Equal for the singular and the plural of a word; not a word itself.

    >>> [stem(w) for w in ("categories", "category", "movies", "addresses", "employees")]
    ['category', 'category', 'movy', 'address', 'employe']
    """
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3:
        return word[:-1] if len(word) == 3 and word.endswith("s") and word[1] not in "aiu" else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
    if word.endswith("ie"):
        return word[:-2] + "y"
    return word[:-1] if word.endswith("e") else word


def stem_vocabulary(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.split()))


LINES = stem_vocabulary("line item detail")
"""Words of tables whose rows are the parts of another's."""


def stems(parts: Collection[str]) -> tuple[str, ...]:
    return tuple(map(stem, parts))


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """A word in the singular, as a person would write it.

    >>> [singular(w) for w in ("categories", "addresses", "movies", "status", "employees", "boxes")]
    ['category', 'address', 'movie', 'status', 'employee', 'box']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word[-2] in "sui":
        return word
    if word.endswith("ies"):
        return word[:-1] if word in ("movies", "cookies", "series", "species") else word[:-3] + "y"
    if re.search(r"(ss|x|ch|sh|us)es$", word) and not word.endswith(("houses", "causes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=262144)
def abbreviates(short: str, full: str) -> bool:
    """Whether ``short`` is how people shorten ``full``: its beginning, or its letters in order
    with the first ones kept and vowels left out.

    >>> abbreviates("cust", "customer"), abbreviates("dept", "department")
    (True, True)
    >>> abbreviates("qty", "quantity"), abbreviates("art", "department")
    (True, False)
    """
    if not 2 <= len(short) < len(full) or short[0] != full[0]:
        return False
    if full.startswith(short):
        return len(short) >= 3
    if len(short) < 3:
        return False
    rest = iter(full)
    in_order = all(letter in rest for letter in short)
    kept_consonants = sum(letter not in "aeiou" for letter in short)
    return in_order and kept_consonants >= 2 and (short[1] == full[1] or short[1] not in "aeiou")


def split_marker(word: str, known: Collection[str]) -> tuple[str, ...]:
    """Splits ``partkey`` where ``known`` (stems and their beginnings) has ``part``.

    >>> split_marker("custkey", {"cust", "customer"}), split_marker("monkey", {"customer"})
    (('cust', 'key'), ('monkey',))
    """
    for marker in ("key", "id", "code", "num", "nbr", "no", "sk", "nr"):
        body = word[: -len(marker)]
        if len(body) >= 2 and word.endswith(marker) and (stem(body) in known or body in known):
            return (body, marker)
    return (word,)


def known_stems(names: Collection[tuple[str, ...]]) -> frozenset[str]:
    """The stems of all words and of all joined names, and their beginnings of three letters up."""
    full = {stem(part) for name in names for part in (*name, "".join(name))}
    return frozenset(full | {word[:n] for word in full for n in range(3, len(word))})
