"""All files of a bundle."""

from __future__ import annotations

from medallion_core.generate.aggregates import aggregate_file
from medallion_core.generate.bridges import bridge_file
from medallion_core.generate.bronze import bronze_file
from medallion_core.generate.dates import date_file
from medallion_core.generate.dimensions import dimension_file
from medallion_core.generate.docs import docs_files
from medallion_core.generate.facts import fact_file
from medallion_core.generate.reconciliation import key_check_file, reconciliation_file
from medallion_core.generate.render import format_python
from medallion_core.generate.settings import settings_files
from medallion_core.generate.silver import silver_file
from medallion_core.model import Bundle, Design
from medallion_core.model.file import dump_design
from medallion_core.tables import names
from medallion_core.tables.dates import has_dates
from medallion_core.tables.inventory import gold_tables
from medallion_core.tables.pipeline import DEFAULT_ROOT
from medallion_core.tables.privileges import permissions_script


def generate_bundle(design: Design, root: str = DEFAULT_ROOT) -> Bundle:
    """Every file of the bundle, formatted. Pure: the same design gives the same bytes.

    ``root`` is the workspace folder that pipelines lie under. Raises MedallionError where the
    design contradicts itself.
    """
    code = _bronze(design) | _silver(design) | _gold(design)
    settings = settings_files(design, root) | {
        "sql/permissions.sql": permissions_script(design, gold_tables(design)),
        "medallion.yml": dump_design(design),
    }
    return format_python(settings | code | docs_files(design))


def _bronze(design: Design) -> Bundle:
    return {_path("bronze", e.name): bronze_file(e) for e in design.entities}


def _silver(design: Design) -> Bundle:
    return {_path("silver", e.name): silver_file(design, e) for e in design.entities}


def _gold(design: Design) -> Bundle:
    star = design.star
    files = {_path("gold", d.name): dimension_file(design, d) for d in star.dimensions}
    files |= {_path("gold", fact.name): fact_file(design, fact) for fact in star.facts}
    files |= {_path("gold", bridge.name): bridge_file(design, bridge) for bridge in star.bridges}
    files |= {_path("gold", a.name): aggregate_file(design, a) for a in star.aggregates}
    if has_dates(design):
        files[_path("gold", names.date_table(design))] = date_file(design)
    if star.facts:
        files[_path("gold", names.RECONCILIATION)] = reconciliation_file(design)
    if star.dimensions:
        files[_path("gold", names.KEY_CHECK)] = key_check_file(design)
    return files


def _path(layer: str, name: str) -> str:
    return f"src/{layer}/{names.function_name(name)}.py"
