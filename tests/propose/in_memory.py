"""The answers of a warehouse, given from parquet files in memory: what ``profile`` would tell of a
folder of tables, so that a change of the proposals is measured within seconds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medallion_core.model import (
    CastShare,
    Column,
    ColumnProfile,
    Profile,
    Source,
    TableLocation,
    TableName,
    ValueCount,
)
from medallion_core.profile.checks import PAIRS_PER_STATEMENT, TABLES_PER_STATEMENT
from medallion_core.profile.scan import MOST_PRECISION, SAFE_PRECISION
from medallion_core.profile.statement import (
    DECIMAL_SCALES,
    EXAMPLES,
    FEWEST_TRACKED,
    FORM_LENGTH,
    FORMS,
    FREQUENT,
    LAST_YEAR,
    LONGEST_VALUE,
    MOST_TRACKED,
    TRACKED_VALUES,
    Shape,
    shape_of,
)
from medallion_core.profile.uniqueness import MANY
from medallion_core.propose.checks import Form, InclusionCheck, KeyCheck
from medallion_core.text.patterns import PATTERNS
from medallion_core.text.types import FLOATING

_TYPES = {
    "int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint", "uint8": "smallint",
    "uint16": "int", "uint32": "bigint", "float": "float", "double": "double", "bool": "boolean",
    "string": "string", "large_string": "string", "date32[day]": "date", "binary": "binary",
}  # fmt: skip

_CASTS: dict[str, Callable[[str], bool]] = {
    "bigint": lambda t: bool(re.fullmatch(r"[-+]?[0-9]{1,18}", t)),
    "decimal": lambda t: bool(
        re.fullmatch(r"[-+]?([0-9]{1,38}|[0-9]{1,20}[.][0-9]{0,18}|[.][0-9]{1,18})", t)
    ),
    "double": lambda t: bool(
        re.fullmatch(r"[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]{1,3})?", t)
    ),
    "date": lambda t: bool(re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", t)) and _is_time(t),
    "timestamp": lambda t: (
        bool(re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ].*)?", t)) and _is_time(t)
    ),
}
_UNSEEN = frozenset(["Zs", "Zl", "Zp", "Cc", "Cf"])
_DATE_LIKE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")


@cache
def _is_time(text: str) -> bool:
    parts = text.replace("T", " ").split(" ", 1)
    try:
        date(*map(int, parts[0].split("-")))
        return len(parts) == 1 or bool(datetime.fromisoformat(f"2000-01-01 {parts[1].strip()}"))
    except ValueError:
        return False


class Tables:
    """The tables of a folder as sources and profiles; answers ``propose.checks.Checks``."""

    def __init__(self, tables: dict[str, pa.Table]) -> None:
        self._tables = tables
        self._values: dict[tuple[str, str], dict[Any, int]] = {}
        self._distinct: dict[tuple[str, tuple[str, ...]], set[Any]] = {}
        self.statements = self.inclusion_statements = self.pairs = 0

    @classmethod
    def read(cls, folder: Path) -> Tables:
        return cls({path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))})

    @cached_property
    def sources(self) -> list[Source]:
        return [
            Source(
                TableLocation(TableName("main", "bench", name)),
                tuple(Column(f.name, _type(f.type)) for f in table.schema),
            )
            for name, table in self._tables.items()
        ]

    @cached_property
    def profiles(self) -> list[Profile | None]:
        return [self._profile(source) for source in self.sources]

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        many = sum(len(check.candidates) >= MANY for check in checks)
        self.statements += -(-len(checks) // TABLES_PER_STATEMENT) + -(
            -many // TABLES_PER_STATEMENT
        )
        return [
            tuple(self._is_unique(check, columns) for columns in check.candidates)
            for check in checks
        ]

    def distinct_counts(self, checks: Sequence[KeyCheck]) -> list[tuple[int, ...] | None]:
        self.statements += -(-len(checks) // TABLES_PER_STATEMENT)
        return [
            tuple(
                rows.select(columns).group_by(columns).aggregate([]).num_rows
                for columns in check.candidates
            )
            for check in checks
            for rows in [self._tables[check.source.name]]
        ]

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        self.pairs += len(checks)
        self.inclusion_statements += -(-len(checks) // PAIRS_PER_STATEMENT)
        self.statements += -(-len(checks) // PAIRS_PER_STATEMENT)
        return [self._ratio(check) for check in checks]

    # ── Values ───────────────────────────────────────────────────────────────────────────────

    def _is_unique(self, check: KeyCheck, columns: tuple[str, ...]) -> bool:
        rows = self._tables[check.source.name].select(columns)
        for place, column in enumerate(columns):
            if column in check.padded:
                trimmed = pc.utf8_trim(rows.column(column), " ")
                rows = rows.set_column(place, column, trimmed)
        if any(rows.column(column).null_count for column in columns):
            return False
        return bool(rows.group_by(columns).aggregate([]).num_rows == rows.num_rows)

    def _ratio(self, check: InclusionCheck) -> float | None:
        counts = self._counts(check.child.name, check.columns)
        known = self._counts(check.parent.name, check.parent_columns)
        return ratio(counts, known, check.forms)

    def _counts(self, table: str, columns: tuple[str, ...]) -> dict[Any, int]:
        """Rows by the values of ``columns``, without those where one is NULL."""
        if len(columns) == 1:
            return {
                (comparable(v),): n
                for v, n in self._column_values(table, columns[0]).items()
                if v is not None
            }
        rows = self._tables[table].select(columns)
        grouped = rows.group_by(columns).aggregate([([], "count_all")]).to_pydict()
        counts = grouped.pop("count_all")
        values = zip(*(map(comparable, grouped[column]) for column in columns), strict=True)
        return {v: n for v, n in zip(values, counts, strict=True) if None not in v}

    def _column_values(self, table: str, column: str) -> dict[Any, int]:
        if (table, column) not in self._values:
            counted = pc.value_counts(self._tables[table].column(column).combine_chunks())
            pairs = zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True)
            self._values[table, column] = dict(pairs)
        return self._values[table, column]

    # ── Profiles ─────────────────────────────────────────────────────────────────────────────

    def _profile(self, source: Source) -> Profile:
        rows = self._tables[source.name].num_rows
        tracked = max(
            FEWEST_TRACKED, min(MOST_TRACKED, TRACKED_VALUES // max(len(source.columns), 1))
        )
        return Profile(
            rows,
            tuple(
                profile_column(column, self._column_values(source.name, column.name), tracked)
                for column in source.columns
            ),
        )


def _type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamp" if kind.tz else "timestamp_ntz"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    return _TYPES.get(str(kind), str(kind))


def comparable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


def as_text(value: Any) -> str | None:
    """A value as the text that a person would see."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def ratio(
    counts: Mapping[tuple[Any, ...], int], known: Iterable[tuple[Any, ...]], forms: Sequence[Form]
) -> float | None:
    """The share of the rows of ``counts`` whose values are among ``known``, both as ``forms``."""
    held = {_formed(value, forms) for value in known}
    filled = [(v, n) for value, n in counts.items() if None not in (v := _formed(value, forms))]
    total = sum(n for _, n in filled)
    return sum(n for value, n in filled if value in held) / total if total else None


