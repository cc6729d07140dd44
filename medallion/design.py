"""A design as a notebook shows and edits it. Each editor gives a new one; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from medallion import summary
from medallion.code import Code
from medallion_core import edit
from medallion_core.check import check_bundle, check_design
from medallion_core.cli.bundle_files import write_bundle
from medallion_core.edit.refusals import entity_of
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import ChangeHandling, Entity, Finding, Question, Role, Rule, RuleAction
from medallion_core.model import Design as Data
from medallion_core.model.file import dump_design, load_design
from medallion_core.propose import proposal_json
from medallion_core.tables.inventory import inventory
from medallion_core.tables.lineage import upstream
from medallion_core.text.diff import changed_texts


@dataclass(frozen=True, slots=True)
class Design:
    """What is proposed and edited, before anything is made. ``data`` is all of it, as plain data.

    >>> from medallion.example import shop
    >>> shop().name
    'shop'
    """

    data: Data

    @classmethod
    def from_yaml(cls, text: str) -> Design:
        """Reads a ``medallion.yml``. Raises MedallionError DESIGN_INVALID."""
        return cls(load_design(text))

    @classmethod
    def load(cls, path: str | Path) -> Design:
        """Reads the file. Raises OSError, and MedallionError DESIGN_INVALID."""
        return cls.from_yaml(Path(path).read_text("utf-8"))

    def to_yaml(self) -> str:
        """The design as ``medallion.yml`` holds it."""
        return dump_design(self.data)

    def to_dict(self) -> dict[str, Any]:
        """Keys, roles and references, as JSON has them."""
        return dict(proposal_json(self.data))

    def save(self, path: str | Path) -> Path:
        """Writes ``medallion.yml`` there. Raises OSError."""
        written = Path(path)
        written.write_text(self.to_yaml(), "utf-8")
        return written

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self.data.settings.pipeline_name

    @property
    def tables(self) -> list[str]:
        """Every table that a run writes, bronze to gold."""
        return [dataset.name for dataset in inventory(self.data).tables]

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the proposal is unsure of."""
        return self.data.questions

    def check(self) -> list[Finding]:
        """What the checks say of the design and of its code; one with an ERROR is not deployed.

        >>> from medallion.example import shop
        >>> [finding for finding in shop().check() if finding.level == "error"]
        []
        """
        return [*check_design(self.data), *check_bundle(self.bundle())]

    # ── Editing ──────────────────────────────────────────────────────────────────────────────

    def role(self, table: str, role: str) -> Design:
        """With another role for a table; the star follows.

        Raises MedallionError INVALID_EDIT for a role or a table that there is not.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> design.role("customer", "other").data.entity("customer").role.value
        'other'
        """
        chosen = _one_of(Role, role, "role")
        return self._with_entity(table, role=chosen, role_confidence=1.0)

    def key(self, table: str, *columns: str) -> Design:
        """With these columns as the table's key.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> design.key("customer", "email").data.entity("customer").key
        ('email',)
        """
        return self._with_entity(table, key=columns, key_confidence=1.0)

    def change(self, table: str, handling: str, *, sequence_by: str = "") -> Design:
        """With what a second row of the same key means: append, latest, history, snapshot or
        snapshot_history.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> design.change("customer", "history").data.entity("customer").change.value
        'history'
        """
        chosen = _one_of(ChangeHandling, handling, "change handling")
        return self._with_entity(table, change=chosen, sequence_by=sequence_by)

    def rename(self, name: str, new_name: str) -> Design:
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
            return Design(edit.rename_gold_table(self.data, table, new_name))
        self._entity(table)
        return Design(edit.rename_entity(self.data, table, new_name))

    def leave_out(self, *names: str) -> Design:
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
                design = Design(edit.remove_entity(design.data, table))
        return design

    def retype(self, column: str, type_name: str) -> Design:
        """With another type for ``table.column`` in silver. Raises MedallionError TYPE_INVALID.

        >>> from medallion.example import shop
        >>> design = shop()
        >>> typed = design.retype("orders.amount", "decimal(12,2)")
        >>> typed.data.entity("orders").column("amount").type
        'decimal(12,2)'
        """
        table, _, name = column.partition(".")
        return self._with_column(table, name, type=type_name)

    def rule(self, table: str, name: str, condition: str, *, on_violation: str = "warn") -> Design:
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
        return Design(edit.edit_rules(self.data, table, [*kept, rule]))

    def answer(self, number: int, label: str) -> Design:
        """With the question of that number answered; ``label`` is what one of its answers says.

        Raises MedallionError INVALID_EDIT for a question or an answer that there is not.
        """
        question = self._question(number)
        answers = {each.label: each for each in question.answers}
        if label not in answers:
            known = ", ".join(answers) or "nothing to decide"
            raise MedallionError("INVALID_EDIT", f"{label!r} is no answer.", f"It has: {known}.")
        return Design(edit.answer_question(self.data, question, answers[label]))

    def accept(self) -> Design:
        """With every question answered as the proposal has it."""
        return Design(replace(self.data, questions=()))

    # ── Reading ──────────────────────────────────────────────────────────────────────────────

    def preview(self, table: str) -> Code:
        """The generated code of a table; of a source's table, that of bronze and of silver.

        Raises MedallionError TABLE_NOT_FOUND.
        """
        datasets = inventory(self.data).datasets
        paths = {
            each.file for each in datasets if table in (each.name, getattr(each.of, "name", ""))
        }
        bundle = self.bundle()
        files = {path: text for path, text in bundle.items() if path in paths}
        if not files:
            raise MedallionError(
                "TABLE_NOT_FOUND",
                f"The design makes no table {table!r}.",
                f"It makes: {', '.join(self.tables)}.",
            )
        return Code(files)

    def bundle(self) -> dict[str, str]:
        """Every file of the asset bundle, by its path."""
        return generate_bundle(self.data)

    def write(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Writes the asset bundle there, for a repository.

        Raises MedallionError FILES_EDITED where a file was changed by hand; ``overwrite`` replaces
        it.
        """
        target = Path(folder)
        write_bundle(target, self.bundle(), overwrite=overwrite)
        return target

    def compare(self, other: Design) -> Code:
        """What changes from this design to ``other``, as a unified diff of each file.

        >>> from medallion.example import shop
        >>> changes = shop().compare(shop().retype("orders.amount", "decimal(12,2)"))
        >>> "src/silver/orders.py" in changes.files
        True
        """
        return Code(changed_texts(self.bundle(), other.bundle(), self.name, other.name))

    def lineage(self, column: str) -> list[str]:
        """The columns that ``table.column`` is made of, back to the sources."""
        return upstream(self.data, column)

    def __repr__(self) -> str:
        return summary.as_text(self.data)

    def _repr_html_(self) -> str:
        return summary.as_html(self.data)

    def _question(self, number: int) -> Question:
        try:
            return self.questions[number]
        except IndexError as error:
            found = len(self.questions)
            raise MedallionError(
                "INVALID_EDIT", f"There is no question {number}, but {found}."
            ) from error

    def _entity(self, name: str) -> Entity:
        """Raises MedallionError INVALID_EDIT."""
        return entity_of(self.data, name)

    def _with_entity(self, table: str, **changes: Any) -> Design:
        entity = replace(self._entity(table), **changes)
        return Design(edit.edit_entities(self.data, [entity]))

    def _with_column(self, table: str, column: str, **changes: Any) -> Design:
        columns = self._entity(table).columns
        if column not in {each.name for each in columns}:
            raise MedallionError(
                "INVALID_EDIT",
                f"{table} has no column {column!r}.",
                f"It has: {', '.join(each.name for each in columns)}.",
            )
        edited = [replace(each, **changes) if each.name == column else each for each in columns]
        return Design(edit.edit_columns(self.data, table, edited))


def _one_of(kind: Any, value: str, what: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(each.value for each in kind)
        raise MedallionError(
            "INVALID_EDIT", f"{value!r} is no {what}.", f"One of: {known}."
        ) from error
