"""Whether a person may let others into a catalog or a schema: the app does it for no one else.

Its service principal may own what a person may only use, such as the schema of somebody else's
pipeline. Who may grant on an object owns it or what holds it, or has MANAGE.
https://docs.databricks.com/aws/en/data-governance/unity-catalog/manage-privileges/privileges#manage
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from medallion_core.tables.privileges import Privilege, grant_statement
from medallion_core.trust.asker import Asker
from medallion_core.trust.rights import rights_of
from medallion_core.trust.standings import MANAGE, Securable, owner_of, standings
from medallion_core.workspace import Workspace


def withheld_reach(
    asker: Asker, wanted: Sequence[Privilege], made: Collection[str]
) -> dict[Privilege, str]:
    """Those of ``wanted`` on catalogs and schemas that nobody holds yet and that the person may not
    grant, each with who is to do it. Nothing for who acts as themselves.

    ``made`` are the schemas that this pipeline's deployments made, ``catalog.schema``.
    """
    reach = [each for each in wanted if each.securable_type in ("CATALOG", "SCHEMA")]
    if not asker.is_checked or not reach:
        return {}
    missing = [each.privilege for each in standings(asker.app, reach) if not each.held]
    closed = _not_managed(asker, {(each.securable_type, each.name) for each in missing})
    return {
        each: f"Have the owner of {each.subject} run: {grant_statement(each)};"
        for each in missing
        if (each.securable_type, each.name) in closed
        and not made_by_pipeline(asker.app, each.subject, made)
    }


def made_by_pipeline(app: Workspace, schema: str, made: Collection[str]) -> bool:
    """Whether ``schema`` is among ``made`` and still of the identity that made it: somebody else
    may have made another of the same name since."""
    if schema.lower() not in {name.lower() for name in made}:
        return False
    return owner_of(app, "SCHEMA", schema) == app.user_name


def _not_managed(asker: Asker, securables: Collection[Securable]) -> set[Securable]:
    """Who manages a catalog manages the schemas in it."""
    holders = {("CATALOG", name[:1]) for _, name in securables}
    asked = [_manage(asker.name, each) for each in sorted({*securables, *holders})]
    lacks = {(each.securable_type, each.name) for each in rights_of(asker).lacks(asked)}
    return {each for each in securables if {each, ("CATALOG", each[1][:1])} <= lacks}


def _manage(principal: str, securable: Securable) -> Privilege:
    kind, name = securable
    return Privilege(MANAGE, kind, name, principal, why="lets others in")