def _formed(value: tuple[Any, ...], forms: Sequence[Form]) -> tuple[Any, ...]:
    return tuple(map(_in_form, value, forms)) if forms else value


def _in_form(value: Any, form: Form) -> Any:
    if value is None or form is Form.PLAIN:
        return value
    text = str(value).strip(" ")
    if form is Form.TRIMMED:
        return text or None
    if form is Form.SPELLED:
        seen = "".join(c for c in text.lower() if unicodedata.category(c) not in _UNSEEN)
        return re.sub(r"^[{]?0+(?=.)|[{}]|(?<=[0-9]),(?=[0-9]{3})|[.]0+$", "", seen) or None
    try:
        return Decimal(text) if form is Form.NUMBER else comparable(datetime.fromisoformat(text))
    except (ValueError, ArithmeticError):
        return None


def profile_column(
    column: Column, values: Mapping[Any, int], tracked: int = MOST_TRACKED
) -> ColumnProfile:
    """What one scan would tell of ``column``; ``values`` are its values with their rows."""
    nulls = values.get(None, 0)
    counts = {value: count for value, count in values.items() if value is not None}
    shape = shape_of(column.type)
    if shape is Shape.OTHER:
        return ColumnProfile(column.name, nulls, 0, distinct_is_exact=not counts)
    text = shape is Shape.TEXT
    whole = not text or max(map(len, counts), default=0) <= LONGEST_VALUE
    exact = not counts or (whole and len(counts) <= tracked)
    far = [v for v in counts if isinstance(v, date) and v.year > LAST_YEAR]
    finite = [v for v in counts if v not in far and _is_finite(v)]
    ordered = sorted(((v, counts[v]) for v in finite), key=lambda pair: -pair[1])[:FREQUENT]
    return ColumnProfile(
        column.name,
        nulls,
        len(counts),
        distinct_is_exact=exact and not far,
        minimum=_cut(min(finite, default=None)),
        maximum=_cut(max(finite, default=None)),
        **(_text_facts(counts) if text else {}),
        not_finite_count=sum(n for v, n in counts.items() if not _is_finite(v)),
        far_count=sum(counts[v] for v in far),
        frequent=tuple(ValueCount(_cut(v), n) for v, n in ordered),
        **({"casts": _scales(counts)} if column.type in FLOATING else {}),
    )


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _cut(value: Any) -> Any:
    return value[:LONGEST_VALUE] if isinstance(value, str) else value


