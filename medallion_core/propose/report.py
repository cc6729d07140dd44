"""The proposal as plain data, for evaluation and for other programs."""

from __future__ import annotations

from medallion_core.model import ChangeHandling, Design, Entity, Reference, Role


def proposal_json(design: Design) -> dict[str, object]:
    """``{"tables": {name: {"key", "role"}}, "references": [[table, columns, ref_table,
    ref_columns, confidence], …]}`` in the sources' own names; accepted references only."""
    return {
        "tables": {
            _source_name(entity): {
                "key": _source_columns(entity, _key(entity)),
                "role": _role(entity.role),
            }
            for entity in design.entities
        },
        "references": [_row(design, r) for r in design.references if r.accepted],
    }


def _key(entity: Entity) -> tuple[str, ...]:
    """What tells the source's rows apart: of versions, their order, too."""
    versions = entity.change is ChangeHandling.HISTORY and entity.sequence_by
    return (*entity.key, entity.sequence_by) if versions else entity.key


def _row(design: Design, reference: Reference) -> list[object]:
    child, parent = design.entity(reference.entity), design.entity(reference.parent)
    return [
        _source_name(child),
        _source_columns(child, reference.columns),
        _source_name(parent),
        _source_columns(parent, reference.parent_columns),
        reference.confidence,
    ]


def _role(role: Role) -> str:
    """A lookup is a dimension that is folded away."""
    return Role.DIMENSION.value if role is Role.LOOKUP else role.value


def _source_name(entity: Entity) -> str:
    return entity.reads[0].name


def _source_columns(entity: Entity, columns: tuple[str, ...]) -> list[str]:
    names = {column.name: column.source for column in entity.columns}
    return [names[column] for column in columns]
