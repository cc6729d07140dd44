"""In which encoding the bytes of text files are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from charset_normalizer import CharsetMatches, from_bytes

from medallion_core.text.encodings import LATIN, SINGLE_BYTE, UTF8, WINDOWS, java_name

UTF16LE, UTF16BE = "UTF-16LE", "UTF-16BE"

_BOMS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "UTF-32LE"),
    (codecs.BOM_UTF32_BE, "UTF-32BE"),
    (codecs.BOM_UTF16_LE, UTF16LE),
    (codecs.BOM_UTF16_BE, UTF16BE),
)
_WINDOWS_BYTES = re.compile(rb"[\x80-\x9f]")
_MARKS = re.compile(rb"[\x00-\x1f^~|#*]+")
"""Delimiters that no text has in such numbers."""

_SEVERAL_BYTES = ("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr")
MOST_BYTES = 20_000
"""Bytes of text beyond ASCII that are enough to tell by."""

COHERENT, MANY_BYTES = 0.3, 40
"""How much a text must be like a language to be sure of its encoding, from 0 to 1; and how many
bytes an encoding of several bytes a character must explain."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """``name`` as Java calls it; empty for plain ASCII. ``mixed``: some lines are UTF-8, the
    others are in ``name``. ``sure`` is false where another encoding would do as well."""

    name: str
    mixed: bool = False
    sure: bool = True


def find_encoding(parts: Sequence[bytes]) -> Encoding:
    """The encoding of a file, from its first bytes, from NULs, else from all bytes beyond ASCII.

    https://encoding.spec.whatwg.org: bytes 0x80 to 0x9F are no text in ISO-8859-1, so that they
    speak for Windows-1252.
    """
    first = parts[0] if parts else b""
    for bom, name in _BOMS:
        if first.startswith(bom):
            return Encoding(name)
    if wide := _wide(first):
        return Encoding(wide)
    lines = [line for part in parts for line in part.split(b"\n") if not line.isascii()]
    if not lines:
        return Encoding("")
    other = [line for line in lines if not _is_utf8(line)]
    if not other:
        return Encoding(UTF8)
    name, sure = _eight_bits(b"\n".join(other)[:MOST_BYTES])
    return Encoding(name, mixed=len(other) < len(lines), sure=sure)


def _wide(first: bytes) -> str:
    """UTF-16 without its mark: every other byte of ASCII text is a NUL."""
    if b"\0" not in first or len(first) < 2:
        return ""
    even, odd = first[0::2].count(0), first[1::2].count(0)
    half = len(first) / 2
    if max(even, odd) < 0.3 * half or min(even, odd) > 0.05 * half:
        return ""
    return UTF16LE if odd > even else UTF16BE


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _eight_bits(text: bytes) -> tuple[str, bool]:
    western = WINDOWS if _WINDOWS_BYTES.search(text) else LATIN
    if _is_western(text):
        return western, _DOUBLE_ACUTE.isdisjoint(text) or not _PORTUGUESE.isdisjoint(text)
    found = _normalized(text) or _normalized(_MARKS.sub(b" ", text))
    best = found.best()
    if best is None:
        return western, False
    high = sum(byte >= 0x80 for byte in text)
    clear = best.coherence >= COHERENT if best.encoding in SINGLE_BYTE else high >= MANY_BYTES
    return java_name(best.encoding), clear


def _normalized(text: bytes) -> CharsetMatches:
    return from_bytes(text, cp_isolation=[*SINGLE_BYTE, *_SEVERAL_BYTES], threshold=0.4)


_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒŠŽ")
_DOUBLE_ACUTE = frozenset("õûÕÛ".encode("latin-1"))
_PORTUGUESE = frozenset("ãçàèêîÃÇ".encode("latin-1"))
"""The first are Hungarian letters in other encodings, unless the others are there."""

_LAST_LETTERS = frozenset("ìòùÌÒÙ")
"""In Italian they end a word; within words they are Czech letters in another encoding."""

_SIGNS = frozenset("€£§©®°±²³´·º»¼½¾«¿¡‘’“”„–—…•™‰ƒ†‡ ª¢¥µ×÷")


def _is_western(text: bytes) -> bool:
    """Whether the bytes beyond ASCII are letters of western Europe within words of ASCII, in
    upper case only where the letters around are, and signs at the edges of words."""
    decoded = text.decode("cp1252", "replace")
    good = bad = 0
    for position, character in enumerate(decoded):
        if character.isascii():
            continue
        before = decoded[position - 1] if position else " "
        after = decoded[position + 1] if position + 1 < len(decoded) else " "
        good, bad = (good + 1, bad) if _fits(character, before, after) else (good, bad + 1)
    return bad * 10 <= good


def _fits(character: str, before: str, after: str) -> bool:
    if character in _SIGNS:
        inside = before.isalpha() and after.isalpha() and character not in "’·´"
        return not inside
    if character not in _LETTERS:
        return False
    if character.isupper() and before.islower():
        return False
    if character in _LAST_LETTERS and after.isalpha():
        return False
    neighbours = [other for other in (before, after) if other.isalpha()]
    strange = [other for other in neighbours if not other.isascii()]
    return len(strange) < 2
