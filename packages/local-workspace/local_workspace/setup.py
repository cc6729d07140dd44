"""What a workspace starts with: the catalogs ``main``, ``samples`` and ``system``, their sample
data, and folders that the command line names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pyspark.sql.connect.session import SparkSession

from local_workspace import principals, samples
from local_workspace.catalog import tables
from local_workspace.catalog.metastore import Catalog, Metastore, Schema, Table, Volume
from local_workspace.catalog.privileges import change_grants
from local_workspace.workspace import LocalWorkspace

SAMPLES_OWNER = "System user"
SAMPLES = {"tpch": "TPC-H", "bakehouse": "A bakery franchise", "nyctaxi": "Taxi trips"}
READ_SAMPLES = {"USE CATALOG", "USE SCHEMA", "SELECT", "READ VOLUME"}


FOR_THE_APP = READ_SAMPLES | {"CREATE SCHEMA"}
"""What an admin grants the app's service principal on a catalog that it is to work with."""


@dataclass(frozen=True, slots=True)
class Load:
    """A folder of parquet or csv files to be registered as tables of one schema."""

    catalog: str
    schema: str
    folder: Path


def write_samples(workspace: LocalWorkspace) -> list[tuple[Schema, samples.SampleTable]]:
    """Writes the sample files of a new home; needs no Spark. Empty where they lie there already."""
    if workspace.state.get("setting", "samples") is not None:
        return []
    folder = workspace.home / "samples"
    landing = workspace.volumes / "main" / "landing" / "files"
    with ThreadPoolExecutor() as pool:
        tpch = pool.submit(samples.write_tpch, folder / "tpch", workspace.scale)
        bakehouse = pool.submit(samples.write_bakehouse, folder / "bakehouse")
        taxi = pool.submit(samples.write_nyctaxi, folder / "nyctaxi")
        pool.submit(samples.write_landing, landing, workspace.home / "topics").result()
    written = {"tpch": tpch.result(), "bakehouse": bakehouse.result(), "nyctaxi": taxi.result()}
    return [
        (Schema("samples", schema, SAMPLES_OWNER), table)
        for schema, made in written.items()
        for table in made
    ]


def make_catalogs(workspace: LocalWorkspace) -> None:
    """The catalogs, schemas and the volume of a new home; what is there stays as it is."""
    store, owner = workspace.metastore, principals.admin(workspace.state).client_id
    if store.catalogs():
        return
    for catalog in (Catalog("main", owner), Catalog("samples", SAMPLES_OWNER, "Sample data")):
        store.put(catalog)
    store.put(Catalog("system", SAMPLES_OWNER, "System catalog"))
    for schema in ("default", "landing"):
        store.put(Schema("main", schema, owner))
    for schema, comment in SAMPLES.items():
        store.put(Schema("samples", schema, SAMPLES_OWNER, comment))
    store.put(Volume("main", "landing", "files", owner, "Files as they arrive"))
    for name in ("samples", "system"):
        change_grants(store, "catalog", name, principals.EVERYONE, READ_SAMPLES, set())


def register_samples(
    workspace: LocalWorkspace,
    spark: SparkSession,
    written: Iterable[tuple[Schema, samples.SampleTable]],
) -> None:
    with ThreadPoolExecutor(tables.REGISTER_AT_ONCE) as pool:
        list(pool.map(lambda item: _register_sample(workspace, spark, *item), written))
    workspace.state.put("setting", "samples", {"scale": workspace.scale})


def load(workspace: LocalWorkspace, spark: SparkSession, wanted: Load) -> int:
    """Registers each file as a table, or replaces the one of that name. Returns how many.

    Raises FileNotFoundError where the folder is missing.
    """
    files = sorted(
        path for path in wanted.folder.iterdir() if path.suffix.lower() in (".parquet", ".csv")
    )
    owner = principals.admin(workspace.state).client_id
    _ensure_schema(workspace.metastore, spark, wanted.catalog, wanted.schema, owner)
    with ThreadPoolExecutor(tables.REGISTER_AT_ONCE) as pool:
        list(pool.map(lambda path: _load_file(workspace, spark, wanted, owner, path), files))
    return len(files)


def let_in(workspace: LocalWorkspace, people: Sequence[str]) -> principals.ServicePrincipal:
    """Makes the people and the app's service principal known, and returns the latter.

    In the catalogs that are not the system's, the first person may do everything, so that there is
    somebody who may, and the app may read and make schemas. The others have what everybody has.
    """
    app = principals.of_app(workspace.state)
    for person in people:
        principals.add_user(workspace.state, person)
    given = {app.client_id: FOR_THE_APP} | {person: {"ALL PRIVILEGES"} for person in people[:1]}
    for catalog in workspace.metastore.catalogs():
        if catalog.owner != SAMPLES_OWNER:
            for name, privileges in given.items():
                change_grants(workspace.metastore, "catalog", catalog.name, name, privileges, set())
    return app


def _load_file(
    workspace: LocalWorkspace, spark: SparkSession, wanted: Load, owner: str, path: Path
) -> None:
    reader = spark.read
    frame = (
        reader.parquet(str(path))
        if path.suffix.lower() == ".parquet"
        else reader.csv(str(path), header=True, inferSchema=True, multiLine=True, escape='"')
    )
    columns = tables.columns_of(frame.schema)
    table = Table(wanted.catalog, wanted.schema, path.stem, owner, columns)
    folder = tables.new_folder(workspace.home, table.table_id)
    frame.coalesce(1).write.parquet(str(folder))
    table = replace(table, location=str(folder))
    tables.register(spark, workspace.metastore.put(table))


def _ensure_schema(
    store: Metastore, spark: SparkSession, catalog: str, schema: str, owner: str
) -> None:
    if store.catalog(catalog) is None:
        store.put(Catalog(catalog, owner))
    if store.schema(catalog, schema) is None:
        store.put(Schema(catalog, schema, owner))
    tables.register_schema(spark, Schema(catalog.lower(), schema.lower(), owner))


def _register_sample(
    workspace: LocalWorkspace, spark: SparkSession, schema: Schema, sample: samples.SampleTable
) -> None:
    found = spark.read.parquet(str(sample.folder)).schema
    columns = tables.with_comments(tables.columns_of(found), sample.column_comments)
    table = Table(
        "samples",
        schema.name,
        sample.name,
        SAMPLES_OWNER,
        columns,
        location=str(sample.folder),
        comment=sample.comment,
    )
    tables.register(spark, workspace.metastore.put(table))
