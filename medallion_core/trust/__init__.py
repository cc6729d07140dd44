"""Who may what: what a person must hold before the service principal acts for them."""

from medallion_core.trust.asker import Asker, Mode, asker_in_app, own_asker
from medallion_core.trust.audit import AuditEntry, read_audit, write_audit
from medallion_core.trust.code import (
    CodeChange,
    accept_code,
    changed_code,
    is_code,
    require_deployed_code,
)
from medallion_core.trust.owners import (
    add_owner,
    is_owner,
    owned,
    read_owners,
    remove_owner,
    require_new_owner,
    require_owner,
)
from medallion_core.trust.places import open_places
from medallion_core.trust.reach import withheld_reach
from medallion_core.trust.refusals import Refusal, require_none
from medallion_core.trust.schedules import why_unscheduled
from medallion_core.trust.sources import refused_sources
from medallion_core.trust.target import foreign_tables, refused_target

__all__ = [
    "Asker",
    "AuditEntry",
    "CodeChange",
    "Mode",
    "Refusal",
    "accept_code",
    "add_owner",
    "asker_in_app",
    "changed_code",
    "foreign_tables",
    "is_code",
    "is_owner",
    "open_places",
    "own_asker",
    "owned",
    "read_audit",
    "read_owners",
    "refused_sources",
    "refused_target",
    "remove_owner",
    "require_deployed_code",
    "require_new_owner",
    "require_none",
    "require_owner",
    "why_unscheduled",
    "withheld_reach",
    "write_audit",
]
