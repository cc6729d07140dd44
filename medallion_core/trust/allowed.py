"""What an admin allows by name, in ``app.yaml``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

SECRET_SCOPES = "MEDALLION_SECRET_SCOPES"  # noqa: S105 -- a variable's name
KAFKA_SERVERS = "MEDALLION_KAFKA_SERVERS"
FILTERED_SOURCES = "MEDALLION_FILTERED_SOURCES"
WITH_POLICIES = "MEDALLION_CATALOGS_WITH_POLICIES"
SCHEDULED = "MEDALLION_SCHEDULED_PIPELINES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """``kafka_servers`` is None where the admin gives no list: any server may be read then,
    without a login.
    ``filtered_sources`` are tables that hide rows or values from some people, and may be copied
    as the service principal sees them. In ``with_policies``, catalogs, policies do so: a source
    there whose policies nobody may see is refused; ``*`` stands for every catalog. ``scheduled``
    are pipelines that a job may run with nobody there; ``*`` stands for every pipeline."""

    secret_scopes: frozenset[str] = frozenset()
    kafka_servers: frozenset[str] | None = None
    filtered_sources: frozenset[str] = frozenset()
    with_policies: frozenset[str] = frozenset()
    scheduled: frozenset[str] = frozenset()


def allowed_by_admin(environment: Mapping[str, str] = os.environ) -> Allowed:
    """From variables that list names with commas between them."""
    servers = _names(environment, KAFKA_SERVERS)
    return Allowed(
        secret_scopes=_names(environment, SECRET_SCOPES),
        kafka_servers=servers or None,
        filtered_sources=frozenset(map(str.lower, _names(environment, FILTERED_SOURCES))),
        with_policies=frozenset(map(str.lower, _names(environment, WITH_POLICIES))),
        scheduled=_names(environment, SCHEDULED),
    )


def _names(environment: Mapping[str, str], variable: str) -> frozenset[str]:
    listed = environment.get(variable, "").split(",")
    return frozenset(name.strip() for name in listed if name.strip())
