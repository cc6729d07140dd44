"""``generate`` as a process, over designs of more and more tables: its CPU seconds, the ones of the
formatter included, and what each table costs. A third of the tables are dimensions, the others
facts with three dimensions and two dates; each has 30 columns and six rules with their reasons.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.propose import ROOT, say
from medallion_core.model import (
    Attribute,
    ChangeHandling,
    DateRole,
    DegenerateKey,
    Design,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Fact,
    Measure,
    Reference,
    Role,
    Rule,
    RuleAction,
    Settings,
    Star,
    TableLocation,
    TableName,
)
from medallion_core.model.file import dump_design

TABLES = (10, 30, 100, 300, 500)
LINE = "{:>6} {:>9} {:>6} {:>8} {:>7} {:>9}"

TEXTS, AMOUNTS, DATES, PARENTS = 16, 8, 2, 3


def main() -> None:
    say("\nGenerate, as a process")
    say(LINE.format("tables", "design MB", "files", "lines", "CPU s", "ms/table"))
    for tables in TABLES:
        measure(tables)


def measure(tables: int) -> None:
    """Writes one line."""
    with TemporaryDirectory() as folder:
        design, bundle = Path(folder, "medallion.yml"), Path(folder, "bundle")
        design.write_text(dump_design(wide_star(tables)), encoding="utf-8")
        seconds = cpu_seconds(
            [sys.executable, "-m", "medallion_core", "generate", str(design), "-o", str(bundle)]
        )
        files = [path for path in bundle.rglob("*") if path.is_file()]
        lines = sum(path.read_bytes().count(b"\n") for path in files)
        size = f"{design.stat().st_size / 1e6:.1f}"
    per_table = f"{seconds * 1000 / tables:.1f}"
    say(LINE.format(tables, size, len(files), lines, f"{seconds:.2f}", per_table))


def cpu_seconds(command: list[str]) -> float:
    """What ``command`` and its children took, in user and system mode."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wide_star(tables: int) -> Design:
    """A design of so many tables that refer to each other, as a proposal would write it."""
    dimensions = [f"customer_{number}" for number in range((tables + 2) // 3)]
    facts = [f"sale_{number}" for number in range(tables - len(dimensions))]
    parents = {
        name: [dimensions[(number + step) % len(dimensions)] for step in range(PARENTS)]
        for number, name in enumerate(facts)
    }
    return Design(
        settings=Settings("wide", "main", "wide_gold"),
        entities=(
            *(_entity(name, Role.DIMENSION, ChangeHandling.LATEST) for name in dimensions),
            *(_entity(name, Role.FACT, ChangeHandling.APPEND) for name in facts),
        ),
        references=tuple(
            Reference(
                name,
                (f"parent_{number}_id",),
                parent,
                ("id",),
                inclusion=1.0,
                evidence=f"All 60,175 values of parent_{number}_id are in {parent}.id.",
            )
            for name, found in parents.items()
            for number, parent in enumerate(found)
        ),
        star=Star(
            dimensions=tuple(map(_dimension, dimensions)),
            facts=tuple(_fact(name, found) for name, found in parents.items()),
        ),
    )


def _entity(name: str, role: Role, change: ChangeHandling) -> Entity:
    texts = [
        EntityColumn(
            f"text_{n}", f"Text {n}", "string", "string", comment=f"Text {n} of it.", trim=True
        )
        for n in range(TEXTS)
    ]
    amounts = [
        EntityColumn(f"amount_{n}", f"Amount{n}", "string", "decimal(12,2)", comment=f"Amount {n}.")
        for n in range(AMOUNTS)
    ]
    dates = [EntityColumn(f"day_{n}", f"Day{n}", "date", "date") for n in range(DATES)]
    parents = [
        EntityColumn(f"parent_{n}_id", f"Parent{n}Id", "bigint", "bigint") for n in range(PARENTS)
    ]
    key = EntityColumn("id", "ID", "bigint", "bigint", comment="The key.")
    return Entity(
        name=name,
        reads=(TableLocation(TableName("main", "source", name)),),
        columns=(key, *texts, *amounts, *dates, *parents),
        key=("id",),
        role=role,
        role_evidence="It has amounts and a date, and refers to three other tables.",
        key_evidence="60,175 distinct values in 60,175 rows; the name says it.",
        change=change,
        rules=_rules(),
        comment=f"Rows of {name}, from the shop system.",
    )


def _rules() -> tuple[Rule, ...]:
    read = [
        Rule(
            f"amount_{n}_read",
            f"NOT map_contains_key(_uncast, 'amount_{n}')",
            RuleAction.QUARANTINE,
            "All of 60,175 values are numbers.",
        )
        for n in range(4)
    ]
    return (
        Rule("id_present", "id IS NOT NULL", RuleAction.QUARANTINE, "It is the key."),
        Rule("amount_0_positive", "amount_0 >= 0", RuleAction.WARN, "No row is below 0."),
        *read,
    )


def _dimension(name: str) -> Dimension:
    attributes = tuple(Attribute(f"text_{n}", f"text_{n}") for n in range(TEXTS))
    return Dimension(f"dim_{name}", name, ("id",), f"{name}_key", attributes=attributes)


def _fact(name: str, parents: list[str]) -> Fact:
    return Fact(
        name=f"fact_{name}",
        entity=name,
        grain=("id",),
        links=tuple(
            DimensionLink(
                f"dim_{parent}", f"parent_{n}_key", (f"parent_{n}_id",), role=f"parent_{n}"
            )
            for n, parent in enumerate(parents)
        ),
        dates=tuple(DateRole(f"day_{n}_key", f"day_{n}", f"day_{n}") for n in range(DATES)),
        degenerate=(DegenerateKey("id", "id"),),
        measures=tuple(
            Measure(f"amount_{n}", f"`amount_{n}`", "decimal(12,2)", unit="currency")
            for n in range(AMOUNTS)
        ),
    )
