"""The graph of an update: its datasets, what each reads, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from local_workspace.lakeflow.graph import Dataset, Kind
from local_workspace.lakeflow.schema import TableSchema


@dataclass(slots=True)
class Node:
    """A dataset of the graph. ``inputs`` are full names of the pipeline's own datasets,
    ``externals`` of other tables; ``name`` is the full name, a view's as well."""

    name: str
    dataset: Dataset
    frame: DataFrame | None = None
    schema: TableSchema | None = None
    inputs: set[str] = field(default_factory=set)
    externals: set[str] = field(default_factory=set)
    flow_schemas: dict[str, StructType] = field(default_factory=dict)
    flow_inputs: dict[str, set[str]] = field(default_factory=dict)

    @property
    def is_table(self) -> bool:
        return self.dataset.kind is not Kind.VIEW

    @property
    def columns(self) -> StructType:
        """Empty for a view, and before the node is resolved."""
        return self.schema.columns if self.schema else StructType()


@dataclass(slots=True)
class Graph:
    """All nodes in topological order, and the error of each that could not be resolved."""

    nodes: dict[str, Node]
    errors: dict[str, Exception]

    def tables(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.is_table]

    def upstream_tables(self, node: Node) -> set[str]:
        """The pipeline's own tables that the node reads, through views."""
        found: set[str] = set()
        for name in node.inputs:
            source = self.nodes[name]
            found |= {name} if source.is_table else self.upstream_tables(source)
        return found

    def before(self, node: Node) -> set[str]:
        """The pipeline's own tables that are ready before the node, since it reads them, or what
        reads them."""
        direct = self.upstream_tables(node)
        return direct.union(*(self.before(self.nodes[name]) for name in direct))

    def external_tables(self, node: Node) -> set[str]:
        """The tables outside the pipeline that the node reads, through views."""
        views = [self.nodes[name] for name in node.inputs if not self.nodes[name].is_table]
        return node.externals.union(*(self.external_tables(view) for view in views))
