"""All files of a bundle."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from medallion_core.generate.aggregates import aggregate_file
from medallion_core.generate.balance import balance_file
from medallion_core.generate.bridges import bridge_file
from medallion_core.generate.bronze import bronze_file
from medallion_core.generate.dates import date_file
from medallion_core.generate.dimensions import dimension_file
from medallion_core.generate.docs import docs_files
from medallion_core.generate.facts import fact_file
from medallion_core.generate.formatter import format_python
from medallion_core.generate.key_check import key_check_file
from medallion_core.generate.members import (
    seen_file,
    unknown_row_file,
    year_days_file,
    years_file,
)
from medallion_core.generate.newest import newest_file
from medallion_core.generate.reconciliation import reconciliation_file
from medallion_core.generate.settings import settings_files
from medallion_core.generate.silver import silver_file
from medallion_core.generate.sql_files import sql_files
from medallion_core.model import Aggregate, Bridge, Bundle, Design, Dimension, Fact, Finding, Level
from medallion_core.model.file import DESIGN_FILE, dump_design
from medallion_core.tables import names
from medallion_core.tables.balance import Balance
from medallion_core.tables.datasets import Layer
from medallion_core.tables.dates import Calendar, YearDays, Years
from medallion_core.tables.gold import gold_tables
from medallion_core.tables.inventory import inventory
from medallion_core.tables.members import Seen, UnknownMember
from medallion_core.tables.newest import Newest
from medallion_core.tables.privileges import permissions_script
from medallion_core.tables.proofs import KeyCheck, Reconciliation
from medallion_core.tables.soundness.design import require_sound

Report = Callable[[Finding], None]


def generate_bundle(design: Design, root: str = "", report: Report | None = None) -> Bundle:
    """Every file of the bundle, formatted. Pure: the same design gives the same bytes.

    ``root`` is the workspace folder that pipelines lie under. ``report`` hears of code that is no
    Python, which ``check_bundle`` finds, too. Raises MedallionError DESIGN_INVALID where the
    design contradicts itself.
    """
    require_sound(design)
    code = _bronze(design) | _silver(design) | _gold(design)
    settings = (
        settings_files(design, root)
        | sql_files(design)
        | {
            "sql/permissions.sql": permissions_script(design),
            DESIGN_FILE: dump_design(design),
        }
    )
    return format_python(settings | code | docs_files(design), partial(_refused, design, report))


def bundle_of(design: Design, root: str = "") -> Bundle:
    """What ``generate_bundle`` gives, generated once for a design and kept with it: to be read, not
    changed."""
    return design.find_out_once(("bundle", root), lambda: generate_bundle(design, root))


def _refused(design: Design, report: Report | None, path: str, problem: str) -> None:
    tables = [table.name for table in inventory(design).tables if table.file == path]
    detail = f"The code of {' and '.join(tables)} is not Python: {problem}"
    hint = "This is a defect of the generator: report the design that it happened with."
    if report:
        report(Finding(Level.ERROR, path, detail, hint))


def _bronze(design: Design) -> Bundle:
    return {names.file_path(Layer.BRONZE, e.name): bronze_file(e) for e in design.entities}


def _silver(design: Design) -> Bundle:
    return {names.file_path(Layer.SILVER, e.name): silver_file(design, e) for e in design.entities}


def _gold(design: Design) -> Bundle:
    return {
        names.file_path(Layer.GOLD, table.name): _gold_file(design, table.of)
        for table in gold_tables(design)
        if not table.by_job
    }


def _gold_file(design: Design, of: object) -> str:
    match of:
        case Dimension():
            return dimension_file(design, of)
        case Fact():
            return fact_file(design, of)
        case Bridge():
            return bridge_file(design, of)
        case Aggregate():
            return aggregate_file(design, of)
        case Calendar():
            return date_file(design)
        case Balance():
            return balance_file(design)
        case Reconciliation():
            return reconciliation_file(design)
        case Newest():
            return newest_file(design, of)
        case Seen():
            return seen_file(design, of.dimension)
        case Years():
            return years_file(design)
        case YearDays():
            return year_days_file()
        case UnknownMember():
            return unknown_row_file()
        case KeyCheck():
            return key_check_file(design, of)
    raise TypeError(of)
