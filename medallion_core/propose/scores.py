"""How likely one column refers to another: points for each piece of evidence.

The points add up to a log-odds, so the confidence is their logistic. Names weigh most where they
speak; where they are silent, the fit of the values decides.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from math import log10

from medallion_core.propose.fields import SMALL_CODE_LENGTH, Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.matching import NameMatch
from medallion_core.propose.names import abbreviates, stem_vocabulary
from medallion_core.propose.surprise import surprise
from medallion_core.propose.tables import Table

PRIOR = -4.0
"""Most pairs of columns have nothing to do with each other."""

NAME_WEIGHT = 6.0

DEPENDENT = stem_vocabulary(
    "text translation description desc detail line item history version log assignment mapping map "
    "xref link bridge sat satellite status snapshot change attribute property extension info "
    "information"
)
"""Words of tables whose rows belong to the rows of another."""


@dataclass(slots=True)
class Pair:
    """A column, the unique column that it may refer to, and how they stand in their tables.

    ``is_own_key``: the column is its own table's key; ``is_own_name``: it is named after its own
    table, ``counts_itself``: after the last word of that, or after nothing. ``to_self``: it would
    refer to that table; ``to_key``: to the parent's key rather than to another unique column,
    ``key_differs``: of a kind that the parent's key cannot be compared with. ``fit`` are the points
    of ``table_fit``. ``names_speak`` (0 to 1) is the share of tables whose columns are named after
    others: where it is high, a name that says nothing says no. It is known, and set,
    once all pairs are.
    """

    field: Field
    key: Field
    name: NameMatch
    _: KW_ONLY
    is_own_key: bool = False
    is_own_name: bool = False
    counts_itself: bool = False
    to_key: bool = True
    key_differs: bool = False
    to_self: bool = False
    fit: float = 0.0
    names_speak: float = 0.0


def points(pair: Pair, inclusion: float | None) -> float:
    """All evidence together; the profiles' ranges stand in for ``inclusion`` where it is None."""
    score = PRIOR + NAME_WEIGHT * pair.name.score
    score += _shape_points(pair) + _identity_points(pair)
    if inclusion is None:
        return score + _range_points(pair.field, pair.key) + _fit_points(pair)
    return score + 0.7 + _use_points(pair) + inclusion_points(inclusion, pair)


def table_fit(child: Table, parent: Table, key: Field) -> float:
    """How well the tables go together, by their names: it decides between parents that hold the
    same values. A key is at home in the table that is named like it; a table is about what its
    own name begins with; texts, lines and versions depend on something themselves."""
    own = "".join(key.subject_stems)
    fit = 0.4 if key.subject_stems == parent.stems else 0.0
    fit += 0.3 if abbreviates(own, "".join(parent.stems)) else 0.0
    if child is not parent and set(parent.stems) < set(child.stems):
        fit += 0.4
    if not DEPENDENT.isdisjoint(parent.stems) and key.subject_stems != parent.stems:
        fit -= 0.8
    return fit


def may_hold_codes(pair: Pair) -> bool:
    """Text short enough to be the parent's codes, or some of its names: worth comparing whatever
    it is called."""
    short = min(SMALL_CODE_LENGTH, 2 * _longest(pair.key))
    return _is_telling_text(pair) and (_longest(pair.field) <= short or _may_hold_names(pair))


def _may_hold_names(pair: Pair) -> bool:
    """Longer text that comes again and again, of no more values than the parent's and within
    their bounds and lengths."""
    field, key = pair.field, pair.key
    comes_again = field.row_count >= 2 * field.distinct
    if not comes_again or field.distinct > key.all_distinct or _longest(field) > _longest(key):
        return False
    return range_outside(field, key) == 0.0


def _longest(field: Field) -> int:
    return (field.profile.max_length if field.profile else None) or 0


def _range_points(field: Field, key: Field) -> float:
    """Values outside the parent's range have no parent, so a range that differs says no."""
    if not field.has_values or not key.has_values:
        return 0.0
    outside = range_outside(field, key)
    if outside == 0:
        return 0.7
    if outside <= 0.1 and key.is_sampled:
        return 0.0
    return -1.0 if outside <= 0.1 else -6.0 * min(1.0, outside + 0.3)


def range_outside(field: Field, key: Field) -> float:
    """The share of the column's range that lies outside the key's; strings count as just outside
    where their order says so, since one odd value moves their bounds anywhere."""
    if field.span and key.span:
        return _overhang(*field.span, *key.span)
    if field.bounds is None or key.bounds is None:
        return 0.0
    inside = str(key.bounds[0]) <= str(field.bounds[0]) and str(field.bounds[1]) <= str(
        key.bounds[1]
    )
    return 0.0 if inside else 0.05


def _overhang(low: float, high: float, least: float, most: float) -> float:
    over = max(0.0, least - low) + max(0.0, high - most)
    return min(1.0, over / max(high - low, 1e-9))


