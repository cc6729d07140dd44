"""The way in: sources to a design, a design to a plan, a plan to a running star."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medallion.design import Design
from medallion.progress import Progress, notebook
from medallion.results import Deployed, Plan, Run, run_of
from medallion_core.browse import (
    file_sources,
    list_catalogs,
    list_schemas,
    list_tables,
    read_sources,
    sample_rows,
)
from medallion_core.deploy import deployed, deployed_design, past_deployments, past_design
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Wish, do_job, plan_job, stop_job
from medallion_core.model import Ci, Publishing, Settings, Source, TableLocation, TableName
from medallion_core.proposal import propose
from medallion_core.repair import Fix, agreed_beforehand, apply_fix
from medallion_core.text.identifiers import quote_name, snake_case
from medallion_core.trust import own_asker
from medallion_core.workspace import Rows, connect
from medallion_core.workspace.spark import Spark, SparkSession


class Builder:
    """Builds in the workspace that the notebook runs in, or that ``profile`` or the environment
    names, as whoever is signed in there.

    SQL runs in ``spark``, by default the notebook's own, unless a ``warehouse`` is named, by its
    id or its name.
    """

    def __init__(
        self, spark: SparkSession | None = None, *, profile: str = "", warehouse: str = ""
    ) -> None:
        session = spark if spark is not None or warehouse else _notebook_spark()
        engine = Spark(session) if session is not None else None
        self._workspace = connect(profile=profile, warehouse=warehouse, sql=engine)
        self._asker = own_asker(self._workspace)

    def __repr__(self) -> str:
        return f"Builder({self._workspace.host!r})"

    # ── Sources ──────────────────────────────────────────────────────────────────────────────

    def browse(self, scope: str = "") -> list[str]:
        """The catalogs; the schemas of a catalog; or the tables of ``catalog.schema``."""
        match [part for part in scope.split(".") if part]:
            case []:
                return list_catalogs(self._workspace)
            case [catalog]:
                return list_schemas(self._workspace, catalog)
            case [catalog, schema]:
                found = list_tables(self._workspace, catalog, schema)
                return [str(each.name) for each in found]
        raise _no_scope(scope)

    def tables(self, *names: str) -> list[Source]:
        """Tables as sources: ``catalog.schema`` for all of a schema, or ``catalog.schema.table``.

        Raises MedallionError TABLE_NOT_FOUND or INVALID_NAME.
        """
        found = [name for scope in names for name in self._named(scope)]
        return read_sources(self._workspace, list(dict.fromkeys(found)))

    def files(self, path: str) -> list[Source]:
        """A folder or a file of a volume as sources: ``/Volumes/catalog/schema/volume/…``."""
        return file_sources(self._workspace, path)

    def rows(self, source: Source | str, limit: int = 20) -> Rows:
        """Some rows of a source or a table, as a ``pyarrow.Table``."""
        if isinstance(source, Source):
            return sample_rows(self._workspace, source.location, limit)
        [name] = self._named(source)
        return sample_rows(self._workspace, TableLocation(name), limit)

    # ── From sources to a running star ───────────────────────────────────────────────────────

    def propose(
        self, *sources: str | Source, catalog: str, schema: str, name: str = "", **settings: Any
    ) -> Design:
        """A star over the sources, to be published to ``catalog.schema``.

        ``name`` is the pipeline's, by default made from the schema's. ``settings`` are further
        ones of ``medallion_core.model.Settings``.
        """
        given = self.tables(*(each for each in sources if isinstance(each, str)))
        given += [each for each in sources if isinstance(each, Source)]
        if not given:
            raise MedallionError("NO_SOURCES", "There is no source.", "Name a table or a schema.")
        wanted = Settings(name or snake_case(schema), catalog, schema, **_settings(settings))
        progress = Progress()
        return Design(
            propose(self._workspace, given, wanted, tell=progress.tell, progress=progress.count)
        )

    def plan(
        self, design: Design, *, overwrite: Sequence[str] = (), full_refresh: Sequence[str] = ()
    ) -> Plan:
        """What deploying would do. Reads only.

        ``overwrite`` names files that somebody edited and that may be replaced, ``full_refresh``
        tables that may be read again in full.
        """
        return Plan(plan_job(self._asker, design.data, _order(overwrite, full_refresh)))

    def deploy(self, plan: Plan | Design) -> Deployed:
        """Carries out exactly this plan; of a design, the plan that is made now."""
        planned = plan if isinstance(plan, Plan) else self.plan(plan)
        design = planned.data.design
        done = do_job(
            self._asker,
            design,
            Order(run=None, full_refresh=planned.data.full_refresh),
            plan=planned.data,
            tell=Progress().tell,
        )
        return Deployed(Design(design), done.deployment, self.run)

    def run(
        self,
        design: Design,
        *,
        repair: int = 0,
        accept: Sequence[str] = (),
        full_refresh: bool = False,
    ) -> Run:
        """Runs what is deployed, to the verdict.

        With ``repair`` what fails is mended, deployed and run again up to so many times; what is
        not safe only where ``accept`` names its code, or ``CODE:TABLE`` for one table alone.
        ``full_refresh`` reads everything again.
        """
        order = Order(deploy=repair > 0, rounds=repair, run=Wish(all_again=full_refresh))
        consent = agreed_beforehand(accept, "agreed beforehand", rounds=repair)
        outcome = do_job(self._asker, design.data, order, consent=consent, tell=Progress().tell)
        return run_of(outcome, self._mend)

    def stop(self, design: Design) -> None:
        """Stops the update that runs."""
        stop_job(self._asker, design.name)

    # ── What is deployed ─────────────────────────────────────────────────────────────────────

    def deployed(self, name: str) -> Design:
        """The design of the pipeline's latest deployment. Raises MedallionError NOT_DEPLOYED."""
        return Design(deployed_design(self._workspace, name))

    def history(self, name: str) -> list[int]:
        """The numbers of the pipeline's deployments, newest first."""
        return [each.number for each in past_deployments(self._workspace, name)]

    def earlier(self, name: str, number: int) -> Design:
        """The design of an earlier deployment, to be deployed again."""
        return Design(past_design(self._workspace, name, number))

    def result(self, design: Design, table: str, limit: int = 20) -> Rows:
        """Some rows of a table that the pipeline made."""
        deployed(self._workspace, design.data)
        settings = design.data.settings
        name = quote_name(settings.catalog, settings.schema, table)
        return self._workspace.query(f"SELECT * FROM {name} LIMIT {int(limit)}")

    def _mend(self, design: Design, fix: Fix) -> Run:
        mended = apply_fix(design.data, fix, self._asker.name)
        outcome = do_job(self._asker, mended, Order(after=(fix,)), tell=Progress().tell)
        return run_of(outcome, self._mend)

    def _named(self, scope: str) -> list[TableName]:
        parts = scope.split(".")
        if len(parts) not in (2, 3):
            raise _no_scope(scope)
        there = list_tables(self._workspace, parts[0], parts[1])
        found = [each.name for each in there if parts[2:] in ([], [each.name.table])]
        if not found:
            raise MedallionError(
                "TABLE_NOT_FOUND",
                f"There is no table {scope!r} that you may see.",
                f"List what there is: builder.browse({'.'.join(parts[:2])!r}).",
            )
        return found


def _order(overwrite: Sequence[str], full_refresh: Sequence[str]) -> Order:
    return Order(overwrite=tuple(overwrite), full_refresh=tuple(full_refresh))


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """The settings with words in place of the model's choices."""
    kinds = {"publishing": Publishing, "ci": Ci}
    return {name: kinds.get(name, lambda value: value)(value) for name, value in given.items()}


def _no_scope(scope: str) -> MedallionError:
    return MedallionError(
        "INVALID_NAME",
        f"{scope!r} names no tables.",
        "Write catalog.schema or catalog.schema.table.",
    )


def _notebook_spark() -> SparkSession | None:
    """The session that a notebook of Databricks has as ``spark``."""
    shell = notebook()
    session: SparkSession | None = shell.user_ns.get("spark") if shell else None
    return session
