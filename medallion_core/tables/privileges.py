"""What a pipeline, its owner and its readers need to be granted: pure data, and as SQL.

The pipeline's owner needs USE CATALOG, USE SCHEMA, CREATE TABLE and CREATE MATERIALIZED VIEW on
the target, SELECT on every table and READ VOLUME on every volume that it reads.
https://docs.databricks.com/data-governance/unity-catalog/manage-privileges/privileges
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from medallion_core.model import Design, Location
from medallion_core.tables.inventory import expected_tables, inventory, reader_tables
from medallion_core.tables.masks import mask_functions
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier, quote_literal

OWNER_PLACEHOLDER = "<e-mail of the pipeline's owner>"
SERVICE_PRINCIPAL_PLACEHOLDER = "<application id of the service principal>"

SHARED_CATALOGS = frozenset({"samples", "system"})
"""Which a workspace has from the start. Access to ``samples`` cannot be changed.
https://docs.databricks.com/sql/language-manual/security-grant.html
"""


@dataclass(frozen=True, slots=True)
class Privilege:
    """``principal`` may do ``privilege`` (``USE CATALOG``) on the object called ``name``, one
    part per level; ``securable_type`` is CATALOG, SCHEMA, TABLE or VOLUME. ``why`` is for the
    person who is asked to grant it."""

    privilege: str
    securable_type: str
    name: tuple[str, ...]
    principal: str
    _: KW_ONLY
    why: str

    @property
    def subject(self) -> str:
        """The object as people write it: ``main.retail.orders``."""
        return ".".join(self.name)


def required_privileges(design: Design, principal: str) -> list[Privilege]:
    """What ``principal`` needs to deploy and run the pipeline, the outermost object first."""
    wanted = [*_on_target(design, principal), *_on_sources(design, principal)]
    first: dict[str, Privilege] = {}
    for each in wanted:
        first.setdefault(grant_statement(each), each)
    return list(first.values())


def reader_privileges(design: Design) -> list[Privilege]:
    """What readers need to query gold, and gold only. The tables exist after the first run."""
    target = (design.settings.catalog, design.settings.schema)
    wanted = []
    for reader in design.settings.readers:
        wanted += _usage(target, reader, "holds the star schema")
        wanted += [
            Privilege("SELECT", "TABLE", (*target, table), reader, why="is for readers")
            for table in reader_tables(design)
        ]
    return wanted


def owner_privileges(design: Design, owner: str) -> list[Privilege]:
    """All layers, for the person who has to look into a quarantine, table by table: others may
    have tables in the same schema. The tables exist after the first run."""
    target = (design.settings.catalog, design.settings.schema)
    why = "looks after the tables"
    return [
        *_usage(target, owner, why),
        *(
            Privilege("SELECT", "TABLE", (*target, table), owner, why=why)
            for table in expected_tables(design)
        ),
    ]


def create_statements(design: Design) -> list[str]:
    """Makes the target's catalog and schema where they are missing."""
    settings = design.settings
    made_for = quote_literal(f"Made for the medallion pipeline {settings.pipeline_name}.")
    layers = quote_literal(
        f"Bronze, silver and gold tables of the medallion pipeline {settings.pipeline_name}."
    )
    schema = sql.dotted(settings.catalog, settings.schema)
    return [
        f"CREATE CATALOG IF NOT EXISTS {sql.name(settings.catalog)} COMMENT {made_for}",
        f"CREATE SCHEMA IF NOT EXISTS {schema} COMMENT {layers}",
    ]


def grant_statement(privilege: Privilege) -> str:
    """The GRANT, without a semicolon. Principals are quoted as the documentation has them.

    >>> grant_statement(Privilege("SELECT", "TABLE", ("main", "a", "t"), "ann@x.org", why=""))
    'GRANT SELECT ON TABLE main.a.t TO `ann@x.org`'
    """
    name = sql.dotted(*privilege.name)
    principal = quote_identifier(privilege.principal)
    return f"GRANT {privilege.privilege} ON {privilege.securable_type} {name} TO {principal}"


