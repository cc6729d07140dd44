"""Every dataset that a design means, once, and found by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medallion_core.model import Column, Design, Entity
from medallion_core.tables import names
from medallion_core.tables.datasets import Dataset, DatasetKind, ForeignKey, Layer, Schema
from medallion_core.tables.entities import entity_datasets
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.newest import Newest
from medallion_core.tables.schema import GoldTable, foreign_keys


@dataclass(frozen=True, slots=True)
class Inventory:
    """The datasets of a design: those of its entities, from bronze on, then gold."""

    datasets: tuple[Dataset, ...]
    _by_name: dict[str, Dataset]

    def __iter__(self) -> Iterator[Dataset]:
        return iter(self.datasets)

    def find(self, name: str) -> Dataset | None:
        """The dataset that is called ``name``, or that a flow of this name writes to; names are
        compared as Unity Catalog does, without case."""
        return self._by_name.get(name.lower())

    @property
    def tables(self) -> list[Dataset]:
        """What a run writes."""
        return [dataset for dataset in self.datasets if dataset.is_table]

    def without_views(self, reads: Iterable[str]) -> Iterator[str]:
        """``reads``, with each view replaced by the tables that it reads."""
        for name in reads:
            read = self.find(name)
            if read is None or read.is_table:
                yield name
            else:
                yield from self.without_views(read.reads)

    def entities_of(self, dataset: Dataset) -> list[Entity]:
        """The entity that ``dataset`` is of; of gold, those that its columns are taken from, else
        those that it reads besides, else those of the gold tables that it reads. Each once."""
        entities: dict[str, Entity] = {}
        reached: dict[str, None] = {}
        waiting = [dataset]
        while waiting:
            current = waiting.pop(0)
            nearest = self._nearest_entities(current)
            entities |= {entity.name: entity for entity in nearest}
            if not nearest and current.name not in reached:
                waiting += filter(None, map(self.find, current.reads))
            reached[current.name] = None
        return list(entities.values())

    def _nearest_entities(self, dataset: Dataset) -> list[Entity]:
        own = _entity(dataset)
        if own:
            return [own]
        taken, besides = (
            [entity for read in map(self.find, names) if read and (entity := _entity(read))]
            for names in (dataset.made_of, dataset.also_reads)
        )
        return taken or besides

    def of(self, part: object) -> list[Dataset]:
        """The datasets that are of this part of the design: an entity, a fact."""
        return [dataset for dataset in self.datasets if dataset.of is part]


def _entity(dataset: Dataset) -> Entity | None:
    """The entity whose rows the dataset has, as they are."""
    match dataset.of:
        case Entity() as entity:
            return entity
        case Newest(entity=entity):
            return entity
    return None


def inventory(design: Design) -> Inventory:
    """Every dataset of ``design``. Raises nothing: a design that contradicts itself has names, too.

    Looks at each table once; the same design is not looked at again.
    """
    return design.find_out_once("inventory", lambda: _inventory(design))


def _inventory(design: Design) -> Inventory:
    of_entities = (found for entity in design.entities for found in entity_datasets(entity))
    datasets = (*of_entities, *map(_gold, gold_tables(design)))
    by_name = {flow.lower(): dataset for dataset in datasets for flow in dataset.flows}
    by_name |= {dataset.name.lower(): dataset for dataset in reversed(datasets)}
    return Inventory(datasets, by_name)


def _gold(table: GoldTable) -> Dataset:
    return Dataset(
        name=table.name,
        layer=Layer.GOLD,
        kind=_kind(table),
        flows=(table.filled_once_by,) if table.filled_once_by else (),
        file=names.PROOFS_FILE if table.by_job else names.file_path(Layer.GOLD, table.name),
        of=table.of,
        made_of=table.made_of,
        also_reads=table.also_reads,
        make_schema=lambda: _schema(table),
    )


def _kind(table: GoldTable) -> DatasetKind:
    if table.by_job:
        return DatasetKind.TABLE
    return DatasetKind.STREAMING_TABLE if table.filled_once_by else DatasetKind.MATERIALIZED_VIEW


def _schema(table: GoldTable) -> Schema:
    columns = table.columns()
    return Schema(
        tuple(Column(c.name, c.type, not c.required, c.comment) for c in columns),
        table.primary_key,
        tuple(
            ForeignKey((c.name,), c.references, (c.referenced_key,))
            for c in foreign_keys(table.name, columns)
        ),
    )


# ── Readings ─────────────────────────────────────────────────────────────────────────────────


def expected_tables(design: Design) -> list[str]:
    """The names of all tables that a run must produce."""
    return [dataset.name for dataset in inventory(design).tables]


def given_up(before: Design, after: Design) -> tuple[str, ...]:
    """The names of the tables that ``after`` makes no longer."""
    made = {*expected_tables(after)}
    return tuple(table for table in expected_tables(before) if table not in made)


def pipeline_tables(design: Design) -> list[str]:
    """Those of them that the pipeline's update makes."""
    return [dataset.name for dataset in inventory(design).tables if not dataset.by_job]


def job_tables(design: Design) -> list[str]:
    """Those of them that are made after it."""
    return [dataset.name for dataset in inventory(design).tables if dataset.by_job]


def check_tables(design: Design) -> list[str]:
    """The names of the pipeline's tables that say whether the others are right."""
    return [table.name for table in gold_tables(design) if table.is_check and not table.by_job]


def reader_tables(design: Design) -> list[str]:
    """The names of the tables that readers use."""
    return [table.name for table in gold_tables(design) if not table.is_helper]


def table_reads(design: Design) -> Iterator[tuple[str, str]]:
    """Which table's code reads which other table, through the views between them."""
    found = inventory(design)
    for table in found.tables:
        yield from ((read, table.name) for read in found.without_views(table.reads))
