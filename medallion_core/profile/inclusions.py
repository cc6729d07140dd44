"""SQL that tells which share of the values of columns is held by others.

Every table is read once for all of its columns, and all values are brought together by one
shuffle, however many pairs of columns are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from medallion_core.model import Source
from medallion_core.profile.relations import rows_of
from medallion_core.profile.sampling import sampled, sampled_percent
from medallion_core.propose.checks import SAMPLE_ROWS, Form, InclusionCheck
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.types import family, is_floating, is_temporal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Columns of a table as one text. Of a ``child`` a sample does, unless its ``whole`` is asked;
    a parent is read in full. ``relation`` tells the ``source`` apart from others."""

    source: Source = field(compare=False)
    relation: str
    columns: tuple[str, ...]
    forms: tuple[Form, ...]
    child: bool
    whole: bool


def inclusion_statement(checks: Sequence[InclusionCheck]) -> str:
    """One row of two arrays, by check: ``total``, the child's rows without NULL in the columns,
    and ``found``, those of them whose values the parent holds."""
    pairs = [(_side(check, child=True), _side(check, child=False)) for check in checks]
    sides = list(dict.fromkeys(side for pair in pairs for side in pair))
    places = {side: place for place, side in enumerate(sides)}
    numbers = [(places[child], places[parent]) for child, parent in pairs]
    total = ", ".join(f"sum(n{child})" for child, _ in numbers)
    found = ", ".join(f"sum(IF(n{parent} > 0, n{child}, 0))" for child, parent in numbers)
    counts = ", ".join(f"sum(IF(side = {place}, n, 0)) AS n{place}" for place in range(len(sides)))
    return (
        f"WITH held AS (\n{_values(sides)}\n),\n"
        "counted AS (SELECT side, value, count(*) AS n FROM held WHERE value IS NOT NULL"
        " GROUP BY side, value),\n"
        f"compared AS (SELECT {counts} FROM counted GROUP BY value)\n"
        f"SELECT array({total}) AS total, array({found}) AS found FROM compared"
    )


def _side(check: InclusionCheck, *, child: bool) -> _Side:
    source, columns = (
        (check.child, check.columns) if child else (check.parent, check.parent_columns)
    )
    forms = check.forms or (Form.PLAIN,) * len(columns)
    return _Side(
        source=source,
        relation=rows_of(source),
        columns=columns,
        forms=forms,
        child=child,
        whole=check.whole or not child,
    )


def _values(sides: Sequence[_Side]) -> str:
    """SQL with a row for each ``value`` of each ``side``; a table is read once for its samples,
    and once in full."""
    by_table: dict[tuple[str, bool], dict[int, _Side]] = {}
    for place, side in enumerate(sides):
        by_table.setdefault((side.relation, side.whole), {})[place] = side
    return "\nUNION ALL\n".join(_stacked(numbered) for numbered in by_table.values())


def _stacked(numbered: Mapping[int, _Side]) -> str:
    values = ", ".join(f"{place}, {_value(side)}" for place, side in numbered.items())
    rows = _rows([*numbered.values()])
    return f"SELECT stack({len(numbered)}, {values}) AS (side, value) FROM {rows}"


def _rows(sides: Sequence[_Side]) -> str:
    """What is read of the table that ``sides`` have in common."""
    source, relation = sides[0].source, sides[0].relation
    if sides[0].whole:
        return relation
    if source.size_bytes is not None:
        percent = sampled_percent(source)
        return sampled(relation, percent) if percent else relation
    columns = dict.fromkeys(quote_identifier(name) for side in sides for name in side.columns)
    listed, filled = ", ".join(columns), " OR ".join(f"{column} IS NOT NULL" for column in columns)
    return f"(SELECT {listed} FROM {relation} WHERE {filled} LIMIT {SAMPLE_ROWS})"


def _value(side: _Side) -> str:
    """The text of all columns, NULL where one of them is."""
    types = {column.name: column.type for column in side.source.columns}
    texts = [
        _text(quote_identifier(name), form, types.get(name, ""))
        for name, form in zip(side.columns, side.forms, strict=True)
    ]
    if len(texts) == 1:
        return texts[0]
    filled = " AND ".join(f"{text} IS NOT NULL" for text in texts)
    return f"IF({filled}, to_json(array({', '.join(texts)})), NULL)"


def _text(column: str, form: Form, type_: str) -> str:
    """Of values that are equal, and of no others, the texts are equal."""
    return (_plain(type_) if form is Form.PLAIN else _FORMS[form]).format(column)


def _plain(type_: str) -> str:
    """Types of one family are compared: numbers of any width or scale, days and times."""
    if is_floating(type_):
        return _FORMS[Form.NUMBER]
    if is_temporal(type_):
        return _FORMS[Form.TIME]
    has_point = family(type_) == "decimal" and not type_.endswith(",0)")
    return _without_zeros("CAST({0} AS STRING)") if has_point else "CAST({0} AS STRING)"


def _without_zeros(number: str) -> str:
    """Of a number with a point: ``7`` for ``7.00``."""
    return f"regexp_replace({number}, '[.]?0+$', '')"


_FORMS = {
    Form.TRIMMED: "nullif(trim({0}), '')",
    Form.NUMBER: _without_zeros(
        "CAST(try_cast(trim(CAST({0} AS STRING)) AS DECIMAL(38, 6)) AS STRING)"
    ),
    Form.TIME: "CAST(unix_micros(try_cast({0} AS TIMESTAMP)) AS STRING)",
    Form.SPELLED: "nullif(regexp_replace(regexp_replace(lower(CAST({0} AS STRING)),"
    " '[\\\\p{{Z}}\\\\p{{Cc}}\\\\p{{Cf}}]', ''),"
    " '^[{{]?0+(?=.)|[{{}}]|(?<=[0-9]),(?=[0-9]{{3}})|[.]0+$', ''), '')",
}
"""SQL that brings a column into a form. Braces of a name stay: they are put in, not read. Blanks
are those of any width, and what cannot be seen."""