def permissions_script(design: Design, owner: str = "", runner: str = "") -> str:
    """The text of ``sql/permissions.sql``: catalog, schema and every grant, for an admin.

    It can be run as it is before the first deployment: what cannot be granted yet, or by nobody,
    stands at its end in comments. Where the design names no owner or no service principal, it is
    ``owner`` and ``runner``, and where nobody knows, a placeholder stands in its place.
    """
    settings = design.settings
    owner = settings.owner or owner or OWNER_PLACEHOLDER
    runner = settings.service_principal or runner or SERVICE_PRINCIPAL_PLACEHOLDER
    for_owner = [*required_privileges(design, owner), *owner_privileges(design, owner)]
    for_runner, readers = required_privileges(design, runner), reader_privileges(design)
    wanted = [*for_runner, *for_owner, *readers]
    sections = [
        ("The catalog and the schema", create_statements(design)),
        (f"The service principal {runner}, which deploys and runs", _now(design, for_runner)),
        (f"The owner {owner}, who looks after it", _now(design, for_owner)),
        ("The readers, who may reach the schema", _now(design, readers)),
        ("Not to be granted by SQL", _by_hand(design, runner)),
        ("To be run once the first run has made the tables", _later(design, wanted)),
        (
            "Masks, to be run only where the bundle's job has no SQL warehouse to do it",
            _masks(design),
        ),
        ("Shared catalogs: everybody may read them, and a GRANT is refused", _shared(wanted)),
    ]
    head = [f"Permissions of the medallion pipeline {settings.pipeline_name}"]
    head += ["Run by somebody who may grant on these objects, before the first deploy."]
    if {owner, runner} & {OWNER_PLACEHOLDER, SERVICE_PRINCIPAL_PLACEHOLDER}:
        head += ["Replace what stands in <angle brackets> first."]
    texts = ["\n".join(map(_comment, head))]
    texts += [_section(title, statements) for title, statements in sections if statements]
    return "\n\n".join(texts) + "\n"


def _now(design: Design, wanted: Iterable[Privilege]) -> list[str]:
    ready = [each for each in wanted if not (_waits(design, each) or _is_shared(each))]
    return list(dict.fromkeys(map(grant_statement, ready)))


def _later(design: Design, wanted: Iterable[Privilege]) -> list[str]:
    return _in_comments(each for each in wanted if _waits(design, each))


def _shared(wanted: Iterable[Privilege]) -> list[str]:
    return _in_comments(filter(_is_shared, wanted))


def _in_comments(wanted: Iterable[Privilege]) -> list[str]:
    return list(dict.fromkeys(_comment(f"{grant_statement(each)};") for each in wanted))


def _waits(design: Design, privilege: Privilege) -> bool:
    """Whether it is on a table that the pipeline makes."""
    target = (design.settings.catalog, design.settings.schema)
    return privilege.securable_type == "TABLE" and privilege.name[:2] == target


def _is_shared(privilege: Privilege) -> bool:
    return privilege.name[0].lower() in SHARED_CATALOGS


def _on_target(design: Design, principal: str) -> list[Privilege]:
    catalog, schema = design.settings.catalog, design.settings.schema
    makes = "makes its tables there"
    return [
        Privilege("USE CATALOG", "CATALOG", (catalog,), principal, why=makes),
        Privilege("CREATE SCHEMA", "CATALOG", (catalog,), principal, why="makes its schema"),
        Privilege("USE SCHEMA", "SCHEMA", (catalog, schema), principal, why=makes),
        Privilege(
            "CREATE TABLE", "SCHEMA", (catalog, schema), principal, why="makes streaming tables"
        ),
        Privilege(
            "CREATE MATERIALIZED VIEW",
            "SCHEMA",
            (catalog, schema),
            principal,
            why="makes gold tables",
        ),
        *_on_masks(design, principal),
    ]


def _on_masks(design: Design, principal: str) -> Iterator[Privilege]:
    if mask_functions(design):
        schema = (design.settings.catalog, design.settings.schema)
        why = "masks personal data in gold"
        yield Privilege("CREATE FUNCTION", "SCHEMA", schema, principal, why=why)
        yield Privilege("EXECUTE", "SCHEMA", schema, principal, why=why)


def _masks(design: Design) -> list[str]:
    """In comments: whoever makes a function owns it, and a deployment replaces none but its own."""
    place = (design.settings.catalog, design.settings.schema)
    return [_comment(f"{mask.statement(*place)};") for mask in mask_functions(design)]


def _on_sources(design: Design, principal: str) -> Iterator[Privilege]:
    for location in _locations(design):
        for need in kind_of(location).needs:
            yield Privilege(need.privilege, need.securable_type, need.name, principal, why=need.why)


def _usage(name: Sequence[str], principal: str, why: str) -> list[Privilege]:
    """What it takes to reach anything in a schema."""
    return [
        Privilege("USE CATALOG", "CATALOG", (name[0],), principal, why=why),
        Privilege("USE SCHEMA", "SCHEMA", (name[0], name[1]), principal, why=why),
    ]


def _locations(design: Design) -> Iterator[Location]:
    for dataset in inventory(design):
        yield from dataset.sources


def _by_hand(design: Design, principal: str) -> list[str]:
    """What lies outside of Unity Catalog's tables and volumes, one sentence each."""
    kinds = map(kind_of, _locations(design))
    notes = [note for kind in kinds for note in kind.granted_by_hand(principal)]
    return list(dict.fromkeys(map(_comment, notes)))


def _section(title: str, lines: Iterable[str]) -> str:
    statements = [line if line.startswith("--") else f"{line};" for line in lines]
    return "\n".join([_comment(title), *statements])


def _comment(text: str) -> str:
    """``text`` as one SQL comment, whatever it holds."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return f"-- {text}"
