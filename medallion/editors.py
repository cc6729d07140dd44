"""What a person changes in a design. Each editor gives a new one, and leaves the old as it is.

What an edit would break is a MedallionError INVALID_EDIT that names it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, Self

from medallion_core import edit
from medallion_core.edit.drift import Drift, follow_drift
from medallion_core.edit.nested import flatten_column
from medallion_core.edit.refusals import entity_of
from medallion_core.errors import MedallionError
from medallion_core.model import (
    ChangeHandling,
    Ci,
    Design,
    Entity,
    FeedChoice,
    Privacy,
    PrivacyDecision,
    Proofs,
    Publishing,
    Question,
    Reference,
    Role,
    Rule,
    RuleAction,
)


class Editors(ABC):
    """The editors of a design. ``data`` is the design as plain data."""

    __slots__ = ()

    data: Design

    @abstractmethod
    def _with(self, data: Design) -> Self:
        """The same with other data."""

    def role(self, table: str, role: str) -> Self:
        """With another role for a table; the star follows.

        Raises MedallionError INVALID_EDIT for a role or a table that there is not.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> design.role("customer", "other").data.entity("customer").role.value
        'other'
        """
        chosen = _one_of(Role, role, "role")
        return self._with_entity(table, role=chosen, role_confidence=1.0)

    def key(self, table: str, *columns: str) -> Self:
        """With these columns as the table's key.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> design.key("customer", "email").data.entity("customer").key
        ('email',)
        """
        return self._with_entity(table, key=columns, key_confidence=1.0)

    def change(self, table: str, handling: str, *, sequence_by: str = "") -> Self:
        """With what a second row of the same key means: append, latest, history, snapshot or
        snapshot_history.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> design.change("customer", "history").data.entity("customer").change.value
        'history'
        """
        chosen = _one_of(ChangeHandling, handling, "change handling")
        return self._with_entity(table, change=chosen, sequence_by=sequence_by)

    def rename(self, name: str, new_name: str) -> Self:
        """With another name for a table, or for a column written ``table.column``; whatever names
        it follows.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> renamed = design.rename("customer.email", "mail")
        >>> [column.name for column in renamed.data.entity("customer").columns]
        ['id', 'name', 'mail']
        """
        table, _, column = name.partition(".")
        if column:
            return self._with_column(table, column, name=new_name)
        if any(table == each.name for each in self.data.star.tables):
            return self._with(edit.rename_gold_table(self.data, table, new_name))
        self._entity(table)
        return self._with(edit.rename_entity(self.data, table, new_name))

    def leave_out(self, *names: str) -> Self:
        """Without these tables or columns.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> [entity.name for entity in design.leave_out("customer").data.entities]
        ['orders']
        """
        design = self
        for name in names:
            table, _, column = name.partition(".")
            if column:
                design = design._with_column(table, column, included=False)
            else:
                design._entity(table)
                design = design._with(edit.remove_entity(design.data, table))
        return design

    def retype(self, column: str, type_name: str) -> Self:
        """With another type for ``table.column`` in silver. Raises MedallionError TYPE_INVALID.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> typed = design.retype("orders.amount", "decimal(12,2)")
        >>> typed.data.entity("orders").column("amount").type
        'decimal(12,2)'
        """
        table, _, name = column.partition(".")
        return self._with_column(table, name, type=type_name)

    def rule(self, table: str, name: str, condition: str, *, on_violation: str = "warn") -> Self:
        """With one more rule, or another one of its name. ``condition`` is one SQL expression
        over silver columns; ``on_violation`` is warn, drop, quarantine or fail.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> ruled = design.rule("orders", "amount_is_positive", "amount >= 0")
        >>> [rule.name for rule in ruled.data.entity("orders").rules]
        ['order_id_present', 'amount_is_positive']
        """
        entity = self._entity(table)
        action = _one_of(RuleAction, on_violation, "action")
        rule = Rule(name, condition, action)
        kept = [each for each in entity.rules if each.name != name]
        return self._with(edit.edit_rules(self.data, table, [*kept, rule]))

    def reference(self, child: str, parent: str, *, accepted: bool = True) -> Self:
        """With ``table.column`` referring to another table's, in place of what was said of this
        column; with ``accepted`` false it refers to nothing. Keys of several columns are written
        ``table.one,two``.

        >>> from medallion.example import shop
        >>> design = shop().reference("orders.customer_id", "customer.id", accepted=False)
        >>> design.data.star.facts[0].links
        ()
        """
        entity, columns = self._columns(child)
        to, keys = self._columns(parent)
        kept = [r for r in self.data.references if (r.entity, r.columns) != (entity, columns)]
        if accepted:
            kept.append(Reference(entity, columns, to, keys, evidence="said by hand"))
        return self._with(edit.edit_references(self.data, kept))

    def personal(self, column: str, decision: str) -> Self:
        """With what becomes of a column with personal data: keep, mask, hash or drop.

        >>> from medallion.example import shop
        >>> design = shop().personal("customer.email", "hash")
        >>> design.data.entity("customer").column("email").privacy.decision.value
        'hash'
        """
        table, _, name = column.partition(".")
        chosen = _one_of(PrivacyDecision, decision, "decision")
        known = {each.name: each.privacy for each in self._entity(table).columns}
        found = known.get(name) or Privacy("personal", evidence="said by hand")
        return self._with_column(table, name, privacy=replace(found, decision=chosen))

    def feed(self, table: str, choice: str) -> Self:
        """With how rows that are changes of rows are read: flagged, gone, newest or every."""
        chosen = _one_of(FeedChoice, choice, "way to read changes")
        return self._with(edit.answer_feed(self.data, table, chosen))

    def flatten(self, column: str) -> Self:
        """With the fields of a nested ``table.column`` in its place."""
        table, _, name = column.partition(".")
        entity = flatten_column(self._entity(table), name)
        return self._with(edit.edit_entities(self.data, [entity]))

    def settings(self, **changes: Any) -> Self:
        """With other settings, as ``medallion_core.model.Settings`` has them.

        >>> from medallion.example import shop
        >>> shop().settings(schema="shop_test").data.settings.schema
        'shop_test'
        """
        return self._with(
            replace(self.data, settings=replace(self.data.settings, **as_settings(changes)))
        )

    def answer(self, number: int, label: str) -> Self:
        """With the question of that number answered; ``label`` is what one of its answers says.

        Raises MedallionError INVALID_EDIT for a question or an answer that there is not.
        """
        question = self._question(number)
        answers = {each.label: each for each in question.answers}
        if label not in answers:
            known = ", ".join(answers) or "nothing to decide"
            raise MedallionError("INVALID_EDIT", f"{label!r} is no answer.", f"It has: {known}.")
        return self._with(edit.answer_question(self.data, question, answers[label]))

    def edit(self, editor: Callable[..., Design], *given: Any, **named: Any) -> Self:
        """With what a function of ``medallion_core.edit`` makes of it: of facts, dimensions,
        measures, aggregates, flags.

        >>> from medallion.example import shop
        >>> from medallion_core.edit import rename_gold_table
        >>> shop().edit(rename_gold_table, "fact_orders", "fact_sales").data.star.facts[0].name
        'fact_sales'
        """
        return self._with(editor(self.data, *given, **named))

    def accept(self) -> Self:
        """With every question answered as the proposal has it."""
        return self._with(replace(self.data, questions=()))

    def follow(self, *changes: Drift) -> Self:
        """With what has changed at the sources taken over, as ``builder.drift`` found it: a new
        column is read, one that is gone leaves silver, a retyped one is cast to its silver type."""
        return self._with(reduce(follow_drift, changes, self.data))

    def _question(self, number: int) -> Question:
        try:
            return self.data.questions[number]
        except IndexError as error:
            found = len(self.data.questions)
            raise MedallionError(
                "INVALID_EDIT", f"There is no question {number}, but {found}."
            ) from error

    def _columns(self, text: str) -> tuple[str, tuple[str, ...]]:
        """A table and columns of it, written ``table.one,two``. Raises MedallionError."""
        table, _, names = text.partition(".")
        columns = tuple(name.strip() for name in names.split(","))
        known = [each.name for each in self._entity(table).columns]
        for name in columns:
            if name not in known:
                raise _no_column(table, name, known)
        return table, columns

    def _entity(self, name: str) -> Entity:
        """Raises MedallionError INVALID_EDIT."""
        return entity_of(self.data, name)

    def _with_entity(self, table: str, **changes: Any) -> Self:
        entity = replace(self._entity(table), **changes)
        return self._with(edit.edit_entities(self.data, [entity]))

    def _with_column(self, table: str, column: str, **changes: Any) -> Self:
        columns = self._entity(table).columns
        self._columns(f"{table}.{column}")
        edited = [replace(each, **changes) if each.name == column else each for each in columns]
        return self._with(edit.edit_columns(self.data, table, edited))


def as_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with words in place of the model's choices."""
    kinds = {"publishing": Publishing, "proofs": Proofs, "ci": Ci}
    return {
        name: _one_of(kinds[name], value, name) if name in kinds else value
        for name, value in given.items()
    }


def _no_column(table: str, column: str, known: list[str]) -> MedallionError:
    return MedallionError(
        "INVALID_EDIT", f"{table} has no column {column!r}.", f"It has: {', '.join(known)}."
    )


def _one_of(kind: Any, value: str, what: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(each.value for each in kind)
        raise MedallionError(
            "INVALID_EDIT", f"{value!r} is no {what}.", f"One of: {known}."
        ) from error
