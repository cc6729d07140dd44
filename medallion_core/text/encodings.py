"""Encodings that Spark is not told of: text of one byte a character, read as ISO-8859-1."""

from __future__ import annotations

import codecs

UTF8, LATIN, WINDOWS = "UTF-8", "ISO-8859-1", "windows-1252"

SINGLE_BYTE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("koi8_r", "cp866", "cp437", "cp850", "mac_roman", "iso8859_2", "iso8859_5", "iso8859_7"),
)
"""As Python names them. In each of them a byte is a character, so that ISO-8859-1 loses none."""

JAVA_NAMES = {
    "cp1252": WINDOWS, "cp437": "IBM437", "cp850": "IBM850", "cp866": "IBM866",
    "koi8_r": "KOI8-R", "mac_roman": "x-MacRoman", "shift_jis": "Shift_JIS",
    "cp932": "Shift_JIS", "euc_jp": "EUC-JP", "gb18030": "GB18030", "big5": "Big5",
    "euc_kr": "EUC-KR", "cp949": "EUC-KR",
}  # fmt: skip
"""As Java names them, where that is not Python's name with dashes."""


def python_name(encoding: str) -> str:
    """What Python calls it. ISO-8859-1 and Windows-1252 decode any byte here.

    >>> python_name("x-MacRoman"), python_name("UTF-16LE"), python_name("")
    ('mac_roman', 'UTF-16LE', 'utf-8')
    """
    known = {java: python for python, java in JAVA_NAMES.items()}
    return known.get(encoding, encoding) or "utf-8"


def is_single_byte(encoding: str) -> bool:
    """Whether each byte is one character, which ISO-8859-1 keeps apart."""
    try:
        found = codecs.lookup(python_name(encoding)).name
    except (LookupError, ValueError):
        return False
    return found in {codecs.lookup(name).name for name in SINGLE_BYTE}


def upper_half(encoding: str) -> dict[str, str]:
    """What ISO-8859-1 reads the bytes above 0x7F as, to what they are in ``encoding``; without
    those that are the same in both, or nothing in it.

    >>> upper_half("windows-1252")["\\x80"], len(upper_half("windows-1252"))
    ('€', 27)
    """
    name = python_name(encoding)
    pairs = {chr(byte): bytes([byte]).decode(name, "ignore") for byte in range(0x80, 0x100)}
    return {read: meant for read, meant in pairs.items() if meant and read != meant}


def readable(text: str, encoding: str) -> str:
    """``text`` that was read as ISO-8859-1, as it is in ``encoding``.

    >>> readable("Ìîñêâà", "windows-1251"), readable("Köln", "")
    ('Москва', 'Köln')
    """
    return (
        text.translate({ord(read): meant for read, meant in upper_half(encoding).items()})
        if encoding
        else text
    )


def java_name(python: str) -> str:
    """
    >>> java_name("cp1250"), java_name("iso8859_2"), java_name("koi8_r")
    ('windows-1250', 'ISO-8859-2', 'KOI8-R')
    """
    if python in JAVA_NAMES:
        return JAVA_NAMES[python]
    if python.startswith("cp"):
        return f"windows-{python[2:]}"
    return python.upper().replace("ISO8859_", "ISO-8859-").replace("_", "-")
