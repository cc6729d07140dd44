"""Failures that only people can mend: missing grants, quotas, code that was edited by hand."""

from __future__ import annotations

import re
from dataclasses import replace

from medallion_core.repair.answers import first_line, hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.tables.privileges import (
    SERVICE_PRINCIPAL_PLACEHOLDER,
    Privilege,
    grant_statement,
)
from medallion_core.text import sql

_MISSING = re.compile(
    r"does not have (?P<privilege>[A-Z][A-Z ]*?)(?: privilege)? on "
    r"(?P<kind>Catalog|Schema|Table|View|Volume|Function) "
    r"['`](?P<name>[^'\n]+?)['`](?:\.?$|[.,\s])",
    re.MULTILINE | re.IGNORECASE,
)


def privilege_is_missing(case: Case) -> Diagnosis | None:
    """The exact GRANT. It is never worked around."""
    found = [_privilege(match, case) for match in _MISSING.finditer(case.text)]
    grants = "; ".join(dict.fromkeys(grant_statement(each) for each in found))
    if not grants:
        what = f"may not do what it has to: {first_line(case.text)}"
        return hand_over(
            case,
            "PRIVILEGE_IS_MISSING",
            f"{case.subject} {what}",
            f"Have an admin run sql/permissions.sql of the bundle{_for(case)}.",
        )
    first = found[0]
    return hand_over(
        case,
        "PRIVILEGE_IS_MISSING",
        f"{first.principal} has no {first.privilege} on {first.securable_type.lower()} "
        f"{first.subject}, which {case.subject} needs.",
        f"Have its owner or an admin run: {grants};",
    )


def quota_is_exhausted(case: Case) -> Diagnosis | None:
    return hand_over(
        case,
        "QUOTA_IS_EXHAUSTED",
        f"The workspace refused the run: {first_line(case.text)}",
        "Run again later; if it comes again, ask a workspace admin for a higher quota.",
    )


def serverless_is_off(case: Case) -> Diagnosis | None:
    return hand_over(
        case,
        "SERVERLESS_IS_OFF",
        f"Serverless pipelines cannot run in this workspace: {first_line(case.text)}",
        "Ask an account admin to enable serverless compute for this workspace.",
    )


def file_was_edited(case: Case) -> Diagnosis | None:
    """A failure in a file that a person changed: what was generated may take its place again."""
    if case.file not in case.evidence.edited:
        return None
    where = f"{case.file}, line {case.line}" if case.line else case.file
    return mend(
        case,
        "FILE_WAS_EDITED",
        f"{where}, was edited by hand and fails: {first_line(case.text)}",
        f"Overwrites {case.file} with what is generated from the design.",
        risk=Risk.ASKS,
        overwrite=[case.file],
        instructions=f"Correct {where}, or let it be overwritten; the edit is lost then.",
    )


def file_does_not_load(case: Case) -> Diagnosis | None:
    """A file that is not of the bundle, since a generated one loads."""
    if not case.file:
        return None
    where = f"{case.file}, line {case.line}" if case.line else case.file
    return hand_over(
        case,
        "FILE_DOES_NOT_LOAD",
        f"{where} does not load: {first_line(case.text)}",
        f"Correct or remove {where}: it was not generated as it is.",
    )


def with_overwrite(case: Case, diagnosis: Diagnosis) -> Diagnosis:
    """A fix reaches a file that was edited by hand only if the file may be overwritten."""
    fix = diagnosis.fix
    if fix is None or not fix.changes or case.file not in case.evidence.edited:
        return diagnosis
    sentence = f"{diagnosis.sentence} {case.file} was edited by hand."
    fix = replace(fix, overwrite=(*fix.overwrite, case.file))
    return replace(diagnosis, sentence=sentence, risk=Risk.ASKS, fix=fix)


def _privilege(match: re.Match[str], case: Case) -> Privilege:
    kind = match["kind"].upper()
    return Privilege(
        match["privilege"].strip().upper(),
        "TABLE" if kind == "VIEW" else kind,
        sql.name_parts(match["name"]),
        case.evidence.principal or SERVICE_PRINCIPAL_PLACEHOLDER,
        why="is read",
    )


def _for(case: Case) -> str:
    return f" for {case.evidence.principal}" if case.evidence.principal else ""
