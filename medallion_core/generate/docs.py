"""What people read: the bundle's README, and what was mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.render import Template, render
from medallion_core.generate.settings import AZURE, GITHUB
from medallion_core.model import AppliedFix, Bundle, Ci, Design
from medallion_core.tables import diagrams, lineage
from medallion_core.tables.diagrams import Diagram
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.inventory import job_tables
from medallion_core.tables.pipeline import job_key, resource_key


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """A line of the data dictionary."""

    name: str
    type: str
    comment: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DictionaryTable:
    """A table of the data dictionary."""

    name: str
    columns: tuple[DictionaryRow, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """Who deploys from a repository: its ``file`` in the bundle, for ``whom`` the federation policy
    is, and the ``place`` of its variables."""

    name: str
    file: str
    whom: str
    place: str


SERVICES = {
    Ci.GITHUB: Service(
        "GitHub", GITHUB, "this repository's environment `prod`", "that environment"
    ),
    Ci.AZURE: Service("Azure Pipelines", AZURE, "this pipeline", "the variable group `databricks`"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmeFile:
    """What the bundle is and how to work with it. ``star`` and ``lineage`` are diagrams, ``key``
    and ``job`` what commands call the pipeline and its job."""

    template: ClassVar = "README.md"
    name: str
    target: str
    key: str
    job: str
    star: tuple[Diagram, ...]
    lineage: tuple[Diagram, ...]
    tests: bool
    proofs: str
    service_principal: str
    service: Service | None
    profile: str
    dictionary: tuple[DictionaryTable, ...]


@dataclass(frozen=True, slots=True)
class FixesFile:
    """What was mended."""

    template: ClassVar = "FIXES.md"
    fixes: tuple[AppliedFix, ...]


def docs_files(design: Design) -> Bundle:
    """``README.md`` and, once something was mended, ``FIXES.md``."""
    files: dict[str, Template] = {"README.md": _readme(design)}
    if design.fixes:
        files["FIXES.md"] = FixesFile(design.fixes)
    return {path: render(file) for path, file in files.items()}


def _readme(design: Design) -> ReadmeFile:
    settings, star = design.settings, design.star
    return ReadmeFile(
        name=settings.pipeline_name,
        target=f"{settings.catalog}.{settings.schema}",
        key=resource_key(settings),
        job=job_key(settings),
        star=diagrams.star_diagrams(design) if star.facts or star.dimensions else (),
        lineage=diagrams.lineage_diagrams(design),
        tests=bool(settings.sql_warehouse),
        proofs=", ".join(job_tables(design)),
        service_principal=settings.service_principal,
        service=SERVICES.get(settings.ci),
        profile=settings.databricks_cli_profile,
        dictionary=tuple(_dictionary(design)),
    )


def _dictionary(design: Design) -> Iterator[DictionaryTable]:
    edges = lineage.column_edges(design)
    for table, columns in gold_columns(design):
        rows = (
            DictionaryRow(
                column.name,
                column.type,
                column.comment,
                tuple(lineage.sources_of(edges, f"{table}.{column.name}")),
            )
            for column in columns
        )
        yield DictionaryTable(table, tuple(rows))
