"""What planning, deploying and running gave, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from medallion import html
from medallion.design import Design
from medallion_core.deploy import Deployment
from medallion_core.deploy import Plan as PlanData
from medallion_core.errors import MedallionError
from medallion_core.job import Outcome
from medallion_core.repair import Diagnosis, Fix
from medallion_core.run import RunStatus, Verdict


@dataclass(frozen=True, slots=True)
class Plan:
    """What deploying would do. Nothing was changed to make it. ``data`` is what is applied."""

    data: PlanData

    @property
    def is_refused(self) -> bool:
        """Whether the design has an ERROR, so that it cannot be deployed."""
        return bool(self.data.refused)

    def to_dict(self) -> list[dict[str, str]]:
        """Each step as text: kind, subject, action, detail."""
        return [dict(zip(_PLAN, row, strict=True)) for row in self._rows()]

    def to_df(self) -> Any:
        """The same as a ``pandas.DataFrame``."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_dict()).to_pandas()

    def __repr__(self) -> str:
        return html.shortened("\n".join([self._summary(), *map("  ".join, self._rows())]))

    def _repr_html_(self) -> str:
        return html.paragraph(self._summary(), strong=True) + html.table(_PLAN, self._rows())

    def _summary(self) -> str:
        if self.is_refused:
            return f"{len(self.data.refused)} errors: the design cannot be deployed."
        asked = {
            "read again in full": self.data.unconfirmed,
            "make no longer": self.data.left_behind,
        }
        asks = [
            f"Needs your consent to {what}: {', '.join(tables)}."
            for what, tables in asked.items()
            if tables
        ]
        changes = f"{len(self.data.changes)} changes to {self.data.root_path}."
        return " ".join([changes, *asks])

    def _rows(self) -> list[tuple[str, ...]]:
        refused = [("finding", f.subject, f.level.value, f.detail) for f in self.data.refused]
        steps = self.data.changes
        return [*refused, *((s.kind.value, s.subject, s.action.value, s.detail) for s in steps)]


_PLAN = ("kind", "subject", "action", "detail")


@dataclass(frozen=True, slots=True)
class Deployed:
    """A pipeline as the design wants it. ``run`` starts it."""

    design: Design
    data: Deployment
    _run: Callable[..., Run]

    def run(self, **options: Any) -> Run:
        """Runs to the verdict. Options as ``Builder.run`` has them."""
        return self._run(self.design, **options)

    def __repr__(self) -> str:
        return f"Deployed {self.design.name} to {self.data.root_path}: {self.data.pipeline_id}"

    def _repr_html_(self) -> str:
        return html.paragraph(repr(self))


_TABLES = ("table", "state", "rows_written", "rows_broken")


@dataclass(frozen=True, slots=True)
class Run:
    """How an update ended: tables, rows, rules, and the criteria. ``design`` is the design
    as it was mended."""

    design: Design
    status: RunStatus
    verdict: Verdict
    diagnoses: tuple[Diagnosis, ...]
    _mend: Callable[[Design, Fix], Run]

    @property
    def met(self) -> bool:
        """Whether all criteria are met."""
        return self.verdict.met

    def fix(self, number: int, *, consent: bool = False) -> Run:
        """Applies what a diagnosis proposes, and deploys and runs again.

        Raises MedallionError NO_FIX where the diagnosis has none, and CONSENT_NEEDED where the fix
        is not safe and ``consent`` is not given.
        """
        diagnosis = self._diagnosis(number)
        if diagnosis.fix is None:
            raise MedallionError("NO_FIX", diagnosis.sentence, diagnosis.instructions)
        if diagnosis.risk.value != "safe" and not consent:
            raise MedallionError(
                "CONSENT_NEEDED",
                diagnosis.fix.change,
                f"Agree to it: run.fix({number}, consent=True).",
            )
        return self._mend(self.design, diagnosis.fix)

    def _diagnosis(self, number: int) -> Diagnosis:
        try:
            return self.diagnoses[number]
        except IndexError as error:
            found = len(self.diagnoses)
            raise MedallionError(
                "NO_FIX", f"There is no diagnosis {number}, but {found}."
            ) from error

    def to_dict(self) -> dict[str, Any]:
        """State, criteria and rows, as JSON has them."""
        return {
            "update_id": self.status.update_id,
            "state": self.status.state,
            "met": self.met,
            "criteria": {each.name: each.met for each in self.verdict.criteria},
            "notes": list(self.verdict.notes),
            "tables": {each.name: each.rows_written for each in self.status.tables},
        }

    def to_df(self) -> Any:
        """The tables as a ``pandas.DataFrame``: rows written, and rows that broke a rule."""
        rows = [dict(zip(_TABLES, row, strict=True)) for row in self._rows()]
        import pyarrow as pa

        return pa.Table.from_pylist(rows).to_pandas()

    def __repr__(self) -> str:
        lines = [
            f"{'✓' if each.met else '✗'} {each.name}: {each.detail}"
            for each in self.verdict.criteria
        ]
        lines += [f"! {note}" for note in self.verdict.notes]
        lines += [f"[{number}] {each.sentence}" for number, each in enumerate(self.diagnoses)]
        lines += ["  ".join(map(str, row)) for row in self._rows()]
        return html.shortened("\n".join(lines))

    def _repr_html_(self) -> str:
        criteria = [("✓" if c.met else "✗", c.name, c.detail) for c in self.verdict.criteria]
        criteria += [("!", "To look at", note) for note in self.verdict.notes]
        parts = [html.table(["", "Criterion", ""], criteria)]
        if self.diagnoses:
            parts.append(html.table(["", "What failed", "What mends it", "Risk"], self._mended()))
        parts.append(
            html.table(["Table", "State", "Rows written", "Rows that broke a rule"], self._rows())
        )
        return "".join(parts)

    def _mended(self) -> Iterable[tuple[object, ...]]:
        for number, each in enumerate(self.diagnoses):
            change = each.fix.change if each.fix else each.instructions
            yield number, each.sentence, change, each.risk.value

    def _rows(self) -> Iterable[tuple[object, ...]]:
        for table in self.status.tables:
            broken = sum(rule.failed for rule in table.expectations)
            yield table.name, table.state, table.rows_written, broken


def run_of(outcome: Outcome, design: Design, mend: Callable[[Design, Fix], Run]) -> Run:
    """What a notebook shows of a job that ran."""
    if outcome.status is None or outcome.verdict is None:
        raise MedallionError("NEVER_RUN", "The pipeline was not run.", "Run it.")
    last = outcome.rounds[-1].open if outcome.rounds else ()
    return Run(design, outcome.status, outcome.verdict, last, mend)
