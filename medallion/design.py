"""A design as a notebook shows and edits it. Each editor gives a new one; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from medallion import summary
from medallion.code import Code
from medallion.editors import Editors
from medallion_core.check import Refresh, check_bundle, check_design, refreshes
from medallion_core.check.sampled import SAMPLED, SHOWN, Sample
from medallion_core.cli.bundle_files import write_bundle
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import Design as Data
from medallion_core.model import Finding, Question
from medallion_core.model.file import dump_design, load_design
from medallion_core.propose import proposal_json
from medallion_core.tables import names
from medallion_core.tables.inventory import inventory
from medallion_core.tables.lineage import downstream, upstream
from medallion_core.text.diff import changed_texts


class SampleOf(Protocol):
    def __call__(self, design: Data, table: str, *, sampled: int, shown: int) -> Sample:
        """``shown`` rows of a table, from at most ``sampled`` rows of each source."""
        ...


@dataclass(frozen=True, slots=True)
class Design(Editors):
    """What is proposed and edited, before anything is made. ``data`` is all of it, as plain data.

    >>> from medallion.example import shop
    >>> shop().name
    'shop'
    """

    data: Data
    _sample: SampleOf | None = field(default=None, repr=False, compare=False)

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

    # ── Reading ──────────────────────────────────────────────────────────────────────────────

    def preview(self, table: str, *, sampled: int = SAMPLED, shown: int = SHOWN) -> Code:
        """The generated code of a table; of a source's table, that of bronze and of silver. With
        ``shown`` of the rows that it gives on at most ``sampled`` rows of each source, where a
        builder made or opened the design: nothing is written.

        Raises MedallionError TABLE_NOT_FOUND.

        >>> from medallion.example import shop
        >>> sorted(shop().preview("orders").files)
        ['src/bronze/orders.py', 'src/silver/orders.py']
        """
        files = self._files_of(table)
        if self._sample is None:
            return Code(files, note=f"Rows are computed by builder.preview(design, {table!r}).")
        try:
            name = self._table_named(table)
            sample = self._sample(self.data, name, sampled=sampled, shown=shown)
        except MedallionError as error:
            return Code(files, note=f"No rows: {error.message} {error.hint}".strip())
        return Code(files, sample.rows, sample.note)

    def _files_of(self, table: str) -> dict[str, str]:
        datasets = inventory(self.data).datasets
        paths = {
            each.file for each in datasets if table in (each.name, getattr(each.of, "name", ""))
        }
        files = {path: text for path, text in self.bundle().items() if path in paths}
        if not files:
            raise MedallionError(
                "TABLE_NOT_FOUND",
                f"The design makes no table {table!r}.",
                f"It makes: {', '.join(self.tables)}.",
            )
        return files

    def _table_named(self, table: str) -> str:
        """Of a source's table that of silver."""
        if inventory(self.data).find(table) is not None:
            return table
        return names.silver_table(self._entity(table))

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

    def downstream(self, column: str) -> list[str]:
        """The columns that are made of ``table.column``, on to gold."""
        return downstream(self.data, column)

    def refreshes(self) -> list[Refresh]:
        """How each view is refreshed: changes alone, or in full and why."""
        return refreshes(self.bundle())

    def __repr__(self) -> str:
        return summary.as_text(self.data)

    def _repr_html_(self) -> str:
        return summary.as_html(self.data)

    def _with(self, data: Data) -> Design:
        return replace(self, data=data)
