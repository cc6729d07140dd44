"""Functions of Unity Catalog: scalar, written in SQL."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.metastore import Metastore
from local_workspace.catalog.names import TableName

_KIND = "function"


@dataclass(frozen=True, slots=True)
class Function:
    """A scalar SQL function of one ``parameter``; ``body`` is what it returns."""

    name: str
    parameter: str
    returns: str
    body: str
    owner: str


def is_function(metastore: Metastore, name: TableName) -> bool:
    return metastore.state.get(_KIND, name.key) is not None


def put_function(metastore: Metastore, function: Function) -> None:
    metastore.state.put(_KIND, function.name, asdict(function))


def find_function(metastore: Metastore, name: TableName) -> Function:
    """Raises SqlError where it is not there."""
    body = metastore.state.get(_KIND, name.key)
    if body is None:
        raise SqlError(
            "ROUTINE_NOT_FOUND",
            f"The routine {name.quoted} cannot be found. Verify the spelling and correctness of "
            "the schema and catalog.",
            "42883",
        )
    return Function(**body)