def _text_facts(counts: dict[str, int]) -> dict[str, Any]:
    trimmed = {text: text.strip(" ") for text in counts}
    filled = {text: n for text, n in counts.items() if trimmed[text]}
    total = sum(filled.values())

    def share(test: Callable[[str], Any]) -> float:
        return sum(n for text, n in filled.items() if test(trimmed[text])) / total if total else 0.0

    return {
        "blank_count": sum(counts.values()) - total,
        "untrimmed_count": sum(n for text, n in counts.items() if trimmed[text] != text),
        "min_length": min(map(len, counts), default=None),
        "max_length": max(map(len, counts), default=None),
        **_numbers(trimmed.values()),
        "leading_zero_count": sum(
            n for text, n in filled.items() if re.match(r"[-+]?0[0-9]", trimmed[text])
        ),
        "forms": _forms(filled),
        "examples": tuple(_cut(text) for text in sorted(counts, key=lambda t: -counts[t]))[
            FREQUENT : FREQUENT + EXAMPLES
        ],
        "casts": _text_casts([trimmed[text] for text in filled], share),
        "patterns": {
            kind: found
            for kind, pattern in PATTERNS.items()
            if (found := share(_pattern_test(kind, pattern)))
        },
    }


def _forms(filled: dict[str, int]) -> tuple[ValueCount, ...]:
    forms: Counter[str] = Counter()
    for text, count in filled.items():
        forms[re.sub("[0-9]", "9", text.strip(" ")[:FORM_LENGTH])] += count
    return tuple(ValueCount(form, count) for form, count in forms.most_common(FORMS))


def _numbers(texts: Iterable[str]) -> dict[str, float | None]:
    numbers = [float(text) for text in texts if _CASTS["double"](text)]
    finite = [number for number in numbers if math.isfinite(number)]
    return {"least": min(finite, default=None), "greatest": max(finite, default=None)}


def _pattern_test(kind: str, pattern: str) -> Callable[[str], Any]:
    compiled = re.compile(pattern)
    if kind == "phone":
        return lambda text: compiled.search(text) and not _DATE_LIKE.match(text)
    return compiled.search


def _text_casts(
    texts: Iterable[str], share: Callable[[Callable[[str], Any]], float]
) -> tuple[CastShare, ...]:
    scale = whole = 0
    for text in texts:
        if found := re.fullmatch(r"[-+]?[0-9]*[.]([0-9]+)", text):
            scale = max(scale, len(found[1]))
        if found := re.fullmatch(r"[-+]?0*([0-9]+)([.][0-9]*)?", text):
            whole = max(whole, len(found[1]))
    precision = min(MOST_PRECISION, max(SAFE_PRECISION, whole + scale))
    names = {"decimal": f"decimal({precision},{scale})"}
    shares = ((kind, share(test)) for kind, test in _CASTS.items())
    return tuple(CastShare(names.get(kind, kind), found) for kind, found in shares if found)


def _scales(counts: dict[float, int]) -> tuple[CastShare, ...]:
    total = sum(counts.values())
    found = []
    for scale in DECIMAL_SCALES:
        exact = sum(n for v, n in counts.items() if _has_scale(v, scale))
        if exact:
            found.append(CastShare(f"decimal({SAFE_PRECISION},{scale})", exact / total))
    return tuple(found)


def _has_scale(value: float, scale: int) -> bool:
    if not math.isfinite(value) or abs(value) >= 10 ** (SAFE_PRECISION - scale):
        return False
    return math.isclose(float(round(Decimal(value), scale)), value, rel_tol=1e-12)