def _fit_points(pair: Pair) -> float:
    """What the counts and lengths of the values say, as long as the values are not compared."""
    field, key = pair.field, pair.key
    if not field.has_values or not key.distinct:
        return 0.0
    used = field.distinct / key.all_distinct
    if used > 1.1:
        return -2.5 * min(2.0, used - 1.0)
    if field.family == "string":
        return (1.0 - pair.name.score) * _length_points(field, key)
    return _use_points(pair)


def _use_points(pair: Pair) -> float:
    """How much of the parent is used. It decides between counts where names are silent; where a
    name says a little, and the values are just those of the parent, that is more than chance."""
    field, key = pair.field, pair.key
    silent = 1.0 - pair.name.score
    if field.family == "string" or not field.has_values or not key.distinct:
        return -silent
    used = min(1.0, field.distinct / key.all_distinct)
    just = used > 0.99 and field.distinct >= 3 and pair.name.score >= 0.5
    fit = 3.0 * used + log10(field.distinct) - 1.5
    return silent * (fit - 4.0 * silent * pair.names_speak) + (0.9 if just else 0.0)


def _length_points(field: Field, key: Field) -> float:
    """Codes of one fixed length refer to codes of that length."""
    mine, theirs = field.profile, key.profile
    if mine is None or theirs is None or not mine.max_length or not theirs.max_length:
        return -1.0
    if mine.max_length > 2 * theirs.max_length:
        return -3.0
    fixed = mine.min_length == mine.max_length == theirs.min_length == theirs.max_length
    return 3.5 if fixed and 2 < mine.max_length <= SMALL_CODE_LENGTH < field.row_count else -1.0


def _shape_points(pair: Pair) -> float:
    result = 0.0
    if pair.field.has_strong_marker:
        result += 0.5
    if not pair.field.marker and pair.field.family == "whole" and _is_low(pair.field, pair.key):
        result -= 3.5
    if _goes_below_zero(pair.field, pair.key):
        result -= 3.5
    if not pair.to_key:
        named = pair.name.score == 1.0 or (pair.key_differs and pair.name.score >= 0.7)
        result -= 1.0 if named else 3.5
    if pair.field.kind is not pair.key.kind:
        result -= 0.5 if pair.field.has_gaps or pair.field.kind is not Kind.FLOAT else 3.0
    return result


def _is_low(field: Field, key: Field) -> bool:
    """Small numbers, far below the parent's greatest: they count or grade something."""
    if field.span is None or key.span is None:
        return False
    least, most = key.span
    return field.span[1] - least < 0.05 * (most - least)


def _goes_below_zero(field: Field, key: Field) -> bool:
    """Numbers below 0 and below all of the parent's measure something."""
    if field.span is None or key.span is None:
        return False
    return field.span[0] < min(0.0, key.span[0])


def _identity_points(pair: Pair) -> float:
    """A key that refers to another key makes a subtype, and that is rare; numbers counted from
    one by the table itself are its own, however well they fit into a longer count."""
    field, key = pair.field, pair.key
    if pair.is_own_name and (pair.is_own_key or pair.name.score < 1.0):
        return -6.0
    if pair.to_self and not pair.name.score:
        return -2.0
    if not pair.is_own_key:
        return -1.0 if field.may_be_unique and field.distinct > 20 else 0.0
    if pair.counts_itself and _is_counted(field) and field.bounds != key.bounds:
        return -6.0
    return -1.5 if pair.name.score == 1.0 else 2.0 * pair.name.score - 5.0


def _is_counted(field: Field) -> bool:
    """Whole numbers without gaps from 0 or 1 upwards."""
    if field.span is None or not field.is_whole:
        return False
    low, high = field.span
    return low in (0, 1) and high - low + 1 <= field.all_distinct * 1.05


def inclusion_points(ratio: float, pair: Pair | None) -> float:
    """Full inclusion is good evidence, little is the end of it; between them names decide.

    Where names are silent, inclusion says as much as it surprises: small numbers are found in
    every longer count, codes are not. ``pair`` is None for references of several columns, where
    the orphans of each add up.
    """
    if ratio < 0.5:
        return -7.0
    if pair is None:
        return 2.0 if ratio >= 0.999 else 0.8 if ratio >= 0.8 else -0.5
    name = pair.name.score
    if ratio < 0.9:
        return -0.5 if name >= 0.7 else -3.0
    surprising = _surprise_points(pair, ratio) if name < 0.7 else 0.0
    if ratio >= 0.999:
        return 2.0 + surprising
    return (0.8 if name >= 0.5 or surprising > 2.0 else -0.7) + surprising


def _surprise_points(pair: Pair, ratio: float) -> float:
    """Of values that are found where their names do not say so; for a name that says a little,
    half as much."""
    if not pair.to_key or pair.field.distinct < 3:
        return 0.0
    return surprise(pair.field, pair.key, ratio) * (1.0 - pair.name.score)


def _is_telling_text(pair: Pair) -> bool:
    return pair.field.family == "string" and pair.field.distinct > 2 and pair.to_key
