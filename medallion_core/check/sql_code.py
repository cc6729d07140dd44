"""Rules for SQL text."""

from __future__ import annotations

from collections.abc import Iterator

from medallion_core.errors import MedallionError
from medallion_core.model import Finding, Level
from medallion_core.text.tokens import tokens_of_script

NEEDED_PRIVILEGES = (
    "USE CATALOG",
    "USE SCHEMA",
    "CREATE TABLE",
    "CREATE MATERIALIZED VIEW",
    "SELECT",
)


def check_permissions(path: str, text: str) -> Iterator[Finding]:
    """Whether every privilege that a first run needs is granted somewhere in the script, or stands
    there in a comment since it has to wait."""
    try:
        granted = set(_granted(text.replace("-- GRANT ", "GRANT ")))
    except MedallionError as error:
        yield Finding(Level.ERROR, path, error.message, "Generate the bundle again.")
        return
    for needed in NEEDED_PRIVILEGES:
        if needed not in granted:
            yield Finding(
                Level.ERROR,
                path,
                f"{needed} is granted to nobody.",
                "Grant it to those who run the pipeline, or generate the bundle again.",
            )


def _granted(script: str) -> Iterator[str]:
    """The privileges between each GRANT and its ON."""
    privilege: list[str] | None = None
    for token in tokens_of_script(script):
        word = token.word.upper()
        if word == "GRANT":
            privilege = []
        elif privilege is not None and word in (",", "ON"):
            yield " ".join(privilege)
            privilege = [] if word == "," else None
        elif privilege is not None:
            privilege.append(word)
