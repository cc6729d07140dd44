"""A proposal is made outside of the page that began it: it is left, found again and cancelled, by
the person who began it and by nobody else."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core import browse, profile, proposal, trust
from medallion_core.deploy import drafts
from medallion_core.errors import MedallionError
from medallion_core.model import (
    ColumnProfile,
    Design,
    Finding,
    Level,
    Profile,
    Settings,
    Source,
    TableName,
    asked,
)
from medallion_core.profile import BrokenRows, Profiled
from pages.components.design.proposals import in_words
from pages.components.frame import jobs as jobs_of_pages
from pages.components.frame.jobs import Jobs, counts, proposals
from pages.components.frame.session import Session
from tests.pages.conftest import FakeWorkspace, replace_everywhere
from tests.pages.designs import shop_design, shop_source

OpenPage = Callable[..., AppTest]
ADA, SHOP = "ada@example.com", TableName("shop", "sales", "orders")
SECONDS = 10
VALUES = ColumnProfile("mail", 0, 1, minimum="eve@example.com")


@pytest.fixture
def going_on(shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Proposing profiles one table and waits for this; two tables are asked for, one is there."""
    finish = threading.Event()

    def find_sources(_: object, names: Sequence[TableName]) -> list[Source | Finding]:
        return [shop_source(SHOP), Finding(Level.WARNING, "nope", "nope is not there.")]

    def propose(
        _: object,
        sources: Sequence[Source],
        settings: Settings,
        *,
        unread: Sequence[Finding],
        tell: Callable[[str], object],
        progress: Callable[[Profiled], object],
    ) -> Design:
        progress(Profiled("orders", 1, 2, Profile(1_500_000, (VALUES,))))
        assert finish.wait(SECONDS)
        tell("Finding keys, references and roles")
        return replace(shop_design(), questions=tuple(map(asked, unread)))

    replace_everywhere(monkeypatch, browse.find_sources, find_sources)
    replace_everywhere(monkeypatch, proposal.propose, propose)
    yield finish
    finish.set()
    wait_until(lambda: not any(job.running for job in proposals().of(ADA).values()))


def begin(open_page: OpenPage) -> AppTest:
    at = open_page("design", medallion_session=Session(tables=[SHOP]))
    at.text_input(key="new_design_name").set_value("shop")
    button(at, "Propose a design").click().run()
    wait_until(lambda: len(proposals().of(ADA)["shop"].reports) > 1)
    return at.run()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_for_the_end() -> None:
    wait_until(lambda: not proposals().of(ADA)["shop"].running)


def button(at: AppTest, label: str) -> Any:
    return next(b for b in at.button if b.label == label)


def told(at: AppTest) -> str:
    return " ".join(each.value for each in (*at.markdown, *at.error)).replace("\\", "")


def test_it_goes_on_without_its_page_and_opens_where_it_is_waited_for(
    open_page: OpenPage, shop: FakeWorkspace, going_on: threading.Event
) -> None:
    assert "Profiled orders: 1,500,000 rows (1 of 2)" in told(begin(open_page))
    assert "eve@" not in repr(proposals().of(ADA)["shop"].reports), "nobody needs values here"
    other_browser = open_page("design")
    assert "Proposing shop" in told(other_browser)
    going_on.set()
    wait_for_the_end()
    assert other_browser.run().session_state["medallion_session"].design is not None
    assert [q.subject for q in shop.drafts["shop"].questions] == ["nope"]
    assert "shop" not in proposals().of(ADA)


def test_what_was_proposed_while_nobody_looked_waits_to_be_opened(
    open_page: OpenPage, going_on: threading.Event
) -> None:
    begin(open_page)
    going_on.set()
    wait_for_the_end()
    at = open_page("design")
    assert at.session_state["medallion_session"].design is None
    button(at, "Open it").click().run()
    assert at.session_state["medallion_session"].design is not None


