"""Personal data that lies within a column: in the fields of a nested one, in JSON that is kept as
text, in a mail address among other words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from medallion_core.model import Column, Privacy, Source, TableLocation, TableName
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.privacy import propose_privacy
from medallion_core.propose.tables import Table, view_tables

_WITHIN = r"(?:array<|map<[^,<>]+,)*"
_FIELD = re.compile(rf"(`(?:[^`]|``)*`|\w+)\s*:\s*{_WITHIN}(\w+)")
_ELEMENT = re.compile(rf"{_WITHIN}(\w+)")
_JSON = re.compile(r"\s*[\[{]")
_JSON_KEY = re.compile(r'"([^"\\]{1,60})"\s*:')
_MAIL = re.compile(r"[\w.%+-]+@[A-Za-z][\w-]*(?:[.][\w-]+)*[.][A-Za-z]{2,}")


def propose_inner_privacy(field: Field, table: Table) -> Privacy | None:
    """None where nothing in the column points to personal data."""
    if field.kind is Kind.OTHER:
        return _of_fields(field, table, _nested(field), "Its field")
    if not field.is_text:
        return None
    texts = list(_known_texts(field))
    keys = {key: "string" for text in texts if _JSON.match(text) for key in _JSON_KEY.findall(text)}
    if found := _of_fields(field, table, keys, "It holds JSON, whose field"):
        return found
    mails = sum(bool(_MAIL.search(text)) for text in texts)
    if not mails:
        return None
    return Privacy("email", evidence=f"{mails} of its {len(texts)} known values hold an address.")


def privacy_of_fields(name: str, types: Mapping[str, str]) -> dict[str, Privacy]:
    """What fields of ``types`` (type by name) hold, by their names, were they the columns of a
    table of that name; without those that point to nothing."""
    columns = tuple(Column(field, type_) for field, type_ in types.items())
    source = Source(TableLocation(TableName("", "", name)), columns)
    [view] = view_tables([source], [None])
    found = {
        field.name: propose_privacy(field, view) or propose_inner_privacy(field, view)
        for field in view.fields.values()
    }
    return {field: privacy for field, privacy in found.items() if privacy}


def _of_fields(field: Field, table: Table, types: Mapping[str, str], where: str) -> Privacy | None:
    found = privacy_of_fields(f"{table.name}_{field.name}", types) if types else {}
    if not found:
        return None
    name, privacy = next(iter(found.items()))
    return Privacy(privacy.kind, evidence=f"{where} {name} says {privacy.kind}.")


def _nested(field: Field) -> dict[str, str]:
    """The fields at any depth with their types; of a list of plain values, the column itself."""
    found = {
        name.strip("`").replace("``", "`"): type_ for name, type_ in _FIELD.findall(field.type)
    }
    plain = _ELEMENT.match(field.type)
    if found or plain is None or plain[1] == field.type:
        return found
    return {field.name: plain[1]}


def _known_texts(field: Field) -> Iterator[str]:
    profile = field.profile
    if profile is not None:
        yield from {str(value.value) for value in profile.frequent} | {*profile.examples}
