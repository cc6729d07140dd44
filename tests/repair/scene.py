"""A pipeline with many faults at once: made, run, diagnosed, mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO

from medallion_core.job import Order, Outcome, do_job
from medallion_core.model import Design, Entity, Settings, Star, TableLocation, TableName
from medallion_core.repair import Consent, Diagnosis, nobody
from medallion_core.text.identifiers import quote_name
from medallion_core.trust import own_asker
from medallion_core.workspace import Workspace
from tests.repair.faults import Fault
from tests.repair.files import VOLUME


@dataclass(frozen=True)
class Scene:
    """``name`` is the pipeline's; its sources lie in ``main.<name>``, its tables beside."""

    ws: Workspace
    name: str
    faults: tuple[Fault, ...]

    @property
    def target(self) -> str:
        return f"{self.name}_gold"

    def make_sources(self) -> None:
        self.ws.execute(f"CREATE SCHEMA main.{self.name}")
        for fault in self.faults:
            self.run_statements(fault, fault.setup)
            for path, content in fault.files:
                self.ws.client.files.upload(
                    f"{VOLUME}/{fault.name}/{path}", BytesIO(content), overwrite=True
                )

    def change_sources(self) -> None:
        for fault in self.faults:
            self.run_statements(fault, fault.later)

    def run_statements(self, fault: Fault, statements: Iterable[str]) -> None:
        for statement in statements:
            self.ws.execute(statement.replace("{t}", quote_name("main", self.name, fault.name)))

    def design(self) -> Design:
        star = Star(
            dimensions=tuple(f.dimension for f in self.faults if f.dimension),
            facts=tuple(f.fact for f in self.faults if f.fact),
        )
        return Design(
            Settings(self.name, "main", self.target),
            tuple(self._own(fault.entity) for fault in self.faults),
            star=star,
        )

    def _own(self, entity: Entity) -> Entity:
        """The entity over the table in this scene's schema."""
        return replace(entity, reads=tuple(map(self._read, entity.reads)))

    def _read(self, read: object) -> object:
        if not isinstance(read, TableLocation):
            return read
        return replace(read, table=TableName("main", self.name, read.table.table))

    def do(self, consent: Consent = nobody) -> Outcome:
        """The whole job, from the design as it was made."""
        return do_job(own_asker(self.ws), self.design(), Order(rounds=5), consent=consent)

    def found(self, outcome: Outcome) -> dict[str, Diagnosis]:
        """What each fault was first taken for, by its name."""
        names: dict[str, Diagnosis] = {}
        for diagnosis in (d for round_ in outcome.rounds for d in round_.found):
            names.setdefault(diagnosis.subject.partition("_")[2], diagnosis)
        return names

    def count(self, table: str) -> int:
        rows = self.ws.query(f"SELECT count(*) AS n FROM {quote_name('main', self.target, table)}")
        return int(rows.column("n")[0].as_py())


def everything(diagnosis: Diagnosis) -> str:
    """Consents to all that asks."""
    return "the test"