def test_a_draft_that_cannot_be_opened_is_asked_for_once_and_waits(
    open_page: OpenPage, going_on: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[str] = []

    def open_design(_: object, name: str) -> drafts.Draft:
        asked_for.append(name)
        raise MedallionError("UNAUTHENTICATED", "The sign-in has expired.", "Reload the page.")

    at = begin(open_page)
    replace_everywhere(monkeypatch, drafts.open_design, open_design)
    going_on.set()
    wait_for_the_end()
    assert "The sign-in has expired" in told(at.run(timeout=SECONDS))
    assert asked_for == ["shop"]
    assert button(at, "Open it")


def test_it_is_cancelled_from_another_browser_and_nothing_is_kept(
    open_page: OpenPage, shop: FakeWorkspace, going_on: threading.Event
) -> None:
    first = begin(open_page)
    at = open_page("design")
    button(at, "Cancel").click().run()
    going_on.set()
    wait_for_the_end()
    assert "It was cancelled" in told(at.run())
    assert in_words(proposals().of(ADA)["shop"]) == "was not proposed"
    assert shop.drafts == {}
    button(at, "Dismiss").click().run()
    assert proposals().of(ADA) == {}
    assert first.run().text_input(key="new_design_name").value == "shop", "nobody types it twice"


@pytest.mark.parametrize(
    ("code", "label", "saves"),
    [
        ("DRAFT_EXISTS", "Save it over my draft", "replace_draft"),
        ("UNAVAILABLE", "Save it", "save_draft"),
    ],
)
def test_what_cannot_be_saved_is_kept_and_replaces_no_draft_without_a_word(
    open_page: OpenPage,
    shop: FakeWorkspace,
    going_on: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    label: str,
    saves: str,
) -> None:
    def save_draft(*_: object) -> None:
        raise MedallionError(code, "There is one.")

    replace_everywhere(monkeypatch, drafts.save_draft, save_draft)
    at = begin(open_page)
    going_on.set()
    wait_for_the_end()
    assert shop.drafts == {}
    saved = drafts.Draft(shop_design(), 7)
    replace_everywhere(monkeypatch, getattr(drafts, saves), lambda *_: saved)
    button(at.run(), label).click().run()
    assert at.session_state["medallion_session"].revision == 7


def test_nobody_else_sees_it(open_page: OpenPage, shop: FakeWorkspace) -> None:
    finish = threading.Event()
    job = proposals().start("eve@example.com", "secret", lambda _: finish.wait(SECONDS))
    at = open_page("design")
    assert "secret" not in told(at)
    assert not [b for b in at.button if b.label in ("Cancel", "Dismiss", "Open it")]
    finish.set()
    wait_until(lambda: not job.running)


def test_nobody_ends_it_for_others_by_trying_to_sign_in(
    open_page: OpenPage, going_on: threading.Event
) -> None:
    def unknown() -> None:
        from medallion_core.errors import MedallionError
        from pages.components.frame.connect import show_how_to_connect

        show_how_to_connect(MedallionError("TRUST_NOT_SET", "The app does not know who you are."))

    begin(open_page)
    button(AppTest.from_function(unknown).run(), "Try again").click().run()
    assert [*proposals().of(ADA)] == ["shop"]


def test_rows_are_counted_without_the_page_that_asked(
    open_page: OpenPage, shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, rules = threading.Event(), {"design_tab": ":material/rule: Rules"}

    def count_rows(*_: object) -> BrokenRows:
        assert finish.wait(SECONDS)
        return BrokenRows(12_345, {"order_id_present": 7}, quarantined=7)

    replace_everywhere(monkeypatch, profile.count_broken_rows, count_rows)
    shop.drafts["shop"] = shop_design()
    button(open_page("design", design="shop", **rules), "Count on today's rows").click().run()
    other_browser = open_page("design", design="shop", **rules)
    assert button(other_browser, "Count on today's rows").disabled
    finish.set()
    wait_until(lambda: not any(job.running for job in counts().of(ADA).values()))
    said = [each.value for each in other_browser.run().caption]
    assert any("Of 12,345 rows today, 7 would be quarantined" in each for each in said)
    design = shop.drafts["shop"]
    fewer = design.with_entity(replace(design.entities[0], rules=()))
    shop.drafts["shop"] = fewer
    later = " ".join(each.value for each in open_page("design", design="shop", **rules).caption)
    assert "The table has changed since its rows were counted" in later
    assert "12,345" not in later


def test_whose_sign_in_has_expired_is_told_so_where_rows_are_counted(
    open_page: OpenPage, shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(*_: object, **__: object) -> None:
        raise MedallionError("UNAUTHENTICATED", "The sign-in has expired.", "Reload the page.")

    shop.drafts["shop"] = shop_design()
    at = open_page("design", design="shop", design_tab=":material/rule: Rules")
    replace_everywhere(monkeypatch, trust.asker_in_app, expired)
    button(at, "Count on today's rows").click().run()
    assert "The sign-in has expired" in told(at)
    assert not at.exception


def test_of_what_has_ended_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_of_pages, "KEPT", 2)
    jobs, finish = Jobs(), threading.Event()
    jobs.start(ADA, "long", lambda _: finish.wait(SECONDS))
    jobs.start("eve@example.com", "hers", str)
    for name in ("first", "second", "third", "fourth"):
        jobs.start(ADA, name, str)
        wait_until(lambda name=name: not jobs.of(ADA)[name].running)  # type: ignore[misc]
    assert [*jobs.of(ADA)] == ["long", "second", "third", "fourth"]
    assert [*jobs.of("eve@example.com")] == ["hers"]
    finish.set()


class Token:
    """What a job works with: of the person who asked."""


@pytest.mark.parametrize("fails", [True, False])
def test_nothing_of_who_asked_is_kept_once_it_has_ended(fails: bool) -> None:
    jobs, token = Jobs(), Token()
    kept = weakref.ref(token)

    def work(report: object, mine: Token = token) -> None:
        if fails:
            raise MedallionError("NO", f"no {mine is None}")

    job: Any = jobs.start(ADA, "shop", work, lambda mine=token: mine)
    del work, token
    wait_until(lambda: not job.running)
    wait_until(lambda: gc.collect() >= 0 and kept() is None)
    assert (job.error is not None) == fails
