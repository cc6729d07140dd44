"""Every act of the service principal in a whole job, and what the person was asked before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from medallion_core.deploy.permit import folder_of
from medallion_core.job import Order, do_job
from medallion_core.trust import Asker
from medallion_core.workspace import Workspace
from tests.trust.people import ANN, CATALOG, People, design

MAY_READ = f"SELECT * FROM `{CATALOG}`.`src`.`orders` LIMIT 0"
MAY_WRITE = f"SHOW GRANTS `{ANN}` ON SCHEMA `{CATALOG}`.`gold`"

BEFORE = {
    "audit: what is done is noted": (r"POST /api/2\.0/workspace/(mkdirs|import)", MAY_WRITE),
    "the lock is given back": (r"POST /api/2\.0/workspace/delete", MAY_WRITE),
    "the target is made": (r"CREATE (CATALOG|SCHEMA) IF NOT EXISTS", MAY_WRITE),
    "the principal is let in": (r"GRANT ", MAY_READ),
    "the pipeline is made": (r"POST /api/2\.0/pipelines$", MAY_WRITE),
    "the owners are let see": (r"PATCH /api/2\.0/permissions/pipelines/", MAY_WRITE),
    "tables are read": (r"\(?(SELECT|DESCRIBE|LIST)", MAY_READ),
    "it is run": (r"POST /api/2\.0/pipelines/[^/]+/updates", MAY_READ),
}
"""For each thing that the service principal does, what the person was asked before it."""


@dataclass
class Log:
    """Who called what, in order."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def listen(self, who: str, ws: Workspace) -> None:
        do = ws.client.api_client.do

        def noted(method: str, path: Any = None, *rest: Any, **options: Any) -> Any:
            self.calls.append((who, f"{method} {path or options.get('url')}"))
            return do(method, path, *rest, **options)

        ws.client.api_client.do = noted  # type: ignore[method-assign]
        for name in ("query", "execute"):
            setattr(ws, name, self._noted(who, getattr(ws, name)))

    def _noted(self, who: str, send: Callable[..., Any]) -> Callable[..., Any]:
        def noted(statement: str, *rest: Any, **options: Any) -> Any:
            self.calls.append((who, statement))
            return send(statement, *rest, **options)

        return noted

    def acts(self) -> Iterator[tuple[int, str]]:
        """What the service principal changed, and which rows it read, and where in the log. The
        rest asks the platform what there is and who may do what."""
        asks = re.compile(r"GET |SHOW")
        for number, (who, call) in enumerate(self.calls):
            if who == "app" and not asks.match(call):
                yield number, call


@pytest.mark.minutes
def test_before_each_act_the_person_was_asked_for(people: People) -> None:
    asker = people.asker(ANN)
    for path in folder_of(asker, "logged").paths():
        folder_of(asker, "logged").delete(path)
    log = Log()
    log.listen("app", asker.app)
    log.listen("person", asker.person)
    outcome = do_job(Asker(asker.person, asker.app, asker.name, asker.mode), logged(), Order())
    assert outcome.met
    seen = set()
    for number, call in log.acts():
        [(name, asked)] = [(n, a) for n, (p, a) in BEFORE.items() if re.match(p, call)] or [
            (f"nobody asks before: {call}", "")
        ]
        assert ("person", asked) in log.calls[:number], name
        seen.add(name)
    assert seen >= BEFORE.keys() - {"the target is made", "the principal is let in"}


def logged() -> Any:
    return design(name="logged")
