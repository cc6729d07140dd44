"""Unity Catalog's objects, as documents of the state. Names of objects are kept in lower case."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from local_workspace.catalog.names import TableName, literal, quote
from local_workspace.state import State

KINDS = ("catalog", "schema", "table", "volume", "grant")
"""The kinds of document that a catalog is made of."""


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """``type`` is Spark's DDL: ``decimal(15,2)``, ``struct<a:int>``."""

    name: str
    type: str
    nullable: bool = True
    comment: str = ""
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Constraint:
    """``type`` is PRIMARY KEY, FOREIGN KEY or UNIQUE; ``parent`` is ``catalog.schema.table``."""

    name: str
    type: str
    columns: tuple[str, ...]
    parent: str = ""
    parent_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    name: str
    owner: str
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    created_at: int = 0
    updated_at: int = 0
    created_by: str = ""

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Schema:
    catalog: str
    name: str
    owner: str
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    created_at: int = 0
    updated_at: int = 0
    created_by: str = ""

    @property
    def key(self) -> str:
        return f"{self.catalog}.{self.name}"


@dataclass(frozen=True, slots=True)
class Volume:
    catalog: str
    schema: str
    name: str
    owner: str
    comment: str = ""
    volume_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: int = 0
    updated_at: int = 0
    created_by: str = ""

    @property
    def key(self) -> str:
        return f"{self.catalog}.{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Table:
    """``table_type`` is MANAGED, EXTERNAL, VIEW, MATERIALIZED_VIEW or STREAMING_TABLE.

    ``location`` is the folder of its Parquet files. ``in_place_version`` counts the changes that
    were no appends: a stream that has read an earlier version refuses the table. ``inactive``: its
    pipeline's latest update did not define it. Times are milliseconds since 1970.
    """

    catalog: str
    schema: str
    name: str
    owner: str
    columns: tuple[ColumnInfo, ...] = ()
    table_type: str = "MANAGED"
    data_source_format: str = "DELTA"
    location: str = ""
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    clustering: tuple[str, ...] = ()
    view_definition: str = ""
    view_reads: tuple[str, ...] = ()
    pipeline_id: str = ""
    inactive: bool = False
    in_place_version: int = 0
    table_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: int = 0
    updated_at: int = 0
    created_by: str = ""

    @property
    def full_name(self) -> TableName:
        return TableName(self.catalog, self.schema, self.name)

    @property
    def key(self) -> str:
        return self.full_name.key

    @property
    def ddl(self) -> str:
        """The columns as a DDL text: ``` `a` int NOT NULL COMMENT 'x', … ```."""
        return ", ".join(map(_column_ddl, self.columns))


Securable = Catalog | Schema | Table | Volume
AnySecurable = TypeVar("AnySecurable", bound=Securable)

_CLASSES: dict[str, type[Any]] = {
    "catalog": Catalog,
    "schema": Schema,
    "table": Table,
    "volume": Volume,
}


class Metastore:
    """Reads and writes the objects. Usable from any process that has the state."""

    def __init__(self, state: State) -> None:
        self.state = state

    def catalog(self, name: str) -> Catalog | None:
        return self._get("catalog", name, Catalog)

    def schema(self, catalog: str, name: str) -> Schema | None:
        return self._get("schema", f"{catalog}.{name}", Schema)

    def table(self, name: TableName) -> Table | None:
        return self._get("table", name.key, Table)

    def volume(self, catalog: str, schema: str, name: str) -> Volume | None:
        return self._get("volume", f"{catalog}.{schema}.{name}", Volume)

    def catalogs(self) -> list[Catalog]:
        return [Catalog(**body) for _, body in self.state.list("catalog")]

    def schemas(self, catalog: str = "") -> list[Schema]:
        prefix = f"{catalog.lower()}." if catalog else ""
        return [Schema(**body) for _, body in self.state.list("schema", prefix)]

    def tables(self, catalog: str = "", schema: str = "") -> list[Table]:
        return [_table(body) for _, body in self.state.list("table", _prefix(catalog, schema))]

    def volumes(self, catalog: str = "", schema: str = "") -> list[Volume]:
        prefix = _prefix(catalog, schema)
        return [Volume(**body) for _, body in self.state.list("volume", prefix)]

    def put(self, securable: AnySecurable) -> AnySecurable:
        """Keeps ``securable`` under its name, in lower case, and returns it with its times."""
        now = int(time.time() * 1000)
        kept = replace(_lower(securable), updated_at=now, created_at=securable.created_at or now)
        kept = replace(kept, created_by=kept.created_by or kept.owner)
        self.state.put(kind_of(kept), kept.key, asdict(kept))
        return kept

    def drop(self, securable: Securable) -> None:
        """Forgets ``securable`` and the grants on it; what it holds has to be dropped before."""
        kind = kind_of(securable)
        with self.state.transaction():
            self.state.delete(kind, securable.key)
            self.state.delete("grant", f"{kind}:{securable.key}")

    def revision(self) -> int:
        """Grows with every change of an object or a grant."""
        return self.state.revision(*KINDS)

    def _get(self, kind: str, key: str, type_: type[AnySecurable]) -> AnySecurable | None:
        body = self.state.get(kind, key.lower())
        if body is None:
            return None
        return _table(body) if type_ is Table else type_(**body)  # type: ignore[return-value]


def kind_of(securable: Securable) -> str:
    """``catalog``, ``schema``, ``table`` or ``volume``."""
    return type(securable).__name__.lower()


def changed_in_place(table: Table) -> Table:
    """``table`` after an UPDATE, DELETE, MERGE or overwrite; still to be put."""
    return replace(table, in_place_version=table.in_place_version + 1)


def _table(body: dict[str, Any]) -> Table:
    known = {item.name for item in fields(Table)}
    values = {name: value for name, value in body.items() if name in known}
    values["columns"] = tuple(ColumnInfo(**column) for column in body.get("columns", ()))
    values["constraints"] = tuple(map(_constraint, body.get("constraints", ())))
    values["clustering"] = tuple(body.get("clustering", ()))
    values["view_reads"] = tuple(body.get("view_reads", ()))
    return Table(**values)


def _constraint(body: dict[str, Any]) -> Constraint:
    lists = {"columns": tuple(body["columns"]), "parent_columns": tuple(body["parent_columns"])}
    return Constraint(**(body | lists))


def _lower(securable: AnySecurable) -> AnySecurable:
    names = ("catalog", "schema", "name")
    lowered = {name: getattr(securable, name).lower() for name in names if hasattr(securable, name)}
    return replace(securable, **lowered)


def _prefix(catalog: str, schema: str) -> str:
    return "".join(f"{part.lower()}." for part in (catalog, schema) if part)


def _column_ddl(column: ColumnInfo) -> str:
    comment = f" COMMENT {literal(column.comment)}" if column.comment else ""
    return f"{quote(column.name)} {column.type}{'' if column.nullable else ' NOT NULL'}{comment}"
